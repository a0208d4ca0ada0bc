//! What the shipped workflows refuse: contents that fill in every field and are nonsense.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]
#![expect(clippy::needless_pass_by_value, reason = "`json!` is written in place")]

#[path = "shipped_checks/evidence.rs"]
mod evidence;
#[path = "shipped_checks/launch.rs"]
mod launch;
#[path = "shipped_checks/plausible.rs"]
mod plausible;

use std::sync::LazyLock;

use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{Definition, MustMeet, env, form::FaultKind},
    expr::{Env, Expr, Limits, Outcome, Scope, Value},
};

static NPI: LazyLock<Definition> =
    LazyLock::new(|| load(include_str!("../../../workflows/npi-medtech.yaml")));
static EXPRESS: LazyLock<Definition> =
    LazyLock::new(|| load(include_str!("../../../workflows/npi-express.yaml")));
static SOFTWARE: LazyLock<Definition> =
    LazyLock::new(|| load(include_str!("../../../workflows/healthcare-software.yaml")));
static PLAN: LazyLock<Definition> =
    LazyLock::new(|| load(include_str!("../../../workflows/strategic-plan.yaml")));
const TODAY: &str = "2026-06-01";

fn load(source: &str) -> Definition {
    sluicegate_core::definition::load(source).unwrap()
}

/// The checks that a content breaks, each with its place.
fn broken(workflow: &Definition, form: &str, content: Json) -> Vec<String> {
    let faults = workflow.forms[form].complete(&content).faults;
    let checks = faults.iter().filter_map(|fault| match &fault.kind {
        FaultKind::CheckFailed { check, .. } => Some(format!("{} {check}", fault.pointer)),
        _ => None,
    });
    checks.collect()
}

/// The same in every workflow that asks for the form.
#[track_caller]
fn refused_everywhere(form: &str, content: Json, expected: &[&str]) {
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE, &*PLAN] {
        if workflow.forms.contains_key(form) {
            assert_eq!(broken(workflow, form, content.clone()), expected, "{form}");
        }
    }
}

fn eur(amount: &str) -> Json {
    json!({ "amount": amount, "currency": "EUR" })
}

fn krw(amount: &str) -> Json {
    json!({ "amount": amount, "currency": "KRW" })
}

/// What a gate says of a criterion when these contents are accepted.
fn at_gate(gate: &str, criterion: &str, contents: Json) -> Outcome {
    at_gate_of(&NPI, gate, criterion, contents)
}

fn at_gate_of(workflow: &Definition, gate: &str, criterion: &str, contents: Json) -> Outcome {
    let (key, gate) = workflow.gates.get_key_value(gate).unwrap();
    let MustMeet::Expr { expr, .. } = &gate.must[criterion] else { panic!() };
    judged(expr, &env::gate_env(workflow, key), contents)
}

fn judged(expr: &Expr, env: &Env, mut contents: Json) -> Outcome {
    contents["today"] = json!(TODAY);
    let value = |(name, ty): (&String, _)| {
        Some((name.clone(), Value::from_json(contents.get(name.as_str())?, ty)))
    };
    let scope: Scope = env.vars.iter().filter_map(value).collect();
    expr.eval(&scope, Limits::STANDARD).verdict.outcome
}

#[test]
fn a_clearance_has_its_number_and_its_dates_in_order() {
    refused_everywhere(
        "regulatory_clearance",
        json!({ "cleared": true }),
        &["/number numbered", "/cleared_on dated"],
    );
    refused_everywhere(
        "regulatory_clearance",
        json!({ "cleared": true, "number": "K1", "cleared_on": "2031-01-01",
            "valid_until": "2030-01-01" }),
        &["/valid_until in_order"],
    );
    let cleared = |on: &str| {
        let clearance = json!({ "market": "KR", "cleared": true, "cleared_on": on });
        at_gate(
            "launch_decision",
            "cleared_somewhere",
            json!({ "regulatory_clearance": [clearance] }),
        )
    };
    assert_eq!(cleared("2031-01-01"), Outcome::Fail);
    assert_eq!(cleared(TODAY), Outcome::Pass);
}

