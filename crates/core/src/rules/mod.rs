//! The rules: what may happen to a product, asked before anyone tries and judged when they do.
//!
//! `decide` and `explain` ask the same function, [`unmet`]; so what is explained is what happens.
//! To find a rule, take the file of its topic; who may not judge whose work is in `separation`, and
//! what is done in an absent person's name in `deputy`.

mod blind;
mod clear;
mod command;
mod complete;
mod condition;
mod context;
mod decision;
mod deliverable;
mod deputy;
mod explain;
mod facts;
mod gate;
mod hold;
mod inbox;
mod market;
mod measure;
mod migration;
mod obligation;
mod outcome;
mod packet;
mod panel;
mod refusal;
mod review;
mod roadmap;
mod segments;
pub(crate) mod separation;
mod shared;
mod signing;
mod since;
mod standing;
mod team;
mod timer;
pub(crate) mod work;

pub use blind::{blinded, withheld};
pub use command::{Action, Command, Decision, Start};
pub use complete::{Fitted, filed};
pub use context::{Contents, Context};
pub use deputy::stands_in;
pub use explain::{Explained, Meeting, SeatView, actions, explained, meeting};
pub use inbox::{Addressee, Task, TaskKind, place, tasks};
pub use measure::{
    MeasureStanding, SignalStanding, Tailored, measure_kind, measured, measures, signals, tailor,
};
pub use migration::{
    Becomes, Change, Comparison, Difference, Fitness, Moved, Part, compared, comparison,
    differences, newer,
};
pub use outcome::{Standing, Why, weighted};
pub use packet::{Packet, packet};
pub use refusal::{
    Blocker, Clear, Excluded, Exclusion, Link, Problem, ProblemKind, Refusal, StandIn, Thing, Unmet,
};
pub use roadmap::{
    SharedSkill, SharedTechnology, SkillGap, TechnologyNeed, Told, Ways, roadmap_read, skills,
    technologies,
};
pub use segments::{Coverage, SegmentStanding, segments, segments_read};
pub use shared::{Among, Names};
pub use signing::{Act, GOOD_FOR, Proof, Sign, ToSign, WRONG_PROOFS, to_sign};
pub use since::since;
pub use standing::{
    CriterionStanding, DeliverableStanding, checks, criteria, deliverable as deliverable_standing,
    deliverables, draft_unmet, holders, known_submission, stage,
};
pub use team::card_faults;
pub use timer::next_tick;

pub(crate) use deputy::in_own_name;
pub(crate) use obligation::{Wanted, chair, is_on_team, oblige};

use context::Case;

use crate::{
    definition::{Definition, MustMeet, Required},
    digest::Digest,
    product::{Actor, DeliverableRef, Event, Product, Purpose, Work},
};

/// Judges a command: the events that it makes, or why it is refused.
///
/// # Errors
/// A [`Refusal`]; then nothing has happened.
pub fn decide(
    cx: &Context<'_>,
    product: Option<&Product>,
    command: &Command,
) -> Result<Vec<Event>, Refusal> {
    let Some(product) = product else {
        return match command {
            Command::Start(start) => {
                in_own_name(cx.actor, Link::Roles)?;
                cx.start(start)
            }
            _ => Err(Thing::Product.into()),
        };
    };
    let unmet = unmet(cx, product, &command.action())?;
    if !unmet.is_empty() {
        return Err(Refusal::Blocked { unmet });
    }
    let case = Case { cx, product };
    let mut events = case.events(command)?;
    events.extend(case.obligations_fulfilled(&events));
    if events.iter().any(|event| deliverable::touches_markets(cx.definition, event))
        && let Some(after) = cx.fold(Some(product.clone()), &events)
    {
        events.extend(Case { cx, product: &after }.market_changes());
    }
    Ok(events)
}

