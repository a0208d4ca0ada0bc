//! What is not ready for the market, though every field is filled in.

use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{Definition, env},
    expr::Outcome::{self, Fail, Pass, Unknown},
};

use super::{EXPRESS, NPI, SOFTWARE, at_gate, at_gate_of, broken, eur, judged, refused_everywhere};

/// What a condition of the sale says of a market when these contents are accepted for it.
fn sells(workflow: &Definition, check: &str, market: &str, mut contents: Json) -> Outcome {
    contents["market"] = json!(market);
    if contents.get("product").is_none() {
        contents["product"] = json!({ "kind": "device", "regulated": true });
    }
    let handover = workflow.handover.as_ref().unwrap();
    judged(&handover.sellable[check].expr, &env::sellable_env(workflow), contents)
}

fn markets(keys: &[&str]) -> Json {
    let market = |key: &&str| json!({ "key": key, "sellable": true, "handed_over": true });
    keys.iter().map(market).collect()
}

#[test]
fn a_market_whose_law_asks_for_a_udi_is_not_sold_without_one() {
    let none = |market: &str, status: &str| {
        json!({ "udi": { "asked": false, "reason": "we do not want to" },
            "regulatory_submission": { "market": market, "status": status } })
    };
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE] {
        for market in ["US", "KR", "DE", "NO", "CN"] {
            assert_eq!(sells(workflow, "udi_asked", market, none(market, "filed")), Fail);
        }
        assert_eq!(sells(workflow, "udi_asked", "ZA", none("ZA", "filed")), Pass);
        let asked = json!({ "udi": { "asked": true } });
        assert_eq!(sells(workflow, "udi_asked", "US", asked), Pass);
    }
    // 21 CFR 801.30: some of class I are exempt.
    assert_eq!(sells(&NPI, "udi_asked", "US", none("US", "not_needed")), Pass);
}

#[test]
fn a_udi_is_registered_in_the_database_of_its_market() {
    let listed = |database: &str| json!({ "udi": { "asked": true, "database": database } });
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE] {
        let at = |market: &str, database: &str| {
            sells(workflow, "udi_database", market, listed(database))
        };
        assert_eq!((at("DE", "gudid"), at("US", "gudid")), (Fail, Pass));
        assert_eq!((at("KR", "other"), at("KR", "imdis")), (Fail, Pass));
        assert_eq!((at("US", "eudamed"), at("DE", "eudamed")), (Fail, Pass));
    }
    let udi = |number: &str, basic: &str| {
        json!({ "asked": true, "issuer": "gs1", "database": "eudamed", "registered": true,
            "basic_udi_di": basic,
            "items": [{ "item": "x", "level": "unit", "udi_di": number }] })
    };
    refused_everywhere("udi", udi("00000000", "++G123AB"), &["/items/0/udi_di gtin"]);
    let faults = NPI.forms["udi"].complete(&udi("06291041500213", "x")).faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
}

#[test]
fn training_that_lies_ahead_has_trained_nobody() {
    let training = |date: &str| {
        let course = |audience: &str, date: &str| json!({ "course": "x", "audience": audience, "trained": 5, "date": date });
        let courses = [course("sales", "2026-05-01"), course("customers", date)];
        json!({ "training": { "sales_ready": true, "customers_ready": true, "courses": courses } })
    };
    for workflow in [&*NPI, &*EXPRESS, &*SOFTWARE] {
        assert_eq!(sells(workflow, "training", "DE", training("2040-01-01")), Fail);
        assert_eq!(sells(workflow, "training", "DE", training("2026-06-01")), Pass);
    }
}

#[test]
fn stock_lasts_by_the_demand_after_the_clearance() {
    let stock = |months: &[(&str, u32)]| {
        let row = |(month, units): &(&str, u32)| json!({ "month": month, "units": units });
        let demand: Json = months.iter().map(row).collect();
        json!({ "launch_stock": { "units_in_stock": 20, "demand": demand },
            "regulatory_clearance": { "cleared_on": "2026-05-10" } })
    };
    let sells = |workflow, months: &[(&str, u32)]| sells(workflow, "stock", "DE", stock(months));
    // What was asked for in 1999 says nothing of this year.
    assert_eq!(sells(&NPI, &[("1999-01-01", 1)]), Unknown);
    assert_eq!(sells(&NPI, &[("1999-01-01", 1), ("2026-07-01", 40)]), Fail);
    assert_eq!(sells(&NPI, &[("2026-05-01", 10), ("2026-07-01", 10)]), Pass);
    assert_eq!(sells(&EXPRESS, &[("2026-05-01", 20)]), Pass);
    assert_eq!(sells(&EXPRESS, &[("2026-05-01", 21)]), Fail);
    let nothing = json!({ "units_in_stock": 3, "agreed": true,
        "demand": [{ "month": "2026-07-01", "units": 0, "committed": 0 }] });
    refused_everywhere("launch_stock", nothing, &["/demand some_demand"]);
}

