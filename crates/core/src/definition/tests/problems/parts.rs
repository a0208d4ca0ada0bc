//! Roles, references, stages and what is never used.

use expect_test::expect;

use super::super::check_changed;

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
            error[unknown_gate] 125:66 `lunch`: there is no gate `lunch`
              help: did you mean `launch`?
              help: known here: screen, launch, lifecycle
        "#]],
    );
    check_changed(
        "from: { gate: launch }",
        "from: { gate: launch, stage: idea }",
        expect![[r#"
            error[either_or] 125:58 `{ gate: launch, stage: idea }`: a review counts `from` either a `gate` or a `stage`
        "#]],
    );
    check_changed(
        "before: lifecycle",
        "before: lifecicle",
        expect![[r#"
            error[unknown_gate] 125:136 `lifecicle`: there is no gate `lifecicle`
              help: did you mean `lifecycle`?
              help: known here: screen, launch, lifecycle
        "#]],
    );
    check_changed(
        "at: launch\n",
        "at: lanch\n",
        expect![[r#"
            error[unknown_gate] 116:7 `lanch`: there is no gate `lanch`
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
            error[machine_role] 117:9 `product_manager`: the role `product_manager` is held by machines, so it cannot hand over
              9:3 `product_manager`: declared with `machine: true` here
              help: name a role that people hold
            error[machine_role] 131:47 `product_manager`: the role `product_manager` is held by machines, so it cannot own a duty
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
            error[receiver_not_per_market] 118:7 `product_marketing_manager`: `product_marketing_manager` is not held per market
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
            warning[unused] 128:3 `sale`: the exit `sale` is never used
        "#]],
    );
}
