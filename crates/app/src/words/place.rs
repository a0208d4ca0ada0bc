//! The addresses of the places that the core names.

use sluicegate_core::{id::ProductId, rules::Link};

/// The path of a place.
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
