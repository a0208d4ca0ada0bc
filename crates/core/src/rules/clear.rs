//! Who can clear what stands in the way, and where.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::{
    id::PersonId,
    key::*,
    product::{DeliverableRef, RoleRef},
};

/// Who can mend it, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Clear {
    pub roles: BTreeSet<RoleRef>,
    pub people: BTreeSet<PersonId>,
    /// Who can do it in the name of one of these people.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub deputies: BTreeSet<StandIn>,
    pub at: Link,
}

/// A deputy, and the absent person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StandIn {
    pub person: PersonId,
    #[serde(rename = "for")]
    pub of: PersonId,
}

/// A place in the interface; the edges make an address of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "key", rename_all = "snake_case")]
pub enum Link {
    #[default]
    Product,
    Team,
    /// What another version of the workflow would ask.
    Migration,
    Deliverable(DeliverableRef),
    Criterion(CriterionKey),
    Gate(GateKey),
    Condition(u32),
    Hold,
    Market(MarketKey),
    Handover(MarketKey),
    Review(u32),
    Duty(DutyKey),
    Obligation(u32),
    /// An intake link, an idea, feedback or a field day.
    Entry(crate::intake::EntryId),
    Roles,
    /// The asker's second factor.
    Factor,
    /// Who may sign, among the people.
    Signing,
    Clock,
}
