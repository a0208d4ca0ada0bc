//! After the gates: conditions, markets, hand-overs, reviews.

use sluicegate_core::key::*;

use super::{PersonName, Time, Verdict, Words};
use crate::parse::{AnyJson, List, Sometimes, choice, view};

choice! {
    ConditionState {
        Open = "open",
        EvidenceGiven = "evidence_given",
        Closed = "closed",
    }
    HandoverState {
        NotOffered = "not_offered",
        Offered = "offered",
        Declined = "declined",
        Accepted = "accepted",
    }
    ReviewState {
        Scheduled = "scheduled",
        Due = "due",
        Done = "done",
    }
}

view! {
    Evidence open { by: PersonName, at: Time, text: Option<String>, }

    /// A condition of a conditional go.
    Condition open {
        number: u32,
        gate: GateKey,
        text: Option<String>,
        owner: PersonName,
        due_at: Time,
        /// Who asked for it and may close it.
        set_by: PersonName,
        state: ConditionState,
        expired: bool,
        evidence: Option<Evidence>,
        closed_by: Option<PersonName>,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        closed_at: Option<Time>,
    }

    Conditions open { items: List<Condition>, }

    /// Something that makes a market sellable.
    Check open {
        key: CriterionKey,
        outcome: Verdict,
        /// What is wrong when it fails.
        otherwise: Words,
    }

    Duty open { key: DutyKey, title: Words, }

    ChecklistItem open {
        key: ItemKey,
        title: Words,
        /// Why the receiver declined it, in the last declination.
        declined: Option<String>,
    }

    /// How far the hand-over of a market is.
    Handover open {
        state: HandoverState,
        /// To whom it is offered.
        to: Option<PersonName>,
        /// Who declined or accepted.
        by: Option<PersonName>,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        at: Option<Time>,
        due_at: Option<Time>,
        fell_due: bool,
        checklist: List<ChecklistItem>,
    }

    /// A market of a product: may it be sold there, and whose is it?
    Market open {
        market: MarketKey,
        added_at: Time,
        sellable: bool,
        checks: List<Check>,
        /// The one owner of every duty of this market.
        accountable: PersonName,
        duties: List<Duty>,
        handover: Handover,
    }

    Markets open { items: List<Market>, }

    /// A review after launch.
    Review open {
        number: u32,
        review: ReviewKey,
        title: Words,
        due_at: Time,
        state: ReviewState,
        /// Who files the form; none: a gate's decision does it.
        owner: Option<RoleKey>,
        form: Option<FormKey>,
        /// The gate whose decision does it.
        gate: Option<GateKey>,
        /// This gate cannot be submitted while the review is due.
        before: Option<GateKey>,
        content: Option<AnyJson>,
        done_by: Option<PersonName>,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        done_at: Option<Time>,
    }

    Reviews open { items: List<Review>, }
}
