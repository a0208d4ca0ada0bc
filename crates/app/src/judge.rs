//! The rules of the core, as the store's writer asks them.

use std::{collections::BTreeSet, sync::Arc};

use sluicegate_core::{
    access::AccessEvent,
    definition::Definition,
    digest::Digest,
    id::PersonId,
    intake::{self, EntryId},
    key::{GateKey, RoleKey},
    organisation,
    product::Product,
    rules::{self, Refusal},
};
use sluicegate_store::{Addressee, Decision, Facts, Projection, Rules, Task};

use crate::definitions::Definitions;

/// A command, with what the writer must learn before it can be judged.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Product {
        command: rules::Command,
        /// The workflow of a product that is to be started.
        starts: Option<Digest>,
    },
    /// About an entry of the loop between the field and upstream.
    Intake {
        id: EntryId,
        command: intake::Command,
        /// The workflow of a link or a product that is to be made.
        starts: Option<Digest>,
    },
    /// An attempt was refused; that is so, and nobody judges it.
    Refused(AccessEvent),
    Organisation {
        command: organisation::Command,
        known: Arc<Known>,
    },
}

/// What a command about the organisation is judged by besides the directory.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// The roles of every published workflow, when the command names one.
    pub(crate) roles: BTreeSet<RoleKey>,
    /// And their gates.
    pub(crate) gates: BTreeSet<GateKey>,
    /// The attachment that the command names, when there is one.
    pub(crate) attachments: BTreeSet<Digest>,
}

/// Why a wish had no effect.
#[derive(Debug)]
pub(crate) enum Refused {
    ByRule(Box<Refusal>),
    /// The workflow was dropped from memory meanwhile: ask again.
    Again,
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::ByRule(Box::new(refusal))
    }
}

#[derive(Debug)]
pub(crate) struct Judge {
    pub(crate) definitions: Arc<Definitions>,
}

impl Judge {
    fn workflow(product: Option<&Product>, wish: &Wish) -> Option<Digest> {
        match wish {
            Wish::Product { starts, .. } => {
                product.map(|product| product.workflow.digest).or(*starts)
            }
            // What a product that is touched needs is judged by its own workflow.
            Wish::Intake { starts, .. } => {
                starts.or_else(|| product.map(|product| product.workflow.digest))
            }
            Wish::Organisation { .. } | Wish::Refused(_) => None,
        }
    }

    /// The workflow to which a product is to move.
    fn target(wish: &Wish) -> Option<Digest> {
        match wish {
            Wish::Product { command: rules::Command::Migrate { to, .. }, .. } => Some(to.digest),
            _ => None,
        }
    }

    /// Judges a wish about an entry, by the workflows of all products that it touches.
    fn decide_intake(
        &self,
        facts: &Facts<'_>,
        id: EntryId,
        command: &intake::Command,
        starts: Option<Digest>,
    ) -> Result<Decision, Refused> {
        let pinned = facts.products.values().map(|product| product.workflow.digest);
        let wanted: BTreeSet<Digest> = pinned.chain(starts).collect();
        let known = wanted.iter().map(|digest| self.definitions.get(digest).ok_or(Refused::Again));
        let definitions: Vec<Arc<Definition>> = known.collect::<Result<_, _>>()?;
        let starts = definitions.iter().find(|known| Some(known.digest) == starts);
        let cx = intake::Context {
            directory: facts.directory,
            contents: facts.contents,
            definitions: &definitions,
            starts: starts.map(Arc::as_ref),
            products: facts.products,
            entries: facts.entries,
            actor: facts.actor,
            now: facts.now,
        };
        Ok(Decision::Moves(intake::decide(&cx, id, command)?))
    }

    fn definition(&self, product: Option<&Product>, wish: &Wish) -> Option<Arc<Definition>> {
        self.definitions.get(&Self::workflow(product, wish)?)
    }
}

impl Rules for Judge {
    type Command = Wish;
    type Refusal = Refused;

