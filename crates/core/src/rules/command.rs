//! What people and the clock ask for, in the imperative.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::signing::Sign;
use crate::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::*,
    product::{
        Choice, ConditionDraft, DeliverableRef, Document, Purpose, RoleRef, SubmissionRef,
        WorkflowRef,
    },
};

/// One wish about one product. Texts and contents travel beside it and stand here by their digest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    Start(Start),
    Rename {
        name: String,
    },
    ReviseCard {
        card: Digest,
    },
    TransferOwnership {
        to: PersonId,
    },
    /// Move to a newer version of the workflow.
    Migrate {
        to: WorkflowRef,
        reason: Digest,
    },
    AssignRole {
        role: RoleRef,
        person: PersonId,
    },
    ReleaseRole {
        role: RoleRef,
        person: PersonId,
    },
    AddMarket {
        market: MarketKey,
    },
    WithdrawMarket {
        market: MarketKey,
        reason: Digest,
    },

    SubmitDeliverable {
        deliverable: DeliverableRef,
        document: Document,
    },
    AcceptDeliverable {
        deliverable: DeliverableRef,
    },
    ReturnDeliverable {
        deliverable: DeliverableRef,
        reason: Digest,
    },
    AskWaiver {
        deliverable: DeliverableRef,
        reason: Digest,
    },
    ApproveWaiver {
        deliverable: DeliverableRef,
    },
    RefuseWaiver {
        deliverable: DeliverableRef,
        reason: Digest,
    },

    AnswerCriterion {
        criterion: CriterionKey,
        yes: bool,
        evidence: Digest,
    },
    Submit {
        gate: GateKey,
        purpose: Purpose,
        panel: BTreeMap<SeatKey, BTreeSet<PersonId>>,
    },
    Withdraw {
        at: SubmissionRef,
        reason: Digest,
    },
    Score {
        at: SubmissionRef,
        scores: BTreeMap<FactorKey, u8>,
    },
    Vote {
        at: SubmissionRef,
        choice: Choice,
        reason: Digest,
        conditions: Vec<ConditionDraft>,
        /// Never read from outside: only what asks people makes a proof.
        #[serde(skip)]
        sign: Sign,
    },
    Decide {
        at: SubmissionRef,
        outcome: Decision,
        reason: Digest,
        conditions: Vec<ConditionDraft>,
        /// Never read from outside: only what asks people makes a proof.
        #[serde(skip)]
        sign: Sign,
    },

    GiveEvidence {
        condition: u32,
        evidence: Digest,
    },
    RefuseEvidence {
        condition: u32,
        reason: Digest,
    },
    CloseCondition {
        condition: u32,
    },
    ExtendCondition {
        condition: u32,
        due: DateTime<Utc>,
        reason: Digest,
    },

    PlaceHold {
        review_at: DateTime<Utc>,
        reason: Digest,
    },
    Resume {
        reason: Digest,
    },

    OfferHandover {
        market: MarketKey,
        to: Option<PersonId>,
    },
    AcceptHandover {
        market: MarketKey,
        items: BTreeSet<ItemKey>,
    },
    DeclineHandover {
        market: MarketKey,
        items: BTreeMap<ItemKey, Digest>,
    },
    CompleteReview {
        review: u32,
        content: Digest,
    },
    DischargeDuty {
        duty: DutyKey,
        evidence: Digest,
    },

    /// A promised revision is not made after all.
    WithdrawObligation {
        obligation: u32,
        reason: Digest,
    },

    /// The clock asks what has fallen due.
    Tick,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    pub product: ProductId,
    /// The published version of the workflow.
    pub version: u32,
    pub name: String,
    pub portfolio: PortfolioKey,
    pub owner: PersonId,
    pub card: Digest,
    pub markets: BTreeSet<MarketKey>,
}

/// What the chair may decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Decision {
    Go,
    ConditionalGo,
    Hold {
        review_at: DateTime<Utc>,
    },
    Recycle {
        to: StageKey,
    },
    Kill,
    /// Refuse a reopening.
    StayClosed,
}

