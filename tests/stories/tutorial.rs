//! The tutorial works: its own commands, taken from the page, print what the page says.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    fs,
    fs::File,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use sluicegate_store::testing;
use sluicegate_testkit::postgres_url;

use crate::{
    page::{Block, blocks, looks_like},
    server::{free_port, root, wrapped},
};

const PAGE: &str = include_str!("../../docs/tutorial.md");

/// Where the page's server listens.
const ON_THE_PAGE: &str = "127.0.0.1:8080";

/// Printed between the blocks.
const MARK: &str = "=====8<===== block ";

const AT_MOST: Duration = Duration::from_mins(3);

#[test]
fn the_tutorial_works_on_sqlite() {
    follow(None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tutorial_works_on_postgresql() {
    let (cluster, name) = (postgres_url(), format!("tutorial_{}", std::process::id()));
    let url = testing::create_database(&cluster, &name).await;
    tokio::task::spawn_blocking(move || follow(Some(&url))).await.unwrap();
    testing::drop_database(&cluster, &name).await;
}

/// Does what a reader does: pastes block after block into one terminal.
#[track_caller]
fn follow(database: Option<&str>) {
    let address = format!("127.0.0.1:{}", free_port());
    let page = PAGE.replace(ON_THE_PAGE, &address);
    let blocks = blocks(&page);
    assert!(blocks.len() > 20, "the page has lost its commands");
    let folder = tempfile::tempdir().unwrap();
    let mut variables = vec![("SLUICEGATE_LISTEN", address.as_str())];
    variables.extend(database.map(|url| ("SLUICEGATE_DATABASE", url)));
    wrapped(folder.path(), &variables);
    let script = folder.path().join("script");
    fs::write(&script, script_of(&blocks)).unwrap();
    let printed = folder.path().join("printed");
    let ended = paste(folder.path(), &script, &printed);
    let printed = fs::read_to_string(printed).unwrap();
    let mut parts = printed.split(MARK).skip(1);
    for (number, block) in blocks.iter().enumerate() {
        let part = parts.next().unwrap_or_default();
        let part = part.split_once('\n').map_or("", |(_, part)| part);
        let last = number + 1 == blocks.len();
        assert!(
            looks_like(&block.output, part),
            "docs/tutorial.md:{}: these commands\n\n{}\nprint\n\n{part}\nbut the page says\n\n{}",
            block.line,
            block.commands,
            block.output,
        );
        assert!(last || printed.contains(&mark(number + 1)), "{ended:?}: {}", block.line);
    }
    assert!(ended.is_some_and(|status| status.success()), "{ended:?}");
}

fn mark(number: usize) -> String {
    format!("{MARK}{number}\n")
}

/// All blocks as one script, for what a block defines is used by later ones. A command that fails
/// ends it, and whatever ends it takes the server along.
fn script_of(blocks: &[Block]) -> String {
    let mut script = vec![
        "set -euo pipefail".to_owned(),
        "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT".to_owned(),
    ];
    for (number, block) in blocks.iter().enumerate() {
        script.push(format!("printf '\\n%s\\n' '{}'", mark(number).trim_end()));
        script.push(block.commands.clone());
    }
    script.push("exit 0\n".to_owned());
    script.join("\n")
}

/// Runs the script, in a group of its own that ends with it; none: it took too long.
fn paste(folder: &Path, script: &Path, printed: &Path) -> Option<ExitStatus> {
    let output = File::create(printed).unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut bash = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .arg(script)
        .current_dir(root())
        .env("PATH", format!("{}:{path}", folder.display()))
        .env("TMPDIR", folder)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stderr(output.try_clone().unwrap())
        .stdout(output)
        .process_group(0)
        .spawn()
        .expect("bash, curl and jq are there: run `cargo xtask test`");
    let start = Instant::now();
    let ended = loop {
        match bash.try_wait().unwrap() {
            None if start.elapsed() < AT_MOST => std::thread::sleep(Duration::from_millis(50)),
            ended => break ended,
        }
    };
    // The group is ours: bash leads it, and it is empty by now unless something went wrong.
    let group = format!("-{}", bash.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    let _ = bash.wait();
    ended
}
