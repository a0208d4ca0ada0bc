//! The walk over the events, asking after each of them where the product stands and who must act.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use super::{About, Clocks, Segment, Spot, Wait, Waited, passage::passages};
use crate::{
    definition::{Definition, Deliverable, Required},
    product::{
        DeliverableRef, Event, Handover, Overlay, Position, Product, Recorded, Work, evolve,
    },
    rules::{stage, work},
};

/// Segments, waits and passages of a product, from all of its events; none before its first.
///
/// `versions` are those of its workflow that it was pinned to, the present one last: what was
/// waited for is told by the version of that time. The last stands in for one that is missing.
///
/// A closed product's time ends where it was closed. Costs a look at the deliverables so far for
/// each event.
pub fn clocks(
    versions: &[&Definition],
    history: &[Recorded],
    now: DateTime<Utc>,
) -> Option<Clocks> {
    let from = whole(history.first()?.at);
    let ahead = Ahead::of(history);
    let (mut product, mut at) = (None, from);
    let (mut line, mut waits) = (Line::default(), Waits::default());
    for (index, recorded) in history.iter().enumerate() {
        product = evolve(product, recorded);
        at = at.max(whole(recorded.at));
        if let Some(product) = &product {
            let pinned = |it: &&&Definition| it.digest == product.workflow.digest;
            let definition = versions.iter().find(pinned).or(versions.last())?;
            let moment = Moment { definition, product, index, ahead: &ahead };
            let open = moment.open();
            line.turn(at, moment.stands(&open));
            waits.turn(at, open);
        }
    }
    let until = line.end(at.max(whole(now)))?;
    let (segments, waits) = (line.segments, waits.all());
    let passages = passages(history, &segments);
    Some(Clocks { from, until, segments, waits, passages })
}

/// Down to the second.
pub(super) fn whole(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::seconds(1)).unwrap_or(at)
}

/// Segments, each of which ends where the next begins.
#[derive(Default)]
struct Line {
    segments: Vec<Segment>,
    open: Option<(Spot, Waited, DateTime<Utc>)>,
}

impl Line {
    fn turn(&mut self, at: DateTime<Utc>, now: (Spot, Waited)) {
        let same = |(spot, waited, _): &(Spot, Waited, _)| *spot == now.0 && *waited == now.1;
        if !self.open.as_ref().is_some_and(same) {
            self.close(at);
            self.open = Some((now.0, now.1, at));
        }
    }

    fn close(&mut self, until: DateTime<Utc>) {
        if let Some((spot, waits_for, from)) = self.open.take()
            && from < until
        {
            // What lasted no time between two pieces leaves them in one.
            match self.segments.last_mut() {
                Some(last) if last.spot == spot && last.waits_for == waits_for => {
                    last.until = until;
                }
                _ => self.segments.push(Segment { spot, waits_for, from, until }),
            }
        }
    }

    /// When it ends: now, or when the product was closed.
    fn end(&mut self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (spot, _, from) = self.open.as_ref()?;
        let until = if *spot == Spot::Closed { *from } else { now };
        self.close(until);
        Some(until)
    }
}

type Open = BTreeSet<(Waited, About)>;

#[derive(Default)]
struct Waits {
    done: Vec<Wait>,
    open: BTreeMap<(Waited, About), DateTime<Utc>>,
}

impl Waits {
    fn turn(&mut self, at: DateTime<Utc>, open: Open) {
        let over: Vec<_> = self.open.keys().filter(|key| !open.contains(*key)).cloned().collect();
        for key in over {
            if let Some(from) = self.open.remove(&key)
                && from < at
            {
                let (waits_for, about) = key;
                self.done.push(Wait { waits_for, about, from, until: Some(at) });
            }
        }
        for key in open {
            self.open.entry(key).or_insert(at);
        }
    }

    fn all(mut self) -> Vec<Wait> {
        let open = self.open.into_iter();
        self.done.extend(open.map(|((waits_for, about), from)| Wait {
            waits_for,
            about,
            from,
            until: None,
        }));
        self.done.sort_by(|a, b| (a.from, &a.about).cmp(&(b.from, &b.about)));
        self.done
    }
}

/// What comes later in the history. A guard is not evaluated, since contents can be erased: what
/// it guards was owed in a visit if it was handed in then.
struct Ahead {
    hand_ins: BTreeMap<DeliverableRef, Vec<usize>>,
    /// Where visits end.
    ends: Vec<usize>,
}

impl Ahead {
    fn of(history: &[Recorded]) -> Self {
        let mut ahead = Self { hand_ins: BTreeMap::new(), ends: Vec::new() };
        for (index, recorded) in history.iter().enumerate() {
            match &recorded.event {
                Event::DeliverableSubmitted { deliverable, .. }
                | Event::WaiverAsked { deliverable, .. } => {
                    ahead.hand_ins.entry(deliverable.clone()).or_default().push(index);
                }
                Event::StageEntered { .. }
                | Event::ExitBegun { .. }
                | Event::ProductClosed { .. } => ahead.ends.push(index),
                _ => {}
            }
        }
        ahead
    }

    /// Where the visit of this moment ends, if it does.
    fn end(&self, index: usize) -> Option<usize> {
        self.ends.get(self.ends.partition_point(|end| *end <= index)).copied()
    }

    fn hands_in(&self, named: &DeliverableRef, index: usize) -> bool {
        let Some(all) = self.hand_ins.get(named) else { return false };
        let next = all.get(all.partition_point(|hand_in| *hand_in <= index));
        next.is_some_and(|next| self.end(index).is_none_or(|end| *next < end))
    }
}

