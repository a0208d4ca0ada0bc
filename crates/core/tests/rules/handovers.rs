//! Markets: sellable or blocked, offered, declined, accepted; one owner at every moment.

use std::collections::BTreeMap;

use expect_test::expect;
use serde_json::json;
use sluicegate_core::{product::RoleRef, rules::Command};

use crate::world::{World, key, list, tell};

#[test]
fn launch_offers_each_sellable_market_to_its_receiver() {
    let world = World::launched(&["US", "KR"]);
    let tail: Vec<_> = world.log.iter().rev().take(7).rev().map(|it| it.event.clone()).collect();
    expect![[r#"
        vote cast launch
        gate decided launch go
        review scheduled interim_3m
        stage entered in_market
        review scheduled yearly_review
        handover offered KR
        handover offered US
    "#]]
    .assert_eq(&tell(&tail));
    assert_eq!(world.product().accountable(&key("US")), world.person("Mina"));
}

#[test]
fn a_receiver_declines_item_by_item_and_another_accepts() {
    let mut world = World::launched(&["US", "KR"]);
    let why = world.text("the brochure is missing");
    let items = BTreeMap::from([(key("materials"), why)]);
    let decline = Command::DeclineHandover { market: key("US"), items };
    expect![[r#"
        not_yours
    "#]]
    .assert_eq(&list(&world.why_not("Uma", decline.clone())));
    expect![[r#"
        handover declined US
    "#]]
    .assert_eq(&tell(&world.does("Kim", decline)));
    assert_eq!(world.product().accountable(&key("US")), world.person("Mina"));

    let role = RoleRef::new(key("field_marketing_manager"), Some(key("US")));
    let (kim, uma) = (world.person("Kim"), world.person("Uma"));
    world.does("Mina", Command::ReleaseRole { role: role.clone(), person: kim });
    world.does("Mina", Command::AssignRole { role, person: uma });
    let offer = Command::OfferHandover { market: key("US"), to: None };
    expect![[r#"
        handover offered US
    "#]]
    .assert_eq(&tell(&world.does("Mina", offer)));
    let items = [key("materials")].into();
    let accept = Command::AcceptHandover { market: key("US"), items };
    expect![[r#"
        items_missing at /items
    "#]]
    .assert_eq(&list(&world.why_not("Uma", accept)));
    let items = [key("materials"), key("training")].into();
    let accept = Command::AcceptHandover { market: key("US"), items };
    expect![[r#"
        handover accepted US
    "#]]
    .assert_eq(&tell(&world.does("Uma", accept.clone())));
    assert_eq!(world.product().accountable(&key("US")), uma);
    assert_eq!(world.product().accountable(&key("KR")), world.person("Mina"));
    expect![[r#"
        no_offer
    "#]]
    .assert_eq(&list(&world.why_not("Uma", accept)));
}

#[test]
fn a_market_that_is_not_sellable_is_neither_offered_nor_accepted() {
    let mut world = World::launched(&["US"]);
    world.does("Mina", Command::AddMarket { market: key("EU") });
    let offer = Command::OfferHandover { market: key("EU"), to: None };
    expect![[r#"
        market_blocked
    "#]]
    .assert_eq(&list(&world.why_not("Mina", offer.clone())));
    let events = world.submit("Rudi", "regulatory_clearance@EU", json!({"cleared": true}));
    expect![[r#"
        deliverable submitted regulatory_clearance@EU
        deliverable accepted regulatory_clearance@EU
        market sellable EU
    "#]]
    .assert_eq(&tell(&events));
    expect![[r#"
        unknown_receiver at /to
    "#]]
    .assert_eq(&list(&world.why_not("Mina", offer)));
    let to = Some(world.person("Uma"));
    world.does("Mina", Command::OfferHandover { market: key("EU"), to });
    let events = world.submit("Rudi", "regulatory_clearance@EU", json!({"cleared": false}));
    expect![[r#"
        deliverable submitted regulatory_clearance@EU
        deliverable accepted regulatory_clearance@EU
        market blocked EU
    "#]]
    .assert_eq(&tell(&events));
    let items = [key("materials"), key("training")].into();
    let accept = Command::AcceptHandover { market: key("EU"), items };
    expect![[r#"
        market_blocked
    "#]]
    .assert_eq(&list(&world.why_not("Uma", accept)));
}

#[test]
fn an_offer_before_launch_says_what_it_waits_for() {
    let mut world = World::in_business(&["US"]);
    let offer = Command::OfferHandover { market: key("US"), to: None };
    expect![[r#"
        not_launched
        market_blocked
    "#]]
    .assert_eq(&list(&world.why_not("Mina", offer)));
    let items = BTreeMap::new();
    let decline = Command::DeclineHandover { market: key("US"), items };
    expect![[r#"
        no_offer
    "#]]
    .assert_eq(&list(&world.why_not("Kim", decline)));
}

#[test]
fn one_person_may_stand_on_both_sides_where_the_workflow_allows_it() {
    let mut world = World::launched(&["KR"]);
    world.does("Mina", Command::AddMarket { market: key("US") });
    world.hire("Mina", "field_marketing_manager");
    world.submit("Rudi", "regulatory_clearance@US", json!({"cleared": true}));
    let to = Some(world.person("Mina"));
    let offer = Command::OfferHandover { market: key("US"), to };
    assert!(world.definition.both_sides);
    let events = world.does("Mina", offer.clone());
    assert!(serde_json::to_string(&events).unwrap().contains(r#""both_sides":true"#));

    let mut world = World::launched(&["KR"]);
    world.definition.both_sides = false;
    world.does("Mina", Command::AddMarket { market: key("US") });
    world.hire("Mina", "field_marketing_manager");
    world.submit("Rudi", "regulatory_clearance@US", json!({"cleared": true}));
    expect![[r#"
        not_a_holder at /to
    "#]]
    .assert_eq(&list(&world.why_not("Mina", offer)));
}
