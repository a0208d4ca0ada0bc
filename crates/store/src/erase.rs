//! Erasures: what was decided to be forgotten is taken out of every table that holds it.
//!
//! Each step may be taken again at any time: what is gone stays gone.

use serde::Serialize;
use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    product::{Actor, DeliverableRef},
};

use crate::{
    access::drop_factors,
    codec::{internal, json},
    db::{Arg, Conn},
    error::{Result, StoreError},
    record::Stored,
    sql::{access, erase as sql},
    store::Store,
};

/// No request has this fingerprint.
const NO_FINGERPRINT: [u8; 32] = [0; 32];

/// What erased contents have left behind beside the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Drafts of what was handed in.
    pub drafts: Vec<(ProductId, DeliverableRef)>,
    /// Who asked for an event that names the content, and its position: the hash of the request is
    /// remembered with its idempotency key.
    pub requests: Vec<(Actor, u64)>,
}

#[derive(Serialize)]
struct DraftRow<'a> {
    product: ProductId,
    deliverable: &'a DeliverableRef,
}

impl Store {
    /// Forgets contents for ever, body, salt and the pieces by which they are found; the log stays
    /// verifiable. Gives how many there were.
    pub async fn erase_contents(&self, digests: &[Digest]) -> Result<u64> {
        let digests = json(digests)?;
        self.erasing(async |conn| {
            conn.execute(&sql::SKETCHES, &[Arg::Text(&digests)]).await?;
            conn.execute(&sql::CONTENTS, &[Arg::Text(&digests)]).await
        })
        .await
    }

    /// Forgets attachments, their names and their bytes.
    pub async fn erase_attachments(&self, digests: &[Digest]) -> Result<()> {
        let rows = json(digests)?;
        self.erasing(async |conn| conn.execute(&sql::ATTACHMENTS, &[Arg::Text(&rows)]).await)
            .await?;
        // The rows first: a row without bytes would be a fault.
        for digest in digests {
            self.shared.folder.remove(digest).await?;
        }
        Ok(())
    }

    /// Forgets the private views of these people, and answers that name them.
    pub async fn erase_views_of(&self, people: &[PersonId]) -> Result<()> {
        let people = json(people)?;
        self.erasing(async |conn| {
            conn.execute(&sql::VIEWS, &[Arg::Text(&people)]).await?;
            conn.execute(&sql::VIEW_KEYS, &[Arg::Text(&people)]).await
        })
        .await
        .map(drop)
    }

    /// Forgets how these people have signed in.
    pub async fn erase_access_of(&self, people: &[PersonId]) -> Result<()> {
        let named = json(people)?;
        let args = [Arg::Text(&named)];
        self.erasing(async |conn| {
            drop_factors(conn, people).await?;
            conn.execute(&access::END_SESSIONS, &args).await?;
            conn.execute(&access::DROP_INVITATIONS, &args).await?;
            conn.execute(&access::ERASE_PASSWORDS, &args).await?;
            conn.execute(&access::ERASE_NAMES, &args).await
        })
        .await
        .map(drop)
    }

    /// Forgets what contents have left behind.
    pub async fn erase_traces(&self, traces: &Traces) -> Result<()> {
        let row = |(product, deliverable): &'_ (ProductId, DeliverableRef)| {
            json(&DraftRow { product: *product, deliverable })
        };
        let drafts: Vec<String> = traces.drafts.iter().map(row).collect::<Result<_>>()?;
        let drafts = format!("[{}]", drafts.join(","));
        self.erasing(async |conn| {
            for (actor, position) in &traces.requests {
                let (actor, position) = (actor.to_string(), i64::try_from(*position));
                let position = Arg::I64(position.map_err(internal)?);
                let args = [Arg::Bytes(&NO_FINGERPRINT), Arg::Text(&actor), position];
                conn.execute(&sql::FINGERPRINT, &args).await?;
            }
            conn.execute(&sql::DRAFTS, &[Arg::Text(&drafts)]).await
        })
        .await
        .map(drop)
    }

    /// Lets SQLite copy its log of writes home and empty it, as far as nobody reads from it.
    pub async fn empty_wal(&self) -> Result<()> {
        let _turn = self.shared.turn().await;
        self.shared.readers.execute(&sql::EMPTY_WAL, &[]).await.map(drop)
    }

    /// The events of a stretch of the log that name a digest.
    pub async fn naming(&self, digest: &Digest, after: u64, until: u64) -> Result<Vec<Stored>> {
        let (after, until) = (i64::try_from(after), i64::try_from(until));
        let name = digest.to_string();
        let args = [
            Arg::I64(after.map_err(internal)?),
            Arg::I64(until.map_err(internal)?),
            Arg::Text(&name),
        ];
        let rows = self.shared.readers.fetch_all(&sql::NAMING, &args).await?;
        rows.iter().map(Stored::read).collect()
    }

    /// Up to which version of the directory traces were looked for.
    pub async fn erased_until(&self) -> Result<u64> {
        let row = self.shared.readers.fetch_optional(&sql::HEAD, &[]).await?;
        let version =
            row.ok_or(StoreError::Missing("erasure_head"))?.i64("erasure_head.version")?;
        u64::try_from(version)
            .map_err(|error| StoreError::corrupt("erasure_head.version", 1, error))
    }

    /// Notes it; nothing happens when somebody else was faster.
    pub async fn set_erased_until(&self, from: u64, to: u64) -> Result<()> {
        let (from, to) = (i64::try_from(from), i64::try_from(to));
        let args = [Arg::I64(from.map_err(internal)?), Arg::I64(to.map_err(internal)?)];
        self.shared.readers.execute(&sql::ADVANCE, &args).await.map(drop)
    }

    /// One transaction in which SQLite overwrites what is deleted.
    async fn erasing(&self, work: impl AsyncFnOnce(&mut Conn<'_>) -> Result<u64>) -> Result<u64> {
        let mut done = 0;
        let work = async |conn: &mut Conn<'_>| {
            conn.execute(&sql::OVERWRITE, &[]).await?;
            done = work(conn).await?;
            conn.execute(&sql::OVERWRITE_NO_MORE, &[]).await?;
            Ok(true)
        };
        self.shared.follow(work).await?;
        Ok(done)
    }
}
