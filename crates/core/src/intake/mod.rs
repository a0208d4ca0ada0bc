//! The loop between the field and upstream: intake links, ideas, feedback and field days.
//!
//! Each of them is an *entry*: a stream of its own in the one log, decided here and evolved like a
//! product. A command may move several streams at once (feedback that obliges a product, an idea
//! that starts one); its [`Move`]s are committed together or not at all.

mod command;
mod content;
mod event;
mod evolve;
mod feedback;
mod field_day;
mod id;
mod idea;
mod judge;
mod line;
mod link;
mod reading;
mod similar;
mod state;
mod task;

pub use command::{Command, Move, NewFeedback, NewFollowUp};
pub use content::{IdeaText, card, prefill};
pub use event::{EntryEvent, RecordedEntry, Rejection};
pub use evolve::evolve;
pub use id::{EntryId, EntryKind};
pub use judge::{Context, decide};
pub use line::{Line, line, next_tick};
pub use reading::{Sight, may_read_entry, sight};
pub use similar::{GRAMS, grams, likeness, sketch};
pub use state::*;
pub use task::{Task, TaskKind, tasks};
