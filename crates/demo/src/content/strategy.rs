//! The strategic plan of a business unit: what its file says, with the figures of its products.

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth},
};
use crate::data::{PlanProduct, PlanSegment, Sheet, StrategicPlan};

/// A product of the plan with its sheet and its present place.
struct Held<'a> {
    row: &'a PlanProduct,
    sheet: &'a Sheet,
    writer: Writer<'a>,
    revenue: f64,
}

impl<'a> Writer<'a> {
    pub(super) fn of_a_plan(&self, form: &str) -> Option<Value> {
        let plan = self.data.plans.get(self.sheet.plan.as_ref()?)?;
        Some(match form {
            "last_plan" => self.last_plan(plan),
            "pest" => self.surroundings(plan),
            "five_forces" => five_forces(plan),
            "competitors" => self.plan_rivals(plan),
            "swot" => swot(plan),
            "customer_behaviour" => behaviour(plan),
            "funding_trend" => self.funding(plan),
            "segments" => plan_segments(plan),
            "positioning" => positioning(plan),
            "gap_analysis" => self.gaps(plan),
            "technology_roadmap" => self.technologies(plan),
            "price_strategy" => self.prices(plan),
            "opinion_leaders" => self.leaders(plan),
            "reimbursement_strategy" => self.reimbursement_aims(plan),
            "boston" => self.boston(plan),
            "balanced_scorecard" => self.scorecard(plan),
            "long_term_plan" => self.long_term(plan),
            "scenarios" => self.scenarios(plan),
            "rationalisation" => self.rationalisation(plan),
            "half_year_check" => self.half_year(plan),
            "monitoring" => self.monitoring(plan),
            _ => return None,
        })
    }

    pub(super) fn plan_card(&self) -> Value {
        let company = &self.data.company;
        let place = company.portfolios.iter().find(|row| row.key == self.sheet.portfolio);
        let unit = place.and_then(|row| company.units.get(&row.unit));
        json!({ "portfolio": unit.map(|title| self.tell(title)), "planning_year": self.first_year(),
            "horizon_years": self.horizon(), "follows_a_plan": true })
    }

    fn first_year(&self) -> i32 {
        if self.sheet.first_year > 0 { self.sheet.first_year } else { self.year() + 1 }
    }

    fn horizon(&self) -> i32 {
        if self.sheet.plan.as_deref() == Some("digital") { 3 } else { 5 }
    }

    fn held(&self, plan: &'a StrategicPlan) -> Vec<Held<'a>> {
        let find = |row: &'a PlanProduct| {
            let sheet = self.data.sheets.iter().find(|sheet| sheet.key == row.sheet)?;
            let writer = self.about(sheet);
            let revenue = writer.last_year();
            Some(Held { row, sheet, writer, revenue })
        };
        plan.products.iter().filter_map(find).collect()
    }

