//! The language as it is written: records whose parts are not checked against each other yet.

use std::rc::Rc;

use super::{
    Side,
    diagnostic::{Located, Mark, Problems},
    node::{Data, Node, Scalar},
    read::{FromScalar, Must, Named, Read, Slot as _, record, wrong_type},
    span::Span,
};

mod text;

pub(crate) use text::Words;

/// The name of something that is defined elsewhere in the file.
pub(crate) type Ref = Located<String>;
pub(crate) type List<T> = Located<Vec<T>>;

record! {
    /// A workflow: the whole file.
    Workflow("a workflow") {
        workflow: Must<Located<String>>,
        title: Must<Words>,
        help: Option<Words>,
        calendar: Option<Calendar>,
        roles: Must<Named<Role>>,
        start_by: Option<List<Ref>>,
        policies: Option<Policies>,
        product: Option<Card>,
        forms: Option<Named<Form>>,
        stages: Must<Named<Stage>>,
        gates: Must<Named<Gate>>,
        handover: Option<Handover>,
        reviews: Option<Named<Review>>,
        exits: Option<Named<Exit>>,
        guarantees: Option<List<Located<String>>>,
    }
    Calendar("a calendar") {
        weekend: Option<List<Located<chrono::Weekday>>>,
        holidays: Option<List<Located<chrono::NaiveDate>>>,
    }
    Role("a role") {
        title: Must<Words>,
        side: Must<Located<Side>>,
        owner: Option<Located<bool>>,
        per: Option<Located<PerMarket>>,
        machine: Option<Located<bool>>,
    }
    Policies("`policies`") {
        same_person_both_sides: Option<Located<bool>>,
    }
    Card("`product`") {
        title: Option<Words>,
        help: Option<Words>,
        fields: Must<Named<Field>>,
    }
    Form("a form") {
        title: Must<Words>,
        help: Option<Words>,
        fields: Must<Named<Field>>,
    }
    Field("a field") {
        r#type: Must<Located<String>>,
        title: Option<Words>,
        help: Option<Words>,
        required: Option<Located<bool>>,
        min: Option<Located<Scalar>>,
        max: Option<Located<Scalar>>,
        long: Option<Located<bool>>,
        of: Option<Node>,
        columns: Option<Named<Field>>,
    }
    Stage("a stage") {
        title: Must<Words>,
        help: Option<Words>,
        side: Must<Located<Side>>,
        takes: Option<Takes>,
        passes: Option<Located<rust_decimal::Decimal>>,
        deliverables: Option<Named<Deliverable>>,
        gate: Must<Ref>,
    }
    Takes("`takes`") {
        likely: Must<Located<Span>>,
        from: Must<Located<Span>>,
        to: Must<Located<Span>>,
    }
    Deliverable("a deliverable") {
        title: Must<Words>,
        help: Option<Words>,
        owner: Must<Ref>,
        form: Option<Ref>,
        required: Option<Required>,
        after: Option<List<Ref>>,
        due: Option<Located<Span>>,
        reviewers: Option<List<Ref>>,
        waive: Option<Ref>,
        per: Option<Located<PerMarket>>,
        each: Option<Located<EachVisit>>,
        attachments: Option<Located<u32>>,
    }
    Gate("a gate") {
        title: Must<Words>,
        help: Option<Words>,
        chair: Must<Ref>,
        chair_signs: Option<Words>,
        submit_by: Option<List<Ref>>,
        must: Option<Named<MustMeet>>,
        score: Option<Score>,
        approvals: Must<Named<Seat>>,
        order: Option<Located<Order>>,
        separation: Option<List<Separation>>,
        clock: Option<Clock>,
        outcomes: Must<Outcomes>,
    }
    MustMeet("a must-meet criterion") {
        expr: Option<Located<String>>,
        r#else: Option<Words>,
        ask: Option<Words>,
        by: Option<Ref>,
    }
    Score("`score`") {
        hurdle: Must<Located<u32>>,
        factors: Must<Named<Factor>>,
    }
    FullFactor("a factor") {
        title: Option<Words>,
        weight: Must<Located<u32>>,
        anchors: Option<Named<Words>>,
    }
    Seat("a seat") {
        role: Must<Ref>,
        need: Must<Located<u32>>,
        of: Option<Located<u32>>,
        sign: Option<Words>,
        veto: Option<Located<bool>>,
    }
    Separation("a separation rule") {
        who: Must<Located<String>>,
        may_not: Must<Ref>,
    }
    Clock("`clock`") {
        decide_within: Must<Located<Span>>,
        remind: Option<List<Located<Span>>>,
        escalate_to: Must<Ref>,
    }
    Outcomes("`outcomes`") {
        go: Must<Go>,
        conditional_go: Option<ConditionalGo>,
        hold: Option<Hold>,
        recycle: Option<Recycle>,
        kill: Option<Kill>,
    }
    Path("a path") {
        title: Must<Words>,
        to: Option<Ref>,
        exit: Option<Ref>,
    }
    ConditionalGo("`conditional_go`") {
        due_within: Must<Located<Span>>,
    }
    Hold("`hold`") {
        at_most: Must<Located<Span>>,
    }
    Recycle("`recycle`") {
        to: Must<List<Ref>>,
        at_most: Must<Located<u32>>,
    }
    Kill("`kill`") {}
    Handover("`handover`") {
        at: Must<Ref>,
        from: Must<Ref>,
        to: Must<Ref>,
        duties: Must<Named<Words>>,
        checklist: Option<Named<Words>>,
        sellable: Option<Named<Sellable>>,
        answer_within: Option<Located<Span>>,
    }
    Sellable("a sellable check") {
        expr: Must<Located<String>>,
        r#else: Must<Words>,
    }
    Review("a review") {
        title: Must<Words>,
        after: Must<Located<Span>>,
        from: Must<Start>,
        owner: Option<Ref>,
        form: Option<Ref>,
        gate: Option<Ref>,
        before: Option<Ref>,
    }
    Start("`from`") {
        gate: Option<Ref>,
        stage: Option<Ref>,
    }
    Exit("an exit") {
        title: Must<Words>,
        duties: Option<Named<ExitDuty>>,
    }
    ExitDuty("a duty") {
        title: Must<Words>,
        owner: Must<Ref>,
        due: Option<Located<Span>>,
    }
}

