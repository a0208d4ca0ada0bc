//! What comes from the field: ideas of visitors and employees, feedback and its answers, field days.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError, atomic::Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sluicegate_app::{
    App, AppError, EntryDone, OpenLink, Promotion, Request, Screening, Sealer, VisitorIdea,
};
use sluicegate_core::{
    definition::Text,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, ProductId},
    intake::{
        Command, Counterpart, Entry, EntryId, FeedbackKind, IdeaState, IdeaText, NewFeedback,
        NewFollowUp, Rejection,
    },
    key::MarketKey,
    product::{Actor, DeliverableRef, Product},
};
use uuid::Uuid;

use super::{A_MOMENT, PATIENCE, Play, Played, Stage, Stopped, keys, request, story};
use crate::{
    DemoError,
    company::Colleague,
    data::{DayRow, Fate, FeedbackRow, IdeaBy, IdeaRow, LinkRow, Reply, Seen, Sheet, Tongue},
    dice::Dice,
    error::told,
};

/// Days before the start on which the idea of a product came in, and was let in.
const EARLIER: (i64, i64) = (17, 14);

/// Opens the intake links, before anything else happens.
///
/// # Errors
/// The data name somebody or something that is not there.
pub(crate) async fn open_links(stage: &Stage) -> Result<Vec<(IntakeLinkId, LinkRow)>, DemoError> {
    let mut opened = Vec::new();
    for row in &stage.data.field.links {
        if !stage.definitions.contains_key(&row.workflow) {
            continue;
        }
        let Some(who) = stage.company.by_key(&row.by) else { continue };
        let command = OpenLink {
            title: Text { en: row.title.0.clone(), ko: Some(row.title.1.clone()) },
            portfolio: row.portfolio.parse()?,
            workflow: row.workflow.parse()?,
            closes_at: None,
        };
        let done = stage.app.open_link(request(who, command, stage.app.sealer())).await?;
        let mut links = stage.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.insert(row.key.clone(), done.secret.unwrap_or_default());
        if let EntryId::Link(id) = done.entry.id() {
            opened.push((id, row.clone()));
        }
    }
    Ok(opened)
}

/// Somebody of the house acts on an entry.
struct Hand<'a> {
    stage: &'a Arc<Stage>,
    who: &'a Colleague,
}

impl Hand<'_> {
    /// At the next time in the office.
    async fn comes(&self, when: DateTime<Utc>) -> Played {
        let time = &self.stage.time;
        Ok(time.until(self.who.at_work(when.max(time.now()))).await?)
    }

    fn ask<C>(&self, command: C, sealer: Sealer) -> Request<C> {
        self.stage.commands.fetch_add(1, Ordering::Relaxed);
        request(self.who, command, sealer)
    }

    async fn about(
        &self,
        id: EntryId,
        build: impl FnOnce(&mut Sealer) -> Command,
    ) -> Played<EntryDone> {
        let mut sealer = self.stage.app.sealer();
        let command = build(&mut sealer);
        let asked = self.ask(command, sealer);
        let app = &self.stage.app;
        settled(patiently!(app.about(id, asked.clone())))
    }

    async fn screens(
        &self,
        id: IdeaId,
        build: impl FnOnce(&mut Sealer) -> Screening,
    ) -> Played<EntryDone> {
        let mut sealer = self.stage.app.sealer();
        let command = build(&mut sealer);
        let asked = self.ask(command, sealer);
        let app = &self.stage.app;
        settled(patiently!(app.screen(id, asked.clone())))
    }
}

fn settled<T>(answer: Result<T, AppError>) -> Played<T> {
    answer.map_err(|error| {
        let (product, place) = ("the field".to_owned(), "entry".to_owned());
        Stopped::Failed(DemoError::Story { product, place, why: told(&error) })
    })
}

/// Ends a link on its day.
pub(crate) async fn revoke(stage: Arc<Stage>, link: IntakeLinkId, row: LinkRow) -> Played {
    let (Some(days), Some(who)) = (row.revoked, stage.company.by_key(&row.by)) else {
        return Ok(());
    };
    let hand = Hand { stage: &stage, who };
    hand.comes(stage.time.end() - TimeDelta::days(days)).await?;
    hand.about(link.into(), |_| Command::RevokeLink).await?;
    Ok(())
}

