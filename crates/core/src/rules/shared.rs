//! What products share by its name: read in one pass over all of them, kept a page at a time.

use std::collections::BTreeMap;

use crate::text;

/// Of those who share a name so many are listed; all are counted.
pub(super) const LISTED: usize = 100;

/// How many there are, and the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Among<T> {
    pub count: u64,
    pub first: Vec<T>,
}

impl<T> Default for Among<T> {
    fn default() -> Self {
        Self { count: 0, first: Vec::new() }
    }
}

impl<T> Among<T> {
    pub(super) fn add(&mut self, one: T) {
        self.count += 1;
        if self.first.len() < LISTED {
            self.first.push(one);
        }
    }
}

/// A page of names in their order, each with what is said of it. Of the names before and behind it
/// nothing is kept, so the memory that it takes does not grow with the products.
#[derive(Clone, Debug)]
pub struct Names<T> {
    /// The page begins behind this name.
    after: Option<String>,
    count: usize,
    found: BTreeMap<String, T>,
    more: bool,
}

impl<T> Names<T> {
    /// The first `count` names behind `after`, which an earlier page has named.
    pub fn page(after: Option<String>, count: usize) -> Self {
        Self { after, count: count.max(1), found: BTreeMap::new(), more: false }
    }

    /// What is kept of a name; none when it is not on the page.
    pub(super) fn at(&mut self, key: &str, new: impl FnOnce() -> T) -> Option<&mut T> {
        if self.after.as_deref().is_some_and(|after| key <= after) {
            return None;
        }
        if !self.found.contains_key(key) {
            let last = self.found.last_key_value().map(|(last, _)| last.as_str());
            let full = self.found.len() >= self.count;
            self.more |= full;
            if full && last.is_some_and(|last| key > last) {
                return None;
            }
            self.found.insert(key.to_owned(), new());
            // A name that goes never comes back: the last one of a full page only moves forward.
            if full {
                self.found.pop_last();
            }
        }
        self.found.get_mut(key)
    }

    /// The names of the page in their order, and behind which one the next page begins.
    pub fn done(self) -> (Vec<T>, Option<String>) {
        let last = self.found.last_key_value().map(|(last, _)| last.clone());
        (self.found.into_values().collect(), last.filter(|_| self.more))
    }
}

/// By what a name is compared, and how it is shown; none: it is empty. Spaces, case, width and
/// composition make no difference.
pub(super) fn known_by(name: &str) -> Option<(String, String)> {
    let shown = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let key = text::sort_key(&shown);
    (!key.is_empty()).then(|| (key, text::composed(&shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages of two, over names that come in any order and more than once.
    #[test]
    fn the_pages_hold_every_name_once_with_all_that_is_said_of_it() {
        let names = ["e", "b", "a", "d", "b", "c", "e", "a", "b"];
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let mut page = Names::page(after, 2);
            for name in names {
                if let Some(times) = page.at(name, || (name, 0)) {
                    times.1 += 1;
                }
            }
            let (found, next) = page.done();
            assert!(found.len() <= 2);
            seen.extend(found);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [("a", 2), ("b", 3), ("c", 1), ("d", 1), ("e", 2)]);
    }

    #[test]
    fn the_last_page_has_no_next_one() {
        let mut page = Names::page(None, 2);
        for name in ["b", "a"] {
            page.at(name, || name);
        }
        assert_eq!(page.done(), (vec!["a", "b"], None));
    }

    #[test]
    fn all_are_counted_and_some_are_listed() {
        let mut among = Among::default();
        (0..250).for_each(|number| among.add(number));
        assert_eq!((among.count, among.first.len(), among.first[99]), (250, LISTED, 99));
    }
}
