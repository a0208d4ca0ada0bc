//! Why something is not possible: codes and parameters, no prose; the edges render them.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use super::clear::{Clear, Link, StandIn};
use crate::{
    definition::{Text, form::Fault},
    digest::Digest,
    directory::PortfolioKind,
    expr::Verdict,
    id::PersonId,
    key::*,
    product::{DeliverableRef, RoleRef},
};

/// A command was refused; nothing has happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum Refusal {
    /// The thing that the command names does not exist.
    NoSuch(Thing),
    /// The payload does not fit; every problem, each with its place.
    Invalid { problems: Vec<Problem> },
    /// The product, the process or the actor's rights do not allow it now.
    Blocked { unmet: Vec<Unmet> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "key", rename_all = "snake_case")]
pub enum Thing {
    Product,
    Workflow(WorkflowKey),
    Portfolio(PortfolioKey),
    Person(PersonId),
    Role(RoleKey),
    Deliverable(DeliverableRef),
    Criterion(CriterionKey),
    Gate(GateKey),
    Path(PathKey),
    Condition(u32),
    Market(MarketKey),
    Review(u32),
    Duty(DutyKey),
    Submission(u32),
    Obligation(u32),
    FollowUp(u32),
    Entry(crate::intake::EntryId),
    Token(crate::id::TokenId),
    Delegation(crate::id::DelegationId),
    /// A default deputy.
    Deputy,
    /// One that is open: not used, not replaced, not too old.
    Invitation,
    Session(crate::id::SessionId),
    /// A second factor to sign in with.
    Factor,
    /// One that was offered, and not yet confirmed by a code.
    FactorOffer,
    /// A request of an administrator to take a lost factor away, which is open.
    FactorRemoval,
    Grant,
    Content(Digest),
    Attachment(Digest),
}

/// One fault of a payload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// JSON pointer into the request's body.
    pub pointer: String,
    #[serde(flatten)]
    pub kind: ProblemKind,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ProblemKind {
    /// The content breaks its form.
    Form {
        fault: Fault,
    },
    /// The content of this digest was not sent along.
    ContentMissing,
    /// This deliverable has no form, so it takes attachments or a link.
    NoForm,
    /// This deliverable has a form, so it takes a content.
    FormNeeded {
        form: FormKey,
    },
    /// A deliverable without a form needs an attachment or a link.
    DocumentEmpty,
    AttachmentsMissing {
        need: u32,
        found: u32,
    },
    UnknownPerson {
        person: PersonId,
    },
    /// The person does not hold the role in this portfolio.
    NotAHolder {
        person: PersonId,
        role: RoleKey,
    },
    /// Only a person can do this.
    Machine {
        person: PersonId,
    },
    MarketNeeded {
        role: RoleKey,
    },
    NoMarketAllowed {
        role: RoleKey,
    },
    /// The owner's role changes hands by a transfer.
    UseTransfer,
    AlreadyThere,
    NotThere,
    UnknownFactor {
        factor: FactorKey,
    },
    ScoreMissing {
        factor: FactorKey,
    },
    ScoreOutOfRange {
        factor: FactorKey,
    },
    /// The workflow takes this answer away from the gate, or the votes have.
    OutcomeNotOffered {
        offered: Vec<String>,
    },
    StageNotOffered {
        offered: Vec<StageKey>,
    },
    RecyclesUsedUp {
        at_most: u32,
    },
    ConditionsNeeded,
    ConditionsNotAllowed,
    NotInFuture,
    TooLate {
        latest: DateTime<Utc>,
    },
    /// The signature was not given; this is what it means.
    SignatureNeeded {
        meaning: String,
    },
    /// There is no such signing of this person, or it was not completed.
    SigningUnknown,
    /// It is for another act, packet or name.
    SigningForAnother,
    /// It was completed too long ago.
    SigningTooOld,
    /// The gate asks for no signature there.
    NothingToSign,
    UnknownSeat {
        seat: SeatKey,
    },
    /// The person cannot sit there under the rules of separation.
    MayNotSit {
        seat: SeatKey,
        person: PersonId,
    },
    SeatNeeds {
        seat: SeatKey,
        need: u32,
        of: Option<u32>,
        found: u32,
    },
    SitsTwice {
        person: PersonId,
    },
    ItemsMissing {
        items: BTreeSet<ItemKey>,
    },
    UnknownItem {
        item: ItemKey,
    },
    NoItems,
    UnknownReceiver {
        market: MarketKey,
    },
    /// The account is closed.
    Inactive {
        person: PersonId,
    },
    /// This role holds in the whole house or not at all.
    EverywhereOnly {
        role: RoleKey,
    },
    /// The workflow is not for a product with this card.
    Unsuitable {
        otherwise: Text,
        verdict: Verdict,
    },
    /// A company has business units and portfolios beneath it, a business unit has portfolios.
    DoesNotFitBeneath {
        kind: PortfolioKind,
        parent: PortfolioKind,
    },
    /// Products live in portfolios, not in what stands above them.
    NoProductsHere {
        kind: PortfolioKind,
    },
    /// A mail address looks like name@example.com.
    NotAnAddress,
    /// It lies in another portfolio.
    OtherPortfolio {
        portfolio: PortfolioKey,
    },
    /// An idea cannot be a duplicate of itself.
    MergesIntoItself,
    /// That idea was merged itself, or never accepted; name the one that counts.
    NotMergeable,
    /// The person holds no role for the product.
    NotOnTeam {
        person: PersonId,
    },
    /// This has not happened yet.
    InFuture,
    /// What is written down so late is not remembered.
    TooLongAgo {
        earliest: NaiveDate,
    },
    /// Two people are named for this, or nobody.
    SamePerson,
    /// No market of the product, or of these products.
    NotItsMarket {
        markets: BTreeSet<MarketKey>,
    },
    TooManyItems {
        max: usize,
    },
    /// Products move to newer versions only.
    NotNewer {
        current: u32,
    },
    /// Nobody stands in for themselves.
    OwnDeputy {
        person: PersonId,
    },
    /// Nobody makes themselves the deputy of another.
    SelfAppointed {
        person: PersonId,
    },
    /// It ends before it begins.
    NotAfterBeginning,
    /// Nobody is named who stands in for these roles; none: for any role of the person.
    NoDefaultDeputy {
        roles: BTreeSet<RoleKey>,
    },
    /// A name, title or label has 1 to `max` printable characters.
    LabelNeeded {
        max: usize,
    },
    PasswordTooShort {
        min: usize,
    },
    PasswordTooLong {
        max: usize,
    },
    /// It is among those that are tried first.
    PasswordCommon,
    /// Little more than names of the person, the house or the product.
    PasswordGuessable,
    /// To sign in takes a name without spaces, and the profile has no address.
    SignInNameNeeded,
    /// Somebody else signs in with this name.
    SignInNameTaken,
}

