//! Checks of forms: what they read, and where their faults stand.

use indexmap::IndexMap;

use super::{
    Resolver,
    computed::{Fields, Written, env_of, env_of_row},
};
use crate::{
    definition::{
        diagnostic::Diagnostic,
        form::{Check, Checks, FieldType},
        read::Named,
        source::{self, Ref},
    },
    expr::Type,
    key::{CheckKey, FieldKey},
    suggest::closest,
};

impl Resolver<'_, '_> {
    pub(super) fn checks(
        &mut self,
        named: Option<&Named<source::Check>>,
        written: Written<'_>,
        fields: &Fields,
    ) -> Checks {
        let whole = env_of(fields);
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries::<CheckKey, _>(named) {
            let mut env = whole.clone();
            let mut of = fields;
            if let Some(each) = &source.each {
                self.row_is_free(written, each.at, "this check is about a row");
                let Some(columns) = self.table(each, fields) else { continue };
                env = env_of_row(&whole, columns);
                of = columns;
            }
            let at = source.at.as_ref().map(|at| self.field_named(at, of));
            let expr = source.expr.0.as_ref();
            let expr = expr.and_then(|expr| self.compile_in_form(expr, &env, &Type::Bool));
            let otherwise = source.r#else.0.as_ref().map(|words| words.text.clone());
            if let (Some(expr), Some(otherwise)) = (expr, otherwise)
                && at != Some(None)
            {
                let each = source.each.as_ref().and_then(|each| each.value.parse().ok());
                found.insert(key, Check { each, expr, at: at.flatten(), otherwise });
            }
        }
        Checks::new(found, fields)
    }

    /// The columns of the table that is meant.
    fn table<'f>(&mut self, each: &Ref, fields: &'f Fields) -> Option<&'f Fields> {
        let key = self.field_named(each, fields)?;
        if let FieldType::Table { columns, .. } = &fields.get(&key)?.kind {
            return Some(columns);
        }
        let message = format!("`{key}` has no rows: `each` names a table");
        self.error(Diagnostic::error("bad_value", each.at, message));
        None
    }

    fn field_named(&mut self, name: &Ref, fields: &Fields) -> Option<FieldKey> {
        if let Some((key, _)) = fields.get_key_value(name.value.as_str()) {
            return Some(key.clone());
        }
        // A field that could not be read is reported where it stands.
        if !self.broken_fields.contains(name.value.as_str()) {
            let message = format!("there is no field `{}` here", name.value);
            let keys = || fields.keys().map(FieldKey::as_str);
            let help = match closest(&name.value, keys()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", keys().take(12).collect::<Vec<_>>().join(", ")),
            };
            self.error(Diagnostic::error("unknown_field", name.at, message).help(help));
        }
        None
    }
}
