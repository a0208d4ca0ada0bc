//! People, machines, portfolios and who holds which role: what `decide` knows of the organisation.

mod access;
mod delegation;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    id::{DelegationId, InvitationId, PersonId, TokenId},
    key::{PortfolioKey, RoleKey, WorkflowKey},
    product::Actor,
};

pub use access::{Access, Invitation, Removal};
pub use delegation::{Delegation, LONGEST_CHAIN, Matter, Way};
pub use tree::PortfolioKind;

/// Holds every right over accounts and workflows, and none over decisions.
pub const ADMINISTRATOR: &str = "administrator";
/// Reads everything, changes nothing.
pub const AUDITOR: &str = "auditor";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// How many events made it.
    pub version: u64,
    pub people: BTreeMap<PersonId, Person>,
    pub grants: BTreeSet<Grant>,
    pub portfolios: BTreeMap<PortfolioKey, Portfolio>,
    pub workflows: BTreeMap<WorkflowKey, Vec<PublishedVersion>>,
    pub tokens: BTreeMap<TokenId, Token>,
    /// What may be stored no more, wherever a backup brings it back from.
    pub erased: BTreeMap<Digest, Erased>,
    /// By the absent person; those that are over, too.
    pub delegations: BTreeMap<PersonId, BTreeMap<DelegationId, Delegation>>,
    /// Who may set delegations for a person.
    pub assistants: BTreeMap<PersonId, BTreeSet<PersonId>>,
    /// Default deputies: who stands in for the holders of a role at a place. One for each.
    pub deputies: BTreeSet<Grant>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub kind: Kind,
    /// The content that holds name and address; kept apart so that it can be erased.
    pub profile: Digest,
    /// That one, and every one before it.
    pub profiles: BTreeSet<Digest>,
    pub active: bool,
    /// Name and address are gone for ever; the account stays closed.
    pub erased: bool,
    pub access: Access,
}

/// What a digest stood for before it was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erased {
    /// A text, a form's content or a profile.
    Content,
    Attachment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Human,
    Machine,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    pub role: RoleKey,
    pub scope: Scope,
    pub person: PersonId,
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Everywhere,
    Portfolio(PortfolioKey),
}

/// A place in the tree of companies, business units and portfolios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portfolio {
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title_ko: Option<String>,
    #[serde(default, skip_serializing_if = "PortfolioKind::is_portfolio")]
    pub kind: PortfolioKind,
    /// What it stands beneath; none at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<PortfolioKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedVersion {
    pub version: u32,
    pub digest: Digest,
}

/// A bearer token; its secret is kept nowhere, its hash outside the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub person: PersonId,
    pub label: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub revoked: bool,
}