/// One unmet condition: what is missing, who can clear it, and where.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unmet {
    #[serde(flatten)]
    pub blocker: Blocker,
    pub clear: Clear,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Blocker {
    /// The actor holds none of these roles here.
    NotYourRole {
        roles: BTreeSet<RoleRef>,
    },
    /// Only this person can do it.
    NotYours {
        people: BTreeSet<PersonId>,
    },
    /// The account is closed.
    AccountClosed,
    /// A machine feeds and reads; it does not decide.
    PeopleOnly,
    /// Only the clock does this.
    ClockOnly,
    /// Deputies judge; what is brought is brought in one's own name.
    NotByDeputy,
    /// No delegation lets the actor do this in that person's name now.
    NotDelegated {
        of: PersonId,
    },
    /// A delegation would, and separation does not: of the deputy, or of who passed the power on.
    DeputyMayNot {
        excluded: Excluded,
    },
    ProductHeld,
    ProductNotHeld,
    ProductClosing,
    ProductClosed,
    ProductNotClosed,
    /// The packet is frozen while the gate decides; withdraw first.
    PacketFrozen {
        gate: GateKey,
    },
    /// It was decided or withdrawn.
    SubmissionNotOpen {
        submission: u32,
    },
    /// The product stands in another stage.
    NotAtThisGate {
        gate: GateKey,
        stage: StageKey,
    },
    StageNotReached {
        stage: StageKey,
    },

    DeliverableNeededFirst {
        deliverable: DeliverableRef,
    },
    AlreadySubmitted,
    NothingToReview,
    SubmitterMayNotReview,
    ReviewedAlready,
    NotWaivable,
    NoWaiverAsked,
    AskerMayNotApprove,
    AlreadyFulfilled,

    DeliverableMissing {
        deliverable: DeliverableRef,
    },
    /// It was handed in, and reviewers are left.
    DeliverableInReview {
        deliverable: DeliverableRef,
    },
    /// A waiver was asked for, and nobody has answered.
    WaiverUndecided {
        deliverable: DeliverableRef,
    },
    /// The accepted revision does not fit the form that the workflow has now.
    DeliverableToRevise {
        deliverable: DeliverableRef,
    },
    /// The card does not fit the form that the workflow has now.
    CardToRevise,
    /// Whether it is required cannot be told yet.
    GuardUnknown {
        deliverable: DeliverableRef,
        verdict: Verdict,
    },
    CriterionFailed {
        criterion: CriterionKey,
        verdict: Verdict,
    },
    CriterionUnknown {
        criterion: CriterionKey,
        verdict: Verdict,
    },
    CriterionUnanswered {
        criterion: CriterionKey,
    },
    CriterionAnsweredNo {
        criterion: CriterionKey,
    },
    ConditionOpen {
        condition: u32,
    },
    ConditionExpired {
        condition: u32,
    },
    ReviewDue {
        review: u32,
    },
    NoMarket,
    /// Not enough people may sit.
    SeatUnfillable {
        seat: SeatKey,
        need: u32,
        found: u32,
        excluded: Vec<Excluded>,
    },
    /// Nobody but the submitter could chair.
    ChairMissing {
        role: RoleKey,
    },

    NotOnPanel,
    AlreadyVoted,
    ScoreFirst,
    NoScorecard,
    /// Seats vote in order.
    SeatWaits {
        seat: SeatKey,
    },
    /// The votes cannot decide any more.
    ChairDecides,
    /// The votes can still decide.
    VotesDecide,
    SubmitterMayNotDecide,
    /// Whoever voted here in another's name does not decide in the own one.
    ActedAsDeputy,

    HoldNotOffered,
    NoEvidence,
    EvidenceGiverMayNotClose,
    ConditionClosed,

    NoHandover,
    MarketHandedOver,
    NotLaunched {
        gate: GateKey,
    },
    MarketBlocked {
        failing: BTreeSet<CriterionKey>,
    },
    NoReceiver {
        role: RoleRef,
    },
    AlreadyOffered,
    NoOffer,
    /// One person may not stand on both sides in this workflow.
    BothSides,
    ReviewNotDue {
        due: DateTime<Utc>,
    },
    ReviewDone,
    /// This review is done by its gate's decision.
    ReviewedByGate {
        gate: GateKey,
    },
    DutyDone,
    NotClosing,

    /// The other version of the workflow does not have the stage where the product stands.
    StageMissing {
        stage: StageKey,
    },
    /// A market is offered, and the other version of the workflow hands nothing over.
    OfferOpen {
        market: MarketKey,
    },
    /// In the other version this gate lies behind the product, and it never let the product pass.
    GateBehind {
        gate: GateKey,
    },

    /// The promised revision was made, or withdrawn.
    ObligationSettled,
    /// The link was revoked, or its time is over.
    LinkClosed,
    /// A moderator has accepted or rejected it already.
    IdeaModerated,
    /// A moderator has to accept it first.
    IdeaNotModerated,
    /// It was promoted, merged, declined or rejected.
    IdeaAnswered,
    FeedbackAnswered,
    FeedbackNotAnswered,
    /// Nobody said that it may be an incident.
    NoIncident,
    IncidentFlagged,
    IncidentAssessed,
    FollowUpDone,

    /// Whoever has a password changes it by showing it.
    OwnPassword,
    /// One factor at a time.
    FactorThere,
    /// A lost factor is taken away by others.
    OwnFactor,
    /// Two administrators take a lost factor away.
    AskerMayNotConfirm,
    /// Signing takes a password and a second factor.
    FactorToSign,
    /// Too many proofs were wrong.
    SigningLocked,
    /// Nobody unlocks their own signing.
    OwnSigning,
    /// Without an administrator nobody could let the next one in.
    LastAdministrator,
    /// Only what a closed account has left behind is erased.
    AccountOpen {
        person: PersonId,
    },
    /// The account that the content names has to be erased as a whole.
    ContentIsProfile {
        person: PersonId,
    },
    /// Name and address are gone for ever.
    PersonErased {
        person: PersonId,
    },
    /// These bytes were erased, and are not taken in again.
    AttachmentErased,
}

/// Who holds the role but may not sit, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Excluded {
    pub person: PersonId,
    pub because: Exclusion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    Submitted,
    Author,
    Reviewer,
    HoldsOtherRole,
    SitsElsewhere,
    Machine,
    /// Has scored or voted here in the name of somebody else.
    ActedForAnother,
    /// Asked for the waiver.
    Asked,
    GaveEvidence,
    /// Owes the condition.
    Owes,
    /// Owns the product upstream.
    HandsOver,
}

impl Problem {
    pub(crate) fn new(pointer: impl Into<String>, kind: ProblemKind) -> Self {
        Self { pointer: pointer.into(), kind }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Invalid { problems: vec![problem] }
    }
}

impl From<Thing> for Refusal {
    fn from(thing: Thing) -> Self {
        Self::NoSuch(thing)
    }
}
