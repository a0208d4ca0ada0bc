//! The shell process that stops the server and removes its folder, however we end.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use super::account::Account;
use crate::process::{Context, Outcome};

const KEEPER: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
if [ -e "$1/data/postmaster.pid" ]; then "$2" stop -D "$1/data" -m fast -w -t 60 -s; fi
rm -rf -- "$1"
"#;

/// The shell process that cleans up after us.
#[derive(Debug)]
pub(super) struct Keeper {
    process: Child,
    pub(super) folder: PathBuf,
}

impl Keeper {
    pub(super) fn watch(programs: &Path, account: &Account, folder: &Path) -> Outcome<Self> {
        let mut command = account.command("/bin/sh", Path::new("/"));
        command.args(["-c", KEEPER, "keeper"]).arg(folder).arg(programs.join("pg_ctl"));
        // A group of its own: Ctrl-C in the terminal must not reach it.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
        let process = command.spawn().context("cannot start /bin/sh");
        let process = process.inspect_err(|_| drop(fs::remove_dir_all(folder)))?;
        Ok(Self { process, folder: folder.to_path_buf() })
    }

    /// Lets the keeper do its work and waits for it; a second call does nothing.
    pub(super) fn clean_up(&mut self) {
        let Some(pipe) = self.process.stdin.take() else { return };
        drop(pipe);
        let clean = self.process.wait().is_ok_and(|status| status.success());
        if !clean || self.folder.exists() {
            eprintln!("warning: PostgreSQL's folder {} may be left over", self.folder.display());
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.clean_up();
    }
}
