//! The business case of a sheet: sizes that nest, a plan whose revenue is units times price, a value
//! that follows from the years.

use serde_json::{Value, json};

use super::Writer;
use crate::{data::Sheet, dice::Dice};

/// A year's discount.
pub(super) const RATE: f64 = 0.10;
/// Of the peak, year by year after the launch.
const RAMP: [f64; 7] = [0.22, 0.40, 0.60, 0.80, 0.94, 1.0, 0.97];
/// The same, where customers wait for it.
const QUICK: [f64; 7] = [0.52, 0.68, 0.82, 0.95, 1.0, 0.98, 0.92];
/// Selling and overhead as a share of revenue, year by year.
const SELLING: [f64; 7] = [0.44, 0.36, 0.31, 0.28, 0.27, 0.26, 0.26];
/// The investment against the present value of the profits, in percent: of a new product with
/// studies, of another one, of an extension; from, to.
const INVESTED: [(i64, i64); 3] = [(30, 58), (18, 38), (13, 30)];
/// What a product can bear of it, or nobody would begin.
const BEARABLE: f64 = 0.55;
/// A month of an engineer with the bench and the rooms, in US dollars.
const PERSON_MONTH: f64 = 11_000.0;
/// People's part of what is invested beside the fees, in percent: from, to.
const PEOPLE: (i64, i64) = (34, 58);
/// What is left of the list price.
const NET: f64 = 0.9;

/// Units of each currency for a US dollar; round figures for a demo.
const RATES: &[(&str, f64)] =
    &[("USD", 1.0), ("EUR", 0.92), ("GBP", 0.79), ("KRW", 1380.0), ("JPY", 150.0)];

/// Everything that the money forms tell, in US dollars.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// Market, TAM, SAM, SOM.
    pub(super) markets: Vec<(String, f64, f64, f64)>,
    pub(super) net_price: f64,
    pub(super) margin: f64,
    /// Units, revenue, profit of each year from the launch on.
    pub(super) years: Vec<(f64, f64, f64)>,
    pub(super) investment: f64,
    /// Of people, in months.
    pub(super) effort: f64,
    pub(super) npv: f64,
    pub(super) irr: f64,
    pub(super) payback_months: i64,
}

impl Figures {
    pub(super) fn of(writer: &Writer<'_>) -> Self {
        let sheet = writer.sheet;
        let mut dice = Dice::of(writer.seed, &format!("{}/figures", sheet.key));
        let (serviceable, obtainable) = (0.34 + 0.16 * dice.part(), 0.07 + 0.06 * dice.part());
        let serviceable = sheet.serves.map_or(serviceable, |percent| percent / 100.0);
        let obtainable = sheet.reach.map_or(obtainable, |percent| percent / 100.0);
        let fees = writer.fees();
        let people =
            part(100 * if extends(sheet) { dice.between(9, 16) } else { dice.between(36, 72) });
        let of_people = part(dice.between(PEOPLE.0, PEOPLE.1));
        let least = fees + people * PERSON_MONTH / of_people;
        let grown = (least / bearable(sheet, serviceable * obtainable, writer)).max(1.0);
        let mut markets = Vec::new();
        for key in &sheet.markets {
            let weight = writer.place(key).map_or(5, |place| place.weight);
            // A market too small for the fees was counted too small.
            let tam = millions(sheet.tam) * part(weight) * grown;
            let sam = tam * serviceable;
            markets.push((key.clone(), round(tam), round(sam), round(sam * obtainable)));
        }
        let net_price = cents(sheet.price * NET);
        let margin = (net_price - sheet.cost) / net_price;
        let peak_units = (som(&markets) * 0.85 / net_price).max(1.0);
        let ramp = if sheet.quick { QUICK } else { RAMP };
        let years: Vec<(f64, f64, f64)> = ramp
            .iter()
            .zip(SELLING)
            .map(|(ramp, selling)| {
                let units = (peak_units * ramp).round().max(1.0);
                let revenue = cents(units * net_price);
                (units, revenue, cents(revenue * (margin - selling)))
            })
            .collect();
        let profits: Vec<f64> = years.iter().map(|(_, _, profit)| *profit).collect();
        let value = present_value(&profits, RATE);
        let studied = writer.device().is_ok_and(|device| device.evidence == "study");
        let (low, high) = INVESTED[if extends(sheet) { 2 } else { usize::from(!studied) }];
        let usual = (value * part(dice.between(low, high))).min(most(sheet, &profits));
        let investment = round(usual.max(least));
        let effort = ((investment - fees) * of_people / PERSON_MONTH).round().max(people);
        let npv = cents(value - investment);
        let irr = rate_of_return(investment, &profits);
        let payback_months = payback(investment, &profits);
        Self { markets, net_price, margin, years, investment, effort, npv, irr, payback_months }
    }

    pub(super) fn peak(&self) -> f64 {
        self.years.iter().map(|(_, revenue, _)| *revenue).fold(0.0, f64::max)
    }

    /// The peak as a share of what could be served, in percent.
    pub(super) fn peak_share(&self) -> f64 {
        self.share_of(self.peak())
    }

    /// A revenue as a share of what could be served, in percent.
    pub(super) fn share_of(&self, revenue: f64) -> f64 {
        let sam: f64 = self.markets.iter().map(|(_, _, sam, _)| *sam).sum();
        tenth(100.0 * revenue / sam.max(1.0))
    }

