//! What a reader at the gate sees.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::json;

use super::super::bounds::{MAX_SHOWN_CHARS, MAX_VERDICT_CLAUSES};
use super::super::{Limits, Outcome, Scope, Type, Value, Verdict};
use super::{compiled, compiled_as, scope};

fn drawn(verdict: &Verdict, depth: usize, text: &mut String) {
    let item = verdict.item.map(|item| format!("[{item}] ")).unwrap_or_default();
    let outcome = format!("{:?}", verdict.outcome).to_lowercase();
    write!(text, "{}{outcome} {:?} {item}`{}`", "  ".repeat(depth), verdict.kind, verdict.source)
        .unwrap();
    for evidence in &verdict.evidence {
        let cut = if evidence.cut { " (cut)" } else { "" };
        write!(text, "; {} = {}{cut}", evidence.of, evidence.value).unwrap();
    }
    if let Some(why) = &verdict.why {
        write!(text, "; why: {}", serde_json::to_string(why).unwrap()).unwrap();
    }
    text.push('\n');
    for clause in &verdict.clauses {
        drawn(clause, depth + 1, text);
    }
    if verdict.omitted > 0 {
        writeln!(text, "{}and {} more", "  ".repeat(depth + 1), verdict.omitted).unwrap();
    }
}

#[track_caller]
fn check(source: &str, expected: Expect) {
    let verdict = compiled(source).eval(&scope(), Limits::STANDARD).verdict;
    let mut text = String::new();
    drawn(&verdict, 0, &mut text);
    for unmet in verdict.unmet() {
        writeln!(text, "unmet: {}", unmet.source).unwrap();
    }
    expected.assert_eq(&text);
}

