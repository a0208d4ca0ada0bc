//! `jsonschema` as an oracle: over random forms and contents both accept the same.

use indexmap::IndexMap;
use jsonschema::Validator;
use proptest::{prelude::*, sample::select};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use crate::definition::{
    Text,
    form::{Bounds, Checks, Computed, Field, FieldType, Form},
};

/// A form whose fields are written in the language, indented by eight spaces.
pub(super) fn form_of(fields: &str) -> Form {
    let source = crate::definition::tests::SAMPLE.replace(
        "\nforms:\n",
        &format!("\nforms:\n  tested:\n    title: T\n    fields:\n        {}\n", fields.trim()),
    );
    let checked = crate::definition::check(&source);
    let definition = checked.definition.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
    Form::clone(&definition.forms["tested"])
}

pub(super) fn validator(form: &Form) -> Validator {
    jsonschema::options()
        .should_validate_formats(true)
        .build(&form.json_schema())
        .expect("a form has a schema")
}

fn bounds<T: Clone + std::fmt::Debug + PartialOrd + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> impl Strategy<Value = Bounds<T>> {
    (proptest::option::of(value.clone()), proptest::option::of(value)).prop_map(
        |(min, max)| match (min, max) {
            (Some(a), Some(b)) if a > b => Bounds { min: Some(b), max: Some(a) },
            (min, max) => Bounds { min, max },
        },
    )
}

