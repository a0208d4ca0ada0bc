//! Whom PostgreSQL runs as.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{Context, Failure, Outcome, capture};
use crate::provision::is_root;

/// Whom the server runs as. PostgreSQL refuses to run as root, so root steps down.
#[derive(Debug)]
pub(super) struct Account {
    step_down_to: Option<(u32, u32)>,
}

impl Account {
    pub(super) fn unprivileged() -> Outcome<Self> {
        if !is_root()? {
            return Ok(Self { step_down_to: None });
        }
        let ids = ["postgres", "nobody"].iter().find_map(|name| ids_of(name));
        let trouble = "PostgreSQL does not run as root, and there is no user postgres or nobody";
        Ok(Self { step_down_to: Some(ids.ok_or_else(|| Failure::new(trouble))?) })
    }

    pub(super) fn command(&self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = Command::new(program.as_ref());
        // The caller's folder may be closed to the unprivileged user.
        command.current_dir(folder).stdin(Stdio::null());
        if let Some((user, group)) = self.step_down_to {
            command.uid(user).gid(group);
        }
        command
    }

    pub(super) fn temporary_folder(&self) -> Outcome<PathBuf> {
        // Root's own TMPDIR may be closed to the unprivileged user; /tmp is open to all.
        let parent = match self.step_down_to {
            Some(_) => PathBuf::from("/tmp"),
            None => std::env::temp_dir(),
        };
        let folder = tempfile::Builder::new()
            .prefix("sluicegate-pg-")
            .tempdir_in(&parent)
            .context(format_args!("cannot create a folder in {}", parent.display()))?;
        if let Some((user, group)) = self.step_down_to {
            chown(folder.path(), Some(user), Some(group)).context(folder.path().display())?;
        }
        Ok(folder.keep())
    }
}

fn ids_of(user: &str) -> Option<(u32, u32)> {
    let number = |flag: &str| capture(Command::new("id").args([flag, user])).ok();
    let user_id = number("-u")?.trim().parse().ok()?;
    let group_id = number("-g")?.trim().parse().ok()?;
    Some((user_id, group_id))
}
