//! What administrators ask of the organisation, in the imperative.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    directory::{Grant, Kind, PortfolioKind},
    id::{InvitationId, PersonId, TokenId},
    key::{PortfolioKey, WorkflowKey},
};

/// One wish about people, roles, portfolios, tokens or workflows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    AddPerson {
        person: PersonId,
        kind: Kind,
        /// The content with name and address.
        profile: Digest,
    },
    RevisePerson {
        person: PersonId,
        profile: Digest,
    },
    DeactivatePerson {
        person: PersonId,
    },
    ReactivatePerson {
        person: PersonId,
    },
    /// Name and address of a closed account. The reason is a content, too.
    ErasePerson {
        person: PersonId,
        reason: Digest,
    },
    EraseContent {
        content: Digest,
        reason: Digest,
    },
    EraseAttachment {
        attachment: Digest,
        reason: Digest,
    },
    Grant {
        grant: Grant,
    },
    Revoke {
        grant: Grant,
    },
    /// A company, a business unit or a portfolio.
    AddPortfolio {
        portfolio: PortfolioKey,
        title: String,
        title_ko: Option<String>,
        kind: PortfolioKind,
        parent: Option<PortfolioKey>,
    },
    /// Both titles; the same ones again change nothing.
    RenamePortfolio {
        portfolio: PortfolioKey,
        title: String,
        title_ko: Option<String>,
    },
    /// Beneath another one, or to the top, with everything beneath it.
    MovePortfolio {
        portfolio: PortfolioKey,
        parent: Option<PortfolioKey>,
    },
    IssueToken {
        token: TokenId,
        person: PersonId,
        label: String,
        expires_at: Option<DateTime<Utc>>,
    },
    RevokeToken {
        token: TokenId,
    },
    /// A new version of a workflow; with the content of the latest one, nothing happens.
    PublishWorkflow {
        workflow: WorkflowKey,
        digest: Digest,
    },
    /// To set a password, once.
    Invite {
        person: PersonId,
        invitation: InvitationId,
        expires_at: DateTime<Utc>,
    },
    /// By the person alone, who has shown an invitation or the password before.
    SetPassword {
        person: PersonId,
        invitation: Option<InvitationId>,
    },
    EndSessions {
        person: PersonId,
    },
}
