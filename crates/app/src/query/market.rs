//! Conditions, markets with their hand-over, and reviews.

use std::collections::BTreeMap;

use sluicegate_core::{
    definition::{DoneBy, Text},
    digest::Digest,
    id::ProductId,
    key::{ItemKey, MarketKey},
    product::{Condition, ConditionState, Event, Handover, Market, Review, ReviewState},
    rules,
};

use crate::{
    app::App,
    error::Result,
    load::{Loaded, named, text},
    request::Caller,
    view::{
        CheckView, ChecklistItem, ConditionStateName, ConditionView, DutyView, EvidenceView,
        HandoverStateName, HandoverView, MarketView, Names, ReviewStateName, ReviewView, Texts,
    },
};

/// The reasons of the last declination of each market.
type Declined = BTreeMap<MarketKey, BTreeMap<ItemKey, Digest>>;

impl App {
    /// The conditions of a product, the oldest first.
    pub async fn conditions(&self, caller: &Caller, id: ProductId) -> Result<Vec<ConditionView>> {
        let product = self.readable(caller, id).await?;
        let (mut people, mut digests) = (Vec::new(), Vec::new());
        for condition in product.conditions.values() {
            people.extend([condition.owner, condition.set_by]);
            digests.push(condition.text);
            match &condition.state {
                ConditionState::EvidenceGiven { by, evidence, .. } => {
                    people.push(*by);
                    digests.push(*evidence);
                }
                ConditionState::Closed { by, .. } => people.push(*by),
                ConditionState::Open => {}
            }
        }
        let (names, texts) = (self.names(people).await?, self.texts(digests).await?);
        let conditions = product.conditions.iter();
        Ok(conditions.map(|(number, each)| condition(*number, each, &names, &texts)).collect())
    }

    /// The markets of a product.
    pub async fn markets(&self, caller: &Caller, id: ProductId) -> Result<Vec<MarketView>> {
        let loaded = self.load(caller, id).await?;
        let declined = self.declined(id, &loaded).await?;
        let digests = declined.values().flat_map(|items| items.values().copied());
        let texts = self.texts(digests).await?;
        let mut people = vec![loaded.product.owner];
        for market in loaded.product.markets.values() {
            match market.handover {
                Handover::Offered { to: who, .. }
                | Handover::Declined { by: who, .. }
                | Handover::Accepted { by: who, .. } => people.push(who),
                Handover::NotOffered => {}
            }
        }
        let names = self.names(people).await?;
        let view = |(key, market): (&MarketKey, &Market)| {
            let items = declined.get(key);
            let reason = |item: &ItemKey| text(&texts, items?.get(item)?);
            market_view(&loaded, key, market, &names, reason)
        };
        Ok(loaded.product.markets.iter().map(view).collect())
    }

    async fn declined(&self, id: ProductId, loaded: &Loaded) -> Result<Declined> {
        let is_declined = |market: &Market| matches!(market.handover, Handover::Declined { .. });
        let mut declined = Declined::new();
        if !loaded.product.markets.values().any(is_declined) {
            return Ok(declined);
        }
        for recorded in self.whole_history(id).await? {
            if let Event::HandoverDeclined { market, items } = recorded.event {
                declined.insert(market, items);
            }
        }
        declined.retain(|market, _| loaded.product.markets.get(market).is_some_and(is_declined));
        Ok(declined)
    }

    /// The reviews of a product, in the order in which they were scheduled.
    pub async fn reviews(&self, caller: &Caller, id: ProductId) -> Result<Vec<ReviewView>> {
        let loaded = self.load(caller, id).await?;
        let (mut people, mut digests) = (Vec::new(), Vec::new());
        for review in loaded.product.reviews.values() {
            if let ReviewState::Done { by, content, .. } = &review.state {
                people.extend(by);
                digests.extend(content);
            }
        }
        let (names, texts) = (self.names(people).await?, self.texts(digests).await?);
        let view = |(number, review): (&u32, &Review)| {
            review_view(&loaded, *number, review, &names, &texts)
        };
        Ok(loaded.product.reviews.iter().map(view).collect())
    }
}

