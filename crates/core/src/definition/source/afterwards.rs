//! Hand-over, reviews and exits, as written.

use super::{Located, Must, Named, Ref, Span, Words, record};

record! {
    /// What changes hands, market by market.
    Handover("`handover`") {
        /// The gate whose go starts the hand-over.
        at: Must<Ref>,
        /// The role that hands over, and stays accountable until the other accepts.
        from: Must<Ref>,
        /// The role that receives; it has `per: market`.
        to: Must<Ref>,
        /// What is handed over.
        duties: Must<Named<Words>>,
        /// What the receiver confirms, or declines with a reason, item by item.
        checklist: Option<Named<Words>>,
        /// What makes a market sellable; asked market by market.
        sellable: Option<Named<Sellable>>,
        /// How long a receiver may take.
        answer_within: Option<Located<Span>>,
    }

    /// A condition that a market must meet before it can be sold in.
    Sellable("a sellable check") {
        /// Reads the card, `market`, and per-market deliverables as those of this market.
        #[schemars(extend("examples" = ["clearance.cleared"]))]
        expr: Must<Located<String>>,
        /// What to tell people when it is not met.
        r#else: Must<Words>,
    }

    /// A review that falls due by itself; done by filing a form or by a gate.
    #[schemars(extend("oneOf" = [
        { "required": ["owner", "form"], "not": { "required": ["gate"] } },
        { "required": ["gate"], "not": { "anyOf": [
            { "required": ["owner"] }, { "required": ["form"] } ] } },
    ]))]
    Review("a review") {
        /// What people call the review.
        title: Must<Words>,
        /// Due so long after its start.
        after: Must<Located<Span>>,
        /// What starts the time.
        from: Must<Start>,
        /// The role that files the form.
        owner: Option<Ref>,
        /// The form that is filed.
        form: Option<Ref>,
        /// The gate whose decision is the review.
        gate: Option<Ref>,
        /// This gate cannot be submitted while the review is due and not done.
        before: Option<Ref>,
    }

    /// What starts the time of a review: a gate's go, or each entry of a stage.
    #[schemars(extend("oneOf" = [{ "required": ["gate"] }, { "required": ["stage"] }]))]
    Start("`from`") {
        /// The go of this gate.
        gate: Option<Ref>,
        /// Each entry of this stage.
        stage: Option<Ref>,
    }

    /// A way to end a product's life.
    Exit("an exit") {
        /// What people call the exit.
        title: Must<Words>,
        /// What must still be done.
        duties: Option<Named<ExitDuty>>,
    }

    /// Something that must still be done at the end.
    ExitDuty("a duty") {
        /// What has to be done.
        title: Must<Words>,
        /// The role that does it.
        owner: Must<Ref>,
        /// Due so long after the exit.
        due: Option<Located<Span>>,
    }
}
