//! What waits for whom: the tasks of a product, addressed to people or to holders of a role.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{context::Case, refusal::Link};
use crate::{
    definition::{Definition, DoneBy, MustMeet, Required},
    directory::Directory,
    id::PersonId,
    key::RoleKey,
    product::{
        Actor, ConditionState, DeliverableRef, Handover, ObligationState, Overlay, Position,
        Product, ReviewState, Work,
    },
};

/// One thing to do. Made from definition and state alone, so it can be rebuilt at any time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Task {
    pub addressee: Addressee,
    pub kind: TaskKind,
    /// Which deliverable, criterion, condition, market, review or duty; empty: the product.
    pub about: String,
    pub due: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Addressee {
    Person(PersonId),
    /// Whoever holds the role in the product's portfolio: the team has chosen nobody.
    Role(RoleKey),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    SubmitDeliverable,
    RenewDeliverable,
    ReviseCard,
    ReviseDeliverable,
    ReviewDeliverable,
    ApproveWaiver,
    AnswerCriterion,
    SubmitToGate,
    Vote,
    Decide,
    GiveEvidence,
    CloseCondition,
    ReviewHold,
    OfferHandover,
    AnswerHandover,
    CompleteReview,
    DischargeDuty,
}

impl TaskKind {
    pub const ALL: [Self; 17] = [
        Self::SubmitDeliverable,
        Self::RenewDeliverable,
        Self::ReviseCard,
        Self::ReviseDeliverable,
        Self::ReviewDeliverable,
        Self::ApproveWaiver,
        Self::AnswerCriterion,
        Self::SubmitToGate,
        Self::Vote,
        Self::Decide,
        Self::GiveEvidence,
        Self::CloseCondition,
        Self::ReviewHold,
        Self::OfferHandover,
        Self::AnswerHandover,
        Self::CompleteReview,
        Self::DischargeDuty,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SubmitDeliverable => "submit_deliverable",
            Self::RenewDeliverable => "renew_deliverable",
            Self::ReviseCard => "revise_card",
            Self::ReviseDeliverable => "revise_deliverable",
            Self::ReviewDeliverable => "review_deliverable",
            Self::ApproveWaiver => "approve_waiver",
            Self::AnswerCriterion => "answer_criterion",
            Self::SubmitToGate => "submit_to_gate",
            Self::Vote => "vote",
            Self::Decide => "decide",
            Self::GiveEvidence => "give_evidence",
            Self::CloseCondition => "close_condition",
            Self::ReviewHold => "review_hold",
            Self::OfferHandover => "offer_handover",
            Self::AnswerHandover => "answer_handover",
            Self::CompleteReview => "complete_review",
            Self::DischargeDuty => "discharge_duty",
        }
    }
}

/// Every task of a product.
pub fn tasks(definition: &Definition, product: &Product) -> BTreeSet<Task> {
    // Who holds a role is looked up when the inbox is read, so nobody is needed here.
    let directory = Directory::default();
    let contents = super::context::Contents::default();
    let (actor, now) = (Actor::System, product.started_at);
    let (directory, contents) = (&directory, &contents);
    let cx = super::context::Context { definition, to: None, directory, contents, actor, now };
    let mut list = List { case: Case { cx: &cx, product }, tasks: BTreeSet::new() };
    if product.is_closed() && product.submission().is_none() {
        return list.tasks;
    }
    match (&product.position, &product.overlay) {
        (Position::AtGate(_), _) => list.at_gate(),
        (_, Overlay::Active) => list.in_stage(),
        (_, Overlay::Held(hold)) => {
            let role = list.case.chair_role().key;
            list.add_for_role(&role, TaskKind::ReviewHold, String::new(), Some(hold.review_at));
        }
        (_, Overlay::Closing(closing)) => {
            for (key, duty) in closing.duties.iter().filter(|(_, duty)| duty.done.is_none()) {
                list.add_for_role(&duty.role, TaskKind::DischargeDuty, key.to_string(), duty.due);
            }
        }
        (_, Overlay::Closed(_)) => {}
    }
    list.conditions();
    list.markets();
    list.reviews();
    list.obligations();
    list.tasks
}

struct List<'a> {
    case: Case<'a>,
    tasks: BTreeSet<Task>,
}

