//! What products lack under another version of their workflow, asked before anybody moves them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::Value;
use sluicegate_core::{
    definition::{self, Definition, Text},
    digest::Digest,
    id::ProductId,
    key::WorkflowKey,
    product::DeliverableRef,
    rules::{self, Action, Becomes, Comparison, Contents, Fitness, Moved, Problem, ProblemKind},
};
use sluicegate_store::{Sort, SortBy, Standing};

use crate::{
    app::App,
    error::{AppError, Result},
    filter::ProductFilter,
    load::{Loaded, named},
    request::Caller,
    view::{FaultView, FitView, MigrationView, MovedView, MovingProduct, Names, Page, TargetView},
    words::{Lang, Voice},
};

/// One page compares so many products at most, each with all that was handed in.
const AT_ONCE: u32 = 100;

/// A version, published or not.
#[derive(Clone, Debug)]
struct Target {
    /// None: it is not published yet.
    version: Option<u32>,
    definition: Arc<Definition>,
}

impl App {
    /// What a product would lack under a newer version, or under the newest.
    pub async fn migration(
        &self,
        caller: &Caller,
        id: ProductId,
        to: Option<u32>,
        lang: Lang,
    ) -> Result<MigrationView> {
        let mut loaded = self.load(caller, id).await?;
        let (version, digest) = self.published(&loaded.product.workflow.key, to).await?;
        if version <= loaded.product.workflow.version {
            return Err(AppError::NotFound("newer version of the workflow"));
        }
        let target = Target { version: Some(version), definition: self.definition(&digest).await? };
        loaded.to = Some(target.definition.clone());
        loaded.contents = self.store().contents(&rules::compared(&loaded.product)).await?;
        let drafts = self.my_drafts(&loaded).await?;
        let mut view = self.migration_view(&loaded, &target, &drafts, lang).await?;
        view.differences = Some(rules::differences(&loaded.definition, &target.definition));
        Ok(view)
    }

