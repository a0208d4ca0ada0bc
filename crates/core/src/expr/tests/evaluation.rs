//! What expressions come to.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::json;

use super::super::{Expr, Limits, Reason, Scope, Type, Value};
use super::{compiled, compiled_as, env, noted, scope, scope_of};

#[track_caller]
fn check(sources: &[&str], expected: Expect) {
    let mut text = String::new();
    for source in sources {
        let found = compiled_as(source, &Type::Any).eval(&scope(), Limits::STANDARD);
        writeln!(text, "{source}  ->  {}", noted(&found.value)).unwrap();
    }
    expected.assert_eq(&text);
}

#[test]
fn literals_and_operators() {
    check(
        &[
            "-9223372036854775808",
            "9223372036854775807",
            "007",
            "2.50",
            r#"'it\'s' + " \"so\" " + '\u00e9\t\U0001F600'"#,
            "[1, 2, 3,]",
            "[1, 2.5]",
            "[[1], [2.5]]",
            "[]",
            "7 / 2",
            "-7 / 2",
            "-7 % 2",
            "7 / 2.0",
            "[7, 2.5][0] / 2",
            "(true ? 7 : 2.5) / 2",
            "1.0 / 3",
            "0.1 + 0.2 == 0.3",
            "1 == 1.0",
            "[1, 2] == [1.0, 2.0]",
            "1 + 2 * 3 - 4 / 2 % 3",
            "2 - 1 - 1",
            "--3",
            "!!true",
            "1 < 2 == true",
            "true || false && false",
            "'a' < 'b' && 'Z' < 'a'",
            "'a' != 'b'",
            "2 in [1, 2]",
            "2 in []",
            "[1] + [2.5]",
            "true ? 1 : false ? 2 : 3",
        ],
        expect![[r#"
            -9223372036854775808  ->  -9223372036854775808
            9223372036854775807  ->  9223372036854775807
            007  ->  7
            2.50  ->  2.50 (exact)
            'it\'s' + " \"so\" " + '\u00e9\t\U0001F600'  ->  'it's "so" é	😀'
            [1, 2, 3,]  ->  [1, 2, 3]
            [1, 2.5]  ->  [1 (exact), 2.5 (exact)]
            [[1], [2.5]]  ->  [[1 (exact)], [2.5 (exact)]]
            []  ->  []
            7 / 2  ->  3
            -7 / 2  ->  -3
            -7 % 2  ->  -1
            7 / 2.0  ->  3.5 (exact)
            [7, 2.5][0] / 2  ->  3.50 (exact)
            (true ? 7 : 2.5) / 2  ->  3.50 (exact)
            1.0 / 3  ->  0.3333333333333333333333333333 (exact)
            0.1 + 0.2 == 0.3  ->  true
            1 == 1.0  ->  true
            [1, 2] == [1.0, 2.0]  ->  true
            1 + 2 * 3 - 4 / 2 % 3  ->  5
            2 - 1 - 1  ->  0
            --3  ->  3
            !!true  ->  true
            1 < 2 == true  ->  true
            true || false && false  ->  true
            'a' < 'b' && 'Z' < 'a'  ->  true
            'a' != 'b'  ->  true
            2 in [1, 2]  ->  true
            2 in []  ->  false
            [1] + [2.5]  ->  [1 (exact), 2.5 (exact)]
            true ? 1 : false ? 2 : 3  ->  1
        "#]],
    );
}

#[test]
fn money_dates_and_durations() {
    check(
        &[
            "market_size.sam > money(5000000, 'EUR')",
            "market_size.sam > money(0)",
            "market_size.sam > money(5000000, 'USD')",
            "market_size.sam == money(1, 'USD')",
            "market_size.sam * market_size.share",
            "2 * market_size.sam / 3",
            "market_size.sam / money(2500000, 'EUR')",
            "market_size.sam / money(0)",
            "money(0) - market_size.sam",
            "-market_size.sam",
            "money(0) == money(0, 'EUR')",
            "money(1, product.name)",
            "money(0.5, 'KRW')",
            "case.launch - case.start",
            "case.launch - case.start > days(365)",
            "case.launch + days(30)",
            "days(1) + case.launch",
            "case.launch - case.lead",
            "case.lead * 2 - days(1)",
            "int(case.launch - case.start) / 7",
            "case.launch > date('2026-12-31')",
            "date('2024-02-29') + days(366)",
            "date('9999-12-31') + days(1)",
            "date('0001-01-01') - days(1)",
            "date(product.name)",
        ],
        expect![[r#"
            market_size.sam > money(5000000, 'EUR')  ->  true
            market_size.sam > money(0)  ->  true
            market_size.sam > money(5000000, 'USD')  ->  unknown: CurrencyMismatch { left: EUR, right: USD }
            market_size.sam == money(1, 'USD')  ->  unknown: CurrencyMismatch { left: EUR, right: USD }
            market_size.sam * market_size.share  ->  900000.00 EUR
            2 * market_size.sam / 3  ->  5000000 EUR
            market_size.sam / money(2500000, 'EUR')  ->  3 (exact)
            market_size.sam / money(0)  ->  unknown: DivisionByZero
            money(0) - market_size.sam  ->  -7500000 EUR
            -market_size.sam  ->  -7500000 EUR
            money(0) == money(0, 'EUR')  ->  true
            money(1, product.name)  ->  unknown: UnknownCurrency { text: "Stent S2" }
            money(0.5, 'KRW')  ->  0.5 KRW
            case.launch - case.start  ->  485 days
            case.launch - case.start > days(365)  ->  true
            case.launch + days(30)  ->  2027-07-01
            days(1) + case.launch  ->  2027-06-02
            case.launch - case.lead  ->  2027-03-03
            case.lead * 2 - days(1)  ->  179 days
            int(case.launch - case.start) / 7  ->  69
            case.launch > date('2026-12-31')  ->  true
            date('2024-02-29') + days(366)  ->  2025-03-01
            date('9999-12-31') + days(1)  ->  unknown: Overflow
            date('0001-01-01') - days(1)  ->  unknown: Overflow
            date(product.name)  ->  unknown: NotConvertible { text: "Stent S2" }
        "#]],
    );
}

#[test]
fn functions_and_macros() {
    check(
        &[
            "'스텐트'.size()",
            "size(product.regions)",
            "product.name.startsWith('Stent') && product.name.endsWith('S2')",
            "product.name.contains('x')",
            "market_size.units.sum()",
            "sum(competition.competitors.map(c, c.share))",
            "competition.competitors.filter(c, has(c.price)).map(c, c.price).sum()",
            "competition.competitors.filter(c, false).map(c, c.price).sum()",
            "competition.competitors.filter(c, false).map(c, c.share).sum() / 2",
            "market_size.units.min()",
            "max(case.team, 2.5, 9)",
            "min('b', 'a')",
            "max(money(0), market_size.sam)",
            "competition.competitors.map(c, has(c.price), c.name)",
            "competition.competitors.map(c, c.price)",
            "product.regions.all(r, r in ['EU', 'US'])",
            "product.regions.exists(r, r == 'KR')",
            "product.regions.exists_one(r, r == 'US')",
            "[].all(x, false)",
            "[].exists(x, true)",
            "[1, 2].map(x, [3, 4].map(y, x * y))",
            "[1, 2].map(x, [3].map(x, x))",
            "int(-2.7)",
            "int('12') + int(3)",
            "int('1.5')",
            "number('12.50')",
            "double('1e3')",
            "number(3) / 2",
            "string(2.50) + ' ' + string(3) + ' ' + string(true)",
            "string(market_size.sam) + ' ' + string(case.launch) + ' ' + string(case.lead)",
            "product['name']",
            "product.regions[1]",
            "has(product.name)",
            "has(product.sterile)",
        ],
        expect![[r#"
            '스텐트'.size()  ->  3
            size(product.regions)  ->  2
            product.name.startsWith('Stent') && product.name.endsWith('S2')  ->  true
            product.name.contains('x')  ->  false
            market_size.units.sum()  ->  750
            sum(competition.competitors.map(c, c.share))  ->  0.80 (exact)
            competition.competitors.filter(c, has(c.price)).map(c, c.price).sum()  ->  2100 EUR
            competition.competitors.filter(c, false).map(c, c.price).sum()  ->  0
            competition.competitors.filter(c, false).map(c, c.share).sum() / 2  ->  0 (exact)
            market_size.units.min()  ->  100
            max(case.team, 2.5, 9)  ->  9 (exact)
            min('b', 'a')  ->  'a'
            max(money(0), market_size.sam)  ->  7500000 EUR
            competition.competitors.map(c, has(c.price), c.name)  ->  ['Alpha', 'Beta']
            competition.competitors.map(c, c.price)  ->  [900 EUR, 1200 EUR, unknown: Absent { path: "c.price" }]
            product.regions.all(r, r in ['EU', 'US'])  ->  true
            product.regions.exists(r, r == 'KR')  ->  false
            product.regions.exists_one(r, r == 'US')  ->  true
            [].all(x, false)  ->  true
            [].exists(x, true)  ->  false
            [1, 2].map(x, [3, 4].map(y, x * y))  ->  [[3, 4], [6, 8]]
            [1, 2].map(x, [3].map(x, x))  ->  [[3], [3]]
            int(-2.7)  ->  -2
            int('12') + int(3)  ->  15
            int('1.5')  ->  unknown: NotConvertible { text: "1.5" }
            number('12.50')  ->  12.50 (exact)
            double('1e3')  ->  unknown: NotConvertible { text: "1e3" }
            number(3) / 2  ->  1.50 (exact)
            string(2.50) + ' ' + string(3) + ' ' + string(true)  ->  '2.5 3 true'
            string(market_size.sam) + ' ' + string(case.launch) + ' ' + string(case.lead)  ->  '7500000 EUR 2027-06-01 90'
            product['name']  ->  'Stent S2'
            product.regions[1]  ->  'US'
            has(product.name)  ->  true
            has(product.sterile)  ->  false
        "#]],
    );
}

#[test]
fn what_goes_wrong_is_unknown() {
    check(
        &[
            "product.sterile",
            "!product.sterile",
            "case.npv > money(0)",
            "case.team / 0",
            "case.team % 0",
            "market_size.share / 0",
            "9223372036854775807 + case.team",
            "-(-9223372036854775807 - 1)",
            "(-9223372036854775807 - 1) / -1",
            "999999999999999999999999999.0 * 1000",
            "days(9223372036854775807) + days(1)",
            "int(999999999999999999999999999.0)",
            "product.regions[2]",
            "product.regions[-1]",
            "[].max()",
            "competition.competitors.map(c, c.price).sum()",
            "competition.competitors.map(c, c.price).max()",
            "competition.competitors.filter(c, c.price > money(0)).size()",
            "[product.sterile, true].size()",
            "true in [product.sterile, true]",
            "true in [product.sterile, false]",
            "[product.sterile, true] == [true, false]",
            "[product.sterile, true] == [true, true]",
            "[product.sterile] == []",
            "product.sterile in []",
            "product.sterile ? 1 : 1",
            "min(money(1, 'EUR'), money(1, 'USD'))",
        ],
        expect![[r#"
            product.sterile  ->  unknown: Absent { path: "product.sterile" }
            !product.sterile  ->  unknown: Absent { path: "product.sterile" }
            case.npv > money(0)  ->  unknown: Absent { path: "case.npv" }
            case.team / 0  ->  unknown: DivisionByZero
            case.team % 0  ->  unknown: DivisionByZero
            market_size.share / 0  ->  unknown: DivisionByZero
            9223372036854775807 + case.team  ->  unknown: Overflow
            -(-9223372036854775807 - 1)  ->  unknown: Overflow
            (-9223372036854775807 - 1) / -1  ->  unknown: Overflow
            999999999999999999999999999.0 * 1000  ->  unknown: Overflow
            days(9223372036854775807) + days(1)  ->  unknown: Overflow
            int(999999999999999999999999999.0)  ->  unknown: Overflow
            product.regions[2]  ->  unknown: IndexOutOfRange { index: 2, size: 2 }
            product.regions[-1]  ->  unknown: IndexOutOfRange { index: -1, size: 2 }
            [].max()  ->  unknown: EmptyList
            competition.competitors.map(c, c.price).sum()  ->  unknown: Absent { path: "c.price" }
            competition.competitors.map(c, c.price).max()  ->  unknown: Absent { path: "c.price" }
            competition.competitors.filter(c, c.price > money(0)).size()  ->  unknown: Absent { path: "c.price" }
            [product.sterile, true].size()  ->  2
            true in [product.sterile, true]  ->  true
            true in [product.sterile, false]  ->  unknown: Absent { path: "product.sterile" }
            [product.sterile, true] == [true, false]  ->  false
            [product.sterile, true] == [true, true]  ->  unknown: Absent { path: "product.sterile" }
            [product.sterile] == []  ->  false
            product.sterile in []  ->  false
            product.sterile ? 1 : 1  ->  unknown: Absent { path: "product.sterile" }
            min(money(1, 'EUR'), money(1, 'USD'))  ->  unknown: CurrencyMismatch { left: USD, right: EUR }
        "#]],
    );
}

#[test]
fn three_valued_logic() {
    // `product.sterile` is absent.
    check(
        &[
            "false && product.sterile",
            "product.sterile && false",
            "true && product.sterile",
            "true || product.sterile",
            "product.sterile || true",
            "false || product.sterile",
            "product.sterile && product.sterile",
            "competition.competitors.all(c, c.price > money(1000, 'EUR'))",
            "competition.competitors.all(c, c.price > money(100, 'EUR'))",
            "competition.competitors.exists(c, c.price > money(1000, 'EUR'))",
            "competition.competitors.exists(c, c.price > money(9999, 'EUR'))",
            "competition.competitors.exists_one(c, c.price > money(1000, 'EUR'))",
            "competition.competitors.exists_one(c, c.price > money(100, 'EUR'))",
        ],
        expect![[r#"
            false && product.sterile  ->  false
            product.sterile && false  ->  false
            true && product.sterile  ->  unknown: Absent { path: "product.sterile" }
            true || product.sterile  ->  true
            product.sterile || true  ->  true
            false || product.sterile  ->  unknown: Absent { path: "product.sterile" }
            product.sterile && product.sterile  ->  unknown: Absent { path: "product.sterile" }
            competition.competitors.all(c, c.price > money(1000, 'EUR'))  ->  false
            competition.competitors.all(c, c.price > money(100, 'EUR'))  ->  unknown: Absent { path: "c.price" }
            competition.competitors.exists(c, c.price > money(1000, 'EUR'))  ->  true
            competition.competitors.exists(c, c.price > money(9999, 'EUR'))  ->  unknown: Absent { path: "c.price" }
            competition.competitors.exists_one(c, c.price > money(1000, 'EUR'))  ->  unknown: Absent { path: "c.price" }
            competition.competitors.exists_one(c, c.price > money(100, 'EUR'))  ->  false
        "#]],
    );
}

#[test]
fn a_form_that_nobody_began_is_absent() {
    let expr = compiled("has(case.npv) || case.npv > money(0)");
    let value = expr.eval(&Scope::new(), Limits::STANDARD).value;
    let Value::Unknown(why) = value else { panic!("{value:?}") };
    assert_eq!(why.reason, Reason::Absent { path: "case.npv".into() });
    assert_eq!(why.span, Some(17..25));
}

#[test]
fn what_the_supplier_cannot_tell_is_not_absent() {
    let mut scope = scope();
    scope.insert("case".into(), Value::unknown(Reason::Undetermined));
    let value = compiled("has(case.npv)").eval(&scope, Limits::STANDARD).value;
    assert!(value.is_unknown());
}

#[test]
fn data_of_the_wrong_type_is_unreadable() {
    let check = |ty: Type, json: serde_json::Value| {
        let value = Value::from_json(&json, &ty);
        assert!(value.is_unknown(), "{json} read as {value:?}");
    };
    check(Type::Int, json!(1.5));
    check(Type::Int, json!("1"));
    check(Type::Bool, json!("true"));
    check(Type::Number, json!("1,5"));
    check(Type::Number, json!("1_000"));
    check(Type::Number, json!("+1"));
    check(Type::Number, json!(""));
    check(Type::Number, json!("0.00000000000000000000000000001"));
    check(Type::Number, json!(1e300));
    check(Type::Money, json!({ "amount": "1" }));
    check(Type::Money, json!({ "amount": "1", "currency": "eur" }));
    check(Type::Money, json!("1 EUR"));
    check(Type::choice(["I"]), json!("II"));
    check(Type::Date, json!("2026-1-31"));
    check(Type::Date, json!("2026-02-30"));
    check(Type::Date, json!("0000-01-01"));
    check(Type::Duration, json!("P3D"));
    check(Type::list(Type::Int), json!({}));
    check(Type::Text, json!(null));
    check(Type::list(Type::Int), json!(vec![0; 10_001]));
    check(Type::Any, json!(1));
}

#[test]
fn one_wrong_field_spoils_only_itself() {
    let forms = json!({ "product": { "name": 3, "class": null, "regions": ["EU", "??"], "x": 1 } });
    let scope = scope_of(&env(), &forms);
    let eval =
        |source: &str| noted(&compiled_as(source, &Type::Any).eval(&scope, Limits::STANDARD).value);
    expect![[r#"unknown: Unreadable { found: "3" }"#]].assert_eq(&eval("product.name"));
    expect![[r#"unknown: Unreadable { found: "3" }"#]].assert_eq(&eval("has(product.name)"));
    expect!["false"].assert_eq(&eval("has(product.class)"));
    expect![[r#"['EU', unknown: Unreadable { found: "\"??\"" }]"#]]
        .assert_eq(&eval("product.regions"));
}

#[test]
fn numbers_are_read_exactly() {
    for (json, text) in [(json!(0.1), "0.1"), (json!("12.50"), "12.50"), (json!(1e3), "1000")] {
        let Value::Number(number) = Value::from_json(&json, &Type::Number) else {
            panic!("{json}")
        };
        assert_eq!(number.to_string().trim_end_matches(".0"), text);
    }
}

#[test]
fn evaluation_is_bounded() {
    let reason = |source: &str| {
        let value = compiled_as(source, &Type::Any).eval(&scope(), Limits::STANDARD).value;
        match value {
            Value::Unknown(why) => why.reason.clone(),
            other => panic!("{source} is {}", noted(&other)),
        }
    };
    let tens = "[0,1,2,3,4,5,6,7,8,9]";
    let loops =
        format!("{}1{}", format!("{tens}.map(x, ").repeat(7), ").sum()".repeat(0) + &")".repeat(7));
    let all = format!("{}true{}", format!("{tens}.all(x, ").repeat(7), ")".repeat(7));
    assert_eq!(reason(&all), Reason::TooManySteps { max: 100_000 });
    assert!(matches!(
        compiled_as(&loops, &Type::Any).eval(&scope(), Limits::STANDARD).value,
        Value::List(_)
    ));

    let doubled =
        |seed: &str, times: usize| format!("[{seed}]{}[0]", ".map(x, x + x)".repeat(times));
    assert_eq!(reason(&doubled("'0123456789'", 60)), Reason::TextTooLong { max: 65_536 });
    assert_eq!(reason(&doubled("[1, 2]", 60)), Reason::ListTooLong { max: 10_000 });

    // Shared parts make a small value that is huge to compare.
    let paired = format!("[1]{}", ".map(x, [x, x])".repeat(60));
    assert_eq!(reason(&format!("{paired} == {paired}")), Reason::TooManySteps { max: 100_000 });
    let few = Limits { steps: 3, ..Limits::STANDARD };
    assert!(compiled("true && true && true && true").eval(&scope(), few).value.is_unknown());
}

#[test]
fn an_expression_knows_what_it_reads() {
    let reads = |source: &str| {
        let expr = compiled_as(source, &Type::Any);
        expr.reads().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    let check = |source: &str, expected: &str| assert_eq!(reads(source), expected, "{source}");
    check("case.team > 1 && has(case.npv) && case.team < 9", "case.npv, case.team");
    check(
        "competition.competitors.all(c, c.share < market_size.share)",
        "competition.competitors, market_size.share",
    );
    check("competition.competitors[0].name", "competition.competitors");
    check("competition.competitors[case.team].name", "case.team, competition.competitors");
    check("product['name']", "product.name");
    check("[1].map(product, product)", "");
    check("[product.class].map(product, product)", "product.class");
    check("product", "product");
}

#[test]
fn an_expression_is_serialised_as_its_source() {
    let expr: Expr = compiled("case.team  > 1");
    assert_eq!(serde_json::to_value(&expr).unwrap(), json!("case.team  > 1"));
    assert_eq!(expr, expr.clone());
    assert_ne!(expr, compiled("case.team > 1"));
}
