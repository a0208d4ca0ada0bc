//! People who are about to sign: what they read, and whether they have proved who they are.

use chrono::{DateTime, Utc};
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId, SigningId},
    product::{Actor, SubmissionRef},
    rules::Act,
};

use crate::{
    codec::{self, json},
    db::{Arg, Row},
    error::{Result, StoreError},
    sql::access as sql,
    store::Store,
    time::{from_micros, micros},
};

/// Somebody who has read what they are about to sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Signing {
    pub id: SigningId,
    pub actor: Actor,
    pub product: ProductId,
    pub at: SubmissionRef,
    pub packet: Digest,
    pub act: Act,
    pub statement: String,
    pub salt: [u8; 16],
    /// When password and code were shown; none: not yet.
    pub shown_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

/// Signings.
impl Store {
    pub async fn add_signing(&self, signing: &Signing) -> Result<()> {
        let Signing { id, actor, product, at, packet, act, .. } = signing;
        let (id, actor, product) = (id.to_string(), actor.to_string(), product.to_string());
        let act = json(act)?;
        let args = [
            Arg::Text(&id),
            Arg::Text(&actor),
            Arg::Text(&product),
            Arg::Text(at.gate.as_str()),
            Arg::I64(i64::from(at.submission)),
            Arg::Bytes(packet.bytes()),
            Arg::Text(&act),
            Arg::Text(&signing.statement),
            Arg::Bytes(&signing.salt),
            Arg::I64(micros(signing.expires_at)),
        ];
        self.shared.readers.execute(&sql::ADD_SIGNING, &args).await.map(drop)
    }

    /// One that is not too old.
    pub async fn signing(&self, id: SigningId, now: DateTime<Utc>) -> Result<Option<Signing>> {
        let args = [Arg::Text(&id.to_string()), Arg::I64(micros(now))];
        let row = self.shared.readers.fetch_optional(&sql::SIGNING, &args).await?;
        row.map(|row| signing(&row)).transpose()
    }

    /// Password and code were shown. False: they were before, or it is too old.
    pub async fn show_signing(
        &self,
        id: SigningId,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let args = [Arg::Text(&id.to_string()), Arg::I64(micros(now)), Arg::I64(micros(until))];
        Ok(self.shared.readers.execute(&sql::SHOW_SIGNING, &args).await? > 0)
    }

    /// One more wrong proof of this person; gives how many there were one after the other.
    pub async fn count_wrong_proof(&self, person: PersonId) -> Result<u32> {
        let person = person.to_string();
        let args = [Arg::Text(&person)];
        self.shared.readers.execute(&sql::COUNT_WRONG_PROOF, &args).await?;
        let row = self.shared.readers.fetch_optional(&sql::WRONG_PROOFS, &args).await?;
        // A right one may have come meanwhile.
        let times = row.map_or(Ok(0), |row| row.i64("signing_wrong.times"))?;
        u32::try_from(times)
            .map_err(|error| StoreError::corrupt("signing_wrong.times", person, error))
    }

    pub async fn forget_wrong_proofs(&self, person: PersonId) -> Result<()> {
        let args = [Arg::Text(&person.to_string())];
        self.shared.readers.execute(&sql::FORGET_WRONG_PROOFS, &args).await.map(drop)
    }

    /// Takes out what nobody can sign with any more; gives how many.
    pub async fn prune_signings(&self, now: DateTime<Utc>) -> Result<u64> {
        self.shared.readers.execute(&sql::PRUNE_SIGNINGS, &[Arg::I64(micros(now))]).await
    }
}

fn signing(row: &Row) -> Result<Signing> {
    let id = row.text("signing.id")?;
    let corrupt = |column| move |error| StoreError::corrupt(column, id, error);
    let time = |column: &'static str, at: i64| {
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, id, at))
    };
    let submission = u32::try_from(row.i64("signing.submission")?)
        .map_err(|error| StoreError::corrupt("signing.submission", id, error))?;
    let gate = codec::parse("signing.gate", id, row.text("signing.gate")?)?;
    let shown_at = row.opt_i64("signing.shown_at")?;
    Ok(Signing {
        id: codec::parse("signing.id", id, id)?,
        actor: codec::parse("signing.actor", id, row.text("signing.actor")?)?,
        product: codec::parse("signing.product", id, row.text("signing.product")?)?,
        at: SubmissionRef { gate, submission },
        packet: codec::digest("signing.packet", id, row.bytes("signing.packet")?)?,
        act: codec::from_json("signing.act", id, row.text("signing.act")?)?,
        statement: row.text("signing.statement")?.to_owned(),
        salt: row.bytes("signing.salt")?.try_into().map_err(corrupt("signing.salt"))?,
        shown_at: shown_at.map(|at| time("signing.shown_at", at)).transpose()?,
        expires_at: time("signing.expires_at", row.i64("signing.expires_at")?)?,
    })
}
