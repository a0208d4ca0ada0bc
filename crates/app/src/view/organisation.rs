//! People, tokens and portfolios.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    directory::{Grant, Kind, PortfolioKind},
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
