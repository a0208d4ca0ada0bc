//! Starting a product, and who is on its team.

use super::{
    command::{Action, Start},
    context::{Case, Context},
    measure,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
};
use crate::{
    definition::form::{Fault, Form},
    digest::Digest,
    directory::{ADMINISTRATOR, PortfolioKind},
    expr::Outcome,
    id::PersonId,
    key::{PortfolioKey, RoleKey},
    product::{Actor, Event, Product, Recorded, RoleRef, WorkflowRef, evolve},
    text::composed,
};

impl Context<'_> {
    /// Why somebody who does not hold the role was named for it in vain.
    pub(super) fn no_holder(&self, person: PersonId, role: RoleKey) -> ProblemKind {
        match self.directory.people.get(&person) {
            None => ProblemKind::UnknownPerson { person },
            Some(found) if !found.active => ProblemKind::Inactive { person },
            Some(_) => ProblemKind::NotAHolder { person, role },
        }
    }

    /// What keeps the actor from starting a product in a portfolio.
    pub fn start_unmet(&self, portfolio: &PortfolioKey) -> Vec<Unmet> {
        let roles = &self.definition.start_by;
        let may = match self.actor {
            Actor::Person(me) => {
                roles.iter().any(|role| self.directory.holds(me, role.as_str(), portfolio))
            }
            Actor::System | Actor::Visitor | Actor::Deputy { .. } => false,
        };
        if may {
            return Vec::new();
        }
        let people = |role: &RoleKey| self.directory.holders(role.as_str(), portfolio);
        let people = roles.iter().flat_map(people).collect();
        let roles: std::collections::BTreeSet<RoleRef> =
            roles.iter().map(|role| RoleRef::new(role.clone(), None)).collect();
        let blocker = Blocker::NotYourRole { roles: roles.clone() };
        vec![Unmet { blocker, clear: Clear { roles, people, at: Link::Roles, ..Clear::default() } }]
    }

    /// A new product, in the first stage of its workflow.
    pub(super) fn start(&self, start: &Start) -> Result<Vec<Event>, Refusal> {
        let portfolio = self.directory.portfolios.get(&start.portfolio);
        let portfolio = portfolio.ok_or_else(|| Thing::Portfolio(start.portfolio.clone()))?;
        if portfolio.kind != PortfolioKind::Portfolio {
            let kind = ProblemKind::NoProductsHere { kind: portfolio.kind };
            return Err(Problem::new("/portfolio", kind).into());
        }
        let unmet = self.start_unmet(&start.portfolio);
        if !unmet.is_empty() {
            return Err(Refusal::Blocked { unmet });
        }
        let owner = &self.definition.owner;
        let mut problems = Vec::new();
        if !self.directory.holds(start.owner, owner.as_str(), &start.portfolio) {
            problems.push(Problem::new("/owner", self.no_holder(start.owner, owner.clone())));
        }
        problems.extend(card_problems(self, start.card));
        problems.extend(self.unsuitable(start.card));
        if !problems.is_empty() {
            return Err(Refusal::Invalid { problems });
        }
        let started = Event::ProductStarted {
            product: start.product,
            workflow: WorkflowRef {
                key: self.definition.key.clone(),
                version: start.version,
                digest: self.definition.digest,
            },
            name: composed(&start.name),
            portfolio: start.portfolio.clone(),
            owner: start.owner,
            card: start.card,
            stage: self.definition.first_stage().clone(),
        };
        let mut events = vec![started];
        let markets = start.markets.iter().cloned();
        events.extend(markets.map(|market| Event::MarketAdded { market }));
        if let Some(product) = self.fold(None, &events) {
            let case = Case { cx: self, product: &product };
            let entered = case.enter(self.definition.first_stage(), &events);
            let changes = case.market_changes();
            events.extend(entered);
            events.extend(changes);
        }
        Ok(events)
    }

    /// The workflow says that it is not for a product with this card. What the card does not tell
    /// is no reason to refuse.
    fn unsuitable(&self, card: Digest) -> Option<Problem> {
        let verdict = measure::suits(self.definition, self.contents.get(&card)?)?;
        let rule = self.definition.suits.as_ref()?;
        let otherwise = rule.otherwise.clone();
        let kind = ProblemKind::Unsuitable { otherwise, verdict: verdict.clone() };
        (verdict.outcome == Outcome::Fail).then(|| Problem::new("/workflow", kind))
    }

    /// The state after some events that are not recorded yet.
    pub(super) fn fold(&self, product: Option<Product>, events: &[Event]) -> Option<Product> {
        events.iter().fold(product, |product, event| {
            let (at, actor, event) = (self.now, self.actor, event.clone());
            evolve(product, &Recorded { at, actor, event })
        })
    }
}

