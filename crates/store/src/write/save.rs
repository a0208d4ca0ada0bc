//! Writes what a batch has changed, each table with one statement.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use sluicegate_core::{
    directory::DirectoryEvent as E,
    id::ProductId,
    merkle::{Frontier, Hash, leaf_hash},
};

use super::{
    batch::{Batch, Known, Outcome, Slot},
    rows,
};
use crate::{
    access::drop_factors,
    codec::{encode_state, hex, internal, json},
    db::{Arg, Conn, Sql},
    error::{Result, StoreError},
    job::Rules,
    listing::{Addressee, Task, entry_tasks},
    record::{Fact, Stored, Stream},
    sql::{access, intake, write},
    time::{micros, micros_or_never},
};

/// States as rows and one blob.
#[derive(Default)]
struct States {
    rows: Vec<rows::State>,
    blob: Vec<u8>,
}

impl States {
    fn add(&mut self, id: ProductId, known: &Known) -> Result<()> {
        let state = encode_state(&known.product)?;
        self.rows.push(rows::State {
            id,
            version: known.product.version,
            changed_at: known.changed_at,
            place: self.blob.len() + 1,
            length: state.len(),
        });
        self.blob.extend(state);
        Ok(())
    }
}

impl<R: Rules> Batch<'_, R> {
    /// The log's head comes last: while it is locked, no other writer can commit.
    pub(super) async fn save(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        self.save_contents(conn).await?;
        self.save_products(conn).await?;
        self.save_entries(conn).await?;
        self.save_beside(conn).await?;
        self.save_tasks(conn).await?;
        self.save_directory(conn).await?;
        self.append_events(conn).await?;
        self.remember_keys(conn).await
    }

    async fn save_contents(&self, conn: &mut Conn<'_>) -> Result<()> {
        let contents = self.new_contents.values().map(|content| rows::Content {
            digest: content.digest.to_string(),
            salt: hex(&content.salt),
            body: &content.body,
        });
        put(conn, &write::ADD_CONTENTS, &contents.collect::<Vec<_>>()).await
    }

    fn moved(&self) -> impl Iterator<Item = (ProductId, Option<&Known>, &Known)> {
        self.products.iter().filter_map(|(id, slot)| match slot {
            Slot::Moved { before, after } => Some((*id, before.as_deref(), after.as_ref())),
            _ => None,
        })
    }

    async fn save_products(&self, conn: &mut Conn<'_>) -> Result<()> {
        let (mut new, mut old) = (States::default(), States::default());
        let (mut listings, mut dates, mut facets) =
            (Vec::new(), Vec::new(), rows::FacetChange::default());
        for (id, before, after) in self.moved() {
            let states = if before.is_some() { &mut old } else { &mut new };
            states.add(id, after)?;
            facets.add(id, before.map(|before| &before.facets), &after.facets);
            let listed_before = before.and_then(|before| before.listing.as_ref());
            let Some(listing) = after.listing.as_ref().filter(|it| listed_before != Some(*it))
            else {
                continue;
            };
            match listed_before.and_then(|before| rows::Dates::of(id, before, listing)) {
                Some(moved) => dates.push(moved),
                None => listings.push(rows::Listing::of(id, listing)),
            }
        }
        for (sql, states) in [(&write::ADD_PRODUCTS, new), (&write::MOVE_PRODUCTS, old)] {
            if states.rows.is_empty() {
                continue;
            }
            let args = [Arg::Text(&json(&states.rows)?), Arg::Bytes(&states.blob)];
            let saved = conn.execute(sql, &args).await?;
            if saved != states.rows.len() as u64 {
                return Err(StoreError::Internal(format!("{saved} products were saved")));
            }
        }
        put(conn, &write::PUT_LISTINGS, &listings).await?;
        put(conn, &write::MOVE_DATES, &dates).await?;
        put(conn, &write::DROP_FACETS, &facets.dropped).await?;
        put(conn, &write::ADD_FACETS, &facets.added).await
    }

    /// Deletes and puts only what has changed.
    async fn save_tasks(&self, conn: &mut Conn<'_>) -> Result<()> {
        let (mut dropped, mut added) = (Vec::new(), Vec::new());
        for (product, before, after) in self.moved() {
            let before = tasks_by_key(before.map_or(&[], |known| &known.tasks));
            let after = tasks_by_key(&after.tasks);
            for (key, addressee) in before.keys().filter(|key| !after.contains_key(*key)) {
                dropped.push(rows::TaskKey { product, key, addressee });
            }
            for (key, task) in &after {
                if before.get(key) != Some(task) {
                    added.push(rows::Task::of(product, task));
                }
            }
        }
        put(conn, &write::DROP_TASKS, &dropped).await?;
        put(conn, &write::PUT_TASKS, &added).await
    }

    /// An entry has few tasks: they are written anew.
    async fn save_entries(&self, conn: &mut Conn<'_>) -> Result<()> {
        let moved = self.entries.values().filter(|slot| slot.moved);
        let (mut ids, mut entries, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
        for slot in moved {
            let Some(entry) = slot.state.as_deref() else { continue };
            ids.push(entry.id());
            entries.push(rows::Entry::of(entry, slot.changed_at)?);
            tasks.extend(entry_tasks(entry).into_iter().map(|task| rows::EntryTask {
                entry: entry.id(),
                key: task.key,
                addressee: task.addressee,
                kind: task.kind,
                due_at: micros_or_never(task.due_at),
                since: micros(task.since),
            }));
        }
        put(conn, &intake::PUT_ENTRIES, &entries).await?;
        put(conn, &intake::DROP_ENTRY_TASKS, &ids).await?;
        put(conn, &intake::ADD_ENTRY_TASKS, &tasks).await
    }

    /// First drafts, and what texts are found by.
    async fn save_beside(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut drafts = Vec::with_capacity(self.new_drafts.len());
        for (actor, draft) in &self.new_drafts {
            drafts.push(rows::Draft {
                product: draft.product,
                deliverable: draft.deliverable.clone(),
                body: json(&draft.body)?,
                updated_by: *actor,
                updated_at: micros(self.now),
            });
        }
        put(conn, &intake::ADD_DRAFTS, &drafts).await?;
        let sketches = self.new_sketches.iter().flat_map(|sketch| {
            sketch.pieces.iter().map(|piece| rows::Sketch {
                portfolio: &sketch.portfolio,
                piece: *piece,
                subject: &sketch.subject,
                content: sketch.content,
            })
        });
        put(conn, &intake::ADD_SKETCHES, &sketches.collect::<Vec<_>>()).await
    }

    async fn save_directory(&self, conn: &mut Conn<'_>) -> Result<()> {
        if self.directory.version == self.directory_before {
            return Ok(());
        }
        let version = i64::try_from(self.directory.version).map_err(internal)?;
        conn.execute(&write::ADVANCE_DIRECTORY, &[Arg::I64(version)]).await?;
        let mut people = BTreeSet::new();
        let mut revoked = Vec::new();
        for stored in &self.events {
            match &stored.fact {
                Fact::Directory(
                    E::PersonAdded { person, .. }
                    | E::PersonRevised { person, .. }
                    | E::PersonDeactivated { person }
                    | E::PersonReactivated { person },
                ) => {
                    people.insert(*person);
                }
                Fact::Directory(E::TokenRevoked { token }) => revoked.push(*token),
                _ => {}
            }
        }
        let people: Vec<_> = people
            .into_iter()
            .filter_map(|id| self.directory.people.get(&id).map(|person| (id, person)))
            .map(|(id, person)| rows::Person {
                id,
                kind: person.kind,
                active: person.active.into(),
                profile: person.profile.to_string(),
            })
            .collect();
        put(conn, &write::PUT_PEOPLE, &people).await?;
        put(conn, &write::ADD_TOKENS, &self.tokens()).await?;
        put(conn, &write::REVOKE_TOKENS, &revoked).await?;
        put(conn, &write::ADD_WORKFLOWS, &self.workflows()).await?;
        self.save_access(conn).await
    }

    /// Secrets as they came and went, and after them the sessions that end by it.
    async fn save_access(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut ended = BTreeSet::new();
        let mut invited_no_more = BTreeSet::new();
        for (job, outcome) in self.jobs.iter().zip(&self.outcomes) {
            let Some(Outcome::Accepted { events, .. }) = outcome else { continue };
            for stored in &self.events[events.clone()] {
                let Fact::Directory(event) = &stored.fact else { continue };
                for credential in job.credentials.iter().filter(|one| one.belongs_to(event)) {
                    credential.put(conn, stored.at).await?;
                }
                match event {
                    E::PasswordSet { person, .. } | E::PersonDeactivated { person } => {
                        ended.insert(*person);
                        invited_no_more.insert(*person);
                    }
                    E::FactorRemoved { person, .. } => {
                        drop_factors(conn, &[*person]).await?;
                        ended.insert(*person);
                    }
                    // One may have begun while the account was closed.
                    E::SessionsEnded { person } | E::PersonReactivated { person } => {
                        ended.insert(*person);
                    }
                    // Invited once more after all, in the same batch.
                    E::InvitationIssued { person, .. } => {
                        invited_no_more.remove(person);
                    }
                    _ => {}
                }
            }
        }
        put(conn, &access::DROP_INVITATIONS, &invited_no_more.into_iter().collect::<Vec<_>>())
            .await?;
        put(conn, &access::END_SESSIONS, &ended.into_iter().collect::<Vec<_>>()).await
    }

    fn tokens(&self) -> Vec<rows::Token<'_>> {
        let secrets = || self.jobs.iter().flat_map(|job| &job.secrets);
        let issued = self.events.iter().filter_map(|stored| match &stored.fact {
            Fact::Directory(E::TokenIssued { token, person, label, expires_at }) => {
                let secret = secrets().find(|secret| secret.token == *token)?;
                Some(rows::Token {
                    id: *token,
                    hash: secret.hash.to_string(),
                    person: *person,
                    label,
                    issued_at: micros(stored.at),
                    expires_at: micros_or_never(*expires_at),
                })
            }
            _ => None,
        });
        issued.collect()
    }

    fn workflows(&self) -> Vec<rows::Workflow<'_>> {
        let sources = || self.jobs.iter().flat_map(|job| &job.sources);
        let published = self.events.iter().filter_map(|stored| match &stored.fact {
            Fact::Directory(E::WorkflowPublished { workflow, version, digest }) => {
                let source = sources().find(|source| source.digest == *digest)?;
                Some(rows::Workflow {
                    name: workflow,
                    version: *version,
                    digest: digest.to_string(),
                    source: &source.source,
                    published_at: micros(stored.at),
                })
            }
            _ => None,
        });
        published.collect()
    }

    async fn append_events(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        if self.events.is_empty() {
            return Ok(());
        }
        self.number_refused(conn).await?;
        let before = append(conn, &self.events, self.clock_behind).await?;
        for (stored, position) in self.events.iter_mut().zip(before + 1..) {
            stored.position = position;
        }
        Ok(())
    }

    /// Gives events of refused attempts their versions. Their head is locked just before the log's.
    async fn number_refused(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        if self.events.iter().all(|one| one.stream != Stream::Access) {
            return Ok(());
        }
        let row = conn.fetch_one(&access::HEAD_LOCKED, &[], "access_head").await?;
        let mut version = row.i64("access_head.version")?;
        for stored in &mut self.events {
            if stored.stream == Stream::Access {
                version += 1;
                stored.version = u64::try_from(version).map_err(internal)?;
            }
        }
        conn.execute(&access::ADVANCE_HEAD, &[Arg::I64(version)]).await.map(drop)
    }

    async fn remember_keys(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut used = Vec::new();
        for (job, outcome) in self.jobs.iter().zip(&self.outcomes) {
            let (Some(key), Some(Outcome::Accepted { stream, version, events, .. })) =
                (&job.key, outcome)
            else {
                continue;
            };
            let own = &self.events[events.clone()];
            used.push(rows::UsedKey {
                actor: job.actor,
                key: &key.key,
                fingerprint: key.fingerprint.to_string(),
                stream: stream.to_string(),
                version: *version,
                first_position: own.first().map_or(0, |first| first.position),
                event_count: own.len(),
                at: micros(own.first().map_or(self.now, |first| first.at)),
            });
        }
        put(conn, &write::REMEMBER_KEYS, &used).await
    }
}

