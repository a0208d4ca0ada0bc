//! The demo company, built by ordinary commands on both databases, and looked at from outside.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod believable;
mod sceptic;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use chrono::{DateTime, TimeZone as _, Utc};
use sluicegate_app::{
    AccessConfig, Across, App, AppConfig, Caller, EntryFilter, Lang, ProductFilter, Reading, Sort,
    Standing, verify,
    view::{NeedView, ProductLine, Told},
};
use sluicegate_core::intake::EntryKind;
use sluicegate_demo::{Found, Report, Script, Wanted, build, curated, look};
use sluicegate_testkit::{Home, chance};

/// A Sunday morning: nobody is in the office when the script ends.
fn today() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 4, 0, 0).unwrap()
}

fn workflows() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    let read = |path: std::path::PathBuf| {
        (path.display().to_string(), std::fs::read_to_string(&path).unwrap())
    };
    yaml.map(read).collect()
}

struct Built {
    app: App,
    report: Report,
    home: Home,
}

async fn open(home: &Home, script: &Script) -> App {
    let (store, clock) = (home.options(), script.clock());
    App::open(AppConfig {
        store,
        clock,
        chance: chance::counted(),
        access: AccessConfig::default(),
    })
    .await
    .unwrap()
}

async fn built(home: Home, products: usize) -> Built {
    let script = Script::new(Arc::new(today));
    let app = open(&home, &script).await;
    assert_eq!(look(&app).await.unwrap(), Found::Nothing);
    let wanted = Wanted { workflows: workflows(), products, seed: 1 };
    let begun = Instant::now();
    let report = build(&app, &script, &wanted, |_| {}).await;
    let report = report.unwrap_or_else(|error| panic!("{error}"));
    println!("{products} products, {} commands in {:?}", report.commands, begun.elapsed());
    Built { app, report, home }
}

impl Built {
    /// The auditor, who reads everything.
    fn auditor(&self) -> Caller {
        let person = self.report.sign_ins.last().unwrap().person;
        Caller::new(person, sluicegate_core::directory::Kind::Human)
    }

    async fn products(&self) -> Vec<ProductLine> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let filter = ProductFilter::default();
            let (auditor, sort) = (self.auditor(), Sort::default());
            let page = self.app.products(&auditor, &filter, sort, cursor.as_deref(), 100).await;
            let page = page.unwrap();
            all.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    }

    /// Every event of every product, as text by kind.
    async fn histories(&self, lines: &[ProductLine]) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for line in lines {
            let mut last = None;
            for event in self.app.history(&self.auditor(), line.id, 0, 2000).await.unwrap() {
                assert!(last.is_none_or(|last| last <= event.at), "time runs backwards");
                last = Some(event.at);
                *kinds.entry(event.kind.clone()).or_default() += 1;
            }
        }
        kinds
    }

    async fn verified(self) {
        let report = verify(self.app.store(), |_| {}).await.unwrap();
        assert_eq!(report.differences, []);
        self.app.shutdown().await;
        drop(self.home);
    }
}

/// Where a product stands, in words.
fn standing(line: &ProductLine) -> String {
    let standing = format!("{:?}", line.standing).to_lowercase();
    let gate = if line.gate.is_some() { " at its gate" } else { "" };
    format!("{} {standing}{gate}", line.stage)
}

/// What the demo promises of the default process: there is one of each.
const PROMISED: &[&str] = &[
    "idea active",
    "idea active at its gate",
    "idea held",
    "idea closed",
    "market_definition active",
    "market_definition active at its gate",
    "market_definition closed",
    "feasibility active",
    "feasibility active at its gate",
    "feasibility held",
    "feasibility closed",
    "development active",
    "development active at its gate",
    "development held",
    "development closed",
    "launch_preparation active",
    "launch_preparation active at its gate",
    "launch_preparation held",
    "launch active",
    "launch active at its gate",
    "in_market active",
    "in_market active at its gate",
    "retirement active",
    "retirement active at its gate",
    "retirement closing",
    "retirement closed",
];

/// What must have happened to somebody.
const HAPPENED: &[&str] = &[
    "deliverable_returned",
    "condition_imposed",
    "condition_expired",
    "condition_closed",
    "gate_withdrawn",
    "gate_escalated",
    "product_held",
    "product_resumed",
    "handover_declined",
    "handover_accepted",
    "market_sellable",
    "waiver_approved",
    "review_completed",
    "review_fell_due",
    "duty_discharged",
    "product_closed",
];

