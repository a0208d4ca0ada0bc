//! Markets: what makes one sellable, and its hand-over from the upstream owner to a downstream one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    command::Action,
    context::Case,
    facts::names,
    packet::packet,
    refusal::{Blocker, Clear, Link, Problem, ProblemKind, Refusal, Thing, Unmet},
};
use crate::{
    definition::{self, Definition},
    digest::Digest,
    expr,
    id::PersonId,
    key::{CriterionKey, GateKey, ItemKey, MarketKey},
    product::{Event, Handover, Market},
};

/// Does the sellable check read this name?
pub(super) fn reads(definition: &Definition, name: &str) -> bool {
    let checks = definition.handover.iter().flat_map(|handover| handover.sellable.values());
    checks.flat_map(|check| names(&check.expr)).any(|read| read == name)
}

impl<'a> Case<'a> {
    fn market(&self, key: &MarketKey) -> Result<&'a Market, Refusal> {
        let found = self.product.markets.get(key);
        found.ok_or_else(|| Thing::Market(key.clone()).into())
    }

    pub(super) fn market_unmet(
        &self,
        action: &Action,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        self.need_active(unmet);
        self.need_packet_open(unmet);
        self.need_role(vec![self.owner_role()], Link::Product, unmet);
        if let Action::WithdrawMarket { market } = action
            && let Handover::Accepted { .. } | Handover::Offered { .. } =
                self.market(market)?.handover
        {
            let at = Link::Handover(market.clone());
            unmet.push(self.unmet(Blocker::MarketHandedOver, at));
        }
        Ok(())
    }

    /// The checks that a market fails; unknown is not sellable.
    pub(super) fn failing(&self, market: &MarketKey) -> BTreeSet<CriterionKey> {
        let checks = self.def().handover.iter().flat_map(|handover| &handover.sellable);
        checks
            .filter(|(_, check)| {
                self.evaluate_in(&check.expr, market).verdict.outcome != expr::Outcome::Pass
            })
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// Compares each market with what the log last said of it.
    pub(super) fn market_changes(&self) -> Vec<Event> {
        if self.def().handover.is_none() {
            return Vec::new();
        }
        let changed = |(key, market): (&MarketKey, &Market)| {
            let failing = self.failing(key);
            let market_key = key.clone();
            match (market.sellable, failing.is_empty()) {
                (false, true) => {
                    let evidence = self.evidence(key);
                    Some(Event::MarketSellable { market: market_key, evidence })
                }
                (true, false) => Some(Event::MarketBlocked { market: market_key, failing }),
                _ => None,
            }
        };
        self.product.markets.iter().filter_map(changed).collect()
    }

    /// One digest over the accepted revisions that made the market sellable.
    fn evidence(&self, market: &MarketKey) -> Digest {
        let deliverables = self.product.deliverables.iter();
        let of_market = deliverables.filter(|(named, _)| named.market.as_ref() == Some(market));
        let mut parts: Vec<[u8; 32]> = of_market
            .filter_map(|(_, entry)| entry.accepted.as_ref()?.document.content)
            .map(|content| *content.bytes())
            .collect();
        parts.push(*self.product.card.bytes());
        let parts: Vec<&[u8]> = parts.iter().map(<[u8; 32]>::as_slice).collect();
        Digest::of_parts(&parts)
    }

    fn handover(&self) -> Option<&'a definition::Handover> {
        self.def().handover.as_ref()
    }

    fn receivers(&self, handover: &definition::Handover, market: &MarketKey) -> BTreeSet<PersonId> {
        self.holders(&self.role(&handover.to, Some(market)))
            .into_iter()
            .filter(|person| !self.directory.is_machine(*person))
            .collect()
    }

    /// What keeps a market from being offered.
    fn offer_unmet(&self, key: &MarketKey, market: &Market, unmet: &mut Vec<Unmet>) {
        let Some(handover) = self.handover() else {
            unmet.push(self.unmet(Blocker::NoHandover, Link::Product));
            return;
        };
        if !self.product.passed.contains_key(&handover.at) {
            let gate = handover.at.clone();
            let at = Link::Gate(gate.clone());
            unmet.push(self.unmet(Blocker::NotLaunched { gate }, at));
        }
        self.need_ready(handover, key, unmet);
        let (blocker, at) = match market.handover {
            Handover::Offered { to, .. } => {
                let people = [to].into();
                let clear = Clear { people, at: Link::Handover(key.clone()), ..Clear::default() };
                unmet.push(Unmet { blocker: Blocker::AlreadyOffered, clear });
                return;
            }
            Handover::Accepted { .. } => (Blocker::MarketHandedOver, Link::Handover(key.clone())),
            Handover::NotOffered | Handover::Declined { .. } => return,
        };
        unmet.push(self.unmet(blocker, at));
    }

    /// Sellable, and with somebody who may receive it.
    fn need_ready(&self, handover: &definition::Handover, key: &MarketKey, unmet: &mut Vec<Unmet>) {
        let failing = self.failing(key);
        if !failing.is_empty() {
            let at = Link::Market(key.clone());
            unmet.push(self.unmet(Blocker::MarketBlocked { failing }, at));
        }
        let role = self.role(&handover.to, Some(key));
        let receivers = self.receivers(handover, key);
        if receivers.is_empty() {
            let blocker = Blocker::NoReceiver { role: role.clone() };
            let clear = Clear { roles: [role].into(), at: Link::Team, ..Clear::default() };
            unmet.push(Unmet { blocker, clear });
        } else if !self.def().both_sides && receivers.iter().all(|who| *who == self.product.owner) {
            unmet.push(self.unmet_by(Blocker::BothSides, role, Link::Team));
        }
    }

    pub(super) fn handover_unmet(
        &self,
        action: &Action,
        key: &MarketKey,
        unmet: &mut Vec<Unmet>,
    ) -> Result<(), Refusal> {
        let market = self.market(key)?;
        self.need_active(unmet);
        self.need_human(unmet);
        let at = Link::Handover(key.clone());
        if let Action::OfferHandover { .. } = action {
            self.need_role(vec![self.owner_role()], at, unmet);
            self.offer_unmet(key, market, unmet);
            return Ok(());
        }
        let Handover::Offered { to, .. } = market.handover else {
            unmet.push(self.unmet(Blocker::NoOffer, at));
            return Ok(());
        };
        self.need_person([to].into(), at.clone(), unmet);
        if let (Action::AcceptHandover { .. }, Some(handover)) = (action, self.handover()) {
            let role = self.role(&handover.to, Some(key));
            self.need_role(vec![role], at.clone(), unmet);
            let failing = self.failing(key);
            if !failing.is_empty() {
                unmet.push(
                    self.unmet(Blocker::MarketBlocked { failing }, Link::Market(key.clone())),
                );
            }
            if !self.def().both_sides && to == self.product.owner {
                unmet.push(self.unmet(Blocker::BothSides, at));
            }
        }
        Ok(())
    }

    pub(super) fn offer(
        &self,
        key: &MarketKey,
        wanted: Option<PersonId>,
    ) -> Result<Vec<Event>, Refusal> {
        let Some(handover) = self.handover() else { return Ok(Vec::new()) };
        let both_sides = self.def().both_sides;
        let mut receivers = self.receivers(handover, key);
        receivers.retain(|who| both_sides || *who != self.product.owner);
        let chosen = wanted.or_else(|| receivers.first().copied().filter(|_| receivers.len() == 1));
        let Some(to) = chosen.filter(|to| receivers.contains(to)) else {
            let problem = match wanted {
                Some(person) => self.no_holder(person, handover.to.clone()),
                None => ProblemKind::UnknownReceiver { market: key.clone() },
            };
            return Err(Problem::new("/to", problem).into());
        };
        Ok(vec![self.offered(handover, key, to)])
    }

    fn offered(&self, handover: &definition::Handover, key: &MarketKey, to: PersonId) -> Event {
        let due = handover.answer_within.as_ref();
        Event::HandoverOffered {
            market: key.clone(),
            to,
            package: packet(self.product, None).digest(),
            due: due.map(|span| self.def().calendar.of_market(key).add(self.now, span)),
            both_sides: to == self.product.owner,
        }
    }

    /// At the launch gate's go, every market that is ready goes to its one receiver; the others
    /// are offered by hand when what they lack is there.
    pub(super) fn offers_at(&self, gate: &GateKey) -> Vec<Event> {
        let Some(handover) = self.handover().filter(|handover| handover.at == *gate) else {
            return Vec::new();
        };
        let open = self.product.markets.iter().filter(|(_, market)| {
            matches!(market.handover, Handover::NotOffered | Handover::Declined { .. })
        });
        open.filter(|(key, _)| {
            let mut unmet = Vec::new();
            self.need_ready(handover, key, &mut unmet);
            unmet.is_empty()
        })
        .filter_map(|(key, _)| self.offer(key, None).ok())
        .flatten()
        .collect()
    }

    pub(super) fn accept_handover(
        &self,
        key: &MarketKey,
        items: &BTreeSet<ItemKey>,
    ) -> Result<Vec<Event>, Refusal> {
        let Some(handover) = self.handover() else { return Ok(Vec::new()) };
        let mut problems = unknown_items(handover, items.iter());
        let missing: BTreeSet<ItemKey> =
            handover.checklist.keys().filter(|item| !items.contains(*item)).cloned().collect();
        if !missing.is_empty() {
            problems.push(Problem::new("/items", ProblemKind::ItemsMissing { items: missing }));
        }
        if problems.is_empty() {
            Ok(vec![Event::HandoverAccepted { market: key.clone() }])
        } else {
            Err(Refusal::Invalid { problems })
        }
    }

    pub(super) fn decline_handover(
        &self,
        key: &MarketKey,
        items: &BTreeMap<ItemKey, Digest>,
    ) -> Result<Vec<Event>, Refusal> {
        let Some(handover) = self.handover() else { return Ok(Vec::new()) };
        let mut problems = unknown_items(handover, items.keys());
        if items.is_empty() {
            problems.push(Problem::new("/items", ProblemKind::NoItems));
        }
        if problems.is_empty() {
            Ok(vec![Event::HandoverDeclined { market: key.clone(), items: items.clone() }])
        } else {
            Err(Refusal::Invalid { problems })
        }
    }
}

fn unknown_items<'i>(
    handover: &definition::Handover,
    items: impl Iterator<Item = &'i ItemKey>,
) -> Vec<Problem> {
    items
        .filter(|item| !handover.checklist.contains_key(*item))
        .map(|item| {
            let kind = ProblemKind::UnknownItem { item: item.clone() };
            Problem::new(format!("/items/{item}"), kind)
        })
        .collect()
}
