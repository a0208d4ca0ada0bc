//! The data set that the fuzzer starts from: people in every role, products that have begun.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_app::{NewToken, Signing};
use sluicegate_core::audit::{KeyKind, SecretKey};
use sluicegate_testkit::{TestApp, totp};

use crate::{
    call::{Call, Reply},
    fuzz::{ADMIN, Actor, Fuzz},
    pilot::Pace,
};

/// Each construct of the language once.
pub(crate) const SAMPLE: &str =
    include_str!("../../crates/core/src/definition/testdata/sample.yaml");
pub(crate) const SHIPPED: &str = include_str!("../../workflows/npi-medtech.yaml");

const PEOPLE: [(&str, &[&str]); 13] = [
    ("Mina", &["product_manager"]),
    ("Max", &["product_manager"]),
    ("Ravi", &["rd_lead", "operations"]),
    ("Rhea", &["rd_lead", "quality"]),
    ("Finn", &["finance", "market_access"]),
    ("Faye", &["finance", "regulatory_affairs"]),
    ("Sena", &["senior_leadership"]),
    ("Sol", &["senior_leadership", "clinical_affairs"]),
    ("Sam", &["senior_leadership", "sales"]),
    ("Fumi", &["field_marketing_manager"]),
    ("Fred", &["field_marketing_manager", "clinical_marketing_manager"]),
    ("Pia", &["product_marketing_manager", "inventor"]),
    ("Audra", &["auditor"]),
];

pub(crate) fn signing() -> Signing {
    let key = SecretKey::new("sluicegate.example/fuzz", KeyKind::Note, [7; 32]).expect("a key");
    Signing { key, every: chrono::TimeDelta::seconds(10) }
}

