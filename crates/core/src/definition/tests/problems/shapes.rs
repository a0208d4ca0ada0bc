//! Files whose parts do not have the right shape.

use expect_test::expect;

use super::super::check_changed;

#[test]
fn shapes() {
    check_changed(
        "title: Idea\n",
        "titel: Idea\n",
        expect![[r#"
            error[missing_key] 49:3 `idea`: a stage needs `title`
            error[unknown_key] 50:5 `titel`: a stage has no `titel`
              help: did you mean `title`?
              help: it can have: title, help, side, takes, passes, deliverables, gate
        "#]],
    );
    check_changed(
        "    gate: screen\n",
        "",
        expect![[r#"
            error[missing_key] 49:3 `idea`: a stage needs `gate`
        "#]],
    );
    check_changed(
        "{ cleared: { type: bool, required: true }, number: { type: text } }",
        "[cleared]",
        expect![[r#"
            error[wrong_type] 46:42 `[cleared]`: expected a mapping, found a list
        "#]],
    );
    check_changed(
        "roles:\n",
        "roles: 7\nrolls:\n",
        expect![[r#"
            error[wrong_type] 8:8 `7`: expected a mapping, found `7`
            error[unknown_key] 9:1 `rolls`: a workflow has no `rolls`
              help: did you mean `roles`?
              help: it can have: workflow, title, help, calendar, roles, start_by, policies, product, forms, stages, gates, handover, reviews, exits, guarantees, measures, signals, suits, segments, technologies, skills
        "#]],
    );
    check_changed(
        "need: 2, of: 3",
        "need: two, of: 3",
        expect![[r#"
        error[bad_value] 93:49 `two`: expected a whole number, found `two`
    "#]],
    );
    check_changed(
        "due: 20bd",
        "due: 20 days",
        expect![[r#"
            error[bad_value] 61:112 `20 days`: `20 days` is not a length of time: a length of time is a number and a unit: 20bd (business days), 10d, 4w, 3mo or 1y
              help: did you mean `20d`?
        "#]],
    );
    check_changed(
        "due: 20bd",
        "due: 0bd",
        expect![[r#"
        error[bad_value] 61:112 `0bd`: `0bd` is not a length of time: a length of time is at least 1
    "#]],
    );
    check_changed(
        "weekend: [sat, sun]",
        "weekend: [saturday]",
        expect![[r#"
            error[bad_value] 6:13 `saturday`: expected a day: mon, tue, wed, thu, fri, sat or sun, found `saturday`
              help: did you mean `sat`?
        "#]],
    );
    check_changed(
        "2026-12-25",
        "2026-02-30",
        expect![[r#"
        error[bad_value] 7:14 `2026-02-30`: expected a date like 2026-12-25, found `2026-02-30`
    "#]],
    );
    check_changed(
        "side: downstream, per: market",
        "side: down, per: country",
        expect![[r#"
            error[bad_value] 13:68 `down`: expected upstream, downstream, both or outside, found `down`
            error[bad_value] 13:79 `country`: expected `market`, found `country`
        "#]],
    );
    check_changed(
        "workflow: sample",
        "workflow: Sample",
        expect![[r#"
            error[bad_key] 2:11 `Sample`: `Sample` is not a key: `S` cannot stand in a key: it starts with a-z and goes on with a-z, 0-9, _ or -
              help: did you mean `sample`?
        "#]],
    );
    check_changed(
        "title: { en: Sample, ko: 견본 }",
        "title: { ko: 견본 }",
        expect![[r#"
            error[missing_key] 3:1 `title`: a text needs `en`
        "#]],
    );
    check_changed(
        "title: { en: Sample, ko: 견본 }",
        "title: ''",
        expect![[r#"
        error[bad_value] 3:8 `''`: a text cannot be empty
    "#]],
    );
    check_changed(
        "passes: 0.6",
        "passes: likely",
        expect![[r#"
        error[bad_value] 53:13 `likely`: expected a number, found `likely`
    "#]],
    );
    check_changed(
        "passes: 0.6",
        "passes: 1.5",
        expect![[r#"
        error[out_of_range] 53:13 `1.5`: `passes` is a probability from 0 to 1
    "#]],
    );
    check_changed(
        "likely: 4w, from: 2w",
        "likely: 4w, from: 2mo",
        expect![[r#"
        error[out_of_range] 52:22 `4w`: `likely` is not between `from` and `to`: 2mo to 8w, likely 4w
    "#]],
    );
    check_changed(
        "weekend: [sat, sun]",
        "weekend: [mon, tue, wed, thu, fri, sat, sun]",
        expect![[r#"
            error[no_business_day] 6:12 `[mon, tue, wed, thu, fri, sat, sun]`: a week has at least one business day
        "#]],
    );
    check_changed(
        "workflow: sample",
        "workflow: sample\nworkflow: again",
        expect![[r#"
        error[duplicate_key] 3:1 `workflow`: `workflow` is defined twice
          2:1 `workflow`: first defined here
    "#]],
    );
    check_changed(
        "  screen:\n",
        "  Screen:\n",
        expect![[r#"
            error[bad_key] 72:3 `Screen`: `Screen` is not a key: `S` cannot stand in a key: it starts with a-z and goes on with a-z, 0-9, _ or -
              help: did you mean `screen`?
        "#]],
    );
}

#[test]
fn fields() {
    check_changed(
        "total: { type: money, required: true, min: 0 }",
        "total: { type: mony, required: true, min: 0 }",
        expect![[r#"
            error[unknown_type] 38:22 `mony`: there is no field type `mony`
              help: did you mean `money`?
              help: types: text, integer, number, percent, money, date, bool, choice, list, table, market, language, link
        "#]],
    );
    check_changed(
        "total: { type: money, required: true, min: 0 }",
        "total: { type: Boolean, required: true, min: 0 }",
        expect![[r#"
            error[unknown_type] 38:22 `Boolean`: there is no field type `Boolean`
              help: did you mean `bool`?
              help: types: text, integer, number, percent, money, date, bool, choice, list, table, market, language, link
        "#]],
    );
    check_changed(
        "title: Idea screen",
        "title: { en: Idea screen, and more }",
        expect![[r#"
        error[unknown_key] 73:31 `and more`: a text has no `and more`
          help: it can have: en, ko
          help: a text with a comma in it needs quotes: { en: "One, two" }
    "#]],
    );
    check_changed(
        "title: Idea screen",
        "title: \"Idea\" screen",
        expect![[r#"
        error[yaml] 73:19 `s`: this is not YAML: invalid trailing content after double-quoted scalar
          help: a quote that opens or closes a text may be missing, here or further up
    "#]],
    );
    check_changed(
        "fit: { ask: Does it serve the three-year plan?, by: product_manager }",
        "fit: { ask: Does it serve the three-year plan? }",
        expect![[r#"
            error[either_or] 77:7 `fit`: a must-meet criterion is either `expr` with `else`, or `ask` with `by`
              help: `by` is missing: who answers
        "#]],
    );
    check_changed(
        "held_by_few: { type: bool }",
        "held_by_few: { type: bool, max: 3 }",
        expect![[r#"
            error[misplaced_key] 41:39 `3`: a field of type bool has no `max`
              41:28 `bool`: its type
        "#]],
    );
    check_changed(
        "year: { type: integer, min: 2020, max: 2100 }",
        "year: { type: integer, min: 2100, max: 2020 }",
        expect![[r#"
            error[out_of_range] 39:46 `2020`: `max` is below `min`
              39:35 `2100`: `min` is here
        "#]],
    );
    check_changed(
        "year: { type: integer, min: 2020, max: 2100 }",
        "year: { type: integer, min: 2020.5, max: 99999999999999999 }",
        expect![[r#"
            error[bad_value] 39:35 `2020.5`: expected a whole number, found `2020.5`
            error[out_of_range] 39:48 `99999999999999999`: this is beyond what can be held exactly
        "#]],
    );
    check_changed(
        "as_of: { type: date }",
        "as_of: { type: date, min: 2026-13-01 }",
        expect![[r#"
        error[bad_value] 42:33 `2026-13-01`: expected a date like 2026-12-25, found `2026-13-01`
    "#]],
    );
    check_changed(
        "of: [US, EU, KR]",
        "of: [US, EU, US]",
        expect![[r#"
        error[repeated] 23:61 `US`: `US` is named twice
    "#]],
    );
    check_changed(
        "of: [US, EU, KR]",
        "of: []",
        expect![[r#"
        error[empty_list] 23:52 `[]`: a choice has 1 to 200 possibilities
    "#]],
    );
    check_changed(
        "of: [US, EU, KR]",
        "of: US",
        expect![[r#"
            error[wrong_type] 23:52 `US`: expected the choices, as a list or a mapping, found `US`
        "#]],
    );
    check_changed(
        "languages: { type: list, of: { type: language } }",
        "languages: { type: list }",
        expect![[r#"
            error[missing_key] 44:26 `list`: a field of type list needs `of`
        "#]],
    );
    check_changed(
        "languages: { type: list, of: { type: language } }",
        "languages: { type: list, of: { type: table, required: true } }",
        expect![[r#"
            error[nested_type] 44:44 `table`: a list cannot hold a table
              help: use a field of type table: a list of records
            error[misplaced_key] 44:61 `true`: the items of a list have no `required`
              help: give it to the list
        "#]],
    );
    check_changed(
        "source: { type: text }",
        "source: { type: table, columns: { a: { type: text } } }",
        expect![[r#"
            error[nested_type] 37:27 `table`: a column of a table cannot be a table
        "#]],
    );
    check_changed(
        "problem: { type: text, title: { en: Problem, ko: 문제 }, required: true, max: 2000 }",
        "problem: { type: text, title: { en: Problem, ko: 문제 }, max: 0 }",
        expect![[r#"
            error[out_of_range] 21:65 `0`: at least 1 and at most 100000 must be possible here
        "#]],
    );
}

#[test]
fn places_and_words_that_help() {
    check_changed(
        "title: Idea screen",
        "title: \"Idea screen",
        expect![[r#"
        error[yaml] 73:12 `"`: the text that begins here has no closing quote
          74:5 `c`: this is where it can no longer be read
          help: close the text on its line with the same sign; a quote within it is written \" or ''
    "#]],
    );
    check_changed(
        "title: Idea screen",
        "title: 'Idea screen",
        expect![[r#"
        error[yaml] 73:12 `'`: the text that begins here has no closing quote
          74:5 `c`: this is where it can no longer be read
          help: close the text on its line with the same sign; a quote within it is written \" or ''
    "#]],
    );
    check_changed(
        "title: Idea screen",
        "title: !loud Idea screen",
        expect![[r#"
        error[yaml] 73:12 `!loud`: a workflow file has no YAML tags (`!word`)
    "#]],
    );
    check_changed(
        "due: 20bd",
        "due: 20 bd",
        expect![[r#"
        error[bad_value] 61:112 `20 bd`: `20 bd` is not a length of time: a length of time is a number and a unit: 20bd (business days), 10d, 4w, 3mo or 1y
          help: did you mean `20bd`?
    "#]],
    );
    check_changed(
        "weight: 2, anchors",
        "weight: 50%, anchors",
        expect![[r#"
        error[bad_value] 90:56 `50%`: expected a whole number, found `50%`
          help: did you mean `50`?
    "#]],
    );
    check_changed(
        "passes: 0.6",
        "passes: \"0.6\"",
        expect![[r#"
            error[bad_value] 53:13 `"0.6"`: expected a number, found `0.6`
              help: write `0.6` without quotes
        "#]],
    );
    check_changed(
        "weekend: [sat, sun]",
        "weekend: [saturday, sun]",
        expect![[r#"
        error[bad_value] 6:13 `saturday`: expected a day: mon, tue, wed, thu, fri, sat or sun, found `saturday`
          help: did you mean `sat`?
    "#]],
    );
    check_changed(
        "  rd_lead:                 {",
        "  R&D Lead:                {",
        expect![[r#"
            error[bad_key] 10:3 `R&D Lead`: `R&D Lead` is not a key: `R` cannot stand in a key: it starts with a-z and goes on with a-z, 0-9, _ or -
              help: did you mean `r_d_lead`?
        "#]],
    );
    check_changed(
        "  finance:                 {",
        "  Finance:                 {",
        expect![[r#"
            error[bad_key] 11:3 `Finance`: `Finance` is not a key: `F` cannot stand in a key: it starts with a-z and goes on with a-z, 0-9, _ or -
              help: did you mean `finance`?
        "#]],
    );
}

#[test]
fn one_slip_is_reported_once() {
    check_changed(
        "form: market_size, reviewers",
        "form: market_sice, reviewers",
        expect![[r#"
        error[unknown_form] 61:72 `market_sice`: there is no form `market_sice`
          help: did you mean `market_size`?
          help: known here: market_size, clearance, plain_note
    "#]],
    );
    check_changed(
        "    gate: launch\n",
        "    gate: lunch\n",
        expect![[r#"
        error[unknown_gate] 65:11 `lunch`: there is no gate `lunch`
          help: did you mean `launch`?
          help: known here: screen, launch, lifecycle
    "#]],
    );
}
