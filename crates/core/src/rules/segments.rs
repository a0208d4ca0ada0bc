//! Market segments across products: which are wanted, which are served, and which nobody covers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    context::{Case, Context},
    facts,
    shared::{Among, Names, known_by},
};
use crate::{
    definition::{Definition, Segments},
    digest::Digest,
    expr::{Expr, Unknown, Value},
    product::Product,
};

/// What one product says of segments.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentStanding {
    /// None: its workflow is no plan.
    pub wants: Option<Result<Vec<String>, Unknown>>,
    /// None: its workflow does not say.
    pub serves: Option<Result<Vec<String>, Unknown>>,
    pub launch: Option<NaiveDate>,
}

impl SegmentStanding {
    /// Nobody has filled in yet what it wants or serves.
    pub fn is_untold(&self) -> bool {
        [&self.wants, &self.serves].into_iter().any(|names| matches!(names, Some(Err(_))))
    }
}

/// What a product wants covered and serves; none: its workflow says nothing of segments.
pub fn segments(cx: &Context<'_>, product: &Product) -> Option<SegmentStanding> {
    let case = Case { cx, product };
    let said = cx.definition.segments.as_ref()?;
    let names = |expr: &Option<Expr>| Some(named(case.evaluate(expr.as_ref()?).value));
    let launch = said.launch.as_ref().map(|launch| case.evaluate(launch).value);
    Some(SegmentStanding {
        wants: names(&said.wants),
        serves: names(&said.serves),
        launch: match launch {
            Some(Value::Date(day)) => Some(day),
            _ => None,
        },
    })
}

/// The contents that [`segments`] reads of a product.
pub fn segments_read(definition: &Definition, product: &Product) -> Vec<Digest> {
    let said = definition.segments.iter();
    let exprs = said.flat_map(|Segments { wants, serves, launch }| [wants, serves, launch]);
    facts::read_by(product, exprs.flatten().flat_map(facts::names))
}

/// Names that are told; one that is not is left out.
fn named(value: Value) -> Result<Vec<String>, Unknown> {
    match value {
        Value::Unknown(why) => Err((*why).clone()),
        Value::List(items) => {
            let name = |item: &Value| match item {
                Value::Text(name) => Some(name.to_string()),
                _ => None,
            };
            Ok(items.iter().filter_map(name).collect())
        }
        _ => Ok(Vec::new()),
    }
}

/// One segment, with who wants it and who serves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage<P> {
    /// As a plan writes it; else as it was written first.
    pub segment: String,
    pub wanted_by: Among<P>,
    pub served_by: Among<P>,
}

impl<P> Coverage<P> {
    /// Wanted, and served by nobody.
    pub fn is_uncovered(&self) -> bool {
        self.wanted_by.count > 0 && self.served_by.count == 0
    }
}

impl<P: Clone> Names<Coverage<P>> {
    /// Takes in what one product wants and serves.
    pub fn cover(&mut self, product: &P, standing: &SegmentStanding) {
        for (key, segment) in once(standing.wants.as_ref()) {
            if let Some(found) = self.segment(&key, &segment) {
                if found.wanted_by.count == 0 {
                    found.segment = segment;
                }
                found.wanted_by.add(product.clone());
            }
        }
        for (key, segment) in once(standing.serves.as_ref()) {
            if let Some(found) = self.segment(&key, &segment) {
                found.served_by.add(product.clone());
            }
        }
    }

    fn segment(&mut self, key: &str, segment: &str) -> Option<&mut Coverage<P>> {
        self.at(key, || Coverage {
            segment: segment.to_owned(),
            wanted_by: Among::default(),
            served_by: Among::default(),
        })
    }
}

/// Each name that a product tells, once, by what it is compared by.
fn once(names: Option<&Result<Vec<String>, Unknown>>) -> BTreeMap<String, String> {
    let told = names.and_then(|names| names.as_ref().ok());
    let mut found = BTreeMap::new();
    for (key, shown) in told.into_iter().flatten().filter_map(|name| known_by(name)) {
        found.entry(key).or_insert(shown);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(wants: Option<&[&str]>, serves: Option<&[&str]>) -> SegmentStanding {
        let names = |names: &[&str]| Ok(names.iter().map(ToString::to_string).collect());
        SegmentStanding { wants: wants.map(names), serves: serves.map(names), launch: None }
    }

    fn covered(told: &[SegmentStanding]) -> Vec<String> {
        let mut names = Names::page(None, 100);
        for (number, standing) in told.iter().enumerate() {
            names.cover(&number, standing);
        }
        let line = |it: &Coverage<usize>| {
            format!("{}: {} {}", it.segment, it.wanted_by.count, it.served_by.count)
        };
        names.done().0.iter().map(line).collect()
    }

    #[test]
    fn names_that_look_the_same_are_the_same_segment() {
        let pump = says(None, Some(&["HOME\u{a0}CARE", "가정 간호", "Intensive care"]));
        let plan = says(Some(&["Home care", "가정 간호", "Day  clinics", "Home care "]), None);
        let other = says(None, Some(&["home care", " "]));
        assert_eq!(
            covered(&[pump, plan, other]),
            ["Day clinics: 1 0", "Home care: 1 2", "Intensive care: 0 1", "가정 간호: 1 1"]
        );
    }

    #[test]
    fn what_cannot_be_told_covers_nothing() {
        let why = Unknown { reason: crate::expr::Reason::Mismatched, span: None };
        let standing = SegmentStanding { wants: None, serves: Some(Err(why)), launch: None };
        assert!(standing.is_untold());
        assert_eq!(covered(&[standing]), [""; 0]);
    }
}
