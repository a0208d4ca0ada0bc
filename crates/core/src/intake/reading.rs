//! Who may read what of an entry.

use super::state::{Entry, Idea, IdeaState, Origin};
use crate::{
    directory::{ADMINISTRATOR, AUDITOR, Directory},
    id::PersonId,
    organisation::{may_read, may_read_product},
    product::Product,
};

/// How much of an entry somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// To this person it does not exist.
    Nothing,
    /// All but who submitted it.
    Matter,
    Everything,
}

/// How much of an entry a person sees; `product` is the one that feedback is about.
pub fn sight(
    directory: &Directory,
    person: PersonId,
    entry: &Entry,
    product: Option<&Product>,
) -> Sight {
    if !directory.is_active(person) {
        return Sight::Nothing;
    }
    let reads = || may_read(directory, person, entry.portfolio());
    let may = match entry {
        Entry::Idea(idea) => return sight_of_idea(directory, person, idea),
        Entry::Link(link) => {
            moderates(directory, person, link.screener.as_str(), entry)
                || directory.holds(person, AUDITOR, entry.portfolio())
        }
        Entry::Feedback(feedback) => {
            feedback.sender == person
                || feedback.owner == person
                || product.is_some_and(|it| may_read_product(directory, person, it))
        }
        Entry::FieldDay(day) => {
            let owner = day.follow_ups.values().any(|each| each.owner == person);
            [day.marketer, day.seller, day.recorded_by].contains(&person) || owner || reads()
        }
    };
    if may { Sight::Everything } else { Sight::Nothing }
}

/// May a person read an entry at all?
pub fn may_read_entry(
    directory: &Directory,
    person: PersonId,
    entry: &Entry,
    product: Option<&Product>,
) -> bool {
    sight(directory, person, entry, product) != Sight::Nothing
}

/// Who moderates and screens sees who submitted it, to ask back; others see the idea, once it was
/// let in. Auditors read everything.
fn sight_of_idea(directory: &Directory, person: PersonId, idea: &Idea) -> Sight {
    let screens = directory.holds(person, idea.screener.as_str(), &idea.portfolio)
        || directory.holds_everywhere(person, ADMINISTRATOR)
        || directory.holds(person, AUDITOR, &idea.portfolio);
    if screens {
        return Sight::Everything;
    }
    let let_in = !matches!(idea.state, IdeaState::Received | IdeaState::Rejected { .. });
    let mine = matches!(idea.origin, Origin::Feedback { by, .. } if by == person);
    if let_in && (mine || may_read(directory, person, &idea.portfolio)) {
        Sight::Matter
    } else {
        Sight::Nothing
    }
}

fn moderates(directory: &Directory, person: PersonId, screener: &str, entry: &Entry) -> bool {
    directory.holds(person, screener, entry.portfolio())
        || directory.holds_everywhere(person, ADMINISTRATOR)
}