    /// What has sales; a matrix of what is not sold yet would say nothing.
    fn on_sale(&self, plan: &'a StrategicPlan) -> Vec<Held<'a>> {
        let (sold, other): (Vec<_>, Vec<_>) =
            self.held(plan).into_iter().partition(|held| held.revenue > 0.0);
        if sold.is_empty() { other } else { sold }
    }

    fn last_plan(&self, plan: &'a StrategicPlan) -> Value {
        let products: Vec<Value> = self
            .held(plan)
            .iter()
            .filter(|held| held.revenue > 0.0)
            .map(|held| {
                let attained = held.writer.attained().max(1.0);
                json!({ "product": short(held.sheet), "reached": money(held.revenue, "USD"),
                    "planned": money(held.revenue * 100.0 / attained, "USD"),
                    "cause": cause(attained) })
            })
            .collect();
        let nothing = vec![json!({ "product": self.sheet.name, "cause": "delay",
            "planned": money(0.0, books(self.sheet)), "reached": money(0.0, books(self.sheet)) })];
        let learned = plan.learned.iter();
        let learned: Vec<Value> = learned
            .map(|each| json!({ "learned": each.0, "part": each.1, "taken_up": true, "reason": each.2 }))
            .collect();
        json!({ "products": if products.is_empty() { nothing } else { products },
            "feedback": learned })
    }

    fn surroundings(&self, plan: &StrategicPlan) -> Value {
        let row = |each: &crate::data::Factor| {
            json!({ "kind": each.0, "factor": each.1, "market": each.2, "effect": each.3,
                "strength": each.4, "from_year": self.first_year() + each.5, "source": each.6 })
        };
        json!({ "factors": plan.pest.iter().map(row).collect::<Vec<_>>() })
    }

    fn plan_rivals(&self, plan: &StrategicPlan) -> Value {
        let row = |(index, each): (usize, &crate::data::PlanRival)| {
            let due = self.in_days(90 + 70 * i64::try_from(index).unwrap_or(0));
            let when = (each.6 != "none").then_some(due);
            json!({ "company": each.0, "segment": segment(plan, each.1), "share": each.2,
                "growth": each.3, "strengths": each.4, "weaknesses": each.5, "next_move": each.6,
                "when": when, "threat": each.7 })
        };
        json!({ "competitors": plan.rivals.iter().enumerate().map(row).collect::<Vec<_>>() })
    }

    fn funding(&self, plan: &StrategicPlan) -> Value {
        let row = |each: &crate::data::Budget| {
            let currency = self.place(&each.0).map_or("USD", |place| place.currency.as_str());
            json!({ "market": each.0, "scheme": each.1, "year": self.first_year() - 2,
                "amount": { "amount": each.2, "currency": currency }, "trend": each.3,
                "source": each.4 })
        };
        json!({ "budgets": plan.funding.iter().map(row).collect::<Vec<_>>() })
    }

    fn gaps(&self, plan: &StrategicPlan) -> Value {
        let row = |each: &PlanSegment| {
            let gap = each.gap.as_ref()?;
            let open = self.sheet.story.iter().any(|twist| twist.at == "strategy_agreed");
            let close_by = if open && self.revision == 1 { "leave" } else { &gap.close_by };
            Some(json!({ "segment": each.name, "missing": gap.missing, "close_by": close_by,
                "revenue": money(part(gap.revenue * 100) * 1e3, "USD"), "start": self.in_days(120),
                "reason": gap.reason }))
        };
        json!({ "gaps": plan.segments.iter().filter_map(row).collect::<Vec<_>>() })
    }

    fn technologies(&self, plan: &StrategicPlan) -> Value {
        let row = |each: &crate::data::Technology| {
            json!({ "technology": each.0, "serves": each.1, "readiness": each.2, "needed": each.3,
                "by_year": self.first_year() + each.4, "way": each.5,
                "cost": money(part(each.6 * 100) * 1e3, "USD") })
        };
        let skill = |each: &crate::data::Skill| {
            json!({ "skill": each.0, "people_now": each.1, "people_needed": each.2, "way": each.3,
                "by": self.in_days(400) })
        };
        json!({ "technologies": plan.technologies.iter().map(row).collect::<Vec<_>>(),
            "skills": plan.skills.iter().map(skill).collect::<Vec<_>>() })
    }

    fn prices(&self, plan: &'a StrategicPlan) -> Value {
        let held = self.held(plan);
        let mut erosion = Vec::new();
        let mut corridors = Vec::new();
        for each in held.iter().filter(|held| held.row.decision != "leave") {
            for (index, market) in each.sheet.markets.iter().take(2).enumerate() {
                let price = each.writer.local(market);
                let currency = self.place(market).map_or("USD", |place| place.currency.as_str());
                let (percent, why) =
                    if index == 0 { (-2.5, "tender") } else { (-3.5, "competition") };
                erosion.push(json!({ "product": short(each.sheet), "market": market,
                    "price": money(price, currency), "erosion": percent, "cause": why }));
                corridors.push(json!({ "product": short(each.sheet), "market": market,
                    "floor": money(price * 0.86, currency), "ceiling": money(price * 1.12, currency),
                    "below_floor": "leadership" }));
            }
        }
        let features: Vec<Value> = held
            .iter()
            .take(2)
            .map(|each| {
                json!({ "feature": each.sheet.edge, "segment": segment(plan, each.row.segment),
                    "worth": money(each.sheet.price * 0.11, "USD"), "importance": 34,
                    "asked": self.dice(&each.sheet.key).between(42, 160) })
            })
            .collect();
        json!({ "erosion": erosion, "features": features, "corridors": corridors,
            "widest_gap": 12 })
    }

    fn leaders(&self, plan: &StrategicPlan) -> Value {
        let specialty = self.data.devices.get(&self.sheet.device).map(|device| &device.specialty);
        let row = |(index, each): (usize, &crate::data::Leader)| {
            let who = self.place(&each.0).and_then(|place| place.physicians.get(each.1))?;
            Some(json!({ "leader": self.tell(who), "market": each.0,
                "speciality": specialty.map(|say| self.tell(say)), "reach": each.2, "now": each.3,
                "goal": each.4, "activity": each.5,
                "by": self.in_days(200 + 60 * i64::try_from(index).unwrap_or(0)),
                "budget": money(part(self.dice(&each.0).between(12, 45) * 100) * 1e3, "USD") }))
        };
        json!({ "leaders": plan.leaders.iter().enumerate().filter_map(row).collect::<Vec<_>>() })
    }

    fn reimbursement_aims(&self, plan: &'a StrategicPlan) -> Value {
        let named = |key: &str| self.data.sheets.iter().find(|sheet| sheet.key == key).map(short);
        let row = |(index, each): (usize, &crate::data::Aim)| {
            json!({ "product": named(&each.0), "market": each.1, "today": each.2, "aim": each.3,
                "evidence": each.4, "by": self.in_days(300 + 120 * i64::try_from(index).unwrap_or(0)) })
        };
        json!({ "aims": plan.reimbursement.iter().enumerate().map(row).collect::<Vec<_>>(),
            "economics": null })
    }

    fn boston(&self, plan: &'a StrategicPlan) -> Value {
        let row = |held: &Held<'_>| {
            let sold = held.sheet.sold.as_ref();
            let growth = sold.and_then(|sold| sold.market).unwrap_or(held.sheet.growth);
            let rival = sold.map_or(34.0, |sold| sold.rival);
            let relative = held.writer.share(None) / rival;
            json!({ "product": short(held.sheet), "revenue": money(held.revenue, "USD"),
                "market_growth": growth, "relative_share": (relative * 100.0).round() / 100.0,
                "decision": held.row.decision })
        };
        json!({ "products": self.on_sale(plan).iter().map(row).collect::<Vec<_>>() })
    }