/// A command without its payload: what can be offered, explained and refused before anyone types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Action {
    Start,
    Rename,
    ReviseCard,
    TransferOwnership,
    Migrate { version: u32 },
    AssignRole,
    ReleaseRole,
    AddMarket,
    WithdrawMarket { market: MarketKey },
    SubmitDeliverable { deliverable: DeliverableRef },
    AcceptDeliverable { deliverable: DeliverableRef },
    ReturnDeliverable { deliverable: DeliverableRef },
    AskWaiver { deliverable: DeliverableRef },
    ApproveWaiver { deliverable: DeliverableRef },
    RefuseWaiver { deliverable: DeliverableRef },
    AnswerCriterion { criterion: CriterionKey },
    Submit { gate: GateKey, path: PathKey },
    SubmitToStop { gate: GateKey },
    SubmitToReopen { gate: GateKey },
    Withdraw(SubmissionRef),
    Score(SubmissionRef),
    Vote(SubmissionRef),
    Decide(SubmissionRef),
    GiveEvidence { condition: u32 },
    RefuseEvidence { condition: u32 },
    CloseCondition { condition: u32 },
    ExtendCondition { condition: u32 },
    PlaceHold,
    Resume,
    OfferHandover { market: MarketKey },
    AcceptHandover { market: MarketKey },
    DeclineHandover { market: MarketKey },
    CompleteReview { review: u32 },
    DischargeDuty { duty: DutyKey },
    WithdrawObligation { obligation: u32 },
    Tick,
}

impl Command {
    /// The action that this command tries.
    pub fn action(&self) -> Action {
        use Action as A;
        match self {
            Self::Start(_) => A::Start,
            Self::Rename { .. } => A::Rename,
            Self::ReviseCard { .. } => A::ReviseCard,
            Self::TransferOwnership { .. } => A::TransferOwnership,
            Self::Migrate { to, .. } => A::Migrate { version: to.version },
            Self::AssignRole { .. } => A::AssignRole,
            Self::ReleaseRole { .. } => A::ReleaseRole,
            Self::AddMarket { .. } => A::AddMarket,
            Self::WithdrawMarket { market, .. } => A::WithdrawMarket { market: market.clone() },
            Self::SubmitDeliverable { .. }
            | Self::AcceptDeliverable { .. }
            | Self::ReturnDeliverable { .. }
            | Self::AskWaiver { .. }
            | Self::ApproveWaiver { .. }
            | Self::RefuseWaiver { .. } => self.deliverable_action(),
            Self::AnswerCriterion { criterion, .. } => {
                A::AnswerCriterion { criterion: criterion.clone() }
            }
            Self::Submit { gate, purpose, .. } => A::submit(gate.clone(), purpose),
            Self::Withdraw { at, .. } => A::Withdraw(at.clone()),
            Self::Score { at, .. } => A::Score(at.clone()),
            Self::Vote { at, .. } => A::Vote(at.clone()),
            Self::Decide { at, .. } => A::Decide(at.clone()),
            Self::GiveEvidence { condition, .. } => A::GiveEvidence { condition: *condition },
            Self::RefuseEvidence { condition, .. } => A::RefuseEvidence { condition: *condition },
            Self::CloseCondition { condition } => A::CloseCondition { condition: *condition },
            Self::ExtendCondition { condition, .. } => A::ExtendCondition { condition: *condition },
            Self::PlaceHold { .. } => A::PlaceHold,
            Self::Resume { .. } => A::Resume,
            Self::OfferHandover { market, .. } => A::OfferHandover { market: market.clone() },
            Self::AcceptHandover { market, .. } => A::AcceptHandover { market: market.clone() },
            Self::DeclineHandover { market, .. } => A::DeclineHandover { market: market.clone() },
            Self::CompleteReview { review, .. } => A::CompleteReview { review: *review },
            Self::DischargeDuty { duty, .. } => A::DischargeDuty { duty: duty.clone() },
            Self::WithdrawObligation { obligation, .. } => {
                A::WithdrawObligation { obligation: *obligation }
            }
            Self::Tick => A::Tick,
        }
    }

    fn deliverable_action(&self) -> Action {
        use Action as A;
        match self {
            Self::SubmitDeliverable { deliverable, .. } => {
                A::SubmitDeliverable { deliverable: deliverable.clone() }
            }
            Self::AcceptDeliverable { deliverable } => {
                A::AcceptDeliverable { deliverable: deliverable.clone() }
            }
            Self::ReturnDeliverable { deliverable, .. } => {
                A::ReturnDeliverable { deliverable: deliverable.clone() }
            }
            Self::AskWaiver { deliverable, .. } => {
                A::AskWaiver { deliverable: deliverable.clone() }
            }
            Self::ApproveWaiver { deliverable } => {
                A::ApproveWaiver { deliverable: deliverable.clone() }
            }
            Self::RefuseWaiver { deliverable, .. } => {
                A::RefuseWaiver { deliverable: deliverable.clone() }
            }
            _ => A::Tick,
        }
    }
}

impl Action {
    pub(crate) fn submit(gate: GateKey, purpose: &Purpose) -> Self {
        match purpose {
            Purpose::Pass(path) => Self::Submit { gate, path: path.clone() },
            Purpose::Stop => Self::SubmitToStop { gate },
            Purpose::Reopen => Self::SubmitToReopen { gate },
        }
    }
}
