//! Where both are defined, our answer is that of the crate `cel`.
//!
//! The expressions are made so that decimal and binary fractions agree: few digits, all of them
//! multiples of a quarter. They carry only the parentheses that they need, so that precedence
//! is tested too. They stay shallow: `cel` recurses without a bound.

use std::collections::HashMap;
use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::prelude::ToPrimitive;

use super::super::{Env, Expr, Limits, Scope, Type, Value};

/// Source text with the strength of its outermost operator.
type Source = (String, u8);

const TERNARY: u8 = 0;
const OR: u8 = 1;
const AND: u8 = 2;
const RELATION: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;
const PREFIX: u8 = 6;
const MEMBER: u8 = 7;

fn at_least(strength: u8, (source, own): &Source) -> String {
    if *own < strength { format!("({source})") } else { source.clone() }
}

/// `left sign right`, grouped from the left.
fn joined(sign: &str, strength: u8, left: &Source, right: &Source) -> Source {
    let (left, right) = (at_least(strength, left), at_least(strength + 1, right));
    (format!("{left} {sign} {right}"), strength)
}

fn either(condition: &Source, then: &Source, otherwise: &Source) -> Source {
    let (condition, then) = (at_least(OR, condition), at_least(OR, then));
    (format!("{condition} ? {then} : {}", at_least(TERNARY, otherwise)), TERNARY)
}

fn leaf(source: impl ToString) -> Source {
    let source = source.to_string();
    let strength = if source.starts_with('-') { PREFIX } else { MEMBER };
    (source, strength)
}

/// Expressions of one depth for each type; `x` is known within loops only.
#[derive(Clone)]
struct Sources {
    int: BoxedStrategy<Source>,
    number: BoxedStrategy<Source>,
    text: BoxedStrategy<Source>,
    list: BoxedStrategy<Source>,
    bool: BoxedStrategy<Source>,
}

fn leaves(in_loop: bool) -> Sources {
    let local = if in_loop { "x" } else { "n" };
    Sources {
        int: prop_oneof![(-20_i64..20).prop_map(leaf), Just(leaf("n")), Just(leaf(local))].boxed(),
        number: prop_oneof![
            (-20_i32..20).prop_map(|quarters| leaf(format!("{:.2}", f64::from(quarters) / 4.0))),
            Just(leaf("d")),
        ]
        .boxed(),
        text: prop_oneof![
            prop::sample::select(vec!["''", "'a'", "'ab'", "'b'", "\"é\\n\""]).prop_map(leaf),
            Just(leaf("s")),
            Just(leaf("r.s")),
        ]
        .boxed(),
        list: prop_oneof![
            prop::collection::vec(-3_i64..4, 0..4).prop_map(|items| leaf(format!("{items:?}"))),
            Just(leaf("l")),
            Just(leaf("r.l")),
        ]
        .boxed(),
        bool: prop_oneof![Just(leaf("true")), Just(leaf("false")), Just(leaf("b"))].boxed(),
    }
}

fn sources(depth: u32, in_loop: bool) -> Sources {
    if depth == 0 {
        return leaves(in_loop);
    }
    let below = sources(depth - 1, in_loop);
    let within = sources(depth - 1, true);
    Sources {
        int: ints(&below),
        number: numbers(&sources(depth.min(2) - 1, in_loop), &below),
        text: prop_oneof![
            below.text.clone(),
            (below.text.clone(), below.text.clone()).prop_map(|(a, b)| joined("+", SUM, &a, &b)),
            below.int.clone().prop_map(|(int, _)| leaf(format!("string({int})"))),
        ]
        .boxed(),
        list: lists(&below, &within),
        bool: bools(&below, &within),
    }
}

