//! Launch preparation, the launch, the years in the market and the way out.

use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth},
    market::whole,
};
use crate::data::Family;

/// Cities of the congresses in America.
const AMERICAN: [&str; 7] =
    ["Las Vegas", "Washington", "Denver", "Chicago", "Orlando", "San Diego", "Minneapolis"];

impl Writer<'_> {
    pub(super) fn of_the_launch(&self, form: &str, family: &Family) -> Option<Value> {
        Some(match form {
            "production_readiness" => self.production_readiness(),
            "launch_stock" => self.launch_stock(),
            "packaging" => self.packaging(family),
            "labelling" => self.labelling(),
            "udi" => self.udi(),
            "go_to_market" => self.go_to_market(family),
            "launch_type" => self.launch_type(),
            "price_corridor" => self.price_corridor(),
            "local_price" => self.local_price(),
            "training" => self.training(family),
            "downstream_plan" => self.downstream_plan(family),
            "regulatory_clearance" => self.regulatory_clearance(),
            "campaigns" => self.campaigns(family),
            "events" => self.events(family),
            "forecast" => self.forecast(),
            "exit_plan" => self.exit_plan(),
            _ => return self.of_the_field(form, family),
        })
    }

    fn of_the_field(&self, form: &str, family: &Family) -> Option<Value> {
        let users = self.tell(&family.users);
        Some(match form {
            "content" => {
                let language = self.place(self.here()).and_then(|place| place.languages.first());
                let piece = |piece: &str, kind: &str| {
                    json!({ "piece": format!("{}: {piece}", self.sheet.line), "kind": kind, "audience": users,
                        "language": language, "claims_approved": true })
                };
                json!({ "pieces": [
                    piece(self.either("what changes in the room", "시술실에서 달라지는 것"), "web_page"),
                    piece(self.either("the first 100 cases", "초기 100례"), "case_study"),
                    piece(self.either("evidence dossier", "근거 자료집"), "white_paper"),
                ] })
            }
            "leads" => {
                let mut dice = self.dice("leads");
                let currency = self.currency();
                let mut row = |source: &str, most: i64, each: f64| {
                    let captured = dice.between(most / 2, most);
                    let qualified = captured * dice.between(25, 45) / 100;
                    let accepted = qualified * dice.between(60, 90) / 100;
                    let quoted = accepted * dice.between(55, 85) / 100;
                    json!({ "source": source, "captured": captured, "qualified": qualified,
                        "accepted": accepted, "quoted": quoted,
                        "won": quoted * dice.between(30, 60) / 100,
                        "cost": money(each * part(captured * 100), currency) })
                };
                json!({ "sources": [row("gated_content", 180, 14.0), row("show", 90, 85.0),
                    row("referral", 30, 20.0)] })
            }
            "sales_enablement" => {
                let rival =
                    family.rivals.first().map(|rival| rival.name.as_str()).unwrap_or_default();
                let row = |material: String, kind: &str| json!({ "material": material, "kind": kind, "usable": true });
                json!({ "materials": [
                    row(format!("{} vs. {rival}", self.sheet.line), "battlecard"),
                    row(self.either("Ten-minute demonstration on the model", "모형 10분 시연").to_owned(), "demonstration"),
                    row(self.either("Slides for the value committee", "의료재료 심의용 자료").to_owned(), "presentation"),
                ] })
            }
            _ => return None,
        })
    }

    /// The local price of a market in US dollars.
    pub(super) fn local(&self, market: &str) -> f64 {
        self.sheet.price * self.place(market).map_or(1.0, |place| part(place.price))
    }

    pub(super) fn currency(&self) -> &str {
        self.currency_of(self.here())
    }

    pub(super) fn currency_of(&self, market: &str) -> &str {
        self.place(market).map_or("USD", |place| place.currency.as_str())
    }

    fn production_readiness(&self) -> Value {
        let figures = Figures::of(self);
        let units = figures.years.get(1).map_or(12.0, |(units, ..)| *units);
        json!({ "process_validated": true, "capacity_per_month": whole(units / 9.0).max(4),
            "first_pass_yield": tenth(93.0 + 5.0 * self.dice("yield").part()),
            "unit_cost": money(self.sheet.cost, books(self.sheet)) })
    }

    /// Units of each of the first months in this market.
    fn months(&self, count: usize) -> Vec<(String, i64, f64)> {
        let net = Figures::of(self).net_price;
        let planned = self.planned(self.here(), count).into_iter();
        planned
            .map(|(month, revenue)| (month.to_string(), whole(revenue / net).max(1), revenue))
            .collect()
    }

    fn launch_stock(&self) -> Value {
        let months = self.months(6);
        let demand: i64 = months.iter().map(|(_, units, _)| units).sum();
        let stock = (demand * 11 / 20).max(3);
        let rows: Vec<Value> = months
            .iter()
            .map(|(month, units, _)| json!({ "month": month, "units": units, "committed": units }))
            .collect();
        json!({ "demand": rows, "units_in_stock": stock, "months_of_stock": 3.3, "agreed": true })
    }

    fn packaging(&self, family: &Family) -> Value {
        let part = |each: &crate::data::Part| {
            json!({ "part": self.tell(&each.part), "material": each.material, "grams": each.grams,
                "recyclable": each.recyclable })
        };
        let parts: Vec<Value> = family.packaging.iter().map(part).collect();
        let scheme = |market: &String| {
            let place = self.place(market)?;
            Some(
                json!({ "market": market, "scheme": self.tell(&place.scheme), "registered": true }),
            )
        };
        let schemes: Vec<Value> = self.sheet.markets.iter().filter_map(scheme).collect();
        json!({ "parts": parts, "schemes": schemes, "transport_tested": true,
            "sterile_barrier_validated": true })
    }

    fn labelling(&self) -> Value {
        let languages =
            self.place(self.here()).map(|place| place.languages.clone()).unwrap_or_default();
        let mut documents = Vec::new();
        for language in &languages {
            for kind in ["label", "ifu", "qrg"] {
                documents.push(json!({ "kind": kind, "language": language, "paper": kind != "qrg",
                    "digital": true, "approved": true, "state": "approved", "version": "1.0" }));
            }
        }
        json!({ "languages": languages, "documents": documents })
    }

    fn udi(&self) -> Value {
        let number = self.dice("udi").between(10_000, 99_999);
        let unit = format!("8800{number:05}{:03}", number * 7 % 1000);
        let database = match self.here() {
            "US" => "gudid",
            "KR" => "imdis",
            "DE" | "FR" => "eudamed",
            _ => "other",
        };
        json!({ "asked": true, "reason": null, "issuer": "gs1", "database": database,
            "basic_udi_di": format!("8800{number:05}{}", self.sheet.line.to_uppercase()),
            "items": [
                { "item": self.sheet.line, "level": "unit", "units": null, "udi_di": gtin(&format!("0{unit}")) },
                { "item": self.sheet.line, "level": "carton", "units": 10, "udi_di": gtin(&format!("1{unit}")) } ],
            "registered": true })
    }

    fn go_to_market(&self, family: &Family) -> Value {
        let segment = |segment: &crate::data::Segment| {
            json!({ "audience": self.tell(&segment.name), "message": self.tell(&segment.need),
                "channels": self.either("Congress, peer courses, e-mail", "학회, 동료 교육, 이메일") })
        };
        let audiences: Vec<Value> = family.segments.iter().map(segment).collect();
        json!({ "message": self.sheet.positioning, "audiences": audiences,
            "objectives": [
                { "objective": self.either("Reference sites that teach", "교육이 가능한 레퍼런스 기관"),
                  "target": self.either("Two per market", "시장별 2곳"), "by": self.in_days(270) },
                { "objective": self.either("Sales of the first year", "1차 연도 매출"),
                  "target": format!("{:.1} M {}", Figures::of(self).years[0].1 / 1e6, "USD"), "by": self.in_days(450) },
            ],
            "budget": money(Figures::of(self).years[0].1 * 0.11, books(self.sheet)) })
    }

    fn launch_type(&self) -> Value {
        let full = self.sheet.later.is_empty();
        let date = |(index, market): (usize, &String)| {
            let late = self.sheet.later.get(market).copied().unwrap_or(0);
            json!({ "market": market, "date": self.in_days(120 + late + 14 * i64::try_from(index).unwrap_or(0)) })
        };
        let dates: Vec<Value> = self.sheet.markets.iter().enumerate().map(date).collect();
        let reason = if full {
            self.either(
                "All clearances come within six weeks; one launch makes one message.",
                "모든 인허가가 6주 안에 나오므로 한 번에 출시합니다.",
            )
        } else {
            self.either(
                "The authorities answer at different times; we launch where we are cleared.",
                "규제기관별 승인 시점이 달라 승인된 시장부터 출시합니다.",
            )
        };
        json!({ "type": if full { "full" } else { "limited" }, "reason": reason, "dates": dates })
    }

    fn price_corridor(&self) -> Value {
        let (price, currency) = (self.local(self.here()), self.currency());
        json!({ "floor": money(price * 0.86, currency), "ceiling": money(price * 1.12, currency),
            "unit_cost": money(self.sheet.cost, currency), "parallel_trade": "low",
            "below_cost_because": null, "against_trade": null, "neighbours": [] })
    }

    fn local_price(&self) -> Value {
        let factor = 0.95 + 0.1 * self.dice("local").part();
        json!({ "price": money(self.local(self.here()) * factor, self.currency()),
            "valid_from": self.in_days(60), "deepest_discount": 5, "procedures_per_unit": 1 })
    }

    fn training(&self, family: &Family) -> Value {
        let mut dice = self.dice("training");
        let course = |course: &str, audience: &str, days: i64, trained: i64| json!({ "course": course, "audience": audience, "date": self.in_days(days), "trained": trained });
        let congress = self.congress(family, self.here()).unwrap_or_default();
        json!({ "courses": [
            course(self.either("Sales academy, two days", "영업 아카데미(2일)"), "sales", -12, dice.between(6, 24)),
            course(&congress, "customers", -5, dice.between(8, 40)),
        ], "sales_ready": true, "customers_ready": true })
    }

    /// The congress where people of a market meet.
    pub(super) fn congress(&self, family: &Family, market: &str) -> Option<String> {
        let near = |say: &&crate::data::Say| {
            let city = say.0.rsplit(", ").next().unwrap_or_default();
            let here: &[&str] = match market {
                "KR" => &["Seoul", "Busan"],
                "JP" => &["Tokyo", "Seoul", "Busan"],
                "US" => &AMERICAN,
                _ => {
                    return !AMERICAN.contains(&city)
                        && !["Seoul", "Busan", "Tokyo"].contains(&city);
                }
            };
            here.contains(&city)
        };
        let found = family.congress.iter().find(near).or(family.congress.first());
        found.map(|say| self.tell(say).to_owned())
    }

    fn downstream_plan(&self, family: &Family) -> Value {
        let figures = Figures::of(self);
        let row = |(index, market): (usize, &String)| {
            json!({ "market": market, "activity": self.congress(family, market),
                "owner": self.company.holders(self.sheet, "field_marketing_manager", Some(market))
                    .first().map(|found| found.member.name.clone()),
                "start": self.in_days(60 + 20 * i64::try_from(index).unwrap_or(0)),
                "budget": money(figures.in_market(market, 0) * 0.06, books(self.sheet)),
                "goal": self.said("launch/goal", index) })
        };
        let rows: Vec<Value> = self.sheet.markets.iter().enumerate().map(row).collect();
        let first = figures.years.first().map_or(0.0, |(_, revenue, _)| *revenue);
        json!({ "activities": rows, "first_year_sales": money(first, books(self.sheet)) })
    }

    fn regulatory_clearance(&self) -> Value {
        let number = self.dice("clearance").between(1000, 9999);
        let number = match self.here() {
            "US" => format!("K{}{number}", self.year() % 100),
            "KR" => format!("제허 {}-{number}호", self.year() % 100),
            "DE" | "FR" => format!("CE 2797-X / G1 {number}"),
            "GB" => format!("UKCA 8504-X {number}"),
            market => format!("{market}-{number}"),
        };
        json!({ "cleared": true, "number": number, "cleared_on": self.in_days(-6),
            "valid_until": self.in_days(1_780) })
    }

    fn campaigns(&self, family: &Family) -> Value {
        let mut dice = self.dice("campaigns");
        let currency = self.currency();
        let budget = Figures::of(self).in_market(self.here(), 0) * 0.006;
        let congress = self.congress(family, self.here()).unwrap_or_default();
        let mut row = |name: String, channel: &str, days: i64| {
            let leads = dice.between(12, 120);
            json!({ "campaign": name, "channel": channel, "start": self.in_days(days),
                "end": self.in_days(days + 42), "budget": money((budget * 1.2).max(900.0), currency),
                "owner": self.name_of("product_marketing_manager"), "target": null,
                "cost": money((budget * (0.5 + dice.part())).max(600.0), currency), "leads": leads,
                "reached": leads * dice.between(18, 40),
                "qualified": leads * dice.between(20, 40) / 100 })
        };
        json!({ "campaigns": [
            row(format!("{} – {}", self.sheet.line, self.either("first cases", "첫 사례")), "email", -20),
            row(congress, "print", -9),
            row(self.sheet.positioning.clone(), "web", -30),
        ] })
    }

    fn events(&self, family: &Family) -> Value {
        let place = self.place(self.here());
        let mut dice = self.dice("events");
        let row = |(index, say): (usize, &crate::data::Say)| {
            let (event, city) =
                self.tell(say).rsplit_once(", ").unwrap_or((self.tell(say), "online"));
            let speaker =
                place.and_then(|place| place.physicians.get(index % place.physicians.len()));
            json!({ "event": event, "date": self.in_days(-15 + 30 * i64::try_from(index).unwrap_or(0)),
                "end": self.in_days(-13 + 30 * i64::try_from(index).unwrap_or(0)), "place": city, "speaker": speaker.map(|say| self.tell(say)),
                "contacts": dice.between(40, 160), "leads": dice.between(8, 36), "cost": null })
        };
        let rows: Vec<Value> = family.congress.iter().enumerate().take(2).map(row).collect();
        json!({ "events": rows })
    }

    fn forecast(&self) -> Value {
        let currency = self.currency();
        let rows: Vec<Value> = self
            .months(12)
            .iter()
            .map(|(month, units, revenue)| {
                json!({ "month": month, "units": units, "revenue": money(*revenue, currency) })
            })
            .collect();
        json!({ "months": rows, "agreed_with_sales": true })
    }

    fn exit_plan(&self) -> Value {
        let way = match &self.sheet.ends {
            crate::data::End::Closing { path, .. } | crate::data::End::Closed { path, .. } => {
                path.clone()
            }
            _ => "delete".to_owned(),
        };
        let base = Figures::of(self).years.first().map_or(40.0, |(units, ..)| *units);
        let partner = (way != "delete").then_some("Westmoor Healthcare Group");
        json!({ "way": way, "partner": partner, "last_order": self.in_days(150),
            "spares_until": self.in_days(2_200), "installed_base": whole(base) })
    }
}

/// Thirteen digits with the check digit of GS1 behind them.
fn gtin(digits: &str) -> String {
    let sum: u32 = digits
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { 3 * digit } else { digit })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::gtin;

    #[test]
    fn an_identifier_ends_with_its_check_digit() {
        // The example of the GS1 General Specifications, as a GTIN-14.
        assert_eq!(gtin("0629104150021"), "06291041500213");
    }
}
