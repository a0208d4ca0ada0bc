//! What has happened to a product. Each variant says which transition it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{refs::*, state::*};
use crate::{
    digest::Digest,
    id::{FeedbackId, PersonId, ProductId},
    key::*,
};

/// One fact about one product, in past tense. Stored for ever: variants and fields are added,
/// never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Nothing -> a product; a [`Event::StageEntered`] for the first stage follows.
    ProductStarted {
        product: ProductId,
        workflow: WorkflowRef,
        name: String,
        portfolio: PortfolioKey,
        owner: PersonId,
        card: Digest,
        /// The first stage of the workflow.
        stage: StageKey,
    },
    /// The name changes.
    ProductRenamed { name: String },
    /// The card's content is replaced.
    CardRevised { card: Digest },
    /// The same position, under a newer version of the workflow. What was decided stays decided,
    /// and every accepted revision stays as it was; the lists say what the new version makes of
    /// the rest.
    ProductMigrated {
        workflow: WorkflowRef,
        reason: Digest,
        /// Accepted, and no longer fitting their form: owed anew. All others fit.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        to_revise: BTreeSet<DeliverableRef>,
        /// The card no longer fits its form.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        card_to_revise: bool,
        /// Owed from now on.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        owed: BTreeSet<DeliverableRef>,
        /// Submitted, or asked to be waived, and nobody could judge it any more -> returned.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        returned: BTreeSet<DeliverableRef>,
        /// Answers to questions that the gate ahead does not ask so any more; they are void.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        unanswered: BTreeSet<CriterionKey>,
        /// Roles of the team that are gone.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        released: BTreeSet<RoleRef>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        dues: BTreeMap<DeliverableKey, DateTime<Utc>>,
        /// Due dates of what is gone.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        lifted: BTreeSet<DeliverableKey>,
    },
    /// The owner changes; markets that nobody has accepted go along.
    OwnershipTransferred { to: PersonId },
    /// A person joins the team in a role.
    RoleAssigned { role: RoleRef, person: PersonId },
    /// A person leaves a role of the team.
    RoleReleased { role: RoleRef, person: PersonId },
    /// A market joins: not sellable, not offered.
    MarketAdded { market: MarketKey },
    /// A market leaves before it was handed over.
    MarketWithdrawn { market: MarketKey, reason: Digest },

    /// Any work -> submitted; an accepted revision stays the one that counts.
    DeliverableSubmitted { deliverable: DeliverableRef, document: Document },
    /// Submitted -> submitted, with one more reviewer role content.
    DeliverableReviewed { deliverable: DeliverableRef, role: RoleKey },
    /// Submitted -> accepted; freezes the revision.
    DeliverableAccepted { deliverable: DeliverableRef, revision: u32, visit: u32 },
    /// Submitted -> returned.
    DeliverableReturned { deliverable: DeliverableRef, reason: Digest },
    /// No work -> waiver asked.
    WaiverAsked { deliverable: DeliverableRef, reason: Digest },
    /// Waiver asked -> waived, for good or until a time.
    WaiverApproved {
        deliverable: DeliverableRef,
        visit: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
    },
    /// Waived -> no work: its time is over, and the deliverable is owed again.
    WaiverExpired { deliverable: DeliverableRef },
    /// Waiver asked -> returned.
    WaiverRefused { deliverable: DeliverableRef, reason: Digest },
    /// The due date passed without an accepted revision.
    DeliverableFellDue { deliverable: DeliverableKey },
    /// The due date passed, and nothing was owed.
    DeliverableDueLifted { deliverable: DeliverableKey },

    /// A question of the gate ahead is answered, or answered anew.
    CriterionAnswered { criterion: CriterionKey, yes: bool, evidence: Digest },
    /// In stage -> at gate; freezes packet and panel.
    GateSubmitted {
        gate: GateKey,
        submission: u32,
        purpose: Purpose,
        packet: Digest,
        panel: BTreeMap<SeatKey, BTreeSet<PersonId>>,
        due: Option<DateTime<Utc>>,
        reminders: Vec<DateTime<Utc>>,
    },
    /// At gate -> in the stage before it; votes stay in the history only.
    GateWithdrawn { gate: GateKey, stage: StageKey, reason: Digest },
    /// A gatekeeper scored, alone.
    ScoreGiven { gate: GateKey, scores: BTreeMap<FactorKey, u8> },
    /// A gatekeeper voted.
    VoteCast {
        gate: GateKey,
        seat: SeatKey,
        choice: Choice,
        reason: Digest,
        conditions: Vec<ConditionDraft>,
        signature: Option<Signature>,
    },
    /// At gate -> what the outcome says; the events that follow carry it out.
    GateDecided {
        gate: GateKey,
        submission: u32,
        outcome: Outcome,
        decided_by: DecidedBy,
        /// The gate's own stage, where the product stands until it enters another.
        stage: StageKey,
    },
    /// A condition of a conditional go is owed.
    ConditionImposed { condition: u32, gate: GateKey, draft: ConditionDraft, set_by: PersonId },
    /// Any position -> in the stage; its due dates start, the questions of its gate are open again.
    StageEntered { stage: StageKey, visit: u32, dues: BTreeMap<DeliverableKey, DateTime<Utc>> },
    /// The panel was reminded that a decision is due.
    GateReminded { gate: GateKey },
    /// The decision is late; the named people were told.
    GateEscalated { gate: GateKey, to: BTreeSet<PersonId> },

    /// Condition open -> evidence given.
    ConditionEvidenceGiven { condition: u32, evidence: Digest },
    /// Evidence given -> open.
    ConditionEvidenceRefused { condition: u32, reason: Digest },
    /// Evidence given -> closed.
    ConditionClosed { condition: u32 },
    /// The due date moves; an expired condition is open again.
    ConditionExtended { condition: u32, due: DateTime<Utc>, reason: Digest },
    /// The due date passed; the product is held next.
    ConditionExpired { condition: u32 },

    /// Active -> held.
    ProductHeld { review_at: DateTime<Utc>, cause: HoldCause, reason: Option<Digest> },
    /// Held, and now to be reviewed.
    HoldReviewFellDue,
    /// Held -> active, where it was.
    ProductResumed { reason: Digest },
    /// Active -> closing; the duties of the exit are owed.
    ExitBegun { exit: ExitKey, gate: GateKey, duties: BTreeMap<DutyKey, ExitDuty> },
    /// One duty of the exit is done.
    DutyDischarged { duty: DutyKey, evidence: Digest },
    /// A duty of the exit is late.
    DutyFellDue { duty: DutyKey },
    /// Active, held or closing -> closed.
    ProductClosed { ending: Ending, gate: GateKey },
    /// Closed -> active; a [`Event::StageEntered`] follows.
    ProductReopened { gate: GateKey },

    /// Every check of the market holds now.
    MarketSellable { market: MarketKey, evidence: Digest },
    /// Some check of the market no longer holds.
    MarketBlocked { market: MarketKey, failing: BTreeSet<CriterionKey> },
    /// Not offered or declined -> offered.
    HandoverOffered {
        market: MarketKey,
        to: PersonId,
        package: Digest,
        due: Option<DateTime<Utc>>,
        /// The receiver also owns the product upstream, as the workflow allows.
        both_sides: bool,
    },
    /// Offered -> accepted: the receiver is accountable for every duty of the market.
    HandoverAccepted { market: MarketKey },
    /// Offered -> declined, item by item; the upstream owner stays accountable.
    HandoverDeclined { market: MarketKey, items: BTreeMap<ItemKey, Digest> },
    /// An offer was not answered in time.
    HandoverFellDue { market: MarketKey },

    /// Feedback from the field asks for a newer revision; nothing waits for it.
    RevisionObliged {
        obligation: u32,
        deliverable: DeliverableRef,
        /// Which requirement.
        requirement: Digest,
        why: Digest,
        feedback: FeedbackId,
    },
    /// Obligation open -> fulfilled, by a revision that was handed in after it.
    RevisionObligationFulfilled { obligation: u32, revision: u32 },
    /// Obligation open -> withdrawn.
    RevisionObligationWithdrawn { obligation: u32, reason: Digest },

    /// A review will fall due.
    ReviewScheduled { number: u32, review: ReviewKey, due: DateTime<Utc> },
    /// Scheduled -> due.
    ReviewFellDue { number: u32 },
    /// Scheduled or due -> done, by a form or by its gate's decision.
    ReviewCompleted { number: u32, content: Option<Digest> },
}

