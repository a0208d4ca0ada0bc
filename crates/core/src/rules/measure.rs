//! What a product measures, which signals hold for it, and which workflow would suit it.

use rust_decimal::Decimal;
use serde_json::{Value as Json, json};

use super::{
    context::{Case, Context},
    facts,
};
use crate::{
    definition::{Definition, Measure, Required, env, form},
    digest::Digest,
    expr::{Evaluation, Expr, Limits, Outcome, Scope, Type, Unknown, Value, Verdict},
    key::{DeliverableKey, MeasureKey, SignalKey},
    product::Product,
};

/// What one measure comes to for a product.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureStanding {
    pub measure: MeasureKey,
    /// In a word, as fields are called: `number`, `money`, ...
    pub kind: &'static str,
    pub value: Result<Json, Unknown>,
}

/// Whether one signal holds for a product.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalStanding {
    pub signal: SignalKey,
    /// The product stands in a stage in which the signal is asked.
    pub asked: bool,
    pub outcome: Outcome,
    /// How it came to that; none when it was not asked.
    pub verdict: Option<Verdict>,
}

/// Every measure of the workflow, in its order.
pub fn measures(cx: &Context<'_>, product: &Product) -> Vec<MeasureStanding> {
    let case = Case { cx, product };
    let stand = |(key, measure): (&MeasureKey, &Measure)| MeasureStanding {
        measure: key.clone(),
        kind: measure_kind(measure),
        value: shown(case.evaluate(&measure.value).value),
    };
    cx.definition.measures.iter().map(stand).collect()
}

/// Every signal of the workflow, in its order. One that is not asked in the product's stage does
/// not hold.
pub fn signals(cx: &Context<'_>, product: &Product) -> Vec<SignalStanding> {
    let case = Case { cx, product };
    let stand = |(key, signal): (&SignalKey, &crate::definition::Signal)| {
        let asked = signal.stages.is_empty() || signal.stages.contains(case.stage());
        let verdict = asked.then(|| case.evaluate(&signal.when).verdict);
        let outcome = verdict.as_ref().map_or(Outcome::Fail, |verdict| verdict.outcome);
        SignalStanding { signal: key.clone(), asked, outcome, verdict }
    };
    cx.definition.signals.iter().map(stand).collect()
}

/// The contents that the measures and signals of a product read.
pub fn measured(definition: &Definition, product: &Product) -> Vec<Digest> {
    let measures = definition.measures.values().map(|measure| &measure.value);
    let signals = definition.signals.values().map(|signal| &signal.when);
    facts::read_by(product, measures.chain(signals).flat_map(facts::names))
}

/// What a measure comes to, in a word.
pub fn measure_kind(measure: &Measure) -> &'static str {
    kind(measure.value.ty())
}

const fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int => "integer",
        Type::Number => "number",
        Type::Money => "money",
        Type::Date => "date",
        Type::Duration => "duration",
        _ => "text",
    }
}

/// As a content has it; zero in every currency has none, and a duration is its days.
fn shown(value: Value) -> Result<Json, Unknown> {
    match value {
        Value::Unknown(why) => Err((*why).clone()),
        Value::Duration(days) => Ok(json!(days)),
        Value::Money(money) if money.currency.is_none() => {
            Ok(json!({ "amount": Decimal::new(0, 2).to_string(), "currency": null }))
        }
        known => form::shown(&known).map_err(|reason| Unknown { reason, span: None }),
    }
}

/// What a workflow would ask of a product with this card.
#[derive(Clone, Debug, PartialEq)]
pub struct Tailored {
    /// Pass: it suits; fail: it does not; unknown: the card does not tell yet. Without a rule it
    /// suits every product.
    pub suits: Outcome,
    pub verdict: Option<Verdict>,
    /// The guarded deliverables, in the order of the workflow: would they be required?
    pub guarded: Vec<(DeliverableKey, Verdict)>,
}

/// Holds a workflow against answers to its card. What the card does not ask is left aside.
pub fn tailor(definition: &Definition, card: &Json) -> Tailored {
    let card = definition.card.complete(card).content;
    let verdict = suits(definition, &card);
    let scope = card_scope(definition, &card);
    let guarded = definition.deliverables.iter().filter_map(|(key, found)| match &found.required {
        Required::When(guard) => Some((key.clone(), over(guard, &scope).verdict)),
        Required::Always | Required::Never => None,
    });
    Tailored {
        suits: verdict.as_ref().map_or(Outcome::Pass, |verdict| verdict.outcome),
        guarded: guarded.collect(),
        verdict,
    }
}

/// Whether the workflow is for a product with this card; none: it has no rule about that.
pub(super) fn suits(definition: &Definition, card: &Json) -> Option<Verdict> {
    let rule = definition.suits.as_ref()?;
    Some(over(&rule.when, &card_scope(definition, card)).verdict)
}

fn card_scope(definition: &Definition, card: &Json) -> Scope {
    let value = Value::from_json(card, &env::card_type(&definition.card));
    [("product".to_owned(), value)].into()
}

fn over(expr: &Expr, scope: &Scope) -> Evaluation {
    expr.eval(scope, Limits::STANDARD)
}
