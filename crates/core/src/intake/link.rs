//! Intake links: who opens and revokes them.

use super::{
    Command, EntryEvent, EntryId, IntakeLink, Move,
    judge::{Context, administrator, invalid, problem, settled},
};
use crate::{
    definition::Text,
    directory::PortfolioKind,
    id::IntakeLinkId,
    organisation::{LONGEST, printable},
    product::WorkflowRef,
    rules::{Link, Problem, ProblemKind, Refusal, Thing},
};

impl Context<'_> {
    /// Product managers and administrators open and revoke links.
    pub(super) fn open_link(
        &self,
        id: IntakeLinkId,
        command: &Command,
    ) -> Result<Vec<Move>, Refusal> {
        let (Command::OpenLink { title, portfolio, version, secret, closes_at }, Some(definition)) =
            (command, self.starts)
        else {
            return Err(Thing::Entry(id.into()).into());
        };
        let kind = self.directory.portfolios.get(portfolio).map(|found| found.kind);
        let kind = kind.ok_or_else(|| Thing::Portfolio(portfolio.clone()))?;
        if kind != PortfolioKind::Portfolio {
            // Its ideas become products there.
            return Err(problem("/portfolio", ProblemKind::NoProductsHere { kind }));
        }
        let mut unmet = Vec::new();
        let screener = definition.owner.clone();
        let roles: Vec<_> = [screener.clone()].into_iter().chain(administrator()).collect();
        self.need_role(&roles, portfolio, &Link::Roles, &mut unmet);
        settled(unmet)?;
        let mut problems = title_problems(title);
        if closes_at.is_some_and(|at| at <= self.now) {
            problems.push(Problem::new("/closes_at", ProblemKind::NotInFuture));
        }
        invalid(problems)?;
        let (key, digest) = (definition.key.clone(), definition.digest);
        let opened = EntryEvent::IntakeLinkOpened {
            link: id,
            title: title.clone(),
            portfolio: portfolio.clone(),
            workflow: WorkflowRef { key, version: *version, digest },
            screener,
            secret: *secret,
            closes_at: *closes_at,
        };
        Ok(vec![Move::Entry(id.into(), vec![opened])])
    }

    /// A second revocation changes nothing.
    pub(super) fn revoke_link(&self, link: &IntakeLink) -> Result<Vec<Move>, Refusal> {
        let mut unmet = Vec::new();
        let roles: Vec<_> = [link.screener.clone()].into_iter().chain(administrator()).collect();
        let at = Link::Entry(EntryId::Link(link.id));
        self.need_role(&roles, &link.portfolio, &at, &mut unmet);
        settled(unmet)?;
        if link.revoked {
            return Ok(Vec::new());
        }
        Ok(vec![Move::Entry(link.id.into(), vec![EntryEvent::IntakeLinkRevoked])])
    }
}

fn title_problems(title: &Text) -> Vec<Problem> {
    let texts = [("/title/en", Some(&title.en)), ("/title/ko", title.ko.as_ref())];
    let wrong = texts.into_iter().filter(|(_, text)| text.is_some_and(|text| !printable(text)));
    let kind = ProblemKind::LabelNeeded { max: LONGEST };
    wrong.map(|(pointer, _)| Problem::new(pointer, kind.clone())).collect()
}
