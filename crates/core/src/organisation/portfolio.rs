//! The judgement of wishes about the tree of companies, business units and portfolios.

use super::judge::{Context, label_problem};
use crate::{
    directory::{DirectoryEvent, Portfolio, PortfolioKind},
    key::PortfolioKey,
    rules::{Problem, ProblemKind, Refusal, Thing},
    text::composed,
};

impl Context<'_> {
    pub(super) fn add_portfolio(
        &self,
        portfolio: PortfolioKey,
        added: Portfolio,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let Portfolio { title, title_ko, kind, parent } = added;
        let mut problems = title_problems(&title, title_ko.as_deref());
        problems.extend(self.place_problem(kind, parent.as_ref())?);
        if self.directory.portfolios.contains_key(&portfolio) {
            problems.push(Problem::new("/portfolio", ProblemKind::AlreadyThere));
        }
        accept(problems)?;
        let (title, title_ko) = (composed(&title), title_ko.as_deref().map(composed));
        Ok(vec![DirectoryEvent::PortfolioAdded { portfolio, title, title_ko, kind, parent }])
    }

    pub(super) fn rename_portfolio(
        &self,
        portfolio: PortfolioKey,
        title: &str,
        title_ko: Option<&str>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let found = self.portfolio(&portfolio)?;
        accept(title_problems(title, title_ko))?;
        let (title, title_ko) = (composed(title), title_ko.map(composed));
        if found.title == title && found.title_ko == title_ko {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::PortfolioRenamed { portfolio, title, title_ko }])
    }

    pub(super) fn move_portfolio(
        &self,
        portfolio: PortfolioKey,
        parent: Option<PortfolioKey>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let found = self.portfolio(&portfolio)?;
        accept(self.place_problem(found.kind, parent.as_ref())?.into_iter().collect())?;
        if found.parent == parent {
            return Ok(Vec::new());
        }
        Ok(vec![DirectoryEvent::PortfolioMoved { portfolio, parent }])
    }

    fn portfolio(&self, key: &PortfolioKey) -> Result<&Portfolio, Refusal> {
        self.directory.portfolios.get(key).ok_or_else(|| Thing::Portfolio(key.clone()).into())
    }

    /// Where a kind fits. Nothing fits beneath itself or what is beneath it, so there are no
    /// circles; anything may stand at the top, as small houses need no tree.
    fn place_problem(
        &self,
        kind: PortfolioKind,
        parent: Option<&PortfolioKey>,
    ) -> Result<Option<Problem>, Refusal> {
        let Some(key) = parent else { return Ok(None) };
        let parent = self.portfolio(key)?.kind;
        let misfit = ProblemKind::DoesNotFitBeneath { kind, parent };
        Ok((!kind.fits_beneath(parent)).then(|| Problem::new("/parent", misfit)))
    }
}

fn title_problems(title: &str, title_ko: Option<&str>) -> Vec<Problem> {
    let korean = title_ko.and_then(|title| label_problem("/title_ko", title));
    label_problem("/title", title).into_iter().chain(korean).collect()
}

fn accept(problems: Vec<Problem>) -> Result<(), Refusal> {
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems }) }
}
