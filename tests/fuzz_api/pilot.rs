//! Somebody who knows what to do: asks which actions are open, and takes one of them, so that
//! products come as far as the market and out of it again.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{bodies::About, call::Call, fuzz::Fuzz};

/// Actions and the operations that try them. Those that bring a product on come first.
const ACTIONS: [(&str, &str); 33] = [
    ("vote", "vote"),
    ("score", "score"),
    ("accept_handover", "accept_market"),
    ("offer_handover", "offer_market"),
    ("complete_review", "complete_review"),
    ("accept_deliverable", "accept_deliverable"),
    ("submit", "submit_to_gate"),
    ("resume", "resume_product"),
    ("decide", "decide"),
    ("submit_deliverable", "submit_deliverable"),
    ("answer_criterion", "answer_criterion"),
    ("discharge_duty", "discharge_duty"),
    ("give_evidence", "give_evidence"),
    ("close_condition", "close_condition"),
    ("submit_to_reopen", "submit_to_gate"),
    ("approve_waiver", "approve_waiver"),
    ("refuse_waiver", "refuse_waiver"),
    ("refuse_evidence", "refuse_evidence"),
    ("extend_condition", "extend_condition"),
    ("decline_handover", "decline_market"),
    ("return_deliverable", "return_deliverable"),
    ("ask_waiver", "ask_waiver"),
    ("add_market", "add_market"),
    ("assign_role", "assign_role"),
    ("release_role", "release_role"),
    ("rename", "change_product"),
    ("revise_card", "change_product"),
    ("transfer_ownership", "transfer_product"),
    ("withdraw_market", "withdraw_market"),
    ("submit_to_stop", "submit_to_gate"),
    ("withdraw", "withdraw_submission"),
    ("place_hold", "hold_product"),
    ("start", "start_product"),
];
/// So many of them bring a product to another place, and so many at all bring it on.
const DIRECT: usize = 8;
const ONWARD: usize = 14;
const SUBMIT: usize = 6;

/// Conditions that another person meets by being who they are.
const PERSONAL: [&str; 11] = [
    "not_on_panel",
    "already_voted",
    "score_first",
    "submitter_may_not_decide",
    "evidence_giver_may_not_close",
    "both_sides",
    "not_your_role",
    "not_yours",
    "submitter_may_not_review",
    "asker_may_not_approve",
    "reviewed_already",
];

/// How the pilot chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Straight on, whatever is next; with conditions where a gate takes them.
    Eager { conditions: bool },
    /// Mostly on, and now and then aside.
    Easy,
}

impl Fuzz {
    /// A request that should succeed.
    pub(crate) async fn sensible(&mut self, pace: Pace, product: &str) -> Option<Call> {
        let reader = 1 + self.dice.below(2);
        let view = self.read("get_product", &[("product", product)], reader).await?;
        let found = self.read("list_actions", &[("product", product)], reader).await?;
        let rank = |one: &Value| ACTIONS.iter().position(|(name, _)| one["action"] == *name);
        let mut open: BTreeMap<usize, Vec<(Value, usize)>> = BTreeMap::new();
        for action in found["actions"].as_array().into_iter().flatten() {
            if let (Some(rank), Some(actor)) = (rank(action), self.who(action, reader)) {
                open.entry(rank).or_default().push((action.clone(), actor));
            }
        }
        let kinds: Vec<usize> = match pace {
            Pace::Eager { .. } => eager(&open),
            Pace::Easy if self.dice.percent(60) => {
                open.keys().copied().filter(|rank| *rank < ONWARD).collect()
            }
            Pace::Easy => open.keys().copied().collect(),
        };
        let kind = *self.dice.any(&kinds)?;
        let same = &open[&kind];
        let same = &self.unfinished(same, product, reader).await;
        let (action, actor) = match pace {
            // The last way on is the way out.
            Pace::Eager { conditions: false } if kind == SUBMIT => same.last()?.clone(),
            Pace::Eager { .. } if kind == SUBMIT => same.first()?.clone(),
            _ => self.dice.any(same)?.clone(),
        };
        self.try_action(pace, &view, &action, actor).await
    }

