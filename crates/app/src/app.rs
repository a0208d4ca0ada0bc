//! The application: everything that the edges can ask for, over one store and one writer.

use std::{fmt, sync::Arc};

use sluicegate_store::{Clock, Options};
use uuid::Uuid;

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
}

impl fmt::Debug for AppConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppConfig").field("store", &self.store).finish_non_exhaustive()
    }
}

/// The application; clones share it.
#[derive(Clone, Debug)]
pub struct App {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {}
