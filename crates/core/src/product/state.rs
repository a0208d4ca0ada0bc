//! The state of one product: where it stands and everything that its next step depends on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::refs::{DeliverableRef, RoleRef, SubmissionRef};
use crate::{
    digest::Digest,
    id::{FeedbackId, PersonId, ProductId, SigningId},
    key::*,
};

/// The pinned definition of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowRef {
    pub key: WorkflowKey,
    pub version: u32,
    pub digest: Digest,
}

/// Position, overlay and what belongs to them; only `evolve` changes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    /// How many events made this state.
    pub version: u32,
    pub workflow: WorkflowRef,
    pub name: String,
    pub portfolio: PortfolioKey,
    /// Accountable for every duty of every market that nobody has accepted.
    pub owner: PersonId,
    pub card: Digest,
    pub started_at: DateTime<Utc>,
    pub position: Position,
    pub overlay: Overlay,
    pub visits: BTreeMap<StageKey, Visit>,
    /// The last go of each gate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub passed: BTreeMap<GateKey, Passed>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub recycled: BTreeMap<GateKey, u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub deliverables: BTreeMap<DeliverableRef, Deliverable>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dues: BTreeMap<DeliverableKey, Due>,
    /// Answers to the questions of the gate ahead.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<CriterionKey, Answer>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub team: BTreeMap<RoleRef, BTreeSet<PersonId>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub markets: BTreeMap<MarketKey, Market>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<u32, Condition>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews: BTreeMap<u32, Review>,
    /// How many times the product was submitted to a gate.
    pub submissions: u32,
    /// What feedback from the field asks to be revised.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub obligations: BTreeMap<u32, Obligation>,
    /// The card no longer fits its form since the product moved to another version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card_outgrown: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    InStage(StageKey),
    AtGate(Box<Submission>),
}

/// What stands beside the position and stops or ends the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    Active,
    Held(Hold),
    /// On the way out: duties of the exit are still open.
    Closing(Closing),
    Closed(Closed),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub since: DateTime<Utc>,
    pub review_at: DateTime<Utc>,
    pub reason: Option<Digest>,
    pub cause: HoldCause,
    /// The review date has come.
    pub review_due: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldCause {
    Decided { gate: GateKey },
    Asked,
    ConditionExpired { condition: u32 },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub exit: ExitKey,
    pub gate: GateKey,
    pub since: DateTime<Utc>,
    pub duties: BTreeMap<DutyKey, ExitDuty>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitDuty {
    pub role: RoleKey,
    pub due: Option<DateTime<Utc>>,
    #[serde(default)]
    pub fell_due: bool,
    pub done: Option<Discharge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discharge {
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub evidence: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    pub ending: Ending,
    /// The gate that ended it, and the only one that can reopen it.
    pub gate: GateKey,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Killed,
    Exited(ExitKey),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    pub count: u32,
    pub entered_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub submission: u32,
    pub path: PathKey,
    pub packet: Digest,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliverable {
    /// The frozen revision that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Revision>,
    #[serde(default, skip_serializing_if = "Work::is_none")]
    pub work: Work,
    /// Since then the accepted revision no longer fits its form, and counts for no gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outgrown: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// From 1.
    pub number: u32,
    pub document: Document,
    pub submitted_by: PersonId,
    /// Whoever accepted it, in whatever name, and in whose name it was.
    pub reviewed_by: BTreeSet<PersonId>,
    pub accepted_at: DateTime<Utc>,
    /// The visit of the stage for which it was made.
    pub visit: u32,
    /// The version under which it was handed in; none: the product's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<WorkflowRef>,
}

/// What is handed in: content by its digest, attachments by theirs, or a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Digest>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// What is going on beside the accepted revision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    #[default]
    None,
    Submitted {
        document: Document,
        by: PersonId,
        at: DateTime<Utc>,
        /// Who has accepted so far, for which role.
        accepted: BTreeMap<RoleKey, PersonId>,
        /// Whose hands it was, for which role, where a deputy accepted in that one's name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        deputies: BTreeMap<RoleKey, PersonId>,
        /// The version under which it was handed in; none: the product's own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        under: Option<WorkflowRef>,
    },
    Returned {
        by: PersonId,
        /// Who did it in that name; so everywhere in this state.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        at: DateTime<Utc>,
        reason: Digest,
    },
    WaiverAsked {
        by: PersonId,
        at: DateTime<Utc>,
        reason: Digest,
    },
    Waived {
        asked_by: PersonId,
        approved_by: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        at: DateTime<Utc>,
        visit: u32,
        /// None: for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
    },
}

impl Work {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::None
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub at: DateTime<Utc>,
    #[serde(default)]
    pub fell: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub yes: bool,
    pub evidence: Digest,
    pub by: PersonId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonId>,
    pub at: DateTime<Utc>,
}

/// An open submission at a gate; the panel and the packet are frozen in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    pub number: u32,
    pub gate: GateKey,
    pub purpose: Purpose,
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub packet: Digest,
    pub panel: BTreeMap<SeatKey, BTreeSet<PersonId>>,
    pub due: Option<DateTime<Utc>>,
    /// When to remind the panel; those that have gone out are taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<DateTime<Utc>>,
    #[serde(default)]
    pub escalated: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<PersonId, BTreeMap<FactorKey, u8>>,
    /// Whose hands gave them, where it was not the gatekeeper.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scored_by: BTreeMap<PersonId, PersonId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub votes: BTreeMap<PersonId, Vote>,
}

impl Submission {
    pub fn named(&self) -> SubmissionRef {
        SubmissionRef { gate: self.gate.clone(), submission: self.number }
    }
}

/// What the team asks of the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Let the product pass on this path.
    Pass(PathKey),
    /// Stop, hold or recycle it: nothing needs to be ready, and nothing can pass.
    Stop,
    /// Take back a closed product to the stage before this gate.
    Reopen,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    pub seat: SeatKey,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonId>,
    pub choice: Choice,
    pub reason: Digest,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionDraft>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    pub at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Go,
    ConditionalGo,
    Hold,
    Recycle,
    Kill,
}

