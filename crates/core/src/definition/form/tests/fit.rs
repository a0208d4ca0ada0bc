//! Contents of an earlier form against this one.

use serde_json::{Value, json};

use super::{euro, oracle::form_of};

/// What is missing, what does not fit and what fell away, each by its pointer.
fn fit(fields: &str, content: &Value) -> [Vec<String>; 3] {
    let fit = form_of(fields).fit(content);
    let at = |faults: Vec<super::Fault>| faults.into_iter().map(|fault| fault.pointer).collect();
    [at(fit.missing), at(fit.misfits), fit.fell_away]
}

fn list(pointers: &[&str]) -> Vec<String> {
    pointers.iter().map(ToString::to_string).collect()
}

const TABLE: &str = "
        rows: { type: table, required: true, columns: {
          name: { type: text, required: true }, price: { type: money },
          double: { type: money, required: true, computed: 'row.price * 2.0' } } }
        total: { type: money, computed: 'rows.map(r, r.price).sum()' }";

#[test]
fn a_content_fits_while_nothing_is_missing_or_wrong() {
    let content = json!({ "rows": [{ "name": "A", "price": euro("2.00"), "double": euro("4.00") }],
        "total": euro("2.00") });
    assert_eq!(fit(TABLE, &content), [list(&[]), list(&[]), list(&[])]);
}

#[test]
fn every_row_is_looked_at() {
    let content = json!({ "rows": [
        { "name": "A", "price": 2, "double": euro("4.00"), "colour": "red" },
        { "price": euro("2.00"), "double": euro("4.00"), "a/b": 1 },
    ], "year": 2026 });
    assert_eq!(
        fit(TABLE, &content),
        [
            list(&["/rows/1/name"]),
            list(&["/rows/0/price"]),
            list(&["/year", "/rows/0/colour", "/rows/1/a~1b"]),
        ]
    );
}

#[test]
fn what_was_computed_stays_and_what_is_required_and_was_not_is_missing() {
    // Under an earlier formula it came to something else; that is as it was accepted.
    let content =
        json!({ "rows": [{ "name": "A", "price": euro("2.00"), "double": euro("5.00") }] });
    assert_eq!(fit(TABLE, &content), [list(&[]), list(&[]), list(&[])]);
    let content = json!({ "rows": [{ "name": "A", "price": euro("2.00") }] });
    assert_eq!(fit(TABLE, &content)[0], list(&["/rows/0/double"]));
}

#[test]
fn what_is_no_record_or_empty_does_not_fit() {
    assert_eq!(fit(TABLE, &json!("a text"))[1], list(&[""]));
    assert_eq!(fit(TABLE, &json!({}))[0], list(&["/rows"]));
    assert_eq!(fit(TABLE, &json!({ "rows": [] }))[1], list(&["/rows"]));
}
