//! The addresses of the places and the actions that the core names.

use sluicegate_core::{
    id::ProductId,
    product::SubmissionRef,
    rules::{Action, Link},
};

/// The path of a place.
pub fn href(product: ProductId, link: &Link) -> String {
    let below = match link {
        Link::Product | Link::Clock => String::new(),
        Link::Team => "/team".to_owned(),
        Link::Migration => "/migration".to_owned(),
        Link::Deliverable(named) => format!("/deliverables/{named}"),
        Link::Criterion(key) => format!("/gates/current/criteria/{key}"),
        Link::Gate(key) => format!("/gates/{key}"),
        Link::Condition(number) => format!("/conditions/{number}"),
        Link::Hold => "/hold".to_owned(),
        Link::Market(key) => format!("/markets/{key}"),
        Link::Handover(market) => format!("/handovers/{market}"),
        Link::Review(number) => format!("/reviews/{number}"),
        Link::Duty(key) => format!("/duties/{key}"),
        Link::Obligation(number) => format!("/obligations/{number}"),
        Link::Entry(id) => return super::entry_href(*id),
        Link::Roles => return "/v1/roles".to_owned(),
        Link::Factor => return "/v1/me/factor".to_owned(),
        Link::Signing => return "/v1/people".to_owned(),
    };
    format!("/v1/products/{product}{below}")
}

/// The method and the address with which an action is asked for; what the asker has yet to choose
/// stands in braces. None: nobody asks, the clock does it.
pub fn request(product: ProductId, action: &Action) -> Option<(&'static str, String)> {
    use Action as A;
    let at = |named: &SubmissionRef, what: &str| {
        ("POST", format!("gates/{}/submissions/{}/{what}", named.gate, named.submission))
    };
    let (method, below) = match action {
        A::Start => return Some(("POST", "/v1/products".to_owned())),
        A::Tick => return None,
        A::Rename | A::ReviseCard => return Some(("PATCH", href(product, &Link::Product))),
        A::TransferOwnership => ("PUT", "owner".to_owned()),
        A::Migrate { .. } => ("POST", "migration".to_owned()),
        A::AssignRole => ("PUT", "team/{role}/{person}".to_owned()),
        A::ReleaseRole => ("DELETE", "team/{role}/{person}".to_owned()),
        A::AddMarket => ("POST", "markets".to_owned()),
        A::WithdrawMarket { market } => ("POST", format!("markets/{market}/withdrawal")),
        A::SubmitDeliverable { deliverable } => {
            ("POST", format!("deliverables/{deliverable}/revisions"))
        }
        A::AcceptDeliverable { deliverable } => {
            ("POST", format!("deliverables/{deliverable}/acceptances"))
        }
        A::ReturnDeliverable { deliverable } => {
            ("POST", format!("deliverables/{deliverable}/returns"))
        }
        A::AskWaiver { deliverable } => ("POST", format!("deliverables/{deliverable}/waivers")),
        A::ApproveWaiver { deliverable } => {
            ("POST", format!("deliverables/{deliverable}/waivers/approval"))
        }
        A::RefuseWaiver { deliverable } => {
            ("POST", format!("deliverables/{deliverable}/waivers/refusal"))
        }
        A::AnswerCriterion { criterion } => ("PUT", format!("gates/current/criteria/{criterion}")),
        A::Submit { gate, .. } | A::SubmitToStop { gate } | A::SubmitToReopen { gate } => {
            ("POST", format!("gates/{gate}/submissions"))
        }
        A::Withdraw(named) => at(named, "withdrawal"),
        A::Score(named) => at(named, "scores"),
        A::Vote(named) => at(named, "votes"),
        A::Decide(named) => at(named, "decision"),
        A::GiveEvidence { condition } => ("POST", format!("conditions/{condition}/evidence")),
        A::RefuseEvidence { condition } => ("POST", format!("conditions/{condition}/refusal")),
        A::CloseCondition { condition } => ("POST", format!("conditions/{condition}/closure")),
        A::ExtendCondition { condition } => ("POST", format!("conditions/{condition}/extension")),
        A::PlaceHold => ("PUT", "hold".to_owned()),
        A::Resume => ("POST", "hold/resumption".to_owned()),
        A::OfferHandover { market } => ("POST", format!("handovers/{market}/offer")),
        A::AcceptHandover { market } => ("POST", format!("handovers/{market}/acceptance")),
        A::DeclineHandover { market } => ("POST", format!("handovers/{market}/refusal")),
        A::CompleteReview { review } => ("POST", format!("reviews/{review}/completion")),
        A::WithdrawObligation { obligation } => {
            ("POST", format!("obligations/{obligation}/withdrawal"))
        }
        A::DischargeDuty { duty } => ("POST", format!("duties/{duty}/discharge")),
    };
    Some((method, format!("/v1/products/{product}/{below}")))
}
