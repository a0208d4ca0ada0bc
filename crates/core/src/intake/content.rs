//! What an idea says, and how it fills the first draft of a product.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    definition::{
        Definition,
        form::{FieldType, Form},
    },
    product::DeliverableRef,
};

/// The content of an idea, as it is kept apart from the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdeaText {
    pub problem: String,
    pub idea: String,
    #[serde(default)]
    pub evidence: Vec<String>,
    #[serde(default)]
    pub market: Option<String>,
    #[serde(default)]
    pub segment: Option<String>,
}

/// The first draft of the first deliverable that asks for a problem and an idea; none where the
/// first stage has no such form. It is a draft: whoever owns it completes and hands it in.
pub fn prefill(
    definition: &Definition,
    text: &IdeaText,
    submitter: Option<&str>,
) -> Option<(DeliverableRef, Value)> {
    let stage = definition.stages.get(definition.first_stage())?;
    let mut found = stage.deliverables.iter().filter_map(|key| {
        let deliverable = definition.deliverables.get(key)?;
        let form = definition.forms.get(deliverable.form.as_ref()?)?;
        let fits = has(form, "problem") && has(form, "idea") && !deliverable.per_market;
        fits.then(|| (key.clone(), form))
    });
    let (key, form) = found.next()?;
    let mut body = Map::new();
    let mut fill = |name: &str, value: Option<Value>| {
        if let (true, Some(value)) = (has(form, name), value) {
            body.insert(name.to_owned(), value);
        }
    };
    fill("problem", Some(json!(text.problem)));
    fill("idea", Some(json!(text.idea)));
    fill("submitter", submitter.map(|name| json!(name)));
    let links: Vec<Value> = text.evidence.iter().map(|link| json!({ "link": link })).collect();
    fill("evidence", (takes_links(form) && !links.is_empty()).then(|| Value::Array(links)));
    fill("segment", text.segment.as_ref().map(|segment| json!(segment)));
    Some((DeliverableRef::new(key, None), Value::Object(body)))
}

/// Has the form a table of evidence with a place for links?
fn takes_links(form: &Form) -> bool {
    let field = form.fields.iter().find(|(key, _)| key.as_str() == "evidence");
    field.is_some_and(|(_, field)| match &field.kind {
        FieldType::Table { columns, .. } => columns.keys().any(|key| key.as_str() == "link"),
        _ => false,
    })
}

fn has(form: &Form, name: &str) -> bool {
    form.fields.keys().any(|key| key.as_str() == name)
}

/// A card with what the idea says of it: whoever promotes it fills in the rest, or writes over it.
pub fn card(definition: &Definition, text: &IdeaText, given: &Map<String, Value>) -> Value {
    const LONGEST: usize = 1000;
    let mut card = Map::new();
    let mut fill = |name: &str, value: &str| {
        if has(&definition.card, name) {
            card.insert(name.to_owned(), json!(value.chars().take(LONGEST).collect::<String>()));
        }
    };
    fill("summary", &text.idea);
    fill("problem", &text.problem);
    card.extend(given.clone());
    Value::Object(card)
}
