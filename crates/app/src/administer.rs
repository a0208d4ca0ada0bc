//! Commands about the organisation: people, roles, portfolios, tokens, workflows.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use sluicegate_core::{
    definition::{self, Definition},
    digest::Digest,
    directory::{Directory, DirectoryEvent, PublishedVersion},
    id::{PersonId, TokenId},
    key::{GateKey, RoleKey, WorkflowKey},
    organisation::Command,
};
use sluicegate_store::{Fact, Job, Stored, Target, TokenSecret, WorkflowSource};

use crate::{
    app::App,
    command::job,
    error::{AppError, Result},
    judge::{Known, Wish},
    request::{AdminDone, NewPerson, NewToken, PublishWorkflow, Request, RevisedPerson, Sealer},
    token,
};

/// Largest workflow file in bytes; the loader has bounds of its own.
const MAX_SOURCE: usize = 4 * 1024 * 1024;

impl App {
    /// Tries a command about the organisation. Tokens and workflows have methods of their own,
    /// because what is stored of them comes along.
    pub async fn administer(&self, request: Request<Command>) -> Result<AdminDone> {
        let mut known = Known::default();
        match &request.command {
            Command::Grant { .. } | Command::NameDeputy { .. } => {
                known.roles = self.known_roles().await?;
            }
            Command::SetDelegation { .. } => {
                known.roles = self.known_roles().await?;
                known.gates = self.known_gates().await?;
            }
            Command::EraseAttachment { attachment, .. } => {
                let found = self.store().attachments(&[*attachment]).await?;
                known.attachments = found.into_iter().map(|found| found.digest).collect();
            }
            _ => {}
        }
        let command = request.command.clone();
        let wish = Wish::Organisation { command: command.clone(), known: Arc::new(known) };
        let (job, dry_run) = job(Target::Directory, request, wish);
        let done = self.administer_job(job, dry_run).await?;
        if !dry_run {
            self.carry_out(&command).await?;
        }
        Ok(done)
    }

    pub(crate) async fn administer_job(&self, job: Job<Wish>, dry_run: bool) -> Result<AdminDone> {
        let done = self.put(job, dry_run).await?;
        let version = match done.events.last() {
            Some(last) => last.version,
            None => self.store().directory().await?.version,
        };
        let (events, replayed) = (done.events, done.replayed);
        Ok(AdminDone { events, version, replayed, dry_run, secret: None, workflow: None })
    }

    /// Opens an account.
    pub async fn add_person(&self, request: Request<NewPerson>) -> Result<(PersonId, AdminDone)> {
        let NewPerson { name, email, kind } = request.command.clone();
        let person = PersonId::new((self.shared.chance.uuid)());
        let mut request = request;
        let profile = self.seal_profile(&name, email.as_deref(), &mut request)?;
        let command = Command::AddPerson { person, kind, profile };
        let done = self.administer(with(request, command)).await?;
        let added = directory_events(&done.events).find_map(|event| match event {
            DirectoryEvent::PersonAdded { person, .. } => Some(*person),
            _ => None,
        });
        Ok((added.unwrap_or(person), done))
    }

    /// Changes name and address.
    pub async fn revise_person(&self, request: Request<RevisedPerson>) -> Result<AdminDone> {
        let RevisedPerson { person, name, email } = request.command.clone();
        let mut request = request;
        let profile = self.seal_profile(&name, email.as_deref(), &mut request)?;
        self.administer(with(request, Command::RevisePerson { person, profile })).await
    }

    /// Name and address are a content apart, so that they can be erased.
    fn seal_profile<C>(
        &self,
        name: &str,
        email: Option<&str>,
        request: &mut Request<C>,
    ) -> Result<Digest> {
        let profile = sluicegate_core::organisation::profile(name, email)?;
        let mut sealer: Sealer = self.sealer();
        let digest = sealer.json(profile);
        request.contents.extend(sealer.contents());
        Ok(digest)
    }

