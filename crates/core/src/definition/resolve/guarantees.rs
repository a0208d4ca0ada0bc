//! Guarantees: sentences of a fixed shape, resolved here and proved by the checker.

use super::Resolver;
use crate::definition::{
    Guarantee, Place,
    diagnostic::{Diagnostic, Located},
};
use crate::key::DeliverableKey;

const SHAPES: [&str; 5] = [
    "STAGE-OR-GATE needs go at GATE",
    "STAGE-OR-GATE needs accepted DELIVERABLE",
    "sellable(market) needs accepted DELIVERABLE(market)",
    "every product can reach an end",
    "no one approves what they submitted",
];

impl Resolver<'_, '_> {
    pub(super) fn guarantees(&mut self) -> Vec<Guarantee> {
        let source = self.source.guarantees.as_ref();
        let sentences = source.into_iter().flat_map(|list| &list.value);
        sentences.filter_map(|sentence| self.guarantee(sentence)).collect()
    }

    fn guarantee(&mut self, sentence: &Located<String>) -> Option<Guarantee> {
        let words: Vec<&str> = sentence.value.split_whitespace().collect();
        match words[..] {
            ["every", "product", "can", "reach", "an", "end"] => Some(Guarantee::CanEnd),
            ["no", "one", "approves", "what", "they", "submitted"] => {
                Some(Guarantee::NoSelfApproval)
            }
            ["sellable(market)", "needs", "accepted", deliverable] => {
                self.sellable_needs(sentence, deliverable)
            }
            [place, "needs", "go", "at", gate] => {
                let place = self.place(sentence, place);
                let gate = self.gate_ref(&self.part(sentence, gate));
                place.zip(gate).map(|(place, gate)| Guarantee::NeedsGo { place, gate })
            }
            [place, "needs", "accepted", deliverable] => {
                let place = self.place(sentence, place);
                let deliverable = self.deliverable_ref(&self.part(sentence, deliverable));
                place
                    .zip(deliverable)
                    .map(|(place, deliverable)| Guarantee::NeedsAccepted { place, deliverable })
            }
            _ => {
                let message = "this is not a guarantee that can be proved";
                let shapes = SHAPES.join("; ");
                self.error(
                    Diagnostic::error("unknown_guarantee", sentence.at, message)
                        .help(format!("guarantees are written: {shapes}")),
                );
                None
            }
        }
    }

    fn sellable_needs(&mut self, sentence: &Located<String>, word: &str) -> Option<Guarantee> {
        let name = word.strip_suffix("(market)").unwrap_or(word);
        let reference = self.part(sentence, name);
        let deliverable = self.deliverable_ref::<DeliverableKey>(&reference)?;
        if self.deliverable_source(&deliverable).is_some_and(|it| it.per.is_none()) {
            let message = format!("`{deliverable}` is not per market");
            self.error(
                Diagnostic::error("not_per_market", reference.at, message)
                    .help("only a deliverable with `per: market` can make a market sellable"),
            );
        }
        Some(Guarantee::SellableNeeds { deliverable })
    }

    fn place(&mut self, sentence: &Located<String>, word: &str) -> Option<Place> {
        let reference = self.part(sentence, word);
        if self.names.gates.position(word).is_some() {
            return self.gate_ref(&reference).map(Place::Gate);
        }
        self.stage_ref(&reference).map(Place::Stage)
    }
}
