//! Contradictions: what is refused when it is checked, and what is only said.

use expect_test::expect;

use super::super::{changed, check_changed};
use crate::definition::{Severity, check, diagnostic::SOUNDNESS, load, reload};

#[test]
fn what_only_contradicts_itself_is_read_back_and_not_loaded() {
    for (from, to, code) in [
        ("who: author of market_size", "who: holder of finance", "nobody_may_sit"),
        ("need: 2, of: 3", "need: 3, of: 2", "need_beyond_of"),
        ("at_most: 180d }, recycle", "at_most: 200y }, recycle", "too_long"),
        ("market_size.total > money(0)", "1 > 2", "never_true"),
    ] {
        let source = changed(from, to);
        assert!(SOUNDNESS.contains(&code));
        let refused = load(&source).unwrap_err();
        assert_eq!(refused.iter().map(|found| found.code).collect::<Vec<_>>(), [code]);
        let read = reload(&source).unwrap();
        assert_eq!(Some(read), check(&source).definition, "{code}");
    }
    let broken = changed("role: finance", "role: finanze");
    assert!(reload(&broken).unwrap_err().iter().any(|found| found.severity == Severity::Error));
}

#[test]
fn the_judgements_are_sorted_codes() {
    assert!(SOUNDNESS.is_sorted());
    assert!(SOUNDNESS.iter().all(|code| super::super::diagnostic::CODES.contains(code)));
}

#[test]
fn separations_that_keep_nobody_away() {
    check_changed(
        "    outcomes: { go: business, hold",
        "    separation: [{ who: author of market_size, may_not: reviewers }]\n    outcomes: { go: business, hold",
        expect![[r#"
            warning[idle_separation] 80:25 `author of market_size`: `market_size` belongs to the later stage `business`, so nobody has written it yet
              help: name a deliverable of this stage or an earlier one, or `holder of ROLE`
        "#]],
    );
    check_changed(
        "who: author of market_size",
        "who: reviewer of study",
        expect![[r#"
        warning[idle_separation] 97:16 `reviewer of study`: `study` has no reviewers, so this keeps nobody away
          help: name a deliverable of this stage or an earlier one, or `holder of ROLE`
    "#]],
    );
}

#[test]
fn panels_that_need_more_people() {
    check_changed(
        "submit_by: [product_manager, rd_lead]",
        "submit_by: [product_manager]",
        expect![[r#"
            error[owner_alone] 74:12 `product_manager`: only `product_manager` may submit, so nobody is left for the chair
              help: whoever submits does not approve, and the owner alone holds this role
              help: name another role here, or let another role submit: `submit_by`
        "#]],
    );
    check_changed(
        "submit_by: [product_manager, rd_lead]",
        "submit_by: [rd_lead]",
        expect![[r#"
            warning[two_people] 79:26 `rd_lead`: only `rd_lead` may submit, and holds the seat `reviewers` as well
              help: whoever submits does not approve: 2 people must hold `rd_lead`
        "#]],
    );
    check_changed(
        "reviewers: { role: rd_lead, need: 1 }",
        "reviewers: { role: product_manager, need: 2 }",
        expect![[r#"
            error[owner_alone] 79:26 `product_manager`: the seats need 2 holders of `product_manager`, and the owner alone holds it
              help: seat people of another role
        "#]],
    );
    check_changed(
        "reviewers: { role: rd_lead, need: 1 }",
        "reviewers: { role: field_marketing_manager, need: 1 }",
        expect![[r#"
            warning[seat_per_market] 79:26 `field_marketing_manager`: `field_marketing_manager` is held per market, and `reviewers` is one seat
              help: the holders of all markets of the product sit there together; their votes are not counted market by market
              help: while the product has no market, nobody can sit there
        "#]],
    );
}

#[test]
fn deliverables_that_nobody_else_can_judge() {
    check_changed(
        "reviewers: [finance]",
        "reviewers: [product_manager]",
        expect![[r#"
        error[owner_alone] 61:97 `product_manager`: `product_manager` delivers `market_size` and reviews it
          help: nobody accepts what they handed in, and the owner alone holds this role
          help: name another role
    "#]],
    );
    check_changed(
        "due: 20bd, waive: finance",
        "due: 20bd, waive: product_manager",
        expect![[r#"
            warning[two_people] 61:125 `product_manager`: `product_manager` delivers `market_size` and approves that it is waived
              help: whoever asks for a waiver does not approve it: the owner alone holds this role, so it cannot be waived
        "#]],
    );
    check_changed(
        "attachments: 1 }",
        "reviewers: [rd_lead], waive: rd_lead }",
        expect![[r#"
        warning[two_people] 62:130 `rd_lead`: `rd_lead` delivers `study` and reviews it
          help: nobody accepts what they handed in: 2 people must hold the role, or the product's owner hands it in
        warning[two_people] 62:147 `rd_lead`: `rd_lead` delivers `study` and approves that it is waived
          help: whoever asks for a waiver does not approve it: 2 people must hold the role, or the product's owner asks
    "#]],
    );
}

#[test]
fn what_comes_too_early_or_never() {
    check_changed(
        "  at: launch\n",
        "  at: screen\n",
        expect![[r#"
        warning[early_handover] 116:7 `screen`: `screen` is the first gate, so the product changes hands at once
          help: name the gate that ends the work upstream, mostly the launch
    "#]],
    );
    check_changed(
        "form: plain_note, before: lifecycle",
        "form: plain_note, before: screen",
        expect![[r#"
            warning[review_stops_nothing] 125:136 `screen`: no product comes to `screen` after that: it stops nothing
              help: name a gate that a product comes to after the review has begun to count
        "#]],
    );
    check_changed(
        "{ stage: in_market }, gate: lifecycle",
        "{ stage: in_market }, gate: launch",
        expect![[r#"
            error[review_never_done] 126:92 `launch`: no product comes to `launch` after that, so `yearly_review` stays due
              help: name a gate that a product comes to after the review has begun to count
        "#]],
    );
}

#[test]
fn expressions_that_read_nothing() {
    check_changed(
        "market_size.total > money(0)",
        "1 < 2",
        expect![[r#"
        warning[constant] 86:23 `"1 < 2"`: this reads nothing and is always true, so it asks for nothing
          help: read a field, or take it out
    "#]],
    );
    check_changed(
        "market_size.total > money(0)",
        "1 > 2",
        expect![[r#"
        error[never_true] 86:23 `"1 > 2"`: this reads nothing and is never true, so nothing gets past it
          help: read a field, or take it out
    "#]],
    );
    check_changed(
        "\"regulatory_clearance.cleared\"",
        "\"false\"",
        expect![[r#"
        error[never_true] 122:24 `"false"`: this reads nothing and is never true, so nothing gets past it
          help: read a field, or take it out
    "#]],
    );
    check_changed(
        "\"product.regions.exists(r, r == 'US')\"",
        "\"1 > 2\"",
        expect![[r#"
        warning[constant] 62:78 `"1 > 2"`: this guard reads nothing: it is always false
          help: write `required: false`, without quotes
    "#]],
    );
}

#[test]
fn spans_beyond_a_lifetime() {
    check_changed(
        "due: 20bd",
        "due: 1300mo",
        expect![[r#"
        error[too_long] 61:112 `1300mo`: `1300mo` is too long: a length of time is at most 100 years
    "#]],
    );
}