/// Everything that stands between the actor and an action; nothing: it is allowed.
///
/// # Errors
/// The action names something that does not exist.
pub fn unmet(cx: &Context<'_>, product: &Product, action: &Action) -> Result<Vec<Unmet>, Refusal> {
    use Action as A;
    let case = Case { cx, product };
    let mut list = Vec::new();
    if *action == A::Tick {
        if cx.actor != Actor::System {
            list.push(Unmet { blocker: Blocker::ClockOnly, clear: Clear::default() });
        }
        return Ok(list);
    }
    match action {
        A::Start => return Err(Thing::Product.into()),
        A::Rename | A::ReviseCard | A::TransferOwnership | A::AssignRole | A::ReleaseRole => {
            case.team_unmet(action, &mut list);
        }
        A::Migrate { version } => case.migration_unmet(*version, &mut list)?,
        A::AddMarket | A::WithdrawMarket { .. } => case.market_unmet(action, &mut list)?,
        A::SubmitDeliverable { deliverable }
        | A::AcceptDeliverable { deliverable }
        | A::ReturnDeliverable { deliverable }
        | A::AskWaiver { deliverable }
        | A::ApproveWaiver { deliverable }
        | A::RefuseWaiver { deliverable } => {
            case.deliverable_unmet(action, deliverable, &mut list)?;
        }
        A::AnswerCriterion { criterion } => case.answer_unmet(criterion, &mut list)?,
        A::Submit { gate, path } => {
            case.submit_unmet(gate, &Purpose::Pass(path.clone()), &mut list)?;
        }
        A::SubmitToStop { gate } => case.submit_unmet(gate, &Purpose::Stop, &mut list)?,
        A::SubmitToReopen { gate } => case.submit_unmet(gate, &Purpose::Reopen, &mut list)?,
        A::Withdraw(at) => case.withdraw_unmet(at, &mut list)?,
        A::Score(at) | A::Vote(at) => case.vote_unmet(action, at, &mut list)?,
        A::Decide(at) => case.decide_unmet(at, &mut list)?,
        A::GiveEvidence { condition }
        | A::RefuseEvidence { condition }
        | A::CloseCondition { condition }
        | A::ExtendCondition { condition } => {
            case.condition_unmet(action, *condition, &mut list)?;
        }
        A::PlaceHold => case.hold_unmet(&mut list),
        A::Resume => case.resume_unmet(&mut list),
        A::OfferHandover { market }
        | A::AcceptHandover { market }
        | A::DeclineHandover { market } => case.handover_unmet(action, market, &mut list)?,
        A::CompleteReview { review } => case.review_unmet(*review, &mut list)?,
        A::DischargeDuty { duty } => case.duty_unmet(duty, &mut list)?,
        A::WithdrawObligation { obligation } => case.obligation_unmet(*obligation, &mut list)?,
        A::Tick => {}
    }
    case.deputy_unmet(action, &mut list);
    case.name_deputies(action, &mut list);
    Ok(list)
}

/// The stored contents that [`decide`] must see for this command.
pub fn needs(definition: &Definition, product: Option<&Product>, command: &Command) -> Vec<Digest> {
    let Some(product) = product else { return Vec::new() };
    match command {
        // What is accepted now counts at once, in the sellable check of a market for example.
        Command::AcceptDeliverable { deliverable } => {
            let mut digests = everything_read(definition, product);
            let entry = product.deliverables.get(deliverable);
            if let Some(Work::Submitted { document, .. }) = entry.map(|entry| &entry.work) {
                digests.extend(document.content);
            }
            digests
        }
        // It waits for its reviewers, and until they accept it nothing reads it.
        Command::SubmitDeliverable { deliverable, .. } if is_reviewed(definition, deliverable) => {
            Vec::new()
        }
        // Everything is held against its new form, and the markets against their new checks.
        Command::Migrate { .. } => compared(product),
        Command::Submit { .. }
        | Command::Tick
        | Command::ReviseCard { .. }
        | Command::AddMarket { .. }
        | Command::SubmitDeliverable { .. }
        | Command::OfferHandover { .. }
        | Command::AcceptHandover { .. }
        | Command::Vote { .. }
        | Command::Decide { .. } => everything_read(definition, product),
        _ => Vec::new(),
    }
}

fn is_reviewed(definition: &Definition, named: &DeliverableRef) -> bool {
    let found = definition.deliverables.get(&named.key);
    found.is_some_and(|deliverable| !deliverable.reviewers.is_empty())
}

/// The contents that any expression of the definition may read of this product.
pub fn everything_read(definition: &Definition, product: &Product) -> Vec<Digest> {
    let guards = definition.deliverables.values().filter_map(|found| match &found.required {
        Required::When(guard) => Some(guard),
        Required::Always | Required::Never => None,
    });
    let musts = definition.gates.values().flat_map(|gate| gate.must.values());
    let musts = musts.filter_map(|must| match must {
        MustMeet::Expr { expr, .. } => Some(expr),
        MustMeet::Question { .. } => None,
    });
    let checks = definition.handover.iter().flat_map(|handover| handover.sellable.values());
    let exprs = guards.chain(musts).chain(checks.map(|check| &check.expr));
    facts::read_by(product, exprs.flat_map(facts::names))
}

