//! What comes after what, among deliverables and among computed fields: never in a circle.

use std::hash::Hash;

use indexmap::IndexMap;

use super::Resolver;
use crate::definition::diagnostic::{Diagnostic, Mark};

/// For each thing what it waits for, and the place that says so.
pub(super) struct Order<K> {
    waits: IndexMap<K, Vec<(K, Mark)>>,
}

impl<K> Default for Order<K> {
    fn default() -> Self {
        Self { waits: IndexMap::new() }
    }
}

/// What a walk over all of it comes to.
pub(super) struct Walked<'o, K> {
    /// Every circle: the keys on it, and the place that closes it.
    pub(super) circles: Vec<(Vec<&'o K>, Mark)>,
    /// Each after what it waits for.
    pub(super) sorted: Vec<&'o K>,
}

#[derive(Clone, Copy, PartialEq)]
enum Seen {
    Never,
    OnTheWay,
    Done,
}

impl<K: Hash + Eq + Clone> Order<K> {
    /// It takes part, whether or not it waits for anything.
    pub(super) fn put(&mut self, key: &K) {
        self.waits.entry(key.clone()).or_default();
    }

    pub(super) fn add(&mut self, from: &K, to: &K, at: Mark) {
        self.put(to);
        self.waits.entry(from.clone()).or_default().push((to.clone(), at));
    }

    pub(super) fn walked(&self) -> Walked<'_, K> {
        let mut seen = vec![Seen::Never; self.waits.len()];
        let mut found = Walked { circles: Vec::new(), sorted: Vec::new() };
        for root in 0..self.waits.len() {
            if seen[root] == Seen::Never {
                self.walk(root, &mut seen, &mut found);
            }
        }
        found
    }

    /// Depth first, with a stack of our own: the file decides how deep it goes.
    fn walk<'o>(&'o self, root: usize, seen: &mut [Seen], found: &mut Walked<'o, K>) {
        let mut way = vec![(root, 0)];
        seen[root] = Seen::OnTheWay;
        while let Some((at, next)) = way.last_mut() {
            let (here, turn) = (*at, *next);
            *next += 1;
            let entry = self.waits.get_index(here);
            let Some((to, mark)) = entry.and_then(|(_, to)| to.get(turn)) else {
                seen[here] = Seen::Done;
                found.sorted.extend(entry.map(|(key, _)| key));
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
                    found.circles.push((keys.map(|(key, _)| key).collect(), *mark));
                }
                Seen::Done => {}
            }
        }
    }
}

impl Resolver<'_, '_> {
    pub(super) fn circles(&mut self) {
        let order = std::mem::take(&mut self.order);
        for (keys, at) in order.walked().circles {
            let mut names: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
            names.extend(keys.first().map(|key| key.as_str()));
            let message = format!("these wait for each other: {}", names.join(" → "));
            self.error(Diagnostic::error("cycle", at, message).label("closes the circle").help(
                "a deliverable waits for what is in its `after` and for what its guard reads",
            ));
        }
    }
}
