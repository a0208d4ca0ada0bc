//! Contents for every deliverable, such that the gates of the shipped processes open.

use chrono::NaiveDate;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::form::{Field, FieldType, Form},
    key::{FieldKey, MarketKey},
};

/// Where the plain content of `filled` would not let a gate open. A `*` is every row.
pub(super) fn better(deliverable: &str, today: NaiveDate) -> Vec<(String, Json)> {
    let happened = happened(deliverable, today);
    let happened = happened.into_iter().map(|(pointer, value)| (pointer.to_owned(), value));
    happened.chain(of_the_field(deliverable)).chain(whole(deliverable)).collect()
}

/// What is done by the day on which it is told.
fn happened(deliverable: &str, today: NaiveDate) -> Vec<(&'static str, Json)> {
    let on = |pointers: &[&'static str]| -> Vec<(&'static str, Json)> {
        pointers.iter().map(|pointer| (*pointer, json!(today))).collect()
    };
    match deliverable {
        "voice_of_customer" => on(&["/sessions/*/date"]),
        "interviews" => on(&["/interviews/*/date"]),
        "pilot_sites" => on(&["/sites/*/started", "/sites/*/ethics_on"]),
        "clinical_evaluation" => on(&["/searched_until"]),
        "clinical_investigation" => {
            on(&["/studies/*/started", "/studies/*/ethics_on", "/studies/*/ended"])
        }
        "regulatory_submission" => on(&["/filed_on"]),
        "regulatory_clearance" => {
            let ends = json!(today + chrono::Days::new(3650));
            vec![("/cleared_on", json!(today)), ("/valid_until", ends)]
        }
        "vulnerabilities" => on(&["/scanned_on", "/penetration_tested_on"]),
        "rollback_plan" => on(&["/tried_on"]),
        "design_reviews" => on(&["/reviews/*/date"]),
        "training" => on(&["/courses/*/date"]),
        "attainment" => vec![("/months", json!([month(&json!(today))]))],
        _ => Vec::new(),
    }
}

/// Tables in which every row is another.
fn whole(deliverable: &str) -> Vec<(String, Json)> {
    const FORCES: &[&str] = &["rivalry", "entrants", "substitutes", "buyers", "suppliers"];
    const FIELDS: &[&str] = &["political", "economic", "social", "technological"];
    const PERSPECTIVES: &[&str] = &["financial", "customer", "process", "learning"];
    match deliverable {
        "conjoint" => conjoint(),
        "surveillance_plan" => each("sources", "source", &["complaints", "incidents"]),
        "design_reviews" => each("reviews", "review", &["input", "final"]),
        "labelling" => labelling(),
        "swot" => each("points", "kind", &["strength", "weakness", "opportunity", "threat"]),
        "pest" => each("factors", "kind", FIELDS),
        "five_forces" => each("forces", "force", FORCES),
        "market_forces" => {
            [each("pest", "field", FIELDS), each("forces", "force", FORCES)].concat()
        }
        // of strategic-plan, of npi-medtech
        "balanced_scorecard" => [
            each("goals", "perspective", PERSPECTIVES),
            each("objectives", "perspective", PERSPECTIVES),
        ]
        .concat(),
        _ => Vec::new(),
    }
}

fn of_the_field(deliverable: &str) -> Vec<(String, Json)> {
    let plain = match deliverable {
        "competitive_landscape" => {
            vec![("/competitors", json!([competitor("Alpha", 40), competitor("Beta", 25)]))]
        }
        "regulatory_environment" => {
            vec![
                ("/markets/*/device_class", json!("other")),
                ("/markets/*/pathway", json!("other")),
            ]
        }
        "financial_opportunity" => vec![
            ("/investment", eur(100)),
            ("/npv", eur(50)),
            ("/gross_margin", json!(100)),
            ("/irr", json!(60)),
            ("/payback_months", json!(13)),
        ],
        "reimbursement" => vec![("/codes/*/system", json!("drg"))],
        "field_days" => vec![("/days/*/seller", json!("somebody else"))],
        "payer_submission" => vec![("/body", json!("private"))],
        "forecast" => vec![("/months/*/units", json!(3))],
        "risk_file" => vec![("/acceptable_up_to", json!(9))],
        "health_economics" => vec![
            ("/options/*/ours", json!(false)),
            ("/options/0/ours", json!(true)),
            ("/discount_rate", json!(3)),
        ],
        "vv" => {
            vec![("/tests/0/kind", json!("validation")), ("/tests/1/kind", json!("usability"))]
        }
        "pilot_sites" => vec![("/sites/*/cases", json!(3))],
        "production_readiness" => vec![("/capacity_per_month", json!(100))],
        "launch_stock" => vec![
            ("/demand", json!([{ "month": "2040-01-01", "units": 10, "committed": 10 }])),
            ("/units_in_stock", json!(20)),
        ],
        "regulatory_submission" => vec![("/status", json!("filed"))],
        "udi" => {
            vec![("/items", json!([{ "item": "x", "level": "unit", "udi_di": "06291041500213" }]))]
        }
        "local_price" => vec![("/deepest_discount", json!(0))],
        "training" => {
            vec![("/courses/*/trained", json!(3)), ("/courses/1/audience", json!("customers"))]
        }
        // npi-express
        "change_impact" => vec![("/areas/*/to_do", json!("test"))],
        // healthcare-software
        "algorithm_plan" => vec![("/data_sets/1/use", json!("test"))],
        "pilot_verification" | "release_verification" => {
            vec![("/suites/*/passed", json!(1)), ("/requirements_covered", json!(100))]
        }
        "change_assessment" => vec![("/changes_intended_use", json!(false))],
        "exit_plan" => vec![("/data_deleted_on", json!("2041-01-01"))],
        // strategic-plan
        "competitors" => vec![("/competitors/*/share", json!(20))],
        "segments" => vec![("/segments/*/attractiveness", json!(7))],
        "long_term_plan" => vec![("/rows/*/year", json!(2027)), ("/rows/4/year", json!(2029))],
        "scenarios" => vec![("/scenarios/1/scenario", json!("worse"))],
        _ => Vec::new(),
    };
    plain.into_iter().map(|(pointer, value)| (pointer.to_owned(), value)).collect()
}