impl Case<'_> {
    /// The events of a command that nothing stands in the way of.
    fn events(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        use Command as C;
        match command.clone() {
            C::Start(_) => Err(Thing::Product.into()),
            C::Rename { name } => {
                Ok(vec![Event::ProductRenamed { name: crate::text::composed(&name) }])
            }
            C::ReviseCard { card } => match team::card_problems(self.cx, card) {
                problems if problems.is_empty() => Ok(vec![Event::CardRevised { card }]),
                problems => Err(Refusal::Invalid { problems }),
            },
            C::TransferOwnership { to } => self.transfer(to),
            C::Migrate { to, reason } => self.migrate(&to, reason),
            C::AssignRole { role, person } => self.assign(&role, person),
            C::ReleaseRole { role, person } => self.release(&role, person),
            C::AddMarket { market } if self.product.markets.contains_key(&market) => {
                Err(Problem::new("/market", ProblemKind::AlreadyThere).into())
            }
            C::AddMarket { market } => Ok(vec![Event::MarketAdded { market }]),
            C::WithdrawMarket { market, reason } => {
                Ok(vec![Event::MarketWithdrawn { market, reason }])
            }
            C::SubmitDeliverable { deliverable, document } => {
                self.submit_deliverable(&deliverable, &document)
            }
            C::AcceptDeliverable { deliverable } => self.accept_deliverable(&deliverable),
            C::ReturnDeliverable { deliverable, reason } => {
                Ok(vec![Event::DeliverableReturned { deliverable, reason }])
            }
            C::AskWaiver { deliverable, reason } => {
                Ok(vec![Event::WaiverAsked { deliverable, reason }])
            }
            C::ApproveWaiver { deliverable } => self.approve_waiver(&deliverable),
            C::RefuseWaiver { deliverable, reason } => {
                Ok(vec![Event::WaiverRefused { deliverable, reason }])
            }
            command => self.later_events(command),
        }
    }

    fn later_events(&self, command: Command) -> Result<Vec<Event>, Refusal> {
        use Command as C;
        match command {
            C::AnswerCriterion { criterion, yes, evidence } => {
                Ok(vec![Event::CriterionAnswered { criterion, yes, evidence }])
            }
            C::Submit { gate, purpose, panel } => self.submit(&gate, &purpose, &panel),
            C::Withdraw { reason, .. } => Ok(self.withdraw(reason)),
            C::Score { scores, .. } => self.score(&scores),
            C::Vote { choice, reason, conditions, sign, .. } => {
                self.vote(choice, reason, &conditions, &sign)
            }
            C::Decide { outcome, reason, conditions, sign, .. } => {
                self.chair_decides(&outcome, reason, &conditions, &sign)
            }
            C::GiveEvidence { condition, evidence } => {
                Ok(vec![Event::ConditionEvidenceGiven { condition, evidence }])
            }
            C::RefuseEvidence { condition, reason } => {
                Ok(vec![Event::ConditionEvidenceRefused { condition, reason }])
            }
            C::CloseCondition { condition } => Ok(vec![Event::ConditionClosed { condition }]),
            C::ExtendCondition { condition, due, reason } => {
                match self.extension_problem(condition, due) {
                    Some(problem) => Err(problem.into()),
                    None => Ok(vec![Event::ConditionExtended { condition, due, reason }]),
                }
            }
            C::PlaceHold { review_at, reason } => self.place_hold(review_at, reason),
            C::Resume { reason } => Ok(vec![Event::ProductResumed { reason }]),
            C::OfferHandover { market, to } => self.offer(&market, to),
            C::AcceptHandover { market, items } => self.accept_handover(&market, &items),
            C::DeclineHandover { market, items } => self.decline_handover(&market, &items),
            C::CompleteReview { review, content } => self.complete_review(review, content),
            C::DischargeDuty { duty, evidence } => Ok(self.discharge(&duty, evidence)),
            C::WithdrawObligation { obligation, reason } => {
                Ok(vec![Event::RevisionObligationWithdrawn { obligation, reason }])
            }
            _ => Ok(self.tick()),
        }
    }
}
