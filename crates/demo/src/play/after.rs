//! After the launch: hand-over market by market, reviews, conditions that are met, exits.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    definition::DoneBy,
    key::{ItemKey, MarketKey},
    product::{ConditionState, DeliverableRef, Handover, ReviewState, Work},
    rules::{Action, Command},
};

use super::{
    Play, Played,
    work::{ATTAINMENT, Agenda, Errand, Shift},
};
use crate::{
    company::Colleague,
    data::{Twist, What},
};

impl Play {
    /// Each quarter the actual sales go beside the forecast, market by market.
    pub(super) fn follow_sales(&mut self, shift: &Shift, agenda: &mut Agenda) {
        let first = if shift.stage.as_str() == "launch" { 195 } else { 40 };
        for named in self.instances(ATTAINMENT) {
            if !self.definition.deliverables.contains_key(&named.key) || self.launched.is_none() {
                continue;
            }
            let mut when = shift.from + TimeDelta::days(first + self.dice.between(0, 9));
            while when + TimeDelta::days(25) < shift.until && when < self.end() {
                agenda.add(when, Errand::Renew(named.clone()));
                when += TimeDelta::days(91);
            }
        }
    }

    /// The receiver accepts the whole checklist; or, when the sheet says so, declines an item first.
    pub(super) async fn receive(
        &mut self,
        market: &MarketKey,
        when: DateTime<Utc>,
        twists: &[Twist],
        agenda: &mut Agenda,
    ) -> Played {
        let state = self.product.markets.get(market).map(|state| state.handover.clone());
        let Some(Handover::Offered { to, .. }) = state else { return Ok(()) };
        let receiver = self.stage.company.by_id(to).cloned();
        let receiver = receiver.ok_or_else(|| self.failed(market, "nobody receives it"))?;
        let declined = twists.iter().find_map(|twist| match &twist.what {
            What::Decline { market: at, item } if *at == market.as_str() => {
                Some((item.clone(), twist.why.clone()))
            }
            _ => None,
        });
        let first = format!("decline/{market}");
        if let Some((item, why)) = declined
            && !self.revisions.contains_key(&first)
        {
            self.revisions.insert(first, 1);
            let item: ItemKey =
                item.parse().map_err(|error| self.failed(market, format!("{error}")))?;
            let declined = market.clone();
            self.act(&receiver, when, |sealer, _| {
                let items = BTreeMap::from([(item, sealer.text(&why))]);
                Ok(Command::DeclineHandover { market: declined, items })
            })
            .await?;
            agenda.add(when + TimeDelta::days(75), Errand::Offer(market.clone()));
            return Ok(());
        }
        let handover = self.definition.handover.as_ref();
        let items =
            handover.map(|rule| rule.checklist.keys().cloned().collect()).unwrap_or_default();
        let market = market.clone();
        self.act(&receiver, when, |_, _| Ok(Command::AcceptHandover { market, items })).await?;
        Ok(())
    }

    pub(super) async fn offer(
        &mut self,
        market: &MarketKey,
        when: DateTime<Utc>,
        agenda: &mut Agenda,
    ) -> Played {
        let owner = self.owner()?;
        let market = market.clone();
        let offered = market.clone();
        self.act(&owner, when, |_, _| Ok(Command::OfferHandover { market: offered, to: None }))
            .await?;
        agenda.add(when + TimeDelta::days(5), Errand::Receive(market));
        Ok(())
    }

    /// Files the form of a review that has fallen due.
    pub(super) async fn report(&mut self, number: u32, when: DateTime<Utc>) -> Played {
        let Some(review) = self.product.reviews.get(&number).cloned() else { return Ok(()) };
        if matches!(review.state, ReviewState::Done { .. }) {
            return Ok(());
        }
        let rule = self.definition.reviews.get(&review.review).cloned();
        let Some(DoneBy::Form { owner, form }) = rule.map(|rule| rule.done) else { return Ok(()) };
        let who = self.cast(owner.as_str(), None);
        let who = who.ok_or_else(|| self.failed(&review.review, "nobody files it"))?;
        let when = when.max(review.due + TimeDelta::days(1));
        self.act(&who, when, |sealer, play| {
            let mut writer = play.writer(None);
            writer.revision = number;
            let content = writer.form(form.as_str(), review.review.as_str())?;
            Ok(Command::CompleteReview { review: number, content: sealer.json(content) })
        })
        .await?;
        Ok(())
    }

