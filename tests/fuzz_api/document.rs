//! The API's document as the fuzzer reads it: what can be asked, and what may be answered.

use std::collections::BTreeMap;

use jsonschema::Validator;
use serde_json::{Value, json};

pub(crate) struct Document {
    pub(crate) root: Value,
    pub(crate) operations: Vec<Operation>,
    validators: BTreeMap<String, Validator>,
}

#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Media type and schema.
    pub(crate) body: Option<(String, Value)>,
    responses: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

/// What may stand beside the described fields: the parameters of a code.
const OPEN: [&str; 3] = ["Fault", "Unmet", "Explained"];

impl Document {
    /// Objects of answers are closed: a field that is answered and not described must not slip
    /// through.
    pub(crate) fn read() -> Self {
        let mut root: Value =
            serde_json::from_str(&sluicegate_rest::openapi_json()).expect("the document is JSON");
        let schemas = root["components"]["schemas"].as_object_mut().expect("there are schemas");
        for (name, schema) in schemas {
            let closed = schema.get("additionalProperties").is_some();
            if schema.get("properties").is_some() && !closed && !OPEN.contains(&name.as_str()) {
                schema["additionalProperties"] = json!(false);
            }
        }
        let operations = operations(&root);
        Self { root, operations, validators: BTreeMap::new() }
    }

    pub(crate) fn named(&self, id: &str) -> usize {
        let found = self.operations.iter().position(|one| one.id == id);
        found.unwrap_or_else(|| panic!("no operation is called {id}"))
    }

    /// What is wrong with an answer, by the document alone.
    pub(crate) fn faults(
        &mut self,
        operation: usize,
        status: u16,
        media_type: &str,
        body: &[u8],
    ) -> Vec<String> {
        let operation = &self.operations[operation];
        let response = &operation.responses[status.to_string().as_str()];
        if !response.is_object() {
            return vec![format!("status {status} is not in the document")];
        }
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        let Some(content) = response["content"].as_object().filter(|it| !it.is_empty()) else {
            let bare = body.is_empty();
            return if bare { vec![] } else { vec![format!("status {status} has no body")] };
        };
        let known = [media_type, essence, "*/*"].iter().find_map(|name| content.get(*name));
        let Some(known) = known else {
            return vec![format!("content type {media_type:?} is not in the document")];
        };
        if essence != "application/json" && essence != "application/problem+json" {
            return vec![];
        }
        let Ok(found) = serde_json::from_slice::<Value>(body) else {
            return vec!["the body is not JSON".to_owned()];
        };
        let schema = known["schema"].clone();
        self.misfits(&schema, &found)
    }

    /// Where a value breaks a schema of the document.
    pub(crate) fn misfits(&mut self, schema: &Value, found: &Value) -> Vec<String> {
        let components = &self.root["components"];
        let validator = self.validators.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = components.clone();
            let options = jsonschema::options().should_validate_formats(true);
            options.build(&whole).expect("a schema of the document")
        });
        let faults = validator.iter_errors(found).take(5);
        faults.map(|fault| format!("schema: {}: {fault}", fault.instance_path())).collect()
    }
}

fn operations(root: &Value) -> Vec<Operation> {
    let paths = root["paths"].as_object().expect("there are paths");
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path has operations");
        item.iter().map(move |(method, found)| operation(path, method, found))
    });
    all.collect()
}

fn operation(path: &str, method: &str, found: &Value) -> Operation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let parameters = found["parameters"].as_array().into_iter().flatten().map(|one| Parameter {
        name: text(&one["name"]),
        place: text(&one["in"]),
        required: one["required"] == true,
        schema: one["schema"].clone(),
    });
    let body = found["requestBody"]["content"].as_object().and_then(|content| {
        let (media_type, content) = content.iter().next()?;
        Some((media_type.clone(), content["schema"].clone()))
    });
    Operation {
        id: text(&found["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        parameters: parameters.collect(),
        body,
        responses: found["responses"].clone(),
    }
}
