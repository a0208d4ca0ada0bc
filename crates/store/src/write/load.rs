//! Reads, with locks, what the commands of a batch are about: keys, directory, products, contents.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    digest::Digest, directory::Directory, id::ProductId, intake::EntryId, product::Actor,
};

use super::{
    batch::{Batch, EntrySlot, KeyRow, Known, Slot},
    rows,
};
use crate::{
    codec::{self, json},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    facet::facet,
    job::{Rules, Target},
    listing::Task,
    record::{Fact, Stored},
    sql::{directory, intake, log, write},
    store::count,
    time::{NEVER, from_micros},
};

/// How many events of the directory are read at once.
const CHUNK: i64 = 1000;
/// Servers beside each other are never quite of one time.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(1);

impl<R: Rules> Batch<'_, R> {
    /// The locks are taken in this order by every writer: keys, directory, products by id,
    /// entries by id. The log's head follows when the batch is saved.
    pub(super) async fn load(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        if self.locks {
            self.load_keys(conn).await?;
        }
        self.load_directory(conn).await?;
        self.load_products(conn).await?;
        self.load_entries(conn).await
    }

    async fn load_keys(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let keys: BTreeSet<(Actor, String)> =
            self.jobs.iter().filter_map(|job| Self::key_of(job)).map(|(key, _)| key).collect();
        if keys.is_empty() {
            return Ok(());
        }
        let locks: Vec<i64> = keys.iter().map(|(actor, key)| lock_of(*actor, key)).collect();
        conn.execute(&write::LOCK_KEYS, &[Arg::Text(&json(&locks)?)]).await?;
        let wanted: Vec<_> =
            keys.iter().map(|(actor, key)| rows::Key { actor: *actor, key }).collect();
        for row in conn.fetch_all(&write::FIND_KEYS, &[Arg::Text(&json(&wanted)?)]).await? {
            let (key, found) = key_row(&row)?;
            self.keys.insert(key, found);
        }
        Ok(())
    }

    /// Locks the directory's version, and reads what has happened to it since it was read last.
    async fn load_directory(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let changes = self.jobs.iter().any(|job| job.target == Target::Directory);
        // A rehearsal has no commit to protect, and may run where locks are forbidden.
        let head = match (self.locks, changes) {
            (false, _) => &write::DIRECTORY_READ,
            (true, false) => &write::DIRECTORY_SHARED,
            (true, true) => &write::DIRECTORY_LOCKED,
        };
        let head = conn.fetch_one(head, &[], "directory_head").await?;
        let last = head.i64("log_head.at")?;
        let last = from_micros(last).ok_or_else(|| StoreError::corrupt("log_head.at", 1, last))?;
        self.keep_time(last);
        let version = head.i64("directory_head.version")?;
        self.directory = catch_up(conn, &self.directory, version).await?;
        self.directory_before = self.directory.version;
        Ok(())
    }

    /// Times in the log never go back. A clock that is behind it is not followed, and each record
    /// that is written meanwhile says so.
    fn keep_time(&mut self, last: DateTime<Utc>) {
        let behind = last - self.now;
        if behind > CLOCK_TOLERANCE && self.locks {
            self.clock_behind = Some(behind);
            let counter = &self.engine.store.shared.counters.clock_behind;
            count(counter, 1);
            // One line for many batches: it goes on until the clock has caught up.
            if counter.load(Ordering::Relaxed) % 1000 == 1 {
                let seconds = behind.num_seconds();
                tracing::warn!(seconds, "the clock is behind the record: its last time is used");
            }
        }
        self.now = self.now.max(last);
    }

    async fn load_products(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let ids: BTreeSet<ProductId> = self.targets().filter_map(Self::product_of).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let remembered: BTreeMap<ProductId, Option<Arc<Known>>> = {
            let mut cache = self.engine.store.shared.known();
            ids.into_iter().map(|id| (id, cache.get(&id))).collect()
        };
        let wanted: Vec<_> = remembered
            .iter()
            .map(|(id, known)| {
                let version = known.as_ref().map_or(0, |known| known.product.version);
                rows::Version { id: *id, version }
            })
            .collect();
        let read = if self.locks { &write::PRODUCTS_LOCKED } else { &write::PRODUCTS_READ };
        let found = conn.fetch_all(read, &[Arg::Text(&json(&wanted)?)]).await?;
        self.products = remembered.keys().map(|id| (*id, Slot::Absent)).collect();
        let mut fresh = BTreeMap::new();
        for row in &found {
            let name = row.text("product.id")?;
            let id: ProductId = codec::parse("product.id", name, name)?;
            let slot = match (row.opt_bytes("product.state")?, remembered.get(&id)) {
                (None, Some(Some(known))) => Slot::Stored(known.clone()),
                (Some(state), _) => match fresh_state(row, name, state) {
                    Ok(known) => {
                        fresh.insert(id, known);
                        continue;
                    }
                    Err(error) => {
                        tracing::error!(%error, "a product cannot be read");
                        Slot::Broken
                    }
                },
                (None, _) => Slot::Broken,
            };
            self.products.insert(id, slot);
        }
        self.load_beside(conn, fresh).await
    }

    fn targets(&self) -> impl Iterator<Item = Target> + '_ {
        self.jobs.iter().flat_map(|job| job.targets())
    }

    async fn load_entries(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        let ids: BTreeSet<EntryId> = self.targets().filter_map(Self::entry_of).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let read = if self.locks { &intake::ENTRIES_LOCKED } else { &intake::ENTRIES_READ };
        let found = conn.fetch_all(read, &[Arg::Text(&json(&ids)?)]).await?;
        self.entries = ids.into_iter().map(|id| (id, EntrySlot::default())).collect();
        for row in &found {
            let name = row.text("entry.id")?;
            let changed_at = row.i64("entry.changed_at")?;
            let slot = match codec::entry(row) {
                Ok(state) => {
                    let state = Some(Arc::new(state));
                    EntrySlot { state, changed_at, ..EntrySlot::default() }
                }
                Err(error) => {
                    tracing::error!(%error, "an entry cannot be read");
                    EntrySlot { broken: true, ..EntrySlot::default() }
                }
            };
            self.entries.insert(codec::parse("entry.id", name, name)?, slot);
        }
        Ok(())
    }

    /// Completes products that were read anew with the tasks and facets that are stored for them.
    async fn load_beside(
        &mut self,
        conn: &mut Conn<'_>,
        mut fresh: BTreeMap<ProductId, Known>,
    ) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = fresh.keys().collect();
        let ids = json(&ids)?;
        for row in conn.fetch_all(&write::TASKS_OF_PRODUCTS, &[Arg::Text(&ids)]).await? {
            let (id, task) = task(&row)?;
            if let Some(known) = fresh.get_mut(&id) {
                known.tasks.push(task);
            }
        }
        for row in conn.fetch_all(&write::FACETS_OF_PRODUCTS, &[Arg::Text(&ids)]).await? {
            let (id, facet) = facet(&row)?;
            if let Some(known) = fresh.get_mut(&id) {
                known.facets.insert(facet);
            }
        }
        let fresh = fresh.into_iter().map(|(id, known)| (id, Slot::Stored(Arc::new(known))));
        self.products.extend(fresh);
        Ok(())
    }

    /// Reads these contents, unless they have been read or come with a command.
    pub(super) async fn load_contents(
        &mut self,
        conn: &mut Conn<'_>,
        wanted: BTreeSet<Digest>,
    ) -> Result<()> {
        let missing: Vec<Digest> =
            wanted.into_iter().filter(|digest| !self.read_contents.contains_key(digest)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        for row in conn.fetch_all(&directory::CONTENTS, &[Arg::Text(&json(&missing)?)]).await? {
            let (digest, value) = content(&row)?;
            self.read_contents.insert(digest, Some(Arc::new(value)));
        }
        for digest in missing {
            self.read_contents.entry(digest).or_insert(None);
        }
        Ok(())
    }
}

