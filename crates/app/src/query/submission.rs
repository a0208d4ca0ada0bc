//! Submissions to gates, told from the history, and the packets that they froze.

use std::collections::BTreeSet;

use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::GateKey,
    product::{
        Actor, ConditionDraft, DecidedBy, Event, Product, Purpose, Recorded, Shown, Signature,
        evolve,
    },
    rules::{self, Refusal, Thing},
};

use super::event::{digests_in, people_in};
use crate::{
    administer::profile_names,
    app::App,
    error::{AppError, Result},
    load::{named, text},
    request::Caller,
    view::{
        ConditionDraftView, DecisionView, Names, PacketView, ScoreView, SignatureView,
        SubmissionState, SubmissionView, Texts, VoteView, WithdrawalView,
    },
    words::with_names,
};

impl App {
    /// Every submission of a product to a gate, the oldest first.
    pub async fn submissions(
        &self,
        caller: &Caller,
        id: ProductId,
        gate: &GateKey,
    ) -> Result<Vec<SubmissionView>> {
        let product = self.readable(caller, id).await?;
        let definition = self.definition(&product.workflow.digest).await?;
        let mut submissions = self.all_submissions(caller, &product).await?;
        submissions.retain(|submission| submission.gate == *gate);
        // A gate that an earlier version had is known by what was submitted to it.
        if submissions.is_empty() && !definition.gates.contains_key(gate) {
            return Err(Refusal::from(Thing::Gate(gate.clone())).into());
        }
        Ok(submissions)
    }

    pub(super) async fn all_submissions(
        &self,
        caller: &Caller,
        product: &Product,
    ) -> Result<Vec<SubmissionView>> {
        if product.submissions == 0 {
            return Ok(Vec::new());
        }
        let history = self.whole_history(product.id).await?;
        let about: Vec<&Recorded> = history.iter().filter(|each| concerns(&each.event)).collect();
        let (mut people, mut digests) = (BTreeSet::new(), BTreeSet::new());
        for recorded in &about {
            let value = serde_json::to_value(recorded).map_err(AppError::internal)?;
            people.extend(people_in(&value));
            digests.extend(digests_in(&value));
        }
        let (names, texts) = (self.names(people).await?, self.texts(digests).await?);
        let mut teller = Teller { product, viewer: caller.actor(), names, texts, told: Vec::new() };
        for recorded in about {
            teller.tell(recorded);
        }
        Ok(teller.told)
    }

    /// What a submission froze, made again from the events before it.
    pub async fn packet(
        &self,
        caller: &Caller,
        id: ProductId,
        submission: u32,
    ) -> Result<PacketView> {
        let product = self.readable(caller, id).await?;
        rules::known_submission(&product, submission)?;
        let mut before: Option<Product> = None;
        for recorded in self.whole_history(id).await? {
            if let Event::GateSubmitted { submission: number, gate, purpose, packet, .. } =
                &recorded.event
                && *number == submission
                && let Some(before) = &before
            {
                return packet_view(before, submission, gate, purpose, *packet);
            }
            before = evolve(before, &recorded);
        }
        Err(AppError::internal("a submission is not in its history"))
    }
}

fn packet_view(
    before: &Product,
    submission: u32,
    gate: &GateKey,
    purpose: &Purpose,
    digest: Digest,
) -> Result<PacketView> {
    let packet = rules::packet(before, Some(purpose));
    let matches = packet.digest() == digest;
    let packet = serde_json::to_value(packet).map_err(AppError::internal)?;
    Ok(PacketView { submission, gate: gate.clone(), digest, matches, packet })
}

const fn concerns(event: &Event) -> bool {
    matches!(
        event,
        Event::GateSubmitted { .. }
            | Event::GateWithdrawn { .. }
            | Event::ScoreGiven { .. }
            | Event::VoteCast { .. }
            | Event::GateDecided { .. }
            | Event::GateReminded { .. }
            | Event::GateEscalated { .. }
    )
}

/// Tells the history of the gates, event by event.
struct Teller<'a> {
    product: &'a Product,
    viewer: Actor,
    names: Names,
    texts: Texts,
    told: Vec<SubmissionView>,
}