fn condition(number: u32, each: &Condition, names: &Names, texts: &Texts) -> ConditionView {
    let (state, evidence, closed) = match &each.state {
        ConditionState::Open => (ConditionStateName::Open, None, None),
        ConditionState::EvidenceGiven { by, at, evidence } => {
            let (by, text) = (named(names, *by), text(texts, evidence));
            let given = EvidenceView { by, at: *at, text };
            (ConditionStateName::EvidenceGiven, Some(given), None)
        }
        ConditionState::Closed { by, deputy, at } => {
            (ConditionStateName::Closed, None, Some((*by, *deputy, *at)))
        }
    };
    ConditionView {
        number,
        gate: each.gate.clone(),
        text: text(texts, &each.text),
        owner: named(names, each.owner),
        due_at: each.due,
        set_by: named(names, each.set_by),
        state,
        expired: each.expired,
        evidence,
        closed_by: closed.map(|(by, ..)| named(names, by)),
        deputy: closed.and_then(|(_, deputy, _)| deputy).map(|deputy| named(names, deputy)),
        closed_at: closed.map(|(.., at)| at),
    }
}

fn market_view(
    loaded: &Loaded,
    key: &MarketKey,
    market: &Market,
    names: &Names,
    reason: impl Fn(&ItemKey) -> Option<String>,
) -> MarketView {
    let rule = loaded.definition.handover.as_ref();
    let checks = rules::checks(&loaded.cx(), &loaded.product, key).into_iter();
    let checks = checks.filter_map(|(key, outcome)| {
        let otherwise = rule?.sellable.get(&key)?.otherwise.clone();
        Some(CheckView { key, outcome, otherwise })
    });
    let duties = rule.iter().flat_map(|rule| &rule.duties);
    let checklist = rule.iter().flat_map(|rule| &rule.checklist);
    let checklist = checklist.map(|(item, title)| ChecklistItem {
        key: item.clone(),
        title: title.clone(),
        declined: reason(item),
    });
    MarketView {
        market: key.clone(),
        added_at: market.added_at,
        sellable: market.sellable,
        checks: checks.collect(),
        accountable: named(names, loaded.product.accountable(key)),
        duties: duties
            .map(|(key, title)| DutyView { key: key.clone(), title: title.clone() })
            .collect(),
        handover: handover_view(&market.handover, checklist.collect(), names),
    }
}

fn handover_view(
    handover: &Handover,
    checklist: Vec<ChecklistItem>,
    names: &Names,
) -> HandoverView {
    let mut view = HandoverView {
        state: HandoverStateName::NotOffered,
        to: None,
        by: None,
        deputy: None,
        at: None,
        due_at: None,
        fell_due: false,
        checklist,
    };
    match handover {
        Handover::NotOffered => {}
        Handover::Offered { to, at, due, fell_due, .. } => {
            view.state = HandoverStateName::Offered;
            view.to = Some(named(names, *to));
            view.at = Some(*at);
            view.due_at = *due;
            view.fell_due = *fell_due;
        }
        Handover::Declined { by, deputy, at } => {
            view.state = HandoverStateName::Declined;
            view.by = Some(named(names, *by));
            view.deputy = deputy.map(|deputy| named(names, deputy));
            view.at = Some(*at);
        }
        Handover::Accepted { by, deputy, at } => {
            view.state = HandoverStateName::Accepted;
            view.by = Some(named(names, *by));
            view.deputy = deputy.map(|deputy| named(names, deputy));
            view.at = Some(*at);
        }
    }
    view
}

fn review_view(
    loaded: &Loaded,
    number: u32,
    review: &Review,
    names: &Names,
    texts: &Texts,
) -> ReviewView {
    let rule = loaded.definition.reviews.get(&review.review);
    let (owner, form, gate) = match rule.map(|rule| &rule.done) {
        Some(DoneBy::Form { owner, form }) => (Some(owner.clone()), Some(form.clone()), None),
        Some(DoneBy::Gate(gate)) => (None, None, Some(gate.clone())),
        None => (None, None, None),
    };
    let (state, done) = match &review.state {
        ReviewState::Scheduled => (ReviewStateName::Scheduled, None),
        ReviewState::Due => (ReviewStateName::Due, None),
        ReviewState::Done { at, by, deputy, content } => {
            (ReviewStateName::Done, Some((at, by, deputy, content)))
        }
    };
    let content = done.and_then(|(.., content)| content.as_ref());
    ReviewView {
        number,
        review: review.review.clone(),
        title: rule.map_or_else(
            || Text { en: review.review.to_string(), ko: None },
            |rule| rule.title.clone(),
        ),
        due_at: review.due,
        state,
        owner,
        form,
        gate,
        before: rule.and_then(|rule| rule.before.clone()),
        content: content.and_then(|digest| texts.get(digest).cloned()),
        done_by: done.and_then(|(_, by, ..)| by.map(|by| named(names, by))),
        deputy: done.and_then(|(_, _, deputy, _)| deputy.map(|deputy| named(names, deputy))),
        done_at: done.map(|(at, ..)| *at),
    }
}