impl List<'_> {
    fn add_for(
        &mut self,
        person: PersonId,
        kind: TaskKind,
        about: String,
        due: Option<DateTime<Utc>>,
    ) {
        self.tasks.insert(Task { addressee: Addressee::Person(person), kind, about, due });
    }

    fn add_for_role(
        &mut self,
        role: &RoleKey,
        kind: TaskKind,
        about: String,
        due: Option<DateTime<Utc>>,
    ) {
        self.add_for_role_in(role, None, kind, about, due);
    }

    fn add_for_role_in(
        &mut self,
        role: &RoleKey,
        market: Option<&crate::key::MarketKey>,
        kind: TaskKind,
        about: String,
        due: Option<DateTime<Utc>>,
    ) {
        let product = self.case.product;
        if *role == self.case.def().owner {
            return self.add_for(product.owner, kind, about, due);
        }
        if let Some(team) = product.team.get(&self.case.role(role, market)) {
            for person in team {
                self.add_for(*person, kind, about.clone(), due);
            }
        } else {
            let addressee = Addressee::Role(role.clone());
            self.tasks.insert(Task { addressee, kind, about, due });
        }
    }

    fn in_stage(&mut self) {
        if self.case.product.card_outgrown.is_some() {
            let owner = self.case.product.owner;
            self.add_for(owner, TaskKind::ReviseCard, String::new(), None);
        }
        let stage = self.case.stage();
        let Some(stage) = self.case.def().stages.get(stage) else { return };
        for key in &stage.deliverables {
            for named in self.case.instances(key) {
                self.deliverable(&named);
            }
        }
        // Revisions of earlier stages wait for their reviewers as well.
        let earlier: Vec<DeliverableRef> = self
            .case
            .product
            .deliverables
            .keys()
            .filter(|named| !stage.deliverables.contains(&named.key))
            .cloned()
            .collect();
        for named in earlier {
            // Nothing is going on where something was: its waiver has expired, or another version
            // of the workflow asks for it.
            if let Work::None | Work::Returned { .. } = self.case.work(&named) {
                self.deliverable(&named);
            } else {
                self.review(&named);
            }
        }
        let Some((key, gate)) = self.case.gate_ahead() else { return };
        for (criterion, must) in &gate.must {
            if let MustMeet::Question { by, .. } = must
                && !self.case.product.answers.contains_key(criterion)
            {
                self.add_for_role(by, TaskKind::AnswerCriterion, criterion.to_string(), None);
            }
        }
        // Whoever brings the product to the gate waits for the reviewers.
        let undecided = self.case.product.deliverables.iter().any(|(named, entry)| {
            let found = self.case.def().deliverables.get(&named.key);
            let asked = found.is_some_and(|found| found.required != Required::Never);
            let counts = asked && !self.case.fulfilled(named);
            counts && matches!(entry.work, Work::Submitted { .. } | Work::WaiverAsked { .. })
        });
        if undecided {
            return;
        }
        let open = |named: &DeliverableRef| !self.case.fulfilled(named);
        let always = |key: &&crate::key::DeliverableKey| {
            let found = self.case.def().deliverables.get(*key);
            found.is_some_and(|found| found.required == Required::Always)
        };
        let required = stage.deliverables.iter().filter(always);
        if !required.flat_map(|key| self.case.instances(key)).any(|named| open(&named)) {
            for role in &gate.submit_by {
                self.add_for_role(role, TaskKind::SubmitToGate, key.to_string(), None);
            }
        }
    }

    fn deliverable(&mut self, named: &DeliverableRef) {
        let Some(found) = self.case.def().deliverables.get(&named.key) else { return };
        let waits =
            matches!(self.case.work(named), Work::Submitted { .. } | Work::WaiverAsked { .. });
        if found.required != Required::Never && !waits && !self.case.fulfilled(named) {
            let due = self.case.product.dues.get(&named.key).map(|due| due.at);
            let entry = self.case.product.deliverables.get(named);
            let outgrown = entry.is_some_and(|entry| entry.outgrown.is_some());
            let kind =
                if outgrown { TaskKind::RenewDeliverable } else { TaskKind::SubmitDeliverable };
            let about = named.to_string();
            self.add_for_role_in(&found.owner, named.market.as_ref(), kind, about, due);
        }
        self.review(named);
    }

    fn review(&mut self, named: &DeliverableRef) {
        let Some(found) = self.case.def().deliverables.get(&named.key) else { return };
        let (about, market) = (named.to_string(), named.market.as_ref());
        let product = self.case.product;
        let work = product.deliverables.get(named).map_or(&Work::None, |entry| &entry.work);
        match work {
            Work::Submitted { accepted, .. } => {
                let open = found.reviewers.iter().filter(|role| !accepted.contains_key(*role));
                for role in open {
                    let kind = TaskKind::ReviewDeliverable;
                    self.add_for_role_in(role, market, kind, about.clone(), None);
                }
            }
            Work::WaiverAsked { .. } => {
                if let Some(role) = &found.waive {
                    self.add_for_role_in(role, market, TaskKind::ApproveWaiver, about, None);
                }
            }
            Work::None | Work::Returned { .. } | Work::Waived { .. } => {}
        }
    }

    fn at_gate(&mut self) {
        let Some((submission, gate)) = self.case.open() else { return };
        let about = submission.gate.to_string();
        let waiting = submission.panel.values().flatten();
        for person in waiting.filter(|person| !submission.votes.contains_key(person)) {
            self.add_for(*person, TaskKind::Vote, about.clone(), submission.due);
        }
        // Whether the votes still can decide depends on who still sits; the chair is told as soon
        // as the votes that are in leave no other way.
        let refused = submission.votes.values().any(|vote| !vote.choice.lets_pass());
        let all_in = submission.votes.len() >= submission.panel.values().flatten().count();
        if refused || all_in {
            self.add_for_role(&gate.chair, TaskKind::Decide, about, submission.due);
        }
    }

    fn conditions(&mut self) {
        let product = self.case.product;
        for (number, condition) in &product.conditions {
            let (about, due) = (number.to_string(), Some(condition.due));
            match condition.state {
                ConditionState::Open => {
                    self.add_for(condition.owner, TaskKind::GiveEvidence, about, due);
                }
                ConditionState::EvidenceGiven { .. } => {
                    self.add_for(condition.set_by, TaskKind::CloseCondition, about, due);
                }
                ConditionState::Closed { .. } => {}
            }
        }
    }

    fn markets(&mut self) {
        let product = self.case.product;
        let launched = self.case.def().handover.as_ref();
        let launched = launched.is_some_and(|it| product.passed.contains_key(&it.at));
        for (key, market) in &product.markets {
            match market.handover {
                Handover::Offered { to, due, .. } => {
                    self.add_for(to, TaskKind::AnswerHandover, key.to_string(), due);
                }
                Handover::NotOffered | Handover::Declined { .. } if launched => {
                    let (owner, kind) = (product.owner, TaskKind::OfferHandover);
                    self.add_for(owner, kind, key.to_string(), None);
                }
                _ => {}
            }
        }
    }

    /// A revision is owed until it waits for its reviewers.
    fn obligations(&mut self) {
        let product = self.case.product;
        let open = product.obligations.values().filter(|it| it.state == ObligationState::Open);
        for obligation in open {
            let named = &obligation.deliverable;
            let Ok(found) = self.case.deliverable(named) else { continue };
            let handed_in = match self.case.work(named) {
                Work::Submitted { at, .. } => obligation.at <= *at,
                _ => false,
            };
            if !handed_in {
                let (kind, about) = (TaskKind::ReviseDeliverable, named.to_string());
                self.add_for_role_in(&found.owner, named.market.as_ref(), kind, about, None);
            }
        }
    }

    fn reviews(&mut self) {
        let product = self.case.product;
        for (number, review) in &product.reviews {
            let rule = self.case.def().reviews.get(&review.review).map(|rule| &rule.done);
            if let (ReviewState::Due, Some(DoneBy::Form { owner, .. })) = (&review.state, rule) {
                let (kind, about) = (TaskKind::CompleteReview, number.to_string());
                self.add_for_role(owner, kind, about, Some(review.due));
            }
        }
    }
}

/// Where a task is done.
pub fn place(kind: TaskKind, about: &str) -> Option<Link> {
    Some(match kind {
        TaskKind::SubmitDeliverable
        | TaskKind::RenewDeliverable
        | TaskKind::ReviseDeliverable
        | TaskKind::ReviewDeliverable
        | TaskKind::ApproveWaiver => Link::Deliverable(about.parse().ok()?),
        TaskKind::AnswerCriterion => Link::Criterion(about.parse().ok()?),
        TaskKind::SubmitToGate | TaskKind::Vote | TaskKind::Decide => {
            Link::Gate(about.parse().ok()?)
        }
        TaskKind::GiveEvidence | TaskKind::CloseCondition => Link::Condition(about.parse().ok()?),
        TaskKind::ReviseCard => Link::Product,
        TaskKind::ReviewHold => Link::Hold,
        TaskKind::OfferHandover | TaskKind::AnswerHandover => Link::Handover(about.parse().ok()?),
        TaskKind::CompleteReview => Link::Review(about.parse().ok()?),
        TaskKind::DischargeDuty => Link::Duty(about.parse().ok()?),
    })
}
