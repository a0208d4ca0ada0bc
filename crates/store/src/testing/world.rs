//! A large house: products, entries, their events, inboxes, words and passages, in bulk, but each
//! row by the code that makes it for users.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sluicegate_core::{
    clocks::{Ended, Passage, Waited},
    definition::Place,
    digest::Digest,
    id::{PersonId, ProductId},
    intake::{
        self, Entry, EntryEvent, FeedbackKind, Origin, Outcome, RecordedEntry, Rejection, grams,
        sketch,
    },
    key::{MarketKey, PortfolioKey, StageKey, WorkflowKey},
    product::{Actor, Event, Product, Recorded, WorkflowRef, evolve},
    search,
};

use super::bulk::Bulk;
use crate::{
    Addressee, Fact, IndexedText, Matter, NewContent, PassageRow, PassageStretch, Projection,
    Result, SavedView, Store, Stored, Stream, Task,
    codec::{encode_state, hex, internal, json},
    db::{Arg, Conn},
    facet::Facet,
    listing::{Listing, entry_tasks},
    sql::{intake as entry_sql, schema, write},
    time::{micros, micros_or_never},
    write::{put, rows, save::append},
};

/// Products that are put at once.
const PART: u64 = 2000;
const STAGES: [&str; 5] = ["idea", "market_definition", "feasibility", "development", "launch"];
const MARKETS: [&str; 6] = ["US", "KR", "DE", "JP", "FR", "BR"];
const WORDS: [&str; 8] = ["Pump", "주입", "Valve", "펌프", "Stent", "초음파", "Monitor", "카테터"];
const SAID: [&str; 4] =
    ["No alarm in the corridor", "경보음이 작음", "Das Ventil klemmt", "카테터 포장 불량"];

/// Products with a product manager each.
pub(super) const OWNERS: u64 = 500;
pub(super) const PORTFOLIOS: u64 = 40;
/// One view for so many products, of one of twenty people.
const VIEWS: u64 = 500;

/// Fills an empty database; like numbers give like houses. For each product there are also an idea,
/// feedback or a field day, two tasks, and two finished passages.
pub async fn fill(store: &Store, products: u64) -> Result<()> {
    let mut bulk = Bulk::begin(store).await?;
    for first in (0..products).step_by(usize::try_from(PART).map_err(internal)?) {
        let part = first..products.min(first + PART);
        let made: Vec<MadeProduct> = part.clone().filter_map(product).collect();
        let entries: Vec<Made> = part.clone().filter_map(|n| entry(n, products)).collect();
        put_part(&mut bulk.connection.conn(), &made, &entries).await?;
        // Where the followers stand does not matter until the end.
        store.index(part.start, part.end, &documents(&made, &entries)).await?;
        let passages: Vec<_> = part.clone().filter_map(passages).flatten().collect();
        let stretch = PassageStretch { after: first, until: part.end, products: Vec::new() };
        store.put_passages(&stretch, &passages).await?;
    }
    for n in 0..products / VIEWS {
        if let Some(view) = view(n) {
            store.add_view(&view, None, &json!({})).await?;
        }
    }
    bulk.end().await?;
    store.rebuild("", &[]).await?;
    let end = store.log_head().await?.position;
    store.index(products, end, &[]).await?;
    let stretch = PassageStretch { after: products, until: end, products: Vec::new() };
    store.put_passages(&stretch, &[]).await.map(drop)
}

