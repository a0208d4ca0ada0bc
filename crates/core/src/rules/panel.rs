//! How a gate's seats are filled: one person fills one seat, and every seat has enough people.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    context::Case,
    refusal::{Blocker, Clear, Excluded, Exclusion, Link, Problem, ProblemKind, Unmet},
};
use crate::{
    definition::{Gate, Seat},
    id::PersonId,
    key::{GateKey, SeatKey},
    product::RoleRef,
};

/// The people of each seat.
pub(super) type Panel = BTreeMap<SeatKey, BTreeSet<PersonId>>;

impl Case<'_> {
    /// Seats everyone who may sit; or says which seats cannot be filled, and who was excluded why.
    pub(super) fn seat_panel(
        &self,
        key: &GateKey,
        gate: &Gate,
        submitter: PersonId,
    ) -> Result<Panel, Vec<Unmet>> {
        let candidates: Vec<(&SeatKey, &Seat, Vec<PersonId>)> = gate
            .seats
            .iter()
            .map(|(name, seat)| (name, seat, self.candidates(gate, name, seat, submitter)))
            .collect();
        let wanted: Vec<(u32, &[PersonId])> =
            candidates.iter().map(|(_, seat, people)| (seat.need, people.as_slice())).collect();
        let seating = seat(&wanted);
        let short = |place: usize| seating.count(place) < candidates[place].1.need;
        let unfilled: Vec<usize> = (0..candidates.len()).filter(|place| short(*place)).collect();
        if unfilled.is_empty() {
            let rest: Vec<Option<u32>> = candidates.iter().map(|(_, seat, _)| seat.of).collect();
            let filled = seating.fill(&wanted, &rest);
            let names = candidates.iter().map(|(name, ..)| (*name).clone());
            return Ok(names.zip(filled).collect());
        }
        Err(unfilled
            .into_iter()
            .map(|place| {
                let (name, seat, _) = &candidates[place];
                self.unfillable(key, gate, (name, seat), seating.count(place), submitter)
            })
            .collect())
    }

    fn candidates(
        &self,
        gate: &Gate,
        name: &SeatKey,
        seat: &Seat,
        submitter: PersonId,
    ) -> Vec<PersonId> {
        self.holders_anywhere(&seat.role)
            .into_iter()
            .filter(|person| self.excluded(gate, name, *person, submitter).is_none())
            .collect()
    }

    fn unfillable(
        &self,
        key: &GateKey,
        gate: &Gate,
        (name, seat): (&SeatKey, &Seat),
        found: u32,
        submitter: PersonId,
    ) -> Unmet {
        let holders = self.holders_anywhere(&seat.role);
        let excluded = holders
            .into_iter()
            .map(|person| {
                let because = self.excluded(gate, name, person, submitter);
                Excluded { person, because: because.unwrap_or(Exclusion::SitsElsewhere) }
            })
            .collect();
        let roles = [RoleRef::new(seat.role.clone(), None)].into();
        let clear = Clear { roles, at: Link::Gate(key.clone()), ..Clear::default() };
        let (seat, need) = (name.clone(), seat.need);
        Unmet { blocker: Blocker::SeatUnfillable { seat, need, found, excluded }, clear }
    }

    /// Checks a panel that the submitter chose.
    pub(super) fn chosen_panel(
        &self,
        gate: &Gate,
        chosen: &Panel,
        submitter: PersonId,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        let at = |seat: &SeatKey| format!("/panel/{seat}");
        let mut seated = BTreeSet::new();
        for (name, people) in chosen {
            let Some(seat) = gate.seats.get(name) else {
                let kind = ProblemKind::UnknownSeat { seat: name.clone() };
                problems.push(Problem::new(at(name), kind));
                continue;
            };
            let may_sit = self.candidates(gate, name, seat, submitter);
            for person in people {
                if !seated.insert(*person) {
                    let kind = ProblemKind::SitsTwice { person: *person };
                    problems.push(Problem::new(at(name), kind));
                } else if !may_sit.contains(person) {
                    let kind = ProblemKind::MayNotSit { seat: name.clone(), person: *person };
                    problems.push(Problem::new(at(name), kind));
                }
            }
        }
        for (name, seat) in &gate.seats {
            let found = chosen.get(name).map_or(0, BTreeSet::len);
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            if found < seat.need || seat.of.is_some_and(|of| found > of) {
                let (need, of) = (seat.need, seat.of);
                let kind = ProblemKind::SeatNeeds { seat: name.clone(), need, of, found };
                problems.push(Problem::new(at(name), kind));
            }
        }
        problems
    }
}

