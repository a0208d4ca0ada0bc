//! Across products, joined by name: segments wanted and served, technologies needed, skills missing.
//!
//! A name stands in any product, so each page reads all products that speak of such names, a part
//! at a time, up to a bound. It keeps the names of one page: its memory does not grow with the
//! products.

use std::{collections::BTreeSet, fmt::Write as _, sync::Arc};

use sluicegate_core::{
    definition::Definition,
    digest::Digest,
    key::{PortfolioKey, WorkflowKey},
    product::Product,
    rules::{
        self, Among, Context, Coverage, Names, SharedSkill, SharedTechnology, SkillGap,
        TechnologyNeed, Told,
    },
};
use sluicegate_store::{Listed, Sort, SortBy, Standing};

use super::strategy::AT_ONCE;
use crate::{
    app::App,
    error::{AppError, Result},
    filter::ProductFilter,
    request::Caller,
    view::{
        CoverageLine, CoveragePage, LackView, NamedProductView, NeedView, ServingView, SkillLine,
        SkillsPage, TechnologiesPage, TechnologyLine, WantingView, WayView,
    },
};

/// Which part of the tree, from which name on, how many names, of how many products.
#[derive(Clone, Debug)]
pub struct Across {
    pub portfolio: BTreeSet<PortfolioKey>,
    pub cursor: Option<String>,
    pub limit: u32,
    /// So many products are read, by name, at most; looked at after each hundred.
    pub most: u64,
}

impl Default for Across {
    fn default() -> Self {
        Self { portfolio: BTreeSet::new(), cursor: None, limit: AT_ONCE, most: 5_000 }
    }
}

/// How many products were asked, how many of them had nothing to say yet, and whether these were all.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    products: u64,
    untold: u64,
    complete: bool,
}

/// What is told on one page: which workflows speak of it, what has to be read, and what is said.
struct Topic<T> {
    /// Cursors of other topics begin otherwise.
    name: &'static str,
    speaks: fn(&Definition) -> bool,
    reads: fn(&Definition, &Product) -> Vec<Digest>,
    told: fn(&Context<'_>, &Product) -> Option<T>,
}

/// The first of several rows of a list, and what the next page begins with.
type Found<T> = (Vec<T>, Heard, Option<String>);

impl App {
    /// Segments that plans want and that products serve, by name, over what the caller may read of
    /// a part of the tree. What is closed neither wants nor serves.
    ///
    /// # Errors
    /// [`AppError::BadCursor`] for a cursor of another part or another list.
    pub async fn coverage(&self, caller: &Caller, across: &Across) -> Result<CoveragePage> {
        let topic = Topic {
            name: "segments",
            speaks: |definition| definition.segments.is_some(),
            reads: rules::segments_read,
            told: rules::segments,
        };
        let take = |names: &mut Names<Coverage<_>>, product: Arc<Listed>, told| {
            let standing: rules::SegmentStanding = told;
            let untold = standing.is_untold();
            names.cover(&(product, standing.launch), &standing);
            untold
        };
        let (found, heard, next) = self.across(caller, across, &topic, take).await?;
        let items = found.into_iter().map(coverage_line).collect();
        let Heard { products, untold, complete } = heard;
        Ok(CoveragePage { items, products, untold, complete, next })
    }

    /// Technologies that products need, by name: who needs each by when, how mature it is, and where
    /// products go different ways to it.
    ///
    /// # Errors
    /// As [`App::coverage`].
    pub async fn technologies(&self, caller: &Caller, across: &Across) -> Result<TechnologiesPage> {
        type Said = (Option<Told<TechnologyNeed>>, Option<Told<SkillGap>>);
        let topic: Topic<Said> = Topic {
            name: "technologies",
            speaks: |definition| definition.technologies.is_some(),
            reads: rules::roadmap_read,
            told: |cx, product| {
                let technologies = rules::technologies(cx, product);
                technologies.map(|told| (Some(told), rules::skills(cx, product)))
            },
        };
        let take = |names: &mut Names<SharedTechnology<_>>, product: Arc<Listed>, said| {
            let (technologies, skills): Said = said;
            let Some(Ok(needs)) = technologies else { return true };
            names.need(&(product, people(skills)), &needs);
            needs.is_empty()
        };
        let (found, heard, next) = self.across(caller, across, &topic, take).await?;
        let items = found.into_iter().map(technology_line).collect();
        let Heard { products, untold, complete } = heard;
        Ok(TechnologiesPage { items, products, untold, complete, next })
    }