fn ints(below: &Sources) -> BoxedStrategy<Source> {
    let pair = (below.int.clone(), below.int.clone());
    prop_oneof![
        2 => below.int.clone(),
        4 => (pair.clone(), prop::sample::select(vec![
            ("+", SUM), ("-", SUM), ("*", PRODUCT), ("/", PRODUCT), ("%", PRODUCT),
        ])).prop_map(|((a, b), (sign, strength))| joined(sign, strength, &a, &b)),
        1 => below.int.clone().prop_map(|a| (format!("-{}", at_least(MEMBER, &a)), PREFIX)),
        1 => below.list.clone().prop_map(|l| leaf(format!("{}.size()", at_least(MEMBER, &l)))),
        1 => below.text.clone().prop_map(|(text, _)| leaf(format!("size({text})"))),
        1 => (below.list.clone(), below.int.clone())
            .prop_map(|(l, (i, _))| leaf(format!("{}[{i}]", at_least(MEMBER, &l)))),
        1 => below.number.clone().prop_map(|(number, _)| leaf(format!("int({number})"))),
        1 => (below.bool.clone(), pair).prop_map(|(c, (a, b))| either(&c, &a, &b)),
    ]
    .boxed()
}

fn numbers(shallow: &Sources, below: &Sources) -> BoxedStrategy<Source> {
    let signs = prop::sample::select(vec![("+", SUM), ("-", SUM), ("*", PRODUCT)]);
    prop_oneof![
        shallow.number.clone(),
        (shallow.number.clone(), shallow.number.clone(), signs)
            .prop_map(|(a, b, (sign, strength))| joined(sign, strength, &a, &b)),
        (below.bool.clone(), shallow.number.clone(), shallow.number.clone())
            .prop_map(|(c, a, b)| either(&c, &a, &b)),
    ]
    .boxed()
}

fn lists(below: &Sources, within: &Sources) -> BoxedStrategy<Source> {
    let looped = |(l, condition, value): (Source, Source, Source), kind: u8| {
        let list = at_least(MEMBER, &l);
        leaf(match kind {
            0 => format!("{list}.filter(x, {})", condition.0),
            1 => format!("{list}.map(x, {})", value.0),
            _ => format!("{list}.map(x, {}, {})", condition.0, value.0),
        })
    };
    prop_oneof![
        below.list.clone(),
        (below.list.clone(), below.list.clone()).prop_map(|(a, b)| joined("+", SUM, &a, &b)),
        prop::collection::vec(below.int.clone(), 0..3).prop_map(|items| {
            let items: Vec<String> = items.into_iter().map(|(item, _)| item).collect();
            leaf(format!("[{}]", items.join(", ")))
        }),
        ((below.list.clone(), within.bool.clone(), within.int.clone()), 0_u8..3)
            .prop_map(move |(parts, kind)| looped(parts, kind)),
    ]
    .boxed()
}

fn bools(below: &Sources, within: &Sources) -> BoxedStrategy<Source> {
    let relations = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let compared = |of: &BoxedStrategy<Source>| {
        (of.clone(), of.clone(), relations())
            .prop_map(|(a, b, sign)| joined(sign, RELATION, &a, &b))
            .boxed()
    };
    let tests = prop::sample::select(vec!["startsWith", "endsWith", "contains"]);
    let loops = prop::sample::select(vec!["all", "exists", "exists_one"]);
    let pair = (below.bool.clone(), below.bool.clone());
    prop_oneof![
        compared(&below.int),
        compared(&below.number),
        compared(&below.text),
        (below.list.clone(), below.list.clone(), prop::sample::select(vec!["==", "!="]))
            .prop_map(|(a, b, sign)| joined(sign, RELATION, &a, &b)),
        (below.int.clone(), below.list.clone()).prop_map(|(a, l)| joined("in", RELATION, &a, &l)),
        pair.clone().prop_map(|(a, b)| joined("&&", AND, &a, &b)),
        pair.clone().prop_map(|(a, b)| joined("||", OR, &a, &b)),
        pair.clone().prop_map(|(a, b)| joined("==", RELATION, &a, &b)),
        (below.bool.clone(), pair).prop_map(|(c, (a, b))| either(&c, &a, &b)),
        below.bool.clone().prop_map(|a| (format!("!{}", at_least(MEMBER, &a)), PREFIX)),
        (below.text.clone(), below.text.clone(), tests)
            .prop_map(|(a, (b, _), test)| leaf(format!("{}.{test}({b})", at_least(MEMBER, &a)))),
        (below.list.clone(), within.bool.clone(), loops)
            .prop_map(|(l, (c, _), name)| leaf(format!("{}.{name}(x, {c})", at_least(MEMBER, &l)))),
        prop::sample::select(vec!["has(r.s)", "has(r.gone)"]).prop_map(leaf),
    ]
    .boxed()
}

