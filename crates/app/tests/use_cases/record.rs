//! The record as it leaves the house: signed, proved, exported, and checked with the key alone.

use chrono::TimeDelta;
use serde_json::json;
use sluicegate_app::{
    AppError, AuditFilter, ExportWish, Sealer, Signed, Signing, Sought, Stream, view::EventView,
};
use sluicegate_core::{
    audit::{
        Checkpoint, Finding, KeyKind, Note, PublicKey, SecretKey, Verified, Verifier, from_base64,
    },
    id::ProductId,
    merkle::{Hash, leaf_hash, proof},
    product::Actor,
    rules::Command,
};
use sluicegate_store::{Database, Options, Store, StoreError, testing::tamper};
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    the_log_is_signed_now_and_then
    only_the_records_own_key_signs
    an_altered_log_is_not_signed
    proofs_lead_to_the_signed_root
    an_export_verifies_without_the_server
    a_part_shows_one_product_or_one_decision
    verify_compares_the_log_with_what_was_signed
    auditors_search_the_whole_trail
    what_was_found_is_taken_away_with_proofs
    auditors_read_what_visitors_wrote
    auditors_see_what_stood_there_before
    a_clock_that_goes_back_is_not_followed
}

fn key(seed: u8) -> SecretKey {
    SecretKey::new("sluicegate.example/test", KeyKind::Note, [seed; 32]).unwrap()
}

fn signing(app: &TestApp, seed: u8) -> PublicKey {
    let (key, every) = (key(seed), TimeDelta::seconds(10));
    let public = key.public().clone();
    app.app.sign_with(Signing { key, every });
    public
}

async fn product(app: &TestApp, name: &str) -> ProductId {
    let card = json!({ "problem": "Shoulders hurt" });
    app.start("pia", "sample", name, &card, &["DE"]).await.unwrap()
}

async fn the_log_is_signed_now_and_then(app: TestApp) {
    let app = staffed(app).await;
    assert_eq!(app.app.sign(true).await.unwrap(), Signed::NoKey);
    let key = signing(&app, 1);
    let Signed::Now(first) = app.app.sign(false).await.unwrap() else { panic!("not signed") };
    let opened = Checkpoint::open(&first.note.parse().unwrap(), &key).unwrap();
    let head = app.app.store().log_head().await.unwrap();
    assert_eq!((opened.size, opened.root), (head.position, head.root));
    let again = app.app.sign(true).await.unwrap();
    assert_eq!(again, Signed::Before(Some(first.clone())), "it has not grown");
    product(&app, "Brace").await;
    assert_eq!(app.app.sign(false).await.unwrap(), Signed::Before(Some(first)), "too early");
    app.pass(TimeDelta::seconds(11)).await;
    let Signed::Now(second) = app.app.sign(false).await.unwrap() else { panic!("not signed") };
    product(&app, "Plate").await;
    // A command of the command line signs nothing at its end; a server does.
    let app = app.restarted().await;
    assert_eq!(app.app.last_checkpoint().await.unwrap().size, second.size);
    signing(&app, 1);
    app.app.spawn_signer();
    let app = app.restarted().await;
    let last = app.app.last_checkpoint().await.unwrap();
    assert!(last.size > second.size);
    assert_eq!(last.size, app.app.store().log_head().await.unwrap().position);
    let all = app.app.checkpoints(None, 50).await.unwrap();
    assert_eq!(all.len(), 3);
    assert_eq!(app.app.checkpoints(Some(last.size), 50).await.unwrap(), all[1..]);
}

async fn only_the_records_own_key_signs(app: TestApp) {
    let app = staffed(app).await;
    let ours = signing(&app, 1);
    assert!(matches!(app.app.sign(true).await.unwrap(), Signed::Now(_)));
    let app = app.restarted().await;
    product(&app, "Brace").await;
    signing(&app, 2);
    assert_eq!(app.app.sign(true).await.unwrap(), Signed::OtherKey(ours.to_string()));
    assert_eq!(app.app.record_keys().await.unwrap().len(), 1);
}

async fn an_altered_log_is_not_signed(app: TestApp) {
    let mut app = staffed(app).await;
    app.damaged();
    signing(&app, 1);
    app.app.sign(true).await.unwrap();
    product(&app, "Brace").await;
    let sql =
        "update event set leaf = (select leaf from event where position = 1) where position = 2";
    tamper(app.app.store(), sql).await;
    let refused = app.app.sign(true).await.unwrap_err();
    assert!(refused.to_string().contains("sluicegate verify"), "{refused}");
}

