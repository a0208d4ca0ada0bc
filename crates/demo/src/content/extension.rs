//! Forms of the short process: what differs from the product that is extended.

use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money},
};
use crate::data::{Family, Requirement};

impl Writer<'_> {
    pub(super) fn of_an_extension(&self, form: &str, family: &Family) -> Option<Value> {
        Some(match form {
            "extension" => self.extension(family),
            "cannibalisation" => self.cannibalisation(),
            "change_impact" => self.change_impact(),
            "requirement_changes" => self.requirement_changes(family),
            "transition" => self.transition(),
            "launch_plan" => self.launch_plan(family),
            _ => return None,
        })
    }

    fn extension(&self, family: &Family) -> Value {
        let planned = self.planned_segment();
        let planned = planned.map(|it| json!({ "segment": it.name, "served": "partly" }));
        let row = |segment: &crate::data::Segment| json!({ "segment": self.tell(&segment.name), "served": "served" });
        let segments: Vec<Value> =
            planned.into_iter().chain(family.segments.iter().take(1).map(row)).collect();
        let origin = match self.sheet.origin.as_str() {
            "complaint" => "complaint",
            "competitor" => "competitor",
            _ => "customers",
        };
        json!({
            "submitter": self.name_of("inventor"),
            "base_product": self.sheet.line,
            "origin": origin,
            "changes": [{ "change": self.sheet.idea, "kind": "size", "benefit": self.sheet.edge }],
            "segments": segments,
            "same_intended_use": true, "touches_use": false, "new_procedure": false,
            "evidence": [{ "finding": self.sheet.finding,
                "source": self.either("CRM, visit reports", "CRM 방문 보고"), "link": null }],
        })
    }

    fn cannibalisation(&self) -> Value {
        let (books, revenue) = (books(self.sheet), Figures::of(self).peak());
        json!({ "products": [{ "product": self.sheet.line, "revenue": money(revenue * 4.0, books),
            "lost": money(revenue * 0.15, books), "then": "stays" }], "counted": true })
    }

    fn change_impact(&self) -> Value {
        let area = |area: &str, affected: bool, en: &str, ko: &str| {
            json!({ "area": area, "affected": affected, "reason": self.either(en, ko),
                "to_do": if affected { "test" } else { "rationale" } })
        };
        json!({ "areas": [
            area("manufacturing", true, "New tool, same process window", "신규 금형, 공정 범위 동일"),
            area("usability", true, "Other size in the hand", "파지 크기 변경"),
            area("biocompatibility", false, "Same materials and contact time", "재질과 접촉 시간 동일"),
            area("clinical", false, "Same intended use, covered by the base product", "동일한 사용 목적, 기존 근거로 충분"),
        ], "feasible": true, "freedom_to_operate": "clear" })
    }

    fn requirement_changes(&self, family: &Family) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("T{}", index + 1), "customer": self.tell(&each.customer),
                "priority": if index == 0 { "must" } else { "should" },
                "technical": self.tell(&each.technical), "measure": self.tell(&each.measure),
                "verified_by": each.by })
        };
        let rows: Vec<Value> = self.specified(family).iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "agreed_with_customers": true })
    }

    fn transition(&self) -> Value {
        let row = |market: &String| {
            json!({ "market": market, "old_product": "stays",
                "old_stock": self.dice(market).between(20, 400), "last_sale": null, "told": true })
        };
        json!({ "markets": self.sheet.markets.iter().map(row).collect::<Vec<_>>() })
    }

    fn launch_plan(&self, family: &Family) -> Value {
        let figures = Figures::of(self);
        let row = |market: &String| {
            json!({ "market": market, "activity": self.congress(family, market),
                "audience": self.tell(&family.users),
                "owner": self.company.holders(self.sheet, "field_marketing_manager", Some(market))
                    .first().map(|found| found.member.name.clone()),
                "start": self.in_days(45), "budget": money(figures.in_market(market, 0) * 0.05, books(self.sheet)) })
        };
        let rows: Vec<Value> = self.sheet.markets.iter().map(row).collect();
        let first = figures.years.first().map_or(0.0, |(_, revenue, _)| *revenue);
        json!({ "message": self.sheet.positioning, "type": "full", "activities": rows,
            "first_year_sales": money(first, books(self.sheet)) })
    }
}
