//! The reference page is true: its examples load, and it names every part and every code.

use super::super::{
    diagnostic::{CODES, Problems},
    node,
    read::{Named, Read},
    source,
};
use crate::definition::language_schema;

const PAGE: &str = include_str!("../../../../../docs/reference/workflow.md");

/// The fenced blocks whose info starts with `yaml`, each with the word after it.
fn examples() -> Vec<(&'static str, &'static str)> {
    let blocks = PAGE.split("\n```yaml ").skip(1);
    let block = |block: &'static str| {
        let (kind, rest) = block.split_once('\n').unwrap();
        (kind, rest.split("\n```").next().unwrap())
    };
    blocks.map(block).collect()
}

#[track_caller]
fn reads<T: Read>(kind: &str, text: &str) {
    let mut problems = Problems::default();
    let node = node::parse(text, &mut problems).unwrap();
    assert!(T::read(&node, &mut problems).is_some(), "{kind}");
    assert_eq!(problems.finish(text), [], "{kind}");
}

#[test]
fn its_examples_load() {
    let examples = examples();
    assert!(examples.len() >= 10);
    for (kind, text) in examples {
        match kind {
            "workflow" => assert_eq!(super::said(text), ""),
            "calendar" => reads::<source::Calendar>(kind, text),
            "roles" => reads::<Named<source::Role>>(kind, text),
            "forms" => reads::<Named<source::Form>>(kind, text),
            "fields" => reads::<Named<source::Field>>(kind, text),
            "deliverables" => reads::<Named<source::Deliverable>>(kind, text),
            "gates" => reads::<Named<source::Gate>>(kind, text),
            "handover" => reads::<source::Handover>(kind, text),
            "reviews" => reads::<Named<source::Review>>(kind, text),
            "measures" => reads::<Named<source::Measure>>(kind, text),
            "signals" => reads::<Named<source::Signal>>(kind, text),
            "segments" => reads::<source::Segments>(kind, text),
            "technologies" => reads::<source::Technologies>(kind, text),
            "skills" => reads::<source::Skills>(kind, text),
            "suits" => reads::<source::Suits>(kind, text),
            "exits" => reads::<Named<source::Exit>>(kind, text),
            _ => panic!("an example of {kind}"),
        }
    }
}

#[test]
fn it_explains_every_code_once() {
    let (_, table) = PAGE.split_once("## Diagnostics").unwrap();
    let (table, _) = table.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let mut explained: Vec<&str> = rows.collect();
    explained.sort_unstable();
    assert_eq!(explained, CODES);
}

#[test]
fn it_names_every_part_of_the_language() {
    let schema = language_schema();
    let records = schema["$defs"].as_object().unwrap().values().chain([&schema]);
    for record in records {
        let properties = record["properties"].as_object().into_iter().flatten();
        for (property, _) in properties {
            let forms =
                [format!("`{property}`"), format!("`{property}:"), format!("{{ {property}: ")];
            let named = forms.iter().any(|form| PAGE.contains(form));
            assert!(named, "{property}");
        }
    }
}

/// Each code stands in some test of a diagnostic.
#[test]
fn every_code_is_tested() {
    let tests = [
        include_str!("calendars.rs"),
        include_str!("problems/checks.rs"),
        include_str!("problems/computed.rs"),
        include_str!("problems/parts.rs"),
        include_str!("problems/rules.rs"),
        include_str!("problems/shapes.rs"),
        include_str!("problems/soundness.rs"),
        include_str!("hostile.rs"),
    ];
    for code in CODES {
        let (said, listed) = (format!("[{code}]"), format!("\"{code}\""));
        let tested = tests.iter().any(|test| test.contains(&said) || test.contains(&listed));
        assert!(tested, "{code}");
    }
}
