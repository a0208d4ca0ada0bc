//! The record outside the server: exported, checked with the key alone, and witnessed.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{Server, program, run};

#[test]
fn the_record_is_exported_and_checked_with_the_key_alone() {
    let home = tempfile::tempdir().unwrap();
    Server::start(home.path(), &[]).stop();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let key = home.path().join("data/record.key").metadata().unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let (code, key, _) = sluicegate(&["audit", "key"]);
    assert!(code == 0 && key.starts_with("sluicegate/"), "{key}");
    std::fs::write(home.path().join("record.pub"), &key).unwrap();
    assert_eq!(sluicegate(&["person", "add", "Ann Lee"]).0, 0);
    let (code, told, _) = sluicegate(&["audit", "export", "record.jsonl"]);
    assert!(code == 0 && told.contains("records"), "{told}");
    // Elsewhere, without a database.
    let away = tempfile::tempdir().unwrap();
    for file in ["record.jsonl", "record.pub"] {
        std::fs::copy(home.path().join(file), away.path().join(file)).unwrap();
    }
    let verify = |file: &str, key: &str| run(away.path(), &["audit", "verify", file, "--key", key]);
    let (code, told, said) = verify("record.jsonl", "record.pub");
    assert!(code == 0 && told.starts_with("clean"), "{told}{said}");
    assert_eq!(verify("record.jsonl", key.trim()).0, 0);
    let text = std::fs::read_to_string(away.path().join("record.jsonl")).unwrap();
    assert!(text.contains("Ann Lee"));
    std::fs::write(away.path().join("altered.jsonl"), text.replace("Ann Lee", "Ann Lea")).unwrap();
    let (code, told, _) = verify("altered.jsonl", "record.pub");
    assert!(code == 1 && told.contains("NOT clean: record") && told.contains("content"), "{told}");
    let other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let (code, told, _) = verify("record.jsonl", other);
    assert!(code == 1 && told.contains("signature"), "{told}");
    let (code, _, said) = verify("record.jsonl", "nothing");
    assert!(code == 2 && said.contains("NAME+ID+KEY"), "{said}");
    assert_eq!(verify("nowhere.jsonl", "record.pub").0, 4);

    let (code, one, _) = sluicegate(&["audit", "prove", "1"]);
    assert_eq!((code, one.lines().count() >= 3), (0, true), "{one}");
    std::fs::write(away.path().join("one.jsonl"), one).unwrap();
    let asked = ["audit", "verify", "one.jsonl", "--key", "record.pub", "--json"];
    let (code, told, _) = run(away.path(), &asked);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &told["clean"], &told["verified"]["records"]), (0, &true.into(), &1.into()));
    assert_eq!(sluicegate(&["audit", "prove", "99999"]).0, 2);
    let report = sluicegate(&["verify", "--json"]);
    assert!(report.0 == 0, "{report:?}");
}

