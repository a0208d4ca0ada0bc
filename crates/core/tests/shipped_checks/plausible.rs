//! Figures and records that cannot be true, though each field by itself may be.

use serde_json::{Value as Json, json};
use sluicegate_core::expr::Outcome::{Fail, Pass};

use super::{EXPRESS, NPI, SOFTWARE, at_gate, at_gate_of, broken, eur, krw, refused_everywhere};

#[test]
fn a_value_is_not_more_than_its_plan_gives() {
    let case = |npv: &str, irr: u32, margin: u32, profit: &str| {
        let year = |year: u32| json!({ "year": year, "share": 5, "revenue": eur("100"), "profit": eur(profit) });
        json!({ "investment": eur("100"), "npv": eur(npv), "peak_sales": eur("100"), "irr": irr,
            "discount_rate": 10, "gross_margin": margin, "peak_share": 5, "payback_months": 36,
            "years": [year(2027), year(2028), year(2029)] })
    };
    let refused = |content, expected: &[&str]| {
        refused_everywhere("financial_opportunity", content, expected);
    };
    refused(case("20", 30, 60, "50"), &[]);
    refused(case("900000000", 30, 60, "50"), &["/npv npv_of_plan"]);
    refused(case("20", 400, 60, "50"), &["/irr irr_of_plan"]);
    refused(case("20", 30, 5, "50"), &["/gross_margin profit_of_margin"]);
    let of_revenue: Vec<String> =
        (0..3).map(|row| format!("/years/{row}/profit profit_of_revenue")).collect();
    let mut expected: Vec<&str> = of_revenue.iter().map(String::as_str).collect();
    expected.push("/gross_margin profit_of_margin");
    refused(case("20", 30, 60, "300"), &expected);
    let mut share = case("20", 30, 60, "50");
    share["peak_share"] = json!(1);
    let found = broken(&NPI, "financial_opportunity", share);
    assert_eq!(found[0], "/years/0/share share_of_peak");
}

#[test]
fn a_risk_that_stays_high_is_answered_for() {
    let file = |limit: u32, left: u32, control: &str, benefit: &str| {
        let mut hazard = json!({ "severity": 5, "probability": 5, "severity_left": 5,
            "probability_left": left, "control": control, "residual_acceptable": true });
        if !benefit.is_empty() {
            hazard["benefit"] = json!(benefit);
        }
        json!({ "acceptable_up_to": limit, "hazards": [hazard], "benefit_outweighs_risk": true })
    };
    let refused = |content, expected: &[&str]| refused_everywhere("risk_file", content, expected);
    let (limit, left) = ("/hazards/0/residual_acceptable within_limit", "/benefit_risk weighed");
    let none = "/hazards/0/control controlled";
    refused(file(9, 5, "none", ""), &[limit, none, "/hazards/0/control a_control", left]);
    refused(file(9, 1, "Double seal", ""), &[]);
    refused(file(9, 3, "Double seal", "No other therapy"), &[left]);
    let mut weighed = file(9, 3, "Double seal", "No other therapy");
    weighed["benefit_risk"] = json!("Without it four of five patients die within the year.");
    refused(weighed, &[]);
    // The author does not set the limit above which a risk has to be answered for.
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE] {
        let faults = workflow.forms["risk_file"].complete(&file(25, 1, "Double seal", "")).faults;
        assert!(faults.iter().any(|fault| fault.pointer == "/acceptable_up_to"), "{faults:?}");
    }
}

#[test]
fn the_figures_of_a_market_are_of_years_that_have_come() {
    for (workflow, gate) in [
        (&*NPI, "business_case"),
        (&*EXPRESS, "business_case"),
        (&*SOFTWARE, "problem_worth_solving"),
    ] {
        let at = |year: u32| {
            at_gate_of(workflow, gate, "sizes_of_today", json!({ "market_size": { "year": year } }))
        };
        assert_eq!((at(2099), at(2026)), (Fail, Pass));
        let grows = json!({ "markets": [{ "market": "US", "growth": 4000 }] });
        let faults = workflow.forms["market_size"].complete(&grows).faults;
        assert!(faults.iter().any(|fault| fault.pointer == "/markets/0/growth"), "{faults:?}");
    }
}

