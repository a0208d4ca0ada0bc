//! PostgreSQL alone: one statement for each command, prepared, driven by `pgbench`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use xtask::cluster::Cluster;
use xtask::process::{Context, Failure, Outcome, capture};

use super::{ROWS, event, state};

const TABLES: &str = "
create table aggregate (id int primary key, version bigint not null, state text not null);
create table event (position bigint generated always as identity primary key,
    stream int not null, version bigint not null, payload text not null, unique (stream, version));
create table listing (id int primary key, version bigint not null, stage text not null);
create table task (id int primary key, version bigint not null, kind text not null);
create table outbox (id bigint generated always as identity primary key, stream int not null);
insert into aggregate select n, 0, :'state' from generate_series(1, :rows) n;
insert into listing select n, 0, 'market_definition' from generate_series(1, :rows) n;
insert into task select n, 0, 'review' from generate_series(1, :rows) n;
vacuum analyze;
";

/// The row is read and locked, and all else follows from what was read.
const COMMAND: &str = "
with old as (select id, version, state from aggregate where id = :id for update),
new_event as (insert into event (stream, version, payload)
    select id, version + 1, :payload from old where length(state) > 0),
new_listing as (update listing set version = old.version + 1 from old where listing.id = old.id),
new_task as (update task set version = old.version + 1 from old where task.id = old.id),
new_outbox as (insert into outbox (stream) select id from old)
update aggregate set version = old.version + 1, state = :state
from old where aggregate.id = old.id;
";

/// A database of its own, ready to be loaded.
#[derive(Debug)]
pub(crate) struct Pgbench {
    programs: PathBuf,
    url: String,
    script: PathBuf,
}

impl Pgbench {
    pub(crate) fn prepare(cluster: &Cluster, folder: &Path) -> Outcome<Self> {
        let url = database(cluster, "raw")?;
        let programs = cluster.programs().to_path_buf();
        let tables = folder.join("raw-tables.sql");
        fs::write(&tables, TABLES).context(tables.display())?;
        let mut psql = Command::new(programs.join("psql"));
        psql.args(["-qAt", "-v", "ON_ERROR_STOP=1", "-v", &format!("rows={ROWS}")]);
        psql.args(["-v", &format!("state={}", state()), "-f"]).arg(&tables).arg(&url);
        capture(&mut psql)?;
        let script = folder.join("raw-command.sql");
        let text = format!("\\set id random(1, {ROWS}){COMMAND}");
        fs::write(&script, text).context(script.display())?;
        Ok(Self { programs, url, script })
    }

    /// Commands a second with so many clients.
    pub(crate) fn run(&self, clients: usize, length: Duration) -> Outcome<f64> {
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        let seconds = length.as_secs().max(1);
        pgbench.args(["-n", "-M", "prepared", "-c", &clients.to_string()]);
        pgbench.args(["-j", &clients.min(2).to_string(), "-T", &seconds.to_string()]);
        pgbench.args(["-D", &format!("state={}", state())]);
        pgbench.args(["-D", &format!("payload={}", event()), "-f"]).arg(&self.script);
        let printed = capture(pgbench.arg(&self.url))?;
        rate_in(&printed).ok_or_else(|| Failure::new(format!("pgbench says no rate: {printed}")))
    }
}

/// Makes a database on the cluster and gives its address.
pub(crate) fn database(cluster: &Cluster, name: &str) -> Outcome<String> {
    let mut psql = Command::new(cluster.programs().join("psql"));
    let sql = format!("create database {name}");
    capture(psql.args(["-qAt", "-v", "ON_ERROR_STOP=1", "-c", &sql]).arg(cluster.url()))?;
    let base = cluster.url().rsplit_once('/').map_or(cluster.url(), |(base, _)| base);
    Ok(format!("{base}/{name}"))
}

/// `tps = 5812.345678 (without initial connection time)`; a run with failures has no rate.
fn rate_in(printed: &str) -> Option<f64> {
    let failed = printed.lines().find_map(|line| {
        line.strip_prefix("number of failed transactions: ")?.split(' ').next()?.parse::<u64>().ok()
    });
    let line = printed.lines().find_map(|line| line.strip_prefix("tps = "))?;
    let rate = line.split(' ').next()?.parse().ok()?;
    (failed.unwrap_or(0) == 0).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_when_nothing_failed() {
        let printed = "number of failed transactions: 0 (0.000%)\n\
            tps = 5812.5 (without initial connection time)\n";
        assert_eq!(rate_in(printed), Some(5812.5));
        assert_eq!(rate_in(&printed.replace(": 0 ", ": 3 ")), None);
        assert_eq!(rate_in("nothing"), None);
    }
}
