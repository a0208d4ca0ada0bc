//! Ideas: submitted by anyone with a link, moderated, screened, and what becomes of them.

use super::{
    Command, EntryEvent, EntryId, Move,
    judge::{Context, administrator, at_idea, problem, settled},
    state::{Counterpart, Entry, Idea, IdeaState, Origin},
};
use crate::{
    definition::Definition,
    id::IdeaId,
    key::RoleKey,
    product::{Actor, Event, RoleRef},
    rules::{self, Blocker, Clear, Link, ProblemKind, Refusal, Start, Thing, Unmet},
};

/// The role that a workflow may have for those who submit ideas.
const INVENTOR: &str = "inventor";

impl Context<'_> {
    /// Anyone with an open link may submit; moderation comes afterwards.
    pub(super) fn submit_idea(&self, id: IdeaId, command: &Command) -> Result<Vec<Move>, Refusal> {
        let missing = || Refusal::from(Thing::Entry(id.into()));
        let Command::SubmitIdea { link, text, submitter, tracking } = command else {
            return Err(missing());
        };
        let Some(Entry::Link(link)) = self.entries.get(&EntryId::Link(*link)) else {
            return Err(missing());
        };
        if !link.is_open(self.now) {
            // Whoever asks has no account: no names of the house for them.
            let at = Link::Entry(EntryId::Link(link.id));
            let clear = Clear { at, ..Clear::default() };
            return settled(vec![Unmet { blocker: Blocker::LinkClosed, clear }]).map(|()| vec![]);
        }
        let submitted = EntryEvent::IdeaSubmitted {
            idea: id,
            portfolio: link.portfolio.clone(),
            origin: Origin::Link { link: link.id },
            workflow: link.workflow.clone(),
            screener: link.screener.clone(),
            text: *text,
            submitter: *submitter,
            tracking: Some(*tracking),
        };
        Ok(vec![Move::Entry(id.into(), vec![submitted])])
    }

    pub(super) fn about_idea(&self, idea: &Idea, command: &Command) -> Result<Vec<Move>, Refusal> {
        let one = |event| Ok(vec![Move::Entry(idea.id.into(), vec![event])]);
        match command {
            Command::AcceptIdea => {
                self.may_moderate(idea)?;
                one(EntryEvent::IdeaAccepted)
            }
            Command::RejectIdea { why } => {
                self.may_moderate(idea)?;
                one(EntryEvent::IdeaRejected { why: *why })
            }
            Command::Promote(start) => {
                self.may_screen(idea)?;
                self.promote(idea, start)
            }
            Command::Merge { into } => {
                self.may_screen(idea)?;
                self.check_counterpart(idea, *into)?;
                one(EntryEvent::IdeaMerged { into: *into })
            }
            Command::Park { until, reason } => {
                self.may_screen(idea)?;
                if *until <= self.now {
                    return Err(problem("/until", ProblemKind::NotInFuture));
                }
                one(EntryEvent::IdeaParked { until: *until, reason: *reason })
            }
            Command::DeclineIdea { reason } => {
                self.may_screen(idea)?;
                one(EntryEvent::IdeaDeclined { reason: *reason })
            }
            Command::Tick => {
                self.only_the_clock()?;
                match idea.state {
                    IdeaState::Parked { until, .. } if until <= self.now => {
                        one(EntryEvent::IdeaWoke)
                    }
                    _ => Ok(Vec::new()),
                }
            }
            _ => Err(Thing::Entry(idea.id.into()).into()),
        }
    }

    /// Product managers of the portfolio moderate, and administrators: it is a matter of spam.
    fn may_moderate(&self, idea: &Idea) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_idea(idea), Vec::new());
        let roles: Vec<_> = [idea.screener.clone()].into_iter().chain(administrator()).collect();
        self.need_role(&roles, &idea.portfolio, &at, &mut unmet);
        if idea.state != IdeaState::Received {
            unmet.push(Self::stop(&at, Blocker::IdeaModerated));
        }
        settled(unmet)
    }

    /// Product managers of the portfolio screen: it is a matter of the business.
    fn may_screen(&self, idea: &Idea) -> Result<(), Refusal> {
        let (at, mut unmet) = (at_idea(idea), Vec::new());
        self.need_role(std::slice::from_ref(&idea.screener), &idea.portfolio, &at, &mut unmet);
        match &idea.state {
            IdeaState::Open | IdeaState::Parked { .. } => {}
            IdeaState::Received => {
                let roles = [RoleRef::new(idea.screener.clone(), None)].into();
                let people = self.directory.holders(idea.screener.as_str(), &idea.portfolio);
                let clear = Clear { roles, people, at, ..Clear::default() };
                unmet.push(Unmet { blocker: Blocker::IdeaNotModerated, clear });
            }
            IdeaState::Rejected { .. }
            | IdeaState::Promoted { .. }
            | IdeaState::Merged { .. }
            | IdeaState::Declined { .. } => unmet.push(Self::stop(&at, Blocker::IdeaAnswered)),
        }
        settled(unmet)
    }

    /// Starts the product in the same moment, through the workflow that the idea is pinned to.
    fn promote(&self, idea: &Idea, start: &Start) -> Result<Vec<Move>, Refusal> {
        let workflow = || Thing::Workflow(idea.workflow.key.clone());
        let pinned = self.starts.filter(|found| found.digest == idea.workflow.digest);
        let definition = pinned.ok_or_else(workflow)?;
        if start.portfolio != idea.portfolio {
            let portfolio = idea.portfolio.clone();
            return Err(problem("/portfolio", ProblemKind::OtherPortfolio { portfolio }));
        }
        let cx = self.of_product(definition);
        let mut events = rules::decide(&cx, None, &rules::Command::Start(start.clone()))?;
        events.extend(self.inventor(idea, definition));
        let promoted = EntryEvent::IdeaPromoted { product: start.product };
        Ok(vec![Move::Product(start.product, events), Move::Entry(idea.id.into(), vec![promoted])])
    }

    /// A colleague whose feedback became the idea joins the team, where the workflow has the role
    /// and the colleague holds it.
    fn inventor(&self, idea: &Idea, definition: &Definition) -> Option<Event> {
        let Origin::Feedback { by, .. } = idea.origin else { return None };
        let role = RoleKey::new(INVENTOR).ok()?;
        let defined = definition.roles.get(&role)?;
        let holds = self.directory.holds(by, INVENTOR, &idea.portfolio);
        (holds && !defined.per_market && role != definition.owner)
            .then(|| Event::RoleAssigned { role: RoleRef::new(role, None), person: by })
    }

    /// A duplicate names what counts: an idea that was let in and not merged itself, or a product.
    fn check_counterpart(&self, idea: &Idea, into: Counterpart) -> Result<(), Refusal> {
        match into {
            Counterpart::Product(product) => self.product(product).map(drop),
            Counterpart::Idea(other) if other == idea.id => {
                Err(problem("/into", ProblemKind::MergesIntoItself))
            }
            Counterpart::Idea(other) => {
                let missing = || Refusal::from(Thing::Entry(other.into()));
                let Some(Entry::Idea(other)) = self.entries.get(&other.into()) else {
                    return Err(missing());
                };
                if other.portfolio != idea.portfolio {
                    let portfolio = idea.portfolio.clone();
                    return Err(problem("/into", ProblemKind::OtherPortfolio { portfolio }));
                }
                match other.state {
                    IdeaState::Open
                    | IdeaState::Parked { .. }
                    | IdeaState::Promoted { .. }
                    | IdeaState::Declined { .. } => Ok(()),
                    IdeaState::Received | IdeaState::Rejected { .. } | IdeaState::Merged { .. } => {
                        Err(problem("/into", ProblemKind::NotMergeable))
                    }
                }
            }
        }
    }

    /// The idea that feedback becomes: open at once, because a product manager has looked at it.
    pub(super) fn idea_of_feedback(
        &self,
        id: IdeaId,
        feedback: &super::Feedback,
        definition: &Definition,
        text: crate::digest::Digest,
    ) -> Result<Move, Refusal> {
        let key = &definition.key;
        let latest = self.directory.workflows.get(key).and_then(|versions| versions.last());
        let latest = latest.ok_or_else(|| Thing::Workflow(key.clone()))?;
        let (version, digest) = (latest.version, latest.digest);
        let submitted = EntryEvent::IdeaSubmitted {
            idea: id,
            portfolio: feedback.portfolio.clone(),
            origin: Origin::Feedback { feedback: feedback.id, by: feedback.sender },
            workflow: crate::product::WorkflowRef { key: key.clone(), version, digest },
            screener: definition.owner.clone(),
            text,
            submitter: None,
            tracking: None,
        };
        Ok(Move::Entry(id.into(), vec![submitted]))
    }

    /// Is the actor somebody at all?
    pub(super) const fn is_person(&self) -> bool {
        matches!(self.actor, Actor::Person(_))
    }
}