/// The product after one event.
struct Moment<'a> {
    definition: &'a Definition,
    product: &'a Product,
    index: usize,
    ahead: &'a Ahead,
}

impl Moment<'_> {
    fn stands(&self, open: &Open) -> (Spot, Waited) {
        let spot = self.spot();
        let waited = match (&spot, &self.product.overlay) {
            (_, Overlay::Held(_)) => Waited::Hold,
            (Spot::Gate { .. }, _) => Waited::Gatekeeper,
            (Spot::Closed, _) => Waited::Closed,
            (Spot::Exit { .. }, _) => Waited::Team,
            (Spot::Stage { .. }, _) => self.in_stage(open),
        };
        (spot, waited)
    }

    fn spot(&self) -> Spot {
        match (&self.product.position, &self.product.overlay) {
            (Position::AtGate(open), _) => {
                Spot::Gate { gate: open.gate.clone(), submission: open.number }
            }
            (_, Overlay::Closed(_)) => Spot::Closed,
            (_, Overlay::Closing(closing)) => Spot::Exit { exit: closing.exit.clone() },
            (Position::InStage(stage), _) => {
                Spot::Stage { stage: stage.clone(), visit: self.product.visit(stage) }
            }
        }
    }

    /// The nearest who can act.
    fn in_stage(&self, open: &Open) -> Waited {
        let asked = |who| open.iter().any(|(waited, _)| *waited == who);
        if self.team_owes() {
            Waited::Team
        } else if asked(Waited::Reviewer) {
            Waited::Reviewer
        } else if asked(Waited::Receiver) {
            Waited::Receiver
        } else if self.reached().any(|each| self.waits_for_regulator(&each) && self.is_owed(&each))
        {
            Waited::Regulator
        } else {
            // What is left is to submit to the gate.
            Waited::Team
        }
    }

    /// The deliverables of this and earlier stages.
    fn reached(&self) -> impl Iterator<Item = Instance<'_>> {
        let (stage, _) = stage(self.definition, self.product);
        let stages = self.definition.stages.values().take(self.definition.order(stage) + 1);
        self.instances(stages.flat_map(|stage| &stage.deliverables))
    }

    fn instances<'k>(
        &'k self,
        keys: impl Iterator<Item = &'k crate::key::DeliverableKey>,
    ) -> impl Iterator<Item = Instance<'k>> {
        keys.flat_map(|key| {
            let deliverable = self.definition.deliverables.get(key);
            let named = work::instances(self.definition, self.product, key);
            named.into_iter().filter_map(move |named| Some(Instance { named, of: deliverable? }))
        })
    }

    fn work(&self, named: &DeliverableRef) -> &Work {
        self.product.deliverables.get(named).map_or(&Work::None, |entry| &entry.work)
    }

    /// Is there something that the team must hand in, and can?
    fn team_owes(&self) -> bool {
        self.reached().any(|each| {
            let handed_in =
                matches!(self.work(&each.named), Work::Submitted { .. } | Work::WaiverAsked { .. });
            let owed = match each.of.required {
                Required::Always => true,
                Required::When(_) => self.ahead.hands_in(&each.named, self.index),
                Required::Never => false,
            };
            owed && !handed_in
                && !self.waits_for_regulator(&each)
                && !work::fulfilled(self.definition, self.product, &each.named)
                && self.needed_first(&each).is_empty()
        })
    }

    fn needed_first(&self, each: &Instance<'_>) -> Vec<DeliverableRef> {
        work::needed_first(self.definition, self.product, each.of, &each.named)
    }

    /// Asked, and no answer was handed in yet. What was returned is the team's to mend.
    fn waits_for_regulator(&self, each: &Instance<'_>) -> bool {
        let begun = self.product.visit(&each.of.stage) > 0 && each.of.required != Required::Never;
        each.of.waits_for.is_some()
            && (begun || !each.of.after.is_empty())
            && matches!(self.work(&each.named), Work::None)
            && !work::fulfilled(self.definition, self.product, &each.named)
            && self.needed_first(each).is_empty()
    }

    /// Did this visit need the answer? While it lasts, it may.
    fn is_owed(&self, each: &Instance<'_>) -> bool {
        match each.of.required {
            Required::Always => true,
            Required::When(_) => {
                self.ahead.end(self.index).is_none() || self.ahead.hands_in(&each.named, self.index)
            }
            Required::Never => false,
        }
    }

    /// Every question that is open now.
    fn open(&self) -> Open {
        if self.product.is_closed() {
            return Open::new();
        }
        let works = self.product.deliverables.iter();
        let reviews = works.filter(|(_, entry)| {
            matches!(entry.work, Work::Submitted { .. } | Work::WaiverAsked { .. })
        });
        let reviews =
            reviews.map(|(named, _)| (Waited::Reviewer, About::Deliverable(named.clone())));
        let markets = self.product.markets.iter();
        let offers =
            markets.filter(|(_, market)| matches!(market.handover, Handover::Offered { .. }));
        let offers = offers.map(|(key, _)| (Waited::Receiver, About::Market(key.clone())));
        let asked = self.definition.deliverables.iter();
        let asked = asked.filter(|(_, found)| found.waits_for.is_some()).map(|(key, _)| key);
        let asked = self.instances(asked).filter(|each| self.waits_for_regulator(each));
        let asked = asked.map(|each| (Waited::Regulator, About::Deliverable(each.named)));
        reviews.chain(offers).chain(asked).collect()
    }
}

/// A deliverable of one product, for one market where it is by market.
struct Instance<'a> {
    named: DeliverableRef,
    of: &'a Deliverable,
}
