//! The API's document says enough, and says it of itself correctly.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{operations, valid};

#[test]
fn every_operation_is_described() {
    for (method, path, operation) in operations() {
        let about = format!("{method} {path}");
        assert!(operation["summary"].is_string(), "{about} has no summary");
        assert!(operation["description"].is_string(), "{about} has no description");
        assert!(!operation["tags"].as_array().unwrap().is_empty(), "{about} has no tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("500") && responses.contains_key("503"), "{about}");
        let open = operation["security"].is_array();
        assert_eq!(open, !responses.contains_key("401"), "{about}");
    }
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let all = operations();
    let names: BTreeSet<&str> =
        all.iter().map(|(.., one)| one["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn every_body_has_an_example_that_fits() {
    for (method, path, operation) in operations() {
        let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
        let Some(json) = content.get("application/json") else { continue };
        let example = &json["example"];
        assert!(example.is_object(), "{method} {path} has no example");
        valid(&json["schema"], example, &path);
    }
}

#[test]
fn every_body_refuses_fields_that_it_does_not_know() {
    let document: Value = serde_json::from_str(&sluicegate_rest::openapi_json()).unwrap();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if name.ends_with("Body") {
            assert_eq!(schema["additionalProperties"], false, "{name}");
        }
    }
}

#[test]
fn every_parameter_of_a_path_is_described() {
    for (method, path, operation) in operations() {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let described: BTreeSet<&str> = parameters
            .iter()
            .filter(|one| one["in"] == "path")
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        let named: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(described, named, "{method} {path}");
    }
}

#[test]
fn commands_take_a_key_a_version_and_a_trial() {
    let others = ["/v1/attachments", "/v1/products/{product}/deliverables/{deliverable}/draft"];
    for (method, path, operation) in operations() {
        if method == "get" || others.contains(&path.as_str()) {
            continue;
        }
        let parameters = operation["parameters"].as_array().unwrap();
        for name in ["Idempotency-Key", "If-Match", "dry_run"] {
            let found = parameters.iter().any(|one| one["name"] == name);
            assert!(found, "{method} {path} does not take {name}");
        }
    }
}
