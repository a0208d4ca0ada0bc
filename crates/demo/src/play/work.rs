//! Work in a stage: an agenda of errands, filled from what the explanation says is missing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_app::view::ActionsView;
use sluicegate_core::{
    definition::DoneBy,
    key::{MarketKey, StageKey},
    product::{ConditionState, DeliverableRef, Document, Handover, ReviewState, RoleRef},
    rules::{Action, Blocker, Command},
};

use super::{
    Pending, Play, Played,
    filing::{self, CLEARANCE},
    find, order,
};
use crate::{
    company::Colleague,
    data::{Twist, What},
    plan::Halt,
};

/// Rounds of asking what is missing; more would mean that the answers do not help.
const ROUNDS: usize = 60;

/// The deliverable with the sales of each market.
pub(super) const ATTAINMENT: &str = "attainment";
/// It is first written when there are some months to compare.
const SOME_MONTHS: TimeDelta = TimeDelta::days(118);
/// What is due so late, in minutes, judges the time that has passed: it comes at its end.
const JUDGES: u64 = 150 * 1440;

/// Every shipped gate allows a hold of so long; then it is looked at again.
const LONGEST_HOLD: TimeDelta = TimeDelta::days(85);

/// A stage as a story passes it.
pub(super) struct Shift {
    pub(super) stage: StageKey,
    pub(super) from: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    pub(super) usual: i64,
    pub(super) twists: Vec<Twist>,
    pub(super) revise: Vec<String>,
    pub(super) halt: Halt,
}

/// Something that is to be done at a time.
#[derive(Clone, Debug)]
pub(super) enum Errand {
    Deliver(DeliverableRef),
    Review(DeliverableRef, String),
    Waive(DeliverableRef),
    Receive(MarketKey),
    Offer(MarketKey),
    Report(u32),
    /// A revision of something that was accepted: new months have passed.
    Renew(DeliverableRef),
    Meet(u32),
    Pause(i64, String),
    Halt(String),
}

impl Errand {
    /// Nothing of the stage waits for it, and it lies well ahead.
    fn is_far(&self, when: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let works = matches!(self, Self::Deliver(_) | Self::Review(..) | Self::Waive(_));
        when > now + TimeDelta::days(if works { 45 } else { 12 })
    }
}

/// Errands by their time; the number keeps the order of one moment.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    errands: BTreeMap<(DateTime<Utc>, u32), Errand>,
    next: u32,
}

impl Agenda {
    pub(super) fn add(&mut self, when: DateTime<Utc>, errand: Errand) {
        self.next += 1;
        self.errands.insert((when, self.next), errand);
    }

    fn pop(&mut self) -> Option<(DateTime<Utc>, Errand)> {
        self.errands.pop_first().map(|((when, _), errand)| (when, errand))
    }

    /// Everything comes later.
    fn shift(&mut self, by: TimeDelta) {
        let errands = std::mem::take(&mut self.errands).into_iter();
        self.errands =
            errands.map(|((when, number), errand)| ((when + by, number), errand)).collect();
    }

    pub(super) fn has_any(&self, key: &str) -> bool {
        self.errands.values().any(|errand| match errand {
            Errand::Deliver(other) | Errand::Review(other, _) => other.key.as_str() == key,
            _ => false,
        })
    }

    fn has(&self, named: &DeliverableRef) -> bool {
        self.errands.values().any(|errand| match errand {
            Errand::Deliver(other) | Errand::Review(other, _) | Errand::Waive(other) => {
                other == named
            }
            _ => false,
        })
    }
}

impl Play {
    pub(super) async fn work(&mut self, mut shift: Shift) -> Played {
        self.staff(&shift).await?;
        let mut agenda = Agenda::default();
        self.twists(&shift, &mut agenda);
        for key in std::mem::take(&mut shift.revise) {
            let when = shift.from + TimeDelta::days(self.dice.between(2, 5));
            for named in self.instances(&key) {
                agenda
                    .add(when + TimeDelta::hours(self.dice.between(1, 40)), Errand::Deliver(named));
            }
        }
        self.after_launch(&shift, &mut agenda);
        for _ in 0..ROUNDS {
            let view = self.ask(&self.owner()?).await?;
            if !self.fill(&view, &shift, &mut agenda) && agenda.errands.is_empty() {
                break;
            }
            let mut moved = false;
            while let Some((when, errand)) = agenda.pop() {
                // What could begin by now must not wait for what comes months later.
                if moved && errand.is_far(when, self.now()) {
                    agenda.add(when, errand);
                    break;
                }
                moved |= matches!(errand, Errand::Deliver(_) | Errand::Review(..));
                self.wait_for_conditions(when, &mut agenda).await?;
                self.run_errand(when, errand, &shift, &mut agenda).await?;
            }
        }
        // The team takes until the planned day, and no longer.
        let ready = shift.until - TimeDelta::days(2);
        self.wait_for_conditions(ready, &mut agenda).await?;
        Ok(self.stage.time.until(ready).await?)
    }

