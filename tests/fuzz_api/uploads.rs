//! Workflow files that nobody should send.

use crate::{
    call::Call,
    dice::Dice,
    fuzz::{ADMIN, Fuzz},
    setup::{SAMPLE, SHIPPED},
};

/// What a line or a value is replaced with.
const PARTS: [&str; 30] = [
    "",
    "null",
    "~",
    "[]",
    "{}",
    "-1",
    "1e999",
    "99999999999999999999d",
    "0bd",
    "999999999y",
    "true",
    "'\\0'",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "!!binary aGVsbG8=",
    "!!python/object:os.system ls",
    "*nowhere",
    "&a [*a]",
    "<<: *a",
    "? [a, b]",
    "| \n  text",
    "{ en: x, ko: x, de: x }",
    "\"product.regions.exists(r, r == 'US')\"",
    "\"((((((((((((((((1))))))))))))))))\"",
    "\"1/0 > 0\"",
    "\"'a'.matches('(a+)+$')\"",
    "\"[1,2,3].map(x, [1,2,3].map(y, [x,y])).size() > 0\"",
    "2027-02-30",
    "펌프",
    "author of nothing",
];

impl Fuzz {
    pub(crate) fn workflow_upload(&mut self) -> Call {
        let mut call = self.call("publish_workflow", &[], ADMIN);
        call.header("content-type", "application/yaml");
        call.body = hostile_workflow(&mut self.dice);
        call
    }
}

/// A file that is broken, or turned against its reader, or by chance still a workflow.
pub(crate) fn hostile_workflow(dice: &mut Dice) -> Vec<u8> {
    match dice.below(20) {
        0 => return bomb().into_bytes(),
        1 => return format!("a: {}", "[".repeat(20_000)).into_bytes(),
        2 => return deep(400).into_bytes(),
        3 => return expression(dice).into_bytes(),
        4 => return b"workflow: sample\n---\nworkflow: other\n".to_vec(),
        5 => return vec![b'-'; dice.below(2000)],
        _ => {}
    }
    let source = if dice.percent(8) { SHIPPED } else { SAMPLE };
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let edits = [1, 1, 1, 2, 4][dice.below(5)];
    for _ in 0..edits {
        edit(&mut lines, dice);
    }
    let mut bytes = lines.join("\n").into_bytes();
    if dice.percent(15) {
        let at = dice.below(bytes.len());
        match dice.below(4) {
            0 => bytes.truncate(at),
            1 => bytes[at] = 0,
            2 => bytes[at] = 0xff,
            _ => bytes[at] ^= 1 << dice.below(7),
        }
    }
    bytes
}

fn edit(lines: &mut Vec<String>, dice: &mut Dice) {
    if lines.is_empty() {
        return;
    }
    let (at, other) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(8) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3 => lines[at].insert_str(0, ["  ", "\t", " "][dice.below(3)]),
        4 => lines[at] = lines[at].trim_start().to_owned(),
        5 => {
            let key = lines[at].split(':').next().unwrap_or_default().to_owned();
            lines[at] = format!("{key}: {}", dice.pick(&PARTS));
        }
        6 => word(&mut lines[at], dice),
        _ => {
            let key = lines[at].split(':').next().unwrap_or_default().len();
            lines[at].truncate(key);
        }
    }
}

/// Replaces one word of a line.
fn word(line: &mut String, dice: &mut Dice) {
    let ends = |c: char| !c.is_alphanumeric() && c != '_';
    let words: Vec<&str> = line.split(ends).filter(|word| !word.is_empty()).collect();
    let Some(word) = dice.any(&words) else { return };
    let word = (*word).to_owned();
    let with = if dice.percent(50) {
        word[..].chars().rev().collect()
    } else {
        (*dice.pick(&PARTS)).to_owned()
    };
    *line = line.replacen(&word, &with, 1);
}

/// Each line doubles the one before.
fn bomb() -> String {
    let line = |n: usize| format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1);
    (1..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| text + &line(n)) + SAMPLE
}

fn deep(depth: usize) -> String {
    let line = |n: usize| format!("{}a:\n", " ".repeat(n));
    (0..depth).map(line).collect()
}

/// The sample with another expression in the place of a criterion.
fn expression(dice: &mut Dice) -> String {
    let found = "market_size.total > money(0)";
    let with = match dice.below(6) {
        0 => format!("{}true{}", "(".repeat(500), ")".repeat(500)),
        1 => format!("{}true", "!".repeat(3000)),
        2 => "true && ".repeat(2000) + "true",
        3 => format!("{} > 0", vec!["9223372036854775807"; 40].join(" * ")),
        4 => "market_size.markets.all(a, market_size.markets.all(b, a.tam > b.tam))".to_owned(),
        _ => "market_size.total > money(-9999999999999999999999999999999)".to_owned(),
    };
    SAMPLE.replace(found, &with)
}
