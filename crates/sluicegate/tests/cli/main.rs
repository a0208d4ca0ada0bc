//! The program as its users run it: what it prints, and its exit codes.
#![expect(clippy::unwrap_used, reason = "a test stops where something is wrong")]

mod record;
mod support;

use std::{process::Command, time::Duration};

use support::{Server, run};

#[test]
fn a_first_start_serves_and_says_how_to_sign_in() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(home.path(), &[]);
    let token = server.token.clone().unwrap();
    let me = server.get("/v1/me", &token);
    assert!(me.starts_with("HTTP/1.1 200") && me.contains("\"administrator\":true"), "{me}");
    assert!(server.get("/v1/me", "sgt_wrong").starts_with("HTTP/1.1 401"));
    assert!(server.stop() < Duration::from_secs(10));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = home.path().join("data").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    let server = Server::start(home.path(), &[]);
    assert_eq!(server.token, None, "shown once");
    assert!(server.get("/v1/me", &token).starts_with("HTTP/1.1 200"));
    server.stop();
    let (code, report, _) = run(home.path(), &["verify", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((code, report["differences"].as_array().unwrap().len()), (0, 0));
}

#[test]
fn people_roles_and_tokens_are_managed_on_the_command_line() {
    let home = tempfile::tempdir().unwrap();
    Server::start(home.path(), &[]).stop();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let add = ["person", "add", "Ann Lee", "--role", "product_manager", "--token"];
    let (code, added, _) = sluicegate(&add);
    let lines: Vec<&str> = added.lines().collect();
    assert_eq!((code, lines.len()), (0, 2));
    assert!(lines[0].starts_with("psn_") && lines[1].starts_with("sgt_"), "{added}");
    let (code, _, said) = sluicegate(&["role", "grant", "Ann Le", "finance"]);
    assert!(code == 2 && said.contains("did you mean `Ann Lee`?"), "{said}");
    let (code, _, said) = sluicegate(&["role", "grant", "Ann Lee", "wizard"]);
    assert!(code == 2 && said.contains("There is no role wizard."), "{said}");
    let (code, _, said) = sluicegate(&["person", "add", "Bo", "--role", "product_manger"]);
    assert!(code == 2 && said.contains("Did you mean product_manager?"), "{said}");
    assert_eq!(sluicegate(&["role", "grant", "Ann Lee", "auditor", "--portfolio", "main"]).0, 0);
    let (_, roles, _) = sluicegate(&["role", "list", "--json"]);
    assert!(roles.contains("\"auditor\"") && roles.contains("\"Ann Lee\""), "{roles}");
    let (code, _, said) = sluicegate(&["role", "revoke", "Administrator", "administrator"]);
    assert!(code == 3 && said.contains("last administrator"), "{said}");
    assert_eq!(sluicegate(&["portfolio", "add", "ortho", "Orthopaedics"]).0, 0);
    assert!(sluicegate(&["portfolio", "list"]).1.contains("ortho"));

    let (_, invited, _) = sluicegate(&["person", "invite", "Ann Lee", "--name", "ann"]);
    assert!(invited.starts_with("sgv_") && invited.contains("signs in as ann;"), "{invited}");
    let (code, _, said) = sluicegate(&["person", "remove-factor", "Ann Lee"]);
    assert!(code == 2 && said.contains("There is no second factor."), "{said}");

    let server = Server::start(home.path(), &[]);
    assert!(server.get("/v1/me", lines[1]).contains("Ann Lee"));
    let (_, tokens, _) = sluicegate(&["token", "list", "Ann Lee", "--json"]);
    let tokens: serde_json::Value = serde_json::from_str(&tokens).unwrap();
    assert_eq!(sluicegate(&["token", "revoke", tokens[0]["id"].as_str().unwrap()]).0, 0);
    assert!(server.get("/v1/me", lines[1]).starts_with("HTTP/1.1 401"));
    server.stop();
}

#[test]
fn a_person_is_erased_and_once_more_after_an_older_backup() {
    let home = tempfile::tempdir().unwrap();
    Server::start(home.path(), &[]).stop();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let (_, added, _) = sluicegate(&["person", "add", "Ann Lee", "--email", "ann@example.com"]);
    let ann = added.trim();
    let (data, backup) = (home.path().join("data"), home.path().join("backup"));
    std::fs::create_dir(&backup).unwrap();
    let file = "sluicegate.sqlite";
    std::fs::copy(data.join(file), backup.join(file)).unwrap();

    let erase = ["erase", "person", "Ann Lee", "--reason", "Request 14"];
    let (code, _, said) = sluicegate(&erase);
    assert!(code == 3 && said.contains("close it first"), "{said}");
    let (code, _, said) = sluicegate(&["erase", "person", "Ann Lee", "--reason", ""]);
    assert!(code == 2 && said.contains("--reason"), "{said}");
    assert_eq!(sluicegate(&["person", "deactivate", "Ann Lee"]).0, 0);
    let (_, said, _) = sluicegate(&[&erase[..], &["--dry-run"]].concat());
    assert_eq!(said, format!("{ann} would be erased\n"));
    assert_eq!(sluicegate(&erase), (0, format!("{ann} is erased\n"), String::new()));
    let again = ["erase", "person", ann, "--reason", "Request 14"];
    assert_eq!(sluicegate(&again).1, format!("{ann} was erased before\n"));
    let people = sluicegate(&["person", "list"]).1;
    assert!(people.contains("erased") && !people.contains("Ann"), "{people}");
    let (_, list, _) = sluicegate(&["erase", "list", "--json"]);
    assert!(list.contains("Request 14") && !list.contains("Ann"), "{list}");
    std::fs::write(home.path().join("erasures.json"), list).unwrap();

    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        }
    }
    std::fs::copy(backup.join(file), data.join(file)).unwrap();
    assert!(sluicegate(&["person", "list"]).1.contains("Ann Lee"));
    let (code, said, _) = sluicegate(&["erase", "again", "erasures.json"]);
    assert_eq!((code, said), (0, format!("{ann}: erased\n")));
    assert!(!sluicegate(&["person", "list"]).1.contains("Ann"));
    assert_eq!(sluicegate(&["verify"]).0, 0);
    let content = ["erase", "content", &"0".repeat(64), "--reason", "x"];
    let (code, _, said) = sluicegate(&content);
    assert!(code == 2 && said.contains("There is no content"), "{said}");
    std::fs::write(home.path().join("strange.json"), "{}").unwrap();
    assert_eq!(sluicegate(&["erase", "again", "strange.json"]).0, 2);
}

