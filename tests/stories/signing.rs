//! Signatures, as their signers and an inspector see them, through the API, on both databases.

use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_testkit::{TestApp, totp};

use crate::house::{House, each, on_both};

const SAMPLE: &str = include_str!("../../crates/core/src/definition/testdata/sample.yaml");
const PASSWORD: &str = "a heron at the weir";

on_both! { SAMPLE;
    a_signature_takes_more_than_being_signed_in
    three_wrong_proofs_lock_the_signing_of_a_person
}

const STAFF: [(&str, &[&str]); 4] = [
    ("Pia", &["product_manager"]),
    ("Rita", &["rd_lead"]),
    ("Rolf", &["rd_lead"]),
    ("Ruth", &["rd_lead"]),
];

/// A product at a gate whose seat asks for a signature, and the address of its submission.
async fn at_the_gate(app: TestApp) -> (House, String) {
    let house = House::open(app, &STAFF).await;
    let (plain, signed) =
        ("reviewers: { role: rd_lead, need: 1 }", ", sign: I stand by the idea }");
    let signed = SAMPLE.replacen(plain, &plain.replace(" }", signed), 1);
    house.publishes(&signed).await;
    let body = json!({ "workflow": "sample", "name": "Pump", "portfolio": "main",
        "card": { "problem": "Nurses carry too much" }, "markets": ["US"] });
    let started = house.post("Pia", "/v1/products", &body).await;
    let product = format!("/v1/products/{}", started["product"].as_str().expect("an id"));
    let content = json!({ "content": { "text": "A pump that hangs on the bed" } });
    house.post("Pia", &format!("{product}/deliverables/idea_note/revisions"), &content).await;
    let fit = json!({ "answer": true, "evidence": "Page 4 of the plan" });
    house.put("Pia", &format!("{product}/gates/current/criteria/fit"), &fit).await;
    let pass = json!({ "purpose": "pass", "path": "business",
        "panel": { "reviewers": [house.app.id("Rolf"), house.app.id("Ruth")] } });
    house.post("Rita", &format!("{product}/gates/screen/submissions"), &pass).await;
    (house, format!("{product}/gates/screen/submissions/1"))
}

/// Gives somebody a password and a second factor, and the recovery codes that come with it.
async fn enrols(house: &House, who: &str) -> Vec<String> {
    let person = house.app.id(who);
    let name = json!({ "name": who });
    let invited = house.post("admin", &format!("/v1/people/{person}/invitations"), &name).await;
    let accept = json!({ "invitation": invited["secret"], "password": PASSWORD });
    let (status, _) =
        house.visitor(Method::POST, "/v1/invitations/acceptance", Some(&accept)).await;
    assert_eq!(status, 200);
    let offer = house.post(who, "/v1/me/factor", &json!({ "password": PASSWORD })).await;
    let code = totp(offer["secret"].as_str().expect("a secret"), house.app.now());
    let enrolled = house.post(who, "/v1/me/factor/confirmation", &json!({ "code": code })).await;
    let codes = enrolled["recovery_codes"].as_array().expect("codes").iter();
    codes.map(|code| code.as_str().expect("a code").to_owned()).collect()
}

async fn begins(house: &House, who: &str, submission: &str) -> Value {
    house.post(who, &format!("{submission}/signings"), &json!({ "choice": "go" })).await
}

fn proof_of(signing: &Value) -> String {
    format!("/v1/signings/{}/proof", signing["id"].as_str().expect("an id"))
}

fn shown(password: &str, code: &str) -> Value {
    json!({ "password": password, "code": code })
}

fn vote(choice: &str, signing: Option<&Value>) -> Value {
    let id = signing.map(|signing| &signing["id"]);
    json!({ "choice": choice, "reason": "It is time", "signing": id })
}

