//! Years in seconds: stories sleep until their next scene, and the clock jumps to the earliest.
//!
//! All that happens at one moment runs at the same time, so the writer can commit it together. The
//! clock moves only when every story sleeps, so the times of the log never run backwards.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::{Notify, oneshot};

use crate::script::Script;

/// The script has come to its end: today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended;

/// The time of the script; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    script: Script,
    end: DateTime<Utc>,
    state: Mutex<State>,
    /// Told when the last story that was awake has gone to sleep.
    all_asleep: Notify,
}

#[derive(Debug)]
struct State {
    now: DateTime<Utc>,
    awake: usize,
    /// Who sleeps, by the time of waking; the number tells apart those of one moment.
    asleep: BTreeMap<(DateTime<Utc>, u64), oneshot::Sender<()>>,
    next: u64,
}

/// A story that counts as awake; the clock stands while there is one.
#[derive(Debug)]
pub(crate) struct Awake(Timeline);

impl Drop for Awake {
    fn drop(&mut self) {
        self.0.rest();
    }
}

impl Timeline {
    pub(crate) fn new(script: Script, begin: DateTime<Utc>, end: DateTime<Utc>) -> Self {
        script.put(begin);
        let state = State { now: begin, awake: 0, asleep: BTreeMap::new(), next: 0 };
        let (state, all_asleep) = (Mutex::new(state), Notify::new());
        Self { shared: Arc::new(Shared { script, end, state, all_asleep }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.state().now
    }

    pub(crate) fn end(&self) -> DateTime<Utc> {
        self.shared.end
    }

    /// Begins a story: from here on the clock waits for it.
    pub(crate) fn enter(&self) -> Awake {
        self.state().awake += 1;
        Awake(self.clone())
    }

    fn rest(&self) {
        let mut state = self.state();
        state.awake -= 1;
        if state.awake == 0 {
            self.shared.all_asleep.notify_one();
        }
    }

    /// Sleeps until a time; a time that has passed is now.
    ///
    /// # Errors
    /// The time lies after the end of the script.
    pub(crate) async fn until(&self, when: DateTime<Utc>) -> Result<(), Ended> {
        if when > self.shared.end {
            return Err(Ended);
        }
        let woken = {
            let mut state = self.state();
            if when <= state.now {
                return Ok(());
            }
            let (wake, woken) = oneshot::channel();
            state.next += 1;
            let key = (when, state.next);
            state.asleep.insert(key, wake);
            woken
        };
        self.rest();
        // Whoever is woken is counted as awake by the one who wakes.
        woken.await.map_err(|_| Ended)
    }

    /// The earliest moment at which somebody wakes, when everybody sleeps.
    async fn next_moment(&self) -> Option<DateTime<Utc>> {
        loop {
            let told = self.shared.all_asleep.notified();
            {
                let state = self.state();
                if state.awake == 0 {
                    return state.asleep.keys().next().map(|(when, _)| *when);
                }
            }
            told.await;
        }
    }

    fn turn_to(&self, when: DateTime<Utc>) {
        self.state().now = when;
        self.shared.script.put(when);
    }

    fn wake(&self, when: DateTime<Utc>) {
        let mut state = self.state();
        let later = state.asleep.split_off(&(when + TimeDelta::microseconds(1), 0));
        let due = std::mem::replace(&mut state.asleep, later);
        state.awake += due.len();
        for (_, wake) in due {
            if wake.send(()).is_err() {
                // The story was dropped while it slept.
                state.awake -= 1;
            }
        }
    }

    /// Runs every story to its end or to the end of the script. `tick` is called at every moment
    /// and at least once a day, before the stories of that moment go on.
    pub(crate) async fn run<E>(
        &self,
        mut tick: impl AsyncFnMut(DateTime<Utc>) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let next = self.next_moment().await;
            let when = next.unwrap_or(self.shared.end);
            loop {
                let day = self.now() + TimeDelta::days(1);
                let step = day.min(when);
                self.turn_to(step);
                tick(step).await?;
                if step >= when {
                    break;
                }
            }
            if next.is_none() {
                return Ok(());
            }
            self.wake(when);
        }
    }
}
