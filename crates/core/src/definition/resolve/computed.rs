//! Computed fields: their expressions, what each waits for, and the order in which they come.

use indexmap::IndexMap;

use super::{Resolver, order::Order};
use crate::{
    definition::{
        diagnostic::{Diagnostic, Located, Mark},
        form::{Computed, Field, FieldType, Place, ROW},
        read::Named,
        source,
    },
    expr::{Env, Expr, ExprError, ExprErrorKind, Leaf, Type},
    key::FieldKey,
    suggest::closest,
};

pub(super) type Fields = IndexMap<FieldKey, Field>;
pub(super) type Written<'s> = Option<&'s Named<source::Field>>;

impl Resolver<'_, '_> {
    /// Gives the fields their expressions; returns what is computed.
    pub(super) fn computed(&mut self, named: Written<'_>, fields: &mut Fields) -> Computed {
        let mut found = Vec::new();
        let env = env_of(fields);
        for (key, source) in written(named) {
            let Some((key, field)) = fields.get_key_value(key) else { continue };
            let (key, kind) = (key.clone(), field.kind.clone());
            if let Some(formula) = &source.computed
                && let Some(expr) = self.formula(formula, &env, &kind)
            {
                found.push((Place::Field(key.clone()), expr, formula));
            }
            if let FieldType::Table { columns, .. } = &kind {
                self.columns(&key, columns, source.columns.as_ref(), &env, &mut found);
            }
        }
        let column = found.iter().find(|(place, ..)| matches!(place, Place::Column { .. }));
        if let Some((_, _, formula)) = column {
            self.row_is_free(named, formula.at, "this column is computed");
        }
        let order = self.in_order(&found);
        for (place, expr, _) in found {
            if let Some(field) = field_at(fields, &place) {
                field.computed = Some(expr);
            }
        }
        Computed::new(order, fields)
    }

    fn columns<'s>(
        &mut self,
        table: &FieldKey,
        columns: &Fields,
        named: Written<'s>,
        env: &Env,
        found: &mut Vec<(Place, Expr, &'s Located<String>)>,
    ) {
        let env = env_of_row(env, columns);
        for (key, source) in written(named) {
            let column = columns.get_key_value(key);
            let Some((formula, (key, column))) = source.computed.as_ref().zip(column) else {
                continue;
            };
            if let Some(expr) = self.formula(formula, &env, &column.kind) {
                let (table, column) = (table.clone(), key.clone());
                found.push((Place::Column { table, column }, expr, formula));
            }
        }
    }

    fn formula(&mut self, formula: &Located<String>, env: &Env, kind: &FieldType) -> Option<Expr> {
        let expr = self.compile_in_form(formula, env, &expected(kind))?;
        self.is_a_choice(formula, &expr, kind);
        Some(expr)
    }

    /// An expression that reads the fields of one form.
    pub(super) fn compile_in_form(
        &mut self,
        formula: &Located<String>,
        env: &Env,
        ty: &Type,
    ) -> Option<Expr> {
        match Expr::compile(&formula.value, env, ty) {
            Ok(expr) => Some(expr),
            Err(errors) => {
                for error in errors {
                    if !self.problems.is_full() && !self.is_of_broken(&error.kind) {
                        let diagnostic = self.formula_problem(formula, &error, env);
                        self.error(diagnostic);
                    }
                }
                None
            }
        }
    }

    /// A field that could not be read is reported where it stands.
    fn is_of_broken(&self, kind: &ExprErrorKind) -> bool {
        match kind {
            ExprErrorKind::UnknownName(name) | ExprErrorKind::UnknownField { field: name, .. } => {
                self.broken_fields.contains(&**name) || self.problems.is_broken("columns")
            }
            _ => false,
        }
    }

    fn formula_problem(
        &self,
        formula: &Located<String>,
        error: &ExprError,
        env: &Env,
    ) -> Diagnostic {
        let at = self.within(formula, error.span.start, error.span.end);
        let diagnostic = Diagnostic::error("bad_expression", at, error.kind.to_string());
        match (&error.suggestion, &error.kind) {
            (Some(suggestion), _) => diagnostic.help(format!("did you mean `{suggestion}`?")),
            (None, ExprErrorKind::UnknownName(name)) if name == ROW => {
                diagnostic.help("only a column of a table, or a check with `each`, has a `row`")
            }
            (None, ExprErrorKind::UnknownName(_)) => {
                let known: Vec<&str> = env.vars.keys().map(String::as_str).take(12).collect();
                diagnostic
                    .help("it reads the fields of its own form, and nothing else")
                    .help(format!("known here: {}", known.join(", ")))
            }
            _ => diagnostic,
        }
    }

