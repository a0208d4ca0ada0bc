//! The idea and the analyses of the market: forms of the first two stages.

use chrono::Datelike as _;
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, RATE, books, money, part, tenth},
};
use crate::data::Device;

impl Writer<'_> {
    pub(super) fn of_the_market(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "idea" => self.idea(),
            "strategic_fit" => self.strategic_fit(device),
            "market_size" => self.market_size(),
            "financial_opportunity" => self.financial_opportunity(),
            "competitive_landscape" => self.competitive_landscape(device),
            _ => return None,
        })
    }

    fn idea(&self) -> Value {
        let sheet = self.sheet;
        let place = self.place(self.here());
        let site = place.and_then(|place| place.sites.first()).map(|say| self.tell(say));
        json!({
            "submitter": self.name_of("inventor"),
            "origin": sheet.origin,
            "problem": sheet.problem,
            "today": sheet.today,
            "idea": sheet.idea,
            "evidence": [
                { "finding": sheet.finding, "source": site, "link": null },
                { "finding": self.word("idea/second_source"),
                  "source": self.either("CRM, visit reports", "CRM 방문 보고"), "link": null },
            ],
        })
    }

    fn strategic_fit(&self, device: &Device) -> Value {
        let segment = |(index, segment): (usize, &crate::data::Segment)| {
            json!({ "segment": self.tell(&segment.name), "need": self.tell(&segment.need),
                "buyer": self.tell(&segment.buyer), "target": index < 2, "customers": null,
                "growth": self.in_the_plan(segment).map(|planned| planned.growth),
                "position": self.word(if index == 0 { "fit/position" } else { "fit/position_second" }) })
        };
        let segments: Vec<Value> = device.segments.iter().enumerate().map(segment).collect();
        let fit = if self.sheet.novelty == "line_extension" { "adjacent" } else { "core" };
        json!({
            "segments": segments,
            "positioning": self.sheet.positioning,
            "goal": self.word("fit/goal"),
            "proof": self.word("fit/proof"),
            "fit": fit,
            "portfolio_gap": device.segments.first().map(|segment| self.tell(&segment.need)),
        })
    }

    fn market_size(&self) -> Value {
        let (figures, books) = (Figures::of(self), books(self.sheet));
        // Looked at again, what counts as served is smaller.
        let again = if self.revision > 1 { 0.86 } else { 1.0 };
        let source =
            self.either("Procedure statistics and claims data", "시술 통계와 건강보험 청구 자료");
        let rows: Vec<Value> = figures
            .markets
            .iter()
            .map(|(market, tam, sam, som)| {
                json!({ "market": market, "tam": money(*tam, books), "sam": money(sam * again, books),
                    "som": money(som * again, books), "growth": self.sheet.growth,
                    "source": format!("{source}, {market} {}", self.year() - 1) })
            })
            .collect();
        let sum =
            |of: fn(&(String, f64, f64, f64)) -> f64| figures.markets.iter().map(of).sum::<f64>();
        json!({
            "markets": rows,
            "total_tam": money(sum(|row| row.1), books),
            "total_sam": money(sum(|row| row.2) * again, books),
            "total_som": money(sum(|row| row.3) * again, books),
            "year": self.year() - 1,
        })
    }

    fn financial_opportunity(&self) -> Value {
        let (figures, books) = (Figures::of(self), books(self.sheet));
        // The first whole year on the market; a launch in its first months makes it this one.
        let launch = self.launch();
        let first = launch.year() + i32::from(launch.month() > 3);
        let years: Vec<Value> = figures
            .years
            .iter()
            .zip(first..)
            .map(|((units, revenue, profit), year)| {
                json!({ "year": year, "units": whole(*units), "revenue": money(*revenue, books),
                    "share": figures.share_of(*revenue),
                    "profit": money(*profit, books) })
            })
            .collect();
        json!({
            "investment": money(figures.investment, books),
            "peak_sales": money(figures.peak(), books),
            "peak_share": figures.peak_share(),
            "gross_margin": tenth(figures.margin * 100.0),
            "discount_rate": tenth(RATE * 100.0),
            "npv": money(figures.npv, books),
            "irr": figures.irr,
            "payback_months": figures.payback_months,
            "years": years,
        })
    }

    fn competitive_landscape(&self, device: &Device) -> Value {
        let books = books(self.sheet);
        let rival = |(index, rival): (usize, &crate::data::Rival)| {
            json!({ "next_move": self.word(&format!("rival/{}", index % 3)), "name": rival.name, "share": rival.share, "strengths": self.tell(&rival.strength),
                "weaknesses": self.tell(&rival.weakness),
                "price": money(self.sheet.price * part(rival.price), books) })
        };
        let rivals: Vec<Value> = device.rivals.iter().enumerate().map(rival).collect();
        let top: i64 = device.rivals.iter().take(3).map(|rival| rival.share).sum();
        json!({ "competitors": rivals, "top_share": top, "held_by_few": top >= 70, "edge": self.sheet.edge })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "units of a demo")]
pub(super) fn whole(number: f64) -> i64 {
    number.round() as i64
}