/// A visitor writes; nobody of the house acts.
async fn written(
    stage: &Stage,
    link: &str,
    text: IdeaText,
    by: (Option<String>, Option<String>),
) -> Played<Option<IdeaId>> {
    let secret = {
        let links = stage.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.get(link).cloned()
    };
    let Some(secret) = secret else { return Ok(None) };
    let command = VisitorIdea { text, name: by.0, contact: by.1 };
    let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
    let asked = Request { actor: Actor::Visitor, command, contents, key, seen, dry_run };
    stage.commands.fetch_add(1, Ordering::Relaxed);
    let app = &stage.app;
    let done = settled(patiently!(app.submit_idea(&secret, asked.clone())))?;
    Ok(match done.entry.id() {
        EntryId::Idea(id) => Some(id),
        _ => None,
    })
}

/// The idea from which a product will be started: it has come in and was let in.
pub(super) async fn submitted(
    stage: &Arc<Stage>,
    sheet: &Sheet,
    by: &IdeaBy,
    owner: &Colleague,
    begin: DateTime<Utc>,
) -> Played<IdeaId> {
    stage.time.until(owner.at_work(begin - TimeDelta::days(EARLIER.0))).await?;
    let text = IdeaText {
        problem: sheet.problem.clone(),
        idea: sheet.idea.clone(),
        evidence: Vec::new(),
        market: sheet.markets.first().cloned(),
        segment: None,
    };
    let who = (Some(by.name.clone()), Some(by.contact.clone()));
    let idea = written(stage, &by.link, text, who).await?;
    let idea = idea.ok_or_else(|| story(sheet, "idea", "there is no such link".to_owned()))?;
    let hand = Hand { stage, who: owner };
    hand.comes(begin - TimeDelta::days(EARLIER.1)).await?;
    hand.screens(idea, |_| Screening::Accept).await?;
    Ok(idea)
}

/// The product that the idea becomes.
pub(super) async fn promoted(
    stage: &Arc<Stage>,
    sheet: &Sheet,
    owner: &Colleague,
    idea: IdeaId,
    card: Value,
    markets: BTreeSet<MarketKey>,
) -> Played<Arc<Product>> {
    let card = card.as_object().cloned().unwrap_or_default();
    let promotion = Promotion { name: sheet.name.clone(), owner: Some(owner.id), card, markets };
    let hand = Hand { stage, who: owner };
    let done = hand.screens(idea, |_| Screening::Promote(promotion)).await?;
    let Entry::Idea(idea) = &*done.entry else {
        return Err(story(sheet, "idea", "it is no idea".to_owned()));
    };
    let IdeaState::Promoted { product, .. } = idea.state else {
        return Err(story(sheet, "idea", "it was not promoted".to_owned()));
    };
    state(&stage.app, product).await
}

async fn state(app: &App, id: ProductId) -> Played<Arc<Product>> {
    let found = app.store().product(id).await.map_err(AppError::from);
    settled(found.and_then(|found| found.ok_or(AppError::NotFound("product"))))
}

