//! People, roles, portfolios, tokens, workflows.

use sluicegate_core::{
    digest::Digest,
    directory,
    id::{DelegationId, PersonId, SessionId, TokenId},
    key::*,
};

use super::{NewEvent, StandsIn, Time, Words};
use crate::parse::{AnyJson, Anything, List, Sometimes, choice, view};

choice! {
    /// What a place in the tree is. Products live in portfolios only.
    PortfolioKind {
        Company = "company",
        BusinessUnit = "business_unit",
        Portfolio = "portfolio",
    }
    PersonKind { Human = "human", Machine = "machine", }
    /// What a session waits for after the password: a code of the second factor, or a factor.
    NextStep { Code = "code", Enrol = "enrol", }
    Severity { Error = "error", Warning = "warning", }
}

impl PortfolioKind {
    pub(crate) const fn meant(self) -> directory::PortfolioKind {
        match self {
            Self::Company => directory::PortfolioKind::Company,
            Self::BusinessUnit => directory::PortfolioKind::BusinessUnit,
            Self::Portfolio => directory::PortfolioKind::Portfolio,
        }
    }
}

view! {
    /// Somebody holds a role.
    Grant open {
        role: RoleKey,
        /// `everywhere`, or `{"portfolio": KEY}`.
        scope: Anything,
        person: PersonId,
    }

    Grants open { items: List<Grant>, }

    /// An account.
    Person open {
        id: PersonId,
        kind: PersonKind,
        /// Empty after an erasure.
        name: String,
        email: Option<String>,
        active: bool,
        /// Name and address are gone for ever, and the account stays closed.
        erased: bool,
        grants: List<Grant>,
    }

    People open { items: List<Person>, }

    /// The asking person, and how far their reading goes.
    Me open {
        id: PersonId,
        kind: PersonKind,
        name: String,
        email: Option<String>,
        active: bool,
        erased: bool,
        grants: List<Grant>,
        administrator: bool,
        reads_everything: bool,
        /// The portfolios whose products the person reads; all when `reads_everything`.
        portfolios: List<PortfolioKey>,
        /// In whose name you may act now, and where.
        stands_in_for: List<StandsIn>,
    }

    /// A token, without its secret.
    Token open {
        id: TokenId,
        person: PersonId,
        label: String,
        issued_at: Time,
        expires_at: Option<Time>,
        /// To the minute.
        last_used_at: Option<Time>,
        revoked: bool,
    }

    Tokens open { items: List<Token>, }

    /// A place where somebody is signed in.
    Session open {
        id: SessionId,
        /// What was shown: `pwd`, a password; `otp`, a code of the second factor or a recovery code.
        methods: List<String>,
        authenticated_at: Time,
        /// To the minute.
        used_at: Time,
        /// The latest; it ends earlier when it is not used.
        expires_at: Time,
        /// From where.
        address: String,
        /// The program, as it calls itself.
        agent: String,
        /// The one that asks.
        current: bool,
    }

    Sessions open { items: List<Session>, }

    /// A session that has begun.
    SignedIn open {
        person: PersonId,
        /// Shown this once: send it as a bearer token.
        secret: String,
        session: Session,
        /// What is still missing; until then the session is good for nothing else.
        next: Option<NextStep>,
    }

    /// The second factor of a person.
    Factor open {
        enrolled: bool,
        /// Everyone needs one here.
        required: bool,
        /// So many are left.
        recovery_codes: u64,
        /// An administrator wants to take it away; another one has not confirmed it yet.
        removal: Option<FactorRemoval>,
        /// Too many proofs were wrong: the person signs nothing until an administrator has looked.
        signing_locked: bool,
    }

    FactorRemoval open {
        /// A person's id, or `system` for somebody at the server's machine.
        by: String,
        until: Time,
    }

    /// What an authenticator takes in.
    FactorOffer open {
        /// In base32; shown this once.
        secret: String,
        /// The same, as a picture holds it.
        uri: String,
        /// So long it waits for a code.
        until: Time,
    }

    /// A place in the tree of companies, business units and portfolios.
    Portfolio open {
        key: PortfolioKey,
        title: String,
        title_ko: Option<String>,
        kind: PortfolioKind,
        /// What it stands beneath; none at the top.
        parent: Option<PortfolioKey>,
        /// How many stand above it.
        depth: u32,
        /// May you read the products beneath it?
        readable: bool,
    }

    Portfolios open { items: List<Portfolio>, }

    WorkflowVersion open { version: u32, digest: Digest, published_at: Time, }

    WorkflowLine open {
        key: WorkflowKey,
        title: Words,
        /// The oldest first; products start with the last one.
        versions: List<WorkflowVersion>,
    }

    Workflows open { items: List<WorkflowLine>, }

    /// A published version of a workflow.
    Workflow open {
        key: WorkflowKey,
        version: u32,
        digest: Digest,
        published_at: Time,
        /// As the engine reads it.
        definition: AnyJson,
        /// The file as it was published.
        source: String,
    }

    /// Where something stands in a file.
    Place open {
        /// In bytes, from 0.
        start: u64,
        end: u64,
        /// From 1.
        line: u64,
        /// In characters, from 1.
        column: u64,
    }

    Related open { place: Place, label: String, }

    /// One mistake in a workflow file.
    Diagnostic open {
        /// Stable.
        code: String,
        severity: Severity,
        message: String,
        place: Place,
        /// What stands there, in a few words; may be empty.
        label: String,
        /// Other places that belong to it.
        related: List<Related>,
        /// How to mend it.
        help: List<String>,
    }

    /// What a command on the organisation did, or would do.
    Administered open {
        /// The organisation's version after the command.
        version: u64,
        events: List<NewEvent>,
        /// Nothing was written: this is what would happen.
        dry_run: bool,
        /// The first answer again: the idempotency key had been used for this very request.
        replayed: bool,
        /// The new person.
        person: Sometimes<PersonId>,
        /// The new delegation.
        delegation: Sometimes<DelegationId>,
        /// The name to sign in with, of somebody who was invited.
        name: Sometimes<String>,
        /// So long the invitation may be used.
        expires_at: Sometimes<Time>,
        /// A new token's or an invitation's secret, shown this once: neither a replay nor a trial has
        /// it.
        secret: Sometimes<Option<String>>,
        /// Of a second factor, shown this once.
        recovery_codes: Sometimes<List<String>>,
        /// The session that goes on; none for a token.
        signed_in: Sometimes<Option<SignedIn>>,
        /// The workflow and the version that it has now, new or not.
        workflow: Sometimes<Option<PublishedWorkflow>>,
        /// There was nothing left to erase.
        erased_before: Sometimes<bool>,
        /// What a published workflow makes one think, though it is no mistake.
        warnings: Sometimes<List<Diagnostic>>,
    }

    PublishedWorkflow open { key: WorkflowKey, version: u32, digest: Digest, }
}
