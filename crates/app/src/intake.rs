//! Commands of the loop between the field and upstream: links, ideas, feedback, field days.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use sluicegate_core::{
    definition::Text,
    digest::Digest,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId},
    intake::{
        self, Command, Counterpart, Entry, EntryId, Idea, IdeaText, NewFeedback, Rejection, Sight,
    },
    key::{MarketKey, PortfolioKey, WorkflowKey},
    product::{Actor, WorkflowRef},
    rules::{self, Start},
};
use sluicegate_store::{Job, NewDraft, NewSketch, Stored, Target};

use crate::{
    app::App,
    command::job,
    error::{AppError, Result, Right},
    judge::Wish,
    request::{Caller, Request, Sealer},
    token,
};

/// The answer to an accepted command about an entry.
#[derive(Clone)]
pub struct EntryDone {
    pub entry: Arc<Entry>,
    pub events: Vec<Stored>,
    pub replayed: bool,
    pub dry_run: bool,
    /// Of a new link or a new idea, shown this once; never in a replay or a dry run.
    pub secret: Option<String>,
}

impl std::fmt::Debug for EntryDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { entry, events, .. } = self;
        let mut shown = f.debug_struct("EntryDone");
        shown.field("entry", entry).field("events", events).finish_non_exhaustive()
    }
}

/// A new intake link.
#[derive(Clone, Debug)]
pub struct OpenLink {
    pub title: Text,
    pub portfolio: PortfolioKey,
    pub workflow: WorkflowKey,
    pub closes_at: Option<DateTime<Utc>>,
}

/// What becomes of an idea.
#[derive(Clone, Debug)]
pub enum Screening {
    Accept,
    Reject(Rejection),
    Promote(Promotion),
    Merge(Counterpart),
    Park { until: DateTime<Utc>, reason: Digest },
    Decline { reason: Digest },
}

/// The product that an idea becomes.
#[derive(Clone, Debug)]
pub struct Promotion {
    pub name: String,
    /// None: whoever promotes it.
    pub owner: Option<PersonId>,
    /// What is written over the card that the idea fills.
    pub card: Map<String, Value>,
    pub markets: BTreeSet<MarketKey>,
}

/// An idea as a visitor submits it.
#[derive(Clone, Debug)]
pub struct VisitorIdea {
    pub text: IdeaText,
    pub name: Option<String>,
    pub contact: Option<String>,
}

impl App {
    /// Opens an intake link; its secret is in the answer and nowhere else.
    pub async fn open_link(&self, request: Request<OpenLink>) -> Result<EntryDone> {
        let OpenLink { title, portfolio, workflow, closes_at } = request.command.clone();
        let (version, digest) = self.published(&workflow, None).await?;
        let secret = token::link((self.shared.chance.secret)());
        let hash = token::hash(&secret);
        let command = Command::OpenLink { title, portfolio, version, secret: hash, closes_at };
        let target = IntakeLinkId::new((self.shared.chance.uuid)()).into();
        let (job, dry_run) = Self::entry_job(target, true, request, command, Some(digest));
        let mut done = self.run_entry(job, dry_run).await?;
        done.secret = Some(secret).filter(|_| !done.replayed && !dry_run);
        Ok(done)
    }

    /// Submits an idea as somebody without an account.
    pub async fn submit_idea(
        &self,
        link: &str,
        mut request: Request<VisitorIdea>,
    ) -> Result<EntryDone> {
        let link = self.link_of(link).await?;
        let VisitorIdea { text, name, contact } = request.command.clone();
        let mut sealer: Sealer = self.sealer();
        let known = name.is_some() || contact.is_some();
        let submitter = known.then(|| sealer.json(json!({ "name": name, "contact": contact })));
        let content = sealer.json(json!(text));
        request.contents.extend(sealer.contents());
        // All visitors are one actor; a link's keys are its own.
        if let Some(key) = &mut request.key {
            key.key = format!("{}:{}", link.id, key.key);
        }
        let secret = token::tracking((self.shared.chance.secret)());
        let id = IdeaId::new((self.shared.chance.uuid)());
        let tracking = token::hash(&secret);
        let command = Command::SubmitIdea { link: link.id, text: content, submitter, tracking };
        let (mut job, dry_run) = Self::entry_job(id.into(), true, request, command, None);
        job.also = vec![Target::Entry(link.id.into())];
        job.sketches = vec![sketch(&link.portfolio, id, content, &text)];
        let mut done = self.run_entry(job, dry_run).await?;
        done.secret = Some(secret).filter(|_| !done.replayed && !dry_run);
        Ok(done)
    }