fn decimal() -> impl Strategy<Value = Decimal> + Clone {
    (-10_000_000_i64..10_000_000, 0..6_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn scalar() -> impl Strategy<Value = FieldType> {
    prop_oneof![
        (any::<bool>(), 0..4_u32, 4..9_u32).prop_map(|(long, min, max)| FieldType::Text {
            long,
            min,
            max
        }),
        bounds(-50..50_i64).prop_map(FieldType::Integer),
        bounds(decimal()).prop_map(FieldType::Number),
        bounds(decimal()).prop_map(FieldType::Percent),
        // Only "not negative" can be said of an amount in JSON Schema.
        any::<bool>().prop_map(|positive| {
            FieldType::Money(Bounds { min: positive.then_some(Decimal::ZERO), max: None })
        }),
        Just(FieldType::Date(Bounds { min: None, max: None })),
        Just(FieldType::Bool),
        Just(FieldType::Choice {
            of: ["I", "IIa", "가"].map(|key| (key.to_owned(), Text::default())).into(),
        }),
        Just(FieldType::Market),
        Just(FieldType::Language),
        Just(FieldType::Link),
    ]
}

fn fields(
    kind: impl Strategy<Value = FieldType>,
) -> impl Strategy<Value = IndexMap<crate::key::FieldKey, Field>> {
    proptest::collection::vec((kind, any::<bool>()), 1..4).prop_map(|kinds| {
        let fields = kinds.into_iter().enumerate();
        fields
            .map(|(at, (kind, required))| {
                let field =
                    Field { title: Text::default(), help: None, required, computed: None, kind };
                (format!("f{at}").parse().unwrap(), field)
            })
            .collect()
    })
}

fn form() -> impl Strategy<Value = Form> {
    let list = || {
        (scalar(), 0..2_u32, 2..4_u32).prop_map(|(of, min, max)| FieldType::List {
            of: Box::new(of),
            min,
            max,
        })
    };
    let table = (fields(prop_oneof![scalar(), list()]), 0..2_u32, 2..4_u32)
        .prop_map(|(columns, min, max)| FieldType::Table { columns, min, max });
    let list = list();
    fields(prop_oneof![4 => scalar(), 1 => list, 1 => table]).prop_map(|fields| Form {
        title: Text::default(),
        help: None,
        fields,
        checks: Checks::default(),
        computed: Computed::default(),
    })
}

/// Values that some field takes, and values that none does.
fn value() -> impl Strategy<Value = Value> {
    let texts = vec![
        "",
        "a",
        "가나다",
        "IIa",
        "가",
        "IIA",
        "DE",
        "EU-1",
        "de",
        "ko",
        "pt-BR",
        "zh-Hant-TW",
        "en-us",
        "es-419",
        "2026-02-28",
        "2026-02-29",
        "0000-01-01",
        "2026-2-3",
        "line\nline",
        "tab\t",
        "bell\u{7}",
        "https://a.b/c?d=e#f",
        "http://[::1]/",
        "https://",
        "ftp://a",
        "https://한글.kr/가",
        "https://a b",
        "https://a\n",
        "12.50",
        "-0",
        "-0.0",
        "007",
        "1.",
        "x\u{7f}",
        "0.00001",
        "999999999999999",
        "1000000000000000",
        "a\r\nb",
        "🦀🦀🦀🦀🦀",
        "1e3",
        "+1",
        "٣",
    ];
    let numbers = vec![
        json!(0),
        json!(-1),
        json!(49),
        json!(7.25),
        json!(0.1),
        json!(-0.5),
        json!(1e300),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(123_456.789),
    ];
    prop_oneof![
        4 => select(texts.clone()).prop_map(Value::from),
        3 => select(numbers),
        1 => (-60..60_i64).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => Just(json!({})),
        1 => Just(json!([])),
        3 => (select(texts), select(vec!["EUR", "KRW", "eur", "XYZ"]))
            .prop_map(|(amount, currency)| json!({ "amount": amount, "currency": currency })),
        1 => Just(json!({ "amount": "1" })),
        1 => Just(json!({ "amount": 1, "currency": "EUR" })),
        1 => Just(json!({ "amount": "1", "currency": "EUR", "more": 1 })),
    ]
}

/// Something of the right kind for a field, most of the time.
fn content_for(kind: &FieldType) -> BoxedStrategy<Value> {
    let right: BoxedStrategy<Value> = match kind {
        FieldType::Text { .. } => {
            select(vec!["abcd", "가나다라", "a b c"]).prop_map(Value::from).boxed()
        }
        FieldType::Integer(_) => (-60..60_i64).prop_map(Value::from).boxed(),
        FieldType::Number(_) | FieldType::Percent(_) => {
            decimal().prop_map(|number| number.to_string().parse::<Value>().unwrap()).boxed()
        }
        FieldType::Money(_) => Just(json!({ "amount": "12.5", "currency": "KRW" })).boxed(),
        FieldType::Date(_) => Just(json!("2026-12-25")).boxed(),
        FieldType::Bool => any::<bool>().prop_map(Value::from).boxed(),
        FieldType::Choice { .. } => Just(json!("가")).boxed(),
        FieldType::Market => Just(json!("US")).boxed(),
        FieldType::Language => Just(json!("ko")).boxed(),
        FieldType::Link => Just(json!("https://example.com")).boxed(),
        FieldType::List { of, .. } => {
            proptest::collection::vec(content_for(of), 0..4).prop_map(Value::from).boxed()
        }
        FieldType::Table { columns, .. } => {
            proptest::collection::vec(record_for(columns), 0..4).prop_map(Value::from).boxed()
        }
    };
    prop_oneof![8 => right, 1 => value()].boxed()
}

fn record_for(fields: &IndexMap<crate::key::FieldKey, Field>) -> BoxedStrategy<Value> {
    let mut record = Just(Map::new()).boxed();
    for (key, field) in fields {
        let key = key.to_string();
        record = (record, proptest::option::weighted(0.9, content_for(&field.kind)))
            .prop_map(move |(mut record, value)| {
                record.extend(value.map(|value| (key.clone(), value)));
                record
            })
            .boxed();
    }
    (record, proptest::bool::weighted(0.05))
        .prop_map(|(mut record, stranger)| {
            if stranger {
                record.insert("stranger".into(), json!(1));
            }
            Value::Object(record)
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn parse_and_the_schema_accept_the_same(
        (form, contents) in form().prop_flat_map(|form| {
            let contents = proptest::collection::vec(record_for(&form.fields), 1..12);
            (Just(form), contents)
        }),
    ) {
        let validator = validator(&form);
        for content in contents {
            let parsed = form.parse(&content);
            let errors: Vec<String> =
                validator.iter_errors(&content).map(|error| error.to_string()).collect();
            prop_assert_eq!(
                parsed.is_ok(), errors.is_empty(), "{}\n{:?}\n{:?}", content, parsed, errors
            );
        }
    }
}
