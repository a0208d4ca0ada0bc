//! Launch preparation, the launch, the years in the market and the way out.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth, told},
    market::whole,
};
use crate::{
    data::{Congress, Device},
    dice::Dice,
    plan::takes,
};

/// The company's own prefix in every identifier that it gives.
const HOUSE: &str = "8806094";

impl Writer<'_> {
    pub(super) fn of_the_launch(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "production_readiness" => self.production_readiness(),
            "packaging" => self.packaging(device),
            "labelling" => self.labelling(),
            "udi" => self.udi(device),
            "go_to_market" => self.go_to_market(device),
            "launch_type" => self.launch_type(),
            "training" => self.training(device),
            "downstream_plan" => self.downstream_plan(device),
            "campaigns" => self.campaigns(),
            "events" => self.events(device),
            "exit_plan" => self.exit_plan(),
            _ => return self.of_the_field(form, device),
        })
    }

    fn of_the_field(&self, form: &str, device: &Device) -> Option<Value> {
        let users = self.tell(&device.users);
        Some(match form {
            "content" => {
                let language = self.place(self.here()).and_then(|place| place.languages.first());
                let mut dice = self.dice("content");
                let mut piece = |piece: &str, kind: &str| {
                    let (gated, views) = (kind == "white_paper", dice.between(140, 2_400));
                    let cost = self.marketing() * part(dice.between(2, 4));
                    json!({ "piece": format!("{}: {piece}", self.sheet.line), "kind": kind, "audience": users,
                        "cost": money(cost, books(self.sheet)),
                        "language": language, "claims_approved": true, "gated": gated, "views": views,
                        "leads": if gated { views * dice.between(3, 9) / 100 } else { views / 200 } })
                };
                json!({ "pieces": [
                    piece(self.either("what changes in daily work", "현장에서 달라지는 것"), "web_page"),
                    piece(self.either("the first users report", "초기 사용자 사례"), "case_study"),
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
                    device.rivals.first().map(|rival| rival.name.as_str()).unwrap_or_default();
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

    fn packaging(&self, device: &Device) -> Value {
        let part = |each: &crate::data::Part| {
            json!({ "part": self.tell(&each.part), "material": each.material, "grams": each.grams,
                "recyclable": each.recyclable })
        };
        let parts: Vec<Value> = device.packaging.iter().map(part).collect();
        let scheme = |market: &String| {
            let place = self.place(market)?;
            Some(
                json!({ "market": market, "scheme": self.tell(&place.scheme), "registered": true }),
            )
        };
        let barrier = |each: &crate::data::Part| {
            ["Tyvek", "Al/"].iter().any(|film| each.material.contains(film))
        };
        let sterile = device.kind != "ivd" && device.packaging.iter().any(barrier);
        let schemes: Vec<Value> = self.sheet.markets.iter().filter_map(scheme).collect();
        json!({ "parts": parts, "schemes": schemes, "transport_tested": true,
            "sterile_barrier_validated": sterile.then_some(true) })
    }

    fn labelling(&self) -> Value {
        let languages =
            self.place(self.here()).map(|place| place.languages.clone()).unwrap_or_default();
        let mut documents = Vec::new();
        for language in &languages {
            for kind in ["label", "ifu", "qrg"] {
                let mut document = json!({ "kind": kind, "language": language,
                    "paper": kind != "qrg", "digital": true, "approved": true,
                    "state": "approved", "version": "1.0" });
                if *language == self.either("en", "ko") {
                    // What it was written in.
                    document["translated_by"] = Value::Null;
                }
                documents.push(document);
            }
        }
        json!({ "languages": languages, "documents": documents })
    }

    fn udi(&self, device: &Device) -> Value {
        // A label in another language is another item of the same house.
        let number = self.dice("udi").between(10_000, 99_000);
        let model = self.sheet.line.chars().filter(char::is_ascii_alphanumeric);
        let model = model.collect::<String>().to_uppercase();
        let database = match self.here() {
            "US" => "gudid",
            "KR" => "imdis",
            "DE" | "FR" => "eudamed",
            _ => "other",
        };
        let variants = if device.variants.is_empty() {
            vec![self.sheet.line.clone()]
        } else {
            let name = |each| format!("{} {}", self.sheet.line, self.tell(each));
            device.variants.iter().map(name).collect()
        };
        // Each package of several has an identifier of its own; what holds one is the unit itself.
        let packs: Vec<i64> = device.packaging.iter().filter_map(|each| each.holds).collect();
        let mut items = Vec::new();
        for (name, number) in variants.iter().zip(number..) {
            let di = |indicator: usize| gtin(&format!("{indicator}{HOUSE}{number:05}"));
            items.push(json!({ "item": name, "level": "unit", "units": null, "udi_di": di(0) }));
            for (at, units) in packs.iter().enumerate() {
                let level = if at + 1 < packs.len() { "inner" } else { "carton" };
                items.push(json!({ "item": name, "level": level, "units": units,
                    "udi_di": di(at + 1) }));
            }
        }
        json!({ "asked": true, "reason": null, "issuer": "gs1", "database": database,
            "basic_udi_di": (database == "eudamed").then(|| gmn(&format!("{HOUSE}{model}"))),
            "items": items,
            "registered": true })
    }

    /// What may be spent on marketing until the end of the first year, in US dollars; opinion
    /// leaders, agencies, content and campaigns are parts of it.
    pub(super) fn marketing(&self) -> f64 {
        Figures::of(self).years.first().map_or(0.0, |(_, revenue, _)| revenue * 0.16)
    }

    fn go_to_market(&self, device: &Device) -> Value {
        let segment = |segment: &crate::data::Segment| {
            json!({ "audience": self.tell(&segment.name), "message": self.tell(&segment.need),
                "channels": self.either("Congress, peer courses, e-mail", "학회, 동료 교육, 이메일") })
        };
        let audiences: Vec<Value> = device.segments.iter().map(segment).collect();
        json!({ "message": self.sheet.positioning, "audiences": audiences,
            "objectives": [
                { "objective": self.either("Reference sites that teach", "교육이 가능한 레퍼런스 기관"),
                  "target": self.either("Two per market", "시장별 2곳"), "by": self.in_days(270) },
                { "objective": self.either("Sales of the first year", "1차 연도 매출"),
                  "target": told(Figures::of(self).years[0].1.round(), books(self.sheet)),
                  "by": self.in_days(450) },
            ],
            "budget": money(self.marketing(), books(self.sheet)) })
    }

    fn launch_type(&self) -> Value {
        let full = self.sheet.later.is_empty();
        // Nobody is on sale before the authorities have answered.
        let stages = self.definition.stages.keys();
        let stage = stages.filter(|key| key.as_str() == "launch_preparation");
        let ahead = stage.map(|key| takes(self.sheet, self.definition, key)).sum::<i64>().max(120);
        let date = |(index, market): (usize, &String)| {
            let late = self.sheet.later.get(market).copied().unwrap_or(0);
            json!({ "market": market, "date": self.in_days(ahead + late + 14 * i64::try_from(index).unwrap_or(0)) })
        };
        let dates: Vec<Value> = self.sheet.markets.iter().enumerate().map(date).collect();
        let reason = if full {
            self.either(
                "Every market is cleared before the launch; one launch makes one message.",
                "모든 시장의 인허가를 확보한 뒤 한 번에 출시합니다.",
            )
        } else {
            self.either(
                "The authorities answer at different times; we launch where we are cleared.",
                "규제기관별 승인 시점이 달라 승인된 시장부터 출시합니다.",
            )
        };
        json!({ "type": if full { "full" } else { "limited" }, "reason": reason, "dates": dates })
    }

    fn training(&self, device: &Device) -> Value {
        let mut dice = self.dice("training");
        let course = |course: &str, audience: &str, days: i64, trained: i64| json!({ "course": course, "audience": audience, "date": self.in_days(days), "trained": trained });
        let users = self.tell(&device.users);
        let congress = self
            .either(&format!("Hands-on course for {users}"), &format!("{users} 대상 실습 교육"))
            .to_owned();
        json!({ "courses": [
            course(self.either("Sales academy, two days", "영업 아카데미(2일)"), "sales", -12, self.sellers(self.here())),
            course(&congress, "customers", -5, dice.between(8, 40)),
        ], "sales_ready": true, "customers_ready": true })
    }

    /// The meetings of a congress around this year, always on the same days of their years.
    fn meetings(&self, congress: &Congress) -> impl Iterator<Item = NaiveDate> {
        let (name, month) = (congress.name.0.clone(), congress.month);
        let on = move |year: i32| {
            let day = Dice::of(0, &format!("{name}/{year}")).between(4, 25);
            NaiveDate::from_ymd_opt(year, month, u32::try_from(day).unwrap_or(12))
        };
        (self.year() - 1..=self.year() + 1).filter_map(on)
    }

    /// The meeting that lies nearest.
    fn meets(&self, congress: &Congress) -> NaiveDate {
        let far = |day: &NaiveDate| (*day - self.today).num_days().abs();
        self.meetings(congress).min_by_key(far).unwrap_or(self.today)
    }

    /// The first meeting from today on.
    pub(super) fn meets_next(&self, congress: &Congress) -> NaiveDate {
        self.meetings(congress).find(|day| *day >= self.today).unwrap_or(self.today)
    }

    fn downstream_plan(&self, device: &Device) -> Value {
        let figures = Figures::of(self);
        let row = |(index, market): (usize, &String)| {
            let congress = device.congress_in(market)?;
            Some(json!({ "market": market, "activity": self.tell(&congress.name),
                "owner": self.company.holders(self.sheet, "field_marketing_manager", Some(market))
                    .first().map(|found| found.member.name.clone()),
                "start": self.meets_next(congress),
                "budget": money(figures.in_market(market, 0) * 0.06, books(self.sheet)),
                "goal": self.said("launch/goal", index) }))
        };
        let rows: Vec<Value> = self.sheet.markets.iter().enumerate().filter_map(row).collect();
        let first = figures.years.first().map_or(0.0, |(_, revenue, _)| *revenue);
        json!({ "activities": rows, "first_year_sales": money(first, books(self.sheet)) })
    }

    fn campaigns(&self) -> Value {
        let mut dice = self.dice("campaigns");
        let currency = self.currency();
        let budget = Figures::of(self).in_market(self.here(), 0) * 0.009;
        let mut row = |name: String, channel: &str, days: i64| {
            let leads = dice.between(12, 120);
            json!({ "campaign": name, "channel": channel, "start": self.in_days(days),
                "end": self.in_days(days + 42), "budget": money(budget, currency),
                "owner": self.name_of("product_marketing_manager"), "target": null,
                "cost": money(budget * part(dice.between(68, 103)), currency), "leads": leads,
                "reached": leads * dice.between(18, 40),
                "qualified": leads * dice.between(20, 40) / 100 })
        };
        json!({ "campaigns": [
            row(format!("{} – {}", self.sheet.line, self.either("first cases", "첫 사례")), "email", -20),
            row(format!("{}: {}", self.sheet.line, self.either("trade journals", "전문지 광고")), "print", -9),
            row(self.sheet.positioning.clone(), "web", -30),
        ] })
    }

    fn events(&self, device: &Device) -> Value {
        let mut dice = self.dice("events");
        let row = |(index, congress): (usize, &Congress)| {
            let name = self.tell(&congress.name);
            let (event, city) = name.rsplit_once(", ").unwrap_or((name, "online"));
            let speaker = self.physician(self.here(), index).map(|who| who.name);
            let (contacts, of_them) = (dice.between(40, 160), dice.between(12, 30));
            let (date, end) = (self.meets(congress), self.meets(congress) + Days::new(2));
            // Nobody has met anybody yet at what lies ahead.
            let contacts = (end < self.today).then_some(contacts);
            json!({ "event": event, "date": date, "end": end, "place": city, "speaker": speaker,
                "contacts": contacts, "leads": contacts.map(|met| met * of_them / 100), "cost": null })
        };
        let rows: Vec<Value> = device.congress.iter().enumerate().take(2).map(row).collect();
        json!({ "events": rows })
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

/// A global model number with its two check characters (GS1 General Specifications, 7.9.5).
fn gmn(model: &str) -> String {
    const LETTERS: &str = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_\
                           abcdefghijklmnopqrstuvwxyz";
    const CHECKS: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const WEIGHTS: [usize; 23] =
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
    let values = model.chars().rev().filter_map(|letter| LETTERS.find(letter));
    let sum: usize = values.zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    let check = |at: usize| CHECKS.get(at).copied().map_or('2', char::from);
    let sum = sum % 1021;
    format!("{model}{}{}", check(sum / 32), check(sum % 32))
}

#[cfg(test)]
mod tests {
    use super::{gmn, gtin};

    #[test]
    fn a_model_ends_with_its_check_characters() {
        // The example of the GS1 General Specifications.
        assert_eq!(gmn("1987654Ad4X4bL5ttr2310c"), "1987654Ad4X4bL5ttr2310c2K");
    }

    #[test]
    fn an_identifier_ends_with_its_check_digit() {
        // The example of the GS1 General Specifications, as a GTIN-14.
        assert_eq!(gtin("0629104150021"), "06291041500213");
    }
}