#[test]
fn workflow_files_are_checked_published_and_drawn() {
    let home = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../../../workflows/npi-medtech.yaml");
    std::fs::write(home.path().join("good.yaml"), shipped).unwrap();
    std::fs::write(home.path().join("bad.yaml"), "workflow: x\n").unwrap();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    assert_eq!(sluicegate(&["check", "good.yaml"]).0, 0);
    let (code, said, _) = sluicegate(&["check", "good.yaml", "bad.yaml"]);
    assert!(code == 1 && said.contains("bad.yaml:1:1"), "{said}");
    let (code, said, _) = sluicegate(&["check", "bad.yaml", "--json"]);
    let reports: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &reports[0]["diagnostics"][0]["code"]), (1, &"missing_key".into()));
    assert_eq!(sluicegate(&["check", "none.yaml"]).0, 2);
    std::fs::write(home.path().join("latin.yaml"), b"# \xc3\xa4\nworkflow: caf\xe9\n").unwrap();
    let (code, _, said) = sluicegate(&["check", "latin.yaml"]);
    assert!(code == 2 && said.contains("latin.yaml:2:14: the byte 0xe9 is not UTF-8"), "{said}");
    assert!(sluicegate(&["workflow", "graph", "npi-medtech"]).1.starts_with("flowchart"));
    let (_, svg, _) = sluicegate(&["workflow", "graph", "good.yaml", "--format", "svg"]);
    assert!(svg.starts_with("<svg"), "{svg}");
    let (code, said, _) = sluicegate(&["publish", "good.yaml"]);
    assert_eq!((code, said.as_str()), (0, "npi-medtech version 1 published\n"));
    let (code, said, _) = sluicegate(&["publish", "good.yaml"]);
    assert_eq!(
        (code, said.as_str()),
        (0, "npi-medtech: nothing new, the file means the same as version 1\n")
    );
    assert_eq!(sluicegate(&["publish", "bad.yaml"]).0, 1);
    assert_eq!(sluicegate(&["workflow", "show", "npi-medtech"]).1, shipped);
}

const SMALL: &str = "workflow: small
title: Small
roles: { manager: { title: Manager, side: upstream, owner: true }, lead: { title: Lead, side: both } }
forms: { idea: { title: Idea, fields: { problem: { type: text, required: true } } } }
stages:
  discovery:
    title: Discovery
    side: upstream
    deliverables: { idea: { title: The idea, owner: manager, form: idea } }
    gate: decision
gates:
  decision:
    title: Decision
    chair: lead
    approvals: { leaders: { role: lead, need: 1 } }
    outcomes: { go: { launched: { title: Launched, exit: launched } }, kill: {} }
exits: { launched: { title: Launched } }
";