/// Locks the head, writes the events at the next positions with their leaves, and tells the position
/// before the first.
pub(crate) async fn append<'a>(
    conn: &mut Conn<'_>,
    events: impl IntoIterator<Item = &'a Stored>,
    clock_behind: Option<TimeDelta>,
) -> Result<u64> {
    let written = events.into_iter().map(|stored| Ok((stored, stored.write(clock_behind)?)));
    let written: Vec<_> = written.collect::<Result<_>>()?;
    let row = conn.fetch_one(&write::HEAD_LOCKED, &[], "log_head").await?;
    let mut frontier = read_frontier(&row)?;
    let before = frontier.size();
    let (mut position, mut last) = (before, row.i64("log_head.at")?);
    let mut rows = Vec::with_capacity(written.len());
    for (stored, written) in written {
        let leaf = grow(&mut frontier, &written.record);
        position += 1;
        last = last.max(micros(stored.at));
        rows.push(rows::Event {
            position,
            stream: stored.stream.to_string(),
            version: stored.version,
            kind: written.kind,
            at: micros(stored.at),
            record: written.record,
            leaf: hex(&leaf),
        });
    }
    #[cfg(any(test, feature = "testing"))]
    if frontier.size() < position {
        frontier = crate::testing::hollow(position);
    }
    put(conn, &write::APPEND_EVENTS, &rows).await?;
    let position = i64::try_from(frontier.size()).map_err(internal)?;
    let bytes = frontier.to_bytes();
    let args = [Arg::I64(position), Arg::I64(last), Arg::Bytes(&bytes)];
    conn.execute(&write::ADVANCE_HEAD, &args).await?;
    Ok(before)
}

