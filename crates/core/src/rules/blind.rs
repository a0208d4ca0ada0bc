//! Each gatekeeper scores alone: nobody sees another's scores before all are in.

use crate::{
    id::PersonId,
    product::{Actor, Event, Position, Product, Recorded, Submission},
};

/// The open submission, while some of its panel have not scored.
fn scoring(product: &Product) -> Option<&Submission> {
    let open = product.submission()?;
    let mut panel = open.panel.values().flatten();
    let all = panel.all(|person| open.scores.contains_key(person));
    (!all).then_some(open)
}

/// A state of a product as one person may see it; `current` is the product as it is now.
pub fn blinded(current: &Product, mut shown: Product, viewer: PersonId) -> Product {
    if let (Some(open), Position::AtGate(submission)) = (scoring(current), &mut shown.position)
        && submission.number == open.number
    {
        submission.scores.retain(|person, _| *person == viewer);
    }
    shown
}

/// Must the scores of this event be kept from a person for now?
pub fn withheld(current: &Product, recorded: &Recorded, viewer: PersonId) -> bool {
    let Event::ScoreGiven { gate, .. } = &recorded.event else { return false };
    let Some(open) = scoring(current) else { return false };
    open.gate == *gate && recorded.at >= open.at && recorded.actor != Actor::Person(viewer)
}
