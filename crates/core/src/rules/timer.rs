//! What falls due by itself: the clock's commands, and when it must ask next.

use chrono::{DateTime, Utc};

use super::context::Case;
use crate::{
    expr,
    product::{
        Closing, ConditionState, DeliverableRef, Event, Handover, HoldCause, Overlay, Product,
        ReviewState, RoleRef, Work,
    },
};

/// When something falls due next; the past means: ask now. None: nothing is waiting.
pub fn next_tick(product: &Product) -> Option<DateTime<Utc>> {
    if product.is_closed() && product.submission().is_none() {
        return None;
    }
    let submission = product.submission().into_iter().flat_map(|open| {
        let late = open.due.filter(|_| !open.escalated);
        open.reminders.iter().copied().chain(late)
    });
    let conditions = product.conditions.values().filter(|each| runs(&each.state) && !each.expired);
    let reviews = product.reviews.values().filter(|each| each.state == ReviewState::Scheduled);
    let offers = product.markets.values().filter_map(|market| match &market.handover {
        Handover::Offered { due, fell_due: false, .. } => *due,
        _ => None,
    });
    let waivers = limited_waivers(product).map(|(_, until)| until);
    let always = submission
        .chain(waivers)
        .chain(conditions.map(|condition| condition.due))
        .chain(reviews.map(|review| review.due))
        .chain(offers);
    let overlay: Vec<DateTime<Utc>> = match &product.overlay {
        Overlay::Active => {
            product.dues.values().filter(|due| !due.fell).map(|due| due.at).collect()
        }
        Overlay::Held(hold) => (!hold.review_due).then_some(hold.review_at).into_iter().collect(),
        Overlay::Closing(closing) => late_duties(closing).map(|(_, at)| at).collect(),
        Overlay::Closed(_) => Vec::new(),
    };
    always.chain(overlay).min()
}

const fn runs(state: &ConditionState) -> bool {
    !matches!(state, ConditionState::Closed { .. })
}

fn late_duties(closing: &Closing) -> impl Iterator<Item = (&crate::key::DutyKey, DateTime<Utc>)> {
    let open = closing.duties.iter().filter(|(_, duty)| duty.done.is_none() && !duty.fell_due);
    open.filter_map(|(key, duty)| Some((key, duty.due?)))
}

/// The waivers that end, each with its end. While a gate decides, what it decides over stays as it
/// is; and what is on its way out owes no deliverable.
fn limited_waivers(product: &Product) -> impl Iterator<Item = (&DeliverableRef, DateTime<Utc>)> {
    let goes_on = matches!(product.overlay, Overlay::Active | Overlay::Held(_));
    let runs = goes_on && product.submission().is_none();
    let entries = product.deliverables.iter().filter(move |_| runs);
    entries.filter_map(|(named, entry)| match entry.work {
        Work::Waived { until, .. } => Some((named, until?)),
        _ => None,
    })
}

impl Case<'_> {
    /// Everything that has fallen due by now, in a fixed order; nothing when nothing has.
    pub(super) fn tick(&self) -> Vec<Event> {
        let mut events = Vec::new();
        if self.product.is_closed() && !self.stands_at_gate() {
            return events;
        }
        self.tick_gate(&mut events);
        self.tick_overlay(&mut events);
        let over = limited_waivers(self.product).filter(|(_, until)| *until <= self.now);
        events.extend(over.map(|(named, _)| Event::WaiverExpired { deliverable: named.clone() }));
        self.tick_conditions(&mut events);
        let reviews =
            self.product.reviews.iter().filter(|(_, review)| {
                review.state == ReviewState::Scheduled && review.due <= self.now
            });
        events.extend(reviews.map(|(number, _)| Event::ReviewFellDue { number: *number }));
        let late = self.product.markets.iter().filter(|(_, market)| {
            matches!(market.handover,
                Handover::Offered { due: Some(due), fell_due: false, .. } if due <= self.now)
        });
        events.extend(late.map(|(key, _)| Event::HandoverFellDue { market: key.clone() }));
        events
    }

    fn tick_gate(&self, events: &mut Vec<Event>) {
        let Some((submission, gate)) = self.open() else { return };
        let key = &submission.gate;
        if submission.reminders.iter().any(|when| *when <= self.now) {
            events.push(Event::GateReminded { gate: key.clone() });
        }
        if let (Some(due), Some(clock)) = (submission.due, &gate.clock)
            && due <= self.now
            && !submission.escalated
        {
            let to = self.holders(&RoleRef::new(clock.escalate_to.clone(), None));
            events.push(Event::GateEscalated { gate: key.clone(), to });
        }
    }

    fn tick_overlay(&self, events: &mut Vec<Event>) {
        match &self.product.overlay {
            Overlay::Active => {
                let late = self.product.dues.iter().filter(|(_, due)| !due.fell);
                for (key, _) in late.filter(|(_, due)| due.at <= self.now) {
                    let deliverable = key.clone();
                    events.push(if self.owed(key) {
                        Event::DeliverableFellDue { deliverable }
                    } else {
                        Event::DeliverableDueLifted { deliverable }
                    });
                }
            }
            Overlay::Held(hold) if !hold.review_due && hold.review_at <= self.now => {
                events.push(Event::HoldReviewFellDue);
            }
            Overlay::Closing(closing) => {
                let late = late_duties(closing).filter(|(_, due)| *due <= self.now);
                events.extend(late.map(|(key, _)| Event::DutyFellDue { duty: key.clone() }));
            }
            Overlay::Held(_) | Overlay::Closed(_) => {}
        }
    }

    /// Is a deliverable still owed? A guard that cannot be told yet counts as owed.
    fn owed(&self, key: &crate::key::DeliverableKey) -> bool {
        let required = self.def().deliverables.get(key).map(|found| &found.required);
        required.is_some_and(|required| {
            !self.all_fulfilled(key) && self.required(required).0 != expr::Outcome::Fail
        })
    }

    /// An expired condition holds the product, to be looked at right away.
    fn tick_conditions(&self, events: &mut Vec<Event>) {
        let late = self.product.conditions.iter().filter(|(_, condition)| {
            runs(&condition.state) && !condition.expired && condition.due <= self.now
        });
        let mut active = self.product.overlay == Overlay::Active;
        for (number, _) in late {
            events.push(Event::ConditionExpired { condition: *number });
            if std::mem::take(&mut active) {
                let cause = HoldCause::ConditionExpired { condition: *number };
                let review_at = self.now;
                events.push(Event::ProductHeld { review_at, cause, reason: None });
                events.push(Event::HoldReviewFellDue);
            }
        }
    }
}