    /// Whoever serves a market joins the team before the market's work begins.
    async fn staff(&mut self, shift: &Shift) -> Played {
        let stage = self.definition.stages.get(&shift.stage);
        let keys = stage.map(|stage| stage.deliverables.clone()).unwrap_or_default();
        let mut roles = Vec::new();
        for key in keys {
            let Some(deliverable) = self.definition.deliverables.get(&key) else { continue };
            let role = deliverable.owner.clone();
            let per_market = self.definition.roles.get(&role).is_some_and(|role| role.per_market);
            if per_market && deliverable.per_market && !roles.contains(&role) {
                roles.push(role);
            }
        }
        let owner = self.owner()?;
        for role in roles {
            for market in self.sheet.markets.clone() {
                let Ok(key) = market.parse::<MarketKey>() else { continue };
                let named = RoleRef::new(role.clone(), Some(key));
                if self.product.team.contains_key(&named) {
                    continue;
                }
                let Some(person) = self.cast(role.as_str(), Some(&market)) else { continue };
                let role = named;
                let command = Command::AssignRole { role, person: person.id };
                self.act(&owner, shift.from + TimeDelta::hours(20), |_, _| Ok(command)).await?;
            }
        }
        Ok(())
    }

    /// What the sheet puts into this stage.
    fn twists(&mut self, shift: &Shift, agenda: &mut Agenda) {
        let days = |share: i64| TimeDelta::days(shift.usual * share / 100);
        for twist in &shift.twists {
            if let What::Pause(length) = twist.what {
                let errand = Errand::Pause(length, twist.why.clone());
                agenda.add(shift.from + days(38), errand);
            }
        }
        if let Halt::Held { after, why } = &shift.halt {
            agenda.add(shift.from + TimeDelta::days(*after), Errand::Halt(why.clone()));
        }
        for pending in &self.conditions {
            agenda.add(pending.met, Errand::Meet(pending.number));
        }
    }

    /// Hand-overs and reviews that wait in this stage.
    fn after_launch(&mut self, shift: &Shift, agenda: &mut Agenda) {
        self.follow_sales(shift, agenda);
        self.hear_payers(shift, agenda);
        let markets: Vec<_> = self.product.markets.clone().into_iter().collect();
        for (market, state) in markets {
            match state.handover {
                Handover::Offered { .. } => {
                    let when = shift.from + TimeDelta::days(self.dice.between(2, 9));
                    agenda.add(when, Errand::Receive(market));
                }
                Handover::NotOffered if self.launched.is_some() => {
                    let Some(late) = self.sheet.later.get(market.as_str()) else { continue };
                    let when = shift.from + TimeDelta::days(*late);
                    let named = filing::clearance(&market);
                    if let Some(named) = named {
                        agenda.add(when, Errand::Deliver(named));
                    }
                    agenda.add(when + TimeDelta::days(12), Errand::Offer(market));
                }
                _ => {}
            }
        }
        for (number, review) in &self.product.reviews {
            let rule = self.definition.reviews.get(&review.review);
            let by_form = rule.is_some_and(|rule| matches!(rule.done, DoneBy::Form { .. }));
            if by_form && !matches!(review.state, ReviewState::Done { .. }) {
                let when = review.due + TimeDelta::days(25);
                // What falls due behind the stage is asked for at the gate.
                if when < shift.until {
                    agenda.add(when, Errand::Report(*number));
                }
            }
        }
    }

    pub(super) fn instances(&self, key: &str) -> Vec<DeliverableRef> {
        let Ok(named) = key.parse::<DeliverableRef>() else { return Vec::new() };
        let per_market =
            self.definition.deliverables.get(&named.key).is_some_and(|found| found.per_market);
        if !per_market {
            return vec![named];
        }
        let of = |market: &MarketKey| DeliverableRef::new(named.key.clone(), Some(market.clone()));
        self.product.markets.keys().map(of).collect()
    }