pub(crate) async fn begin(test: TestApp, seed: u64) -> Fuzz {
    let label = "fuzz".to_owned();
    let token = NewToken { person: test.id("admin"), label, expires_at: None };
    let issued = test.app.issue_token(test.request("admin", token)).await.expect("a token");
    let mut fuzz = Fuzz::new(test, seed, issued.secret.expect("its secret"));
    fuzz.looking = true;
    let mut publish = fuzz.call("publish_workflow", &[], ADMIN);
    publish.header("content-type", "application/yaml");
    publish.body = SHIPPED.as_bytes().to_vec();
    fuzz.expect(&publish).await;
    for (name, roles) in PEOPLE {
        person(&mut fuzz, name, roles, "human").await;
    }
    // Sena.
    fuzz.enrol_signer(7).await;
    person(&mut fuzz, "ERP", &["erp"], "machine").await;
    person(&mut fuzz, "Newcomer", &[], "human").await;
    sessions(&mut fuzz).await;
    fuzz.actors.push(Actor { name: "nobody".into(), person: String::new(), token: None });
    let garbage = Some("sgt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned());
    fuzz.actors.push(Actor { name: "a stranger".into(), person: String::new(), token: garbage });
    for _ in 0..3 {
        person(&mut fuzz, "Spare", &["inventor"], "human").await;
        let Some(Actor { person, .. }) = fuzz.actors.pop() else { continue };
        fuzz.pool.put("spare", &person);
        fuzz.grants.pop();
        fuzz.read("list_tokens", &[("person", &person)], ADMIN).await;
    }
    let portfolio = json!({ "portfolio": "infusion", "title": "Infusion" });
    let call = fuzz.json("add_portfolio", &[], ADMIN, &portfolio);
    fuzz.expect(&call).await;
    for market in ["US", "KR", "DE"] {
        fuzz.pool.put("market", market);
    }
    for (number, steps) in STEPS.into_iter().enumerate() {
        let markets = if number == 0 { json!([]) } else { json!(["US", "KR"]) };
        let card = json!({ "problem": "x", "regions": ["US"] });
        let product = start(&mut fuzz, number, "sample", &markets, card).await;
        advance(&mut fuzz, &product, steps, number % 2 == 1).await;
        prepare(&mut fuzz, &product, 1 + number % 2).await;
    }
    fuzz.test.pass(chrono::TimeDelta::days(100)).await;
    let card = json!({ "problem": "x", "kind": "device", "novelty": "new_to_world" });
    let product = start(&mut fuzz, STEPS.len(), "npi-medtech", &json!(["KR"]), card).await;
    advance(&mut fuzz, &product, 5, false).await;
    let first = fuzz.trails.first().and_then(|trail| trail.get("product")).cloned();
    let parts = [("product", first.as_deref().unwrap_or_default())];
    let later = fuzz.test.now() + chrono::TimeDelta::days(20);
    let hold = json!({ "review_at": later.to_rfc3339(), "reason": "The supplier is sold" });
    for manager in [1, 2] {
        let call = fuzz.json("hold_product", &parts, manager, &hold);
        fuzz.send(&call).await;
    }
    fuzz.looking = false;
    fuzz
}

/// How far each product has come when the fuzzer begins.
const STEPS: [usize; 7] = [0, 8, 14, 60, 60, 60, 30];

async fn advance(fuzz: &mut Fuzz, product: &str, steps: usize, conditions: bool) {
    for _ in 0..steps {
        let Some(call) = fuzz.sensible(Pace::Eager { conditions }, product).await else { break };
        let Some(reply) = fuzz.send(&call).await else { break };
        let tried = (call.operation, call.actor);
        let scored = call.path.ends_with("/scores");
        if reply.is_success() && !scored {
            fuzz.vain.clear();
        } else {
            fuzz.vain.insert(tried);
        }
    }
    fuzz.vain.clear();
}

/// What stands beside the way: a draft, a waiver that is asked for, the conditions that are owed.
async fn prepare(fuzz: &mut Fuzz, product: &str, owner: usize) {
    let note = [("product", product), ("deliverable", "idea_note")];
    let mut draft = fuzz.json("save_draft", &note, owner, &json!({ "text": "Half a sentence" }));
    draft.header("if-none-match", "*");
    fuzz.send(&draft).await;
    let part = |name: &'static str, value: &str| (name, value.to_owned());
    fuzz.walked(&note.map(|(name, value)| part(name, value)), owner);
    let size = [("product", product), ("deliverable", "market_size")];
    let reason = json!({ "reason": "It is the size of last year" });
    let waiver = fuzz.json("ask_waiver", &size, owner, &reason);
    fuzz.send(&waiver).await;
    let owed = fuzz.read("list_conditions", &[("product", product)], owner).await;
    for one in owed.iter().filter_map(|owed| owed["items"].as_array()).flatten() {
        let condition = one["number"].to_string();
        fuzz.walked(&[part("product", product), part("condition", &condition)], owner);
    }
}

/// The last one who was added gets a password, signs in, changes it, and signs out.
async fn sessions(fuzz: &mut Fuzz) {
    let person = fuzz.actors.last().map(|actor| actor.person.clone()).unwrap_or_default();
    let (first, second) = ("a heron at the weir", "two herons at the weir");
    let name = json!({ "name": "newcomer@example.com" });
    let call = fuzz.json("invite_person", &[("person", &person)], ADMIN, &name);
    let secret = fuzz.expect(&call).await["secret"].clone();
    let body = json!({ "invitation": secret, "password": first });
    let call = fuzz.json("accept_invitation", &[], ADMIN, &body);
    fuzz.expect(&call).await;
    let call = fuzz.json(
        "change_password",
        &[],
        fuzz.actors.len() - 1,
        &json!({ "current": first, "password": second }),
    );
    fuzz.expect(&call).await;
    let body = json!({ "name": "newcomer@example.com", "password": second });
    let call = fuzz.json("sign_in", &[], ADMIN, &body);
    let done = fuzz.expect(&call).await;
    let token = done["secret"].as_str().map(str::to_owned);
    let session = done["session"]["id"].as_str().unwrap_or_default();
    fuzz.actors.push(Actor { name: "signed in".into(), person: person.clone(), token });
    let actor = fuzz.actors.len() - 1;
    let call = fuzz.call("end_my_session", &[("session", session)], actor);
    fuzz.expect(&call).await;
    factor(fuzz, actor, &body, second).await;
    lost_factor(fuzz, actor, &body, second, &person).await;
    fuzz.actors.pop();
}

/// Signs in with the password.
async fn sign_in(fuzz: &mut Fuzz, actor: usize, body: &Value) {
    let call = fuzz.json("sign_in", &[], ADMIN, body);
    let done = fuzz.expect(&call).await;
    fuzz.actors[actor].token = done["secret"].as_str().map(str::to_owned);
}

/// Takes a second factor in; gives its secret.
async fn enrol(fuzz: &mut Fuzz, actor: usize, password: &str) -> String {
    let call = fuzz.json("offer_factor", &[], actor, &json!({ "password": password }));
    let secret = fuzz.expect(&call).await["secret"].as_str().unwrap_or_default().to_owned();
    let code = json!({ "code": totp(&secret, fuzz.test.now()) });
    let call = fuzz.json("enrol_factor", &[], actor, &code);
    let enrolled = fuzz.expect(&call).await;
    fuzz.actors[actor].token = enrolled["signed_in"]["secret"].as_str().map(str::to_owned);
    secret
}

/// The same person takes a second factor in, signs in with it, and takes it away again.
async fn factor(fuzz: &mut Fuzz, actor: usize, body: &Value, password: &str) {
    sign_in(fuzz, actor, body).await;
    let secret = enrol(fuzz, actor, password).await;
    sign_in(fuzz, actor, body).await;
    for (id, whole) in
        [("complete_session", false), ("replace_recovery_codes", true), ("remove_factor", true)]
    {
        fuzz.test.pass(TimeDelta::minutes(1)).await;
        let code = totp(&secret, fuzz.test.now());
        let shown = json!({ "password": password, "code": code });
        let shown = if whole { shown } else { json!({ "code": code }) };
        let call = fuzz.json(id, &[], actor, &shown);
        let done = fuzz.expect(&call).await;
        if let Some(token) = done["secret"].as_str() {
            fuzz.actors[actor].token = Some(token.to_owned());
        }
    }
}

/// Two administrators take a lost one away, of whom one leaves again.
async fn lost_factor(fuzz: &mut Fuzz, actor: usize, body: &Value, password: &str, of: &str) {
    sign_in(fuzz, actor, body).await;
    enrol(fuzz, actor, password).await;
    person(fuzz, "Deputy", &["administrator"], "human").await;
    let deputy = fuzz.actors.len() - 1;
    for (id, who) in [
        ("ask_factor_removal", ADMIN),
        ("withdraw_factor_removal", actor),
        ("ask_factor_removal", deputy),
        ("confirm_factor_removal", ADMIN),
    ] {
        let call = fuzz.call(id, &[("person", of)], who);
        fuzz.expect(&call).await;
    }
    let leaver = fuzz.actors.pop().map(|deputy| deputy.person).unwrap_or_default();
    fuzz.grants.pop();
    let call = fuzz.call("deactivate_person", &[("person", &leaver)], ADMIN);
    fuzz.expect(&call).await;
}

async fn start(
    fuzz: &mut Fuzz,
    number: usize,
    workflow: &str,
    markets: &Value,
    card: Value,
) -> String {
    let body = json!({ "workflow": workflow, "version": 1, "name": format!("Pump {number}"),
        "portfolio": "main", "card": card, "markets": markets });
    let call = fuzz.json("start_product", &[], 1 + number % 2, &body);
    fuzz.expect(&call).await["product"].as_str().unwrap_or_default().to_owned()
}

async fn person(fuzz: &mut Fuzz, name: &str, roles: &[&str], kind: &str) {
    let body = json!({ "name": name, "kind": kind });
    let call = fuzz.json("add_person", &[], ADMIN, &body);
    let person = fuzz.expect(&call).await["person"].as_str().unwrap_or_default().to_owned();
    for role in roles {
        let call = fuzz.json("grant_role", &[], ADMIN, &json!({ "role": role, "person": person }));
        fuzz.expect(&call).await;
        fuzz.grants.push(((*role).to_owned(), person.clone()));
    }
    let call = fuzz.json("issue_token", &[("person", &person)], ADMIN, &json!({ "label": "x" }));
    let token = fuzz.expect(&call).await["secret"].as_str().map(str::to_owned);
    fuzz.actors.push(Actor { name: name.to_owned(), person, token });
}

impl Fuzz {
    /// A request of an operation, with the parts of its path.
    pub(crate) fn call(&self, id: &str, parts: &[(&str, &str)], actor: usize) -> Call {
        let at = self.document.named(id);
        let operation = &self.document.operations[at];
        let mut path = operation.path.clone();
        for (name, value) in parts {
            path = path.replace(&format!("{{{name}}}"), &crate::call::escaped(value));
        }
        let method = operation.method.clone();
        let (query, headers, body) = (Vec::new(), Vec::new(), Vec::new());
        let operation = Some(at);
        Call { operation, method, path, query, headers, body, actor, breaks_off: false }
    }

    pub(crate) fn json(
        &self,
        id: &str,
        parts: &[(&str, &str)],
        actor: usize,
        body: &Value,
    ) -> Call {
        let mut call = self.call(id, parts, actor);
        call.header("content-type", "application/json");
        call.body = body.to_string().into_bytes();
        call
    }

    pub(crate) async fn expect(&mut self, call: &Call) -> Value {
        let reply = self.send(call).await.expect("an answer");
        assert!(reply.is_success(), "{}\n{:#}", call.curl("set-up"), reply.body);
        reply.body
    }

    /// What an actor reads at an operation.
    pub(crate) async fn read(
        &mut self,
        id: &str,
        parts: &[(&str, &str)],
        actor: usize,
    ) -> Option<Value> {
        let call = self.call(id, parts, actor);
        self.send(&call).await.filter(Reply::is_success).map(|reply| reply.body)
    }
}