/// Products, entries and all that a writer puts with them, in one transaction.
async fn put_part(conn: &mut Conn<'_>, made: &[MadeProduct], entries: &[Made]) -> Result<()> {
    conn.execute(&schema::BEGIN, &[]).await?;
    put_products(conn, made).await?;
    put_entries(conn, entries).await?;
    put_sketches(conn, entries).await?;
    let contents = made.iter().map(|made| {
        let stored = made.card.stored();
        let (digest, salt) = (stored.digest.to_string(), hex(&stored.salt));
        rows::Content { digest, salt, body: &stored.body }
    });
    put(conn, &write::ADD_CONTENTS, &contents.collect::<Vec<_>>()).await?;
    let histories = made.iter().map(|made| &made.history);
    let histories = histories.chain(entries.iter().map(|made| &made.history));
    append(conn, histories.flatten(), None).await?;
    conn.execute(&schema::COMMIT, &[]).await?;
    Ok(())
}

async fn put_products(conn: &mut Conn<'_>, made: &[MadeProduct]) -> Result<()> {
    let (mut states, mut blob, mut facets) = (Vec::new(), Vec::new(), Vec::new());
    let (mut listings, mut tasks) = (Vec::new(), Vec::new());
    for MadeProduct { product, projection, .. } in made {
        let state = encode_state(product)?;
        let (place, length) = (blob.len() + 1, state.len());
        let changed_at = product.started_at.timestamp_micros();
        let (id, version) = (product.id, product.version);
        states.push(rows::State { id, version, changed_at, place, length });
        blob.extend(state);
        facets.push((id, Facet::all(product, projection)));
        listings.push((id, Listing::of(product, projection)));
        tasks.extend(projection.tasks.iter().map(|task| rows::Task::of(id, task)));
    }
    let states = json(&states)?;
    conn.execute(&write::ADD_PRODUCTS, &[Arg::Text(&states), Arg::Bytes(&blob)]).await?;
    let listings = listings.iter().map(|(id, listing)| rows::Listing::of(*id, listing));
    put(conn, &write::PUT_LISTINGS, &listings.collect::<Vec<_>>()).await?;
    let mut change = rows::FacetChange::default();
    for (id, facets) in &facets {
        change.add(*id, None, facets);
    }
    put(conn, &write::ADD_FACETS, &change.added).await?;
    put(conn, &write::PUT_TASKS, &tasks).await
}

async fn put_entries(conn: &mut Conn<'_>, entries: &[Made]) -> Result<()> {
    let (mut made, mut tasks) = (Vec::new(), Vec::new());
    for Made { entry, .. } in entries {
        made.push(rows::Entry::of(entry, micros(entry.opened_at()))?);
        tasks.extend(entry_tasks(entry).into_iter().map(|task| rows::EntryTask {
            entry: entry.id(),
            key: task.key,
            addressee: task.addressee,
            kind: task.kind,
            due_at: micros_or_never(task.due_at),
            since: micros(task.since),
        }));
    }
    put(conn, &entry_sql::PUT_ENTRIES, &made).await?;
    put(conn, &entry_sql::ADD_ENTRY_TASKS, &tasks).await
}

async fn put_sketches(conn: &mut Conn<'_>, entries: &[Made]) -> Result<()> {
    let ideas = entries.iter().filter(|made| matches!(made.entry, Entry::Idea(_)));
    let subjects: Vec<_> = ideas
        .map(|Made { entry, text, .. }| (entry, entry.id().to_string(), sketch(&grams(text)), text))
        .collect();
    let pieces = subjects.iter().flat_map(|(entry, subject, pieces, text)| {
        let content = Digest::of(text.as_bytes());
        let row = move |piece: &i64| rows::Sketch {
            portfolio: entry.portfolio(),
            piece: *piece,
            subject,
            content,
        };
        pieces.iter().map(row)
    });
    put(conn, &entry_sql::ADD_SKETCHES, &pieces.collect::<Vec<_>>()).await
}

