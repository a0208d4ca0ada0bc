//! Contents for every deliverable, such that the gates of the shipped processes open.

use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::form::{Field, FieldType, Form},
    key::{FieldKey, MarketKey},
};

/// Where the plain content of `filled` would not let a gate open. A `*` is every row.
pub(super) fn better(deliverable: &str) -> Vec<(String, Json)> {
    let plain = match deliverable {
        "competitive_landscape" => vec![("/competitors", json!([competitor(40), competitor(25)]))],
        "financial_opportunity" => vec![("/irr", json!(60))],
        "launch_stock" => vec![
            ("/demand", json!([{ "month": "2040-01-01", "units": 10, "committed": 10 }])),
            ("/units_in_stock", json!(20)),
        ],
        "regulatory_submission" => vec![("/status", json!("filed"))],
        "labelling" => vec![("/documents", documents())],
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
        "pest" => {
            return each("factors", "kind", &["political", "economic", "social", "technological"]);
        }
        "five_forces" => {
            let forces = ["rivalry", "entrants", "substitutes", "buyers", "suppliers"];
            return each("forces", "force", &forces);
        }
        "swot" => {
            return each("points", "kind", &["strength", "weakness", "opportunity", "threat"]);
        }
        "balanced_scorecard" => {
            let perspectives = ["financial", "customer", "process", "learning"];
            return each("goals", "perspective", &perspectives);
        }
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

fn competitor(share: u32) -> Json {
    json!({ "name": "x", "share": share, "strengths": "x" })
}

/// A label and instructions, approved in the language of the market.
fn documents() -> Json {
    let document = |kind: &str| {
        json!({ "kind": kind, "language": "en", "paper": true, "digital": true,
            "state": "approved" })
    };
    json!([document("label"), document("ifu")])
}

/// A content that fills in every field that people fill in.
pub(super) fn filled(form: &Form, markets: &[MarketKey]) -> Json {
    record(form.fields.iter(), markets.first())
        .as_object()
        .map(|fields| {
            let fields = fields.iter().map(|(key, value)| {
                let rows = match &form.fields[key.as_str()].kind {
                    FieldType::Table { columns, .. } => {
                        let row = |at: usize| {
                            let market =
                                (!markets.is_empty()).then(|| &markets[at % markets.len()]);
                            record(columns.iter(), market)
                        };
                        Some((0..5).map(row).collect())
                    }
                    _ => None,
                };
                (key.clone(), rows.unwrap_or_else(|| value.clone()))
            });
            Json::Object(fields.collect())
        })
        .unwrap_or_default()
}

fn record<'f>(
    fields: impl Iterator<Item = (&'f FieldKey, &'f Field)>,
    market: Option<&MarketKey>,
) -> Json {
    let asked = fields.filter(|(_, field)| field.computed.is_none());
    Json::Object(asked.map(|(key, field)| (key.to_string(), value(&field.kind, market))).collect())
}

fn value(kind: &FieldType, market: Option<&MarketKey>) -> Json {
    match kind {
        FieldType::Text { .. } => json!("x"),
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