/// The lock of a key in PostgreSQL. That two keys may share one costs waiting, nothing else.
fn lock_of(actor: Actor, key: &str) -> i64 {
    let digest = Digest::of_parts(&[actor.to_string().as_bytes(), &[0], key.as_bytes()]);
    let mut first = [0; 8];
    first.copy_from_slice(&digest.bytes()[..8]);
    i64::from_be_bytes(first)
}

fn key_row(row: &Row) -> Result<((Actor, String), KeyRow)> {
    let (actor, key) = (row.text("command_key.actor")?, row.text("command_key.key")?);
    let number = |column: &'static str| {
        let value = row.i64(column)?;
        u64::try_from(value).map_err(|error| StoreError::corrupt(column, key, error))
    };
    let found = KeyRow {
        fingerprint: codec::digest(
            "command_key.fingerprint",
            key,
            row.bytes("command_key.fingerprint")?,
        )?,
        stream: codec::parse("command_key.stream", key, row.text("command_key.stream")?)?,
        version: number("command_key.version")?,
        first_position: number("command_key.first_position")?,
        event_count: number("command_key.event_count")?,
    };
    Ok(((codec::parse("command_key.actor", key, actor)?, key.to_owned()), found))
}

fn fresh_state(row: &Row, name: &str, state: &[u8]) -> Result<Known> {
    let product = codec::decode_state(name, row.i64("product.version")?, state)?;
    let changed_at = row.i64("product.changed_at")?;
    Ok(Known {
        product: Arc::new(product),
        changed_at,
        listing: None,
        tasks: Vec::new(),
        facets: BTreeSet::new(),
    })
}

