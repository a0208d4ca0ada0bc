//! To a gate: clears what the explanation names until the submission is possible, and submits.

use std::{collections::BTreeMap, sync::PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_app::view::{ActionsView, UnmetView};
use sluicegate_core::{
    definition::Definition,
    key::{CriterionKey, GateKey, PathKey},
    product::{Handover, Purpose, RoleRef},
    rules::{Action, Blocker, Command},
};

use super::{Play, Played, find};
use crate::{company::Colleague, plan::Answer};

/// Rounds of clearing what is missing; more would mean that clearing does not help.
const ROUNDS: usize = 16;

impl Play {
    /// Submits, hears the votes, and carries the story to the gate's answer.
    pub(super) async fn gate(
        &mut self,
        gate: &GateKey,
        path: &PathKey,
        answer: Answer,
        from: DateTime<Utc>,
    ) -> Played {
        let asked = matches!(answer, Answer::Kill { asked: true, .. });
        let submitter = if asked {
            self.stopper(gate).await?
        } else {
            self.make_ready(gate, path, from).await?
        };
        let purpose = if asked { Purpose::Stop } else { Purpose::Pass(path.clone()) };
        let named = gate.clone();
        self.act(&submitter, from, |_, _| {
            Ok(Command::Submit { gate: named, purpose, panel: BTreeMap::default() })
        })
        .await?;
        self.decide(gate, answer, &submitter, from).await?;
        let at = self.definition.handover.as_ref().map(|handover| handover.at.clone());
        let launches = at.as_ref() == Some(gate) && self.product.passed.contains_key(gate);
        if launches && self.launched.is_none() {
            let now = self.now();
            self.launched = Some(now);
            let launches = &self.stage.launches;
            let mut launches = launches.lock().unwrap_or_else(PoisonError::into_inner);
            launches.insert(self.sheet.key.clone(), now);
        }
        Ok(())
    }

    /// Who may submit, judged by the explanation.
    fn candidates(&self, gate: &GateKey) -> Vec<Colleague> {
        let roles = self.definition.gates.get(gate).map(|gate| gate.submit_by.clone());
        let roles = roles.unwrap_or_default();
        let mut found: Vec<Colleague> = Vec::new();
        for role in roles {
            if let Some(colleague) = self.cast(role.as_str(), None)
                && found.iter().all(|other| other.id != colleague.id)
            {
                found.push(colleague);
            }
        }
        found
    }

    /// Who asks leadership for a stop.
    async fn stopper(&mut self, gate: &GateKey) -> Played<Colleague> {
        for who in self.candidates(gate) {
            let view = self.ask(&who).await?;
            let stop = find(&view, |action| matches!(action, Action::SubmitToStop { .. }));
            if stop.is_some_and(|stop| stop.allowed) {
                return Ok(who);
            }
        }
        Err(self.failed(gate, "nobody may ask for a stop"))
    }

    /// Clears everything between the product and its submission; gives who may submit.
    async fn make_ready(
        &mut self,
        gate: &GateKey,
        path: &PathKey,
        from: DateTime<Utc>,
    ) -> Played<Colleague> {
        let mut told = String::new();
        for _ in 0..ROUNDS {
            let mut next = None;
            for who in self.candidates(gate) {
                let view = self.ask(&who).await?;
                let unmet = submission(&view, gate, path).map(<[UnmetView]>::to_vec);
                let unmet =
                    unmet.ok_or_else(|| self.failed(gate, "no such submission is offered"))?;
                if unmet.is_empty() {
                    return Ok(who);
                }
                told =
                    unmet.iter().map(|each| each.sentence.as_str()).collect::<Vec<_>>().join("; ");
                let hopeless = |each: &UnmetView| {
                    matches!(
                        each.blocker,
                        Blocker::NotYourRole { .. }
                            | Blocker::SeatUnfillable { .. }
                            | Blocker::ChairMissing { .. }
                    )
                };
                if !unmet.iter().any(hopeless) {
                    next = Some((view, unmet));
                    break;
                }
            }
            let Some((view, unmet)) = next else { break };
            let from = from - TimeDelta::days(1);
            if !self.clear_all(gate, &view, &unmet, from).await? {
                break;
            }
        }
        Err(self.failed(gate, told))
    }

    /// Does what stands in the way; false when nothing of it could be done.
    async fn clear_all(
        &mut self,
        gate: &GateKey,
        view: &ActionsView,
        unmet: &[UnmetView],
        from: DateTime<Utc>,
    ) -> Played<bool> {
        let mut done = false;
        for each in unmet {
            match &each.blocker {
                Blocker::CriterionUnanswered { criterion }
                | Blocker::CriterionAnsweredNo { criterion } => {
                    self.answer(criterion, each, from).await?;
                    done = true;
                }
                Blocker::DeliverableMissing { deliverable }
                | Blocker::DeliverableInReview { deliverable }
                | Blocker::WaiverUndecided { deliverable } => {
                    let waits = find(view, |action| {
                        matches!(action, Action::SubmitDeliverable { deliverable: other }
                            if other == deliverable)
                    });
                    let first = |unmet: &UnmetView| {
                        matches!(unmet.blocker, Blocker::DeliverableNeededFirst { .. })
                    };
                    if waits.is_some_and(|waits| !waits.unmet.iter().any(first)) {
                        self.finish(deliverable, from).await?;
                        done = true;
                    }
                }
                Blocker::ConditionOpen { condition } | Blocker::ConditionExpired { condition } => {
                    self.meet(*condition, from).await?;
                    done = true;
                }
                Blocker::ReviewDue { review } => {
                    self.report(*review, from).await?;
                    done = true;
                }
                // What was true when it was written is too old by now.
                Blocker::CriterionFailed { criterion, .. }
                    if criterion.as_str() == "scanned_lately" =>
                {
                    if let Ok(scan) = "vulnerabilities".parse() {
                        self.finish(&scan, from).await?;
                        done = true;
                    }
                }
                Blocker::CriterionFailed { .. } => {
                    done |= self.hand_over_what_is_open(gate, from).await?;
                }
                Blocker::ProductHeld => {
                    let who = self.who(&each.clear, &[]);
                    let who = who.ok_or_else(|| self.failed(gate, "nobody may resume it"))?;
                    let why = self.say(&who, "resume");
                    self.act(&who, from, |sealer, _| {
                        Ok(Command::Resume { reason: sealer.text(&why) })
                    })
                    .await?;
                    done = true;
                }
                _ => {}
            }
        }
        Ok(done)
    }

    async fn answer(
        &mut self,
        criterion: &CriterionKey,
        unmet: &UnmetView,
        from: DateTime<Utc>,
    ) -> Played {
        let who = self.who(&unmet.clear, &[]);
        let who = who.ok_or_else(|| self.failed(criterion, "nobody may answer it"))?;
        let own = format!("answer/{criterion}");
        let known = self.stage.data.phrases.contains_key(&own);
        let evidence = self.say(&who, if known { &own } else { "answer" });
        let criterion = criterion.clone();
        self.act(&who, from, |sealer, _| {
            Ok(Command::AnswerCriterion { criterion, yes: true, evidence: sealer.text(&evidence) })
        })
        .await?;
        Ok(())
    }

    /// Hands a deliverable in and lets its reviewers accept it, one after the other.
    async fn finish(
        &mut self,
        named: &sluicegate_core::product::DeliverableRef,
        from: DateTime<Utc>,
    ) -> Played {
        self.deliver(named, from).await?;
        let deliverable = self.definition.deliverables.get(&named.key);
        let reviewers = deliverable.map(|found| found.reviewers.clone()).unwrap_or_default();
        // By now nothing is returned any more.
        self.revisions.entry(named.to_string()).and_modify(|count| *count = (*count).max(2));
        for role in reviewers {
            self.accept(named, role.as_str()).await?;
        }
        Ok(())
    }

    /// A market that became sellable late is offered and received before the gate.
    async fn hand_over_what_is_open(
        &mut self,
        gate: &GateKey,
        from: DateTime<Utc>,
    ) -> Played<bool> {
        let launched = self.definition.handover.as_ref().map(|handover| &handover.at);
        if launched == Some(gate) || self.launched.is_none() {
            return Ok(false);
        }
        let open: Vec<_> = self
            .product
            .markets
            .iter()
            .filter(|(_, state)| {
                state.sellable && !matches!(state.handover, Handover::Accepted { .. })
            })
            .map(|(market, state)| (market.clone(), state.handover.clone()))
            .collect();
        let any = !open.is_empty();
        for (market, handover) in open {
            let mut agenda = super::work::Agenda::default();
            if !matches!(handover, Handover::Offered { .. }) {
                self.offer(&market, from, &mut agenda).await?;
            }
            self.receive(&market, from, &[], &mut agenda).await?;
        }
        Ok(any)
    }

    /// Held by a gate: the chair resumes when the time has come.
    pub(super) async fn rest(
        &mut self,
        gate: &GateKey,
        forever: bool,
        until: DateTime<Utc>,
    ) -> Played {
        if forever {
            self.stage.time.until(self.end() + TimeDelta::days(1)).await?;
        }
        let chair = self.chair(&self.definition, gate, None);
        let chair = chair.ok_or_else(|| self.failed(gate, "it has no chair"))?;
        let why = self.say(&chair, "resume");
        self.act(&chair, until - TimeDelta::days(2), |sealer, _| {
            Ok(Command::Resume { reason: sealer.text(&why) })
        })
        .await?;
        Ok(())
    }

    /// Who chairs a gate, but not the submitter.
    pub(super) fn chair(
        &self,
        definition: &Definition,
        gate: &GateKey,
        submitter: Option<&Colleague>,
    ) -> Option<Colleague> {
        let role = RoleRef::new(definition.gates.get(gate)?.chair.clone(), None);
        let may = |found: &Colleague| submitter.is_none_or(|by| by.id != found.id);
        let usual = self.cast(role.key.as_str(), None).filter(may);
        usual.or_else(|| {
            let all = self.stage.company.holders(&self.sheet, role.key.as_str(), None);
            all.into_iter().find(|found| may(found)).cloned()
        })
    }
}

/// What stands between somebody and the submission on a path.
fn submission<'a>(
    view: &'a ActionsView,
    gate: &GateKey,
    path: &PathKey,
) -> Option<&'a [UnmetView]> {
    let found = find(
        view,
        |action| matches!(action, Action::Submit { gate: at, path: on } if at == gate && on == path),
    );
    found.map(|each| each.unmet.as_slice())
}