    /// Moderates or screens one idea.
    pub async fn screen(&self, id: IdeaId, request: Request<Screening>) -> Result<EntryDone> {
        let command = match request.command.clone() {
            Screening::Promote(promotion) => return self.promote(id, request, promotion).await,
            Screening::Accept => Command::AcceptIdea,
            Screening::Reject(why) => Command::RejectIdea { why },
            Screening::Merge(into) => Command::Merge { into },
            Screening::Park { until, reason } => Command::Park { until, reason },
            Screening::Decline { reason } => Command::DeclineIdea { reason },
        };
        self.about(id.into(), request.with(command)).await
    }

    /// Each for itself, in their order: one that is refused leaves the others alone.
    pub async fn screen_many(
        &self,
        requests: Vec<(IdeaId, Request<Screening>)>,
    ) -> Vec<Result<EntryDone>> {
        let mut results = Vec::with_capacity(requests.len());
        for (id, request) in requests {
            results.push(self.screen(id, request).await);
        }
        results
    }

    /// Starts the product in the same transaction, with the card and a first draft filled.
    async fn promote(
        &self,
        id: IdeaId,
        request: Request<Screening>,
        promotion: Promotion,
    ) -> Result<EntryDone> {
        let entry = self.visible_entry(request.actor, id.into()).await?;
        let Entry::Idea(idea) = &*entry else { return Err(AppError::NotFound("idea")) };
        let (Actor::Person(me), WorkflowRef { version, digest, .. }) =
            (request.actor, idea.workflow.clone())
        else {
            return Err(AppError::Forbidden(Right::OwnName));
        };
        let definition = self.definition(&digest).await?;
        let (text, submitter) = self.idea_contents(idea).await?;
        let name = submitter.and_then(|who| who.get("name")?.as_str().map(str::to_owned));
        let name = match idea.origin {
            intake::Origin::Feedback { by, .. } => self.names([by]).await?.remove(&by),
            intake::Origin::Link { .. } => name,
        };
        let product = ProductId::new((self.shared.chance.uuid)());
        let mut sealer = self.sealer();
        let card = Arc::new(intake::card(&definition, &text, &promotion.card));
        let fitted = rules::Fitted::new(&definition.card, &card);
        let card = fitted.map_or(card, |fitted| fitted.content().clone());
        let card = sealer.json(Value::clone(&card));
        let start = Start {
            product,
            version,
            name: promotion.name,
            portfolio: idea.portfolio.clone(),
            owner: promotion.owner.unwrap_or(me),
            card,
            markets: promotion.markets,
        };
        let mut request = request.with(Command::Promote(Box::new(start)));
        request.contents.extend(sealer.contents());
        let command = request.command.clone();
        let (mut job, dry_run) = Self::entry_job(id.into(), false, request, command, Some(digest));
        job.also = vec![Target::NewProduct(product)];
        let draft = intake::prefill(&definition, &text, name.as_deref());
        job.drafts = draft
            .into_iter()
            .map(|(deliverable, body)| NewDraft { product, deliverable, body })
            .collect();
        let mut problem = sketch(&idea.portfolio, id, idea.text, &text);
        problem.subject = product.to_string();
        job.sketches = vec![problem];
        self.run_entry(job, dry_run).await
    }