#[test]
fn the_record_goes_on_with_another_key() {
    let home = tempfile::tempdir().unwrap();
    Server::start(home.path(), &[]).stop();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let key = || sluicegate(&["audit", "key"]).1.trim().to_owned();
    let exported = |file: &str, key: &str| {
        assert_eq!(sluicegate(&["audit", "export", file]).0, 0);
        sluicegate(&["audit", "verify", file, "--key", key])
    };
    let old = key();
    assert_eq!(exported("old.jsonl", &old).0, 0);
    let (code, told, said) = sluicegate(&["audit", "rotate"]);
    assert!(code == 0 && told.starts_with(&old), "{told}{said}");
    let new = key();
    assert!(new != old && new.split('+').next() == old.split('+').next(), "{old} {new}");
    assert_eq!(sluicegate(&["person", "add", "Ann Lee"]).0, 0);
    let (code, told, _) = exported("new.jsonl", &new);
    assert_eq!(code, 0, "{told}");
    // Each file with its own key, and the other one is told whose it is.
    let (code, told, _) = sluicegate(&["audit", "verify", "new.jsonl", "--key", &old]);
    let id = new.split('+').nth(1).unwrap();
    assert!(code == 1 && told.contains("signature") && told.contains(id), "{told}");
    assert_eq!(sluicegate(&["audit", "verify", "old.jsonl", "--key", &old]).0, 0);
    assert_eq!(sluicegate(&["verify"]).0, 0);

    // One that was replaced does not come back, and nobody takes it for the one that signs.
    let folder = home.path().join("data");
    let kept = folder.join(format!("record.{}.key", old.split('+').nth(1).unwrap()));
    std::fs::rename(folder.join("record.key"), folder.join("new.key")).unwrap();
    std::fs::copy(&kept, folder.join("record.key")).unwrap();
    assert!(sluicegate(&["audit", "key"]).2.contains("not signed"));
    let (code, _, said) = sluicegate(&["audit", "rotate"]);
    assert!(code == 2 && said.contains("replaced before"), "{said}");

    // The key is lost: the log goes on with one of the same name.
    std::fs::remove_file(home.path().join("data/record.key")).unwrap();
    let (_, _, said) = sluicegate(&["audit", "checkpoint"]);
    assert!(said.contains("not signed"), "{said}");
    assert_eq!(sluicegate(&["audit", "rotate"]).0, 0);
    assert_eq!(sluicegate(&["person", "add", "Bo"]).0, 0);
    let third = key();
    assert_eq!(exported("third.jsonl", &third).0, 0);
    assert!(third != new && sluicegate(&["verify"]).0 == 0);
    // One that is named otherwise is of another log.
    let file = home.path().join("data/record.key");
    let other = std::fs::read_to_string(&file).unwrap().replace("sluicegate/", "other/");
    std::fs::write(&file, other).unwrap();
    assert_ne!(sluicegate(&["audit", "rotate"]).0, 0);
}

