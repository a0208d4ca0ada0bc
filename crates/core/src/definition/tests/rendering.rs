//! What an author sees.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::{Expect, expect};

use super::{changed, check};
use crate::definition::render::{Report, Style, render};

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
fn see(source: &str, expected: Expect) {
    let diagnostics = check(source).diagnostics;
    expected.assert_eq(&render("workflow.yaml", source, &diagnostics, Style::Plain));
}

#[test]
fn the_place_is_right_after_korean_text() {
    let source = changed(
        "title: { en: Product manager, ko: 제품 관리자 }, side: upstream",
        "title: { en: Product manager, ko: 제품 관리자 }, side: upsteam",
    );
    see(
        &source,
        expect![[r#"
            error[bad_value]: expected upstream, downstream, both or outside, found `upsteam`
             --> workflow.yaml:9:80
              |
            9 |   product_manager:         { title: { en: Product manager, ko: 제품 관리자 }, side: upsteam, owner: true }   # exactly one owner role
              |                                                                                     ^^^^^^^
              |
              = help: did you mean `upstream`?

            workflow.yaml: 1 error, 0 warnings
        "#]],
    );
    let found = &check(&source).diagnostics[0];
    assert_eq!((found.place.line, found.place.column), (9, 80));
}

#[test]
fn both_places_are_shown() {
    see(
        &changed("idea_note: {", "market_size: {"),
        expect![[r#"
        error[duplicate_deliverable]: the deliverable `market_size` is defined twice
          --> workflow.yaml:61:7
           |
        55 |       market_size: { title: The idea, owner: product_manager, form: plain_note }
           |       ----------- first defined here
        ...
        61 |       market_size: { title: Market size, owner: product_manager, form: market_size, reviewers: [finance], due: 20bd, waive: finance }
           |       ^^^^^^^^^^^ defined again here
           |
           = help: the key of a deliverable is unique in the whole workflow

        workflow.yaml: 1 error, 0 warnings
    "#]],
    );
}

#[test]
fn a_problem_within_an_expression_is_underlined_there() {
    let source = changed("market_size.total > money(0)", "market_size.totl > money(0)");
    see(
        &source,
        expect![[r#"
        error[bad_expression]: `market_size` has no field `totl`
          --> workflow.yaml:86:36
           |
        86 |       enough: { expr: "market_size.totl > money(0)", else: The market is too small }
           |                                    ^^^^
           |
           = help: did you mean `total`?

        workflow.yaml: 1 error, 0 warnings
    "#]],
    );
}

#[test]
fn colours_are_for_terminals_only() {
    let source = changed("title: Idea\n", "titel: Idea\n");
    let diagnostics = check(&source).diagnostics;
    assert!(render("w", &source, &diagnostics, Style::Coloured).contains("\u{1b}["));
    assert!(!render("w", &source, &diagnostics, Style::Plain).contains('\u{1b}'));
}

#[test]
fn programs_read_the_same() {
    let source = changed("title: Idea\n", "titel: Idea\n");
    let diagnostics = check(&source).diagnostics;
    let report = serde_json::to_string_pretty(&Report::new("w.yaml", &diagnostics[..1])).unwrap();
    expect![[r#"
        {
          "file": "w.yaml",
          "errors": 1,
          "warnings": 0,
          "diagnostics": [
            {
              "code": "missing_key",
              "severity": "error",
              "message": "a stage needs `title`",
              "place": {
                "start": 2670,
                "end": 2674,
                "line": 49,
                "column": 3
              },
              "label": "",
              "related": [],
              "help": []
            }
          ]
        }"#]]
    .assert_eq(&report);
}
