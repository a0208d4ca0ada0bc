//! What an author sees who has made a mistake.

use expect_test::{Expect, expect};

use super::super::bounds::{MAX_HEIGHT, MAX_NESTING, MAX_NODES, MAX_SOURCE_BYTES};
use super::super::{Expr, ExprErrorKind, Type};
use super::{compiled, compiled_as, env, rendered};

#[track_caller]
fn check(sources: &[&str], expected: Expect) {
    let mut text = String::new();
    for source in sources {
        match Expr::compile(source, &env(), &Type::Bool) {
            Ok(_) => text.push_str(&format!("{source}\nis fine\n")),
            Err(errors) => text.push_str(&rendered(source, &errors)),
        }
    }
    expected.assert_eq(&text);
}

#[test]
fn names_that_do_not_exist() {
    check(
        &[
            "markt_size.sam > money(0)",
            "market_size.samm > money(0)",
            "sam > money(0)",
            "weather == 'fine'",
            "product.regions.exists(r, reg == 'US')",
            "competition.competitors.all(c, c.prise > money(0))",
            "product['clas'] == 'I'",
            "product.regions.size > 2",
            "product.regions.length() > 2",
            "product.regions.any(r, r == 'US')",
            "product.name.startswith('S')",
            "product.name.matches('S.*')",
            "product.name.first == 'S'",
        ],
        expect![[r#"
            markt_size.sam > money(0)
            ^^^^^^^^^^ there is no `markt_size`; did you mean `market_size`?
            market_size.samm > money(0)
                        ^^^^ `market_size` has no field `samm`; did you mean `sam`?
            sam > money(0)
            ^^^ there is no `sam`; did you mean `market_size.sam`?
            weather == 'fine'
            ^^^^^^^ there is no `weather`
            product.regions.exists(r, reg == 'US')
                                      ^^^ there is no `reg`
            competition.competitors.all(c, c.prise > money(0))
                                             ^^^^^ `c` has no field `prise`; did you mean `price`?
            product['clas'] == 'I'
                    ^^^^^^ `product` has no field `clas`; did you mean `class`?
            product.regions.size > 2
                            ^^^^ a list (a choice each) has no fields, so `.size` has no meaning; did you mean `size()`?
            product.regions.length() > 2
                            ^^^^^^ there is no function `length`; did you mean `size`?
            product.regions.any(r, r == 'US')
                            ^^^ there is no function `any`; did you mean `exists`?
            product.name.startswith('S')
                         ^^^^^^^^^^ there is no function `startswith`; did you mean `startsWith`?
            product.name.matches('S.*')
                         ^^^^^^^ there is no function `matches`
            product.name.first == 'S'
                         ^^^^^ a text has no fields, so `.first` has no meaning
        "#]],
    );
}

#[test]
fn types_that_do_not_go_together() {
    check(
        &[
            "market_size.sam > 5000000",
            "market_size.sam > 0",
            "0 < market_size.sam",
            "market_size.sam",
            "case.team",
            "case.launch < '2026-12-31'",
            "case.launch - case.start > 90",
            "case.launch + 30 > case.start",
            "case.lead > 2.5",
            "product.name > 3",
            "product.name == 'a' + 3",
            "case.team == '7'",
            "product == product",
            "product.sterile < true",
            "product.regions < ['US']",
            "-product.name == ''",
            "!case.team",
            "case.team && product.sterile || case.launch",
            "market_size.share % 2 == 0",
            "market_size.sam * market_size.sam > money(0)",
            "case.launch + case.start > case.launch",
            "'US' in product",
            "'S' in product.name",
            "3 in product.regions",
            "[1, 'a'].size() == 2",
            "(case.team > 3 ? 1 : 'a') == 1",
            "(case.team ? 1 : 2) == 1",
            "case.team[0] == 1",
            "product.regions['x'] == 'US'",
            "product.regions[1.5] == 'US'",
        ],
        expect![[r#"
            market_size.sam > 5000000
                              ^^^^^^^ an amount of money and a whole number cannot be compared; did you mean `money(5000000, 'EUR')`?
            market_size.sam > 0
                              ^ an amount of money and a whole number cannot be compared; did you mean `money(0)`?
            0 < market_size.sam
            ^ a whole number and an amount of money cannot be compared; did you mean `money(0)`?
            market_size.sam
            ^^^^^^^^^^^^^^^ expected true or false, found an amount of money; did you mean `has(market_size.sam)`?
            case.team
            ^^^^^^^^^ expected true or false, found a whole number; did you mean `has(case.team)`?
            case.launch < '2026-12-31'
                          ^^^^^^^^^^^^ a date and a text cannot be compared; did you mean `date('2026-12-31')`?
            case.launch - case.start > 90
                                       ^^ a duration (days) and a whole number cannot be compared; did you mean `days(90)`?
            case.launch + 30 > case.start
            ^^^^^^^^^^^^^^^^ `+` cannot be used between a date and a whole number
            case.lead > 2.5
            ^^^^^^^^^^^^^^^ a duration (days) and a number cannot be compared
            product.name > 3
                           ^ a text and a whole number cannot be compared; did you mean `'3'`?
            product.name == 'a' + 3
                                  ^ `+` cannot be used between a text and a whole number; did you mean `'3'`?
            case.team == '7'
                         ^^^ a whole number and a text cannot be compared; did you mean `7`?
            product == product
            ^^^^^^^^^^^^^^^^^^ a record and a record cannot be compared
            product.sterile < true
            ^^^^^^^^^^^^^^^^^^^^^^ `<` has no meaning for true or false: it has no order
            product.regions < ['US']
            ^^^^^^^^^^^^^^^^^^^^^^^^ `<` has no meaning for a list (a choice each): it has no order
            -product.name == ''
             ^^^^^^^^^^^^ expected a number, found a text
            !case.team
             ^^^^^^^^^ expected true or false, found a whole number; did you mean `has(case.team)`?
            case.team && product.sterile || case.launch
            ^^^^^^^^^ expected true or false, found a whole number; did you mean `has(case.team)`?
            case.team && product.sterile || case.launch
                                            ^^^^^^^^^^^ expected true or false, found a date; did you mean `has(case.launch)`?
            market_size.share % 2 == 0
            ^^^^^^^^^^^^^^^^^^^^^ `%` cannot be used between a number and a whole number
            market_size.sam * market_size.sam > money(0)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `*` cannot be used between an amount of money and an amount of money
            case.launch + case.start > case.launch
            ^^^^^^^^^^^^^^^^^^^^^^^^ `+` cannot be used between a date and a date
            'US' in product
                    ^^^^^^^ `in` needs a list, found a record
            'S' in product.name
            ^^^^^^^^^^^^^^^^^^^ `in` needs a list, found a text; did you mean `product.name.contains('S')`?
            3 in product.regions
            ^^^^^^^^^^^^^^^^^^^^ a whole number and a choice cannot be compared
            [1, 'a'].size() == 2
                ^^^ the items of a list must be alike: a whole number stands before a text
            (case.team > 3 ? 1 : 'a') == 1
                                 ^^^ both branches must be alike: a whole number stands before a text
            (case.team ? 1 : 2) == 1
             ^^^^^^^^^ expected true or false, found a whole number; did you mean `has(case.team)`?
            case.team[0] == 1
            ^^^^^^^^^ only lists have an index, found a whole number
            product.regions['x'] == 'US'
                            ^^^ a list (a choice each) has no fields, so `.x` has no meaning
            product.regions[1.5] == 'US'
                            ^^^ expected a whole number, found a number
        "#]],
    );
}

#[test]
fn texts_that_are_not_choices() {
    check(
        &[
            "product.class == 'IIc'",
            "'IV' != product.class",
            "product.class in ['I', 'IIA', 'foo']",
            "'USA' in product.regions",
            "product.regions.exists(r, r == 'UK')",
            "product.regions == ['EU', 'KO']",
            "product.class == (product.sterile ? 'III' : 'IIx')",
            "product.class == product.name",
            "product.class in product.regions",
        ],
        expect![[r#"
            product.class == 'IIc'
                             ^^^^^ 'IIc' is not a choice of this field ('I', 'IIa', 'IIb', 'III'); did you mean `'IIa'`?
            'IV' != product.class
            ^^^^ 'IV' is not a choice of this field ('I', 'IIa', 'IIb', 'III')
            product.class in ['I', 'IIA', 'foo']
                                   ^^^^^ 'IIA' is not a choice of this field ('I', 'IIa', 'IIb', 'III'); did you mean `'IIa'`?
            product.class in ['I', 'IIA', 'foo']
                                          ^^^^^ 'foo' is not a choice of this field ('I', 'IIa', 'IIb', 'III')
            'USA' in product.regions
            ^^^^^ 'USA' is not a choice of this field ('US', 'EU', 'KR', 'JP'); did you mean `'US'`?
            product.regions.exists(r, r == 'UK')
                                           ^^^^ 'UK' is not a choice of this field ('US', 'EU', 'KR', 'JP')
            product.regions == ['EU', 'KO']
                                      ^^^^ 'KO' is not a choice of this field ('US', 'EU', 'KR', 'JP')
            product.class == (product.sterile ? 'III' : 'IIx')
                                                        ^^^^^ 'IIx' is not a choice of this field ('I', 'IIa', 'IIb', 'III'); did you mean `'IIa'`?
            product.class == product.name
            is fine
            product.class in product.regions
            is fine
        "#]],
    );
}

#[test]
fn calls_that_are_wrong() {
    check(
        &[
            "market_size.sam > money(5)",
            "market_size.sam > money(case.team)",
            "market_size.sam > money(5, 'EURO')",
            "market_size.sam > money(5, 'eur')",
            "market_size.sam > money('5', 'EUR')",
            "market_size.sam > money()",
            "case.launch > date('2026-02-30')",
            "case.launch > date('31.1.2026')",
            "case.launch > date(2026)",
            "case.lead > days('3')",
            "case.lead > days(1.5)",
            "product.name.size(1) > 2",
            "case.team.size() > 2",
            "product.regions.contains('US')",
            "startsWith(product.name, 'S')",
            "product.name.startsWith(1)",
            "product.regions.sum() > 3",
            "sum(1, 2) == 3",
            "max(1, 'a') == 1",
            "max(case.team) == 1",
            "[true].max()",
            "int(case.launch) == 1",
            "string(product.regions) == ''",
            "has(product)",
            "has(product.regions[0])",
            "has(product.name, product.class)",
            "has(product.nam)",
            "product.regions.all(r)",
            "product.regions.all(r.x, true)",
            "product.regions.filter(r, true, true).size() == 1",
            "product.regions.map(r, r)",
            "product.regions.exists(r, r)",
            "product.name.exists(r, true)",
        ],
        expect![[r#"
            market_size.sam > money(5)
                              ^^^^^^^^ an amount needs its currency; only zero goes without; did you mean `money(5, 'EUR')`?
            market_size.sam > money(case.team)
                              ^^^^^^^^^^^^^^^^ an amount needs its currency; only zero goes without; did you mean `money(case.team, 'EUR')`?
            market_size.sam > money(5, 'EURO')
                                       ^^^^^^ 'EURO' is not the code of a currency (ISO 4217); did you mean `'EUR'`?
            market_size.sam > money(5, 'eur')
                                       ^^^^^ 'eur' is not the code of a currency (ISO 4217); did you mean `'EUR'`?
            market_size.sam > money('5', 'EUR')
                                    ^^^ `money` cannot be used on a text; it is written `money(5000000, 'EUR')`
            market_size.sam > money()
                              ^^^^^^^ `money` is written `money(5000000, 'EUR')`
            case.launch > date('2026-02-30')
                               ^^^^^^^^^^^^ '2026-02-30' is not a date: write year, month and day as '2026-01-31'
            case.launch > date('31.1.2026')
                               ^^^^^^^^^^^ '31.1.2026' is not a date: write year, month and day as '2026-01-31'
            case.launch > date(2026)
                               ^^^^ `date` cannot be used on a whole number; it is written `date('2026-01-31')`
            case.lead > days('3')
                             ^^^ `days` cannot be used on a text; it is written `days(30)`
            case.lead > days(1.5)
                             ^^^ `days` cannot be used on a number; it is written `days(30)`
            product.name.size(1) > 2
            ^^^^^^^^^^^^^^^^^^^^ `size` is written `value.size()`
            case.team.size() > 2
            ^^^^^^^^^ `size` cannot be used on a whole number; it is written `value.size()`
            product.regions.contains('US')
            ^^^^^^^^^^^^^^^^^^^^^^^^ `contains` cannot be used on a list (a choice each); it is written `text.contains('...')`; did you mean `'US' in product.regions`?
            startsWith(product.name, 'S')
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `startsWith` is written `text.startsWith('...')`
            product.name.startsWith(1)
                                    ^ `startsWith` cannot be used on a whole number; it is written `text.startsWith('...')`
            product.regions.sum() > 3
            ^^^^^^^^^^^^^^^ `sum` cannot be used on a list (a choice each); it is written `list.sum()`
            sum(1, 2) == 3
            ^^^^^^^^^ `sum` is written `list.sum()`
            max(1, 'a') == 1
                   ^^^ `max` cannot be used on a text; it is written `list.max()` or `max(a, b)`
            max(case.team) == 1
                ^^^^^^^^^ `max` cannot be used on a whole number; it is written `list.max()` or `max(a, b)`
            [true].max()
            ^^^^^^ `max` cannot be used on a list (true or false each); it is written `list.max()` or `max(a, b)`
            int(case.launch) == 1
                ^^^^^^^^^^^ `int` cannot be used on a date; it is written `int(value)`
            string(product.regions) == ''
                   ^^^^^^^^^^^^^^^ `string` cannot be used on a list (a choice each); it is written `string(value)`
            has(product)
            is fine
            has(product.regions[0])
            ^^^^^^^^^^^^^^^^^^^^^^^ `has` is written `has(form.field)`
            has(product.name, product.class)
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `has` is written `has(form.field)`
            has(product.nam)
                        ^^^ `product` has no field `nam`; did you mean `name`?
            product.regions.all(r)
                            ^^^ `all` is written `list.all(x, condition)`
            product.regions.all(r.x, true)
                            ^^^ `all` is written `list.all(x, condition)`
            product.regions.filter(r, true, true).size() == 1
                            ^^^^^^ `filter` is written `list.filter(x, condition)`
            product.regions.map(r, r)
            ^^^^^^^^^^^^^^^^^^^^^^^^^ expected true or false, found a list (a choice each)
            product.regions.exists(r, r)
                                      ^ expected true or false, found a choice
            product.name.exists(r, true)
            ^^^^^^^^^^^^ `exists` needs a list, found a text
        "#]],
    );
}

#[test]
fn sentences_that_cannot_be_read() {
    check(
        &[
            "",
            "   // nothing but a remark",
            "case.team >",
            "case.team = 7",
            "case.team > 3 and case.team < 9",
            "case.team > 3 or true",
            "case.team is 3",
            "not product.sterile",
            "case.team ≥ 3",
            "true & false",
            "product.name == “S”",
            "product.name == 'S",
            "product.name == 'S\nT'",
            r"product.name == '\q'",
            r"product.name == '\ud800'",
            "(case.team > 3",
            "case.team > 3)",
            "[1, 2",
            "max(1, 2,) > 1",
            "case.team > 5_000",
            "case.team > 5k",
            "case.team > 0x10",
            "case.team > 1e6",
            "case.team > 99999999999999999999",
            "case.team > 9223372036854775808",
            "case.team > -9223372036854775809",
            "market_size.share > 1.00000000000000000000000000001",
            "market_size.share > .5",
            "product.name == null",
            "product.null == ''",
            "while > 3",
            "!-1",
            "{'a': 1}.a == 1",
            "제품.name == ''",
            "product.name == '이름' && 제품 > 1",
            "true ? false",
            "true ? false ? true : false : true",
        ],
        expect![[r#"

            ^ expected a value, found the end
               // nothing but a remark
                                      ^ expected a value, found the end
            case.team >
                       ^ expected a value, found the end
            case.team = 7
                      ^ `=` does not belong here; did you mean `==`?
            case.team > 3 and case.team < 9
                          ^^^ expected an operator or the end, found `and`; did you mean `&&`?
            case.team > 3 or true
                          ^^ expected an operator or the end, found `or`; did you mean `||`?
            case.team is 3
                      ^^ expected an operator or the end, found `is`; did you mean `==`?
            not product.sterile
            ^^^ expected a value, found `not`; did you mean `!`?
            case.team ≥ 3
                      ^ `≥` does not belong here; did you mean `>=`?
            true & false
                 ^ `&` does not belong here; did you mean `&&`?
            product.name == “S”
                            ^ `“` does not belong here; did you mean `'`?
            product.name == 'S
                            ^^ this text has no closing quote
            product.name == 'S
            T'
                            ^^ this text has no closing quote
            product.name == '\q'
                             ^^ `\q` is not an escape that a text can contain
            product.name == '\ud800'
                             ^^^^^^ `\ud800` is not an escape that a text can contain
            (case.team > 3
                          ^ expected `)`, found the end
            case.team > 3)
                         ^ expected an operator or the end, found `)`
            [1, 2
                 ^ expected `,` or `]`, found the end
            max(1, 2,) > 1
                     ^ expected a value, found `)`
            case.team > 5_000
                        ^^^^^ `5_000` is not a number: digits are not grouped; did you mean `5000`?
            case.team > 5k
                        ^^ `5k` is not a number: write it with digits and at most one point
            case.team > 0x10
                        ^^^^ `0x10` is not a number: write it with digits and at most one point
            case.team > 1e6
                        ^^^ `1e6` is not a number: write it with digits and at most one point
            case.team > 99999999999999999999
                        ^^^^^^^^^^^^^^^^^^^^ `99999999999999999999` is not a number: it is beyond 9223372036854775807
            case.team > 9223372036854775808
                        ^^^^^^^^^^^^^^^^^^^ `9223372036854775808` is not a number: it is beyond 9223372036854775807
            case.team > -9223372036854775809
                        ^^^^^^^^^^^^^^^^^^^^ `9223372036854775809` is not a number: it is beyond 9223372036854775807
            market_size.share > 1.00000000000000000000000000001
                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ `1.00000000000000000000000000001` is not a number: at most 28 digits are exact
            market_size.share > .5
                                ^ expected a value, found `.`
            product.name == null
                            ^^^^ there is no `null`: ask with `has(form.field)` whether a field is filled in
            product.null == ''
                    ^^^^ expected the name of a field or method, found `null`
            while > 3
            ^^^^^ `while` is a reserved word and cannot be a name
            !-1
             ^ expected a value, found `-`
            {'a': 1}.a == 1
            ^ `{` does not belong here
            제품.name == ''
            ^ `제` does not belong here
            product.name == '이름' && 제품 > 1
                                    ^ `제` does not belong here
            true ? false
                        ^ expected `:` and the other branch, found the end
            true ? false ? true : false : true
                         ^ expected `:` and the other branch, found `?`
        "#]],
    );
}

#[test]
fn every_mistake_is_reported_at_once() {
    check(
        &["markt_size.sam > money(0) && product.class == 'IIc' && case.launch < '2026-01-01'"],
        expect![[r#"
            markt_size.sam > money(0) && product.class == 'IIc' && case.launch < '2026-01-01'
            ^^^^^^^^^^ there is no `markt_size`; did you mean `market_size`?
            markt_size.sam > money(0) && product.class == 'IIc' && case.launch < '2026-01-01'
                                                          ^^^^^ 'IIc' is not a choice of this field ('I', 'IIa', 'IIb', 'III'); did you mean `'IIa'`?
            markt_size.sam > money(0) && product.class == 'IIc' && case.launch < '2026-01-01'
                                                                                 ^^^^^^^^^^^^ a date and a text cannot be compared; did you mean `date('2026-01-01')`?
        "#]],
    );
    let many = vec!["x.y"; 100].join(" && ");
    let errors = Expr::compile(&many, &env(), &Type::Bool).unwrap_err();
    assert_eq!(errors.len(), super::super::bounds::MAX_ERRORS);
}

#[test]
fn the_expected_type_is_asked_for() {
    let mistaken = |source: &str, ty: &Type| {
        let errors = Expr::compile(source, &env(), ty).unwrap_err();
        rendered(source, &errors)
    };
    expect![[r#"
        5000000
        ^^^^^^^ expected an amount of money, found a whole number; did you mean `money(5000000, 'EUR')`?
        '2026-01-31'
        ^^^^^^^^^^^^ expected a date, found a text; did you mean `date('2026-01-31')`?
        30
        ^^ expected a duration (days), found a whole number; did you mean `days(30)`?
        3
        ^ expected a text, found a whole number; did you mean `'3'`?
        '2.5'
        ^^^^^ expected a number, found a text; did you mean `2.5`?
        [1]
        ^^^ expected a list (a text each), found a list (a whole number each)
    "#]].assert_eq(
        &(mistaken("5000000", &Type::Money)
            + &mistaken("'2026-01-31'", &Type::Date)
            + &mistaken("30", &Type::Duration)
            + &mistaken("3", &Type::Text)
            + &mistaken("'2.5'", &Type::Number)
            + &mistaken("[1]", &Type::list(Type::Text))),
    );
    compiled_as("case.team", &Type::Number);
    compiled_as("[case.team]", &Type::list(Type::Number));
    compiled_as("product.class", &Type::Text);
    compiled_as("[]", &Type::list(Type::Money));
    compiled_as("product", &Type::Any);
}

#[test]
fn sources_are_bounded() {
    let nested = |depth: usize| format!("{}true{}", "(".repeat(depth), ")".repeat(depth));
    let summed = |terms: usize| format!("{} > 0", vec!["1"; terms].join("+"));
    let listed = |items: usize| format!("[{}].size() > 0", vec!["1"; items].join(","));
    let within = [
        nested(MAX_NESTING),
        summed(MAX_HEIGHT - 1),
        listed(MAX_NODES - 4),
        format!("true{}", " ".repeat(MAX_SOURCE_BYTES - 4)),
        vec!["true"; 500].join(" && "),
        format!("{}true", "!".repeat(MAX_NESTING)),
    ];
    for source in within {
        compiled(&source);
    }
    let refused = [
        nested(MAX_NESTING + 1),
        nested(2000),
        "[".repeat(4000),
        "!".repeat(4000),
        "-".repeat(4000),
        format!("case{}", ".a".repeat(2000)),
        format!("case{}", "[0]".repeat(1000)),
        format!("case{}", ".map(x, x)".repeat(400)),
        format!("true{}", " ? true : true".repeat(200)),
        summed(MAX_HEIGHT),
        listed(MAX_NODES + 1),
        format!("true{}", " ".repeat(MAX_SOURCE_BYTES)),
    ];
    for source in refused {
        let errors = Expr::compile(&source, &env(), &Type::Bool).unwrap_err();
        let bound = matches!(
            errors[0].kind,
            ExprErrorKind::TooLong { .. }
                | ExprErrorKind::TooDeep { .. }
                | ExprErrorKind::TooLarge { .. }
        );
        assert!(bound, "{errors:?}");
    }
}

#[test]
fn the_deepest_expression_needs_little_stack() {
    let nested = format!("{}1{}", "[".repeat(MAX_NESTING), "]".repeat(MAX_NESTING));
    let looped = format!(
        "{}true{}",
        "[1].all(x, [1].exists(y, ".repeat(MAX_NESTING / 2),
        "))".repeat(MAX_NESTING / 2)
    );
    let parenthesised = format!("{}1{}", "(1*(1+".repeat(16), "))".repeat(16));
    let chained = format!("[1]{}", ".map(x, [x])".repeat(MAX_HEIGHT - 2));
    let sources = [nested, looped, parenthesised, chained];
    let work = move || {
        for source in sources {
            let expr = compiled_as(&source, &Type::Any);
            expr.eval(&super::scope(), super::super::Limits::STANDARD);
        }
    };
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap();
    thread.join().unwrap();
}