    /// Deliverables and questions can be handed in and answered again; mostly that is of no use.
    async fn unfinished(
        &mut self,
        same: &[(Value, usize)],
        product: &str,
        reader: usize,
    ) -> Vec<(Value, usize)> {
        let (action, _) = &same[0];
        if same.len() == 1 || action["action"] != "submit_deliverable" || self.dice.percent(20) {
            return same.to_vec();
        }
        let list = self.read("list_deliverables", &[("product", product)], reader).await;
        let list = list.unwrap_or_default();
        let done = |key: &Value| {
            let mut items = list["items"].as_array().into_iter().flatten();
            items.any(|one| &one["deliverable"] == key && one["fulfilled"] == true)
        };
        let rest: Vec<(Value, usize)> =
            same.iter().filter(|(one, _)| !done(&one["deliverable"])).cloned().collect();
        if rest.is_empty() { same.to_vec() } else { rest }
    }

    /// Who can take this action: whoever asked, or somebody whom the answer names.
    fn who(&mut self, action: &Value, reader: usize) -> Option<usize> {
        if action["allowed"] == true {
            return Some(reader);
        }
        let unmet = action["unmet"].as_array()?;
        let personal = |one: &Value| PERSONAL.iter().any(|code| one["code"] == *code);
        if !unmet.iter().all(personal) {
            return None;
        }
        let people = unmet.iter().find_map(|one| one["clear"]["people"].as_array())?;
        let named = |actor: &crate::fuzz::Actor| {
            people.iter().any(|one| one["id"].as_str() == Some(actor.person.as_str()))
        };
        let id = ACTIONS.iter().find(|(name, _)| action["action"] == *name).map(|(_, id)| *id)?;
        let operation = Some(self.document.named(id));
        let fresh = |at: &usize| !self.vain.contains(&(operation, *at));
        let all = 0..self.actors.len();
        let able: Vec<usize> = all.filter(|at| named(&self.actors[*at])).filter(fresh).collect();
        self.dice.any(&able).copied()
    }

    async fn try_action(
        &mut self,
        pace: Pace,
        view: &Value,
        action: &Value,
        actor: usize,
    ) -> Option<Call> {
        let name = action["action"].as_str()?;
        let id = ACTIONS.iter().find(|(known, _)| *known == name).map(|(_, id)| *id)?;
        let product = view["id"].as_str()?.to_owned();
        let text = |field: &str| match &action[field] {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let mut parts = vec![("product", product)];
        for field in ["deliverable", "criterion", "condition", "market", "review", "duty", "gate"] {
            parts.extend(text(field).map(|value| (field, value)));
        }
        if ["withdraw", "score", "vote", "decide"].contains(&name) {
            let gate = view["gate"].as_str()?.to_owned();
            parts.push(("gate", gate));
        }
        let gate = parts.iter().find(|(name, _)| *name == "gate").map(|(_, gate)| gate.clone());
        let gate = match gate {
            Some(gate) => {
                self.read("get_gate", &[("product", &parts[0].1), ("gate", &gate)], actor).await
            }
            None => None,
        };
        if let Some(number) = gate.as_ref().and_then(|gate| gate["submission"]["number"].as_u64()) {
            parts.push(("submission", number.to_string()));
        }
        if name.ends_with("_role") {
            let (role, person) = self.seat(view);
            parts.extend([("role", role), ("person", person)]);
        }
        self.walked(&parts, actor);
        let parts: Vec<(&str, &str)> =
            parts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let about = About { name, pace, view, gate: gate.as_ref(), action, parts: &parts, actor };
        let body = self.body_of(id, &about).await;
        Some(match body {
            Some(body) => self.json(id, &parts, actor, &body),
            None => self.call(id, &parts, actor),
        })
    }

    /// A role of the product, of one of its markets where there is one for each.
    fn seat(&mut self, view: &Value) -> (String, String) {
        let (role, person) = self.dice.pick(&self.grants).clone();
        let markets: Vec<String> = view["state"]["markets"]
            .as_object()
            .map(|markets| markets.keys().cloned().collect())
            .unwrap_or_default();
        match self.dice.any(&markets) {
            Some(market) if role == "field_marketing_manager" => {
                (format!("{role}@{market}"), person)
            }
            _ => (role, person),
        }
    }
}

/// What is next, and else whatever prepares it.
fn eager(open: &BTreeMap<usize, Vec<(Value, usize)>>) -> Vec<usize> {
    let direct = open.keys().copied().find(|rank| *rank < DIRECT);
    match direct {
        // Who has not scored must not vote yet, and a score can be given again.
        Some(0 | 1) => open.keys().copied().filter(|rank| *rank < 2).collect(),
        Some(direct) => vec![direct],
        None => open.keys().copied().filter(|rank| (DIRECT..ONWARD - 3).contains(rank)).collect(),
    }
}
