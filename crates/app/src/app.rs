//! The application: everything that the edges can ask for, over one store and one writer.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use sluicegate_core::product::Actor;
use sluicegate_store::{Clock, Options, Store, Writer};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    access::{AccessConfig, Hasher},
    definitions::Definitions,
    error::Result,
    judge::Judge,
    rebuild::rebuild,
    record::Signing,
    request::{Caller, Sealer},
};

/// Where salts, ids and secrets come from.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// Salt of a content.
    pub salt: fn() -> [u8; 16],
    /// Ids that sort by age: UUID version 7.
    pub uuid: fn() -> Uuid,
    /// 256 bits that nobody can guess.
    pub secret: fn() -> [u8; 32],
}

/// All that an application is made of.
#[derive(Clone)]
pub struct AppConfig {
    pub store: Options,
    pub clock: Clock,
    pub chance: Chance,
    pub access: AccessConfig,
}

impl fmt::Debug for AppConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppConfig").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The application; clones share it.
#[derive(Clone)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) writer: Writer<Judge>,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) chance: Chance,
    pub(crate) access: AccessConfig,
    pub(crate) hasher: Hasher,
    /// None until somebody gives us a key.
    pub(crate) signing: OnceLock<Signing>,
    /// A signer runs: it signs once more at the end. A command of the command line does not.
    pub(crate) signer: AtomicBool,
    clock: Clock,
    attachment_limit: u64,
    /// True from the shutdown on; background work ends then.
    pub(crate) stopping: watch::Sender<bool>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("store", &self.shared.store).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the database, creates or migrates it, starts the writers, makes lists anew where a
    /// migration wants it, and takes out what was erased and is still there.
    ///
    /// # Errors
    /// [`AppError::Unavailable`](crate::AppError::Unavailable) when there is no connection,
    /// [`AppError::Internal`](crate::AppError::Internal) when the database cannot be used.
    pub async fn open(config: AppConfig) -> Result<Self> {
        let attachment_limit = config.store.attachment_limit;
        let store = Store::open(config.store).await?;
        let definitions = Arc::new(Definitions::default());
        rebuild(&store, &definitions).await?;
        let judge = Arc::new(Judge { definitions: definitions.clone() });
        let writer = store.writer(judge, config.clock.clone());
        let shared = Shared {
            store,
            writer,
            definitions,
            chance: config.chance,
            hasher: Hasher::new(config.access.cost),
            access: config.access,
            signing: OnceLock::new(),
            signer: AtomicBool::new(false),
            clock: config.clock,
            attachment_limit,
            stopping: watch::Sender::new(false),
        };
        let app = Self { shared: Arc::new(shared) };
        app.carry_out_again().await?;
        Ok(app)
    }

    pub fn now(&self) -> DateTime<Utc> {
        (self.shared.clock)()
    }

    pub fn sealer(&self) -> Sealer {
        Sealer::new(self.shared.chance.salt)
    }

    pub const fn actor(&self, caller: &Caller) -> Actor {
        caller.actor()
    }

    /// Largest attachment in bytes.
    pub fn attachment_limit(&self) -> u64 {
        self.shared.attachment_limit
    }

    /// Can the database be read?
    pub async fn health(&self) -> Result<()> {
        self.store().log_head().await?;
        Ok(())
    }

    /// How far the clock is behind the last event of the log; none when it is not.
    pub async fn clock_behind(&self) -> Result<Option<TimeDelta>> {
        let before = self.store().log_head().await?.position.saturating_sub(1);
        let last = self.store().leaves(before, 1).await?.pop();
        let behind = last.map(|last| last.at - self.now());
        Ok(behind.filter(|behind| *behind > TimeDelta::seconds(1)))
    }

    /// The store, for checks that walk over all of it.
    pub fn store(&self) -> &Store {
        &self.shared.store
    }

    /// Runs the timers until the application shuts down.
    pub fn spawn_timers(&self, every: Duration) {
        self.spawn_every(every, "the timers could not run", |app| {
            Box::pin(async move { app.run_timers_once().await.map(drop) })
        });
    }

    /// Does something again and again, until the application shuts down.
    pub(crate) fn spawn_every(
        &self,
        every: Duration,
        trouble: &'static str,
        work: fn(Self) -> BoxFuture<'static, Result<()>>,
    ) {
        let (app, mut stopping) = (self.clone(), self.shared.stopping.subscribe());
        tokio::spawn(async move {
            loop {
                if let Err(error) = work(app.clone()).await {
                    tracing::warn!(%error, "{trouble}");
                }
                tokio::select! {
                    () = tokio::time::sleep(every) => {}
                    _ = stopping.wait_for(|stop| *stop) => break,
                }
            }
        });
    }

    /// Follows the log for figures over many products until the application shuts down.
    pub fn spawn_follower(&self, every: Duration) {
        let (app, mut stopping) = (self.clone(), self.shared.stopping.subscribe());
        tokio::spawn(async move {
            loop {
                if let Err(error) = app.follow_passages().await {
                    tracing::warn!(%error, "the log could not be followed");
                }
                tokio::select! {
                    () = tokio::time::sleep(every) => {}
                    _ = stopping.wait_for(|stop| *stop) => break,
                }
            }
        });
    }

    /// Takes no more commands, finishes those that wait, signs the log and closes the database.
    pub async fn shutdown(&self) {
        self.shared.stopping.send_replace(true);
        self.shared.writer.shutdown().await;
        if self.shared.signer.load(Ordering::Relaxed)
            && let Err(error) = self.sign(true).await
        {
            tracing::warn!(%error, "the log could not be signed at the end");
        }
        self.store().close().await;
    }
}
