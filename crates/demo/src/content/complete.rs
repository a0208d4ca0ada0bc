//! Completes a draft by the form's own fields: keeps what fits, drops what the form does not have,
//! and writes what is missing from the phrase bank and the types.

use indexmap::IndexMap;
use serde_json::{Map, Number, Value, json};
use sluicegate_core::{
    definition::form::{Bounds, Field, FieldType, Form},
    key::FieldKey,
};

use super::{
    Writer,
    figures::{books, money},
    words::filled,
};
use crate::dice::Dice;

/// Rows of a table about which nobody has said anything.
const ROWS: i64 = 3;

/// Where a field stands: the form, the table, the row.
#[derive(Clone, Copy)]
struct At<'a> {
    form: &'a str,
    table: &'a str,
    row: usize,
}

impl Writer<'_> {
    pub(super) fn complete(&self, form: &Form, draft: &Value, key: &str) -> Value {
        let at = At { form: key, table: "", row: 0 };
        let mut dice = self.dice(key);
        let mut content = Map::new();
        for (name, field) in form.fields.iter().filter(|(_, field)| by_hand(field)) {
            let given = draft.get(name.as_str());
            if let Some(value) = self.value(name.as_str(), field, given, at, &mut dice) {
                content.insert(name.to_string(), value);
            }
        }
        Value::Object(content)
    }

    /// The value of a field: the draft's, or one that is made; none: it is left out.
    fn value(
        &self,
        name: &str,
        field: &Field,
        given: Option<&Value>,
        at: At<'_>,
        dice: &mut Dice,
    ) -> Option<Value> {
        match (given, &field.kind) {
            // The draft says that this stays empty.
            (Some(Value::Null), _) if !field.required => None,
            (Some(Value::Array(rows)), FieldType::Table { columns, max, .. }) => {
                let most = usize::try_from(*max).unwrap_or(usize::MAX);
                let rows = rows.get(..most).unwrap_or(rows);
                Some(self.table(name, columns, rows, at, dice))
            }
            (Some(value), _) if !value.is_null() => Some(value.clone()),
            _ if field.required || self.known(name, at) => {
                Some(self.made(name, &field.kind, at, dice))
            }
            // Nobody has said anything worth reading about it.
            _ if matches!(field.kind, FieldType::Text { .. } | FieldType::Table { .. }) => None,
            _ if dice.percent(55) => Some(self.made(name, &field.kind, at, dice)),
            _ => None,
        }
    }

    fn table(
        &self,
        name: &str,
        columns: &IndexMap<FieldKey, Field>,
        rows: &[Value],
        at: At<'_>,
        dice: &mut Dice,
    ) -> Value {
        let row = |(row, given): (usize, &Value)| {
            let at = At { table: name, row, ..at };
            let mut made = Map::new();
            for (column, field) in columns.iter().filter(|(_, field)| by_hand(field)) {
                let given = given.get(column.as_str());
                if let Some(value) = self.value(column.as_str(), field, given, at, dice) {
                    made.insert(column.to_string(), value);
                }
            }
            Value::Object(made)
        };
        Value::Array(rows.iter().enumerate().map(row).collect())
    }

    fn known(&self, name: &str, at: At<'_>) -> bool {
        keys(name, at).iter().any(|key| self.data.phrases.contains_key(key))
    }

    fn made(&self, name: &str, kind: &FieldType, at: At<'_>, dice: &mut Dice) -> Value {
        match kind {
            FieldType::Text { min, max, .. } => json!(self.text(name, *min, *max, at, dice)),
            FieldType::Integer(bounds) => json!(whole(name, *bounds, self.year(), dice)),
            FieldType::Number(bounds) | FieldType::Percent(bounds) => {
                let wanted = decimal(name, at.row, dice);
                let low = bounds.min.and_then(|min| min.to_string().parse().ok());
                let high = bounds.max.and_then(|max| max.to_string().parse().ok());
                let value = wanted.max(low.unwrap_or(f64::MIN)).min(high.unwrap_or(f64::MAX));
                Number::from_f64((value * 10.0).round() / 10.0).map_or(Value::Null, Value::Number)
            }
            FieldType::Money(_) => money(self.amount(name, dice), books(self.sheet)),
            FieldType::Date(bounds) => {
                let wanted = self.in_days(days(name, dice));
                let low = bounds.min.map(|min| min.to_string()).filter(|min| *min > wanted);
                let high = bounds.max.map(|max| max.to_string()).filter(|max| *max < wanted);
                json!(low.or(high).unwrap_or(wanted))
            }
            FieldType::Bool => json!(!AGAINST.iter().any(|word| name.contains(word))),
            FieldType::Choice { of } => json!(choice(&of.keys().collect::<Vec<_>>(), at.row)),
            FieldType::List { of, min, .. } => {
                let count = (*min).max(2);
                let one = |row| {
                    let at = At { row: usize::try_from(row).unwrap_or(0), ..at };
                    self.made(name, of, at, dice)
                };
                let mut items: Vec<Value> = (0..count).map(one).collect();
                if *min < 2 {
                    items.dedup();
                }
                Value::Array(items)
            }
            FieldType::Table { columns, min, max } => {
                let by_market =
                    columns.values().any(|column| matches!(column.kind, FieldType::Market));
                let rows = if by_market && self.market.is_none() {
                    self.sheet.markets.len()
                } else {
                    usize::try_from(dice.between(2, ROWS)).unwrap_or(2)
                };
                let at_least = usize::try_from(*min).unwrap_or(0);
                let at_most = usize::try_from(*max).unwrap_or(usize::MAX);
                let empty = vec![json!({}); rows.clamp(at_least.max(1), at_most)];
                self.table(name, columns, &empty, at, dice)
            }
            FieldType::Market => {
                let markets = &self.sheet.markets;
                json!(self.market.map_or_else(
                    || markets.get(at.row % markets.len().max(1)).cloned().unwrap_or_default(),
                    str::to_owned
                ))
            }
            FieldType::Language => {
                let languages = self.place(self.here()).map(|place| place.languages.clone());
                let languages = languages.unwrap_or_default();
                json!(languages.first().map_or("en", String::as_str))
            }
            FieldType::Link => {
                json!(format!("https://docs.solmaru.example/{}/{}/{name}", self.sheet.key, at.form))
            }
        }
    }

    fn text(&self, name: &str, min: u32, max: u32, at: At<'_>, dice: &mut Dice) -> String {
        let found = keys(name, at).into_iter().find(|key| self.data.phrases.contains_key(key));
        let text = found.and_then(|key| {
            let said = self.data.phrases.get(&key)?;
            // Rows of one table do not repeat each other while there is something else to say.
            let say =
                if at.table.is_empty() { dice.pick(said) } else { said.get(at.row % said.len()) };
            Some(filled(self.data, self.sheet, self.sheet.tongue, self.tell(say?)))
        });
        let text = text.unwrap_or_else(|| self.name_or_note(name, at, dice));
        let most = usize::try_from(max).unwrap_or(usize::MAX);
        let mut text: String = text.chars().take(most).collect();
        while u32::try_from(text.chars().count()).unwrap_or(u32::MAX) < min {
            text.push('.');
        }
        text
    }

    /// People, places and numbers by the name of the field; else a reference to where it is kept.
    fn name_or_note(&self, name: &str, at: At<'_>, dice: &mut Dice) -> String {
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let here = self.place(self.here());
        if is(&["owner", "responsible", "lead", "by_whom", "who"]) {
            return self.name_of("product_marketing_manager");
        }
        if is(&["physician", "author", "speaker", "trainer", "doctor"]) || name == "name" {
            let found = self.physician(self.here(), at.row);
            return found.map(|who| who.name).unwrap_or_default();
        }
        if is(&["site", "hospital", "institution", "account", "customer"]) {
            let sites = here.map(|place| place.sites.as_slice()).unwrap_or_default();
            let found = sites.get(at.row % sites.len().max(1));
            return found.map(|say| self.tell(say).to_owned()).unwrap_or_default();
        }
        if is(&["version"]) {
            return format!("{}.{}", self.revision, dice.between(0, 4));
        }
        if name == "id" || is(&["number", "reference", "code"]) {
            return format!("{}-{:03}", self.sheet.line.to_uppercase(), at.row + 1);
        }
        if is(&["source", "evidence"]) {
            return self.sheet.finding.clone();
        }
        if is(&["competitor", "rival"]) {
            let rivals = self.device().map(|device| device.rivals.as_slice()).unwrap_or_default();
            let found = rivals.get(at.row % rivals.len().max(1));
            return found.map(|rival| rival.name.clone()).unwrap_or_default();
        }
        if is(&["segment"]) {
            let all = self.device().map(|device| device.segments.as_slice()).unwrap_or_default();
            let found = all.get(at.row % all.len().max(1));
            return found.map(|segment| self.tell(&segment.name).to_owned()).unwrap_or_default();
        }
        let part = name.replace('_', " ");
        match self.sheet.tongue {
            crate::data::Tongue::En => {
                format!(
                    "Agreed in the project meeting; {part} is kept in the file of {}.",
                    self.sheet.line
                )
            }
            crate::data::Tongue::Ko => {
                format!(
                    "과제 회의에서 합의함. 상세 내용({part})은 {} 과제 파일 참조.",
                    self.sheet.line
                )
            }
        }
    }

    /// In US dollars, of a size that fits the name of the field.
    #[expect(clippy::cast_precision_loss, reason = "figures of a demo have few digits")]
    fn amount(&self, name: &str, dice: &mut Dice) -> f64 {
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if is(&["price", "asp", "lowest", "floor", "ceiling"]) {
            self.sheet.price * 0.9
        } else if is(&["unit_cost", "cogs"]) {
            self.sheet.cost
        } else if is(&["revenue", "sales"]) {
            super::figures::Figures::of(self).peak()
        } else if is(&["fee"]) {
            dice.between(4, 14) as f64 * 500.0
        } else if is(&["budget", "investment"]) {
            dice.between(12, 90) as f64 * 5_000.0
        } else {
            dice.between(4, 60) as f64 * 500.0
        }
    }
}

