//! The JSON Schema of the language agrees with what loads.

use serde_json::Value;

use super::{SAMPLE, changed};
use crate::definition::language_schema;

fn errors(source: &str) -> Vec<String> {
    let file: Value = serde_saphyr::from_str(source).unwrap();
    let validator = jsonschema::draft202012::new(&language_schema()).unwrap();
    let errors = validator.iter_errors(&file);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_sample_fits() {
    assert_eq!(errors(SAMPLE), Vec::<String>::new());
}

#[test]
fn what_does_not_load_does_not_fit_either() {
    for (from, to) in [
        ("workflow: sample\n", ""),
        ("title: Idea\n", "titel: Idea\n"),
        ("title: { en: Sample, ko: 견본 }", "title: { ko: 견본 }"),
        ("due: 20bd", "due: 20 days"),
        ("due: 20bd", "due: 0bd"),
        ("side: both", "side: neither"),
        ("weekend: [sat, sun]", "weekend: [saturday]"),
        ("holidays: [2026-12-25, 2027-01-01]", "holidays: [christmas]"),
        ("  screen:\n", "  Screen:\n"),
        ("need: 2, of: 3", "need: 0"),
        ("hurdle: 60", "hurdle: 101"),
        ("reward: 1 ", "reward: 0 "),
        ("10: perfect", "11: perfect"),
        ("who: author of market_size", "who: the author"),
        ("title: Continue, to: in_market", "title: Continue, to: in_market, exit: delete"),
        ("by: product_manager }\n", "expr: today }\n"),
        ("from: { gate: launch }", "from: { gate: launch, stage: idea }"),
        ("gate: lifecycle }", "gate: lifecycle, owner: finance }"),
        ("type: money, required: true, min: 0", "type: mony, required: true, min: 0"),
        ("held_by_few: { type: bool }", "held_by_few: { type: bool, max: 1 }"),
        ("languages: { type: list, of: { type: language } }", "languages: { type: list }"),
        ("of: { type: language }", "of: { type: table, columns: { a: { type: text } } }"),
        ("of: { type: language }", "of: { type: language, required: true }"),
        ("of: [US, EU, KR]", "of: [US, EU, US]"),
        ("order: sequential", "order: random"),
        ("kill: {}\n  lifecycle", "kill: yes please\n  lifecycle"),
    ] {
        let source = changed(from, to);
        assert_ne!(super::said(&source), "", "{from} -> {to}");
        assert_ne!(errors(&source), Vec::<String>::new(), "{from} -> {to}");
    }
}

#[test]
fn an_editor_can_explain_every_part() {
    let schema = language_schema();
    let records = schema["$defs"].as_object().unwrap().iter();
    for (name, record) in records.filter(|(name, _)| *name != "Field") {
        assert!(record["description"].is_string(), "{name}");
        let properties = record["properties"].as_object().into_iter().flatten();
        for (property, schema) in properties {
            let explained = schema["description"].is_string();
            assert!(explained, "{name}.{property}: {schema}");
        }
    }
    let text = schema.to_string();
    assert!(!text.contains("\"null\"") && !text.contains("\"mark\""));
}