    /// Sends feedback on a product.
    pub async fn send_feedback(&self, mut request: Request<NewFeedback>) -> Result<EntryDone> {
        request.command.feedback = FeedbackId::new((self.shared.chance.uuid)());
        let new = request.command.clone();
        self.learn_of(&[new.product].into()).await?;
        let command = Command::SendFeedback(new.clone());
        let (mut job, dry_run) = Self::entry_job(new.feedback.into(), true, request, command, None);
        job.also = vec![Target::Product(new.product)];
        self.run_entry(job, dry_run).await
    }

    /// Makes an idea of feedback.
    pub async fn answer_with_idea(
        &self,
        id: FeedbackId,
        request: Request<IdeaText>,
    ) -> Result<EntryDone> {
        let entry = self.visible_entry(request.actor, id.into()).await?;
        let text = request.command.clone();
        let mut sealer = self.sealer();
        let content = sealer.json(json!(text));
        let idea = IdeaId::new((self.shared.chance.uuid)());
        let mut request = request.with(Command::AnswerWithIdea { idea, text: content });
        request.contents.extend(sealer.contents());
        let (mut job, dry_run) = self.job_about(&entry, request).await?;
        job.sketches = vec![sketch(entry.portfolio(), idea, content, &text)];
        self.run_entry(job, dry_run).await
    }

    /// Records a field day.
    pub async fn record_field_day(&self, request: Request<Command>) -> Result<EntryDone> {
        let id = FieldDayId::new((self.shared.chance.uuid)());
        let command = request.command.clone();
        let (mut job, dry_run) = Self::entry_job(id.into(), true, request, command, None);
        if let Wish::Intake { command: Command::RecordFieldDay { products, .. }, .. } = &job.command
        {
            job.also = products.iter().copied().map(Target::Product).collect();
        }
        self.run_entry(job, dry_run).await
    }

    /// Turns what a field day taught into feedback, in one step.
    pub async fn send_learnings(
        &self,
        id: FieldDayId,
        request: Request<Vec<NewFeedback>>,
    ) -> Result<EntryDone> {
        let mut items = request.command.clone();
        for item in &mut items {
            item.feedback = FeedbackId::new((self.shared.chance.uuid)());
        }
        self.about(id.into(), request.with(Command::SendLearnings { items })).await
    }

    /// Tries any other command about an entry.
    pub async fn about(&self, id: EntryId, request: Request<Command>) -> Result<EntryDone> {
        let entry = self.visible_entry(request.actor, id).await?;
        let (job, dry_run) = self.job_about(&entry, request).await?;
        self.run_entry(job, dry_run).await
    }

    /// Names everything that a command touches, and learns the workflows that it is judged by.
    async fn job_about(
        &self,
        entry: &Entry,
        request: Request<Command>,
    ) -> Result<(Job<Wish>, bool)> {
        let command = request.command.clone();
        let mut also: Vec<Target> = match &command {
            Command::AnswerWithIdea { idea, .. } => vec![Target::NewEntry((*idea).into())],
            Command::Merge { into: Counterpart::Idea(other) } => {
                vec![Target::Entry((*other).into())]
            }
            Command::SendLearnings { items } => {
                items.iter().map(|item| Target::NewEntry(item.feedback.into())).collect()
            }
            _ => Vec::new(),
        };
        let products: BTreeSet<ProductId> = match (entry, &command) {
            (Entry::Feedback(feedback), _) => [feedback.product].into(),
            (_, Command::Merge { into: Counterpart::Product(product) }) => [*product].into(),
            (_, Command::SendLearnings { items }) => items.iter().map(|it| it.product).collect(),
            _ => BTreeSet::new(),
        };
        self.learn_of(&products).await?;
        also.extend(products.into_iter().map(Target::Product));
        // An idea is never merged into itself, and nothing is locked twice.
        also.retain(|target| *target != Target::Entry(entry.id()));
        let (mut job, dry_run) = Self::entry_job(entry.id(), false, request, command, None);
        job.also = also;
        Ok((job, dry_run))
    }

