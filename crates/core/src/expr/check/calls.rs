//! The types of functions and methods.

use super::super::Span;
use super::super::ast::{Call, Literal, LoopKind, Node, NodeKind};
use super::super::currency::Currency;
use super::super::error::{ExprError, ExprErrorKind};
use super::super::functions::{Function, Zero};
use super::super::types::Type;
use super::super::value;
use super::{Checker, coerce};
use crate::suggest::closest;

/// What authors who know other languages write.
const OTHER_NAMES: [(&str, &str); 13] = [
    ("length", "size"),
    ("len", "size"),
    ("count", "size"),
    ("any", "exists"),
    ("some", "exists"),
    ("every", "all"),
    ("includes", "contains"),
    ("duration", "days"),
    ("average", "avg"),
    ("mean", "avg"),
    ("sorted", "sort"),
    ("unique", "distinct"),
    ("top", "slice"),
];

impl Checker<'_> {
    pub(super) fn call(&mut self, call: &mut Call, span: &Span) -> Type {
        let Some(function) = call.function else { return self.unknown_function(call) };
        let types: Vec<Type> = call.args.iter_mut().map(|arg| self.check(arg)).collect();
        if !function.accepts(call.method, call.args.len()) {
            let kind =
                ExprErrorKind::WrongArguments { name: call.name.clone(), form: function.form() };
            return self.error(span, kind);
        }
        match function {
            Function::Size => {
                let sized = types[0].is_textual() || matches!(types[0], Type::List(_));
                self.argument(call, &types, 0, sized);
                Type::Int
            }
            Function::StartsWith | Function::EndsWith | Function::Contains => {
                self.text_test(call, &types);
                Type::Bool
            }
            Function::Sum(_) => self.sum(call, &types),
            Function::Min | Function::Max => self.extreme(call, &types),
            Function::Avg | Function::Sort | Function::Reverse | Function::Distinct => {
                self.of_list(function, call, &types)
            }
            Function::Slice => {
                let whole = |ty: &Type| matches!(ty, Type::Int | Type::Any);
                self.argument(call, &types, 0, matches!(types[0], Type::List(_) | Type::Any));
                self.argument(call, &types, 1, whole(&types[1]));
                self.argument(call, &types, 2, whole(&types[2]));
                types[0].clone()
            }
            Function::Abs | Function::Round => self.magnitude(function, call, &types),
            Function::Money => {
                self.money(call, &types, span);
                Type::Money
            }
            Function::Date => {
                self.argument(call, &types, 0, types[0].is_textual());
                self.literal(&call.args[0], |text| {
                    let kind = ExprErrorKind::NotADate(text.to_owned());
                    value::date(text).is_none().then_some((kind, None))
                });
                Type::Date
            }
            Function::Days => {
                let whole = matches!(types[0], Type::Int | Type::Any);
                self.argument(call, &types, 0, whole);
                Type::Duration
            }
            Function::Int => {
                let readable =
                    types[0].is_numeric() || types[0].is_textual() || types[0] == Type::Duration;
                self.argument(call, &types, 0, readable);
                Type::Int
            }
            Function::Number => {
                let readable = types[0].is_numeric() || types[0].is_textual();
                self.argument(call, &types, 0, readable);
                Type::Number
            }
            Function::Text => {
                let scalar = !matches!(types[0], Type::List(_) | Type::Record(_));
                self.argument(call, &types, 0, scalar);
                Type::Text
            }
        }
    }

    /// The arguments are left alone: they may be those of a macro whose name is mistyped.
    fn unknown_function(&mut self, call: &mut Call) -> Type {
        if let (true, Some(receiver)) = (call.method, call.args.first_mut()) {
            self.check(receiver);
        }
        let other = OTHER_NAMES.into_iter().find(|(other, _)| *other == call.name);
        let known = Function::NAMES.into_iter().chain(LoopKind::NAMES).chain(["has"]);
        let meant = other.map(|(_, ours)| ours).or_else(|| closest(&call.name, known));
        let kind = ExprErrorKind::UnknownFunction(call.name.clone());
        self.report(ExprError::new(call.name_span.clone(), kind).suggest(meant));
        Type::Any
    }

    /// Reports the argument at `place` unless it is `right`.
    fn argument(&mut self, call: &Call, types: &[Type], place: usize, right: bool) {
        let (Some(function), false) = (call.function, right) else { return };
        let (name, form, found) = (call.name.clone(), function.form(), types[place].clone());
        let kind = ExprErrorKind::WrongArgument { name, form, found };
        self.error(&call.args[place].span, kind);
    }

    fn literal(
        &mut self,
        node: &Node,
        problem: impl Fn(&str) -> Option<(ExprErrorKind, Option<String>)>,
    ) {
        let NodeKind::Literal(Literal::Text(text)) = &node.kind else { return };
        if let Some((kind, meant)) = problem(text) {
            self.report(ExprError::new(node.span.clone(), kind).suggest(meant));
        }
    }

    fn text_test(&mut self, call: &Call, types: &[Type]) {
        if call.function == Some(Function::Contains) && matches!(types[0], Type::List(_)) {
            let (list, item) = (self.text_of(&call.args[0]), self.text_of(&call.args[1]));
            let meant = format!("{item} in {list}");
            let form = Function::Contains.form();
            let (name, found) = (call.name.clone(), types[0].clone());
            let kind = ExprErrorKind::WrongArgument { name, form, found };
            let span = call.args[0].span.start..call.name_span.end;
            self.report(ExprError::new(span, kind).suggest(Some(meant)));
            return;
        }
        for (place, ty) in types.iter().enumerate() {
            self.argument(call, types, place, ty.is_textual());
        }
    }

    fn sum(&mut self, call: &mut Call, types: &[Type]) -> Type {
        let item = match &types[0] {
            Type::List(item) => (**item).clone(),
            Type::Any => Type::Any,
            _ => Type::Bool,
        };
        let zero = match item {
            Type::Int | Type::Any => Zero::Int,
            Type::Number => Zero::Number,
            Type::Money => Zero::Money,
            Type::Duration => Zero::Duration,
            _ => {
                self.argument(call, types, 0, false);
                return Type::Any;
            }
        };
        call.function = Some(Function::Sum(zero));
        item
    }

    /// `avg`, `sort`, `reverse` and `distinct`: what they ask of the items, and what they give.
    fn of_list(&mut self, function: Function, call: &Call, types: &[Type]) -> Type {
        let item = match &types[0] {
            Type::List(item) => &**item,
            Type::Any => return Type::Any,
            _ => {
                self.argument(call, types, 0, false);
                return Type::Any;
            }
        };
        let (fits, result) = match function {
            Function::Avg => (
                item.is_numeric() || *item == Type::Money,
                if *item == Type::Money { Type::Money } else { Type::Number },
            ),
            Function::Sort => (item.is_ordered(), types[0].clone()),
            Function::Distinct => (item.is_comparable(), types[0].clone()),
            _ => (true, types[0].clone()),
        };
        self.argument(call, types, 0, fits);
        result
    }

    /// `abs` and `round` keep the type; digits are rounded off numbers and amounts only.
    fn magnitude(&mut self, function: Function, call: &mut Call, types: &[Type]) -> Type {
        let fits = match function {
            Function::Abs => {
                types[0].is_numeric() || matches!(types[0], Type::Money | Type::Duration)
            }
            _ => types[0].is_numeric() || types[0] == Type::Money,
        };
        self.argument(call, types, 0, fits);
        if let Some(digits) = types.get(1) {
            self.argument(call, types, 1, matches!(digits, Type::Int | Type::Any));
        }
        if function == Function::Round && types[0] == Type::Int {
            coerce(&mut call.args[0], &Type::Int, &Type::Number);
            return Type::Number;
        }
        types[0].clone()
    }

    fn extreme(&mut self, call: &mut Call, types: &[Type]) -> Type {
        if let [only] = types {
            return match only {
                Type::List(item) if item.is_ordered() => (**item).clone(),
                Type::Any => Type::Any,
                _ => {
                    self.argument(call, types, 0, false);
                    Type::Any
                }
            };
        }
        let mut joined = Type::Any;
        for (place, ty) in types.iter().enumerate() {
            match joined.join(ty) {
                Some(wider) if wider.is_ordered() => joined = wider,
                _ => self.argument(call, types, place, false),
            }
        }
        for (arg, found) in call.args.iter_mut().zip(types) {
            coerce(arg, found, &joined);
        }
        joined
    }

    fn money(&mut self, call: &Call, types: &[Type], span: &Span) {
        self.argument(call, types, 0, types[0].is_numeric());
        let amount = &call.args[0];
        let Some(currency) = call.args.get(1) else {
            let zero = match &amount.kind {
                NodeKind::Literal(Literal::Int(whole)) => *whole == 0,
                NodeKind::Literal(Literal::Number(number)) => number.is_zero(),
                _ => false,
            };
            if !zero && types[0].is_numeric() {
                let meant = format!("money({}, 'EUR')", self.text_of(amount));
                let error = ExprError::new(span.clone(), ExprErrorKind::CurrencyNeeded);
                self.report(error.suggest(Some(meant)));
            }
            return;
        };
        self.argument(call, types, 1, types[1].is_textual());
        self.literal(currency, |code| {
            code.parse::<Currency>().is_err().then(|| {
                let near = closest(code, Currency::codes()).map(|near| format!("'{near}'"));
                (ExprErrorKind::NotACurrency(code.to_owned()), near)
            })
        });
    }
}