/// What has happened to the organisation. Stored for ever, like the events of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum DirectoryEvent {
    /// A person or a machine has an account.
    PersonAdded {
        person: PersonId,
        kind: Kind,
        profile: Digest,
    },
    /// Name or address changed.
    PersonRevised {
        person: PersonId,
        profile: Digest,
    },
    /// The account is closed: tokens, sessions and an open invitation die, seats return.
    PersonDeactivated {
        person: PersonId,
    },
    /// The account is open again.
    PersonReactivated {
        person: PersonId,
    },
    /// Name and address of a closed account, now and before, are erased; it stays closed.
    PersonErased {
        person: PersonId,
        profiles: BTreeSet<Digest>,
        reason: Digest,
    },
    /// A content is erased wherever it is named. What was decided over it stays decided; rules
    /// that read it see nothing there.
    ContentErased {
        content: Digest,
        reason: Digest,
    },
    /// The bytes of an attachment are erased, and its file name with them.
    AttachmentErased {
        attachment: Digest,
        reason: Digest,
    },
    RoleGranted {
        grant: Grant,
    },
    RoleRevoked {
        grant: Grant,
    },
    /// A company, a business unit or a portfolio is there. Those of the first days have neither
    /// kind nor parent: portfolios at the top.
    PortfolioAdded {
        portfolio: PortfolioKey,
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title_ko: Option<String>,
        #[serde(default, skip_serializing_if = "PortfolioKind::is_portfolio")]
        kind: PortfolioKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<PortfolioKey>,
    },
    /// Both titles are as here; without a Korean one the other is shown.
    PortfolioRenamed {
        portfolio: PortfolioKey,
        title: String,
        title_ko: Option<String>,
    },
    /// It stands beneath another one, or at the top, and all that is beneath it comes along. Roles
    /// that hold above the old place end here, and those above the new one begin.
    PortfolioMoved {
        portfolio: PortfolioKey,
        parent: Option<PortfolioKey>,
    },
    TokenIssued {
        token: TokenId,
        person: PersonId,
        label: String,
        expires_at: Option<DateTime<Utc>>,
    },
    TokenRevoked {
        token: TokenId,
    },
    WorkflowPublished {
        workflow: WorkflowKey,
        version: u32,
        digest: Digest,
    },
    /// An absent person's powers are in a deputy's hands, for a while.
    DelegationSet {
        delegation: DelegationId,
        set: Delegation,
    },
    /// A delegation is over before its time.
    DelegationEnded {
        delegation: DelegationId,
    },
    /// A person's assistant may set delegations for that person.
    AssistantNamed {
        person: PersonId,
        assistant: PersonId,
    },
    AssistantReleased {
        person: PersonId,
        assistant: PersonId,
    },
    /// The default deputy of a role at a place, instead of the one before.
    DeputyNamed {
        deputy: Grant,
    },
    DeputyReleased {
        deputy: Grant,
    },
    /// The person may set a password once, by a secret that was shown to whoever invited. An
    /// earlier invitation ends.
    InvitationIssued {
        person: PersonId,
        invitation: InvitationId,
        expires_at: DateTime<Utc>,
    },
    /// There is a password, or another one, set by the person: with an invitation, which is used
    /// up, or with the password before. All sessions end. Nothing of the password is here.
    PasswordSet {
        person: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        invitation: Option<InvitationId>,
    },
    /// All sessions of the person end.
    SessionsEnded {
        person: PersonId,
    },
    /// From now on the password alone does not let the person in. A code of the new factor was
    /// shown; there are recovery codes.
    FactorEnrolled {
        person: PersonId,
    },
    /// A recovery code was shown instead of one of the factor; it is used up.
    RecoveryCodeUsed {
        person: PersonId,
    },
    /// There are other recovery codes; those of before are void.
    RecoveryCodesReplaced {
        person: PersonId,
    },
    /// An administrator asks to take a lost factor away. Another one may confirm it until then.
    FactorRemovalAsked {
        person: PersonId,
        by: Actor,
        until: DateTime<Utc>,
    },
    /// The factor stays.
    FactorRemovalWithdrawn {
        person: PersonId,
    },
    /// There is no second factor any more: the person has taken it away with a code of it, or two
    /// administrators a lost one, of whom this one has asked. All sessions end.
    FactorRemoved {
        person: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_by: Option<Actor>,
    },
    /// Somebody was wrong too often when this person was asked again before signing. The person signs
    /// nothing until an administrator has looked.
    SigningLocked {
        person: PersonId,
    },
    /// The person may sign again.
    SigningUnlocked {
        person: PersonId,
    },
}

