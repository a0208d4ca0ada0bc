//! Each shipped process can be walked from its start to an exit, with one person in each role.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{self, Definition, Deliverable, DoneBy, Gate, MustMeet},
    digest::Digest,
    directory::{Directory, DirectoryEvent, Grant, Kind, PortfolioKind, Scope},
    id::{PersonId, ProductId},
    key::*,
    product::*,
    rules::{
        Blocker, Command, Contents, Context, ProblemKind, Refusal, Sign, Start, decide, needs,
    },
};
use uuid::Uuid;

#[path = "shipped_walk/contents.rs"]
mod contents;
#[path = "shipped_walk/measured.rs"]
mod measured;
#[path = "shipped_walk/random.rs"]
mod random;

use contents::{better, database, filled, replace};

#[test]
fn a_device_reaches_two_markets_and_leaves_them() {
    let mut walk = Walk::npi(&["US", "DE"], "device", "new_to_world");
    walk.goes_to_exit("delete");
    let Overlay::Closed(closed) = &walk.product().overlay else { panic!("not closed") };
    assert_eq!(closed.ending, Ending::Exited("delete".parse().unwrap()));
}

#[test]
fn whatever_may_be_waived_keeps_no_gate_shut() {
    let mut walk = Walk::npi(&["US"], "device", "new_to_world");
    walk.waives = true;
    walk.goes_to_exit("divest");
}

#[test]
fn a_software_update_in_korea_goes_without_what_its_guards_spare() {
    let mut walk = Walk::npi(&["KR"], "software", "line_extension");
    walk.skips = ["supplier_changes", "pilot_sites", "production_readiness", "launch_stock"]
        .into_iter()
        .chain(["packaging", "events", "swot", "market_forces", "gap_analysis", "price_outlook"])
        .chain(["use_cases", "product_fit", "conjoint", "technology_roadmap", "inspections"])
        .chain(["kol_plan", "local_market", "brand_plan", "sales_agreement", "service_policy"])
        .chain(["tenders", "field_days", "balanced_scorecard", "next_year"])
        .collect();
    walk.goes_to_exit("licence_out");
}

#[test]
fn a_great_venture_delivers_all_that_its_guards_ask_for() {
    let answers = json!({ "budget": "large", "risk_class": "high", "serviced": true,
        "tendered": true });
    let mut walk = Walk::with_card(&["US", "KR"], "device", "new_to_world", answers);
    walk.goes_to_exit("delete");
}

#[test]
fn a_limited_launch_leaves_a_market_behind_that_is_not_cleared() {
    let mut walk = Walk::npi(&["US", "KR"], "device", "new_to_company");
    walk.uncleared = Some("KR");
    walk.goes_to_exit("delete");
    let left = &walk.product().markets["KR"];
    assert!(!left.sellable);
    assert_eq!(left.handover, Handover::NotOffered);
}

#[test]
fn a_line_extension_takes_the_short_way() {
    let card = json!({ "problem": "x", "kind": "device", "novelty": "line_extension" });
    let mut walk = Walk::new("npi-express", &["US", "DE"], card);
    walk.skips = ["competitive_landscape", "campaigns"].into();
    walk.passes(&["business_case", "design_transfer", "launch_decision"]);
    walk.take_over();
    assert_eq!(walk.time_goes_by(190), ["interim_3m", "post_launch_6m"]);
    walk.pass("post_launch", None);
    walk.pass("lifecycle", Some("invest"));
    walk.pass("lifecycle", Some("rationalise"));
    walk.pass("exit", Some("divest"));
    walk.discharge();
}

#[test]
fn what_is_no_line_extension_does_not_take_the_short_way() {
    let card = |novelty| json!({ "problem": "x", "kind": "device", "novelty": novelty });
    assert!(is_unsuitable("npi-express", card("new_to_world")));
    // Its card may be revised on the way; so the first gate looks again.
    let mut walk = Walk::new("npi-express", &["US"], card("line_extension"));
    let revised = walk.content(card("new_to_world"));
    walk.act("product_manager", &Command::ReviseCard { card: revised });
    let failed = walk.fails_at("business_case");
    assert_eq!(failed, ["is_an_extension"]);
}

