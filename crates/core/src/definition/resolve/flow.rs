//! The way of a product through the stages: every stage can be reached, and an end from each.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::Resolver;
use crate::{
    definition::{Gate, Stage, Target, diagnostic::Diagnostic},
    key::{GateKey, StageKey},
};

pub(super) type Ways<'m> = HashMap<&'m StageKey, Vec<&'m StageKey>>;

impl Resolver<'_, '_> {
    /// Was every stage and gate read? What is missing would look unreachable.
    pub(super) fn is_complete(
        &self,
        stages: &IndexMap<StageKey, Stage>,
        gates: &IndexMap<GateKey, Gate>,
    ) -> bool {
        self.ways_known
            && stages.len() == self.names.stages.names.len()
            && stages.values().all(|stage| gates.contains_key(&stage.gate))
            && gates.values().all(|gate| !gate.outcomes.go.is_empty())
    }

    pub(super) fn flow(
        &mut self,
        stages: &IndexMap<StageKey, Stage>,
        gates: &IndexMap<GateKey, Gate>,
    ) {
        let complete = self.is_complete(stages, gates);
        let Some(first) = stages.keys().next().filter(|_| complete) else { return };
        let onward = onward(stages, gates);
        let mut back = Ways::new();
        for (from, tos) in &onward {
            for to in tos {
                back.entry(*to).or_default().push(*from);
            }
        }
        let ends = stages.iter().filter(|(_, stage)| gates.get(&stage.gate).is_some_and(can_end));
        let ends = ends.map(|(key, _)| key).collect();
        let reached = reach(&onward, IndexSet::from([first]));
        let ending = reach(&back, ends);
        for stage in stages.keys() {
            let at = self.names.stages.names.get(stage.as_str()).copied().unwrap_or_default();
            if !reached.contains(stage) {
                let message = format!("no product can reach the stage `{stage}`");
                self.error(
                    Diagnostic::error("unreachable_stage", at, message)
                        .help(format!("let the `go` of some gate lead to `{stage}`")),
                );
            } else if !ending.contains(stage) {
                let message = format!("a product in `{stage}` can never reach an end");
                self.error(
                    Diagnostic::error("no_end", at, message)
                        .help("let some gate on its way kill, or go to an exit"),
                );
            }
        }
    }
}

/// Where a product gets from each stage, by go and by recycle.
pub(super) fn onward<'m>(
    stages: &'m IndexMap<StageKey, Stage>,
    gates: &'m IndexMap<GateKey, Gate>,
) -> Ways<'m> {
    let mut onward = Ways::new();
    for (key, stage) in stages {
        let Some(gate) = gates.get(&stage.gate) else { continue };
        let back = gate.outcomes.recycle.iter().flat_map(|recycle| &recycle.to);
        onward.entry(key).or_default().extend(go_to(gate).chain(back));
    }
    onward
}

/// The stages that a gate's go leads to.
pub(super) fn go_to(gate: &Gate) -> impl Iterator<Item = &StageKey> {
    gate.outcomes.go.values().filter_map(|path| match &path.to {
        Target::Stage(stage) => Some(stage),
        Target::Exit(_) => None,
    })
}

fn can_end(gate: &Gate) -> bool {
    let exits = |target: &Target| matches!(target, Target::Exit(_));
    gate.outcomes.kill || gate.outcomes.go.values().any(|path| exits(&path.to))
}

pub(super) fn reach<'m>(
    ways: &Ways<'m>,
    mut found: IndexSet<&'m StageKey>,
) -> IndexSet<&'m StageKey> {
    let mut next = 0;
    while let Some(from) = found.get_index(next).copied() {
        found.extend(ways.get(from).into_iter().flatten().copied());
        next += 1;
    }
    found
}
