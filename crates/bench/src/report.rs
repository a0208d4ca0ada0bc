//! The figures as a table for people and as JSON for programs.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::{
    load::Sample,
    machine::Machine,
    measure::{Effort, Subject},
    stats::{float, median, percentile, spread},
    table::{table, thousands},
};

/// All that a run found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) load_after: String,
    pub(crate) effort: Shown,
    pub(crate) process: Process,
    pub(crate) cells: Vec<Cell>,
}

/// How long and how often, in seconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Shown {
    warm_up: f64,
    length: f64,
    repetitions: usize,
}

impl From<Effort> for Shown {
    fn from(effort: Effort) -> Self {
        let (warm_up, length) = (effort.warm_up.as_secs_f64(), effort.length.as_secs_f64());
        Self { warm_up, length, repetitions: effort.repetitions }
    }
}

/// One figure, as often as it was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Cell {
    pub(crate) database: &'static str,
    pub(crate) what: &'static str,
    pub(crate) connections: usize,
    /// Commands a second.
    rates: Vec<f64>,
    /// Microseconds; empty where single commands are not timed.
    p50: Vec<f64>,
    p99: Vec<f64>,
    /// Microseconds of the server's processor time for one command, without the database's.
    cost: Vec<f64>,
    #[serde(skip)]
    pub(crate) subject: Subject,
}

impl Cell {
    pub(crate) fn new(
        database: &'static str,
        what: &'static str,
        connections: usize,
        subject: Subject,
    ) -> Self {
        let (rates, p50, p99, cost) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { database, what, connections, rates, p50, p99, cost, subject }
    }

    pub(crate) fn name(&self) -> String {
        format!("{}, {}, {}", self.database, self.what, self.connections)
    }

    pub(crate) fn add(&mut self, sample: &Sample) {
        self.rates.push(sample.rate);
        self.cost.extend(sample.cost);
        if !sample.micros.is_empty() {
            self.p50.push(f64::from(percentile(&sample.micros, 50)));
            self.p99.push(f64::from(percentile(&sample.micros, 99)));
        }
    }

    /// The figures alone, with their heads.
    pub(crate) fn line(&self) -> String {
        table(&HEADS, &[self.row()], 2)
    }

    fn row(&self) -> Vec<String> {
        let (least, most) = spread(&self.rates);
        let shown = |values: &[f64], show: fn(f64) -> String| {
            if values.is_empty() { String::new() } else { show(median(values)) }
        };
        let time = |micros| shown(micros, |micros| format!("{:.2}", micros / 1e3));
        vec![
            self.database.to_owned(),
            self.what.to_owned(),
            self.connections.to_string(),
            thousands(median(&self.rates)),
            format!("{} to {}", thousands(least), thousands(most)),
            time(&self.p50),
            time(&self.p99),
            shown(&self.cost, thousands),
        ]
    }
}

/// What the program takes before anyone asks anything.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Process {
    binary_bytes: u64,
    starts: Vec<Start>,
}

#[derive(Clone, Debug, Serialize)]
struct Start {
    database: &'static str,
    /// Resident bytes at rest, after the first start.
    idle_memory: Option<u64>,
    /// Seconds to the first answer, on an empty database.
    first: f64,
    /// And on a database that is there.
    again: f64,
}

impl Process {
    pub(crate) fn of(binary_bytes: u64) -> Self {
        Self { binary_bytes, starts: Vec::new() }
    }

    pub(crate) fn note(
        &mut self,
        database: &'static str,
        idle_memory: Option<u64>,
        first: Duration,
        again: Duration,
    ) {
        let (first, again) = (first.as_secs_f64(), again.as_secs_f64());
        self.starts.push(Start { database, idle_memory, first, again });
    }
}

const HEADS: [&str; 8] =
    ["database", "what", "connections", "commands/s", "least to most", "p50", "p99", "CPU us"];
const MIB: f64 = 1024.0 * 1024.0;

/// A goal and how far it is reached. Goals are reported and never fail a run: a busy machine is
/// no fault of the program.
#[derive(Debug, PartialEq)]
struct Goal {
    what: String,
    value: f64,
    from_to: Option<(f64, f64)>,
    aim: f64,
    at_least: bool,
    unit: &'static str,
}

impl Goal {
    fn row(&self) -> Vec<String> {
        let met = if self.at_least { self.value >= self.aim } else { self.value < self.aim };
        let sign = if self.at_least { "at least" } else { "below" };
        let spread = self.from_to.map(|(from, to)| format!("{from:.2} to {to:.2}"));
        vec![
            self.what.clone(),
            format!("{:.2}{}", self.value, self.unit),
            spread.unwrap_or_default(),
            format!("{sign} {}{}", self.aim, self.unit),
            if met { "met" } else { "MISSED" }.to_owned(),
        ]
    }
}

