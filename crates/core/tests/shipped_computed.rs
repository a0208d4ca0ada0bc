//! What shipped forms compute, and when shipped signals hold, by figures worked out by hand.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{Definition, env},
    expr::{Limits, Outcome, Value},
};

const NPI: &str = include_str!("../../../workflows/npi-medtech.yaml");
const EXPRESS: &str = include_str!("../../../workflows/npi-express.yaml");
const SOFTWARE: &str = include_str!("../../../workflows/healthcare-software.yaml");

fn load(source: &str) -> Definition {
    sluicegate_core::definition::load(source).unwrap()
}

/// The content with its computed fields, whether or not it is complete otherwise.
#[expect(clippy::needless_pass_by_value, reason = "`json!` is written in place")]
fn computed(form: &str, content: Json) -> Json {
    load(NPI).forms[form].complete(&content).content
}

fn eur(amount: &str) -> Json {
    json!({ "amount": amount, "currency": "EUR" })
}

#[test]
fn a_market_is_held_by_a_few_above_an_hhi_of_1800() {
    let landscape = |shares: &[u32]| {
        let rows: Vec<Json> = shares.iter().map(|share| json!({ "share": share })).collect();
        let found = computed("competitive_landscape", json!({ "competitors": rows }));
        (found["hhi"].clone(), found["top_share"].clone(), found["held_by_few"].clone())
    };
    assert_eq!(landscape(&[10, 40, 20, 30]), (json!(3000), json!(90), json!(true)));
    assert_eq!(landscape(&[38, 12, 11]), (json!(1709), json!(61), json!(false)));
    assert_eq!(landscape(&[42, 6]), (json!(1800), json!(48), json!(false)));
    assert_eq!(landscape(&[]), (json!(0), json!(0), json!(false)));
}

#[test]
fn the_sizes_of_markets_add_up_in_one_currency() {
    let market = |tam: &str, currency: &str, growth: u32| {
        let tam = json!({ "amount": tam, "currency": currency });
        json!({ "growth": growth, "tam": tam })
    };
    let markets = json!([market("300", "EUR", 10), market("100", "EUR", 2)]);
    let found = computed("market_size", json!({ "markets": markets }));
    assert_eq!(found["total_tam"], eur("400.00"));
    assert_eq!(found["mean_growth"], json!(8));
    let mixed = json!([market("300", "EUR", 10), market("100", "KRW", 2)]);
    let found = computed("market_size", json!({ "markets": mixed }));
    assert_eq!(found.get("total_tam"), None);
}

#[test]
fn a_conjoint_study_says_what_customers_would_pay() {
    fn level(attribute: &str, part_worth: f64) -> Json {
        json!({ "attribute": attribute, "level": "x", "part_worth": part_worth })
    }
    let price = |amount: &str, part_worth: f64| {
        let mut level = level("price", part_worth);
        level["price"] = eur(amount);
        level
    };
    let found = computed(
        "conjoint",
        json!({
            "attributes": [{ "attribute": "price", "is_price": true },
                { "attribute": "size", "is_price": false }],
            "levels": [price("100", 1.0), price("200", -1.0), level("size", 0.75),
                level("size", -0.25)],
        }),
    );
    assert_eq!(found["per_util"], eur("50.00"));
    assert_eq!(found["levels"][2]["pays"], eur("50.00"));
    assert_eq!(found["levels"][3]["pays"], eur("0.00"));
    let importance = |row: usize| found["attributes"][row]["importance"].as_f64().unwrap();
    assert!((importance(0) - 200.0 / 3.0).abs() < 1e-6);
    assert!((importance(1) - 100.0 / 3.0).abs() < 1e-6);
}

#[test]
fn the_cost_of_a_device_is_that_of_its_whole_life() {
    let option = json!({ "acquisition": eur("10000"), "adoption": eur("1000"),
        "per_procedure": eur("20"), "upkeep": eur("500"), "disposal": eur("300"), "years": 5,
        "procedures": 100 });
    let study = json!({ "options": [option], "extra_qaly": 0.5, "extra_cost": eur("900") });
    let found = computed("health_economics", study);
    assert_eq!(found["options"][0]["whole_life"], eur("23800.00"));
    assert_eq!(found["options"][0]["in_use"], eur("47.60"));
    assert_eq!(found["icer"], eur("1800.00"));
}

