//! Each diagnostic at least once, at its place.

use expect_test::expect;

use super::check_changed;

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
            error[gate_without_stage] 71:3 `screen`: no stage ends at the gate `screen`
              help: give a stage `gate: screen`, or remove the gate
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
            error[wrong_type] 8:8 `7`: expected a mapping, found a text
            error[unknown_key] 9:1 `rolls`: a workflow has no `rolls`
              help: did you mean `roles`?
              help: it can have: workflow, title, help, calendar, roles, start_by, policies, product, forms, stages, gates, handover, reviews, exits, guarantees
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
        error[unknown_gate] 56:11 `screen`: there is no gate `screen`
          help: did you mean `Screen`?
          help: known here: Screen, launch, lifecycle
        error[bad_key] 72:3 `Screen`: `Screen` is not a key: `S` cannot stand in a key: it starts with a-z and goes on with a-z, 0-9, _ or -
    "#]],
    );
}

#[test]
fn references() {
    check_changed(
        "owner: product_manager, form: plain_note }\n    gate",
        "owner: product_manger, form: plain_note }\n    gate",
        expect![[r#"
            error[unknown_role] 55:44 `product_manger`: there is no role `product_manger`
              help: did you mean `product_manager`?
              help: known here: product_manager, rd_lead, finance, senior_leadership, field_marketing_manager, product_marketing_manager, erp
        "#]],
    );
    check_changed(
        "form: plain_note }\n    gate",
        "form: plan_note }\n    gate",
        expect![[r#"
        error[unknown_form] 55:67 `plan_note`: there is no form `plan_note`
          help: did you mean `plain_note`?
          help: known here: market_size, clearance, plain_note
    "#]],
    );
    check_changed(
        "    gate: screen\n",
        "    gate: scren\n",
        expect![[r#"
        error[unknown_gate] 56:11 `scren`: there is no gate `scren`
          help: did you mean `screen`?
          help: known here: screen, launch, lifecycle
        error[gate_without_stage] 72:3 `screen`: no stage ends at the gate `screen`
          help: give a stage `gate: screen`, or remove the gate
    "#]],
    );
    check_changed(
        "after: [market_size]",
        "after: [market_sice]",
        expect![[r#"
        error[unknown_deliverable] 62:54 `market_sice`: there is no deliverable `market_sice`
          help: did you mean `market_size`?
          help: known here: idea_note, market_size, study, regulatory_clearance, yearly
    "#]],
    );
    check_changed(
        "go: business,",
        "go: busines,",
        expect![[r#"
        error[unknown_stage] 80:21 `busines`: there is no stage `busines`
          help: did you mean `business`?
          help: known here: idea, business, in_market
    "#]],
    );
    check_changed(
        "to: in_market }",
        "to: on_market }",
        expect![[r#"
        error[unknown_stage] 112:42 `on_market`: there is no stage `on_market`
          help: did you mean `in_market`?
          help: known here: idea, business, in_market
    "#]],
    );
    check_changed(
        "exit: delete",
        "exit: removal",
        expect![[r#"
            error[unknown_exit] 113:40 `removal`: there is no exit `removal`
              help: known here: delete
        "#]],
    );
    check_changed(
        "may_not: money",
        "may_not: mony",
        expect![[r#"
        error[unknown_seat] 97:48 `mony`: this gate has no seat `mony`
          help: did you mean `money`?
          help: seats: leaders, money
    "#]],
    );
    check_changed(
        "who: author of market_size",
        "who: author of marketsize",
        expect![[r#"
        error[unknown_deliverable] 97:26 `marketsize`: there is no deliverable `marketsize`
          help: did you mean `market_size`?
          help: known here: idea_note, market_size, study, regulatory_clearance, yearly
    "#]],
    );
    check_changed(
        "who: author of market_size",
        "who: the author",
        expect![[r#"
        error[bad_value] 97:16 `the author`: `who` is written `author of DELIVERABLE`, `reviewer of DELIVERABLE` or `holder of ROLE`
    "#]],
    );
    check_changed(
        "reviewers: [finance]",
        "reviewers: [finance, finance]",
        expect![[r#"
        error[repeated] 61:106 `finance`: `finance` is named twice
    "#]],
    );
    check_changed(
        "from: { gate: launch }",
        "from: { gate: lunch }",
        expect![[r#"
        error[unknown_gate] 124:66 `lunch`: there is no gate `lunch`
          help: did you mean `launch`?
          help: known here: screen, launch, lifecycle
    "#]],
    );
    check_changed(
        "from: { gate: launch }",
        "from: { gate: launch, stage: idea }",
        expect![[r#"
        error[either_or] 124:58 `{ gate: launch, stage: idea }`: a review counts `from` either a `gate` or a `stage`
    "#]],
    );
    check_changed(
        "before: lifecycle",
        "before: lifecicle",
        expect![[r#"
        error[unknown_gate] 124:136 `lifecicle`: there is no gate `lifecicle`
          help: did you mean `lifecycle`?
          help: known here: screen, launch, lifecycle
    "#]],
    );
    check_changed(
        "at: launch\n",
        "at: lanch\n",
        expect![[r#"
        error[unknown_gate] 115:7 `lanch`: there is no gate `lanch`
          help: did you mean `launch`?
          help: known here: screen, launch, lifecycle
    "#]],
    );
}

#[test]
fn roles() {
    check_changed(
        "side: upstream, owner: true",
        "side: upstream",
        expect![[r#"
            error[no_owner] 8:1 `roles`: no role owns the product
              help: give exactly one role `owner: true`
        "#]],
    );
    check_changed(
        "rd_lead:                 { title: R&D lead, side: upstream }",
        "rd_lead: { title: R&D lead, side: upstream, owner: true }",
        expect![[r#"
            error[two_owners] 10:3 `rd_lead`: `product_manager` and `rd_lead` both own the product
              9:3 `product_manager`: the first owner is here
              help: exactly one role has `owner: true`
        "#]],
    );
    check_changed(
        "side: upstream, owner: true",
        "side: upstream, owner: true, per: market",
        expect![[r#"
            error[owner_per_market] 9:108 `market`: the owner role is held for the whole product, not per market
        "#]],
    );
    check_changed(
        "side: upstream, owner: true",
        "side: upstream, owner: true, machine: true",
        expect![[r#"
            error[machine_role] 9:112 `true`: a machine cannot own a product
            error[machine_role] 16:12 `product_manager`: the role `product_manager` is held by machines, so it cannot start a product
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 55:44 `product_manager`: the role `product_manager` is held by machines, so it cannot own a deliverable
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 61:49 `product_manager`: the role `product_manager` is held by machines, so it cannot own a deliverable
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 64:44 `product_manager`: the role `product_manager` is held by machines, so it cannot own a deliverable
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 74:12 `product_manager`: the role `product_manager` is held by machines, so it cannot chair a gate
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 75:17 `product_manager`: the role `product_manager` is held by machines, so it cannot submit to a gate
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 77:59 `product_manager`: the role `product_manager` is held by machines, so it cannot answer a question
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 116:9 `product_manager`: the role `product_manager` is held by machines, so it cannot hand over
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 130:47 `product_manager`: the role `product_manager` is held by machines, so it cannot own a duty
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
        "#]],
    );
    check_changed(
        "reviewers: { role: rd_lead, need: 1 }",
        "reviewers: { role: erp, need: 1 }",
        expect![[r#"
            error[machine_role] 79:26 `erp`: the role `erp` is held by machines, so it cannot sit at a gate
              15:3 `erp`: declared with `machine: true` here
              help: name a role that people hold
        "#]],
    );
    check_changed(
        "submit_by: [product_manager, rd_lead]",
        "submit_by: [erp]",
        expect![[r#"
        error[machine_role] 75:17 `erp`: the role `erp` is held by machines, so it cannot submit to a gate
          15:3 `erp`: declared with `machine: true` here
          help: name a role that people hold
    "#]],
    );
    check_changed(
        "submit_by: [product_manager, rd_lead]",
        "submit_by: []",
        expect![[r#"
        error[empty_list] 75:16 `[]`: the list is empty, so nobody may submit
          help: leave it out for the owner role
    "#]],
    );
    check_changed(
        "start_by: [product_manager]",
        "start_by: []",
        expect![[r#"
        error[empty_list] 16:11 `[]`: the list is empty, so nobody may start a product
          help: leave it out for the owner role
    "#]],
    );
    check_changed(
        "to: field_marketing_manager",
        "to: product_marketing_manager",
        expect![[r#"
            error[receiver_not_per_market] 117:7 `product_marketing_manager`: `product_marketing_manager` is not held per market
              14:3 `product_marketing_manager`: give this role `per: market`
              help: each market is handed over to an owner of its own
        "#]],
    );
    check_changed(
        "owner: product_marketing_manager,",
        "owner: finance,",
        expect![[r#"
        warning[unused] 14:3 `product_marketing_manager`: the role `product_marketing_manager` is never used
    "#]],
    );
}

#[test]
fn stages_and_deliverables() {
    check_changed(
        "idea_note: {",
        "market_size: {",
        expect![[r#"
            error[duplicate_deliverable] 61:7 `market_size`: the deliverable `market_size` is defined twice
              55:7 `market_size`: first defined here
              help: the key of a deliverable is unique in the whole workflow
        "#]],
    );
    check_changed(
        r#"required: "product.regions.exists(r, r == 'US')""#,
        "required: true",
        expect![[""]],
    );
    check_changed(
        "form: plain_note }\n    gate",
        "form: plain_note, after: [yearly] }\n    gate",
        expect![[r#"
            error[after_later] 55:87 `yearly`: `yearly` belongs to the later stage `business`
              help: `after` names deliverables of the same stage or an earlier one
        "#]],
    );
    check_changed(
        "waive: finance }",
        "waive: finance, after: [study] }",
        expect![[r#"
        error[cycle] 61:142 `study`: these wait for each other: study → market_size → study
          help: a deliverable waits for what is in its `after` and for what its guard reads
    "#]],
    );
    check_changed(
        "    gate: lifecycle\n",
        "    gate: screen\n",
        expect![[r#"
        error[gate_of_two_stages] 70:11 `screen`: the gate `screen` ends both `idea` and `in_market`
          56:11 `screen`: first used here
          help: each stage has a gate of its own
        error[gate_without_stage] 105:3 `lifecycle`: no stage ends at the gate `lifecycle`
          help: give a stage `gate: lifecycle`, or remove the gate
    "#]],
    );
    check_changed(
        "deliverables: {}",
        "deliverables: { today: { title: T, owner: finance, form: plain_note } }",
        expect![[r#"
            error[reserved_key] 69:21 `today`: `today` means something else in expressions
              help: reserved: product, markets, market, today
        "#]],
    );
    check_changed(
        "deliverables: {}",
        "deliverables: { to-day: { title: T, owner: finance, form: plain_note } }",
        expect![[r#"
            warning[unnameable_key] 69:21 `to-day`: no expression can read `to-day`: it is not a name there
              help: write `to_day`
        "#]],
    );
    check_changed(
        "problem: {",
        "name: {",
        expect![[r#"
        error[reserved_key] 21:5 `name`: every product has a `name` already
    "#]],
    );
    check_changed(
        "number: { type: text } }",
        "market: { type: text } }",
        expect![[r#"
        error[reserved_key] 63:7 `regulatory_clearance`: the form of `regulatory_clearance` has a field `market` of its own
          help: a deliverable per market knows its market; remove the field
    "#]],
    );
    check_changed(
        "go: business,",
        "go: idea,",
        expect![[r#"
        error[unreachable_stage] 57:3 `business`: no product can reach the stage `business`
          help: let the `go` of some gate lead to `business`
        error[unreachable_stage] 66:3 `in_market`: no product can reach the stage `in_market`
          help: let the `go` of some gate lead to `in_market`
    "#]],
    );
    check_changed(
        "delete: { title: Delete, exit: delete }",
        "again: { title: Again, to: in_market }",
        expect![[r#"
            error[no_end] 66:3 `in_market`: a product in `in_market` can never reach an end
              help: let some gate on its way kill, or go to an exit
        "#]],
    );
}

#[test]
fn gates() {
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
            error[either_or] 124:3 `interim_3m`: a review is done either by `owner` with a `form`, or by a `gate`
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
        error[reads_not_per_market] 121:25 `market_size`: `market_size` is not per market; a sellable check reads only the product's card and deliverables with `per: market`
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
              help: did you mean `'US'`?
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
        super::changed("form: plain_note, each: visit", "form: plain_note, after: [study]")
            .replace(
                "required: \"product.regions.exists(r, r == 'US')\"",
                "required: yearly.text != ''",
            );
    expect![[r#"
        error[cycle] 62:78 `yearly`: these wait for each other: yearly → study → yearly
          help: a deliverable waits for what is in its `after` and for what its guard reads
    "#]]
    .assert_eq(&super::said(&source));
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
        error[wrong_type] 23:52 `US`: expected the choices, as a list or a mapping, found a text
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
fn guarantees() {
    check_changed(
        "  - in_market needs go at launch\n",
        "  - in_market needs go at lunch\n  - in_marked needs go at launch\n",
        expect![[r#"
            error[unknown_gate] 133:27 `lunch`: there is no gate `lunch`
              help: did you mean `launch`?
              help: known here: screen, launch, lifecycle
            error[unknown_stage] 134:5 `in_marked`: there is no stage `in_marked`
              help: did you mean `in_market`?
              help: known here: idea, business, in_market
        "#]],
    );
    check_changed(
        "  - every product can reach an end\n",
        "  - every product reaches an end\n",
        expect![[r#"
            error[unknown_guarantee] 136:5 `every product reaches an end`: this is not a guarantee that can be proved
              help: guarantees are written: STAGE-OR-GATE needs go at GATE; STAGE-OR-GATE needs accepted DELIVERABLE; sellable(market) needs accepted DELIVERABLE(market); every product can reach an end; no one approves what they submitted
        "#]],
    );
    check_changed(
        "regulatory_clearance(market)",
        "study(market)",
        expect![[r#"
        error[not_per_market] 134:37 `study`: `study` is not per market
          help: only a deliverable with `per: market` can make a market sellable
    "#]],
    );
}

#[test]
fn warnings() {
    check_changed(
        "  erp: ",
        "  marketing: { title: Marketing, side: upstream }\n  erp: ",
        expect![[r#"
            warning[unused] 15:3 `marketing`: the role `marketing` is never used
        "#]],
    );
    check_changed(
        "  plain_note: {",
        "  unused_form: { title: U, fields: { a: { type: text } } }\n  plain_note: {",
        expect![[r#"
            warning[unused] 47:3 `unused_form`: the form `unused_form` is never used
        "#]],
    );
    check_changed(
        "exits:\n",
        "exits:\n  sale: { title: Sale }\n",
        expect![[r#"
        warning[unused] 127:3 `sale`: the exit `sale` is never used
    "#]],
    );
}