    /// Puts on the agenda what the explanation says is missing and can be begun now.
    fn fill(&mut self, view: &ActionsView, shift: &Shift, agenda: &mut Agenda) -> bool {
        let mut wanted = Vec::new();
        if let Some(submit) = find(view, |action| matches!(action, Action::Submit { .. })) {
            for unmet in &submit.unmet {
                if let Blocker::DeliverableMissing { deliverable } = &unmet.blocker {
                    wanted.push(deliverable.clone());
                }
            }
        }
        for each in &view.actions {
            if let Action::SubmitDeliverable { deliverable } = &each.action
                && self.goes_beyond(deliverable, shift)
            {
                wanted.push(deliverable.clone());
            }
        }
        let mut added = false;
        let expected: BTreeSet<String> = wanted.iter().map(|each| each.key.to_string()).collect();
        for named in wanted {
            if self.comes_too_soon(&named, &expected, agenda) {
                continue;
            }
            let open = find(
                view,
                |action| matches!(action, Action::SubmitDeliverable { deliverable } if *deliverable == named),
            );
            let begun = open.is_some_and(|each| {
                !each.unmet.iter().any(|unmet| {
                    matches!(
                        unmet.blocker,
                        Blocker::DeliverableNeededFirst { .. } | Blocker::AlreadySubmitted
                    )
                })
            });
            if begun && !agenda.has(&named) {
                let when = self.when(&named, shift);
                let errand = if self.can_wait(&named) {
                    Errand::Waive(named)
                } else {
                    Errand::Deliver(named)
                };
                agenda.add(when, errand);
                added = true;
            }
        }
        added
    }

    /// Work for a market that is not on sale yet is waived where that is allowed.
    fn can_wait(&self, named: &DeliverableRef) -> bool {
        let waivable =
            self.definition.deliverables.get(&named.key).is_some_and(|found| found.waive.is_some());
        let unsold = named.market.as_ref().is_some_and(|market| {
            self.sheet.later.contains_key(market.as_str())
                && self.product.markets.get(market).is_some_and(|state| !state.sellable)
        });
        waivable && unsold && self.launched.is_some()
    }

    /// When a deliverable is handed in: in the order of the stage, some before and some behind.
    fn when(&mut self, named: &DeliverableRef, shift: &Shift) -> DateTime<Utc> {
        let defined = self.definition.deliverables.get(&named.key);
        let due = defined.and_then(|found| found.due);
        if named.key.as_str() == ATTAINMENT
            && let Some(launched) = self.launched
        {
            let when = launched.max(shift.from) + SOME_MONTHS;
            return when + TimeDelta::hours(self.dice.between(2, 60));
        }
        if let Some(when) = self.when_cleared(named, shift) {
            return when;
        }
        if due.is_some_and(|due| due.usual_minutes() >= JUDGES) {
            let last = TimeDelta::days(shift.usual * 92 / 100);
            return shift.from + last + TimeDelta::hours(self.dice.between(2, 60));
        }
        if let Some(share) = order::place(&shift.stage, &named.key) {
            return self.at_share(share, shift);
        }
        let stage = self.definition.stages.get(&shift.stage);
        let keys = stage.map(|stage| stage.deliverables.as_slice()).unwrap_or_default();
        let mut depth: BTreeMap<&str, i64> = BTreeMap::new();
        for key in keys {
            let after = self.definition.deliverables.get(key).map(|found| found.after.as_slice());
            let before = after.unwrap_or_default().iter();
            let last = before.filter_map(|first| depth.get(first.as_str())).max();
            depth.insert(key.as_str(), last.map_or(0, |last| last + 1));
        }
        let levels = depth.values().max().copied().unwrap_or(0) + 1;
        let level = depth.get(named.key.as_str()).copied().unwrap_or(0);
        let count = i64::try_from(keys.len()).unwrap_or(1).max(1);
        let place = keys.iter().position(|key| *key == named.key);
        let place = i64::try_from(place.unwrap_or(0)).unwrap_or(0);
        // Half by what must come first, half by the order of the list.
        let share = 500 * (2 * level + 1) / (2 * levels) + 500 * (2 * place + 1) / (2 * count);
        self.at_share(share, shift)
    }

    /// So many thousandths of the time in which the team works.
    fn at_share(&mut self, share: i64, shift: &Shift) -> DateTime<Utc> {
        let days = self.days_of_work(shift);
        let minutes = TimeDelta::days(days).num_minutes() * 78 / 100 * share / 1000;
        let jitter = TimeDelta::hours(self.dice.between(-30, 30));
        shift.from + TimeDelta::minutes(minutes) + TimeDelta::days(1) + jitter
    }

