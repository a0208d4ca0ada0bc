//! What was refused lately: repeats are counted here, and go into the log as one event.

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    access::AccessEvent,
    digest::Digest,
    id::{PersonId, TokenId},
};

use super::ThrottleKey;
use crate::{
    codec::{self, json},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::access as sql,
    store::Store,
    time::{from_micros, micros},
};

/// More than so many are not told apart.
const MOST: i64 = 200;
/// So many are claimed at once.
const CLAIMED: i64 = 100;

/// What an attempt is to the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It is new: an event of its own.
    First,
    /// The same, and these repeats of long ago are an event as well.
    FirstAfter(Repeated),
    /// A repeat, counted.
    Repeat,
    /// Too many are told apart already.
    Crowded,
}

/// Repeats of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The event that said so first.
    pub event: AccessEvent,
    pub since: DateTime<Utc>,
    /// At least 1.
    pub repeats: u64,
}

impl Store {
    /// How many events the list of what was refused has.
    pub async fn access_version(&self) -> Result<u64> {
        let row = self.shared.readers.fetch_optional(&sql::HEAD, &[]).await?;
        let version = row.ok_or(StoreError::Missing("access_head"))?.i64("access_head.version")?;
        u64::try_from(version).map_err(|error| StoreError::corrupt("access_head.version", 1, error))
    }

    /// Notes an attempt that was refused. Under one key, at most one in `window` is an event.
    pub async fn note_attempt(
        &self,
        key: ThrottleKey,
        event: &AccessEvent,
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Result<Noted> {
        self.note(key, event, now, window, MOST).await
    }

    /// The same for all that are not told apart; there is room for these.
    pub async fn note_crowd(
        &self,
        key: ThrottleKey,
        event: &AccessEvent,
        now: DateTime<Utc>,
        window: TimeDelta,
    ) -> Result<Noted> {
        self.note(key, event, now, window, i64::MAX).await
    }

    async fn note(
        &self,
        key: ThrottleKey,
        event: &AccessEvent,
        now: DateTime<Utc>,
        window: TimeDelta,
        most: i64,
    ) -> Result<Noted> {
        let text = json(event)?;
        let args = [Arg::I64(key.0), Arg::Text(&text), Arg::I64(micros(now))];
        let mut noted = Noted::Repeat;
        let work = async |conn: &mut Conn<'_>| {
            let row = conn.fetch_optional(&sql::ATTEMPT, &args[..1]).await?;
            let known = row.as_ref().map(attempt).transpose()?;
            noted = match known {
                None if noted_so_far(conn).await? >= most => Noted::Crowded,
                // Of two at the same time one is the repeat of the other.
                None if conn.execute(&sql::ADD_ATTEMPT, &args).await? == 1 => Noted::First,
                Some(known) if known.since + window <= now => {
                    conn.execute(&sql::BEGIN_ATTEMPT, &args).await?;
                    if known.repeats == 0 { Noted::First } else { Noted::FirstAfter(known) }
                }
                None | Some(_) => {
                    conn.execute(&sql::REPEAT_ATTEMPT, &args[..1]).await?;
                    Noted::Repeat
                }
            };
            Ok(true)
        };
        self.shared.beside(work).await?;
        Ok(noted)
    }

    /// Takes out attempts that were first refused before this, and gives those that were repeated:
    /// each to one caller alone.
    pub async fn claim_attempts(&self, before: DateTime<Utc>) -> Result<Vec<Repeated>> {
        let args = [Arg::I64(micros(before)), Arg::I64(CLAIMED)];
        let mut claimed = Vec::new();
        // Whoever counts at the same time may leave one for the next turn.
        for _ in 0..=MOST / CLAIMED {
            let rows = self.shared.readers.fetch_all(&sql::OLD_ATTEMPTS, &args).await?;
            for row in &rows {
                let found = attempt(row)?;
                let repeats = i64::try_from(found.repeats).unwrap_or(i64::MAX);
                let key = Arg::I64(row.i64("attempt.key")?);
                let args = [key, Arg::I64(micros(found.since)), Arg::I64(repeats)];
                let mine = self.shared.readers.execute(&sql::CLAIM_ATTEMPT, &args).await? > 0;
                claimed.extend(Some(found).filter(|found| mine && found.repeats > 0));
            }
        }
        Ok(claimed)
    }

    /// Whose token has this hash, be it revoked or too old?
    pub async fn token_owner(&self, hash: &Digest) -> Result<Option<(TokenId, PersonId)>> {
        let args = [Arg::Bytes(hash.bytes())];
        let row = self.shared.readers.fetch_optional(&sql::TOKEN_OWNER, &args).await?;
        let read = |row: Row| {
            let id = row.text("token.id")?;
            let person = codec::parse("token.person", id, row.text("token.person")?)?;
            Ok((codec::parse("token.id", id, id)?, person))
        };
        row.map(read).transpose()
    }
}

async fn noted_so_far(conn: &mut Conn<'_>) -> Result<i64> {
    conn.fetch_one(&sql::ATTEMPTS, &[], "attempt").await?.i64("attempt.number")
}

fn attempt(row: &Row) -> Result<Repeated> {
    let event = codec::from_json("attempt.event", "?", row.text("attempt.event")?)?;
    let (since, repeats) = (row.i64("attempt.since")?, row.i64("attempt.repeats")?);
    let corrupt = || StoreError::corrupt("attempt.since", "?", since);
    let repeats = u64::try_from(repeats);
    Ok(Repeated {
        event,
        since: from_micros(since).ok_or_else(corrupt)?,
        repeats: repeats.map_err(|error| StoreError::corrupt("attempt.repeats", "?", error))?,
    })
}
