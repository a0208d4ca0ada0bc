//! The key of the record: made at the first start, kept in a file that only the server's user reads.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use chrono::TimeDelta;
use sluicegate_app::Signing;
use sluicegate_core::audit::{KeyKind, PublicKey, SecretKey};

use crate::{
    config::Config,
    failure::{Failure, Result},
    open::{Create, random},
};

const KEY_FILE: &str = "record.key";

/// Where the key is kept, or would be.
pub(crate) fn file(config: &Config) -> PathBuf {
    config.audit_key.value.clone().unwrap_or_else(|| config.data.value.join(KEY_FILE))
}

/// The key to sign with. None: there is none yet, and none may be made.
///
/// # Errors
/// The file cannot be read or written, or holds no key.
pub(crate) fn signing(config: &Config, create: Create) -> Result<Option<Signing>> {
    let file = file(config);
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

/// Puts a new key of the same name in the place of this one, which is kept beside it.
pub(crate) fn replace(file: &Path, old: &PublicKey) -> Result<SecretKey> {
    let kept = file.with_extension(format!("{:08x}.key", old.id()));
    fs::rename(file, &kept).map_err(|error| Failure::unavailable(file.display(), error))?;
    make_key(file, old.name(), KeyKind::Note)
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
