//! How often somebody may try: counted in the database, so that all nodes count together.

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::digest::Digest;

use crate::{
    db::Arg,
    error::{Result, StoreError},
    sql::access as sql,
    store::Store,
    time::{from_micros, micros},
};

/// So many bits of a hash tell names apart, and addresses: the table is bounded, and who reads it
/// learns nothing of what was typed, which may have been a password.
const BITS: u32 = 20;

/// What attempts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThrottleKey(pub(super) i64);

impl ThrottleKey {
    /// `kind` keeps names and addresses apart.
    pub fn new(kind: u8, text: &str) -> Self {
        let digest = Digest::of_parts(&[&[kind], text.as_bytes()]);
        let mut first = [0; 4];
        first.copy_from_slice(&digest.bytes()[..4]);
        let bits = u32::from_be_bytes(first) >> (32 - BITS);
        Self(i64::from(kind) << BITS | i64::from(bits))
    }
}

/// How much is let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failures without a wait.
    pub free: u32,
    /// The first wait; each failure more doubles it.
    pub first: TimeDelta,
    /// The longest wait.
    pub longest: TimeDelta,
    /// After so long without an attempt nothing is held against anybody.
    pub forget: TimeDelta,
}

impl Store {
    /// Counts an attempt before it is made, so that many at once are no way around it. Some: it may
    /// not be made before then, and was not counted.
    pub async fn count_attempt(
        &self,
        key: ThrottleKey,
        throttle: &Throttle,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        // A flood is told from its reading; it must not become a flood of writing.
        if let Some(open_at) = self.shut_until(key, now).await? {
            return Ok(Some(open_at));
        }
        let args = [
            Arg::I64(key.0),
            Arg::I64(micros(now)),
            Arg::I64(micros(now - throttle.forget)),
            Arg::I64(throttle.free.into()),
            Arg::I64(throttle.first.num_microseconds().unwrap_or(i64::MAX)),
            Arg::I64(throttle.longest.num_microseconds().unwrap_or(i64::MAX)),
        ];
        match self.shared.readers.execute(&sql::COUNT_ATTEMPT, &args).await? {
            0 => Ok(Some(self.shut_until(key, now).await?.unwrap_or(now))),
            _ => Ok(None),
        }
    }

    async fn shut_until(
        &self,
        key: ThrottleKey,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let row = self.shared.readers.fetch_optional(&sql::THROTTLED, &[Arg::I64(key.0)]).await?;
        let Some(row) = row else { return Ok(None) };
        let at = row.i64("throttle.open_at")?;
        let corrupt = || StoreError::corrupt("throttle.open_at", key.0, at);
        Ok(Some(from_micros(at).ok_or_else(corrupt)?).filter(|at| *at > now))
    }

    /// Forgets all attempts: one has succeeded.
    pub async fn forgive_attempts(&self, key: ThrottleKey) -> Result<()> {
        self.shared.readers.execute(&sql::FORGIVE, &[Arg::I64(key.0)]).await.map(drop)
    }

    /// The last attempt was no failure; those before it still count.
    pub async fn take_back_attempt(&self, key: ThrottleKey) -> Result<()> {
        self.shared.readers.execute(&sql::TAKE_BACK_ATTEMPT, &[Arg::I64(key.0)]).await.map(drop)
    }

    /// Takes out what was last tried before this; gives how many.
    pub async fn prune_attempts(&self, before: DateTime<Utc>) -> Result<u64> {
        let args = [Arg::I64(micros(before))];
        self.shared.readers.execute(&sql::PRUNE_THROTTLE, &args).await
    }
}