#[test]
fn each_clause_shows_its_evidence() {
    check(
        "market_size.sam > money(5000000, 'EUR') && competition.competitors.size() >= 4 \
         && (product.sterile || case.team * 2 > 20)",
        expect![[r#"
            fail And `market_size.sam > money(5000000, 'EUR') && competition.competitors.size() >= 4 && (product.sterile || case.team * 2 > 20)`
              pass Test `market_size.sam > money(5000000, 'EUR')`; market_size.sam = {"amount":"7500000","currency":"EUR"}
              fail Test `competition.competitors.size() >= 4`; competition.competitors = [{"name":"Alpha","price":{"amount":"900","currency":"EUR"},"share":"0.5"},{"name":"Beta","price":{"amount":"1200","currency":"EUR"},"share":"0.25"},{"name":"Gamma","share":"0.05"}]; competition.competitors.size() = 3
              unknown Or `(product.sterile || case.team * 2 > 20)`; why: {"code":"absent","path":"product.sterile","span":{"start":83,"end":98}}
                unknown Test `product.sterile`; product.sterile = null; why: {"code":"absent","path":"product.sterile","span":{"start":83,"end":98}}
                fail Test `case.team * 2 > 20`; case.team = 7; case.team * 2 = 14
            unmet: competition.competitors.size() >= 4
            unmet: product.sterile
            unmet: case.team * 2 > 20
        "#]],
    );
}

#[test]
fn a_clause_after_a_failed_one_is_judged_too() {
    check(
        "false && case.team == 7 && case.npv > money(0)",
        expect![[r#"
        fail And `false && case.team == 7 && case.npv > money(0)`
          fail Test `false`
          pass Test `case.team == 7`; case.team = 7
          unknown Test `case.npv > money(0)`; case.npv = null; why: {"code":"absent","path":"case.npv","span":{"start":27,"end":35}}
        unmet: false
        unmet: case.npv > money(0)
    "#]],
    );
    check(
        "case.team == 7 || case.npv > money(0)",
        expect![[r#"
        pass Or `case.team == 7 || case.npv > money(0)`
          pass Test `case.team == 7`; case.team = 7
          unknown Test `case.npv > money(0)`; case.npv = null; why: {"code":"absent","path":"case.npv","span":{"start":18,"end":26}}
    "#]],
    );
}

#[test]
fn not_and_if() {
    check(
        "!(case.team > 5) || !has(product.sterile)",
        expect![[r#"
        pass Or `!(case.team > 5) || !has(product.sterile)`
          fail Not `!(case.team > 5)`
            pass Test `(case.team > 5)`; case.team = 7
          pass Not `!has(product.sterile)`
            fail Test `has(product.sterile)`; product.sterile = null
    "#]],
    );
    check(
        "case.team > 5 ? product.class == 'III' : true",
        expect![[r#"
        fail If `case.team > 5 ? product.class == 'III' : true`
          pass Test `case.team > 5`; case.team = 7
          fail Test `product.class == 'III'`; product.class = "IIb"
        unmet: product.class == 'III'
    "#]],
    );
    check(
        "product.sterile ? true : false",
        expect![[r#"
        unknown If `product.sterile ? true : false`; why: {"code":"absent","path":"product.sterile","span":{"start":0,"end":15}}
          unknown Test `product.sterile`; product.sterile = null; why: {"code":"absent","path":"product.sterile","span":{"start":0,"end":15}}
        unmet: product.sterile ? true : false
    "#]],
    );
}

#[test]
fn quantifiers_show_the_items_that_decide() {
    check(
        "competition.competitors.all(c, c.price < money(1000, 'EUR'))",
        expect![[r#"
        fail All `competition.competitors.all(c, c.price < money(1000, 'EUR'))`; competition.competitors = [{"name":"Alpha","price":{"amount":"900","currency":"EUR"},"share":"0.5"},{"name":"Beta","price":{"amount":"1200","currency":"EUR"},"share":"0.25"},{"name":"Gamma","share":"0.05"}]
          fail Test [1] `c.price < money(1000, 'EUR')`; c.price = {"amount":"1200","currency":"EUR"}
        unmet: c.price < money(1000, 'EUR')
    "#]],
    );
    check(
        "competition.competitors.all(c, c.price < money(2000, 'EUR'))",
        expect![[r#"
        unknown All `competition.competitors.all(c, c.price < money(2000, 'EUR'))`; competition.competitors = [{"name":"Alpha","price":{"amount":"900","currency":"EUR"},"share":"0.5"},{"name":"Beta","price":{"amount":"1200","currency":"EUR"},"share":"0.25"},{"name":"Gamma","share":"0.05"}]; why: {"code":"absent","path":"c.price","span":{"start":31,"end":38}}
          unknown Test [2] `c.price < money(2000, 'EUR')`; c.price = null; why: {"code":"absent","path":"c.price","span":{"start":31,"end":38}}
        unmet: c.price < money(2000, 'EUR')
    "#]],
    );
    check(
        "product.regions.exists(r, r == 'US')",
        expect![[r#"
        pass Exists `product.regions.exists(r, r == 'US')`; product.regions = ["EU","US"]
          pass Test [1] `r == 'US'`; r = "US"
    "#]],
    );
    check(
        "product.regions.exists(r, r == 'KR')",
        expect![[r#"
        fail Exists `product.regions.exists(r, r == 'KR')`; product.regions = ["EU","US"]
          fail Test [0] `r == 'KR'`; r = "EU"
          fail Test [1] `r == 'KR'`; r = "US"
        unmet: r == 'KR'
        unmet: r == 'KR'
    "#]],
    );
    check(
        "competition.competitors.exists_one(c, c.share > 0.1)",
        expect![[r#"
        fail ExistsOne `competition.competitors.exists_one(c, c.share > 0.1)`; competition.competitors = [{"name":"Alpha","price":{"amount":"900","currency":"EUR"},"share":"0.5"},{"name":"Beta","price":{"amount":"1200","currency":"EUR"},"share":"0.25"},{"name":"Gamma","share":"0.05"}]
          pass Test [0] `c.share > 0.1`; c.share = "0.5"
          pass Test [1] `c.share > 0.1`; c.share = "0.25"
        unmet: competition.competitors.exists_one(c, c.share > 0.1)
    "#]],
    );
    check(
        "market_size.units.all(u, market_size.units.exists(v, v > u))",
        expect![[r#"
        fail All `market_size.units.all(u, market_size.units.exists(v, v > u))`; market_size.units = [100,250,400]
          fail Exists [2] `market_size.units.exists(v, v > u)`; market_size.units = [100,250,400]
            fail Test [0] `v > u`; v = 100; u = 400
            fail Test [1] `v > u`; v = 250; u = 400
            fail Test [2] `v > u`; v = 400; u = 400
        unmet: v > u
        unmet: v > u
        unmet: v > u
    "#]],
    );
}

#[test]
fn loops_within_a_test_show_only_what_stands_outside() {
    check(
        "competition.competitors.map(c, c.share * market_size.share).sum() > 1",
        expect![[r#"
        fail Test `competition.competitors.map(c, c.share * market_size.share).sum() > 1`; competition.competitors = [{"name":"Alpha","price":{"amount":"900","currency":"EUR"},"share":"0.5"},{"name":"Beta","price":{"amount":"1200","currency":"EUR"},"share":"0.25"},{"name":"Gamma","share":"0.05"}]; market_size.share = "0.12"; competition.competitors.map(c, c.share * market_size.share).sum() = "0.0960"
        unmet: competition.competitors.map(c, c.share * market_size.share).sum() > 1
    "#]],
    );
}

#[test]
fn a_mismatch_says_where() {
    check(
        "market_size.sam + money(1, 'USD') > money(0) && true",
        expect![[r#"
        unknown And `market_size.sam + money(1, 'USD') > money(0) && true`; why: {"code":"currency_mismatch","left":"EUR","right":"USD","span":{"start":0,"end":33}}
          unknown Test `market_size.sam + money(1, 'USD') > money(0)`; market_size.sam = {"amount":"7500000","currency":"EUR"}; market_size.sam + money(1, 'USD') = null; why: {"code":"currency_mismatch","left":"EUR","right":"USD","span":{"start":0,"end":33}}
          pass Test `true`
        unmet: market_size.sam + money(1, 'USD') > money(0)
    "#]],
    );
}

#[test]
fn what_is_not_a_condition_never_passes() {
    let evaluation = compiled_as("case.team * 2", &Type::Int).eval(&scope(), Limits::STANDARD);
    assert_eq!(evaluation.value, Value::Int(14));
    assert_eq!(evaluation.verdict.outcome, Outcome::Unknown);
}

#[test]
fn a_verdict_survives_json() {
    let source = "competition.competitors.all(c, c.price < money(1000, 'EUR')) && case.team < 3";
    let verdict = compiled(source).eval(&scope(), Limits::STANDARD).verdict;
    let json = serde_json::to_string_pretty(&verdict).unwrap();
    expect![[r#"
        {
          "outcome": "fail",
          "kind": "and",
          "source": "competition.competitors.all(c, c.price < money(1000, 'EUR')) && case.team < 3",
          "span": {
            "start": 0,
            "end": 77
          },
          "clauses": [
            {
              "outcome": "fail",
              "kind": "all",
              "source": "competition.competitors.all(c, c.price < money(1000, 'EUR'))",
              "span": {
                "start": 0,
                "end": 60
              },
              "evidence": [
                {
                  "of": "competition.competitors",
                  "value": [
                    {
                      "name": "Alpha",
                      "price": {
                        "amount": "900",
                        "currency": "EUR"
                      },
                      "share": "0.5"
                    },
                    {
                      "name": "Beta",
                      "price": {
                        "amount": "1200",
                        "currency": "EUR"
                      },
                      "share": "0.25"
                    },
                    {
                      "name": "Gamma",
                      "share": "0.05"
                    }
                  ]
                }
              ],
              "clauses": [
                {
                  "outcome": "fail",
                  "kind": "test",
                  "source": "c.price < money(1000, 'EUR')",
                  "span": {
                    "start": 31,
                    "end": 59
                  },
                  "item": 1,
                  "evidence": [
                    {
                      "of": "c.price",
                      "value": {
                        "amount": "1200",
                        "currency": "EUR"
                      }
                    }
                  ]
                }
              ]
            },
            {
              "outcome": "fail",
              "kind": "test",
              "source": "case.team < 3",
              "span": {
                "start": 64,
                "end": 77
              },
              "evidence": [
                {
                  "of": "case.team",
                  "value": 7
                }
              ]
            }
          ]
        }"#]]
    .assert_eq(&json);
    assert_eq!(serde_json::from_str::<Verdict>(&json).unwrap(), verdict);
}

#[test]
fn a_verdict_stays_small() {
    fn count(verdict: &Verdict) -> usize {
        1 + verdict.clauses.iter().map(count).sum::<usize>()
    }
    let long = "product.name == 'x' ".to_owned() + &" ".repeat(300) + "|| product.name == 'y'";
    let verdict = compiled(&long).eval(&scope(), Limits::STANDARD).verdict;
    assert_eq!(verdict.source.chars().count(), MAX_SHOWN_CHARS + 1);

    let wide = vec!["product.name=='x'"; 215].join("||");
    let name = Value::record([("name", Value::text("y".repeat(100_000)))]);
    let scope: Scope = [("product".to_owned(), name)].into();
    let verdict = compiled(&wide).eval(&scope, Limits::STANDARD).verdict;
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert_eq!(count(&verdict), MAX_VERDICT_CLAUSES);
    assert_eq!(verdict.omitted, 16);
    assert!(serde_json::to_string(&verdict).unwrap().len() < 100_000);

    let items = json!(vec![7; 5_000]);
    let units = Value::record([("units", Value::from_json(&items, &Type::list(Type::Int)))]);
    let scope: Scope = [("market_size".to_owned(), units)].into();
    let verdict =
        compiled("market_size.units.all(u, u > 9)").eval(&scope, Limits::STANDARD).verdict;
    assert_eq!((verdict.clauses.len(), verdict.omitted), (8, 4_992));
    assert!(verdict.evidence[0].cut);
}
