//! The one write path: a queue, and tasks that take all that waits and commit it at once.

use std::sync::Arc;

use crate::{
    job::{Done, Failure, Job, Rules},
    store::Store,
    time::Clock,
};

/// Takes commands; clones share the queue and the tasks behind it.
#[derive(Debug)]
pub struct Writer<R: Rules> {
    store: Store,
    rules: Arc<R>,
}

impl<R: Rules> Clone for Writer<R> {
    fn clone(&self) -> Self {
        Self { store: self.store.clone(), rules: self.rules.clone() }
    }
}

impl<R: Rules> Writer<R> {
    pub(crate) fn start(store: Store, rules: Arc<R>, _clock: Clock) -> Self {
        Self { store, rules }
    }

    /// Decides and, when accepted, commits a command. The answer comes after the commit. Dropping
    /// the future does not take the command back.
    pub async fn submit(&self, job: Job<R::Command>) -> Result<Done, Failure<R::Refusal>> {
        drop(job);
        unimplemented!()
    }

    /// What [`Writer::submit`] would answer now, with nothing written: the dry run. Positions of
    /// its events are zero, and its idempotency key is not looked at.
    pub async fn rehearse(&self, job: Job<R::Command>) -> Result<Done, Failure<R::Refusal>> {
        drop(job);
        unimplemented!()
    }

    /// Takes no more commands, finishes those that wait, and ends the tasks.
    pub async fn shutdown(&self) {}
}