/// The words of products, ideas and feedback.
fn documents(made: &[MadeProduct], entries: &[Made]) -> Vec<IndexedText> {
    let document = |matter, subject, mark, text: &str| IndexedText {
        matter,
        subject,
        part: String::new(),
        mark,
        words: search::words(text),
    };
    let products = made.iter().map(|MadeProduct { product, said, .. }| {
        let text = format!("{} {said}", product.name);
        document(Matter::Product, Stream::Product(product.id), product.card, &text)
    });
    let entries = entries.iter().filter_map(|Made { entry, text, .. }| {
        let matter = match entry {
            Entry::Idea(_) => Matter::Idea,
            Entry::Feedback(_) => Matter::Feedback,
            _ => return None,
        };
        let mark = Digest::of(text.as_bytes());
        Some(document(matter, Stream::Entry(entry.id()), mark, text))
    });
    products.chain(entries).collect()
}

pub(super) fn person(n: u64) -> Option<PersonId> {
    format!("psn_{n:032x}").parse().ok()
}

pub(super) fn product_id(n: u64) -> Option<ProductId> {
    format!("prd_{n:032x}").parse().ok()
}

pub(super) fn portfolio(n: u64) -> Option<PortfolioKey> {
    format!("p{n}").parse().ok()
}

pub(super) fn start() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

/// Multiplied by odd numbers, so that nothing rises together.
fn mixed(n: u64, by: u64, of: u64) -> u64 {
    n.wrapping_mul(by) % 1_000_003 % of
}

fn pick(n: u64, from: &[&'static str], by: u64) -> Option<&'static str> {
    from.get(usize::try_from(mixed(n, by, from.len() as u64)).ok()?).copied()
}

fn said(n: u64) -> &'static str {
    pick(n, &SAID, 43).unwrap_or_default()
}

fn workflow(n: u64) -> Option<WorkflowRef> {
    Some(WorkflowRef {
        key: if n.is_multiple_of(5000) { "npi-express" } else { "npi-medtech" }.parse().ok()?,
        version: 1,
        digest: Digest::of(b"workflow"),
    })
}

fn home(n: u64) -> Option<PortfolioKey> {
    portfolio(mixed(n, 101, PORTFOLIOS))
}

/// The stage goes by thousands, so each owner has products in each stage, but for one: nothing of
/// owner 11 is launched.
fn stage(n: u64) -> Option<StageKey> {
    let stage = pick(n, &STAGES, 7919)?;
    let rare = owner_number(n) == 11 && stage == "launch";
    StageKey::new(if rare { "idea" } else { stage }).ok()
}

/// Three of eight are everybody's: owners 10 to 12 have an eighth of all products each.
fn owner_number(n: u64) -> u64 {
    match mixed(n, 577, 8) {
        few @ 0..=2 => 10 + few,
        _ => mixed(n, 211, OWNERS),
    }
}

struct MadeProduct {
    product: Product,
    projection: Projection,
    history: Vec<Stored>,
    card: NewContent,
    said: &'static str,
}

/// The product with this number.
fn product(n: u64) -> Option<MadeProduct> {
    let stage = stage(n)?;
    let at = start() + TimeDelta::minutes(i64::try_from(mixed(n, 104_729, 1_000_000)).ok()?);
    let id = product_id(n)?;
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&n.to_be_bytes());
    let card = NewContent::of(salt, json!({ "problem": said(n), "number": n }));
    let started = Event::ProductStarted {
        product: id,
        workflow: workflow(n)?,
        name: format!("{} {} {n}", pick(n, &WORDS, 31)?, pick(n, &WORDS, 17)?),
        portfolio: home(n)?,
        owner: person(owner_number(n))?,
        card: card.digest(),
        stage: stage.clone(),
    };
    let markets = (0..=mixed(n, 13, 2)).filter_map(|m| pick(n, &MARKETS, 29 + m * 8)?.parse().ok());
    let events = [started].into_iter().chain(markets.map(|market| Event::MarketAdded { market }));
    let events: Vec<Event> = events.collect();
    let actor = Actor::System;
    let product = events
        .iter()
        .cloned()
        .fold(None, |it, event| evolve(it, &Recorded { at, actor, event }))?;
    let history = (1..).zip(events).map(|(version, event)| Stored {
        position: 0,
        stream: Stream::Product(id),
        version,
        at,
        actor,
        fact: Fact::Product(event),
    });
    let history = history.collect();
    let due_at = (mixed(n, 3, 4) > 0).then(|| at + TimeDelta::days(30));
    let holders = BTreeSet::from([
        (product.owner, "product_manager".parse().ok()?),
        (person(1000 + mixed(n, 97, 3000))?, "finance".parse().ok()?),
    ]);
    let task = |key: &str, addressee| Task {
        key: format!("submit_deliverable:{key}"),
        addressee,
        kind: "submit_deliverable".to_owned(),
        due_at,
        since: at,
    };
    let finance = Addressee::Role { role: "finance".parse().ok()?, portfolio: home(n)? };
    let tasks =
        vec![task("market_size", Addressee::Person(product.owner)), task("business_case", finance)];
    let side = if stage.as_str() == "launch" { "downstream" } else { "upstream" }.to_owned();
    let projection = Projection { stage, side, due_at, next_tick: due_at, tasks, holders };
    Some(MadeProduct { product, projection, history, card, said: said(n) })
}

