//! Clinical evidence, the leave to try on patients, and the watch afterwards.

use serde_json::{Value as Json, json};
use sluicegate_core::{
    definition::{Definition, Required, env},
    expr::Outcome::{self, Fail, Pass},
};

use super::{EXPRESS, NPI, SOFTWARE, at_gate, at_gate_of, broken, judged, refused_everywhere};

/// Whether a deliverable is owed when these contents are accepted.
fn owed(workflow: &Definition, deliverable: &str, contents: Json) -> Outcome {
    let deliverable = &workflow.deliverables[deliverable];
    let Required::When(guard) = &deliverable.required else { panic!("no guard") };
    judged(guard, &env::stage_env(workflow, &deliverable.stage), contents)
}

fn ways(class: &str, pathway: &str) -> Json {
    json!({ "markets": [{ "market": "DE", "device_class": class, "pathway": pathway }] })
}

#[test]
fn a_device_of_a_higher_class_has_a_clinical_evaluation_and_is_watched() {
    for (class, pathway, evidence, expected) in [
        ("eu_iii", "mdr_iii", "literature", Pass),
        ("eu_iia", "mdr_iia", "bench", Pass),
        ("us_iii", "pma", "bench", Pass),
        ("us_ii", "de_novo", "bench", Pass),
        ("kr_4", "mfds_approval", "bench", Pass),
        ("ivd_b", "ivdr", "bench", Pass),
        ("eu_i", "mdr_i", "study", Pass),
        ("eu_i", "mdr_i", "bench", Fail),
        ("us_ii", "510k", "literature", Fail),
        ("kr_1", "mfds_notification", "bench", Fail),
        ("ivd_a", "exempt", "bench", Fail),
    ] {
        let contents = json!({ "regulatory_environment": ways(class, pathway),
            "clinical_limits": { "evidence_needed": evidence } });
        for deliverable in ["clinical_evaluation", "surveillance_plan"] {
            let found = owed(&NPI, deliverable, contents.clone());
            assert_eq!(found, expected, "{deliverable} of {class}");
        }
    }
    let limits = |evidence: &str| json!({ "clinical_limits": { "evidence_needed": evidence } });
    assert_eq!(owed(&NPI, "clinical_investigation", limits("study")), Pass);
    assert_eq!(owed(&NPI, "clinical_investigation", limits("literature")), Fail);
    let area = |to_do: &str| {
        let areas = json!([{ "area": "clinical", "affected": true, "to_do": to_do }]);
        json!({ "change_impact": { "areas": areas } })
    };
    assert_eq!(owed(&EXPRESS, "clinical_evaluation", area("rationale")), Pass);
    assert_eq!(owed(&EXPRESS, "clinical_investigation", area("rationale")), Fail);
    assert_eq!(owed(&EXPRESS, "clinical_investigation", area("study")), Pass);
    let device = |regulated: bool| json!({ "product": { "regulated": regulated } });
    assert_eq!(owed(&SOFTWARE, "surveillance_plan", device(true)), Pass);
    assert_eq!(owed(&SOFTWARE, "surveillance_plan", device(false)), Fail);
}

#[test]
fn an_equivalent_device_is_alike_in_every_respect() {
    let evaluation = |clinically: bool, searched: bool| {
        let mut content = json!({ "pathway": "equivalence", "equivalent_device": "Alpha",
            "technically_alike": true, "biologically_alike": true,
            "clinically_alike": clinically, "data_access": true });
        if searched {
            content["searched_until"] = json!("2026-04-01");
        }
        content
    };
    for workflow in [&*NPI, &*EXPRESS] {
        let broken = |content| broken(workflow, "clinical_evaluation", content);
        assert_eq!(broken(evaluation(true, true)), [""; 0]);
        assert_eq!(broken(evaluation(false, true)), ["/equivalent_device equivalence"]);
        assert_eq!(broken(evaluation(true, false)), ["/searched_until searched"]);
        let unsaid = json!({ "pathway": "equivalence", "searched_until": "2026-04-01" });
        let places = ["/equivalent_device equivalence", "/technically_alike said_alike"];
        assert_eq!(broken(unsaid), places);
        let own = json!({ "pathway": "investigation",
            "evidence": [{ "kind": "trial", "patients": 0 }] });
        assert_eq!(broken(own), ["/evidence investigated"]);
    }
}

