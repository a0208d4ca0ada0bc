//! The types of operators.

use super::super::Span;
use super::super::ast::{BinaryOp, Literal, Node, NodeKind};
use super::super::error::{ExprError, ExprErrorKind};
use super::super::types::Type;
use super::{Checker, coerce};
use crate::suggest::closest;

impl Checker<'_> {
    pub(super) fn negate(&mut self, of: &mut Node) -> Type {
        let found = self.check(of);
        match found {
            Type::Int | Type::Number | Type::Money | Type::Duration | Type::Any => found,
            _ => {
                let kind = ExprErrorKind::WrongType { expected: Type::Number, found };
                self.error(&of.span, kind)
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &mut Node,
        right: &mut Node,
        span: &Span,
    ) -> Type {
        let (first, second) = (self.check(left), self.check(right));
        if !op.is_comparison() {
            return self.arithmetic(op, (left, &first), (right, &second), span);
        }
        match op {
            BinaryOp::In => self.membership((left, &first), (right, &second), span),
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let comparable = first.is_comparable() && second.is_comparable();
                self.comparison(comparable, (left, &first), (right, &second), span);
            }
            _ if first.join(&second).is_some_and(|joined| !joined.is_ordered()) => {
                self.error(span, ExprErrorKind::NotOrdered { sign: op.sign(), of: first });
            }
            _ => self.comparison(true, (left, &first), (right, &second), span),
        }
        Type::Bool
    }

    fn comparison(
        &mut self,
        comparable: bool,
        (left, first): (&Node, &Type),
        (right, second): (&Node, &Type),
        span: &Span,
    ) {
        if comparable && first.join(second).is_some() {
            self.choices(first, right);
            self.choices(second, left);
            return;
        }
        let kind = ExprErrorKind::NotComparable { left: first.clone(), right: second.clone() };
        self.mismatch(kind, (left, first), (right, second), span);
    }

    fn membership(
        &mut self,
        (needle, first): (&Node, &Type),
        (list, second): (&Node, &Type),
        span: &Span,
    ) {
        match second {
            Type::Any => {}
            Type::List(item) => {
                self.comparison(item.is_comparable(), (needle, first), (list, item), span);
            }
            _ => {
                let meant = (first.is_textual() && second.is_textual())
                    .then(|| format!("{}.contains({})", self.text_of(list), self.text_of(needle)));
                let kind = ExprErrorKind::NotAList("in".to_owned(), second.clone());
                let place = if meant.is_some() { span } else { &list.span };
                self.report(ExprError::new(place.clone(), kind).suggest(meant));
            }
        }
    }

    /// Reports each literal text within `node` that is not one of the choices of `ty`.
    fn choices(&mut self, ty: &Type, node: &Node) {
        let Some(choices) = ty.choices() else { return };
        match &node.kind {
            NodeKind::Literal(Literal::Text(text)) if !choices.contains(text) => {
                let meant = closest(text, choices.iter().map(String::as_str));
                let meant = meant.map(|near| format!("'{near}'"));
                let kind =
                    ExprErrorKind::NotAChoice { text: text.clone(), choices: choices.to_vec() };
                self.report(ExprError::new(node.span.clone(), kind).suggest(meant));
            }
            NodeKind::List(items) => items.iter().for_each(|item| self.choices(ty, item)),
            NodeKind::Conditional { then, otherwise, .. } => {
                self.choices(ty, then);
                self.choices(ty, otherwise);
            }
            _ => {}
        }
    }

    fn arithmetic(
        &mut self,
        op: BinaryOp,
        (left, first): (&mut Node, &Type),
        (right, second): (&mut Node, &Type),
        span: &Span,
    ) -> Type {
        if let Some(result) = result_of(op, first, second) {
            // Only lists: numbers are brought together by the operation itself.
            if matches!(result, Type::List(_)) {
                coerce(left, first, &result);
                coerce(right, second, &result);
            }
            return result;
        }
        let (sign, left_type, right_type) = (op.sign(), first.clone(), second.clone());
        let kind = ExprErrorKind::WrongOperands { sign, left: left_type, right: right_type };
        self.mismatch(kind, (left, first), (right, second), span);
        Type::Any
    }

    /// Reports that two operands do not go together: at the literal that is easily rewritten,
    /// else at the whole.
    fn mismatch(
        &mut self,
        kind: ExprErrorKind,
        (left, first): (&Node, &Type),
        (right, second): (&Node, &Type),
        span: &Span,
    ) {
        let on_right = self.conversion(right, first).map(|meant| (meant, &right.span));
        let error = match on_right
            .or_else(|| self.conversion(left, second).map(|meant| (meant, &left.span)))
        {
            Some((meant, place)) => ExprError::new(place.clone(), kind).suggest(Some(meant)),
            None => ExprError::new(span.clone(), kind),
        };
        self.report(error);
    }
}

/// The type of `first op second`, or `None` when there is no such operation.
fn result_of(op: BinaryOp, first: &Type, second: &Type) -> Option<Type> {
    use Type::{Any, Date, Duration, Int, List, Money, Number};
    Some(match (op, first, second) {
        (_, Any, _) | (_, _, Any) => Any,
        (_, Int, Int) => Int,
        (BinaryOp::Remainder, ..) => return None,
        (_, Int | Number, Int | Number) | (BinaryOp::Divide, Money, Money) => Number,
        (BinaryOp::Add | BinaryOp::Subtract, Money, Money)
        | (BinaryOp::Multiply | BinaryOp::Divide, Money, Int | Number)
        | (BinaryOp::Multiply, Int | Number, Money) => Money,
        (BinaryOp::Add | BinaryOp::Subtract, Duration, Duration)
        | (BinaryOp::Subtract, Date, Date)
        | (BinaryOp::Multiply, Duration, Int)
        | (BinaryOp::Multiply, Int, Duration) => Duration,
        (BinaryOp::Add | BinaryOp::Subtract, Date, Duration) | (BinaryOp::Add, Duration, Date) => {
            Date
        }
        (BinaryOp::Add, a, b) if a.is_textual() && b.is_textual() => Type::Text,
        (BinaryOp::Add, List(_), List(_)) => return first.join(second),
        _ => return None,
    })
}
