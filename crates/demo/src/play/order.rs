//! What a careful team does although its workflow may not ask for it: risks before tests, tests
//! before patients, all of it before the authority, and some work that is optional.

use std::collections::BTreeSet;

use sluicegate_core::{
    definition::Definition,
    key::{DeliverableKey, MarketKey, StageKey},
    product::{DeliverableRef, Work},
};

use super::{
    Play,
    filing::CLEARANCE,
    work::{Agenda, Shift},
};
use crate::dice::Dice;

/// What nobody writes who need not.
const NEVER_UNASKED: &[&str] = &[
    "change_plan",
    "service_policy",
    "pilot_sites",
    "clinical_investigation",
    "payer_submission",
    "health_economics",
];
/// What stands behind the colon is accepted before the first one is begun.
const BEFORE: &[(&str, &[&str])] = &[
    ("vv", &["risk_file"]),
    ("pilot_sites", &["risk_file", "vv", "pilot_verification"]),
    ("clinical_investigation", &["risk_file", "vv"]),
    ("clinical_evaluation", &["vv", "pilot_sites", "clinical_investigation"]),
    ("design_reviews", &["vv"]),
    (
        "regulatory_submission",
        &[
            "risk_file",
            "vv",
            "pilot_sites",
            "clinical_investigation",
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
            ("pilot_sites", 860),
            ("clinical_investigation", 870),
            ("clinical_evaluation", 910),
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
    /// Optional work that a careful team does anyway, some of it.
    pub(super) fn goes_beyond(&mut self, named: &DeliverableRef, shift: &Shift) -> bool {
        let Some(deliverable) = self.definition.deliverables.get(&named.key) else { return false };
        let name = named.to_string();
        let there = self
            .product
            .deliverables
            .get(named)
            .is_some_and(|entry| entry.accepted.is_some() || !matches!(entry.work, Work::None));
        if NEVER_UNASKED.contains(&named.key.as_str())
            || deliverable.stage != shift.stage
            || there
            || self.skipped.contains(&name)
        {
            return false;
        }
        if named.key.as_str() == CLEARANCE {
            let market = named.market.as_ref().map_or("", MarketKey::as_str);
            return !self.sheet.later.contains_key(market);
        }
        let mut dice = Dice::of(self.stage.seed, &format!("{}/{name}", self.sheet.key));
        let wanted = dice.percent(60);
        if !wanted {
            self.skipped.insert(name);
        }
        wanted
    }

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
