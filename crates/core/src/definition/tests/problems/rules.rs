//! Gates, expressions, circles and guarantees.

use expect_test::expect;

use super::super::check_changed;

#[test]
fn gates() {
    check_changed(
        "        delete: { title: Delete, exit: delete }\n      hold: { at_most: 180d }\n",
        "        delete: { title: Delete, exit: delete }\n",
        expect![[r#"
            error[no_other_answer] 111:7 `go:`: when its votes cannot say go, this gate has no answer
              help: offer at least one of `hold`, `recycle` and `kill`
        "#]],
    );
    check_changed(
        "recycle: { to: [idea], at_most: 2 }",
        "recycle: { to: [in_market], at_most: 0 }",
        expect![[r#"
            error[recycle_forward] 80:72 `in_market`: `in_market` is later than this gate's stage `idea`
              help: recycle leads to the gate's own stage or an earlier one
            error[out_of_range] 80:93 `0`: `at_most` is from 1 to 100, found 0
        "#]],
    );
    check_changed(
        "recycle: { to: [idea], at_most: 2 }",
        "recycle: { to: [], at_most: 2 }",
        expect![[r#"
            error[empty_list] 80:71 `[]`: `recycle` names at least one stage
        "#]],
    );
    check_changed(
        "need: 2, of: 3",
        "need: 3, of: 2",
        expect![[r#"
        error[need_beyond_of] 93:49 `3`: needs 3 votes of 2 people
          93:56 `2`: at most so many people sit
    "#]],
    );
    check_changed(
        "recycle: { to: [idea], at_most: 2 }, kill: {} }",
        "recycle: , kill: {} }",
        expect![[r#"
            warning[empty_part] 80:56 `recycle`: `recycle` has nothing behind it, so it counts as left out
              help: fill it in or take it out; `{}` is one that has no parts of its own
        "#]],
    );
    check_changed(
        "who: author of market_size, may_not: money",
        "who: holder of finance, may_not: money",
        expect![[r#"
            error[nobody_may_sit] 97:44 `money`: nobody could sit on `money`: its own role may not
              help: only holders of finance sit there
        "#]],
    );
    check_changed(
        "need: 2, of: 3",
        "need: 0",
        expect![[r#"
        error[out_of_range] 93:49 `0`: a seat needs at least one vote
    "#]],
    );
    check_changed(
        "hurdle: 60",
        "hurdle: 101",
        expect![[r#"
        error[out_of_range] 88:15 `101`: a hurdle is from 0 to 100, found 101
    "#]],
    );
    check_changed(
        "weight: 2, anchors: { 0: none",
        "weight: 0, anchors: { 11: none",
        expect![[r#"
        error[out_of_range] 90:56 `0`: a weight is from 1 to 100, found 0
        error[out_of_range] 90:70 `11`: `11` is not a score from 0 to 10
    "#]],
    );
    check_changed(
        "remind: [5bd, 2bd]",
        "remind: [10bd, 2bd]",
        expect![[r#"
        error[reminder_too_early] 98:44 `10bd`: a reminder 10bd before the end is not within 10bd
          98:29 `10bd`: the whole time
    "#]],
    );
    check_changed(
        "by: product_manager }\n",
        "expr: today }\n",
        expect![[r#"
            error[either_or] 77:7 `fit`: a must-meet criterion is either `expr` with `else`, or `ask` with `by`
              help: write one of the two pairs, and no part of the other
        "#]],
    );
    check_changed(
        "go: in_market\n",
        "go: {}\n",
        expect![[r#"
        error[empty_list] 100:11 `{}`: `go` leads somewhere: to a stage or an exit
    "#]],
    );
    check_changed(
        "title: Continue, to: in_market",
        "title: Continue, to: in_market, exit: delete",
        expect![[r#"
            error[either_or] 112:19 `{ title: Continue, to: in_market, exit: delete }`: a path leads either `to` a stage or to an `exit`
        "#]],
    );
    check_changed(
        "owner: product_marketing_manager, form: plain_note, before",
        "owner: product_marketing_manager, before",
        expect![[r#"
            error[either_or] 125:3 `interim_3m`: a review is done either by `owner` with a `form`, or by a `gate`
        "#]],
    );
    check_changed(
        "reviewers: { role: rd_lead, need: 1 }\n",
        "\n",
        expect![[r#"
            error[missing_key] 72:3 `screen`: a gate needs `approvals`
        "#]],
    );
    check_changed(
        "reviewers: { role: rd_lead, need: 1 }\n",
        "{}\n",
        expect![[r#"
        error[empty_list] 79:7 `{}`: a gate has at least one seat, or nobody decides
    "#]],
    );
}

#[test]
fn expressions() {
    check_changed(
        "market_size.total > money(0)",
        "market_size.totl > money(0)",
        expect![[r#"
        error[bad_expression] 86:36 `totl`: `market_size` has no field `totl`
          help: did you mean `total`?
    "#]],
    );
    check_changed(
        "market_size.total > money(0)",
        "market_siz.total > money(0)",
        expect![[r#"
        error[bad_expression] 86:24 `market_siz`: there is no `market_siz`
          help: did you mean `market_size`?
    "#]],
    );
    check_changed(
        "market_size.total > money(0)",
        "market_size.total > 0",
        expect![[r#"
        error[bad_expression] 86:44 `0`: an amount of money and a whole number cannot be compared
          help: did you mean `money(0)`?
    "#]],
    );
    check_changed(
        "market_size.total > money(0)",
        "market_size.total >",
        expect![[r#"
        error[bad_expression] 86:43 `"`: expected a value, found the end
    "#]],
    );
    check_changed(
        "market_size.total > money(0)",
        "study.done",
        expect![[r#"
        error[reads_no_form] 86:24 `study`: `study` has no form, so there is nothing to read in it
          62:7 `study`: defined here
    "#]],
    );
    check_changed(
        "fit: { ask: Does it serve the three-year plan?, by: product_manager }",
        "fit: { expr: market_size.held_by_few, else: No }",
        expect![[r#"
            error[reads_later] 77:20 `market_size`: `market_size` belongs to the later stage `business`
              61:7 `market_size`: defined here
        "#]],
    );
    check_changed(
        r#"regulatory_clearance.cleared""#,
        r#"market_size.held_by_few""#,
        expect![[r#"
            error[reads_not_per_market] 122:25 `market_size`: `market_size` is not per market; a sellable check reads only the product's card and deliverables with `per: market`
              61:7 `market_size`: defined here
        "#]],
    );
    check_changed(
        r#""market_size.total > money(0)""#,
        "\"regulatory_clearance.exists(c, c.market == 'US' && c.clered)\"",
        expect![[r#"
            error[bad_expression] 86:77 `clered`: `c` has no field `clered`
              help: did you mean `cleared`?
        "#]],
    );
    check_changed(
        r#"required: "product.regions.exists(r, r == 'US')""#,
        r#"required: "yearly.text == ''""#,
        expect![[""]],
    );
    check_changed(
        "product.regions.exists(r, r == 'US')",
        "product.regions.exists(r, r == 'UK')",
        expect![[r#"
            error[bad_expression] 62:110 `'UK'`: 'UK' is not a choice of this field ('US', 'EU', 'KR')
        "#]],
    );
}

#[test]
fn cycles() {
    check_changed(
        "form: plain_note, each: visit, required: false",
        "form: plain_note, after: [study], required: \"product.problem == '' || market_size.year > 1\"",
        expect![[""]],
    );
    let source =
        super::super::changed("form: plain_note, each: visit", "form: plain_note, after: [study]")
            .replace(
                "required: \"product.regions.exists(r, r == 'US')\"",
                "required: yearly.text != ''",
            );
    expect![[r#"
        error[cycle] 62:78 `yearly`: these wait for each other: yearly → study → yearly
          help: a deliverable waits for what is in its `after` and for what its guard reads
    "#]]
    .assert_eq(&super::super::said(&source));
    check_changed(
        "form: plain_note, each: visit, required: false",
        r#"form: plain_note, each: visit, required: "yearly.text == 'x'""#,
        expect![[r#"
            error[cycle] 64:103 `yearly`: these wait for each other: yearly → yearly
              help: a deliverable waits for what is in its `after` and for what its guard reads
        "#]],
    );
}

#[test]
fn guarantees() {
    check_changed(
        "  - in_market needs go at launch\n",
        "  - in_market needs go at lunch\n  - in_marked needs go at launch\n",
        expect![[r#"
            error[unknown_gate] 134:27 `lunch`: there is no gate `lunch`
              help: did you mean `launch`?
              help: known here: screen, launch, lifecycle
            error[unknown_stage] 135:5 `in_marked`: there is no stage `in_marked`
              help: did you mean `in_market`?
              help: known here: idea, business, in_market
        "#]],
    );
    check_changed(
        "  - every product can reach an end\n",
        "  - every product reaches an end\n",
        expect![[r#"
            error[unknown_guarantee] 137:5 `every product reaches an end`: this is not a guarantee that can be proved
              help: guarantees are written: STAGE-OR-GATE needs go at GATE; STAGE-OR-GATE needs accepted DELIVERABLE; sellable(market) needs accepted DELIVERABLE(market); every product can reach an end; no one approves what they submitted
        "#]],
    );
    check_changed(
        "regulatory_clearance(market)",
        "study(market)",
        expect![[r#"
            error[not_per_market] 135:37 `study`: `study` is not per market
              help: only a deliverable with `per: market` can make a market sellable
        "#]],
    );
}

#[test]
fn technologies_and_skills() {
    let with = |part: &str| format!("{part}\nguarantees:\n");
    check_changed(
        "guarantees:\n",
        &with("technologies: { each: market_size.total, name: row.source }"),
        expect![[r#"
            error[bad_expression] 133:23 `market_size.total`: `each` comes to the rows of a table, found an amount of money
        "#]],
    );
    check_changed(
        "guarantees:\n",
        &with(
            "technologies: { each: market_size.markets, name: row.sorce, by: row.tam, needed: row.growth }",
        ),
        expect![[r#"
            error[bad_expression] 133:54 `sorce`: `row` has no field `sorce`
              help: did you mean `source`?
            error[bad_expression] 133:65 `row.tam`: `by` is a date, or a year as a whole number, found an amount of money
            error[bad_expression] 133:82 `row.growth`: expected a whole number, found a number
        "#]],
    );
    check_changed(
        "guarantees:\n",
        &with("skills: { each: market_size.languages, name: row, missing: row }"),
        expect![[r#"
            error[bad_expression] 133:17 `market_size.languages`: `each` comes to the rows of a table, found a list (a text each)
        "#]],
    );
    check_changed(
        "guarantees:\n",
        &with(
            "skills: { each: market_size.markets, name: row.source, missing: row.source, way: row.market, by: market_size.year }",
        ),
        expect![[r#"
            error[bad_expression] 133:65 `row.source`: expected a number, found a text
        "#]],
    );
    check_changed(
        "guarantees:\n",
        &with("skills: { name: row.source }"),
        expect![[r#"
        error[missing_key] 133:1 `skills`: `skills` needs `each`
        error[missing_key] 133:1 `skills`: `skills` needs `missing`
    "#]],
    );
}
