//! What is computed of a whole list: its mean, its order, its parts.

use super::arithmetic;
use super::eval::Evaluator;
use super::functions::Zero;
use super::value::{Money, Reason, Truth, Value, order, same_currency};

impl Evaluator<'_> {
    /// Of whole numbers too it is a number: the mean of 1 and 2 is 1.5.
    pub(super) fn avg(&mut self, list: &Value) -> Result<Value, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        let zero = match items.first() {
            None => return Err(Reason::EmptyList),
            Some(Value::Money(_)) => Zero::Money,
            Some(_) => Zero::Number,
        };
        match self.sum(list, arithmetic::zero(zero))? {
            unknown @ Value::Unknown(_) => Ok(unknown),
            total => arithmetic::divide(&total, items.len()),
        }
    }

    /// The least first.
    pub(super) fn sort(&mut self, list: &Value) -> Result<Value, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        if let Some(unknown) = self.first_unknown(items)? {
            return Ok(unknown);
        }
        in_one_order(items)?;
        let rounds = usize::BITS - items.len().leading_zeros();
        for item in items.iter() {
            self.spend(rounds as usize)?;
            self.paid(item, item)?;
        }
        let mut sorted = items.to_vec();
        // All are in one order now, so no comparison fails.
        sorted.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
        Ok(Value::list(sorted))
    }

    pub(super) fn reverse(&mut self, list: &Value) -> Result<Value, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        self.spend(items.len())?;
        Ok(Value::list(items.iter().rev().cloned()))
    }

    /// Each item once, in the order in which it first comes.
    pub(super) fn distinct(&mut self, list: &Value) -> Result<Value, Reason> {
        let Value::List(items) = list else { return Err(Reason::Mismatched) };
        if let Some(unknown) = self.first_unknown(items)? {
            return Ok(unknown);
        }
        let mut kept: Vec<Value> = Vec::new();
        'items: for item in items.iter() {
            for earlier in &kept {
                match self.equal(earlier, item)? {
                    Truth::True => continue 'items,
                    Truth::False => {}
                    Truth::Unknown(why) => return Ok(Value::Unknown(why)),
                }
            }
            kept.push(item.clone());
        }
        Ok(Value::list(kept))
    }

    /// `list.slice(from, to)`: from the one, which is in it, to the other, which is not.
    pub(super) fn slice(&mut self, args: &[Value]) -> Result<Value, Reason> {
        let [Value::List(items), Value::Int(from), Value::Int(to)] = args else {
            return Err(Reason::Mismatched);
        };
        let place = |index: i64| {
            let place = usize::try_from(index).ok().filter(|place| *place <= items.len());
            place.ok_or(Reason::IndexOutOfRange { index, size: items.len() })
        };
        let (start, end) = (place(*from)?, place(*to)?);
        if start > end {
            return Err(Reason::IndexOutOfRange { index: *from, size: items.len() });
        }
        self.spend(end - start)?;
        Ok(Value::list(items[start..end].iter().cloned()))
    }

    fn first_unknown(&mut self, items: &[Value]) -> Result<Option<Value>, Reason> {
        self.spend(items.len())?;
        Ok(items.iter().find(|item| item.is_unknown()).cloned())
    }
}

/// Can every two of them be compared?
fn in_one_order(items: &[Value]) -> Result<(), Reason> {
    let mut common = Money::ZERO;
    for item in items {
        match item {
            Value::Money(money) => common.currency = same_currency(common, *money)?,
            other => {
                order(&items[0], other)?;
            }
        }
    }
    Ok(())
}
