//! Time in each state: where it was spent, who was waited for, and that it adds up.

use std::fmt::Write as _;

use chrono::Duration;
use expect_test::{Expect, expect};
use serde_json::json;
use sluicegate_core::{
    clocks::{About, Clocks, Passage, Segment, Spot, Waited, clocks},
    definition,
    product::{Choice, RoleRef},
    rules::{Command, Decision},
};

use crate::world::{SAMPLE, World, key, market_size};

fn of(world: &World) -> Clocks {
    clocks(&world.versions(), &world.log, world.now).expect("it was started")
}

/// Whatever happened, the segments are one line without gap or overlap, sums add up to it, and
/// what is over does not depend on what came later.
pub(crate) fn add_up(world: &World) {
    let clocks = of(world);
    assert!(clocks.from <= clocks.until);
    let mut at = clocks.from;
    for segment in &clocks.segments {
        assert_eq!(segment.from, at, "a gap or an overlap before {segment:?}");
        assert!(segment.from < segment.until, "{segment:?}");
        at = segment.until;
    }
    assert_eq!(at, clocks.until, "the line ends with the product's time");
    assert_eq!(clocks.spent().values().sum::<u64>(), clocks.seconds());
    if !world.product().is_closed() {
        assert_eq!(clocks.until.timestamp(), world.now.timestamp());
    }
    let elsewhere: u64 = clocks
        .segments
        .iter()
        .filter(|segment| matches!(segment.spot, Spot::Exit { .. } | Spot::Closed))
        .map(Segment::seconds)
        .sum();
    let passed: u64 = clocks.passages.iter().map(Passage::seconds).sum();
    assert_eq!(passed + elsewhere, clocks.seconds(), "each second belongs to one passage");
    for wait in &clocks.waits {
        assert!(wait.until.is_none_or(|until| wait.from < until), "{wait:?}");
    }
    for passage in &clocks.passages {
        assert_eq!(passage.left.is_some(), passage.ended.is_some(), "{passage:?}");
        let Some(version) = passage.ended_by else { continue };
        let then = clocks_until(world, version);
        assert!(then.passages.contains(passage), "{passage:?} was {:?}", then.passages);
    }
}

fn clocks_until(world: &World, version: u32) -> Clocks {
    let log = &world.log[..version as usize];
    let log = match world.log.get(version as usize) {
        // Events of one command belong together.
        Some(next) if next.at == log[log.len() - 1].at => {
            let same = world.log.iter().take_while(|recorded| recorded.at <= next.at);
            &world.log[..same.count()]
        }
        _ => log,
    };
    clocks(&world.versions(), log, log[log.len() - 1].at).expect("it was started")
}

/// One line for each segment, then for each wait: hours, place, party.
fn tell(clocks: &Clocks) -> String {
    let mut told = String::new();
    for segment in &clocks.segments {
        let place = match &segment.spot {
            Spot::Stage { stage, visit } => format!("{stage} {visit}"),
            Spot::Gate { gate, submission } => format!("at {gate} {submission}"),
            Spot::Exit { exit } => format!("out by {exit}"),
            Spot::Closed => "closed".to_owned(),
        };
        let hours = segment.seconds() / 3600;
        let _ = writeln!(told, "{hours:4} h {place}: {}", segment.waits_for.name());
    }
    for wait in &clocks.waits {
        let about = match &wait.about {
            About::Deliverable(named) => named.to_string(),
            About::Market(market) => market.to_string(),
        };
        let hours = wait.until.map(|until| format!("{} h", (until - wait.from).num_hours()));
        let hours = hours.unwrap_or_else(|| "open".to_owned());
        let _ = writeln!(told, "wait {hours} {}: {about}", wait.waits_for.name());
    }
    told
}

#[expect(clippy::needless_pass_by_value, reason = "`expect!` is written in place")]
#[track_caller]
fn check(world: &World, expected: Expect) {
    add_up(world);
    expected.assert_eq(&tell(&of(world)));
}

/// The sample, where a regulator answers for each market after the market's size is accepted.
fn regulated() -> World {
    let from = "per: market, required: false }";
    let to = "per: market, after: [market_size], waits_for: regulator }";
    assert_eq!(SAMPLE.matches(from).count(), 1);
    World::sample_of(definition::load(&SAMPLE.replace(from, to)).expect("it loads"))
}

