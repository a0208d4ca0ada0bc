//! The configuration: flags over environment over file over defaults, each with its origin.

mod count;
mod factor;
mod offset;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use chrono::TimeDelta;
use serde::Deserialize;

use crate::{
    cli::Place,
    failure::{Failure, Result},
    witness::Witnesses,
};

pub(crate) use count::Count;
pub(crate) use factor::SecondFactor;
pub(crate) use offset::Offset;

/// The file that is read when it is there.
const FILE: &str = "sluicegate.toml";

/// More gains nothing, and delays the first answer of a batch.
const MOST_IN_A_BATCH: u16 = 512;
/// Each is a connection to PostgreSQL.
const MOST_WRITERS: u16 = 64;
/// What is not signed yet can still be changed by whoever owns the database.
const MOST_SECONDS: u16 = 3600;

/// A session that nobody uses ends on the same day.
const MOST_IDLE_MINUTES: u16 = 24 * 60;
/// Nobody stays signed in for more than a week.
const MOST_SESSION_HOURS: u16 = 7 * 24;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Flag(&'static str),
    Environment(&'static str),
    File(PathBuf),
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => write!(f, "--{name}"),
            Self::Environment(name) => f.write_str(name),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value with its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

/// What the served clock may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Production,
    /// The clock may be shifted.
    Development,
}

impl FromStr for Mode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err("it is `production` or `development`".to_owned()),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::Development => "development",
        })
    }
}

/// `sluicegate.toml`; an unknown key is a mistake.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<String>,
    data: Option<String>,
    database: Option<String>,
    workflows: Option<String>,
    max_batch: Option<i64>,
    writers: Option<i64>,
    session_idle_minutes: Option<i64>,
    session_hours: Option<i64>,
    audit_key: Option<String>,
    audit_name: Option<String>,
    checkpoint_every: Option<i64>,
    witnesses: Option<Vec<String>>,
    second_factor: Option<String>,
    mode: Option<String>,
    dev_clock_offset: Option<String>,
    log: Option<String>,
}

/// Everything that can be set.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Address and port.
    pub(crate) listen: Setting<String>,
    /// The folder of database and attachments.
    pub(crate) data: Setting<PathBuf>,
    /// `postgres://...`; none: SQLite in the data folder.
    pub(crate) database: Setting<Option<String>>,
    /// A folder of workflows that are published at the start.
    pub(crate) workflows: Setting<Option<PathBuf>>,
    /// Commands in one transaction.
    pub(crate) max_batch: Setting<Count<MOST_IN_A_BATCH>>,
    /// Transactions that write at the same time.
    pub(crate) writers: Setting<Count<MOST_WRITERS>>,
    /// A session that is not used for so long ends.
    pub(crate) session_idle_minutes: Setting<Count<MOST_IDLE_MINUTES>>,
    /// A session ends after so long in any case.
    pub(crate) session_hours: Setting<Count<MOST_SESSION_HOURS>>,
    /// The file of the record's key; none: `record.key` in the data folder.
    pub(crate) audit_key: Setting<Option<PathBuf>>,
    /// The name of a key that is made now; empty: a name by chance.
    pub(crate) audit_name: Setting<String>,
    /// Seconds between two checkpoints, at least.
    pub(crate) checkpoint_every: Setting<Count<MOST_SECONDS>>,
    /// Who gets new checkpoints to sign.
    pub(crate) witnesses: Setting<Witnesses>,
    /// Does everyone need one to sign in?
    pub(crate) second_factor: Setting<SecondFactor>,
    pub(crate) mode: Setting<Mode>,
    pub(crate) dev_clock_offset: Setting<Offset>,
    pub(crate) log: Setting<String>,
}

/// A word of a command line.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    if word.bytes().all(plain) { word.to_owned() } else { format!("{word:?}") }
}

/// Looks a variable up; a parameter, so that tests need not touch the process.
pub(crate) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The layers, from the strongest down.
struct Layers<'a> {
    environment: Environment<'a>,
    file: File,
    path: PathBuf,
}

impl Layers<'_> {
    fn find(
        &self,
        flag: Option<(String, &'static str)>,
        variable: &'static str,
        file: Option<&String>,
    ) -> Option<Setting<String>> {
        if let Some((value, name)) = flag {
            return Some(Setting { value, origin: Origin::Flag(name) });
        }
        if let Some(value) = (self.environment)(variable).filter(|value| !value.is_empty()) {
            return Some(Setting { value, origin: Origin::Environment(variable) });
        }
        let value = file?.clone();
        Some(Setting { value, origin: Origin::File(self.path.clone()) })
    }
}

