//! What two versions of a workflow say differently, but for the deliverables: those are compared
//! for each product.

use indexmap::IndexMap;
use serde::Serialize;

use crate::{
    definition::{Definition, Gate},
    key::{CriterionKey, ExitKey, GateKey, ReviewKey, RoleKey, SeatKey, StageKey},
};

/// One part of a workflow that is new, gone or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    #[serde(flatten)]
    pub part: Part,
    pub change: Change,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    Role {
        key: RoleKey,
    },
    Stage {
        key: StageKey,
    },
    /// Its chair, its submitters, its score, its clock or its outcomes.
    Gate {
        key: GateKey,
    },
    Criterion {
        gate: GateKey,
        key: CriterionKey,
    },
    Seat {
        gate: GateKey,
        key: SeatKey,
    },
    Review {
        key: ReviewKey,
    },
    Exit {
        key: ExitKey,
    },
    Handover,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    New,
    Gone,
    Changed,
}

impl Change {
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Changed => "changed",
        }
    }
}

/// Every difference in meaning, in the order of the file.
pub fn differences(from: &Definition, to: &Definition) -> Vec<Difference> {
    let mut list = Vec::new();
    compare(&from.roles, &to.roles, &mut list, |key| Part::Role { key });
    // What a stage asks for is told deliverable by deliverable.
    let stages = |definition: &Definition| {
        let bare = |stage: &crate::definition::Stage| crate::definition::Stage {
            deliverables: Vec::new(),
            ..stage.clone()
        };
        definition.stages.iter().map(|(key, stage)| (key.clone(), bare(stage))).collect()
    };
    compare::<StageKey, _>(&stages(from), &stages(to), &mut list, |key| Part::Stage { key });
    compare(&gates(from), &gates(to), &mut list, |key| Part::Gate { key });
    for (gate, after) in &to.gates {
        let Some(before) = from.gates.get(gate) else { continue };
        let criterion = |key| Part::Criterion { gate: gate.clone(), key };
        compare(&before.must, &after.must, &mut list, criterion);
        let seat = |key| Part::Seat { gate: gate.clone(), key };
        compare(&before.seats, &after.seats, &mut list, seat);
    }
    compare(&from.reviews, &to.reviews, &mut list, |key| Part::Review { key });
    compare(&from.exits, &to.exits, &mut list, |key| Part::Exit { key });
    let handover = match (&from.handover, &to.handover) {
        (None, None) => None,
        (None, Some(_)) => Some(Change::New),
        (Some(_), None) => Some(Change::Gone),
        (Some(before), Some(after)) => (!same(before, after)).then_some(Change::Changed),
    };
    list.extend(handover.map(|change| Difference { part: Part::Handover, change }));
    list
}

/// The gates without their criteria and seats, which are told one by one.
fn gates(definition: &Definition) -> IndexMap<GateKey, Gate> {
    let bare = |gate: &Gate| Gate { must: IndexMap::new(), seats: IndexMap::new(), ..gate.clone() };
    definition.gates.iter().map(|(key, gate)| (key.clone(), bare(gate))).collect()
}

fn compare<K: std::hash::Hash + Eq + Clone, V: Serialize>(
    from: &IndexMap<K, V>,
    to: &IndexMap<K, V>,
    list: &mut Vec<Difference>,
    part: impl Fn(K) -> Part,
) {
    for (key, after) in to {
        let change = match from.get(key) {
            None => Change::New,
            Some(before) if !same(before, after) => Change::Changed,
            Some(_) => continue,
        };
        list.push(Difference { part: part(key.clone()), change });
    }
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        list.push(Difference { part: part(key.clone()), change: Change::Gone });
    }
}

/// The same meaning, as the digest of a workflow has it: where an expression stands in its file
/// makes no difference. What cannot be written differs.
fn same<T: Serialize>(before: &T, after: &T) -> bool {
    let written = |it: &T| serde_json::to_value(it).ok();
    let before = written(before);
    before.is_some() && before == written(after)
}
