//! Each gatekeeper scores alone: nobody sees another's scores before all are in.

use crate::product::{Actor, Event, Position, Product, Recorded, Submission};

/// The open submission, while some of its panel have not scored.
fn scoring(product: &Product) -> Option<&Submission> {
    let open = product.submission()?;
    let mut panel = open.panel.values().flatten();
    let all = panel.all(|person| open.scores.contains_key(person));
    (!all).then_some(open)
}

/// May a viewer see what the scorer gave, before all are in? Gatekeepers see what was given in
/// their name. A deputy sees what the own hands gave, and nothing else: who reads in a gatekeeper's
/// name may be the deputy of another, or sit there.
fn sees(viewer: Actor, scorer: Actor) -> bool {
    match viewer {
        Actor::Person(_) => viewer.principal() == scorer.principal(),
        Actor::Deputy { .. } => viewer == scorer,
        Actor::System | Actor::Visitor => false,
    }
}

/// A state of a product as one person may see it; `current` is the product as it is now.
pub fn blinded(current: &Product, mut shown: Product, viewer: Actor) -> Product {
    if let (Some(open), Position::AtGate(submission)) = (scoring(current), &mut shown.position)
        && submission.number == open.number
    {
        let Submission { scores, scored_by, .. } = &mut **submission;
        scores.retain(|of, _| {
            let of = *of;
            let scorer = scored_by.get(&of).map(|by| Actor::Deputy { by: *by, of });
            sees(viewer, scorer.unwrap_or(Actor::Person(of)))
        });
    }
    shown
}

/// Must the scores of this event be kept from a person for now?
pub fn withheld(current: &Product, recorded: &Recorded, viewer: Actor) -> bool {
    let Event::ScoreGiven { gate, .. } = &recorded.event else { return false };
    let Some(open) = scoring(current) else { return false };
    open.gate == *gate && recorded.at >= open.at && !sees(viewer, recorded.actor)
}
