//! Values that few products have: then these products are looked up, whatever the order.

use std::collections::BTreeSet;

use super::lists::{EVER, ProductFilter, Sieve};
use crate::{
    db::{Arg, Conn},
    error::Result,
    facet::{HOLDER, MARKET, Range, WORD},
    health::Health,
    listing::Standing,
    sql::lists::{self as sql, Look},
    time::{NEVER, micros},
};

/// So many products are few: sorting them costs less than walking an index for them.
pub(crate) const FEW: usize = 2_000;
/// A filter with more values is not looked up value by value.
const VALUES: usize = 50;

/// Looks for few products among those that have a value which the filter names. What is most
/// telling is asked first; each question ends at the bound.
pub(super) async fn few(
    conn: &mut Conn<'_>,
    filter: &ProductFilter,
    sieve: &Sieve,
    bound: usize,
) -> Result<Option<BTreeSet<String>>> {
    for question in questions(filter, sieve) {
        if is_few(conn, &question, bound).await? {
            let mut found = BTreeSet::new();
            for (look, values) in &question {
                for row in conn.fetch_all(&look.products, &args(values, bound)).await? {
                    found.insert(row.text("listing.product")?.to_owned());
                }
            }
            // Others may have come between the two questions, but no more than the bound.
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Counting comes first: most questions are about values that many have.
async fn is_few(conn: &mut Conn<'_>, question: &Question, bound: usize) -> Result<bool> {
    let mut number = 0;
    for (look, values) in question {
        let row = conn.fetch_one(&look.number, &args(values, bound), "count").await?;
        number += usize::try_from(row.i64("few.found")?).unwrap_or(usize::MAX);
        if number > bound {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One more than the bound shows that there are too many.
fn args(values: &[Value], bound: usize) -> Vec<Arg<'_>> {
    let limit = i64::try_from(bound + 1).unwrap_or(i64::MAX);
    values.iter().map(Value::arg).chain([Arg::I64(limit)]).collect()
}

/// What is looked up.
enum Value {
    Text(String),
    Number(i64),
}

impl Value {
    fn arg(&self) -> Arg<'_> {
        match self {
            Self::Text(text) => Arg::Text(text),
            Self::Number(number) => Arg::I64(*number),
        }
    }
}

/// Statements whose products together are all that can fit the filter.
type Question = Vec<(&'static Look, Vec<Value>)>;

fn questions(filter: &ProductFilter, sieve: &Sieve) -> Vec<Question> {
    let mut questions = Vec::new();
    let mut words = sluicegate_core::text::words(filter.words.as_deref().unwrap_or_default());
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    for word in words {
        questions.push(vec![facet(WORD, Range::word(&word))]);
    }
    questions.push(filter.holders.iter().map(|it| facet(HOLDER, Range::holder(it))).collect());
    questions.push(each(&sql::OF_OWNER, &filter.owners));
    questions.push(each(&sql::OF_GATE, &filter.gates));
    questions.push(each(&sql::OF_OUTCOME, &filter.outcomes));
    questions.push(filter.markets.iter().map(|it| facet(MARKET, Range::market(it))).collect());
    if !sieve.names.0.is_empty() {
        let (low, high) = sieve.names.clone();
        questions.push(vec![(&sql::NAMED_SO, vec![Value::Text(low), Value::Text(high)])]);
    }
    if filter.health.len() == 1 && filter.health.contains(&Health::Blocked) {
        let held = Value::Text(Standing::Held.code().to_owned());
        let now = Value::Number(micros(filter.now));
        questions.push(vec![(&sql::OF_STANDING, vec![held]), (&sql::LATE_CONDITION, vec![now])]);
    }
    let (from, to) = sieve.due;
    if (from, to) != (EVER, NEVER) {
        let between = vec![Value::Number(from), Value::Number(to)];
        questions.push(vec![(&sql::DUE_BETWEEN, between)]);
    }
    let standings: BTreeSet<&str> = filter.standings.iter().map(|it| it.code()).collect();
    questions.push(each(&sql::OF_STANDING, &standings));
    questions.push(each(&sql::OF_WORKFLOW, &filter.workflows));
    questions.push(each(&sql::OF_STAGE, &filter.stages));
    questions.retain(|question: &Question| (1..=VALUES).contains(&question.len()));
    // No portfolio at all is a question too: its answer is nothing.
    let portfolios = filter.portfolios.as_ref().filter(|keys| keys.len() <= VALUES);
    questions.extend(portfolios.map(|keys| each(&sql::OF_PORTFOLIO, keys)));
    questions
}

fn facet(kind: &str, range: Range) -> (&'static Look, Vec<Value>) {
    let values = [kind.to_owned(), range.low, range.high];
    (&sql::OF_FACET, values.into_iter().map(Value::Text).collect())
}

fn each<T: ToString>(look: &'static Look, values: &BTreeSet<T>) -> Question {
    values.iter().map(|value| (look, vec![Value::Text(value.to_string())])).collect()
}