fn hashes(texts: &[String]) -> Vec<Hash> {
    let hash = |text: &String| from_base64(text).unwrap().try_into().unwrap();
    texts.iter().map(hash).collect()
}

async fn proofs_lead_to_the_signed_root(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("nia", &[]).await;
    let key = signing(&app, 1);
    let admin = app.caller("admin");
    let unproved = app.app.event_proof(&admin, 1, None).await.unwrap_err();
    assert!(matches!(unproved, AppError::NotFound("checkpoint")), "{unproved}");
    app.app.sign(true).await.unwrap();
    let first = app.app.last_checkpoint().await.unwrap();
    let id = product(&app, "Brace").await;
    app.app.sign(true).await.unwrap();
    let last = app.app.last_checkpoint().await.unwrap();
    for position in 1..=last.size {
        let proved = app.app.event_proof(&admin, position, None).await.unwrap();
        let note: Note = proved.checkpoint.note.parse().unwrap();
        let root = Checkpoint::open(&note, &key).unwrap().root;
        let leaf = leaf_hash(proved.record.as_bytes());
        let path = hashes(&proved.hashes);
        assert!(proof::includes(position - 1, proved.size, &leaf, &path, &root), "{position}");
    }
    let older = app.app.event_proof(&admin, 2, Some(first.size)).await.unwrap();
    assert_eq!((older.size, older.checkpoint.size), (first.size, first.size));
    for (position, size) in
        [(0, None), (last.size + 1, None), (last.size, Some(first.size)), (1, Some(2))]
    {
        assert!(app.app.event_proof(&admin, position, size).await.is_err(), "{position} {size:?}");
    }
    // Whoever may not read an event gets no proof of it.
    let history = app.app.history(&admin, id, 0, 10).await.unwrap();
    assert!(app.app.event_proof(&app.caller("pia"), history[0].position, None).await.is_ok());
    assert!(app.app.event_proof(&app.caller("nia"), 1, None).await.is_err());

    let grown = app.app.consistency(first.size, None).await.unwrap();
    let (old, new) = (grown.from_root, grown.to_root);
    assert_eq!((old, new, grown.to), (first.root, last.root, last.size));
    let path = hashes(&grown.hashes);
    assert!(proof::extends((grown.from, old.bytes()), (grown.to, new.bytes()), &path));
    for (from, to) in [(last.size + 1, None), (1, Some(last.size + 1)), (3, Some(2))] {
        assert!(app.app.consistency(from, to).await.is_err(), "{from} {to:?}");
    }
}

async fn exported(app: &TestApp, wish: &ExportWish) -> Vec<u8> {
    let mut file = Vec::new();
    app.app.export(wish, &mut file, &mut |_| {}).await.unwrap();
    file
}

fn verify(key: &PublicKey, file: &[u8]) -> Result<Verified, Finding> {
    let mut verifier = Verifier::new(key.clone(), Vec::new());
    let mut lines = file.split_inclusive(|byte| *byte == b'\n');
    lines.try_for_each(|line| verifier.line(line.strip_suffix(b"\n").unwrap_or(line)))?;
    verifier.finish()
}

/// A wrong bit at a thousand places of a file that a real log has written.
async fn an_export_verifies_without_the_server(app: TestApp) {
    let app = staffed(app).await;
    let key = signing(&app, 1);
    for number in 0..40 {
        product(&app, &format!("Brace {number}")).await;
    }
    app.app.sign(true).await.unwrap();
    let file = exported(&app, &ExportWish::default()).await;
    let found = verify(&key, &file).unwrap();
    let head = app.app.store().log_head().await.unwrap();
    assert_eq!((found.records, found.size), (head.position, head.position));
    assert!(found.contents > 40, "{found:?}");
    assert!(String::from_utf8(file.clone()).unwrap().contains("Shoulders hurt"));
    let other = self::key(2).public().clone();
    assert!(verify(&other, &file).is_err());
    let mut state = 20_270_101_u64;
    for _ in 0..1000 {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap() % file.len();
        let mut flipped = file.clone();
        flipped[at] ^= 1 << (state >> 30 & 7);
        assert!(verify(&key, &flipped).is_err(), "byte {at} of {}", file.len());
    }
    let bare = ExportWish { bare: true, ..ExportWish::default() };
    let bare = exported(&app, &bare).await;
    assert_eq!(verify(&key, &bare).unwrap().contents, 0);
    assert!(!String::from_utf8(bare).unwrap().contains("Shoulders hurt"));
}

