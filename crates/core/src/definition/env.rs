//! What the expressions of a workflow can see: names and their types.
//!
//! - `product`: the card, with `name`
//! - each deliverable with a form, under its key: its record; one per market: a list of records,
//!   each with `market`
//! - `markets`: a list of `{ key, sellable, handed_over }`
//! - `today`: a date
//!
//! An expression of a stage or of its gate sees the deliverables of that stage and of earlier
//! ones; a measure or signal sees all of them, those of `technologies` and `skills` see `row`, too,
//! and `suits` sees only `product`, without its `name`. A sellable check is asked market by market:
//! it sees the per-market deliverables as the record of that market, `market`, `product` and
//! `today`.

use std::sync::Arc;

use super::{Definition, form::Form};
use crate::{
    expr::{Env, RecordType, Type},
    key::{GateKey, StageKey},
};

/// Names that no deliverable can have.
pub const RESERVED: [&str; 4] = ["product", "markets", "market", "today"];

/// The field of the card's record that holds the product's name.
pub const NAME: &str = "name";

/// The field that a record of a per-market deliverable has more than its form.
pub const MARKET: &str = "market";

/// What the guards of a stage see.
pub fn stage_env(definition: &Definition, stage: &StageKey) -> Env {
    let order = definition.order(stage);
    product_env(&definition.card, &documents(definition), order)
}

/// What the criteria of a gate see.
pub fn gate_env(definition: &Definition, gate: &GateKey) -> Env {
    match definition.gates.get(gate) {
        Some(gate) => stage_env(definition, &gate.stage),
        None => Env::default(),
    }
}

/// What the sellable checks see.
pub fn sellable_env(definition: &Definition) -> Env {
    market_env(&definition.card, &documents(definition))
}

/// The type of `product`.
pub fn product_type(card: &Form) -> Type {
    with_text(card.record_type(), NAME)
}

/// The type of `product` where only the card is known yet.
pub fn card_type(card: &Form) -> Type {
    Type::Record(Arc::new(card.record_type()))
}

/// The type of the name of a deliverable outside sellable checks.
pub fn document_type(form: &Form, per_market: bool) -> Type {
    let record = form.record_type();
    if per_market { Type::list(with_text(record, MARKET)) } else { Type::Record(Arc::new(record)) }
}

/// The type of `markets`.
pub fn markets_type() -> Type {
    let flags = [("key", Type::Text), ("sellable", Type::Bool), ("handed_over", Type::Bool)];
    Type::list(Type::record(flags))
}

/// A deliverable as expressions see it.
pub(super) struct Document {
    pub(super) key: String,
    /// The place of its stage in the order of the file.
    pub(super) stage: usize,
    pub(super) per_market: bool,
    /// Its type outside and inside sellable checks; without a form there is nothing to read.
    pub(super) types: Option<(Type, Type)>,
    /// It names a form that could not be read: whoever reads it is not blamed.
    pub(super) broken: bool,
}

impl Document {
    pub(super) fn new(key: String, stage: usize, per_market: bool, form: Option<&Form>) -> Self {
        let types = form.map(|form| {
            let record = Type::Record(Arc::new(form.record_type()));
            (document_type(form, per_market), record)
        });
        Self { key, stage, per_market, types, broken: false }
    }

    pub(super) fn can_be_read(&self) -> bool {
        self.types.is_some()
    }

    /// Has its record this field?
    pub(super) fn has_field(&self, field: &str) -> bool {
        matches!(&self.types, Some((_, Type::Record(record))) if record.fields.contains_key(field))
    }
}

fn documents(definition: &Definition) -> Vec<Document> {
    let deliverables = definition.deliverables.iter();
    deliverables
        .map(|(key, deliverable)| {
            let stage = definition.order(&deliverable.stage);
            let form = definition.form_of(deliverable).map(|form| &**form);
            Document::new(key.to_string(), stage, deliverable.per_market, form)
        })
        .collect()
}

pub(super) fn product_env(card: &Form, documents: &[Document], stage: usize) -> Env {
    let mut env = Env::new([("product", product_type(card)), ("today", Type::Date)]);
    env.vars.insert("markets".into(), markets_type());
    for document in documents.iter().filter(|document| document.stage <= stage) {
        if let Some((outside, _)) = &document.types {
            env.vars.insert(document.key.clone(), outside.clone());
        }
    }
    env
}

pub(super) fn card_env(card: &Form) -> Env {
    Env::new([("product", card_type(card))])
}

pub(super) fn market_env(card: &Form, documents: &[Document]) -> Env {
    let mut env =
        Env::new([("product", product_type(card)), ("today", Type::Date), (MARKET, Type::Text)]);
    for document in documents.iter().filter(|document| document.per_market) {
        if let Some((_, inside)) = &document.types {
            env.vars.insert(document.key.clone(), inside.clone());
        }
    }
    env
}

fn with_text(mut record: RecordType, field: &str) -> Type {
    record.fields.insert(field.to_owned(), Type::Text);
    Type::Record(Arc::new(record))
}
