//! How a content that was handed in under an earlier form fits this one.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{
    Field, FieldType, Form, Place,
    compute::{formula, spots},
    fault::{Fault, FaultKind},
};
use crate::key::FieldKey;

/// What stands between a content and a form that it was not written for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fit {
    /// What has to be filled in, and is not.
    pub missing: Vec<Fault>,
    /// Values that the form does not take.
    pub misfits: Vec<Fault>,
    /// Where values stand that the form does not ask for. They are no hindrance: they stay in the
    /// content that has them.
    pub fell_away: Vec<String>,
}

impl Fit {
    /// Nothing would have to be handed in anew.
    pub const fn holds(&self) -> bool {
        self.missing.is_empty() && self.misfits.is_empty()
    }
}

impl Form {
    /// Holds a content of an earlier form against this one. A computed value stays as it was when
    /// the content was handed in, whatever it would come to now; one that is required and was not
    /// computed then is missing.
    pub fn fit(&self, content: &Json) -> Fit {
        let mut fit = Fit::default();
        let mut asked = content.clone();
        strip(&self.fields, &mut asked, "", &mut fit.fell_away);
        for fault in self.parse_plain(&asked).err().unwrap_or_default() {
            match fault.kind {
                FaultKind::Missing => fit.missing.push(fault),
                _ => fit.misfits.push(fault),
            }
        }
        fit.misfits.extend(self.broken_checks(&asked));
        let required = self.computed.places.iter().filter(|place| self.is_required(place));
        for spot in required.flat_map(|place| spots(place, &asked)) {
            if spot.of(&asked).is_none() {
                let pointer = spot.to_string();
                fit.missing.push(Fault { pointer, kind: FaultKind::NotComputed });
            }
        }
        fit
    }

    fn is_required(&self, place: &Place) -> bool {
        formula(&self.fields, place).is_some_and(|(field, _)| field.required)
    }
}

/// Takes out what the fields do not ask for, and says where it stood.
fn strip(
    fields: &IndexMap<FieldKey, Field>,
    content: &mut Json,
    at: &str,
    fell_away: &mut Vec<String>,
) {
    let Json::Object(found) = content else { return };
    found.retain(|name, _| {
        let asked = fields.contains_key(name.as_str());
        if !asked {
            let name = name.replace('~', "~0").replace('/', "~1");
            fell_away.push(format!("{at}/{name}"));
        }
        asked
    });
    for (key, field) in fields {
        if let FieldType::Table { columns, .. } = &field.kind {
            for (number, row) in rows(found, key).enumerate() {
                strip(columns, row, &format!("{at}/{key}/{number}"), fell_away);
            }
        }
    }
}

fn rows<'c>(
    content: &'c mut Map<String, Json>,
    table: &FieldKey,
) -> impl Iterator<Item = &'c mut Json> {
    content.get_mut(table.as_str()).and_then(Json::as_array_mut).into_iter().flatten()
}
