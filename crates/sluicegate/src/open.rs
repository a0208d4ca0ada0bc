//! The composition: the clock, chance and database that the application is made of.

use std::{path::Path, sync::Arc};

use chrono::{TimeDelta, Utc};
use sluicegate_app::{AccessConfig, App, AppConfig, Chance, Clock, Database, Options};
use uuid::Uuid;

use crate::{
    config::{Config, SecondFactor},
    failure::{Failure, Result},
};

const DATABASE_FILE: &str = "sluicegate.sqlite";

/// May the database be created?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Create {
    Yes,
    No,
}

/// Opens the configured database.
///
/// # Errors
/// It is not there and may not be created, or it cannot be used.
pub(crate) async fn open(config: &Config, create: Create) -> Result<App> {
    open_on(config, create, clock(config)).await
}

/// The same, with another clock.
///
/// # Errors
/// As [`open`].
pub(crate) async fn open_on(config: &Config, create: Create, clock: Clock) -> Result<App> {
    let data = &config.data.value;
    let database = match &config.database.value {
        Some(address) => Database::Postgres(address.clone()),
        None => Database::Sqlite(data.join(DATABASE_FILE)),
    };
    if let (Database::Sqlite(file), Create::No) = (&database, create)
        && !file.exists()
    {
        let why = "there is no database; `sluicegate serve` creates it";
        return Err(Failure::unavailable(file.display(), why));
    }
    create_private(data)?;
    let mut store = Options::new(database, data.join("attachments"));
    store.batch = config.max_batch.value.0.into();
    store.writers = config.writers.value.0.into();
    let access = AccessConfig {
        idle: TimeDelta::minutes(config.session_idle_minutes.value.0.into()),
        absolute: TimeDelta::hours(config.session_hours.value.0.into()),
        factor_required: config.second_factor.value == SecondFactor::Required,
        ..AccessConfig::default()
    };
    let signing = crate::keys::signing(config, create)?;
    let app = App::open(AppConfig { store, clock, chance: chance(), access }).await?;
    if let Some(signing) = signing {
        app.sign_with(signing);
    }
    Ok(app)
}

/// Is there a database that can be asked?
pub(crate) fn exists(config: &Config) -> bool {
    config.database.value.is_some() || config.data.value.join(DATABASE_FILE).exists()
}

/// The data folder is for the server's user alone.
fn create_private(folder: &Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Failure::unavailable(folder.display(), error))
}

/// The day, for what asks no database.
#[expect(clippy::disallowed_methods, reason = "the composition root is where the clock comes from")]
pub(crate) fn today() -> chrono::NaiveDate {
    Utc::now().date_naive()
}

#[expect(clippy::disallowed_methods, reason = "the composition root is where the clock comes from")]
pub(crate) fn clock(config: &Config) -> Clock {
    let offset = config.dev_clock_offset.value.0;
    Arc::new(move || Utc::now() + offset)
}

/// The machine's own randomness.
fn chance() -> Chance {
    Chance { salt: random, uuid, secret: random }
}

#[expect(clippy::disallowed_methods, reason = "the composition root is where ids come from")]
fn uuid() -> Uuid {
    Uuid::now_v7()
}

/// # Panics
/// The machine has no randomness to give: nothing that needs a secret may go on.
#[expect(clippy::expect_used, reason = "without randomness no secret is one")]
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system's randomness");
    bytes
}
