//! What most queries begin with: the product, its definition, the people and the contents.

use std::{collections::BTreeSet, sync::Arc};

use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    directory::Directory,
    id::{PersonId, ProductId},
    key::WorkflowKey,
    organisation,
    product::{Actor, Event, Product, Recorded},
    rules::{self, Contents, Thing},
};

use crate::{
    administer::profile_names,
    app::App,
    error::{AppError, Result},
    request::Caller,
    view::{Names, PersonName, Texts},
};

/// One product, with all that its rules look at.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) product: Arc<Product>,
    pub(crate) definition: Arc<Definition>,
    /// Another version of it, where one is asked for.
    pub(crate) to: Option<Arc<Definition>>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) contents: Contents,
    pub(crate) actor: Actor,
    pub(crate) now: chrono::DateTime<chrono::Utc>,
}

impl Loaded {
    pub(crate) fn cx(&self) -> rules::Context<'_> {
        rules::Context {
            definition: &self.definition,
            to: self.to.as_deref(),
            directory: &self.directory,
            contents: &self.contents,
            actor: self.actor,
            now: self.now,
        }
    }
}

impl App {
    /// The product, if the caller may read it, in whatever name; to others it does not exist.
    pub(crate) async fn readable(&self, caller: &Caller, id: ProductId) -> Result<Arc<Product>> {
        let missing = || AppError::NotFound("product");
        let product = self.store().product(id).await?.ok_or_else(missing)?;
        let directory = self.store().directory().await?;
        match organisation::may_read_as(&directory, caller.actor(), &product, self.now()) {
            Ok(true) => Ok(product),
            Ok(false) => Err(missing()),
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The product with everything that its rules look at.
    pub(crate) async fn load(&self, caller: &Caller, id: ProductId) -> Result<Loaded> {
        let product = self.readable(caller, id).await?;
        self.load_for(self.actor(caller), product).await
    }

    pub(crate) async fn load_for(&self, actor: Actor, product: Arc<Product>) -> Result<Loaded> {
        let definition = self.definition(&product.workflow.digest).await?;
        let directory = self.store().directory().await?;
        let read = rules::everything_read(&definition, &product);
        let contents = self.store().contents(&read).await?;
        let (to, now) = (None, self.now());
        Ok(Loaded { product, definition, to, directory, contents, actor, now })
    }

    /// The product without contents, for rules that read none.
    pub(crate) async fn load_bare(&self, product: Arc<Product>) -> Result<Loaded> {
        let definition = self.definition(&product.workflow.digest).await?;
        let directory = self.store().directory().await?;
        let (contents, actor, now) = (Contents::default(), Actor::System, self.now());
        Ok(Loaded { product, definition, to: None, directory, contents, actor, now })
    }

    /// Every version that a product was pinned to, in the order of its history.
    pub(crate) async fn versions_of(&self, history: &[Recorded]) -> Result<Vec<Arc<Definition>>> {
        let mut versions = Vec::new();
        for recorded in history {
            if let Event::ProductStarted { workflow, .. }
            | Event::ProductMigrated { workflow, .. } = &recorded.event
            {
                versions.extend(self.legible(&workflow.digest).await?);
            }
        }
        Ok(versions)
    }

    /// A published definition, from memory or from the database.
    pub(crate) async fn definition(&self, digest: &Digest) -> Result<Arc<Definition>> {
        let found = self.legible(digest).await?;
        found.ok_or_else(|| AppError::internal("a published workflow is missing or cannot be read"))
    }

    /// The same, or none when this program cannot read it: then a list shows its keys and goes on.
    pub(crate) async fn legible(&self, digest: &Digest) -> Result<Option<Arc<Definition>>> {
        if let Some(known) = self.shared.definitions.get(digest) {
            return Ok(Some(known));
        }
        let source = self.store().workflow_source(digest).await?;
        Ok(source.and_then(|source| self.shared.definitions.learn(*digest, &source)))
    }

    /// The wanted version of a workflow, or the latest, with its digest.
    pub(crate) async fn published(
        &self,
        key: &WorkflowKey,
        version: Option<u32>,
    ) -> Result<(u32, Digest)> {
        let directory = self.store().directory().await?;
        let versions = directory.workflows.get(key).map(Vec::as_slice).unwrap_or_default();
        let found = match version {
            Some(version) => versions.iter().find(|published| published.version == version),
            None => versions.last(),
        };
        let missing = || rules::Refusal::from(Thing::Workflow(key.clone()));
        Ok(found.map(|found| (found.version, found.digest)).ok_or_else(missing)?)
    }

    /// The names of these people; erased ones are empty, unknown ones missing.
    pub(crate) async fn names(&self, people: impl IntoIterator<Item = PersonId>) -> Result<Names> {
        let people: BTreeSet<PersonId> = people.into_iter().collect();
        if people.is_empty() {
            return Ok(Names::new());
        }
        let ids: Vec<PersonId> = people.into_iter().collect();
        let rows = self.store().people(Some(&ids)).await?;
        let name =
            |row: sluicegate_store::PersonRow| (row.id, profile_names(row.profile.as_ref()).0);
        Ok(rows.into_iter().map(name).collect())
    }

    /// The contents under these digests; erased ones are missing.
    pub(crate) async fn texts(&self, digests: impl IntoIterator<Item = Digest>) -> Result<Texts> {
        let digests: BTreeSet<Digest> = digests.into_iter().collect();
        let digests: Vec<Digest> = digests.into_iter().collect();
        let contents = self.store().contents(&digests).await?;
        let read = |digest: &Digest| Some((*digest, contents.get(digest)?.clone()));
        Ok(digests.iter().filter_map(read).collect())
    }
}

/// A person with the name, as far as it is known.
pub(crate) fn named(names: &Names, id: PersonId) -> PersonName {
    PersonName { id, name: names.get(&id).cloned().unwrap_or_default() }
}

/// A content that is a text.
pub(crate) fn text(texts: &Texts, digest: &Digest) -> Option<String> {
    texts.get(digest)?.as_str().map(str::to_owned)
}
