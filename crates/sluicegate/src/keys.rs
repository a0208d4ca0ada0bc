//! The key of the record: made at the first start, kept in a file that only the server's user reads.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::TimeDelta;
use sluicegate_app::Signing;
use sluicegate_core::audit::{KeyKind, SecretKey};

use crate::{
    config::Config,
    failure::{Failure, Result},
    open::{Create, random},
};

const KEY_FILE: &str = "record.key";

/// The key to sign with. None: there is none yet, and none may be made.
///
/// # Errors
/// The file cannot be read or written, or holds no key.
pub(crate) fn signing(config: &Config, create: Create) -> Result<Option<Signing>> {
    let file = match &config.audit_key.value {
        Some(file) => file.clone(),
        None => config.data.value.join(KEY_FILE),
    };
    let every = TimeDelta::seconds(config.checkpoint_every.value.0.into());
    // A key that somebody has named and that is not there is a mistake, not a first start.
    let make = create == Create::Yes && config.audit_key.value.is_none();
    let key = match read(&file)? {
        Some(key) => key,
        None if make => make_key(&file, &config.audit_name.value, KeyKind::Note)?,
        None if config.audit_key.value.is_some() => {
            return Err(Failure::unavailable(file.display(), "the record's key is not there"));
        }
        None => return Ok(None),
    };
    Ok(Some(Signing { key, every }))
}

/// The key in a file; none when there is no file.
pub(crate) fn read(file: &Path) -> Result<Option<SecretKey>> {
    match fs::read_to_string(file) {
        Ok(text) => {
            let key = text.parse();
            key.map(Some).map_err(|error| Failure::unavailable(file.display(), error))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::unavailable(file.display(), error)),
    }
}

/// Makes a key. Of two processes that start together, both get the one that was there first.
pub(crate) fn make_key(file: &Path, name: &str, kind: KeyKind) -> Result<SecretKey> {
    let failed = |error: io::Error| Failure::unavailable(file.display(), error);
    let name = if name.is_empty() {
        let family = match kind {
            KeyKind::Note => "sluicegate",
            KeyKind::Cosignature => "witness",
        };
        format!("{family}/{:016x}", u64::from_be_bytes(random()))
    } else {
        name.to_owned()
    };
    let key = SecretKey::new(&name, kind, random()).map_err(Failure::usage)?;
    let draft = beside(file);
    write_private(&draft, &format!("{}\n", key.secret_text())).map_err(failed)?;
    // A link never replaces what is there, and nobody sees half a file.
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft).map_err(failed)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let vanished = || Failure::unavailable(file.display(), "it was there a moment ago");
            read(file)?.ok_or_else(vanished)
        }
        Err(error) => Err(failed(error)),
    }
}

/// A name that no other process uses at the same time.
pub(crate) fn beside(file: &Path) -> PathBuf {
    let number = u64::from_be_bytes(random());
    file.with_extension(format!("{number:016x}.tmp"))
}

/// Writes a new file for this user alone, down to the disk.
pub(crate) fn write_private(file: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
