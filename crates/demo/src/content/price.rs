//! What a unit costs in each market, what it sells for, and how many of them are expected.

use serde_json::{Value, json};

use super::{
    Writer,
    figures::{Figures, money, part},
    market::whole,
};

/// The corridor around the price of a market, as a share of it.
const FLOOR: f64 = 0.94;
const CEILING: f64 = 1.05;
/// What of the local price is left on average.
const KEPT: f64 = 0.94;
/// To bring a unit over and label it anew, in percent of the price: within the European Union,
/// across the Channel, from further away; and into the United States or Japan, where the
/// registration of somebody else does not help.
const TRADE: [i64; 4] = [17, 21, 33, 48];

impl Writer<'_> {
    pub(super) fn of_the_prices(&self, form: &str) -> Option<Value> {
        Some(match form {
            "price_corridor" => self.price_corridor(),
            "local_price" => self.local_price(),
            "forecast" => self.forecast(),
            "launch_stock" => self.launch_stock(),
            _ => return None,
        })
    }

    /// The local price of a market in US dollars.
    pub(super) fn local(&self, market: &str) -> f64 {
        self.sheet.price * self.place(market).map_or(1.0, |place| part(place.price))
    }

    /// What a unit brings in a market, in US dollars: never more than its price there.
    pub(super) fn net(&self, market: &str) -> f64 {
        (self.local(market) * KEPT).min(Figures::of(self).net_price)
    }

    fn price_corridor(&self) -> Value {
        let here = self.here();
        let (price, currency) = (self.local(here), self.currency());
        let mut dice = self.dice("trade");
        let others: Vec<&String> =
            self.sheet.markets.iter().filter(|other| *other != here).collect();
        let mut open = 0;
        let mut cheapest: Option<(&str, f64)> = None;
        let mut neighbours = Vec::new();
        for other in others {
            let lowest = self.local(other) * FLOOR;
            let trade = price * part(trade(other, here) + dice.between(0, 4));
            open += usize::from(price * CEILING - lowest - trade > 0.0);
            if cheapest.is_none_or(|(_, least)| lowest < least) {
                cheapest = Some((other, lowest));
            }
            neighbours.push(json!({ "market": other, "lowest": money(lowest, currency),
                "cost_of_trade": money(trade, currency) }));
        }
        json!({ "floor": money(price * FLOOR, currency), "ceiling": money(price * CEILING, currency),
            "unit_cost": money(self.sheet.cost, currency),
            "parallel_trade": (["low", "medium", "high"][open.min(2)]),
            "below_cost_because": null,
            "against_trade": (open > 0).then(|| self.either(
                "Labels in the language of the market only; volumes by account are watched",
                "해당 시장 언어 라벨만 공급, 거래처별 물량 감시")),
            "rationale": self.why_this_corridor(cheapest, open), "neighbours": neighbours })
    }

    fn why_this_corridor(&self, cheapest: Option<(&str, f64)>, open: usize) -> String {
        let net = self.word("price/between");
        let Some((market, lowest)) = cheapest else {
            return format!(
                "{net} {}",
                self.either("It is sold in one market only.", "단일 시장 판매.")
            );
        };
        let below = whole(100.0 - 100.0 * lowest / self.local(self.here()));
        let title = self.place(market).map(|place| self.tell(&place.title)).unwrap_or_default();
        let far = match below {
            1.. => self
                .either(
                    &format!("The lowest neighbour is {title}, {below} % below our price here"),
                    &format!("최저가 시장은 {title}(당사 현지 가격 대비 {below}% 낮음)"),
                )
                .to_owned(),
            _ => self.either("No neighbour is cheaper", "더 낮은 가격의 인접 시장 없음").to_owned(),
        };
        let pays = match open {
            0 => self.either(
                "bringing a unit over costs more than that.",
                "반입 비용이 가격 차이보다 큼.",
            ),
            _ => self.either("the gap is watched each quarter.", "분기마다 차익 발생 여부를 점검."),
        };
        format!("{net} {far}; {pays}")
    }

    fn local_price(&self) -> Value {
        let factor = 0.975 + 0.05 * self.dice("local").part();
        // Rebates stay above the floor.
        let deepest = whole((100.0 * (1.0 - (FLOOR + 0.004) / factor)).floor());
        let usual = (deepest / 2).max(1);
        let discounts = self
            .either(
                &format!("{usual} % from 100 units a year, {deepest} % in framework contracts."),
                &format!("연 100개 이상 {usual}%, 단가계약 {deepest}%."),
            )
            .to_owned();
        json!({ "price": money(self.local(self.here()) * factor, self.currency()),
            "valid_from": self.in_days(60), "discounts": discounts,
            "deepest_discount": deepest, "procedures_per_unit": 1 })
    }

    /// Units and revenue of each of the first months in this market.
    fn months(&self, count: usize) -> Vec<(String, i64, f64)> {
        let net = self.net(self.here());
        let planned = self.planned(self.here(), count).into_iter();
        let month = |(month, revenue): (chrono::NaiveDate, f64)| {
            let units = whole(revenue / net).max(1);
            (month.to_string(), units, part(units * 100) * net)
        };
        planned.map(month).collect()
    }

    /// Sales commits to a little less than marketing hopes for, and to no other order of size.
    fn forecast(&self) -> Value {
        let currency = self.currency();
        let mut dice = self.dice("committed");
        let mut row = |(month, units, revenue): &(String, i64, f64)| {
            json!({ "month": month, "units": units, "revenue": money(*revenue, currency),
                "sales_units": (units * dice.between(90, 102) / 100).max(1) })
        };
        let rows: Vec<Value> = self.months(12).iter().map(&mut row).collect();
        json!({ "months": rows, "agreed_with_sales": true })
    }

    fn launch_stock(&self) -> Value {
        // Long enough that months are left when the last authority has answered.
        let months = self.months(24);
        let demand = months.iter().map(|(_, units, _)| units).sum::<i64>() / 4;
        let stock = (demand * 11 / 20).max(3);
        let short = self.dice("short").percent(30);
        let row = |(index, (month, units, _)): (usize, &(String, i64, f64))| {
            let less = if short && index == 1 { units / 8 } else { 0 };
            json!({ "month": month, "units": units, "committed": units - less })
        };
        let missing = short && months.get(1).is_some_and(|(_, units, _)| units / 8 > 0);
        json!({ "demand": months.iter().enumerate().map(row).collect::<Vec<_>>(),
            "units_in_stock": stock, "agreed": true,
            "differences": missing.then(|| self.word("differences")) })
    }
}

/// What it takes to bring a unit from one market to another, in percent.
fn trade(from: &str, to: &str) -> i64 {
    let union = |market: &str| matches!(market, "DE" | "FR");
    let near = |market: &str| union(market) || market == "GB";
    match (from, to) {
        (from, to) if union(from) && union(to) => TRADE[0],
        (from, to) if near(from) && near(to) => TRADE[1],
        (_, "US" | "JP") => TRADE[3],
        _ => TRADE[2],
    }
}
