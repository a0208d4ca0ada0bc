//! Signed heads of the log: never two for one size, whoever signs.

use chrono::{DateTime, Utc};
use sluicegate_core::merkle::Hash;

use crate::{
    codec,
    db::{Arg, Row, Sql},
    error::{Result, StoreError},
    read::limit,
    sql::checkpoint as sql,
    store::Store,
    time::{from_micros, micros},
};

/// A checkpoint that has just been signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCheckpoint {
    pub size: u64,
    pub root: Hash,
    /// The signed note.
    pub note: String,
    pub at: DateTime<Utc>,
}

/// A checkpoint with what witnesses have said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    pub size: u64,
    pub root: Hash,
    /// The note that the log has signed, without cosignatures.
    pub note: String,
    pub at: DateTime<Utc>,
    /// By the names of the witnesses.
    pub cosignatures: Vec<Cosigned>,
}

/// A witness's line for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness's public key.
    pub witness: String,
    /// The signature line of the note, with its newline.
    pub line: String,
    pub at: DateTime<Utc>,
}

impl StoredCheckpoint {
    /// The note with all its signatures.
    pub fn full_note(&self) -> String {
        let lines = self.cosignatures.iter().map(|cosigned| cosigned.line.as_str());
        std::iter::once(self.note.as_str()).chain(lines).collect()
    }
}

impl Store {
    /// The public key with which checkpoints are signed now.
    pub async fn log_key(&self) -> Result<Option<String>> {
        let row = self.shared.readers.fetch_optional(&sql::LOG_KEY, &[]).await?;
        row.map(|row| row.text("log_key.key").map(str::to_owned)).transpose()
    }

    /// All keys with the sizes of the log from which on they sign, the oldest first.
    pub async fn log_keys(&self) -> Result<Vec<(u64, String)>> {
        let rows = self.shared.readers.fetch_all(&sql::LOG_KEYS, &[]).await?;
        let key =
            |row: &Row| Ok((size("log_key.since", row)?, row.text("log_key.key")?.to_owned()));
        rows.iter().map(key).collect()
    }