    async fn run_errand(
        &mut self,
        when: DateTime<Utc>,
        errand: Errand,
        shift: &Shift,
        agenda: &mut Agenda,
    ) -> Played {
        match errand {
            Errand::Deliver(named) => {
                if named.key.as_str() == CLEARANCE {
                    self.authority_answers(&named, when).await?;
                }
                self.deliver(&named, when).await?;
                self.call_reviewers(&named, when, agenda);
            }
            Errand::Review(named, role) => {
                self.review(&named, &role, when, &shift.twists, agenda).await?;
            }
            Errand::Renew(named) => {
                let entry = self.product.deliverables.get(&named);
                if entry.is_some_and(|entry| entry.accepted.is_some()) {
                    self.payer_answers(&named, when).await?;
                    self.deliver(&named, when).await?;
                    self.call_reviewers(&named, when, agenda);
                }
            }
            Errand::Waive(named) => self.waive(&named, when).await?,
            Errand::Receive(market) => self.receive(&market, when, &shift.twists, agenda).await?,
            Errand::Offer(market) => self.offer(&market, when, agenda).await?,
            Errand::Report(number) => self.report(number, when).await?,
            Errand::Meet(number) => {
                self.meet(number, when).await?;
            }
            Errand::Pause(days, why) => {
                let owner = self.owner()?;
                self.hold(&owner, when, TimeDelta::days(days), why).await?;
                let resumed = when + TimeDelta::days(days);
                let why = self.say(&owner, "resume");
                self.act(&owner, resumed, |sealer, _| {
                    Ok(Command::Resume { reason: sealer.text(&why) })
                })
                .await?;
                agenda.shift(TimeDelta::days(days));
            }
            Errand::Halt(why) => {
                let owner = self.owner()?;
                self.hold(&owner, when, LONGEST_HOLD, why).await?;
                self.stage.time.until(self.end() + TimeDelta::days(1)).await?;
            }
        }
        Ok(())
    }

    async fn hold(
        &mut self,
        who: &Colleague,
        when: DateTime<Utc>,
        length: TimeDelta,
        why: String,
    ) -> Played {
        let length = length.min(LONGEST_HOLD);
        self.act(who, when, |sealer, play| {
            let review_at = play.now() + length;
            Ok(Command::PlaceHold { review_at, reason: sealer.text(&why) })
        })
        .await?;
        Ok(())
    }

    /// Somebody of the deliverable's role hands it in.
    pub(super) async fn deliver(&mut self, named: &DeliverableRef, when: DateTime<Utc>) -> Played {
        let Some(deliverable) = self.definition.deliverables.get(&named.key).cloned() else {
            return Err(self.failed(named, "the workflow has no such deliverable"));
        };
        let market = named.market.as_ref().map(MarketKey::as_str);
        let author = self.cast(deliverable.owner.as_str(), market);
        let author = author.map_or_else(|| self.owner(), Ok)?;
        let count = self.revisions.entry(named.to_string()).or_insert(0);
        *count += 1;
        let revision = *count;
        self.act(&author, when, |sealer, play| {
            let document = match &deliverable.form {
                Some(form) => {
                    let mut writer = play.writer(named.market.as_ref().map(MarketKey::as_str));
                    writer.revision = revision;
                    let content = writer.form(form.as_str(), named.key.as_str())?;
                    Document { content: Some(sealer.json(content)), ..Document::default() }
                }
                None => Document {
                    link: Some(format!(
                        "https://docs.solmaru.example/{}/{}",
                        play.sheet.key, named.key
                    )),
                    ..Document::default()
                },
            };
            Ok(Command::SubmitDeliverable { deliverable: named.clone(), document })
        })
        .await?;
        Ok(())
    }

    fn call_reviewers(&mut self, named: &DeliverableRef, when: DateTime<Utc>, agenda: &mut Agenda) {
        let Some(deliverable) = self.definition.deliverables.get(&named.key) else { return };
        let mut at = when.max(self.now());
        for role in deliverable.reviewers.clone() {
            at += TimeDelta::hours(self.dice.between(18, 80));
            agenda.add(at, Errand::Review(named.clone(), role.to_string()));
        }
    }