    fn needs(&self, product: Option<&Product>, wish: &Wish) -> Vec<Digest> {
        if let Wish::Organisation {
            command: organisation::Command::EraseContent { content, .. },
            ..
        } = wish
        {
            return vec![*content];
        }
        match (wish, self.definition(product, wish)) {
            (Wish::Product { command, .. }, Some(definition)) => {
                rules::needs(&definition, product, command)
            }
            _ => Vec::new(),
        }
    }

    fn unknown_workflow(&self, product: Option<&Product>, wish: &Wish) -> Option<Digest> {
        let wanted = Self::workflow(product, wish).into_iter().chain(Self::target(wish));
        wanted.into_iter().find(|digest| !self.definitions.knows(digest))
    }

    fn learn(&self, digest: Digest, source: &str) {
        self.definitions.learn(digest, source);
    }

    fn decide(&self, facts: &Facts<'_>, wish: &Wish) -> Result<Decision, Refused> {
        let (directory, actor, now) = (facts.directory, facts.actor, facts.now);
        match wish {
            Wish::Refused(event) => Ok(Decision::Access(event.clone())),
            Wish::Organisation { command, known } => {
                let Known { roles, gates, attachments } = &**known;
                let contents = facts.contents;
                let cx = organisation::Context {
                    directory,
                    roles,
                    gates,
                    contents,
                    attachments,
                    actor,
                    now,
                };
                Ok(Decision::Directory(organisation::decide(&cx, command)?))
            }
            Wish::Intake { id, command, starts } => {
                self.decide_intake(facts, *id, command, *starts)
            }
            Wish::Product { command, .. } => {
                let definition = self.definition(facts.product, wish).ok_or(Refused::Again)?;
                let to = match Self::target(wish) {
                    Some(digest) => Some(self.definitions.get(&digest).ok_or(Refused::Again)?),
                    None => None,
                };
                let (definition, contents) = (&*definition, facts.contents);
                let to = to.as_deref();
                let cx = rules::Context { definition, to, directory, contents, actor, now };
                Ok(Decision::Product(rules::decide(&cx, facts.product, command)?))
            }
        }
    }

    #[expect(
        clippy::expect_used,
        reason = "the writer learns a workflow before it decides, more are kept than a batch can \
                  touch, and it answers a panic here as an internal error of one command"
    )]
    fn project(&self, product: &Product) -> Projection {
        let definition = self.definitions.get(&product.workflow.digest);
        projection(&definition.expect("the workflow of a decided product"), product)
    }
}

/// What lists and inboxes show of a product; made from definition and state alone.
pub(crate) fn projection(definition: &Definition, product: &Product) -> Projection {
    let (stage, side) = rules::stage(definition, product);
    let tasks = rules::tasks(definition, product);
    Projection {
        stage: stage.clone(),
        side: side.name().to_owned(),
        due_at: tasks.iter().filter_map(|task| task.due).min(),
        next_tick: rules::next_tick(product),
        tasks: tasks.iter().map(|task| entry(definition, product, task)).collect(),
        holders: holders(definition, product),
    }
}

/// The team, whatever the market, and the owner under the role that owners have.
fn holders(definition: &Definition, product: &Product) -> BTreeSet<(PersonId, RoleKey)> {
    let team = product.team.iter();
    let team = team.flat_map(|(role, people)| people.iter().map(|it| (*it, role.key.clone())));
    team.chain([(product.owner, definition.owner.clone())]).collect()
}

fn entry(definition: &Definition, product: &Product, task: &rules::Task) -> Task {
    let addressee = match &task.addressee {
        rules::Addressee::Person(person) => Addressee::Person(*person),
        rules::Addressee::Role(role) => {
            Addressee::Role { role: role.clone(), portfolio: product.portfolio.clone() }
        }
    };
    Task {
        key: format!("{}:{}", task.kind.name(), task.about),
        addressee,
        kind: task.kind.name().to_owned(),
        due_at: task.due,
        since: rules::since(definition, product, task),
    }
}
