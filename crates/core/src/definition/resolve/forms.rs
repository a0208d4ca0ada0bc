//! Forms and the product's card.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{Forms, Resolver, help_of, text_of};
use crate::{
    definition::{
        Text,
        diagnostic::Diagnostic,
        env,
        form::{Checks, Computed, Field, Form, limits},
        read::Named,
        source,
    },
    key::FieldKey,
};

impl Resolver<'_, '_> {
    pub(super) fn card(&mut self) -> Form {
        let Some(card) = &self.source.product else {
            return Form {
                title: product_title(),
                help: None,
                fields: IndexMap::new(),
                checks: Checks::default(),
                computed: Computed::default(),
            };
        };
        let fields = card.fields.0.iter().flat_map(|named| &named.entries);
        for entry in fields.filter(|entry| &*entry.key.value == env::NAME) {
            let message = "every product has a `name` already";
            self.error(Diagnostic::error("reserved_key", entry.key.at, message));
        }
        let mut fields = self.fields(card.fields.0.as_ref());
        let computed = self.computed(card.fields.0.as_ref(), &mut fields);
        let checks = self.checks(card.checks.as_ref(), card.fields.0.as_ref(), &fields);
        Form {
            title: card.title.as_ref().map_or_else(product_title, |title| title.text.clone()),
            help: help_of(card.help.as_ref()),
            fields,
            checks,
            computed,
        }
    }

    pub(super) fn forms(&mut self) -> Forms {
        let entries = self.entries(self.source.forms.as_ref());
        let mut forms = Forms::new();
        for (key, form, _) in entries {
            let mut fields = self.fields(form.fields.0.as_ref());
            let computed = self.computed(form.fields.0.as_ref(), &mut fields);
            let checks = self.checks(form.checks.as_ref(), form.fields.0.as_ref(), &fields);
            let form = Form {
                title: text_of(form.title.0.as_ref()),
                help: help_of(form.help.as_ref()),
                fields,
                checks,
                computed,
            };
            forms.insert(key, Arc::new(form));
        }
        forms
    }

    pub(super) fn fields(
        &mut self,
        named: Option<&Named<source::Field>>,
    ) -> IndexMap<FieldKey, Field> {
        if let Some(named) = named.filter(|named| named.entries.len() > limits::FIELDS) {
            let message = format!("there are at most {} fields", limits::FIELDS);
            self.error(Diagnostic::error("too_many_fields", named.at, message));
            return IndexMap::new();
        }
        let entries = self.entries::<FieldKey, _>(named);
        let mut fields = IndexMap::new();
        for (key, source, at) in entries {
            self.nameable(key.as_str(), at);
            if let Some(field) = self.field(&key, source) {
                fields.insert(key, field);
            }
        }
        fields
    }

    fn field(&mut self, key: &FieldKey, source: &source::Field) -> Option<Field> {
        let kind = self.field_type(source);
        if kind.is_none() {
            self.broken_fields.insert(key.clone());
        }
        let required = source.required.as_ref().is_some_and(|it| it.value);
        let title = source.title.as_ref();
        Some(Field {
            title: title.map_or_else(|| in_words(key.as_str()), |title| title.text.clone()),
            help: help_of(source.help.as_ref()),
            required,
            computed: None,
            kind: kind?,
        })
    }
}

fn product_title() -> Text {
    Text { en: "Product".into(), ko: Some("제품".into()) }
}

/// A key as a title, where the author gave none: `as_of` reads "As of".
pub(super) fn in_words(key: &str) -> Text {
    let mut words = key.replace(['_', '-'], " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Text { en: words, ko: None }
}