impl Teller<'_> {
    fn tell(&mut self, recorded: &Recorded) {
        if let Event::GateSubmitted { .. } = &recorded.event {
            let submission = self.submitted(recorded);
            self.told.extend(submission);
            return;
        }
        let who = recorded.actor.principal().map(|by| named(&self.names, by));
        let deputy = recorded.actor.deputy().map(|by| named(&self.names, by));
        let withheld = rules::withheld(self.product, recorded, self.viewer);
        let Some(last) = self.told.last_mut() else { return };
        match (&recorded.event, who) {
            (Event::ScoreGiven { scores, .. }, Some(by)) => {
                last.scored.push(by.clone());
                if !withheld {
                    let (at, scores) = (recorded.at, scores.clone());
                    last.scores.push(ScoreView { by, deputy, at, scores });
                }
            }
            (Event::VoteCast { seat, choice, reason, conditions, signature, .. }, Some(by)) => {
                let conditions = conditions.iter();
                last.votes.push(VoteView {
                    by,
                    deputy,
                    seat: seat.clone(),
                    choice: *choice,
                    reason: text(&self.texts, reason),
                    conditions: conditions.map(|it| draft(it, &self.names, &self.texts)).collect(),
                    signature: signature
                        .as_ref()
                        .map(|it| signature_view(it, &self.names, &self.texts)),
                    at: recorded.at,
                });
            }
            (Event::GateWithdrawn { reason, .. }, by) => {
                last.state = SubmissionState::Withdrawn;
                let reason = text(&self.texts, reason);
                last.withdrawal = Some(WithdrawalView { by, reason, at: recorded.at });
            }
            (Event::GateDecided { outcome, decided_by, .. }, _) => {
                last.state = SubmissionState::Decided;
                let (chair, reason, signature) = match decided_by {
                    DecidedBy::Seats => (None, None, None),
                    DecidedBy::Chair { person, reason, signature } => {
                        let chair = named(&self.names, *person);
                        (Some(chair), text(&self.texts, reason), signature.as_deref())
                    }
                };
                let signature = signature.map(|it| signature_view(it, &self.names, &self.texts));
                let (outcome, at) = (outcome.clone(), recorded.at);
                let deputy = deputy.filter(|_| chair.is_some());
                last.decision =
                    Some(DecisionView { outcome, chair, deputy, reason, signature, at });
            }
            (Event::GateReminded { .. }, _) => last.reminded += 1,
            (Event::GateEscalated { .. }, _) => last.escalated = true,
            _ => {}
        }
    }

    fn submitted(&self, recorded: &Recorded) -> Option<SubmissionView> {
        let Event::GateSubmitted { gate, submission, purpose, packet, panel, due, .. } =
            &recorded.event
        else {
            return None;
        };
        let seat = |people: &BTreeSet<PersonId>| {
            people.iter().map(|person| named(&self.names, *person)).collect()
        };
        Some(SubmissionView {
            number: *submission,
            gate: gate.clone(),
            purpose: purpose.clone(),
            by: named(&self.names, recorded.actor.principal()?),
            at: recorded.at,
            packet: *packet,
            panel: panel.iter().map(|(key, people)| (key.clone(), seat(people))).collect(),
            due_at: *due,
            reminded: 0,
            escalated: false,
            scores: Vec::new(),
            scored: Vec::new(),
            votes: Vec::new(),
            state: SubmissionState::Open,
            decision: None,
            withdrawal: None,
        })
    }
}

/// The name is that of the day on which was signed.
fn signature_view(signature: &Signature, names: &Names, texts: &Texts) -> SignatureView {
    let mut names = names.clone();
    let profile = signature.profile.as_ref();
    if let Some(profile) = profile.and_then(|profile| texts.get(profile)) {
        names.insert(signature.signer, profile_names(Some(profile)).0);
    }
    let statement = match &signature.shown {
        Some(Shown::PasswordAndCode { statement, .. }) => text(texts, statement),
        Some(Shown::Rehearsed) | None => None,
    };
    SignatureView {
        signer: named(&names, signature.signer),
        on_behalf_of: signature.on_behalf_of.map(|of| named(&names, of)),
        role: signature.role.clone(),
        at: signature.at,
        meaning: signature.meaning.clone(),
        packet: signature.packet,
        shown: signature.shown.clone(),
        statement: statement.map(|text| with_names(&text, &names)),
    }
}

fn draft(draft: &ConditionDraft, names: &Names, texts: &Texts) -> ConditionDraftView {
    ConditionDraftView {
        text: text(texts, &draft.text),
        owner: named(names, draft.owner),
        due_at: draft.due,
    }
}
