//! Across the products of a portfolio: what they measure, which should be looked at, and which
//! segments nobody covers. Through the API, on both databases.

use serde_json::{Value, json};
use sluicegate_testkit::TestApp;

use crate::house::{House, each, on_both};

on_both! { DEVICES;
    measures_stand_side_by_side
    what_a_signal_holds_for_is_listed_with_its_facts
    wanted_segments_are_held_against_served_ones
}

const DEVICES: &str = "workflow: devices
title: Devices
roles: { manager: { title: Manager, side: upstream, owner: true }, lead: { title: Lead, side: both } }
product: { fields: { target_launch: { type: date } } }
forms:
  market: { title: Market, fields: {
    share: { type: percent, required: true },
    sales: { type: money, required: true },
    groups: { type: table, columns: { name: { type: text, required: true }, aimed_at: { type: bool } } } } }
stages:
  market:
    title: Market
    side: upstream
    deliverables: { needs: { title: The market, owner: manager, form: market } }
    gate: decision
gates:
  decision:
    title: Decision
    chair: lead
    approvals: { leaders: { role: lead, need: 1 } }
    outcomes: { go: { sold: { title: Sold, exit: sold } }, kill: {} }
exits: { sold: { title: Sold } }
measures:
  share: { title: { en: Share, ko: 점유율 }, value: needs.share, unit: '%' }
  sales: { title: Sales, value: needs.sales }
signals:
  orphan: { title: Orphan, when: needs.share < 2.0, propose: sold }
segments:
  serves: needs.groups.filter(g, has(g.aimed_at) && g.aimed_at).map(g, g.name)
  launch: product.target_launch
";

/// Plans say what they want in a form of another shape, and measure less.
const PLANS: &str = "workflow: plans
title: Plans
roles: { manager: { title: Manager, side: upstream, owner: true }, lead: { title: Lead, side: both } }
forms: { wishes: { title: Wishes, fields: { names: { type: list, of: { type: text } } } } }
stages:
  plan:
    title: Plan
    side: upstream
    deliverables: { wishes: { title: Wishes, owner: manager, form: wishes } }
    gate: agreed
gates:
  agreed:
    title: Agreed
    chair: lead
    approvals: { leaders: { role: lead, need: 1 } }
    outcomes: { go: { over: { title: Over, exit: over } }, kill: {} }
exits: { over: { title: Over } }
measures: { wishes: { title: Wishes, value: wishes.names.size() } }
segments: { wants: wishes.names }
";

const STAFF: [(&str, &[&str]); 3] = [("Mina", &["manager"]), ("Lena", &["lead"]), ("Nobody", &[])];

async fn open(app: TestApp) -> House {
    let house = House::open(app, &STAFF).await;
    assert_eq!(house.publishes(PLANS).await, 1);
    house
}

async fn started(
    house: &House,
    workflow: &str,
    name: &str,
    portfolio: &str,
    card: Value,
) -> String {
    let body = json!({ "workflow": workflow, "name": name, "portfolio": portfolio, "card": card });
    let started = house.post("Mina", "/v1/products", &body).await;
    started["product"].as_str().expect("an id").to_owned()
}

/// A device with this share, aiming at some groups, and once at none of them.
async fn device(house: &House, name: &str, share: u32, groups: &[&str]) -> String {
    let card = json!({ "target_launch": "2028-05-01" });
    let id = started(house, "devices", name, "main", card).await;
    let aimed = groups.iter().map(|name| json!({ "name": name, "aimed_at": true }));
    let rows: Vec<Value> = aimed.chain([json!({ "name": "Home care" })]).collect();
    let content = json!({ "content": { "share": share, "groups": rows,
        "sales": { "amount": "12.50", "currency": "EUR" } } });
    house.post("Mina", &format!("/v1/products/{id}/deliverables/needs/revisions"), &content).await;
    id
}

async fn plan(house: &House, name: &str, wants: &[&str]) -> String {
    let id = started(house, "plans", name, "main", json!({})).await;
    let content = json!({ "content": { "names": wants } });
    house.post("Mina", &format!("/v1/products/{id}/deliverables/wishes/revisions"), &content).await;
    id
}

