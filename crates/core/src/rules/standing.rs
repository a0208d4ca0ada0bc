//! What views show of a product, told by the same functions that judge commands.

use std::collections::BTreeSet;

use super::{
    context::{Case, Context},
    deputy::in_own_name,
    refusal::{Link, Refusal, Thing, Unmet},
};
use crate::{
    definition::{Definition, MustMeet, Side},
    expr::{Outcome, Verdict},
    id::PersonId,
    key::{CriterionKey, GateKey, MarketKey, StageKey},
    product::{DeliverableRef, Position, Product, RoleRef},
};

/// Where one deliverable stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverableStanding {
    pub deliverable: DeliverableRef,
    /// Pass: required of this product; fail: not; unknown: its guard cannot be told yet.
    pub required: Outcome,
    /// An accepted revision or a waiver counts now.
    pub fulfilled: bool,
}

/// Where one must-meet criterion stands.
#[derive(Clone, Debug, PartialEq)]
pub struct CriterionStanding {
    pub criterion: CriterionKey,
    pub outcome: Outcome,
    /// How an expression came to its outcome; none for a question.
    pub verdict: Option<Verdict>,
}

/// The stage in which a product is, or before whose gate it stands, and that stage's side.
pub fn stage<'a>(definition: &'a Definition, product: &'a Product) -> (&'a StageKey, Side) {
    let stage = match &product.position {
        Position::InStage(stage) => stage,
        Position::AtGate(open) => {
            let gate = definition.gates.get(&open.gate);
            gate.map_or_else(|| definition.first_stage(), |gate| &gate.stage)
        }
    };
    (stage, definition.stages.get(stage).map_or(Side::Both, |found| found.side))
}

/// Every deliverable of a product, in the order of the definition.
pub fn deliverables(cx: &Context<'_>, product: &Product) -> Vec<DeliverableStanding> {
    let case = Case { cx, product };
    let keys = cx.definition.deliverables.keys();
    let named = keys.flat_map(|key| case.instances(key));
    named.filter_map(|named| deliverable(cx, product, &named).ok()).collect()
}

/// One deliverable.
///
/// # Errors
/// The product has no such deliverable.
pub fn deliverable(
    cx: &Context<'_>,
    product: &Product,
    named: &DeliverableRef,
) -> Result<DeliverableStanding, Refusal> {
    let case = Case { cx, product };
    let (required, _) = case.required(&case.deliverable(named)?.required);
    let fulfilled = case.fulfilled(named);
    Ok(DeliverableStanding { deliverable: named.clone(), required, fulfilled })
}

/// Every must-meet criterion of a gate.
///
/// # Errors
/// There is no such gate.
pub fn criteria(
    cx: &Context<'_>,
    product: &Product,
    gate: &GateKey,
) -> Result<Vec<CriterionStanding>, Refusal> {
    let case = Case { cx, product };
    let stand = |(key, must): (&CriterionKey, &MustMeet)| {
        let (outcome, verdict) = match must {
            MustMeet::Expr { expr, .. } => {
                let verdict = case.evaluate(expr).verdict;
                (verdict.outcome, Some(verdict))
            }
            MustMeet::Question { .. } => match product.answers.get(key) {
                Some(answer) if answer.yes => (Outcome::Pass, None),
                Some(_) => (Outcome::Fail, None),
                None => (Outcome::Unknown, None),
            },
        };
        CriterionStanding { criterion: key.clone(), outcome, verdict }
    };
    Ok(case.gate(gate)?.must.iter().map(stand).collect())
}

/// What makes a market sellable, check by check.
pub fn checks(
    cx: &Context<'_>,
    product: &Product,
    market: &MarketKey,
) -> Vec<(CriterionKey, Outcome)> {
    let case = Case { cx, product };
    let checks = cx.definition.handover.iter().flat_map(|handover| &handover.sellable);
    let stand =
        |check: &crate::definition::Sellable| case.evaluate_in(&check.expr, market).verdict.outcome;
    checks.map(|(key, check)| (key.clone(), stand(check))).collect()
}

/// Who holds a role for a product, now.
pub fn holders(cx: &Context<'_>, product: &Product, role: &RoleRef) -> BTreeSet<PersonId> {
    Case { cx, product }.holders(role)
}

/// What keeps the actor from writing a draft: the right to hand it in, and nothing else, so that
/// work can begin before its turn.
///
/// # Errors
/// The product has no such deliverable.
pub fn draft_unmet(
    cx: &Context<'_>,
    product: &Product,
    named: &DeliverableRef,
) -> Result<Vec<Unmet>, Refusal> {
    in_own_name(cx.actor, Link::Deliverable(named.clone()))?;
    let case = Case { cx, product };
    let writers = case.writers(case.deliverable(named)?, named);
    let mut unmet = Vec::new();
    case.need_role(writers, Link::Deliverable(named.clone()), &mut unmet);
    Ok(unmet)
}

/// Was the product ever submitted so often?
///
/// # Errors
/// The product was never submitted so often.
pub fn known_submission(product: &Product, number: u32) -> Result<(), Refusal> {
    if (1..=product.submissions).contains(&number) {
        Ok(())
    } else {
        Err(Refusal::NoSuch(Thing::Submission(number)))
    }
}