/// Reads a row of `task`.
pub(crate) fn task(row: &Row) -> Result<(ProductId, Task)> {
    let (name, task) = read_task(row, "task.product")?;
    Ok((codec::parse("task.product", &task.key, &name)?, task))
}

/// Reads a row of `task` or `entry_task`, and whose it is.
pub(crate) fn read_task(row: &Row, whose: &'static str) -> Result<(String, Task)> {
    let (name, key) = (row.text(whose)?, row.text("task.key")?);
    let (since, due) = (row.i64("task.since")?, row.i64("task.due_at")?);
    let time = |column, at| {
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, format!("{name} {key}"), at))
    };
    let task = Task {
        key: key.to_owned(),
        addressee: codec::parse("task.addressee", name, row.text("task.addressee")?)?,
        kind: row.text("task.kind")?.to_owned(),
        due_at: if due == NEVER { None } else { Some(time("task.due_at", due)?) },
        since: time("task.since", since)?,
    };
    Ok((name.to_owned(), task))
}

/// Reads a row of `content`.
pub(crate) fn content(row: &Row) -> Result<(Digest, serde_json::Value)> {
    let digest = codec::digest("content.digest", "?", row.bytes("content.digest")?)?;
    let body = row.text("content.body")?;
    Ok((digest, codec::from_json("content.body", &digest.to_string(), body)?))
}

/// The directory at this version, from the one that is known and the events since.
pub(crate) async fn catch_up(
    conn: &mut Conn<'_>,
    known: &Arc<Directory>,
    version: i64,
) -> Result<Arc<Directory>> {
    let wanted = u64::try_from(version)
        .map_err(|error| StoreError::corrupt("directory_head.version", 1, error))?;
    if known.version == wanted {
        return Ok(known.clone());
    }
    // A version that is behind the known one belongs to another history: start again.
    let mut directory =
        if known.version < wanted { Directory::clone(known) } else { Directory::default() };
    while directory.version < wanted {
        let after = i64::try_from(directory.version).map_err(codec::internal)?;
        let args = [Arg::Text("org"), Arg::I64(after), Arg::I64(CHUNK.min(version - after))];
        let rows = conn.fetch_all(&log::STREAM_AFTER, &args).await?;
        if rows.is_empty() {
            let why = format!("the log ends at {}", directory.version);
            return Err(StoreError::corrupt("directory_head.version", 1, why));
        }
        for row in &rows {
            if let Fact::Directory(event) = &Stored::read(row)?.fact {
                directory.evolve(event);
            }
        }
    }
    Ok(Arc::new(directory))
}