/// An entry, its events, and its text.
struct Made {
    entry: Entry,
    history: Vec<Stored>,
    text: String,
}

/// The entry with this number: seven of ten are feedback, two are ideas, one is a field day.
fn entry(n: u64, of: u64) -> Option<Made> {
    let text = format!("{} {}", pick(n, &WORDS, 37)?, said(n));
    let (by, events) = match n % 10 {
        0..=6 => feedback(n, of)?,
        7 | 8 => idea(n, &text)?,
        _ => field_day(n, of)?,
    };
    let at = start() + TimeDelta::seconds(i64::try_from(n * 37).ok()?);
    let actor = Actor::Person(by);
    let entry = events
        .iter()
        .cloned()
        .fold(None, |it, event| intake::evolve(it, &RecordedEntry { at, actor, event }))?;
    let id = entry.id();
    let history = (1..).zip(events).map(|(version, event)| Stored {
        position: 0,
        stream: Stream::Entry(id),
        version,
        at,
        actor,
        fact: Fact::Entry(event),
    });
    let history = history.collect();
    Some(Made { entry, history, text })
}

/// Four of five are answered; one of a thousand may be an incident that nobody has assessed.
fn feedback(n: u64, of: u64) -> Option<(PersonId, Vec<EntryEvent>)> {
    let about = mixed(n, 307, of);
    let at = start() + TimeDelta::seconds(i64::try_from(n * 37).ok()?);
    let kinds = FeedbackKind::ALL;
    let mut events = vec![EntryEvent::FeedbackSent {
        feedback: format!("fbk_{n:032x}").parse().ok()?,
        portfolio: home(about)?,
        product: product_id(about)?,
        kind: *kinds.get(usize::try_from(mixed(n, 59, kinds.len() as u64)).ok()?)?,
        market: pick(n, &MARKETS, 61).and_then(|market| market.parse::<MarketKey>().ok()),
        urgent: n.is_multiple_of(9),
        seen: Digest::of(&n.to_be_bytes()),
        said_by: None,
        attachments: Vec::new(),
        field_day: None,
        owner: person(owner_number(about))?,
        escalate_to: "leadership".parse().ok()?,
        due: at + TimeDelta::days(14),
        remind_at: at + TimeDelta::days(7),
    }];
    if mixed(n, 71, 5) > 0 {
        let outcome = Outcome::Declined { reason: Digest::of(b"reason") };
        events.push(EntryEvent::FeedbackAnswered { outcome });
    }
    if mixed(n, 73, 1000) == 0 {
        let to = BTreeSet::from(["quality".parse().ok()?]);
        events.push(EntryEvent::IncidentFlagged { to });
    }
    Some((person(2000 + mixed(n, 79, 1500))?, events))
}

