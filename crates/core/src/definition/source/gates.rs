//! Gates, as written.

use super::{Factor, Go, List, Located, Must, Named, Node, Order, Ref, Span, Words, record};

record! {
    /// A gate: who decides what, on which grounds, and where it leads.
    Gate("a gate") {
        /// What people call the gate.
        title: Must<Words>,
        /// What the gate is for.
        help: Option<Words>,
        /// The role that decides when the votes cannot.
        chair: Must<Ref>,
        /// What the chair's signature means; without it, the chair's decision is not signed.
        chair_signs: Option<Words>,
        /// The roles that may submit; without it, the owner role.
        submit_by: Option<List<Ref>>,
        /// Criteria that must all be met before the gate can be submitted.
        must: Option<Named<MustMeet>>,
        /// A scorecard that each gatekeeper fills in.
        score: Option<Score>,
        /// The seats whose votes decide.
        approvals: Must<Named<Seat>>,
        /// `parallel` (default), or `sequential`: seats vote in the order of the file.
        order: Option<Located<Order>>,
        /// Who may not sit where; nobody ever approves what they submitted.
        separation: Option<List<Separation>>,
        /// How long the decision may take.
        clock: Option<Clock>,
        /// Which answers the gate can give.
        outcomes: Must<Outcomes>,
    }

    /// A criterion: an expression over the product's data, or a question that a role answers.
    #[schemars(extend("oneOf" = [
        { "required": ["expr", "else"], "not": { "anyOf": [
            { "required": ["ask"] }, { "required": ["by"] } ] } },
        { "required": ["ask", "by"], "not": { "anyOf": [
            { "required": ["expr"] }, { "required": ["else"] } ] } },
    ]))]
    MustMeet("a must-meet criterion") {
        /// Must be true; unknown counts as not met.
        #[schemars(extend("examples" = ["market_size.total > money(0)"]))]
        expr: Option<Located<String>>,
        /// What to tell people when it is not met.
        r#else: Option<Words>,
        /// A question that is answered with yes or no, and evidence.
        ask: Option<Words>,
        /// The role that answers the question.
        by: Option<Ref>,
    }

    /// A scorecard: each gatekeeper gives each factor 0 to 10.
    Score("`score`") {
        /// The weighted mean, times ten, that should be reached: 0 to 100.
        #[schemars(extend("maximum" = 100))]
        hurdle: Must<Located<u32>>,
        /// What is scored.
        factors: Must<Named<Factor>>,
    }

    /// A factor of a scorecard.
    FullFactor("a factor") {
        /// What people call the factor; without it, its key in words.
        title: Option<Words>,
        /// How much it counts, 1 to 100.
        #[schemars(extend("minimum" = 1, "maximum" = 100))]
        weight: Must<Located<u32>>,
        /// What a score means, for some of 0 to 10.
        #[schemars(extend("propertyNames" = { "pattern": "^([0-9]|10)$" }))]
        anchors: Option<Named<Words>>,
    }

    /// A seat: people of one role whose votes count together.
    Seat("a seat") {
        /// The role whose holders sit here.
        role: Must<Ref>,
        /// So many must vote go or conditional go.
        #[schemars(extend("minimum" = 1))]
        need: Must<Located<u32>>,
        /// At most so many people sit; without it, everyone who holds the role.
        of: Option<Located<u32>>,
        /// What the signature means; without it, the vote is not signed.
        sign: Option<Words>,
        /// One vote against sends the decision to the chair.
        veto: Option<Located<bool>>,
    }

    /// Two duties that one person may not hold at one gate.
    Separation("a separation rule") {
        /// `author of DELIVERABLE`, `reviewer of DELIVERABLE` or `holder of ROLE`.
        #[schemars(extend(
            "pattern" = "^(author|reviewer|holder) +of +[a-z][a-z0-9_-]*$",
            "examples" = ["author of market_size"],
        ))]
        who: Must<Located<String>>,
        /// The seat of this gate that they may not take.
        may_not: Must<Ref>,
    }

    /// How long a decision may take. A late clock escalates; it never approves.
    Clock("`clock`") {
        /// From the submission to the decision.
        decide_within: Must<Located<Span>>,
        /// Reminders so long before the end.
        remind: Option<List<Located<Span>>>,
        /// The role that is told when the time is over.
        escalate_to: Must<Ref>,
    }

    /// The answers that a gate can give. What is not written cannot be answered.
    Outcomes("`outcomes`") {
        /// Where go leads: a stage, or several named paths of which the submission chooses one.
        go: Must<Go>,
        /// Go, with conditions that are met later.
        conditional_go: Option<ConditionalGo>,
        /// Wait, and be reviewed again.
        hold: Option<Hold>,
        /// Back to an earlier stage.
        recycle: Option<Recycle>,
        /// The end; written `kill: {}`.
        kill: Option<Kill>,
    }

    /// One way on from a gate: to a stage, or to an exit.
    #[schemars(extend("oneOf" = [{ "required": ["to"] }, { "required": ["exit"] }]))]
    Path("a path") {
        /// What people call the path.
        title: Must<Words>,
        /// The stage that it leads to.
        to: Option<Ref>,
        /// The exit that it leads to.
        exit: Option<Ref>,
    }

    /// Go, with conditions that are met later.
    ConditionalGo("`conditional_go`") {
        /// A condition is due at most so long after the decision.
        due_within: Must<Located<Span>>,
    }

    /// Wait, and be reviewed again.
    Hold("`hold`") {
        /// The longest time on hold.
        at_most: Must<Located<Span>>,
    }

    /// Back to an earlier stage.
    Recycle("`recycle`") {
        /// The gate's own stage or earlier ones.
        to: Must<List<Ref>>,
        /// So many times from this gate in the life of a product, 1 to 100.
        #[schemars(extend("minimum" = 1, "maximum" = 100))]
        at_most: Must<Located<u32>>,
    }

    /// The end.
    Kill("`kill`") {}
}

impl FullFactor {
    /// What the short form `2` means.
    pub(super) fn of_weight(node: &Node, weight: Must<Located<u32>>) -> Self {
        Self { mark: node.at, title: None, weight, anchors: None }
    }
}