    /// Adds the key that signs from now on. Of two that add one at the same time, one wins.
    pub async fn add_log_key(&self, key: &str) -> Result<()> {
        let number = i64::try_from(self.log_keys().await?.len()).map_err(codec::internal)? + 1;
        let since = self.log_head().await?.position;
        let args = [Arg::I64(number), Arg::Text(key), Arg::I64(signed(since))];
        let add = async |conn: &mut crate::db::Conn<'_>| {
            conn.execute(&sql::ADD_LOG_KEY, &args).await.map(|_| true)
        };
        self.shared.follow(add).await.map(drop)
    }

    /// Keeps a checkpoint, unless there is one as large, or one after `since`. False: it was not
    /// kept.
    pub async fn add_checkpoint(
        &self,
        checkpoint: &NewCheckpoint,
        since: DateTime<Utc>,
    ) -> Result<bool> {
        let NewCheckpoint { size, root, note, at } = checkpoint;
        let args =
            [Arg::I64(signed(*size)), Arg::Bytes(root), Arg::Text(note), Arg::I64(micros(*at))];
        let since = [Arg::I64(signed(*size)), Arg::I64(micros(since))];
        let add = async |conn: &mut crate::db::Conn<'_>| {
            if conn.fetch_optional(&sql::CHECKPOINT_SINCE, &since).await?.is_some() {
                return Ok(false);
            }
            Ok(conn.execute(&sql::ADD_CHECKPOINT, &args).await? > 0)
        };
        self.shared.follow(add).await
    }

    pub async fn last_checkpoint(&self) -> Result<Option<StoredCheckpoint>> {
        Ok(self.checkpoints_by(&sql::LAST_CHECKPOINT, &[]).await?.pop())
    }

    pub async fn checkpoint(&self, size: u64) -> Result<Option<StoredCheckpoint>> {
        Ok(self.checkpoints_by(&sql::CHECKPOINT, &[Arg::I64(signed(size))]).await?.pop())
    }

    /// The first one that covers this position.
    pub async fn checkpoint_over(&self, position: u64) -> Result<Option<StoredCheckpoint>> {
        let args = [Arg::I64(signed(position))];
        Ok(self.checkpoints_by(&sql::CHECKPOINT_FROM, &args).await?.pop())
    }

    /// Checkpoints of logs smaller than this one, the largest first.
    pub async fn checkpoints_before(
        &self,
        size: Option<u64>,
        count: u32,
    ) -> Result<Vec<StoredCheckpoint>> {
        let size = size.map_or(i64::MAX, signed);
        let args = [Arg::I64(size), Arg::I64(limit(count))];
        self.checkpoints_by(&sql::CHECKPOINTS_BEFORE, &args).await
    }

    /// Checkpoints of logs larger than this one, the smallest first.
    pub async fn checkpoints_after(&self, size: u64, count: u32) -> Result<Vec<StoredCheckpoint>> {
        let args = [Arg::I64(signed(size)), Arg::I64(limit(count))];
        self.checkpoints_by(&sql::CHECKPOINTS_AFTER, &args).await
    }

    /// The size of the largest log that this witness has signed; 0 when it has signed none.
    pub async fn last_cosigned(&self, witness: &str) -> Result<u64> {
        let args = [Arg::Text(witness)];
        let row = self.shared.readers.fetch_optional(&sql::LAST_COSIGNED, &args).await?;
        row.map_or(Ok(0), |row| size("cosignature.size", &row))
    }

    /// Keeps what a witness has signed; the first line of a witness for a checkpoint stays.
    pub async fn add_cosignature(&self, size: u64, cosigned: &Cosigned) -> Result<()> {
        let args = [
            Arg::I64(signed(size)),
            Arg::Text(&cosigned.witness),
            Arg::Text(&cosigned.line),
            Arg::I64(micros(cosigned.at)),
        ];
        let add = async |conn: &mut crate::db::Conn<'_>| {
            conn.execute(&sql::ADD_COSIGNATURE, &args).await.map(|_| true)
        };
        self.shared.follow(add).await.map(drop)
    }

    async fn checkpoints_by(
        &self,
        statement: &'static Sql,
        args: &[Arg<'_>],
    ) -> Result<Vec<StoredCheckpoint>> {
        let mut connection = self.shared.readers.acquire().await?;
        let rows = connection.conn().fetch_all(statement, args).await?;
        let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        let sizes = || found.iter().map(|one| one.size);
        let (Some(first), Some(last)) = (sizes().min(), sizes().max()) else { return Ok(found) };
        let args = [Arg::I64(signed(first)), Arg::I64(signed(last))];
        for row in connection.conn().fetch_all(&sql::COSIGNATURES, &args).await? {
            let of = size("cosignature.size", &row)?;
            if let Some(checkpoint) = found.iter_mut().find(|one| one.size == of) {
                checkpoint.cosignatures.push(Cosigned {
                    witness: row.text("cosignature.witness")?.to_owned(),
                    line: row.text("cosignature.line")?.to_owned(),
                    at: time("cosignature.at", &row)?,
                });
            }
        }
        Ok(found)
    }
}

fn read(row: &Row) -> Result<StoredCheckpoint> {
    let size = size("checkpoint.size", row)?;
    let root = codec::digest("checkpoint.root", &size.to_string(), row.bytes("checkpoint.root")?)?;
    Ok(StoredCheckpoint {
        size,
        root: *root.bytes(),
        note: row.text("checkpoint.note")?.to_owned(),
        at: time("checkpoint.at", row)?,
        cosignatures: Vec::new(),
    })
}

fn size(column: &'static str, row: &Row) -> Result<u64> {
    let found = row.i64(column)?;
    u64::try_from(found).map_err(|error| StoreError::corrupt(column, found, error))
}

fn time(column: &'static str, row: &Row) -> Result<DateTime<Utc>> {
    let found = row.i64(column)?;
    from_micros(found).ok_or_else(|| StoreError::corrupt(column, "?", found))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