#[test]
fn nobody_is_enrolled_before_ethics_and_authority_have_agreed() {
    let study = |ethics: &str, authority: &str, started: &str| {
        json!({ "studies": [{ "ethics": ethics, "authority": authority,
            "ethics_on": "2026-02-01", "authority_number": "G260001", "started": started,
            "enrolled": 3, "result": "running" }] })
    };
    let refused = |content, expected: &[&str]| {
        refused_everywhere("clinical_investigation", content, expected);
    };
    refused(study("approved", "approved", "2026-03-01"), &[]);
    refused(study("open", "approved", "2026-03-01"), &["/studies/0/enrolled allowed"]);
    refused(study("approved", "open", "2026-03-01"), &["/studies/0/enrolled allowed"]);
    refused(study("approved", "approved", "2026-01-01"), &["/studies/0/started approved_first"]);
    let bare = json!({ "studies": [{ "ethics": "approved", "authority": "approved", "enrolled": 3,
        "result": "met" }] });
    refused(
        bare,
        &[
            "/studies/0/ethics_on approved",
            "/studies/0/authority_number numbered",
            "/studies/0/started begun",
            "/studies/0/result shown",
        ],
    );
    let backwards = json!({ "studies": [{ "started": "2026-03-01", "ended": "2026-02-01" }] });
    refused(backwards, &["/studies/0/ended in_order"]);
}

#[test]
fn nobody_pilots_on_patients_without_leave() {
    let site = |ethics: &str, authority: &str| {
        json!({ "market": "DE", "ethics": ethics, "authority": authority, "cases": 4,
            "ethics_on": "2026-01-01", "authority_number": "G1", "started": "2026-02-01" })
    };
    let refused = |site: Json, expected: &[&str]| {
        refused_everywhere("pilot_sites", json!({ "sites": [site] }), expected);
    };
    refused(site("approved", "not_needed"), &[]);
    refused(site("open", "not_needed"), &["/sites/0/cases allowed"]);
    let mut early = site("approved", "approved");
    early["started"] = json!("2025-12-01");
    refused(early, &["/sites/0/started approved_first"]);
    refused(
        json!({ "ethics": "approved", "authority": "approved" }),
        &["/sites/0/ethics_on approved", "/sites/0/authority_number numbered"],
    );
    for workflow in [&*NPI, &*EXPRESS] {
        let allowed = |ethics: &str| {
            let contents = json!({ "pilot_sites": { "sites": [site(ethics, "not_needed")] } });
            at_gate_of(workflow, "design_transfer", "pilots_allowed", contents)
        };
        assert_eq!((allowed("open"), allowed("exempt")), (Fail, Pass));
    }
    let stent = |ethics: &str, pathway: &str| {
        let contents = json!({ "regulatory_environment": ways("eu_iii", pathway),
            "pilot_sites": { "sites": [site(ethics, "not_needed")] } });
        at_gate("design_transfer", "pilots_approved", contents)
    };
    assert_eq!((stent("exempt", "mdr_iii"), stent("approved", "mdr_iii")), (Fail, Pass));
    assert_eq!(stent("exempt", "510k"), Pass);
}

