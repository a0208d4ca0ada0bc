//! What is said about whole products: measures, signals, segments, technologies and which
//! workflow suits, as written.

use super::{List, Located, Must, Ref, Words, record};

record! {
    /// A data point that every product of the workflow has, so that products can be compared.
    Measure("a measure") {
        /// What people call the measure.
        title: Must<Words>,
        /// How to read it.
        help: Option<Words>,
        /// One value, from what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = [
            "crs.requirements.filter(c, !trs.requirements.exists(t, t.crs == c.id)).size()",
        ]))]
        value: Must<Located<String>>,
        /// What a number counts.
        unit: Option<Words>,
    }

    /// A condition which says that somebody should look at the product.
    Signal("a signal") {
        /// What people call the signal.
        title: Must<Words>,
        /// What to think of when it holds.
        help: Option<Words>,
        /// Holds when this is true; reads what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = ["sales.growth < -10.0"]))]
        when: Must<Located<String>>,
        /// The exit that it proposes.
        propose: Option<Ref>,
        /// Asked in these stages only; without it, in every stage.
        stages: Option<List<Ref>>,
    }

    /// Which market segments its products want covered, or serve.
    Segments("`segments`") {
        /// A list of names; reads what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = ["segments.segments.filter(s, s.wanted).map(s, s.segment)"]))]
        wants: Option<Located<String>>,
        /// A list of names; reads what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = ["strategic_fit.segments.map(s, s.segment)"]))]
        serves: Option<Located<String>>,
        /// The day on which the product is expected on the market.
        #[schemars(extend("examples" = ["product.target_launch"]))]
        launch: Option<Located<String>>,
    }

    /// Which technologies its products need, by when and in which way.
    Technologies("`technologies`") {
        /// The rows of a table; reads what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = ["technology_roadmap.technologies"]))]
        each: Must<Located<String>>,
        /// What the technology is called; here and below, `row` is the row.
        #[schemars(extend("examples" = ["row.technology"]))]
        name: Must<Located<String>>,
        /// The day, or the year, by which the product needs it.
        #[schemars(extend("examples" = ["row.by"]))]
        by: Option<Located<String>>,
        /// How mature it is: a whole number.
        #[schemars(extend("examples" = ["row.readiness"]))]
        readiness: Option<Located<String>>,
        /// How mature it has to be.
        #[schemars(extend("examples" = ["row.needed"]))]
        needed: Option<Located<String>>,
        /// How it is got: make, hire, buy or merge, for example.
        #[schemars(extend("examples" = ["row.way"]))]
        way: Option<Located<String>>,
    }

    /// Which skills its products need and the company has too little of.
    Skills("`skills`") {
        /// The rows of a table; reads what a gate criterion reads, in every stage.
        #[schemars(extend("examples" = ["technology_roadmap.skills"]))]
        each: Must<Located<String>>,
        /// What the skill is called; here and below, `row` is the row.
        #[schemars(extend("examples" = ["row.skill"]))]
        name: Must<Located<String>>,
        /// How many people are missing; nothing is missing at 0 and below.
        #[schemars(extend("examples" = ["row.needed - row.have"]))]
        missing: Must<Located<String>>,
        /// The day, or the year, by which they are needed.
        #[schemars(extend("examples" = ["row.by"]))]
        by: Option<Located<String>>,
        /// How the gap is closed.
        #[schemars(extend("examples" = ["row.way"]))]
        way: Option<Located<String>>,
    }

    /// Which products the workflow is for.
    Suits("`suits`") {
        /// Reads the product's card. While it is unknown, a product may start.
        #[schemars(extend("examples" = ["product.kind != 'line_extension'"]))]
        when: Must<Located<String>>,
        /// What to tell people whose product it does not suit.
        r#else: Must<Words>,
    }
}
