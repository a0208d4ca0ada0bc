//! Requests made from the document: right by their schema, and then wrong in one way or another.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    call::{Call, escaped},
    document::Operation,
    fuzz::{ADMIN, Fuzz},
    mutate,
    uploads::hostile_workflow,
};

/// Operations that take something away; they only reach people whom nobody needs.
const SPARING: [&str; 6] = [
    "deactivate_person",
    "reactivate_person",
    "erase_person",
    "revoke_role",
    "revoke_token",
    "list_tokens",
];

impl Fuzz {
    /// Any request at all.
    pub(crate) fn any_call(&mut self) -> Call {
        let missed: Vec<usize> = self.coverage.unreached();
        let missed = self.dice.any(&missed).copied().filter(|_| self.dice.percent(30));
        let at = missed.unwrap_or_else(|| self.dice.below(self.document.operations.len()));
        let operation = self.document.operations[at].clone();
        let trail = self.trail(&operation);
        let house = ["people", "tokens", "roles", "portfolios", "workflows"];
        let house = house.iter().any(|part| operation.path.starts_with(&format!("/v1/{part}")));
        let who = trail.get("actor").and_then(|text| text.parse().ok());
        let actor = match self.dice.below(10) {
            _ if house && self.dice.percent(80) => ADMIN,
            0..6 if who.is_some() => who.unwrap_or(ADMIN),
            0..3 => ADMIN,
            3..6 => 1 + self.dice.below(2),
            _ => self.dice.below(self.actors.len()),
        };
        let sparing = SPARING.contains(&operation.id.as_str());
        let mut call = self.call(&operation.id, &[], actor);
        // Of many filters most would contradict each other.
        let asked = if operation.parameters.len() > 8 { 6 } else { 20 };
        for parameter in &operation.parameters {
            let named =
                if sparing && parameter.name == "person" { "spare" } else { &parameter.name };
            match parameter.place.as_str() {
                "path" => {
                    let known = trail.get(named).filter(|_| self.dice.percent(95));
                    let text = match known {
                        Some(known) => escaped(known),
                        None => self.part(&parameter.schema, named),
                    };
                    call.path = call.path.replace(&format!("{{{}}}", parameter.name), &text);
                }
                "query" if parameter.required || self.dice.percent(asked) => {
                    let mut maker = self.maker();
                    maker.spare_people = sparing;
                    let value = maker.value(&parameter.schema, named);
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    let odd = self.dice.percent(15) && !sparing;
                    let text = if odd { mutate::text(&mut self.dice, &self.pool) } else { text };
                    call.query.push((parameter.name.clone(), text));
                }
                _ => {}
            }
        }
        if self.dice.percent(4) {
            let name = mutate::text(&mut self.dice, &self.pool);
            call.query.push((name, "x".into()));
        }
        self.fill(&mut call, &operation.id, operation.body.as_ref());
        self.headers(&mut call);
        call
    }

