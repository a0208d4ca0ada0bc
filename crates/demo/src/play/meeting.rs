//! At a gate: scores, votes with their reasons, and the chair where the votes cannot decide.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    definition::Gate,
    id::PersonId,
    key::{GateKey, SeatKey},
    product::{Choice, ConditionDraft, SubmissionRef},
    rules::{Action, Command, Decision, Sign},
};

use super::{Pending, Play, Played, find};
use crate::{company::Colleague, plan::Answer};

/// A late gate is so many times slower: beyond the clock of every shipped gate.
const SLOW: i64 = 9;

/// Who votes what, in which order.
#[derive(Debug)]
struct Ballot {
    who: Colleague,
    choice: Choice,
    /// The reason that the sheet gives; else one is made.
    why: Option<String>,
}

impl Play {
    pub(super) async fn decide(
        &mut self,
        gate: &GateKey,
        answer: Answer,
        submitter: &Colleague,
        from: DateTime<Utc>,
    ) -> Played {
        let definition = self.definition.clone();
        let Some(defined) = definition.gates.get(gate) else {
            return Err(self.failed(gate, "the workflow has no such gate"));
        };
        let Some(at) = self.product.submission().map(sluicegate_core::product::Submission::named)
        else {
            return Err(self.failed(gate, "nothing was submitted"));
        };
        match answer {
            Answer::Withdraw { why } => {
                let when = from + TimeDelta::days(2);
                self.act(submitter, when, |sealer, _| {
                    Ok(Command::Withdraw { at, reason: sealer.text(&why) })
                })
                .await?;
            }
            Answer::Kill { asked: true, why } => {
                let decision = Decision::Kill;
                self.chair_decides(gate, &at, decision, &why, submitter, from).await?;
            }
            Answer::Go { late } => {
                let ballots = self.for_it(defined, None);
                let pace = if late { SLOW } else { 1 };
                self.vote_all(&at, defined, ballots, from, usize::MAX, pace).await?;
            }
            Answer::Conditional { owner, due, met, why } => {
                let ballots = self.for_it(defined, Some(why));
                self.condition_of(&at, defined, ballots, &owner, (due, met), from).await?;
            }
            Answer::Open { votes } => {
                let ballots = self.for_it(defined, None);
                self.vote_all(&at, defined, ballots, from, votes, 1).await?;
                self.stage.time.until(self.end() + TimeDelta::days(1)).await?;
            }
            Answer::Recycle { to, why } => {
                self.against(defined, &at, Choice::Recycle, &why, from).await?;
                let decision = Decision::Recycle { to };
                self.chair_decides(gate, &at, decision, &why, submitter, from).await?;
            }
            Answer::Hold { days, why } => {
                self.against(defined, &at, Choice::Hold, &why, from).await?;
                let review_at = self.now() + TimeDelta::days(days.min(85));
                let decision = Decision::Hold { review_at };
                self.chair_decides(gate, &at, decision, &why, submitter, from).await?;
            }
            Answer::Kill { why, .. } => {
                self.against(defined, &at, Choice::Kill, &why, from).await?;
                self.chair_decides(gate, &at, Decision::Kill, &why, submitter, from).await?;
            }
        }
        Ok(())
    }

    /// The panel of a seat, the ones first whom this product mostly meets.
    fn panel(&self, seat: &SeatKey, role: &str) -> Vec<Colleague> {
        let Some(open) = self.product.submission() else { return Vec::new() };
        let usual = self.cast(role, None).map(|found| found.id);
        let mut people: Vec<PersonId> =
            open.panel.get(seat).into_iter().flatten().copied().collect();
        people.sort_by_key(|id| (Some(*id) != usual, *id));
        people.iter().filter_map(|id| self.stage.company.by_id(*id).cloned()).collect()
    }

    /// As many as each seat needs vote go; the first of them with a condition, if there is one.
    fn for_it(&self, gate: &Gate, condition: Option<String>) -> Vec<Ballot> {
        let mut ballots = Vec::new();
        for (key, seat) in &gate.seats {
            let need = usize::try_from(seat.need).unwrap_or(1);
            for who in self.panel(key, seat.role.as_str()).into_iter().take(need) {
                ballots.push(Ballot { who, choice: Choice::Go, why: None });
            }
        }
        if let (Some(why), Some(first)) = (condition, ballots.first_mut()) {
            (first.choice, first.why) = (Choice::ConditionalGo, Some(why));
        }
        ballots
    }

    /// Votes until the gate has decided, or so many have voted.
    async fn vote_all(
        &mut self,
        at: &SubmissionRef,
        gate: &Gate,
        ballots: Vec<Ballot>,
        from: DateTime<Utc>,
        most: usize,
        pace: i64,
    ) -> Played {
        let count = i64::try_from(ballots.len().max(1)).unwrap_or(1);
        let mut when = from;
        for ballot in ballots.into_iter().take(most) {
            let longest = (120 / count).clamp(8, 40) * pace;
            when += TimeDelta::hours(self.dice.between(longest / 2, longest));
            if self.open(at) {
                self.vote(at, gate, ballot, Vec::new(), when).await?;
            }
        }
        Ok(())
    }

    fn open(&self, at: &SubmissionRef) -> bool {
        self.product.submission().is_some_and(|open| open.named() == *at)
    }