#[test]
fn team_reviewer_regulator_and_gatekeepers_take_their_turns() {
    let mut world = regulated();
    let start = world.start_command(&["US", "KR"]);
    world.does("Mina", start);
    world.now += Duration::hours(10);
    world.submit("Mina", "idea_note", json!({"text": "A valve that does not leak"}));
    let evidence = world.text("plan, page 3");
    let criterion = key("fit");
    world.does("Mina", Command::AnswerCriterion { criterion, yes: true, evidence });
    world.does("Mina", World::pass("screen", "business"));
    world.now += Duration::hours(20);
    world.votes("Rudi", Choice::Go);
    world.now += Duration::hours(30);
    world.submit("Mina", "market_size", market_size());
    world.now += Duration::hours(5);
    // The study is guarded and waits for the size; until it is accepted, nobody in the team can act.
    world.accept("Finn", "market_size");
    world.now += Duration::hours(7);
    let deliverable = "study".parse().expect("a deliverable");
    let document = sluicegate_core::product::Document {
        attachments: vec![sluicegate_core::digest::Digest::of(b"study.pdf")],
        ..Default::default()
    };
    world.does("Rudi", Command::SubmitDeliverable { deliverable, document });
    world.now += Duration::hours(100);
    world.submit("Rudi", "regulatory_clearance@US", json!({"cleared": true}));
    world.now += Duration::hours(50);
    world.submit("Rudi", "regulatory_clearance@KR", json!({"cleared": true}));
    world.now += Duration::hours(3);
    world.does("Mina", World::pass("launch", "in_market"));
    world.now += Duration::hours(1);
    check(
        &world,
        expect![[r#"
          10 h idea 1: team
          20 h at screen 1: gatekeeper
          30 h business 1: team
           5 h business 1: reviewer
           7 h business 1: team
         150 h business 1: regulator
           3 h business 1: team
           1 h at launch 2: gatekeeper
        wait 5 h reviewer: market_size
        wait 157 h regulator: regulatory_clearance@KR
        wait 107 h regulator: regulatory_clearance@US
    "#]],
    );
    let clocks = of(&world);
    assert_eq!(clocks.spent()[&Waited::Regulator] / 3600, 150);
}

#[test]
fn what_is_returned_is_the_teams_again_and_a_hold_is_nobodys() {
    let mut world = World::in_business(&["KR"]);
    world.now += Duration::hours(8);
    world.submit("Mina", "market_size", market_size());
    world.now += Duration::hours(9);
    let deliverable = "market_size".parse().expect("a deliverable");
    let reason = world.text("no source");
    world.does("Finn", Command::ReturnDeliverable { deliverable, reason });
    world.now += Duration::hours(4);
    world.submit("Mina", "market_size", market_size());
    let review_at = world.now + Duration::days(30);
    let reason = world.text("the supplier is sold");
    world.does("Mina", Command::PlaceHold { review_at, reason });
    world.now += Duration::hours(40);
    let reason = world.text("the supplier stays");
    world.does("Mina", Command::Resume { reason });
    world.now += Duration::hours(2);
    check(
        &world,
        expect![[r#"
           0 h idea 1: team
           0 h at screen 1: gatekeeper
           8 h business 1: team
           9 h business 1: reviewer
           4 h business 1: team
           0 h business 1: reviewer
          40 h business 1: hold
           2 h business 1: reviewer
        wait 9 h reviewer: market_size
        wait open reviewer: market_size
    "#]],
    );
}

#[test]
fn an_offer_waits_for_its_receiver() {
    let mut world = World::launched(&["US", "KR"]);
    world.now += Duration::hours(6);
    let items = || [key("materials"), key("training")].into();
    world.does("Kim", Command::AcceptHandover { market: key("US"), items: items() });
    world.now += Duration::hours(6);
    let (role, person) = (RoleRef::new(key("rd_lead"), None), world.person("Rudi"));
    world.does("Mina", Command::AssignRole { role, person });
    world.does("Uma", Command::AcceptHandover { market: key("KR"), items: items() });
    world.now += Duration::hours(1);
    check(
        &world,
        expect![[r#"
           0 h idea 1: team
           0 h at screen 1: gatekeeper
           0 h business 1: team
           0 h business 1: reviewer
           0 h business 1: team
           0 h at launch 2: gatekeeper
          12 h in_market 1: receiver
           1 h in_market 1: team
        wait 0 h reviewer: market_size
        wait 12 h receiver: KR
        wait 6 h receiver: US
    "#]],
    );
}

#[test]
fn a_closed_products_time_ends() {
    let mut world = World::started(&["KR"]);
    world.now += Duration::hours(2);
    world.does("Mina", World::stop("screen"));
    world.now += Duration::hours(3);
    world.decides("Leo", Decision::Kill);
    world.now += Duration::hours(500);
    add_up(&world);
    assert_eq!(tell(&of(&world)), "   2 h idea 1: team\n   3 h at screen 1: gatekeeper\n");
}