#[test]
fn an_authority_decides_after_the_filing() {
    refused_everywhere(
        "regulatory_submission",
        json!({ "status": "decided", "filed_on": "2026-12-01", "decided_on": "2026-01-01",
            "reference": "K1" }),
        &["/decided_on decided_after"],
    );
    refused_everywhere(
        "regulatory_submission",
        json!({ "status": "filed" }),
        &["/filed_on filed", "/reference referenced"],
    );
    refused_everywhere(
        "regulatory_submission",
        json!({ "status": "not_needed" }),
        &["/rationale reasoned"],
    );
    let filed = |submission: Json| {
        let submissions = json!({ "regulatory_submission": [submission] });
        at_gate("design_transfer", "filed_everywhere", submissions)
    };
    assert_eq!(filed(json!({ "status": "filed", "filed_on": "2027-01-01" })), Outcome::Fail);
    assert_eq!(filed(json!({ "status": "filed", "filed_on": TODAY })), Outcome::Pass);
    assert_eq!(filed(json!({ "status": "not_needed" })), Outcome::Pass);
}

#[test]
fn a_price_corridor_lies_above_the_cost_and_in_one_currency() {
    refused_everywhere(
        "price_corridor",
        json!({ "floor": eur("400"), "ceiling": eur("900"), "unit_cost": eur("800"),
            "parallel_trade": "low",
            "neighbours": [{ "market": "FR", "lowest": eur("100"), "cost_of_trade": eur("10") }] }),
        &["/floor above_cost", "/parallel_trade trade_seen", "/against_trade trade_kept_away"],
    );
    refused_everywhere(
        "price_corridor",
        json!({ "floor": eur("9"), "ceiling": krw("1"), "parallel_trade": "low" }),
        &["/ceiling one_currency"],
    );
    refused_everywhere(
        "price_corridor",
        json!({ "floor": eur("9"), "ceiling": eur("8"), "parallel_trade": "low" }),
        &["/ceiling in_order"],
    );
}

#[test]
fn the_deepest_discount_counts_against_the_corridor() {
    let inside = |discount: Json| {
        let price = json!({ "market": "KR", "price": eur("400"), "deepest_discount": discount });
        let price = NPI.forms["local_price"].complete(&price).content;
        let corridor = json!({ "market": "KR", "floor": eur("400"), "ceiling": eur("900") });
        let contents = json!({ "price_corridor": [corridor], "local_price": [price] });
        at_gate("launch_decision", "prices_inside", contents)
    };
    assert_eq!(inside(json!(90)), Outcome::Fail);
    assert_eq!(inside(json!(0)), Outcome::Pass);
}

#[test]
fn a_document_exists_and_an_approved_one_has_its_version() {
    let label = json!({ "kind": "label", "language": "en", "paper": false, "digital": false,
        "state": "approved" });
    refused_everywhere(
        "labelling",
        json!({ "languages": ["en"], "documents": [label] }),
        &["/documents/0/paper exists", "/documents/0/version controlled"],
    );
}

#[test]
fn a_gtin_ends_with_its_check_digit() {
    let udi = |numbers: &[&str]| {
        let item = |number: &&str| json!({ "item": "M", "level": "unit", "udi_di": number });
        let items: Vec<Json> = numbers.iter().map(item).collect();
        json!({ "asked": true, "issuer": "gs1", "database": "gudid", "registered": true,
            "items": items })
    };
    let refused = |number| refused_everywhere("udi", udi(&[number]), &["/items/0/udi_di gtin"]);
    for number in ["12345", "napkin", "06291041500214", "-629104150021", "6291041500213 "] {
        refused(number);
    }
    // GTIN-14, GTIN-13, GTIN-12 (UPC) and GTIN-8, examples of the GS1 General Specifications and
    // of what is on every shelf.
    for number in ["06291041500213", "6291041500213", "036000291452", "96385074"] {
        refused_everywhere("udi", udi(&[number]), &[]);
    }
    let twice = udi(&["96385074", "96385074"]);
    refused_everywhere("udi", twice, &["/items/0/udi_di once", "/items/1/udi_di once"]);
    let mut eudamed = udi(&["96385074"]);
    eudamed["database"] = json!("eudamed");
    refused_everywhere("udi", eudamed, &["/basic_udi_di basic"]);
    refused_everywhere("udi", json!({ "asked": false }), &["/reason reasoned"]);
}