    /// Skills of which products have too little, by name: how much is missing, where and by when.
    ///
    /// # Errors
    /// As [`App::coverage`].
    pub async fn skills(&self, caller: &Caller, across: &Across) -> Result<SkillsPage> {
        let topic = Topic {
            name: "skills",
            speaks: |definition| definition.skills.is_some(),
            reads: rules::roadmap_read,
            told: rules::skills,
        };
        let take = |names: &mut Names<SharedSkill<_>>, product: Arc<Listed>, told| {
            let told: Told<SkillGap> = told;
            let Ok(gaps) = told else { return true };
            names.lack(&product, &gaps);
            false
        };
        let (found, heard, next) = self.across(caller, across, &topic, take).await?;
        let items = found.into_iter().map(skill_line).collect();
        let Heard { products, untold, complete } = heard;
        Ok(SkillsPage { items, products, untold, complete, next })
    }

    /// Asks every product that may speak of a topic; `take` says whether it had nothing to say yet.
    async fn across<T, S>(
        &self,
        caller: &Caller,
        across: &Across,
        topic: &Topic<S>,
        take: impl Fn(&mut Names<T>, Arc<Listed>, S) -> bool,
    ) -> Result<Found<T>> {
        self.check_portfolios(caller.person, &across.portfolio).await?;
        let filter = ProductFilter {
            portfolio: across.portfolio.clone(),
            standing: [Standing::Active, Standing::Held, Standing::Closing].into(),
            workflow: self.speaking(topic.speaks).await?,
            ..ProductFilter::default()
        };
        let mark = mark(topic.name, &across.portfolio)?;
        let after = across.cursor.as_deref().map(|cursor| name_after(&mark, cursor)).transpose()?;
        let count = usize::try_from(across.limit.min(AT_ONCE)).unwrap_or(usize::MAX);
        let mut names = Names::page(after, count);
        let mut heard = Heard { complete: true, ..Heard::default() };
        let mut read_so_far = 0;
        let (sort, mut cursor) = (Sort { by: SortBy::Name, descending: false }, None::<String>);
        // A filter without values asks for nothing, and so would let everything pass.
        while !filter.workflow.is_empty() {
            let page = self.listed(caller, &filter, sort, cursor.as_deref(), AT_ONCE).await?;
            let ids = page.items.iter().map(|listed| listed.id);
            let read = self.read_for(caller, ids, topic.reads).await?;
            for listed in page.items {
                let Some(Some(told)) = read.of(listed.id, topic.told) else { continue };
                heard.products += 1;
                heard.untold += u64::from(take(&mut names, Arc::new(listed), told));
            }
            cursor = page.next;
            read_so_far += u64::from(AT_ONCE);
            heard.complete = cursor.is_none();
            if heard.complete || read_so_far >= across.most {
                break;
            }
        }
        let (found, next) = names.done();
        Ok((found, heard, next.map(|name| format!("{mark}{}", hex(&name)))))
    }

