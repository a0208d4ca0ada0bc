//! The fuzzer: sends a request, judges the answer, remembers what it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::Router;
use http_body_util::BodyExt as _;
use serde_json::Value;
use sluicegate_testkit::TestApp;
use tower::ServiceExt as _;

use crate::{
    call::{Call, Reply},
    coverage::Coverage,
    dice::Dice,
    document::Document,
    judge::{Case, Codes, judge},
    pool::Pool,
    signer::Signer,
};

/// Somebody who asks.
#[derive(Debug)]
pub(crate) struct Actor {
    pub(crate) name: String,
    pub(crate) person: String,
    pub(crate) token: Option<String>,
}

pub(crate) struct Fuzz {
    pub(crate) test: TestApp,
    pub(crate) document: Document,
    pub(crate) pool: Pool,
    pub(crate) dice: Dice,
    pub(crate) actors: Vec<Actor>,
    pub(crate) coverage: Coverage,
    /// Uploads: each digest can stand in a submission.
    pub(crate) uploads: Vec<String>,
    /// Parts of paths that have belonged together.
    pub(crate) trails: Vec<BTreeMap<&'static str, String>>,
    /// Roles and who holds them.
    /// How many were begun in a shorter way than over the interface.
    pub(crate) signings: u128,
    pub(crate) signer: Option<Signer>,
    pub(crate) grants: Vec<(String, String)>,
    /// Operations that somebody has tried without getting on.
    pub(crate) vain: BTreeSet<(Option<usize>, usize)>,
    pub(crate) sent: usize,
    /// Requests that only look round are judged and not counted.
    pub(crate) looking: bool,
    pub(crate) findings: Vec<String>,
    /// A fault that was found once is told once.
    known: BTreeSet<String>,
    codes: Codes,
    router: Router,
}

/// So many different faults are enough to begin with.
const MOST: usize = 25;
/// The administrator comes first.
pub(crate) const ADMIN: usize = 0;

impl Fuzz {
    pub(crate) fn new(test: TestApp, seed: u64, token: String) -> Self {
        let document = Document::read();
        let coverage = Coverage::of(&document);
        let router = sluicegate_rest::router(test.app.clone());
        let admin =
            Actor { name: "administrator".into(), person: String::new(), token: Some(token) };
        Self {
            test,
            document,
            pool: Pool::default(),
            dice: Dice::new(seed),
            actors: vec![admin],
            coverage,
            uploads: Vec::new(),
            trails: Vec::new(),
            signings: 0,
            signer: None,
            grants: Vec::new(),
            vain: BTreeSet::new(),
            sent: 0,
            looking: false,
            findings: Vec::new(),
            known: BTreeSet::new(),
            codes: Codes::read(),
            router,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.findings.len() >= MOST
    }

    /// Sends a request; none when no client could.
    pub(crate) async fn send(&mut self, call: &Call) -> Option<Reply> {
        let request = call.request(self.actors[call.actor].token.as_deref())?;
        self.sent += usize::from(!self.looking);
        let before = self.head().await;
        let answer = self.router.clone().oneshot(request);
        let Ok(answer) = tokio::time::timeout(Duration::from_secs(20), answer).await else {
            self.found(call, None, &["no answer within 20 seconds".to_owned()]);
            return None;
        };
        let Ok(answer) = answer;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let bytes = match answer.into_body().collect().await {
            Ok(body) => body.to_bytes().to_vec(),
            Err(error) => {
                self.found(call, None, &[format!("the body broke off: {error}")]);
                return None;
            }
        };
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let reply = Reply { status, headers, bytes, body };
        let case = Case { call, reply: &reply, head: (before, self.head().await) };
        let faults = judge(&case, &mut self.document, &self.codes);
        if !faults.is_empty() {
            self.found(call, Some(&reply), &faults);
        }
        self.coverage.count(call.operation, status);
        self.remember(call, &reply);
        Some(reply)
    }

    /// Remembers where the pilot has been; the latest places are the likeliest.
    pub(crate) fn walked(&mut self, parts: &[(&'static str, String)], actor: usize) {
        let mut trail: BTreeMap<&'static str, String> = parts.iter().cloned().collect();
        trail.entry("revision").or_insert_with(|| "1".to_owned());
        trail.insert("actor", actor.to_string());
        // Those of the set-up stay: they lead to what is rare.
        if self.trails.len() == 400 {
            self.trails.remove(200);
        }
        self.trails.push(trail);
    }

    async fn head(&self) -> u64 {
        let store = self.test.app.store();
        let head = store.log_head().await.expect("the log has a head").position;
        // What was refused is in the log as well, and no answer tells of it.
        head - store.access_version().await.expect("the list of what was refused")
    }

    /// Writes down what is wrong with an answer, once for each kind of fault.
    pub(crate) fn found(&mut self, call: &Call, reply: Option<&Reply>, faults: &[String]) {
        let operation = call.operation.map_or("elsewhere", |at| &self.document.operations[at].id);
        let kind: String = faults
            .iter()
            .flat_map(|fault| fault.chars().filter(|c| !c.is_ascii_digit()).take(60))
            .collect();
        if !self.known.insert(format!("{operation} {kind}")) {
            return;
        }
        let actor = &self.actors[call.actor].name;
        let shown = reply.map_or_else(String::new, |reply| {
            let body = String::from_utf8_lossy(&reply.bytes);
            format!("\n  {}: {}", reply.status, body.chars().take(1500).collect::<String>())
        });
        let faults = faults.join("\n  ");
        let line = call.curl(actor);
        self.findings
            .push(format!("{operation}, request {}:\n  {faults}\n  {line}{shown}", self.sent));
    }

    fn remember(&mut self, call: &Call, reply: &Reply) {
        if !reply.is_success() || reply.body.is_null() {
            return;
        }
        let id =
            call.operation.map_or("", |at| self.document.operations[at].id.as_str()).to_owned();
        match id.as_str() {
            // The actors' own tokens and the language of forms are of no use elsewhere.
            "issue_token" | "get_form_schema" | "get_card_schema" | "check" => {}
            "list_tokens" => self.remember_tokens(&reply.body),
            "upload_attachment" => {
                let digest = reply.body["digest"].as_str().unwrap_or_default().to_owned();
                self.uploads.push(digest);
            }
            _ => self.pool.harvest("", &reply.body),
        }
        if id == "add_person"
            && !call.is_trial()
            && let Some(person) = reply.body["person"].as_str()
            && self.actors.len() > 12
        {
            self.pool.put("spare", person);
        }
    }

    fn remember_tokens(&mut self, body: &Value) {
        for token in body["items"].as_array().into_iter().flatten() {
            let person = token["person"].as_str().unwrap_or_default();
            let spare = self.pool.all("spare").iter().any(|one| one == person);
            if let (true, Some(id)) = (spare, token["id"].as_str()) {
                self.pool.put("token", id);
            }
        }
    }
}