#[test]
fn numbers_of_requirements_are_given_once_and_lead_somewhere() {
    let twice = json!({ "requirements": [{ "id": "C1" }, { "id": "C1" }] });
    let places = ["/requirements/0/id once", "/requirements/1/id once"];
    assert_eq!(broken(&NPI, "crs", twice.clone()), places);
    assert_eq!(broken(&NPI, "trs", twice.clone()), places);
    assert_eq!(broken(&EXPRESS, "requirement_changes", twice.clone()), places);
    assert_eq!(broken(&SOFTWARE, "requirements", twice), places);

    let traced = |crs: &str| {
        let contents = json!({ "crs": { "requirements": [{ "id": "C1", "priority": "must" }] },
            "trs": { "requirements": [{ "id": "T1", "crs": crs }] } });
        at_gate("specification_freeze", "traced", contents)
    };
    assert_eq!(traced("C99"), Outcome::Fail);
    assert_eq!(traced("C1"), Outcome::Pass);
    // One technical requirement may serve two.
    let both = json!({ "crs": { "requirements": [{ "id": "C1", "priority": "must" },
            { "id": "C2", "priority": "must" }] },
        "trs": { "requirements": [{ "id": "T1", "crs": "C1" }],
            "also": [{ "trs": "T1", "crs": "C2" }] } });
    assert_eq!(at_gate("specification_freeze", "must_haves_covered", both), Outcome::Pass);
}

#[test]
fn five_sessions_with_one_person_are_one_voice() {
    let session =
        |person: String, date: &str| json!({ "person": person, "site": "x", "date": date });
    let heard = |sessions: Vec<Json>, criterion: &str| {
        let contents = json!({ "voice_of_customer": { "sessions": sessions } });
        at_gate("specification_freeze", criterion, contents)
    };
    let one = (1..6).map(|day| session("A".to_owned(), &format!("2026-05-0{day}"))).collect();
    assert_eq!(heard(one, "enough_voices"), Outcome::Fail);
    let five = || (1..6).map(|who| session(who.to_string(), TODAY)).collect();
    assert_eq!(heard(five(), "enough_voices"), Outcome::Pass);
    assert_eq!(heard(five(), "voices_heard"), Outcome::Pass);
    let later = vec![session("A".to_owned(), "2031-01-01")];
    assert_eq!(heard(later, "voices_heard"), Outcome::Fail);
}

#[test]
fn a_design_is_validated_and_used_before_it_is_transferred() {
    let tests = |kinds: &[&str]| {
        let test = |kind: &&str| json!({ "kind": kind, "trace": "T1", "result": "pass" });
        json!({ "product": { "kind": "device" },
            "vv": { "tests": kinds.iter().map(test).collect::<Vec<Json>>() } })
    };
    for (criterion, kind) in [("validated", "validation"), ("usability_shown", "usability")] {
        let without = at_gate("design_transfer", criterion, tests(&["verification"]));
        assert_eq!(without, Outcome::Fail, "{criterion}");
        let with = at_gate("design_transfer", criterion, tests(&["verification", kind]));
        assert_eq!(with, Outcome::Pass, "{criterion}");
    }
}

#[test]
fn a_control_lowers_a_risk_and_what_stays_high_needs_a_benefit() {
    let hazard = json!({ "severity": 4, "probability": 1, "severity_left": 5,
        "probability_left": 5, "residual_acceptable": true });
    refused_everywhere(
        "risk_file",
        json!({ "acceptable_up_to": 6, "hazards": [hazard] }),
        &[
            "/hazards/0/severity_left less_severe",
            "/hazards/0/probability_left less_probable",
            "/hazards/0/residual_acceptable within_limit",
            "/benefit_risk weighed",
        ],
    );
    let verified = |hazard: Json| {
        let contents = json!({ "risk_file": { "hazards": [hazard] },
            "vv": { "tests": [{ "trace": "T1", "result": "pass" }] } });
        at_gate("design_transfer", "controls_verified", contents)
    };
    assert_eq!(verified(json!({ "control_kind": "design", "trace": "T1" })), Outcome::Pass);
    assert_eq!(verified(json!({ "control_kind": "design", "trace": "T2" })), Outcome::Fail);
    assert_eq!(verified(json!({ "control_kind": "design" })), Outcome::Fail);
    assert_eq!(verified(json!({ "control_kind": "information" })), Outcome::Pass);
}

#[test]
fn limits_have_an_order() {
    let limits = json!({ "limits": [{ "lower": 300, "upper": 20 }] });
    assert_eq!(broken(&NPI, "clinical_limits", limits), ["/limits/0/upper in_order"]);
}

