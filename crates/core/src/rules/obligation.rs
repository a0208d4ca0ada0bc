//! Obligations to revise: what the field has seen asks for a newer revision of a deliverable. They
//! stop nothing; a revision that was handed in afterwards and is accepted fulfils them.

use chrono::{DateTime, Utc};

use super::{
    context::{Case, Context},
    refusal::{Blocker, Link, Refusal, Thing, Unmet},
};
use crate::{
    digest::Digest,
    id::{FeedbackId, PersonId},
    product::{DeliverableRef, Event, Obligation, ObligationState, Product, Work},
};

/// Which revision is asked for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted<'a> {
    pub(crate) deliverable: &'a DeliverableRef,
    pub(crate) requirement: Digest,
    pub(crate) why: Digest,
    pub(crate) feedback: FeedbackId,
}

/// Obliges a product to revise a deliverable; whoever asks was judged before.
///
/// # Errors
/// The product has no such deliverable, or is closed.
pub(crate) fn oblige(
    cx: &Context<'_>,
    product: &Product,
    wanted: &Wanted<'_>,
) -> Result<Event, Refusal> {
    let case = Case { cx, product };
    case.deliverable(wanted.deliverable)?;
    if product.is_closed() {
        let unmet = vec![case.unmet(Blocker::ProductClosed, Link::Product)];
        return Err(Refusal::Blocked { unmet });
    }
    let last = product.obligations.keys().next_back().copied();
    Ok(Event::RevisionObliged {
        obligation: last.unwrap_or(0) + 1,
        deliverable: wanted.deliverable.clone(),
        requirement: wanted.requirement,
        why: wanted.why,
        feedback: wanted.feedback,
    })
}

/// Does a person hold any role for this product?
pub(crate) fn is_on_team(cx: &Context<'_>, product: &Product, person: PersonId) -> bool {
    let case = Case { cx, product };
    case.def().roles.keys().any(|role| case.holders_anywhere(role).contains(&person))
}

/// The role that decides at the gate ahead: the way up for what is late.
pub(crate) fn chair(cx: &Context<'_>, product: &Product) -> crate::key::RoleKey {
    Case { cx, product }.chair_role().key
}

impl Case<'_> {
    /// The open obligations of this product that an accepted revision fulfils.
    pub(super) fn obligations_fulfilled(&self, events: &[Event]) -> Vec<Event> {
        let accepted = events.iter().filter_map(|event| match event {
            Event::DeliverableAccepted { deliverable, revision, .. } => {
                Some((deliverable, *revision))
            }
            _ => None,
        });
        let mut fulfilled = Vec::new();
        for (deliverable, revision) in accepted {
            let handed_in = self.handed_in(deliverable, events);
            let open = self.product.obligations.iter().filter(|(_, obligation)| {
                obligation.state == ObligationState::Open
                    && obligation.deliverable == *deliverable
                    && obligation.at <= handed_in
            });
            fulfilled.extend(open.map(|(number, _)| Event::RevisionObligationFulfilled {
                obligation: *number,
                revision,
            }));
        }
        fulfilled
    }

    /// When the revision that is accepted now was handed in.
    fn handed_in(&self, deliverable: &DeliverableRef, events: &[Event]) -> DateTime<Utc> {
        let now = events.iter().any(|event| {
            matches!(event,
                Event::DeliverableSubmitted { deliverable: named, .. } if named == deliverable)
        });
        match self.work(deliverable) {
            Work::Submitted { at, .. } if !now => *at,
            _ => self.now,
        }
    }

    fn obligation(&self, number: u32) -> Result<&Obligation, Refusal> {
        let found = self.product.obligations.get(&number);
        found.ok_or_else(|| Thing::Obligation(number).into())
    }

    /// Only the owner takes an obligation back: the sender of the feedback was promised a revision.
    pub(super) fn obligation_unmet(
        &self,
        number: u32,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let obligation = self.obligation(number)?;
        self.need_human(unmet);
        self.need_role(vec![self.owner_role()], Link::Obligation(number), unmet);
        if obligation.state != ObligationState::Open {
            unmet.push(self.unmet(Blocker::ObligationSettled, Link::Obligation(number)));
        }
        Ok(())
    }
}