    /// The workflows of which some version speaks of something.
    async fn speaking(&self, speaks: fn(&Definition) -> bool) -> Result<BTreeSet<WorkflowKey>> {
        let directory = self.store().directory().await?;
        let mut speaking = BTreeSet::new();
        for (key, versions) in &directory.workflows {
            for published in versions {
                let definition = self.legible(&published.digest).await?;
                if definition.is_some_and(|definition| speaks(&definition)) {
                    speaking.insert(key.clone());
                    break;
                }
            }
        }
        Ok(speaking)
    }
}

/// What a cursor begins with: it is good for the same list of the same part alone.
fn mark(topic: &str, portfolio: &BTreeSet<PortfolioKey>) -> Result<String> {
    let asked = serde_json::to_string(&(topic, portfolio)).map_err(AppError::internal)?;
    Ok(Digest::of(asked.as_bytes()).to_string()[..16].to_owned())
}

/// A name may have any letters; a cursor stands in an address.
fn hex(name: &str) -> String {
    name.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn name_after(mark: &str, cursor: &str) -> Result<String> {
    let name = cursor.strip_prefix(mark).and_then(|name| {
        let pairs = name.as_bytes().chunks(2).map(std::str::from_utf8);
        let bytes = pairs.map(|pair| u8::from_str_radix(pair.ok()?, 16).ok());
        String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
    });
    name.ok_or(AppError::BadCursor)
}

/// People whom a product lacks, where its workflow says so and it has told.
fn people(skills: Option<Told<SkillGap>>) -> Option<f64> {
    let gaps = skills?.ok()?;
    Some(gaps.values().filter_map(SkillGap::missing).sum())
}

fn named(listed: &Listed) -> NamedProductView {
    NamedProductView {
        product: listed.id,
        name: listed.name.clone(),
        workflow: listed.workflow.clone(),
        portfolio: listed.portfolio.clone(),
        stage: listed.stage.clone(),
        side: listed.side.clone(),
        standing: listed.standing,
    }
}

type Launching = (Arc<Listed>, Option<chrono::NaiveDate>);

fn coverage_line(found: Coverage<Launching>) -> CoverageLine {
    let uncovered = found.is_uncovered();
    let wanting =
        |(listed, _): &Launching| WantingView { product: listed.id, name: listed.name.clone() };
    let serving =
        |(listed, launch): &Launching| ServingView { product: named(listed), launch: *launch };
    CoverageLine {
        uncovered,
        wanting: found.wanted_by.count,
        serving: found.served_by.count,
        wanted_by: found.wanted_by.first.iter().map(wanting).collect(),
        served_by: found.served_by.first.iter().map(serving).collect(),
        segment: found.segment,
    }
}

fn technology_line(found: SharedTechnology<(Arc<Listed>, Option<f64>)>) -> TechnologyLine {
    let Among { count, first } = found.needed_by;
    let need =
        |((listed, people_missing), need): ((Arc<Listed>, Option<f64>), TechnologyNeed)| NeedView {
            product: named(&listed),
            by: need.by,
            readiness: need.readiness,
            needed: need.needed,
            ways: need.ways.into_iter().collect(),
            people_missing,
        };
    TechnologyLine {
        technology: found.technology,
        products: count,
        needed_by: first.into_iter().map(need).collect(),
        soonest: found.soonest,
        readiness: found.readiness,
        needed: found.needed,
        ways_differ: found.ways.differ(),
        ways: ways(found.ways),
    }
}

fn skill_line(found: SharedSkill<Arc<Listed>>) -> SkillLine {
    let missing = found.missing();
    let Among { count, first } = found.missing_in;
    let lack = |(listed, gap): (Arc<Listed>, SkillGap)| LackView {
        product: named(&listed),
        missing: gap.missing(),
        by: gap.by,
        ways: gap.ways.into_iter().collect(),
    };
    SkillLine {
        skill: found.skill,
        products: count,
        missing,
        missing_in: first.into_iter().map(lack).collect(),
        soonest: found.soonest,
        ways_differ: found.ways.differ(),
        ways: ways(found.ways),
    }
}

fn ways(ways: rules::Ways) -> Vec<WayView> {
    ways.chosen.into_iter().map(|(way, products)| WayView { way, products }).collect()
}
