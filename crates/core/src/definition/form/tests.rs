//! Contents against forms: what is said about each, and that it agrees with the JSON Schema.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::*;

mod checks;
mod computed;
mod fit;
mod oracle;

fn form() -> Form {
    let source = crate::definition::tests::SAMPLE;
    let definition = crate::definition::load(source).unwrap();
    Form::clone(&definition.forms["market_size"])
}

fn said(form: &Form, content: &Value) -> String {
    let faults = form.parse(content).err().unwrap_or_default();
    let lines = faults.iter().map(|fault| format!("{}: {}\n", fault.pointer, fault.kind));
    lines.collect()
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
fn check(content: &Value, expected: Expect) {
    expected.assert_eq(&said(&form(), content));
}

fn euro(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[test]
fn a_content_that_fits_has_no_faults() {
    let content = json!({
        "markets": [{ "market": "DE", "tam": euro("1000000"), "growth": 5.5 }],
        "total": euro("12.50"),
        "year": 2027,
        "confidence": 0.25,
        "held_by_few": false,
        "as_of": "2026-12-31",
        "reference": "https://example.com/a?b=c#d",
        "languages": ["ko", "pt-BR", "zh-Hant-TW"],
        "note": "두 줄\n입니다",
    });
    check(&content, expect![[""]]);
}

#[test]
fn all_faults_are_found_at_once() {
    let content = json!({
        "markets": [{ "market": "de", "tam": euro("1e6"), "surce": "x" }, 7],
        "total": { "amount": "-1", "currency": "EURO", "vat": 1 },
        "year": 2101,
        "confidence": "high",
        "held_by_few": "yes",
        "as_of": "2026-02-30",
        "reference": "javascript:alert(1)",
        "languages": ["KO"],
        "note": "a\u{0}b",
        "confidnce": 1,
    });
    check(
        &content,
        expect![[r#"
            /markets/0/market: not a market; write DE, US or EU-WEST
            /markets/0/tam/amount: not an amount; write 1250.00
            /markets/0/surce: the form has no field `surce`; did you mean `source`?
            /markets/1: expected an object with the fields of the form
            /total/amount: it must be 0 or more
            /total/currency: `EURO` is not a currency; write EUR, USD or KRW
            /total/vat: the form has no field `vat`
            /year: it must be 2100 or less
            /confidence: expected a number
            /held_by_few: expected true or false
            /as_of: not a date; write 2026-12-25
            /reference: not a link; it starts with https:// or http:// and has no spaces
            /languages/0: not a language; write en, ko or pt-BR
            /note: the text holds a character that cannot be printed
            /confidnce: the form has no field `confidnce`; did you mean `confidence`?
        "#]],
    );
}

#[test]
fn what_is_required_is_missed() {
    check(
        &json!({ "markets": [], "year": null }),
        expect![[r#"
            /markets: at least 1, please
            /total: this has to be filled in
            /year: expected a whole number
        "#]],
    );
    check(&json!([]), expect![[": expected an object with the fields of the form\n"]]);
}

#[test]
fn a_pointer_escapes_what_the_client_wrote() {
    let faults = form().parse(&json!({ "total": euro("1"), "a/b~c": 1 })).unwrap_err();
    assert_eq!(faults[0].pointer, "/a~1b~0c");
}

#[test]
fn a_huge_content_is_refused_before_it_is_read() {
    let content = json!({ "note": "x".repeat(limits::CONTENT) });
    check(&content, expect![[": the content has more than 1048576 bytes\n"]]);
    let rows: Vec<Value> = (0..2000).map(|_| json!({})).collect();
    let faults = form().parse(&json!({ "markets": rows, "total": euro("1") })).unwrap_err();
    assert_eq!(faults[0].kind, FaultKind::TooMany { max: limits::ITEMS });
    let rows: Vec<Value> = (0..150).map(|_| json!(1)).collect();
    let faults = form().parse(&json!({ "markets": rows, "total": euro("1") })).unwrap_err();
    assert_eq!(faults.len(), limits::FAULTS);
}

/// What the JSON Schema cannot say; each is refused by `parse` and let through by the schema.
#[test]
fn parse_is_stricter_where_json_schema_has_no_words() {
    let source = r#"
        dates: { type: date, min: 2026-01-01, max: 2026-12-31 }
        amount: { type: money, min: 10, max: 20.5 }
        whole: { type: integer }
        number: { type: number }
    "#;
    let form = oracle::form_of(source);
    let validator = oracle::validator(&form);
    for (content, fault) in [
        (json!({ "dates": "2027-01-01" }), "/dates: it must be 2026-12-31 or less\n"),
        (json!({ "dates": "2025-01-01" }), "/dates: it must be 2026-01-01 or more\n"),
        (json!({ "amount": euro("9.99") }), "/amount/amount: it must be 10 or more\n"),
        (json!({ "amount": euro("20.51") }), "/amount/amount: it must be 20.5 or less\n"),
        (json!({ "whole": 1.0 }), "/whole: expected a whole number\n"),
        (
            json!({ "number": 0.000_000_000_000_1 }),
            "/number: at most 12 digits after the point are kept\n",
        ),
        (json!({ "number": 1e-40 }), "/number: at most 12 digits after the point are kept\n"),
    ] {
        assert!(validator.is_valid(&content), "{content}");
        assert_eq!(said(&form, &content), fault, "{content}");
    }
}

#[test]
fn numbers_beyond_all_bounds_are_faults() {
    let form = oracle::form_of("n: { type: number }\n        i: { type: integer }");
    let said = said(&form, &json!({ "n": -1e300, "i": u64::MAX }));
    expect![[r#"
        /n: it must be -1000000000000000 or more
        /i: it must be 9007199254740991 or less
    "#]]
    .assert_eq(&said);
}

#[test]
fn the_schema_of_the_sample_says_what_people_read() {
    let definition = crate::definition::load(crate::definition::tests::SAMPLE).unwrap();
    let schema = definition.card.json_schema();
    assert_eq!(schema["x-title-ko"], "제품");
    assert_eq!(schema["properties"]["problem"]["x-title-ko"], "문제");
    assert_eq!(schema["required"], json!(["problem"]));
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(form().json_schema()["properties"]["note"]["x-help-ko"], "기타");
}

#[test]
fn texts_and_the_words_of_choices_are_what_people_look_for() {
    let source = "
workflow: w
title: W
roles: { pm: { title: PM, side: upstream, owner: true }, boss: { title: Boss, side: both } }
forms:
  f:
    title: F
    fields:
      note: { type: text }
      kind: { type: choice, of: { a: { en: Apple, ko: 사과 } } }
      tags: { type: list, of: { type: text } }
      rows: { type: table, columns: { who: { type: text }, n: { type: integer } } }
      at: { type: date }
stages: { s: { title: S, side: upstream, deliverables: { d: { title: D, owner: pm, form: f } }, gate: g } }
gates:
  g: { title: G, chair: boss, approvals: { a: { role: boss, need: 1 } }, outcomes: { go: { x: { title: X, exit: x } }, kill: {} } }
exits: { x: { title: X } }
";
    let definition = crate::definition::load(source).unwrap();
    let content = json!({
        "note": "One", "kind": "a", "tags": ["two", "three"], "at": "2026-01-01",
        "rows": [{ "who": "four", "n": 5 }, { "n": 6 }], "gone": "six",
    });
    let texts = definition.forms["f"].texts(&content);
    assert_eq!(texts, ["One", "Apple", "사과", "two", "three", "four"]);
}
