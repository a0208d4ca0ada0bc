//! Values that a schema allows.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::{dice::Dice, pool::Pool};

/// Makes values, from what is known where a schema names something that must exist.
pub(crate) struct Maker<'a> {
    pub(crate) root: &'a Value,
    pub(crate) pool: &'a Pool,
    pub(crate) dice: &'a mut Dice,
    pub(crate) now: DateTime<Utc>,
    /// People whose account may be closed in a test.
    pub(crate) spare_people: bool,
}

/// One of these fits nearly every pattern of a form.
const TEXTS: [&str; 18] = [
    "x",
    "Pump 2",
    "펌프 2",
    "KR",
    "US",
    "en",
    "ko-KR",
    "2027-03-01",
    "12.50",
    "1200000",
    "0.01",
    "EUR",
    "https://example.com/a",
    "main",
    "go",
    "10",
    "true",
    "a b c d e f",
];

impl Maker<'_> {
    pub(crate) fn value(&mut self, schema: &Value, name: &str) -> Value {
        self.at(schema, name, 0)
    }

    fn at(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let pointer = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
        if let Some(found) = pointer.and_then(|pointer| self.root.pointer(pointer)) {
            let found = found.clone();
            return self.at(&found, name, depth + 1);
        }
        if let Some(constant) = schema.get("const") {
            return constant.clone();
        }
        if let Some(choices) = schema["enum"].as_array() {
            return self.dice.any(choices).cloned().unwrap_or_default();
        }
        let ways = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
        if let Some(ways) = ways {
            let real: Vec<&Value> = ways.iter().filter(|way| way["type"] != "null").collect();
            let way = self.dice.any(&real).copied().cloned().unwrap_or_default();
            return if self.dice.percent(10) {
                Value::Null
            } else {
                self.at(&way, name, depth + 1)
            };
        }
        let kind = match &schema["type"] {
            Value::String(one) => one.clone(),
            Value::Array(several) => {
                if self.dice.percent(10) {
                    return Value::Null;
                }
                several
                    .iter()
                    .filter_map(Value::as_str)
                    .find(|it| *it != "null")
                    .unwrap_or("")
                    .into()
            }
            _ => String::new(),
        };
        match kind.as_str() {
            "boolean" => json!(self.dice.percent(70)),
            "integer" => json!(self.number(schema)),
            "number" if self.dice.percent(50) => json!(self.number(schema)),
            "number" => json!(Self::between(schema)),
            "array" => self.list(schema, name, depth),
            "object" => self.object(schema, depth),
            "string" => json!(self.text(schema, name)),
            _ => json!({ "text": "x" }),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "bounds of schemas are small")]
    fn number(&mut self, schema: &Value) -> i64 {
        let bound = |name: &str| {
            schema[name].as_i64().or_else(|| schema[name].as_f64().map(|it| it as i64))
        };
        let from = bound("minimum").unwrap_or(0);
        let to = bound("maximum").unwrap_or(from + 9).max(from);
        match self.dice.below(5) {
            0 => from,
            1 => to,
            _ => from + (i64::try_from(self.dice.below(10)).unwrap_or(0)).min(to - from),
        }
    }

    fn between(schema: &Value) -> f64 {
        let from = schema["minimum"].as_f64().unwrap_or(0.0);
        let to = schema["maximum"].as_f64().unwrap_or(from + 9.0);
        from + (to - from) / 2.0
    }

    fn list(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(0)).unwrap_or(0);
        let count = least.max(if depth > 6 { 0 } else { self.dice.below(3) });
        let singular = name.strip_suffix('s').unwrap_or(name).to_owned();
        let mut items: Vec<Value> = Vec::new();
        for _ in 0..count {
            let item = self.at(&schema["items"], &singular, depth + 1);
            if !items.contains(&item) {
                items.push(item);
            }
        }
        Value::Array(items)
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let mut object = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let wanted = required.contains(&name.as_str()) || (depth < 6 && self.dice.percent(50));
            if wanted {
                object.insert(name.clone(), self.at(schema, name, depth + 1));
            }
        }
        let names = &schema["propertyNames"];
        if let (true, Some(more)) = (names.is_object(), schema.get("additionalProperties")) {
            for _ in 0..self.dice.below(3) {
                let name = self.text(names, "item");
                object.insert(name, self.at(more, "", depth + 1));
            }
        }
        Value::Object(object)
    }

    pub(crate) fn text(&mut self, schema: &Value, name: &str) -> String {
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        let person = if self.spare_people { "spare" } else { "person" };
        let ids = [("prd_", "product"), ("psn_", person), ("tok_", "token"), ("{64}$", "digest")];
        for (mark, kind) in ids {
            if pattern.contains(mark) {
                return self.pool.one(kind, self.dice).unwrap_or_else(|| mark.to_owned());
            }
        }
        match schema["format"].as_str() {
            Some("date-time") => {
                let forms =
                    ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:60.5Z", "%Y-%m-%dT%H:%M:%S.123456789Z"];
                let form =
                    if self.dice.percent(90) { forms[0] } else { forms[1 + self.dice.below(2)] };
                return self.time().format(form).to_string();
            }
            Some("date") => return self.time().format("%Y-%m-%d").to_string(),
            _ => {}
        }
        let known = self.pool.one(name, self.dice);
        if let Some(known) =
            known.filter(|_| pattern.starts_with("^[a-z]") || self.dice.percent(20))
        {
            return known;
        }
        let Ok(fits) = jsonschema::validator_for(schema) else { return "x".to_owned() };
        let first = self.dice.below(TEXTS.len());
        let tried = TEXTS.iter().cycle().skip(first).take(TEXTS.len());
        let found = tried.copied().find(|text| fits.is_valid(&json!(text)));
        found.unwrap_or("x").to_owned()
    }

    fn time(&mut self) -> DateTime<Utc> {
        let days = i64::try_from(self.dice.below(120)).unwrap_or(0);
        self.now + TimeDelta::days(days - 4)
    }
}