    /// Issues a bearer token; its secret is in the answer and nowhere else.
    pub async fn issue_token(&self, request: Request<NewToken>) -> Result<AdminDone> {
        let NewToken { person, label, expires_at } = request.command.clone();
        let token = TokenId::new((self.shared.chance.uuid)());
        let secret = token::secret((self.shared.chance.secret)());
        let command = Command::IssueToken { token, person, label, expires_at };
        let wish = Wish::Organisation { command, known: Arc::default() };
        let (mut job, dry_run) = job(Target::Directory, request, wish);
        job.secrets = vec![TokenSecret { token, hash: token::hash(&secret) }];
        let mut done = self.administer_job(job, dry_run).await?;
        done.secret = Some(secret).filter(|_| !done.replayed && !dry_run);
        Ok(done)
    }

    /// Publishes a workflow file; the content of the latest version again makes no new one.
    ///
    /// # Errors
    /// [`AppError::BadWorkflow`] with every problem of the file.
    pub async fn publish_workflow(&self, request: Request<PublishWorkflow>) -> Result<AdminDone> {
        let definition = read(&request.command.source)?;
        self.publish_definition(request, definition).await
    }

    /// The definition is what was read from the request's source.
    pub(crate) async fn publish_definition(
        &self,
        request: Request<PublishWorkflow>,
        definition: Definition,
    ) -> Result<AdminDone> {
        let source = request.command.source.clone();
        let (workflow, digest) = (definition.key.clone(), definition.digest);
        let command = Command::PublishWorkflow { workflow: workflow.clone(), digest };
        let wish = Wish::Organisation { command, known: Arc::default() };
        let (mut job, dry_run) = job(Target::Directory, request, wish);
        job.sources = vec![WorkflowSource { digest, source }];
        let mut done = self.administer_job(job, dry_run).await?;
        self.shared.definitions.insert(Arc::new(definition));
        let version = published_in(&done.events);
        let version = match version {
            Some(version) => Some(version),
            None => latest(&*self.store().directory().await?, &workflow),
        };
        done.workflow = version.map(|version| (workflow, version));
        Ok(done)
    }

    /// The roles of every published version of every workflow that can be read.
    pub async fn known_roles(&self) -> Result<BTreeSet<RoleKey>> {
        self.known(|definition| definition.roles.keys().cloned().collect()).await
    }

    /// Their gates.
    async fn known_gates(&self) -> Result<BTreeSet<GateKey>> {
        self.known(|definition| definition.gates.keys().cloned().collect()).await
    }

    /// What the definitions of all published versions that can be read hold.
    pub(crate) async fn known<K: Ord>(
        &self,
        keys: fn(&Definition) -> Vec<K>,
    ) -> Result<BTreeSet<K>> {
        let directory = self.store().directory().await?;
        let mut known = BTreeSet::new();
        for version in directory.workflows.values().flatten() {
            let definition = self.legible(&version.digest).await?;
            known.extend(definition.iter().flat_map(|found| keys(found)));
        }
        Ok(known)
    }
}

/// A workflow file that is to be published.
pub(crate) fn read(source: &str) -> Result<Definition> {
    if source.len() > MAX_SOURCE {
        return Err(AppError::TooLarge { limit: MAX_SOURCE as u64 });
    }
    definition::load(source).map_err(AppError::BadWorkflow)
}

fn with<C, D>(request: Request<C>, command: D) -> Request<D> {
    let Request { actor, contents, key, seen, dry_run, .. } = request;
    Request { actor, command, contents, key, seen, dry_run }
}

fn directory_events(events: &[Stored]) -> impl Iterator<Item = &DirectoryEvent> {
    events.iter().filter_map(|stored| match &stored.fact {
        Fact::Directory(event) => Some(event),
        Fact::Product(_) | Fact::Entry(_) | Fact::Access(_) => None,
    })
}

fn published_in(events: &[Stored]) -> Option<PublishedVersion> {
    directory_events(events).find_map(|event| match event {
        DirectoryEvent::WorkflowPublished { version, digest, .. } => {
            Some(PublishedVersion { version: *version, digest: *digest })
        }
        _ => None,
    })
}

fn latest(directory: &Directory, workflow: &WorkflowKey) -> Option<PublishedVersion> {
    directory.workflows.get(workflow)?.last().cloned()
}

/// Name and address as the profile keeps them.
pub(crate) fn profile_names(profile: Option<&Value>) -> (String, Option<String>) {
    let field = |name: &str| profile?.get(name)?.as_str().map(str::to_owned);
    (field("name").unwrap_or_default(), field("email"))
}