/// One row for each of these choices.
fn each(table: &str, column: &str, choices: &[&str]) -> Vec<(String, Json)> {
    let rows = choices.iter().enumerate();
    rows.map(|(row, choice)| (format!("/{table}/{row}/{column}"), json!(choice))).collect()
}

pub(super) fn replace(json: &mut Json, pointer: &str, value: &Json) {
    if let Some((table, column)) = pointer.split_once("/*/") {
        for row in json.pointer_mut(table).unwrap().as_array_mut().unwrap() {
            row[column] = value.clone();
        }
    } else if let Some(place) = json.pointer_mut(pointer) {
        *place = value.clone();
    }
}

/// Where the devices of a market are registered.
pub(super) fn database(market: &MarketKey) -> &'static str {
    match market.as_str() {
        "US" => "gudid",
        "KR" => "imdis",
        "CN" => "nmpa",
        _ => "other",
    }
}

fn competitor(name: &str, share: u32) -> Json {
    json!({ "name": name, "share": share, "strengths": "x" })
}

fn eur(amount: u32) -> Json {
    json!({ "amount": amount.to_string(), "currency": "EUR" })
}

/// A month that is over, in which everything was sold.
fn month(today: &Json) -> Json {
    let first = format!("{}-01", &today.as_str().unwrap()[..7]);
    json!({ "month": first, "marketing": eur(100), "sales": eur(100), "actual": eur(100) })
}

/// A feature and its price, the lower of which is worth more.
fn conjoint() -> Vec<(String, Json)> {
    let attribute = |name: &str| json!({ "attribute": name, "is_price": name == "price" });
    let level = |name: &str, price: u32| {
        let mut level = json!({ "attribute": name, "level": "x", "part_worth": 300 - price });
        if name == "price" {
            level["price"] = eur(price);
        }
        level
    };
    let levels =
        json!([level("size", 100), level("size", 200), level("price", 100), level("price", 200)]);
    let attributes = json!([attribute("size"), attribute("price")]);
    vec![("/attributes".to_owned(), attributes), ("/levels".to_owned(), levels)]
}

/// A label and instructions, approved in the languages of the markets.
fn labelling() -> Vec<(String, Json)> {
    let languages = ["en", "ko", "de", "fr", "ja"];
    let document = |kind: &str, language: &str| {
        json!({ "kind": kind, "language": language, "paper": true, "digital": true,
            "version": "1", "state": "approved" })
    };
    let documents: Json = languages
        .iter()
        .flat_map(|language| [document("label", language), document("ifu", language)])
        .collect();
    vec![("/languages".to_owned(), json!(languages)), ("/documents".to_owned(), documents)]
}

/// A content that fills in every field that people fill in. Rows differ, and those that say
/// something of each market name it once.
pub(super) fn filled(form: &Form, markets: &[MarketKey]) -> Json {
    let fields = form.fields.iter().filter(|(_, field)| field.computed.is_none());
    let fields = fields.map(|(key, field)| {
        let content = match &field.kind {
            FieldType::Table { columns, .. } => {
                let by_market = ["markets", "results"].contains(&key.as_str())
                    && columns.values().any(|column| matches!(column.kind, FieldType::Market));
                let count = if by_market && !markets.is_empty() { markets.len() } else { 5 };
                let market =
                    |at: usize| (!markets.is_empty()).then(|| &markets[at % markets.len()]);
                (0..count).map(|at| row(columns, at, market(at))).collect()
            }
            kind => value(kind, markets.first()),
        };
        (key.to_string(), content)
    });
    fields.collect()
}

fn row(columns: &IndexMap<FieldKey, Field>, at: usize, market: Option<&MarketKey>) -> Json {
    let asked = columns.iter().filter(|(_, column)| column.computed.is_none());
    let cell = |(key, column): (&FieldKey, &Field)| {
        let plain = value(&column.kind, market);
        let cell = match &column.kind {
            FieldType::Text { min, .. } => json!(long(&format!("x{at}"), *min)),
            FieldType::Date(_) => json!(format!("2040-{:02}-01", at + 1)),
            FieldType::Integer(_) if key.as_str() == "year" => json!(2027 + at),
            _ => plain,
        };
        (key.to_string(), cell)
    };
    asked.map(cell).collect()
}

/// As long as it has to be.
fn long(text: &str, min: u32) -> String {
    let width = usize::try_from(min).unwrap();
    format!("{text:x<width$}")
}

fn value(kind: &FieldType, market: Option<&MarketKey>) -> Json {
    match kind {
        FieldType::Text { min, .. } => json!(long("x", *min)),
        FieldType::Integer(bounds) => json!(bounds.min.unwrap_or(1)),
        FieldType::Number(_) => json!(3),
        FieldType::Percent(_) => json!(50),
        FieldType::Money(_) => json!({ "amount": "100.00", "currency": "EUR" }),
        FieldType::Date(_) => json!("2040-01-01"),
        FieldType::Bool => json!(true),
        FieldType::Choice { of } => json!(of.keys().next()),
        FieldType::List { of, .. } => json!([value(of, market)]),
        FieldType::Table { .. } => json!([]),
        FieldType::Market => json!(market.map_or("US", MarketKey::as_str)),
        FieldType::Language => json!("en"),
        FieldType::Link => json!("https://example.org/"),
    }
}
