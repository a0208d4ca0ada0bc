//! The use cases: each exists once; REST, pages, command line and timers call them.
//!
//! The only caller of `rules::decide`. Knows no HTTP and no SQL.

mod access;
mod administer;
mod app;
mod authenticate;
mod bootstrap;
mod command;
mod definitions;
mod delegation;
mod erase;
mod error;
mod filter;
mod graph;
mod intake;
mod judge;
mod known;
mod load;
mod passages;
mod query;
mod rebuild;
mod record;
mod request;
mod saved_view;
mod search;
mod timers;
mod token;
mod verify;
pub mod view;
pub mod words;

pub use access::{
    AccessConfig, Enrolled, FactorOffer, Invited, NewInvitation, NewPassword, NewSigning, NextStep,
    Origin, PasswordCost, Proof, Shown, SignIn, SignedIn, one_time_code,
};
pub use app::{App, AppConfig, Chance};
pub use bootstrap::Reading;
pub use delegation::NewDelegation;
pub use error::{AppError, Kind, Result, Right};
pub use filter::ProductFilter;
pub use graph::{GraphFormat, draw};
pub use intake::{EntryDone, OpenLink, Promotion, Screening, VisitorIdea};
pub use known::Unknown;
pub use query::{Across, Sought};
pub use record::{
    Asked, CheckpointView, ConsistencyView, CosignatureView, ExportWish, Exported, KeyView,
    ProofView, Signed, Signing,
};
pub use request::*;
pub use saved_view::{SavedView, ViewDraft, ViewedList};
pub use search::Search;
pub use sluicegate_store::{
    AsOf, AuditFilter, Clock, Cosigned, Database, EntryFilter, EventFilter, Fact, Health,
    IdempotencyKey, Matter, NewContent, Options, PassageFilter, Sort, SortBy, Standing, Stored,
    StoredCheckpoint, Stream,
};
pub use verify::{Difference, Progress, VerifyReport, verify};
pub use words::{Lang, Voice, right};