#[test]
fn a_class_and_a_pathway_are_those_of_their_market() {
    let way = |market: &str, class: &str, pathway: &str| {
        json!({ "markets": [{ "market": market, "device_class": class, "pathway": pathway,
            "months": 6 }] })
    };
    let class = "/markets/0/device_class class_of_market";
    let market = "/markets/0/pathway pathway_of_market";
    let of_class = "/markets/0/pathway pathway_of_class";
    let exempt = "/markets/0/pathway exempt_class";
    let refused = |content, expected: &[&str]| {
        refused_everywhere("regulatory_environment", content, expected);
    };
    let european = "/markets/0/device_class european";
    let other = "/markets/0/pathway class_of_pathway";
    refused(way("US", "kr_4", "mdr_iii"), &[class, market, of_class, european]);
    refused(way("DE", "us_i", "510k"), &[class, market]);
    refused(way("KR", "eu_iii", "exempt"), &[class, exempt, european]);
    refused(way("BR", "eu_iii", "mdr_iii"), &[european]);
    refused(way("US", "us_iii", "510k"), &[other]);
    refused(way("DE", "eu_iii", "other"), &[other]);
    refused(way("DE", "eu_iib", "mdr_iia"), &[of_class]);
    for (market, class, pathway) in [
        ("US", "us_ii", "510k"),
        ("DE", "eu_is", "mdr_i"),
        ("FR", "ivd_c", "ivdr"),
        ("KR", "kr_3", "mfds_approval"),
        ("JP", "jp_2", "pmda"),
        ("CN", "cn_3", "nmpa"),
        ("GB", "gb_iia", "ukca"),
        ("GB", "eu_iia", "mdr_iia"),
    ] {
        refused(way(market, class, pathway), &[]);
    }
}

#[test]
fn the_figures_of_a_business_case_agree() {
    let year = |year: u32, profit: &str| json!({ "year": year, "revenue": eur("500"), "profit": eur(profit) });
    let case = |years: Vec<Json>| {
        json!({ "investment": eur("240"), "npv": eur("9"), "peak_sales": eur("500"), "irr": 12,
            "discount_rate": 10, "gross_margin": 60, "peak_share": 20, "payback_months": 30, "years": years })
    };
    let refused = |content, expected: &[&str]| {
        refused_everywhere("financial_opportunity", content, expected);
    };
    let plan = || vec![year(2027, "100"), year(2028, "100"), year(2029, "100")];
    refused(case(plan()), &[]);
    let never = vec![year(2027, "1"), year(2028, "1"), year(2029, "1")];
    refused(case(never), &["/payback_months breaks_even", "/npv npv_of_plan", "/irr irr_of_plan"]);
    let mut early = case(plan());
    early["payback_months"] = json!(12);
    refused(early, &["/payback_months payback"]);
    let mut poor = case(plan());
    poor["irr"] = json!(4);
    refused(poor, &["/irr value_and_return"]);
    let mut mixed = case(plan());
    mixed["npv"] = krw("9");
    mixed["peak_sales"] = krw("500");
    refused(mixed, &["/npv npv_currency", "/peak_sales peak_currency"]);
    let mut low = case(plan());
    low["peak_sales"] = eur("400");
    refused(low, &["/peak_sales peak"]);
    let mut twice = case(plan());
    twice["years"][1]["year"] = json!(2027);
    let found = broken(&NPI, "financial_opportunity", twice);
    assert!(found.contains(&"/years/1/year year_once".to_owned()), "{found:?}");
}

#[test]
fn amounts_of_one_table_are_in_one_currency() {
    let size = |market: &str, amount: Json| json!({ "market": market, "tam": amount, "sam": amount, "som": amount, "growth": 2 });
    refused_everywhere(
        "market_size",
        json!({ "markets": [size("DE", eur("5")), size("KR", krw("5"))] }),
        &["/markets one_currency"],
    );
    let month =
        |month: &str, revenue: Json| json!({ "month": month, "units": 1, "revenue": revenue });
    refused_everywhere(
        "forecast",
        json!({ "months": [month("2027-01-01", eur("5")), month("2027-02-01", krw("5"))] }),
        &["/months one_currency"],
    );
    let result =
        |market: &str, sold: Json| json!({ "market": market, "promised": sold, "sold": sold });
    for form in ["post_launch_review", "usage_review"] {
        refused_everywhere(
            form,
            json!({ "results": [result("DE", eur("5")), result("KR", krw("5"))] }),
            &["/results one_currency"],
        );
    }
}