async fn a_part_shows_one_product_or_one_decision(app: TestApp) {
    let app = staffed(app).await;
    let key = signing(&app, 1);
    let (first, second) = (product(&app, "Brace").await, product(&app, "Plate").await);
    app.pass(TimeDelta::days(1)).await;
    let third = product(&app, "Screw").await;
    app.app.sign(true).await.unwrap();
    let of = |id| ExportWish { stream: Some(Stream::Product(id)), ..ExportWish::default() };
    let file = exported(&app, &of(second)).await;
    let found = verify(&key, &file).unwrap();
    assert_eq!(found.stream, Some(second.to_string()));
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("Plate") && !text.contains("Brace"), "{text}");
    let position = found.first.unwrap();
    let one = ExportWish { position: Some(position), ..ExportWish::default() };
    let found = verify(&key, &exported(&app, &one).await).unwrap();
    assert_eq!((found.records, found.first, found.last), (1, Some(position), Some(position)));
    let late = ExportWish { from: Some(app.now()), ..ExportWish::default() };
    let file = exported(&app, &late).await;
    verify(&key, &file).unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains(&third.to_string()) && !text.contains(&first.to_string()), "{text}");
    for wish in [
        ExportWish { position: Some(100_000), ..ExportWish::default() },
        ExportWish { until: Some(app.now() - TimeDelta::days(999)), ..ExportWish::default() },
    ] {
        let mut file = Vec::new();
        assert!(app.app.export(&wish, &mut file, &mut |_| {}).await.is_err(), "{wish:?}");
    }
}

async fn verify_compares_the_log_with_what_was_signed(app: TestApp) {
    let mut app = staffed(app).await;
    signing(&app, 1);
    product(&app, "Brace").await;
    app.app.sign(true).await.unwrap();
    product(&app, "Plate").await;
    app.app.sign(true).await.unwrap();
    let clean = app.app.verify(|_| {}).await.unwrap();
    assert_eq!(clean.differences, []);
    app.damaged();
    for (damage, table) in [
        ("update checkpoint set root = (select leaf from event where position = 1)", "checkpoint"),
        ("update checkpoint set note = replace(note, 'A', 'B')", "checkpoint"),
        ("update checkpoint set size = size + 1000", "checkpoint"),
    ] {
        tamper(app.app.store(), damage).await;
        let report = app.app.verify(|_| {}).await.unwrap();
        assert!(report.differences.iter().any(|it| it.table == table), "{damage}: {report:?}");
    }
}

fn sought(filter: AuditFilter, words: Option<&str>) -> Sought {
    Sought { filter, text: words.map(str::to_owned), ..Sought::default() }
}

async fn auditors_search_the_whole_trail(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("ada", &["auditor"]).await;
    let (brace, _) = (product(&app, "Brace").await, product(&app, "Plate").await);
    app.pass(TimeDelta::days(1)).await;
    product(&app, "Screw").await;
    let ada = app.caller("ada");
    let head = app.app.store().log_head().await.unwrap().position;
    let all = AuditFilter::default();
    let any = Sought::default();
    let none = app.app.audit(&app.caller("pia"), &any, None, 10).await.unwrap_err();
    assert!(matches!(none, AppError::Forbidden(_)), "{none}");

    // Page by page, the newest first, each event once.
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = app.app.audit(&ada, &any, before, 3).await.unwrap();
        seen.extend(page.items.iter().map(|event| event.position));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen, (1..=head).rev().collect::<Vec<_>>());

    let found = async |filter: AuditFilter, words: Option<&'static str>| {
        app.app.audit_file(&ada, &sought(filter, words), None).await.unwrap().items
    };
    let by = |name: &str| AuditFilter { actor: Some(Actor::Person(app.id(name))), ..all.clone() };
    let pia = app.id("pia");
    let hers = found(by("pia"), None).await;
    assert!(hers.len() >= 3 && hers.iter().all(|event| event.actor == Actor::Person(pia)));
    assert!(found(by("ada"), None).await.is_empty());
    let stream = AuditFilter { stream: Some(Stream::Product(brace)), ..all.clone() };
    let history = app.app.history(&ada, brace, 0, 100).await.unwrap();
    assert_eq!(found(stream, None).await.len(), history.len());
    let kind = AuditFilter { kind: Some("product_started".into()), ..all.clone() };
    assert_eq!(found(kind.clone(), None).await.len(), 3);
    let late = AuditFilter { from: Some(app.now() - TimeDelta::hours(1)), ..kind.clone() };
    assert_eq!(found(late, None).await.len(), 1);
    let early = AuditFilter { until: Some(app.now() - TimeDelta::hours(1)), ..kind };
    assert_eq!(found(early, None).await.len(), 2);
    let named = found(all.clone(), Some("plate")).await;
    assert!(!named.is_empty() && named.len() < seen.len(), "{named:?}");
    // Words of a form that the event knows by its digest only.
    assert!(found(all.clone(), Some("SHOULDERS hurt")).await.len() >= 3);
    assert!(found(all, Some("nowhere at all")).await.is_empty());
    // In parts that are smaller than what fits.
    let shoulders = sought(AuditFilter::default(), Some("shoulders"));
    let page = app.app.audit(&ada, &shoulders, None, 1).await.unwrap();
    let next = app.app.audit(&ada, &shoulders, page.next, 1).await.unwrap();
    assert!(next.items[0].position < page.items[0].position);
}

