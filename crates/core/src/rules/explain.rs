//! Every action on a product, for one person: allowed, or each unmet condition.

use serde::Serialize;

use super::{
    command::Action,
    context::{Case, Context},
    migration,
    outcome::Standing,
    refusal::{Refusal, Unmet},
    unmet,
};
use crate::{
    definition::MustMeet,
    key::{PathKey, SeatKey},
    product::{
        ConditionState, DeliverableRef, Handover, ObligationState, Overlay, Product, Purpose,
        ReviewState, Work,
    },
};

/// An action and what stands in its way; nothing: it is allowed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    #[serde(flatten)]
    pub action: Action,
    pub allowed: bool,
    pub unmet: Vec<Unmet>,
}

/// What can be done with the product where it stands now, and why not what cannot.
pub fn actions(cx: &Context<'_>, product: &Product) -> Vec<Explained> {
    let case = Case { cx, product };
    case.offered_actions()
        .into_iter()
        .filter_map(|action| explained(cx, product, action).ok())
        .collect()
}

/// One action, explained.
///
/// # Errors
/// The action names something that does not exist.
pub fn explained(
    cx: &Context<'_>,
    product: &Product,
    action: Action,
) -> Result<Explained, Refusal> {
    let unmet = unmet(cx, product, &action)?;
    Ok(Explained { action, allowed: unmet.is_empty(), unmet })
}

/// Where the open submission stands, and what its gate still waits for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meeting {
    #[serde(flatten)]
    pub standing: Standing,
    pub seats: Vec<SeatView>,
    pub path: Option<PathKey>,
    /// What the chair could decide now.
    pub chair_may: Vec<String>,
    /// May everyone see every score? Only when all are in: each gatekeeper scores alone.
    pub scores_open: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeatView {
    pub seat: SeatKey,
    pub need: u32,
    pub yes: u32,
    pub no: u32,
    pub waiting: u32,
}

/// The meeting at the gate, if there is one.
pub fn meeting(cx: &Context<'_>, product: &Product) -> Option<Meeting> {
    let case = Case { cx, product };
    let (submission, gate) = case.open()?;
    let seats = gate.seats.iter().map(|(key, seat)| {
        let tally = case.tally(submission, key, seat);
        let waiting = u32::try_from(tally.open.len()).unwrap_or(u32::MAX);
        SeatView { seat: key.clone(), need: seat.need, yes: tally.yes, no: tally.no, waiting }
    });
    let path = match &submission.purpose {
        Purpose::Pass(path) => Some(path.clone()),
        Purpose::Stop | Purpose::Reopen => None,
    };
    let mut panel = submission.panel.values().flatten();
    Some(Meeting {
        standing: case.standing(submission, gate),
        seats: seats.collect(),
        path,
        chair_may: case.chair_choices(submission, gate),
        scores_open: panel.all(|person| submission.scores.contains_key(person)),
    })
}

impl Case<'_> {
    /// The actions that concern the product where it stands.
    fn offered_actions(&self) -> Vec<Action> {
        let mut list = Vec::new();
        if self.stands_at_gate() {
            self.at_gate(&mut list);
        } else {
            self.way_on(&mut list);
        }
        if self.product.is_closed() {
            return list;
        }
        self.deliverables(&mut list);
        for (number, condition) in &self.product.conditions {
            let condition_number = *number;
            if !matches!(condition.state, ConditionState::Closed { .. }) {
                list.extend([
                    Action::GiveEvidence { condition: condition_number },
                    Action::CloseCondition { condition: condition_number },
                    Action::RefuseEvidence { condition: condition_number },
                    Action::ExtendCondition { condition: condition_number },
                ]);
            }
        }
        for (market, state) in &self.product.markets {
            let market = market.clone();
            match state.handover {
                Handover::Offered { .. } => list.extend([
                    Action::AcceptHandover { market: market.clone() },
                    Action::DeclineHandover { market },
                ]),
                Handover::NotOffered | Handover::Declined { .. } => list.extend([
                    Action::OfferHandover { market: market.clone() },
                    Action::WithdrawMarket { market },
                ]),
                Handover::Accepted { .. } => {}
            }
        }
        for (number, review) in &self.product.reviews {
            if !matches!(review.state, ReviewState::Done { .. }) {
                list.push(Action::CompleteReview { review: *number });
            }
        }
        let open = self.product.obligations.iter();
        let open = open.filter(|(_, obligation)| obligation.state == ObligationState::Open);
        list.extend(open.map(|(number, _)| Action::WithdrawObligation { obligation: *number }));
        list.extend([
            Action::Rename,
            Action::ReviseCard,
            Action::AddMarket,
            Action::AssignRole,
            Action::ReleaseRole,
            Action::TransferOwnership,
        ]);
        // Only where the version is at hand can be told what stands in the way.
        if let (Some(newer), Some(_)) = (migration::newer(self.cx, self.product), self.cx.to) {
            list.push(Action::Migrate { version: newer.version });
        }
        list
    }

    fn at_gate(&self, list: &mut Vec<Action>) {
        let Some((open, gate)) = self.open() else { return };
        if gate.score.is_some() {
            list.push(Action::Score(open.named()));
        }
        let actions = [Action::Vote, Action::Decide, Action::Withdraw];
        list.extend(actions.map(|action| action(open.named())));
    }

    fn way_on(&self, list: &mut Vec<Action>) {
        let Some((key, gate)) = self.gate_ahead() else { return };
        match &self.product.overlay {
            Overlay::Active | Overlay::Held(_) => {
                for (criterion, must) in &gate.must {
                    if let MustMeet::Question { .. } = must {
                        list.push(Action::AnswerCriterion { criterion: criterion.clone() });
                    }
                }
                for path in gate.outcomes.go.keys() {
                    list.push(Action::Submit { gate: key.clone(), path: path.clone() });
                }
                list.push(Action::SubmitToStop { gate: key.clone() });
                let held = matches!(self.product.overlay, Overlay::Held(_));
                list.push(if held { Action::Resume } else { Action::PlaceHold });
            }
            Overlay::Closing(closing) => {
                let open = closing.duties.iter().filter(|(_, duty)| duty.done.is_none());
                list.extend(open.map(|(duty, _)| Action::DischargeDuty { duty: duty.clone() }));
            }
            Overlay::Closed(closed) => {
                list.push(Action::SubmitToReopen { gate: closed.gate.clone() });
            }
        }
    }

    fn deliverables(&self, list: &mut Vec<Action>) {
        let reached = self.def().order(self.stage());
        let stages = self.def().stages.values().take(reached + 1);
        let keys = stages.flat_map(|stage| &stage.deliverables);
        for named in keys.flat_map(|key| self.instances(key)) {
            self.about_deliverable(named, list);
        }
    }

    fn about_deliverable(&self, deliverable: DeliverableRef, list: &mut Vec<Action>) {
        let waivable =
            self.def().deliverables.get(&deliverable.key).is_some_and(|it| it.waive.is_some());
        match self.work(&deliverable) {
            Work::Submitted { .. } => list.extend([
                Action::AcceptDeliverable { deliverable: deliverable.clone() },
                Action::ReturnDeliverable { deliverable: deliverable.clone() },
            ]),
            Work::WaiverAsked { .. } => list.extend([
                Action::ApproveWaiver { deliverable: deliverable.clone() },
                Action::RefuseWaiver { deliverable: deliverable.clone() },
            ]),
            _ if waivable && !self.fulfilled(&deliverable) => {
                list.push(Action::AskWaiver { deliverable: deliverable.clone() });
            }
            _ => {}
        }
        list.push(Action::SubmitDeliverable { deliverable });
    }
}
