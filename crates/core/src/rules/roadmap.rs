//! Technologies and skills across products: who needs which by when, what is missing, and where
//! products go different ways to the same thing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::{Decimal, prelude::ToPrimitive as _};

use super::{
    context::{Case, Context},
    facts,
    shared::{Among, Names, known_by},
};
use crate::{
    definition::{Definition, Skills, Technologies},
    digest::Digest,
    expr::{Unknown, Value},
    product::Product,
};

/// A technology that one product needs; rows of the same name are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TechnologyNeed {
    pub technology: String,
    /// The earliest day that is told.
    pub by: Option<NaiveDate>,
    /// How mature it is, by the lowest row.
    pub readiness: Option<i64>,
    /// How mature it has to be, by the highest row.
    pub needed: Option<i64>,
    /// How it is got: make, hire, buy, merge, or whatever the workflow calls it.
    pub ways: BTreeSet<String>,
}

/// A skill of which one product has too little; rows of the same name are one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillGap {
    pub skill: String,
    /// People, or whatever the workflow counts; none: not told.
    pub missing: Option<Decimal>,
    pub by: Option<NaiveDate>,
    pub ways: BTreeSet<String>,
}

impl SkillGap {
    pub fn missing(&self) -> Option<f64> {
        self.missing.and_then(|missing| missing.to_f64())
    }
}

/// By the names as they are compared.
pub type Told<T> = Result<BTreeMap<String, T>, Unknown>;

/// The technologies that a product needs; none: its workflow says nothing of technologies.
pub fn technologies(cx: &Context<'_>, product: &Product) -> Option<Told<TechnologyNeed>> {
    let said = cx.definition.technologies.as_ref()?;
    let Technologies { each, name, by, readiness, needed, way } = said;
    let columns = [Some(name), by.as_ref(), readiness.as_ref(), needed.as_ref(), way.as_ref()];
    let rows = Case { cx, product }.rows(each, columns);
    Some(rows.map(|rows| {
        let mut found = BTreeMap::new();
        for [name, by, readiness, needed, way] in rows {
            let Some((key, technology)) = named(name) else { continue };
            let need = found
                .entry(key)
                .or_insert_with(|| TechnologyNeed { technology, ..TechnologyNeed::default() });
            need.by = earlier(need.by, day(by.as_ref()));
            need.readiness =
                [need.readiness, whole(readiness.as_ref())].into_iter().flatten().min();
            need.needed = need.needed.max(whole(needed.as_ref()));
            need.ways.extend(text(way));
        }
        found
    }))
}

/// The skills of which a product has too little; none: its workflow says nothing of skills. A skill
/// of which nothing is missing is no gap.
pub fn skills(cx: &Context<'_>, product: &Product) -> Option<Told<SkillGap>> {
    let said = cx.definition.skills.as_ref()?;
    let Skills { each, name, missing, by, way } = said;
    let columns = [Some(name), Some(missing), by.as_ref(), way.as_ref()];
    let rows = Case { cx, product }.rows(each, columns);
    Some(rows.map(|rows| {
        let mut found = BTreeMap::new();
        for [name, missing, by, way] in rows {
            let Some((key, skill)) = named(name) else { continue };
            let missing = number(missing.as_ref());
            if missing.is_some_and(|missing| missing <= Decimal::ZERO) {
                continue;
            }
            let gap = found.entry(key).or_insert_with(|| SkillGap { skill, ..SkillGap::default() });
            gap.missing = sum(gap.missing, missing);
            gap.by = earlier(gap.by, day(by.as_ref()));
            gap.ways.extend(text(way));
        }
        found
    }))
}

/// The contents that [`technologies`] and [`skills`] read of a product.
pub fn roadmap_read(definition: &Definition, product: &Product) -> Vec<Digest> {
    let technologies = definition.technologies.iter().flat_map(
        |Technologies { each, name, by, readiness, needed, way }| {
            let more = [by, readiness, needed, way].into_iter().flatten();
            [each, name].into_iter().chain(more)
        },
    );
    let skills = definition.skills.iter().flat_map(|Skills { each, name, missing, by, way }| {
        [each, name, missing].into_iter().chain([by, way].into_iter().flatten())
    });
    facts::read_by(product, technologies.chain(skills).flat_map(facts::names))
}

/// One technology, with the products that need it.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedTechnology<P> {
    /// As it was written first.
    pub technology: String,
    pub needed_by: Among<(P, TechnologyNeed)>,
    /// When the first product needs it.
    pub soonest: Option<NaiveDate>,
    /// The lowest that a product tells.
    pub readiness: Option<i64>,
    /// The highest that a product asks for.
    pub needed: Option<i64>,
    pub ways: Ways,
}

/// One skill, with the products that lack it.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedSkill<P> {
    pub skill: String,
    pub missing_in: Among<(P, SkillGap)>,
    /// Of all products that tell it.
    pub missing: Decimal,
    pub soonest: Option<NaiveDate>,
    pub ways: Ways,
}

impl<P> SharedSkill<P> {
    pub fn missing(&self) -> f64 {
        self.missing.to_f64().unwrap_or(f64::MAX)
    }
}

/// The ways that products chose, each with how many chose it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    pub chosen: BTreeMap<String, u64>,
    /// Products that chose any.
    deciders: u64,
}

