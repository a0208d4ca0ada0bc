//! Another version of the workflow: what a product in flight lacks there, and what a move makes of it.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use serde_json::json;
use sluicegate_core::{
    product::{Actor, Choice, Event, RoleRef, Work},
    rules::{Action, Command, Fitness, comparison, differences, tasks, unmet},
};

use crate::world::{World, blocker, key, list, market_size, tell};

const MORE_ASKED: (&str, &str) = (
    "      year: { type: integer,",
    "      region: { type: text, required: true }\n      year: { type: integer, required: true,",
);
const NOTE_GONE: (&str, &str) =
    ("      note: { type: text, long: true, help: { en: Anything else, ko: 기타 } }\n", "");

/// One line for each deliverable of which there is something to say, and for each fault.
fn lacks(world: &World) -> String {
    let drafts = [("study".parse().expect("a deliverable"), json!({}))].into();
    let cx = world.context(Actor::Person(world.person("Mina")));
    let found = comparison(&cx, world.product(), &drafts).expect("a version");
    let mut text = String::new();
    let fit = |name: &str, fit: Option<&Fitness>| {
        let Some(fit) = fit else { return String::new() };
        let faults = [("missing", &fit.missing), ("misfits", &fit.misfits)];
        let faults = faults.into_iter().flat_map(|(kind, list)| {
            list.iter().map(move |problem| format!("    {name}: {kind} {}\n", problem.pointer))
        });
        let away = fit.fell_away.iter().map(|at| format!("    {name}: fell away {at}\n"));
        faults.chain(away).collect()
    };
    if found.card.is_some() {
        text.push_str("the card\n");
        text.push_str(&fit("card", found.card.as_ref()));
    }
    for moved in &found.deliverables {
        let lines = [("accepted", &moved.accepted), ("submitted", &moved.submitted)]
            .map(|(name, found)| fit(name, found.as_ref()))
            .concat();
        if moved.becomes.code() != "kept" || !lines.is_empty() {
            let gate = moved.gate.as_ref().map(|gate| format!(" at {gate}")).unwrap_or_default();
            let _ = writeln!(text, "{}: {}{gate}", moved.deliverable, moved.becomes.code());
            text.push_str(&lines);
        }
    }
    text
}

#[track_caller]
fn check(mut world: World, changes: &[(&str, &str)], expected: &Expect) {
    world.rewritten(changes);
    expected.assert_eq(&lacks(&world));
}

fn with_market_size() -> World {
    let mut world = World::in_business(&["US"]);
    let mut content = market_size();
    content["note"] = json!("From two sources");
    content["as_of"] = json!("2026-01-01");
    world.submit("Mina", "market_size", content);
    world.accept("Finn", "market_size");
    world
}

#[test]
fn a_version_that_says_the_same_lacks_nothing() {
    check(with_market_size(), &[], &expect![""]);
}

