//! What holds for every input.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::super::{Env, Expr, Limits, Outcome, Reason, Scope, Type, Value, Verdict};
use super::{env, scope, scope_of};

/// Pieces of the language, and some that are not.
fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "product",
        "market_size",
        "case",
        ".name",
        ".class",
        ".regions",
        ".sam",
        ".share",
        "x",
        "==",
        "!=",
        "<",
        ">=",
        "&&",
        "||",
        "!",
        "+",
        "-",
        "*",
        "/",
        "%",
        "?",
        ":",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "in",
        "true",
        "null",
        "1",
        "2.5",
        "'US'",
        "\"a",
        "'",
        "\\",
        "has(",
        ".all(x, ",
        ".exists(r, r",
        ".map(x, x)",
        ".size()",
        "money(0)",
        "money(1, 'EUR')",
        "date('2026-01-31')",
        "days(3)",
        "sum(",
        "//",
        "\n",
        "=",
        "한",
        "0x",
        "_",
        "while",
    ])
}

fn read(source: &str) {
    for ty in [Type::Bool, Type::Any] {
        match Expr::compile(source, &env(), &ty) {
            Ok(expr) => {
                let evaluation = expr.eval(&scope(), Limits::STANDARD);
                assert!(serde_json::to_string(&evaluation.verdict).is_ok());
            }
            Err(errors) => {
                assert!(!errors.is_empty());
                for error in errors {
                    assert!(source.get(error.span.clone()).is_some(), "{error:?} is misplaced");
                    assert!(!error.to_string().is_empty());
                }
            }
        }
    }
}

/// Conditions over `p` to `s` (numbers), `b` and `c` (truths) and `l` (a list of records with
/// a number `v`), in a grammar of their own: only what they come to matters here.
fn condition() -> BoxedStrategy<String> {
    let number = prop_oneof![
        prop::sample::select(vec!["p", "q", "r.p", "r.q"]).prop_map(str::to_owned),
        (-3_i64..4).prop_map(|whole| format!("({whole})")),
    ];
    let number = number.prop_recursive(2, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), prop::sample::select(vec!["+", "-", "*", "/"]), inner.clone())
                .prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("(c ? {a} : {b})")),
            Just("l.map(i, i.v).sum()".to_owned()),
            Just("l.filter(i, i.v > 0).size()".to_owned()),
            Just("l[0].v".to_owned()),
        ]
    });
    let relations = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let truth = prop_oneof![
        prop::sample::select(vec!["b", "c", "true", "false", "has(r.p)", "has(r.q)"])
            .prop_map(str::to_owned),
        (number.clone(), relations.clone(), number.clone())
            .prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
        (number.clone(), number.clone(), number.clone())
            .prop_map(|(a, b, c)| format!("({a} in [{b}, {c}])")),
        (number.clone(), number.clone(), number.clone(), number.clone())
            .prop_map(|(a, b, c, d)| format!("([{a}, {b}] == [{c}, {d}])")),
        (prop::sample::select(vec!["all", "exists", "exists_one"]), relations, number)
            .prop_map(|(name, sign, a)| format!("l.{name}(i, i.v {sign} {a} || has(i.v) == c)")),
    ];
    truth
        .prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
                inner.clone().prop_map(|a| format!("!{a}")),
                (inner.clone(), inner.clone(), inner.clone())
                    .prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("({a} == {b})")),
            ]
        })
        .boxed()
}

fn small_env() -> Env {
    let pair = || Type::record([("p", Type::Number), ("q", Type::Number)]);
    Env::new([
        ("p", Type::Number),
        ("q", Type::Number),
        ("b", Type::Bool),
        ("c", Type::Bool),
        ("r", pair()),
        ("l", Type::list(Type::record([("v", Type::Number)]))),
    ])
}

fn small_data() -> impl Strategy<Value = Json> {
    let number = || (-3_i64..4).prop_map(|n| json!(n));
    let list = prop::collection::vec(number().prop_map(|v| json!({ "v": v })), 0..4);
    (number(), number(), number(), number(), any::<[bool; 2]>(), list).prop_map(
        |(p, q, rp, rq, [b, c], l)| {
            json!({ "p": p, "q": q, "b": b, "c": c, "r": { "p": rp, "q": rq }, "l": l })
        },
    )
}

/// Hides some of what is known. The places are numbered in the order of the walk.
fn hide(value: &Value, hidden: u32, place: &mut u32) -> Value {
    let hide_this = hidden >> (*place % 32) & 1 == 1;
    *place += 1;
    if hide_this {
        return Value::unknown(Reason::Undetermined);
    }
    match value {
        Value::List(items) => Value::list(items.iter().map(|item| hide(item, hidden, place))),
        Value::Record(fields) => Value::record(
            fields.iter().map(|(name, field)| (name.clone(), hide(field, hidden, place))),
        ),
        known => known.clone(),
    }
}

/// The outcomes of a tree agree with each other.
fn consistent(verdict: &Verdict) -> bool {
    (verdict.outcome == Outcome::Unknown) == verdict.why.is_some()
        && (verdict.outcome == Outcome::Pass) == verdict.unmet().is_empty()
        && verdict.clauses.iter().all(consistent)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_harm(source in any::<String>()) {
        read(&source);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_tokens_are_read_without_harm(tokens in prop::collection::vec(token(), 0..40)) {
        read(&tokens.concat());
        read(&tokens.join(" "));
    }

    #[test]
    fn knowing_more_never_flips_a_verdict(
        source in condition(),
        data in small_data(),
        first in any::<u32>(),
        second in any::<u32>(),
    ) {
        let expr = Expr::compile(&source, &small_env(), &Type::Bool)
            .map_err(|errors| TestCaseError::fail(super::rendered(&source, &errors)))?;
        let known = scope_of(&small_env(), &data);
        let part = |hidden: u32| -> Scope {
            let mut place = 0;
            known.iter().map(|(name, v)| (name.clone(), hide(v, hidden, &mut place))).collect()
        };
        // What the second hides is part of what the first hides only if hiding is nested: hiding
        // a whole list skips the places of its items, so each is compared with the whole truth.
        let whole = expr.eval(&known, Limits::STANDARD);
        for hidden in [first & second, first] {
            let less = expr.eval(&part(hidden), Limits::STANDARD);
            prop_assert!(consistent(&less.verdict), "{:#?}", less.verdict);
            if less.verdict.outcome != Outcome::Unknown {
                prop_assert_eq!(&less.value, &whole.value, "{} over {:?}", source, part(hidden));
            }
        }
    }

    #[test]
    fn every_evaluation_ends_within_its_limits(
        source in condition(),
        data in small_data(),
        steps in 0_usize..60,
    ) {
        let expr = Expr::compile(&source, &small_env(), &Type::Bool)
            .map_err(|errors| TestCaseError::fail(super::rendered(&source, &errors)))?;
        let scope = scope_of(&small_env(), &data);
        let whole = expr.eval(&scope, Limits::STANDARD);
        let cut = expr.eval(&scope, Limits { steps, ..Limits::STANDARD });
        prop_assert!(cut.value.is_unknown() || cut.value == whole.value, "{}", source);
    }
}