/// How many of each workflow.
fn by_workflow(lines: &[ProductLine]) -> BTreeMap<&str, usize> {
    let mut all = BTreeMap::new();
    for line in lines {
        *all.entry(line.workflow.as_str()).or_default() += 1;
    }
    all
}

/// Ideas, feedback and field days stand in every way, and someone was answered late.
async fn the_field_has_spoken(built: &Built) {
    let (app, auditor) = (&built.app, built.auditor());
    let ideas = app.ideas(&auditor, EntryFilter::of(EntryKind::Idea), None, 200).await.unwrap();
    let ideas: BTreeSet<_> = ideas.items.iter().map(|idea| idea.status).collect();
    let wanted = ["received", "open", "rejected", "promoted", "merged", "parked", "declined"];
    assert_eq!(ideas, BTreeSet::from(wanted));
    let filter = EntryFilter::of(EntryKind::Feedback);
    let sent = app.feedback_list(&auditor, filter, None, 200).await.unwrap().items;
    let sent: BTreeSet<_> = sent.iter().map(|each| each.status).collect();
    assert_eq!(sent, BTreeSet::from(["open", "new_idea", "obligation", "declined"]));
    let filter = EntryFilter::of(EntryKind::FieldDay);
    let days = app.field_days(&auditor, filter, None, 200).await.unwrap().items;
    assert!(days.len() >= 5, "{} field days", days.len());
}

/// Signals that propose an exit, by the product's name; and the places in the Boston matrix.
async fn the_figures_speak(built: &Built, lines: &[ProductLine]) {
    let (mut exits, mut places) = (BTreeSet::new(), BTreeSet::new());
    for line in lines.iter().filter(|line| line.workflow.as_str() == "npi-medtech") {
        let view = built.app.measures(&built.auditor(), line.id, Lang::En).await.unwrap();
        let yes = view.signals.iter().filter(|signal| signal.asked && signal.holds == Told::Yes);
        exits.extend(yes.filter_map(|signal| signal.propose.as_ref()?.exit.to_string().into()));
        let boston = view.measures.iter().find(|measure| measure.key.as_str() == "boston");
        places.extend(boston.and_then(|measure| Some(measure.value.as_ref()?.to_string())));
    }
    assert!(exits.contains("delete") && exits.contains("divest"), "{exits:?}");
    assert!(places.len() >= 3, "{places:?}");
}

/// Technologies that several products need, some of them in different ways, and skills that they lack.
async fn roadmaps_meet(built: &Built) {
    let across = Across::default();
    let page = built.app.technologies(&built.auditor(), &across).await.unwrap();
    assert_eq!(page.next, None);
    let shared: Vec<_> = page.items.iter().filter(|line| line.products >= 3).collect();
    assert!(shared.len() >= 4, "{:#?}", page.items);
    let differ = shared.iter().filter(|line| line.ways_differ).count();
    assert!((1..shared.len()).contains(&differ), "{differ} of {} differ", shared.len());
    for line in &shared {
        assert!(line.soonest.is_some() && !line.ways.is_empty(), "{line:#?}");
    }
    let of_a_plan = |need: &NeedView| need.product.workflow.as_str() == "strategic-plan";
    assert!(shared.iter().any(|line| line.needed_by.iter().any(of_a_plan)), "{shared:#?}");
    let page = built.app.skills(&built.auditor(), &across).await.unwrap();
    let shared = page.items.iter().filter(|line| line.products >= 3 && line.missing > 3.0);
    assert!(shared.count() >= 2, "{:#?}", page.items);
}

/// Plans want segments that devices, line extensions and software serve, and some that nobody does.
async fn segments_are_wanted_and_served(built: &Built) {
    let across = Across::default();
    let page = built.app.coverage(&built.auditor(), &across).await.unwrap();
    let wanted: Vec<_> = page.items.iter().filter(|line| line.wanting > 0).collect();
    let open = wanted.iter().filter(|line| line.uncovered).count();
    assert!((1..wanted.len()).contains(&open), "{open} of {} are open", wanted.len());
    let serving = page.items.iter().flat_map(|line| &line.served_by);
    let workflows: BTreeSet<&str> = serving.map(|it| it.product.workflow.as_str()).collect();
    assert_eq!(workflows, BTreeSet::from(["healthcare-software", "npi-express", "npi-medtech"]));
}

