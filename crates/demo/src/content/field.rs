//! Forms of launch and market that the field writes, and what large or risky projects owe besides.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part},
    market::whole,
    regulation::{self, Filing},
};
use crate::{
    data::{Device, Service},
    dice::Dice,
};

/// What one seller sells in a year, in US dollars.
const SOLD_BY_ONE: f64 = 900_000.0;

impl Writer<'_> {
    pub(super) fn of_the_house(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "inspections" => self.inspections(),
            "kol_plan" => self.opinion_leaders(),
            "payer_submission" => self.payer_submission(device),
            "brand_plan" => self.brand_plan(),
            "sales_agreement" => self.sales_agreement(),
            "service_policy" => self.service_policy(device.service.as_ref()?),
            "local_market" => self.local_market(device),
            "tenders" => self.tenders(device),
            "field_days" => self.field_days(),
            "balanced_scorecard" => self.goals_met(),
            "next_year" => self.next_year(device),
            _ => return None,
        })
    }

    fn inspections(&self) -> Value {
        let site = self.either("Wonju plant", "원주 공장");
        let lead = self.name_of("quality");
        let row = |(index, market): (usize, &String)| {
            let place = self.place(market)?;
            let kind = if index == 0 { "qms" } else { "routine" };
            Some(
                json!({ "authority": self.tell(&place.authority), "market": market, "kind": kind, "site": site,
                "date": self.in_days(-150 + 40 * i64::try_from(index).unwrap_or(0)), "lead": lead, "status": "closed" }),
            )
        };
        let rows: Vec<Value> =
            self.sheet.markets.iter().enumerate().take(2).filter_map(row).collect();
        json!({ "inspections": rows,
            "findings": [{ "finding": self.word("inspection/finding"), "grade": "minor", "answer_by": self.in_days(-110),
                "answered_on": self.in_days(-118), "closed": true }],
            "ready_on": self.in_days(-170) })
    }

    fn opinion_leaders(&self) -> Value {
        let mut dice = self.dice("leaders");
        let count = u32::try_from(self.sheet.markets.len() * 2).unwrap_or(2);
        let each = self.marketing() * 0.2 / f64::from(count);
        let stances = ["advocate", "open", "neutral", "sceptic"];
        let mut leaders = Vec::new();
        for (index, market) in self.sheet.markets.iter().enumerate() {
            for at in 0..2 {
                let Some(who) = self.physician(market, at) else { continue };
                leaders.push(json!({ "name": who.name, "institution": who.site, "market": market,
                    "reach": if at == 0 { "national" } else { "local" }, "stance": stances[(index + at) % 4],
                    "part": if at == 0 { "speaker" } else { "adviser" }, "next_step": self.said(&format!("leader/{at}"), index),
                    "by": self.in_days(60 + 30 * i64::try_from(index).unwrap_or(0)), "contract": true,
                    "fee": money(each.min(8_000.0) * part(dice.between(60, 100)), books(self.sheet)) }));
            }
        }
        json!({ "leaders": leaders, "publications": null })
    }

    fn payer_submission(&self, device: &Device) -> Value {
        let (here, studied) = (self.here(), device.evidence == "study");
        let (body, asks) = match here {
            "GB" if studied => ("nice", "guidance"),
            "DE" if studied => ("gba", "coverage"),
            "FR" => ("has", "coverage"),
            "US" if device.codes.contains_key("US") => ("cms", "tariff"),
            "US" => ("private", "coverage"),
            "KR" => ("hira", "tariff"),
            // What is paid with the stay asks for a supplement to it.
            _ => ("other", "tariff"),
        };
        let filing = self.payer_filing();
        let result = self.dice_of_payer().between(1, 100);
        let status = match (filing.decided, result) {
            (false, _) => "filed",
            (_, ..=55) => "granted",
            (_, ..=82) => "partly",
            _ => "refused",
        };
        let of_tariff = asks == "tariff";
        let more =
            100 + Dice::of(self.seed, &format!("{}/{here}/tariff", self.sheet.key)).between(4, 26);
        let currency = self.currency();
        let pays = self.place(self.here()).map_or(50, |place| place.pays);
        let today = part(device.case * pays);
        let asked = today * part(more);
        let granted = match status {
            "granted" => Some(asked),
            "partly" => Some(f64::midpoint(today, asked)),
            _ => None,
        };
        let tariff = |amount: f64| of_tariff.then(|| money(amount, currency));
        json!({ "body": body, "asks": asks, "status": status, "filed_on": filing.filed,
            "decided_on": filing.decided.then_some(filing.decides),
            "tariff_today": tariff(today), "tariff_asked": tariff(asked),
            "tariff_granted": granted.and_then(tariff), "by_results": null,
            "evidence": [{ "document": self.word("payer/document"), "shows": self.sheet.edge, "link": null }],
            "plan": self.word(&format!("payer/plan/{status}")) })
    }

    fn dice_of_payer(&self) -> Dice {
        Dice::of(self.seed, &format!("{}/{}/payer", self.sheet.key, self.here()))
    }

    /// What was filed with the payer of this market; the first who asks files it.
    fn payer_filing(&self) -> Filing {
        let mut dice = self.dice_of_payer();
        let before = |days: i64| regulation::on_weekday(self.today - TimeDelta::days(days));
        let filed = before(dice.between(3, 15));
        let decides = regulation::on_weekday(filed + TimeDelta::days(dice.between(150, 320)));
        self.keep(&regulation::payer(self.here()), Filing { filed, decides, decided: false })
    }

    fn brand_plan(&self) -> Value {
        let row = |market: &String| json!({ "market": market, "state": "registered" });
        json!({ "name": self.sheet.line, "trademarks": self.sheet.markets.iter().map(row).collect::<Vec<_>>(),
            "promise": self.sheet.positioning, "promotions": null,
            "agencies": [{ "agency": "Fernblick Agentur", "task": "design", "brief": self.word("brand/brief"),
                "due": self.in_days(70), "agreed": money((self.marketing() * 0.12).min(60_000.0), books(self.sheet)), "spent": null, "rating": null }] })
    }

    /// Who of the house sells this product in a market.
    pub(super) fn sellers(&self, market: &str) -> i64 {
        let mut dice = Dice::of(self.seed, &format!("{}/{market}/sellers", self.sheet.key));
        dice.between(3, 14)
    }

    fn sales_agreement(&self) -> Value {
        let (figures, books) = (Figures::of(self), books(self.sheet));
        let mut dice = self.dice("teams");
        let mut leads = 0;
        let row = |market: &String| {
            let title = self.place(market).map(|place| self.tell(&place.title)).unwrap_or_default();
            let sellers = self.sellers(market);
            let quota = figures.in_market(market, 0);
            // As much of their time as the quota needs.
            let time = whole(100.0 * quota / (SOLD_BY_ONE * part(sellers * 100)));
            let time = (time + dice.between(0, 3)).clamp(3, 40);
            let rank = if time >= 25 {
                1
            } else if time >= 10 {
                2
            } else {
                3
            };
            leads += (sellers * time / 8).max(2);
            json!({ "team": self.either(&format!("Sales {title}"), &format!("{title} 영업팀")), "sellers": sellers,
                "time": time, "rank": rank, "calls": dice.between(10, 21),
                "quota": money(quota, books), "bonus": dice.between(6, 14) })
        };
        let teams: Vec<Value> = self.sheet.markets.iter().map(row).collect();
        json!({ "teams": teams, "accelerator": self.word("sales/accelerator"),
            "leads_promised": leads, "follow_up_days": 3, "agreed": true, "agreed_on": self.in_days(-6) })
    }

    fn service_policy(&self, service: &Service) -> Value {
        let (price, books) = (self.sheet.price, books(self.sheet));
        let row = |market: &String| {
            json!({ "level": self.either("Standard", "기본"), "market": market, "answer_hours": 8, "repair_hours": 72,
                "given_by": if market == "KR" { "own" } else { "partner" },
                "price": money(price * 0.09, books), "cost": money(price * 0.05, books) })
        };
        json!({ "warranty_months": service.warranty_months, "covers": self.tell(&service.covers),
            "levels": self.sheet.markets.iter().map(row).collect::<Vec<_>>(), "failure_rate": service.failures,
            "cost_per_failure": money(price * 0.11, books), "spares_years": service.spares_years,
            "loaners": self.dice("loaners").between(4, 12),
            "updates": service.updates.as_ref().map(|say| self.tell(say)) })
    }

    fn local_market(&self, device: &Device) -> Value {
        let currency = self.currency().to_owned();
        let own = self.local(self.here());
        let mut dice = self.dice("local/rivals");
        let row = |(index, rival): (usize, &crate::data::Rival)| {
            json!({ "name": rival.name, "share": (rival.share + dice.between(-6, 3)).max(2),
                "price": money(own * part(rival.price) * 0.92, &currency), "sold_by": if index == 0 { "direct" } else { "dealer" },
                "next_move": self.word(&format!("rival/{}", index % 3)) })
        };
        let rivals: Vec<Value> = device.rivals.iter().enumerate().map(row).collect();
        let strong = format!("{}: {}", self.sheet.name, self.sheet.edge);
        json!({ "competitors": rivals,
            "pest": [{ "field": "economic", "change": self.word("pest/economic"), "effect": "hurts" },
                { "field": "social", "change": self.word("pest/social"), "effect": "helps" }],
            "swot": [
                { "kind": "strength", "point": strong, "response": self.sheet.positioning },
                { "kind": "weakness", "point": self.word("swot/weakness"), "response": self.word("swot/weakness_response") } ],
            "differs": self.word("local/differs") })
    }

    fn tenders(&self, device: &Device) -> Value {
        let currency = self.currency().to_owned();
        let price = self.local(self.here());
        let sites = self.place(self.here()).map(|place| place.sites.clone()).unwrap_or_default();
        let rival = device.rivals.first().map(|rival| rival.name.clone()).unwrap_or_default();
        let mut dice = self.dice("tenders");
        let row = |(index, site): (usize, &crate::data::Say)| {
            let units =
                (Figures::of(self).in_market(self.here(), 0) / self.sheet.price * 0.2).max(2.0);
            let result = ["won", "lost", "offered"][index.min(2)];
            let lost = result == "lost";
            let weight = dice.between(40, 70);
            let why = if weight >= 55 {
                self.either(
                    &format!("Price weight of {weight} %, ours 6 % higher"),
                    &format!("가격 배점 {weight}%, 당사 6% 높음"),
                )
                .to_owned()
            } else {
                self.word("tender/lost")
            };
            json!({ "tender": format!("{} {}", self.sheet.line, self.year()), "buyer": self.tell(site),
                "due": self.in_days(-60 + 45 * i64::try_from(index).unwrap_or(0)), "value": money(price * units, &currency),
                "price_weight": weight, "our_price": money(price * 0.97, &currency), "result": result,
                "winner": lost.then(|| format!("{rival}, -6 %")), "why": lost.then_some(why) })
        };
        json!({ "tenders": sites.iter().enumerate().map(row).collect::<Vec<_>>(), "contracts": null })
    }

    fn field_days(&self) -> Value {
        let marketer =
            self.company.holders(self.sheet, "field_marketing_manager", Some(self.here()));
        let marketer = marketer.first().map(|found| found.member.name.clone());
        let account = self
            .place(self.here())
            .and_then(|place| place.sites.first())
            .map(|site| self.tell(site));
        json!({ "days": [{ "date": self.in_days(-6), "marketer": marketer, "seller": self.name_of("sales"),
            "account": account, "used": self.word("day/used"), "useless": self.word("day/useless"),
            "learnt": self.word("day/learnt"), "about": "content", "goes_to": self.name_of("product_manager") }] })
    }

    fn goals_met(&self) -> Value {
        let attained = self.attained();
        // Who sells less than promised has fewer accounts that come back.
        let mut dice = self.dice("scorecard");
        let reorder = dice.between(62, 76);
        let reordered = (reorder + (whole(attained) - 100) / 2 + dice.between(-6, 6)).clamp(18, 92);
        let delivered = (dice.between(93, 97), dice.between(86, 99));
        let trained = dice.between(6, 18);
        let certified = trained + dice.between(-4, 2);
        let number = |count: i64| part(count * 100);
        let row = |perspective: &str, target: f64, actual: f64, role: &str| {
            json!({ "perspective": perspective, "objective": self.word(&format!("goal/{perspective}")),
                "measure": self.word(&format!("goal/{perspective}/measure")), "target": target, "actual": actual,
                "action": self.word(&format!("goal/{perspective}/action")), "owner": self.name_of(role) })
        };
        json!({ "objectives": [
            row("financial", 100.0, attained, "finance"),
            row("customer", number(reorder), number(reordered), "product_marketing_manager"),
            row("process", number(delivered.0), number(delivered.1), "operations"),
            row("learning", number(trained), number(certified), "clinical_marketing_manager") ] })
    }

    fn next_year(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let revenue = self.last_year() * 1.2;
        let row = |(index, segment): (usize, &crate::data::Segment)| {
            let part = if index == 0 { 0.7 } else { 0.3 };
            json!({ "segment": self.tell(&segment.name), "customers": whole(revenue * part / (self.sheet.price * 110.0)).max(8),
                "problems": self.tell(&segment.need), "price": money(self.sheet.price * 0.9, books), "alternative": null,
                "edge": self.sheet.edge, "revenue": money(revenue * part, books) })
        };
        json!({ "year": self.year() + 1, "audiences": device.segments.iter().enumerate().take(2).map(row).collect::<Vec<_>>(),
            "changes": null })
    }
}
