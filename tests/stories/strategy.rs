//! Across the products of a portfolio: what they measure, which should be looked at, which segments
//! nobody covers, which technologies and skills they need. Through the API, on both databases.

use axum::http::Method;
use serde_json::{Value, json};
use sluicegate_app::Across;
use sluicegate_testkit::TestApp;

use crate::house::{House, each, on_both};

on_both! { DEVICES;
    measures_stand_side_by_side
    what_a_signal_holds_for_is_listed_with_its_facts
    pages_of_signals_are_full
    wanted_segments_are_held_against_served_ones
    shared_names_come_a_page_at_a_time
    what_one_answer_cannot_read_is_told
    roadmaps_are_held_together
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
  roadmap: { title: Roadmap, fields: {
    rows: { type: table, columns: { what: { type: text, required: true }, day: { type: date },
      today: { type: integer }, goal: { type: integer }, how: { type: choice, of: [make, buy] } } },
    people: { type: table, columns: { skill: { type: text, required: true }, wanted: { type: number },
      there: { type: number }, how: { type: choice, of: [hire, train] } } } } }
stages:
  market:
    title: Market
    side: upstream
    deliverables:
      needs: { title: The market, owner: manager, form: market }
      roadmap: { title: Roadmap, owner: manager, form: roadmap, required: false }
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
technologies:
  each: roadmap.rows
  name: row.what
  by: row.day
  readiness: row.today
  needed: row.goal
  way: row.how
skills:
  each: roadmap.people
  name: row.skill
  missing: row.wanted - row.there
  way: row.how
";

/// Plans say what they want in a form of another shape, and measure less.
const PLANS: &str = "workflow: plans
title: Plans
roles: { manager: { title: Manager, side: upstream, owner: true }, lead: { title: Lead, side: both } }
forms: { wishes: { title: Wishes, fields: { names: { type: list, of: { type: text } },
  means: { type: table, columns: { means: { type: text, required: true }, year: { type: integer } } } } } }
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
technologies: { each: wishes.means, name: row.means, by: row.year }
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
    // What is not signalled takes no place on a page.
    let first = house.get("Mina", "/v1/signals?sort=name&limit=1").await;
    assert_eq!((each(&first, "/product/name"), first.get("next")), (vec!["Brace"], None));
}

/// The names on all pages of a list, a page at a time.
async fn paged(house: &House, list: &str, name: &str) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.get("Mina", &format!("{list}{cursor}")).await;
        pages.push(each(&page, name).into_iter().map(str::to_owned).collect());
        let Some(next) = page["next"].as_str() else { return pages };
        cursor = format!("&cursor={next}");
    }
}

async fn pages_of_signals_are_full(app: TestApp) {
    let house = open(app).await;
    for number in 0..9 {
        // Every other one is an orphan, the last one is not.
        let share = if number % 2 == 1 { 1 } else { 12 };
        device(&house, &format!("Device {number}"), share, &[]).await;
    }
    for sort in ["name", "due", "started", "changed", "-name", "-changed"] {
        let list = format!("/v1/signals?sort={sort}&limit=3");
        let pages = paged(&house, &list, "/product/name").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [3, 1], "{sort}: {pages:?}");
        let mut all = pages.concat();
        all.sort_unstable();
        assert_eq!(all, ["Device 1", "Device 3", "Device 5", "Device 7"], "{sort}");
    }
    let exact = paged(&house, "/v1/signals?sort=name&limit=4", "/product/name").await;
    assert_eq!(exact.iter().map(Vec::len).collect::<Vec<_>>(), [4], "{exact:?}");
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
    let told = [&found["products"], &found["untold"], &found["items"][0]["serving"]];
    assert_eq!(told, [&json!(3), &json!(1), &json!(1)]);
    let hidden = house.get("Nobody", "/v1/segments").await;
    assert_eq!((&hidden["items"], &hidden["products"]), (&json!([]), &json!(0)));
    let elsewhere = json!({ "portfolio": "ortho", "title": "Ortho", "kind": "portfolio" });
    house.post("admin", "/v1/portfolios", &elsewhere).await;
    started(&house, "devices", "Splint", "ortho", json!({})).await;
    let there = house.get("Mina", "/v1/segments?portfolio=ortho").await;
    assert_eq!((&there["products"], &there["items"]), (&json!(1), &json!([])));
}

async fn shared_names_come_a_page_at_a_time(app: TestApp) {
    let house = open(app).await;
    plan(&house, "Plan", &["Home care", "Day clinics", "가정 간호", "Ambulances"]).await;
    device(&house, "Analyser", 12, &["day  CLINICS", "Wards"]).await;
    let pages = paged(&house, "/v1/segments?limit=2", "/segment").await;
    let wanted = [vec!["Ambulances", "Day clinics"], vec!["Home care", "Wards"], vec!["가정 간호"]];
    assert_eq!(pages, wanted);
    // Whoever serves the last one is seen from every page.
    let first = house.get("Mina", "/v1/segments?limit=2").await;
    assert_eq!((&first["products"], &first["items"][1]["serving"]), (&json!(2), &json!(1)));
    let next = first["next"].as_str().expect("there is more");
    for other in ["/v1/segments?portfolio=main", "/v1/technologies?limit=2", "/v1/skills?limit=2"] {
        let path = format!("{other}&cursor={next}");
        let (status, problem) = house.asks(Some("Mina"), Method::GET, &path, None).await;
        assert_eq!((status, &problem["code"]), (400, &json!("bad_cursor")), "{other}");
    }
}