/// One idea, from its submission to what became of it.
pub(crate) async fn idea(stage: Arc<Stage>, row: IdeaRow) -> Played {
    let link = stage.data.field.links.iter().find(|link| link.key == row.link);
    let Some(who) = link.and_then(|link| stage.company.by_key(&link.by)) else { return Ok(()) };
    let begin = stage.time.end() - TimeDelta::days(row.ago);
    let hand = Hand { stage: &stage, who };
    hand.comes(begin).await?;
    let text = IdeaText {
        problem: row.problem,
        idea: row.idea,
        evidence: row.evidence,
        market: row.market,
        segment: row.segment,
    };
    let Some(id) = written(&stage, &row.link, text, (row.name, row.contact)).await? else {
        return Ok(());
    };
    if let Some(key) = row.key {
        let mut ideas = stage.ideas.lock().unwrap_or_else(PoisonError::into_inner);
        ideas.insert(key, id);
    }
    if matches!(row.then, Fate::Received) {
        return Ok(());
    }
    hand.comes(begin + TimeDelta::days(row.after.0)).await?;
    if let Fate::Rejected(why) = &row.then {
        let why = if why == "spam" { Rejection::Spam } else { Rejection::OutOfScope };
        hand.screens(id, |_| Screening::Reject(why)).await?;
        return Ok(());
    }
    hand.screens(id, |_| Screening::Accept).await?;
    hand.comes(begin + TimeDelta::days(row.after.1)).await?;
    let now = stage.time.now();
    let known = |key: &String| {
        let ideas = stage.ideas.lock().unwrap_or_else(PoisonError::into_inner);
        ideas.get(key).copied().map(Counterpart::Idea)
    };
    let into = match &row.then {
        Fate::Merged(key) => known(key),
        Fate::MergedInto(sheet) => product(&stage, sheet).map(Counterpart::Product),
        _ => None,
    };
    match row.then {
        Fate::Declined(why) => {
            hand.screens(id, |sealer| Screening::Decline { reason: sealer.text(&why) }).await?;
        }
        Fate::Parked { days, why } => {
            let until = now + TimeDelta::days(days);
            hand.screens(id, |sealer| Screening::Park { until, reason: sealer.text(&why) }).await?;
        }
        // With fewer products there may be nothing to merge with: then it stays open.
        Fate::Merged(_) | Fate::MergedInto(_) => {
            if let Some(into) = into {
                hand.screens(id, |_| Screening::Merge(into)).await?;
            }
        }
        Fate::Received | Fate::Open | Fate::Rejected(_) => {}
    }
    Ok(())
}

fn product(stage: &Stage, sheet: &str) -> Option<ProductId> {
    let started = stage.started.lock().unwrap_or_else(PoisonError::into_inner);
    started.get(sheet).copied()
}

fn sealed(seen: &Seen, product: ProductId, sealer: &mut Sealer) -> Played<NewFeedback> {
    let kinds = FeedbackKind::ALL.into_iter();
    let kind = kinds.into_iter().find(|kind| kind.name() == seen.kind);
    let market = seen.market.as_deref().map(str::parse).transpose().map_err(keys)?;
    Ok(NewFeedback {
        feedback: FeedbackId::new(Uuid::nil()),
        product,
        kind: kind.unwrap_or(FeedbackKind::Other),
        market,
        urgent: seen.urgent,
        seen: sealer.json(json!({ "text": seen.seen, "evidence": [] })),
        said_by: seen.said_by.as_deref().map(|who| sealer.text(who)),
        attachments: Vec::new(),
        incident: seen.incident,
    })
}

/// One piece of feedback, from the field to its answer and back.
pub(crate) async fn feedback(stage: Arc<Stage>, row: FeedbackRow) -> Played {
    let Some(who) = stage.company.by_key(&row.by) else { return Ok(()) };
    let hand = Hand { stage: &stage, who };
    hand.comes(stage.time.end() - TimeDelta::days(row.ago)).await?;
    let Some(product) = product(&stage, &row.on) else { return Ok(()) };
    let mut sealer = stage.app.sealer();
    let new = sealed(&row.what, product, &mut sealer)?;
    let asked = hand.ask(new, sealer);
    let app = &stage.app;
    let done = settled(patiently!(app.send_feedback(asked.clone())))?;
    let Entry::Feedback(sent) = &*done.entry else { return Ok(()) };
    let (id, at, owner) = (sent.id, stage.time.now(), sent.owner);
    let assessed = async {
        // Every complaint is assessed; most have hurt nobody.
        let usual = || (row.what.kind == "complaint").then(|| usual_assessment(&stage, &row.on));
        let Some((days, reportable, note)) = row.assessed.clone().or_else(usual) else {
            return Ok(());
        };
        let quality = stage.sheets.get(&row.on).and_then(|sheet| {
            let holders = stage.company.holders(sheet, "quality", None);
            Dice::of(stage.seed, &row.on).pick(&holders).map(|found| (**found).clone())
        });
        let Some(quality) = quality else { return Ok(()) };
        let hand = Hand { stage: &stage, who: &quality };
        hand.comes(at + TimeDelta::days(days)).await?;
        let command =
            |sealer: &mut Sealer| Command::AssessIncident { reportable, note: sealer.text(&note) };
        hand.about(id.into(), command).await.map(|_| ())
    };
    assessed.await?;
    if let (Some(answer), Some(owner)) = (row.answer, stage.company.by_id(owner)) {
        let sender = Hand { stage: &stage, who };
        answered(&Hand { stage: &stage, who: owner }, &sender, id, at, answer, &row.on).await?;
    }
    Ok(())
}