impl Report {
    fn goals(&self) -> Vec<Goal> {
        let mut goals = Vec::new();
        for (database, raw) in
            [("SQLite", Subject::RawSqlite(64)), ("PostgreSQL", Subject::RawPostgres(64))]
        {
            let of = |wanted: &dyn Fn(&&Cell) -> bool| {
                self.cells.iter().filter(|cell| cell.database == database).find(wanted)
            };
            let product = of(&|cell| cell.what == "REST" && cell.connections == 64);
            let single = of(&|cell| cell.what.starts_with("REST,"));
            let raw = of(&|cell| cell.subject == raw);
            goals.extend(ratio(database, "the database alone", product, raw, 0.5));
            goals.extend(ratio(database, "one transaction a request", product, single, 2.0));
        }
        for start in &self.process.starts {
            let goal = |what: &str, value, aim, unit| {
                let what = format!("{}: {what}", start.database);
                Goal { what, value, from_to: None, aim, at_least: false, unit }
            };
            let memory = start.idle_memory.map(|bytes| float(bytes / 1024) / 1024.0);
            goals.extend(memory.map(|mib| goal("idle memory", mib, 60.0, " MiB")));
            goals.push(goal("first answer, empty database", start.first, 0.5, " s"));
            goals.push(goal("first answer, started again", start.again, 0.5, " s"));
        }
        goals
    }

    /// The report as it is printed.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let machine = &self.machine;
        let facts = [
            ("processor", format!("{}, {} cores", machine.processor, machine.cores)),
            ("memory", format!("{} GiB", machine.memory_gib)),
            ("system", machine.system.clone()),
            ("disk", format!("{}, 4 KB flushed in {} us", machine.disk, machine.flush_micros)),
            ("databases", format!("SQLite {}, {}", machine.sqlite, machine.postgres)),
            ("load", format!("{} before, {} after", machine.load_before, self.load_after)),
            ("binary", format!("{:.1} MiB", float(self.process.binary_bytes) / MIB)),
        ];
        for (name, fact) in facts {
            let _ = writeln!(text, "{name:<10} {fact}");
        }
        let Shown { warm_up, length, repetitions } = self.effort;
        let _ = writeln!(text, "\n{MEASURED}");
        let _ = writeln!(
            text,
            "Medians of {repetitions} interleaved repetitions of {length} s, after {warm_up} s of \
             warm-up; p50 and p99 in ms;\nCPU: processor time of the server for one command, without that of PostgreSQL.\n"
        );
        let rows: Vec<_> = self.cells.iter().map(Cell::row).collect();
        text.push_str(&table(&HEADS, &rows, 2));
        let rows: Vec<_> = self.goals().iter().map(Goal::row).collect();
        text.push('\n');
        text.push_str(&table(&["goal", "value", "least to most", "aim", ""], &rows, 1));
        text
    }
}

const MEASURED: &str = "\
Through REST, a command hands in a revision of a deliverable: a form of 600 bytes, checked against
its workflow, for one of 1024 products, with a token and an idempotency key, answered after the
flush. Alone, it reads a row of 4 KB, inserts an event of 600 bytes, and updates the row, two
projections and the outbox. The load generator shares the machine.";

/// Taken repetition by repetition, because only figures of one minute can be compared.
fn ratio(
    database: &str,
    to: &str,
    ours: Option<&Cell>,
    theirs: Option<&Cell>,
    aim: f64,
) -> Option<Goal> {
    let pairs = ours?.rates.iter().zip(&theirs?.rates);
    let ratios: Vec<f64> = pairs.map(|(ours, theirs)| ours / theirs.max(1.0)).collect();
    let what = format!("{database}: REST at 64 connections / {to}");
    let from_to = Some(spread(&ratios));
    Some(Goal { what, value: median(&ratios), from_to, aim, at_least: true, unit: "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(what: &'static str, connections: usize, subject: Subject, rates: &[f64]) -> Cell {
        let mut cell = Cell::new("SQLite", what, connections, subject);
        for &rate in rates {
            cell.add(&Sample { rate, micros: vec![1000, 2000], cost: Some(80.0) });
        }
        cell
    }

    #[test]
    fn a_goal_compares_within_each_repetition() {
        let ours = cell("REST", 64, Subject::Product { stand: 0, connections: 64 }, &[50.0, 80.0]);
        let raw = cell("alone", 1, Subject::RawSqlite(64), &[100.0, 100.0]);
        let goal = ratio("SQLite", "alone", Some(&ours), Some(&raw), 0.5).unwrap();
        assert!((goal.value - 0.65).abs() < 1e-9);
        assert_eq!(goal.row()[4], "met");
        assert_eq!(ratio("SQLite", "alone", Some(&ours), None, 0.5), None);
    }

    #[test]
    fn a_missed_goal_says_so() {
        let (what, from_to, unit) = ("memory".to_owned(), None, " MiB");
        let goal = Goal { what, value: 61.0, from_to, aim: 60.0, at_least: false, unit };
        assert_eq!(goal.row(), ["memory", "61.00 MiB", "", "below 60 MiB", "MISSED"]);
    }

    #[test]
    fn a_row_shows_medians_and_milliseconds() {
        let cell = cell("REST", 8, Subject::RawSqlite(1), &[1500.0, 1000.0, 2000.0]);
        let row = cell.row();
        assert_eq!(row[3..], ["1,500", "1,000 to 2,000", "1.00", "2.00", "80"]);
    }
}
