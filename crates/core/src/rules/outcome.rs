//! How votes become an outcome. Total: in every state of the votes exactly one standing holds.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use serde::Serialize;

use super::{context::Case, separation::asks_to_pass};
use crate::{
    definition::{Gate, Scorecard, Seat},
    id::PersonId,
    key::SeatKey,
    product::{Choice, Purpose, Submission},
};

/// Where a submission stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum Standing {
    /// Some seat's need is not met yet, and every need still can be.
    Waiting,
    /// Every seat's need is met.
    Go { conditional: bool },
    /// The votes cannot let it pass, or the score is too low: the chair decides.
    ChairDecides { why: Vec<Why> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The team asks to stop, hold or recycle; there is nothing to vote on.
    AskedToStop,
    Veto {
        seat: SeatKey,
    },
    /// Too few are left who could vote for it.
    CannotBeMet {
        seat: SeatKey,
    },
    /// Every need is met, yet the weighted score is below the hurdle.
    BelowHurdle {
        score: Decimal,
        hurdle: u32,
    },
}

/// The votes of one seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub yes: u32,
    pub no: u32,
    /// Who has not voted and still may.
    pub open: BTreeSet<PersonId>,
}

impl Case<'_> {
    pub(super) fn tally(&self, submission: &Submission, key: &SeatKey, seat: &Seat) -> Tally {
        let mut tally = Tally { yes: 0, no: 0, open: BTreeSet::new() };
        for person in submission.panel.get(key).into_iter().flatten() {
            match submission.votes.get(person) {
                Some(vote) if vote.choice.lets_pass() => tally.yes += 1,
                Some(_) => tally.no += 1,
                None if self.still_sits(submission, &seat.role, *person) => {
                    tally.open.insert(*person);
                }
                None => {}
            }
        }
        tally
    }

    /// Judges the votes that are in. A late clock changes nothing here: it never approves.
    pub(super) fn standing(&self, submission: &Submission, gate: &Gate) -> Standing {
        if submission.purpose == Purpose::Stop {
            return Standing::ChairDecides { why: vec![Why::AskedToStop] };
        }
        let mut why = Vec::new();
        let mut met = true;
        for (key, seat) in &gate.seats {
            let tally = self.tally(submission, key, seat);
            let open = u32::try_from(tally.open.len()).unwrap_or(u32::MAX);
            if seat.veto && tally.no > 0 {
                why.push(Why::Veto { seat: key.clone() });
            } else if tally.yes.saturating_add(open) < seat.need {
                why.push(Why::CannotBeMet { seat: key.clone() });
            }
            met &= tally.yes >= seat.need;
        }
        if !why.is_empty() {
            return Standing::ChairDecides { why };
        }
        if !met {
            return Standing::Waiting;
        }
        if let Some(card) = gate.score.as_ref().filter(|_| asks_to_pass(&submission.purpose)) {
            let score = weighted(card, submission);
            if score < Decimal::from(card.hurdle) {
                let why = vec![Why::BelowHurdle { score, hurdle: card.hurdle }];
                return Standing::ChairDecides { why };
            }
        }
        let conditional = |choice| choice == Choice::ConditionalGo;
        let conditional = submission.votes.values().any(|vote| conditional(vote.choice));
        Standing::Go { conditional }
    }

    /// Have the votes given everything that a go needs?
    pub(super) fn needs_met(&self, submission: &Submission, gate: &Gate) -> bool {
        let met = |(key, seat): (&SeatKey, &Seat)| {
            let tally = self.tally(submission, key, seat);
            tally.yes >= seat.need && !(seat.veto && tally.no > 0)
        };
        asks_to_pass(&submission.purpose) && gate.seats.iter().all(met)
    }
}

/// The weighted mean of all scores, 0 to 100: sum(weight x score) / sum(weight) x 10 for each
/// gatekeeper, then the mean over the gatekeepers; two decimals. Weights after Cooper's scorecards.
pub fn weighted(card: &Scorecard, submission: &Submission) -> Decimal {
    let weights: u32 = card.factors.values().map(|factor| factor.weight).sum();
    let people = submission.scores.len();
    if weights == 0 || people == 0 {
        return Decimal::ZERO;
    }
    let of = |scores: &std::collections::BTreeMap<crate::key::FactorKey, u8>| -> u64 {
        let each = card.factors.iter();
        each.map(|(key, factor)| {
            u64::from(factor.weight) * u64::from(scores.get(key).copied().unwrap_or(0))
        })
        .sum()
    };
    let sum: u64 = submission.scores.values().map(of).sum();
    let divisor = u64::from(weights) * people as u64;
    (Decimal::from(sum * 10) / Decimal::from(divisor)).round_dp(2)
}