    /// The owner of a condition gives evidence, and who asked for it closes it.
    pub(super) async fn meet(&mut self, number: u32, when: DateTime<Utc>) -> Played<Colleague> {
        let condition = self.product.conditions.get(&number).cloned();
        let condition = condition.ok_or_else(|| self.failed(number, "no such condition"))?;
        let setter = self.stage.company.by_id(condition.set_by).cloned();
        let setter = setter.ok_or_else(|| self.failed(number, "who asked for it is unknown"))?;
        let owner = self.stage.company.by_id(condition.owner).cloned();
        let owner = owner.ok_or_else(|| self.failed(number, "its owner is unknown"))?;
        if condition.state == ConditionState::Open {
            let evidence = self.say(&owner, "evidence");
            self.act(&owner, when, |sealer, _| {
                Ok(Command::GiveEvidence { condition: number, evidence: sealer.text(&evidence) })
            })
            .await?;
        }
        if !matches!(condition.state, ConditionState::Closed { .. }) {
            let when = self.now() + TimeDelta::days(2);
            self.act(&setter, when, |_, _| Ok(Command::CloseCondition { condition: number }))
                .await?;
        }
        Ok(setter)
    }

    /// One reviewer of a deliverable accepts it, as the explanation says who may.
    pub(super) async fn accept(&mut self, named: &DeliverableRef, role: &str) -> Played {
        let entry = self.product.deliverables.get(named).map(|entry| entry.work.clone());
        let Some(Work::Submitted { by, accepted, .. }) = entry else { return Ok(()) };
        if accepted.keys().any(|heard| heard.as_str() == role) {
            return Ok(());
        }
        let market = named.market.as_ref().map(MarketKey::as_str);
        let holders = self.stage.company.holders(&self.sheet, role, market);
        let other = holders.into_iter().find(|found| found.id != by).cloned();
        let usual = self.cast(role, market).filter(|found| found.id != by);
        let reviewer = usual.or(other);
        let reviewer =
            reviewer.ok_or_else(|| self.failed(named, format!("no {role} may review it")))?;
        let when = self.now() + TimeDelta::hours(8);
        let deliverable = named.clone();
        self.act(&reviewer, when, |_, _| Ok(Command::AcceptDeliverable { deliverable })).await?;
        Ok(())
    }

    /// Discharges so many of the exit's duties, over the time of the scene.
    pub(super) async fn leave(
        &mut self,
        duties: usize,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Played {
        let view = self.ask(&self.owner()?).await?;
        let open = |action: &Action| matches!(action, Action::DischargeDuty { .. });
        let open: Vec<Action> =
            view.actions.iter().map(|each| each.action.clone()).filter(open).collect();
        let count = i32::try_from(open.len().max(1)).unwrap_or(1);
        let last = to.min(self.end()) - TimeDelta::days(6);
        let step = (last - from) / count;
        for (index, action) in open.into_iter().enumerate().take(duties) {
            let Action::DischargeDuty { duty } = action else { continue };
            let when = from + step * i32::try_from(index + 1).unwrap_or(1);
            let who = self.whose_duty(&duty)?;
            let own = format!("duty/{duty}");
            let known = self.stage.data.phrases.contains_key(&own);
            let evidence = self.say(&who, if known { &own } else { "evidence" });
            self.act(&who, when, |sealer, _| {
                Ok(Command::DischargeDuty { duty, evidence: sealer.text(&evidence) })
            })
            .await?;
        }
        if duties < usize::MAX {
            self.stage.time.until(self.end() + TimeDelta::days(1)).await?;
        }
        Ok(())
    }

    fn whose_duty(&self, duty: &sluicegate_core::key::DutyKey) -> Played<Colleague> {
        let sluicegate_core::product::Overlay::Closing(closing) = &self.product.overlay else {
            return Err(self.failed(duty, "the product is not on its way out"));
        };
        let role = closing.duties.get(duty).map(|duty| duty.role.to_string());
        let who = role.and_then(|role| self.cast(&role, None));
        who.ok_or_else(|| self.failed(duty, "nobody owns this duty"))
    }
}
