//! The shipped process can be walked from the idea to the exit, with one person in each role.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{
        Definition, Deliverable, DoneBy, MustMeet,
        form::{Field, FieldType, Form},
    },
    digest::Digest,
    directory::{Directory, DirectoryEvent, Grant, Kind, PortfolioKind, Scope},
    id::{PersonId, ProductId},
    key::*,
    product::*,
    rules::{Command, Contents, Context, Start, decide, needs},
};
use uuid::Uuid;

const SOURCE: &str = include_str!("../../../workflows/npi-medtech.yaml");

#[test]
fn a_device_reaches_two_markets_and_leaves_them() {
    let mut walk = Walk::new(&["US", "DE"], "device", "new_to_world");
    walk.goes_to_exit("delete");
    let Overlay::Closed(closed) = &walk.product().overlay else { panic!("not closed") };
    assert_eq!(closed.ending, Ending::Exited("delete".parse().unwrap()));
}

#[test]
fn whatever_may_be_waived_keeps_no_gate_shut() {
    let mut walk = Walk::new(&["US"], "device", "new_to_world");
    walk.waives = true;
    walk.goes_to_exit("divest");
}

#[test]
fn a_software_update_in_korea_goes_without_what_its_guards_spare() {
    let mut walk = Walk::new(&["KR"], "software", "line_extension");
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
    let mut walk = Walk::new(&["US", "KR"], "device", "new_to_company");
    walk.uncleared = Some("KR");
    walk.goes_to_exit("delete");
    let left = &walk.product().markets["KR"];
    assert!(!left.sellable);
    assert_eq!(left.handover, Handover::NotOffered);
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
    fn new(markets: &[&str], kind: &str, novelty: &str) -> Self {
        Self::with_card(markets, kind, novelty, json!({}))
    }

    fn with_card(markets: &[&str], kind: &str, novelty: &str, mut card: Json) -> Self {
        let definition = sluicegate_core::definition::load(SOURCE).unwrap();
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
        for (field, value) in [("problem", "x"), ("kind", kind), ("novelty", novelty)] {
            card[field] = json!(value);
        }
        let card = walk.content(card);
        let start = Start {
            product: ProductId::new(Uuid::from_u128(1)),
            version: 1,
            name: "Valve".to_owned(),
            portfolio: "cardio".parse().unwrap(),
            owner: walk.person("product_manager"),
            card,
            markets: markets.iter().map(|market| market.parse().unwrap()).collect(),
        };
        walk.act("inventor", &Command::Start(start));
        walk
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
        let contents = self.loaded(command);
        let cx = Context {
            definition: &self.definition,
            directory: &self.directory,
            contents: &contents,
            actor,
            now: self.now,
        };
        let events = match decide(&cx, self.product.as_ref(), command) {
            Ok(events) => events,
            Err(refusal) => panic!("{command:?} is refused: {refusal:#?}"),
        };
        for event in events {
            let recorded = Recorded { at: self.now, actor, event };
            self.product = evolve(self.product.take(), &recorded);
        }
    }

    /// As in the running program: what the rules say that they need, and what came along.
    fn loaded(&self, command: &Command) -> Contents {
        let mut digests = needs(&self.definition, self.product.as_ref(), command);
        digests.extend(match command {
            Command::Start(start) => Some(start.card),
            Command::SubmitDeliverable { document, .. } => document.content,
            Command::CompleteReview { content, .. } => Some(*content),
            _ => None,
        });
        let found = |digest| Some((digest, Arc::new(self.contents.get(&digest)?.clone())));
        digests.into_iter().filter_map(found).collect()
    }

    fn goes_to_exit(&mut self, exit: &str) {
        for gate in ["idea_screen", "business_case", "specification_freeze", "design_transfer"] {
            self.pass(gate, None);
        }
        self.pass("launch_decision", None);
        self.take_over();
        self.a_year_goes_by();
        self.pass("post_launch", None);
        self.pass("lifecycle", Some("continue"));
        self.pass("lifecycle", Some("rationalise"));
        self.pass("exit", Some(exit));
        self.discharge();
    }

    /// Does the work of the stage, then takes the product through the gate at its end.
    fn pass(&mut self, gate: &str, path: Option<&str>) {
        let key: GateKey = gate.parse().unwrap();
        let rule = self.definition.gates[&key].clone();
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
        self.act(rule.submit_by[0].as_str(), &submit);
        self.vote(&key);
        assert!(self.product().passed.contains_key(&key), "{gate} is not passed");
    }

    fn vote(&mut self, gate: &GateKey) {
        let rule = self.definition.gates[gate].clone();
        let open = self.product().submission().unwrap();
        let (at, panel) = (open.named(), open.panel.clone());
        for (seat, people) in panel {
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
                    sign: rule.seats[&seat].sign.is_some(),
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
        for (pointer, value) in better(deliverable.key.as_str()) {
            *json.pointer_mut(pointer).unwrap() = value;
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

    /// Every market was offered at the launch, because it is sellable; its owner accepts it.
    fn take_over(&mut self) {
        let items: BTreeSet<ItemKey> =
            self.definition.handover.as_ref().unwrap().checklist.keys().cloned().collect();
        for market in self.product().markets.keys().cloned().collect::<Vec<_>>() {
            if self.uncleared == Some(market.as_str()) {
                continue;
            }
            assert!(self.product().markets[&market].sellable, "{market} is not sellable");
            let accept = Command::AcceptHandover { market, items: items.clone() };
            self.act("field_marketing_manager", &accept);
        }
    }

    /// The interim reviews fall due and are filed.
    fn a_year_goes_by(&mut self) {
        self.now += Duration::days(370);
        self.act_as(Actor::System, &Command::Tick);
        let due: Vec<(u32, ReviewKey)> = self
            .product()
            .reviews
            .iter()
            .filter(|(_, review)| review.state == ReviewState::Due)
            .map(|(number, review)| (*number, review.review.clone()))
            .collect();
        assert_eq!(due.len(), 3);
        for (review, key) in due {
            if let DoneBy::Form { owner, form } = self.definition.reviews[&key].done.clone() {
                let form = self.definition.forms[&form].clone();
                let content = self.content(form.complete(&filled(&form, &[])).content);
                self.act(owner.as_str(), &Command::CompleteReview { review, content });
            }
        }
    }

    fn discharge(&mut self) {
        let Overlay::Closing(closing) = &self.product().overlay else { panic!("no duties") };
        for (duty, rule) in closing.duties.clone() {
            let evidence = Digest::of(b"evidence");
            self.act(rule.role.as_str(), &Command::DischargeDuty { duty, evidence });
        }
    }
}

/// Where the plain content of `filled` would not let a gate open.
fn better(deliverable: &str) -> Vec<(&'static str, Json)> {
    match deliverable {
        "competitive_landscape" => vec![("/competitors", json!([competitor(40), competitor(25)]))],
        "financial_opportunity" => vec![("/irr", json!(60))],
        "launch_stock" => vec![
            ("/demand", json!([{ "month": "2040-01-01", "units": 10, "committed": 10 }])),
            ("/units_in_stock", json!(20)),
        ],
        "regulatory_submission" => vec![("/status", json!("filed"))],
        "labelling" => vec![("/documents", documents())],
        _ => Vec::new(),
    }
}

fn competitor(share: u32) -> Json {
    json!({ "name": "x", "share": share, "strengths": "x" })
}

/// A label and instructions, approved in the language of the market.
fn documents() -> Json {
    let document = |kind: &str| {
        json!({ "kind": kind, "language": "en", "paper": true, "digital": true,
            "state": "approved" })
    };
    json!([document("label"), document("ifu")])
}

/// A content that fills in every field that people fill in.
fn filled(form: &Form, markets: &[MarketKey]) -> Json {
    record(form.fields.iter(), markets.first())
        .as_object()
        .map(|fields| {
            let fields = fields.iter().map(|(key, value)| {
                let rows = match &form.fields[key.as_str()].kind {
                    FieldType::Table { columns, .. } => {
                        let row = |at: usize| {
                            let market =
                                (!markets.is_empty()).then(|| &markets[at % markets.len()]);
                            record(columns.iter(), market)
                        };
                        Some((0..5).map(row).collect())
                    }
                    _ => None,
                };
                (key.clone(), rows.unwrap_or_else(|| value.clone()))
            });
            Json::Object(fields.collect())
        })
        .unwrap_or_default()
}

fn record<'f>(
    fields: impl Iterator<Item = (&'f FieldKey, &'f Field)>,
    market: Option<&MarketKey>,
) -> Json {
    let asked = fields.filter(|(_, field)| field.computed.is_none());
    Json::Object(asked.map(|(key, field)| (key.to_string(), value(&field.kind, market))).collect())
}

fn value(kind: &FieldType, market: Option<&MarketKey>) -> Json {
    match kind {
        FieldType::Text { .. } => json!("x"),
        FieldType::Integer(bounds) => json!(bounds.min.unwrap_or(1)),
        FieldType::Number(_) => json!(3),
        FieldType::Percent(_) => json!(50),
        FieldType::Money(_) => json!({ "amount": "100.00", "currency": "EUR" }),
        FieldType::Date(_) => json!("2040-01-01"),
        FieldType::Bool => json!(true),
        FieldType::Choice { of } => json!(of.keys().next()),
        FieldType::List { of, .. } => json!([value(of, market)]),
        FieldType::Table { .. } => json!([]),
        FieldType::Market => json!(market.map_or("US", MarketKey::as_str)),
        FieldType::Language => json!("en"),
        FieldType::Link => json!("https://example.org/"),
    }
}
