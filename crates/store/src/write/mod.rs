//! The one write path: a queue, and tasks that take all that waits and commit it at once.

mod batch;
mod judge;
mod load;
pub(crate) mod rows;
pub(crate) mod save;
mod ticket;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};
use tracing::Instrument as _;

use self::{
    batch::Batch,
    ticket::{Answer, Engine, Ticket},
};
pub(crate) use self::{
    batch::{KeyRow, Known},
    load::{catch_up, content, read_task, task},
    save::{put, read_frontier},
};
use crate::{
    codec::internal,
    error::{Result, StoreError},
    job::{Done, Failure, Job, Rules},
    store::{Store, count},
    time::Clock,
};

/// Takes commands; clones share the queue and the tasks behind it.
pub struct Writer<R: Rules> {
    inner: Arc<Inner<R>>,
}

struct Inner<R: Rules> {
    engine: Arc<Engine<R>>,
    /// None after the shutdown.
    queue: RwLock<Option<mpsc::Sender<Ticket<R>>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl<R: Rules> Clone for Writer<R> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone() }
    }
}

impl<R: Rules> std::fmt::Debug for Writer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl<R: Rules> Writer<R> {
    pub(crate) fn start(store: Store, rules: Arc<R>, clock: Clock) -> Self {
        let options = &store.shared.options;
        let (sender, receiver) = mpsc::channel(options.queue.max(1));
        let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
        let writers = store.shared.writers.size();
        let engine = Arc::new(Engine { store, rules, clock });
        let tasks = (0..writers)
            .map(|_| tokio::spawn(ticket::work(engine.clone(), receiver.clone())))
            .collect();
        let queue = RwLock::new(Some(sender));
        Self { inner: Arc::new(Inner { engine, queue, tasks: Mutex::new(tasks) }) }
    }

    /// Decides and, when accepted, commits a command. The answer comes after the commit. Dropping
    /// the future does not take the command back.
    pub async fn submit(&self, job: Job<R::Command>) -> Result<Done, Failure<R::Refusal>> {
        let queue = self.inner.queue.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(queue) = queue else { return Err(Failure::Unavailable) };
        let (reply, answer) = oneshot::channel();
        if let Err(error) = queue.try_send(Ticket { job, reply }) {
            count(&self.store().shared.counters.busy, 1);
            return Err(match error {
                mpsc::error::TrySendError::Full(_) => Failure::Busy,
                mpsc::error::TrySendError::Closed(_) => Failure::Unavailable,
            });
        }
        drop(queue);
        // A writer task answers each ticket; one that died did not say whether it had committed.
        match answer.await.unwrap_or(Err(Failure::OutcomeUnknown))? {
            Answer::Done(done) => Ok(done),
            Answer::Repeat(key) => self.store().first_answer(&key).await.map_err(|error| {
                tracing::error!(%error, "a first answer cannot be made again");
                failure(&error)
            }),
        }
    }

    /// What [`Writer::submit`] would answer now, with nothing written: the dry run. Positions of
    /// its events are zero, and its idempotency key is not looked at.
    pub async fn rehearse(&self, job: Job<R::Command>) -> Result<Done, Failure<R::Refusal>> {
        let engine = self.inner.engine.clone();
        // A task of its own: a caller that goes away must not leave a transaction behind.
        let rehearsal = tokio::spawn(async move {
            let mut connection = engine.store.shared.readers.acquire().await?;
            let span = tracing::debug_span!("transaction", name = "rehearsal");
            let mut conn = connection.conn();
            let rehearsed = Batch::rehearse(&engine, &mut conn, &job).instrument(span).await;
            if rehearsed.is_err() {
                connection.discard().await;
            }
            rehearsed
        });
        let rehearsed = rehearsal.await.unwrap_or_else(|error| Err(internal(error)));
        rehearsed.unwrap_or_else(|error| {
            tracing::error!(%error, "a rehearsal failed");
            Err(failure(&error))
        })
    }

    /// Takes no more commands, finishes those that wait, and ends the tasks.
    pub async fn shutdown(&self) {
        drop(self.inner.queue.write().unwrap_or_else(PoisonError::into_inner).take());
        let tasks: Vec<_> = {
            let mut tasks = self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.drain(..).collect()
        };
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer task ended badly");
            }
        }
    }

    /// The store behind it.
    pub fn store(&self) -> &Store {
        &self.inner.engine.store
    }
}

/// What a caller learns of an error of the store.
fn failure<R>(error: &StoreError) -> Failure<R> {
    match error {
        StoreError::Unavailable(_) => Failure::Unavailable,
        StoreError::OutcomeUnknown => Failure::OutcomeUnknown,
        _ => Failure::Internal,
    }
}
