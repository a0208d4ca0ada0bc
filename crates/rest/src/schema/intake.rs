//! Intake links, ideas, feedback, field days.

use sluicegate_core::{
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, ProductId},
    key::*,
    product::DeliverableRef,
};

use super::{Attachment, PersonName, Time, Words};
use crate::parse::{AnyJson, List, Sometimes, choice, view};

choice! {
    IdeaStatus {
        Received = "received",
        Open = "open",
        Rejected = "rejected",
        Promoted = "promoted",
        Merged = "merged",
        Parked = "parked",
        Declined = "declined",
    }
    /// Where an idea stands, for its submitter.
    TrackStatus {
        Received = "received",
        InReview = "in_review",
        TakenUp = "taken_up",
        Parked = "parked",
        Declined = "declined",
        NotAccepted = "not_accepted",
        Ended = "ended",
    }
    FeedbackKind {
        Complaint = "complaint",
        LostDeal = "lost_deal",
        CaseStudy = "case_study",
        FieldDay = "field_day",
        Show = "show",
        Request = "request",
        Price = "price",
        Competitor = "competitor",
        Praise = "praise",
        Other = "other",
    }
    FeedbackStatus {
        Open = "open",
        NewIdea = "new_idea",
        Obligation = "obligation",
        Declined = "declined",
    }
    ObligationState { Open = "open", Fulfilled = "fulfilled", Withdrawn = "withdrawn", }
}

