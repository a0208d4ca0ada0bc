//! Stored events are read for ever: one line for each kind, added to and never changed.

use sluicegate_core::{
    access::AccessEvent, directory::DirectoryEvent, intake::EntryEvent, product::Event,
};

/// One event a line, as it was written when its kind was new.
pub(crate) const EVENTS: &str = include_str!("golden/events.jsonl");
const DIRECTORY: &str = include_str!("golden/directory.jsonl");
const ACCESS: &str = include_str!("golden/access.jsonl");
const ENTRIES: &str = include_str!("golden/entries.jsonl");

#[test]
fn every_stored_event_reads_back_and_is_written_the_same() {
    for line in EVENTS.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(serde_json::to_string(&event).expect("serialises"), line);
    }
    for line in ENTRIES.lines() {
        let event: EntryEvent =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(serde_json::to_string(&event).expect("serialises"), line);
    }
    for line in ACCESS.lines() {
        let event: AccessEvent =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(serde_json::to_string(&event).expect("serialises"), line);
    }
    for line in DIRECTORY.lines() {
        let event: DirectoryEvent =
            serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(serde_json::to_string(&event).expect("serialises"), line);
    }
}

/// Is there a line for this kind?
pub(crate) fn knows(kind: &str) -> bool {
    EVENTS.contains(&format!(r#"{{"event":"{kind}""#))
}
