//! Who may read what.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{
    directory::{ADMINISTRATOR, AUDITOR, Delegation, Directory, Scope},
    id::PersonId,
    key::PortfolioKey,
    product::{Actor, Product},
    rules::{Blocker, Clear, Link, Refusal, Unmet},
};

/// May a person read every product and every event? Whoever holds some role everywhere:
/// administrators, auditors, and machines that feed or watch the whole house.
pub fn reads_everything(directory: &Directory, person: PersonId) -> bool {
    directory.is_active(person)
        && directory
            .grants
            .iter()
            .any(|grant| grant.person == person && grant.scope == Scope::Everywhere)
}

/// May a person search and take away the whole trail of who did what, and of what was tried in
/// vain? Administrators and auditors of the house.
pub fn may_audit(directory: &Directory, person: PersonId) -> bool {
    let holds = |role| directory.holds_everywhere(person, role);
    directory.is_active(person) && (holds(AUDITOR) || holds(ADMINISTRATOR))
}

/// May a person read the products of a portfolio? Whoever holds some role in it or above it.
pub fn may_read(directory: &Directory, person: PersonId, portfolio: &PortfolioKey) -> bool {
    let mut grants = directory.grants.iter().filter(|grant| grant.person == person);
    directory.is_active(person) && grants.any(|grant| directory.covers(&grant.scope, portfolio))
}

/// The portfolios whose products a person may read; none means all of them.
pub fn readable(directory: &Directory, person: PersonId) -> Option<BTreeSet<PortfolioKey>> {
    if directory.is_active(person) { directory.readable(person) } else { Some(BTreeSet::new()) }
}

/// May a person read this product? Readers of its portfolio, and who owes it a condition.
pub fn may_read_product(directory: &Directory, person: PersonId, product: &Product) -> bool {
    let owes = product.conditions.values().any(|condition| condition.owner == person);
    may_read(directory, person, &product.portfolio) || (owes && directory.is_active(person))
}

/// May an actor read this product: with the own rights, or with those of an absent person?
///
/// # Errors
/// A deputy may read it, and not in that name: no delegation covers anything of the portfolio.
pub fn may_read_as(
    directory: &Directory,
    actor: Actor,
    product: &Product,
    now: DateTime<Utc>,
) -> Result<bool, Refusal> {
    let may = |person| may_read_product(directory, person, product);
    let Actor::Deputy { by, of } = actor else {
        return Ok(actor.principal().is_some_and(may));
    };
    let matter = directory.everything_of(of, &product.portfolio);
    if !directory.ways_between(of, by, &matter, now).is_empty() {
        return Ok(may(of));
    }
    if !may(by) {
        return Ok(false);
    }
    let clear = Clear { people: [of].into(), at: Link::Roles, ..Clear::default() };
    let unmet = vec![Unmet { blocker: Blocker::NotDelegated { of }, clear }];
    Err(Refusal::Blocked { unmet })
}

/// Is a person at home at this place of the tree: by a role there, above it, or beneath it? Whoever
/// is may share views with the place, and sees those that are shared with it.
pub fn at_home(directory: &Directory, person: PersonId, place: &PortfolioKey) -> bool {
    let near = |scope: &Scope| match scope {
        Scope::Everywhere => true,
        Scope::Portfolio(key) => {
            directory.lies_within(place, key) || directory.lies_within(key, place)
        }
    };
    let mut grants = directory.grants.iter().filter(|grant| grant.person == person);
    directory.is_active(person) && grants.any(|grant| near(&grant.scope))
}

/// May a person know why somebody is away? Those whom it concerns and administrators: it may be an
/// illness.
pub fn may_know_why(directory: &Directory, person: PersonId, delegation: &Delegation) -> bool {
    let Delegation { of, to, .. } = delegation;
    *of == person
        || *to == Some(person)
        || directory.is_assistant(person, *of)
        || directory.holds_everywhere(person, ADMINISTRATOR)
}

/// May a person see, issue and revoke another's tokens? Everyone may with their own.
pub fn may_manage_tokens(directory: &Directory, person: PersonId, whose: PersonId) -> bool {
    (person == whose && directory.is_active(person))
        || directory.holds_everywhere(person, ADMINISTRATOR)
}