/// Turns the text of a setting into its type, or says where the mistake is.
fn parsed<T: FromStr<Err: fmt::Display>>(
    name: &str,
    found: Option<Setting<String>>,
    default: T,
) -> Result<Setting<T>> {
    let Some(Setting { value, origin }) = found else {
        return Ok(Setting { value: default, origin: Origin::Default });
    };
    match value.parse() {
        Ok(value) => Ok(Setting { value, origin }),
        Err(error) => Err(Failure::usage(format!("{name} is `{value}` (from {origin}): {error}"))),
    }
}

fn optional<T: From<String>>(found: Option<Setting<String>>) -> Setting<Option<T>> {
    match found {
        Some(Setting { value, origin }) => Setting { value: Some(T::from(value)), origin },
        None => Setting { value: None, origin: Origin::Default },
    }
}

impl Config {
    /// The flags with which another command finds the same database, each after a space.
    pub(crate) fn place_flags(&self) -> String {
        let folder = match self.data.origin {
            Origin::Flag(name) => {
                format!(" --{name} {}", quoted(&self.data.value.to_string_lossy()))
            }
            _ => String::new(),
        };
        match self.database.origin {
            // Its address may hold a password.
            Origin::Flag(name) => format!("{folder} --{name} ADDRESS"),
            _ => folder,
        }
    }

    /// Reads all layers.
    ///
    /// # Errors
    /// A value that cannot be read, an unknown key, or a shifted clock in production.
    pub(crate) fn read(place: &Place, environment: Environment<'_>) -> Result<Self> {
        let layers = layers(place.config.as_deref(), environment)?;
        let file = &layers.file;
        let flag = |value: &Option<String>, name| value.clone().map(|value| (value, name));
        let path = |value: &Option<PathBuf>, name| {
            value.as_ref().map(|value| (value.to_string_lossy().into_owned(), name))
        };
        let listen = flag(&place.listen, "listen");
        let listen = layers.find(listen, "SLUICEGATE_LISTEN", file.listen.as_ref());
        let data = layers.find(path(&place.data, "data"), "SLUICEGATE_DATA", file.data.as_ref());
        let database = flag(&place.database, "database");
        let database = layers.find(database, "SLUICEGATE_DATABASE", file.database.as_ref());
        let workflows = path(&place.workflows, "workflows");
        let workflows = layers.find(workflows, "SLUICEGATE_WORKFLOWS", file.workflows.as_ref());
        let text = |number: Option<i64>| number.map(|number| number.to_string());
        let batch = flag(&place.max_batch, "max-batch");
        let batch = layers.find(batch, "SLUICEGATE_MAX_BATCH", text(file.max_batch).as_ref());
        let writers = flag(&place.writers, "writers");
        let writers = layers.find(writers, "SLUICEGATE_WRITERS", text(file.writers).as_ref());
        let idle = text(file.session_idle_minutes);
        let idle = layers.find(None, "SLUICEGATE_SESSION_IDLE_MINUTES", idle.as_ref());
        let hours = text(file.session_hours);
        let hours = layers.find(None, "SLUICEGATE_SESSION_HOURS", hours.as_ref());
        let key = layers.find(None, "SLUICEGATE_AUDIT_KEY", file.audit_key.as_ref());
        let name = layers.find(None, "SLUICEGATE_AUDIT_NAME", file.audit_name.as_ref());
        let every = text(file.checkpoint_every);
        let every = layers.find(None, "SLUICEGATE_CHECKPOINT_EVERY", every.as_ref());
        let witnesses = file.witnesses.as_ref().map(|each| each.join(","));
        let witnesses = layers.find(None, "SLUICEGATE_WITNESSES", witnesses.as_ref());
        let factor = layers.find(None, "SLUICEGATE_SECOND_FACTOR", file.second_factor.as_ref());
        let offset = flag(&place.dev_clock_offset, "dev-clock-offset");
        let offset =
            layers.find(offset, "SLUICEGATE_DEV_CLOCK_OFFSET", file.dev_clock_offset.as_ref());
        let log = layers.find(flag(&place.log, "log"), "SLUICEGATE_LOG", file.log.as_ref());
        let config = Self {
            listen: parsed("listen", listen, "127.0.0.1:8080".to_owned())?,
            data: parsed("data", data, PathBuf::from("data"))?,
            database: optional(database),
            workflows: optional(workflows),
            max_batch: parsed("max_batch", batch, Count(128))?,
            writers: parsed("writers", writers, Count(2))?,
            session_idle_minutes: parsed("session_idle_minutes", idle, Count(30))?,
            session_hours: parsed("session_hours", hours, Count(12))?,
            audit_key: optional(key),
            audit_name: parsed("audit_name", name, String::new())?,
            checkpoint_every: parsed("checkpoint_every", every, Count(10))?,
            witnesses: parsed("witnesses", witnesses, Witnesses::default())?,
            second_factor: parsed("second_factor", factor, SecondFactor::Optional)?,
            mode: mode(place.development, &layers)?,
            dev_clock_offset: parsed("dev_clock_offset", offset, Offset::default())?,
            log: parsed("log", log, "info".to_owned())?,
        };
        config.checked()
    }