view! {
    /// What a command about an entry did, or would do.
    Entered open {
        /// The link, the idea, the feedback or the field day.
        entry: String,
        /// After the command; the entity tag.
        version: u32,
        /// Of every stream that the command moved; `stream` says which.
        events: List<EntryEvent>,
        /// Nothing was written: this is what would happen.
        dry_run: bool,
        /// The first answer again: the idempotency key had been used for this very request.
        replayed: bool,
        /// The product that it started.
        product: Sometimes<Option<ProductId>>,
        /// A new link's secret, shown this once: neither a replay nor a trial has it.
        secret: Sometimes<Option<String>>,
    }

    /// An event that a command has just made, and whose it is.
    EntryEvent open {
        /// Whose history it belongs to: the id of a product or of an entry.
        stream: String,
        position: u64,
        version: u64,
        at: Time,
        actor: String,
        kind: String,
        event: AnyJson,
    }

    /// What a visitor gets for an idea.
    Received open {
        /// The secret with which you follow it, shown this once; none in a replay or a trial.
        tracking: Option<String>,
        /// Where you follow it.
        address: Option<String>,
        dry_run: bool,
        replayed: bool,
    }

    IntakeField open {
        name: String,
        title: String,
        required: bool,
        /// Longest value in characters; of a list, of each item.
        max: u32,
        /// A list has at most so many items; else none.
        items: Option<u32>,
    }

    /// What a link asks a visitor for.
    Intake open {
        title: Words,
        /// Are ideas taken now?
        open: bool,
        closes_at: Option<Time>,
        fields: List<IntakeField>,
    }

    /// Where an idea stands, for its submitter.
    Tracked open {
        submitted_at: Time,
        status: TrackStatus,
        sentence: String,
        /// Why it was declined, or parked.
        reason: Option<String>,
        until: Option<Time>,
    }

    IntakeLink open {
        id: IntakeLinkId,
        version: u32,
        portfolio: PortfolioKey,
        title: Words,
        workflow: WorkflowKey,
        opened_by: PersonName,
        opened_at: Time,
        closes_at: Option<Time>,
        revoked: bool,
        open: bool,
    }

    IntakeLinkPage open { items: List<IntakeLink>, next: Sometimes<String>, }

    Submitter open { name: Option<String>, contact: Option<String>, }

    Idea open {
        id: IdeaId,
        version: u32,
        portfolio: PortfolioKey,
        status: IdeaStatus,
        opened_at: Time,
        age_days: u32,
        workflow: WorkflowKey,
        link: Option<IntakeLinkId>,
        feedback: Option<FeedbackId>,
        /// Whose feedback it came from.
        by: Option<PersonName>,
        /// For those who screen it: who submitted it from outside.
        submitter: Option<Submitter>,
        /// Texts are empty after an erasure.
        problem: String,
        idea: String,
        evidence: List<String>,
        market: Option<String>,
        segment: Option<String>,
        decided_by: Option<PersonName>,
        decided_at: Option<Time>,
        reason: Option<String>,
        /// `spam` or `out_of_scope`.
        rejected_as: Option<String>,
        parked_until: Option<Time>,
        /// What it became, or the product that it is a duplicate of.
        product: Option<ProductId>,
        duplicate_of: Option<IdeaId>,
    }

    IdeaPage open { items: List<Idea>, next: Sometimes<String>, }

    SimilarIdea open {
        idea: Option<IdeaId>,
        product: Option<ProductId>,
        name: Option<String>,
        says: String,
        likeness: u32,
    }

    SimilarIdeas open { items: List<SimilarIdea>, }

    /// The result of one decision.
    ScreeningResult open {
        idea: IdeaId,
        /// As if it had been asked alone.
        status: u32,
        version: Sometimes<u32>,
        product: Sometimes<Option<ProductId>>,
        /// Why not: a problem document.
        problem: Sometimes<AnyJson>,
    }

    Screened open { items: List<ScreeningResult>, dry_run: bool, }

    Incident open {
        flagged_by: PersonName,
        flagged_at: Time,
        to: List<RoleKey>,
        assessed_by: Option<PersonName>,
        assessed_at: Option<Time>,
        reportable: Option<bool>,
        note: Option<String>,
    }

    /// A newer revision that a product owes to the field.
    Obligation open {
        number: u32,
        deliverable: DeliverableRef,
        requirement: Option<String>,
        why: Option<String>,
        feedback: FeedbackId,
        by: PersonName,
        at: Time,
        state: ObligationState,
        /// The revision that fulfilled it.
        revision: Option<u32>,
        settled_at: Option<Time>,
        /// Why it was withdrawn.
        reason: Option<String>,
    }

    Obligations open { items: List<Obligation>, }

    /// How feedback ended, and how far what it became has come.
    FeedbackAnswer open {
        by: PersonName,
        at: Time,
        outcome: FeedbackStatus,
        reason: Option<String>,
        idea: Option<IdeaId>,
        idea_status: Option<TrackStatus>,
        obligation: Option<Obligation>,
    }

    Feedback open {
        id: FeedbackId,
        version: u32,
        portfolio: PortfolioKey,
        product: ProductId,
        product_name: String,
        kind: FeedbackKind,
        market: Option<MarketKey>,
        urgent: bool,
        status: FeedbackStatus,
        sender: PersonName,
        sent_at: Time,
        seen: Option<String>,
        evidence: List<String>,
        attachments: List<Attachment>,
        said_by: Option<String>,
        field_day: Option<FieldDayId>,
        /// Who triages it.
        owner: PersonName,
        due_at: Time,
        overdue: bool,
        escalated: bool,
        incident: Option<Incident>,
        answer: Option<FeedbackAnswer>,
        /// The sender has read the answer.
        read: bool,
    }

    FeedbackPage open { items: List<Feedback>, next: Sometimes<String>, }

    /// Feedback of one product, kind, market and state.
    FeedbackCount open {
        product: ProductId,
        kind: FeedbackKind,
        market: Option<MarketKey>,
        status: FeedbackStatus,
        number: u64,
        late: u64,
        flagged: u64,
        /// In whole days.
        oldest_days: u32,
        mean_days: u32,
    }

    FeedbackSummary open {
        number: u64,
        /// Not answered yet.
        open: u64,
        late: u64,
        /// May be incidents, and are not assessed.
        flagged: u64,
        by_status: AnyJson,
        /// False: there is more than is counted at once.
        complete: bool,
        lines: List<FeedbackCount>,
    }

    FollowUp open {
        number: u32,
        text: Option<String>,
        owner: PersonName,
        due_at: Time,
        overdue: bool,
        done_by: Option<PersonName>,
        done_at: Option<Time>,
    }

    FieldDay open {
        id: FieldDayId,
        version: u32,
        portfolio: PortfolioKey,
        date: String,
        marketer: PersonName,
        seller: PersonName,
        recorded_at: Time,
        market: Option<MarketKey>,
        products: List<ProductId>,
        account: Option<String>,
        seen: Option<String>,
        learned: Option<String>,
        usable: Option<String>,
        not_usable: Option<String>,
        follow_ups: List<FollowUp>,
        /// What was made of its learnings.
        feedback: List<FeedbackId>,
    }

    FieldDayPage open { items: List<FieldDay>, next: Sometimes<String>, }
}
