//! People, tokens and workflows: rows beside what the log says.

use std::collections::BTreeMap;

use sluicegate_core::{directory::PublishedVersion, key::WorkflowKey};
use sluicegate_store::{PersonRow, TokenRow};

use super::{Walk, log::Told};
use crate::error::Result;

impl Walk<'_> {
    pub(super) async fn directory(&mut self, told: &Told) -> Result<()> {
        match self.store.directory().await {
            // A running server may have gone on.
            Ok(now) if now.version != told.directory.version => {
                if now.version < told.directory.version {
                    let what = format!("the log has {} events", told.directory.version);
                    self.differs("directory_head", 1, what);
                }
                return Ok(());
            }
            Ok(now) if *now != told.directory => {
                self.differs("directory_head", 1, "the directory is not what its events make");
            }
            Ok(_) => {}
            Err(error) => self.corrupt(error)?,
        }
        self.people(told).await?;
        self.tokens(told).await?;
        self.access(told).await?;
        self.workflows(told).await
    }

    async fn people(&mut self, told: &Told) -> Result<()> {
        let rows = match self.store.people(None).await {
            Ok(rows) => rows,
            Err(error) => return self.corrupt(error),
        };
        let rows: BTreeMap<_, PersonRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        for (id, person) in &told.directory.people {
            let same = rows.get(id).is_some_and(|row| {
                row.kind == person.kind
                    && row.active == person.active
                    && row.profile_digest == person.profile
            });
            if !same {
                self.differs("person", id, "it is not what the events of the directory make");
            }
        }
        for id in rows.keys().filter(|id| !told.directory.people.contains_key(id)) {
            self.differs("person", id, "no event added this person");
        }
        Ok(())
    }

    async fn tokens(&mut self, told: &Told) -> Result<()> {
        for person in told.directory.people.keys() {
            let rows = match self.store.tokens_of(*person).await {
                Ok(rows) => rows,
                Err(error) => return self.corrupt(error),
            };
            for TokenRow { token: row, revoked, .. } in rows {
                let same = told.directory.tokens.get(&row.id).is_some_and(|token| {
                    token.person == row.person
                        && token.label == row.label
                        && token.expires_at == row.expires_at
                        && token.revoked == revoked
                });
                if !same {
                    self.differs("token", row.id, "it is not what the events make");
                }
            }
        }
        Ok(())
    }

    /// The head of the list of what was refused is where the log says.
    pub(super) async fn refused(&mut self, told: &Told) -> Result<()> {
        match self.store.access_version().await {
            // A running server may have gone on.
            Ok(now) if now < told.refused => {
                let what = format!("the log has {} events", told.refused);
                self.differs("access_head", 1, what);
            }
            Ok(_) => {}
            Err(error) => self.corrupt(error)?,
        }
        Ok(())
    }

    /// A password and a factor are there if the events say so, and nothing is left of whoever is forgotten.
    async fn access(&mut self, told: &Told) -> Result<()> {
        for (id, person) in &told.directory.people {
            let stored = match self.store.password_of(*id).await {
                Ok(stored) => stored,
                Err(error) => return self.corrupt(error),
            };
            if stored.is_some() != (person.access.password && !person.erased) {
                self.differs("password", id, "whether there is one is not what the events say");
            }
            let factor = match self.store.factor_of(*id).await {
                Ok(factor) => factor,
                Err(error) => return self.corrupt(error),
            };
            if factor.is_some() != (person.access.factor && !person.erased) {
                self.differs("factor", id, "whether there is one is not what the events say");
            }
            if person.erased && self.store.sign_in_name(*id).await?.is_some() {
                self.differs("sign_in_name", id, "it was erased, and is still there");
            }
        }
        Ok(())
    }

    async fn workflows(&mut self, told: &Told) -> Result<()> {
        let rows = match self.store.workflow_versions().await {
            Ok(rows) => rows,
            Err(error) => return self.corrupt(error),
        };
        let published = |key: &WorkflowKey, version, digest| {
            let versions = told.directory.workflows.get(key);
            versions.is_some_and(|all| all.contains(&PublishedVersion { version, digest }))
        };
        let count: usize = told.directory.workflows.values().map(Vec::len).sum();
        if rows.len() != count {
            let what = format!("{} rows, and {count} versions were published", rows.len());
            self.differs("workflow_version", "*", what);
        }
        for row in rows {
            let name = format!("{} {}", row.workflow, row.version);
            if !published(&row.workflow, row.version, row.digest) {
                self.differs("workflow_version", &name, "no event published this version");
            }
            let source = self.store.workflow_source(&row.digest).await?.unwrap_or_default();
            if self.definitions.learn(row.digest, &source).is_none() {
                self.differs("workflow_version", &name, "the source has another digest");
            }
        }
        Ok(())
    }
}
