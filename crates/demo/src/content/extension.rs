//! Forms of the short process: what differs from the product that is extended.

use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money},
};
use crate::data::{Device, Requirement, Segment};

impl Writer<'_> {
    pub(super) fn of_an_extension(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "extension" => self.extension(device),
            "cannibalisation" => self.cannibalisation(),
            "change_impact" => self.change_impact(),
            "requirement_changes" => self.requirement_changes(device),
            "transition" => self.transition(),
            "launch_plan" => self.launch_plan(device),
            _ => return None,
        })
    }

    fn extension(&self, device: &Device) -> Value {
        let row = |(index, segment): (usize, &Segment)| {
            let served = if index == 0 { "served" } else { "partly" };
            json!({ "segment": self.tell(&segment.name), "served": served })
        };
        let segments: Vec<Value> = device.segments.iter().take(2).enumerate().map(row).collect();
        let kind = if device.kind == "device" { "size" } else { "accessory" };
        let origin = match self.sheet.origin.as_str() {
            "complaint" => "complaint",
            "competitor" => "competitor",
            _ => "customers",
        };
        json!({
            "submitter": self.name_of("inventor"),
            "base_product": self.sheet.line,
            "origin": origin,
            "changes": [{ "change": self.sheet.idea, "kind": kind, "benefit": self.sheet.edge }],
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
            area("manufacturing", true, "New variant on the same line, same process window", "동일 라인의 신규 규격, 공정 범위 동일"),
            area("usability", true, "Another form for the same users", "형태 변경, 사용자는 동일"),
            area("biocompatibility", false, "Same materials and contact time", "재질과 접촉 시간 동일"),
            area("clinical", false, "Same intended use, covered by the base product", "동일한 사용 목적, 기존 근거로 충분"),
        ], "feasible": true, "freedom_to_operate": "clear" })
    }

    fn requirement_changes(&self, device: &Device) -> Value {
        let row = |(index, each): (usize, &Requirement)| {
            json!({ "id": format!("T{}", index + 1), "customer": self.tell(&each.customer),
                "priority": if index == 0 { "must" } else { "should" },
                "technical": self.tell(&each.technical), "measure": self.tell(&each.measure),
                "verified_by": each.by })
        };
        let rows: Vec<Value> = self.specified(device).iter().enumerate().map(row).collect();
        json!({ "requirements": rows, "agreed_with_customers": true })
    }

    fn transition(&self) -> Value {
        let row = |market: &String| {
            json!({ "market": market, "old_product": "stays",
                "old_stock": self.dice(market).between(20, 400), "last_sale": null, "told": true })
        };
        json!({ "markets": self.sheet.markets.iter().map(row).collect::<Vec<_>>() })
    }

    fn launch_plan(&self, device: &Device) -> Value {
        let figures = Figures::of(self);
        let row = |market: &String| {
            let congress = device.congress_in(market)?;
            Some(json!({ "market": market, "activity": self.tell(&congress.name),
                "audience": self.tell(&device.users),
                "owner": self.company.holders(self.sheet, "field_marketing_manager", Some(market))
                    .first().map(|found| found.member.name.clone()),
                "start": self.meets_next(congress),
                "budget": money(figures.in_market(market, 0) * 0.06, books(self.sheet)) }))
        };
        let rows: Vec<Value> = self.sheet.markets.iter().filter_map(row).collect();
        let first = figures.years.first().map_or(0.0, |(_, revenue, _)| *revenue);
        json!({ "message": self.sheet.positioning, "type": "full", "activities": rows,
            "first_year_sales": money(first, books(self.sheet)) })
    }
}
