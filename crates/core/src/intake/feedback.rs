//! Feedback: sent by anyone of the house, routed to the product's upstream owner, answered by a new
//! idea, a revision that is owed, or a reasoned no.

use std::collections::BTreeSet;

use super::{
    Command, EntryEvent, Move, NewFeedback,
    judge::{Context, at_feedback, problem, settled},
    state::{Feedback, FeedbackKind, Outcome},
};
use crate::{
    definition::{
        Definition,
        span::{Span, Unit},
    },
    digest::Digest,
    id::{FieldDayId, PersonId},
    key::{MarketKey, RoleKey},
    product::{DeliverableRef, Product},
    rules::{self, Blocker, Link, ProblemKind, Refusal, Thing, Wanted},
};

/// Business days until the triage is due, and until its owner is reminded.
const USUAL: (u32, u32) = (10, 8);
const URGENT: (u32, u32) = (2, 1);
/// Who assesses every complaint and whatever else may be a reportable incident, where the workflow has
/// these roles; else the owner does.
const ASSESSORS: [&str; 2] = ["quality", "regulatory_affairs"];

/// The market is none of theirs. Where no product is named, any may be meant.
pub(super) fn strange_market<'a>(
    market: Option<&MarketKey>,
    products: impl IntoIterator<Item = &'a Product>,
) -> Option<ProblemKind> {
    let mut products = products.into_iter().peekable();
    products.peek()?;
    let markets: BTreeSet<_> = products.flat_map(|it| it.markets.keys()).cloned().collect();
    (!markets.contains(market?)).then_some(ProblemKind::NotItsMarket { markets })
}