    /// A text that the expression may come to has to be one of the choices.
    fn is_a_choice(&mut self, formula: &Located<String>, expr: &Expr, kind: &FieldType) {
        let FieldType::Choice { of } = kind else { return };
        for (text, span) in expr.texts() {
            if !of.contains_key(text) {
                let at = self.within(formula, span.start, span.end);
                let message = format!("'{text}' is not a choice of this field");
                let diagnostic = Diagnostic::error("bad_expression", at, message);
                let choices: Vec<&str> = of.keys().map(String::as_str).take(12).collect();
                let help = match closest(text, of.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `'{near}'`?"),
                    None => format!("choices: {}", choices.join(", ")),
                };
                self.error(diagnostic.help(help));
            }
        }
    }

    /// Where an expression is about a row, `row` is that one and no field.
    pub(super) fn row_is_free(&mut self, named: Written<'_>, because: Mark, why: &'static str) {
        let entries = named.into_iter().flat_map(|named| &named.entries);
        for entry in entries.filter(|entry| &*entry.key.value == ROW) {
            let message = "`row` means the row of a table here";
            self.error(
                Diagnostic::error("reserved_key", entry.key.at, message)
                    .related(because, why)
                    .help("rename the field"),
            );
        }
    }

    fn in_order(&mut self, found: &[(Place, Expr, &Located<String>)]) -> Vec<Place> {
        let mut order = Order::default();
        let is_computed = |place: &Place| found.iter().any(|(other, ..)| other == place);
        for (place, expr, formula) in found {
            order.put(place);
            let reads = expr.leaves().into_iter().filter_map(|leaf| read_place(place, leaf));
            for read in reads.filter(is_computed) {
                let last = match &read {
                    Place::Field(field) => field,
                    Place::Column { column, .. } => column,
                };
                let at = self.part(formula, last.as_str()).at;
                order.add(place, &read, at);
            }
        }
        let walked = order.walked();
        for (places, at) in &walked.circles {
            let mut names: Vec<String> = places.iter().map(ToString::to_string).collect();
            names.extend(places.first().map(ToString::to_string));
            let message = format!("these are computed from each other: {}", names.join(" → "));
            self.error(
                Diagnostic::error("computed_cycle", *at, message)
                    .label("closes the circle")
                    .help("let one of them be filled in, or be computed from something else"),
            );
        }
        walked.sorted.into_iter().cloned().collect()
    }
}

/// The field that a leaf of an expression names.
fn read_place(reader: &Place, leaf: Leaf) -> Option<Place> {
    let own_table = match reader {
        Place::Column { table, .. } => Some(table),
        Place::Field(_) => None,
    };
    match (leaf.field, own_table) {
        (None, _) => leaf.var.parse().ok().map(Place::Field),
        (Some(column), Some(table)) if leaf.var == ROW => {
            Some(Place::Column { table: table.clone(), column: column.parse().ok()? })
        }
        (Some(column), _) => {
            Some(Place::Column { table: leaf.var.parse().ok()?, column: column.parse().ok()? })
        }
    }
}

fn written(named: Written<'_>) -> impl Iterator<Item = (&str, &source::Field)> {
    let entries = named.into_iter().flat_map(|named| &named.entries);
    entries.filter_map(|entry| Some((&*entry.key.value, entry.value.as_ref()?)))
}

fn field_at<'f>(fields: &'f mut Fields, place: &Place) -> Option<&'f mut Field> {
    match place {
        Place::Field(key) => fields.get_mut(key),
        Place::Column { table, column } => match &mut fields.get_mut(table)?.kind {
            FieldType::Table { columns, .. } => columns.get_mut(column),
            _ => None,
        },
    }
}

/// What the value of a field is to an expression; a choice may be any text until it is computed.
fn expected(kind: &FieldType) -> Type {
    match kind {
        FieldType::Choice { .. } => Type::Text,
        FieldType::List { of, .. } => Type::list(expected(of)),
        other => other.ty(),
    }
}

pub(super) fn env_of(fields: &Fields) -> Env {
    Env::new(fields.iter().map(|(key, field)| (key.to_string(), field.kind.ty())))
}

/// The same, with the row of a table besides.
pub(super) fn env_of_row(env: &Env, columns: &Fields) -> Env {
    let mut env = env.clone();
    let row = columns.iter().map(|(key, column)| (key.to_string(), column.kind.ty()));
    env.vars.insert(ROW.to_owned(), Type::record(row));
    env
}
