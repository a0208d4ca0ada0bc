//! Computed fields that cannot be computed; measures, signals, `suits` and waivers that cannot be.

use expect_test::{Expect, expect};

use super::super::check_changed;

/// The sample with other fields in the form of notes.
#[track_caller]
fn fields(fields: &str, expected: Expect) {
    let form =
        "plain_note: { title: Note, fields: { text: { type: text, long: true, required: true } } }";
    check_changed(
        form,
        &format!("plain_note: {{ title: Note, fields: {{ {fields} }} }}"),
        expected,
    );
}

#[test]
fn what_they_read_and_come_to() {
    fields(
        "a: { type: number }, b: { type: bool, computed: 'a * 2' }",
        expect![[r#"
        error[bad_expression] 47:89 `a * 2`: expected true or false, found a number
    "#]],
    );
    fields(
        "a: { type: number }, b: { type: integer, computed: 'a * 2' }",
        expect![[r#"
        error[bad_expression] 47:92 `a * 2`: expected a whole number, found a number
    "#]],
    );
    fields(
        "count: { type: number }, b: { type: number, computed: 'cuont * 2' }",
        expect![[r#"
        error[bad_expression] 47:95 `cuont`: there is no `cuont`
          help: did you mean `count`?
    "#]],
    );
    fields(
        "a: { type: number }, b: { type: date, computed: 'today' }",
        expect![[r#"
            error[bad_expression] 47:89 `today`: there is no `today`
              help: it reads the fields of its own form, and nothing else
              help: known here: a, b
        "#]],
    );
    fields(
        "a: { type: number }, b: { type: number, computed: 'row.a' }",
        expect![[r#"
            error[bad_expression] 47:91 `row`: there is no `row`
              help: only a column of a table, or a check with `each`, has a `row`
        "#]],
    );
    fields(
        "a: { type: nubmer }, b: { type: number, computed: 'a * 2' }",
        expect![[r#"
        error[unknown_type] 47:51 `nubmer`: there is no field type `nubmer`
          help: did you mean `number`?
          help: types: text, integer, number, percent, money, date, bool, choice, list, table, market, language, link
    "#]],
    );
    fields(
        "t: { type: table, columns: { x: { type: number }, y: { type: number, computed: x } } }",
        expect![[r#"
            error[bad_expression] 47:119 `x`: there is no `x`
              help: did you mean `row.x`?
        "#]],
    );
    fields(
        "n: { type: number }, c: { type: choice, of: [low, high], computed: \"n > 1 ? 'hihg' : 'low'\" }",
        expect![[r#"
            error[bad_expression] 47:116 `'hihg'`: 'hihg' is not a choice of this field
              help: did you mean `'high'`?
        "#]],
    );
}

#[test]
fn where_they_stand() {
    fields(
        "t: { type: table, computed: '[]', columns: { x: { type: number } } }",
        expect![[r#"
            error[misplaced_key] 47:68 `'[]'`: a field of type table has no `computed`
              47:51 `table`: its type
        "#]],
    );
    fields(
        "l: { type: list, of: { type: number, computed: '1' } }",
        expect![[r#"
        error[misplaced_key] 47:87 `'1'`: the items of a list have no `computed`
          help: give it to the list
    "#]],
    );
    fields(
        "row: { type: number }, t: { type: table, columns: { x: { type: number, computed: '1' } } }",
        expect![[r#"
            error[reserved_key] 47:40 `row`: `row` means the row of a table here
              47:121 `'1'`: this column is computed
              help: rename the field
        "#]],
    );
    // Where no column is computed, `row` is a name like any other.
    fields("row: { type: number }, b: { type: number, computed: row * 2 }", expect![[""]]);
}

#[test]
fn circles() {
    fields(
        "a: { type: number, computed: 'b + 1' }, b: { type: number, computed: 'c' }, c: { type: number, computed: 'a' }",
        expect![[r#"
            error[computed_cycle] 47:146 `a`: these are computed from each other: a → b → c → a
              help: let one of them be filled in, or be computed from something else
        "#]],
    );
    fields(
        "a: { type: number, computed: 'a + 1' }",
        expect![[r#"
        error[computed_cycle] 47:70 `a`: these are computed from each other: a → a
          help: let one of them be filled in, or be computed from something else
    "#]],
    );
    fields(
        "total: { type: number, computed: 't.map(r, r.y).sum()' }, t: { type: table, columns: { x: { type: number }, y: { type: number, computed: 'row.x / total' } } }",
        expect![[r#"
            error[computed_cycle] 47:186 `total`: these are computed from each other: total → t.y → total
              help: let one of them be filled in, or be computed from something else
        "#]],
    );
    // Another column of the same table is no circle.
    fields(
        "total: { type: number, computed: 't.filter(r, r.x > 0).map(r, r.x).sum()' }, t: { type: table, columns: { x: { type: number }, y: { type: number, computed: 'row.x / total' } } }",
        expect![[""]],
    );
}

#[test]
fn measures_signals_and_suits() {
    let end = "  - no one approves what they submitted\n";
    let with =
        |part: &str, expected: Expect| check_changed(end, &format!("{end}{part}\n"), expected);
    with(
        "measures: { all: { title: All, value: market_size.markets } }",
        expect![[r#"
        error[bad_expression] 139:39 `market_size.markets`: a measure is one value, found a list (a record each)
          help: make one of it, for example with `.size()`, `.sum()` or `.avg()`
    "#]],
    );
    with("measures: { all: { title: All, value: yearly.text, unit: 3 } }", expect![[""]]);
    with(
        "measures: { all: { title: All, value: study.size() } }",
        expect![[r#"
        error[reads_no_form] 139:39 `study`: `study` has no form, so there is nothing to read in it
          62:7 `study`: defined here
    "#]],
    );
    with(
        "measures: { a: { title: A, value: '1' }, b: { title: B, value: a } }",
        expect![[r#"
        error[bad_expression] 139:64 `a`: there is no `a`
    "#]],
    );
    with(
        "signals: { s: { title: S, when: market_size.total, stages: [] } }",
        expect![[r#"
        error[bad_expression] 139:33 `market_size.total`: expected true or false, found an amount of money
          help: did you mean `has(market_size.total)`?
        error[empty_list] 139:60 `[]`: a signal that is asked in no stage is never asked
    "#]],
    );
    with(
        "signals: { s: { title: S, when: 'true', propose: delet, stages: [idea, idea] } }",
        expect![[r#"
            error[unknown_exit] 139:50 `delet`: there is no exit `delet`
              help: did you mean `delete`?
              help: known here: delete
            error[repeated] 139:72 `idea`: `idea` is named twice
        "#]],
    );
    with(
        "suits: { when: market_size.held_by_few, else: No }",
        expect![[r#"
        error[reads_beyond_card] 139:16 `market_size`: `suits` reads the product's card, and `market_size` comes later
          61:7 `market_size`: defined here
    "#]],
    );
    with(
        "suits: { when: \"product.device_clas == 'I'\" }",
        expect![[r#"
        error[missing_key] 139:1 `suits`: `suits` needs `else`
        error[bad_expression] 139:25 `device_clas`: `product` has no field `device_clas`
          help: did you mean `device_class`?
    "#]],
    );
    with(
        "suits: { when: \"product.name == 'I'\", else: No }",
        expect![[r#"
        error[bad_expression] 139:25 `name`: `product` has no field `name`
    "#]],
    );
}

#[test]
fn waivers() {
    let from = "waive: finance";
    check_changed(from, "waive: { by: finance, at_most: 90d }", expect![[""]]);
    check_changed(
        from,
        "waive: { at_most: 90d }",
        expect![[r#"
        error[missing_key] 61:118 `waive`: `waive` needs `by`
    "#]],
    );
    check_changed(
        from,
        "waive: { by: finanse, at_most: soon }",
        expect![[r#"
        error[unknown_role] 61:131 `finanse`: there is no role `finanse`
          help: did you mean `finance`?
          help: known here: product_manager, rd_lead, finance, senior_leadership, field_marketing_manager, product_marketing_manager, erp
        error[bad_value] 61:149 `soon`: `soon` is not a length of time: a length of time is a number and a unit: 20bd (business days), 10d, 4w, 3mo or 1y
    "#]],
    );
}