impl Context<'_> {
    /// Whoever may read a product may say what was seen of it. `at` leads to it in the request.
    pub(super) fn send(
        &self,
        new: &NewFeedback,
        field_day: Option<FieldDayId>,
        at: &str,
    ) -> Result<Vec<Move>, Refusal> {
        let product = self.product(new.product)?;
        if !self.is_person() {
            let at = Link::Entry(new.feedback.into());
            return settled(vec![Self::stop(&at, Blocker::PeopleOnly)]).map(|()| Vec::new());
        }
        if let Some(kind) = strange_market(new.market.as_ref(), [product]) {
            return Err(problem(format!("{at}/market"), kind));
        }
        let definition = self.definition(product)?;
        let cx = self.of_product(definition);
        let (due, remind) = if new.urgent { URGENT } else { USUAL };
        let after = |days| match Span::new(days, Unit::BusinessDay) {
            Ok(span) => definition.calendar.add(self.now, &span),
            Err(_) => self.now,
        };
        let sent = EntryEvent::FeedbackSent {
            feedback: new.feedback,
            portfolio: product.portfolio.clone(),
            product: product.id,
            kind: new.kind,
            market: new.market.clone(),
            urgent: new.urgent,
            seen: new.seen,
            said_by: new.said_by,
            attachments: new.attachments.clone(),
            field_day,
            owner: self.upstream_owner(product, definition),
            escalate_to: rules::chair(&cx, product),
            due: after(due),
            remind_at: after(remind),
        };
        let flagged = EntryEvent::IncidentFlagged { to: assessors(definition) };
        // Whether a complaint is an incident is not for its sender to say (MDR Art. 87: 15 days).
        let assessed = new.incident || new.kind == FeedbackKind::Complaint;
        let events = [sent].into_iter().chain(assessed.then_some(flagged)).collect();
        Ok(vec![Move::Entry(new.feedback.into(), events)])
    }

    /// The product's owner, who stays accountable upstream after every hand-over; where the account
    /// is closed, another holder of the owner role.
    fn upstream_owner(&self, product: &Product, definition: &Definition) -> PersonId {
        if self.directory.is_active(product.owner) {
            return product.owner;
        }
        let holders = self.directory.holders(definition.owner.as_str(), &product.portfolio);
        holders.first().copied().unwrap_or(product.owner)
    }

    pub(super) fn about_feedback(
        &self,
        feedback: &Feedback,
        command: &Command,
    ) -> Result<Vec<Move>, Refusal> {
        let missing = || Refusal::from(Thing::Entry(feedback.id.into()));
        if *command == Command::Tick {
            return self.tick_feedback(feedback);
        }
        let product = self.products.get(&feedback.product).copied().ok_or_else(missing)?;
        let definition = self.definition(product)?;
        let one = |event| Ok(vec![Move::Entry(feedback.id.into(), vec![event])]);
        match command {
            Command::HandOver { to } => {
                self.may_triage(feedback, product)?;
                let cx = self.of_product(definition);
                let fits = rules::is_on_team(&cx, product, *to) && !self.directory.is_machine(*to);
                if !fits {
                    return Err(problem("/to", ProblemKind::NotOnTeam { person: *to }));
                }
                if *to == feedback.owner {
                    return Err(problem("/to", ProblemKind::AlreadyThere));
                }
                one(EntryEvent::FeedbackHandedOver { to: *to })
            }
            Command::AnswerWithIdea { idea, text } => {
                self.may_triage(feedback, product)?;
                let made = self.idea_of_feedback(*idea, feedback, definition, *text)?;
                Ok(vec![answer(feedback, Outcome::NewIdea { idea: *idea }), made])
            }
            Command::AnswerWithObligation { deliverable, requirement, why } => {
                self.may_triage(feedback, product)?;
                self.oblige(feedback, product, definition, (deliverable, *requirement, *why))
            }
            Command::DeclineFeedback { reason } => {
                self.may_triage(feedback, product)?;
                Ok(vec![answer(feedback, Outcome::Declined { reason: *reason })])
            }
            Command::ReadAnswer => {
                self.may_read_answer(feedback)?;
                if feedback.read {
                    return Ok(Vec::new());
                }
                one(EntryEvent::FeedbackAnswerRead)
            }
            Command::FlagIncident => {
                self.may_flag(feedback, product, definition)?;
                one(EntryEvent::IncidentFlagged { to: assessors(definition) })
            }
            Command::AssessIncident { reportable, note } => {
                self.may_assess(feedback)?;
                one(EntryEvent::IncidentAssessed { reportable: *reportable, note: *note })
            }
            _ => Err(missing()),
        }
    }

    fn oblige(
        &self,
        feedback: &Feedback,
        product: &Product,
        definition: &Definition,
        (deliverable, requirement, why): (&DeliverableRef, Digest, Digest),
    ) -> Result<Vec<Move>, Refusal> {
        let wanted = Wanted { deliverable, requirement, why, feedback: feedback.id };
        let definition = self.definitions.iter().find(|known| known.digest == definition.digest);
        let definition = definition.ok_or_else(|| Thing::Workflow(product.workflow.key.clone()))?;
        let obliged = rules::oblige(&self.of_product(definition), product, &wanted)?;
        let number = match &obliged {
            crate::product::Event::RevisionObliged { obligation, .. } => *obligation,
            _ => 0,
        };
        let deliverable = deliverable.clone();
        let outcome = Outcome::Obligation { obligation: number, deliverable };
        Ok(vec![answer(feedback, outcome), Move::Product(product.id, vec![obliged])])
    }

    /// Its owner triages, the product's owner too, and whoever it was escalated to.
    fn may_triage(&self, feedback: &Feedback, product: &Product) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_feedback(feedback), Vec::new());
        let mut people: BTreeSet<PersonId> = [feedback.owner, product.owner].into();
        if feedback.escalated {
            let role = feedback.escalate_to.as_str();
            people.extend(self.directory.holders(role, &feedback.portfolio));
        }
        self.need_person(people, &at, &mut unmet);
        if feedback.answer.is_some() {
            unmet.push(Self::stop(&at, Blocker::FeedbackAnswered));
        }
        settled(unmet)
    }

    fn may_read_answer(&self, feedback: &Feedback) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_feedback(feedback), Vec::new());
        let mine = self.me() == Some(feedback.sender);
        if !mine {
            self.need_person([feedback.sender].into(), &at, &mut unmet);
        }
        if feedback.answer.is_none() {
            unmet.push(Self::stop(&at, Blocker::FeedbackNotAnswered));
        }
        settled(unmet)
    }

    /// Everyone who may read the feedback may say that it may be an incident: better twice than
    /// never.
    fn may_flag(
        &self,
        feedback: &Feedback,
        product: &Product,
        definition: &Definition,
    ) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_feedback(feedback), Vec::new());
        self.need_human(&at, &mut unmet);
        let named = self.me().is_some_and(|me| me == feedback.sender || me == feedback.owner);
        if !named && self.product(product.id).is_err() {
            let roles: Vec<RoleKey> = assessors(definition).into_iter().collect();
            self.need_role(&roles, &feedback.portfolio, &at, &mut unmet);
        }
        if feedback.incident.is_some() {
            unmet.push(Self::stop(&at, Blocker::IncidentFlagged));
        }
        settled(unmet)
    }

    fn may_assess(&self, feedback: &Feedback) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_feedback(feedback), Vec::new());
        let Some(incident) = &feedback.incident else {
            return settled(vec![Self::stop(&at, Blocker::NoIncident)]);
        };
        let roles: Vec<RoleKey> = incident.to.iter().cloned().collect();
        self.need_role(&roles, &feedback.portfolio, &at, &mut unmet);
        if incident.assessed.is_some() {
            unmet.push(Self::stop(&at, Blocker::IncidentAssessed));
        }
        settled(unmet)
    }

    /// A late triage is told to those above; it never answers by itself.
    fn tick_feedback(&self, feedback: &Feedback) -> Result<Vec<Move>, Refusal> {
        self.only_the_clock()?;
        let late = feedback.due <= self.now && !feedback.escalated;
        let soon = feedback.remind_at.is_some_and(|at| at <= self.now);
        let event = match (&feedback.answer, late, soon) {
            (None, true, _) => {
                let role = feedback.escalate_to.as_str();
                let to = self.directory.holders(role, &feedback.portfolio);
                EntryEvent::FeedbackEscalated { to }
            }
            (None, false, true) => EntryEvent::FeedbackReminded,
            _ => return Ok(Vec::new()),
        };
        Ok(vec![Move::Entry(feedback.id.into(), vec![event])])
    }
}

fn answer(feedback: &Feedback, outcome: Outcome) -> Move {
    Move::Entry(feedback.id.into(), vec![EntryEvent::FeedbackAnswered { outcome }])
}

fn assessors(definition: &Definition) -> BTreeSet<RoleKey> {
    let named = definition.roles.keys().filter(|role| ASSESSORS.contains(&role.as_str()));
    let named: BTreeSet<RoleKey> = named.cloned().collect();
    if named.is_empty() { [definition.owner.clone()].into() } else { named }
}