/// Nine of ten are decided.
fn idea(n: u64, text: &str) -> Option<(PersonId, Vec<EntryEvent>)> {
    let mut events = vec![EntryEvent::IdeaSubmitted {
        idea: format!("ida_{n:032x}").parse().ok()?,
        portfolio: home(n)?,
        origin: Origin::Link { link: format!("lnk_{:032x}", n % 100).parse().ok()? },
        workflow: workflow(1)?,
        screener: "product_manager".parse().ok()?,
        text: Digest::of(text.as_bytes()),
        submitter: None,
        tracking: Some(Digest::of(&n.to_be_bytes())),
    }];
    events.extend(match mixed(n, 83, 20) {
        0 => None,
        1 => Some(EntryEvent::IdeaRejected { why: Rejection::Spam }),
        _ => Some(EntryEvent::IdeaAccepted),
    });
    if mixed(n, 83, 20) > 2 {
        events.push(EntryEvent::IdeaDeclined { reason: Digest::of(b"reason") });
    }
    Some((person(2000 + mixed(n, 79, 1500))?, events))
}

fn field_day(n: u64, of: u64) -> Option<(PersonId, Vec<EntryEvent>)> {
    let about = mixed(n, 307, of);
    let (marketer, seller) = (person(owner_number(about))?, person(2000 + mixed(n, 79, 1500))?);
    let recorded = EntryEvent::FieldDayRecorded {
        field_day: format!("fdy_{n:032x}").parse().ok()?,
        portfolio: home(about)?,
        date: start().date_naive(),
        marketer,
        seller,
        market: pick(n, &MARKETS, 61).and_then(|market| market.parse().ok()),
        products: BTreeSet::from([product_id(about)?]),
        notes: Digest::of(b"notes"),
        follow_ups: Vec::new(),
    };
    Some((marketer, vec![recorded]))
}

/// The product has left its first stage, and was decided at its first gate.
fn passages(n: u64) -> Option<[PassageRow; 2]> {
    let entered = start() + TimeDelta::minutes(i64::try_from(mixed(n, 104_729, 1_000_000)).ok()?);
    let days = |by, of| i64::try_from(mixed(n, by, of)).map(|days| TimeDelta::days(days + 1));
    let at_gate = entered + days(89, 60).ok()?;
    let decided = at_gate + days(107, 20).ok()?;
    let spent = |who, from: DateTime<Utc>, to: DateTime<Utc>| {
        BTreeMap::from([(who, u64::try_from((to - from).num_seconds()).unwrap_or_default())])
    };
    let row = |passage| {
        let workflow: WorkflowKey = workflow(n)?.key;
        Some(PassageRow { product: product_id(n)?, workflow, portfolio: home(n)?, passage })
    };
    let passage = |place, entered, spent| Passage {
        place,
        number: 1,
        entered,
        left: Some(decided),
        ended: Some(if n.is_multiple_of(7) { Ended::Recycle } else { Ended::Go }),
        due: Some(at_gate + TimeDelta::days(10)),
        spent,
        ended_by: Some(9),
    };
    let stage = Place::Stage(StageKey::new("idea").ok()?);
    let gate = Place::Gate("idea_screen".parse().ok()?);
    Some([
        row(passage(stage, entered, spent(Waited::Team, entered, at_gate)))?,
        row(passage(gate, at_gate, spent(Waited::Gatekeeper, at_gate, decided)))?,
    ])
}

fn view(n: u64) -> Option<SavedView> {
    Some(SavedView {
        id: format!("viw_{n:032x}").parse().ok()?,
        owner: person(n % 20)?,
        name: format!("{} {n}", pick(n, &WORDS, 31)?),
        portfolio: home(n).filter(|_| n.is_multiple_of(2)),
        body: json!({ "filter": { "stage": ["launch"] } }),
        version: 1,
        created_at: start(),
        updated_at: start(),
    })
}
