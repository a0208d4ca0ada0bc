//! Checks: what a content must hold between its fields, and where it is told.

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::said;
use crate::definition::form::{Form, limits};

const CLEARANCE: &str = "
        cleared: { type: bool, required: true }
        number: { type: text }
        from: { type: date }
        until: { type: date }
        days: { type: integer, computed: int(until - from) }
        risks: { type: table, columns: {
          name: { type: text, required: true }, before: { type: integer }, after: { type: integer } } }
    checks:
        number: { expr: '!cleared || has(number)', at: number, else: A clearance has a number }
        order: { expr: until > from, at: until, else: { en: It ends after it begins, ko: 시작 뒤에 끝나야 합니다 } }
        long: { expr: days > 30, else: A clearance holds a month at least }
        controls: { each: risks, expr: row.after <= row.before, at: after, else: A control makes no risk greater }
        names: { each: risks, expr: 'risks.filter(r, r.name == row.name).size() == 1', else: A name stands once }";

fn form() -> Form {
    super::oracle::form_of(CLEARANCE)
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
fn told(content: Value, expected: Expect) {
    expected.assert_eq(&said(&form(), &content));
}

#[test]
fn what_does_not_hold_is_told_at_its_place() {
    told(
        json!({ "cleared": true, "from": "2031-01-01", "until": "2030-12-31", "days": -1, "risks": [
            { "name": "Tip", "before": 3, "after": 2 }, { "name": "Burn", "before": 1, "after": 5 },
            { "name": "Tip" } ] }),
        expect![[r#"
            /number: A clearance has a number
            /until: It ends after it begins
            : A clearance holds a month at least
            /risks/1/after: A control makes no risk greater
            /risks/0: A name stands once
            /risks/2: A name stands once
        "#]],
    );
    told(json!({ "cleared": true, "number": "K261234" }), expect![""]);
}

#[test]
fn what_is_not_filled_in_breaks_nothing() {
    told(
        json!({ "cleared": false, "until": "2030-01-01", "risks": [{ "name": "Tip", "after": 9 }] }),
        expect![""],
    );
    told(
        json!({ "number": "K1", "risks": 3 }),
        expect![[r#"
            /cleared: this has to be filled in
            /risks: expected a list
        "#]],
    );
}

#[test]
fn one_place_has_one_fault() {
    told(
        json!({ "cleared": true, "number": "K1", "from": "2030-01-01", "until": "2029" }),
        expect![[r#"
            /until: not a date; write 2026-12-25
        "#]],
    );
}

#[test]
fn a_draft_shows_them_too() {
    let faults = form().complete(&json!({ "cleared": true })).faults;
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].pointer, "/number");
}

#[test]
fn a_content_of_an_earlier_form_is_held_against_them() {
    let fit = form().fit(&json!({ "cleared": true, "colour": "blue" }));
    assert_eq!((fit.missing.len(), fit.fell_away.len(), fit.holds()), (0, 1, false));
    assert_eq!(fit.misfits[0].kind.to_string(), "A clearance has a number");
}

#[test]
fn nothing_becomes_too_large_to_be_checked() {
    let row = |n: usize| json!({ "name": format!("risk {n}") });
    let rows = (0..200).map(row).collect::<Vec<_>>();
    told(json!({ "cleared": false, "risks": rows }), expect![""]);
    let form = super::oracle::form_of(
        "t: { type: table, max: 1000, columns: { a: { type: integer } } }
    checks:
        each: { each: t, expr: 't.filter(x, t.filter(y, x.a == y.a).size() == 1).size() > 0', else: One is single }",
    );
    let rows: Vec<Value> = (0..1000).map(|n| json!({ "a": n })).collect();
    let faults = form.parse(&json!({ "t": rows })).unwrap_err();
    assert_eq!(faults.len(), limits::FAULTS);
    assert_eq!(faults[0].kind.to_string(), "there is too much here to check; make it smaller");
}

#[test]
fn a_client_finds_them_in_the_schema() {
    let schema = form().json_schema();
    assert_eq!(
        schema["x-checks"][1],
        json!({ "check": "order", "expr": "until > from", "at": "until",
            "else": "It ends after it begins", "x-else-ko": "시작 뒤에 끝나야 합니다" })
    );
    assert_eq!(schema["x-checks"][3]["each"], "risks");
}
