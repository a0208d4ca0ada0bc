//! What stood there before: which earlier event set the value that an event replaces.

use serde::Serialize;

use crate::{directory::DirectoryEvent, product::Event};

/// The last event before, in the same stream, that is of one of these kinds and has this text in its
/// record. It is the one that set the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// As in the tags of events.
    pub kinds: &'static [&'static str],
    /// A field with its value, as records write them. A text that somebody has written cannot have
    /// it: in records its quotes are escaped.
    pub naming: String,
}

impl Before {
    fn any(kinds: &'static [&'static str]) -> Self {
        Self { kinds, naming: "\"event\":".to_owned() }
    }

    fn of(kinds: &'static [&'static str], field: &str, value: &impl Serialize) -> Option<Self> {
        let value = serde_json::to_string(value).ok()?;
        Some(Self { kinds, naming: format!("\"{field}\":{value}") })
    }

    /// A number ends where the next field begins.
    fn condition(kinds: &'static [&'static str], number: u32) -> Self {
        Self { kinds, naming: format!("\"condition\":{number},") }
    }

    /// Of what an event of a product replaces; none where it replaces nothing.
    pub fn in_product(event: &Event) -> Option<Self> {
        use Event as E;
        match event {
            E::ProductRenamed { .. } => Some(Self::any(&["product_started", "product_renamed"])),
            E::CardRevised { .. } => Some(Self::any(&["product_started", "card_revised"])),
            E::ProductMigrated { .. } => Some(Self::any(&["product_started", "product_migrated"])),
            E::OwnershipTransferred { .. } => {
                Some(Self::any(&["product_started", "ownership_transferred"]))
            }
            E::RoleAssigned { role, .. } => Self::of(&["role_assigned"], "role", role),
            E::DeliverableSubmitted { deliverable, .. } => {
                Self::of(&["deliverable_submitted"], "deliverable", deliverable)
            }
            E::CriterionAnswered { criterion, .. } => {
                Self::of(&["criterion_answered"], "criterion", criterion)
            }
            E::ConditionEvidenceGiven { condition, .. } => {
                Some(Self::condition(&["condition_evidence_given"], *condition))
            }
            E::ConditionExtended { condition, .. } => {
                Some(Self::condition(&["condition_imposed", "condition_extended"], *condition))
            }
            E::MarketSellable { market, .. } | E::MarketBlocked { market, .. } => {
                Self::of(&["market_sellable", "market_blocked"], "market", market)
            }
            _ => None,
        }
    }

    /// Of what an event of the organisation replaces.
    pub fn in_directory(event: &DirectoryEvent) -> Option<Self> {
        use DirectoryEvent as E;
        match event {
            E::PersonRevised { person, .. } => {
                Self::of(&["person_added", "person_revised"], "person", person)
            }
            E::PortfolioRenamed { portfolio, .. } => {
                Self::of(&["portfolio_added", "portfolio_renamed"], "portfolio", portfolio)
            }
            E::PortfolioMoved { portfolio, .. } => {
                Self::of(&["portfolio_added", "portfolio_moved"], "portfolio", portfolio)
            }
            E::WorkflowPublished { workflow, .. } => {
                Self::of(&["workflow_published"], "workflow", workflow)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each kind of event that has been stored, as the golden files keep them.
    const PRODUCT: &str = include_str!("../../tests/rules/golden/events.jsonl");
    const DIRECTORY: &str = include_str!("../../tests/rules/golden/directory.jsonl");

    /// Whatever replaces a value could be replaced by the next of its kind: it is found by its own
    /// question.
    #[test]
    fn an_event_answers_its_own_question() {
        let mut asked = 0;
        let mut holds = |line: &str, before: Option<Before>| {
            let Some(Before { kinds, naming }) = before else { return };
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(kinds.contains(&event["event"].as_str().unwrap()), "{line}");
            assert!(line.contains(&naming), "{naming} in {line}");
            asked += 1;
        };
        for line in PRODUCT.lines() {
            holds(line, Before::in_product(&serde_json::from_str(line).unwrap()));
        }
        for line in DIRECTORY.lines() {
            holds(line, Before::in_directory(&serde_json::from_str(line).unwrap()));
        }
        assert!(asked >= 14, "{asked} kinds replace something");
    }

    #[test]
    fn every_kind_that_is_named_exists() {
        let tags: Vec<String> = [PRODUCT, DIRECTORY]
            .iter()
            .flat_map(|file| file.lines())
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|event| event["event"].as_str().unwrap().to_owned())
            .collect();
        let product = PRODUCT.lines().filter_map(|line| serde_json::from_str(line).ok());
        let named = product.filter_map(|event| Before::in_product(&event));
        let directory = DIRECTORY.lines().filter_map(|line| serde_json::from_str(line).ok());
        let named = named.chain(directory.filter_map(|event| Before::in_directory(&event)));
        for kind in named.flat_map(|before| before.kinds) {
            assert!(tags.iter().any(|tag| tag == kind), "{kind}");
        }
    }
}
