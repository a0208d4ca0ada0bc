//! The order among deliverables: what comes after what must never run in a circle.

use indexmap::IndexMap;

use super::Resolver;
use crate::{
    definition::diagnostic::{Diagnostic, Mark},
    key::DeliverableKey,
};

/// For each deliverable what it waits for, by `after` or by what its guard reads.
#[derive(Default)]
pub(super) struct Order {
    waits: IndexMap<DeliverableKey, Vec<(DeliverableKey, Mark)>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Never,
    OnTheWay,
    Done,
}

impl Order {
    pub(super) fn add(&mut self, from: &DeliverableKey, to: &DeliverableKey, at: Mark) {
        self.waits.entry(to.clone()).or_default();
        self.waits.entry(from.clone()).or_default().push((to.clone(), at));
    }

    /// Every circle that a walk meets: the keys on it, and the place that closes it.
    fn circles(&self) -> Vec<(Vec<&DeliverableKey>, Mark)> {
        let mut seen = vec![Seen::Never; self.waits.len()];
        let mut found = Vec::new();
        for root in 0..self.waits.len() {
            if seen[root] == Seen::Never {
                self.walk(root, &mut seen, &mut found);
            }
        }
        found
    }

    /// Depth first, with a stack of our own: the file decides how deep it goes.
    fn walk<'o>(
        &'o self,
        root: usize,
        seen: &mut [Seen],
        found: &mut Vec<(Vec<&'o DeliverableKey>, Mark)>,
    ) {
        let mut way = vec![(root, 0)];
        seen[root] = Seen::OnTheWay;
        while let Some((at, next)) = way.last_mut() {
            let (here, turn) = (*at, *next);
            *next += 1;
            let Some((to, mark)) = self.waits.get_index(here).and_then(|(_, to)| to.get(turn))
            else {
                seen[here] = Seen::Done;
                way.pop();
                continue;
            };
            let Some(to) = self.waits.get_index_of(to) else { continue };
            match seen[to] {
                Seen::Never => {
                    seen[to] = Seen::OnTheWay;
                    way.push((to, 0));
                }
                Seen::OnTheWay => {
                    let start = way.iter().position(|(at, _)| *at == to).unwrap_or(0);
                    let keys = way[start..].iter().filter_map(|(at, _)| self.waits.get_index(*at));
                    found.push((keys.map(|(key, _)| key).collect(), *mark));
                }
                Seen::Done => {}
            }
        }
    }
}

impl Resolver<'_, '_> {
    pub(super) fn circles(&mut self) {
        let order = std::mem::take(&mut self.order);
        for (keys, at) in order.circles() {
            let mut names: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
            names.extend(keys.first().map(|key| key.as_str()));
            let message = format!("these wait for each other: {}", names.join(" → "));
            self.error(Diagnostic::error("cycle", at, message).label("closes the circle").help(
                "a deliverable waits for what is in its `after` and for what its guard reads",
            ));
        }
    }
}
