//! `docs/reference/problems.md` explains every code, and none that does not exist.
//!
//! The enums of the core keep no list of their variants, so the codes are read from its source: a
//! new variant cannot be forgotten.

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../../docs/reference/problems.md");
const REFUSALS: &str = include_str!("../../../core/src/rules/refusal.rs");
const FAULTS: &str = include_str!("../../../core/src/definition/form/fault.rs");

/// The names of an enum's variants, as serde writes them.
fn variants(source: &str, name: &str) -> BTreeSet<String> {
    let body = source.split_once(&format!("pub enum {name} {{\n")).unwrap().1;
    let body = body.split_once("\n}\n").unwrap().0;
    let starts = |line: &&str| {
        let inner = line.strip_prefix("    ");
        inner.is_some_and(|inner| inner.starts_with(|first: char| first.is_ascii_uppercase()))
    };
    let word = |line: &str| -> String {
        line.trim().chars().take_while(char::is_ascii_alphanumeric).collect()
    };
    body.lines().filter(starts).map(|line| snake(&word(line))).collect()
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// The codes in the first column of the table under a heading.
fn rows(heading: &str) -> BTreeSet<String> {
    let section = PAGE.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let code = |line: &str| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned());
    let codes: Vec<String> = section.lines().filter_map(code).collect();
    let unique: BTreeSet<String> = codes.iter().cloned().collect();
    assert_eq!(codes.len(), unique.len(), "{heading}: a code stands twice");
    unique
}

#[test]
fn every_blocker_is_explained() {
    assert_eq!(rows("Blockers"), variants(REFUSALS, "Blocker"));
}

#[test]
fn every_fault_that_the_rules_find_is_explained() {
    assert_eq!(rows("Faults that the rules find"), variants(REFUSALS, "ProblemKind"));
}

#[test]
fn every_fault_of_a_form_is_explained() {
    let (own, faults) = (rows("Faults of a form"), variants(FAULTS, "FaultKind"));
    let explained = &own | &rows("Faults of a request");
    assert_eq!(&faults - &explained, BTreeSet::new(), "not explained");
    assert_eq!(&own - &faults, BTreeSet::new(), "no such fault");
}

#[test]
fn every_row_has_cause_fix_and_example() {
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let is_code = cells.len() == 4;
        assert!(!is_code || cells.iter().all(|cell| !cell.is_empty()), "{line}");
    }
}

#[test]
fn every_example_is_a_problem_document() {
    let schema = serde_json::json!({ "$ref": "#/components/schemas/ProblemDocument" });
    let mut found = 0;
    for block in PAGE.split("```json\n").skip(1) {
        let text = block.split("```").next().unwrap();
        let example = serde_json::from_str(text).unwrap();
        crate::support::valid(&schema, &example, text);
        found += 1;
    }
    // Every code has its example.
    assert_eq!(found, PAGE.matches("\n### `").count());
}
