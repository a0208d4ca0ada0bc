//! A downstream marketer's day in the demo company, through the API alone, on both databases.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use serde_json::{Value, json};
use sluicegate_app::{AccessConfig, App, AppConfig, verify};
use sluicegate_demo::{Script, Wanted};
use sluicegate_testkit::{Home, chance};

use crate::company::{Company, codes};

/// The day; the demo's history ends on its morning.
fn morning() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 1, 0, 0).single().expect("a date")
}

type Hands = Arc<Mutex<DateTime<Utc>>>;

/// The demo with its first two products: a stent that is being launched market by market, and a
/// microcatheter that has been on the market for a year and more.
struct Day {
    house: Company,
    _home: Home,
    hands: Hands,
    stent: String,
    catheter: String,
}

impl Day {
    async fn begins(home: Home) -> Self {
        let hands = Arc::new(Mutex::new(morning()));
        let read = hands.clone();
        let world = Arc::new(move || *read.lock().unwrap_or_else(PoisonError::into_inner));
        let script = Script::new(world);
        let (store, clock) = (home.options(), script.clock());
        let config =
            AppConfig { store, clock, chance: chance::counted(), access: AccessConfig::default() };
        let app = App::open(config).await.expect("the database opens");
        let source = include_str!("../../workflows/npi-medtech.yaml").to_owned();
        let workflows = vec![("npi-medtech.yaml".to_owned(), source)];
        let wanted = Wanted { workflows, products: 2, seed: 1 };
        let built = sluicegate_demo::build(&app, &script, &wanted, |_| {}).await;
        built.unwrap_or_else(|error| panic!("{error}"));
        let operator = app.operator().await.expect("an operator");
        let people = app.people(&operator).await.expect("people");
        let people: BTreeMap<_, _> =
            people.into_iter().map(|person| (person.name.clone(), person.id)).collect();
        let house = Company::of(app, people);
        let list = house.get("Tak", "/v1/products?limit=10").await;
        let find = |name: &str| {
            let items = list["items"].as_array().expect("items");
            let found = items.iter().find(|item| item["name"].to_string().contains(name));
            let id = found.and_then(|found| found["id"].as_str());
            id.unwrap_or_else(|| panic!("no {name} in {list:#}")).to_owned()
        };
        let (stent, catheter) = (find("S3"), find("Aurum"));
        Self { house, _home: home, hands, stent, catheter }
    }

    /// Some time later; the timers see it.
    async fn passes(&self, time: TimeDelta) {
        *self.hands.lock().unwrap_or_else(PoisonError::into_inner) += time;
        self.house.app.run_timers_once().await.expect("the timers run");
    }

    fn stent(&self, rest: &str) -> String {
        format!("/v1/products/{}{rest}", self.stent)
    }

    fn catheter(&self, rest: &str) -> String {
        format!("/v1/products/{}{rest}", self.catheter)
    }
}

/// Of the checks of a market, those that do not hold.
fn open_checks(market: &Value) -> Vec<&str> {
    let checks = market["checks"].as_array().map(Vec::as_slice).unwrap_or_default();
    let open = checks.iter().filter(|check| check["outcome"] != "pass");
    open.filter_map(|check| check["key"].as_str()).collect()
}

/// Japan is cleared; its price lies above the corridor first, and the market stays blocked.
async fn a_price_outside_the_corridor_is_mended(day: &Day) {
    let house = &day.house;
    let yen = |amount: &str| json!({ "amount": amount, "currency": "JPY" });
    let corridor = json!({ "floor": yen("98000"), "ceiling": yen("127000"), "unit_cost": yen("21300"),
        "parallel_trade": "low", "rationale": "Between the leading stent and the tariff." });
    let price = |amount: &str| json!({ "price": yen(amount), "valid_from": "2027-01-15" });
    let at = |key: &str| day.stent(&format!("/deliverables/{key}@JP"));
    let finance = ["Castellano"];
    house.hand_in("Jihyun Seo", &at("price_corridor"), corridor, &finance).await;
    house.hand_in("Mori", &at("local_price"), price("131000"), &["Eom"]).await;
    let clearance = json!({ "cleared": true, "number": "30800BZX00231000",
        "cleared_on": "2026-11-20", "valid_until": "2031-11-19" });
    house.hand_in("Jang", &at("regulatory_clearance"), clearance, &["Minseok"]).await;
    let market = house.get("Mori", &day.stent("/markets/JP")).await;
    assert_eq!(market["sellable"], false, "{market:#}");
    assert_eq!(open_checks(&market), ["price"], "{market:#}");
    let offer = day.stent("/handovers/JP/offer");
    let (status, problem) = house.refused("Jihyun Seo", &offer, &json!({})).await;
    assert!(status == 409 && !codes(&problem).is_empty(), "{status} {problem:#}");

    house.hand_in("Mori", &at("local_price"), price("118000"), &["Eom"]).await;
    let market = house.get("Mori", &day.stent("/markets/JP")).await;
    assert_eq!((&market["sellable"], open_checks(&market).len()), (&json!(true), 0), "{market:#}");
}

