//! Since when a task waits, told from the state alone.

use chrono::{DateTime, Utc};

use super::inbox::{Task, TaskKind};
use crate::{
    definition::Definition,
    key::StageKey,
    product::{
        ConditionState, DeliverableRef, Handover, ObligationState, Overlay, Position, Product, Work,
    },
};

/// Since when a task waits for its addressee.
pub fn since(definition: &Definition, product: &Product, task: &Task) -> DateTime<Utc> {
    found(definition, product, task).unwrap_or(product.started_at)
}

fn found(definition: &Definition, product: &Product, task: &Task) -> Option<DateTime<Utc>> {
    match task.kind {
        TaskKind::SubmitDeliverable | TaskKind::ReviewDeliverable | TaskKind::ApproveWaiver => {
            let named: DeliverableRef = task.about.parse().ok()?;
            match product.deliverables.get(&named).map(|entry| &entry.work) {
                Some(
                    Work::Submitted { at, .. }
                    | Work::Returned { at, .. }
                    | Work::WaiverAsked { at, .. },
                ) => Some(*at),
                Some(Work::None | Work::Waived { .. }) | None => {
                    entered(product, &definition.deliverables.get(&named.key)?.stage)
                }
            }
        }
        TaskKind::RenewDeliverable => {
            let named: DeliverableRef = task.about.parse().ok()?;
            product.deliverables.get(&named)?.outgrown
        }
        TaskKind::ReviseCard => product.card_outgrown,
        TaskKind::ReviseDeliverable => {
            let open = product.obligations.values().filter(|obligation| {
                obligation.state == ObligationState::Open
                    && obligation.deliverable.to_string() == task.about
            });
            open.map(|obligation| obligation.at).min()
        }
        TaskKind::AnswerCriterion | TaskKind::SubmitToGate => match &product.position {
            Position::InStage(stage) => entered(product, stage),
            Position::AtGate(open) => Some(open.at),
        },
        TaskKind::Vote | TaskKind::Decide => product.submission().map(|open| open.at),
        TaskKind::GiveEvidence | TaskKind::CloseCondition => {
            let condition = product.conditions.get(&task.about.parse().ok()?)?;
            match &condition.state {
                ConditionState::EvidenceGiven { at, .. } => Some(*at),
                ConditionState::Open | ConditionState::Closed { .. } => {
                    product.passed.get(&condition.gate).map(|passed| passed.at)
                }
            }
        }
        TaskKind::ReviewHold => match &product.overlay {
            Overlay::Held(hold) => Some(hold.since),
            _ => None,
        },
        TaskKind::OfferHandover | TaskKind::AnswerHandover => {
            match product.markets.get(task.about.as_str()).map(|market| &market.handover)? {
                Handover::Offered { at, .. }
                | Handover::Declined { at, .. }
                | Handover::Accepted { at, .. } => Some(*at),
                Handover::NotOffered => {
                    let launch = &definition.handover.as_ref()?.at;
                    product.passed.get(launch).map(|passed| passed.at)
                }
            }
        }
        TaskKind::CompleteReview => {
            product.reviews.get(&task.about.parse().ok()?).map(|review| review.due)
        }
        TaskKind::DischargeDuty => match &product.overlay {
            Overlay::Closing(closing) => Some(closing.since),
            _ => None,
        },
    }
}

fn entered(product: &Product, stage: &StageKey) -> Option<DateTime<Utc>> {
    product.visits.get(stage).map(|visit| visit.entered_at)
}
