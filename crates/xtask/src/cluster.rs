//! A private PostgreSQL in a temporary folder, gone when its owner is gone.
//!
//! A small shell process, the keeper, holds the reading end of a pipe. However this program ends
//! (return, panic, Ctrl-C, kill -9), the pipe closes, and the keeper stops the server and removes
//! the folder. So there is one way to clean up, and it also works when we cannot.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::process::{Context, Failure, Outcome, capture};
use crate::provision::{ensure_postgres, is_root};

/// Does the server have to survive a power cut?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing reaches the disk in time: fast, for tests whose data nobody keeps.
    Tests,
    /// PostgreSQL's own defaults: for numbers and crashes that mean something.
    Durable,
}

/// A running server. Dropping it stops the server and removes its folder.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    keeper: Keeper,
    server: Child,
}

const SUPERUSER: &str = "sluicegate";
const MAX_CONNECTIONS: &str = "max_connections=200";
/// Another program can take the port between our look and the server's start.
const PORT_ATTEMPTS: usize = 5;
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// Order by language where the build can, as most servers in the field do: a query that forgets
/// to ask for byte order then differs from SQLite in a test, not at a customer.
const LOCALES: [&[&str]; 2] =
    [&["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"], &["--locale=C"]];

const KEEPER: &str = r#"
trap '' HUP INT TERM
while read -r _; do :; done
if [ -e "$1/data/postmaster.pid" ]; then "$2" stop -D "$1/data" -m fast -w -t 60 -s; fi
rm -rf -- "$1"
"#;

impl Cluster {
    /// Starts a server on a free local port, installing PostgreSQL first where that is allowed.
    pub fn start(durability: Durability) -> Outcome<Self> {
        let programs = ensure_postgres()?;
        let account = Account::unprivileged()?;
        let folder = account.temporary_folder()?;
        // From here on the keeper cleans up, also when a step below fails.
        let keeper = Keeper::watch(&programs, &account, &folder)?;
        init(&programs, &account, &folder)?;
        let (server, port) = start_server(&programs, &account, &folder, durability)?;
        let url = format!("postgres://{SUPERUSER}@127.0.0.1:{port}/postgres");
        Ok(Self { url, keeper, server })
    }

    /// The address of the `postgres` database, as a role that may create databases.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder that holds the data, the socket and `server.log`.
    pub fn folder(&self) -> &Path {
        &self.keeper.folder
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.keeper.clean_up();
        // The keeper has stopped it; this only takes the dead process off the system's list.
        drop(self.server.wait());
    }
}

/// Whom the server runs as. PostgreSQL refuses to run as root, so root steps down.
struct Account {
    step_down_to: Option<(u32, u32)>,
}

impl Account {
    fn unprivileged() -> Outcome<Self> {
        if !is_root()? {
            return Ok(Self { step_down_to: None });
        }
        let ids = ["postgres", "nobody"].iter().find_map(|name| ids_of(name));
        let trouble = "PostgreSQL does not run as root, and there is no user postgres or nobody";
        Ok(Self { step_down_to: Some(ids.ok_or_else(|| Failure::new(trouble))?) })
    }

    fn command(&self, program: impl AsRef<Path>, folder: &Path) -> Command {
        let mut command = Command::new(program.as_ref());
        // The caller's folder may be closed to the unprivileged user.
        command.current_dir(folder).stdin(Stdio::null());
        if let Some((user, group)) = self.step_down_to {
            command.uid(user).gid(group);
        }
        command
    }

    fn temporary_folder(&self) -> Outcome<PathBuf> {
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

/// The shell process that cleans up after us.
#[derive(Debug)]
struct Keeper {
    process: Child,
    folder: PathBuf,
}

impl Keeper {
    fn watch(programs: &Path, account: &Account, folder: &Path) -> Outcome<Self> {
        let mut command = account.command("/bin/sh", Path::new("/"));
        command.args(["-c", KEEPER, "keeper"]).arg(folder).arg(programs.join("pg_ctl"));
        // A group of its own: Ctrl-C in the terminal must not reach it.
        command.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
        let process = command.spawn().context("cannot start /bin/sh");
        let process = process.inspect_err(|_| drop(fs::remove_dir_all(folder)))?;
        Ok(Self { process, folder: folder.to_path_buf() })
    }

    /// Lets the keeper do its work and waits for it; a second call does nothing.
    fn clean_up(&mut self) {
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

fn init(programs: &Path, account: &Account, folder: &Path) -> Outcome {
    let mut outcome = Ok(());
    for locale in LOCALES {
        let mut command = account.command(programs.join("initdb"), folder);
        command.args(["-D", "data", "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]);
        // initdb removes what it began when it fails, so the next locale finds no `data`.
        outcome = capture(command.args(["--no-sync", "--no-instructions"]).args(locale)).map(drop);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Starts the server on the first free port that is still free when the server gets there.
fn start_server(
    programs: &Path,
    account: &Account,
    folder: &Path,
    durability: Durability,
) -> Outcome<(Child, u16)> {
    for _ in 0..PORT_ATTEMPTS {
        let port = free_port()?;
        let log = File::create(folder.join("server.log")).context("server.log")?;
        let mut command = account.command(programs.join("postgres"), folder);
        command.args(["-D", "data"]).args(server_options(port, folder, durability));
        command.stdout(Stdio::null()).stderr(log);
        // As for the keeper: Ctrl-C is not for the server, the keeper stops it.
        let mut server = command.process_group(0).spawn().context("cannot start postgres")?;
        if becomes_ready(&mut server, folder)? {
            return Ok((server, port));
        }
    }
    let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    Err(Failure::new(format!("PostgreSQL does not start\n{}", log.trim_end())))
}

/// Waits until the server takes connections, or has ended.
fn becomes_ready(server: &mut Child, folder: &Path) -> Outcome<bool> {
    let start = Instant::now();
    while start.elapsed() < START_TIMEOUT {
        // The last line of this file is the server's status; pg_ctl waits for the same word.
        let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        if status.lines().nth(7).is_some_and(|line| line.trim_end() == "ready") {
            return Ok(true);
        }
        if server.try_wait().context("postgres")?.is_some() {
            return Ok(false);
        }
        sleep(Duration::from_millis(20));
    }
    Err(Failure::new(format!("PostgreSQL is not ready after {} s", START_TIMEOUT.as_secs())))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn only_tests_give_up_durability() {
        let folder = Path::new("/x");
        let options = |durability| server_options(1, folder, durability).join(" ");
        assert!(options(Durability::Tests).contains("fsync=off"));
        assert!(!options(Durability::Durable).contains("off"));
    }

    #[test]
    fn a_server_answers_while_it_is_held_and_leaves_nothing_behind() {
        let cluster = Cluster::start(Durability::Tests).unwrap_or_else(|f| panic!("{f}"));
        let address = cluster.url().split(['@', '/']).nth(3).unwrap().to_owned();
        let folder = cluster.folder().to_path_buf();
        assert!(TcpStream::connect(&address).is_ok());
        drop(cluster);
        assert!(TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }

    #[test]
    fn the_keeper_removes_the_folder_when_the_pipe_closes() {
        let account = Account::unprivileged().unwrap_or_else(|f| panic!("{f}"));
        let folder = account.temporary_folder().unwrap_or_else(|f| panic!("{f}"));
        let keeper = Keeper::watch(Path::new("/nowhere"), &account, &folder);
        assert!(folder.exists());
        drop(keeper);
        assert!(!folder.exists());
    }
}
