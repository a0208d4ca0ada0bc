//! The shipped workflows load without a word, speak Korean, and are what the pages say of them.

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
        Definition, Gate, MustMeet, Required, Seat, Target, env,
        form::{Field, FieldType, Form},
    },
    expr::{Expr, Limits, Outcome, Reason, Value},
    key::{FieldKey, GateKey, StageKey},
};

#[path = "shipped/coverage.rs"]
mod coverage;

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

/// As many rows as the table may have, the last number first: who looks for the first looks long.
fn longest(form: &Form, table: &str, row: impl Fn(u32) -> Json) -> Json {
    let FieldType::Table { max, .. } = form.fields[table].kind else { panic!() };
    let rows: Vec<Json> = (0..max).rev().map(row).collect();
    serde_json::json!({ table: rows })
}

#[track_caller]
fn passes_at_the_limit(gate: &str, criterion: &str, contents: &[(&str, Json)]) {
    let definition = npi();
    let (key, gate) = definition.gates.get_key_value(gate).unwrap();
    let MustMeet::Expr { expr, .. } = &gate.must[criterion] else { panic!() };
    let types = env::gate_env(&definition, key);
    let value = |(name, json): &(&str, Json)| {
        ((*name).to_owned(), Value::from_json(json, &types.vars[*name]))
    };
    let scope = contents.iter().map(value).collect();
    let verdict = expr.eval(&scope, Limits::STANDARD).verdict;
    assert_eq!(verdict.outcome, Outcome::Pass, "{:?}", verdict.why);
}

#[test]
fn tracing_the_longest_specifications_stays_within_the_limits() {
    let forms = npi().forms;
    let must = |n: u32| serde_json::json!({ "id": format!("C{n}"), "priority": "must" });
    let crs = longest(&forms["crs"], "requirements", must);
    let trs = longest(
        &forms["trs"],
        "requirements",
        |n| serde_json::json!({ "id": format!("T{n}"), "crs": format!("C{n}") }),
    );
    let vv = longest(
        &forms["vv"],
        "tests",
        |n| serde_json::json!({ "trace": format!("T{n}"), "result": "pass" }),
    );
    let specified = [("crs", crs), ("trs", trs.clone())];
    passes_at_the_limit("specification_freeze", "must_haves_covered", &specified);
    passes_at_the_limit("design_transfer", "everything_verified", &[("trs", trs), ("vv", vv)]);
}

/// What the guards ask for, when this is on the card and nothing has been handed in.
fn asked_by(card: &Json) -> Vec<String> {
    let definition = npi();
    let asked = definition.deliverables.iter().filter(|(_, deliverable)| {
        let Required::When(guard) = &deliverable.required else { return false };
        let types = env::stage_env(&definition, &deliverable.stage).vars;
        let nothing = serde_json::json!({});
        let value = |(name, ty)| {
            let json = if name == "product" { card } else { &nothing };
            (String::clone(name), Value::from_json(json, ty))
        };
        let scope = types.iter().map(value).collect();
        guard.eval(&scope, Limits::STANDARD).verdict.outcome == Outcome::Pass
    });
    asked.map(|(key, _)| key.to_string()).collect()
}