/// Names of truths that nobody wants.
const AGAINST: &[&str] = &[
    "overdue",
    "blocked",
    "critical",
    "refused",
    "withdrawn",
    "recall",
    "held_by_few",
    "escalated",
    "open_signal",
    "cannot",
    "missing",
    "discontinued",
    "exceeded",
    "reportable",
    "breach",
];

/// Answers that let a product go on, the best first.
const BEST: &[&str] = &[
    "approved",
    "accepted",
    "closed",
    "done",
    "pass",
    "passed",
    "met",
    "agreed",
    "clear",
    "granted",
    "in_place",
    "complete",
    "completed",
    "decided",
    "confirmed",
    "signed",
    "fixed",
    "resolved",
    "low",
    "minor",
    "none",
    "covered",
    "active",
    "ready",
];

/// What is computed nobody fills in.
fn by_hand(field: &Field) -> bool {
    field.computed.is_none()
}

/// The keys under which a phrase may stand, the narrowest first.
fn keys(name: &str, at: At<'_>) -> Vec<String> {
    let mut keys = Vec::new();
    if !at.table.is_empty() {
        keys.push(format!("{}.{}.{name}", at.form, at.table));
        keys.push(format!("{}.{name}", at.table));
    }
    keys.push(format!("{}.{name}", at.form));
    keys.push(name.to_owned());
    keys
}

