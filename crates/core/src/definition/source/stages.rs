//! Stages and deliverables, as written.

use super::{
    EachVisit, List, Located, Must, Named, Node, PerMarket, Ref, Required, Side, Span, WaitsFor,
    Waive, Words, record,
};

record! {
    /// A stage: work that ends at a gate.
    Stage("a stage") {
        /// What people call the stage.
        title: Must<Words>,
        /// What the stage is for.
        help: Option<Words>,
        /// On which side of the launch the stage stands.
        side: Must<Located<Side>>,
        /// How long the stage usually takes.
        takes: Option<Takes>,
        /// The prior probability of passing the stage, 0 to 1.
        passes: Option<Located<rust_decimal::Decimal>>,
        /// What has to be delivered. The keys are unique in the whole workflow.
        deliverables: Option<Named<Deliverable>>,
        /// The gate that ends the stage.
        gate: Must<Ref>,
    }

    /// A three-point estimate of how long a stage takes.
    Takes("`takes`") {
        /// The usual time.
        likely: Must<Located<Span>>,
        /// The shortest time.
        from: Must<Located<Span>>,
        /// The longest time.
        to: Must<Located<Span>>,
    }

    /// Something that has to be delivered before the gate.
    Deliverable("a deliverable") {
        /// What people call it.
        title: Must<Words>,
        /// What it is for, and what makes it good.
        help: Option<Words>,
        /// The role that delivers it.
        owner: Must<Ref>,
        /// The form of its content; without one it is attachments or a link.
        form: Option<Ref>,
        /// `true` (default), `false`, or a guard: required when the expression is true.
        required: Option<Required>,
        /// These must be accepted or waived before this one can be submitted.
        after: Option<List<Ref>>,
        /// Due so long after the stage was entered.
        due: Option<Located<Span>>,
        /// One person of each role must accept it; without reviewers, submitting accepts.
        reviewers: Option<List<Ref>>,
        /// Who may approve that it is not applicable; without it, nobody.
        waive: Option<Waive>,
        /// `market`: one for each market of the product.
        per: Option<Located<PerMarket>>,
        /// `visit`: needed anew each time the stage is entered.
        each: Option<Located<EachVisit>>,
        /// `regulator`: between its `after` and its hand-in, an authority is being waited for.
        waits_for: Option<Located<WaitsFor>>,
        /// So many attachments at least; without it, none is needed.
        attachments: Option<Located<u32>>,
    }

    /// Who may approve that something is not applicable, and for how long.
    FullWaive("`waive`") {
        /// The role that may approve it.
        by: Must<Ref>,
        /// A waiver holds so long after its approval; without it, for good.
        at_most: Option<Located<Span>>,
    }
}

impl FullWaive {
    /// What the short form `finance` means.
    pub(super) fn of_role(node: &Node, by: Must<Ref>) -> Self {
        Self { mark: node.at, by, at_most: None }
    }
}