    /// One reviewer accepts, or returns it with a reason and sees it again some days later.
    async fn review(
        &mut self,
        named: &DeliverableRef,
        role: &str,
        when: DateTime<Utc>,
        twists: &[Twist],
        agenda: &mut Agenda,
    ) -> Played {
        let entry = self.product.deliverables.get(named).map(|entry| entry.work.clone());
        let Some(sluicegate_core::product::Work::Submitted { by, accepted, .. }) = entry else {
            return Ok(());
        };
        if accepted.keys().any(|heard| heard.as_str() == role) {
            return Ok(());
        }
        let market = named.market.as_ref().map(MarketKey::as_str);
        let reviewer = self.cast(role, market).filter(|found| found.id != by);
        let reviewer = if let Some(reviewer) = reviewer {
            reviewer
        } else {
            let others = self.stage.company.holders(&self.sheet, role, market);
            let other = others.into_iter().find(|found| found.id != by).cloned();
            other.ok_or_else(|| self.failed(named, format!("no {role} may review it")))?
        };
        let first = self.revisions.get(&named.to_string()) == Some(&1);
        let told = twists
            .iter()
            .find(|twist| matches!(&twist.what, What::Return(key) if *key == named.key.as_str()));
        let told = told.map(|twist| twist.why.clone());
        let by_chance = told.is_none() && self.dice.percent(6);
        let deliverable = named.clone();
        if first && (told.is_some() || by_chance) {
            let why = match told {
                Some(why) => why,
                None => self.reason_to_return(&reviewer, named),
            };
            self.act(&reviewer, when, |sealer, _| {
                Ok(Command::ReturnDeliverable { deliverable, reason: sealer.text(&why) })
            })
            .await?;
            let again = self.now() + TimeDelta::days(self.dice.between(3, 8));
            agenda.add(again, Errand::Deliver(named.clone()));
            return Ok(());
        }
        self.act(&reviewer, when, |_, _| Ok(Command::AcceptDeliverable { deliverable })).await?;
        Ok(())
    }

    fn reason_to_return(&mut self, who: &Colleague, named: &DeliverableRef) -> String {
        let own = format!("return/{}", named.key);
        let occasion =
            if self.stage.data.phrases.contains_key(&own) { own } else { "return".to_owned() };
        self.say(who, &occasion)
    }

    async fn waive(&mut self, named: &DeliverableRef, when: DateTime<Utc>) -> Played {
        let Some(deliverable) = self.definition.deliverables.get(&named.key).cloned() else {
            return Ok(());
        };
        let market = named.market.as_ref().map(MarketKey::as_str);
        let asker = self.cast(deliverable.owner.as_str(), market);
        let asker = asker.map_or_else(|| self.owner(), Ok)?;
        let why = self.say(&asker, "waive");
        let named = named.clone();
        let deliverable_ref = named.clone();
        self.act(&asker, when, |sealer, _| {
            Ok(Command::AskWaiver { deliverable: deliverable_ref, reason: sealer.text(&why) })
        })
        .await?;
        let role = deliverable.waive.map(|role| role.to_string()).unwrap_or_default();
        let approver = self.cast(&role, market).filter(|found| found.id != asker.id);
        let approver =
            approver.ok_or_else(|| self.failed(&named, "nobody may approve the waiver"))?;
        let when = self.now() + TimeDelta::days(2);
        self.act(&approver, when, |_, _| Ok(Command::ApproveWaiver { deliverable: named })).await?;
        Ok(())
    }

    /// Work that falls behind the day on which a condition lapses waits until it is met.
    async fn wait_for_conditions(&mut self, when: DateTime<Utc>, agenda: &mut Agenda) -> Played {
        let lapsed: Vec<Pending> = self
            .conditions
            .iter()
            .filter(|pending| pending.due < when && pending.due < pending.met)
            .cloned()
            .collect();
        for pending in lapsed {
            let closed =
                self.product.conditions.get(&pending.number).is_none_or(|condition| {
                    matches!(condition.state, ConditionState::Closed { .. })
                });
            if closed {
                continue;
            }
            self.stage.time.until(pending.met).await?;
            let chair = self.meet(pending.number, pending.met).await?;
            let why = self.say(&chair, "resume");
            let when = self.now() + TimeDelta::days(2);
            self.act(&chair, when, |sealer, _| Ok(Command::Resume { reason: sealer.text(&why) }))
                .await?;
            agenda.shift((pending.met - pending.due).max(TimeDelta::zero()));
        }
        Ok(())
    }
}
