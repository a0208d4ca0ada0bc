//! What products would lack under another version of their workflow.

use sluicegate_core::{digest::Digest, id::ProductId, key::*, product::DeliverableRef};

use super::{PersonName, Unmet, Verdict, Words};
use crate::parse::{List, Sometimes, choice, view};

choice! {
    /// What becomes of a deliverable. `kept`: it stays as it is; `owed`: nothing is there, and it is
    /// asked for; `to_revise`: what was accepted no longer fits its form; `returned`: what waits for
    /// a reviewer or a waiver goes back; `gone`: it is not asked for any more.
    Becomes {
        Kept = "kept",
        Owed = "owed",
        ToRevise = "to_revise",
        Returned = "returned",
        Gone = "gone",
    }

    /// How a part of the workflow differs.
    PartChange { New = "new", Gone = "gone", Changed = "changed", }
}

view! {
    /// One fault, with the parameters of its code, as handing the content in would be answered.
    FitFault open {
        /// JSON pointer.
        pointer: String,
        code: String,
        /// In the language of the request.
        detail: String,
    }

    /// How a content fits its form in the other version.
    Fit open {
        /// What has to be filled in, and is not.
        missing: List<FitFault>,
        /// Values that the form does not take any more.
        misfits: List<FitFault>,
        /// Pointers to what is not asked any more; it stays in the revision that has it.
        fell_away: List<String>,
    }

    /// What becomes of one deliverable.
    MovedDeliverable open {
        deliverable: DeliverableRef,
        title: Words,
        /// Whose it is to mend.
        owner: RoleKey,
        becomes: Becomes,
        /// The present version does not have it.
        new: bool,
        /// Is it required of this product in the other version?
        required: Verdict,
        /// Where it will be asked for; none: nowhere.
        gate: Option<GateKey>,
        accepted: Option<Fit>,
        submitted: Option<Fit>,
        /// Only for those who may write it.
        draft: Option<Fit>,
    }

    /// A part of the workflow that differs.
    PartDifference open {
        /// `role`, `stage`, `gate`, `criterion`, `seat`, `review`, `exit` or `handover`.
        part: String,
        key: Sometimes<String>,
        /// With `criterion` and `seat`.
        gate: Sometimes<GateKey>,
        change: PartChange,
    }

    /// A published version of a workflow.
    WorkflowVersionRef open { key: WorkflowKey, version: u32, digest: Digest, }

    /// What moving one product to another version would mean.
    Migration open {
        product: ProductId,
        /// Of the product.
        version: u32,
        name: String,
        portfolio: PortfolioKey,
        owner: PersonName,
        stage: StageKey,
        from: WorkflowVersionRef,
        to: WorkflowVersionRef,
        /// Nothing stands in your way.
        allowed: bool,
        unmet: List<Unmet>,
        /// None: the card asks the same and holds the same.
        card: Option<Fit>,
        deliverables: List<MovedDeliverable>,
        /// What else the two versions say differently; left out in lists.
        differences: Sometimes<List<PartDifference>>,
    }

    /// A page of products in flight.
    MigrationPage open {
        items: List<Migration>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: Sometimes<String>,
    }
}
