//! Absence: who stands in for whom, for how long, and for what.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    id::DelegationId,
    key::{GateKey, PortfolioKey, RoleKey},
    rules::StandIn,
};

use super::{Names, PersonName};
use crate::load::named;

/// A deputy, and the absent person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeputyName {
    #[serde(flatten)]
    pub person: PersonName,
    #[serde(rename = "for")]
    pub of: PersonName,
}

impl DeputyName {
    pub(crate) fn of(names: &Names, both: StandIn) -> Self {
        Self { person: named(names, both.person), of: named(names, both.of) }
    }
}

/// A delegation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DelegationView {
    pub id: DelegationId,
    pub of: PersonName,
    /// None: the default deputy of each role.
    pub to: Option<PersonName>,
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// Only in these roles; empty: in all.
    pub roles: BTreeSet<RoleKey>,
    /// Only at these gates, and in the stages before them; empty: at all.
    pub gates: BTreeSet<GateKey>,
    pub state: DelegationState,
    /// For those whom it concerns and for administrators; none to others, or after an erasure.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationState {
    Ahead,
    Live,
    /// Its time is over.
    Over,
    /// Ended before its time.
    Ended,
}

/// Who stands in for the holders of a role where nobody else is named.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DefaultDeputyView {
    pub role: RoleKey,
    /// None: everywhere.
    pub portfolio: Option<PortfolioKey>,
    pub person: PersonName,
}

/// An absent person in whose name the asker may act, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandsInView {
    #[serde(rename = "for")]
    pub of: PersonName,
    pub portfolio: PortfolioKey,
    pub roles: BTreeSet<RoleKey>,
    /// None: at all gates.
    pub gates: Option<BTreeSet<GateKey>>,
    /// Who passed it on, when it did not come from the absent person.
    pub through: Option<PersonName>,
}