async fn what_one_answer_cannot_read_is_told(app: TestApp) {
    let house = open(app).await;
    for n in 0..=100 {
        started(&house, "devices", &format!("Pump {n}"), "main", json!({})).await;
    }
    let all = house.get("Mina", "/v1/segments").await;
    assert_eq!((&all["products"], &all["complete"]), (&json!(101), &json!(true)));
    let some = Across { most: 100, ..Across::default() };
    let some = house.app.app.coverage(&house.app.caller("Mina"), &some).await.expect("segments");
    assert_eq!((some.products, some.complete), (100, false));
}

/// Hands in the roadmap of a device: technologies with their way, and a skill with what is wanted.
async fn roadmap(house: &House, id: &str, rows: Value, people: Value) {
    let content = json!({ "content": { "rows": rows, "people": people } });
    let path = format!("/v1/products/{id}/deliverables/roadmap/revisions");
    house.post("Mina", &path, &content).await;
}

async fn roadmaps_are_held_together(app: TestApp) {
    let house = open(app).await;
    let analyser = device(&house, "Analyser", 12, &[]).await;
    let brace = device(&house, "Brace", 12, &[]).await;
    device(&house, "Catheter", 12, &[]).await;
    let rows = json!([
        { "what": "Laser  welding", "day": "2028-03-01", "today": 6, "goal": 9, "how": "make" },
        { "what": "무선 펌웨어", "how": "buy" } ]);
    let people = json!([
        { "skill": "Optics", "wanted": 3, "there": 0.5, "how": "hire" },
        { "skill": "Statistics", "wanted": 1, "there": 1 } ]);
    roadmap(&house, &analyser, rows, people).await;
    let rows = json!([
        { "what": "LASER WELDING", "today": 4, "goal": 8, "how": "buy" },
        { "what": "laser welding", "day": "2029-01-01" },
        { "what": "무선 펌웨어", "how": "buy" } ]);
    roadmap(&house, &brace, rows, json!([{ "skill": "optics", "wanted": 2, "there": 0 }])).await;
    let id = started(&house, "plans", "Plan", "main", json!({})).await;
    let content = json!({ "content": { "names": [], "means": [{ "means": "Laser welding", "year": 2027 }] } });
    house.post("Mina", &format!("/v1/products/{id}/deliverables/wishes/revisions"), &content).await;

    let found = house.get("Mina", "/v1/technologies").await;
    assert_eq!(each(&found, "/technology"), ["Laser welding", "무선 펌웨어"]);
    // Two devices and a plan tell, one device has said nothing yet.
    assert_eq!((&found["products"], &found["untold"]), (&json!(4), &json!(1)));
    let laser = &found["items"][0];
    assert_eq!((&laser["products"], &laser["soonest"]), (&json!(3), &json!("2027-12-31")));
    assert_eq!((&laser["readiness"], &laser["needed"]), (&json!(4), &json!(9)));
    assert_eq!(laser["ways_differ"], true);
    assert_eq!(
        laser["ways"],
        json!([{ "way": "buy", "products": 1 }, { "way": "make", "products": 1 }])
    );
    let needing = json!({ "items": laser["needed_by"] });
    assert_eq!(each(&needing, "/name"), ["Analyser", "Brace", "Plan"]);
    assert_eq!(each(&needing, "/by"), ["2028-03-01", "2029-01-01", "2027-12-31"]);
    let people: Vec<_> = (0..3).map(|at| &laser["needed_by"][at]["people_missing"]).collect();
    assert_eq!(people, [&json!(2.5), &json!(2.0), &Value::Null]);
    assert_eq!(laser["needed_by"][0]["ways"], json!(["make"]));
    let wireless = &found["items"][1];
    assert_eq!((&wireless["products"], &wireless["ways_differ"]), (&json!(2), &json!(false)));
    assert_eq!((&wireless["soonest"], &wireless["readiness"]), (&Value::Null, &Value::Null));

    // Nothing is missing of statistics.
    let found = house.get("Mina", "/v1/skills").await;
    assert_eq!(each(&found, "/skill"), ["Optics"]);
    let optics = &found["items"][0];
    assert_eq!((&optics["missing"], &optics["products"]), (&json!(4.5), &json!(2)));
    assert_eq!(optics["ways"], json!([{ "way": "hire", "products": 1 }]));
    assert_eq!(optics["missing_in"][1]["missing"], json!(2.0));

    let pages = paged(&house, "/v1/technologies?limit=1", "/technology").await;
    assert_eq!(pages, [["Laser welding"], ["무선 펌웨어"]]);
    for list in ["/v1/technologies", "/v1/skills"] {
        let hidden = house.get("Nobody", list).await;
        assert_eq!((&hidden["items"], &hidden["products"]), (&json!([]), &json!(0)), "{list}");
    }
}