/// `required: true`, `false`, or a guard in the expression language.
#[derive(Clone, Debug)]
pub(crate) enum Required {
    Fixed(bool),
    When(Located<String>),
}

impl Read for Required {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.data {
            Data::Scalar(scalar) => Some(match bool::from_scalar(scalar) {
                Ok(fixed) => Self::Fixed(fixed),
                Err(_) => Self::When(Located { value: scalar.text.to_string(), at: node.at }),
            }),
            _ => {
                problems.push(wrong_type(node, "true, false or a guard"));
                None
            }
        }
    }
}

/// A factor of a scorecard; `2` is short for `{ weight: 2 }`.
#[derive(Clone, Debug)]
pub(crate) struct Factor(pub(crate) FullFactor);

impl Read for Factor {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let full = match &node.data {
            Data::Scalar(_) => {
                let weight = Must::fill(Some(node), problems);
                FullFactor { mark: node.at, title: None, weight, anchors: None }
            }
            _ => FullFactor::read(node, problems)?,
        };
        Some(Self(full))
    }
}

/// `go: STAGE` is short for one path that is named after the stage.
#[derive(Clone, Debug)]
pub(crate) enum Go {
    Stage(Ref),
    Paths(Named<Path>),
}

impl Read for Go {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.data {
            Data::Scalar(_) => Ref::read(node, problems).map(Self::Stage),
            _ => Named::read(node, problems).map(Self::Paths),
        }
    }
}

/// Words of the language, each with what it means.
macro_rules! words {
    ($($ty:ty, $what:literal { $($word:literal => $value:expr,)+ })+) => {$(
        impl FromScalar for $ty {
            const WHAT: &'static str = $what;
            fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
                match &*scalar.text {
                    $($word => Ok($value),)+
                    _ => Err(None),
                }
            }
        }
    )+};
}

/// `per: market`
#[derive(Clone, Copy, Debug)]
pub(crate) struct PerMarket;

/// `each: visit`
#[derive(Clone, Copy, Debug)]
pub(crate) struct EachVisit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Parallel,
    Sequential,
}

words! {
    Side, "upstream, downstream, both or outside" {
        "upstream" => Side::Upstream,
        "downstream" => Side::Downstream,
        "both" => Side::Both,
        "outside" => Side::Outside,
    }
    PerMarket, "`market`" { "market" => PerMarket, }
    EachVisit, "`visit`" { "visit" => EachVisit, }
    Order, "`parallel` or `sequential`" {
        "parallel" => Order::Parallel,
        "sequential" => Order::Sequential,
    }
    chrono::Weekday, "a day: mon, tue, wed, thu, fri, sat or sun" {
        "mon" => chrono::Weekday::Mon,
        "tue" => chrono::Weekday::Tue,
        "wed" => chrono::Weekday::Wed,
        "thu" => chrono::Weekday::Thu,
        "fri" => chrono::Weekday::Fri,
        "sat" => chrono::Weekday::Sat,
        "sun" => chrono::Weekday::Sun,
    }
}

impl FromScalar for Scalar {
    const WHAT: &'static str = "a number or a date";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        Ok(scalar.clone())
    }
}

impl Read for Node {
    fn read(node: &Node, _: &mut Problems) -> Option<Self> {
        Some(node.clone())
    }
}

impl Workflow {
    /// The stages that could be read, each with its key.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&Located<Rc<str>>, &Stage)> {
        let entries = self.stages.0.iter().flat_map(|named| &named.entries);
        entries.filter_map(|entry| Some((&entry.key, entry.value.as_ref()?)))
    }
}
