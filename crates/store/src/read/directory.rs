//! People, tokens, workflows and contents.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    directory::{Directory, Kind},
    id::{PersonId, TokenId},
    key::WorkflowKey,
    rules::Contents,
};

use super::limit;
use crate::{
    codec::{self, json},
    db::{Arg, Row},
    error::{Result, StoreError},
    record::Stored,
    sql::{directory as sql, log},
    store::Store,
    time::{NEVER, from_micros, micros},
    write::{catch_up, content},
};

/// A token's last use is written at most this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// No person has more tokens to show.
const TOKENS: i64 = 1000;

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

impl LiveToken {
    fn outlives(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_none_or(|at| at > now)
    }
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
    /// The organisation as of now; cached, and read again only when its version has changed. All
    /// who ask at the same time share one look at the version, which begins after they asked.
    pub async fn directory(&self) -> Result<Arc<Directory>> {
        self.shared.reading.ask(|| self.read_directory()).await
    }

    async fn read_directory(&self) -> Result<Arc<Directory>> {
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        let row = conn.fetch_one(&sql::DIRECTORY_VERSION, &[], "directory_head").await?;
        let version = row.i64("directory_head.version")?;
        let directory = catch_up(&mut conn, &self.shared.cached_directory(), version).await?;
        self.shared.cache_directory(&directory);
        Ok(directory)
    }

    /// These people, or all when none are named, in the order of their ids.
    pub async fn people(&self, ids: Option<&[PersonId]>) -> Result<Vec<PersonRow>> {
        let readers = &self.shared.readers;
        let rows = match ids {
            Some(ids) => readers.fetch_all(&sql::SOME_PEOPLE, &[Arg::Text(&json(ids)?)]).await?,
            None => readers.fetch_all(&sql::PEOPLE, &[]).await?,
        };
        rows.iter().map(person).collect()
    }

    /// The token with this hash, if it is neither revoked nor expired and its person is active.
    /// Remembers when it was used, to the minute.
    ///
    /// Tokens come and go with events of the directory, so one that was read belongs to a version
    /// of it: `directory` is the organisation as of now, and saves reading the token again.
    pub async fn token_by_hash(
        &self,
        directory: &Directory,
        hash: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<LiveToken>> {
        let remembered = self.shared.tokens().get(hash);
        let remembered = remembered.filter(|(version, _)| *version == directory.version);
        let found = match remembered {
            Some((_, token)) => Some(token).filter(|token| token.outlives(now)),
            None => self.read_token(hash, now).await?,
        };
        let Some(token) = found else { return Ok(None) };
        let mut after = token.clone();
        let stale = now - TOUCH_EVERY;
        if token.last_used_at.is_none_or(|used| used < stale) {
            let id = token.id.to_string();
            let args = [Arg::Text(&id), Arg::I64(micros(now)), Arg::I64(micros(stale))];
            // Knowing when it was used is not worth refusing the request.
            match self.shared.readers.execute(&sql::TOUCH_TOKEN, &args).await {
                Ok(_) => after.last_used_at = Some(now),
                Err(error) => tracing::warn!(%error, "a token's use was not noted"),
            }
        }
        self.shared.tokens().put(*hash, (directory.version, after));
        Ok(Some(token))
    }

    async fn read_token(&self, hash: &Digest, now: DateTime<Utc>) -> Result<Option<LiveToken>> {
        let args = [Arg::Bytes(hash.bytes()), Arg::I64(micros(now))];
        let row = self.shared.readers.fetch_optional(&sql::LIVE_TOKEN, &args).await?;
        row.as_ref().map(live_token).transpose()
    }

    /// The tokens of a person, newest first.
    pub async fn tokens_of(&self, person: PersonId) -> Result<Vec<TokenRow>> {
        let args = [Arg::Text(&person.to_string()), Arg::I64(TOKENS)];
        let rows = self.shared.readers.fetch_all(&sql::TOKENS_OF, &args).await?;
        let token = |row: &Row| {
            Ok(TokenRow {
                token: live_token(row)?,
                issued_at: time(row, "token.issued_at")?,
                revoked: row.i64("token.revoked")? != 0,
            })
        };
        rows.iter().map(token).collect()
    }

    /// Every published version of every workflow.
    pub async fn workflow_versions(&self) -> Result<Vec<WorkflowVersion>> {
        let rows = self.shared.readers.fetch_all(&sql::WORKFLOW_VERSIONS, &[]).await?;
        let version = |row: &Row| {
            let name = row.text("workflow_version.workflow")?;
            let version = row.i64("workflow_version.version")?;
            Ok(WorkflowVersion {
                workflow: codec::parse("workflow_version.workflow", name, name)?,
                version: u32::try_from(version).map_err(|error| {
                    StoreError::corrupt("workflow_version.version", name, error)
                })?,
                digest: codec::digest(
                    "workflow_version.digest",
                    name,
                    row.bytes("workflow_version.digest")?,
                )?,
                published_at: time(row, "workflow_version.published_at")?,
            })
        };
        rows.iter().map(version).collect()
    }

    /// The published source under this digest.
    pub async fn workflow_source(&self, digest: &Digest) -> Result<Option<String>> {
        let args = [Arg::Bytes(digest.bytes())];
        let row = self.shared.readers.fetch_optional(&sql::WORKFLOW_SOURCE, &args).await?;
        row.map(|row| Ok(row.text("workflow_version.source")?.to_owned())).transpose()
    }

    /// The events of the organisation after this version, oldest first.
    pub async fn directory_history(&self, after: u64, count: u32) -> Result<Vec<Stored>> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let args = [Arg::Text("org"), Arg::I64(after), Arg::I64(limit(count))];
        let rows = self.shared.readers.fetch_all(&log::STREAM_AFTER, &args).await?;
        rows.iter().map(Stored::read).collect()
    }

