//! The evaluator: total, bounded, and three-valued.

use std::sync::Arc;

use super::arithmetic;
use super::ast::{BinaryOp, Call, Literal, Loop, LoopKind, Node, NodeKind};
use super::bounds::Limits;
use super::functions::Function;
use super::value::{Reason, Scope, Truth, Unknown, Value, order};

/// Bytes of text that one step pays for.
const TEXT_BYTES_PER_STEP: usize = 256;

pub(super) struct Evaluator<'a> {
    source: &'a str,
    scope: &'a Scope,
    pub(super) limits: Limits,
    steps_left: usize,
    /// The variables of the loops that run, innermost last.
    locals: Vec<(&'a str, Value)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(source: &'a str, scope: &'a Scope, limits: Limits) -> Self {
        Self { source, scope, limits, steps_left: limits.steps, locals: Vec::new() }
    }

    /// How many steps may still be spent.
    pub(super) const fn steps_left(&self) -> usize {
        self.steps_left
    }

    /// Gives the loop variable `name` the value `item`, until [`leave`](Self::leave).
    pub(super) fn enter(&mut self, name: &'a str, item: Value) {
        self.locals.push((name, item));
    }

    /// Forgets the innermost loop variable.
    pub(super) fn leave(&mut self) {
        self.locals.pop();
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Reason> {
        let left = self.steps_left.checked_sub(steps);
        self.steps_left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Reason::TooManySteps { max: self.limits.steps })
    }

    fn spend_text(&mut self, text: &str) -> Result<(), Reason> {
        self.spend(text.len() / TEXT_BYTES_PER_STEP)
    }

    pub(super) fn truth(&mut self, node: &'a Node) -> Truth {
        Truth::from(&self.eval(node))
    }

    pub(super) fn eval(&mut self, node: &'a Node) -> Value {
        let result = match self.spend(1) {
            Ok(()) => self.compute(node),
            Err(reason) => Err(reason),
        };
        Self::settle(node, result)
    }

    /// A failure becomes an unknown value that knows its place.
    fn settle(node: &Node, result: Result<Value, Reason>) -> Value {
        result.unwrap_or_else(|reason| {
            Value::Unknown(Arc::new(Unknown { reason, span: Some(node.span.clone()) }))
        })
    }

    fn compute(&mut self, node: &'a Node) -> Result<Value, Reason> {
        match &node.kind {
            NodeKind::Literal(literal) => Ok(match literal {
                Literal::Bool(truth) => Value::Bool(*truth),
                Literal::Int(whole) => Value::Int(*whole),
                Literal::Number(number) => Value::Number(*number),
                Literal::Text(text) => Value::text(text),
            }),
            NodeKind::List(items) => Ok(Value::list(items.iter().map(|item| self.eval(item)))),
            NodeKind::Name(name) => Ok(self.name(name, node)),
            NodeKind::Field { of, name, .. } => self.field(of, name, node),
            NodeKind::Index { of, index } => self.index(of, index, node),
            NodeKind::Not(of) => Ok(self.truth(of).not().into()),
            NodeKind::Negate(of) => self.strict(of, arithmetic::negate),
            NodeKind::And(clauses) => Ok(self.and(clauses).into()),
            NodeKind::Or(clauses) => Ok(self.or(clauses).into()),
            NodeKind::Binary { op, left, right } => {
                let (left, right) = (self.eval(left), self.eval(right));
                Ok(self.binary(*op, &left, &right, node))
            }
            NodeKind::Conditional { condition, then, otherwise } => {
                Ok(match self.truth(condition) {
                    Truth::True => self.eval(then),
                    Truth::False => self.eval(otherwise),
                    Truth::Unknown(why) => Value::Unknown(why),
                })
            }
            NodeKind::Has(field) => Ok(self.has(field)),
            NodeKind::Call(call) => self.call(call),
            NodeKind::Loop(looped) => self.looped(looped),
            NodeKind::Widen(of) => Ok(arithmetic::widen(self.eval(of))),
        }
    }

    fn strict(
        &mut self,
        of: &'a Node,
        then: impl FnOnce(&Value) -> Result<Value, Reason>,
    ) -> Result<Value, Reason> {
        match self.eval(of) {
            unknown @ Value::Unknown(_) => Ok(unknown),
            known => then(&known),
        }
    }

    // Reading

    fn name(&self, name: &str, node: &Node) -> Value {
        let local = self.locals.iter().rev().find(|(local, _)| *local == name);
        match local.map(|(_, value)| value).or_else(|| self.scope.get(name)) {
            Some(found) => self.placed(found, node),
            None => self.absent(node),
        }
    }

    fn field(&mut self, of: &'a Node, name: &str, node: &Node) -> Result<Value, Reason> {
        match self.eval(of) {
            Value::Record(fields) => Ok(match fields.get(name) {
                Some(found) => self.placed(found, node),
                None => self.absent(node),
            }),
            // What is absent lacks all its fields: say which one was wanted.
            Value::Unknown(why) if matches!(why.reason, Reason::Absent { .. }) => {
                Ok(self.absent(node))
            }
            unknown @ Value::Unknown(_) => Ok(unknown),
            _ => Err(Reason::Mismatched),
        }
    }

    fn index(&mut self, of: &'a Node, index: &'a Node, node: &Node) -> Result<Value, Reason> {
        match (self.eval(of), self.eval(index)) {
            (unknown @ Value::Unknown(_), _) | (_, unknown @ Value::Unknown(_)) => Ok(unknown),
            (Value::List(items), Value::Int(index)) => {
                let item = usize::try_from(index).ok().and_then(|place| items.get(place));
                match item {
                    Some(found) => Ok(self.placed(found, node)),
                    None => Err(Reason::IndexOutOfRange { index, size: items.len() }),
                }
            }
            _ => Err(Reason::Mismatched),
        }
    }

    /// Gives an unknown that came with the data the place where it was read.
    fn placed(&self, found: &Value, node: &Node) -> Value {
        match found {
            Value::Unknown(why) if why.span.is_none() => match why.reason {
                Reason::Absent { .. } => self.absent(node),
                _ => Self::settle(node, Err(why.reason.clone())),
            },
            _ => found.clone(),
        }
    }

    fn absent(&self, node: &Node) -> Value {
        let path = self.source.get(node.span.clone()).unwrap_or_default().to_owned();
        Self::settle(node, Err(Reason::Absent { path }))
    }

    /// False when nothing is there; unknown when nobody can tell.
    fn has(&mut self, field: &'a Node) -> Value {
        match self.eval(field) {
            Value::Unknown(why) if matches!(why.reason, Reason::Absent { .. }) => {
                Value::Bool(false)
            }
            unknown @ Value::Unknown(_) => unknown,
            _ => Value::Bool(true),
        }
    }

    // Operators

    fn and(&mut self, clauses: &'a [Node]) -> Truth {
        let mut result = Truth::True;
        for clause in clauses {
            result = result.and(self.truth(clause));
            if result == Truth::False {
                break;
            }
        }
        result
    }

    fn or(&mut self, clauses: &'a [Node]) -> Truth {
        let mut result = Truth::False;
        for clause in clauses {
            result = result.or(self.truth(clause));
            if result == Truth::True {
                break;
            }
        }
        result
    }

    /// `left op right`; `node` is the whole.
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        left: &Value,
        right: &Value,
        node: &Node,
    ) -> Value {
        if let (unknown @ Value::Unknown(_), _) | (_, unknown @ Value::Unknown(_)) = (left, right) {
            // `x in []` is false whatever x is.
            return match (op, right) {
                (BinaryOp::In, Value::List(items)) if items.is_empty() => Value::Bool(false),
                _ => unknown.clone(),
            };
        }
        let result = match op {
            BinaryOp::Equal => self.equal(left, right).map(Value::from),
            BinaryOp::NotEqual => self.equal(left, right).map(|equal| equal.not().into()),
            BinaryOp::In => self.contained(left, right).map(Value::from),
            BinaryOp::Less
            | BinaryOp::LessOrEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterOrEqual => self.ordered(op, left, right),
            _ => self
                .paid(left, right)
                .and_then(|()| arithmetic::apply(op, left, right, &self.limits)),
        };
        Self::settle(node, result)
    }

    /// Pays for reading both operands once.
    pub(super) fn paid(&mut self, left: &Value, right: &Value) -> Result<(), Reason> {
        for value in [left, right] {
            match value {
                Value::Text(text) => self.spend_text(text)?,
                Value::List(items) => self.spend(items.len())?,
                _ => {}
            }
        }
        Ok(())
    }

    fn ordered(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Result<Value, Reason> {
        self.paid(left, right)?;
        let order = order(left, right)?;
        Ok(Value::Bool(match op {
            BinaryOp::Less => order.is_lt(),
            BinaryOp::LessOrEqual => order.is_le(),
            BinaryOp::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    /// Lists are equal when all items are; an unknown item leaves it open.
    pub(super) fn equal(&mut self, left: &Value, right: &Value) -> Result<Truth, Reason> {
        self.spend(1)?;
        match (left, right) {
            (Value::Unknown(why), _) | (_, Value::Unknown(why)) => {
                Ok(Truth::Unknown(Arc::clone(why)))
            }
            (Value::Bool(a), Value::Bool(b)) => Ok((a == b).into()),
            (Value::List(a), Value::List(b)) => {
                let mut result = Truth::from(a.len() == b.len());
                for (a, b) in a.iter().zip(b.iter()) {
                    if result == Truth::False {
                        break;
                    }
                    result = result.and(self.equal(a, b)?);
                }
                Ok(result)
            }
            _ => {
                self.paid(left, right)?;
                order(left, right).map(|order| order.is_eq().into())
            }
        }
    }

    fn contained(&mut self, needle: &Value, list: &Value) -> Result<Truth, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        let mut result = Truth::False;
        for item in items.iter() {
            result = result.or(self.equal(needle, item)?);
            if result == Truth::True {
                break;
            }
        }
        Ok(result)
    }

    // Calls

    fn call(&mut self, call: &'a Call) -> Result<Value, Reason> {
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            match self.eval(arg) {
                unknown @ Value::Unknown(_) => return Ok(unknown),
                known => args.push(known),
            }
        }
        let Some((function, first)) = call.function.zip(args.first()) else {
            return Err(Reason::Mismatched);
        };
        match function {
            Function::Size => self.size(first),
            Function::StartsWith => self.text_test(&args, |text, part| text.starts_with(part)),
            Function::EndsWith => self.text_test(&args, |text, part| text.ends_with(part)),
            Function::Contains => self.text_test(&args, |text, part| text.contains(part)),
            Function::Sum(zero) => self.sum(first, arithmetic::zero(zero)),
            Function::Min | Function::Max => match first {
                Value::List(items) if args.len() == 1 => self.extreme(function, items),
                _ => self.extreme(function, &args),
            },
            Function::Avg => self.avg(first),
            Function::Sort => self.sort(first),
            Function::Reverse => self.reverse(first),
            Function::Distinct => self.distinct(first),
            Function::Slice => self.slice(&args),
            Function::Abs => arithmetic::abs(first),
            Function::Round => arithmetic::round(first, args.get(1)),
            Function::Money => arithmetic::amount(first, args.get(1)),
            Function::Date => arithmetic::to_date(first),
            Function::Days => arithmetic::to_days(first),
            Function::Int => arithmetic::to_int(first),
            Function::Number => arithmetic::to_number(first),
            Function::Text => arithmetic::to_text(first),
        }
    }

    /// Characters of a text, items of a list (known or not).
    fn size(&mut self, of: &Value) -> Result<Value, Reason> {
        let size = match of {
            Value::Text(text) => {
                self.spend_text(text)?;
                text.chars().count()
            }
            Value::List(items) => items.len(),
            _ => return Err(Reason::Mismatched),
        };
        i64::try_from(size).map(Value::Int).map_err(|_| Reason::Overflow)
    }

    fn text_test(
        &mut self,
        args: &[Value],
        holds: impl FnOnce(&str, &str) -> bool,
    ) -> Result<Value, Reason> {
        let [Value::Text(text), Value::Text(part)] = args else { return Err(Reason::Mismatched) };
        self.spend_text(text)?;
        self.spend_text(part)?;
        Ok(Value::Bool(holds(text, part)))
    }

    pub(super) fn sum(&mut self, list: &Value, zero: Value) -> Result<Value, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        self.spend(items.len())?;
        let mut total = zero;
        for item in items.iter() {
            if item.is_unknown() {
                return Ok(item.clone());
            }
            total = arithmetic::apply(BinaryOp::Add, &total, item, &self.limits)?;
        }
        Ok(total)
    }

    fn extreme(&mut self, function: Function, items: &[Value]) -> Result<Value, Reason> {
        self.spend(items.len())?;
        let mut best = items.first().ok_or(Reason::EmptyList)?;
        for item in items {
            if item.is_unknown() {
                return Ok(item.clone());
            }
            self.paid(best, item)?;
            let order = order(item, best)?;
            if (function == Function::Min && order.is_lt())
                || (function == Function::Max && order.is_gt())
            {
                best = item;
            }
        }
        Ok(best.clone())
    }

    // Loops

    fn looped(&mut self, looped: &'a Loop) -> Result<Value, Reason> {
        let items = match self.eval(&looped.list) {
            Value::List(items) => items,
            unknown @ Value::Unknown(_) => return Ok(unknown),
            _ => return Err(Reason::Mismatched),
        };
        match looped.kind {
            LoopKind::Map => Ok(self.map(looped, &items)),
            LoopKind::Filter => Ok(self.filter(looped, &items)),
            kind => {
                let mut tally = Tally::new(kind);
                for item in items.iter() {
                    let truth = self.holds(looped, &looped.body, item);
                    tally.add(truth);
                    if tally.decided() {
                        break;
                    }
                }
                Ok(tally.truth().into())
            }
        }
    }

    /// Whether `condition` holds for `item`.
    pub(super) fn holds(&mut self, looped: &'a Loop, condition: &'a Node, item: &Value) -> Truth {
        self.enter(&looped.var, item.clone());
        let truth = self.truth(condition);
        self.leave();
        truth
    }

    fn map(&mut self, looped: &'a Loop, items: &[Value]) -> Value {
        let mut mapped = Vec::with_capacity(items.len());
        for item in items {
            match looped.only_if.as_ref().map(|only_if| self.holds(looped, only_if, item)) {
                Some(Truth::Unknown(why)) => return Value::Unknown(why),
                Some(Truth::False) => {}
                Some(Truth::True) | None => {
                    self.enter(&looped.var, item.clone());
                    mapped.push(self.eval(&looped.body));
                    self.leave();
                }
            }
        }
        Value::list(mapped)
    }

    /// One item of which nobody can say whether it belongs leaves the whole list unknown.
    fn filter(&mut self, looped: &'a Loop, items: &[Value]) -> Value {
        let mut kept = Vec::new();
        for item in items {
            match self.holds(looped, &looped.body, item) {
                Truth::True => kept.push(item.clone()),
                Truth::False => {}
                Truth::Unknown(why) => return Value::Unknown(why),
            }
        }
        Value::list(kept)
    }
}

/// The truth of a quantifier, item by item.
#[derive(Debug)]
pub(super) struct Tally {
    kind: LoopKind,
    passed: usize,
    failed: usize,
    unknown: Option<Arc<Unknown>>,
}

impl Tally {
    pub(super) fn new(kind: LoopKind) -> Self {
        Self { kind, passed: 0, failed: 0, unknown: None }
    }

    pub(super) fn add(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.passed += 1,
            Truth::False => self.failed += 1,
            Truth::Unknown(why) => {
                self.unknown.get_or_insert(why);
            }
        }
    }

    /// `true` when no further item can change the truth.
    fn decided(&self) -> bool {
        match self.kind {
            LoopKind::All => self.failed > 0,
            LoopKind::ExistsOne => self.passed > 1,
            _ => self.passed > 0,
        }
    }

    pub(super) fn passed(&self) -> usize {
        self.passed
    }

    pub(super) fn truth(&self) -> Truth {
        let when_all_known = match self.kind {
            LoopKind::All => self.failed == 0,
            LoopKind::ExistsOne => self.passed == 1,
            _ => self.passed > 0,
        };
        match &self.unknown {
            Some(why) if !self.decided() => Truth::Unknown(Arc::clone(why)),
            _ => when_all_known.into(),
        }
    }
}
