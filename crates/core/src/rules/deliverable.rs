//! Deliverables: handed in, reviewed, returned, accepted, or waived as not applicable.

use std::sync::Arc;

use super::{
    command::Action,
    context::Case,
    market,
    refusal::{Blocker, Link, Problem, ProblemKind, Refusal, Unmet},
    separation::{heard, may_judge},
    work,
};
use crate::{
    definition::{self, Definition, Required, form::Form},
    digest::Digest,
    expr,
    id::PersonId,
    key::{DeliverableKey, RoleKey},
    product::{DeliverableRef, Document, Event, RoleRef, Work},
};

impl Case<'_> {
    pub(super) fn work(&self, named: &DeliverableRef) -> &Work {
        self.product.deliverables.get(named).map_or(&Work::None, |entry| &entry.work)
    }

    /// Is there an accepted revision or a waiver, from this visit where each visit asks for one?
    pub(super) fn fulfilled(&self, named: &DeliverableRef) -> bool {
        work::fulfilled(self.def(), self.product, named)
    }

    /// Is every instance of a deliverable fulfilled?
    pub(super) fn all_fulfilled(&self, key: &DeliverableKey) -> bool {
        self.instances(key).iter().all(|named| self.fulfilled(named))
    }

    /// What keeps a required deliverable of the stages so far from letting the gate open.
    pub(super) fn missing_deliverables(&self, unmet: &mut Vec<Unmet>) {
        let reached = self.def().order(self.stage());
        let stages = self.def().stages.values().take(reached + 1);
        for key in stages.flat_map(|stage| &stage.deliverables) {
            let Some(deliverable) = self.def().deliverables.get(key) else { continue };
            let open: Vec<DeliverableRef> =
                self.instances(key).into_iter().filter(|named| !self.fulfilled(named)).collect();
            if open.is_empty() {
                continue;
            }
            let (required, evaluation) = self.required(&deliverable.required);
            for named in open {
                match (required, &evaluation, &deliverable.required) {
                    (expr::Outcome::Fail, ..) => {}
                    (expr::Outcome::Unknown, Some(evaluation), Required::When(guard)) => {
                        let verdict = evaluation.verdict.clone();
                        let at = Link::Deliverable(named.clone());
                        let clear = self.by_roles(self.sources(guard), at);
                        let blocker = Blocker::GuardUnknown { deliverable: named, verdict };
                        unmet.push(Unmet { blocker, clear });
                    }
                    _ => unmet.push(self.unfulfilled(deliverable, &named)),
                }
            }
        }
    }

    /// Why a required deliverable is not fulfilled, and whose turn it is.
    fn unfulfilled(&self, found: &definition::Deliverable, named: &DeliverableRef) -> Unmet {
        let role = |role: &RoleKey| self.role(role, named.market.as_ref());
        let entry = self.product.deliverables.get(named);
        let deliverable = named.clone();
        let (blocker, roles): (_, Vec<RoleRef>) = match self.work(named) {
            Work::Submitted { accepted, .. } => {
                let left = found.reviewers.iter().filter(|role| !accepted.contains_key(*role));
                (Blocker::DeliverableInReview { deliverable }, left.map(role).collect())
            }
            Work::WaiverAsked { .. } => {
                (Blocker::WaiverUndecided { deliverable }, found.waive.iter().map(role).collect())
            }
            _ if entry.is_some_and(|entry| entry.outgrown.is_some()) => {
                (Blocker::DeliverableToRevise { deliverable }, vec![role(&found.owner)])
            }
            _ => (Blocker::DeliverableMissing { deliverable }, vec![role(&found.owner)]),
        };
        let mut clear = self.by_roles(roles, Link::Deliverable(named.clone()));
        if let Work::Submitted { by, .. } | Work::WaiverAsked { by, .. } = self.work(named) {
            clear.people.retain(|person| may_judge(*person, *by));
        }
        Unmet { blocker, clear }
    }

    pub(super) fn writers(
        &self,
        deliverable: &definition::Deliverable,
        named: &DeliverableRef,
    ) -> Vec<RoleRef> {
        vec![self.role(&deliverable.owner, named.market.as_ref()), self.owner_role()]
    }

    fn reviewers(
        &self,
        deliverable: &definition::Deliverable,
        named: &DeliverableRef,
    ) -> Vec<RoleRef> {
        let roles = deliverable.reviewers.iter();
        roles.map(|role| self.role(role, named.market.as_ref())).collect()
    }

    fn open_for_work(&self, named: &DeliverableRef, unmet: &mut Vec<Unmet>) {
        self.need_active(unmet);
        self.need_packet_open(unmet);
        if let Some(deliverable) = self.def().deliverables.get(&named.key)
            && self.def().order(&deliverable.stage) > self.def().order(self.stage())
        {
            let at = self.gate_ahead().map_or(Link::Product, |(gate, _)| Link::Gate(gate.clone()));
            let stage = deliverable.stage.clone();
            unmet.push(self.unmet(Blocker::StageNotReached { stage }, at));
        }
    }

    /// What stands between the actor and an action on a deliverable.
    pub(super) fn deliverable_unmet(
        &self,
        action: &Action,
        named: &DeliverableRef,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let deliverable = self.deliverable(named)?;
        self.open_for_work(named, unmet);
        let at = Link::Deliverable(named.clone());
        match action {
            Action::SubmitDeliverable { .. } => {
                self.need_role(self.writers(deliverable, named), at.clone(), unmet);
                self.need_order(deliverable, named, unmet);
                if let Work::Submitted { by, .. } = self.work(named)
                    && !self.is_me(*by)
                {
                    let clear = self.by_roles(self.reviewers(deliverable, named), at);
                    unmet.push(Unmet { blocker: Blocker::AlreadySubmitted, clear });
                }
            }
            Action::AcceptDeliverable { .. } | Action::ReturnDeliverable { .. } => {
                self.need_human(unmet);
                if !deliverable.reviewers.is_empty() {
                    self.need_role(self.reviewers(deliverable, named), at, unmet);
                }
                self.may_review(deliverable, named, unmet);
            }
            Action::AskWaiver { .. } => {
                self.need_role(self.writers(deliverable, named), at.clone(), unmet);
                if deliverable.waive.is_none() {
                    unmet.push(self.unmet(Blocker::NotWaivable, at.clone()));
                }
                if self.fulfilled(named) {
                    unmet.push(self.unmet(Blocker::AlreadyFulfilled, at));
                } else if matches!(self.work(named), Work::Submitted { .. }) {
                    let clear = self.by_roles(self.reviewers(deliverable, named), at);
                    unmet.push(Unmet { blocker: Blocker::AlreadySubmitted, clear });
                }
            }
            _ => self.may_approve_waiver(deliverable, named, unmet),
        }
        Ok(())
    }

    fn need_order(
        &self,
        deliverable: &definition::Deliverable,
        named: &DeliverableRef,
        unmet: &mut Vec<Unmet>,
    ) {
        for first in work::needed_first(self.def(), self.product, deliverable, named) {
            let Some(needed) = self.def().deliverables.get(&first.key) else { continue };
            let role = self.role(&needed.owner, first.market.as_ref());
            let at = Link::Deliverable(first.clone());
            let blocker = Blocker::DeliverableNeededFirst { deliverable: first };
            unmet.push(self.unmet_by(blocker, role, at));
        }
    }

    fn may_review(
        &self,
        deliverable: &definition::Deliverable,
        named: &DeliverableRef,
        unmet: &mut Vec<Unmet>,
    ) {
        let at = Link::Deliverable(named.clone());
        let work = self.work(named);
        let Work::Submitted { by, accepted, .. } = work else {
            let roles = self.writers(deliverable, named);
            let clear = self.by_roles(roles, at);
            unmet.push(Unmet { blocker: Blocker::NothingToReview, clear });
            return;
        };
        let Some(me) = self.me() else { return };
        if !may_judge(me, *by) {
            let mut clear = self.by_roles(self.reviewers(deliverable, named), at.clone());
            clear.people.remove(&me);
            unmet.push(Unmet { blocker: Blocker::SubmitterMayNotReview, clear });
        }
        let mine = self.reviews_as(deliverable, named, me).next();
        let holds_some = self.reviewers(deliverable, named).iter().any(|role| self.i_hold(role));
        if heard(work, me) || (holds_some && mine.is_none()) {
            let left = deliverable.reviewers.iter().filter(|role| !accepted.contains_key(*role));
            let roles = left.map(|role| self.role(role, named.market.as_ref()));
            let mut clear = self.by_roles(roles, at);
            clear.people.remove(&me);
            unmet.push(Unmet { blocker: Blocker::ReviewedAlready, clear });
        }
    }

    /// The reviewer roles, not yet heard, for which a person speaks.
    fn reviews_as<'d>(
        &self,
        deliverable: &'d definition::Deliverable,
        named: &DeliverableRef,
        who: PersonId,
    ) -> impl Iterator<Item = &'d RoleKey> {
        let accepted = match self.work(named) {
            Work::Submitted { accepted, .. } => Some(accepted),
            _ => None,
        };
        let reviewers = deliverable.reviewers.iter();
        let open = reviewers
            .filter(move |role| accepted.is_some_and(|accepted| !accepted.contains_key(*role)));
        open.filter(move |role| {
            self.holders(&self.role(role, named.market.as_ref())).contains(&who)
        })
    }

    fn may_approve_waiver(
        &self,
        deliverable: &definition::Deliverable,
        named: &DeliverableRef,
        unmet: &mut Vec<Unmet>,
    ) {
        let at = Link::Deliverable(named.clone());
        self.need_human(unmet);
        let Some(role) = &deliverable.waive else {
            unmet.push(self.unmet(Blocker::NotWaivable, at));
            return;
        };
        let role = self.role(role, named.market.as_ref());
        self.need_role(vec![role.clone()], at.clone(), unmet);
        if let Work::WaiverAsked { by, .. } = self.work(named) {
            if let Some(me) = self.me().filter(|me| !may_judge(*me, *by)) {
                let mut clear = self.by_roles([role], at);
                clear.people.remove(&me);
                unmet.push(Unmet { blocker: Blocker::AskerMayNotApprove, clear });
            }
        } else {
            let clear = self.by_roles(self.writers(deliverable, named), at);
            unmet.push(Unmet { blocker: Blocker::NoWaiverAsked, clear });
        }
    }

    /// Checks what is handed in against the deliverable's form.
    pub(super) fn submit_deliverable(
        &self,
        named: &DeliverableRef,
        document: &Document,
    ) -> Result<Vec<Event>, Refusal> {
        let deliverable = self.deliverable(named)?;
        let mut problems = Vec::new();
        match (&deliverable.form, document.content) {
            (Some(_), Some(content)) => {
                problems.extend(self.form_problems(deliverable, content));
            }
            (Some(form), None) => {
                let kind = ProblemKind::FormNeeded { form: form.clone() };
                problems.push(Problem::new("/content", kind));
            }
            (None, Some(_)) => problems.push(Problem::new("/content", ProblemKind::NoForm)),
            (None, None) => {
                if document.attachments.is_empty() && document.link.is_none() {
                    problems.push(Problem::new("/attachments", ProblemKind::DocumentEmpty));
                }
            }
        }
        let found = u32::try_from(document.attachments.len()).unwrap_or(u32::MAX);
        if found < deliverable.attachments {
            let kind = ProblemKind::AttachmentsMissing { need: deliverable.attachments, found };
            problems.push(Problem::new("/attachments", kind));
        }
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        let deliverable_ref = named.clone();
        let document = document.clone();
        let mut events =
            vec![Event::DeliverableSubmitted { deliverable: deliverable_ref, document }];
        if deliverable.reviewers.is_empty() {
            events.push(self.accepted(named, deliverable));
        }
        Ok(events)
    }

    fn form_problems(
        &self,
        deliverable: &definition::Deliverable,
        content: Digest,
    ) -> Vec<Problem> {
        let Some(form) = self.def().form_of(deliverable) else { return Vec::new() };
        self.content_problems(form, content, "/content")
    }

    /// The faults of a content, each at its place below `prefix`.
    pub(super) fn content_problems(
        &self,
        form: &Arc<Form>,
        content: Digest,
        prefix: &str,
    ) -> Vec<Problem> {
        let Some(faults) = self.contents.faults(&content, form) else {
            return vec![Problem::new(prefix, ProblemKind::ContentMissing)];
        };
        faults
            .into_iter()
            .map(|fault| {
                let pointer = format!("{prefix}{}", fault.pointer);
                Problem::new(pointer, ProblemKind::Form { fault })
            })
            .collect()
    }

    fn accepted(&self, named: &DeliverableRef, deliverable: &definition::Deliverable) -> Event {
        let entry = self.product.deliverables.get(named);
        let last = entry.and_then(|entry| entry.accepted.as_ref()).map_or(0, |last| last.number);
        Event::DeliverableAccepted {
            deliverable: named.clone(),
            revision: last + 1,
            visit: self.product.visit(&deliverable.stage),
        }
    }

    /// One reviewer's yes; the last one freezes the revision.
    pub(super) fn accept_deliverable(&self, named: &DeliverableRef) -> Result<Vec<Event>, Refusal> {
        let deliverable = self.deliverable(named)?;
        let action = Action::AcceptDeliverable { deliverable: named.clone() };
        let role = self.me().and_then(|me| {
            let mut mine = self.reviews_as(deliverable, named, me);
            mine.find(|role| self.speaks_in(&action, role)).cloned()
        });
        let (Some(role), Work::Submitted { accepted, .. }) = (role, self.work(named)) else {
            return Ok(Vec::new());
        };
        let left = deliverable.reviewers.iter();
        let last = left.filter(|other| !accepted.contains_key(*other)).all(|other| *other == role);
        let mut events = vec![Event::DeliverableReviewed { deliverable: named.clone(), role }];
        if last {
            events.push(self.accepted(named, deliverable));
        }
        Ok(events)
    }

    pub(super) fn approve_waiver(&self, named: &DeliverableRef) -> Result<Vec<Event>, Refusal> {
        let deliverable = self.deliverable(named)?;
        let visit = self.product.visit(&deliverable.stage);
        let until = deliverable.waive_at_most.as_ref();
        let until = until.map(|at_most| self.def().calendar.add(self.now, at_most));
        Ok(vec![Event::WaiverApproved { deliverable: named.clone(), visit, until }])
    }
}

/// The deliverables whose content a guard or a criterion reads; a change of one may make a market
/// sellable or not, so the markets are looked at again.
pub(super) fn touches_markets(definition: &Definition, event: &Event) -> bool {
    match event {
        Event::DeliverableAccepted { deliverable, .. } => {
            market::reads(definition, deliverable.key.as_str())
        }
        Event::CardRevised { .. } => market::reads(definition, "product"),
        Event::MarketAdded { .. } => true,
        _ => false,
    }
}
