//! Computed fields: what they come to, what is said when they cannot, and when somebody sends one.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::{Value, json};

use super::{euro, oracle::form_of, said};
use crate::definition::form::{Form, Place};

const COMPETITION: &str = "
        competitors: { type: table, columns: {
          name: { type: text }, share: { type: percent, required: true }, price: { type: money } } }
        hhi: { type: number, computed: 'competitors.map(c, c.share * c.share).sum()' }
        held_by_few: { type: bool, computed: 'hhi > 1800.0' }
        mean_price: { type: money, required: true, computed: 'competitors.map(c, c.price).avg()' }";

const CONJOINT: &str = "
        money_per_util: { type: money }
        dearest: { type: money, computed: 'levels.map(l, l.wtp).max()' }
        levels: { type: table, columns: {
          attribute: { type: text, required: true },
          part_worth: { type: number, required: true },
          importance: { type: percent, computed: 'row.range / total_range * 100' },
          wtp: { type: money, computed: 'money_per_util * row.part_worth' },
          range: { type: number, computed: \"levels.filter(l, l.attribute == row.attribute)
            .map(l, l.part_worth).max() - levels.filter(l, l.attribute == row.attribute)
            .map(l, l.part_worth).min()\" } } }
        total_range: { type: number, computed:
          'levels.map(l, l.attribute).distinct().map(a,
            levels.filter(l, l.attribute == a).map(l, l.range).max()).sum()' }";

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
fn comes_to(form: &Form, content: Value, expected: Expect) {
    let completed = form.complete(&content);
    let mut text = serde_json::to_string_pretty(&completed.content).unwrap();
    for fault in &completed.faults {
        let _ = write!(text, "\n{}: {}", fault.pointer, fault.kind);
    }
    expected.assert_eq(&text);
    if completed.faults.is_empty() {
        assert_eq!(form.parse(&completed.content), Ok(()), "what is complete can be filed");
        let again = form.complete(&completed.content);
        assert_eq!(again, completed, "what is complete stays as it is");
    }
}

fn competitor(share: f64, price: &str) -> Value {
    json!({ "share": share, "price": euro(price) })
}

#[test]
fn fields_are_computed_from_the_others_and_from_each_other() {
    comes_to(
        &form_of(COMPETITION),
        json!({ "competitors": [competitor(40.0, "10"), competitor(12.5, "11")] }),
        expect![[r#"
            {
              "competitors": [
                {
                  "share": 40.0,
                  "price": {
                    "amount": "10",
                    "currency": "EUR"
                  }
                },
                {
                  "share": 12.5,
                  "price": {
                    "amount": "11",
                    "currency": "EUR"
                  }
                }
              ],
              "hhi": 1756.25,
              "held_by_few": false,
              "mean_price": {
                "amount": "10.50",
                "currency": "EUR"
              }
            }"#]],
    );
}

#[test]
fn columns_read_their_row_the_form_and_their_whole_table() {
    let level = |attribute: &str, part_worth: f64| json!({ "attribute": attribute, "part_worth": part_worth });
    let form = form_of(CONJOINT);
    comes_to(
        &form,
        json!({ "money_per_util": euro("12.3456"), "levels": [
            level("size", 1.5), level("size", -0.5), level("weight", 1.0), level("weight", 0.0),
        ] }),
        expect![[r#"
            {
              "money_per_util": {
                "amount": "12.3456",
                "currency": "EUR"
              },
              "levels": [
                {
                  "attribute": "size",
                  "part_worth": 1.5,
                  "wtp": {
                    "amount": "18.5184",
                    "currency": "EUR"
                  },
                  "range": 2,
                  "importance": 66.666666666667
                },
                {
                  "attribute": "size",
                  "part_worth": -0.5,
                  "wtp": {
                    "amount": "-6.1728",
                    "currency": "EUR"
                  },
                  "range": 2,
                  "importance": 66.666666666667
                },
                {
                  "attribute": "weight",
                  "part_worth": 1.0,
                  "wtp": {
                    "amount": "12.3456",
                    "currency": "EUR"
                  },
                  "range": 1,
                  "importance": 33.333333333333
                },
                {
                  "attribute": "weight",
                  "part_worth": 0.0,
                  "wtp": {
                    "amount": "0.00",
                    "currency": "EUR"
                  },
                  "range": 1,
                  "importance": 33.333333333333
                }
              ],
              "dearest": {
                "amount": "18.5184",
                "currency": "EUR"
              },
              "total_range": 3
            }"#]],
    );
    let order: Vec<String> = form.computed.places.iter().map(Place::to_string).collect();
    let place = |name: &str| order.iter().position(|it| it == name).unwrap();
    assert!(place("levels.range") < place("total_range"));
    assert!(place("total_range") < place("levels.importance"));
}

#[test]
fn what_cannot_be_told_is_left_out_or_missed() {
    let form = form_of(COMPETITION);
    comes_to(
        &form,
        json!({ "competitors": [] }),
        expect![[r#"
        {
          "competitors": [],
          "hhi": 0,
          "held_by_few": false
        }
        /mean_price: this is computed, and cannot be: the list is empty"#]],
    );
    comes_to(
        &form,
        json!({ "competitors": [
            competitor(1.0, "1"),
            { "share": 2, "price": { "amount": "1", "currency": "USD" } },
        ] }),
        expect![[r#"
            {
              "competitors": [
                {
                  "share": 1.0,
                  "price": {
                    "amount": "1",
                    "currency": "EUR"
                  }
                },
                {
                  "share": 2,
                  "price": {
                    "amount": "1",
                    "currency": "USD"
                  }
                }
              ],
              "hhi": 5,
              "held_by_few": false
            }
            /mean_price: this is computed, and cannot be: it puts EUR and USD together, and nothing is ever converted"#]],
    );
    comes_to(
        &form,
        json!({ "competitors": [{ "share": 2 }] }),
        expect![[r#"
        {
          "competitors": [
            {
              "share": 2
            }
          ],
          "hhi": 4,
          "held_by_few": false
        }
        /mean_price: this is computed, and cannot be: `c.price` is not filled in"#]],
    );
}

#[test]
fn what_is_wrong_elsewhere_is_said_and_nothing_that_follows_from_it() {
    let form = form_of(COMPETITION);
    comes_to(
        &form,
        json!({ "competitors": [{ "share": "much" }] }),
        expect![[r#"
        {
          "competitors": [
            {
              "share": "much"
            }
          ]
        }
        /competitors/0/share: expected a number"#]],
    );
    comes_to(
        &form,
        json!([]),
        expect![[r#"
        []
        : expected an object with the fields of the form"#]],
    );
}

#[test]
fn a_division_by_zero_is_named_where_it_is_missed() {
    let ratio = form_of(
        "n: { type: number }\n        r: { type: number, required: true, computed: '1 / n' }",
    );
    comes_to(
        &ratio,
        json!({ "n": 0 }),
        expect![[r#"
        {
          "n": 0
        }
        /r: this is computed, and cannot be: it divides by zero"#]],
    );
}

#[test]
fn nobody_sends_a_computed_field_unless_it_is_right() {
    let form = form_of(COMPETITION);
    let content = |hhi: Value| json!({ "competitors": [competitor(40.0, "10")], "hhi": hhi, "held_by_few": false });
    comes_to(
        &form,
        content(json!(1600.0)),
        expect![[r#"
        {
          "competitors": [
            {
              "share": 40.0,
              "price": {
                "amount": "10",
                "currency": "EUR"
              }
            }
          ],
          "hhi": 1600,
          "held_by_few": false,
          "mean_price": {
            "amount": "10.00",
            "currency": "EUR"
          }
        }"#]],
    );
    comes_to(
        &form,
        content(json!(1601)),
        expect![[r#"
        {
          "competitors": [
            {
              "share": 40.0,
              "price": {
                "amount": "10",
                "currency": "EUR"
              }
            }
          ],
          "hhi": 1600,
          "held_by_few": false,
          "mean_price": {
            "amount": "10.00",
            "currency": "EUR"
          }
        }
        /hhi: this is computed; leave it out"#]],
    );
    comes_to(
        &form,
        content(json!(null)),
        expect![[r#"
        {
          "competitors": [
            {
              "share": 40.0,
              "price": {
                "amount": "10",
                "currency": "EUR"
              }
            }
          ],
          "hhi": 1600,
          "held_by_few": false,
          "mean_price": {
            "amount": "10.00",
            "currency": "EUR"
          }
        }
        /hhi: this is computed; leave it out"#]],
    );
}

#[test]
fn nobody_sends_a_computed_column_unless_it_is_right() {
    let column = form_of(CONJOINT);
    let row = json!({ "attribute": "size", "part_worth": 1, "wtp": euro("2.5") });
    let sent = json!({ "money_per_util": euro("2.5"), "levels": [row] });
    assert_eq!(column.complete(&sent).faults, []);
    let row = json!({ "attribute": "size", "part_worth": 1, "wtp": euro("3"), "range": "?" });
    let sent = json!({ "money_per_util": euro("2.5"), "levels": [row] });
    assert_eq!(
        said(&column, &sent),
        "/levels/0/wtp: this is computed; leave it out\n\
         /levels/0/range: this is computed; leave it out\n"
    );
}

#[test]
fn the_bounds_and_choices_of_a_field_hold_for_what_is_computed() {
    let form = form_of(
        "n: { type: number, required: true }
        twice: { type: percent, max: 100, computed: 'n * 2' }
        class: { type: choice, of: [low, high], computed: \"n > 10 ? 'high' : 'low'\" }
        next: { type: integer, min: 3, computed: 'int(n) + 1' }
        names: { type: list, max: 1, of: { type: text }, computed: \"[string(n), 'x']\" }",
    );
    comes_to(
        &form,
        json!({ "n": 60 }),
        expect![[r#"
        {
          "n": 60,
          "twice": 120,
          "class": "high",
          "next": 61,
          "names": [
            "60",
            "x"
          ]
        }
        /twice: it must be 100 or less
        /names: at most 1 fit here"#]],
    );
    comes_to(
        &form,
        json!({ "n": 1 }),
        expect![[r#"
        {
          "n": 1,
          "twice": 2,
          "class": "low",
          "next": 2,
          "names": [
            "1",
            "x"
          ]
        }
        /next: it must be 3 or more
        /names: at most 1 fit here"#]],
    );
}

#[test]
fn results_are_rounded_to_what_a_form_holds() {
    let form = form_of(
        "n: { type: number }
        m: { type: money }
        third: { type: number, computed: 'n / 3' }
        big_third: { type: number, computed: 'n * 1000000 / 3' }
        amount: { type: money, computed: 'm / 3' }
        tie: { type: money, computed: 'm / 20000' }
        nothing: { type: money, computed: 'money(0)' }
        cents: { type: money, computed: 'round(m / 3, 2)' }
        third_again: { type: number, computed: 'third * 3' }",
    );
    comes_to(
        &form,
        json!({ "n": 1, "m": euro("-1") }),
        expect![[r#"
        {
          "n": 1,
          "m": {
            "amount": "-1",
            "currency": "EUR"
          },
          "third": 0.333333333333,
          "big_third": 333333.333333333,
          "amount": {
            "amount": "-0.3333",
            "currency": "EUR"
          },
          "tie": {
            "amount": "-0.0001",
            "currency": "EUR"
          },
          "cents": {
            "amount": "-0.33",
            "currency": "EUR"
          },
          "third_again": 0.999999999999
        }"#]],
    );
}

#[test]
fn a_content_that_was_not_completed_is_not_filed() {
    let form = form_of(COMPETITION);
    let content = json!({ "competitors": [competitor(40.0, "10")] });
    assert_eq!(
        said(&form, &content),
        "/hhi: this is computed, and was not yet; hand it in again\n\
         /held_by_few: this is computed, and was not yet; hand it in again\n\
         /mean_price: this is computed, and was not yet; hand it in again\n"
    );
}

#[test]
fn a_form_that_would_take_too_long_says_so() {
    let form = form_of(
        "rows: { type: table, max: 1000, columns: { n: { type: number },
          rank: { type: integer, required: true, computed: 'rows.filter(r, r.n < row.n).size()' } } }",
    );
    let rows: Vec<Value> = (0..1000).map(|n| json!({ "n": n })).collect();
    let faults = form.complete(&json!({ "rows": rows })).faults;
    assert!(faults[0].kind.to_string().contains("steps"), "{}", faults[0].kind);
    let rows: Vec<Value> = (0..200).map(|n| json!({ "n": n })).collect();
    assert_eq!(form.complete(&json!({ "rows": rows })).faults, []);
}

#[test]
fn a_client_sees_that_a_field_is_computed() {
    let schema = form_of(COMPETITION).json_schema();
    assert_eq!(schema["properties"]["mean_price"]["readOnly"], true);
    assert_eq!(schema["properties"]["held_by_few"]["x-computed"], "hhi > 1800.0");
    assert_eq!(schema["required"], json!([]));
}
