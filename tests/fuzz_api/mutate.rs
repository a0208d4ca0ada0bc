//! Values and bytes that nobody should send.

use serde_json::{Value, json};

use crate::{dice::Dice, pool::Pool};

/// Texts that have broken programs before.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "\u{0}",
    "a\u{0}b",
    "\u{feff}x",
    "\u{202e}txt",
    "🏥👩‍⚕️",
    "é\u{301}\u{327}",
    "\u{10ffff}",
    "\u{1b}[31m",
    "line\r\nline",
    "'; DROP TABLE event; --",
    "%_%",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}${7*7}",
    "null",
    "0000-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2027-02-30T00:00:00Z",
    "2026-12-31T23:59:60Z",
    "0001-01-01T00:00:00Z",
    "2027-01-04T09:00:00.123456789123Z",
    "999999999999999999999999999999.99",
];

fn scalar(dice: &mut Dice, pool: &Pool) -> Value {
    match dice.below(18) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(-1),
        3 => json!(i64::MIN),
        4 => json!(u64::MAX),
        5 => json!(2_147_483_648_u64),
        6 => json!(1e308),
        7 => json!(-0.5),
        8 => json!([]),
        9 => json!({}),
        10 => json!("x".repeat(201)),
        11 => json!("펌".repeat(30_000)),
        12 => nested(dice.below(140)),
        13 | 14 => pool.stranger(dice).map_or(Value::Null, Value::String),
        _ => json!(dice.pick(&TEXTS)),
    }
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(
        json!(1),
        |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) },
    )
}

pub(crate) fn text(dice: &mut Dice, pool: &Pool) -> String {
    match dice.below(6) {
        0 => pool.stranger(dice).unwrap_or_default(),
        1 => "x".repeat(1 + dice.below(600)),
        2 => ["-1", "0", "4294967296", "99999999999999999999", "1e3", "+5", "٣", "007"]
            [dice.below(8)]
        .to_owned(),
        _ => (*dice.pick(&TEXTS)).to_owned(),
    }
}

/// Changes one place of a value.
pub(crate) fn value(whole: &mut Value, dice: &mut Dice, pool: &Pool) {
    let mut places = Vec::new();
    collect(whole, &mut String::new(), &mut places);
    let place = dice.pick(&places).clone();
    let Some(target) = whole.pointer_mut(&place) else { return };
    match target {
        Value::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            match (dice.below(4), dice.any(&names)) {
                (0, Some(name)) => {
                    fields.shift_remove(name);
                }
                (1, Some(name)) => {
                    let value = fields.shift_remove(name).unwrap_or_default();
                    fields.insert(text(dice, pool), value);
                }
                (2, _) => {
                    fields.insert(text(dice, pool), scalar(dice, pool));
                }
                _ => *target = scalar(dice, pool),
            }
        }
        Value::Array(items) if dice.percent(60) => {
            let item = items.first().cloned().unwrap_or_else(|| scalar(dice, pool));
            let times = [1, 2, 501][dice.below(3)];
            items.extend(std::iter::repeat_n(item, times));
        }
        _ => *target = scalar(dice, pool),
    }
}

fn collect(value: &Value, at: &mut String, places: &mut Vec<String>) {
    places.push(at.clone());
    let length = at.len();
    let mut below = |name: &str, value: &Value, places: &mut Vec<String>| {
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        collect(value, at, places);
        at.truncate(length);
    };
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| below(name, value, places));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate().take(20);
            items.for_each(|(at, value)| below(&at.to_string(), value, places));
        }
        _ => {}
    }
}

/// Changes a text as bytes.
pub(crate) fn bytes(whole: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(whole.len() + 1);
    let put = |whole: &mut Vec<u8>, more: &[u8]| {
        whole.splice(at..at, more.iter().copied());
    };
    match dice.below(11) {
        0 => whole.truncate(at),
        1 => put(whole, b"\xff\xfe"),
        2 => put(whole, b"\xed\xa0\x80"),
        3 => put(whole, b"\0"),
        4 => put(whole, b"\\ud800"),
        5 => put(whole, b",,"),
        6 => whole.splice(0..0, *b"\xef\xbb\xbf").for_each(drop),
        7 => whole.extend_from_slice(b" {}"),
        8 => put(whole, &b"[".repeat(3000)),
        9 => put(whole, &b"\"a\":1,".repeat(2)),
        _ => {
            if let Some(byte) = whole.get_mut(at) {
                *byte ^= 1 << dice.below(8);
            }
        }
    }
}