#[test]
fn a_launch_is_planned_for_its_markets_and_for_days_to_come() {
    for workflow in [&*NPI, &*SOFTWARE] {
        let at = |criterion: &str, mut contents: Json| {
            contents["markets"] = markets(&["US", "DE"]);
            let cleared = |market: &str| json!({ "market": market, "cleared_on": "2026-05-01" });
            contents["regulatory_clearance"] = json!([cleared("US"), cleared("DE")]);
            at_gate_of(workflow, "launch_decision", criterion, contents)
        };
        let dated = |market: &str, date: &str| {
            let dates = json!([{ "market": market, "date": date }]);
            at("dates_ahead", json!({ "launch_type": { "type": "full", "dates": dates } }))
        };
        assert_eq!((dated("US", "1990-01-01"), dated("ZZ", "2026-09-01")), (Fail, Fail));
        assert_eq!(dated("DE", "2026-09-01"), Pass);
        let goal = |by: &str| {
            at("goals_ahead", json!({ "go_to_market": { "objectives": [{ "by": by }] } }))
        };
        assert_eq!((goal("1999-01-01"), goal("2026-12-31")), (Fail, Pass));
        let activity = |market: &str| {
            let rows = json!([{ "market": market }]);
            at("plan_in_markets", json!({ "downstream_plan": { "activities": rows } }))
        };
        assert_eq!((activity("ZZ"), activity("US")), (Fail, Pass));
        let unfunded = json!({ "message": "x", "budget": eur("0") });
        assert_eq!(broken(workflow, "go_to_market", unfunded), ["/budget funded"]);
    }
}

#[test]
fn every_market_that_is_named_is_one_of_the_products() {
    let at = |mut contents: Json| {
        contents["markets"] = markets(&["US"]);
        at_gate("launch_decision", "named_markets", contents)
    };
    assert_eq!(at(json!({})), Pass);
    for market in ["US", "ZZ"] {
        let expected = if market == "US" { Pass } else { Fail };
        let row = json!([{ "market": market }]);
        for (form, table) in [
            ("packaging", "schemes"),
            ("brand_plan", "trademarks"),
            ("brand_plan", "promotions"),
            ("service_policy", "levels"),
            ("kol_plan", "leaders"),
        ] {
            assert_eq!(at(json!({ form: { table: row } })), expected, "{form}.{table}");
        }
    }
    let results = |market: &str| {
        let rows = json!([{ "market": "US" }, { "market": market }]);
        json!({ "markets": markets(&["US", "DE"]), "post_launch_review": { "results": rows } })
    };
    for workflow in [&*NPI, &*EXPRESS] {
        let at = |market: &str| {
            at_gate_of(workflow, "post_launch", "results_of_every_market", results(market))
        };
        assert_eq!((at("DE"), at("ZZ")), (Pass, Fail));
    }
    let moved = |market: &str| {
        let rows = json!([{ "market": market }]);
        let contents = json!({ "markets": markets(&["US"]), "transition": { "markets": rows } });
        at_gate_of(&EXPRESS, "launch_decision", "named_markets", contents)
    };
    assert_eq!((moved("US"), moved("ZZ")), (Pass, Fail));
}

#[test]
fn production_can_make_what_the_markets_ask_for() {
    for workflow in [&*NPI, &*EXPRESS] {
        let at = |criterion: &str, capacity: u32, month: &str| {
            let demand = json!([{ "month": month, "units": 40 }]);
            let stock = |market: &str| json!({ "market": market, "demand": demand });
            let contents = json!({ "launch_stock": [stock("US"), stock("DE")],
                "production_readiness": { "capacity_per_month": capacity } });
            at_gate_of(workflow, "launch_decision", criterion, contents)
        };
        assert_eq!(at("capacity_enough", 1, "2026-07-01"), Fail);
        assert_eq!(at("capacity_enough", 80, "2026-07-01"), Pass);
    }
}

#[test]
fn spares_last_as_long_as_the_warranty() {
    let policy = |months: u32, years: u32| {
        let policy = json!({ "warranty_months": months, "spares_years": years });
        broken(&NPI, "service_policy", policy)
    };
    assert_eq!(policy(24, 0), ["/spares_years spares_last"]);
    assert_eq!(policy(24, 2), [""; 0]);
    let faults = NPI.forms["service_policy"].complete(&json!({ "warranty_months": 240 })).faults;
    assert!(faults.iter().any(|fault| fault.pointer == "/warranty_months"), "{faults:?}");
}

#[test]
fn a_certificate_ends_within_ten_years_and_has_more_than_a_letter() {
    let clearance = |until: &str| {
        json!({ "cleared": true, "number": "MDR 7", "cleared_on": "2026-01-01",
            "valid_until": until })
    };
    refused_everywhere("regulatory_clearance", clearance("2096-01-01"), &["/valid_until ends"]);
    refused_everywhere("regulatory_clearance", clearance("2031-01-01"), &[]);
    let mut short = clearance("2031-01-01");
    short["number"] = json!("x");
    let faults = NPI.forms["regulatory_clearance"].complete(&short).faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
}

/// What is filed has been tried, and its risks are known.
#[test]
fn nothing_is_filed_before_it_is_proved() {
    let first = |workflow: &Definition, deliverable: &str, expected: &[&str]| {
        let after = &workflow.deliverables[deliverable].after;
        for key in expected {
            assert!(after.iter().any(|it| it.as_str() == *key), "{deliverable} after {key}");
        }
    };
    first(&NPI, "regulatory_submission", &["vv", "risk_file"]);
    first(&EXPRESS, "regulatory_submission", &["vv", "risk_file"]);
    let software = ["risk_file", "pilot_verification", "clinical_evaluation"];
    first(&SOFTWARE, "regulatory_submission", &software);
    first(&NPI, "pilot_sites", &["risk_file"]);
    first(&EXPRESS, "pilot_sites", &["risk_file"]);
}