    /// What the products that are on older versions would lack under a published one: a page, by
    /// name, of those in flight that the caller may read.
    ///
    /// # Errors
    /// [`AppError::BadCursor`] for a cursor of another list.
    pub async fn migrations(
        &self,
        caller: &Caller,
        (key, version): (&WorkflowKey, u32),
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<MigrationView>> {
        let (version, digest) = self.published(key, Some(version)).await?;
        let target = Target { version: Some(version), definition: self.definition(&digest).await? };
        self.in_flight(caller, &target, cursor, limit, lang).await
    }

    /// The same for a file that nobody has published yet.
    ///
    /// # Errors
    /// [`AppError::BadWorkflow`] when it could not be published.
    pub async fn migrations_to_file(
        &self,
        caller: &Caller,
        source: &str,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<MigrationView>> {
        let definition = definition::load(source).map_err(AppError::BadWorkflow)?;
        let target = Target { version: None, definition: Arc::new(definition) };
        self.in_flight(caller, &target, cursor, limit, lang).await
    }

    async fn in_flight(
        &self,
        caller: &Caller,
        target: &Target,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<MigrationView>> {
        let directory = self.store().directory().await?;
        let versions = directory.workflows.get(&target.definition.key);
        let versions = versions.into_iter().flatten().map(|published| published.version);
        let older = |version: &u32| target.version.is_none_or(|to| *version < to);
        let filter = ProductFilter {
            workflow: [target.definition.key.clone()].into(),
            workflow_version: versions.filter(older).collect(),
            standing: [Standing::Active, Standing::Held].into(),
            ..ProductFilter::default()
        };
        // A filter without values asks for nothing, and so would let everything pass.
        if filter.workflow_version.is_empty() {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let sort = Sort { by: SortBy::Name, descending: false };
        let page = self.products(caller, &filter, sort, cursor, limit.min(AT_ONCE)).await?;
        let mut products = Vec::with_capacity(page.items.len());
        let mut read: Vec<Digest> = Vec::new();
        for line in &page.items {
            // One whose workflow cannot be read must not keep back all others.
            if let Ok(mut loaded) = self.load(caller, line.id).await {
                read.extend(rules::compared(&loaded.product));
                loaded.to = Some(target.definition.clone());
                products.push(loaded);
            }
        }
        let contents: Contents = self.store().contents(&read).await?;
        let mut items = Vec::with_capacity(products.len());
        for mut loaded in products {
            loaded.contents = contents.clone();
            items.push(self.migration_view(&loaded, target, &BTreeMap::new(), lang).await?);
        }
        Ok(Page { items, next: page.next })
    }

    /// The contents of the drafts that the caller may write, hence read.
    async fn my_drafts(&self, loaded: &Loaded) -> Result<BTreeMap<DeliverableRef, Value>> {
        let cx = loaded.cx();
        let mine = |named: &DeliverableRef| {
            rules::draft_unmet(&cx, &loaded.product, named).is_ok_and(|unmet| unmet.is_empty())
        };
        let all = rules::deliverables(&cx, &loaded.product).into_iter();
        let mine: Vec<_> = all.map(|each| each.deliverable).filter(mine).collect();
        let mut drafts = BTreeMap::new();
        for named in mine {
            let draft = self.store().draft(loaded.product.id, &named).await?;
            let content = draft.and_then(|draft| draft.body.get("content").cloned());
            drafts.extend(content.map(|content| (named, content)));
        }
        Ok(drafts)
    }

    async fn migration_view(
        &self,
        loaded: &Loaded,
        target: &Target,
        drafts: &BTreeMap<DeliverableRef, Value>,
        lang: Lang,
    ) -> Result<MigrationView> {
        let (cx, product) = (loaded.cx(), &loaded.product);
        // What is not published yet would be the next version.
        let version = target.version.unwrap_or(product.workflow.version + 1);
        let unmet = rules::unmet(&cx, product, &Action::Migrate { version })?;
        let found = rules::comparison(&cx, product, drafts)?;
        let unmet = self.unmet_views(loaded, unmet, lang).await?;
        let names = self.names(BTreeSet::from([product.owner])).await?;
        let (nobody, to) = (Names::new(), &target.definition);
        let voice = Voice { lang, definition: Some(to), names: &nobody };
        Ok(MigrationView {
            product: MovingProduct {
                product: product.id,
                version: product.version,
                name: product.name.clone(),
                portfolio: product.portfolio.clone(),
                owner: named(&names, product.owner),
                stage: rules::stage(&loaded.definition, product).0.clone(),
            },
            from: product.workflow.clone(),
            to: TargetView { key: to.key.clone(), version: target.version, digest: to.digest },
            allowed: unmet.is_empty(),
            unmet,
            card: found.card.as_ref().map(|card| fit_view(card, &voice)),
            deliverables: moved_views(loaded, to, &found, &voice),
            differences: None,
        })
    }
}

/// What the product has, and what changes for it.
fn moved_views(
    loaded: &Loaded,
    to: &Definition,
    found: &Comparison,
    voice: &Voice<'_>,
) -> Vec<MovedView> {
    let has = |moved: &Moved| loaded.product.deliverables.contains_key(&moved.deliverable);
    let told =
        |moved: &&Moved| moved.becomes != Becomes::Kept || has(moved) || moved.draft.is_some();
    let view = |moved: &Moved| {
        let key = &moved.deliverable.key;
        let defined = to.deliverables.get(key).filter(|_| moved.becomes != Becomes::Gone);
        let defined = defined.or_else(|| loaded.definition.deliverables.get(key))?;
        let fit = |fit: &Option<Fitness>| fit.as_ref().map(|fit| fit_view(fit, voice));
        Some(MovedView {
            deliverable: moved.deliverable.clone(),
            title: Text::clone(&defined.title),
            owner: defined.owner.clone(),
            becomes: moved.becomes.code(),
            new: !moved.known,
            required: moved.required,
            gate: moved.gate.clone(),
            accepted: fit(&moved.accepted),
            submitted: fit(&moved.submitted),
            draft: fit(&moved.draft),
        })
    };
    found.deliverables.iter().filter(told).filter_map(view).collect()
}

fn fit_view(fit: &Fitness, voice: &Voice<'_>) -> FitView {
    let faults = |problems: &[Problem]| problems.iter().map(|it| fault_view(it, voice)).collect();
    FitView {
        missing: faults(&fit.missing),
        misfits: faults(&fit.misfits),
        fell_away: fit.fell_away.clone(),
    }
}

/// A fault of a form stands for itself.
fn fault_view(problem: &Problem, voice: &Voice<'_>) -> FaultView {
    let kind = match &problem.kind {
        ProblemKind::Form { fault } => serde_json::to_value(&fault.kind),
        other => serde_json::to_value(other),
    };
    FaultView {
        pointer: problem.pointer.clone(),
        kind: kind.unwrap_or_default(),
        detail: voice.problem(&problem.kind),
    }
}