    /// Parts of a path that belong together, if there are any for this operation.
    fn trail(&mut self, operation: &Operation) -> BTreeMap<&'static str, String> {
        let parts = operation.parameters.iter().filter(|one| one.place == "path");
        let needed: Vec<&str> = parts.map(|one| one.name.as_str()).collect();
        let fit = |trail: &&BTreeMap<&'static str, String>| {
            needed.iter().all(|name| trail.contains_key(*name))
        };
        let fitting: Vec<&BTreeMap<&'static str, String>> =
            self.trails.iter().filter(fit).collect();
        let wanted = !needed.is_empty() && self.dice.percent(75);
        let found = self.dice.any(&fitting).filter(|_| wanted);
        found.map_or_else(BTreeMap::new, |trail| (*trail).clone())
    }

    /// A part of a path: known, or of something else, or nothing that ever was.
    fn part(&mut self, schema: &Value, name: &str) -> String {
        if self.dice.percent(90) || name == "spare" {
            let small = schema["type"] == "integer" && self.dice.percent(80);
            if small {
                return (1 + self.dice.below(3)).to_string();
            }
            let known = if name == "digest" { None } else { self.pool.one(name, &mut self.dice) };
            let known = known.or_else(|| self.dice.any(&self.uploads).cloned());
            return known.map_or_else(
                || {
                    let value = self.maker().value(schema, name);
                    value.as_str().map_or_else(|| value.to_string(), escaped)
                },
                |known| escaped(&known),
            );
        }
        if self.dice.percent(20) {
            return ["%", "%ff", "%00", "%2e%2e", "..", "%F0%28", "a%2Fb"][self.dice.below(7)]
                .into();
        }
        escaped(&mutate::text(&mut self.dice, &self.pool))
    }

    fn fill(&mut self, call: &mut Call, id: &str, body: Option<&(String, Value)>) {
        match (id, body) {
            ("publish_workflow", _) => {
                call.header("content-type", "application/yaml");
                call.body = hostile_workflow(&mut self.dice);
            }
            ("upload_attachment", _) => {
                call.body = vec![7; self.dice.below(3000)];
                call.breaks_off = self.dice.percent(20);
            }
            ("save_draft", _) => {
                let seen = ["\"1\"", "\"2\"", "\"x\"", "*"][self.dice.below(4)];
                let name = if self.dice.percent(30) { "if-match" } else { "if-none-match" };
                call.header(name, if name == "if-match" { seen } else { "*" });
                call.header("content-type", "application/json");
                call.body = br#"{"content":{"text":"\u0000 half a sentence"}}"#.to_vec();
            }
            (_, Some((media_type, schema))) => {
                call.header("content-type", media_type.as_str());
                let value = self.maker().value(schema, "");
                call.body = value.to_string().into_bytes();
            }
            _ => {}
        }
        let spoil = !["publish_workflow", "upload_attachment"].contains(&id);
        if spoil && self.dice.percent(40) {
            self.spoil(call);
        }
    }

    /// Makes a body wrong, as JSON or as bytes.
    pub(crate) fn spoil(&mut self, call: &mut Call) {
        if self.dice.percent(25) {
            mutate::bytes(&mut call.body, &mut self.dice);
            return;
        }
        let mut body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        for _ in 0..=self.dice.below(2) {
            mutate::value(&mut body, &mut self.dice, &self.pool);
        }
        call.body = body.to_string().into_bytes();
        if !call.has("content-type") {
            call.header("content-type", "application/json");
        }
    }

    fn headers(&mut self, call: &mut Call) {
        let tags = ["\"1\"", "\"2\"", "W/\"3\"", "*", "7", "\"", "\"a\", \"b\"", "\"4294967295\""];
        if self.dice.percent(6) {
            call.header("if-match", *self.dice.pick(&tags));
        }
        if self.dice.percent(6) {
            call.header("if-none-match", *self.dice.pick(&tags));
        }
        if self.dice.percent(8) {
            let keys: [&[u8]; 6] = [b"one", b"two", b"", b"\xff", &[b'k'; 256], b"a b"];
            call.header("idempotency-key", *self.dice.pick(&keys));
        }
        if self.dice.percent(15) {
            let tongues: [&[u8]; 6] =
                [b"ko", b"ko-KR,en;q=0.1", b"\xff", b";;;q=,", b"*;q=9", b"en;q=-1"];
            call.header("accept-language", *self.dice.pick(&tongues));
        }
        if self.dice.percent(4) {
            let types: [&[u8]; 5] = [
                b"text/plain",
                b"application/json; charset=utf-16",
                b"",
                b"\xff",
                b"multipart/form-data",
            ];
            call.headers.retain(|(name, _)| name != "content-type");
            call.header("content-type", *self.dice.pick(&types));
        }
        if self.dice.percent(4) {
            let ids: [&[u8]; 4] = [b"abc-1", b"", b"\xff", b"a b"];
            call.header("x-request-id", *self.dice.pick(&ids));
        }
        if self.dice.percent(3) {
            call.header("accept-encoding", "gzip;q=1.0, identity; q=0.5");
            call.headers.retain(|(name, _)| name != "accept-encoding");
            call.header("accept", "text/csv");
        }
    }

    /// At an address that is described, by a method that is not; or at no address at all.
    pub(crate) fn stray(&mut self) -> Call {
        let mut call = self.any_call();
        let methods = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"];
        let method = *self.dice.pick(&methods);
        method_of(&mut call, method);
        if self.dice.percent(30) {
            call.path += ["/", "//", "/x", "/%00", "/../..", ";a=b"][self.dice.below(6)];
        }
        let operations = self.document.operations.iter();
        let mut same = operations.filter(|one| one.method == call.method);
        call.operation = None;
        // By chance it may be an operation all the same; then it is none of ours.
        if same.any(|one| fits(&one.path, &call.path)) {
            method_of(&mut call, "BREW");
        }
        call
    }
}

fn method_of(call: &mut Call, method: &str) {
    method.clone_into(&mut call.method);
}

fn fits(template: &str, path: &str) -> bool {
    let (parts, words) = (template.split('/'), path.split('/'));
    parts.clone().count() == words.clone().count()
        && parts.zip(words).all(|(part, word)| part.starts_with('{') || part == word)
}