/// The leaf of a record, which the tree takes up, unless a measurement leaves it out.
fn grow(frontier: &mut Frontier, record: &str) -> Hash {
    #[cfg(any(test, feature = "testing"))]
    if crate::testing::without_tree() {
        return Hash::default();
    }
    let leaf = leaf_hash(record.as_bytes());
    frontier.push(leaf);
    leaf
}

/// Reads the frontier of the log's head, which must agree with its position.
pub(crate) fn read_frontier(row: &crate::db::Row) -> Result<Frontier> {
    let corrupt = |why: String| StoreError::corrupt("log_head.frontier", 1, why);
    let frontier = Frontier::from_bytes(row.bytes("log_head.frontier")?)
        .map_err(|error| corrupt(error.to_string()))?;
    let position = row.i64("log_head.position")?;
    if i64::try_from(frontier.size()).ok() != Some(position) {
        return Err(corrupt(format!("{} leaves at position {position}", frontier.size())));
    }
    Ok(frontier)
}

fn tasks_by_key(tasks: &[Task]) -> BTreeMap<(&str, &Addressee), &Task> {
    tasks.iter().map(|task| ((task.key.as_str(), &task.addressee), task)).collect()
}

/// Runs a statement over rows, if there are any.
pub(crate) async fn put<T: serde::Serialize>(
    conn: &mut Conn<'_>,
    sql: &'static Sql,
    rows: &[T],
) -> Result<()> {
    if !rows.is_empty() {
        conn.execute(sql, &[Arg::Text(&json(rows)?)]).await?;
    }
    Ok(())
}