/// The faults of a card.
pub(super) fn card_problems(cx: &Context<'_>, card: Digest) -> Vec<Problem> {
    let Some(faults) = cx.contents.faults(&card, &cx.definition.card) else {
        return vec![Problem::new("/card", ProblemKind::ContentMissing)];
    };
    on_the_card(faults)
}

/// The faults of what somebody filled the card in with.
pub fn card_faults(form: &Form, json: &serde_json::Value) -> Vec<Problem> {
    on_the_card(form.parse(json).err().unwrap_or_default())
}

fn on_the_card(faults: Vec<Fault>) -> Vec<Problem> {
    let at = |fault: &Fault| format!("/card{}", fault.pointer);
    faults.into_iter().map(|fault| Problem::new(at(&fault), ProblemKind::Form { fault })).collect()
}

impl Case<'_> {
    /// Naming, card, ownership and team are the owner's; ownership and team an administrator's too.
    pub(super) fn team_unmet(&self, action: &Action, unmet: &mut Vec<Unmet>) {
        // A closed product still needs an owner who could ask to reopen it.
        match action {
            Action::TransferOwnership => {}
            Action::ReviseCard => self.need_active(unmet),
            _ if self.product.is_closed() => {
                unmet.push(self.unmet(Blocker::ProductClosed, Link::Product));
            }
            _ => {}
        }
        if let Action::ReviseCard | Action::Rename = action {
            self.need_packet_open(unmet);
            self.need_role(vec![self.owner_role()], Link::Product, unmet);
        } else if !self.i_administer() {
            let before = unmet.len();
            self.need_role(vec![self.owner_role()], Link::Team, unmet);
            if let (Some(last), Ok(role)) = (unmet.get_mut(before), RoleKey::new(ADMINISTRATOR)) {
                last.clear.roles.insert(RoleRef::new(role, None));
            }
        }
    }

    pub(super) fn transfer(&self, to: PersonId) -> Result<Vec<Event>, Refusal> {
        let role = self.def().owner.clone();
        if !self.directory.holds(to, role.as_str(), &self.product.portfolio) {
            return Err(Problem::new("/to", self.no_holder(to, role)).into());
        }
        if to == self.product.owner {
            return Err(Problem::new("/to", ProblemKind::AlreadyThere).into());
        }
        Ok(vec![Event::OwnershipTransferred { to }])
    }

    pub(super) fn assign(&self, role: &RoleRef, person: PersonId) -> Result<Vec<Event>, Refusal> {
        self.check_role(role)?;
        if !self.directory.holds(person, role.key.as_str(), &self.product.portfolio) {
            let kind = self.no_holder(person, role.key.clone());
            return Err(Problem::new("/person", kind).into());
        }
        if self.product.team.get(role).is_some_and(|people| people.contains(&person)) {
            return Err(Problem::new("/person", ProblemKind::AlreadyThere).into());
        }
        Ok(vec![Event::RoleAssigned { role: role.clone(), person }])
    }

    pub(super) fn release(&self, role: &RoleRef, person: PersonId) -> Result<Vec<Event>, Refusal> {
        if !self.product.team.get(role).is_some_and(|people| people.contains(&person)) {
            return Err(Problem::new("/person", ProblemKind::NotThere).into());
        }
        Ok(vec![Event::RoleReleased { role: role.clone(), person }])
    }

    fn check_role(&self, role: &RoleRef) -> Result<(), Refusal> {
        let missing = || Thing::Role(role.key.clone());
        let defined = self.def().roles.get(&role.key).ok_or_else(missing)?;
        if role.key == self.def().owner {
            return Err(Problem::new("/role", ProblemKind::UseTransfer).into());
        }
        let key = role.key.clone();
        match (&role.market, defined.per_market) {
            (None, true) => {
                Err(Problem::new("/role", ProblemKind::MarketNeeded { role: key }).into())
            }
            (Some(_), false) => {
                Err(Problem::new("/role", ProblemKind::NoMarketAllowed { role: key }).into())
            }
            (Some(market), true) if !self.product.markets.contains_key(market) => {
                Err(Thing::Market(market.clone()).into())
            }
            _ => Ok(()),
        }
    }
}