#[test]
fn prices_fall_from_year_to_year_in_one_currency() {
    let outlook = |rows: &[(u32, Json)]| {
        let row = |(year, price): &(u32, Json)| json!({ "year": year, "market_price": price });
        broken(&NPI, "price_outlook", json!({ "erosion": rows.iter().map(row).collect::<Json>() }))
    };
    let (first, second, third) = (eur("10"), eur("9"), eur("8"));
    let rows = [(2027, first.clone()), (2028, second.clone()), (2029, third.clone())];
    assert_eq!(outlook(&rows), [""; 0]);
    let turned = [(2029, first.clone()), (2028, second.clone()), (2027, third)];
    assert_eq!(outlook(&turned), ["/erosion years_in_order"]);
    let mixed = [(2027, first), (2028, second), (2029, krw("9"))];
    assert_eq!(outlook(&mixed), ["/erosion prices_compare"]);
}

#[test]
fn codes_are_those_of_their_market_and_a_gap_has_a_plan() {
    let codes = |market: &str, system: &str, payment: &str, plan: Option<&str>| {
        let mut code = json!({ "market": market, "system": system, "code": "1", "covers": "x",
            "payment": eur(payment), "cost": eur("900") });
        if let Some(plan) = plan {
            code["plan"] = json!(plan);
        }
        json!({ "procedure_code_exists": true, "codes": [code] })
    };
    let refused =
        |content, expected: &[&str]| refused_everywhere("reimbursement", content, expected);
    let system = "/codes/0/system system_of_market";
    refused(codes("US", "hrg", "900", None), &[system]);
    refused(codes("DE", "cpt", "900", None), &[system]);
    refused(codes("DE", "drg", "900", None), &[]);
    refused(codes("DE", "drg", "100", None), &["/codes/0/plan gap_closed"]);
    refused(codes("DE", "drg", "100", Some("NUB application")), &[]);
}

#[test]
fn somebody_has_the_market_today() {
    let landscape = |share: u32| json!({ "competitors": [{ "name": "Alpha", "share": share }] });
    refused_everywhere("competitive_landscape", landscape(0), &["/competitors somebody_sells"]);
    refused_everywhere("competitive_landscape", landscape(5), &[]);
}

#[test]
fn an_inspection_and_a_review_are_held_before_they_are_closed() {
    let finding = json!({ "findings": [{ "grade": "critical", "closed": true }] });
    assert_eq!(broken(&NPI, "inspections", finding), ["/findings/0/answered_on answered"]);
    let held = |status: &str| {
        let rows = json!([{ "status": status, "date": "2031-01-01" }]);
        let contents = json!({ "inspections": { "inspections": rows } });
        at_gate("launch_decision", "inspections_held", contents)
    };
    assert_eq!((held("closed"), held("expected")), (Fail, Pass));
    let review = |kind: &str, date: &str| json!({ "review": kind, "date": date });
    let npi = |rows: Json| {
        let contents = json!({ "design_reviews": { "reviews": rows } });
        at_gate("design_transfer", "reviews_held", contents)
    };
    let (input, last) = (review("input", "2026-01-01"), review("final", "2026-05-01"));
    assert_eq!(npi(json!([review("final", "2035-01-01")])), Fail);
    assert_eq!(npi(json!([last])), Fail);
    assert_eq!(npi(json!([input, review("final", "2035-01-01")])), Fail);
    assert_eq!(npi(json!([input, last])), Pass);
    let express = |date: &str| {
        let contents = json!({ "design_reviews": { "reviews": [review("final", date)] } });
        at_gate_of(&EXPRESS, "design_transfer", "reviews_held", contents)
    };
    assert_eq!((express("2035-01-01"), express("2026-05-01")), (Fail, Pass));
}