#[test]
fn a_device_is_not_released_like_software() {
    let mut card = software(true, "none");
    card["kind"] = json!("device");
    assert!(is_unsuitable("healthcare-software", card));
}

fn is_unsuitable(workflow: &str, card: Json) -> bool {
    let mut walk = Walk::unstarted(workflow);
    let start = walk.start(&["US"], card);
    let starter = Actor::Person(walk.person("product_manager"));
    let Err(Refusal::Invalid { problems }) = walk.try_as(starter, &start) else { return false };
    problems.iter().all(|problem| matches!(problem.kind, ProblemKind::Unsuitable { .. }))
}

#[test]
fn software_is_released_again_and_again() {
    let card = software(true, "changing");
    let mut walk = Walk::new("healthcare-software", &["US", "KR"], card);
    walk.passes(&["problem_worth_solving", "business_case", "pilot_review"]);
    walk.pass("release_decision", Some("next"));
    for again in ["release", "release", "rationalise"] {
        walk.pass("release_decision", Some("roll_out"));
        walk.pass("launch_decision", None);
        walk.take_over();
        assert_eq!(walk.time_goes_by(40), ["release_check_1mo"]);
        walk.pass("lifecycle", Some(again));
    }
    let bills = &walk.product().deliverables[&DeliverableRef::new("sbom".parse().unwrap(), None)];
    assert_eq!(bills.accepted.as_ref().unwrap().number, 4, "each release has a bill of its own");
    walk.pass("exit", Some("delete"));
    walk.discharge();
}

#[test]
fn software_that_is_no_device_goes_without_what_devices_need() {
    let mut walk = Walk::new("healthcare-software", &["KR"], software(false, "none"));
    walk.skips = ["regulatory_environment", "privacy", "risk_file", "algorithm_plan"]
        .into_iter()
        .chain(["change_plan", "usability_evaluation", "clinical_evaluation"])
        .chain(["algorithm_performance", "regulatory_submission", "release_performance"])
        .chain(["udi", "regulatory_clearance", "campaigns", "surveillance", "release_plan"])
        .collect();
    walk.passes(&["problem_worth_solving", "business_case", "pilot_review", "release_decision"]);
    walk.pass("launch_decision", None);
    walk.take_over();
    walk.time_goes_by(40);
    walk.pass("lifecycle", Some("rationalise"));
    walk.pass("exit", Some("licence_out"));
    walk.discharge();
}

#[test]
fn a_plan_is_approved_followed_revised_and_superseded() {
    let mut walk = Walk::new("strategic-plan", &["US", "KR"], plan(false));
    walk.skips = ["last_plan"].into();
    walk.passes(&["situation_agreed", "strategy_agreed", "plan_approval"]);
    assert_eq!(walk.time_goes_by(370), ["half_year", "monitoring_yearly"]);
    walk.pass("monitoring_review", Some("continue"));
    walk.pass("monitoring_review", Some("revise"));
    walk.pass("plan_approval", None);
    walk.pass("monitoring_review", Some("supersede"));
    walk.discharge();
}

fn software(device: bool, algorithm: &str) -> Json {
    json!({ "problem": "x", "kind": "software", "novelty": "new_to_world", "regulated": device,
        "algorithm": algorithm, "personal_data": device, "hosting": "cloud" })
}

fn plan(follows: bool) -> Json {
    json!({ "portfolio": "Cardiology", "planning_year": 2027, "horizon_years": 3,
        "follows_a_plan": follows })
}

/// A product on its way, and everyone and everything that it needs.
struct Walk {
    definition: Definition,
    directory: Directory,
    people: BTreeMap<RoleKey, Vec<PersonId>>,
    contents: Contents,
    product: Option<Product>,
    now: DateTime<Utc>,
    waives: bool,
    skips: BTreeSet<&'static str>,
    uncleared: Option<&'static str>,
}

impl Walk {
    fn npi(markets: &[&str], kind: &str, novelty: &str) -> Self {
        Self::with_card(markets, kind, novelty, json!({}))
    }

