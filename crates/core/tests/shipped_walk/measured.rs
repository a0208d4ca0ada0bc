//! A product that went all the way is measured by every data point, and signals speak of it.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value as Json, json};
use sluicegate_core::{expr::Outcome, product::*, rules::*};

use super::{Walk, plan, software};

#[test]
fn a_device_measures_all() {
    let card = json!({ "target_launch": "2026-02-02" });
    let mut walk = Walk::with_card(&["US", "DE"], "device", "new_to_world", card);
    assert_eq!(walk.signals(), ["launch_missed"]);
    walk.goes_to_exit("delete");
    let (known, unknown) = walk.measures();
    assert_eq!(unknown, [""; 0]);
    assert_eq!(known["hhi"], json!(2225));
    assert_eq!(known["days_to_launch"], json!(-398));
    assert_eq!(known["markets_handed_over"], json!(2));
}

#[test]
fn a_line_extension_measures_what_a_device_does() {
    let card = json!({ "problem": "x", "kind": "device", "novelty": "line_extension",
        "target_launch": "2026-12-01" });
    let mut walk = Walk::new("npi-express", &["US"], card);
    walk.pass("business_case", None);
    // five products lose 100 each, for a peak of 100
    assert_eq!(walk.signals(), ["own_sales_lost"]);
    walk.passes(&["design_transfer", "launch_decision"]);
    walk.take_over();
    walk.time_goes_by(190);
    walk.passes(&["post_launch"]);
    walk.pass("lifecycle", Some("continue"));
    let (known, unknown) = walk.measures();
    assert_eq!(unknown, [""; 0]);
    assert_eq!(known["own_sales_lost"], json!({ "amount": "500.00", "currency": "EUR" }));
    assert_eq!(known["attained"], json!(100));
    assert_eq!(walk.signals(), [""; 0]);
}

#[test]
fn software_measures_its_use_too() {
    let mut card = software(true, "changing");
    card["target_launch"] = json!("2026-12-01");
    let mut walk = Walk::new("healthcare-software", &["US"], card);
    walk.passes(&["problem_worth_solving", "business_case", "pilot_review"]);
    walk.pass("release_decision", Some("roll_out"));
    walk.passes(&["launch_decision"]);
    walk.take_over();
    walk.time_goes_by(40);
    walk.pass("lifecycle", Some("continue"));
    let (known, unknown) = walk.measures();
    assert_eq!(unknown, [""; 0]);
    assert_eq!(known["voices"], json!(5));
    assert_eq!(known["customers_lost"], json!(50));
}

#[test]
fn a_plan_measures_the_portfolio() {
    let mut walk = Walk::new("strategic-plan", &["KR"], plan(true));
    walk.passes(&["situation_agreed", "strategy_agreed", "plan_approval"]);
    walk.time_goes_by(370);
    walk.pass("monitoring_review", Some("continue"));
    let (known, unknown) = walk.measures();
    assert_eq!(unknown, [""; 0]);
    assert_eq!(known["attained"], json!(100));
    assert_eq!(known["wanted_size"], json!({ "amount": "500.00", "currency": "EUR" }));
}

impl Walk {
    /// What each measure comes to, and which are unknown.
    fn measures(&self) -> (BTreeMap<String, Json>, Vec<String>) {
        let contents = self.measured();
        let standings = measures(&self.looking(&contents), self.product());
        let mut known = BTreeMap::new();
        let mut unknown = Vec::new();
        for standing in standings {
            match standing.value {
                Ok(value) => _ = known.insert(standing.measure.to_string(), value),
                Err(why) => unknown.push(format!("{}: {why:?}", standing.measure)),
            }
        }
        (known, unknown)
    }

    /// Which signals hold.
    fn signals(&self) -> Vec<String> {
        let contents = self.measured();
        let standings = signals(&self.looking(&contents), self.product());
        let holding = standings.iter().filter(|standing| standing.outcome == Outcome::Pass);
        holding.map(|standing| standing.signal.to_string()).collect()
    }

    fn measured(&self) -> Contents {
        let digests = measured(&self.definition, self.product()).into_iter();
        digests.map(|it| (it, Arc::new(self.contents.get(&it).unwrap().clone()))).collect()
    }

    fn looking<'w>(&'w self, contents: &'w Contents) -> Context<'w> {
        Context {
            definition: &self.definition,
            to: None,
            directory: &self.directory,
            contents,
            actor: Actor::System,
            now: self.now,
        }
    }
}