#[test]
fn stock_lasts_for_months_of_mean_demand() {
    let demand = json!([{ "units": 900, "committed": 1000 }, { "units": 1100, "committed": 1000 }]);
    let found = computed("launch_stock", json!({ "demand": demand, "units_in_stock": 3200 }));
    assert_eq!(found["months_of_stock"], json!(3.2));
    assert_eq!(found["demand"][0]["short"], json!(0));
    assert_eq!(found["demand"][1]["short"], json!(100));
}

#[test]
fn a_neighbour_makes_parallel_trade_pay_when_it_is_cheaper_by_more_than_the_trade_costs() {
    fn neighbour(lowest: &str) -> Json {
        json!({ "market": "FR", "lowest": eur(lowest), "cost_of_trade": eur("20") })
    }
    let corridor = json!({ "floor": eur("200"), "ceiling": eur("260"),
        "neighbours": [neighbour("240"), neighbour("239")] });
    let found = computed("price_corridor", corridor);
    assert_eq!(found["neighbours"][0]["left_for_trader"], eur("0.00"));
    assert_eq!(found["neighbours"][1]["left_for_trader"], eur("1.00"));
    assert_eq!(found["open_gaps"], json!(1));
    assert_eq!(found["width"], json!(30));
}

#[test]
fn marketing_and_sales_are_measured_by_the_same_sales() {
    fn month(marketing: &str, sales: &str, actual: &str) -> Json {
        json!({ "marketing": eur(marketing), "sales": eur(sales), "actual": eur(actual) })
    }
    let months = json!([month("100", "80", "40"), month("100", "120", "110")]);
    let found = computed("attainment", json!({ "months": months }));
    assert_eq!(found["months"][0]["of_sales"], json!(50));
    assert_eq!(found["of_marketing"], json!(75));
    assert_eq!(found["of_sales"], json!(75));
}

#[test]
fn share_and_growth_give_the_place_in_the_boston_matrix() {
    let place = |share: u32, rival: u32, growth: i32| {
        computed(
            "lifecycle_review",
            json!({ "share": share, "rival_share": rival, "market_growth": growth }),
        )["boston"]
            .clone()
    };
    assert_eq!(place(30, 20, 12), "star");
    assert_eq!(place(30, 20, 3), "cash_cow");
    assert_eq!(place(10, 20, 10), "question_mark");
    assert_eq!(place(20, 20, 9), "dog");
}

#[test]
fn an_orphan_gets_one_proposal() {
    fn review(share: u32, growth: i32, margin: u32, market: i32) -> Json {
        json!({ "share": share, "growth": growth, "gross_margin": margin, "market_growth": market })
    }
    for workflow in [NPI, EXPRESS] {
        let proposed = |review| proposed(workflow, "lifecycle_review", &review);
        assert_eq!(proposed(review(3, -5, 20, 2)), ["delete"]);
        assert_eq!(proposed(review(3, -5, 45, 2)), ["divest"]);
        assert_eq!(proposed(review(3, -5, 45, 15)), ["licence_out"]);
        assert_eq!(proposed(review(9, -5, 20, 2)), [""; 0]);
        assert_eq!(proposed(review(3, 1, 20, 2)), [""; 0]);
    }
}

#[test]
fn software_whose_customers_leave_is_switched_off_and_one_whose_stay_is_sold() {
    let proposed = |sold: &str, lost: u32| {
        let results = json!([{ "sold": eur(sold), "promised": eur("1000"), "lost": lost }]);
        let form = &load(SOFTWARE).forms["usage_review"];
        let review = form.complete(&json!({ "results": results })).content;
        proposed(SOFTWARE, "usage_review", &review)
    };
    assert_eq!(proposed("240", 21), ["delete"]);
    assert_eq!(proposed("240", 20), ["divest"]);
    assert_eq!(proposed("250", 21), [""; 0]);
}

/// The exits that the signals propose which hold, when nothing but this is known.
fn proposed(workflow: &str, deliverable: &str, content: &Json) -> Vec<String> {
    let definition = load(workflow);
    let (last, _) = definition.gates.get_key_value("exit").unwrap();
    let types = env::gate_env(&definition, last).vars;
    let content = Value::from_json(content, &types[deliverable]);
    let scope = [(deliverable.to_owned(), content)].into();
    let proposing = definition.signals.values().filter(|signal| signal.propose.is_some());
    proposing
        .filter(|it| it.when.eval(&scope, Limits::STANDARD).verdict.outcome == Outcome::Pass)
        .map(|signal| signal.propose.as_ref().unwrap().to_string())
        .collect()
}
