//! What answers look like, for the API's document.
//!
//! The answers themselves are the application's views; the tests hold each against its schema.

mod after;
mod audit;
mod clocks;
mod delegations;
mod deliverables;
mod gates;
mod intake;
mod measures;
mod migration;
mod organisation;
mod products;
mod strategy;

pub(crate) use after::*;
pub(crate) use audit::*;
pub(crate) use clocks::*;
pub(crate) use delegations::*;
pub(crate) use deliverables::*;
pub(crate) use gates::*;
pub(crate) use intake::*;
pub(crate) use measures::*;
pub(crate) use migration::*;
pub(crate) use organisation::*;
pub(crate) use products::*;
pub(crate) use strategy::*;

use chrono::{DateTime, Utc};
use sluicegate_core::id::PersonId;

use crate::parse::{AnyJson, List, Sometimes, view};

pub(crate) type Time = DateTime<Utc>;

view! {
    /// A text that a workflow's author wrote, in English and, where given, in Korean.
    Words open {
        en: String,
        ko: Sometimes<String>,
    }

    /// A person with the name that people read; the name is empty after an erasure.
    PersonName open {
        id: PersonId,
        name: String,
    }

    /// One event of the log.
    Event open {
        /// From 1, without gaps, in the order of commits.
        position: u64,
        /// The id of a product or an entry, `org`, or `access` for what was refused.
        stream: String,
        /// From 1 in its stream.
        version: u64,
        at: Time,
        /// A person's id, `system`, or `visitor`; of a deputy, and the absent person:
        /// `psn_… for psn_…`.
        actor: String,
        /// Whose hands it was. Empty for the system.
        actor_name: String,
        /// The absent person in whose name a deputy acted.
        on_behalf_of: Sometimes<PersonName>,
        /// What happened, for example `gate_decided`.
        kind: String,
        /// The event as it is kept.
        event: AnyJson,
        /// What the event names by digest; erased texts are missing.
        texts: AnyJson,
        /// Names of the people whom the event names by id.
        people: AnyJson,
        /// Scores of others are left out while gatekeepers score alone.
        withheld: Sometimes<bool>,
        /// What stood there before, in the audit trail only.
        replaces: Sometimes<Replaced>,
    }

    /// The earlier event that set the value which another one replaces.
    Replaced open {
        position: u64,
        at: Time,
        actor: String,
        actor_name: String,
        /// The absent person in whose name a deputy acted.
        on_behalf_of: Sometimes<PersonName>,
        /// The event as it is kept.
        event: AnyJson,
        /// What the event names by digest; erased texts are missing.
        texts: AnyJson,
        /// Names of the people whom the event names by id.
        people: AnyJson,
    }

    /// A part of the feed.
    Feed open {
        events: List<Event>,
        /// Ask again after this position, whether or not anything was found.
        next: u64,
    }

    /// The history of a product, the oldest first.
    History open { items: List<Event>, }

    /// An event that a command has just made.
    NewEvent open {
        position: u64,
        /// From 1 in its stream.
        version: u64,
        at: Time,
        /// A person's id, or `system`; of a deputy, and the absent person: `psn_… for psn_…`.
        actor: String,
        /// What happened, for example `gate_decided`.
        kind: String,
        /// The event as it is kept.
        event: AnyJson,
    }

    /// The server lives.
    Health open {
        status: String,
        /// Of the server's program.
        version: String,
    }
}