    fn scorecard(&self, plan: &StrategicPlan) -> Value {
        let row = |each: &crate::data::Goal| {
            json!({ "perspective": each.0, "goal": each.1, "measure": each.2, "today": each.3,
                "target": each.4, "unit": each.5, "by_year": self.first_year() + each.6 - 1,
                "owner": self.name_of(&each.7) })
        };
        json!({ "goals": plan.goals.iter().map(row).collect::<Vec<_>>() })
    }

    fn long_term(&self, plan: &'a StrategicPlan) -> Value {
        let mut rows = Vec::new();
        for held in self.held(plan) {
            let margin = tenth(Figures::of(&held.writer).margin * 100.0);
            let share = held.writer.share(None);
            for index in 0..self.horizon() {
                let revenue = planned_revenue(&held, index);
                let now = planned_revenue(&held, 0).max(1.0);
                rows.push(json!({ "product": short(held.sheet),
                    "segment": segment(plan, held.row.segment), "year": self.first_year() + index,
                    "revenue": money(revenue, "USD"),
                    "share": tenth((share.max(0.8) * revenue / now).clamp(0.1, 60.0)),
                    "margin": margin, "units": null,
                    "investment": money(if index < 2 { revenue * 0.06 } else { revenue * 0.03 }, "USD") }));
            }
        }
        let assumption = |each: &crate::data::Assumption| {
            json!({ "assumption": each.0, "if_wrong": money(part(each.1 * 100) * 1e3, "USD"),
                "early_sign": each.2 })
        };
        json!({ "rows": rows,
            "assumptions": plan.assumptions.iter().map(assumption).collect::<Vec<_>>() })
    }

