//! People, tokens and portfolios.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    directory::{Grant, Kind},
    id::{PersonId, TokenId},
    key::PortfolioKey,
};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PersonView {
    pub id: PersonId,
    pub kind: Kind,
    pub name: String,
    pub email: Option<String>,
    pub active: bool,
    pub grants: Vec<Grant>,
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

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PortfolioView {
    pub key: PortfolioKey,
    pub title: String,
}
