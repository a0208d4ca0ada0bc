//! Measures, signals, which products a workflow suits, and waivers that end.

use serde_json::{Value, json};
use sluicegate_core::{
    definition,
    expr::{Outcome, Reason},
    product::{Actor, Document, Event, Work},
    rules::{
        Command, ProblemKind, Refusal, TaskKind, measured, measures, next_tick, signals, tailor,
        tasks,
    },
};

use crate::world::{SAMPLE, World, key, list, market_size, tell};

const MEASURES: &str = "measures:
  total: { title: Market, value: market_size.total }
  markets: { title: Markets, value: market_size.markets.size(), unit: markets }
  mean: { title: Mean growth, value: \"market_size.markets.map(m, m.growth).avg()\" }
  third: { title: A third, value: 1.0 / 3 }
  since: { title: As of, value: market_size.as_of }
  class: { title: Class, value: product.device_class }
signals:
  small: { title: Too small, when: \"market_size.total < money(900000000, 'USD') && today > date('2020-01-01')\", propose: delete }
  late: { title: Late, when: \"today > date('2020-01-01')\", stages: [in_market] }
guarantees:";

fn value(world: &World, measure: &str) -> Result<Value, Reason> {
    let cx = world.context(Actor::System);
    let found = measures(&cx, world.product());
    let found = found.into_iter().find(|it| it.measure.as_str() == measure).expect("a measure");
    found.value.map_err(|unknown| unknown.reason)
}

#[test]
fn measures_read_what_is_accepted() {
    let world = World::written(&[("guarantees:", MEASURES)]).start(&[]);
    assert_eq!(value(&world, "third"), Ok(json!(0.333_333_333_333)));
    let absent = |path: &str| Err(Reason::Absent { path: path.into() });
    assert_eq!(value(&world, "class"), absent("product.device_class"));
    let mut world = world.into_business();
    world.submit("Mina", "market_size", market_size());
    assert_eq!(value(&world, "total"), absent("market_size.total"), "it is only handed in");
    world.accept("Finn", "market_size");
    assert_eq!(value(&world, "total"), Ok(json!({ "amount": "90000000.00", "currency": "USD" })));
    let rows = market_size()["markets"].as_array().expect("rows").len();
    assert_eq!(value(&world, "markets"), Ok(json!(rows)));
    let read = measured(&world.definition, world.product());
    assert_eq!(read.len(), 2, "the card and the market");
}

#[test]
fn a_signal_holds_with_its_facts_where_it_is_asked() {
    let world = World::written(&[("guarantees:", MEASURES)]).start(&[]);
    let asked = |world: &World| {
        let found = signals(&world.context(Actor::System), world.product());
        let told = |it: &sluicegate_core::rules::SignalStanding| (it.asked, it.outcome);
        (told(&found[0]), told(&found[1]), found[0].verdict.clone().expect("it was asked"))
    };
    let (small, late, _) = asked(&world);
    assert_eq!(small, (true, Outcome::Unknown));
    assert_eq!(late, (false, Outcome::Fail));
    let mut world = world.into_business();
    world.submit("Mina", "market_size", market_size());
    world.accept("Finn", "market_size");
    let (small, _, verdict) = asked(&world);
    assert_eq!(small, (true, Outcome::Pass));
    let facts: Vec<(&str, &str)> = verdict
        .leaves()
        .into_iter()
        .map(|leaf| (leaf.source.as_str(), leaf.evidence[0].of.as_str()))
        .collect();
    assert_eq!(facts[0], ("market_size.total < money(900000000, 'USD')", "market_size.total"));
    assert_eq!(facts[1], ("today > date('2020-01-01')", "today"));
}

const SUITS: &str = "suits: { when: \"product.device_class in ['IIb', 'III'] || 'KR' in product.regions\", else: Take the express way }
guarantees:";

#[test]
fn a_workflow_that_does_not_suit_is_not_started() {
    let mut world = World::written(&[("guarantees:", SUITS)]);
    let Command::Start(start) = world.start_command(&[]) else { unreachable!() };
    let mut with = |card: Value| {
        let card = world.content(card);
        let command = Command::Start(sluicegate_core::rules::Start { card, ..start.clone() });
        let actor = Actor::Person(world.person("Mina"));
        world.tries(actor, &command)
    };
    let refused = with(json!({ "problem": "p", "device_class": "I", "regions": ["US"] }));
    let Err(Refusal::Invalid { problems }) = refused else { panic!("{refused:?}") };
    assert_eq!(problems[0].pointer, "/workflow");
    let ProblemKind::Unsuitable { otherwise, .. } = &problems[0].kind else { panic!() };
    assert_eq!(otherwise.en, "Take the express way");
    // What the card does not tell is no reason to refuse.
    with(json!({ "problem": "p", "regions": ["US"] })).expect("unknown does not refuse");
}

#[test]
fn a_card_tells_what_a_workflow_would_ask() {
    let source = SAMPLE.replace("guarantees:", SUITS);
    let definition = definition::load(&source).expect("it loads");
    let of = |card: Value| {
        let found = tailor(&definition, &card);
        let (guarded, verdict) = &found.guarded[0];
        assert_eq!((guarded.as_str(), found.guarded.len()), ("study", 1));
        (found.suits, verdict.outcome)
    };
    assert_eq!(of(json!({})), (Outcome::Unknown, Outcome::Unknown));
    assert_eq!(of(json!({ "device_class": "III", "other": 1 })), (Outcome::Pass, Outcome::Unknown));
    let american = json!({ "device_class": "I", "regions": ["US"] });
    assert_eq!(of(american), (Outcome::Fail, Outcome::Pass));
    let korean = json!({ "device_class": "I", "regions": ["KR"] });
    assert_eq!(of(korean), (Outcome::Pass, Outcome::Fail));
    let plain = definition::load(SAMPLE).expect("it loads");
    assert_eq!(tailor(&plain, &json!({})).suits, Outcome::Pass, "without a rule it suits");
}

fn waived(at_most: &str) -> World {
    let from = "waive: finance }";
    let to = format!("waive: {{ by: finance, at_most: {at_most} }} }}");
    // Without the market's size nothing would get past the launch.
    let launch = ("market_size.total > money(0)", "has(product.problem)");
    let mut world = World::written(&[(from, &to), launch]).start(&["US"]).into_business();
    let (deliverable, reason) = (key("market_size"), world.text("an old market"));
    world.does("Mina", Command::AskWaiver { deliverable, reason });
    world.does("Finn", Command::ApproveWaiver { deliverable: key("market_size") });
    world
}

fn asks_for_it(world: &World) -> bool {
    let tasks = tasks(&world.definition, world.product());
    tasks.iter().any(|it| it.kind == TaskKind::SubmitDeliverable && it.about == "market_size")
}

#[test]
fn a_waiver_ends_and_the_deliverable_is_owed_again() {
    let mut world = waived("30d");
    let entry = &world.product().deliverables[&key("market_size")];
    let Work::Waived { until: Some(until), at, .. } = entry.work else { panic!("{entry:?}") };
    assert_eq!((until - at).num_days(), 30);
    assert!(next_tick(world.product()) <= Some(until));
    assert!(!asks_for_it(&world));
    assert_eq!(tell(&world.passes(29)), "");
    assert_eq!(tell(&world.passes(1)), "waiver expired market_size\n");
    assert!(asks_for_it(&world), "its owner is asked for it");
    assert_eq!(tell(&world.passes(1)), "", "it ends once");
    // It can be handed in, or waived again.
    world.submit("Mina", "market_size", market_size());
}

#[test]
fn a_waiver_of_an_earlier_stage_stops_the_next_gate_when_it_ends() {
    let mut world = waived("200d");
    let document = Document { attachments: vec![world.text("a scan")], ..Document::default() };
    world.does("Rudi", Command::SubmitDeliverable { deliverable: key("study"), document });
    world.does("Mina", World::pass("launch", "in_market"));
    // While the gate decides, what it decides over stays as it is.
    let ended =
        |events: &[Event]| events.iter().any(|it| matches!(it, Event::WaiverExpired { .. }));
    assert!(!ended(&world.passes(300)));
    assert!(next_tick(world.product()).is_none_or(|at| at > world.now));
    let at = sluicegate_core::product::SubmissionRef { gate: key("launch"), submission: 2 };
    let reason = world.text("not yet");
    world.does("Mina", Command::Withdraw { at, reason });
    assert!(ended(&world.passes(0)));
    assert!(asks_for_it(&world));
    let why = list(&world.why_not("Mina", World::pass("launch", "in_market")));
    assert!(why.contains("deliverable_missing"), "{why}");
}

#[test]
fn a_waiver_without_a_span_holds_for_good() {
    let mut world = World::in_business(&[]);
    let (deliverable, reason) = (key("market_size"), world.text("an old market"));
    world.does("Mina", Command::AskWaiver { deliverable, reason });
    world.does("Finn", Command::ApproveWaiver { deliverable: key("market_size") });
    world.passes(4000);
    let entry = &world.product().deliverables[&key("market_size")];
    assert!(matches!(entry.work, Work::Waived { until: None, .. }));
}
