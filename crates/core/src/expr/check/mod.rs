//! The type checker: finds every mistake of a tree, and puts in the widenings it relies on.

mod calls;
mod operators;

use super::Span;
use super::ast::{Literal, Loop, LoopKind, Node, NodeKind};
use super::bounds::MAX_ERRORS;
use super::error::{ExprError, ExprErrorKind};
use super::functions::Function;
use super::types::{Env, Type};
use super::value;
use crate::suggest::closest;

/// Checks that `root` has the type `expected` in `env`, and gives the type that it has.
pub(super) fn check(
    source: &str,
    root: &mut Node,
    env: &Env,
    expected: &Type,
) -> Result<Type, Vec<ExprError>> {
    let mut checker = Checker { source, env, locals: Vec::new(), errors: Vec::new() };
    let found = checker.expect(root, expected);
    let mut errors = checker.errors;
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

struct Checker<'e> {
    source: &'e str,
    env: &'e Env,
    /// The variables of the loops around the present node, innermost last.
    locals: Vec<(String, Type)>,
    errors: Vec<ExprError>,
}

impl Checker<'_> {
    fn report(&mut self, error: ExprError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    fn error(&mut self, span: &Span, kind: ExprErrorKind) -> Type {
        self.report(ExprError::new(span.clone(), kind));
        Type::Any
    }

    fn text_of(&self, node: &Node) -> &str {
        self.source.get(node.span.clone()).unwrap_or_default()
    }

    /// Checks `node` where a value of the type `expected` must stand.
    fn expect(&mut self, node: &mut Node, expected: &Type) -> Type {
        let found = self.check(node);
        if found.fits(expected) {
            coerce(node, &found, expected);
            return found;
        }
        let meant = match expected {
            Type::Bool if is_field(node) => Some(format!("has({})", self.text_of(node))),
            _ => self.conversion(node, expected),
        };
        let kind = ExprErrorKind::WrongType { expected: expected.clone(), found };
        self.report(ExprError::new(node.span.clone(), kind).suggest(meant));
        Type::Any
    }

    /// The type of `node`. What is wrong is reported once, and then agrees with everything.
    fn check(&mut self, node: &mut Node) -> Type {
        match &mut node.kind {
            NodeKind::Literal(literal) => literal_type(literal),
            NodeKind::List(items) => self.list(items),
            NodeKind::Name(name) => self.name(name, &node.span),
            NodeKind::Field { of, name, name_span } => self.field(of, name, name_span),
            NodeKind::Index { .. } => self.index(node),
            NodeKind::Not(of) => {
                self.expect(of, &Type::Bool);
                Type::Bool
            }
            NodeKind::Negate(of) => self.negate(of),
            NodeKind::And(clauses) | NodeKind::Or(clauses) => {
                for clause in clauses {
                    self.expect(clause, &Type::Bool);
                }
                Type::Bool
            }
            NodeKind::Binary { op, left, right } => self.binary(*op, left, right, &node.span),
            NodeKind::Conditional { condition, then, otherwise } => {
                self.expect(condition, &Type::Bool);
                self.branches(then, otherwise)
            }
            NodeKind::Has(field) => {
                self.check(field);
                Type::Bool
            }
            NodeKind::Call(call) => self.call(call, &node.span),
            NodeKind::Loop(looped) => self.looped(looped),
            NodeKind::Widen(of) => {
                self.check(of);
                Type::Number
            }
        }
    }

    fn list(&mut self, items: &mut [Node]) -> Type {
        let mut first = Type::Any;
        let mut types = Vec::with_capacity(items.len());
        for item in &mut *items {
            let other = self.check(item);
            if let Some(joined) = first.join(&other) {
                first = joined;
            } else {
                let kind = ExprErrorKind::MixedList { first: first.clone(), other: other.clone() };
                self.error(&item.span, kind);
            }
            types.push(other);
        }
        for (item, found) in items.iter_mut().zip(&types) {
            coerce(item, found, &first);
        }
        Type::list(first)
    }

    fn name(&mut self, name: &str, span: &Span) -> Type {
        let local = self.locals.iter().rev().find(|(local, _)| local == name);
        if let Some(ty) = local.map(|(_, ty)| ty).or_else(|| self.env.vars.get(name)) {
            return ty.clone();
        }
        let known = self.locals.iter().map(|(local, _)| local).chain(self.env.vars.keys());
        let meant = match closest(name, known.map(String::as_str)) {
            Some(near) => Some(near.to_owned()),
            None => self.form_with(name).map(|form| format!("{form}.{name}")),
        };
        let kind = ExprErrorKind::UnknownName(name.to_owned());
        self.report(ExprError::new(span.clone(), kind).suggest(meant));
        Type::Any
    }

    /// The first form that has a field of this name: authors forget to name the form.
    fn form_with(&self, field: &str) -> Option<&str> {
        self.env.vars.iter().find_map(|(form, ty)| match ty {
            Type::Record(record) if record.fields.contains_key(field) => Some(form.as_str()),
            _ => None,
        })
    }

    fn field(&mut self, of: &mut Node, name: &str, name_span: &Span) -> Type {
        let found = self.check(of);
        let record = match &found {
            Type::Any => return Type::Any,
            Type::Record(record) => record,
            _ => {
                let is_method =
                    Function::NAMES.into_iter().chain(LoopKind::NAMES).any(|method| method == name);
                let meant = is_method.then(|| format!("{name}()"));
                let kind = ExprErrorKind::NotARecord { of: found, field: name.to_owned() };
                self.report(ExprError::new(name_span.clone(), kind).suggest(meant));
                return Type::Any;
            }
        };
        if let Some(ty) = record.fields.get(name) {
            return ty.clone();
        }
        let of = self.text_of(of).to_owned();
        let kind = ExprErrorKind::UnknownField { of, field: name.to_owned() };
        let meant = closest(name, record.fields.keys().map(String::as_str));
        self.report(ExprError::new(name_span.clone(), kind).suggest(meant));
        Type::Any
    }

    /// `list[0]`, or `record['field']`, which becomes a field.
    fn index(&mut self, node: &mut Node) -> Type {
        let NodeKind::Index { of, index } = &mut node.kind else { return Type::Any };
        if let NodeKind::Literal(Literal::Text(name)) = &index.kind {
            let (name, name_span) = (name.clone(), index.span.clone());
            let ty = self.field(of, &name, &name_span);
            let placeholder = Node::new(NodeKind::Literal(Literal::Bool(false)), 0..0);
            let of = Box::new(std::mem::replace(&mut **of, placeholder));
            node.kind = NodeKind::Field { of, name, name_span };
            return ty;
        }
        let found = self.check(of);
        self.expect(index, &Type::Int);
        match found {
            Type::List(item) => *item,
            Type::Any => Type::Any,
            other => self.error(&of.span.clone(), ExprErrorKind::NotIndexed(other)),
        }
    }

    fn branches(&mut self, then: &mut Node, otherwise: &mut Node) -> Type {
        let (first, second) = (self.check(then), self.check(otherwise));
        let Some(joined) = first.join(&second) else {
            let kind = ExprErrorKind::MixedBranches { then: first, otherwise: second };
            return self.error(&otherwise.span, kind);
        };
        coerce(then, &first, &joined);
        coerce(otherwise, &second, &joined);
        joined
    }

    fn looped(&mut self, looped: &mut Loop) -> Type {
        let item = match self.check(&mut looped.list) {
            Type::List(item) => *item,
            Type::Any => Type::Any,
            other => {
                let name = LoopKind::NAMES[looped.kind as usize].to_owned();
                self.error(&looped.list.span, ExprErrorKind::NotAList(name, other))
            }
        };
        self.locals.push((looped.var.clone(), item.clone()));
        if let Some(only_if) = &mut looped.only_if {
            self.expect(only_if, &Type::Bool);
        }
        let ty = match looped.kind {
            LoopKind::Map => Type::list(self.check(&mut looped.body)),
            kind => {
                self.expect(&mut looped.body, &Type::Bool);
                if kind == LoopKind::Filter { Type::list(item) } else { Type::Bool }
            }
        };
        self.locals.pop();
        ty
    }

    /// The literal at `node` written as a value of the type `wanted`, when that is easily done.
    fn conversion(&self, node: &Node, wanted: &Type) -> Option<String> {
        let written = self.text_of(node);
        match (wanted, &node.kind) {
            (Type::Money, NodeKind::Literal(literal)) if literal_type(literal).is_numeric() => {
                let zero = matches!(literal, Literal::Int(0));
                Some(if zero { "money(0)".to_owned() } else { format!("money({written}, 'EUR')") })
            }
            (Type::Duration, NodeKind::Literal(Literal::Int(_))) => {
                Some(format!("days({written})"))
            }
            (Type::Date, NodeKind::Literal(Literal::Text(text))) => {
                value::date(text).map(|_| format!("date({written})"))
            }
            (Type::Text, NodeKind::Literal(literal)) if literal_type(literal).is_numeric() => {
                Some(format!("'{written}'"))
            }
            (Type::Int | Type::Number, NodeKind::Literal(Literal::Text(text))) => {
                value::exact_decimal(text).map(|_| text.clone())
            }
            _ => None,
        }
    }
}

fn literal_type(literal: &Literal) -> Type {
    match literal {
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Number(_) => Type::Number,
        Literal::Text(_) => Type::Text,
    }
}

fn is_field(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Field { .. }) && node.is_path()
}

/// Widens `node` when it holds whole numbers where numbers are expected.
fn coerce(node: &mut Node, found: &Type, expected: &Type) {
    match (found, expected) {
        (Type::Int, Type::Number) => node.widen(),
        (Type::List(item), Type::List(wanted)) if needs_widening(item, wanted) => node.widen(),
        _ => {}
    }
}

fn needs_widening(found: &Type, expected: &Type) -> bool {
    match (found, expected) {
        (Type::Int, Type::Number) => true,
        (Type::List(item), Type::List(wanted)) => needs_widening(item, wanted),
        _ => false,
    }
}
