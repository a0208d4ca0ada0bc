//! The strategic analyses of a large project: surroundings, gaps, prices, fit, technology, economics.

use chrono::Datelike as _;
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth},
    market::whole,
};
use crate::data::{Device, Requirement, Shared};

/// What the lowest price is worth against the highest, in utils.
const PRICE_WORTH: f64 = 1.1;

impl<'a> Writer<'a> {
    pub(super) fn of_the_analysis(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "swot" => self.product_swot(device),
            "market_forces" => self.market_forces(device),
            "gap_analysis" => self.product_gaps(device),
            "price_outlook" => self.price_outlook(device),
            "use_cases" => self.use_cases(device),
            "product_fit" => self.product_fit(device),
            "conjoint" => self.conjoint(device),
            "technology_roadmap" => self.technology(device),
            "health_economics" => self.health_economics(device),
            _ => return None,
        })
    }

    fn product_swot(&self, device: &Device) -> Value {
        let rival = device.rivals.first();
        let name = rival.map(|rival| rival.name.as_str()).unwrap_or_default();
        let owner = self.name_of("product_manager");
        let weak = rival.map(|rival| self.tell(&rival.weakness)).unwrap_or_default();
        let strong = rival.map(|rival| self.tell(&rival.strength)).unwrap_or_default();
        let point = |kind: &str, point: &str, weight: i64, evidence: String, response: String| {
            json!({ "kind": kind, "point": point, "weight": weight, "evidence": evidence,
                "response": response, "owner": owner })
        };
        let (growth, product) = (self.sheet.growth, &self.sheet.name);
        json!({
            "points": [
                point("strength", &self.sheet.edge, 5, self.word("swot/strength_evidence"), self.word("swot/strength")),
                point("weakness", &self.word("swot/weakness"), 3, self.word("swot/weakness_evidence"), self.word("swot/weakness_response")),
                point("opportunity", self.either(
                        &format!("{name}: {weak}. {product} need not have it."),
                        &format!("{name}의 약점: {weak} ({product} 진입 기회)")), 4,
                    self.sheet.finding.clone(), self.sheet.positioning.clone()),
                point("opportunity", self.either(
                        &format!("The market of {product} grows by {growth} % a year"),
                        &format!("{product} 대상 시장이 연 {growth}% 성장")), 3,
                    self.word("market/source"), self.word("swot/growth")),
                point("threat", self.either(
                        &format!("{name}: {strong}. It meets {product} in every account."),
                        &format!("{name}의 강점: {strong} ({product} 거래처마다 경쟁)")), 4, self.word("swot/threat_evidence"), self.word("swot/threat")) ],
            "conclusion": self.word("swot/conclusion"),
        })
    }

    fn market_forces(&self, device: &Device) -> Value {
        let mut dice = self.dice("forces");
        let top: i64 = device.rivals.iter().take(3).map(|rival| rival.share).sum();
        let year = self.year();
        let change = |field: &str, effect: &str, from: i32| {
            json!({ "field": field, "change": self.word(&format!("pest/{field}")), "effect": effect,
                "from": year + from, "response": self.word(&format!("pest/{field}/response")) })
        };
        let mut force = |force: &str, level: i64, trend: &str| {
            json!({ "force": force, "level": (level + dice.between(-1, 0)).max(1), "trend": trend,
                "why": self.word(&format!("force/{force}")), "response": self.word(&format!("force/{force}/response")) })
        };
        let rivalry = if top > 72 { 5 } else { 4 };
        json!({
            "pest": [change("political", "hurts", 0), change("economic", "hurts", 0),
                change("social", "helps", 1), change("technological", "helps", 1)],
            "forces": [force("rivalry", rivalry, "steady"), force("entrants", 3, "rising"),
                force("substitutes", 3, "steady"), force("buyers", 4, "rising"), force("suppliers", 3, "steady")],
        })
    }

    fn product_gaps(&self, device: &Device) -> Value {
        let figures = Figures::of(self);
        let books = books(self.sheet);
        let row = |(index, segment): (usize, &crate::data::Segment)| {
            let ways = ["this_product", "own_project", "partner"];
            let worth = figures.peak() * [1.0, 0.35, 0.2][index.min(2)];
            json!({ "segment": self.tell(&segment.name), "our_product": (index > 0).then(|| self.sheet.line.clone()),
                "missing": self.tell(&segment.need), "worth": money(worth, books),
                "closed_by": ways[index.min(2)], "by": self.in_days(700 + 180 * i64::try_from(index).unwrap_or(0)) })
        };
        json!({ "gaps": device.segments.iter().enumerate().map(row).collect::<Vec<_>>() })
    }

    fn price_outlook(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let market =
            self.sheet.price * device.rivals.first().map_or(1.0, |rival| part(rival.price)) * 0.9;
        let mut dice = self.dice("erosion");
        let (fall, ours) = (part(dice.between(20, 45)) / 10.0, 0.015_f64);
        let row = |index: i32| {
            let (market, own) = (
                market * (1.0 - fall).powi(index),
                self.sheet.price * 0.9 * (1.0 - ours).powi(index),
            );
            json!({ "year": self.launch().year() + index, "market_price": money(market, books), "our_price": money(own, books),
                "reason": self.word(&format!("erosion/{}", index.min(3))) })
        };
        let buyer =
            device.segments.first().map(|segment| self.tell(&segment.buyer)).unwrap_or_default();
        let users = self.tell(&device.users);
        let step = |step: &str, who: &str| {
            json!({ "step": step, "who": who, "does": self.word(&format!("behaviour/{step}")),
                "obstacle": self.word(&format!("behaviour/{step}/obstacle")),
                "answer": self.word(&format!("behaviour/{step}/answer")) })
        };
        json!({
            "erosion": (0..4).map(row).collect::<Vec<_>>(),
            "behaviour": [step("need", users), step("trial", users), step("purchase", buyer), step("rebuy", buyer)],
            "funding": null,
            "policy": self.word("price/policy"),
        })
    }

    fn use_cases(&self, device: &Device) -> Value {
        let users = self.tell(&device.users);
        let count = device.requirements.len().min(3);
        let case = |index: usize| {
            let segment = device.segments.get(index % device.segments.len().max(1));
            let misuse = device.hazards.get(index).map(|hazard| self.tell(&hazard.hazard));
            json!({ "id": format!("U{}", index + 1), "persona": users,
                "situation": segment.map(|segment| self.tell(&segment.name)),
                "goal": segment.map(|segment| self.tell(&segment.need)), "misuse": misuse })
        };
        let feature = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("F{}", index + 1), "feature": self.tell(&each.technical),
                "use_case": format!("U{}", index + 1), "benefit": if index == 0 { self.sheet.edge.as_str() } else { self.tell(&each.customer) },
                "place": (["unique", "better", "parity"][index.min(2)]), "release": "1.0" })
        };
        let function = |(index, each): (usize, &Requirement)| json!({ "what": self.tell(&each.customer), "feature": format!("F{}", index + 1), "crs": format!("C{}", index + 1) });
        let of = || device.requirements.iter().enumerate().take(count);
        json!({ "use_cases": (0..count).map(case).collect::<Vec<_>>(), "features": of().map(feature).collect::<Vec<_>>(),
            "functions": of().map(function).collect::<Vec<_>>() })
    }

    fn product_fit(&self, device: &Device) -> Value {
        let mut dice = self.dice("fit");
        let rival = |(index, rival): (usize, &crate::data::Rival)| {
            json!({ "competitor": rival.name, "product": self.word(&format!("rival/{}", index % 3)),
                "expected": self.in_days(220 + 190 * i64::try_from(index).unwrap_or(0)),
                "sign": self.word(&format!("rival/{}/sign", index % 3)),
                "threat": (["high", "medium", "low"][index.min(2)]), "answer": self.word(&format!("rival/{}/answer", index % 3)) })
        };
        let need = |(index, each): (usize, &Requirement)| {
            let important = [9.2, 8.4, 7.6, 6.8, 6.1][index.min(4)];
            let today = [3.4, 4.8, 5.9, 5.2, 6.0][index.min(4)];
            json!({ "need": self.tell(&each.customer), "importance": important, "satisfied_today": today,
                "with_ours": tenth(today + [4.6, 2.8, 1.2, 1.0, 0.4][index.min(4)]) })
        };
        let asked = dice.between(28, 84);
        json!({
            "roadmap": device.rivals.iter().enumerate().map(rival).collect::<Vec<_>>(),
            "needs": device.requirements.iter().enumerate().map(need).collect::<Vec<_>>(),
            "asked": asked, "would_miss_it": asked * dice.between(41, 58) / 100,
        })
    }

    fn conjoint(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let mut dice = self.dice("conjoint");
        let price = self.either("Price", "가격");
        let names: Vec<String> = device
            .requirements
            .iter()
            .take(2)
            .map(|each| self.tell(&each.customer).chars().take(60).collect())
            .collect();
        let mut attributes: Vec<Value> =
            names.iter().map(|name| json!({ "attribute": name, "is_price": false })).collect();
        attributes.push(json!({ "attribute": price, "is_price": true }));
        let (mut levels, mut worths) = (Vec::new(), Vec::new());
        for (name, each) in names.iter().zip(&device.requirements) {
            let worth = part(dice.between(60, 150));
            worths.push((name.clone(), worth));
            levels.push(json!({ "attribute": name, "level": self.either("As today", "현재 수준"), "part_worth": 0.0, "price": null }));
            levels.push(json!({ "attribute": name, "level": self.tell(&each.technical), "part_worth": worth, "price": null }));
        }
        for (factor, worth) in [(0.9, PRICE_WORTH), (1.0, 0.6), (1.15, 0.0)] {
            levels.push(json!({ "attribute": price, "level": format!("{:.0} %", factor * 100.0), "part_worth": worth,
                "price": money(self.sheet.price * factor, books) }));
        }
        worths.push((price.to_owned(), PRICE_WORTH));
        json!({ "market": self.here(), "respondents": dice.between(96, 240), "method": "choice_based",
            "date": self.in_days(-21), "attributes": attributes, "levels": levels,
            "conclusion": self.what_weighs_most(&worths, price) })
    }

    /// The importance of an attribute is its range as a part of all ranges.
    fn what_weighs_most(&self, worths: &[(String, f64)], price: &str) -> String {
        let all: f64 = worths.iter().map(|(_, range)| range).sum();
        let importance = |range: f64| whole(100.0 * range / all.max(0.01));
        let first = worths.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let Some((name, range)) = first else { return String::new() };
        let (most, of_price) = (importance(*range), importance(PRICE_WORTH));
        let text = if name == price {
            self.either(
                &format!("The price weighs most ({most} %): two offers, not one."),
                &format!("가격의 중요도가 {most}%로 가장 높아 두 가지 가격안을 준비."),
            )
            .to_owned()
        } else {
            self.either(
                &format!("\u{201c}{name}\u{201d} weighs most ({most} %), the price {of_price} %."),
                &format!("'{name}'의 중요도가 {most}%로 가장 높고 가격은 {of_price}%."),
            )
            .to_owned()
        };
        format!("{text} {}", self.word("conjoint/conclusion"))
    }

    fn technology(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let investment = Figures::of(self).investment;
        let row = |concept: &crate::data::Say| {
            json!({ "technology": self.tell(concept), "readiness": 6, "needed": 8,
                "by": self.in_days(260) })
        };
        let supplier = device.supply.first();
        let component = supplier.map(|supply| self.tell(&supply.component)).unwrap_or_default();
        let first = self.tell(device.concepts.first().unwrap_or(&device.specialty));
        let catalogue = &self.data.catalogue;
        let (technologies, skills) =
            (self.shared(&catalogue.technologies), self.shared(&catalogue.skills));
        let named = technologies.iter().map(|each| {
            json!({ "technology": each.name, "readiness": whole(each.have), "needed": whole(each.needed),
                "by": self.in_days(each.days) })
        });
        let skill = |each: &&Shared| {
            json!({ "skill": each.name, "needed": each.needed, "have": each.have,
                "by": self.in_days(each.days) })
        };
        let choice = |subject: &str, choice: &str, part: f64| {
            json!({ "subject": subject, "choice": choice, "cost": money(investment * part, books),
                "alternative": self.word(&format!("{choice}/alternative")) })
        };
        let chosen = technologies.iter().chain(&skills).filter_map(|each| {
            let way = self.dice(&each.name).pick(&each.ways)?.clone();
            Some(choice(&each.name, &way, if way == "make" { 0.07 } else { 0.03 }))
        });
        let own = [choice(first, "make", 0.18), choice(component, "buy", 0.04)];
        json!({
            "technologies": device.concepts.iter().take(1).map(row).chain(named).collect::<Vec<_>>(),
            "skills": skills.iter().map(skill).collect::<Vec<_>>(),
            "choices": own.into_iter().chain(chosen).collect::<Vec<_>>(),
        })
    }

    /// What the house needs for products of this device.
    fn shared(&self, all: &'a [Shared]) -> Vec<&'a Shared> {
        let family = self.device().map(|device| device.family.clone()).unwrap_or_default();
        all.iter().filter(|each| each.families.contains(&family)).collect()
    }

    /// Over three years at one hospital; what payers feel is that difference, hospital by hospital.
    fn health_economics(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let mut dice = self.dice("economics");
        let case = part(device.case.max(60) * 100);
        // What is repaired is bought once and used for years; all else is bought for each case.
        let capital = device.service.is_some();
        let procedures = dice.between(6, 40) * if capital { 40 } else { 10 };
        let uses = part(procedures * 3 * 100);
        let net = self.sheet.price * 0.9;
        let bought = if capital { net } else { 0.0 };
        let ours = if capital { net * 0.003 } else { net } + case * 0.06;
        // Most save time or a complication, some cost more and are worth it.
        let saves = if dice.percent(75) { 1.0 } else { -0.6 };
        let each = ours * part(dice.between(6, 18)) * saves;
        let adoption = (each.abs() * uses * 0.2).min(2_400.0);
        let option = |name: &str, ours: bool, each: f64, adoption: f64| {
            let bought = if ours { bought } else { 0.0 };
            json!({ "option": name, "ours": ours, "acquisition": money(bought, books), "adoption": money(adoption, books),
                "per_procedure": money(each, books), "upkeep": money(0.0, books), "disposal": money(procedures_cost(procedures), books),
                "years": 3, "procedures": procedures })
        };
        let difference = bought + adoption - each * uses;
        let costs_more = difference > 0.0;
        let sites = part(dice.between(12, 60) * 100);
        // For each year of life in full health.
        let worth = part(dice.between(6, 24) * 100_000);
        json!({
            "options": [
                option(&self.sheet.name, true, ours, adoption),
                option(&self.sheet.today, false, ours + each, 0.0) ],
            "outcome": if costs_more { "cost_utility" } else { "cost_minimisation" },
            "perspective": "hospital", "discount_rate": 4.5,
            "extra_cost": costs_more.then(|| money(difference / uses, books)),
            "extra_qaly": costs_more.then(|| (difference / uses / worth * 1e4).ceil() / 1e4),
            "budget_impact": money(difference * sites, books),
            "evidence": self.word("economics/evidence"),
        })
    }
}

/// What it costs to get rid of three years' consumables: some cents each.
fn procedures_cost(procedures: i64) -> f64 {
    part(procedures * 3 * 12)
}
