//! The shipped workflows load without a word, speak Korean, and are what `docs/coverage.md` says.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use indexmap::{IndexMap, IndexSet};
use serde_json::Value as Json;
use sluicegate_core::{
    definition::{
        Definition, DoneBy, Gate, MustMeet, Seat, Target, env,
        form::{Field, FieldType, Form},
    },
    expr::{Limits, Outcome, Reason, Value},
    key::{DeliverableKey, FieldKey, GateKey, StageKey},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every shipped workflow, by its key.
fn shipped() -> BTreeMap<String, Definition> {
    let files = fs::read_dir(root().join("workflows")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let yaml = paths.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| {
        let source = fs::read_to_string(&path).unwrap();
        let checked = sluicegate_core::definition::check(&source);
        let said: Vec<String> = checked
            .diagnostics
            .iter()
            .map(|found| format!("{}: {} {}", found.place.line, found.code, found.message))
            .collect();
        assert!(said.is_empty(), "{}: {said:#?}", path.display());
        let definition = checked.definition.unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert_eq!(definition.key.as_str(), name, "a file is named after its workflow");
        (name, definition)
    })
    .collect()
}

fn npi() -> Definition {
    shipped().remove("npi-medtech").unwrap()
}

#[test]
fn every_file_loads_without_errors_or_warnings() {
    let names: Vec<String> = shipped().into_keys().collect();
    assert_eq!(names, ["healthcare-software", "npi-express", "npi-medtech", "strategic-plan"]);
}

#[test]
fn every_text_is_in_korean_too() {
    for (name, definition) in shipped() {
        let mut missing = Vec::new();
        without_korean(&serde_json::to_value(&definition).unwrap(), &name, &mut missing);
        assert!(missing.is_empty(), "{missing:#?}");
    }
}

/// A text is an object with `en`. What is the same in both languages, such as PMA, is said twice.
fn without_korean(json: &Json, at: &str, missing: &mut Vec<String>) {
    match json {
        Json::Object(fields) => {
            if let Some(en) = fields.get("en").and_then(Json::as_str) {
                let ko = fields.get("ko").and_then(Json::as_str).unwrap_or_default();
                let hangul = |c: char| ('가'..='힣').contains(&c);
                if !ko.contains(hangul) && ko != en {
                    missing.push(format!("{at}: {en}"));
                }
            }
            for (key, value) in fields {
                without_korean(value, &format!("{at}.{key}"), missing);
            }
        }
        Json::Array(items) => {
            for item in items {
                without_korean(item, at, missing);
            }
        }
        _ => {}
    }
}

#[test]
fn the_stages_and_their_gates_stand_in_order() {
    let definition = npi();
    let stages: Vec<(&str, &str)> =
        definition.stages.iter().map(|(key, stage)| (key.as_str(), stage.gate.as_str())).collect();
    let expected = [
        ("idea", "idea_screen"),
        ("market_definition", "business_case"),
        ("feasibility", "specification_freeze"),
        ("development", "design_transfer"),
        ("launch_preparation", "launch_decision"),
        ("launch", "post_launch"),
        ("in_market", "lifecycle"),
        ("retirement", "exit"),
    ];
    assert_eq!(stages, expected);
}

#[test]
fn the_right_roles_decide_at_each_gate() {
    let definition = npi();
    let seats = |gate: &Gate| -> Vec<String> {
        let seats = gate.seats.values();
        seats
            .map(|seat| {
                let of = seat.of.map(|of| format!(" of {of}")).unwrap_or_default();
                let signed = if seat.sign.is_some() { " signed" } else { "" };
                let veto = if seat.veto { " veto" } else { "" };
                format!("{} {}{of}{signed}{veto}", seat.role, seat.need)
            })
            .collect()
    };
    let found: Vec<(&str, String)> =
        definition.gates.iter().map(|(key, gate)| (key.as_str(), seats(gate).join(", "))).collect();
    let expected = [
        ("idea_screen", "product_manager 1"),
        ("business_case", "senior_leadership 2 of 3 signed, finance 1 signed veto"),
        (
            "specification_freeze",
            "product_manager 1 signed, rd_lead 1 signed, clinical_affairs 1 signed, \
             quality 1 signed",
        ),
        (
            "design_transfer",
            "quality 1 signed veto, regulatory_affairs 1 signed, operations 1 signed",
        ),
        ("launch_decision", "senior_leadership 1 signed, regulatory_affairs 1 signed veto"),
        ("post_launch", "senior_leadership 1, product_marketing_manager 1"),
        ("lifecycle", "product_marketing_manager 1, finance 1"),
        ("exit", "senior_leadership 1 signed"),
    ]
    .map(|(gate, seats)| (gate, seats.to_owned()));
    assert_eq!(found, expected);
}

#[test]
fn every_gate_can_say_something_other_than_go() {
    for (name, definition) in shipped() {
        for (key, gate) in &definition.gates {
            let other = &gate.outcomes;
            let some = other.kill || other.hold.is_some() || other.recycle.is_some();
            assert!(some, "{name}: {key} can only say go");
        }
    }
}

#[test]
fn tracing_the_longest_specifications_stays_within_the_limits() {
    let definition = npi();
    let (key, gate) = definition.gates.get_key_value("specification_freeze").unwrap();
    let MustMeet::Expr { expr, .. } = &gate.must["must_haves_covered"] else { panic!() };
    let types = env::gate_env(&definition, key);
    let longest = |form: &str| {
        let FieldType::Table { max, .. } = definition.forms[form].fields["requirements"].kind
        else {
            panic!()
        };
        max
    };
    let must = |n: u32| serde_json::json!({ "id": format!("C{n}"), "priority": "must" });
    // Each must-have finds its technical requirement last.
    let trace = |n: u32| serde_json::json!({ "id": format!("T{n}"), "crs": format!("C{n}") });
    let crs: Vec<Json> = (0..longest("crs")).map(must).collect();
    let trs: Vec<Json> = (0..longest("trs")).rev().map(trace).collect();
    let value = |name: &str, rows: Vec<Json>| {
        let json = serde_json::json!({ "requirements": rows });
        (name.to_owned(), Value::from_json(&json, &types.vars[name]))
    };
    let scope = [value("crs", crs), value("trs", trs)].into();
    let verdict = expr.eval(&scope, Limits::STANDARD).verdict;
    assert_eq!(verdict.outcome, Outcome::Pass, "{:?}", verdict.why);
}

/// Rows name each other by their number, so that what is looked for is found half-way on average;
/// so half of the steps must do.
#[test]
fn the_fullest_forms_stay_within_the_limits() {
    let limits = Limits { steps: Limits::STANDARD.steps / 2, ..Limits::STANDARD };
    for (name, definition) in shipped() {
        let full: BTreeMap<&str, Json> = definition
            .deliverables
            .iter()
            .filter_map(|(key, rule)| Some((key, rule.per_market, definition.form_of(rule)?)))
            .map(|(key, per_market, form)| {
                let one = fullest(form);
                (key.as_str(), if per_market { vec![one; 3].into() } else { one })
            })
            .collect();
        for (key, gate) in &definition.gates {
            let types = env::gate_env(&definition, key);
            let value = |name: &String, json: &Json| Value::from_json(json, &types.vars[name]);
            let mut scope: BTreeMap<String, Value> = types
                .vars
                .keys()
                .filter_map(|name| Some((name.clone(), value(name, full.get(name.as_str())?))))
                .collect();
            scope.insert("product".into(), value(&"product".into(), &fullest(&definition.card)));
            for (criterion, must) in &gate.must {
                let MustMeet::Expr { expr, .. } = must else { continue };
                let why = expr.eval(&scope, limits).verdict.why.map(|why| why.reason);
                let long = matches!(why, Some(Reason::TooManySteps { .. }));
                assert!(!long, "{name}: {key}.{criterion} is too long for full forms");
            }
        }
    }
}

/// A content with as many rows as each table may have.
fn fullest(form: &Form) -> Json {
    let row = |columns: &IndexMap<FieldKey, Field>, at: u32| -> Json {
        columns.iter().map(|(key, column)| (key.to_string(), cell(&column.kind, at))).collect()
    };
    let fields = form.fields.iter().map(|(key, field)| {
        let json = match &field.kind {
            FieldType::Table { columns, max, .. } => (0..*max).map(|at| row(columns, at)).collect(),
            kind => cell(kind, 0),
        };
        (key.to_string(), json)
    });
    fields.collect()
}

fn cell(kind: &FieldType, at: u32) -> Json {
    match kind {
        FieldType::Text { .. } => Json::from(format!("{at}")),
        FieldType::Integer(_) | FieldType::Number(_) | FieldType::Percent(_) => Json::from(at),
        FieldType::Money(_) => serde_json::json!({ "amount": "1", "currency": "EUR" }),
        FieldType::Date(_) => Json::from("2030-01-01"),
        FieldType::Bool => Json::from(true),
        FieldType::Choice { of } => Json::from(of.keys().next().map(ToString::to_string)),
        FieldType::List { of, max, .. } => (0..*max).map(|at| cell(of, at)).collect(),
        FieldType::Table { .. } => Json::Null,
        FieldType::Market => Json::from("KR"),
        FieldType::Language => Json::from("ko"),
        FieldType::Link => Json::from("https://example.org/"),
    }
}

/// What the processes of products have in common is asked in the same way, so it compares.
#[test]
fn what_processes_share_they_ask_in_the_same_way() {
    let workflows = shipped();
    let npi = &workflows["npi-medtech"];
    for name in ["npi-express", "healthcare-software"] {
        let other = &workflows[name];
        for (key, _) in npi.card.fields.iter().filter(|(_, field)| field.required) {
            assert!(other.card.fields.contains_key(key), "the card of {name} has no {key}");
        }
        same_kinds(&npi.card.fields, &other.card.fields, &format!("{name}: product"));
        for (key, role) in &other.roles {
            assert_eq!(
                npi.roles.get(key).map(|npi| npi.per_market),
                Some(role.per_market),
                "{key}"
            );
        }
        for key in ["financial_opportunity", "market_size", "price_corridor", "local_price"] {
            let at = format!("{name}: {key}");
            same_kinds(&npi.forms[key].fields, &other.forms[key].fields, &at);
        }
    }
}

/// Either may ask for more. A field of both is of one type, and a choice has the same keys.
fn same_kinds(one: &IndexMap<FieldKey, Field>, other: &IndexMap<FieldKey, Field>, at: &str) {
    let shared: Vec<_> =
        one.iter().filter_map(|(key, it)| Some((key, it, other.get(key)?))).collect();
    assert!(!shared.is_empty(), "{at} shares nothing");
    for (key, one, other) in shared {
        let at = format!("{at}.{key}");
        match (&one.kind, &other.kind) {
            (FieldType::Table { columns: one, .. }, FieldType::Table { columns: other, .. }) => {
                same_kinds(one, other, &at);
            }
            (FieldType::Choice { of: one }, FieldType::Choice { of: other }) => {
                assert!(one.keys().eq(other.keys()), "{at} has other choices");
            }
            (one, other) => assert_eq!(one, other, "{at}"),
        }
    }
}

/// What has been handed over is in customers' hands: it leaves by an exit, with its duties.
#[test]
fn nothing_that_was_handed_over_can_be_killed() {
    for (name, definition) in shipped() {
        let Some(handover) = &definition.handover else { continue };
        let mut open: Vec<&StageKey> = stages_after(&definition.gates[&handover.at], false);
        let mut seen = BTreeSet::new();
        while let Some(stage) = open.pop() {
            if seen.insert(stage) {
                let key = &definition.stages[stage].gate;
                assert!(
                    !definition.gates[key].outcomes.kill,
                    "{name}: {key} can kill a sold product"
                );
                open.extend(stages_after(&definition.gates[key], true));
            }
        }
    }
}

fn stages_after(gate: &Gate, recycled_too: bool) -> Vec<&StageKey> {
    let go = gate.outcomes.go.values().filter_map(|path| match &path.to {
        Target::Stage(stage) => Some(stage),
        Target::Exit(_) => None,
    });
    let recycle = gate.outcomes.recycle.iter().filter(|_| recycled_too);
    go.chain(recycle.flat_map(|recycle| &recycle.to)).collect()
}

#[test]
fn the_tables_of_the_workflows_page_are_those_of_the_files() {
    let page = fs::read_to_string(root().join("docs/workflows.md")).unwrap();
    let tables = shipped()
        .into_iter()
        .map(|(name, workflow)| format!("## `{name}`\n\n{}", stage_table(&workflow)));
    let missing: Vec<String> = tables.filter(|table| !page.contains(table)).collect();
    assert!(missing.is_empty(), "docs/workflows.md lacks\n{}", missing.join("\n"));
}

fn stage_table(definition: &Definition) -> String {
    let mut table = String::from("| stage | gate | who votes | go leads to |\n|---|---|---|---|\n");
    for stage in definition.stages.values() {
        let gate = &definition.gates[&stage.gate];
        let seat = |seat: &Seat| {
            let of = seat.of.map(|of| format!(" {} of {of}", seat.need)).unwrap_or_default();
            let signed = if seat.sign.is_some() { ", signed" } else { "" };
            let veto = if seat.veto { ", veto" } else { "" };
            format!("{}{of}{signed}{veto}", definition.roles[&seat.role].title.en)
        };
        let seats: Vec<String> = gate.seats.values().map(seat).collect();
        let ways = gate.outcomes.go.values().map(|path| match &path.to {
            Target::Stage(stage) => definition.stages[stage].title.en.clone(),
            Target::Exit(exit) => format!("*{}*", definition.exits[exit].title.en),
        });
        let ways: IndexSet<String> = ways.collect();
        let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
        let (stage, gate) = (&stage.title.en, &gate.title.en);
        let row = [stage.as_str(), gate, &seats.join("; "), &ways.join(", ")].join(" | ");
        writeln!(table, "| {row} |").unwrap();
    }
    table
}

/// The places in the code of the tables of `docs/coverage.md`: workflow, then names.
fn covered() -> Vec<(String, Vec<String>)> {
    let page = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let codes = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    codes
        .filter(|code| !code.starts_with("workflow:"))
        .filter_map(|code| code.split_once(':'))
        .map(|(workflow, path)| (workflow.to_owned(), path.split('.').map(str::to_owned).collect()))
        .collect()
}

#[test]
fn every_place_on_the_coverage_page_exists() {
    let workflows = shipped();
    let places = covered();
    assert!(places.len() > 100, "{} places", places.len());
    for (workflow, path) in places {
        let place = path.join(".");
        let Some(definition) = workflows.get(&workflow) else {
            panic!("no workflow {workflow} is shipped")
        };
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        assert!(exists(definition, &path), "{workflow} has no {place}");
    }
}

#[test]
fn every_deliverable_and_gate_is_on_the_coverage_page() {
    let covered: BTreeSet<(String, String)> =
        covered().into_iter().map(|(workflow, path)| (workflow, path[0].clone())).collect();
    for (workflow, definition) in shipped() {
        let deliverables = definition.deliverables.keys().map(DeliverableKey::as_str);
        for name in deliverables.chain(definition.gates.keys().map(GateKey::as_str)) {
            let place = (workflow.clone(), name.to_owned());
            assert!(covered.contains(&place), "{workflow}:{name} is not on the page");
        }
    }
}

fn exists(definition: &Definition, path: &[&str]) -> bool {
    let Some((name, parts)) = path.split_first() else { return false };
    let alone = definition.stages.contains_key(*name) || definition.roles.contains_key(*name);
    (alone && parts.is_empty())
        || definition.deliverables.get(*name).is_some_and(|deliverable| {
            parts.is_empty()
                || definition.form_of(deliverable).is_some_and(|form| in_form(form, parts))
        })
        || definition.reviews.get(*name).is_some_and(|review| match (&review.done, parts) {
            (_, []) => true,
            (DoneBy::Form { form, .. }, parts) => in_form(&definition.forms[form], parts),
            (DoneBy::Gate(_), _) => false,
        })
        || definition.gates.get(*name).is_some_and(|gate| in_gate(gate, parts))
        || definition.exits.get(*name).is_some_and(|exit| match parts {
            [] => true,
            [duty] => exit.duties.contains_key(*duty),
            _ => false,
        })
        || (*name == "product" && in_form(&definition.card, parts))
        || (*name == "handover" && in_handover(definition, parts))
}

fn in_form(form: &Form, parts: &[&str]) -> bool {
    match parts {
        [field] => form.fields.contains_key(*field),
        [field, column] => form.fields.get(*field).is_some_and(|field| {
            matches!(&field.kind, FieldType::Table { columns, .. } if columns.contains_key(*column))
        }),
        _ => false,
    }
}

fn in_gate(gate: &Gate, parts: &[&str]) -> bool {
    match parts {
        [] => true,
        [part] => {
            gate.must.contains_key(*part)
                || gate.seats.contains_key(*part)
                || gate.outcomes.go.contains_key(*part)
                || gate.score.as_ref().is_some_and(|card| card.factors.contains_key(*part))
        }
        _ => false,
    }
}

fn in_handover(definition: &Definition, parts: &[&str]) -> bool {
    let Some(handover) = &definition.handover else { return false };
    match parts {
        [] => true,
        [part] => {
            handover.duties.contains_key(*part)
                || handover.checklist.contains_key(*part)
                || handover.sellable.contains_key(*part)
        }
        _ => false,
    }
}
