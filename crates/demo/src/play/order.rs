//! What a careful team does first although its workflow may not ask for it: risks before tests,
//! tests before patients, all of it before the authority.

use std::collections::BTreeSet;

use sluicegate_core::{
    definition::Definition,
    key::{DeliverableKey, StageKey},
    product::{DeliverableRef, Work},
};

use super::{Play, work::Agenda};

/// What stands behind the colon is accepted before the first one is begun.
const BEFORE: &[(&str, &[&str])] = &[
    ("vv", &["risk_file"]),
    ("pilot_sites", &["risk_file", "vv", "pilot_verification", "ethics_approval"]),
    ("clinical_evaluation", &["pilot_sites", "vv"]),
    ("design_reviews", &["vv"]),
    (
        "regulatory_submission",
        &[
            "risk_file",
            "vv",
            "pilot_sites",
            "clinical_evaluation",
            "usability_evaluation",
            "algorithm_performance",
        ],
    ),
];

/// When it is handed in, in thousandths of the time that the team works in the stage.
const PLACES: &[(&str, &[(&str, i64)])] = &[
    (
        "development",
        &[
            ("risk_file", 210),
            ("vv", 420),
            ("ethics_approval", 430),
            ("pilot_sites", 860),
            ("clinical_evaluation", 900),
            ("surveillance", 920),
            ("regulatory_submission", 950),
            ("design_reviews", 980),
        ],
    ),
    (
        "pilot",
        &[
            ("pilot_sites", 640),
            ("usability_evaluation", 700),
            ("clinical_evaluation", 820),
            ("regulatory_submission", 950),
        ],
    ),
];

pub(super) fn place(stage: &StageKey, key: &DeliverableKey) -> Option<i64> {
    let of = PLACES.iter().find(|(name, _)| *name == stage.as_str())?;
    of.1.iter().find(|(name, _)| *name == key.as_str()).map(|(_, share)| *share)
}

/// The workflow asks for the second one before the first, so nobody can do it the other way.
fn is_asked_after(definition: &Definition, first: &str, second: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![first.to_owned()];
    while let Some(key) = open.pop() {
        let Ok(parsed) = key.parse::<DeliverableKey>() else { continue };
        let Some(found) = definition.deliverables.get(&parsed) else { continue };
        for before in &found.after {
            if before.as_str() == second {
                return true;
            }
            if seen.insert(before.to_string()) {
                open.push(before.to_string());
            }
        }
    }
    false
}

impl Play {
    /// Something that comes first is on its way and not accepted yet.
    pub(super) fn comes_too_soon(
        &self,
        named: &DeliverableRef,
        expected: &BTreeSet<String>,
        agenda: &Agenda,
    ) -> bool {
        let key = named.key.as_str();
        let before = BEFORE.iter().find(|(name, _)| *name == key);
        let before = before.map_or(&[][..], |(_, before)| before).iter();
        before.filter(|first| !is_asked_after(&self.definition, first, key)).any(|first| {
            !self.accepted.contains_key(*first)
                && (expected.contains(*first) || agenda.has_any(first) || self.is_in_review(first))
        })
    }

    fn is_in_review(&self, key: &str) -> bool {
        let mut all = self.product.deliverables.iter();
        all.any(|(named, entry)| named.key.as_str() == key && !matches!(entry.work, Work::None))
    }
}
