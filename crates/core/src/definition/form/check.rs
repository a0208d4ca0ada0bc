//! Checks of a form: what must hold between the fields of a content.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde_json::{Value as Json, json};

use super::{
    Field, Form,
    compute::{Budget, ROW, scope_of},
    fault::{Fault, FaultKind},
    limits,
};
use crate::{
    definition::Text,
    expr::{Expr, Reason, Scope, Type, Value},
    key::{CheckKey, FieldKey},
};

/// A condition that every content of a form meets, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The table whose rows are asked one by one, each as `row`.
    pub each: Option<FieldKey>,
    pub expr: Expr,
    /// Where a fault stands: a field of the form, or a column of the table.
    pub at: Option<FieldKey>,
    /// What to tell people when it does not hold.
    pub otherwise: Text,
}

/// All checks of a form, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    all: IndexMap<CheckKey, Check>,
    /// The fields that are read, with their types.
    reads: Vec<(FieldKey, Type)>,
}

impl Checks {
    pub(in crate::definition) fn new(
        all: IndexMap<CheckKey, Check>,
        fields: &IndexMap<FieldKey, Field>,
    ) -> Self {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for check in all.values() {
            names.extend(check.each.iter().map(FieldKey::as_str));
            names.extend(check.expr.reads().iter().map(|path| path.var.as_str()));
        }
        let read = fields.iter().filter(|(key, _)| names.contains(key.as_str()));
        let reads = read.map(|(key, field)| (key.clone(), field.kind.ty())).collect();
        Self { all, reads }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// For clients: what is asked of which place, and what is said when it does not hold.
    pub(super) fn described(&self) -> Json {
        let one = |(key, check): (&CheckKey, &Check)| {
            let mut said = json!({ "check": key, "expr": check.expr.source() });
            let texts = [("each", check.each.as_ref()), ("at", check.at.as_ref())];
            for (name, field) in texts.into_iter().filter_map(|(name, it)| Some((name, it?))) {
                said[name] = field.as_str().into();
            }
            said["else"] = check.otherwise.en.as_str().into();
            if let Some(korean) = &check.otherwise.ko {
                said["x-else-ko"] = korean.as_str().into();
            }
            said
        };
        self.all.iter().map(one).collect()
    }
}

impl Form {
    /// The checks that a content breaks, each at its place. What cannot be told, because something
    /// is not filled in, breaks nothing.
    pub(super) fn broken_checks(&self, content: &Json) -> Vec<Fault> {
        if self.checks.is_empty() {
            return Vec::new();
        }
        let mut scope = scope_of(&self.checks.reads, content);
        let mut budget = Budget::default();
        let mut faults = Vec::new();
        for (key, check) in &self.checks.all {
            for row in rows(check, &scope) {
                let at = row.as_ref().map(|(number, _)| *number);
                if let Some((_, row)) = row {
                    scope.insert(ROW.to_owned(), row);
                }
                let kind = match budget.value(&check.expr, &scope) {
                    Value::Bool(false) => FaultKind::CheckFailed {
                        check: key.clone(),
                        otherwise: check.otherwise.clone(),
                    },
                    // Else a content could be made so large that nothing is checked in it.
                    Value::Unknown(why) if matches!(why.reason, Reason::TooManySteps { .. }) => {
                        FaultKind::NotChecked { check: key.clone() }
                    }
                    _ => continue,
                };
                faults.push(Fault { pointer: check.pointer(at), kind });
                if faults.len() == limits::FAULTS {
                    return faults;
                }
            }
        }
        faults
    }
}

/// The form once, or each row of the table with its number.
fn rows(check: &Check, scope: &Scope) -> Vec<Option<(usize, Value)>> {
    let Some(table) = &check.each else { return vec![None] };
    match scope.get(table.as_str()) {
        Some(Value::List(rows)) => rows.iter().cloned().enumerate().map(Some).collect(),
        _ => Vec::new(),
    }
}

impl Check {
    fn pointer(&self, row: Option<usize>) -> String {
        let mut pointer = String::new();
        let row = row.map(|number| number.to_string());
        let table = self.each.as_ref().map(FieldKey::as_str);
        let steps = [table, row.as_deref(), self.at.as_ref().map(FieldKey::as_str)];
        for step in steps.into_iter().flatten() {
            pointer.push('/');
            pointer.push_str(step);
        }
        pointer
    }
}
