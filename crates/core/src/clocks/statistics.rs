//! What many passages have in common: percentiles of their times, place by place.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Ended, Passage, Spent};
use crate::{definition::Place, key::WorkflowKey};

/// The tenth, fiftieth and ninetieth percentile, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Quantiles {
    pub p10: u64,
    pub p50: u64,
    pub p90: u64,
}

/// All passages of one stage, or of one gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passed {
    pub workflow: WorkflowKey,
    pub place: Place,
    /// How many the figures are made of: finished, and not withdrawn.
    pub count: u32,
    /// Submissions that were taken back; in no other figure.
    pub withdrawn: u32,
    /// None when nothing was counted.
    pub seconds: Option<Quantiles>,
    /// By who was waited for, all together.
    pub spent: Spent,
    pub ended: BTreeMap<Ended, u32>,
    /// Decisions that had a due date, and those of them that kept it.
    pub with_due: u32,
    pub in_time: u32,
}

/// The smallest value that is not exceeded by so many of a hundred: the nearest-rank method, which
/// gives a value that occurred. None of nothing.
pub fn nearest_rank(sorted: &[u64], percent: u32) -> Option<u64> {
    let count = u64::try_from(sorted.len()).ok()?;
    let rank = (count * u64::from(percent.min(100))).div_ceil(100).max(1);
    sorted.get(usize::try_from(rank - 1).ok()?).copied()
}

/// Figures for each place, by workflow; passages that are not over are left out.
pub fn statistics<'p>(
    passages: impl IntoIterator<Item = (&'p WorkflowKey, &'p Passage)>,
) -> Vec<Passed> {
    let mut places: BTreeMap<_, Vec<&Passage>> = BTreeMap::new();
    for (workflow, passage) in passages {
        if passage.ended.is_some() {
            places.entry((workflow, &passage.place)).or_default().push(passage);
        }
    }
    let passed = places.into_iter().map(|((workflow, place), all)| passed(workflow, place, &all));
    passed.collect()
}

fn passed(workflow: &WorkflowKey, place: &Place, all: &[&Passage]) -> Passed {
    let is_withdrawn = |passage: &&Passage| passage.ended == Some(Ended::Withdrawn);
    // A stage's visit that ends does so by a decision, so only submissions are withdrawn.
    let (withdrawn, counted): (Vec<&Passage>, Vec<&Passage>) =
        all.iter().copied().partition(is_withdrawn);
    let (mut spent, mut ended) = (Spent::new(), BTreeMap::new());
    for passage in &counted {
        for (waited, seconds) in &passage.spent {
            *spent.entry(*waited).or_default() += seconds;
        }
        if let Some(end) = passage.ended {
            *ended.entry(end).or_default() += 1;
        }
    }
    let mut times: Vec<u64> = counted.iter().map(|passage| passage.seconds()).collect();
    times.sort_unstable();
    let at = |percent| nearest_rank(&times, percent);
    let quantiles = at(10).zip(at(50)).zip(at(90));
    let due = || counted.iter().filter_map(|passage| passage.in_time());
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Passed {
        workflow: workflow.clone(),
        place: place.clone(),
        count: number(counted.len()),
        withdrawn: number(withdrawn.len()),
        seconds: quantiles.map(|((p10, p50), p90)| Quantiles { p10, p50, p90 }),
        spent,
        ended,
        with_due: number(due().count()),
        in_time: number(due().filter(|in_time| *in_time).count()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::Waited, *};

    #[test]
    fn the_nearest_rank_is_a_value_that_occurred() {
        // The worked example of the method: fifteen twenty thirty-five forty fifty.
        let sorted = [15, 20, 35, 40, 50];
        for (percent, value) in [(0, 15), (5, 15), (30, 20), (40, 20), (50, 35), (100, 50)] {
            assert_eq!(nearest_rank(&sorted, percent), Some(value), "{percent}");
        }
        assert_eq!(nearest_rank(&[], 50), None);
        assert_eq!(nearest_rank(&[7], 10), Some(7));
    }

    fn passage(hours: i64, due: Option<i64>, ended: Ended) -> Passage {
        let at = |hours| chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hours);
        let spent = [(Waited::Gatekeeper, u64::try_from(hours).unwrap() * 3600)].into();
        Passage {
            place: Place::Gate("launch".parse().unwrap()),
            number: 1,
            entered: at(0),
            left: Some(at(hours)),
            ended: Some(ended),
            due: due.map(at),
            spent,
            ended_by: Some(3),
        }
    }

    #[test]
    fn what_was_due_is_counted_apart_and_what_was_withdrawn_in_nothing() {
        let workflow = "npi".parse().unwrap();
        let mut open = passage(1, Some(5), Ended::Go);
        (open.left, open.ended, open.ended_by) = (None, None, None);
        let all = [
            passage(5, Some(5), Ended::Go),
            passage(6, Some(5), Ended::Kill),
            passage(7, None, Ended::Go),
            passage(900, Some(5), Ended::Withdrawn),
            open,
        ];
        let figures = statistics(all.iter().map(|passage| (&workflow, passage)));
        assert_eq!(figures.len(), 1);
        let found = &figures[0];
        assert_eq!((found.count, found.withdrawn), (3, 1));
        assert_eq!((found.with_due, found.in_time), (2, 1));
        assert_eq!(found.ended, [(Ended::Go, 2), (Ended::Kill, 1)].into());
        let hours = Quantiles { p10: 5 * 3600, p50: 6 * 3600, p90: 7 * 3600 };
        assert_eq!(found.seconds, Some(hours));
        assert_eq!(found.spent, [(Waited::Gatekeeper, 18 * 3600)].into());
        let withdrawn = statistics([(&workflow, &all[3])]);
        assert_eq!((withdrawn[0].count, withdrawn[0].seconds), (0, None));
    }

    proptest! {
        #[test]
        fn so_many_of_a_hundred_are_not_above_it(
            mut values in proptest::collection::vec(0_u64..1000, 1..60),
            percent in 1_u32..=100,
        ) {
            values.sort_unstable();
            let found = nearest_rank(&values, percent).unwrap();
            let wanted = values.len() as u64 * u64::from(percent);
            let not_above = |value: u64| values.iter().filter(|each| **each <= value).count() as u64;
            prop_assert!(not_above(found) * 100 >= wanted);
            let below = values.iter().filter(|each| **each < found).count() as u64;
            prop_assert!(below * 100 < wanted);
        }
    }
}