/// Days until quality has read it, whether it is reported, and why not.
fn usual_assessment(stage: &Stage, on: &str) -> (i64, bool, String) {
    let korean = stage.sheets.get(on).is_some_and(|sheet| sheet.tongue == Tongue::Ko);
    let note = if korean {
        "위해 없음, 위험관리 파일의 예상 범위 이내. 보고 대상 아님, 경향 분석에 포함."
    } else {
        "Nobody was harmed, and the risk file foresees it. Not reportable; trended."
    };
    (2, false, note.to_owned())
}

/// The owner answers, the sender reads it, and what is owed may be made.
async fn answered(
    owner: &Hand<'_>,
    sender: &Hand<'_>,
    id: FeedbackId,
    sent: DateTime<Utc>,
    (days, reply): (i64, Reply),
    on: &str,
) -> Played {
    let stage = owner.stage;
    owner.comes(sent + TimeDelta::days(days)).await?;
    let mut owed = None;
    match reply {
        Reply::No(why) => {
            let decline =
                |sealer: &mut Sealer| Command::DeclineFeedback { reason: sealer.text(&why) };
            owner.about(id.into(), decline).await?;
        }
        Reply::Idea { problem, idea } => {
            let text = IdeaText { problem, idea, ..IdeaText::default() };
            let asked = owner.ask(text, stage.app.sealer());
            let app = &stage.app;
            settled(patiently!(app.answer_with_idea(id, asked.clone())))?;
        }
        Reply::Obligation { deliverable, requirement, why, made } => {
            let named: DeliverableRef = deliverable.parse().map_err(keys)?;
            let deliverable = named.clone();
            let oblige = |sealer: &mut Sealer| Command::AnswerWithObligation {
                deliverable,
                requirement: sealer.text(&requirement),
                why: sealer.text(&why),
            };
            owner.about(id.into(), oblige).await?;
            owed = made.map(|days| (named, days));
        }
    }
    let answered = stage.time.now();
    sender.comes(answered + TimeDelta::days(2)).await?;
    sender.about(id.into(), |_| Command::ReadAnswer).await?;
    if let Some((named, days)) = owed {
        made(stage, on, &named, answered + TimeDelta::days(days)).await?;
    }
    Ok(())
}

/// Hands in the revision that is owed, and lets it be accepted.
async fn made(stage: &Arc<Stage>, on: &str, named: &DeliverableRef, when: DateTime<Utc>) -> Played {
    let (Some(id), Some(sheet)) = (product(stage, on), stage.sheets.get(on)) else {
        return Ok(());
    };
    let Some(definition) = stage.definitions.get(&sheet.workflow) else { return Ok(()) };
    stage.time.until(when).await?;
    let product = state(&stage.app, id).await?;
    let dice = Dice::of(stage.seed, &format!("{on}/owed"));
    let mut play = Play::of(stage.clone(), sheet.clone(), definition.clone(), dice, product);
    let accepted = play.product.deliverables.get(named).and_then(|entry| entry.accepted.as_ref());
    let Some(accepted) = accepted else { return Ok(()) };
    play.revisions.insert(named.to_string(), accepted.number);
    play.deliver(named, when).await?;
    let reviewers = definition.deliverables.get(&named.key).map(|found| found.reviewers.clone());
    for role in reviewers.unwrap_or_default() {
        play.accept(named, role.as_str()).await?;
    }
    Ok(())
}

