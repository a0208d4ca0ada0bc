//! The demo company, built by ordinary commands on both databases, and looked at from outside.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use chrono::{DateTime, TimeZone as _, Utc};
use sluicegate_app::{
    App, AppConfig, Caller, ProductFilter, Sort, Standing, verify, view::ProductLine,
};
use sluicegate_demo::{CURATED, Found, Report, Script, Wanted, build, look};
use sluicegate_testkit::{Home, chance};

/// A Sunday morning: nobody is in the office when the script ends.
fn today() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 4, 0, 0).unwrap()
}

fn workflows() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../workflows");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

struct Built {
    app: App,
    report: Report,
    operator: Caller,
    _home: Home,
}

async fn built(home: Home, products: usize) -> Built {
    let script = Script::new(Arc::new(today));
    let config =
        AppConfig { store: home.options(), clock: script.clock(), chance: chance::counted() };
    let app = App::open(config).await.unwrap();
    assert_eq!(look(&app).await.unwrap(), Found::Nothing);
    let wanted = Wanted { workflows: workflows(), products, seed: 1 };
    let begun = Instant::now();
    let report = build(&app, &script, &wanted, |_| {}).await;
    let report = report.unwrap_or_else(|error| panic!("{error}"));
    println!("{products} products, {} commands in {:?}", report.commands, begun.elapsed());
    let operator = app.operator().await.unwrap();
    Built { app, report, operator, _home: home }
}

impl Built {
    async fn products(&self) -> Vec<ProductLine> {
        let (mut all, mut cursor) = (Vec::new(), None);
        let caller = &self.report.sign_ins.last().unwrap().person;
        let auditor = Caller { person: *caller, kind: self.operator.kind };
        loop {
            let filter = ProductFilter::default();
            let page = self
                .app
                .products(&auditor, filter, Sort::default(), cursor.as_deref(), 100)
                .await
                .unwrap();
            all.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                return all;
            }
        }
    }
}

fn standings(lines: &[ProductLine]) -> String {
    let mut count: BTreeMap<(String, String, bool), usize> = BTreeMap::new();
    for line in lines {
        let standing = format!("{:?}", line.standing).to_lowercase();
        *count.entry((line.stage.to_string(), standing, line.gate.is_some())).or_default() += 1;
    }
    let row = |((stage, standing, gate), count): (&(String, String, bool), &usize)| {
        format!("{stage:20} {standing:8} {:8} {count}\n", if *gate { "at gate" } else { "" })
    };
    count.iter().map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_stage_and_standing_is_there() {
    let built = built(Home::sqlite(), CURATED).await;
    let lines = built.products().await;
    println!("{}", standings(&lines));
    assert_eq!(lines.len(), CURATED);
    assert!(lines.iter().any(|line| line.standing == Standing::Held));
    let report = verify(built.app.store(), |_| {}).await.unwrap();
    assert_eq!(report.differences, []);
    assert_eq!(look(&built.app).await.unwrap(), Found::TheDemo);
    built.app.shutdown().await;
}
