//! What of a product's work is done: questions that need neither people nor contents.

use crate::{
    definition::{Definition, Deliverable},
    key::{DeliverableKey, MarketKey},
    product::{DeliverableRef, Product, Work},
};

/// One name for each market of the product, or just one.
pub(crate) fn instances(
    definition: &Definition,
    product: &Product,
    key: &DeliverableKey,
) -> Vec<DeliverableRef> {
    if definition.deliverables.get(key).is_some_and(|found| found.per_market) {
        let named = |market: &MarketKey| DeliverableRef::new(key.clone(), Some(market.clone()));
        product.markets.keys().map(named).collect()
    } else {
        vec![DeliverableRef::new(key.clone(), None)]
    }
}

/// Is there an accepted revision or a waiver, from this visit where each visit asks for one?
pub(crate) fn fulfilled(
    definition: &Definition,
    product: &Product,
    named: &DeliverableRef,
) -> bool {
    let Some(deliverable) = definition.deliverables.get(&named.key) else { return false };
    let Some(entry) = product.deliverables.get(named) else { return false };
    let visit = product.visit(&deliverable.stage);
    let current = |made: u32| !deliverable.each_visit || made == visit;
    let accepted = entry.accepted.as_ref().filter(|_| entry.outgrown.is_none());
    let accepted = accepted.is_some_and(|revision| current(revision.visit));
    let waived = matches!(entry.work, Work::Waived { visit, .. } if current(visit));
    accepted || waived
}

/// What must be accepted or waived before this one can be handed in, and is not.
pub(crate) fn needed_first(
    definition: &Definition,
    product: &Product,
    deliverable: &Deliverable,
    named: &DeliverableRef,
) -> Vec<DeliverableRef> {
    let other_market = |first: &DeliverableRef| {
        first.market.is_some() && named.market.is_some() && first.market != named.market
    };
    let firsts = deliverable.after.iter().flat_map(|key| instances(definition, product, key));
    firsts.filter(|first| !other_market(first) && !fulfilled(definition, product, first)).collect()
}
