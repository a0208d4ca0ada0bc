//! People, tokens, workflows and contents.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    directory::{Directory, Kind},
    id::{PersonId, TokenId},
    key::WorkflowKey,
};

use crate::{error::Result, job::Contents, store::Store};

/// A person with the profile, which is none after an erasure.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonRow {
    pub id: PersonId,
    pub kind: Kind,
    pub active: bool,
    pub profile_digest: Digest,
    pub profile: Option<Value>,
}

/// A token that may be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveToken {
    pub id: TokenId,
    pub person: PersonId,
    pub label: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A token as its owner sees it in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    pub token: LiveToken,
    pub issued_at: DateTime<Utc>,
    pub revoked: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkflowVersion {
    pub workflow: WorkflowKey,
    pub version: u32,
    pub digest: Digest,
    pub published_at: DateTime<Utc>,
}

impl Store {
    /// The organisation as of now; cached, and read again only when its version has changed.
    pub async fn directory(&self) -> Result<Arc<Directory>> {
        unimplemented!()
    }

    /// These people, or all when none are named, in the order of their ids.
    pub async fn people(&self, ids: Option<&[PersonId]>) -> Result<Vec<PersonRow>> {
        unimplemented!("{ids:?}")
    }

    /// The token with this hash, if it is neither revoked nor expired and its person is active.
    /// Remembers when it was used, to the minute.
    pub async fn token_by_hash(
        &self,
        hash: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<LiveToken>> {
        unimplemented!("{hash} {now}")
    }

    /// The tokens of a person, newest first.
    pub async fn tokens_of(&self, person: PersonId) -> Result<Vec<TokenRow>> {
        unimplemented!("{person}")
    }

    /// Every published version of every workflow.
    pub async fn workflow_versions(&self) -> Result<Vec<WorkflowVersion>> {
        unimplemented!()
    }

    /// The published source under this digest.
    pub async fn workflow_source(&self, digest: &Digest) -> Result<Option<String>> {
        unimplemented!("{digest}")
    }

    /// The contents under these digests; missing ones are left out.
    pub async fn contents(&self, digests: &[Digest]) -> Result<Contents> {
        unimplemented!("{digests:?}")
    }

    /// Forgets a content for ever, body and salt; the log stays verifiable. False when there was
    /// none.
    pub async fn erase_content(&self, digest: &Digest) -> Result<bool> {
        unimplemented!("{digest}")
    }
}