#[test]
fn a_month_stands_once_and_as_its_first_day() {
    let month = |month: &str| json!({ "month": month, "units": 1, "revenue": eur("5") });
    let months = json!({ "months": [month("2027-01-05"), month("2027-01-25")] });
    refused_everywhere(
        "forecast",
        months,
        &["/months/0/month first_day", "/months/1/month first_day"],
    );
    let twice = json!({ "months": [month("2027-01-01"), month("2027-01-01")] });
    refused_everywhere(
        "forecast",
        twice,
        &["/months/0/month month_once", "/months/1/month month_once"],
    );
}

#[test]
fn a_conjoint_study_has_one_price_whose_lower_level_is_worth_more() {
    let attributes = || {
        json!([{ "attribute": "Price", "is_price": true },
        { "attribute": "Support", "is_price": false }])
    };
    let level =
        |attribute: &str, worth: i32| json!({ "attribute": attribute, "part_worth": worth });
    let price = |amount: &str, worth: i32| json!({ "attribute": "Price", "part_worth": worth, "price": eur(amount) });
    let study = |levels: Vec<Json>| json!({ "attributes": attributes(), "levels": levels });
    let support = || [level("Support", 0), level("Support", 1)];
    let good = [price("100", 2), price("200", 0)].into_iter().chain(support()).collect();
    assert_eq!(broken(&NPI, "conjoint", study(good)), [""; 0]);
    let turned = [price("100", 0), price("200", 2)].into_iter().chain(support()).collect();
    assert_eq!(broken(&NPI, "conjoint", study(turned)), ["/levels sign"]);
    let typo = [price("100", 2), price("200", 0), level("Suport", 1)];
    let typo = typo.into_iter().chain(support()).collect();
    assert_eq!(broken(&NPI, "conjoint", study(typo)), ["/levels/2/attribute known"]);
}

#[test]
fn only_better_for_more_money_has_a_cost_for_one_qaly() {
    let study = |cost: &str, qaly: f64| {
        let found = NPI.forms["health_economics"]
            .complete(&json!({ "extra_cost": eur(cost), "extra_qaly": qaly }));
        (found.content["quadrant"].clone(), found.content.get("icer").is_some())
    };
    assert_eq!(study("100", 0.5), (json!("trade_off"), true));
    assert_eq!(study("-100", 0.5), (json!("dominant"), false));
    assert_eq!(study("100", -0.5), (json!("dominated"), false));
    assert_eq!(study("-100", -0.5), (json!("saves_for_less"), false));
}

#[test]
fn analyses_have_all_their_parts() {
    let same = |table: &str, column: &str, value: &str, count: usize| json!({ table: vec![json!({ column: value, "weight": 1, "level": 1 }); count] });
    let swot = same("points", "kind", "strength", 4);
    assert_eq!(broken(&NPI, "swot", swot), ["/points all_kinds"]);
    let pest = same("pest", "field", "social", 4);
    assert_eq!(broken(&NPI, "market_forces", pest), ["/pest all_fields"]);
    let forces = same("forces", "force", "rivalry", 5);
    assert_eq!(broken(&NPI, "market_forces", forces), ["/forces all_forces"]);
}

#[test]
fn a_funnel_narrows() {
    let source = json!({ "captured": 10, "qualified": 50, "accepted": 80, "won": 200 });
    let places =
        ["/sources/0/qualified qualified", "/sources/0/accepted accepted", "/sources/0/won won"];
    assert_eq!(broken(&NPI, "leads", json!({ "sources": [source] })), places);
    refused_everywhere(
        "campaigns",
        json!({ "campaigns": [{ "start": "2027-02-01", "end": "2027-01-01", "reached": 100,
            "leads": 5000, "qualified": 6000 }] }),
        &[
            "/campaigns/0/end in_order",
            "/campaigns/0/leads leads",
            "/campaigns/0/qualified qualified",
        ],
    );
    let offer = json!({ "promotions": [{ "from": "2027-01-01", "until": "2026-01-01" }] });
    assert_eq!(broken(&NPI, "brand_plan", offer), ["/promotions/0/until in_order"]);
}

#[test]
fn a_pilot_lies_in_a_market_and_has_cases() {
    let site = |market: &str, started: &str| {
        let sites = json!({ "sites": [{ "market": market, "started": started }] });
        let contents = json!({ "pilot_sites": sites, "markets": [{ "key": "KR" }] });
        at_gate("design_transfer", "pilots_in_markets", contents)
    };
    assert_eq!(site("KR", TODAY), Outcome::Pass);
    assert_eq!(site("US", TODAY), Outcome::Fail);
    assert_eq!(site("KR", "2040-01-01"), Outcome::Fail);
    refused_everywhere(
        "pilot_sites",
        json!({ "sites": [{ "cases": 0 }], "problem_solved": true }),
        &["/problem_solved shown"],
    );
}

