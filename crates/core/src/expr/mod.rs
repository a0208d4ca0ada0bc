//! Gate expressions: a typed, bounded subset of CEL, the Common Expression Language.
//!
//! A product manager writes `market_size.sam > money(5000000, 'EUR')`. [`Expr::compile`] checks
//! it against the fields of the forms, so that a slip is found when a workflow is written and
//! not when a product stands at the gate. [`Expr::eval`] decides it in three-valued logic: what
//! nobody has filled in is unknown, and unknown never passes. It also explains itself, clause by
//! clause, in a [`Verdict`].
//!
//! The language is in `docs/reference/expressions.md`. Invariants: there is no I/O, no clock and
//! no randomness here; no input makes it panic or exhaust the stack; the work that an evaluation
//! does is bounded by its [`Limits`]; making an unknown value known never turns a pass into a
//! fail, nor a fail into a pass.

mod arithmetic;
mod ast;
pub mod bounds;
mod check;
mod currency;
mod error;
mod eval;
mod functions;
mod lexer;
mod lists;
mod parser;
mod reads;
mod types;
mod value;
mod verdict;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Serialize, Serializer};

pub use arithmetic::rounded;
pub use bounds::Limits;
pub use currency::{Currency, UnknownCurrency};
pub use error::{ExprError, ExprErrorKind, NumberProblem};
pub use reads::{Leaf, ReadPath};
pub use types::{Env, RecordType, Type};
pub use value::{Money, Reason, Scope, Unknown, Value};
pub use verdict::{ClauseKind, Evidence, Outcome, Verdict};

/// A place in the source of an expression, in byte offsets.
pub type Span = std::ops::Range<usize>;

/// A checked expression. Clones are cheap. It is serialised as its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr(Arc<Compiled>);

#[derive(Debug, PartialEq, Eq)]
struct Compiled {
    source: String,
    root: ast::Node,
    reads: Vec<ReadPath>,
    ty: Type,
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    pub value: Value,
    /// Of an expression that is not a condition: its evidence, and the outcome `Unknown`.
    pub verdict: Verdict,
}

impl Expr {
    /// Reads and checks `source`, whose value must have the type `expected`.
    ///
    /// # Errors
    /// The first mistake of syntax, or every mistake of type, in the order of the checker's walk.
    pub fn compile(source: &str, env: &Env, expected: &Type) -> Result<Self, Vec<ExprError>> {
        let mut root = parser::parse(source).map_err(|error| vec![error])?;
        let ty = check::check(source, &mut root, env, expected)?;
        let reads = reads::reads(&root);
        Ok(Self(Arc::new(Compiled { source: source.to_owned(), root, reads, ty })))
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The type of its value, before it is widened to what was expected.
    pub fn ty(&self) -> &Type {
        &self.0.ty
    }

    /// What it reads in the end: a name, or a field of a record or of the records of a list, also
    /// where a loop runs over them. Sorted, each once.
    pub fn leaves(&self) -> Vec<Leaf> {
        reads::leaves(&self.0.root)
    }

    /// The texts that it may come to and that stand in its source.
    pub fn texts(&self) -> Vec<(&str, Span)> {
        reads::texts(&self.0.root)
    }

    /// The paths it may read, sorted, each once. A list that it runs over is read as a whole.
    pub fn reads(&self) -> &[ReadPath] {
        &self.0.reads
    }

    /// The value alone, and how many of its steps it has not spent.
    pub fn value(&self, scope: &Scope, limits: Limits) -> (Value, usize) {
        let mut evaluator = eval::Evaluator::new(&self.0.source, scope, limits);
        let value = evaluator.eval(&self.0.root);
        (value, evaluator.steps_left())
    }

    /// The value over `scope`, with the verdict of each clause. Total: what goes wrong is an
    /// unknown value with its reason.
    ///
    /// The values of `scope` must have the types that the environment promised, as those of
    /// [`Value::from_json`] have; one that has not makes what depends on it unknown.
    pub fn eval(&self, scope: &Scope, limits: Limits) -> Evaluation {
        let evaluator = eval::Evaluator::new(&self.0.source, scope, limits);
        let (value, verdict) = verdict::judge(&self.0.source, &self.0.root, evaluator);
        Evaluation { value, verdict }
    }
}

impl Serialize for Expr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.source())
    }
}
