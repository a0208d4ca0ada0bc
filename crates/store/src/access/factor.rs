//! Second factors: the secret that codes are worked out from, and recovery codes, hashed.

use std::fmt;

use chrono::{DateTime, Utc};
use sluicegate_core::{digest::Digest, id::PersonId};

use crate::{
    codec::json,
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::access as sql,
    store::Store,
    time::micros,
};

/// What a factor and the server share: 160 bits, as RFC 4226 recommends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FactorSecret(pub [u8; 20]);

impl fmt::Debug for FactorSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FactorSecret")
    }
}

/// Second factors.
impl Store {
    pub async fn factor_of(&self, person: PersonId) -> Result<Option<FactorSecret>> {
        let person = person.to_string();
        let row = self.shared.readers.fetch_optional(&sql::FACTOR, &[Arg::Text(&person)]).await?;
        row.map(|row| secret(&row, "factor.secret", &person)).transpose()
    }

    /// Takes a code of this time step. False: one of this step or of a later one was taken already,
    /// or there is no factor any more.
    pub async fn use_step(&self, person: PersonId, step: i64) -> Result<bool> {
        let args = [Arg::Text(&person.to_string()), Arg::I64(step)];
        Ok(self.shared.readers.execute(&sql::USE_STEP, &args).await? > 0)
    }

    /// Keeps a secret that is shown to a person, in the place of any before.
    pub async fn offer_factor(
        &self,
        person: PersonId,
        secret: FactorSecret,
        until: DateTime<Utc>,
    ) -> Result<()> {
        let person = person.to_string();
        let args = [Arg::Text(&person), Arg::Bytes(&secret.0), Arg::I64(micros(until))];
        self.shared.readers.execute(&sql::PUT_FACTOR_OFFER, &args).await.map(drop)
    }

    pub async fn factor_offer(
        &self,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Result<Option<FactorSecret>> {
        let person = person.to_string();
        let args = [Arg::Text(&person), Arg::I64(micros(now))];
        let row = self.shared.readers.fetch_optional(&sql::FACTOR_OFFER, &args).await?;
        row.map(|row| secret(&row, "factor_offer.secret", &person)).transpose()
    }

    /// Takes out offers that nobody has taken up; gives how many.
    pub async fn prune_factor_offers(&self, now: DateTime<Utc>) -> Result<u64> {
        self.shared.readers.execute(&sql::PRUNE_FACTOR_OFFERS, &[Arg::I64(micros(now))]).await
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes(&self, person: PersonId) -> Result<u64> {
        let args = [Arg::Text(&person.to_string())];
        let row = self.shared.readers.fetch_optional(&sql::RECOVERY_CODES, &args).await?;
        let number =
            row.ok_or(StoreError::Missing("recovery_code"))?.i64("recovery_code.number")?;
        u64::try_from(number)
            .map_err(|error| StoreError::corrupt("recovery_code.number", person, error))
    }

    /// Uses a recovery code up. False: the person has no such code.
    pub async fn use_recovery_code(&self, person: PersonId, hash: &Digest) -> Result<bool> {
        let args = [Arg::Bytes(hash.bytes()), Arg::Text(&person.to_string())];
        Ok(self.shared.readers.execute(&sql::USE_RECOVERY_CODE, &args).await? > 0)
    }
}

pub(super) async fn put(
    conn: &mut Conn<'_>,
    person: PersonId,
    secret: FactorSecret,
    step: i64,
    at: DateTime<Utc>,
) -> Result<()> {
    let id = person.to_string();
    let args = [Arg::Text(&id), Arg::Bytes(&secret.0), Arg::I64(step), Arg::I64(micros(at))];
    conn.execute(&sql::PUT_FACTOR, &args).await?;
    let args = json(&[person])?;
    conn.execute(&sql::DROP_FACTOR_OFFERS, &[Arg::Text(&args)]).await.map(drop)
}

pub(super) async fn put_codes(
    conn: &mut Conn<'_>,
    person: PersonId,
    codes: &[Digest],
) -> Result<()> {
    let people = json(&[person])?;
    conn.execute(&sql::DROP_RECOVERY_CODES, &[Arg::Text(&people)]).await?;
    let person = person.to_string();
    for code in codes {
        let args = [Arg::Bytes(code.bytes()), Arg::Text(&person)];
        conn.execute(&sql::ADD_RECOVERY_CODE, &args).await?;
    }
    Ok(())
}

/// Forgets the factors of these people, and all that belongs to them.
pub(crate) async fn drop_factors(conn: &mut Conn<'_>, people: &[PersonId]) -> Result<()> {
    let people = json(people)?;
    for sql in [&sql::DROP_FACTOR, &sql::DROP_FACTOR_OFFERS, &sql::DROP_RECOVERY_CODES] {
        conn.execute(sql, &[Arg::Text(&people)]).await?;
    }
    Ok(())
}

fn secret(row: &Row, column: &'static str, person: &str) -> Result<FactorSecret> {
    let bytes = row.bytes(column)?.try_into();
    bytes.map(FactorSecret).map_err(|error| StoreError::corrupt(column, person, error))
}