async fn measures_stand_side_by_side(app: TestApp) {
    let house = open(app).await;
    device(&house, "Analyser", 12, &[]).await;
    started(&house, "devices", "Brace", "main", json!({})).await;
    plan(&house, "Plan", &["Clinics", "Wards"]).await;
    let page = house.get("Mina", "/v1/measures?sort=name").await;
    let columns = json!({ "items": page["columns"] });
    assert_eq!(each(&columns, "/key"), ["share", "sales", "wishes"]);
    assert_eq!((each(&columns, "/type")[1], each(&columns, "/unit")[0]), ("money", "%"));
    let cells: Vec<&Value> =
        page["items"].as_array().expect("items").iter().map(|item| &item["cells"]).collect();
    assert_eq!(
        (&cells[0][0]["value"], &cells[0][1]["value"]["amount"]),
        (&json!(12), &json!("12.50"))
    );
    assert_eq!((&cells[0][2]["measured"], &cells[0][2]["value"]), (&json!(false), &Value::Null));
    assert_eq!(cells[1][0]["measured"], true);
    assert!(cells[1][0]["unknown"]["sentence"].is_string(), "{:#}", cells[1]);
    assert_eq!((&cells[2][2]["value"], &cells[2][0]["measured"]), (&json!(2), &json!(false)));

    // A page at a time, with the filters of the list, for those who may read it.
    let first = house.get("Mina", "/v1/measures?sort=name&workflow=devices&limit=1").await;
    assert_eq!(each(&first, "/product/name"), ["Analyser"]);
    assert_eq!(first["columns"].as_array().map(Vec::len), Some(2));
    let next = first["next"].as_str().expect("there is more");
    let rest = format!("/v1/measures?sort=name&workflow=devices&limit=1&cursor={next}");
    assert_eq!(each(&house.get("Mina", &rest).await, "/product/name"), ["Brace"]);
    assert_eq!(each(&house.get("Nobody", "/v1/measures").await, "/product/name"), [""; 0]);
}

async fn what_a_signal_holds_for_is_listed_with_its_facts(app: TestApp) {
    let house = open(app).await;
    device(&house, "Analyser", 12, &[]).await;
    device(&house, "Brace", 1, &[]).await;
    started(&house, "devices", "Catheter", "main", json!({})).await;
    let page = house.get("Mina", "/v1/signals?sort=name").await;
    assert_eq!(each(&page, "/product/name"), ["Brace"]);
    let signal = &page["items"][0]["signals"][0];
    assert_eq!((&signal["key"], &signal["propose"]["exit"]), (&json!("orphan"), &json!("sold")));
    assert_eq!(signal["facts"][0]["clause"], "needs.share < 2.0");
    // It looks at so many products, whether or not something holds for them.
    let first = house.get("Mina", "/v1/signals?sort=name&limit=1").await;
    assert_eq!(each(&first, "/product/name"), [""; 0]);
    let next = first["next"].as_str().expect("there is more");
    let second = house.get("Mina", &format!("/v1/signals?sort=name&limit=1&cursor={next}")).await;
    assert_eq!(each(&second, "/product/name"), ["Brace"]);
}

async fn wanted_segments_are_held_against_served_ones(app: TestApp) {
    let house = open(app).await;
    let over = plan(&house, "Old plan", &["Prisons"]).await;
    let gate = format!("/v1/products/{over}/gates/agreed/submissions");
    house.post("Mina", &gate, &json!({ "purpose": "stop" })).await;
    let kill = json!({ "outcome": "kill", "reason": "Another plan takes its place" });
    house.post("Lena", &format!("{gate}/1/decision"), &kill).await;
    plan(&house, "Plan", &["Home care", "Day clinics", "가정 간호"]).await;
    device(&house, "Analyser", 12, &["day  CLINICS", "Wards"]).await;
    started(&house, "devices", "Brace", "main", json!({})).await;
    let found = house.get("Mina", "/v1/segments").await;
    assert_eq!(each(&found, "/segment"), ["Day clinics", "Home care", "Wards", "가정 간호"]);
    let uncovered: Vec<_> =
        found["items"].as_array().expect("items").iter().map(|it| &it["uncovered"]).collect();
    assert_eq!(uncovered, [false, true, false, true]);
    let serving = &found["items"][0]["served_by"][0];
    assert_eq!((&serving["name"], &serving["side"]), (&json!("Analyser"), &json!("upstream")));
    assert_eq!((&serving["stage"], &serving["launch"]), (&json!("market"), &json!("2028-05-01")));
    assert_eq!(found["items"][2]["wanted_by"], json!([]));
    let told = [&found["products"], &found["untold"], &found["complete"]];
    assert_eq!(told, [&json!(3), &json!(1), &json!(true)]);
    let hidden = house.get("Nobody", "/v1/segments").await;
    assert_eq!((&hidden["items"], &hidden["products"]), (&json!([]), &json!(0)));
    let elsewhere = json!({ "portfolio": "ortho", "title": "Ortho", "kind": "portfolio" });
    house.post("admin", "/v1/portfolios", &elsewhere).await;
    started(&house, "devices", "Splint", "ortho", json!({})).await;
    let there = house.get("Mina", "/v1/segments?portfolio=ortho").await;
    assert_eq!((&there["products"], &there["items"]), (&json!(1), &json!([])));
}