impl Directory {
    /// The next state; total, and free of rules.
    pub fn evolve(&mut self, event: &DirectoryEvent) {
        use DirectoryEvent as E;
        self.version += 1;
        match event {
            E::PersonAdded { person, kind, profile } => {
                let (kind, profile, profiles) = (*kind, *profile, [*profile].into());
                let (active, erased, access) = (true, false, Access::default());
                let added = Person { kind, profile, profiles, active, erased, access };
                self.people.insert(*person, added);
            }
            E::PersonRevised { person, profile } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.profile = *profile;
                    person.profiles.insert(*profile);
                }
            }
            E::PersonDeactivated { person } => {
                self.set_active(*person, false);
                self.evolve_access(event);
            }
            E::PersonReactivated { person } => self.set_active(*person, true),
            E::PersonErased { person, profiles, .. } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.erased = true;
                }
                self.erased.extend(profiles.iter().map(|profile| (*profile, Erased::Content)));
            }
            E::ContentErased { content, .. } => {
                self.erased.insert(*content, Erased::Content);
            }
            E::AttachmentErased { attachment, .. } => {
                self.erased.insert(*attachment, Erased::Attachment);
            }
            E::RoleGranted { grant } => {
                self.grants.insert(grant.clone());
            }
            E::RoleRevoked { grant } => {
                self.grants.remove(grant);
            }
            E::PortfolioAdded { .. } | E::PortfolioRenamed { .. } | E::PortfolioMoved { .. } => {
                self.evolve_tree(event);
            }
            E::TokenIssued { .. } | E::TokenRevoked { .. } => self.evolve_tokens(event),
            E::WorkflowPublished { workflow, version, digest } => {
                let published = PublishedVersion { version: *version, digest: *digest };
                self.workflows.entry(workflow.clone()).or_default().push(published);
            }
            E::DelegationSet { .. }
            | E::DelegationEnded { .. }
            | E::AssistantNamed { .. }
            | E::AssistantReleased { .. }
            | E::DeputyNamed { .. }
            | E::DeputyReleased { .. } => self.evolve_delegations(event),
            E::InvitationIssued { .. }
            | E::PasswordSet { .. }
            | E::SessionsEnded { .. }
            | E::FactorEnrolled { .. }
            | E::RecoveryCodeUsed { .. }
            | E::RecoveryCodesReplaced { .. }
            | E::FactorRemovalAsked { .. }
            | E::FactorRemovalWithdrawn { .. }
            | E::FactorRemoved { .. }
            | E::SigningLocked { .. }
            | E::SigningUnlocked { .. } => self.evolve_access(event),
        }
    }

    fn evolve_tokens(&mut self, event: &DirectoryEvent) {
        match event {
            DirectoryEvent::TokenIssued { token, person, label, expires_at } => {
                let (person, label, expires_at) = (*person, label.clone(), *expires_at);
                self.tokens.insert(*token, Token { person, label, expires_at, revoked: false });
            }
            DirectoryEvent::TokenRevoked { token } => {
                if let Some(token) = self.tokens.get_mut(token) {
                    token.revoked = true;
                }
            }
            _ => {}
        }
    }

    fn set_active(&mut self, person: PersonId, active: bool) {
        if let Some(person) = self.people.get_mut(&person) {
            person.active = active;
        }
    }

    pub fn is_active(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|person| person.active)
    }

    pub fn is_machine(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|person| person.kind == Kind::Machine)
    }

    /// Does an active person hold the role in the portfolio, above it, or everywhere?
    pub fn holds(&self, person: PersonId, role: &str, portfolio: &PortfolioKey) -> bool {
        self.is_active(person)
            && self
                .grants_of(role)
                .any(|grant| grant.person == person && self.covers(&grant.scope, portfolio))
    }

    /// Every active holder of a role in a portfolio, in the order of their ids.
    pub fn holders(&self, role: &str, portfolio: &PortfolioKey) -> BTreeSet<PersonId> {
        self.grants_of(role)
            .filter(|grant| self.covers(&grant.scope, portfolio))
            .map(|grant| grant.person)
            .filter(|person| self.is_active(*person))
            .collect()
    }

    /// Does an active person hold the role everywhere?
    pub fn holds_everywhere(&self, person: PersonId, role: &str) -> bool {
        self.is_active(person)
            && self
                .grants_of(role)
                .any(|grant| grant.person == person && grant.scope == Scope::Everywhere)
    }

    fn grants_of<'a>(&'a self, role: &'a str) -> impl Iterator<Item = &'a Grant> {
        // Grants are ordered by role, so the holders of one role stand together.
        RoleKey::new(role)
            .ok()
            .into_iter()
            .flat_map(|key| {
                let from = Grant {
                    role: key,
                    scope: Scope::Everywhere,
                    person: PersonId::new(uuid::Uuid::nil()),
                };
                self.grants.range(from..)
            })
            .take_while(move |grant| grant.role.as_str() == role)
    }
}
