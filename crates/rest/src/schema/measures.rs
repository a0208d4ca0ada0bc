//! Measures, signals and tailoring.

use sluicegate_core::{digest::Digest, id::ProductId, key::*};

use crate::parse::{AnyJson, Anything, List, choice, view};

choice! {
    /// What a rule comes to.
    Told {
        Yes = "yes",
        No = "no",
        Unknown = "unknown",
    }
}

view! {
    /// Why there is no value.
    UnknownWhy open {
        /// A stable `code`, for example `absent` or `division_by_zero`, with its parameters.
        why: AnyJson,
        /// In the language of the request.
        sentence: String,
    }

    /// One data point of a product.
    Measure open {
        key: MeasureKey,
        /// In the language of the request.
        title: String,
        help: Option<String>,
        /// What a number counts.
        unit: Option<String>,
        /// `bool`, `integer`, `number`, `money`, `text`, `date` or `duration` (days).
        r#type: String,
        /// As a content has it; none while it is unknown.
        value: Anything,
        unknown: Option<UnknownWhy>,
    }

    /// A way out that a signal proposes.
    ProposedExit open { exit: ExitKey, title: String, }

    /// One clause of a rule.
    SignalFact open {
        /// As the workflow has it.
        clause: String,
        holds: Told,
        /// What the clause reads, each with its value.
        evidence: List<Anything>,
        unknown: Option<UnknownWhy>,
    }

    /// A condition which says that somebody should look at the product.
    Signal open {
        key: SignalKey,
        /// In the language of the request.
        title: String,
        help: Option<String>,
        /// The product stands in a stage in which it is asked; otherwise it does not hold.
        asked: bool,
        holds: Told,
        propose: Option<ProposedExit>,
        /// What it rests on.
        facts: List<SignalFact>,
    }

    /// What a product measures, and what speaks for looking at it.
    Measures open {
        product: ProductId,
        version: u32,
        workflow: WorkflowKey,
        stage: StageKey,
        measures: List<Measure>,
        signals: List<Signal>,
    }

    /// A deliverable that is required under a condition.
    GuardedDeliverable open {
        deliverable: DeliverableKey,
        title: String,
        stage: StageKey,
        required: Told,
        /// What cannot be told yet, in the language of the request.
        reason: Option<String>,
    }

    /// One workflow, held against the answers.
    Tailored open {
        workflow: WorkflowKey,
        version: u32,
        digest: Digest,
        title: String,
        suits: Told,
        /// Why not, or what the answers do not tell yet, in the language of the request.
        reason: Option<String>,
        deliverables: List<GuardedDeliverable>,
    }

    /// Every workflow, held against the answers.
    Tailoring open { items: List<Tailored>, }
}