#[test]
fn a_major_change_is_discussed_with_its_supplier() {
    let change = json!({ "supplier": "Alpha", "impact": "major" });
    let met = json!([{ "supplier": "Alpha" }]);
    let refused =
        |content, expected: &[&str]| refused_everywhere("supplier_changes", content, expected);
    refused(json!({ "changes": [change] }), &["/changes/0/met_on met"]);
    refused(json!({ "changes": [change], "meetings": met }), &[]);
    refused(json!({ "changes": [{ "supplier": "Alpha", "impact": "minor" }] }), &[]);
}

#[test]
fn what_is_spent_and_earned_in_the_field_has_its_reasons() {
    let corridor = json!({ "floor": eur("10"), "ceiling": eur("20"), "parallel_trade": "high" });
    refused_everywhere("price_corridor", corridor, &["/against_trade danger_answered"]);
    let campaign = |cost: &str, result: Json| {
        let mut row = json!({ "cost": eur(cost), "budget": eur("100") });
        if !result.is_null() {
            row["result"] = result;
        }
        json!({ "campaigns": [row] })
    };
    let overspent = "/campaigns/0/result overspent";
    refused_everywhere("campaigns", campaign("150", Json::Null), &[overspent]);
    refused_everywhere("campaigns", campaign("150", json!("Twice the leads")), &[]);
    let far = campaign("500000000", json!("x"));
    refused_everywhere("campaigns", far, &["/campaigns/0/cost budget_kept"]);
    let month = json!({ "month": "2026-07-01", "units": 0, "revenue": eur("10000000") });
    refused_everywhere("forecast", json!({ "months": [month] }), &["/months/0/units sold_for"]);
    let team = json!({ "teams": [{ "sellers": 0, "bonus": 900 }] });
    let faults = NPI.forms["sales_agreement"].complete(&team).faults;
    for pointer in ["/teams/0/sellers", "/teams/0/bonus"] {
        assert!(faults.iter().any(|fault| fault.pointer == pointer), "{pointer}: {faults:?}");
    }
}

#[test]
fn content_is_approved_before_it_is_shown_and_a_field_day_has_two_people() {
    let piece = json!({ "claims_approved": false, "views": 1, "leads": 99 });
    assert_eq!(
        broken(&NPI, "content", json!({ "pieces": [piece] })),
        ["/pieces/0/leads leads", "/pieces/0/claims_approved approved_first"]
    );
    let source = json!({ "captured": 9, "qualified": 8, "accepted": 2, "won": 5 });
    assert_eq!(broken(&NPI, "leads", json!({ "sources": [source] })), ["/sources/0/won won"]);
    let day = json!({ "date": "1926-01-01", "marketer": "Kim", "seller": "Kim" });
    let days = json!({ "days": [day] });
    assert_eq!(broken(&NPI, "field_days", days.clone()), ["/days/0/seller two_people"]);
    let faults = NPI.forms["field_days"].complete(&days).faults;
    assert!(faults.iter().any(|fault| fault.pointer == "/days/0/date"), "{faults:?}");
}

#[test]
fn a_payer_decides_on_a_day_and_in_its_own_market() {
    let granted = json!({ "body": "nice", "status": "granted", "filed_on": "2026-01-01" });
    assert_eq!(broken(&NPI, "payer_submission", granted), ["/decided_on decided"]);
    let asked = |body: &str, market: &str| {
        let rows = json!([{ "market": market, "body": body }]);
        at_gate("launch_decision", "payers_of_market", json!({ "payer_submission": rows }))
    };
    assert_eq!((asked("nice", "US"), asked("nice", "GB")), (Fail, Pass));
    assert_eq!((asked("hira", "DE"), asked("private", "DE")), (Fail, Pass));
}
