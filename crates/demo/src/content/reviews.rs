//! Promise against result: attainment, interim and post-launch reviews, the yearly lifecycle review.

use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, books, money, part, tenth},
};
use crate::data::{Twist, What};

/// A missed promise is one below this, a kept one above the second, in percent.
const MISSED: f64 = 90.0;
const KEPT: f64 = 103.0;
/// The form of attainment takes so many months.
const LONGEST: usize = 36;

impl Writer<'_> {
    pub(super) fn of_the_reviews(&self, form: &str, about: &str) -> Option<Value> {
        Some(match form {
            "attainment" => self.attainment(),
            "interim_review" => self.interim_review(about),
            "post_launch_review" => self.post_launch_review(),
            "lifecycle_review" => self.lifecycle_review(),
            "usage_review" => self.usage_review(),
            _ => return None,
        })
    }

    /// What explains the result: the sheet's own reason, or one of the phrases for it.
    fn because(&self, attained: f64) -> String {
        let told = self.sheet.sold.as_ref().and_then(|sold| sold.why.clone());
        told.unwrap_or_else(|| self.word(&result("because", attained)))
    }

    fn attainment(&self) -> Value {
        // One currency for all markets, or nobody could add them up.
        let currency = books(self.sheet);
        let months = self.sales(self.here());
        let months = months.get(months.len().saturating_sub(LONGEST)..).unwrap_or_default();
        let row = |month: &super::sales::Month| {
            json!({ "month": month.first_day, "marketing": money(month.forecast, currency),
                "sales": money(month.committed, currency), "actual": money(month.actual, currency) })
        };
        let forecast: f64 = months.iter().map(|month| month.forecast).sum();
        let actual: f64 = months.iter().map(|month| month.actual).sum();
        let attained = 100.0 * actual / forecast.max(1.0);
        json!({
            "months": months.iter().map(row).collect::<Vec<_>>(),
            "share": self.share(Some(self.here())),
            "causes": self.because(attained),
            "marketing_does": self.word(&result("marketing_does", attained)),
            "sales_does": self.word(&result("sales_does", attained)),
        })
    }

    fn interim_review(&self, about: &str) -> Value {
        let attained = self.attained();
        let occasion = if about.contains("3m") { "first_findings" } else { "later_findings" };
        json!({ "sales_to_plan": attained, "findings": self.word(&result(occasion, attained)),
            "corrections": self.word(&result("corrections", attained)) })
    }

    fn post_launch_review(&self) -> Value {
        let (figures, books) = (Figures::of(self), books(self.sheet));
        let sam = |market: &str| {
            figures.markets.iter().find(|row| row.0 == market).map_or(1.0, |row| row.2)
        };
        let row = |market: &String| {
            let months = self.sales(market);
            let year = months.get(..12.min(months.len())).unwrap_or_default();
            if year.is_empty() {
                return None;
            }
            let promised: f64 = year.iter().map(|month| month.planned).sum();
            let sold: f64 = year.iter().map(|month| month.actual).sum();
            Some(json!({ "market": market, "promised": money(promised, books),
                "sold": money(sold, books),
                "share_promised": tenth(100.0 * promised / sam(market)),
                "share": tenth(100.0 * sold / sam(market)) }))
        };
        let results: Vec<Value> = self.sheet.markets.iter().filter_map(row).collect();
        let (marketing, sales) = (self.name_of("product_marketing_manager"), self.name_of("sales"));
        let manager = self.name_of("product_manager");
        json!({
            "results": results,
            "worked": [
                { "about": "product", "what": self.sheet.edge, "owner": manager },
                { "about": "launch", "what": self.word("review/worked"), "owner": sales } ],
            "did_not_work": [
                { "about": "launch", "what": self.word("review/did_not_work"),
                  "why": self.word("because/missed"), "owner": marketing },
                { "about": "product", "what": self.weakness(),
                  "why": self.word("review/product_weakness_why"), "owner": manager } ],
            "next_time": [
                { "what": self.word("review/next_time"), "owner": marketing, "due": self.in_days(84) },
                { "what": self.word("review/next_time_upstream"), "owner": manager,
                  "due": self.in_days(119) } ],
        })
    }

    /// What users miss, of what this kind of device can lack.
    fn weakness(&self) -> Option<String> {
        let device = self.device().ok()?;
        let pouch = |part: &crate::data::Part| {
            ["Tyvek", "/PE"].iter().any(|film| part.material.contains(film))
        };
        let fits = [
            true,
            device.variants.len() > 1,
            device.packaging.iter().any(pouch),
            device.service.is_some() || device.family == "monitor",
        ];
        let places = (0..fits.len()).filter(|place| fits[*place]).collect::<Vec<_>>();
        let place = self.dice("review/product_weakness").pick(&places).copied()?;
        self.at("review/product_weakness", place)
    }

    /// The last word of the story about the way at the lifecycle review.
    fn way(&self) -> Option<&Twist> {
        let told = self.sheet.story.iter().filter(|twist| twist.at == "lifecycle");
        let mut told = told.filter(|twist| matches!(twist.what, What::Path(_)));
        let visit = usize::try_from(self.revision.saturating_sub(1)).unwrap_or(0);
        told.nth(visit)
    }

    fn lifecycle_review(&self) -> Value {
        let figures = Figures::of(self);
        let sold = self.sheet.sold.as_ref();
        let way = self.way();
        let recommendation = match way.map(|twist| &twist.what) {
            Some(What::Path(path)) if path == "rationalise" || path == "invest" => path.as_str(),
            _ => "continue",
        };
        let device = self.data.devices.get(&self.sheet.device);
        let first = device.and_then(|device| device.rivals.first()).map_or(30, |rival| rival.share);
        let margin = sold.and_then(|sold| sold.margin).unwrap_or(figures.margin * 100.0 - 1.2);
        let share = self.share(None);
        let reasons = way.map(|twist| twist.why.clone()).filter(|why| !why.is_empty());
        let attained = self.attained();
        json!({
            "year": self.year(),
            "revenue": money(self.last_year(), books(self.sheet)),
            "growth": self.grown(),
            "share": share,
            "rival_share": sold.map_or(part(first * 100), |sold| sold.rival),
            "market_growth": sold.and_then(|sold| sold.market).unwrap_or(self.sheet.growth),
            "gross_margin": tenth(margin),
            "complaints": self.dice("complaints").between(2, 17),
            "overdue_capas": 0,
            "recommendation": recommendation,
            "reasons": reasons.unwrap_or_else(|| self.because(attained)),
        })
    }

    fn usage_review(&self) -> Value {
        let (figures, books) = (Figures::of(self), books(self.sheet));
        let weak = self.attained() < 50.0;
        let row = |market: &String| {
            let months = self.sales(market);
            let promised: f64 = months.iter().map(|month| month.planned).sum();
            let sold: f64 = months.iter().map(|month| month.actual).sum();
            let sites = super::market::whole(sold / figures.net_price).max(1);
            let mut dice = self.dice(market);
            let lost = if weak { dice.between(210, 270) } else { dice.between(0, 45) };
            json!({ "market": market, "promised": money(promised.max(1.0), books),
                "sold": money(sold, books), "sites": sites,
                "active_users": sites * dice.between(9, 31), "lost": part(lost * 10) })
        };
        let results: Vec<Value> = self.sheet.markets.iter().map(row).collect();
        let releases = self
            .sheet
            .story
            .iter()
            .filter(|twist| matches!(&twist.what, What::Path(path) if path == "release"));
        let releases = u32::try_from(releases.count()).unwrap_or(0);
        let recommendation = match (weak, self.release <= releases) {
            (true, _) => "rationalise",
            (_, true) => "release",
            _ => "continue",
        };
        let availability = 99.80 + part(self.dice("up").between(3, 18));
        json!({
            "until": self.in_days(-4),
            "results": results,
            "availability": (availability * 100.0).round() / 100.0,
            "complaints": self.dice("complaints").between(1, 9),
            "overdue_capas": 0,
            "overdue_vulnerabilities": 0,
            "recommendation": recommendation,
            "lessons": [{ "about": "service", "what": self.word("software/lesson"),
                "next_time": self.word("software/next_time"), "owner": self.name_of("operations"),
                "due": self.in_days(60) }],
        })
    }
}

/// The key of the phrases for a result: missed, near, kept.
fn result(about: &str, attained: f64) -> String {
    let how = match attained {
        low if low < MISSED => "missed",
        high if high > KEPT => "kept",
        _ => "near",
    };
    format!("{about}/{how}")
}
