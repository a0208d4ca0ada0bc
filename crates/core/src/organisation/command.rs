//! What administrators, and others for themselves, ask of the organisation, in the imperative.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    directory::{Delegation, Grant, Kind, PortfolioKind},
    id::{DelegationId, InvitationId, PersonId, TokenId},
    key::{PortfolioKey, WorkflowKey},
};

/// One wish about people, roles, portfolios, tokens, workflows or absence.
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
    /// Puts an absent person's powers into a deputy's hands.
    SetDelegation {
        delegation: DelegationId,
        set: Delegation,
    },
    EndDelegation {
        delegation: DelegationId,
    },
    /// An assistant may set delegations for the person.
    NameAssistant {
        person: PersonId,
        assistant: PersonId,
    },
    ReleaseAssistant {
        person: PersonId,
        assistant: PersonId,
    },
    /// The default deputy of a role at a place; there is one.
    NameDeputy {
        deputy: Grant,
    },
    ReleaseDeputy {
        deputy: Grant,
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
    /// By the person alone, who has shown the password and a code of the new factor.
    EnrolFactor {
        person: PersonId,
    },
    /// By the person alone, who has shown it.
    UseRecoveryCode {
        person: PersonId,
    },
    /// By the person alone, who has shown password and code.
    ReplaceRecoveryCodes {
        person: PersonId,
    },
    /// By the person alone, who has shown password and code.
    RemoveFactor {
        person: PersonId,
    },
    /// A lost one, by an administrator; another one has to confirm it before `until`.
    AskFactorRemoval {
        person: PersonId,
        until: DateTime<Utc>,
    },
    ConfirmFactorRemoval {
        person: PersonId,
    },
    WithdrawFactorRemoval {
        person: PersonId,
    },
    /// By the server, which has counted wrong proofs.
    LockSigning {
        person: PersonId,
    },
    /// By an administrator, never one's own.
    UnlockSigning {
        person: PersonId,
    },
}