#[test]
fn products_in_flight_are_compared_and_moved() {
    let home = tempfile::tempdir().unwrap();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let second = SMALL.replace(
        "required: true } } } }",
        "required: true }, who: { type: text, required: true } } } }",
    );
    std::fs::write(home.path().join("small.yaml"), SMALL).unwrap();
    std::fs::write(home.path().join("second.yaml"), &second).unwrap();
    assert_eq!(sluicegate(&["publish", "small.yaml"]).0, 0);
    let (_, said, _) = sluicegate(&["check", "small.yaml", "--in-flight"]);
    assert!(said.ends_with("no product is in flight on a published version\n"), "{said}");
    let server = Server::start(home.path(), &[]);
    let (_, added, _) = sluicegate(&["person", "add", "Ann", "--role", "manager", "--token"]);
    let token = added.lines().nth(1).unwrap();
    let start = r#"{"workflow":"small","name":"Pump","portfolio":"main","card":{}}"#;
    let started = server.post("/v1/products", token, start);
    let id = started.split("\"product\":\"").nth(1).unwrap().split('"').next().unwrap();
    let revisions = format!("/v1/products/{id}/deliverables/idea/revisions");
    let handed = server.post(&revisions, token, r#"{"content":{"problem":"Weight"}}"#);
    assert!(handed.starts_with("HTTP/1.1 201"), "{handed}");

    let (code, said, _) = sluicegate(&["check", "second.yaml", "--in-flight"]);
    assert_eq!(code, 0);
    for line in
        ["Pump (", "  to_revise idea at decision\n", "/content/who: This has to be filled in.\n"]
    {
        assert!(said.contains(line), "{said}");
    }
    let (_, json, _) = sluicegate(&["check", "second.yaml", "--in-flight", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["deliverables"][0]["accepted"]["missing"][0]["code"], "missing");
    let go = |what: &[&str], more: &[&str]| {
        sluicegate(&[what, &["--reason", "Say who asks"], more].concat())
    };
    let (code, _, said) = go(&["product", "move", id], &[]);
    assert!(code == 2 && said.contains("it moves to newer versions only"), "{said}");
    assert_eq!(sluicegate(&["publish", "second.yaml"]).0, 0);
    let (code, said, _) = go(&["workflow", "move", "small"], &["--dry-run"]);
    assert!(code == 0 && said.contains("Pump  would move to version 2"), "{said}");
    let (code, said, _) = go(&["product", "move", id], &["--to", "2"]);
    assert_eq!((code, said.as_str()), (0, "moved to version 2\n"));
    let (code, said, _) = go(&["workflow", "move", "small"], &[]);
    assert_eq!((code, said.as_str()), (0, "ID  NAME  OUTCOME\n"));
    assert!(server.get("/v1/inbox", token).contains("renew_deliverable"));

    // A product whose stage is gone stays, and whoever runs a script learns of it.
    std::fs::write(home.path().join("third.yaml"), second.replace("  discovery:", "  research:"))
        .unwrap();
    assert_eq!(sluicegate(&["publish", "third.yaml"]).0, 0);
    for dry_run in [&["--dry-run"][..], &[]] {
        let (code, said, _) = go(&["workflow", "move", "small"], dry_run);
        assert!(code == 5 && said.contains("Pump  ") && said.contains("discovery"), "{said}");
    }
    let (code, said, _) = go(&["workflow", "move", "small"], &["--json"]);
    let fates: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((code, &fates[0]["moved"], &fates[0]["stays"]), (5, &false.into(), &true.into()));
    server.stop();
    assert_eq!(sluicegate(&["verify"]).0, 0);
}

#[test]
fn mistakes_are_told_with_their_exit_codes() {
    let home = tempfile::tempdir().unwrap();
    let sluicegate = |args: &[&str]| run(home.path(), args);
    let (code, _, said) = sluicegate(&["pubish", "x"]);
    assert!(code == 2 && said.contains("'publish'"), "{said}");
    let (code, out, said) = sluicegate(&["person", "list"]);
    assert!(code == 4 && out.is_empty() && said.contains("no database"), "{said}");
    let (code, _, said) = sluicegate(&["--dev-clock-offset", "+90d"]);
    assert!(code == 2 && said.contains("--development"), "{said}");
    let (code, _, said) = sluicegate(&["--listen", "nowhere"]);
    assert!(code == 4 && said.contains("nowhere"), "{said}");
    assert!(!home.path().join("data").exists(), "nothing is made by a mistake");
    let (code, doctor, _) = sluicegate(&["doctor", "--json", "--data", "there"]);
    let doctor: serde_json::Value = serde_json::from_str(&doctor).unwrap();
    assert_eq!((code, &doctor["settings"][1]["origin"]), (0, &"--data".into()));
    assert!(sluicegate(&["completions", "bash"]).1.contains("sluicegate"));
    for document in ["schema", "openapi"] {
        let (code, text, _) = sluicegate(&[document]);
        assert_eq!(code, 0);
        assert!(serde_json::from_str::<serde_json::Value>(&text).unwrap().is_object());
    }
}

#[test]
fn the_development_clock_is_shifted() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(home.path(), &["--development", "--dev-clock-offset", "+400d"]);
    let (_, log, _) = run(home.path(), &["workflow", "list", "--json"]);
    let log: serde_json::Value = serde_json::from_str(&log).unwrap();
    let keys: Vec<&str> =
        log.as_array().unwrap().iter().filter_map(|one| one["key"].as_str()).collect();
    assert_eq!(keys, ["healthcare-software", "npi-express", "npi-medtech", "strategic-plan"]);
    let published = log[0]["versions"][0]["published_at"].as_str().unwrap().to_owned();
    server.stop();
    let today = Command::new("date").arg("+%Y").output().unwrap();
    let year: i32 = String::from_utf8(today.stdout).unwrap().trim().parse().unwrap();
    assert!(published[..4].parse::<i32>().unwrap() > year, "{published}");
}
