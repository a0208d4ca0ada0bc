//! What must hold of every answer.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    call::{Call, Reply},
    document::Document,
};

const PROBLEMS: &str = include_str!("../../docs/reference/problems.md");

/// The codes that the reference explains.
pub(crate) struct Codes {
    /// Of problem documents: each has a part of its own.
    documents: BTreeSet<&'static str>,
    /// Anything that is written as code.
    all: BTreeSet<&'static str>,
}

impl Codes {
    pub(crate) fn read() -> Self {
        let heading =
            |line: &'static str| line.strip_prefix("### `").and_then(|rest| rest.split('`').next());
        let documents = PROBLEMS.lines().filter_map(heading).collect();
        Self { documents, all: PROBLEMS.split('`').collect() }
    }

    fn faults(&self, body: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let code = body["code"].as_str().unwrap_or_default();
        if !self.documents.contains(code) {
            faults.push(format!("the code {code:?} is not in docs/reference/problems.md"));
        }
        for list in ["errors", "unmet"] {
            for one in body[list].as_array().into_iter().flatten() {
                let code = one["code"].as_str().unwrap_or_default();
                if !self.all.contains(code) {
                    faults.push(format!(
                        "{list}: code {code:?} is not in docs/reference/problems.md"
                    ));
                }
                let sentence = one["detail"].as_str().or_else(|| one["sentence"].as_str());
                let told = one["person"].as_str().filter(|_| code != "unknown_person");
                if told.is_some_and(|id| sentence.is_some_and(|text| text.contains(id))) {
                    faults.push(format!("{list}: {code}: an id where a name belongs"));
                }
            }
        }
        faults
    }
}

/// What an answer is judged with.
pub(crate) struct Case<'a> {
    pub(crate) call: &'a Call,
    pub(crate) reply: &'a Reply,
    /// The last position of the log before and after.
    pub(crate) head: (u64, u64),
}

pub(crate) fn judge(case: &Case<'_>, document: &mut Document, codes: &Codes) -> Vec<String> {
    let Case { call, reply, .. } = case;
    let mut faults = Vec::new();
    if reply.status >= 500 {
        faults.push(format!("status {}", reply.status));
    }
    let media_type = reply.header("content-type");
    let body = if call.method == "HEAD" { &[] } else { reply.bytes.as_slice() };
    match call.operation {
        Some(operation) => {
            faults.extend(document.faults(operation, reply.status, media_type, body));
        }
        None if reply.is_success() && call.method != "HEAD" => {
            faults.push(format!("status {} where nothing is described", reply.status));
        }
        None => {}
    }
    if reply.status >= 400 && call.method != "HEAD" {
        faults.extend(problem(reply, document, codes));
    }
    faults.extend(written(case));
    for (name, about) in [("x-request-id", "no id"), ("x-content-type-options", "may be sniffed")] {
        if reply.header(name).is_empty() {
            faults.push(about.to_owned());
        }
    }
    faults
}

fn problem(reply: &Reply, document: &mut Document, codes: &Codes) -> Vec<String> {
    let mut faults = codes.faults(&reply.body);
    if reply.header("content-type") != "application/problem+json" {
        faults.push(format!("a problem as {:?}", reply.header("content-type")));
    }
    if reply.body["status"] != u64::from(reply.status) {
        faults.push("the document names another status".to_owned());
    }
    let schema = serde_json::json!({ "$ref": "#/components/schemas/ProblemDocument" });
    faults.extend(document.misfits(&schema, &reply.body));
    let empty = reply.body["detail"].as_str().is_none_or(|text| text.trim().is_empty());
    if empty {
        faults.push("a problem without a sentence".to_owned());
    }
    faults
}

/// What the log has got is what the answer says.
fn written(case: &Case<'_>) -> Option<String> {
    let Case { call, reply, head: (before, after) } = case;
    let grown = after - before;
    let body = &reply.body;
    let said = match call.path.as_str() {
        // Each part of a bulk has a result of its own, without events.
        "/v1/ideas/screen" => return None,
        // The third wrong proof locks the signing.
        path if path.starts_with("/v1/signings/") => return None,
        // A visitor sees nothing of the house: the idea is one event.
        path if path.starts_with("/v1/intake/") => 1,
        _ => body["events"].as_array().map_or(0, Vec::len) as u64,
    };
    let reads = ["GET", "HEAD"].contains(&call.method.as_str());
    let counts = reply.is_success() && !reads && !call.is_trial();
    let expected = if counts && body["replayed"] != true { said } else { 0 };
    (grown != expected).then(|| format!("the log grew by {grown}, the answer says {expected}"))
}