async fn a_signature_takes_more_than_being_signed_in(app: TestApp) {
    let (house, submission) = at_the_gate(app).await;
    let votes = format!("{submission}/votes");
    let slip = async |who: &str, body: &Value| {
        let (status, told) = house.asks(Some(who), Method::POST, &votes, Some(body)).await;
        let error = &told["errors"][0];
        (status, error["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(slip("Rolf", &vote("go", None)).await, (422, "signature_needed".into()));
    let signings = format!("{submission}/signings");
    let begin = json!({ "choice": "go" });
    let refused = house.refused("Rolf", &signings, &begin).await;
    assert_eq!(refused, (409, "factor_to_sign".into()));
    assert_eq!(house.refused("Pia", &signings, &begin).await, (403, "not_on_panel".into()));

    let codes = enrols(&house, "Rolf").await;
    let signing = begins(&house, "Rolf", &submission).await;
    let statement = signing["statement"].as_str().expect("a text");
    let packet = house.get("Rolf", &submission).await["packet"].clone();
    assert_eq!(signing["packet"], packet);
    for part in ["I, Rolf", "I stand by the idea", "My vote: go", "Product: Pump"] {
        assert!(statement.contains(part), "{statement}");
    }
    let digits = statement.replace(' ', "");
    assert!(digits.contains(packet.as_str().expect("a digest")), "{statement}");

    // Read is not proved, and what one has proved is no use to another or for anything else.
    assert_eq!(slip("Rolf", &vote("go", Some(&signing))).await, (422, "signing_unknown".into()));
    let right = shown(PASSWORD, &codes[0]);
    let stolen = house.asks(Some("Ruth"), Method::POST, &proof_of(&signing), Some(&right)).await;
    assert_eq!(stolen.0, 404);
    house.post("Rolf", &proof_of(&signing), &right).await;
    assert_eq!(slip("Ruth", &vote("go", Some(&signing))).await, (422, "signing_unknown".into()));
    let other = slip("Rolf", &vote("kill", Some(&signing))).await;
    assert_eq!(other, (422, "signing_for_another".into()));
    house.app.pass(TimeDelta::minutes(6)).await;
    assert_eq!(slip("Rolf", &vote("go", Some(&signing))).await, (422, "signing_unknown".into()));

    let signing = begins(&house, "Rolf", &submission).await;
    house.post("Rolf", &proof_of(&signing), &shown(PASSWORD, &codes[1])).await;
    house.post("Rolf", &votes, &vote("go", Some(&signing))).await;
    let rolf = format!("/v1/people/{}", house.app.id("Rolf"));
    let renamed = json!({ "name": "Rolf Meier" });
    house.put("admin", &rolf, &renamed).await;
    let seen = house.get("Pia", &submission).await;
    let signature = &seen["votes"][0]["signature"];
    assert_eq!(seen["votes"][0]["by"]["name"], "Rolf Meier");
    assert_eq!(signature["signer"]["name"], "Rolf", "the name of that day");
    assert_eq!(signature["meaning"], "I stand by the idea");
    assert_eq!((&signature["packet"], &signature["role"]), (&packet, &json!("rd_lead")));
    assert_eq!(signature["shown"]["method"], "password_and_code");
    assert_eq!(signature["shown"]["signing"], signing["id"]);
    assert_eq!(signature["statement"], signing["statement"]);
}

async fn three_wrong_proofs_lock_the_signing_of_a_person(app: TestApp) {
    let (house, submission) = at_the_gate(app).await;
    let codes = enrols(&house, "Rolf").await;
    let signing = begins(&house, "Rolf", &submission).await;
    let tries = async |body: Value| {
        let path = proof_of(&signing);
        let (status, told) = house.asks(Some("Rolf"), Method::POST, &path, Some(&body)).await;
        (status, told["code"].as_str().unwrap_or_default().to_owned())
    };
    let wrong = || shown("another heron at the weir", &codes[0]);
    assert_eq!(tries(wrong()).await, (401, "sign_in_failed".into()));
    assert_eq!(tries(shown(PASSWORD, "aaaa-aaaa-aaaa-aaaa")).await, (401, "wrong_code".into()));
    let factor = format!("/v1/people/{}/factor", house.app.id("Rolf"));
    assert_eq!(house.get("admin", &factor).await["signing_locked"], false);
    assert_eq!(tries(wrong()).await, (401, "sign_in_failed".into()));
    assert_eq!(house.get("admin", &factor).await["signing_locked"], true);
    let feed = house.get("admin", "/v1/events?kind=signing_locked").await;
    assert_eq!(feed["events"].as_array().map(Vec::len), Some(1));
    let refused = house.get("admin", "/v1/events?kind=signature_refused").await;
    assert_eq!(refused["events"][0]["event"]["person"], json!(house.app.id("Rolf")));

    // Neither what was begun nor anything new goes on, and nobody mends it for themselves.
    assert_eq!(tries(shown(PASSWORD, &codes[1])).await.0, 409);
    let signings = format!("{submission}/signings");
    let begin = json!({ "choice": "go" });
    assert_eq!(house.refused("Rolf", &signings, &begin).await, (409, "signing_locked".into()));
    let lock = format!("/v1/people/{}/signing-lock", house.app.id("Rolf"));
    assert_eq!(house.asks(Some("Rolf"), Method::DELETE, &lock, None).await.0, 403);
    assert_eq!(house.asks(Some("admin"), Method::DELETE, &lock, None).await.0, 200);
    assert_eq!(tries(shown(PASSWORD, &codes[1])).await.0, 200);
    let votes = format!("{submission}/votes");
    house.post("Rolf", &votes, &vote("go", Some(&signing))).await;
    let inbox = house.get("Pia", "/v1/products").await;
    assert_eq!(each(&inbox, "/stage"), ["business"]);
}