/// A witness of its own on a free port, with its address and its key.
fn witness(folder: &Path, log: &str) -> (Child, String, String) {
    let mut command = program(folder);
    command.args(["witness", "witness", "--listen", "127.0.0.1:0", "--json", "--log", log]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    let text = |field: &str| told[field].as_str().unwrap().to_owned();
    (child, text("url"), text("key"))
}

/// Waits until the last checkpoint is witnessed, or for a while.
fn witnessed(server: &Server, token: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(12);
    while Instant::now() < until {
        let list = server.get("/v1/audit/checkpoints?limit=1", token);
        if list.contains("\"witnesses\":[{") {
            return true;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    false
}

#[test]
fn a_witness_signs_the_record_and_no_other_past_of_it() {
    let home = tempfile::tempdir().unwrap();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let server = Server::start(home.path(), &[]);
    let token = server.token.clone().unwrap();
    server.stop();
    let (_, key, _) = sluicegate(&["audit", "key"]);
    let (mut child, url, witness_key) = witness(home.path(), key.trim());
    let settings = format!("checkpoint_every = 1\nwitnesses = [\"{url} {witness_key}\"]\n");
    std::fs::write(home.path().join("sluicegate.toml"), settings).unwrap();
    // What somebody could put back later.
    let copy = |from: &str, to: &str| {
        for file in ["sluicegate.sqlite", "record.key"] {
            std::fs::create_dir_all(home.path().join(to)).unwrap();
            let (from, to) = (home.path().join(from).join(file), home.path().join(to).join(file));
            std::fs::copy(from, to).unwrap();
        }
    };
    copy("data", "before");
    assert_eq!(sluicegate(&["person", "add", "Ann Lee"]).0, 0);
    let server = Server::start(home.path(), &[]);
    assert!(witnessed(&server, &token), "{}", server.get("/v1/audit/checkpoints", &token));
    server.stop();
    assert_eq!(sluicegate(&["audit", "export", "record.jsonl"]).0, 0);
    let verify = |file: &str| {
        let args = ["audit", "verify", file, "--key", key.trim(), "--witness", &witness_key];
        sluicegate(&args)
    };
    let (code, told, _) = verify("record.jsonl");
    assert!(code == 0 && told.contains("witness witness/"), "{told}");

    // The same key, and another history: more events than the witness has seen, but not after them.
    for name in ["Bo", "Cy", "Di", "Ed"] {
        assert_eq!(sluicegate(&["person", "add", name, "--data", "before"]).0, 0);
    }
    let server = Server::start(home.path(), &["--data", "before"]);
    assert!(!witnessed(&server, &token));
    server.stop();
    assert_eq!(sluicegate(&["audit", "export", "forked.jsonl", "--data", "before"]).0, 0);
    let (code, told, _) = verify("forked.jsonl");
    assert!(code == 1 && told.contains("has not signed"), "{told}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The body of an answer, which comes in one piece.
fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

/// The program of the how-to page shares nothing with ours, not even the language.
#[test]
fn a_program_that_shares_nothing_with_ours_agrees() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "this check needs python3");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(home.path(), &[]);
    let token = server.token.clone().unwrap();
    server.stop();
    let key = run(home.path(), &["audit", "key"]).1;
    let (mut child, url, witness_key) = witness(home.path(), key.trim());
    let settings = format!("checkpoint_every = 1\nwitnesses = [\"{url} {witness_key}\"]\n");
    std::fs::write(home.path().join("sluicegate.toml"), settings).unwrap();
    for number in 0..12 {
        assert_eq!(run(home.path(), &["person", "add", &format!("Ann {number}")]).0, 0);
    }
    let note = run(home.path(), &["audit", "checkpoint"]).1;
    let size: u64 = note.lines().nth(1).unwrap().parse().unwrap();
    let server = Server::start(home.path(), &[]);
    assert!(witnessed(&server, &token));
    let keep = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    for (name, path) in [
        ("proof.json", format!("/v1/events/{}/proof", size - 3)),
        ("grown.json", format!("/v1/audit/consistency?from={}", size / 2)),
        ("picked.jsonl", "/v1/audit/record.jsonl?text=ann%201".to_owned()),
    ] {
        keep(name, body(&server.get(&path, &token)));
    }
    server.stop();
    assert_eq!(run(home.path(), &["audit", "export", "whole.jsonl"]).0, 0);
    assert_eq!(run(home.path(), &["audit", "prove", &(size - 2).to_string(), "one.jsonl"]).0, 0);
    child.kill().unwrap();
    child.wait().unwrap();

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/howto/check_record.py");
    let check = |name: &str, keys: &[&str]| {
        let mut command = Command::new("python3");
        command.arg(&script).arg(home.path().join(name)).args(keys);
        let said = command.output().unwrap();
        let text = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
        (said.status.success(), text)
    };
    for name in ["whole.jsonl", "picked.jsonl", "one.jsonl", "proof.json", "grown.json"] {
        let (agrees, said) = check(name, &[key.trim(), &witness_key]);
        assert!(agrees && said.starts_with("ok"), "{name}: {said}");
        let text = std::fs::read_to_string(home.path().join(name)).unwrap();
        // One letter in the middle of a record or of a proof.
        let at = text.rfind(if name == "grown.json" { "to_root\":\"" } else { "psn_" }).unwrap();
        let at = at + if name == "grown.json" { 10 } else { 5 };
        let other = if text.as_bytes()[at] == b'0' { "1" } else { "0" };
        keep("wrong", &format!("{}{other}{}", &text[..at], &text[at + 1..]));
        let (agrees, said) = check("wrong", &[key.trim(), &witness_key]);
        assert!(!agrees && said.starts_with("WRONG"), "{name}: {said}");
    }
    let other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert!(!check("whole.jsonl", &[other]).0);
    let verified = run(home.path(), &["audit", "verify", "picked.jsonl", "--key", key.trim()]);
    assert_eq!(verified.0, 0, "{verified:?}");
}