/// The receiver declines over the training, and accepts when it was made good.
async fn a_hand_over_is_declined_and_then_accepted(day: &Day) {
    let house = &day.house;
    let handover = day.stent("/handovers/JP");
    house.post("Jihyun Seo", &format!("{handover}/offer"), &json!({})).await;
    assert!(house.inbox("Mori").await.contains(&"answer_handover".to_owned()));
    let no = json!({ "items": { "training": "The course for Kansai is in two weeks." } });
    house.post("Mori", &format!("{handover}/refusal"), &no).await;
    let owner = house.get("Jihyun Seo", &day.stent("/markets/JP")).await["accountable"].clone();
    assert!(owner.to_string().contains("Jihyun"), "it stays upstream: {owner}");

    day.passes(TimeDelta::days(14)).await;
    house.post("Jihyun Seo", &format!("{handover}/offer"), &json!({})).await;
    let offered = house.get("Mori", &handover).await;
    let items = offered["checklist"].as_array().expect("a checklist").iter();
    let items: Vec<&str> = items.filter_map(|item| item["key"].as_str()).collect();
    let part = json!({ "items": items.split_last().expect("items").1 });
    let (status, problem) = house.refused("Mori", &format!("{handover}/acceptance"), &part).await;
    assert_eq!(status, 422, "not all of them: {problem:#}");
    house.post("Mori", &format!("{handover}/acceptance"), &json!({ "items": items })).await;
    let owner = house.get("Mori", &day.stent("/markets/JP")).await["accountable"].clone();
    assert!(owner.to_string().contains("Mori"), "now it is downstream: {owner}");
}

/// Campaigns, leads and what sales can use; sales accepts what it will work with.
async fn the_market_is_worked(day: &Day) {
    let house = &day.house;
    let at = |key: &str| day.stent(&format!("/deliverables/{key}"));
    let campaigns = json!({ "campaigns": [{ "campaign": "Small vessels, e-mail", "channel": "email",
        "start": "2026-12-08", "cost": { "amount": "1200000", "currency": "JPY" },
        "leads": 48, "qualified": 12 }] });
    house.hand_in("Mori", &at("campaigns@JP"), campaigns, &[]).await;
    let leads = json!({ "sources": [
        { "source": "campaign", "captured": 48, "qualified": 12, "won": 3 },
        { "source": "show", "captured": 30, "qualified": 9, "won": 2 }] });
    house.hand_in("Mori", &at("leads@JP"), leads, &[]).await;
    let seen = house.get("Mori", &at("leads@JP")).await;
    let content = &seen["accepted"]["document"]["content"];
    assert_eq!((&content["captured"], &content["won"]), (&json!(78), &json!(5)), "{content:#}");
    let enablement = json!({ "materials": [
        { "material": "Solaris S3 vs. Nova", "kind": "battlecard", "usable": true,
          "comment": "Used in every second visit" }] });
    house.hand_in("Eom", &at("sales_enablement"), enablement, &["Bang"]).await;
}

/// Actual sales come in beside the forecast; everybody reads the same attainment.
async fn actuals_show_the_attainment(day: &Day) {
    let house = &day.house;
    let eur = |amount: i64| json!({ "amount": format!("{amount}.00"), "currency": "USD" });
    let month = |month: &str, marketing: i64, sales: i64, actual: i64| {
        json!({ "month": month, "marketing": eur(marketing), "sales": eur(sales),
            "actual": eur(actual) })
    };
    let form = json!({ "months": [month("2026-09-01", 100_000, 90_000, 60_000),
            month("2026-10-01", 100_000, 90_000, 84_000)],
        "share": 2.1, "causes": "Two value committees decided in October.",
        "marketing_does": "Dossier before the committee.", "sales_does": "Visits with a specialist." });
    let attainment = day.stent("/deliverables/attainment@DE");
    house.hand_in("Krüger", &attainment, form, &["Bang"]).await;
    let seen = house.get("Krüger", &attainment).await;
    let content = &seen["accepted"]["document"]["content"];
    assert_eq!(content["of_marketing"].as_f64().map(f64::round), Some(72.0), "{content:#}");
    assert_eq!(content["of_sales"].as_f64().map(f64::round), Some(80.0));
    for who in ["Krüger", "Bang", "Jihyun Seo"] {
        let view = house.get(who, &day.stent("/measures")).await;
        let measures = view["measures"].as_array().expect("measures");
        let found = measures.iter().find(|measure| measure["key"] == "of_marketing");
        let value = found.map(|found| found["value"].clone()).unwrap_or_default();
        let value = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        assert!(value.is_some_and(|value| value > 30.0 && value < 130.0), "{who}: {found:?}");
    }
}