fn choice(of: &[&String], row: usize) -> String {
    let best = BEST.iter().find(|word| of.iter().any(|key| key == *word));
    let by_row = of.get(row % of.len().max(1)).map(ToString::to_string).unwrap_or_default();
    best.map_or(by_row, |word| (*word).to_owned())
}

fn whole(name: &str, bounds: Bounds<i64>, year: i32, dice: &mut Dice) -> i64 {
    let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let wanted = if is(&["overdue", "open", "missed", "failed", "critical", "recalls", "high"]) {
        0
    } else if name.contains("year") {
        i64::from(year)
    } else if is(&["units", "procedures", "capacity"]) {
        dice.between(20, 90) * 10
    } else {
        dice.between(3, 24)
    };
    let wanted = wanted.max(bounds.min.unwrap_or(i64::MIN));
    wanted.min(bounds.max.unwrap_or(i64::MAX))
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn decimal(name: &str, row: usize, dice: &mut Dice) -> f64 {
    if name.contains("share") || name.contains("weight") {
        return [20.0, 25.0, 30.0][row % 3];
    }
    dice.between(30, 240) as f64 / 10.0
}

/// Days from today, by the name of a date.
fn days(name: &str, dice: &mut Dice) -> i64 {
    const AHEAD: &[&str] =
        &["due", "by", "until", "next", "expected", "deadline", "end", "target", "plan"];
    let ahead = AHEAD.iter().any(|word| name.split('_').any(|part| part == *word));
    if ahead { dice.between(25, 150) } else { -dice.between(4, 60) }
}
