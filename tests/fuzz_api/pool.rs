//! What former answers have named: ids, keys, numbers, cursors, by the name of their field.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dice::Dice;

#[derive(Debug, Default)]
pub(crate) struct Pool(BTreeMap<String, Vec<String>>);

/// So many of each kind are kept; a later one takes the place of an older one.
const MOST: usize = 60;

impl Pool {
    pub(crate) fn put(&mut self, kind: &str, text: &str) {
        let kept = self.0.entry(kind.to_owned()).or_default();
        if kept.iter().any(|one| one == text) {
            return;
        }
        if kept.len() == MOST {
            kept.remove(MOST / 2);
        }
        kept.push(text.to_owned());
    }

    pub(crate) fn all(&self, kind: &str) -> &[String] {
        self.0.get(kind).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn one(&self, kind: &str, dice: &mut Dice) -> Option<String> {
        dice.any(self.all(kind)).cloned()
    }

    /// Of whatever kind.
    pub(crate) fn stranger(&self, dice: &mut Dice) -> Option<String> {
        let kinds: Vec<&Vec<String>> = self.0.values().filter(|kept| !kept.is_empty()).collect();
        let kept = dice.any(&kinds)?;
        dice.any(kept.as_slice()).cloned()
    }

    /// Remembers what an answer names.
    pub(crate) fn harvest(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let kind = if field == "key" { name } else { field };
                    self.harvest(kind, value);
                }
            }
            Value::Array(items) => {
                for item in items.iter().take(40) {
                    self.harvest(singular(name), item);
                }
            }
            Value::String(text) => self.text(name, text),
            Value::Number(number) if is_number_of(name) => self.put(name, &number.to_string()),
            _ => {}
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        let hex =
            |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some((_, kind)) = IDS.iter().find(|(prefix, _)| text.starts_with(prefix)) {
            self.put(kind, text);
        } else if hex(text) {
            self.put("digest", text);
        } else if text.starts_with("tok_") {
            // Those of the actors must live; who may be spared is remembered elsewhere.
        } else if text.len() <= 80 && !text.contains(' ') {
            self.put(name, text);
        }
    }
}

/// How ids and secrets begin, and which parts of a path they fit.
const IDS: [(&str, &str); 10] = [
    ("prd_", "product"),
    ("psn_", "person"),
    ("lnk_", "link"),
    ("ida_", "idea"),
    ("fbk_", "feedback"),
    ("fdy_", "field_day"),
    ("viw_", "view"),
    ("ssn_", "session"),
    ("sgl_", "secret"),
    ("sgi_", "secret"),
];

fn is_number_of(name: &str) -> bool {
    ["submission", "condition", "review", "revision", "number", "version", "position", "obligation"]
        .contains(&name)
}

/// The field in which a list of such keys stands.
fn singular(name: &str) -> &str {
    match name {
        "duties" => "duty",
        "must" => "criterion",
        "checklist" | "items" => "item",
        "portfolios" => "portfolio",
        _ => name.strip_suffix('s').unwrap_or(name),
    }
}