#[test]
fn what_is_newly_asked_no_longer_fits_or_fell_away_is_told_by_place() {
    check(
        with_market_size(),
        &[
            MORE_ASKED,
            NOTE_GONE,
            ("sam: { type: money }", "sam: { type: money, required: true }"),
            ("as_of: { type: date }", "as_of: { type: date, min: 2026-02-01 }"),
            (
                "total: { type: money, required: true, min: 0 }",
                "total: { type: money, required: true, min: 100000000 }",
            ),
        ],
        &expect![[r#"
            market_size: to_revise at launch
                accepted: missing /content/markets/0/sam
                accepted: missing /content/region
                accepted: missing /content/year
                accepted: misfits /content/total/amount
                accepted: misfits /content/as_of
                accepted: fell away /content/note
        "#]],
    );
}

#[test]
fn a_choice_that_is_gone_and_a_card_that_asks_more_are_told() {
    check(
        World::started(&["US"]),
        &[(
            "of: [US, EU, KR] } }",
            "of: [US, KR] }, min: 1 }\n    owner_unit: { type: text, required: true }",
        )],
        &expect![[r#"
            the card
                card: missing /card/owner_unit
                card: misfits /card/regions/1
        "#]],
    );
}

#[test]
fn deliverables_are_new_gone_and_asked_at_their_gate_or_the_one_ahead() {
    check(
        with_market_size(),
        &[
            (
                "      idea_note: {",
                "      patents: { title: Patents, owner: rd_lead, form: plain_note }\n      idea_note: {",
            ),
            (
                "      study: {",
                "      labels: { title: Labels, owner: rd_lead, form: plain_note, per: market }\n      study: {",
            ),
            (
                "    deliverables: {}",
                "    deliverables: { sales: { title: Sales, owner: product_manager, form: plain_note } }",
            ),
            (
                "      yearly: { title: Yearly note, owner: product_manager, form: plain_note, each: visit, required: false }\n",
                "",
            ),
            ("form: clearance, per: market, required: false", "form: clearance, per: market"),
        ],
        &expect![[r#"
            patents: owed at launch
            labels@US: owed at launch
            regulatory_clearance@US: owed at launch
            sales: owed at lifecycle
            yearly: gone
        "#]],
    );
}

#[test]
fn what_waits_for_a_reviewer_goes_back_when_nobody_could_judge_it() {
    let mut world = World::in_business(&["US"]);
    world.submit("Mina", "market_size", market_size());
    check(
        world,
        &[MORE_ASKED],
        &expect![[r#"
        market_size: returned at launch
            submitted: missing /content/region
            submitted: missing /content/year
    "#]],
    );
    let mut world = World::in_business(&["US"]);
    world.submit("Mina", "market_size", market_size());
    check(
        world,
        &[("reviewers: [finance], ", "")],
        &expect![[r#"
        market_size: returned at launch
    "#]],
    );
}

#[test]
fn a_move_owes_what_is_lacking_and_no_gate_passes_over_it() {
    let mut world = World::ready_for_launch(&["US"]);
    world.does("Mina", World::pass("launch", "in_market"));
    let (at, reason) = (world.at(), world.text("the process changes"));
    world.does("Mina", Command::Withdraw { at, reason });
    let to = world.rewritten(&[
        MORE_ASKED,
        ("      study: {", "      labels: { title: Labels, owner: rd_lead, form: plain_note, due: 5bd }\n      study: {"),
    ]);
    let events = world.does("Mina", to);
    expect![[r#"
        product migrated
    "#]]
    .assert_eq(&tell(&events));
    let entry = &world.product().deliverables[&"market_size".parse().expect("a deliverable")];
    let revision = entry.accepted.as_ref().expect("it stays");
    assert_eq!(revision.under.as_ref().map(|under| under.version), Some(1));
    assert!(entry.outgrown.is_some());
    let dues: Vec<String> = world.product().dues.keys().map(ToString::to_string).collect();
    assert_eq!(dues, ["labels"]);

    let waiting = tasks(&world.definition, world.product());
    let kinds: Vec<String> =
        waiting.iter().map(|task| format!("{} {}", task.kind.name(), task.about)).collect();
    assert!(kinds.contains(&"renew_deliverable market_size".to_owned()), "{kinds:?}");
    assert!(kinds.contains(&"submit_deliverable labels".to_owned()), "{kinds:?}");
    expect![[r#"
        deliverable_to_revise
        deliverable_missing
    "#]]
    .assert_eq(&list(&world.why_not("Mina", World::pass("launch", "in_market"))));

    let mut better = market_size();
    better["region"] = json!("Asia");
    better["year"] = json!(2027);
    world.submit("Mina", "market_size", better);
    world.accept("Finn", "market_size");
    let entry = &world.product().deliverables[&"market_size".parse().expect("a deliverable")];
    assert!(entry.outgrown.is_none());
    assert_eq!(entry.accepted.as_ref().map(|it| (it.number, it.under.clone())), Some((2, None)));
    world.submit("Rudi", "labels", json!({"text": "In two languages"}));
    world.does("Mina", World::pass("launch", "in_market"));
}

#[test]
fn a_card_that_no_longer_fits_stops_the_gate_until_it_is_revised() {
    let mut world = World::ready_for_launch(&["US"]);
    let to = world.rewritten(&[(
        "    device_class: {",
        "    unit: { type: text, required: true }\n    device_class: {",
    )]);
    world.does("Mina", to);
    assert_eq!(world.why_not("Mina", World::pass("launch", "in_market")), ["card_to_revise"]);
    let card = json!({"problem": "Leaky valves", "regions": ["US"], "unit": "Heart"});
    let card = world.content(card);
    world.does("Mina", Command::ReviseCard { card });
    world.does("Mina", World::pass("launch", "in_market"));
}

#[test]
fn answers_teams_waivers_and_dues_that_have_lost_their_ground_end() {
    let mut world = World::started(&["US"]);
    let evidence = world.text("plan, page 3");
    world.does("Mina", Command::AnswerCriterion { criterion: key("fit"), yes: true, evidence });
    let (role, person) = (RoleRef::new(key("rd_lead"), None), world.person("Rudi"));
    world.does("Mina", Command::AssignRole { role, person });
    let to = world.rewritten(&[("Does it serve the three-year plan?", "Does it serve the plan?")]);
    world.does("Mina", to);
    assert!(world.product().answers.is_empty(), "another question has no answer yet");
    assert_eq!(world.product().team.len(), 1);

    let mut world = World::in_business(&["US"]);
    let reason = world.text("no study is needed");
    let deliverable = "market_size".parse().expect("a deliverable");
    world.does("Mina", Command::AskWaiver { deliverable, reason });
    assert_eq!(world.product().dues.len(), 1);
    let to = world.rewritten(&[(", due: 20bd, waive: finance", "")]);
    world.does("Mina", to);
    let entry = &world.product().deliverables[&"market_size".parse().expect("a deliverable")];
    assert!(matches!(entry.work, Work::Returned { .. }));
    assert_eq!(world.product().dues.len(), 1, "a date that was given stays");
}

#[test]
fn what_a_move_has_no_place_for_stops_it() {
    let why = |mut world: World, changes: &[(&str, &str)], who: &str| -> Vec<String> {
        let to = world.rewritten(changes);
        world.why_not(who, to)
    };
    assert_eq!(why(World::started(&[]), &[], "Rudi"), ["not_your_role"]);
    assert_eq!(why(World::at_launch(&["US"]), &[], "Mina"), ["packet_frozen"]);
    let mut killed = World::in_business(&["US"]);
    killed.does("Mina", World::stop("launch"));
    killed.decides("Leo", sluicegate_core::rules::Decision::Kill);
    assert_eq!(why(killed, &[], "Mina"), ["product_closed"]);
    // A stage by another name is another stage.
    let renamed = [
        ("  idea:\n", "  concept:\n"),
        ("{ to: [idea], at_most: 2 }", "{ to: [concept], at_most: 2 }"),
        ("[idea, business]", "[concept, business]"),
    ];
    assert_eq!(why(World::started(&[]), &renamed, "Mina"), ["stage_missing"]);
    // The stage is behind already, and so is its gate.
    assert!(World::in_business(&["US"]).tried(&renamed, "Mina").is_ok());
    let inserted = [
        (
            "  business:\n    title: Business\n",
            "  scoping: { title: Scoping, side: upstream, gate: scope }\n  business:\n    title: Business\n",
        ),
        ("outcomes: { go: business, hold", "outcomes: { go: scoping, hold"),
        (
            "  launch:\n    title: Launch\n",
            "  scope:\n    title: Scope\n    chair: senior_leadership\n    \
             approvals: { leaders: { role: senior_leadership, need: 1 } }\n    \
             outcomes: { go: business, kill: {} }\n  launch:\n    title: Launch\n",
        ),
    ];
    assert_eq!(why(World::in_business(&["US"]), &inserted, "Mina"), ["gate_behind"]);
    assert!(World::started(&["US"]).tried(&inserted, "Mina").is_ok());
}

#[test]
fn a_product_moves_to_newer_versions_of_its_own_workflow_only() {
    let mut world = World::started(&[]);
    let mut to = world.rewritten(&[]);
    if let Command::Migrate { to, .. } = &mut to {
        to.version = 1;
    }
    assert_eq!(world.why_not("Mina", to), ["not_newer at /to"]);
    let to = world.rewritten(&[("workflow: sample\n", "workflow: other\n")]);
    assert!(world.why_not("Mina", to)[0].starts_with("no such Workflow"));
    // At the server's command line, an operator has every right of an administrator.
    let to = world.rewritten(&[]);
    assert_eq!(world.tries(Actor::System, &to).map(|events| events.len()), Ok(1));
    assert_eq!(world.product().workflow.version, 2);
}

#[test]
fn a_held_product_moves_and_stays_held() {
    let mut world = World::in_business(&["US"]);
    let reason = world.text("waiting");
    let review_at = world.now + chrono::Duration::days(30);
    world.does("Mina", Command::PlaceHold { review_at, reason });
    let before = world.product().overlay.clone();
    let to = world.rewritten(&[MORE_ASKED]);
    world.does("Mina", to);
    assert_eq!(world.product().overlay, before);
}

#[test]
fn a_market_that_fits_no_new_check_is_blocked_by_the_move() {
    let mut world = World::ready_for_launch(&["US"]);
    let to = world.rewritten(&[(
        "expr: \"regulatory_clearance.cleared\"",
        "expr: \"regulatory_clearance.cleared && has(regulatory_clearance.number)\"",
    )]);
    let events = world.does("Mina", to);
    assert!(matches!(&events[1], Event::MarketBlocked { market, .. } if market.as_str() == "US"));
}

#[test]
fn parts_that_differ_are_named_and_where_they_stand_in_the_file_makes_no_difference() {
    let mut world = World::started(&[]);
    world.rewritten(&[
        ("# Every construct of the language once.", "# One\n# line\n# more."),
        (
            "money:   { role: finance, need: 1, veto: true }",
            "money: { role: finance, need: 2, veto: true }",
        ),
        ("      fit: {", "      funded: { ask: Who pays?, by: finance }\n      fit: {"),
        ("  finance:                 { title: Finance,", "  finance: { title: Money,"),
        ("    clock: { decide_within: 10bd", "    clock: { decide_within: 15bd"),
    ]);
    let to = world.to.as_ref().expect("a version");
    let told: String = differences(&world.definition, to)
        .iter()
        .map(|it| serde_json::to_string(it).expect("serialises") + "\n")
        .collect();
    expect![[r#"
        {"part":"role","key":"finance","change":"changed"}
        {"part":"gate","key":"launch","change":"changed"}
        {"part":"criterion","gate":"screen","key":"funded","change":"new"}
        {"part":"seat","gate":"launch","key":"money","change":"changed"}
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_gate_that_decides_keeps_the_product_where_it_is() {
    let mut world = World::at_launch(&["US"]);
    let to = world.rewritten(&[]);
    let action = to.action();
    assert!(matches!(action, Action::Migrate { version: 2 }));
    let mina = Actor::Person(world.person("Mina"));
    let why = unmet(&world.context(mina), world.product(), &action).expect("explained");
    assert_eq!(why.iter().map(blocker).collect::<Vec<_>>(), ["packet_frozen"]);
    for name in ["Leo", "Lisa"] {
        world.scores(name, 8);
        world.votes(name, Choice::Go);
    }
    world.scores("Finn", 7);
    world.votes("Finn", Choice::Go);
    world.does("Mina", to);
    assert_eq!(world.product().passed.len(), 2, "what was decided stays decided");
}

impl World {
    fn tried(
        mut self,
        changes: &[(&str, &str)],
        who: &str,
    ) -> Result<Vec<Event>, sluicegate_core::rules::Refusal> {
        let to = self.rewritten(changes);
        let actor = Actor::Person(self.person(who));
        self.tries(actor, &to)
    }
}
