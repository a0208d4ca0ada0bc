//! The shipped workflows load without a word, speak Korean, and are what `docs/coverage.md` says.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value as Json;
use sluicegate_core::{
    definition::{Definition, DoneBy, Gate, MustMeet, Required, env, form::FieldType, form::Form},
    expr::{Limits, Outcome, Value},
    key::{DeliverableKey, GateKey},
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
    assert!(shipped().contains_key("npi-medtech"));
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

/// What happens on the way of a device, in the order of the page.
const ACTIVITIES: [(&str, &[&str]); 4] = [
    (
        "Strategic activities",
        &[
            "same data points for every product",
            "segmentation and positioning",
            "gap analysis",
            "technology roadmap",
            "skills gap",
            "make, hire, buy or merge",
            "competitor analysis",
            "PEST",
            "SWOT",
            "Boston matrix",
            "five forces",
            "balanced scorecard",
            "price erosion",
            "conjoint",
            "price corridor",
            "customer behaviour map",
            "government funding",
            "orphan products",
            "payment by results",
            "KOL development",
            "NICE-type submission",
            "health economics",
            "cost in use",
            "whole-life cost",
            "adoption cost",
            "HRG, DRG or CPT code",
            "plan against result",
            "feedback into the plan",
        ],
    ),
    (
        "Upstream activities",
        &[
            "idea intake",
            "new-product-development reviews",
            "CRS agreed with customers",
            "TRS agreed with R&D",
            "customer product review groups",
            "supplier meetings",
            "launch stock",
            "translation, manuals, QRG, IFU",
            "packaging and waste",
            "demand planning with manufacturing",
            "inspections",
            "CE marking",
            "personas",
            "use cases",
            "features",
            "functions",
            "competitive roadmap",
            "product-market fit",
            "problem worth solving",
            "best solution",
            "audience segment of the next year",
            "price and edge",
        ],
    ),
    (
        "Downstream activities",
        &[
            "web, e-mail and social",
            "CRM campaigns",
            "copy and literature",
            "agencies",
            "exhibitions and conferences",
            "training manuals and courses",
            "regular forecasts",
            "local price",
            "sales time, focus and compensation",
            "tenders and contracts",
            "service and warranty",
            "local competitor analysis",
            "local PEST",
            "local SWOT",
            "messages for each audience",
            "content over channels",
            "leads captured",
            "sales enablement",
            "brand",
            "promotions and offers",
        ],
    ),
    (
        "Across the line",
        &[
            "what worked",
            "what did not",
            "better next time",
            "market feedback",
            "field days",
            "content that nobody can use",
            "shared accountability",
            "promise against result",
        ],
    ),
];

#[test]
fn every_activity_has_a_home_on_the_coverage_page() {
    let page = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    for (section, activities) in ACTIVITIES {
        let (_, rest) = page.split_once(&format!("## {section}\n")).unwrap();
        let table = rest.split("\n## ").next().unwrap();
        let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
        assert_eq!(rows.len(), activities.len(), "{section}: a row for each activity");
        for (row, activity) in rows.iter().zip(activities) {
            let mut cells = row.split('|').skip(1);
            assert!(cells.next().unwrap().contains(activity), "{section}: {activity} in {row}");
            assert!(cells.next().unwrap().contains('`'), "{section}: {activity} has no place");
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
        || match (*name, parts) {
            ("measures", [key]) => definition.measures.contains_key(*key),
            ("signals", [key]) => definition.signals.contains_key(*key),
            _ => false,
        }
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
