//! The program under test: started, looked at, stopped, killed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use xtask::process::{Context, Failure, Outcome, capture};

use crate::client::Client;

const START_TIMEOUT: Duration = Duration::from_secs(30);
/// As long as the server may take to finish what it began, and a little more.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(5);
/// Longer than the server takes to give memory back.
const REST: Duration = Duration::from_secs(5);

/// How to start the program.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    /// The data folder; it is created when missing.
    pub(crate) data: PathBuf,
    /// The address of a PostgreSQL database; SQLite in the data folder when nothing is said.
    pub(crate) database: Option<String>,
    /// One transaction for each command.
    pub(crate) single: bool,
}

/// A running server; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    /// From the start of the process to the first answer.
    pub(crate) first_answer: Duration,
}

impl Launch {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("SLUICEGATE_DATA", &self.data).stdin(Stdio::null());
        if let Some(url) = &self.database {
            command.env("SLUICEGATE_DATABASE", url);
        }
        if self.single {
            // Without batches, as many transactions at once as a pool would have.
            command.env("SLUICEGATE_MAX_BATCH", "1").env("SLUICEGATE_WRITERS", "16");
        }
        command
    }

    /// Starts the server and waits for its first answer.
    pub(crate) async fn start(&self) -> Outcome<Server> {
        fs::create_dir_all(&self.data).context(self.data.display())?;
        let port = free_port()?;
        let mut command = self.command();
        command.arg("serve").env("SLUICEGATE_LISTEN", format!("127.0.0.1:{port}"));
        let output = File::options().create(true).append(true).open(self.output());
        let output = output.context(self.output().display())?;
        let errors = output.try_clone().context(self.output().display())?;
        let begin = Instant::now();
        let mut process = command.stdout(output).stderr(errors).spawn().context("the server")?;
        while !answers(port).await {
            if let Some(status) = process.try_wait().context("the server")? {
                return Err(self.failure(&format!("the server ended ({status})")));
            }
            if begin.elapsed() > START_TIMEOUT {
                // It must not go on alone.
                drop(process.kill());
                return Err(self.failure("the server does not answer"));
            }
            sleep(POLL);
        }
        Ok(Server { process, port, first_answer: begin.elapsed() })
    }

    /// The token that the first start prints for the first administrator.
    pub(crate) fn administrator(&self) -> Outcome<String> {
        let output = fs::read_to_string(self.output()).context(self.output().display())?;
        token_in(&output).ok_or_else(|| self.failure("the server prints no token"))
    }

    /// Replays the log and compares; fails when anything is not as it should be.
    pub(crate) fn verify(&self) -> Outcome<String> {
        capture(self.command().arg("verify"))
    }

    pub(crate) fn output(&self) -> PathBuf {
        self.data.join("output.log")
    }

    fn failure(&self, what: &str) -> Failure {
        let output = fs::read_to_string(self.output()).unwrap_or_default();
        Failure::new(format!("{what}\n{}", output.trim_end()))
    }
}

impl Server {
    /// Resident memory in bytes, when what was needed for the start has been given back; none where there is
    /// no `/proc`.
    pub(crate) async fn at_rest(&self) -> Option<u64> {
        tokio::time::sleep(REST).await;
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).ok()?;
        resident(&status)
    }

    /// Where the processor time of the process is read.
    pub(crate) fn processor(&self) -> Processor {
        Processor(self.process.id())
    }

    /// SIGKILL: nothing of the program's own runs any more.
    pub(crate) fn kill(mut self) -> Outcome {
        self.process.kill().context("cannot kill the server")?;
        self.process.wait().context("the server")?;
        Ok(())
    }

    /// SIGTERM: the server finishes what it began.
    pub(crate) fn stop(mut self) -> Outcome {
        capture(Command::new("kill").args(["-TERM", &self.process.id().to_string()]))?;
        let begin = Instant::now();
        while self.process.try_wait().context("the server")?.is_none() {
            if begin.elapsed() > STOP_TIMEOUT {
                return Err(Failure::new("the server does not stop"));
            }
            sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A process, as far as the time is concerned that it has run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Processor(pub(crate) u32);

impl Processor {
    /// In user and in kernel mode, all threads; none where there is no `/proc`.
    pub(crate) fn used(self) -> Option<Duration> {
        ran(&fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?)
    }
}

/// Fields 14 and 15, in hundredths of a second: Linux shows that unit whatever its clock is.
fn ran(stat: &str) -> Option<Duration> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, kernel): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Duration::from_millis((user + kernel) * 10))
}

async fn answers(port: u16) -> bool {
    // A look at the port first: the client complains when nobody is there.
    if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        return false;
    }
    let Ok(mut client) = Client::open(port).await else { return false };
    client.get("", "/readyz").await.is_ok()
}

pub(crate) fn free_port() -> Outcome<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr().context("no free port")?.port())
}

fn token_in(output: &str) -> Option<String> {
    let is_token = |word: &&str| word.starts_with("sgt_");
    output.split_whitespace().find(is_token).map(str::to_owned)
}

/// `VmRSS:     12345 kB`
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// The bytes of a file.
pub(crate) fn size(file: &Path) -> Outcome<u64> {
    Ok(fs::metadata(file).context(file.display())?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_user_and_kernel() {
        let stat = "17 (a b) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0 20";
        assert_eq!(ran(stat), Some(Duration::from_millis(1500)));
        assert_eq!(ran("17 (a b) S 1"), None);
    }

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(resident("VmPeak:\t 9 kB\nVmRSS:\t   1234 kB\n"), Some(1_263_616));
        assert_eq!(resident("VmPeak:\t 9 kB\n"), None);
    }
}
