//! The scripted clock: it stands where the script has put it, and runs with the world otherwise.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_app::Clock;

/// The hand of a clock that somebody else reads; clones share it.
#[derive(Clone)]
pub struct Script {
    hand: Arc<Mutex<Hand>>,
    world: Clock,
}

#[derive(Debug, Default)]
struct Hand {
    at: Option<DateTime<Utc>>,
    asked: i64,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Script").field("hand", &self.hand).finish_non_exhaustive()
    }
}

impl Script {
    /// A clock that runs with the world until it is put somewhere.
    pub fn new(world: Clock) -> Self {
        Self { hand: Arc::default(), world }
    }

    /// The clock for the application. It gives each reader some milliseconds more, as if the
    /// commands of a moment had come one after the other.
    pub fn clock(&self) -> Clock {
        let (hand, world) = (self.hand.clone(), self.world.clone());
        Arc::new(move || {
            let mut hand = hand.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(at) = hand.at else { return world() };
            hand.asked += 1;
            at + TimeDelta::milliseconds(37 * (hand.asked % 1000))
        })
    }

    /// What time it is in the world.
    pub fn world(&self) -> DateTime<Utc> {
        (self.world)()
    }

    pub(crate) fn put(&self, at: DateTime<Utc>) {
        *self.hand.lock().unwrap_or_else(PoisonError::into_inner) = Hand { at: Some(at), asked: 0 };
    }

    /// From now on it runs with the world again.
    pub(crate) fn release(&self) {
        *self.hand.lock().unwrap_or_else(PoisonError::into_inner) = Hand::default();
    }
}
