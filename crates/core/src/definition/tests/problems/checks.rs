//! Checks of forms that cannot be checks.

use expect_test::{Expect, expect};

use super::super::check_changed;

/// The sample with fields and checks in the form of notes.
#[track_caller]
fn checks(fields: &str, checks: &str, expected: Expect) {
    let form =
        "plain_note: { title: Note, fields: { text: { type: text, long: true, required: true } } }";
    let changed =
        format!("plain_note: {{ title: Note, fields: {{ {fields} }}, checks: {{ {checks} }} }}");
    check_changed(form, &changed, expected);
}

#[test]
fn what_they_read_and_where_they_stand() {
    checks(
        "a: { type: number }, b: { type: number }",
        "c: { expr: a < b, at: b, else: Less }",
        expect![""],
    );
    checks(
        "a: { type: number }",
        "c: { expr: a < b, else: Less }",
        expect![[r#"
        error[bad_expression] 47:88 `b`: there is no `b`
          help: it reads the fields of its own form, and nothing else
          help: known here: a
    "#]],
    );
    checks(
        "a: { type: number }",
        "c: { expr: a + 1, else: Less }",
        expect![[r#"
        error[bad_expression] 47:84 `a + 1`: expected true or false, found a number
    "#]],
    );
    checks(
        "a: { type: number }",
        "c: { expr: a < today, at: bb, else: Less }",
        expect![[r#"
        error[bad_expression] 47:88 `today`: there is no `today`
          help: it reads the fields of its own form, and nothing else
          help: known here: a
        error[unknown_field] 47:99 `bb`: there is no field `bb` here
          help: known here: a
    "#]],
    );
    checks(
        "count: { type: number }",
        "c: { expr: count > 1, at: cuont, else: Less }",
        expect![[r#"
        error[unknown_field] 47:103 `cuont`: there is no field `cuont` here
          help: did you mean `count`?
    "#]],
    );
    checks(
        "a: { type: nubmer }",
        "c: { expr: a > 1, at: a, else: Less }",
        expect![[r#"
        error[unknown_type] 47:51 `nubmer`: there is no field type `nubmer`
          help: did you mean `number`?
          help: types: text, integer, number, percent, money, date, bool, choice, list, table, market, language, link
    "#]],
    );
    checks(
        "a: { type: number }",
        "c: { at: a }",
        expect![[r#"
        error[missing_key] 47:73 `c`: a check needs `expr`
        error[missing_key] 47:73 `c`: a check needs `else`
    "#]],
    );
    checks(
        "a: { type: number }",
        "c: { expr: row.a > 1, else: Less }",
        expect![[r#"
        error[bad_expression] 47:84 `row`: there is no `row`
          help: only a column of a table, or a check with `each`, has a `row`
    "#]],
    );
}

#[test]
fn rows_are_those_of_a_table() {
    let table = "t: { type: table, columns: { a: { type: number } } }, n: { type: number }";
    checks(table, "c: { each: t, expr: row.a < n, at: a, else: Less }", expect![""]);
    checks(
        table,
        "c: { each: n, expr: row.a < n, at: a, else: Less }",
        expect![[r#"
        error[bad_value] 47:138 `n`: `n` has no rows: `each` names a table
    "#]],
    );
    checks(
        table,
        "c: { each: u, expr: row.a < n, else: Less }",
        expect![[r#"
        error[unknown_field] 47:138 `u`: there is no field `u` here
          help: known here: t, n
    "#]],
    );
    checks(
        table,
        "c: { each: t, expr: row.b < n, at: n, else: Less }",
        expect![[r#"
        error[bad_expression] 47:151 `b`: `row` has no field `b`
        error[unknown_field] 47:162 `n`: there is no field `n` here
          help: known here: a
    "#]],
    );
    checks(
        "t: { type: table, columns: { a: { type: number } } }, row: { type: number }",
        "c: { each: t, expr: row.a < 1, else: Less }",
        expect![[r#"
            error[reserved_key] 47:94 `row`: `row` means the row of a table here
              47:140 `t`: this check is about a row
              help: rename the field
        "#]],
    );
}
