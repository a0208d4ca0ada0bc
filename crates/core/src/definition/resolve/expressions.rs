//! Compiling the expressions of a workflow, each with the names that it may see.

use std::sync::Arc;

use super::{Forms, Resolver};
use crate::{
    definition::{
        diagnostic::{Diagnostic, Located, Mark},
        form::Form,
        source,
    },
    expr::{Env, Expr, Type},
    key::{DeliverableKey, StageKey},
};

/// What the forms say about the documents that expressions read.
pub(super) struct Documents;

impl Documents {
    pub(super) fn new(_source: &source::Workflow, _card: &Arc<Form>, _forms: &Forms) -> Self {
        Self
    }
}

impl Resolver<'_, '_> {
    pub(super) fn guard(
        &mut self,
        source: &Located<String>,
        _key: &DeliverableKey,
        _stage: &StageKey,
        _documents: &Documents,
    ) -> Option<Expr> {
        self.compile(source, &Env::default())
    }

    pub(super) fn compile(&mut self, source: &Located<String>, env: &Env) -> Option<Expr> {
        match Expr::compile(&source.value, env, &Type::Bool) {
            Ok(expr) => Some(expr),
            Err(errors) => {
                for error in errors {
                    let at = self.within(source, error.span.start, error.span.end);
                    self.error(Diagnostic::error("bad_expression", at, error.kind.to_string()));
                }
                None
            }
        }
    }

    /// A word of a text, with its own place. The last one counts: names stand at the end.
    pub(super) fn part(&self, text: &Located<String>, word: &str) -> Located<String> {
        let start = text.value.rfind(word).unwrap_or(0);
        Located { value: word.to_owned(), at: self.within(text, start, start + word.len()) }
    }

    /// The place of a part of a text, where the text is written as it is read; else all of it.
    fn within(&self, source: &Located<String>, start: usize, end: usize) -> Mark {
        let written = self.text.get(source.at.start..source.at.end).unwrap_or_default();
        let quote = usize::from(written.starts_with(['"', '\'']));
        let inner = written.get(quote..written.len().saturating_sub(quote));
        if inner != Some(&*source.value) {
            return source.at;
        }
        let first = source.at.start + quote;
        let start = (first + start).min(source.at.end);
        Mark { start, end: (first + end).clamp(start, source.at.end) }
    }
}
