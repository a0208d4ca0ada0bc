//! Commands about products: one way in, dry or not.

use std::sync::Arc;

use serde_json::Value;
use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    id::ProductId,
    product::{Actor, Product, WorkflowRef},
    rules,
};
use sluicegate_store::{Job, Target};

use crate::{
    app::App,
    error::{AppError, Result, Right},
    judge::Wish,
    request::{Done, MoveProduct, Request, StartProduct},
};

impl App {
    /// Starts a product with the wanted version of a workflow, or with the latest.
    pub async fn start(&self, request: Request<StartProduct>) -> Result<Done> {
        let start = request.command.clone();
        let (version, digest) = self.published(&start.workflow, start.version).await?;
        let product = ProductId::new((self.shared.chance.uuid)());
        let owner = match (start.owner, request.actor) {
            (Some(owner), _) | (None, Actor::Person(owner)) => owner,
            // The rules refuse a deputy, and say why.
            (None, Actor::Deputy { of, .. }) => of,
            (None, Actor::System | Actor::Visitor) => {
                return Err(AppError::Forbidden(Right::OwnName));
            }
        };
        let definition = self.definition(&digest).await?;
        let command = rules::Command::Start(rules::Start {
            product,
            version,
            name: start.name,
            portfolio: start.portfolio,
            owner,
            card: start.card,
            markets: start.markets,
        });
        let mut request = request.with(command);
        let content = self.complete(&definition, None, &mut request);
        self.run(Target::NewProduct(product), request, Some(digest), content).await
    }

    /// Tries a command on a product.
    pub async fn execute(&self, id: ProductId, request: Request<rules::Command>) -> Result<Done> {
        let mut request = request;
        let mut content = None;
        if request.command.files()
            && let Some(product) = self.store().product(id).await?
        {
            let definition = self.definition(&product.workflow.digest).await?;
            content = self.complete(&definition, Some(&product), &mut request);
        }
        self.run(Target::Product(id), request, None, content).await
    }

    /// Moves a product to a newer version of its workflow, or to the newest.
    pub async fn migrate(&self, id: ProductId, request: Request<MoveProduct>) -> Result<Done> {
        let product = self.store().product(id).await?.ok_or(AppError::NotFound("product"))?;
        let key = product.workflow.key.clone();
        let (version, digest) = self.published(&key, request.command.to).await?;
        let to = WorkflowRef { key, version, digest };
        let reason = request.command.reason;
        self.execute(id, request.with(rules::Command::Migrate { to, reason })).await
    }

    async fn run(
        &self,
        target: Target,
        request: Request<rules::Command>,
        starts: Option<Digest>,
        content: Option<Arc<Value>>,
    ) -> Result<Done> {
        let wish = Wish::Product { command: request.command.clone(), starts };
        let (job, dry_run) = job(target, request, wish);
        let done = self.put(job, dry_run).await?;
        let product = done.product.ok_or_else(|| AppError::internal("an answer has no product"))?;
        Ok(Done { product, events: done.events, replayed: done.replayed, dry_run, content })
    }

    /// Holds the content that a command files against its form, and puts the computed fields into
    /// it, so that its digest covers them. The content, where there are any.
    fn complete(
        &self,
        definition: &Definition,
        product: Option<&Product>,
        request: &mut Request<rules::Command>,
    ) -> Option<Arc<Value>> {
        let (form, digest) = rules::filed(definition, product, &request.command)?;
        let sent = request.contents.iter_mut().find(|content| content.digest() == digest)?;
        if let Some(fitted) = rules::Fitted::new(form, sent.value()) {
            sent.fit(self.shared.chance.salt, fitted);
        }
        if sent.digest() != digest {
            request.command = request.command.clone().filing(sent.digest());
        }
        (!form.computed.is_empty()).then(|| sent.value().clone())
    }

    /// Judges a job: for good, or to see what would come of it.
    pub(crate) async fn put(
        &self,
        job: Job<Wish>,
        dry_run: bool,
    ) -> Result<sluicegate_store::Done> {
        let writer = &self.shared.writer;
        let answer = if dry_run { writer.rehearse(job).await } else { writer.submit(job).await };
        Ok(answer?)
    }
}

/// The job of a request, and whether it is only rehearsed.
pub(crate) fn job<C>(target: Target, request: Request<C>, wish: Wish) -> (Job<Wish>, bool) {
    let mut job = Job::new(request.actor, target, wish);
    job.key = request.key;
    job.contents = request.contents;
    job.expected_version = request.seen;
    (job, request.dry_run)
}