    fn scenarios(&self, plan: &'a StrategicPlan) -> Value {
        let held = self.held(plan);
        let total: f64 = held
            .iter()
            .flat_map(|held| (0..self.horizon()).map(|index| planned_revenue(held, index)))
            .sum();
        let row = |each: &crate::data::Scenario| {
            let revenue = total * part(each.2);
            let profit = revenue * (0.24 + part(each.2 - 100) * 0.4);
            json!({ "scenario": each.0, "happens": each.1, "revenue": money(revenue, "USD"),
                "profit": money(profit, "USD"), "answer": each.3 })
        };
        json!({ "scenarios": plan.scenarios.iter().map(row).collect::<Vec<_>>() })
    }

    fn rationalisation(&self, plan: &'a StrategicPlan) -> Value {
        let held = self.on_sale(plan);
        let boston = self.boston(plan);
        let dog = |index: usize| {
            let row = &boston["products"][index];
            let number = |key: &str| row[key].as_f64().unwrap_or_default();
            number("market_growth") < 10.0 && number("relative_share") < 1.0
        };
        let row = |(index, held): (usize, &Held<'_>)| {
            let leaves = held.row.decision == "leave";
            (leaves || held.row.proposal.is_some() || dog(index)).then(|| {
                let margin = held.sheet.sold.as_ref().and_then(|sold| sold.margin);
                let margin = margin.unwrap_or(Figures::of(&held.writer).margin * 100.0);
                let nobody = self.either("No product depends on it", "의존하는 제품 없음");
                let core = self.either(
                    "Below the leader, but it grows faster; kept while it does",
                    "1위보다 작지만 더 빠르게 성장하므로 유지",
                );
                json!({ "product": short(held.sheet),
                    "proposal": held.row.proposal.as_deref().unwrap_or("keep"),
                    "revenue": money(held.revenue, "USD"), "growth": held.writer.grown(),
                    "margin": tenth(margin), "share": held.writer.share(None), "needed_by": nobody,
                    "worth": money(held.revenue * 0.8, "USD"), "by": self.in_days(300),
                    "reason": held.row.reason.as_deref().unwrap_or(core) })
            })
        };
        json!({ "candidates": held.iter().enumerate().filter_map(row).collect::<Vec<_>>() })
    }

    fn half_year(&self, plan: &StrategicPlan) -> Value {
        let sign = plan.assumptions.first().map(|each| {
            json!({ "sign": each.2, "assumption": each.0,
                "correction": self.either("Looked at each month in the sales meeting", "월간 영업 회의에서 매월 확인"),
                "owner": self.name_of("product_marketing_manager"), "due": self.in_days(60) })
        });
        json!({ "revenue_to_plan": self.dice("half").between(93, 108),
            "signs": sign.into_iter().collect::<Vec<_>>() })
    }

    fn monitoring(&self, plan: &'a StrategicPlan) -> Value {
        let row = |held: &Held<'_>| {
            let attained = held.writer.attained().clamp(55.0, 130.0);
            let planned = planned_revenue(held, 0).max(1.0);
            let correction = self.either(
                "Field managers call on the accounts that have not reordered",
                "재주문이 없는 거래처를 지역 담당자가 방문",
            );
            json!({ "product": short(held.sheet), "segment": segment(plan, held.row.segment),
                "planned": money(planned, "USD"), "reached": money(planned * attained / 100.0, "USD"),
                "planned_share": held.writer.share(None).min(60.0),
                "reached_share": tenth((held.writer.share(None) * attained / 100.0).min(60.0)),
                "cause": cause(attained), "correction": correction })
        };
        let goal = |each: &crate::data::Goal| {
            let reached = tenth(each.3 + (each.4 - each.3) * 0.4);
            json!({ "goal": each.1, "target": each.4, "reached": reached, "on_track": true })
        };
        let learned = |each: &crate::data::Learned| {
            json!({ "learned": each.0, "part": each.1, "due": self.in_days(90),
                "owner": self.name_of("product_manager") })
        };
        json!({ "year": self.first_year(),
            "results": self.held(plan).iter().map(row).collect::<Vec<_>>(),
            "goals": plan.goals.iter().map(goal).collect::<Vec<_>>(),
            "feedback": plan.learned.iter().map(learned).collect::<Vec<_>>() })
    }
}

