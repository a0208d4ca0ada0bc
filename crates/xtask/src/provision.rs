//! Finds the programs that the tests need, and installs them where that is ours to do.
//!
//! Root on a machine with apt-get is a CI machine or a container: there, what is missing gets
//! installed. Anyone else is told what is missing and how to get it. Nothing is ever skipped.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::{Context, Failure, Outcome, capture, run};

/// The oldest PostgreSQL that the product supports.
const OLDEST_POSTGRES: u32 = 15;

const POSTGRES_PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];
const POSTGRES_PACKAGES: &[&str] = &["postgresql"];
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const BROWSER_DRIVER: &str = "chromedriver";
const BROWSER_PACKAGES: &[&str] = &["chromium", "chromium-driver"];

/// What the tutorial asks of its readers, besides bash.
const READERS_TOOLS: [&str; 2] = ["curl", "jq"];

/// Keeps Debian's package from creating and starting a cluster of its own.
const CREATE_CLUSTER_CONF: &str = "/etc/postgresql-common/createcluster.conf";

/// The folder with `initdb`, `pg_ctl` and `postgres` of a PostgreSQL that is new enough.
pub fn ensure_postgres() -> Outcome<PathBuf> {
    if let Some(folder) = newest_postgres() {
        return Ok(folder);
    }
    let what = format!("PostgreSQL {OLDEST_POSTGRES} or newer (initdb, pg_ctl, postgres)");
    install(&what, POSTGRES_PACKAGES, keep_debian_from_starting_a_cluster)?;
    newest_postgres().ok_or_else(|| {
        Failure::new(format!("the package `postgresql` of this system does not bring {what}"))
    })
}

/// Makes sure that a browser and its driver are there for the tests of the pages.
pub fn ensure_chromium() -> Outcome {
    if has_browser() {
        return Ok(());
    }
    install("Chromium and chromedriver", BROWSER_PACKAGES, || Ok(()))?;
    if has_browser() {
        return Ok(());
    }
    Err(Failure::new("the browser packages of this system do not bring chromium and chromedriver"))
}

/// Makes sure that the tutorial's own commands can be run.
pub fn ensure_readers_tools() -> Outcome {
    let found = |name: &&str| path_folders().iter().any(|folder| is_program(&folder.join(name)));
    if READERS_TOOLS.iter().all(found) {
        return Ok(());
    }
    install("curl and jq, with which the tutorial is tested", &READERS_TOOLS, || Ok(()))
}

/// Are we the superuser? PostgreSQL refuses to run as one.
pub fn is_root() -> Outcome<bool> {
    Ok(capture(Command::new("id").arg("-u"))?.trim() == "0")
}

fn has_browser() -> bool {
    let folders = path_folders();
    let found = |name: &str| folders.iter().any(|folder| is_program(&folder.join(name)));
    BROWSERS.iter().any(|name| found(name)) && found(BROWSER_DRIVER)
}

fn newest_postgres() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = postgres_folders()
        .into_iter()
        .filter(|folder| POSTGRES_PROGRAMS.iter().all(|name| is_program(&folder.join(name))))
        .map(|folder| behind_links(&folder))
        .filter_map(|folder| Some((postgres_major(&folder)?, folder)))
        .filter(|(major, _)| *major >= OLDEST_POSTGRES)
        .collect();
    found.sort();
    found.pop().map(|(_, folder)| folder)
}

/// Where the programs really are: a folder of links to some of them lacks the others.
fn behind_links(folder: &Path) -> PathBuf {
    let program = fs::canonicalize(folder.join("postgres"));
    let real = program.ok().and_then(|program| program.parent().map(Path::to_path_buf));
    real.unwrap_or_else(|| folder.to_path_buf())
}

fn postgres_folders() -> Vec<PathBuf> {
    let mut folders = path_folders();
    if let Ok(folder) = capture(Command::new("pg_config").arg("--bindir")) {
        folders.push(PathBuf::from(folder.trim()));
    }
    // Debian, Homebrew on both kinds of Mac, and the PostgreSQL project's own RPMs.
    folders.extend(versions_below("/usr/lib/postgresql", ""));
    folders.extend(versions_below("/opt/homebrew/opt", "postgresql"));
    folders.extend(versions_below("/usr/local/opt", "postgresql"));
    folders.extend(versions_below("/usr", "pgsql-"));
    folders
}

fn versions_below(folder: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .map(|entry| entry.path().join("bin"))
        .collect()
}

fn path_folders() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

fn postgres_major(folder: &Path) -> Option<u32> {
    let printed = capture(Command::new(folder.join("postgres")).arg("--version")).ok()?;
    major_of(&printed)
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0)` is 15; `17beta2` is 17.
fn major_of(version_line: &str) -> Option<u32> {
    let version = version_line.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn install(what: &str, packages: &[&str], prepare: fn() -> Outcome) -> Outcome {
    let apt = path_folders().iter().any(|folder| is_program(&folder.join("apt-get")));
    if !(apt && is_root()?) {
        return Err(Failure::new(missing(what, packages)));
    }
    eprintln!("Missing: {what}. Installing {}.", packages.join(", "));
    prepare()?;
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

fn missing(what: &str, packages: &[&str]) -> String {
    format!(
        "missing: {what}\n  Install it, then try again. On Debian or Ubuntu:\n    \
         sudo apt-get install --no-install-recommends {}",
        packages.join(" ")
    )
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    // Our createcluster.conf is there before the package's own: keep ours, ask nobody.
    command.args(["-q", "-o", "Dpkg::Options::=--force-confold"]);
    command
}

fn keep_debian_from_starting_a_cluster() -> Outcome {
    let file = Path::new(CREATE_CLUSTER_CONF);
    if file.exists() {
        return Ok(());
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).context(folder.display())?;
    }
    fs::write(file, "create_main_cluster = false\n").context(file.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 17beta2"), Some(17));
        assert_eq!(major_of("postgres"), None);
    }

    #[test]
    fn says_what_is_missing_and_how_to_get_it() {
        let message = missing("Chromium and chromedriver", BROWSER_PACKAGES);
        assert!(message.starts_with("missing: Chromium and chromedriver"));
        assert!(
            message.contains("apt-get install --no-install-recommends chromium chromium-drive")
        );
    }

    #[test]
    fn a_folder_or_a_plain_file_is_no_program() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("initdb");
        fs::write(&file, "").unwrap();
        assert!(!is_program(folder.path()));
        assert!(!is_program(&file));
        assert!(is_program(Path::new("/bin/sh")));
    }
}