#[test]
fn a_process_that_yields_nothing_and_an_open_barrier_do_not_launch() {
    refused_everywhere(
        "production_readiness",
        json!({ "process_validated": true, "first_pass_yield": 0, "unit_cost": eur("0") }),
        &["/first_pass_yield yields", "/unit_cost costs"],
    );
    let packaging = json!({ "transport_tested": true, "sterile_barrier_validated": false });
    let contents = json!({ "packaging": packaging });
    assert_eq!(at_gate("launch_decision", "packaging_holds", contents), Outcome::Fail);
}

#[test]
fn software_proves_what_it_claims() {
    let result = |measure: &str, target: f64, result: f64| {
        json!({ "results": [{ "measure": measure, "target": target, "result": result,
            "lower": 0.1, "reached": true }] })
    };
    let refused = |content| broken(&SOFTWARE, "performance", content);
    assert_eq!(refused(result("auc", 0.9, 0.8)), ["/results/0/reached reached"]);
    assert_eq!(refused(result("error", 0.9, 0.8)), [""; 0]);
    let suites = json!({ "suites": [{ "tests": 3, "passed": 4 }] });
    assert_eq!(broken(&SOFTWARE, "verification", suites), ["/suites/0/passed passed"]);
    let privacy = json!({ "leaves_country": true });
    assert_eq!(broken(&SOFTWARE, "privacy", privacy), ["/transfer_basis transfer"]);
}

#[test]
fn a_plan_counts_each_year_once_and_in_one_currency() {
    let row = |year: u32, revenue: Json| {
        json!({ "product": "A", "segment": "B", "year": year, "revenue": revenue,
            "investment": eur("1"), "margin": 10 })
    };
    let plan = |rows: Json| broken(&PLAN, "long_term_plan", json!({ "rows": rows }));
    assert_eq!(plan(json!([row(2027, eur("1")), row(2028, eur("1"))])), [""; 0]);
    assert_eq!(plan(json!([row(2027, eur("1")), row(2027, eur("1"))])), ["/rows once"]);
    assert_eq!(plan(json!([row(2027, eur("1")), row(2028, krw("1"))])), ["/rows one_currency"]);
}

/// Whether a signal holds when these contents are accepted.
fn signals(definition: &Definition, signal: &str, contents: Json) -> Outcome {
    let (last, _) = definition.gates.last().unwrap();
    let types = env::gate_env(definition, last).vars;
    let value = |(name, ty): (&String, _)| {
        Some((name.clone(), Value::from_json(contents.get(name.as_str())?, ty)))
    };
    let scope: Scope = types.iter().filter_map(value).collect();
    definition.signals[signal].when.eval(&scope, Limits::STANDARD).verdict.outcome
}

#[test]
fn a_market_that_falls_back_or_is_too_cheap_is_told_of() {
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE] {
        let fallen = |sellable: bool| {
            let market = json!({ "key": "KR", "handed_over": true, "sellable": sellable });
            signals(workflow, "no_longer_sellable", json!({ "markets": [market] }))
        };
        assert_eq!((fallen(false), fallen(true)), (Outcome::Pass, Outcome::Fail));
        let named = |key: &str| {
            let market = json!({ "key": key, "handed_over": false, "sellable": false });
            signals(workflow, "market_unnamed", json!({ "markets": [market] }))
        };
        assert_eq!((named("USA"), named("US")), (Outcome::Pass, Outcome::Fail));
        let cheap = |net: &str| {
            let (de, fr) = (eur("130"), eur(net));
            let de = json!({ "market": "DE", "price": eur("140"), "lowest_net": de });
            let fr = json!({ "market": "FR", "price": eur("140"), "lowest_net": fr });
            signals(workflow, "cheap_market", json!({ "local_price": [de, fr] }))
        };
        assert_eq!((cheap("100"), cheap("110")), (Outcome::Pass, Outcome::Fail));
    }
}

/// Readers hand these in, one after the other.
#[test]
fn the_contents_of_the_tutorial_fit_their_forms() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/tutorial");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let key = name.split('@').next().unwrap();
        let form = if key.starts_with("interim") { "interim_review" } else { key };
        let file: Json = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let faults = NPI.forms[form].complete(&file["content"]).faults;
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}