    fn with_card(markets: &[&str], kind: &str, novelty: &str, mut card: Json) -> Self {
        for (field, value) in [("problem", "x"), ("kind", kind), ("novelty", novelty)] {
            card[field] = json!(value);
        }
        Self::new("npi-medtech", markets, card)
    }

    fn new(workflow: &str, markets: &[&str], card: Json) -> Self {
        let mut walk = Self::unstarted(workflow);
        let start = walk.start(markets, card);
        let starter = walk.definition.start_by[0].clone();
        walk.act(starter.as_str(), &start);
        walk
    }

    fn unstarted(workflow: &str) -> Self {
        let file = format!("{}/../../workflows/{workflow}.yaml", env!("CARGO_MANIFEST_DIR"));
        let definition = definition::load(&fs::read_to_string(file).unwrap()).unwrap();
        let mut walk = Self {
            definition,
            directory: Directory::default(),
            people: BTreeMap::new(),
            contents: Contents::default(),
            product: None,
            now: "2026-03-02T09:00:00Z".parse().unwrap(),
            waives: false,
            skips: BTreeSet::new(),
            uncleared: None,
        };
        walk.staff();
        walk
    }

    fn start(&mut self, markets: &[&str], card: Json) -> Command {
        Command::Start(Start {
            product: ProductId::new(Uuid::from_u128(1)),
            version: 1,
            name: "Valve".to_owned(),
            portfolio: "cardio".parse().unwrap(),
            owner: self.person("product_manager"),
            card: self.content(card),
            markets: markets.iter().map(|market| market.parse().unwrap()).collect(),
        })
    }

    /// One person for each role; two where two must agree.
    fn staff(&mut self) {
        let portfolio = DirectoryEvent::PortfolioAdded {
            portfolio: "cardio".parse().unwrap(),
            title: "Cardiology".to_owned(),
            title_ko: None,
            kind: PortfolioKind::Portfolio,
            parent: None,
        };
        self.directory.evolve(&portfolio);
        let mut number = 100;
        for (role, rule) in self.definition.roles.clone() {
            let people = if role.as_str() == "senior_leadership" { 2 } else { 1 };
            for _ in 0..people {
                number += 1;
                let person = PersonId::new(Uuid::from_u128(number));
                let kind = if rule.machine { Kind::Machine } else { Kind::Human };
                let profile = Digest::of(b"profile");
                self.directory.evolve(&DirectoryEvent::PersonAdded { person, kind, profile });
                let grant = Grant { role: role.clone(), scope: Scope::Everywhere, person };
                self.directory.evolve(&DirectoryEvent::RoleGranted { grant });
                self.people.entry(role.clone()).or_default().push(person);
            }
        }
    }

    fn person(&self, role: &str) -> PersonId {
        self.people[role][0]
    }

    fn product(&self) -> &Product {
        self.product.as_ref().unwrap()
    }

    fn content(&mut self, json: Json) -> Digest {
        let digest = Digest::of(json.to_string().as_bytes());
        self.contents.insert(digest, Arc::new(json));
        digest
    }

    fn act(&mut self, role: &str, command: &Command) {
        self.act_as(Actor::Person(self.person(role)), command);
    }

    fn act_as(&mut self, actor: Actor, command: &Command) {
        if let Err(refusal) = self.try_as(actor, command) {
            panic!("{command:?} is refused: {refusal:#?}");
        }
    }

    fn try_as(&mut self, actor: Actor, command: &Command) -> Result<(), Refusal> {
        let contents = self.loaded(command);
        let cx = Context {
            definition: &self.definition,
            to: None,
            directory: &self.directory,
            contents: &contents,
            actor,
            now: self.now,
        };
        for event in decide(&cx, self.product.as_ref(), command)? {
            let recorded = Recorded { at: self.now, actor, event };
            self.product = evolve(self.product.take(), &recorded);
        }
        Ok(())
    }