async fn what_was_found_is_taken_away_with_proofs(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("ada", &["auditor"]).await;
    let key = signing(&app, 1);
    let (brace, _) = (product(&app, "Brace").await, product(&app, "Plate").await);
    let ada = app.caller("ada");
    let all = AuditFilter::default();
    let proved = async |filter: &AuditFilter, words| {
        app.app.audit_proved(&ada, &sought(filter.clone(), words), None).await
    };
    let early = proved(&all, Some("shoulders")).await.unwrap_err();
    assert!(matches!(early, AppError::NotFound("checkpoint")), "{early}");
    app.app.sign(true).await.unwrap();
    let signed = app.app.store().log_head().await.unwrap().position;
    product(&app, "Shoulders again").await;
    let (file, next) = proved(&all, Some("shoulders")).await.unwrap();
    let found = verify(&key, &file).unwrap();
    assert_eq!((found.size, next), (signed, None));
    assert!(found.records >= 2 && found.last.unwrap() <= signed, "{found:?}");
    let text = String::from_utf8(file).unwrap();
    assert!(text.contains("Shoulders hurt") && !text.contains("Shoulders again"), "{text}");
    let kind = AuditFilter { kind: Some("product_started".into()), ..all.clone() };
    let (file, _) = proved(&kind, None).await.unwrap();
    assert_eq!(verify(&key, &file).unwrap().records, 2);
    let stream = AuditFilter { stream: Some(Stream::Product(brace)), ..all.clone() };
    let (file, _) = proved(&stream, None).await.unwrap();
    assert_eq!(verify(&key, &file).unwrap().stream, Some(brace.to_string()));
    let (file, _) = proved(&all, Some("nowhere")).await.unwrap();
    assert_eq!(verify(&key, &file).unwrap().records, 0);
    let pia = app.caller("pia");
    let denied = app.app.audit_proved(&pia, &Sought::default(), None).await.unwrap_err();
    assert!(matches!(denied, AppError::Forbidden(_)), "{denied}");
}

async fn auditors_read_what_visitors_wrote(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("ada", &["auditor"]).await;
    let idea = crate::search::submitted(&app).await;
    let lamp = sought(AuditFilter::default(), Some("a lamp instead"));
    let found = app.app.audit_file(&app.caller("ada"), &lamp, None).await.unwrap().items;
    assert_eq!(found[0].stream, idea.to_string(), "{found:?}");
}

async fn auditors_see_what_stood_there_before(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("ada", &["auditor"]).await;
    let (id, other) = (product(&app, "Brace").await, product(&app, "Plate").await);
    let rename = |name: &str| Command::Rename { name: name.to_owned() };
    for name in ["Sleep brace", "Night orthosis"] {
        app.run("pia", id, |_| rename(name)).await.unwrap();
        app.run("pia", other, |_| rename(&format!("{name} plate"))).await.unwrap();
    }
    let revise = |sealer: &mut Sealer| Command::ReviseCard {
        card: sealer.json(json!({ "problem": "Knees hurt" })),
    };
    app.run("pia", id, revise).await.unwrap();
    let ada = app.caller("ada");
    let found = async |old: Option<&str>, new: Option<&str>| {
        let words = |words: Option<&str>| words.map(str::to_owned);
        let filter = AuditFilter { stream: Some(Stream::Product(id)), ..AuditFilter::default() };
        let sought = Sought { filter, old: words(old), new: words(new), text: None };
        app.app.audit_file(&ada, &sought, None).await.unwrap().items
    };
    let kinds = |found: &[EventView]| -> Vec<String> {
        found.iter().map(|event| event.kind.clone()).collect()
    };
    let all = found(None, None).await;
    let [card, second, first] = &all[..3] else { panic!("{all:?}") };
    let old = |event: &EventView| event.replaces.clone().unwrap();
    assert_eq!(old(second).position, first.position);
    assert_eq!(old(first).event["event"], "product_started");
    assert_eq!(old(first).event["name"], "Brace");
    assert!(old(card).texts.values().any(|text| text["problem"] == "Shoulders hurt"));
    assert!(all.last().unwrap().replaces.is_none(), "nothing was there before");
    // Of one product, whatever another one was called.
    assert_eq!(found(Some("sleep BRACE"), None).await.len(), 1);
    assert_eq!(found(Some("sleep brace"), Some("orthosis")).await.len(), 1);
    assert!(found(Some("orthosis"), None).await.is_empty());
    assert_eq!(kinds(&found(Some("shoulders"), Some("knees")).await), ["card_revised"]);
    assert!(found(None, Some("knees")).await.iter().all(|event| event.kind == "card_revised"));
}

