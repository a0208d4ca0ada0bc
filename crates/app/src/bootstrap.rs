//! The first start of a database, and the shipped workflows at every start.

use std::sync::Arc;

use sluicegate_core::{
    definition::Definition,
    directory::{ADMINISTRATOR, Grant, Kind, PortfolioKind, Scope},
    id::PersonId,
    key::{KeyError, PortfolioKey, RoleKey},
    organisation::Command,
    product::Actor,
};
use tokio::task::JoinHandle;

use crate::{
    administer,
    app::App,
    error::{AppError, Result},
    request::{
        AdminDone, Bootstrap, FirstAdministrator, NewPerson, NewToken, PublishWorkflow, Request,
    },
};

/// The portfolio that every database starts with.
const FIRST_PORTFOLIO: &str = "main";

/// Workflow files that are being read while a start does other things.
#[derive(Debug)]
pub struct Reading {
    files: Vec<(String, String)>,
    definitions: JoinHandle<Vec<Result<Definition>>>,
}

impl Reading {
    /// Begins to read files, each a name and its text, one after the other. Asks for a runtime of tokio.
    pub fn begin(files: &[(String, String)]) -> Self {
        let files = files.to_vec();
        let texts: Vec<String> = files.iter().map(|(_, text)| text.clone()).collect();
        let read = move || texts.iter().map(|text| administer::read(text)).collect();
        Self { files, definitions: tokio::task::spawn_blocking(read) }
    }
}

impl App {
    /// Publishes the workflows whose content was never published; on an empty database, makes the portfolio
    /// `main`, the first administrator and a token to sign in with.
    ///
    /// # Errors
    /// [`AppError::BadWorkflow`] for the first file that has problems.
    pub async fn bootstrap(&self, workflows: Reading) -> Result<Bootstrap> {
        let mut published = Vec::new();
        let Reading { files, definitions } = workflows;
        let definitions = definitions.await.map_err(AppError::internal)?;
        for ((name, source), definition) in files.into_iter().zip(definitions) {
            let done = self.publish_once(source, definition).await.inspect_err(|error| {
                tracing::error!(file = %name, %error, "a workflow could not be published");
            })?;
            let Some(done) = done else { continue };
            if let (false, Some((key, version))) = (done.events.is_empty(), done.workflow) {
                published.push((key, version.version));
            }
        }
        let empty = self.store().directory().await?.people.is_empty();
        let first = if empty { Some(self.first_administrator().await?) } else { None };
        Ok(Bootstrap { first, published })
    }

    /// A shipped workflow that was ever published is left alone: the house may have gone on with a
    /// version of its own.
    async fn publish_once(
        &self,
        source: String,
        definition: Result<Definition>,
    ) -> Result<Option<AdminDone>> {
        let definition = definition?;
        let directory = self.store().directory().await?;
        let mut versions = directory.workflows.get(&definition.key).into_iter().flatten();
        if versions.any(|version| version.digest == definition.digest) {
            self.shared.definitions.insert(Arc::new(definition));
            return Ok(None);
        }
        let publish = by_system(PublishWorkflow { source });
        self.publish_definition(publish, definition).await.map(Some)
    }

    /// The version that was seen is part of each command, so of two processes that start on one
    /// empty database only one can make the first administrator.
    async fn first_administrator(&self) -> Result<FirstAdministrator> {
        let portfolio = PortfolioKey::new(FIRST_PORTFOLIO).map_err(impossible)?;
        let role = RoleKey::new(ADMINISTRATOR).map_err(impossible)?;
        let directory = self.store().directory().await?;
        let seen = u32::try_from(directory.version).ok();
        let who = NewPerson { name: "Administrator".into(), email: None, kind: Kind::Human };
        let (person, _): (PersonId, _) =
            self.add_person(Request { seen, ..by_system(who) }).await?;
        let grant = Grant { role, scope: Scope::Everywhere, person };
        self.administer(by_system(Command::Grant { grant })).await?;
        if !directory.portfolios.contains_key(&portfolio) {
            let add = Command::AddPortfolio {
                portfolio,
                title: "Main portfolio".to_owned(),
                title_ko: Some("기본 포트폴리오".to_owned()),
                kind: PortfolioKind::Portfolio,
                parent: None,
            };
            self.administer(by_system(add)).await?;
        }
        let label = "First sign-in".to_owned();
        let token = NewToken { person, label, expires_at: None };
        let done = self.issue_token(by_system(token)).await?;
        let secret = done.secret.ok_or_else(|| AppError::internal("a token without a secret"))?;
        Ok(FirstAdministrator { person, secret })
    }
}

fn impossible(error: KeyError) -> AppError {
    AppError::internal(error)
}

/// What the program itself asks for.
pub(crate) fn by_system<C>(command: C) -> Request<C> {
    let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
    Request { actor: Actor::System, command, contents, key, seen, dry_run }
}