    /// A production server never tells another time than the world's.
    fn checked(self) -> Result<Self> {
        let Setting { value: offset, origin } = &self.dev_clock_offset;
        if offset.0 != TimeDelta::zero() && self.mode.value != Mode::Development {
            return Err(Failure::usage(format!(
                "the clock is shifted (from {origin}), and this is a production server: take the \
                 offset away, or say --development"
            )));
        }
        Ok(self)
    }

    /// Name, value and origin of each setting, with secrets left out.
    pub(crate) fn settings(&self) -> Vec<[String; 3]> {
        fn row<T>(name: &str, setting: &Setting<T>, value: String) -> [String; 3] {
            [name.to_owned(), value, setting.origin.to_string()]
        }
        let database = match &self.database.value {
            Some(address) => without_password(address),
            None => format!("SQLite in {}", self.data.value.display()),
        };
        let folder = self.workflows.value.as_deref().map(Path::display);
        let key = self.audit_key.value.as_deref().map(Path::display);
        let key = key.map_or("record.key in the data folder".to_owned(), |key| key.to_string());
        vec![
            row("listen", &self.listen, self.listen.value.clone()),
            row("data", &self.data, self.data.value.display().to_string()),
            row("database", &self.database, database),
            row(
                "workflows",
                &self.workflows,
                folder.map_or("shipped only".to_owned(), |folder| folder.to_string()),
            ),
            row("max_batch", &self.max_batch, self.max_batch.value.to_string()),
            row("writers", &self.writers, self.writers.value.to_string()),
            row(
                "session_idle_minutes",
                &self.session_idle_minutes,
                self.session_idle_minutes.value.to_string(),
            ),
            row("session_hours", &self.session_hours, self.session_hours.value.to_string()),
            row("audit_key", &self.audit_key, key),
            row("audit_name", &self.audit_name, self.audit_name.value.clone()),
            row(
                "checkpoint_every",
                &self.checkpoint_every,
                self.checkpoint_every.value.to_string(),
            ),
            row("witnesses", &self.witnesses, self.witnesses.value.to_string()),
            row("second_factor", &self.second_factor, self.second_factor.value.to_string()),
            row("mode", &self.mode, self.mode.value.to_string()),
            row(
                "dev_clock_offset",
                &self.dev_clock_offset,
                self.dev_clock_offset.value.to_string(),
            ),
            row("log", &self.log, self.log.value.clone()),
        ]
    }
}

fn layers<'a>(config: Option<&Path>, environment: Environment<'a>) -> Result<Layers<'a>> {
    let named = config.map(Path::to_path_buf);
    let named = named.or_else(|| environment("SLUICEGATE_CONFIG").map(PathBuf::from));
    let wanted = named.is_some();
    let path = named.unwrap_or_else(|| PathBuf::from(FILE));
    let file = match std::fs::read_to_string(&path) {
        Ok(text) => toml::from_str(&text)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?,
        Err(error) if wanted || error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::unavailable(path.display(), error));
        }
        Err(_) => File::default(),
    };
    Ok(Layers { environment, file, path })
}

/// The flag turns development on, unless somebody has said that this is production.
fn mode(flag: bool, layers: &Layers<'_>) -> Result<Setting<Mode>> {
    let found = layers.find(None, "SLUICEGATE_MODE", layers.file.mode.as_ref());
    let found = parsed("mode", found, Mode::Production)?;
    if !flag {
        return Ok(found);
    }
    if found.value == Mode::Production && found.origin != Origin::Default {
        let why = format!("--development, and {} says that this is production", found.origin);
        return Err(Failure::usage(why));
    }
    Ok(Setting { value: Mode::Development, origin: Origin::Flag("development") })
}

/// An address that can be shown.
pub(crate) fn without_password(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_owned() };
    let Some((login, server)) = rest.rsplit_once('@') else { return address.to_owned() };
    let user = login.split_once(':').map_or(login, |(user, _)| user);
    format!("{scheme}://{user}@{server}")
}