/// No two products have the same entry in a SWOT or in a PEST.
async fn no_analysis_is_copied(built: &Built, lines: &[ProductLine]) {
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for line in lines {
        let deliverables = built.app.deliverables(&built.auditor(), line.id).await.unwrap();
        for key in deliverables.iter().map(|each| &each.deliverable) {
            if !["swot", "pest", "market_forces", "local_market"].contains(&key.key.as_str()) {
                continue;
            }
            let revisions = built.app.revisions(&built.auditor(), line.id, key).await.unwrap();
            let contents = revisions.iter().filter_map(|it| it.document.content.as_ref());
            for text in contents.flat_map(entries) {
                let other = said.insert(text.clone(), &line.name);
                let same = other.is_none_or(|other| other == line.name);
                assert!(same, "{} and {other:?} say the same: {text}", line.name);
            }
        }
    }
    assert!(said.len() > 100, "only {} entries", said.len());
}

/// The entries of a SWOT or a PEST, by the columns that the forms have for them.
fn entries(content: &serde_json::Value) -> impl Iterator<Item = &String> {
    let tables = ["points", "swot", "pest", "factors"].into_iter();
    let rows = tables.filter_map(|table| content.get(table)?.as_array()).flatten();
    rows.filter_map(|row| {
        match ["point", "change", "factor"].iter().find_map(|key| row.get(key))? {
            serde_json::Value::String(text) => Some(text),
            _ => None,
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_standing_and_turn_is_there() {
    let count = curated(&workflows()).unwrap();
    let built = built(Home::sqlite(), count).await;
    let lines = built.products().await;
    assert_eq!(lines.len(), count);
    assert!(built.report.people >= 40, "{}", built.report.people);
    let npi = lines.iter().filter(|line| line.workflow.as_str() == "npi-medtech");
    let there: BTreeSet<String> = npi.map(standing).collect();
    let missing: Vec<_> = PROMISED.iter().filter(|each| !there.contains(**each)).collect();
    assert!(missing.is_empty(), "no product is {missing:?}, only {there:#?}");
    let kinds = built.histories(&lines).await;
    let missing: Vec<_> = HAPPENED.iter().filter(|kind| !kinds.contains_key(**kind)).collect();
    assert!(missing.is_empty(), "nobody has met {missing:?}, only {kinds:#?}");
    let days = (built.report.to - built.report.from).num_days();
    assert!((6 * 365..=7 * 366).contains(&days), "{days} days of history");
    let four_years_ago = today() - chrono::Months::new(48);
    let oldest = lines.iter().filter(|line| line.started_at <= four_years_ago).count();
    assert!(oldest >= 3, "{oldest} products are four years old");
    let korean = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
    let (ko, en): (Vec<_>, Vec<_>) = lines.iter().partition(|line| korean(&line.name));
    assert!(ko.len() >= 10 && en.len() >= 10, "{} Korean, {} other names", ko.len(), en.len());
    assert!(lines.iter().any(|line| line.overdue && line.standing == Standing::Active));
    assert_eq!(look(&built.app).await.unwrap(), Found::TheDemo);
    let all = by_workflow(&lines);
    assert_eq!(all.values().sum::<usize>(), 60, "{all:?}");
    assert!(all["healthcare-software"] >= 7 && all["strategic-plan"] >= 3, "{all:?}");
    the_field_has_spoken(&built).await;
    the_figures_speak(&built, &lines).await;
    roadmaps_meet(&built).await;
    segments_are_wanted_and_served(&built).await;
    no_analysis_is_copied(&built, &lines).await;
    believable::figures_agree(&built, &lines).await;
    sceptic::doubts_nothing(&built, &lines).await;
    built.verified().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_products_stand_on_postgres_as_on_sqlite() {
    let (sqlite, postgres) = (built(Home::sqlite(), 3).await, Home::postgres().await);
    let postgres = built(postgres, 3).await;
    let told = |lines: Vec<ProductLine>| -> BTreeSet<String> {
        let tell =
            |line: &ProductLine| format!("{}: {} v{}", line.name, standing(line), line.version);
        lines.iter().map(tell).collect()
    };
    assert_eq!(told(sqlite.products().await), told(postgres.products().await));
    sqlite.verified().await;
    postgres.verified().await;
}

#[tokio::test]
async fn other_data_are_told_from_a_demo() {
    let (home, script) = (Home::sqlite(), Script::new(Arc::new(today)));
    let app = open(&home, &script).await;
    app.bootstrap(Reading::begin(&workflows())).await.unwrap();
    assert_eq!(look(&app).await.unwrap(), Found::OtherData);
    app.shutdown().await;
}
