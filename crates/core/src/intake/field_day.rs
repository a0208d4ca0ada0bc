//! Field days: marketing rides along with sales, and what it learns goes upstream.

use std::collections::BTreeSet;

use chrono::Days;

use super::{
    Command, EntryEvent, Move, NewFeedback, NewFollowUp,
    feedback::strange_market,
    judge::{Context, at_field_day, invalid, problem, settled},
    state::FieldDay,
};
use crate::{
    id::{FieldDayId, PersonId},
    organisation,
    rules::{Blocker, Link, Problem, ProblemKind, Refusal, Thing},
};

/// A field day has at most so many follow-ups, and so many learnings are sent at once.
const MOST: usize = 50;
/// Days after which nobody remembers a field day well enough to write it down.
const REMEMBERED: u64 = 366;

impl Context<'_> {
    /// Whoever reads the portfolio may record a field day in it.
    pub(super) fn record_field_day(
        &self,
        id: FieldDayId,
        command: &Command,
    ) -> Result<Vec<Move>, Refusal> {
        let Command::RecordFieldDay {
            portfolio,
            date,
            marketer,
            seller,
            market,
            products,
            notes,
            follow_ups,
        } = command
        else {
            return Err(Thing::Entry(id.into()).into());
        };
        let may = |me| organisation::may_read(self.directory, me, portfolio);
        if !self.directory.portfolios.contains_key(portfolio) || !self.me().is_some_and(may) {
            return Err(Thing::Portfolio(portfolio.clone()).into());
        }
        let mut unmet = Vec::new();
        self.need_human(&Link::Entry(id.into()), &mut unmet);
        settled(unmet)?;
        let mut problems: Vec<Problem> = [("/marketer", marketer), ("/seller", seller)]
            .into_iter()
            .filter_map(|(pointer, person)| self.person_problem(pointer, *person))
            .collect();
        if marketer == seller {
            problems.push(Problem::new("/seller", ProblemKind::SamePerson));
        }
        let visited: Vec<_> =
            products.iter().map(|id| self.product(*id)).collect::<Result<_, _>>()?;
        if let Some(kind) = strange_market(market.as_ref(), visited.iter().copied()) {
            problems.push(Problem::new("/market", kind));
        }
        for product in visited {
            let at = &product.portfolio;
            if !self.directory.lies_within(at, portfolio) {
                let portfolio = portfolio.clone();
                let kind = ProblemKind::OtherPortfolio { portfolio };
                problems.push(Problem::new("/products", kind));
            }
        }
        // It is tomorrow already where some of the colleagues are.
        if *date > self.now.date_naive() + Days::new(1) {
            problems.push(Problem::new("/date", ProblemKind::InFuture));
        }
        let earliest = self.now.date_naive() - Days::new(REMEMBERED);
        if *date < earliest {
            problems.push(Problem::new("/date", ProblemKind::TooLongAgo { earliest }));
        }
        problems.extend(self.follow_up_problems(follow_ups));
        invalid(problems)?;
        let recorded = EntryEvent::FieldDayRecorded {
            field_day: id,
            portfolio: portfolio.clone(),
            date: *date,
            marketer: *marketer,
            seller: *seller,
            market: market.clone(),
            products: products.clone(),
            notes: *notes,
            follow_ups: follow_ups.clone(),
        };
        Ok(vec![Move::Entry(id.into(), vec![recorded])])
    }

    fn follow_up_problems(&self, follow_ups: &[NewFollowUp]) -> Vec<Problem> {
        if follow_ups.len() > MOST {
            let kind = ProblemKind::TooManyItems { max: MOST };
            return vec![Problem::new("/follow_ups", kind)];
        }
        let mut problems = Vec::new();
        for (number, new) in follow_ups.iter().enumerate() {
            let owner = format!("/follow_ups/{number}/owner");
            problems.extend(self.person_problem(&owner, new.owner));
            if new.due <= self.now {
                let due = format!("/follow_ups/{number}/due");
                problems.push(Problem::new(due, ProblemKind::NotInFuture));
            }
        }
        problems
    }

    pub(super) fn about_field_day(
        &self,
        day: &FieldDay,
        command: &Command,
    ) -> Result<Vec<Move>, Refusal> {
        match command {
            Command::SendLearnings { items } => self.send_learnings(day, items),
            Command::FinishFollowUp { follow_up } => {
                let found = day.follow_ups.get(follow_up).ok_or(Thing::FollowUp(*follow_up))?;
                let (at, mut unmet) = (at_field_day(day), Vec::new());
                self.need_person([found.owner, day.marketer].into(), &at, &mut unmet);
                if found.done.is_some() {
                    unmet.push(Self::stop(&at, Blocker::FollowUpDone));
                }
                settled(unmet)?;
                let finished = EntryEvent::FollowUpFinished { follow_up: *follow_up };
                Ok(vec![Move::Entry(day.id.into(), vec![finished])])
            }
            Command::Tick => {
                self.only_the_clock()?;
                let late = day.follow_ups.iter().filter(|(_, each)| {
                    each.done.is_none() && !each.fell_due && each.due <= self.now
                });
                let events: Vec<_> = late
                    .map(|(number, _)| EntryEvent::FollowUpFellDue { follow_up: *number })
                    .collect();
                if events.is_empty() {
                    return Ok(Vec::new());
                }
                Ok(vec![Move::Entry(day.id.into(), events)])
            }
            _ => Err(Thing::Entry(day.id.into()).into()),
        }
    }

    /// Those who were there turn what they learned into feedback, all of it in one step.
    fn send_learnings(&self, day: &FieldDay, items: &[NewFeedback]) -> Result<Vec<Move>, Refusal> {
        let (at, mut unmet) = (at_field_day(day), Vec::new());
        let there: BTreeSet<PersonId> = [day.marketer, day.seller, day.recorded_by].into();
        self.need_person(there, &at, &mut unmet);
        settled(unmet)?;
        if items.is_empty() {
            return Err(problem("/items", ProblemKind::NoItems));
        }
        if items.len() > MOST {
            return Err(problem("/items", ProblemKind::TooManyItems { max: MOST }));
        }
        let feedback = items.iter().map(|item| item.feedback).collect();
        let sent = EntryEvent::LearningsSent { feedback };
        let mut moves = vec![Move::Entry(day.id.into(), vec![sent])];
        for (index, item) in items.iter().enumerate() {
            moves.extend(self.send(item, Some(day.id), &format!("/items/{index}"))?);
        }
        Ok(moves)
    }
}
