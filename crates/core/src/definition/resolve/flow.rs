//! The way of a product through the stages: every stage can be reached, and an end from each.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::Resolver;
use crate::{
    definition::{Gate, Stage, Target, diagnostic::Diagnostic},
    key::{GateKey, StageKey},
};

type Ways<'m> = HashMap<&'m StageKey, Vec<&'m StageKey>>;

impl Resolver<'_, '_> {
    /// Asks only when every stage and gate was read: what is missing would look unreachable.
    pub(super) fn flow(
        &mut self,
        stages: &IndexMap<StageKey, Stage>,
        gates: &IndexMap<GateKey, Gate>,
    ) {
        let complete = self.ways_known
            && stages.len() == self.names.stages.names.len()
            && stages.values().all(|stage| gates.contains_key(&stage.gate))
            && gates.values().all(|gate| !gate.outcomes.go.is_empty());
        let Some(first) = stages.keys().next().filter(|_| complete) else { return };
        let mut onward = Ways::new();
        let mut back = Ways::new();
        let mut ends = IndexSet::new();
        for (key, stage) in stages {
            let Some(gate) = gates.get(&stage.gate) else { continue };
            for to in next_stages(gate) {
                onward.entry(key).or_default().push(to);
                back.entry(to).or_default().push(key);
            }
            if can_end(gate) {
                ends.insert(key);
            }
        }
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

fn next_stages(gate: &Gate) -> impl Iterator<Item = &StageKey> {
    let go = gate.outcomes.go.values().filter_map(|path| match &path.to {
        Target::Stage(stage) => Some(stage),
        Target::Exit(_) => None,
    });
    go.chain(gate.outcomes.recycle.iter().flat_map(|recycle| &recycle.to))
}

fn can_end(gate: &Gate) -> bool {
    let exits = |target: &Target| matches!(target, Target::Exit(_));
    gate.outcomes.kill || gate.outcomes.go.values().any(|path| exits(&path.to))
}

fn reach<'m>(ways: &Ways<'m>, mut found: IndexSet<&'m StageKey>) -> IndexSet<&'m StageKey> {
    let mut next = 0;
    while let Some(from) = found.get_index(next).copied() {
        found.extend(ways.get(from).into_iter().flatten().copied());
        next += 1;
    }
    found
}
