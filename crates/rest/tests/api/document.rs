//! The API's document says enough, and says it of itself correctly.

use std::collections::BTreeSet;

use serde_json::Value;
use sluicegate_app::words::request;
use sluicegate_core::{product::SubmissionRef, rules::Action as A};

use crate::support::{operation, operations, valid};

#[test]
fn every_operation_is_described() {
    for (method, path, operation) in operations() {
        let about = format!("{method} {path}");
        assert!(operation["summary"].is_string(), "{about} has no summary");
        assert!(operation["description"].is_string(), "{about} has no description");
        assert!(!operation["tags"].as_array().unwrap().is_empty(), "{about} has no tag");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("500") && responses.contains_key("503"), "{about}");
        // Whoever signs in can fail to.
        let open = operation["security"].is_array() && path != "/v1/sessions";
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
    let others = [
        "/v1/attachments",
        "/v1/products/{product}/deliverables/{deliverable}/draft",
        // A visitor has seen no version of anything.
        "/v1/intake/{secret}/ideas",
        // A question with a body.
        "/v1/tailoring",
        // Secrets are shown once, and the sessions are no part of the record.
        "/v1/sessions",
        "/v1/invitations/acceptance",
        "/v1/me/password",
        "/v1/me/sessions/{session}",
        "/v1/sessions/completion",
        "/v1/me/factor",
        "/v1/me/factor/confirmation",
        "/v1/me/factor/recovery-codes",
        "/v1/me/factor/removal",
        // Neither is what lies between reading and signing; the vote itself takes them.
        "/v1/products/{product}/gates/{gate}/submissions/{submission}/signings",
        "/v1/signings/{signing}/proof",
    ];
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

/// What `actions` says can be asked for must be there.
#[test]
fn every_action_is_asked_for_at_an_address_of_the_document() {
    let deliverable = || "market_size@US".parse().unwrap();
    let gate = || "launch".parse().unwrap();
    let at = || SubmissionRef { gate: gate(), submission: 3 };
    let market = || "US".parse().unwrap();
    let actions = [
        A::Start,
        A::Rename,
        A::ReviseCard,
        A::TransferOwnership,
        A::Migrate { version: 2 },
        A::AssignRole,
        A::ReleaseRole,
        A::AddMarket,
        A::WithdrawMarket { market: market() },
        A::SubmitDeliverable { deliverable: deliverable() },
        A::AcceptDeliverable { deliverable: deliverable() },
        A::ReturnDeliverable { deliverable: deliverable() },
        A::AskWaiver { deliverable: deliverable() },
        A::ApproveWaiver { deliverable: deliverable() },
        A::RefuseWaiver { deliverable: deliverable() },
        A::AnswerCriterion { criterion: "fit".parse().unwrap() },
        A::Submit { gate: gate(), path: "in_market".parse().unwrap() },
        A::SubmitToStop { gate: gate() },
        A::SubmitToReopen { gate: gate() },
        A::Withdraw(at()),
        A::Score(at()),
        A::Vote(at()),
        A::Decide(at()),
        A::GiveEvidence { condition: 1 },
        A::RefuseEvidence { condition: 1 },
        A::CloseCondition { condition: 1 },
        A::ExtendCondition { condition: 1 },
        A::PlaceHold,
        A::Resume,
        A::OfferHandover { market: market() },
        A::AcceptHandover { market: market() },
        A::DeclineHandover { market: market() },
        A::CompleteReview { review: 1 },
        A::DischargeDuty { duty: "last_order".parse().unwrap() },
        A::WithdrawObligation { obligation: 1 },
    ];
    let product = "prd_0198c0de00007000800000000000002a".parse().unwrap();
    for action in actions {
        let (method, href) = request(product, &action).unwrap();
        let method = method.parse().unwrap();
        assert!(operation(&method, &href).is_some(), "{action:?}: {method} {href}");
    }
    assert_eq!(request(product, &A::Tick), None);
}
