//! What the figures were measured on.

use std::fs::{self, File};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde::Serialize;
use xtask::process::{Context, Outcome, capture};

use crate::stats::percentile;

/// Facts that decide how a figure has to be read.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_gib: u64,
    pub(crate) system: String,
    pub(crate) disk: String,
    /// The median time of writing 4 KB and flushing them, in microseconds.
    pub(crate) flush_micros: u32,
    /// Processes that were running or waiting before anything was measured.
    pub(crate) load_before: String,
    pub(crate) postgres: String,
    pub(crate) sqlite: String,
}

impl Machine {
    pub(crate) fn look(folder: &Path, postgres: &Path, sqlite: &str) -> Outcome<Self> {
        let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            processor: field(&read("/proc/cpuinfo"), "model name").unwrap_or("unknown").to_owned(),
            cores,
            memory_gib: kilobytes(&read("/proc/meminfo"), "MemTotal").div_ceil(1024 * 1024),
            system: first_line(Command::new("uname").arg("-srm")),
            disk: disk(folder),
            flush_micros: flush(folder)?,
            load_before: load(),
            postgres: first_line(Command::new(postgres.join("postgres")).arg("--version")),
            sqlite: sqlite.to_owned(),
        })
    }
}

/// The load of the last minute, or nothing where the system does not say.
pub(crate) fn load() -> String {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    averages.split(' ').next().unwrap_or_default().to_owned()
}

fn first_line(command: &mut Command) -> String {
    let printed = capture(command).unwrap_or_default();
    printed.lines().next().unwrap_or("unknown").to_owned()
}

/// The kind of file system: `ext4`, `overlay`; a memory disk would make every figure worthless.
fn disk(folder: &Path) -> String {
    let printed = capture(Command::new("df").arg("-PT").arg(folder)).unwrap_or_default();
    let last = printed.lines().last().unwrap_or_default();
    last.split_whitespace().nth(1).unwrap_or("unknown").to_owned()
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn kilobytes(text: &str, name: &str) -> u64 {
    let words = field(text, name).unwrap_or_default();
    words.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn flush(folder: &Path) -> Outcome<u32> {
    let path = folder.join("flush");
    let mut file = File::create(&path).context(path.display())?;
    let (begin, mut micros) = (Instant::now(), Vec::new());
    while begin.elapsed() < Duration::from_millis(300) {
        let one = Instant::now();
        let written = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(&[7; 4096]));
        written.and_then(|()| file.sync_data()).context(path.display())?;
        micros.push(u32::try_from(one.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    micros.sort_unstable();
    Ok(percentile(&micros, 50))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_from_their_lines() {
        let text = "processor : 0\nmodel name\t: Fast (R) 9\nMemTotal:       24000000 kB\n";
        assert_eq!(field(text, "model name"), Some("Fast (R) 9"));
        assert_eq!(kilobytes(text, "MemTotal"), 24_000_000);
        assert_eq!(kilobytes(text, "Nothing"), 0);
    }
}