fn env() -> Env {
    let record =
        Type::record([("s", Type::Text), ("l", Type::list(Type::Int)), ("gone", Type::Int)]);
    Env::new([
        ("n", Type::Int),
        ("d", Type::Number),
        ("s", Type::Text),
        ("l", Type::list(Type::Int)),
        ("b", Type::Bool),
        ("r", record),
    ])
}

#[derive(Debug, Clone)]
struct Data {
    n: i64,
    quarters: i32,
    s: String,
    l: Vec<i64>,
    b: bool,
}

fn data() -> impl Strategy<Value = Data> {
    ("[ab]{0,3}", prop::collection::vec(-3_i64..4, 0..4), -9_i64..9, -20..20_i32, any::<bool>())
        .prop_map(|(s, l, n, quarters, b)| Data { n, quarters, s, l, b })
}

fn ours(source: &str, data: &Data) -> Value {
    let expr = Expr::compile(source, &env(), &Type::Any)
        .unwrap_or_else(|errors| panic!("{}", super::rendered(source, &errors)));
    let list = Value::list(data.l.iter().map(|item| Value::Int(*item)));
    let record = Value::record([("s", Value::text(&data.s)), ("l", list.clone())]);
    let number = rust_decimal::Decimal::new(i64::from(data.quarters) * 25, 2);
    let scope: Scope = [
        ("n".to_owned(), Value::Int(data.n)),
        ("d".to_owned(), Value::Number(number)),
        ("s".to_owned(), Value::text(&data.s)),
        ("l".to_owned(), list),
        ("b".to_owned(), Value::Bool(data.b)),
        ("r".to_owned(), record),
    ]
    .into();
    expr.eval(&scope, Limits::STANDARD).value
}

fn theirs(source: &str, data: &Data) -> Option<cel::Value> {
    let program = cel::Program::compile(source).unwrap_or_else(|e| panic!("{source}: {e}"));
    let mut context = cel::Context::default();
    let list: Vec<cel::Value> = data.l.iter().map(|item| cel::Value::Int(*item)).collect();
    let list = cel::Value::List(Arc::new(list));
    let text = cel::Value::String(Arc::new(data.s.clone()));
    let record: HashMap<String, cel::Value> =
        [("s".to_owned(), text.clone()), ("l".to_owned(), list.clone())].into();
    context.add_variable_from_value("n", data.n);
    context.add_variable_from_value("d", f64::from(data.quarters) / 4.0);
    context.add_variable_from_value("s", text);
    context.add_variable_from_value("l", list);
    context.add_variable_from_value("b", data.b);
    context.add_variable_from_value("r", record);
    program.execute(&context).ok()
}

fn agree(ours: &Value, theirs: &cel::Value) -> bool {
    match (ours, theirs) {
        (Value::Bool(a), cel::Value::Bool(b)) => a == b,
        (Value::Int(a), cel::Value::Int(b)) => a == b,
        (Value::Number(a), cel::Value::Float(b)) => a.to_f64() == Some(*b),
        (Value::Text(a), cel::Value::String(b)) => **a == ***b,
        (Value::List(a), cel::Value::List(b)) => {
            // CEL has no items that are unknown: it fails as a whole.
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| agree(a, b))
        }
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn we_agree_with_cel(
        source in {
            let all = sources(3, false);
            prop_oneof![4 => all.bool, 1 => all.int, 1 => all.number, 1 => all.text, 1 => all.list]
        },
        data in data(),
    ) {
        let ours = ours(&source.0, &data);
        if let Some(theirs) = theirs(&source.0, &data) && !ours.is_unknown() {
            prop_assert!(agree(&ours, &theirs), "{}: {:?} but CEL {:?}", source.0, ours, theirs);
        }
    }
}