/// How a submission ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Go {
        path: PathKey,
    },
    ConditionalGo {
        path: PathKey,
    },
    Hold {
        review_at: DateTime<Utc>,
    },
    Recycle {
        to: StageKey,
    },
    Kill,
    Reopen,
    /// A reopening was refused: the product stays closed.
    StayClosed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum DecidedBy {
    /// Every seat's need was met.
    Seats,
    Chair {
        person: PersonId,
        reason: Digest,
        signature: Option<Box<Signature>>,
    },
}

/// Who did something, and in whose name. Stored as text, for ever: `psn_…`, `system`, `visitor`, and
/// since there are deputies `psn_… for psn_…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Actor {
    Person(PersonId),
    /// The clock: what falls due by itself.
    System,
    /// Somebody without an account, with a link.
    Visitor,
    /// A deputy, in the name of an absent person.
    Deputy {
        by: PersonId,
        of: PersonId,
    },
}

/// Between the deputy and the absent person.
const FOR: &str = " for ";

impl Actor {
    /// In whose name it is done: whose rights are judged, and to whom it counts.
    pub const fn principal(self) -> Option<PersonId> {
        match self {
            Self::Person(person) | Self::Deputy { of: person, .. } => Some(person),
            Self::System | Self::Visitor => None,
        }
    }

    /// Who did it, when it was done in another's name.
    pub const fn deputy(self) -> Option<PersonId> {
        match self {
            Self::Deputy { by, .. } => Some(by),
            Self::Person(_) | Self::System | Self::Visitor => None,
        }
    }

    /// Whose hands did it.
    pub const fn hands(self) -> Option<PersonId> {
        match self {
            Self::Person(person) | Self::Deputy { by: person, .. } => Some(person),
            Self::System | Self::Visitor => None,
        }
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::System => f.write_str("system"),
            Self::Visitor => f.write_str("visitor"),
            Self::Deputy { by, of } => write!(f, "{by}{FOR}{of}"),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}

impl std::str::FromStr for Actor {
    type Err = crate::id::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "system" => Ok(Self::System),
            "visitor" => Ok(Self::Visitor),
            _ => match text.split_once(FOR) {
                Some((by, of)) => Ok(Self::Deputy { by: by.parse()?, of: of.parse()? }),
                None => text.parse().map(Self::Person),
            },
        }
    }
}

impl TryFrom<String> for Actor {
    type Error = crate::id::IdError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// An event with its circumstances, as `evolve` needs them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub at: DateTime<Utc>,
    pub actor: Actor,
    #[serde(flatten)]
    pub event: Event,
}
