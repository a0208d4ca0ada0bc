//! `cargo xtask dev`: the server on a scratch data folder, built again when a source changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use crate::process::{Context, Outcome, cargo, root, run as run_program};

/// Below the build folder, so that it is never committed and `cargo clean` removes it.
const DATA: &str = "target/dev-data";
/// The variable that tells the server where its data is.
const DATA_VARIABLE: &str = "SLUICEGATE_DATA";
const WATCHED: [&str; 4] = ["crates", "migrations", "workflows", "Cargo.toml"];
const POLL: Duration = Duration::from_millis(500);
/// As long as the server may take to finish what it began, and a little more.
const DRAIN: Duration = Duration::from_secs(12);

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Begin with an empty data folder
    #[arg(long)]
    fresh: bool,
    /// Passed on to `sluicegate serve`
    #[arg(last = true)]
    serve_args: Vec<String>,
}

/// Runs until Ctrl-C, which reaches the server too.
pub fn run(args: &Args) -> Outcome {
    let root = root()?;
    let data = root.join(DATA);
    if args.fresh && data.exists() {
        fs::remove_dir_all(&data).context(data.display())?;
    }
    fs::create_dir_all(&data).context(data.display())?;
    loop {
        let built_from = newest_change(&root);
        let mut server = match build(&root) {
            Ok(()) => Some(serve(&root, &data, &args.serve_args)?),
            Err(failure) => {
                eprintln!("{failure}; waiting for a change");
                None
            }
        };
        wait_for_change(&root, built_from, server.as_mut());
        if let Some(server) = server {
            stop(server)?;
        }
    }
}

fn build(root: &Path) -> Outcome {
    run_program(cargo().args(["build", "-p", "sluicegate"]).current_dir(root))
}

fn serve(root: &Path, data: &Path, serve_args: &[String]) -> Outcome<Child> {
    let mut command = cargo();
    // Nothing is left to build; cargo knows where the program is, whatever the target folder.
    command.args(["run", "--quiet", "-p", "sluicegate", "--", "serve"]).args(serve_args);
    command.current_dir(root).env(DATA_VARIABLE, data).stdin(Stdio::null());
    command.spawn().context("cannot start the server")
}

fn wait_for_change(root: &Path, built_from: Option<SystemTime>, mut server: Option<&mut Child>) {
    while newest_change(root) == built_from {
        if let Some(Ok(Some(status))) = server.as_mut().map(|server| server.try_wait()) {
            eprintln!("the server ended ({status}); waiting for a change");
            server = None;
        }
        sleep(POLL);
    }
    println!("a source file changed");
}

/// Asks the server to finish; ends it when it takes too long.
fn stop(mut server: Child) -> Outcome {
    if server.try_wait().context("the server")?.is_none() {
        run_program(Command::new("kill").args(["-TERM", &server.id().to_string()]))?;
    }
    let start = Instant::now();
    while server.try_wait().context("the server")?.is_none() {
        if start.elapsed() > DRAIN {
            eprintln!("the server does not finish; ending it");
            server.kill().context("the server")?;
        }
        sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// When the youngest watched file was written.
fn newest_change(root: &Path) -> Option<SystemTime> {
    let mut open: Vec<PathBuf> = WATCHED.iter().map(|name| root.join(name)).collect();
    let mut newest = None;
    while let Some(path) = open.pop() {
        let Ok(meta) = fs::metadata(&path) else { continue };
        if meta.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            open.extend(entries.map(|entry| entry.path()));
        }
        newest = newest.max(meta.modified().ok());
    }
    newest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_and_a_removed_file_are_changes() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("crates/core");
        fs::create_dir_all(&folder).unwrap();
        let before = newest_change(root.path());
        sleep(Duration::from_millis(20));
        fs::write(folder.join("lib.rs"), "").unwrap();
        let written = newest_change(root.path());
        assert!(written > before);
        sleep(Duration::from_millis(20));
        fs::remove_file(folder.join("lib.rs")).unwrap();
        assert!(newest_change(root.path()) > written);
    }

    #[test]
    fn a_server_that_listens_to_no_signal_but_the_last_is_ended_in_time() {
        let server = Command::new("sleep").arg("60").spawn().unwrap();
        let start = Instant::now();
        stop(server).unwrap();
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
