//! Contradictions: what can be read and evaluated, and yet cannot come to anything.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::{
    Resolver,
    flow::{Ways, go_to, onward, reach},
};
use crate::{
    definition::{
        Deliverable, DoneBy, Gate, Handover, Party, Review, Role, Side, Stage, Start,
        diagnostic::{Diagnostic, Mark},
        source,
    },
    expr::{Expr, Limits, Scope, Value},
    key::{DeliverableKey, GateKey, ReviewKey, RoleKey, StageKey},
};

/// What was read of the workflow.
pub(super) struct Parts<'m> {
    pub(super) roles: &'m IndexMap<RoleKey, Role>,
    pub(super) owner: Option<&'m RoleKey>,
    pub(super) stages: &'m IndexMap<StageKey, Stage>,
    pub(super) deliverables: &'m IndexMap<DeliverableKey, Deliverable>,
    pub(super) gates: &'m IndexMap<GateKey, Gate>,
    pub(super) handover: Option<&'m Handover>,
    pub(super) reviews: &'m IndexMap<ReviewKey, Review>,
}

impl<'s> Resolver<'s, '_> {
    pub(super) fn soundness(&mut self, parts: &Parts) {
        for (key, gate) in parts.gates {
            let Some(source) = self.gate_source(key.as_str()) else { continue };
            self.enough_people(source, gate, parts);
        }
        for (key, deliverable) in parts.deliverables {
            self.another_judges(key, deliverable, parts.owner);
        }
        if self.is_complete(parts.stages, parts.gates) {
            self.handover_late_enough(parts);
            self.reviews_can_come(parts);
        }
    }

    fn gate_source(&self, key: &str) -> Option<&'s source::Gate> {
        self.source.gates.0.as_ref()?.get(key)
    }

    /// Whoever submits does not approve, and one person fills one seat: can the panel be filled?
    fn enough_people(&mut self, source: &source::Gate, gate: &Gate, parts: &Parts) {
        // One that could not be read may be the one who makes the difference.
        let written = source.submit_by.as_ref().map_or(1, |list| list.value.len());
        let only = gate.submit_by.first().filter(|_| written == 1);
        let mut owners = 0;
        for (name, seat) in &gate.seats {
            let named = source.approvals.0.as_ref().and_then(|named| named.get(name.as_str()));
            let Some(at) = named.and_then(|seat| seat.role.0.as_ref()).map(|role| role.at) else {
                continue;
            };
            if parts.roles.get(&seat.role).is_some_and(|role| role.per_market) {
                self.seat_per_market(name.as_str(), &seat.role, at);
            }
            if parts.owner == Some(&seat.role) {
                owners += seat.need;
                if only == Some(&seat.role) {
                    let what = format!("the seat `{name}`");
                    self.owner_would_judge(&what, &seat.role, at);
                } else if owners > 1 {
                    let message = format!(
                        "the seats need {owners} holders of `{}`, and the owner alone holds it",
                        seat.role
                    );
                    self.error(
                        Diagnostic::error("owner_alone", at, message)
                            .help("seat people of another role"),
                    );
                }
            } else if only == Some(&seat.role) {
                self.two_people(&format!("the seat `{name}`"), &seat.role, seat.need + 1, at);
            }
        }
        let chair = source.chair.0.as_ref().filter(|_| only == Some(&gate.chair));
        if let Some(chair) = chair {
            if parts.owner == Some(&gate.chair) {
                self.owner_would_judge("the chair", &gate.chair, chair.at);
            } else {
                self.two_people("the chair", &gate.chair, 2, chair.at);
            }
        }
    }

    fn owner_would_judge(&mut self, what: &str, role: &RoleKey, at: Mark) {
        let message = format!("only `{role}` may submit, so nobody is left for {what}");
        self.error(
            Diagnostic::error("owner_alone", at, message)
                .help("whoever submits does not approve, and the owner alone holds this role")
                .help("name another role here, or let another role submit: `submit_by`"),
        );
    }

    fn two_people(&mut self, what: &str, role: &RoleKey, people: u32, at: Mark) {
        let message = format!("only `{role}` may submit, and holds {what} as well");
        self.error(
            Diagnostic::warning("two_people", at, message).help(format!(
                "whoever submits does not approve: {people} people must hold `{role}`"
            )),
        );
    }

    fn seat_per_market(&mut self, seat: &str, role: &RoleKey, at: Mark) {
        let message = format!("`{role}` is held per market, and `{seat}` is one seat");
        self.error(
            Diagnostic::warning("seat_per_market", at, message)
                .help("the holders of all markets of the product sit there together; their votes are not counted market by market")
                .help("while the product has no market, nobody can sit there"),
        );
    }

    /// A separation is about people who can be there when the panel is made.
    pub(super) fn not_idle(&mut self, who: &Party, at: Mark, stage: Option<&StageKey>) {
        let (key, reviewed) = match who {
            Party::AuthorOf(key) => (key, false),
            Party::ReviewerOf(key) => (key, true),
            Party::HolderOf(_) => return,
        };
        let Some(source) = self.deliverable_source(key) else { return };
        let reviewers = source.reviewers.as_ref().is_some_and(|list| !list.value.is_empty());
        let position = |stage: &str| self.names.stages.position(stage);
        let later = self.names.stage_of.get(key.as_str());
        let later =
            later.filter(|own| stage.is_some_and(|it| position(own) > position(it.as_str())));
        let message = if reviewed && !reviewers {
            format!("`{key}` has no reviewers, so this keeps nobody away")
        } else if let Some(later) = later {
            format!("`{key}` belongs to the later stage `{later}`, so nobody has written it yet")
        } else {
            return;
        };
        self.error(
            Diagnostic::warning("idle_separation", at, message)
                .help("name a deliverable of this stage or an earlier one, or `holder of ROLE`"),
        );
    }

    /// Nobody accepts or waives what they handed in.
    fn another_judges(
        &mut self,
        key: &DeliverableKey,
        deliverable: &Deliverable,
        owner: Option<&RoleKey>,
    ) {
        let role = &deliverable.owner;
        let Some(source) = self.deliverable_source(key) else { return };
        let listed = source.reviewers.iter().flat_map(|list| &list.value);
        let reviewer = listed.into_iter().find(|it| *it.value == *role.as_str()).map(|it| it.at);
        let waive = source.waive.as_ref().and_then(|waive| waive.0.by.0.as_ref());
        let waive = waive.filter(|it| *it.value == *role.as_str()).map(|it| it.at);
        let alone = owner == Some(role);
        if let Some(at) = reviewer {
            let message = format!("`{role}` delivers `{key}` and reviews it");
            self.error(if alone {
                Diagnostic::error("owner_alone", at, message)
                    .help("nobody accepts what they handed in, and the owner alone holds this role")
                    .help("name another role")
            } else {
                Diagnostic::warning("two_people", at, message)
                    .help("nobody accepts what they handed in: 2 people must hold the role, or the product's owner hands it in")
            });
        }
        if let Some(at) = waive {
            let message = format!("`{role}` delivers `{key}` and approves that it is waived");
            let who = if alone {
                "the owner alone holds this role, so it cannot be waived"
            } else {
                "2 people must hold the role, or the product's owner asks"
            };
            self.error(
                Diagnostic::warning("two_people", at, message)
                    .help(format!("whoever asks for a waiver does not approve it: {who}")),
            );
        }
    }

    /// What is handed over has been made before, upstream.
    fn handover_late_enough(&mut self, parts: &Parts) {
        let at = self.source.handover.as_ref().and_then(|source| source.at.0.as_ref());
        let (Some(handover), Some(at)) = (parts.handover, at.map(|it| it.at)) else { return };
        let Some(gate) = parts.gates.get(&handover.at) else { return };
        let Some(place) = parts.stages.get_index_of(&gate.stage) else { return };
        let upstream = |stage: &Stage| matches!(stage.side, Side::Upstream | Side::Both);
        let message = if place == 0 && parts.stages.len() > 1 {
            format!("`{}` is the first gate, so the product changes hands at once", handover.at)
        } else if !parts.stages.values().take(place + 1).any(upstream) {
            format!("no stage upstream comes before the hand-over at `{}`", handover.at)
        } else {
            return;
        };
        self.error(
            Diagnostic::warning("early_handover", at, message)
                .help("name the gate that ends the work upstream, mostly the launch"),
        );
    }

    /// A review names gates that still lie ahead when it falls due.
    fn reviews_can_come(&mut self, parts: &Parts) {
        let ways = onward(parts.stages, parts.gates);
        for (key, review) in parts.reviews {
            let named = self.source.reviews.as_ref().and_then(|named| named.get(key.as_str()));
            let Some(source) = named else { continue };
            let ahead = ahead(&review.from, &ways, parts);
            let past = |gate: &GateKey| {
                parts.gates.get(gate).is_some_and(|gate| !ahead.contains(&gate.stage))
            };
            let help = "name a gate that a product comes to after the review has begun to count";
            if let (DoneBy::Gate(gate), Some(written)) = (&review.done, &source.gate)
                && past(gate)
            {
                let message =
                    format!("no product comes to `{gate}` after that, so `{key}` stays due");
                self.error(Diagnostic::error("review_never_done", written.at, message).help(help));
            }
            if let (Some(gate), Some(written)) = (&review.before, &source.before)
                && past(gate)
            {
                let message = format!("no product comes to `{gate}` after that: it stops nothing");
                self.error(
                    Diagnostic::warning("review_stops_nothing", written.at, message).help(help),
                );
            }
        }
    }

    /// An expression that reads nothing has been decided by its author.
    pub(super) fn not_constant(&mut self, expr: &Expr, at: Mark, guard: bool) {
        if !expr.reads().is_empty() {
            return;
        }
        let always = expr.eval(&Scope::default(), Limits::STANDARD).value == Value::Bool(true);
        let problem = if guard {
            let message = format!("this guard reads nothing: it is always {always}");
            Diagnostic::warning("constant", at, message)
                .help(format!("write `required: {always}`, without quotes"))
        } else if always {
            let message = "this reads nothing and is always true, so it asks for nothing";
            Diagnostic::warning("constant", at, message).help("read a field, or take it out")
        } else {
            let message = "this reads nothing and is never true, so nothing gets past it";
            Diagnostic::error("never_true", at, message).help("read a field, or take it out")
        };
        self.error(problem);
    }
}

/// The stages that a product can be in once the review has begun to count.
fn ahead<'m>(from: &'m Start, ways: &Ways<'m>, parts: &Parts<'m>) -> HashSet<&'m StageKey> {
    let entered: Vec<&StageKey> = match from {
        Start::Stage(stage) => vec![stage],
        Start::Gate(gate) => parts.gates.get(gate).into_iter().flat_map(go_to).collect(),
    };
    reach(ways, entered.into_iter().collect()).into_iter().collect()
}
