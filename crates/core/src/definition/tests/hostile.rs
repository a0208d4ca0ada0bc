//! Files that mean harm, or are just broken, are refused with a place and never panic.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![expect(clippy::format_collect, reason = "short files, built once")]

use std::fmt::Write as _;

use expect_test::expect;
use proptest::prelude::*;

use super::{SAMPLE, changed, check, said};

#[track_caller]
fn codes(source: &str) -> Vec<&'static str> {
    let checked = check(source);
    assert!(checked.definition.is_none());
    checked.diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn nothing_at_all() {
    expect![[r#"
        error[empty_file] 1:1 ``: the file is empty
    "#]]
    .assert_eq(&said(""));
    expect![[r#"
        error[empty_file] 1:1 `#`: the file is empty
    "#]]
    .assert_eq(&said("# only a comment\n"));
    expect![[r#"
        error[wrong_type] 1:1 `- a`: expected a workflow, found a list
    "#]]
    .assert_eq(&said("- a\n- b\n"));
    expect![[r#"
        error[wrong_type] 1:1 `just words`: expected a workflow, found `just words`
    "#]]
    .assert_eq(&said("just words"));
}

#[test]
fn yaml_that_is_broken() {
    expect![[r#"
        error[yaml] 2:6 `:`: this is not YAML: illegal placement of ':' indicator
    "#]]
    .assert_eq(&said("workflow: [a\nroles: {"));
    expect![[r#"
        error[yaml] 1:11 `*`: this is not YAML: while parsing node, found unknown anchor
          help: `*name` repeats what `&name` has marked before; a text that begins with `*` needs quotes
    "#]]
    .assert_eq(&said("workflow: *nobody\n"));
    expect![[r#"
        error[unknown_key] 1:1 `a`: a workflow has no `a`
          help: it can have: workflow, title, help, calendar, roles, start_by, policies, product, forms, stages, gates, handover, reviews, exits, guarantees, measures, signals, suits, segments, technologies, skills
        error[missing_key] 1:1 `a: !!binary x`: a workflow needs `workflow`
        error[missing_key] 1:1 `a: !!binary x`: a workflow needs `title`
        error[missing_key] 1:1 `a: !!binary x`: a workflow needs `roles`
        error[missing_key] 1:1 `a: !!binary x`: a workflow needs `stages`
        error[missing_key] 1:1 `a: !!binary x`: a workflow needs `gates`
        error[yaml] 1:4 `!!binary`: a workflow file has no YAML tags (`!word`)
    "#]].assert_eq(&said("a: !!binary x\n"));
    expect![[r#"
        error[yaml] 1:8 `*a`: this alias repeats the very part that it stands in
    "#]]
    .assert_eq(&said("a: &a [*a]\n"));
    expect![[r#"
        error[yaml] 2:2 `-`: this is not YAML: tabs disallowed within this context (block indentation)
          help: indent with spaces
    "#]].assert_eq(&said("workflow:\n\t- a\n"));
    expect![[r#"
        error[many_documents] 3:1 `---`: a workflow file holds one document
    "#]]
    .assert_eq(&said("---\na: 1\n---\nb: 2\n"));
    expect![[r#"
        error[unknown_key] 1:1 `a`: a workflow has no `a`
          help: it can have: workflow, title, help, calendar, roles, start_by, policies, product, forms, stages, gates, handover, reviews, exits, guarantees, measures, signals, suits, segments, technologies, skills
        error[missing_key] 1:1 `a: 1`: a workflow needs `workflow`
        error[missing_key] 1:1 `a: 1`: a workflow needs `title`
        error[missing_key] 1:1 `a: 1`: a workflow needs `roles`
        error[missing_key] 1:1 `a: 1`: a workflow needs `stages`
        error[missing_key] 1:1 `a: 1`: a workflow needs `gates`
        error[wrong_type] 2:3 `[b]`: a key is a word, found a list
    "#]].assert_eq(&said("a: 1\n? [b]\n: 2\n"));
}

#[test]
fn an_anchor_bomb_does_not_go_off() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let before = level - 1;
        let _ =
            writeln!(bomb, "a{level}: &a{level} [{}]", vec![format!("*a{before}"); 9].join(", "));
    }
    assert_eq!(codes(&bomb), ["too_many_parts"]);
    let many: String = (0..600).map(|at| format!("a{at}: &a{at} x\n")).collect();
    assert_eq!(codes(&many), ["too_many_parts"]);
    let mut deep = String::from("a0: &a0 [x]\n");
    for level in 1..400 {
        let _ = writeln!(deep, "a{level}: &a{level} [*a{}]", level - 1);
    }
    assert_eq!(codes(&deep), ["too_deep"]);
}

#[test]
fn depth_and_size_are_bounded() {
    let flow = "[".repeat(100_000);
    assert_eq!(codes(&flow), ["yaml"]);
    let nested: String = (0..60).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(codes(&nested), ["yaml"]);
    assert_eq!(codes(&"a".repeat(10 * 1024 * 1024)), ["too_big"]);
    assert_eq!(codes(&"- x\n".repeat(100_000)), ["too_many_parts"]);
}

#[test]
fn a_hundred_problems_are_enough() {
    let source: String = (0..5_000).map(|at| format!("k{at}: 1\n")).collect();
    assert_eq!(check(&source).diagnostics.len(), 100);
}

#[test]
fn a_form_has_only_so_many_fields() {
    let fields: String = (0..201).map(|at| format!("f{at}: {{ type: bool }}, ")).collect();
    let source = changed("text: { type: text, long: true, required: true }", &fields);
    assert_eq!(codes(&source), ["too_many_fields"]);
}

#[test]
fn many_of_everything_is_quickly_read() {
    let entries = |count: usize, entry: &dyn Fn(usize) -> String| -> String {
        (0..count).map(entry).collect()
    };
    let names = entries(900, &|at| format!("nobody{at}x, "));
    let source = format!(
        "workflow: w\ntitle: W\nroles: {{ {} }}\nforms: {{ f: {{ title: F, fields: {{ a: {{ type: bool }} }} }} }}\n\
         stages:\n{}gates: {{}}\nstart_by: [{names}]\n",
        entries(900, &|at| format!("nobody{at}: {{ title: R, side: both }}, ")),
        entries(900, &|at| format!(
            "  s{at}: {{ title: S, side: both, gate: g, deliverables: {{ d{at}: \
             {{ title: D, owner: r, form: f, required: d{at}.a || d0.a }} }} }}\n"
        )),
    );
    assert!(!codes(&source).is_empty());
    assert_eq!(codes(&format!("start_by: [{}]", "a, ".repeat(1001)))[0], "too_many_entries");
}

#[test]
fn odd_bytes() {
    assert_eq!(said(&format!("\u{feff}{SAMPLE}")), "");
    assert_eq!(said(&SAMPLE.replace('\n', "\r\n")), "");
    // Neither shifts the places of problems.
    let wrong = changed("gate: lifecycle\n", "gate: lifecicle\n");
    expect![[r#"
        error[unknown_gate] 70:11 `lifecicle`: there is no gate `lifecicle`
          help: did you mean `lifecycle`?
          help: known here: screen, launch, lifecycle
    "#]]
    .assert_eq(&said(&format!("\u{feff}{wrong}")));
    assert_eq!(said(&wrong.replace('\n', "\r\n")), said(&wrong));
    expect![[r#"
        error[bad_value] 50:12 `"I\0dea"`: a text holds a character that cannot be printed
    "#]]
    .assert_eq(&said(&changed("title: Idea\n", "title: \"I\\0dea\"\n")));
    assert_eq!(codes(&changed("title: Idea\n", "title: I\u{0}dea\n")), ["yaml"]);
    assert_eq!(codes(&changed("of: [US, EU, KR]", "of: [US, \"E\\u0007U\"]")), ["bad_key"]);
}

#[test]
fn anchors_are_welcome() {
    let source =
        changed("title: Idea\n", "title: &t Idea\n").replace("title: Business\n", "title: *t\n");
    assert_eq!(said(&source), "");
    let definition = super::load(&source).unwrap();
    assert_eq!(definition.stages["business"].title.en, "Idea");
}

fn splices() -> impl Strategy<Value = (usize, usize, String)> {
    let bits = proptest::sample::select(vec![
        "",
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        "\n",
        "  ",
        "- ",
        "&a ",
        "*a",
        "'",
        "\"",
        "#",
        "|\n",
        "\0",
        "\t",
        "가",
        "null",
        "true",
        "-1",
        "9999999999",
        "1e9",
        "market_size",
        "!x ",
        "%",
        "@",
        "? ",
        "<<: ",
        "\u{feff}",
    ]);
    (0..SAMPLE.len(), 0..40_usize, bits.prop_map(str::to_owned))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_never_panics(damage in proptest::collection::vec(splices(), 1..5)) {
        let mut source = SAMPLE.to_owned();
        for (at, length, bit) in damage {
            let start = source.floor_char_boundary(at.min(source.len()));
            let end = source.ceil_char_boundary((start + length).min(source.len()));
            source.replace_range(start..end, &bit);
        }
        let checked = check(&source);
        let errors = checked.diagnostics.iter().any(|it| it.severity == super::Severity::Error);
        prop_assert_eq!(checked.definition.is_none(), errors);
        for found in &checked.diagnostics {
            prop_assert!(source.get(found.place.bytes.start..found.place.bytes.end).is_some());
            prop_assert!(found.place.line >= 1 && found.place.column >= 1);
        }
        let style = crate::definition::render::Style::Plain;
        crate::definition::render::render("w.yaml", &source, &checked.diagnostics, style);
    }

    #[test]
    fn any_text_never_panics(source in "\\PC{0,200}") {
        check(&source);
    }
}