fn five_forces(plan: &StrategicPlan) -> Value {
    let row = |each: &crate::data::Force| {
        json!({ "segment": segment(plan, each.0), "force": each.1, "strength": each.2,
            "trend": each.3, "reason": each.4 })
    };
    json!({ "forces": plan.forces.iter().map(row).collect::<Vec<_>>() })
}

fn swot(plan: &StrategicPlan) -> Value {
    let row = |each: &crate::data::Point| {
        json!({ "kind": each.0, "point": each.1, "evidence": each.2, "weight": each.3,
            "answer": each.4 })
    };
    json!({ "points": plan.swot.iter().map(row).collect::<Vec<_>>() })
}

fn behaviour(plan: &StrategicPlan) -> Value {
    let row = |each: &crate::data::Step| {
        json!({ "segment": segment(plan, each.0), "step": each.1, "who": each.2, "does": each.3,
            "barrier": each.4, "channel": each.5, "months": each.6 })
    };
    json!({ "steps": plan.behaviour.iter().map(row).collect::<Vec<_>>() })
}

fn positioning(plan: &StrategicPlan) -> Value {
    let row = |each: &PlanSegment| {
        let promise = each.promise.as_ref()?;
        Some(
            json!({ "segment": each.name, "customer": promise.customer, "benefit": promise.benefit,
            "against": promise.against, "proof": promise.proof, "price": promise.price }),
        )
    };
    json!({ "segments": plan.segments.iter().filter_map(row).collect::<Vec<_>>() })
}

fn segment(plan: &StrategicPlan, index: usize) -> &str {
    plan.segments.get(index).map(|segment| segment.name.as_str()).unwrap_or_default()
}

/// Plans name products as the catalogue does, within sixty letters.
fn short(sheet: &Sheet) -> String {
    sheet.name.chars().take(60).collect()
}

fn cause(attained: f64) -> &'static str {
    match attained {
        low if low < 60.0 => "competition",
        low if low < 80.0 => "price",
        low if low < 90.0 => "execution",
        _ => "none",
    }
}

/// The first year of a plan whose work begins on this day.
pub(crate) fn planning_year(begin: NaiveDate) -> i32 {
    begin.checked_add_days(chrono::Days::new(220)).unwrap_or(begin).year()
}

fn plan_segments(plan: &StrategicPlan) -> Value {
    let row = |each: &PlanSegment| {
        json!({ "segment": each.name, "need": each.need, "size": money(part(each.size * 100) * 1e6, "USD"),
            "growth": each.growth, "margin": each.margin, "attractiveness": each.attractive,
            "position": each.position, "wanted": each.wanted, "covered_by": each.covered_by })
    };
    json!({ "segments": plan.segments.iter().map(row).collect::<Vec<_>>() })
}

/// What a product is planned to sell in a year of the plan.
fn planned_revenue(held: &Held<'_>, index: i32) -> f64 {
    let steps = usize::try_from(index).unwrap_or(0);
    if held.revenue <= 0.0 {
        // It comes to the market in the second year of the plan.
        let years = Figures::of(&held.writer).years;
        return steps.checked_sub(1).and_then(|year| years.get(year)).map_or(0.0, |year| year.1);
    }
    let factor: f64 = match held.row.decision.as_str() {
        "build" => 1.22,
        "hold" => 1.05,
        "harvest" => 0.98,
        _ => 0.55,
    };
    held.revenue * factor.powi(index + 1)
}