impl Ways {
    fn add(&mut self, ways: &BTreeSet<String>) {
        self.deciders += u64::from(!ways.is_empty());
        for way in ways {
            *self.chosen.entry(way.clone()).or_default() += 1;
        }
    }

    /// Two products chose, and not all of them the same.
    pub fn differ(&self) -> bool {
        self.deciders > 1 && self.chosen.values().any(|products| *products < self.deciders)
    }
}

impl<P: Clone> Names<SharedTechnology<P>> {
    /// Takes in what one product needs.
    pub fn need(&mut self, product: &P, needs: &BTreeMap<String, TechnologyNeed>) {
        for (key, need) in needs {
            let new = || SharedTechnology {
                technology: need.technology.clone(),
                needed_by: Among::default(),
                soonest: None,
                readiness: None,
                needed: None,
                ways: Ways::default(),
            };
            let Some(found) = self.at(key, new) else { continue };
            found.needed_by.add((product.clone(), need.clone()));
            found.soonest = earlier(found.soonest, need.by);
            found.readiness = [found.readiness, need.readiness].into_iter().flatten().min();
            found.needed = found.needed.max(need.needed);
            found.ways.add(&need.ways);
        }
    }
}

impl<P: Clone> Names<SharedSkill<P>> {
    /// Takes in what one product lacks.
    pub fn lack(&mut self, product: &P, gaps: &BTreeMap<String, SkillGap>) {
        for (key, gap) in gaps {
            let new = || SharedSkill {
                skill: gap.skill.clone(),
                missing_in: Among::default(),
                missing: Decimal::ZERO,
                soonest: None,
                ways: Ways::default(),
            };
            let Some(found) = self.at(key, new) else { continue };
            found.missing_in.add((product.clone(), gap.clone()));
            let missing = gap.missing.unwrap_or_default();
            found.missing = found.missing.saturating_add(missing);
            found.soonest = earlier(found.soonest, gap.by);
            found.ways.add(&gap.ways);
        }
    }
}

fn named(value: Option<Value>) -> Option<(String, String)> {
    known_by(&text(value)?)
}

fn text(value: Option<Value>) -> Option<String> {
    match value {
        Some(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    }
}

fn whole(value: Option<&Value>) -> Option<i64> {
    match value {
        Some(Value::Int(number)) => Some(*number),
        _ => None,
    }
}

fn number(value: Option<&Value>) -> Option<Decimal> {
    match value {
        Some(Value::Int(number)) => Some((*number).into()),
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

/// A day; a year means its last one.
fn day(value: Option<&Value>) -> Option<NaiveDate> {
    match value {
        Some(Value::Date(day)) => Some(*day),
        Some(Value::Int(year)) => NaiveDate::from_ymd_opt(i32::try_from(*year).ok()?, 12, 31),
        _ => None,
    }
}

fn earlier(a: Option<NaiveDate>, b: Option<NaiveDate>) -> Option<NaiveDate> {
    [a, b].into_iter().flatten().min()
}

fn sum(a: Option<Decimal>, b: Option<Decimal>) -> Option<Decimal> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.saturating_add(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(ways: &[&str], by: Option<(i32, u32, u32)>) -> BTreeMap<String, TechnologyNeed> {
        let (key, technology) = known_by("Laser  welding").unwrap();
        let by = by.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day));
        let ways = ways.iter().map(ToString::to_string).collect();
        let need = TechnologyNeed { technology, by, readiness: Some(4), needed: Some(8), ways };
        [(key, need)].into()
    }

    fn shared(all: &[BTreeMap<String, TechnologyNeed>]) -> SharedTechnology<usize> {
        let mut names = Names::page(None, 10);
        for (number, needs) in all.iter().enumerate() {
            names.need(&number, needs);
        }
        names.done().0.remove(0)
    }

    #[test]
    fn products_that_go_different_ways_are_seen() {
        let differ = |ways: &[&[&str]]| {
            let all: Vec<_> = ways.iter().map(|ways| need(ways, None)).collect();
            shared(&all).ways.differ()
        };
        assert!(differ(&[&["make"], &["buy"]]));
        assert!(differ(&[&["make"], &["make", "buy"]]));
        assert!(!differ(&[&["make"], &["make"]]));
        // One product does both, and nobody else has chosen.
        assert!(!differ(&[&["make", "buy"], &[]]));
        assert!(!differ(&[&[], &[]]));
    }

    #[test]
    fn the_first_who_needs_it_counts() {
        let found = shared(&[
            need(&["make"], Some((2028, 5, 1))),
            need(&["make"], None),
            need(&["buy"], Some((2027, 12, 31))),
        ]);
        assert_eq!(found.technology, "Laser welding");
        assert_eq!(found.soonest, NaiveDate::from_ymd_opt(2027, 12, 31));
        assert_eq!((found.needed_by.count, found.ways.chosen["make"]), (3, 2));
    }

    #[test]
    fn a_year_means_its_last_day() {
        assert_eq!(day(Some(&Value::Int(2027))), NaiveDate::from_ymd_opt(2027, 12, 31));
        assert_eq!(day(Some(&Value::Int(i64::MAX))), None);
    }
}