    /// The contents under these digests; missing ones are left out.
    pub async fn contents(&self, digests: &[Digest]) -> Result<Contents> {
        if digests.is_empty() {
            return Ok(Contents::default());
        }
        let args = json(digests)?;
        let rows = self.shared.readers.fetch_all(&sql::CONTENTS, &[Arg::Text(&args)]).await?;
        rows.iter()
            .map(|row| content(row).map(|(digest, value)| (digest, Arc::new(value))))
            .collect()
    }
}

fn time(row: &Row, column: &'static str) -> Result<DateTime<Utc>> {
    let at = row.i64(column)?;
    from_micros(at).ok_or_else(|| StoreError::corrupt(column, "?", at))
}

fn person(row: &Row) -> Result<PersonRow> {
    let id = row.text("person.id")?;
    let body = row.opt_text("content.body")?;
    let kind = row.text("person.kind")?;
    Ok(PersonRow {
        id: codec::parse("person.id", id, id)?,
        kind: codec::from_json("person.kind", id, &json(kind)?)?,
        active: row.i64("person.active")? != 0,
        profile_digest: codec::digest("person.profile", id, row.bytes("person.profile")?)?,
        profile: body.map(|body| codec::from_json("content.body", id, body)).transpose()?,
    })
}

fn live_token(row: &Row) -> Result<LiveToken> {
    let id = row.text("token.id")?;
    let moment =
        |column, at: i64| from_micros(at).ok_or_else(|| StoreError::corrupt(column, id, at));
    let expires = row.i64("token.expires_at")?;
    let used = row.opt_i64("token.last_used_at")?;
    Ok(LiveToken {
        id: codec::parse("token.id", id, id)?,
        person: codec::parse("token.person", id, row.text("token.person")?)?,
        label: row.text("token.label")?.to_owned(),
        expires_at: if expires == NEVER {
            None
        } else {
            Some(moment("token.expires_at", expires)?)
        },
        last_used_at: used.map(|used| moment("token.last_used_at", used)).transpose()?,
    })
}
