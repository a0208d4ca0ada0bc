//! Sentences for what the core says in codes.

/// The languages that sentences come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    En,
    Ko,
}

use sluicegate_core::{
    id::ProductId,
    rules::{Link, ProblemKind, Thing},
};

/// The path of a place, below the API's root.
pub fn href(product: ProductId, link: &Link) -> String {
    let below = match link {
        Link::Product | Link::Clock => String::new(),
        Link::Team => "/team".to_owned(),
        Link::Deliverable(named) => format!("/deliverables/{named}"),
        Link::Criterion(key) => format!("/gates/current/criteria/{key}"),
        Link::Gate(key) => format!("/gates/{key}"),
        Link::Condition(number) => format!("/conditions/{number}"),
        Link::Hold => "/hold".to_owned(),
        Link::Market(key) => format!("/markets/{key}"),
        Link::Handover(market) => format!("/handovers/{market}"),
        Link::Review(number) => format!("/reviews/{number}"),
        Link::Duty(key) => format!("/duties/{key}"),
        Link::Roles => return "/v1/roles".to_owned(),
    };
    format!("/v1/products/{product}{below}")
}

/// What is wrong with a field of a payload.
pub fn problem(kind: &ProblemKind, lang: Lang) -> String {
    format!("{kind:?} {lang:?}")
}

/// There is no such thing.
pub fn no_such(thing: &Thing, lang: Lang) -> String {
    format!("{thing:?} {lang:?}")
}
