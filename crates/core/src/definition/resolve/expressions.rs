//! Compiling the expressions of a workflow, each with the names that it may see.

use std::{cell::RefCell, collections::HashMap, rc::Rc, sync::Arc};

use super::{Forms, Resolver};
use crate::{
    definition::{
        diagnostic::{Diagnostic, Located, Mark},
        env::{self, Document},
        form::{Form, ROW},
        read::Named,
        source,
    },
    expr::{Env, Expr, ExprError, ExprErrorKind, Type},
    key::{DeliverableKey, StageKey},
};

/// The documents that expressions read, known before any expression is.
pub(super) struct Documents {
    card: Arc<Form>,
    all: Vec<Document>,
    stages: Vec<String>,
    /// By what is seen. Made once, however many expressions ask.
    envs: RefCell<HashMap<Seen, Rc<Env>>>,
}

/// Who asks, and so what it may see.
#[derive(Clone, Copy)]
pub(super) enum Reader<'r> {
    /// A guard of a deliverable of this stage.
    Guard(&'r StageKey),
    /// A criterion of the gate of this stage.
    Gate(&'r StageKey),
    /// A sellable check.
    Market,
    /// A measure or signal: it sees every stage.
    Whole,
    /// What a workflow says of the products that it suits.
    Card,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Seen {
    /// The deliverables of the stages up to this one, by its place in the file.
    UpTo(usize),
    Market,
    Card,
}

impl Documents {
    pub(super) fn new(source: &source::Workflow, card: &Arc<Form>, forms: &Forms) -> Self {
        let mut all = Vec::new();
        let names = source.stages.0.iter().flat_map(Named::keys);
        let stages: Vec<String> = names.map(str::to_owned).collect();
        for (stage, deliverables) in source.stages().filter_map(|(key, stage)| {
            Some((stages.iter().position(|it| **it == *key.value)?, stage.deliverables.as_ref()?))
        }) {
            for entry in &deliverables.entries {
                let Some(deliverable) = &entry.value else { continue };
                let form = deliverable.form.as_ref();
                let form = form.and_then(|form| forms.get(&*form.value)).map(|form| &**form);
                let per_market = deliverable.per.is_some();
                let broken = deliverable.form.is_some() && form.is_none();
                let key = entry.key.value.to_string();
                all.push(Document { broken, ..Document::new(key, stage, per_market, form) });
            }
        }
        Self { card: card.clone(), all, stages, envs: RefCell::default() }
    }

    fn env(&self, reader: Reader) -> Rc<Env> {
        let seen = match reader {
            Reader::Guard(stage) | Reader::Gate(stage) => Seen::UpTo(self.order(stage)),
            Reader::Whole => Seen::UpTo(usize::MAX),
            Reader::Market => Seen::Market,
            Reader::Card => Seen::Card,
        };
        let mut envs = self.envs.borrow_mut();
        let env = envs.entry(seen).or_insert_with(|| {
            Rc::new(match seen {
                Seen::UpTo(stage) => env::product_env(&self.card, &self.all, stage),
                Seen::Market => env::market_env(&self.card, &self.all),
                Seen::Card => env::card_env(&self.card),
            })
        });
        Rc::clone(env)
    }

    pub(super) fn has_field(&self, key: &DeliverableKey, field: &str) -> bool {
        let document = self.all.iter().find(|document| document.key == key.as_str());
        document.is_some_and(|document| document.has_field(field))
    }

    fn is_broken(&self, name: &str) -> bool {
        self.all.iter().any(|document| document.broken && document.key == name)
    }

    fn order(&self, stage: &StageKey) -> usize {
        self.stages.iter().position(|it| it == stage.as_str()).unwrap_or(0)
    }

    /// Why a deliverable that exists cannot be read here.
    fn hidden(&self, name: &str, reader: Reader) -> Option<(&'static str, String)> {
        let document = self.all.iter().find(|document| document.key == name)?;
        if !document.can_be_read() {
            let why = format!("`{name}` has no form, so there is nothing to read in it");
            return Some(("reads_no_form", why));
        }
        match reader {
            Reader::Market => {
                let why = format!(
                    "`{name}` is not per market; a sellable check reads only the product's card \
                     and deliverables with `per: market`"
                );
                Some(("reads_not_per_market", why))
            }
            Reader::Card => {
                let why = format!("`suits` reads the product's card, and `{name}` comes later");
                Some(("reads_beyond_card", why))
            }
            Reader::Guard(_) | Reader::Gate(_) | Reader::Whole => {
                let stage = self.stages.get(document.stage)?;
                let why = format!("`{name}` belongs to the later stage `{stage}`");
                Some(("reads_later", why))
            }
        }
    }
}

impl Resolver<'_, '_> {
    pub(super) fn guard(
        &mut self,
        source: &Located<String>,
        key: &DeliverableKey,
        stage: &StageKey,
        documents: &Documents,
    ) -> Option<Expr> {
        let guard = self.compile(source, documents, Reader::Guard(stage))?;
        for read in guard.reads() {
            if let Ok(to) = read.var.parse::<DeliverableKey>()
                && self.names.deliverables.names.contains_key(to.as_str())
            {
                let at = self.part(source, to.as_str()).at;
                self.order.add(key, &to, at);
            }
        }
        Some(guard)
    }

    /// A condition, or `None` when its problems have been reported.
    pub(super) fn compile(
        &mut self,
        source: &Located<String>,
        documents: &Documents,
        reader: Reader,
    ) -> Option<Expr> {
        let guard = matches!(reader, Reader::Guard(_));
        let expr = self.compile_as(source, documents, reader, &Type::Bool)?;
        self.not_constant(&expr, source.at, guard);
        Some(expr)
    }

    /// The same, of another type.
    pub(super) fn compile_as(
        &mut self,
        source: &Located<String>,
        documents: &Documents,
        reader: Reader,
        expected: &Type,
    ) -> Option<Expr> {
        self.compile_in(source, documents, (reader, &documents.env(reader)), expected)
    }

    /// The same, for the rows of a list: one of them is read as `row`.
    pub(super) fn compile_row(
        &mut self,
        source: &Located<String>,
        documents: &Documents,
        row: &Type,
        expected: &Type,
    ) -> Option<Expr> {
        let mut env = (*documents.env(Reader::Whole)).clone();
        env.vars.insert(ROW.to_owned(), row.clone());
        self.compile_in(source, documents, (Reader::Whole, &env), expected)
    }

    fn compile_in(
        &mut self,
        source: &Located<String>,
        documents: &Documents,
        (reader, env): (Reader, &Env),
        expected: &Type,
    ) -> Option<Expr> {
        match Expr::compile(&source.value, env, expected) {
            Ok(expr) => Some(expr),
            Err(errors) => {
                for error in errors {
                    if self.problems.is_full() {
                        break;
                    }
                    if let ExprErrorKind::UnknownField { field, .. } = &error.kind
                        && (self.broken_fields.contains(&**field)
                            || self.problems.is_broken("fields"))
                    {
                        continue;
                    }
                    if let ExprErrorKind::UnknownName(name) = &error.kind
                        && documents.is_broken(name)
                    {
                        continue;
                    }
                    let diagnostic = self.expression_problem(source, error, documents, reader);
                    self.error(diagnostic);
                }
                None
            }
        }
    }

    fn expression_problem(
        &self,
        source: &Located<String>,
        error: ExprError,
        documents: &Documents,
        reader: Reader,
    ) -> Diagnostic {
        let at = self.within(source, error.span.start, error.span.end);
        if let ExprErrorKind::UnknownName(name) = &error.kind
            && let Some((code, why)) = documents.hidden(name, reader)
        {
            let defined = self.names.deliverables.names.get(&**name).copied();
            return Diagnostic::error(code, at, why)
                .label("cannot be read here")
                .related(defined.unwrap_or_default(), "defined here");
        }
        let diagnostic = Diagnostic::error("bad_expression", at, error.kind.to_string());
        match error.suggestion {
            Some(suggestion) => diagnostic.help(format!("did you mean `{suggestion}`?")),
            None => diagnostic,
        }
    }

    /// A hyphen would read as a minus, and some words are taken.
    pub(super) fn nameable(&mut self, key: &str, at: Mark) {
        let env = Env::new([(key, Type::Bool)]);
        if Expr::compile(key, &env, &Type::Bool).is_err() {
            let message = format!("no expression can read `{key}`: it is not a name there");
            self.error(
                Diagnostic::warning("unnameable_key", at, message)
                    .help(format!("write `{}`", key.replace('-', "_"))),
            );
        }
    }

    /// A word of a text, with its own place. The last one counts: names stand at the end.
    pub(super) fn part(&self, text: &Located<String>, word: &str) -> Located<String> {
        let start = text.value.rfind(word).unwrap_or(0);
        Located { value: word.to_owned(), at: self.within(text, start, start + word.len()) }
    }

    /// The place of a part of a text, where the text is written as it is read; else all of it.
    pub(super) fn within(&self, source: &Located<String>, start: usize, end: usize) -> Mark {
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
