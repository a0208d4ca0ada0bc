//! What was acknowledged, held against the event feed: nothing lost, nothing twice, no gaps.

use std::collections::HashMap;

use serde_json::Value;
use xtask::process::Outcome;

use crate::client::{number, text};

/// Where an answer says that its command stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) position: u64,
    pub(super) version: u64,
}

/// One event of the feed, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) at: Receipt,
    pub(super) stream: String,
    /// The mark of the command, that no other command has.
    pub(super) mark: Option<String>,
}

impl Seen {
    pub(super) fn of(event: &Value) -> Outcome<Self> {
        let at =
            Receipt { position: number(event, "position")?, version: number(event, "version")? };
        let mark = event["event"]["document"]["link"].as_str().map(str::to_owned);
        Ok(Self { at, stream: text(event, "stream")?, mark })
    }
}

/// Every command that was ever answered, and how far the feed was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    /// By mark: the product and the place.
    answered: HashMap<String, (String, Receipt)>,
    /// Marks whose event was seen.
    seen: HashMap<String, u64>,
    /// The last position that was read.
    pub(super) head: u64,
    /// The last version of each stream.
    pub(super) versions: HashMap<String, u64>,
}

/// At most so many problems are told: the first ones say what happened.
const MOST_TOLD: usize = 10;

impl Ledger {
    pub(super) fn answered(&mut self, mark: &str, product: &str, at: Receipt) {
        self.answered.insert(mark.to_owned(), (product.to_owned(), at));
    }

    pub(super) fn count(&self) -> usize {
        self.answered.len()
    }

    /// The same answers before any event was read, for a second reading from the beginning.
    pub(super) fn unread(&self, head: u64, versions: HashMap<String, u64>) -> Self {
        let answered = self.answered.clone();
        Self { answered, seen: HashMap::new(), head, versions }
    }

    /// Reads on in the feed. The problems come back, none when all is well.
    pub(super) fn read(&mut self, events: &[Seen]) -> Vec<String> {
        let mut problems = Vec::new();
        for event in events {
            let Receipt { position, version } = event.at;
            if position != self.head + 1 {
                problems.push(format!("position {position} comes after {}", self.head));
            }
            self.head = position;
            let last = self.versions.insert(event.stream.clone(), version);
            if last.is_some_and(|last| version != last + 1) {
                let stream = &event.stream;
                problems.push(format!("{stream}: version {version} comes after {last:?}"));
            }
            if let Some(mark) = &event.mark {
                self.compare(mark, event, &mut problems);
            }
        }
        problems.truncate(MOST_TOLD);
        problems
    }

    fn compare(&mut self, mark: &str, event: &Seen, problems: &mut Vec<String>) {
        let position = event.at.position;
        if let Some(first) = self.seen.insert(mark.to_owned(), position) {
            problems.push(format!("{mark} is there twice: at {first} and at {position}"));
        }
        match self.answered.get(mark) {
            None => {
                problems.push(format!("{mark} is at {position}, but was never asked to the end"));
            }
            Some((product, at)) if *product != event.stream || *at != event.at => {
                let (found, stream) = (event.at, &event.stream);
                problems.push(format!("{mark}: answered {product} {at:?}, is {stream} {found:?}"));
            }
            Some(_) => {}
        }
    }

    /// What was answered and is not in the feed, after all of it was read.
    pub(super) fn lost(&self) -> Vec<String> {
        let lost = self.answered.iter().filter(|(mark, _)| !self.seen.contains_key(*mark));
        let told = lost.map(|(mark, (product, at))| format!("{mark} is lost: {product} {at:?}"));
        told.take(MOST_TOLD).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(position: u64, version: u64, mark: &str) -> Seen {
        let at = Receipt { position, version };
        Seen { at, stream: "prd_1".into(), mark: (!mark.is_empty()).then(|| mark.to_owned()) }
    }

    /// Three commands were answered; the timers wrote an event between them.
    fn ledger() -> (Ledger, Vec<Seen>) {
        let mut ledger = Ledger { head: 10, ..Ledger::default() };
        ledger.versions.insert("prd_1".into(), 4);
        let events =
            vec![event(11, 5, "a"), event(12, 6, "b"), event(13, 7, ""), event(14, 8, "c")];
        for seen in &events {
            if let Some(mark) = &seen.mark {
                ledger.answered(mark, "prd_1", seen.at);
            }
        }
        (ledger, events)
    }

    fn problems(change: impl FnOnce(&mut Ledger, &mut Vec<Seen>)) -> Vec<String> {
        let (mut ledger, mut events) = ledger();
        change(&mut ledger, &mut events);
        let mut problems = ledger.read(&events);
        problems.extend(ledger.lost());
        problems
    }

    #[test]
    fn a_true_log_has_no_problems() {
        assert_eq!(problems(|_, _| {}), Vec::<String>::new());
    }

    #[test]
    fn a_planted_loss_is_found() {
        let found = problems(|_, events| drop(events.pop()));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("c is lost"), "{found:?}");
    }

    #[test]
    fn a_planted_duplicate_is_found() {
        let found = problems(|_, events| events.push(event(15, 9, "a")));
        assert!(found.iter().any(|text| text == "a is there twice: at 11 and at 15"), "{found:?}");
    }

    #[test]
    fn a_planted_gap_is_found() {
        let found = problems(|_, events| drop(events.remove(2)));
        assert!(found.contains(&"position 14 comes after 12".to_owned()), "{found:?}");
        assert!(found.iter().any(|text| text.contains("version 8 comes after")), "{found:?}");
    }

    #[test]
    fn an_event_that_nobody_was_told_of_is_found() {
        let found = problems(|_, events| events.push(event(15, 9, "x")));
        assert_eq!(found, ["x is at 15, but was never asked to the end"]);
    }

    #[test]
    fn an_answer_that_named_another_place_is_found() {
        let at = Receipt { position: 99, version: 5 };
        let found = problems(|ledger, _| ledger.answered("a", "prd_1", at));
        assert!(found[0].starts_with("a: answered prd_1"), "{found:?}");
    }

    #[test]
    fn an_event_is_read_from_the_feed() {
        let event: Value = serde_json::from_str(
            r#"{"position":7,"stream":"prd_1","version":3,
                "event":{"event":"deliverable_submitted","document":{"link":"https://a"}}}"#,
        )
        .unwrap();
        let at = Receipt { position: 7, version: 3 };
        let seen = Seen { at, stream: "prd_1".into(), mark: Some("https://a".into()) };
        assert_eq!(Seen::of(&event).unwrap(), seen);
        assert!(Seen::of(&Value::Null).is_err());
    }
}
