//! A writer task: takes what waits, tries until it is committed or given up, answers each caller.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::sync::{Mutex, mpsc, oneshot};
use tracing::Instrument as _;

use super::{
    batch::{Batch, KeyRow, Verdict},
    failure,
};
use crate::{
    db::Owned,
    error::{Result, StoreError},
    job::{Done, Failure, Job, Rules},
    sql::schema,
    store::{Store, count},
    time::Clock,
};

/// How often a batch is tried: a database that is gone is told to callers after some 12 seconds.
const ATTEMPTS: u32 = 4;
/// The first pause before another attempt; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(20);

/// What all writer tasks share.
pub(super) struct Engine<R> {
    pub(super) store: Store,
    pub(super) rules: Arc<R>,
    pub(super) clock: Clock,
}

/// A command that waits.
pub(super) struct Ticket<R: Rules> {
    pub(super) job: Job<R::Command>,
    pub(super) reply: oneshot::Sender<Result<Answer, Failure<R::Refusal>>>,
}

pub(super) enum Answer {
    Done(Done),
    /// The key was used before: the caller's side makes the first answer again, so that no writer
    /// waits for it.
    Repeat(KeyRow),
}

/// Commands that are tried together.
struct Lot<R: Rules> {
    tickets: Vec<Ticket<R>>,
    attempts: u32,
    /// A commit of these was left without an answer.
    in_doubt: bool,
}

/// Why an attempt failed.
enum Fault {
    /// Nothing was written.
    Clean(StoreError),
    /// While committing: it may have been written.
    AtCommit(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Clean(error)
    }
}

type Queue<R> = Arc<Mutex<mpsc::Receiver<Ticket<R>>>>;

pub(super) async fn work<R: Rules>(engine: Arc<Engine<R>>, queue: Queue<R>) {
    let bound = engine.store.shared.options.batch.max(1);
    let mut line = None;
    loop {
        let mut tickets = Vec::new();
        // Whoever holds the lock waits for the next command; the others are busy or wait here.
        if queue.lock().await.recv_many(&mut tickets, bound).await == 0 {
            break;
        }
        count(&engine.store.shared.counters.jobs, tickets.len());
        settle(&engine, &mut line, tickets).await;
    }
}

/// Tries until every ticket is answered.
async fn settle<R: Rules>(engine: &Engine<R>, line: &mut Option<Owned>, tickets: Vec<Ticket<R>>) {
    let mut lots = VecDeque::from([Lot { tickets, attempts: 0, in_doubt: false }]);
    while let Some(mut lot) = lots.pop_front() {
        if lot.attempts > 0 {
            count(&engine.store.shared.counters.retries, 1);
            tokio::time::sleep(PAUSE * 2_u32.pow(lot.attempts - 1)).await;
        }
        let span = tracing::debug_span!("transaction", name = "commands", jobs = lot.tickets.len());
        let fault = match attempt(engine, line, &lot.tickets).instrument(span).await {
            Ok(verdicts) => {
                answer(lot.tickets, verdicts);
                continue;
            }
            Err(fault) => fault,
        };
        engine.store.shared.forget();
        if let Some(line) = line.take() {
            line.discard().await;
        }
        lot.attempts += 1;
        let error = match fault {
            Fault::Clean(error) => error,
            Fault::AtCommit(error) => {
                lot.doubt();
                error
            }
        };
        tracing::warn!(%error, attempt = lot.attempts, "a batch of commands failed");
        lots.extend(lot.again(&error));
    }
}

fn answer<R: Rules>(tickets: Vec<Ticket<R>>, verdicts: Vec<Verdict<R::Refusal>>) {
    for (ticket, verdict) in tickets.into_iter().zip(verdicts) {
        let answer = match verdict {
            Verdict::Accepted(done) => Ok(Answer::Done(done)),
            Verdict::Repeat(key) => Ok(Answer::Repeat(key)),
            Verdict::Failed(failure) => Err(failure),
        };
        // A caller that has gone away still had its command committed.
        let _ = ticket.reply.send(answer);
    }
}

impl<R: Rules> Lot<R> {
    /// Only a command with a key can be tried again safely: if it was committed, it finds its key.
    fn doubt(&mut self) {
        self.in_doubt = true;
        let (keyed, keyless) =
            self.tickets.drain(..).partition(|ticket: &Ticket<R>| ticket.job.key.is_some());
        self.tickets = keyed;
        let keyless: Vec<_> = keyless;
        for ticket in keyless {
            let _ = ticket.reply.send(Err(Failure::OutcomeUnknown));
        }
    }

    /// What is to be tried next; nothing when this was the last time.
    fn again(self, error: &StoreError) -> Vec<Self> {
        let (attempts, in_doubt) = (self.attempts, self.in_doubt);
        let passing = matches!(error, StoreError::Unavailable(_));
        if !passing && self.tickets.len() > 1 {
            // One of them breaks the transaction: alone, it breaks only its own.
            let alone = |ticket| Self { tickets: vec![ticket], attempts: 0, in_doubt };
            return self.tickets.into_iter().map(alone).collect();
        }
        if attempts < ATTEMPTS && !self.tickets.is_empty() {
            return vec![self];
        }
        for ticket in self.tickets {
            let failure = if self.in_doubt { Failure::OutcomeUnknown } else { failure(error) };
            let _ = ticket.reply.send(Err(failure));
        }
        Vec::new()
    }
}

/// One transaction over all of them.
async fn attempt<R: Rules>(
    engine: &Engine<R>,
    line: &mut Option<Owned>,
    tickets: &[Ticket<R>],
) -> Result<Vec<Verdict<R::Refusal>>, Fault> {
    let shared = &engine.store.shared;
    let connection = match line {
        Some(connection) => connection,
        None => line.insert(shared.writers.acquire().await?),
    };
    let mut conn = connection.conn();
    let _turn = shared.turn().await;
    let mut batch = Batch::new(engine, tickets.iter().map(|ticket| &ticket.job).collect());
    conn.execute(&schema::BEGIN, &[]).await?;
    batch.load(&mut conn).await?;
    batch.decide(&mut conn).await?;
    if batch.changes_nothing() {
        conn.execute(&schema::ROLLBACK, &[]).await?;
        return Ok(batch.finish());
    }
    batch.save(&mut conn).await?;
    conn.execute(&schema::COMMIT, &[]).await.map_err(Fault::AtCommit)?;
    count(&shared.counters.batches, 1);
    count(&shared.counters.events, batch.events.len());
    Ok(batch.finish())
}