/// Who sits where, by the index of the seat.
#[derive(Debug, Default)]
struct Seating(BTreeMap<PersonId, usize>);

impl Seating {
    fn count(&self, seat: usize) -> u32 {
        u32::try_from(self.0.values().filter(|place| **place == seat).count()).unwrap_or(u32::MAX)
    }

    /// Gives everyone who is still standing the first seat with room.
    fn fill(
        mut self,
        wanted: &[(u32, &[PersonId])],
        most: &[Option<u32>],
    ) -> Vec<BTreeSet<PersonId>> {
        for (seat, (_, people)) in wanted.iter().enumerate() {
            for person in *people {
                let room = most[seat].is_none_or(|most| self.count(seat) < most);
                if room && !self.0.contains_key(person) {
                    self.0.insert(*person, seat);
                }
            }
        }
        let of =
            |seat| self.0.iter().filter(move |(_, place)| **place == seat).map(|(who, _)| *who);
        (0..wanted.len()).map(|seat| of(seat).collect()).collect()
    }
}

/// Fills as many needed places as possible: augmenting paths (Kuhn 1955) in a bipartite graph
/// whose left side repeats each seat as often as it needs people.
fn seat(wanted: &[(u32, &[PersonId])]) -> Seating {
    let mut seating = Seating::default();
    for (seat, (need, people)) in wanted.iter().enumerate() {
        let places = (*need).min(u32::try_from(people.len()).unwrap_or(u32::MAX));
        for _ in 0..places {
            if !make_room(seat, wanted, &mut seating, &mut BTreeSet::new()) {
                break;
            }
        }
    }
    seating
}

/// Finds one more person for a seat, moving others to seats that they may also fill. The depth is
/// bounded by the number of seats' candidates, each visited once.
fn make_room(
    seat: usize,
    wanted: &[(u32, &[PersonId])],
    seating: &mut Seating,
    tried: &mut BTreeSet<PersonId>,
) -> bool {
    let (_, people) = wanted[seat];
    if let Some(free) = people.iter().find(|person| !seating.0.contains_key(person)) {
        seating.0.insert(*free, seat);
        return true;
    }
    for person in people {
        let Some(other) = seating.0.get(person).copied().filter(|other| *other != seat) else {
            continue;
        };
        if tried.insert(*person) && make_room(other, wanted, seating, tried) {
            seating.0.insert(*person, seat);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn person(n: u8) -> PersonId {
        PersonId::new(Uuid::from_u128(u128::from(n)))
    }

    /// Can every seat get its people? Tries everything.
    fn possible(wanted: &[(u32, Vec<PersonId>)], used: &mut BTreeSet<PersonId>) -> bool {
        let Some(((need, people), rest)) = wanted.split_first() else { return true };
        if *need == 0 {
            return possible(rest, used);
        }
        people.iter().any(|person| {
            if !used.insert(*person) {
                return false;
            }
            let mut fewer = wanted.to_vec();
            fewer[0].0 -= 1;
            let found = possible(&fewer, used);
            used.remove(person);
            found
        })
    }

    proptest! {
        #[test]
        fn seats_are_filled_whenever_they_can_be(
            seats in prop::collection::vec(
                (0u32..3, prop::collection::btree_set(0u8..6, 0..5)), 0..4)
        ) {
            let wanted: Vec<(u32, Vec<PersonId>)> = seats
                .into_iter()
                .map(|(need, people)| (need, people.into_iter().map(person).collect()))
                .collect();
            let borrowed: Vec<(u32, &[PersonId])> =
                wanted.iter().map(|(need, people)| (*need, people.as_slice())).collect();
            let seating = seat(&borrowed);
            let filled = borrowed
                .iter()
                .enumerate()
                .all(|(place, (need, _))| seating.count(place) >= *need);
            prop_assert_eq!(filled, possible(&wanted, &mut BTreeSet::new()));
            for (who, place) in &seating.0 {
                prop_assert!(wanted[*place].1.contains(who));
            }
        }
    }
}