/// A day on the road becomes feedback, and its follow-up is done.
async fn the_field_day_goes_upstream(day: &Day) {
    let house = &day.house;
    let (krueger, sommer) = (house.id("Krüger"), house.id("Sommer"));
    let record = json!({ "portfolio": "coronary", "date": "2026-12-04", "marketer": krueger,
        "seller": sommer, "market": "DE", "products": [day.stent], "account": "Herzzentrum Mainufer",
        "seen": "The small size is kept in another drawer.", "learned": "Label colours decide.",
        "not_usable": "White paper: nobody has opened it.",
        "follow_ups": [{ "text": "Colour chart", "owner": krueger, "due": "2026-12-18T09:00:00Z" }] });
    let recorded = house.post("Krüger", "/v1/field-days", &record).await;
    let field_day = format!("/v1/field-days/{}", recorded["entry"].as_str().expect("an id"));
    let learned = json!({ "items": [{ "product": day.stent, "kind": "field_day", "market": "DE",
        "seen": "Sizes cannot be told apart in the drawer." }] });
    house.post("Krüger", &format!("{field_day}/feedback"), &learned).await;
    assert!(house.inbox("Jihyun Seo").await.contains(&"triage_feedback".to_owned()));
    house.post("Krüger", &format!("{field_day}/follow-ups/1/completion"), &json!({})).await;
    let mine = house.get("Krüger", "/v1/feedback?mine=true").await;
    let sent = mine["items"].as_array().expect("items");
    assert!(sent.iter().any(|each| each["kind"] == "field_day"), "{mine:#}");
}

/// The yearly review goes to its gate, passes with a condition, and the condition is closed.
async fn the_lifecycle_is_reviewed(day: &Day) {
    let house = &day.house;
    let usd = json!({ "amount": "9800000", "currency": "USD" });
    let review = json!({ "year": 2026, "revenue": usd, "growth": 31.5, "share": 24.0,
        "rival_share": 17.0, "market_growth": 11.2, "gross_margin": 78.0, "complaints": 6,
        "overdue_capas": 0, "recommendation": "continue", "reasons": "CTO operators reorder." });
    let at = day.catheter("/deliverables/lifecycle_review");
    house.hand_in("Eom", &at, review, &["Lindqvist"]).await;
    let boston = house.get("Krüger", &at).await;
    assert_eq!(boston["accepted"]["document"]["content"]["boston"], "star");
    let card = house.get("Krüger", &day.catheter("/deliverables/balanced_scorecard")).await;
    assert!(card["state"].is_string());
    for (question, who) in [("safety_watched", "Hoffmann"), ("certificates_last", "Jang")] {
        let path = day.catheter(&format!("/gates/current/criteria/{question}"));
        house.put(who, &path, &json!({ "answer": true, "evidence": "PSUR 2026" })).await;
    }
    let gate = day.catheter("/gates/lifecycle/submissions");
    let submit = json!({ "purpose": "pass", "path": "continue" });
    house.post("Lindqvist", &gate, &submit).await;
    let submissions = house.get("Eom", &gate).await;
    let submissions = submissions["items"].as_array().expect("submissions").iter();
    let number = submissions.filter_map(|each| each["number"].as_u64()).max().expect("one");
    let vote = format!("{gate}/{number}/votes");
    let due = (morning() + TimeDelta::days(60)).to_rfc3339();
    let condition = json!({ "choice": "conditional_go", "reason": "Price of the US group contract.",
        "conditions": [{ "text": "Show the effect on the corridor", "owner": house.id("Krüger"), "due": due }] });
    house.post("Castellano", &vote, &condition).await;
    house.post("Eom", &vote, &json!({ "choice": "go", "reason": "Agreed." })).await;
    let state = house.get("Eom", &day.catheter("")).await;
    assert_eq!((&state["stage"], &state["gate"]), (&json!("in_market"), &Value::Null), "{state:#}");

    let open = house.get("Krüger", &day.catheter("/conditions")).await;
    let open = open["items"].as_array().expect("conditions").last().expect("one").clone();
    let path = day.catheter(&format!("/conditions/{}", open["number"]));
    let evidence = json!({ "evidence": "All neighbours stay within ten percent." });
    house.post("Krüger", &format!("{path}/evidence"), &evidence).await;
    let (status, problem) = house.refused("Krüger", &format!("{path}/closure"), &json!({})).await;
    assert!(status == 403 || status == 409, "only who asked for it: {status} {problem:#}");
    house.post("Castellano", &format!("{path}/closure"), &json!({})).await;
    let closed = house.get("Krüger", &path).await;
    assert_eq!(closed["state"], "closed", "{closed:#}");
}

async fn a_downstream_marketers_day(home: Home) {
    let day = Day::begins(home).await;
    a_price_outside_the_corridor_is_mended(&day).await;
    a_hand_over_is_declined_and_then_accepted(&day).await;
    the_market_is_worked(&day).await;
    actuals_show_the_attainment(&day).await;
    the_field_day_goes_upstream(&day).await;
    the_lifecycle_is_reviewed(&day).await;
    let report = verify(day.house.app.store(), |_| {}).await.expect("the log is readable");
    assert_eq!(report.differences, []);
    day.house.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    a_downstream_marketers_day(Home::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    a_downstream_marketers_day(Home::postgres().await).await;
}
