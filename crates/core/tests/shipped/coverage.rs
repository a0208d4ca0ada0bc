//! The shipped workflows are what `docs/coverage.md` says.

use std::{collections::BTreeSet, fs};

use sluicegate_core::{
    definition::{
        Definition, DoneBy, Gate,
        form::{FieldType, Form},
    },
    key::{DeliverableKey, GateKey},
};

use super::{root, shipped};

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
