//! Market segments across products: which are wanted, which are served, and which nobody covers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    context::{Case, Context},
    facts,
};
use crate::{
    definition::{Definition, Segments},
    digest::Digest,
    expr::{Expr, Unknown, Value},
    id::ProductId,
    product::Product,
    text,
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
pub struct Coverage {
    /// As a plan writes it; else as it was written first.
    pub segment: String,
    pub wanted_by: Vec<ProductId>,
    pub served_by: Vec<ProductId>,
}

/// Joins what products want and serve, by the names of the segments. Spaces, case, width and
/// composition make no difference. Sorted by name.
pub fn coverage<'a>(
    told: impl IntoIterator<Item = (ProductId, &'a SegmentStanding)> + Clone,
) -> Vec<Coverage> {
    let mut found: BTreeMap<String, Coverage> = BTreeMap::new();
    let mut note = |product: ProductId, names: &[String], wanted: bool| {
        for name in names {
            let Some((key, segment)) = known_by(name) else { continue };
            let entry = found.entry(key).or_insert_with(|| Coverage {
                segment,
                wanted_by: Vec::new(),
                served_by: Vec::new(),
            });
            let list = if wanted { &mut entry.wanted_by } else { &mut entry.served_by };
            if !list.contains(&product) {
                list.push(product);
            }
        }
    };
    for (product, standing) in told.clone() {
        if let Some(Ok(names)) = &standing.wants {
            note(product, names, true);
        }
    }
    for (product, standing) in told {
        if let Some(Ok(names)) = &standing.serves {
            note(product, names, false);
        }
    }
    found.into_values().collect()
}

/// By what a name is compared, and how it is shown; none: it is empty.
fn known_by(name: &str) -> Option<(String, String)> {
    let shown = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let key = text::sort_key(&shown);
    (!key.is_empty()).then(|| (key, text::composed(&shown)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(number: u128) -> ProductId {
        ProductId::new(uuid::Uuid::from_u128(number))
    }

    fn says(wants: Option<&[&str]>, serves: Option<&[&str]>) -> SegmentStanding {
        let names = |names: &[&str]| Ok(names.iter().map(ToString::to_string).collect());
        SegmentStanding { wants: wants.map(names), serves: serves.map(names), launch: None }
    }

    #[test]
    fn names_that_look_the_same_are_the_same_segment() {
        let plan = says(Some(&["Home care", "가정 간호", "Day  clinics", "Home care "]), None);
        let pump = says(None, Some(&["HOME\u{a0}CARE", "가정 간호", "Intensive care"]));
        let other = says(None, Some(&["home care", " "]));
        let told = [(product(1), &plan), (product(2), &pump), (product(3), &other)];
        let lines: Vec<String> = coverage(told)
            .iter()
            .map(|it| format!("{}: {} {}", it.segment, it.wanted_by.len(), it.served_by.len()))
            .collect();
        assert_eq!(
            lines,
            ["Day clinics: 1 0", "Home care: 1 2", "Intensive care: 0 1", "가정 간호: 1 1"]
        );
    }

    #[test]
    fn what_cannot_be_told_covers_nothing() {
        let why = Unknown { reason: crate::expr::Reason::Mismatched, span: None };
        let standing = SegmentStanding { wants: None, serves: Some(Err(why)), launch: None };
        assert_eq!(coverage([(product(1), &standing)]), []);
    }
}
