//! Computed fields that cannot be computed.

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
          help: a computed field reads the other fields of its form, and nothing else
          help: known here: a, b
    "#]],
    );
    fields(
        "a: { type: number }, b: { type: number, computed: 'row.a' }",
        expect![[r#"
        error[bad_expression] 47:91 `row`: there is no `row`
          help: only a column of a table has a `row`
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
            error[reserved_key] 47:40 `row`: `row` means the row of a computed column here
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