    async fn condition_of(
        &mut self,
        at: &SubmissionRef,
        gate: &Gate,
        ballots: Vec<Ballot>,
        owner: &str,
        (due, met): (i64, i64),
        from: DateTime<Utc>,
    ) -> Played {
        let owner = self.cast(owner, None).map_or_else(|| self.owner(), Ok)?;
        let before: Vec<u32> = self.product.conditions.keys().copied().collect();
        let mut when = from;
        for ballot in ballots {
            when += TimeDelta::hours(self.dice.between(14, 40));
            if !self.open(at) {
                break;
            }
            let conditions = match (&ballot.choice, &ballot.why) {
                (Choice::ConditionalGo, Some(text)) => vec![(text.clone(), owner.id, due)],
                _ => Vec::new(),
            };
            self.vote(at, gate, ballot, conditions, when).await?;
        }
        let new = self.product.conditions.iter().filter(|(number, _)| !before.contains(number));
        let met = self.now() + TimeDelta::days(met);
        let new = new.map(|(number, each)| Pending { number: *number, due: each.due, met });
        let new: Vec<Pending> = new.collect();
        self.conditions.extend(new);
        Ok(())
    }

    /// Scores where there is a scorecard, then votes.
    async fn vote(
        &mut self,
        at: &SubmissionRef,
        gate: &Gate,
        ballot: Ballot,
        conditions: Vec<(String, PersonId, i64)>,
        when: DateTime<Utc>,
    ) -> Played {
        let Ballot { who, choice, why } = ballot;
        if let Some(card) = &gate.score {
            let (low, high) = if choice.lets_pass() { (6, 9) } else { (3, 6) };
            let mut scores = BTreeMap::new();
            for factor in card.factors.keys() {
                let score = u8::try_from(self.dice.between(low, high)).unwrap_or(5);
                scores.insert(factor.clone(), score);
            }
            let at = at.clone();
            self.act(&who, when, |_, _| Ok(Command::Score { at, scores })).await?;
        }
        let reason = if let Some(why) = why {
            why
        } else {
            let own = format!("go/{}", at.gate);
            let known = self.stage.data.phrases.contains_key(&own) && self.dice.percent(70);
            self.say(&who, if known { &own } else { "go" })
        };
        let at = at.clone();
        self.act(&who, when, |sealer, play| {
            let draft = |(text, owner, days): &(String, PersonId, i64)| ConditionDraft {
                text: sealer.text(text),
                owner: *owner,
                due: play.now() + TimeDelta::days(*days),
            };
            let conditions = conditions.iter().map(draft).collect();
            let reason = sealer.text(&reason);
            Ok(Command::Vote { at, choice, reason, conditions, sign: Sign::Rehearsed })
        })
        .await?;
        Ok(())
    }

    /// Votes against until the votes cannot decide any more; a seat with a veto first.
    async fn against(
        &mut self,
        gate: &Gate,
        at: &SubmissionRef,
        choice: Choice,
        why: &str,
        from: DateTime<Utc>,
    ) -> Played {
        let strongest = gate.seats.iter().find(|(_, seat)| seat.veto);
        let Some((key, seat)) = strongest.or_else(|| gate.seats.iter().next()) else {
            return Ok(());
        };
        let panel = self.panel(key, seat.role.as_str());
        let mut when = from;
        // Somebody of another seat is for it: not everybody sees it the same way.
        if let Some((other, place)) = gate.seats.iter().find(|(other, _)| *other != key)
            && let Some(who) = self.panel(other, place.role.as_str()).into_iter().next()
        {
            when += TimeDelta::hours(self.dice.between(14, 30));
            let ballot = Ballot { who, choice: Choice::Go, why: None };
            self.vote(at, gate, ballot, Vec::new(), when).await?;
        }
        for (index, who) in panel.into_iter().enumerate() {
            if self.chair_can_decide(gate).await? {
                break;
            }
            when += TimeDelta::hours(self.dice.between(16, 40));
            let why =
                if index == 0 { Some(why.to_owned()) } else { Some(self.say(&who, "against")) };
            self.vote(at, gate, Ballot { who, choice, why }, Vec::new(), when).await?;
        }
        Ok(())
    }

    async fn chair_can_decide(&self, gate: &Gate) -> Played<bool> {
        let Some(chair) = self.cast(gate.chair.as_str(), None) else { return Ok(false) };
        let view = self.ask(&chair).await?;
        let decide = find(&view, |action| matches!(action, Action::Decide(_)));
        let waits = decide.is_some_and(|each| {
            each.unmet
                .iter()
                .any(|unmet| matches!(unmet.blocker, sluicegate_core::rules::Blocker::VotesDecide))
        });
        Ok(decide.is_some() && !waits)
    }

    async fn chair_decides(
        &mut self,
        gate: &GateKey,
        at: &SubmissionRef,
        outcome: Decision,
        why: &str,
        submitter: &Colleague,
        from: DateTime<Utc>,
    ) -> Played {
        let definition = self.definition.clone();
        let chair = self.chair(&definition, gate, Some(submitter));
        let chair = chair.ok_or_else(|| self.failed(gate, "nobody may chair"))?;
        let voted = self.product.submission().is_some_and(|open| !open.votes.is_empty());
        let why = if voted { self.say(&chair, "chair") + " " + why } else { why.to_owned() };
        let at = at.clone();
        self.act(&chair, from + TimeDelta::days(3), |sealer, _| {
            let reason = sealer.text(&why);
            Ok(Command::Decide {
                at,
                outcome,
                reason,
                conditions: Vec::new(),
                sign: Sign::Rehearsed,
            })
        })
        .await?;
        Ok(())
    }
}
