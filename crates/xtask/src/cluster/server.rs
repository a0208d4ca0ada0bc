//! PostgreSQL's own process: made ready, started, killed, started again.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Durability, account::Account};
use crate::process::{Context, Failure, Outcome, capture};

pub(super) const SUPERUSER: &str = "sluicegate";
const MAX_CONNECTIONS: &str = "max_connections=200";
/// Another program can take the port between our look and the server's start.
const PORT_ATTEMPTS: usize = 5;
const START_TIMEOUT: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);

/// Order by language where the build can, as most servers in the field do: a query that forgets
/// to ask for byte order then differs from SQLite in a test, not at a customer.
const LOCALES: [&[&str]; 2] =
    [&["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"], &["--locale=C"]];

/// All that it takes to start the server on its folder.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) programs: PathBuf,
    pub(super) account: Account,
    pub(super) folder: PathBuf,
    pub(super) durability: Durability,
}

impl Site {
    pub(super) fn init(&self) -> Outcome {
        let mut outcome = Ok(());
        for locale in LOCALES {
            let mut command = self.account.command(self.programs.join("initdb"), &self.folder);
            command.args(["-D", "data", "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]);
            command.args(["--no-sync", "--no-instructions"]).args(locale);
            // initdb removes what it began when it fails, so the next locale finds no `data`.
            outcome = capture(&mut command).map(drop);
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// Starts the server on the first free port that is still free when the server gets there.
    pub(super) fn start_somewhere(&self) -> Outcome<(Child, u16)> {
        for _ in 0..PORT_ATTEMPTS {
            let port = free_port()?;
            if let Some(server) = self.start(port)? {
                return Ok((server, port));
            }
        }
        Err(self.does_not_start())
    }

    /// Starts the server where it was, so that those who know its address find it again.
    pub(super) fn start_again(&self, port: u16) -> Outcome<Child> {
        self.start(port)?.ok_or_else(|| self.does_not_start())
    }

    fn start(&self, port: u16) -> Outcome<Option<Child>> {
        let log = self.folder.join("server.log");
        let log = File::options().create(true).append(true).open(log).context("server.log")?;
        let mut command = self.account.command(self.programs.join("postgres"), &self.folder);
        command.args(["-D", "data"]).args(server_options(port, &self.folder, self.durability));
        command.stdout(Stdio::null()).stderr(log);
        // As for the keeper: Ctrl-C is not for the server, the keeper stops it.
        let mut server = command.process_group(0).spawn().context("cannot start postgres")?;
        Ok(becomes_ready(&mut server, &self.folder)?.then_some(server))
    }

    fn does_not_start(&self) -> Failure {
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        Failure::new(format!("PostgreSQL does not start\n{}", log.trim_end()))
    }
}

/// Waits until the server takes connections, or has ended.
fn becomes_ready(server: &mut Child, folder: &Path) -> Outcome<bool> {
    let start = Instant::now();
    while start.elapsed() < START_TIMEOUT {
        let file = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if says_ready(&file, server.id()) {
            return Ok(true);
        }
        if server.try_wait().context("postgres")?.is_some() {
            return Ok(false);
        }
        sleep(POLL);
    }
    Err(Failure::new(format!("PostgreSQL is not ready after {} s", START_TIMEOUT.as_secs())))
}

/// The file's first line is the process, its last the status; `pg_ctl` waits for the same word.
/// A server that was killed leaves its file behind, and that one says ready too.
fn says_ready(file: &str, process: u32) -> bool {
    let mut lines = file.lines();
    let ours = lines.next().is_some_and(|line| line.trim() == process.to_string());
    ours && lines.nth(6).is_some_and(|line| line.trim_end() == "ready")
}

fn server_options(port: u16, folder: &Path, durability: Durability) -> Vec<String> {
    let careless: &[&str] = match durability {
        Durability::Tests => &["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        Durability::Durable => &[],
    };
    let mut options = vec!["-h".to_owned(), "127.0.0.1".to_owned()];
    options.extend(["-p".to_owned(), port.to_string()]);
    options.extend(["-k".to_owned(), folder.display().to_string()]);
    for setting in careless.iter().chain([&MAX_CONNECTIONS]) {
        options.extend(["-c".to_owned(), (*setting).to_owned()]);
    }
    options
}

fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on 127.0.0.1")?;
    let address = listener.local_addr().context("no free port on 127.0.0.1")?;
    Ok(address.port())
}

/// Kills the server and every process that it has started, all at once, as a crash does.
///
/// Its processes are looked up in `/proc`. Where there is none, only the first one is killed; the
/// others end themselves when they notice.
pub(super) fn kill_all(server: &mut Child) -> Outcome {
    let children = children_of(server.id());
    // First the parent, or it would see its children die and begin to clean up.
    server.kill().context("cannot kill postgres")?;
    for child in &children {
        // One that ended in between is as dead as we want it.
        drop(capture(Command::new("kill").args(["-KILL", &child.to_string()])));
    }
    server.wait().context("postgres")?;
    let start = Instant::now();
    while children.iter().any(|child| Path::new(&format!("/proc/{child}/stat")).exists()) {
        if start.elapsed() > START_TIMEOUT {
            return Err(Failure::new("PostgreSQL's processes do not die"));
        }
        sleep(POLL);
    }
    Ok(())
}

fn children_of(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        parent_in(&stat) == Some(parent)
    };
    processes.filter(is_child).collect()
}

/// The fourth field; the second is a name in parentheses that may hold anything.
fn parent_in(stat: &str) -> Option<u32> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_give_up_durability() {
        let folder = Path::new("/x");
        let options = |durability| server_options(1, folder, durability).join(" ");
        assert!(options(Durability::Tests).contains("fsync=off"));
        assert!(!options(Durability::Durable).contains("off"));
    }

    #[test]
    fn the_word_of_a_server_that_was_killed_does_not_count() {
        let file = "17\n/data\n1\n5432\n/tmp\n127.0.0.1\n 1 2\nready   \n";
        assert!(says_ready(file, 17));
        assert!(!says_ready(file, 18));
        assert!(!says_ready("17\n/data\n1\n5432\n/tmp\n127.0.0.1\n 1 2\nstarting\n", 17));
    }

    #[test]
    fn a_name_with_spaces_and_parentheses_does_not_hide_the_parent() {
        assert_eq!(parent_in("17 (a) b (c) S 4 17 17 0"), Some(4));
        assert_eq!(parent_in(""), None);
    }
}