    /// As in the running program: what the rules say that they need, and what came along.
    fn loaded(&self, command: &Command) -> Contents {
        let mut digests = needs(&self.definition, self.product.as_ref(), command);
        digests.extend(match command {
            Command::Start(start) => Some(start.card),
            Command::ReviseCard { card } => Some(*card),
            Command::SubmitDeliverable { document, .. } => document.content,
            Command::CompleteReview { content, .. } => Some(*content),
            _ => None,
        });
        let found = |digest| Some((digest, Arc::new(self.contents.get(&digest)?.clone())));
        digests.into_iter().filter_map(found).collect()
    }

    fn goes_to_exit(&mut self, exit: &str) {
        self.passes(&["idea_screen", "business_case", "specification_freeze", "design_transfer"]);
        self.pass("launch_decision", None);
        self.take_over();
        assert_eq!(self.time_goes_by(370), ["interim_3m", "interim_6m", "post_launch_12m"]);
        self.pass("post_launch", None);
        self.pass("lifecycle", Some("continue"));
        self.pass("lifecycle", Some("rationalise"));
        self.pass("exit", Some(exit));
        self.discharge();
    }

    fn passes(&mut self, gates: &[&str]) {
        for gate in gates {
            self.pass(gate, None);
        }
    }

    /// Does the work of the stage, then takes the product through the gate at its end.
    fn pass(&mut self, gate: &str, path: Option<&str>) {
        let key: GateKey = gate.parse().unwrap();
        let (rule, submit) = self.prepare(&key, path);
        self.act(rule.submit_by[0].as_str(), &submit);
        self.vote(&key);
        assert!(self.product().passed.contains_key(&key), "{gate} is not passed");
    }

    /// Does the work of the stage; which criteria keep the gate shut all the same?
    fn fails_at(&mut self, gate: &str) -> Vec<String> {
        let (rule, submit) = self.prepare(&gate.parse().unwrap(), None);
        let submitter = Actor::Person(self.person(rule.submit_by[0].as_str()));
        let Err(Refusal::Blocked { unmet }) = self.try_as(submitter, &submit) else {
            panic!("{gate} is open")
        };
        let failed = unmet.iter().map(|unmet| match &unmet.blocker {
            Blocker::CriterionFailed { criterion, .. } => criterion.to_string(),
            other => panic!("{other:?}"),
        });
        failed.collect()
    }

    fn prepare(&mut self, key: &GateKey, path: Option<&str>) -> (Gate, Command) {
        let rule = self.definition.gates[key].clone();
        assert_eq!(self.product().position, Position::InStage(rule.stage.clone()));
        for deliverable in self.definition.stages[&rule.stage].deliverables.clone() {
            self.deliver(&deliverable);
        }
        for (criterion, must) in &rule.must {
            if let MustMeet::Question { by, .. } = must {
                let (criterion, evidence) = (criterion.clone(), Digest::of(b"evidence"));
                let answer = Command::AnswerCriterion { criterion, yes: true, evidence };
                self.act(by.as_str(), &answer);
            }
        }
        let path = path.map_or_else(
            || rule.outcomes.go.keys().next().unwrap().clone(),
            |path| path.parse().unwrap(),
        );
        let purpose = Purpose::Pass(path);
        let submit = Command::Submit { gate: key.clone(), purpose, panel: BTreeMap::new() };
        (rule, submit)
    }

    fn vote(&mut self, gate: &GateKey) {
        let rule = self.definition.gates[gate].clone();
        let open = self.product().submission().unwrap();
        let (at, panel) = (open.named(), open.panel.clone());
        for people in panel.into_values() {
            for person in people {
                if self.product().submission().is_none() {
                    return; // decided: one leader is enough where two hold the role
                }
                if let Some(card) = &rule.score {
                    let scores = card.factors.keys().map(|factor| (factor.clone(), 8)).collect();
                    self.act_as(Actor::Person(person), &Command::Score { at: at.clone(), scores });
                }
                let vote = Command::Vote {
                    at: at.clone(),
                    choice: Choice::Go,
                    reason: Digest::of(b"reason"),
                    conditions: Vec::new(),
                    sign: Sign::Rehearsed,
                };
                self.act_as(Actor::Person(person), &vote);
            }
        }
    }

