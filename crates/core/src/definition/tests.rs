//! The language from the outside: what loads, and what is said about what does not.

use std::fmt::Write as _;

use expect_test::Expect;

use super::*;

mod calendars;
mod docs;
mod hostile;
mod problems;
mod rendering;
mod schema;

pub(crate) const SAMPLE: &str = include_str!("testdata/sample.yaml");

/// The sample with one part of it written differently.
#[track_caller]
pub(crate) fn changed(from: &str, to: &str) -> String {
    assert_eq!(SAMPLE.matches(from).count(), 1, "`{from}` must stand in the sample once");
    SAMPLE.replace(from, to)
}

/// What is said about the file, one line for each problem and its parts.
pub(crate) fn said(source: &str) -> String {
    let mut lines = String::new();
    for found in check(source).diagnostics {
        let at = |place: &diagnostic::Place| {
            let text = &source[place.bytes.start..place.bytes.end];
            format!("{}:{} `{text}`", place.line, place.column)
        };
        let level = if found.severity == Severity::Error { "error" } else { "warning" };
        let _ = writeln!(lines, "{level}[{}] {}: {}", found.code, at(&found.place), found.message);
        for related in &found.related {
            let _ = writeln!(lines, "  {}: {}", at(&related.place), related.label);
        }
        for help in &found.help {
            let _ = writeln!(lines, "  help: {help}");
        }
    }
    lines
}

/// Checks the sample with one change.
#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
pub(crate) fn check_changed(from: &str, to: &str, expected: Expect) {
    expected.assert_eq(&said(&changed(from, to)));
}

#[test]
fn the_sample_loads() {
    let checked = check(SAMPLE);
    assert_eq!(said(SAMPLE), "");
    let definition = checked.definition.unwrap();
    assert_eq!(definition.stages.len(), 3);
    assert_eq!(definition.deliverables.len(), 5);
    assert_eq!(definition.gates["launch"].seats.len(), 2);
    assert_eq!(definition.gates["screen"].submit_by.len(), 2);
    assert_eq!(definition.gates["launch"].submit_by[0], definition.owner);
    assert_eq!(definition.guarantees.len(), 5);
    assert_eq!(definition.exits["delete"].duties.len(), 2);
}

#[test]
fn a_file_loaded_twice_has_one_digest() {
    let digest = |source: &str| load(source).unwrap().digest;
    let first = digest(SAMPLE);
    assert_eq!(digest(SAMPLE), first);
    // Comments, quotes, spaces, line ends, short forms and defaults written out are no change.
    for (from, to) in [
        ("# Every construct", "# Each construct"),
        ("title: Idea\n", "title: 'Idea'\n"),
        ("passes: 0.6", "passes:   0.60"),
        ("reward: 1 ", "reward: { weight: 1 }"),
        ("waive: finance", "waive: { by: finance }"),
        ("need: 1, veto", "\n        need: 1, veto"),
        ("weekend: [sat, sun]", "weekend: [sun, sat]"),
        ("go: business,", "go: { business: { title: Business, to: business } },"),
        ("    chair: product_manager\n", "    chair: product_manager\n    order: parallel\n"),
        ("start_by: [product_manager]", "start_by: "),
        ("  rd_lead:                 { title: R&D lead, side: upstream }\n", ""),
    ] {
        let mut source = changed(from, to);
        if from.contains("rd_lead") {
            // The order of the roles carries no meaning.
            source = source.replace("start_by:", &format!("{from}start_by:"));
        }
        assert_eq!(digest(&source), first, "{from}");
    }
    assert_eq!(digest(&SAMPLE.replace('\n', "\r\n")), first);
    for (from, to) in [
        ("title: Idea\n", "title: Ideas\n"),
        ("ko: 견본", "ko: 보기"),
        ("passes: 0.6", "passes: 0.61"),
        ("due: 20bd", "due: 20d"),
        ("veto: true", "veto: false"),
        ("need: 2, of: 3", "need: 2"),
        ("hurdle: 60", "hurdle: 61"),
        ("money(0)", "money(0) && true"),
        ("0: none", "1: none"),
        ("2026-12-25", "2026-12-24"),
        ("weekend: [sat, sun]", "country: KR"),
        (
            "reviewers: [finance], due: 20bd",
            "reviewers: [finance], waits_for: regulator, due: 20bd",
        ),
    ] {
        assert_ne!(digest(&changed(from, to)), first, "{from}");
    }
}

/// What the language gained since must leave no trace in a workflow that does not use it.
#[test]
fn the_digest_of_the_sample_stays() {
    let digest = load(SAMPLE).unwrap().digest.to_string();
    expect_test::expect!["a4498d4929d3d8076dc2275230696ade0188b144b1353af7167f583262df7af8"]
        .assert_eq(&digest);
}

#[test]
fn the_digest_is_of_the_canonical_bytes_without_itself() {
    let definition = load(SAMPLE).unwrap();
    let canonical = definition.canonical();
    assert_eq!(crate::digest::Digest::of(&canonical), definition.digest);
    let text = String::from_utf8(canonical).unwrap();
    assert!(!text.contains("digest") && !text.contains("null") && !text.contains("false"));
}