#[test]
fn the_card_says_what_is_owed() {
    let card = |more: Json| {
        let mut card = serde_json::json!({ "kind": "device", "novelty": "line_extension" });
        card.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asked_by(&card)
    };
    let least = card(serde_json::json!({}));
    assert_eq!(least, ["supplier_changes", "production_readiness", "launch_stock", "packaging"]);
    let adds = |more: Json| -> Vec<String> {
        card(more).into_iter().filter(|asked| !least.contains(asked)).collect()
    };
    assert_eq!(adds(serde_json::json!({ "serviced": true })), ["service_policy"]);
    assert_eq!(adds(serde_json::json!({ "serviced": false })), [""; 0]);
    assert_eq!(adds(serde_json::json!({ "tendered": true })), ["tenders"]);
    assert_eq!(adds(serde_json::json!({ "risk_class": "high" })), ["inspections"]);
    assert_eq!(
        adds(serde_json::json!({ "novelty": "new_to_company" })),
        ["use_cases", "pilot_sites"]
    );
    let great = [
        "swot",
        "market_forces",
        "gap_analysis",
        "price_outlook",
        "product_fit",
        "technology_roadmap",
        "local_market",
        "brand_plan",
        "sales_agreement",
    ];
    for more in ["novelty", "budget"] {
        let value = if more == "budget" { "large" } else { "new_to_world" };
        let added = adds(serde_json::json!({ more: value }));
        assert!(great.iter().all(|it| added.iter().any(|key| key == it)), "{more}: {added:?}");
    }
    assert!(adds(serde_json::json!({ "budget": "medium" })).is_empty());
}

/// Rows name each other by their number, so that what is looked for is found half-way on average;
/// so half of the steps must do.
#[test]
fn the_fullest_forms_stay_within_the_limits() {
    let limits = Limits { steps: Limits::STANDARD.steps / 2, ..Limits::STANDARD };
    let is_long = |expr: &Expr, scope: &BTreeMap<String, Value>| {
        let why = expr.eval(scope, limits).verdict.why.map(|why| why.reason);
        matches!(why, Some(Reason::TooManySteps { .. }))
    };
    for (name, definition) in shipped() {
        let card = fullest(&definition.card);
        let full: BTreeMap<&str, Json> = definition
            .deliverables
            .iter()
            .filter_map(|(key, rule)| Some((key, rule.per_market, definition.form_of(rule)?)))
            .map(|(key, per_market, form)| {
                let one = fullest(form);
                (key.as_str(), if per_market { vec![one; 3].into() } else { one })
            })
            .chain([("product", card)])
            .collect();
        let scope = |gate: &GateKey| {
            let types = env::gate_env(&definition, gate).vars;
            let value = |(name, ty): (&String, _)| {
                let json = full.get(name.as_str())?;
                Some((name.clone(), Value::from_json(json, ty)))
            };
            types.iter().filter_map(value).collect::<BTreeMap<String, Value>>()
        };
        for (key, gate) in &definition.gates {
            let scope = scope(key);
            for (criterion, must) in &gate.must {
                let MustMeet::Expr { expr, .. } = must else { continue };
                assert!(
                    !is_long(expr, &scope),
                    "{name}: {key}.{criterion} is too long for full forms"
                );
            }
        }
        let (last, _) = definition.gates.last().unwrap();
        let scope = scope(last);
        let measures = definition.measures.iter().map(|(key, it)| (key.as_str(), &it.value));
        let signals = definition.signals.iter().map(|(key, it)| (key.as_str(), &it.when));
        for (key, expr) in measures.chain(signals) {
            assert!(!is_long(expr, &scope), "{name}: {key} is too long for full forms");
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

/// The data points by which a portfolio is compared.
#[test]
fn every_product_is_measured_by_what_it_may_earn_and_what_it_earned() {
    let workflows = shipped();
    for name in ["npi-medtech", "npi-express", "healthcare-software"] {
        for key in ["market", "hhi", "npv", "irr", "payback", "days_to_launch", "markets_ready"]
            .into_iter()
            .chain(["promised", "attained"])
        {
            assert!(workflows[name].measures.contains_key(key), "{name} does not measure {key}");
        }
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
            assert!(other.forms.contains_key(key), "{name} has no form {key}");
        }
        for (key, form) in &other.forms {
            let Some(shared) = npi.forms.get(key) else { continue };
            same_kinds(&shared.fields, &form.fields, &format!("{name}: {key}"));
        }
        for (key, measure) in &other.measures {
            let Some(shared) = npi.measures.get(key) else { continue };
            let named = (&measure.title, &measure.unit, measure.value.ty());
            let at = format!("{name}: measure {key}");
            assert_eq!((&shared.title, &shared.unit, shared.value.ty()), named, "{at}");
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
