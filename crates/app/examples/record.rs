//! What the record costs: commands with and without their tree, and the offline check beside plain
//! SHA-256 over the same bytes: `cargo xtask record`.
//!
//! Arguments: commands in a round, events in the file that is checked. With `SLUICEGATE_TEST_POSTGRES`
//! the commands are measured on PostgreSQL, too.

use std::{
    error::Error,
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _},
    path::Path,
    time::Instant,
};

use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use sluicegate_core::{
    audit::{Checkpoint, KeyKind, SecretKey, Verifier, file, hashes_to_base64},
    digest::Digest,
    merkle::{Frontier, Hash, leaf_hash, proof::root_of},
};
use sluicegate_store::testing::leave_out_tree;
use sluicegate_testkit::{Home, TestApp};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const WORKFLOW: &str = include_str!("../../core/src/definition/testdata/sample.yaml");
/// Rounds of each kind; they take turns, so that whatever else the machine does hits both.
const ROUNDS: usize = 7;
/// Callers at the same time.
const CALLERS: usize = 64;

#[tokio::main]
async fn main() -> Outcome {
    let mut args = std::env::args().skip(1);
    let commands: usize = args.next().unwrap_or_default().parse()?;
    let events: u64 = args.next().unwrap_or_default().parse()?;
    // First, so that the memory it needs is its own.
    check(events)?;
    compare("SQLite", TestApp::sqlite(WORKFLOW).await, commands).await?;
    if std::env::var_os("SLUICEGATE_TEST_POSTGRES").is_some() {
        compare("PostgreSQL", TestApp::open(Home::postgres().await, WORKFLOW).await, commands)
            .await?;
    }
    Ok(())
}

/// Commands for each second with the tree and without it, in turns on one database.
async fn compare(name: &str, mut app: TestApp, commands: usize) -> Outcome {
    // Without its tree a log does not verify.
    app.damaged();
    app.person("pia", &["product_manager"]).await;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for round in 0..=2 * ROUNDS {
        leave_out_tree(round % 2 == 1);
        let rate = throughput(&app, commands).await?;
        // The first round warms up.
        match round {
            0 => {}
            round if round % 2 == 1 => without.push(rate),
            _ => with.push(rate),
        }
    }
    leave_out_tree(false);
    let (with, without) = (median(with), median(without));
    println!(
        "{name}: {with:.0} commands/s with the tree, {without:.0} without it: ratio {:.3}",
        with / without
    );
    Ok(())
}

async fn throughput(app: &TestApp, commands: usize) -> Outcome<f64> {
    let card = serde_json::json!({ "problem": "Shoulders hurt" });
    let begun = Instant::now();
    let mut done = stream::iter(0..commands)
        .map(|_| app.start("pia", "sample", "Brace", &card, &["DE"]))
        .buffer_unordered(CALLERS);
    while let Some(answer) = done.next().await {
        answer?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    Ok(commands as f64 / begun.elapsed().as_secs_f64())
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Checks a file of so many events, and hashes it.
#[expect(clippy::cast_precision_loss, reason = "rates")]
fn check(events: u64) -> Outcome {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("record.jsonl");
    let key = SecretKey::new("measure", KeyKind::Note, [7; 32])?;
    write(&path, events, &key)?;
    let bytes = std::fs::metadata(&path)?.len() as f64;
    let (mut plain, mut checked) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let begun = Instant::now();
        let mut input = BufReader::with_capacity(1 << 20, File::open(&path)?);
        let (mut hash, mut part) = (Sha256::new(), vec![0; 1 << 20]);
        loop {
            let read = input.read(&mut part)?;
            if read == 0 {
                break;
            }
            hash.update(&part[..read]);
        }
        std::hint::black_box(hash.finalize());
        plain.push(bytes / begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let mut verifier = Verifier::new(key.public().clone(), Vec::new());
        let mut input = BufReader::with_capacity(1 << 20, File::open(&path)?);
        let mut line = Vec::new();
        while input.read_until(b'\n', &mut line)? > 0 {
            verifier.line(line.strip_suffix(b"\n").unwrap_or(&line))?;
            line.clear();
        }
        verifier.finish()?;
        checked.push(bytes / begun.elapsed().as_secs_f64());
    }
    let (plain, checked) = (median(plain), median(checked));
    println!(
        "audit verify: {events} events, {:.0} bytes each: {:.0} events/s, {:.0} MB/s; plain SHA-256 {:.0} MB/s: \
         ratio {:.3}",
        bytes / events as f64,
        events as f64 * checked / bytes,
        checked / 1e6,
        plain / 1e6,
        checked / plain
    );
    match peak_memory() {
        Some(peak) => println!("peak memory with the file written and checked: {peak}"),
        None => println!("this system does not say how much memory was needed"),
    }
    Ok(())
}

/// As Linux says it: the most that was resident so far.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().to_owned())
}

/// A record as long as they are in a real log.
fn record(leaf: u64) -> String {
    let named = Digest::of(&leaf.to_be_bytes());
    format!(
        "{{\"stream\":\"prd_0198c0de00007000800000000000002a\",\"version\":{},\
         \"at\":\"2027-03-31T09:00:00.000000Z\",\"actor\":\"psn_0198c0de000070008000000000000007\",\
         \"event\":{{\"event\":\"deliverable_submitted\",\"deliverable\":\"market_size\",\"revision\":1,\
         \"content\":\"{named}\",\"attachments\":[],\"comment\":null}}}}",
        leaf + 1
    )
}

fn leaves(part: std::ops::Range<u64>) -> Vec<Hash> {
    part.map(|leaf| leaf_hash(record(leaf).as_bytes())).collect()
}

fn write(path: &Path, events: u64, key: &SecretKey) -> Outcome {
    let mut frontier = Frontier::default();
    // Of each 256 leaves the node above them; the rows above are made of these.
    let mut nodes = Vec::new();
    for start in (0..events).step_by(256) {
        let row = leaves(start..(start + 256).min(events));
        for leaf in &row {
            frontier.push(*leaf);
        }
        if row.len() == 256 {
            nodes.push(root_of(row));
        }
    }
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let header = file::line(&file::Header {
        format: file::FORMAT.to_owned(),
        scope: file::Scope::Whole,
        checkpoint: Checkpoint::signed(events, frontier.root(), key).to_string(),
        peaks: Some(hashes_to_base64(frontier.peaks())),
        chosen: None,
    });
    out.write_all(header.as_bytes())?;
    for step in file::Outline::new(events) {
        match step {
            file::Step::Nodes(node) => {
                let height = file::row_below(node.height).unwrap_or_default();
                let all = node.start..node.start + (1 << node.height);
                let row = if height == 0 {
                    leaves(all)
                } else {
                    let below = all.step_by(1 << height).map(|start| {
                        let first = usize::try_from(start / 256).unwrap_or_default();
                        root_of(nodes[first..first + (1 << (height - 8))].to_vec())
                    });
                    below.collect()
                };
                out.write_all(file::nodes_line(node, &row).as_bytes())?;
            }
            file::Step::Records(part) => {
                for leaf in part {
                    let line = file::record_line(leaf + 1, None, &record(leaf));
                    out.write_all(line.as_bytes())?;
                }
            }
        }
    }
    let header = Digest::of(header.trim_end().as_bytes());
    let end = file::Totals { records: events, contents: 0, header };
    out.write_all(file::line(&file::End { end }).as_bytes())?;
    Ok(out.flush()?)
}
