//! Moving a product to a newer version of its workflow: what stands in the way, what it would lack
//! there, and what becomes of it.
//!
//! Decisions that were taken stay. An accepted revision stays, too, and is read under the version
//! that it was made for; where it no longer fits its form it counts for no gate until it is handed
//! in anew.

mod compare;
mod differences;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

pub use compare::{Becomes, Comparison, Fitness, Moved, compared, comparison};
pub use differences::{Change, Difference, Part, differences};

use super::{
    context::{Case, Context},
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
};
use crate::{
    definition::{Definition, MustMeet},
    digest::Digest,
    directory::ADMINISTRATOR,
    key::{CriterionKey, DeliverableKey, GateKey, RoleKey},
    product::{Actor, Event, Handover, Overlay, Position, Product, RoleRef, WorkflowRef},
};

impl<'a> Case<'a> {
    /// The version to which the product is to move.
    fn target(&self) -> Result<&'a Definition, Refusal> {
        let missing = || Thing::Workflow(self.product.workflow.key.clone());
        let to = self.cx.to.filter(|to| to.key == self.product.workflow.key);
        Ok(to.ok_or_else(missing)?)
    }

    /// The owner moves a product, or an administrator, or whoever is at the server's own command
    /// line.
    pub(super) fn migration_unmet(
        &self,
        version: u32,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let to = self.target()?;
        let current = self.product.workflow.version;
        if version <= current {
            return Err(Problem::new("/to", ProblemKind::NotNewer { current }).into());
        }
        if self.actor != Actor::System {
            self.need_human(unmet);
            if !self.i_administer() {
                let before = unmet.len();
                self.need_role(vec![self.owner_role()], Link::Migration, unmet);
                if let Some(last) = unmet.get_mut(before) {
                    last.clear.roles.extend(administrator());
                }
            }
        }
        // What is held may move: that its process changes can be the reason for the hold.
        if !matches!(self.product.overlay, Overlay::Held(_)) {
            self.need_active(unmet);
        }
        self.need_packet_open(unmet);
        self.need_footing(to, unmet);
        Ok(())
    }

    /// The new version must have a place for everything that is going on.
    fn need_footing(&self, to: &Definition, unmet: &mut Vec<Unmet>) {
        if let Position::InStage(stage) = &self.product.position
            && !to.stages.contains_key(stage)
        {
            let blocker = Blocker::StageMissing { stage: stage.clone() };
            unmet.push(self.of_workflow(blocker, self.chair_role()));
        }
        for (market, state) in &self.product.markets {
            if let (Handover::Offered { to: person, .. }, None) = (&state.handover, &to.handover) {
                let people = [*person].into();
                let clear =
                    Clear { people, at: Link::Handover(market.clone()), ..Clear::default() };
                let blocker = Blocker::OfferOpen { market: market.clone() };
                unmet.push(Unmet { blocker, clear });
            }
        }
        for gate in self.gates_behind(to) {
            unmet.push(self.of_workflow(Blocker::GateBehind { gate }, self.owner_role()));
        }
    }

    /// The gates that would lie behind the product without having let it pass, and do not now. No
    /// move goes round a gate. The launch counts anew where markets still wait for it.
    fn gates_behind(&self, to: &Definition) -> Vec<GateKey> {
        if !to.stages.contains_key(self.stage()) {
            return Vec::new();
        }
        let behind = |definition: &Definition, gate: &GateKey| {
            let found = definition.gates.get(gate);
            found.is_some_and(|it| definition.order(&it.stage) < definition.order(self.stage()))
        };
        let launch = |definition: &'_ Definition| {
            definition.handover.as_ref().map(|handover| handover.at.clone())
        };
        let open = |handover: &Handover| !matches!(handover, Handover::Accepted { .. });
        let waits = self.product.markets.values().any(|market| open(&market.handover));
        let relaunched =
            launch(to).filter(|gate| waits && launch(self.def()).as_ref() != Some(gate));
        let new = |gate: &&GateKey| !behind(self.def(), gate) || relaunched.as_ref() == Some(*gate);
        let gates = to.gates.keys().filter(|gate| behind(to, gate));
        let gates = gates.filter(|gate| !self.product.passed.contains_key(*gate));
        gates.filter(new).cloned().collect()
    }

    /// A blocker that whoever publishes workflows can clear, or somebody on the product.
    fn of_workflow(&self, blocker: Blocker, role: RoleRef) -> Unmet {
        let mut unmet = self.unmet_by(blocker, role, Link::Migration);
        let people = self.directory.holders(ADMINISTRATOR, &self.product.portfolio);
        unmet.clear.people.extend(people);
        unmet.clear.roles.extend(administrator());
        unmet
    }

    /// One event with everything that the move changes, and what it makes of the markets.
    pub(super) fn migrate(
        &self,
        workflow: &WorkflowRef,
        reason: Digest,
    ) -> Result<Vec<Event>, Refusal> {
        let to = self.target()?;
        if to.digest != workflow.digest {
            return Err(Thing::Workflow(workflow.key.clone()).into());
        }
        let cx = Context { definition: to, to: None, ..*self.cx };
        let there = Case { cx: &cx, product: self.product };
        let drafts = BTreeMap::new();
        let found = comparison(self.cx, self.product, &drafts)?;
        let pick = |wanted: fn(&Moved) -> bool| -> BTreeSet<_> {
            let all = found.deliverables.iter().filter(|moved| wanted(moved));
            all.map(|moved| moved.deliverable.clone()).collect()
        };
        let owed = pick(|moved| moved.becomes == Becomes::Owed);
        let event = Event::ProductMigrated {
            workflow: workflow.clone(),
            reason,
            to_revise: pick(|moved| moved.outgrown),
            card_to_revise: found.card.as_ref().is_some_and(|card| !card.holds()),
            returned: pick(|moved| moved.goes_back),
            unanswered: self.void_answers(&there),
            released: self.team_gone(to),
            dues: there.new_dues(owed.iter().map(|named| &named.key)),
            lifted: self.product.dues.keys().filter(|it| !known(to, it)).cloned().collect(),
            owed,
        };
        let mut events = vec![event];
        if let Some(after) = self.cx.fold(Some(self.product.clone()), &events) {
            events.extend(Case { cx: &cx, product: &after }.market_changes());
        }
        Ok(events)
    }

    /// An answer counts for the question that was asked, and for no other.
    fn void_answers(&self, there: &Case<'_>) -> BTreeSet<CriterionKey> {
        let asked = |case: &Case<'_>, criterion: &CriterionKey| {
            let (_, gate) = case.def().gate_of(self.stage())?;
            match gate.must.get(criterion)? {
                MustMeet::Question { ask, by } => Some((ask.en.clone(), by.clone())),
                MustMeet::Expr { .. } => None,
            }
        };
        let answers = self.product.answers.keys();
        answers.filter(|it| asked(self, it) != asked(there, it)).cloned().collect()
    }

    fn team_gone(&self, to: &Definition) -> BTreeSet<RoleRef> {
        let fits = |role: &RoleRef| {
            let found = to.roles.get(&role.key).filter(|_| role.key != to.owner);
            found.is_some_and(|found| found.per_market == role.market.is_some())
        };
        self.product.team.keys().filter(|role| !fits(role)).cloned().collect()
    }

    /// What is new in the stage that is going on has its whole time from now.
    fn new_dues<'k>(
        &self,
        owed: impl Iterator<Item = &'k DeliverableKey>,
    ) -> BTreeMap<DeliverableKey, DateTime<Utc>> {
        let here = owed.filter(|key| !self.product.dues.contains_key(*key));
        let due = |key: &DeliverableKey| {
            let found = self.def().deliverables.get(key)?;
            let span = found.due.as_ref().filter(|_| found.stage == *self.stage())?;
            Some((key.clone(), self.def().calendar.add(self.now, span)))
        };
        here.filter_map(due).collect()
    }
}

fn known(definition: &Definition, key: &DeliverableKey) -> bool {
    definition.deliverables.contains_key(key)
}

fn administrator() -> Option<RoleRef> {
    RoleKey::new(ADMINISTRATOR).ok().map(|role| RoleRef::new(role, None))
}

/// The newest published version of a product's workflow, where that is newer than its own.
pub fn newer(cx: &Context<'_>, product: &Product) -> Option<WorkflowRef> {
    let versions = cx.directory.workflows.get(&product.workflow.key)?;
    let last = versions.last().filter(|last| last.version > product.workflow.version)?;
    let key = product.workflow.key.clone();
    Some(WorkflowRef { key, version: last.version, digest: last.digest })
}