#[test]
fn a_design_is_transferred_when_its_benefit_is_shown() {
    let study = |result: &str, ethics: &str| {
        json!({ "studies": [{ "result": result, "ethics": ethics, "authority": "approved",
            "started": "2026-01-01" }] })
    };
    for workflow in [&*NPI, &*EXPRESS] {
        let at = |criterion: &str, contents: Json| {
            at_gate_of(workflow, "design_transfer", criterion, contents)
        };
        let shown = |shown: bool, searched: &str| {
            let evaluation = json!({ "benefit_shown": shown, "searched_until": searched });
            at("clinically_shown", json!({ "clinical_evaluation": evaluation }))
        };
        assert_eq!((shown(false, "2026-01-01"), shown(true, "2026-01-01")), (Fail, Pass));
        assert_eq!((shown(true, "2031-01-01"), at("clinically_shown", json!({}))), (Fail, Pass));
        let rests = |investigation: Json| {
            let mut contents = json!({ "clinical_evaluation": { "pathway": "investigation" } });
            if !investigation.is_null() {
                contents["clinical_investigation"] = investigation;
            }
            at("investigated", contents)
        };
        assert_eq!((rests(Json::Null), rests(study("missed", "approved"))), (Fail, Fail));
        assert_eq!(rests(study("met", "approved")), Pass);
        let allowed = |ethics: &str| {
            let contents = json!({ "clinical_investigation": study("running", ethics) });
            at("studies_allowed", contents)
        };
        assert_eq!((allowed("open"), allowed("exempt")), (Fail, Pass));
    }
    let needed = |evidence: &str, pathway: &str| {
        let contents = json!({ "clinical_limits": { "evidence_needed": evidence },
            "clinical_evaluation": { "pathway": pathway } });
        at_gate("design_transfer", "study_as_needed", contents)
    };
    assert_eq!(needed("study", "literature"), Fail);
    assert_eq!((needed("study", "investigation"), needed("bench", "literature")), (Pass, Pass));
}

#[test]
fn a_market_is_watched_as_its_class_asks() {
    let plan = |pmcf: &str, report: &str, months: u32| {
        json!({ "pmcf": pmcf, "report": report, "report_every_months": months,
            "sources": [{ "source": "complaints" }, { "source": "incidents" }],
            "first_report": "2027-01-01" })
    };
    let refused =
        |content, expected: &[&str]| refused_everywhere("surveillance_plan", content, expected);
    refused(
        plan("planned", "psur", 36),
        &["/follow_up followed_up", "/report_every_months updated"],
    );
    let mut deaf = plan("not_needed", "pms_report", 36);
    deaf["sources"] = json!([{ "source": "literature" }, { "source": "registry" }]);
    refused(deaf, &["/pmcf_reason reasoned", "/sources complaints"]);
    for workflow in [&*NPI, &*EXPRESS] {
        let at = |criterion: &str, plan: Json| {
            let contents = json!({ "surveillance_plan": plan,
                "clinical_evaluation": { "pmcf": "planned" },
                "regulatory_clearance": [{ "market": "DE", "cleared_on": "2026-05-01" }],
                "regulatory_environment": ways("eu_iii", "mdr_iii") });
            at_gate_of(workflow, "launch_decision", criterion, contents)
        };
        assert_eq!(at("surveillance_fits", plan("not_needed", "psur", 12)), Fail);
        assert_eq!(at("surveillance_fits", plan("planned", "psur", 12)), Pass);
        let mut late = plan("planned", "psur", 12);
        late["first_report"] = json!("2026-01-01");
        assert_eq!(at("surveillance_fits", late), Fail);
        assert_eq!(at("reports_yearly", plan("planned", "psur", 24)), Fail);
        assert_eq!(at("reports_yearly", plan("planned", "pms_report", 12)), Fail);
        assert_eq!(at("reports_yearly", plan("planned", "psur", 12)), Pass);
    }
    let software = |reason: Option<&str>| {
        let mut plan = plan("not_needed", "psur", 12);
        if let Some(reason) = reason {
            plan["pmcf_reason"] = json!(reason);
        }
        let contents = json!({ "surveillance_plan": plan,
            "regulatory_clearance": [{ "market": "DE", "cleared_on": "2026-05-01" }],
            "clinical_evaluation": { "follow_up": "Registry" } });
        at_gate_of(&SOFTWARE, "launch_decision", "surveillance_fits", contents)
    };
    assert_eq!((software(None), software(Some("Well known"))), (Fail, Pass));
}
