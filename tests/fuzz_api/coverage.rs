//! How much of the API was reached.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::document::Document;

#[derive(Debug)]
pub(crate) struct Coverage {
    names: Vec<String>,
    /// For each operation, how often it has answered with each status.
    seen: Vec<BTreeMap<u16, usize>>,
    /// At no address of the document.
    elsewhere: BTreeMap<u16, usize>,
}

impl Coverage {
    pub(crate) fn of(document: &Document) -> Self {
        let names = document.operations.iter().map(|one| one.id.clone()).collect();
        let seen = vec![BTreeMap::new(); document.operations.len()];
        Self { names, seen, elsewhere: BTreeMap::new() }
    }

    pub(crate) fn count(&mut self, operation: Option<usize>, status: u16) {
        let found = match operation {
            Some(operation) => &mut self.seen[operation],
            None => &mut self.elsewhere,
        };
        *found.entry(status).or_default() += 1;
    }

    /// Operations that have never answered with success.
    pub(crate) fn unreached(&self) -> Vec<usize> {
        let reached = |at: &usize| self.seen[*at].keys().any(|status| *status < 300);
        (0..self.seen.len()).filter(|at| !reached(at)).collect()
    }

    /// The same, by name.
    pub(crate) fn missed(&self) -> Vec<&str> {
        self.unreached().into_iter().map(|at| self.names[at].as_str()).collect()
    }

    pub(crate) const fn operations(&self) -> usize {
        self.names.len()
    }

    fn statuses(&self) -> BTreeSet<u16> {
        self.seen.iter().chain([&self.elsewhere]).flat_map(|seen| seen.keys().copied()).collect()
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statuses = self.statuses();
        write!(f, "{:<24}", "operation")?;
        statuses.iter().try_for_each(|status| write!(f, "{status:>6}"))?;
        writeln!(f)?;
        let all = self.names.iter().map(String::as_str).zip(&self.seen);
        for (name, seen) in all.chain([("(elsewhere)", &self.elsewhere)]) {
            write!(f, "{name:<24}")?;
            for status in &statuses {
                match seen.get(status) {
                    Some(count) => write!(f, "{count:>6}")?,
                    None => write!(f, "{:>6}", ".")?,
                }
            }
            writeln!(f)?;
        }
        let missed = self.missed();
        let reached = self.names.len() - missed.len();
        writeln!(f, "{reached} of {} operations reached with success", self.names.len())?;
        if missed.is_empty() { Ok(()) } else { writeln!(f, "never: {}", missed.join(", ")) }
    }
}
