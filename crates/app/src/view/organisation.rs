//! People, tokens and portfolios.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sluicegate_core::{
    digest::Digest,
    directory::{Grant, Kind, PortfolioKind},
    id::{PersonId, SessionId, TokenId, ViewId},
    key::PortfolioKey,
    product::Actor,
};

use sluicegate_store::{NewSession, Session};

use super::{PersonName, StandsInView};
use crate::filter::ProductFilter;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonView {
    pub id: PersonId,
    pub kind: Kind,
    pub name: String,
    pub email: Option<String>,
    pub active: bool,
    /// Name and address are gone for ever.
    pub erased: bool,
    pub grants: Vec<Grant>,
}

/// What was erased, as the record tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureLine {
    #[serde(flatten)]
    pub what: ErasedThing,
    pub at: DateTime<Utc>,
    pub by: Actor,
    /// None when the reason was erased itself.
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErasedThing {
    Person(PersonId),
    Content(Digest),
    Attachment(Digest),
}

/// The asking person, and how far their reading goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeView {
    #[serde(flatten)]
    pub person: PersonView,
    pub administrator: bool,
    pub reads_everything: bool,
    /// The portfolios whose products the person reads; all when `reads_everything`.
    pub portfolios: Vec<PortfolioKey>,
    /// In whose name the person may act now, and where.
    pub stands_in_for: Vec<StandsInView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TokenView {
    pub id: TokenId,
    pub person: PersonId,
    pub label: String,
    pub issued_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked: bool,
}

/// The second factor of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FactorView {
    pub enrolled: bool,
    /// The house asks everyone for one.
    pub required: bool,
    /// So many recovery codes are left.
    pub recovery_codes: u64,
    /// An administrator has asked to take the factor away.
    pub removal: Option<RemovalView>,
    /// Too many proofs were wrong: the person signs nothing until an administrator has looked.
    pub signing_locked: bool,
}

/// A wish that another administrator has to confirm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RemovalView {
    pub by: Actor,
    pub until: DateTime<Utc>,
}

/// A place where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionView {
    pub id: SessionId,
    /// What was shown: `pwd`, a password; `otp`, a code of the second factor or a recovery code.
    pub methods: Vec<String>,
    pub authenticated_at: DateTime<Utc>,
    /// To the minute.
    pub used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub address: String,
    /// The program, as it calls itself.
    pub agent: String,
    /// The one that asks.
    pub current: bool,
}

impl SessionView {
    pub(crate) fn of(session: Session, current: Option<SessionId>) -> Self {
        let Session { id, methods, authenticated_at, used_at, expires_at, address, agent, .. } =
            session;
        let methods = methods.split(' ').map(str::to_owned).collect();
        let current = current == Some(id);
        Self { id, methods, authenticated_at, used_at, expires_at, address, agent, current }
    }

    pub(crate) fn of_new(session: &NewSession) -> Self {
        let NewSession { id, methods, at, expires_at, address, agent, .. } = session.clone();
        let methods = methods.split(' ').map(str::to_owned).collect();
        let (authenticated_at, used_at, current) = (at, at, true);
        Self { id, methods, authenticated_at, used_at, expires_at, address, agent, current }
    }
}

/// A place in the tree of companies, business units and portfolios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortfolioView {
    pub key: PortfolioKey,
    pub title: String,
    pub title_ko: Option<String>,
    pub kind: PortfolioKind,
    /// What it stands beneath; none at the top.
    pub parent: Option<PortfolioKey>,
    /// How many stand above it.
    pub depth: usize,
    /// False for what is shown only because it stands above something readable.
    pub readable: bool,
}

/// A saved view of the list of products.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SavedViewLine {
    pub id: ViewId,
    pub version: u32,
    pub name: String,
    pub owner: PersonName,
    /// Shared with whoever is at home at this place; none: private.
    pub portfolio: Option<PortfolioKey>,
    pub filter: ProductFilter,
    pub sort: String,
    pub columns: Vec<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
