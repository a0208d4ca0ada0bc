//! Wherever chance leads a product of a shipped process, it comes to an end.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::{Value as Json, json};
use sluicegate_core::{digest::Digest, key::*, product::*, rules::*};

use super::{Walk, plan, software};

/// How many turns a walk has. In the first half of them chance may stop, hold and recycle.
const TURNS: u32 = 80;

#[test]
fn every_random_walk_ends() {
    let npi = |novelty| json!({ "problem": "x", "kind": "device", "novelty": novelty });
    let walks = [
        ("npi-medtech", npi("new_to_world")),
        ("npi-express", npi("line_extension")),
        ("healthcare-software", software(true, "changing")),
        ("strategic-plan", plan(true)),
    ];
    let mut endings = BTreeMap::new();
    for (workflow, card) in walks {
        for seed in 0..6 {
            let ending = ending(workflow, card.clone(), seed);
            *endings.entry((workflow, ending)).or_insert(0) += 1;
        }
    }
    // Chance finds more than one way out of each.
    for workflow in ["npi-medtech", "npi-express", "healthcare-software", "strategic-plan"] {
        let ways = endings.keys().filter(|(of, _)| *of == workflow).count();
        assert!(ways > 1, "{workflow}: {endings:?}");
    }
}

fn ending(workflow: &str, card: Json, seed: u64) -> String {
    let mut walk = Walk::new(workflow, &["KR"], card);
    let mut chance = Chance { state: seed, recycled: BTreeMap::new() };
    for turn in 0..TURNS {
        match &walk.product().overlay {
            Overlay::Closed(closed) => return format!("{:?}", closed.ending),
            Overlay::Closing(_) => walk.discharge(),
            Overlay::Held(_) => {
                let chair = walk.definition.gates[&gate(&walk)].chair.clone();
                walk.act(chair.as_str(), &Command::Resume { reason: Digest::of(b"reason") });
            }
            Overlay::Active => chance.turn(&mut walk, turn < TURNS / 2),
        }
    }
    panic!("{workflow}: after {TURNS} turns with seed {seed} still {:?}", walk.product().position);
}

/// The gate at the end of the stage.
fn gate(walk: &Walk) -> GateKey {
    let Position::InStage(stage) = &walk.product().position else { panic!("left at a gate") };
    walk.definition.stages[stage].gate.clone()
}

struct Chance {
    state: u64,
    recycled: BTreeMap<GateKey, u32>,
}

impl Chance {
    /// `SplitMix64` (Steele, Lea, Flood 2014).
    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).unwrap()
    }

    /// The product leaves its stage by the gate, or is stopped there.
    fn turn(&mut self, walk: &mut Walk, may_stop: bool) {
        walk.time_goes_by(i64::try_from(1 + self.below(40)).unwrap());
        let gate = gate(walk);
        if may_stop && self.below(5) == 0 && self.stop(walk, &gate) {
            return;
        }
        let paths: Vec<String> =
            walk.definition.gates[&gate].outcomes.go.keys().map(ToString::to_string).collect();
        let path = paths[self.below(paths.len())].clone();
        walk.pass(gate.as_str(), Some(&path));
        if walk.definition.handover.as_ref().is_some_and(|handover| handover.at == gate) {
            walk.take_over();
        }
    }

    /// The team asks to stop, and the chair answers with one of the other outcomes.
    fn stop(&mut self, walk: &mut Walk, gate: &GateKey) -> bool {
        let rule = walk.definition.gates[gate].clone();
        let mut answers = Vec::new();
        if rule.outcomes.kill && self.below(4) == 0 {
            answers.push(Decision::Kill);
        }
        if rule.outcomes.hold.is_some() {
            answers.push(Decision::Hold { review_at: walk.now + Duration::days(7) });
        }
        let before = self.recycled.entry(gate.clone()).or_default();
        if let Some(recycle) = rule.outcomes.recycle.filter(|rule| *before < rule.at_most) {
            let to = recycle.to.iter().cloned();
            answers.extend(to.map(|to| Decision::Recycle { to }));
        }
        if answers.is_empty() {
            return false;
        }
        let outcome = answers.swap_remove(self.below(answers.len()));
        if matches!(outcome, Decision::Recycle { .. }) {
            *self.recycled.entry(gate.clone()).or_default() += 1;
        }
        let panel = BTreeMap::new();
        let submit = Command::Submit { gate: gate.clone(), purpose: Purpose::Stop, panel };
        walk.act(rule.submit_by[0].as_str(), &submit);
        let at = walk.product().submission().unwrap().named();
        let (reason, sign) = (Digest::of(b"reason"), Sign::Rehearsed);
        let decide = Command::Decide { at, outcome, reason, conditions: Vec::new(), sign };
        walk.act(rule.chair.as_str(), &decide);
        true
    }
}