/// A day in the field, what was promised on it, and what goes upstream.
pub(crate) async fn day(stage: Arc<Stage>, row: DayRow) -> Played {
    let (Some(marketer), Some(seller)) =
        (stage.company.by_key(&row.marketer), stage.company.by_key(&row.seller))
    else {
        return Ok(());
    };
    let hand = Hand { stage: &stage, who: marketer };
    hand.comes(stage.time.end() - TimeDelta::days(row.ago) + TimeDelta::hours(20)).await?;
    let products: BTreeMap<&String, ProductId> =
        row.on.iter().filter_map(|key| Some((key, product(&stage, key)?))).collect();
    if products.is_empty() {
        return Ok(());
    }
    let (mut pen, now) = (stage.app.sealer(), stage.time.now());
    let notes = json!({ "account": row.account, "seen": row.seen, "learned": row.learned,
        "usable": row.usable, "not_usable": row.not_usable });
    let mut follow_ups = Vec::new();
    for (text, owner, due, _) in &row.follow_ups {
        let Some(owner) = stage.company.by_key(owner) else { continue };
        let due = now + TimeDelta::days(*due);
        follow_ups.push(NewFollowUp { text: pen.text(text), owner: owner.id, due });
    }
    let command = Command::RecordFieldDay {
        portfolio: row.portfolio.parse().map_err(keys)?,
        date: before(now).date_naive(),
        marketer: marketer.id,
        seller: seller.id,
        market: Some(row.market.parse().map_err(keys)?),
        products: products.values().copied().collect(),
        notes: pen.json(notes),
        follow_ups,
    };
    let asked = hand.ask(command, pen);
    let app = &stage.app;
    let done = settled(patiently!(app.record_field_day(asked.clone())))?;
    let EntryId::FieldDay(id) = done.entry.id() else { return Ok(()) };
    let learnt = learnt(&hand, id, &row, &products, now).await?;
    for (index, (_, owner, _, done)) in row.follow_ups.iter().enumerate() {
        let (Some(days), Some(owner)) = (done, stage.company.by_key(owner)) else { continue };
        let hand = Hand { stage: &stage, who: owner };
        hand.comes(now + TimeDelta::days(*days)).await?;
        let follow_up = u32::try_from(index + 1).unwrap_or(1);
        hand.about(id.into(), |_| Command::FinishFollowUp { follow_up }).await?;
    }
    for (feedback, sent, answer, on) in learnt {
        let owner = match stage.app.store().entry(feedback.into()).await {
            Ok(Some(entry)) => match &*entry {
                Entry::Feedback(feedback) => stage.company.by_id(feedback.owner),
                _ => None,
            },
            _ => None,
        };
        let Some(owner) = owner else { continue };
        answered(&Hand { stage: &stage, who: owner }, &hand, feedback, sent, answer, &on).await?;
    }
    Ok(())
}

/// Learnings that get an answer: when they were sent, the answer, and the sheet.
type Learnt = Vec<(FeedbackId, DateTime<Utc>, (i64, Reply), String)>;

/// What was learned goes upstream on the next day.
async fn learnt(
    hand: &Hand<'_>,
    id: FieldDayId,
    row: &DayRow,
    products: &BTreeMap<&String, ProductId>,
    now: DateTime<Utc>,
) -> Played<Learnt> {
    let (app, mut known, mut learnt) = (&hand.stage.app, BTreeSet::new(), Learnt::new());
    for each in &row.learnings {
        let Some(product) = products.get(&each.on) else { continue };
        let (kind, seen, market) = (each.kind.clone(), each.seen.clone(), Some(row.market.clone()));
        let seen = Seen { kind, market, urgent: false, seen, said_by: None, incident: false };
        hand.comes(now + TimeDelta::hours(20)).await?;
        let mut sealer = app.sealer();
        let items = vec![sealed(&seen, *product, &mut sealer)?];
        let asked = hand.ask(items, sealer);
        let done = settled(patiently!(app.send_learnings(id, asked.clone())))?;
        let Entry::FieldDay(day) = &*done.entry else { continue };
        let new = day.feedback.difference(&known).next().copied();
        known.clone_from(&day.feedback);
        if let (Some(new), Some(answer)) = (new, each.answer.clone()) {
            learnt.push((new, hand.stage.time.now(), answer, each.on.clone()));
        }
    }
    Ok(learnt)
}

/// The day was yesterday, or on the Friday before.
fn before(now: DateTime<Utc>) -> DateTime<Utc> {
    use chrono::Datelike as _;
    let back = if now.weekday() == chrono::Weekday::Mon { 3 } else { 1 };
    now - TimeDelta::days(back)
}
