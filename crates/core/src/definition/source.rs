//! The language as it is written: records whose parts are not checked against each other yet.
//!
//! The comments of the records are what an editor shows: they become the JSON Schema.

use std::rc::Rc;

use super::{
    Side, WaitsFor,
    diagnostic::{Located, Mark, Problems},
    holidays::Country,
    node::{Data, Node, Scalar},
    read::{FromScalar, Must, Named, Read, record},
    span::Span,
};

mod afterwards;
mod forms;
mod gates;
mod lifecycle;
mod short;
mod stages;
mod text;
mod words;

pub(crate) use afterwards::*;
pub(crate) use forms::*;
pub(crate) use gates::*;
pub(crate) use lifecycle::*;
pub(crate) use short::*;
pub(crate) use stages::*;
pub(crate) use text::Words;
pub(crate) use words::*;

/// The name of something that is defined elsewhere in the file.
pub(crate) type Ref = Located<String>;
pub(crate) type List<T> = Located<Vec<T>>;

record! {
    /// A stage-gate workflow: how a product gets from an idea to the market and to its end.
    Workflow("a workflow") {
        /// The key of the workflow; new versions are published under the same key.
        #[schemars(extend("examples" = ["npi-medtech"]))]
        workflow: Must<Located<String>>,
        /// What people call the workflow.
        title: Must<Words>,
        /// What the workflow is for.
        help: Option<Words>,
        /// Which days are business days; without it, Monday to Friday.
        calendar: Option<Calendar>,
        /// Who takes part. Exactly one role has `owner: true`.
        roles: Must<Named<Role>>,
        /// The roles that may start a product; without it, the owner role.
        start_by: Option<List<Ref>>,
        /// Rules that a company can choose.
        policies: Option<Policies>,
        /// The product's card: what is known of every product from its first day.
        product: Option<Card>,
        /// The forms that deliverables and reviews are filled in with.
        forms: Option<Named<Form>>,
        /// The stages in the order in which a product passes them; it starts in the first.
        stages: Must<Named<Stage>>,
        /// The gates; each ends exactly one stage.
        gates: Must<Named<Gate>>,
        /// What changes hands, market by market, when a gate says go.
        handover: Option<Handover>,
        /// Reviews that fall due by themselves.
        reviews: Option<Named<Review>>,
        /// The ways in which a product's life ends.
        exits: Option<Named<Exit>>,
        /// Promises about every run of the workflow, which `check` proves.
        #[schemars(extend("examples" = [[
            "launch needs go at business_case",
            "launch needs accepted risk_file",
            "sellable(market) needs accepted clearance(market)",
            "every product can reach an end",
            "no one approves what they submitted",
        ]]))]
        guarantees: Option<List<Located<String>>>,
        /// The data points that every product of the workflow has, so that products compare.
        measures: Option<Named<Measure>>,
        /// Conditions which say that somebody should look at a product.
        signals: Option<Named<Signal>>,
        /// Which products the workflow is for; without it, any.
        suits: Option<Suits>,
        /// Which market segments its products want covered, or serve.
        segments: Option<Segments>,
        /// Which technologies its products need, by when and in which way.
        technologies: Option<Technologies>,
        /// Which skills its products need and the company has too little of.
        skills: Option<Skills>,
    }

    /// Which days are business days.
    Calendar("a calendar") {
        /// The days of the week on which nobody works; without it, Saturday and Sunday.
        weekend: Option<List<Located<chrono::Weekday>>>,
        /// Other days on which nobody works.
        holidays: Option<List<Located<chrono::NaiveDate>>>,
        /// The country whose public holidays are no business days.
        country: Option<Located<Country>>,
        /// Several countries: a public holiday of any of them is no business day.
        countries: Option<List<Located<Country>>>,
        /// `market`: what runs for one market counts the business days of the market's country.
        per: Option<Located<PerMarket>>,
    }

    /// A role that people, or machines, hold for a product.
    Role("a role") {
        /// What people call the role.
        title: Must<Words>,
        /// On which side of the launch the role works.
        side: Must<Located<Side>>,
        /// Exactly one role owns the product until its markets are handed over.
        owner: Option<Located<bool>>,
        /// `market`: held for one market at a time.
        per: Option<Located<PerMarket>>,
        /// Held by machines only; a machine never decides, signs or owns.
        machine: Option<Located<bool>>,
    }

    /// Rules that a company can choose.
    Policies("`policies`") {
        /// May one person own a product and receive one of its markets? Without it, no.
        same_person_both_sides: Option<Located<bool>>,
    }
}

impl Workflow {
    /// The stages that could be read, each with its key.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (&Located<Rc<str>>, &Stage)> {
        let entries = self.stages.0.iter().flat_map(|named| &named.entries);
        entries.filter_map(|entry| Some((&entry.key, entry.value.as_ref()?)))
    }
}
