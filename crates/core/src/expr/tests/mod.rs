//! Tests of the expression language, from the author's and from the reader's side.

#![expect(
    clippy::too_many_lines,
    clippy::needless_raw_string_hashes,
    clippy::needless_pass_by_value,
    clippy::format_push_string,
    reason = "tables of cases are long, and expect-test decides how they are written"
)]

mod diagnostics;
mod docs;
mod evaluation;
mod oracle;
mod properties;
mod verdicts;

use serde_json::{Value as Json, json};

use super::{Env, Expr, ExprError, Scope, Type, Value};

/// The forms that most tests write about.
fn env() -> Env {
    let product = Type::record([
        ("name", Type::Text),
        ("class", Type::choice(["I", "IIa", "IIb", "III"])),
        ("regions", Type::list(Type::choice(["US", "EU", "KR", "JP"]))),
        ("sterile", Type::Bool),
    ]);
    let market_size = Type::record([
        ("sam", Type::Money),
        ("share", Type::Number),
        ("units", Type::list(Type::Int)),
        ("as_of", Type::Date),
    ]);
    let competitor =
        Type::record([("name", Type::Text), ("price", Type::Money), ("share", Type::Number)]);
    let competition = Type::record([("competitors", Type::list(competitor))]);
    let case = Type::record([
        ("npv", Type::Money),
        ("launch", Type::Date),
        ("start", Type::Date),
        ("lead", Type::Duration),
        ("team", Type::Int),
    ]);
    Env::new([
        ("product", product),
        ("market_size", market_size),
        ("competition", competition),
        ("case", case),
    ])
}

/// A filled-in set of those forms. `product.sterile`, the third price and `case.npv` are absent.
fn forms() -> Json {
    json!({
        "product": { "name": "Stent S2", "class": "IIb", "regions": ["EU", "US"] },
        "market_size": {
            "sam": { "amount": "7500000", "currency": "EUR" },
            "share": "0.12",
            "units": [100, 250, 400],
            "as_of": "2026-01-31",
        },
        "competition": { "competitors": [
            { "name": "Alpha", "price": { "amount": "900", "currency": "EUR" }, "share": 0.5 },
            { "name": "Beta", "price": { "amount": "1200", "currency": "EUR" }, "share": 0.25 },
            { "name": "Gamma", "share": 0.05 },
        ] },
        "case": { "launch": "2027-06-01", "start": "2026-02-01", "lead": 90, "team": 7 },
    })
}

fn scope_of(env: &Env, forms: &Json) -> Scope {
    env.vars
        .iter()
        .filter_map(|(name, ty)| {
            let form = forms.get(name)?;
            Some((name.clone(), Value::from_json(form, ty)))
        })
        .collect()
}

fn scope() -> Scope {
    scope_of(&env(), &forms())
}

#[track_caller]
fn compiled(source: &str) -> Expr {
    compiled_as(source, &Type::Bool)
}

#[track_caller]
fn compiled_as(source: &str, expected: &Type) -> Expr {
    Expr::compile(source, &env(), expected)
        .unwrap_or_else(|errors| panic!("{}", rendered(source, &errors)))
}

/// Each error under its place.
fn rendered(source: &str, errors: &[ExprError]) -> String {
    let mut text = String::new();
    for error in errors {
        let before = source[..error.span.start].chars().count();
        let marked = source[error.span.clone()].chars().count().max(1);
        let carets = format!("{}{}", " ".repeat(before), "^".repeat(marked));
        text.push_str(&format!("{source}\n{carets} {error}\n"));
    }
    text
}

/// The value as a reader would note it down.
fn noted(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(whole) => whole.to_string(),
        Value::Number(number) => format!("{number} (exact)"),
        Value::Money(money) => money.to_string(),
        Value::Text(text) => format!("'{text}'"),
        Value::Date(date) => date.to_string(),
        Value::Duration(days) => format!("{days} days"),
        Value::List(items) => {
            format!("[{}]", items.iter().map(noted).collect::<Vec<_>>().join(", "))
        }
        Value::Record(fields) => format!("{{{} fields}}", fields.len()),
        Value::Unknown(why) => format!("unknown: {:?}", why.reason),
    }
}
