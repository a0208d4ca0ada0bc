//! Time in each state.

use sluicegate_core::{id::ProductId, key::*};

use super::{Time, Words};
use crate::parse::{AnyJson, Anything, List, choice, view};

choice! {
    /// Who had to act; nobody while it was held, or closed before it was reopened.
    Waited {
        Team = "team",
        Reviewer = "reviewer",
        Gatekeeper = "gatekeeper",
        Receiver = "receiver",
        Regulator = "regulator",
        Hold = "hold",
        Closed = "closed",
    }
    SpotKind {
        Stage = "stage",
        Gate = "gate",
        Exit = "exit",
        Closed = "closed",
    }
    AboutKind {
        Deliverable = "deliverable",
        Market = "market",
    }
    /// How a visit of a stage, or a submission, ended.
    Ended {
        Go = "go",
        ConditionalGo = "conditional_go",
        Hold = "hold",
        Recycle = "recycle",
        Kill = "kill",
        Reopen = "reopen",
        StayClosed = "stay_closed",
        Withdrawn = "withdrawn",
    }
}

view! {
    /// Time by who was waited for.
    Spent open {
        waits_for: Waited,
        seconds: u64,
        /// Of them in business days; a business day has 86400.
        business_seconds: u64,
        /// The same for people, in days.
        sentence: String,
    }

    /// A stage with its visit, a gate with its submission, an exit, or no place.
    Spot open {
        kind: SpotKind,
        key: Option<String>,
        /// The visit of the stage, or the number of the submission.
        number: Option<u32>,
        title: Option<Words>,
    }

    /// Time in which place and party stayed the same.
    Segment open {
        place: Spot,
        waits_for: Waited,
        from: Time,
        until: Time,
        seconds: u64,
        business_seconds: u64,
    }

    /// A visit of a stage, or a submission to a gate.
    Passage open {
        place: Spot,
        from: Time,
        /// Null: it is not over.
        until: Option<Time>,
        ended: Option<Ended>,
        /// When the gate's decision was due.
        due_at: Option<Time>,
        /// Null: nothing was due, or it is not decided.
        in_time: Option<bool>,
        /// Of a stage without the time at its gate.
        seconds: u64,
        /// Seconds by who was waited for.
        spent: AnyJson,
    }

    /// One question to somebody outside the team.
    Wait open {
        waits_for: Waited,
        kind: AboutKind,
        /// A deliverable, or a market.
        key: String,
        from: Time,
        /// Null: it is not answered.
        until: Option<Time>,
        /// Until now while it is not answered.
        seconds: u64,
        business_seconds: u64,
    }

    /// By which days business days were counted.
    CountedBy open {
        countries: List<String>,
        /// Of the holidays that came with the program.
        edition: String,
        /// Years of this product of whose holidays nothing is known: every weekday counts in them.
        unknown_years: List<u32>,
    }

    /// How long a product stood where, and who was waited for.
    Clocks open {
        product: ProductId,
        from: Time,
        /// Now, or when the product was closed.
        until: Time,
        seconds: u64,
        business_seconds: u64,
        /// Adds up to the whole.
        spent: List<Spent>,
        /// In their order, without gap or overlap; adds up to the whole.
        segments: List<Segment>,
        /// By when they began.
        passages: List<Passage>,
        /// By when they began; these may overlap.
        waits: List<Wait>,
        calendar: CountedBy,
    }

    /// Percentiles by the nearest-rank method: each is a value that occurred.
    Quantiles open { p10: u64, p50: u64, p90: u64, }

    /// What the passages of one stage, or of one gate, have in common.
    PlaceFigures open {
        workflow: WorkflowKey,
        key: String,
        title: Words,
        /// The figures are made of so many passages.
        count: u32,
        /// Submissions that were taken back; in no other figure.
        withdrawn: u32,
        /// Null when nothing was counted.
        seconds: Option<Quantiles>,
        /// For each who was waited for: `seconds` over all passages, and their `share` from 0 to 1.
        spent: AnyJson,
        /// How many ended how.
        ended: AnyJson,
        /// Decisions that had a due date.
        with_due: u32,
        /// Those of them that kept it.
        in_time: u32,
        /// From 0 to 1; null when nothing was due.
        in_time_share: Anything,
    }

    /// Figures over many products.
    Figures open {
        /// Up to this position of the log they are complete; they follow within seconds.
        up_to: u64,
        /// False: there are more passages than are looked at; these are the last ones.
        complete: bool,
        /// How many passages were looked at.
        passages: u64,
        /// How percentiles are made: `nearest_rank`.
        method: String,
        stages: List<PlaceFigures>,
        gates: List<PlaceFigures>,
    }
}
