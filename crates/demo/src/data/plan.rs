//! What stands in a strategic plan that is not computed from the products: one file for all plans.

use serde::Deserialize;

/// The plan of a business unit, in its own language.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StrategicPlan {
    pub(crate) segments: Vec<PlanSegment>,
    pub(crate) pest: Vec<Factor>,
    pub(crate) forces: Vec<Force>,
    pub(crate) rivals: Vec<PlanRival>,
    pub(crate) swot: Vec<Point>,
    pub(crate) behaviour: Vec<Step>,
    pub(crate) funding: Vec<Budget>,
    pub(crate) technologies: Vec<Technology>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) leaders: Vec<Leader>,
    pub(crate) reimbursement: Vec<Aim>,
    pub(crate) goals: Vec<Goal>,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) scenarios: Vec<Scenario>,
    /// The products of the plan, by the keys of their sheets.
    pub(crate) products: Vec<PlanProduct>,
    /// Learned from the last plan.
    pub(crate) learned: Vec<Learned>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanSegment {
    pub(crate) name: String,
    pub(crate) need: String,
    /// In millions of US dollars a year.
    pub(crate) size: i64,
    pub(crate) growth: f64,
    pub(crate) margin: f64,
    pub(crate) attractive: i64,
    pub(crate) position: i64,
    pub(crate) wanted: bool,
    pub(crate) covered_by: Option<String>,
    pub(crate) promise: Option<Promise>,
    pub(crate) gap: Option<Gap>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Promise {
    pub(crate) customer: String,
    pub(crate) benefit: String,
    pub(crate) against: String,
    pub(crate) proof: String,
    pub(crate) price: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gap {
    pub(crate) missing: String,
    pub(crate) revenue: i64,
    pub(crate) close_by: String,
    pub(crate) reason: String,
}

/// Kind, factor, market, effect, strength, years ahead, source.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Factor(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) i32,
    pub(crate) String,
);

/// Segment by its place in the list, force, strength, trend, reason.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Force(
    pub(crate) usize,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
);

/// Company, segment, share, growth, strengths, weaknesses, next move, threat.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PlanRival(
    pub(crate) String,
    pub(crate) usize,
    pub(crate) f64,
    pub(crate) f64,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
);

/// Kind, point, evidence, weight, answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Point(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) String,
);

/// Segment, step, who, does, barrier, channel, months.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Step(
    pub(crate) usize,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) f64,
);

/// Market, scheme, amount in its own currency, trend, source.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Budget(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
);

/// Technology, serves, readiness, needed, years ahead, way, cost in thousands of US dollars.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Technology(
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) i64,
    pub(crate) i32,
    pub(crate) String,
    pub(crate) i64,
);

/// Skill, people now, people needed, way.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Skill(pub(crate) String, pub(crate) i64, pub(crate) i64, pub(crate) String);

/// Market, which of its physicians, reach, now, goal, activity.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Leader(
    pub(crate) String,
    pub(crate) usize,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
);

/// Sheet, market, today, aim, evidence.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Aim(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
);

/// Perspective, goal, measure, today, target, unit, years ahead, role of the owner.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Goal(
    pub(crate) String,
    pub(crate) String,
    pub(crate) String,
    pub(crate) f64,
    pub(crate) f64,
    pub(crate) String,
    pub(crate) i32,
    pub(crate) String,
);

/// Assumption, what it costs if wrong in thousands of US dollars, early sign.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Assumption(pub(crate) String, pub(crate) i64, pub(crate) String);

/// Scenario, what happens, revenue against the plan in percent, answer.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Scenario(pub(crate) String, pub(crate) String, pub(crate) i64, pub(crate) String);

/// Sheet, segment, decision, and a proposal with its reason for what may be given up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanProduct {
    pub(crate) sheet: String,
    pub(crate) segment: usize,
    pub(crate) decision: String,
    pub(crate) proposal: Option<String>,
    pub(crate) reason: Option<String>,
}

/// What was learned, part of the plan, how it was taken up.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Learned(pub(crate) String, pub(crate) String, pub(crate) String);