    /// A market's part of a year's revenue.
    pub(super) fn in_market(&self, market: &str, year: usize) -> f64 {
        let all = som(&self.markets).max(1.0);
        let own = self.markets.iter().find(|(key, ..)| key == market);
        let own = own.map_or(0.0, |(_, _, _, som)| *som);
        let year = self.years.get(year).or(self.years.last());
        year.map_or(0.0, |(_, revenue, _)| cents(revenue * own / all))
    }
}

fn extends(sheet: &Sheet) -> bool {
    sheet.novelty == "line_extension"
}

/// What can be invested when so much of the market is obtained: a part of the present value of
/// the profits; an extension has to earn it in three years.
fn bearable(sheet: &Sheet, obtained: f64, writer: &Writer<'_>) -> f64 {
    let weights = sheet.markets.iter().map(|key| writer.place(key).map_or(5, |it| it.weight));
    let peak = millions(sheet.tam) * part(weights.sum()) * obtained * 0.85;
    let net_price = sheet.price * NET;
    let margin = (net_price - sheet.cost) / net_price;
    let ramp = if sheet.quick { QUICK } else { RAMP };
    let profits = ramp.iter().zip(SELLING).map(|(ramp, selling)| peak * ramp * (margin - selling));
    most(sheet, &profits.collect::<Vec<_>>())
}

fn most(sheet: &Sheet, profits: &[f64]) -> f64 {
    let of_three_years: f64 = profits.iter().take(3).sum();
    let most =
        if extends(sheet) { of_three_years * 0.9 } else { present_value(profits, RATE) * BEARABLE };
    most.max(1.0)
}

fn som(markets: &[(String, f64, f64, f64)]) -> f64 {
    markets.iter().map(|(_, _, _, som)| *som).sum()
}

fn present_value(profits: &[f64], rate: f64) -> f64 {
    let mut factor = 1.0;
    let mut value = 0.0;
    for profit in profits {
        factor *= 1.0 + rate;
        value += profit / factor;
    }
    value
}

/// In percent, by halving: where the present value is the investment.
fn rate_of_return(investment: f64, profits: &[f64]) -> f64 {
    let (mut low, mut high) = (0.0, 5.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if present_value(profits, middle) > investment {
            low = middle;
        } else {
            high = middle;
        }
    }
    tenth(100.0 * low)
}

/// Months from the launch until the profits have earned the investment.
fn payback(investment: f64, profits: &[f64]) -> i64 {
    let mut left = investment;
    let mut months = 0;
    for profit in profits {
        for _ in 0..12 {
            if left < 0.01 {
                return months;
            }
            left -= profit / 12.0;
            months += 1;
        }
    }
    months
}

#[expect(clippy::cast_precision_loss, reason = "figures of a demo have few digits")]
fn millions(count: i64) -> f64 {
    count as f64 * 1e6
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
pub(super) fn part(percent: i64) -> f64 {
    percent as f64 / 100.0
}

/// Three leading digits, as in a market study.
fn round(amount: f64) -> f64 {
    let step = 10_f64.powf(amount.abs().max(1.0).log10().floor() - 2.0);
    (amount / step).round() * step
}

fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

pub(super) fn tenth(amount: f64) -> f64 {
    (amount * 10.0).round() / 10.0 + 0.0
}

/// An amount of US dollars in a currency, as forms take it.
pub(super) fn money(dollars: f64, currency: &str) -> Value {
    let rate = RATES.iter().find(|(key, _)| *key == currency).map_or(1.0, |(_, rate)| *rate);
    // An empty sum is a negative zero, and nobody writes that.
    let amount = dollars * rate + 0.0;
    let amount = match currency {
        "KRW" | "JPY" => format!("{:.0}", (amount / 10.0).round() * 10.0),
        _ if amount.abs() >= 10_000.0 => format!("{amount:.0}"),
        _ => format!("{amount:.2}"),
    };
    json!({ "amount": amount, "currency": currency })
}

/// An amount of US dollars in a currency, as a sentence has it.
pub(super) fn told(dollars: f64, currency: &str) -> String {
    let amount = money(dollars, currency);
    let amount = amount.get("amount").and_then(Value::as_str).unwrap_or_default();
    let (whole, cents) = amount.split_once('.').map_or((amount, None), |(a, b)| (a, Some(b)));
    let count = whole.len();
    let mut text = format!("{currency} ");
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (count - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    cents.map_or(text.clone(), |cents| format!("{text}.{cents}"))
}

/// The currency in which a project keeps its books.
pub(super) fn books(sheet: &Sheet) -> &'static str {
    match sheet.markets.as_slice() {
        [only] if only == "KR" => "KRW",
        markets if markets.iter().any(|key| key == "US" || key == "KR") => "USD",
        _ => "EUR",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_follows_from_its_years() {
        let profits = [100.0, 100.0, 100.0];
        assert!((present_value(&profits, 0.10) - 248.685).abs() < 0.001);
        // 100 a year for three years on 200: about 23.4 percent.
        assert!((rate_of_return(200.0, &profits) - 23.4).abs() < 0.05);
        assert_eq!(payback(150.0, &profits), 18);
    }

    #[test]
    fn amounts_are_written_as_their_currency_is() {
        assert_eq!(money(12.5, "USD"), json!({ "amount": "12.50", "currency": "USD" }));
        assert_eq!(money(10.0, "KRW"), json!({ "amount": "13800", "currency": "KRW" }));
        assert_eq!(
            (told(1_240.5, "EUR"), told(3.1, "KRW")),
            ("EUR 1,141.26".into(), "KRW 4,280".into())
        );
        assert!((round(1_234_567.0) - 1_230_000.0).abs() < 1.0);
    }
}