/// All that the record consists of.
async fn everything(store: &Store) -> Result<String, StoreError> {
    let leaves = store.leaves(0, 10_000).await?;
    let contents = store.contents_after(None, 10_000).await?;
    let checkpoints = store.checkpoints_after(0, 1000).await?;
    let keys = store.log_keys().await?;
    Ok(format!("{leaves:?}{contents:?}{checkpoints:?}{keys:?}{:?}", store.log_head().await?))
}

/// Wrong bits in the file of the database: each is found, or has changed nothing that is recorded.
/// `SLUICEGATE_FLIPS` says how many; a hundred take some seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_flipped_byte_of_the_file_is_found_or_recorded_nothing() {
    let mut app = staffed(TestApp::sqlite(crate::SAMPLE).await).await;
    signing(&app, 1);
    for number in 0..10 {
        product(&app, &format!("Brace {number}")).await;
    }
    app.damaged();
    app.app.sign(true).await.unwrap();
    let file = app.file().unwrap();
    app.app.shutdown().await;
    let clean = std::fs::read(&file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let open = async |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let database = Database::Sqlite(file);
        Store::open(Options::new(database, folder.path().join("attachments"))).await
    };
    let before = {
        let store = open("clean", &clean).await.unwrap();
        let found = everything(&store).await.unwrap();
        store.close().await;
        found
    };
    let flips = std::env::var("SLUICEGATE_FLIPS").map_or(100, |flips| flips.parse().unwrap());
    let (mut state, mut silent) = (20_270_102_u64, 0);
    for number in 0..flips {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap() % clean.len();
        let mut flipped = clean.clone();
        flipped[at] ^= 1 << (state >> 30 & 7);
        let Ok(store) = open(&format!("flipped{number}"), &flipped).await else { continue };
        let report = sluicegate_app::verify(&store, |_| {}).await;
        if report.is_ok_and(|report| report.is_clean()) {
            silent += 1;
            let after = everything(&store).await.unwrap();
            assert!(after == before, "byte {at} of {} changed the record", clean.len());
        }
        store.close().await;
        for entry in folder.path().read_dir().unwrap().flatten() {
            if entry.file_name().to_string_lossy().starts_with("flipped") {
                std::fs::remove_file(entry.path()).unwrap();
            }
        }
    }
    println!("{flips} flips: {silent} of them in what records nothing");
    assert!(silent < flips, "nothing was found at all");
}

async fn a_clock_that_goes_back_is_not_followed(app: TestApp) {
    let app = staffed(app).await;
    let first = product(&app, "Brace").await;
    assert_eq!(app.app.clock_behind().await.unwrap(), None);
    app.pass(TimeDelta::minutes(-5)).await;
    let before = app.app.store().stats().clock_behind;
    let second = product(&app, "Plate").await;
    assert!(app.app.store().stats().clock_behind > before);
    assert_eq!(app.app.clock_behind().await.unwrap(), Some(TimeDelta::minutes(5)));
    let admin = app.caller("admin");
    let begun = async |id| app.app.history(&admin, id, 0, 1).await.unwrap().remove(0);
    let (before, after) = (begun(first).await, begun(second).await);
    assert_eq!(after.at, before.at, "the time of the last event before");
    // The record itself says so, and is hashed with it.
    let record = async |position: u64| {
        app.app.store().leaves(position - 1, 1).await.unwrap().remove(0).record
    };
    assert!(record(after.position).await.contains("\"clock_behind\":300,"));
    assert!(!record(before.position).await.contains("clock_behind"));
}