    /// Parses the workflows of these products before a writer has to wait for it.
    async fn learn_of(&self, products: &BTreeSet<ProductId>) -> Result<()> {
        for id in products {
            if let Some(product) = self.store().product(*id).await? {
                self.definition(&product.workflow.digest).await?;
            }
        }
        Ok(())
    }

    fn entry_job<C>(
        id: EntryId,
        new: bool,
        request: Request<C>,
        command: Command,
        starts: Option<Digest>,
    ) -> (Job<Wish>, bool) {
        let target = if new { Target::NewEntry(id) } else { Target::Entry(id) };
        job(target, request, Wish::Intake { id, command, starts })
    }

    async fn run_entry(&self, job: Job<Wish>, dry_run: bool) -> Result<EntryDone> {
        let done = self.put(job, dry_run).await?;
        let entry = done.entry.ok_or_else(|| AppError::internal("an answer has no entry"))?;
        let (events, replayed) = (done.events, done.replayed);
        Ok(EntryDone { entry, events, replayed, dry_run, secret: None })
    }

    /// The entry, if the actor may read it; to others it does not exist.
    pub(crate) async fn visible_entry(&self, actor: Actor, id: EntryId) -> Result<Arc<Entry>> {
        let missing = || AppError::NotFound(noun(id));
        let entry = self.store().entry(id).await?.ok_or_else(missing)?;
        let Actor::Person(person) = actor else {
            return if actor == Actor::System { Ok(entry) } else { Err(missing()) };
        };
        let sight = self.sight(person, &entry).await?;
        if sight == Sight::Nothing { Err(missing()) } else { Ok(entry) }
    }

    pub(crate) async fn sight(&self, person: PersonId, entry: &Entry) -> Result<Sight> {
        let directory = self.store().directory().await?;
        let product = match entry {
            Entry::Feedback(feedback) => self.store().product(feedback.product).await?,
            _ => None,
        };
        Ok(intake::sight(&directory, person, entry, product.as_deref()))
    }

    /// The link that a secret opens.
    pub(crate) async fn link_of(&self, secret: &str) -> Result<intake::IntakeLink> {
        let missing = || AppError::NotFound("intake link");
        if !token::is_link(secret) {
            return Err(missing());
        }
        match self.store().entry_by_secret(&token::hash(secret)).await? {
            Some(Entry::Link(link)) => Ok(link),
            _ => Err(missing()),
        }
    }

    /// What an idea says, and who submitted it, as far as it was not erased.
    pub(crate) async fn idea_contents(&self, idea: &Idea) -> Result<(IdeaText, Option<Value>)> {
        let mut texts = self.texts([idea.text].into_iter().chain(idea.submitter)).await?;
        let submitter = idea.submitter.and_then(|digest| texts.remove(&digest));
        let text = texts.remove(&idea.text).map(serde_json::from_value).transpose();
        Ok((text.map_err(AppError::internal)?.unwrap_or_default(), submitter))
    }

    /// Who this is, for reading.
    pub(crate) const fn reader(caller: &Caller) -> Actor {
        Actor::Person(caller.person)
    }
}

pub(crate) const fn noun(id: EntryId) -> &'static str {
    match id {
        EntryId::Link(_) => "intake link",
        EntryId::Idea(_) => "idea",
        EntryId::Feedback(_) => "feedback",
        EntryId::FieldDay(_) => "field day",
    }
}

fn sketch(portfolio: &PortfolioKey, idea: IdeaId, content: Digest, text: &IdeaText) -> NewSketch {
    let pieces = intake::sketch(&intake::grams(&matter(text)));
    NewSketch { portfolio: portfolio.clone(), subject: idea.to_string(), content, pieces }
}

/// What of an idea is compared.
pub(crate) fn matter(text: &IdeaText) -> String {
    format!("{} {}", text.problem, text.idea)
}