impl Choice {
    pub const ALL: [Self; 5] =
        [Self::Go, Self::ConditionalGo, Self::Hold, Self::Recycle, Self::Kill];

    pub const fn lets_pass(self) -> bool {
        matches!(self, Self::Go | Self::ConditionalGo)
    }
}

/// 21 CFR 11.50: who signed, when, and what the signature means; 11.70: bound to what was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Whose hands signed.
    pub signer: PersonId,
    /// The absent person in whose name a deputy signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<PersonId>,
    pub role: RoleKey,
    pub at: DateTime<Utc>,
    pub meaning: String,
    pub packet: Digest,
    /// The signer's profile as it was then: the printed name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Digest>,
    /// How the signer was asked again; none in the first days, when nobody was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
}

/// 21 CFR 11.200: what the signer has shown, for this signature alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Shown {
    /// Both at once: two things that only this person has.
    PasswordAndCode {
        signing: SigningId,
        at: DateTime<Utc>,
        /// The text that was read before: who signs what in which meaning over which packet.
        statement: Digest,
    },
    /// Nobody was asked: a company that is made up signs so, and no interface of the server does.
    Rehearsed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionDraft {
    pub text: Digest,
    pub owner: PersonId,
    pub due: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub gate: GateKey,
    pub text: Digest,
    pub owner: PersonId,
    pub due: DateTime<Utc>,
    /// Who asked for it and may close it.
    pub set_by: PersonId,
    pub state: ConditionState,
    #[serde(default)]
    pub expired: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConditionState {
    Open,
    EvidenceGiven {
        by: PersonId,
        at: DateTime<Utc>,
        evidence: Digest,
    },
    Closed {
        by: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        at: DateTime<Utc>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Market {
    pub added_at: DateTime<Utc>,
    #[serde(default)]
    pub sellable: bool,
    pub handover: Handover,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handover {
    NotOffered,
    Offered {
        to: PersonId,
        at: DateTime<Utc>,
        package: Digest,
        due: Option<DateTime<Utc>>,
        #[serde(default)]
        fell_due: bool,
    },
    Declined {
        by: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        at: DateTime<Utc>,
    },
    Accepted {
        by: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        at: DateTime<Utc>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    pub review: ReviewKey,
    pub due: DateTime<Utc>,
    pub state: ReviewState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Scheduled,
    Due,
    Done {
        at: DateTime<Utc>,
        by: Option<PersonId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deputy: Option<PersonId>,
        content: Option<Digest>,
    },
}

/// A newer revision of a deliverable is owed to the field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    pub deliverable: DeliverableRef,
    pub requirement: Digest,
    pub why: Digest,
    pub feedback: FeedbackId,
    pub by: PersonId,
    pub at: DateTime<Utc>,
    pub state: ObligationState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationState {
    Open,
    Fulfilled { revision: u32, at: DateTime<Utc> },
    Withdrawn { by: PersonId, at: DateTime<Utc>, reason: Digest },
}

impl Product {
    /// The stage in which the product is, or whose gate it stands at, if the caller knows the
    /// gate's stage from the definition.
    pub fn submission(&self) -> Option<&Submission> {
        match &self.position {
            Position::AtGate(submission) => Some(submission),
            Position::InStage(_) => None,
        }
    }

    /// The one person accountable for every duty of a market.
    pub fn accountable(&self, market: &MarketKey) -> PersonId {
        match self.markets.get(market).map(|market| &market.handover) {
            Some(Handover::Accepted { by, .. }) => *by,
            _ => self.owner,
        }
    }

    pub fn visit(&self, stage: &StageKey) -> u32 {
        self.visits.get(stage).map_or(0, |visit| visit.count)
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.overlay, Overlay::Closed(_))
    }
}