    fn deliver(&mut self, key: &DeliverableKey) {
        let rule = self.definition.deliverables[key].clone();
        if self.skips.contains(key.as_str()) {
            return;
        }
        let markets: Vec<MarketKey> = self.product().markets.keys().cloned().collect();
        let instances =
            if rule.per_market { markets.iter().cloned().map(Some).collect() } else { vec![None] };
        for market in instances {
            let deliverable = DeliverableRef::new(key.clone(), market);
            match rule.waive.clone().filter(|_| self.waives) {
                Some(by) => self.waive(&rule, &by, deliverable),
                None => self.hand_in(&rule, &markets, &deliverable),
            }
        }
    }

    fn waive(&mut self, rule: &Deliverable, by: &RoleKey, deliverable: DeliverableRef) {
        let reason = Digest::of(b"reason");
        let ask = Command::AskWaiver { deliverable: deliverable.clone(), reason };
        self.act(rule.owner.as_str(), &ask);
        self.act(by.as_str(), &Command::ApproveWaiver { deliverable });
    }

    fn hand_in(&mut self, rule: &Deliverable, markets: &[MarketKey], deliverable: &DeliverableRef) {
        let form = self.definition.form_of(rule).unwrap().clone();
        let mut json = filled(&form, markets);
        for (pointer, value) in better(deliverable.key.as_str(), self.now.date_naive()) {
            replace(&mut json, &pointer, &value);
        }
        if let ("udi", Some(market)) = (deliverable.key.as_str(), &deliverable.market) {
            json["database"] = json!(database(market));
        }
        if let Some(uncleared) = self.uncleared {
            match (deliverable.key.as_str(), &deliverable.market) {
                ("launch_type", _) => json["type"] = json!("limited"),
                ("regulatory_clearance", Some(market)) if market.as_str() == uncleared => {
                    json["cleared"] = json!(false);
                }
                _ => {}
            }
        }
        let content = Some(self.content(form.complete(&json).content));
        let document = Document { content, attachments: Vec::new(), link: None };
        let submit = Command::SubmitDeliverable { deliverable: deliverable.clone(), document };
        self.act(rule.owner.as_str(), &submit);
        for reviewer in &rule.reviewers {
            let accept = Command::AcceptDeliverable { deliverable: deliverable.clone() };
            self.act(reviewer.as_str(), &accept);
        }
    }

    /// Every market was offered at its launch, because it is sellable; its owner accepts it.
    fn take_over(&mut self) {
        let items: BTreeSet<ItemKey> =
            self.definition.handover.as_ref().unwrap().checklist.keys().cloned().collect();
        for market in self.product().markets.keys().cloned().collect::<Vec<_>>() {
            let state = &self.product().markets[&market];
            let later = self.uncleared == Some(market.as_str());
            if later || matches!(state.handover, Handover::Accepted { .. }) {
                continue;
            }
            assert!(self.product().markets[&market].sellable, "{market} is not sellable");
            let accept = Command::AcceptHandover { market, items: items.clone() };
            self.act("field_marketing_manager", &accept);
        }
    }

    /// The clock runs, and the reviews that are due by then are filed. Says which fell due.
    fn time_goes_by(&mut self, days: i64) -> Vec<String> {
        self.now += Duration::days(days);
        self.act_as(Actor::System, &Command::Tick);
        let reviews = self.product().reviews.iter();
        let due = reviews.filter(|(_, review)| review.state == ReviewState::Due);
        let due: Vec<(u32, ReviewKey)> =
            due.map(|(number, review)| (*number, review.review.clone())).collect();
        for (review, key) in due.clone() {
            if let DoneBy::Form { owner, form } = self.definition.reviews[&key].done.clone() {
                let form = self.definition.forms[&form].clone();
                let content = self.content(form.complete(&filled(&form, &[])).content);
                self.act(owner.as_str(), &Command::CompleteReview { review, content });
            }
        }
        due.into_iter().map(|(_, key)| key.to_string()).collect()
    }

    fn discharge(&mut self) {
        let Overlay::Closing(closing) = &self.product().overlay else { panic!("no duties") };
        for (duty, rule) in closing.duties.clone() {
            let evidence = Digest::of(b"evidence");
            self.act(rule.role.as_str(), &Command::DischargeDuty { duty, evidence });
        }
    }
}
