//! What was refused goes into the record, after the answer is known: who, what, from where.
//!
//! Nothing of it changes an answer. Where it cannot be recorded, the log of the server says so.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_core::{
    access::{AccessEvent, Tries},
    id::{PersonId, ProductId},
    product::Actor,
    rules::Refusal,
};
use sluicegate_store::{Job, NewContent, Noted, Repeated, Target, ThrottleKey};

use super::Origin;
use crate::{
    app::App,
    error::{AppError, Result, is_right},
    judge::Wish,
    request::Caller,
    token,
};

/// Of the same attempts within this time the first is an event, and all others are one together.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// Longest request that is named, in characters.
const REQUEST: usize = 300;

impl App {
    /// Somebody could not sign in, or showed no invitation of ours. Told apart by the name that was
    /// given, be it anybody's or not: so the answer takes as long either way.
    pub(super) async fn note_sign_in(&self, name: &str, whose: Option<PersonId>, origin: &Origin) {
        let event = |tries| AccessEvent::SignInRefused { person: whose, tries };
        self.note(Actor::Visitor, (11, name.to_owned()), origin, event).await;
    }

    /// Somebody who was about to sign could not prove who they are.
    pub(super) async fn note_signature(
        &self,
        person: PersonId,
        product: ProductId,
        origin: &Origin,
    ) {
        let event = |tries| AccessEvent::SignatureRefused { person, product, tries };
        let what = format!("{person} {product}");
        self.note(Actor::Person(person), (15, what), origin, event).await;
    }

    /// Somebody showed a token that lets nobody in. One that was never given out is not noted: it is
    /// a mistake, or a guess at 256 bits.
    pub async fn note_token(&self, secret: &str, origin: &Origin) {
        if !token::is_secret(secret) {
            return;
        }
        match self.store().token_owner(&token::hash(secret)).await {
            Ok(Some((token, person))) => {
                let event = |tries| AccessEvent::TokenRefused { token, person, tries };
                self.note(Actor::Visitor, (12, token.to_string()), origin, event).await;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a refused token was not noted"),
        }
    }

    /// Somebody who has signed in was refused for want of a right; anything else is no matter of the
    /// record. Of many wishes in one request each may have its error.
    pub async fn note_request<'a>(
        &self,
        caller: &Caller,
        origin: &Origin,
        request: String,
        errors: impl IntoIterator<Item = &'a AppError>,
    ) {
        let reasons: BTreeSet<String> = errors.into_iter().flat_map(missing_rights).collect();
        if reasons.is_empty() {
            return;
        }
        let reasons: Vec<String> = reasons.into_iter().collect();
        let person = caller.person;
        let request: String = request.chars().take(REQUEST).collect();
        let what = format!("{person} {request} {reasons:?}");
        let event = |tries| AccessEvent::RequestRefused { person, request, reasons, tries };
        self.note(Actor::Person(person), (13, what), origin, event).await;
    }

    async fn note(
        &self,
        actor: Actor,
        (kind, what): (u8, String),
        origin: &Origin,
        event: impl FnOnce(Tries) -> AccessEvent,
    ) {
        let key = ThrottleKey::new(kind, &format!("{what} {}", origin.network()));
        if let Err(error) = self.note_within(actor, key, origin, event).await {
            tracing::warn!(%error, "a refused attempt was not recorded");
        }
    }

    async fn note_within(
        &self,
        actor: Actor,
        key: ThrottleKey,
        origin: &Origin,
        event: impl FnOnce(Tries) -> AccessEvent,
    ) -> Result<()> {
        let now = self.now();
        let from = json!({ "address": origin.address(), "agent": origin.agent });
        let from = NewContent::of((self.shared.chance.salt)(), from);
        let tries = Tries { count: 1, since: now, origin: Some(from.digest()) };
        let event = event(tries);
        match self.store().note_attempt(key, &event, now, WINDOW).await? {
            Noted::Repeat => Ok(()),
            Noted::First => self.record(actor, event, vec![from]).await,
            Noted::FirstAfter(before) => {
                self.record_repeats(before).await?;
                self.record(actor, event, vec![from]).await
            }
            Noted::Crowded => self.note_crowd().await,
        }
    }

    /// So many different attempts that they are counted together.
    async fn note_crowd(&self) -> Result<()> {
        let now = self.now();
        let event =
            AccessEvent::MoreRefused { tries: Tries { count: 1, since: now, origin: None } };
        let key = ThrottleKey::new(14, "");
        match self.store().note_crowd(key, &event, now, WINDOW).await? {
            Noted::First => self.record(Actor::Visitor, event, Vec::new()).await,
            Noted::FirstAfter(before) => {
                self.record_repeats(before).await?;
                self.record(Actor::Visitor, event, Vec::new()).await
            }
            Noted::Repeat | Noted::Crowded => Ok(()),
        }
    }

    async fn record_repeats(&self, repeated: Repeated) -> Result<()> {
        let Repeated { event, since, repeats } = repeated;
        self.record(Actor::System, event.again(repeats, since), Vec::new()).await
    }

    async fn record(
        &self,
        actor: Actor,
        event: AccessEvent,
        contents: Vec<NewContent>,
    ) -> Result<()> {
        let mut job = Job::new(actor, Target::Access, Wish::Refused(event));
        job.contents = contents;
        self.put(job, false).await.map(drop)
    }

    /// Puts repeats into the record whose time is over; gives how many events that were.
    pub async fn record_repeated_attempts(&self) -> Result<usize> {
        let mut recorded = 0;
        for repeated in self.store().claim_attempts(self.now() - WINDOW).await? {
            self.record_repeats(repeated).await?;
            recorded += 1;
        }
        Ok(recorded)
    }

    /// The same again and again, until the application shuts down.
    pub fn spawn_attempt_counter(&self, every: std::time::Duration) {
        self.spawn_every(every, "repeated attempts could not be recorded", |app| {
            Box::pin(async move { app.record_repeated_attempts().await.map(drop) })
        });
    }
}

/// The codes of the rights that were missing.
fn missing_rights(error: &AppError) -> Vec<String> {
    let unmet = match error {
        AppError::Forbidden(_) => return vec!["forbidden".to_owned()],
        AppError::Refused(refusal) => match &**refusal {
            Refusal::Blocked { unmet } => unmet,
            Refusal::NoSuch(_) | Refusal::Invalid { .. } => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let rights = unmet.iter().filter(|each| is_right(&each.blocker));
    let code = |blocker| {
        let value = serde_json::to_value(blocker).unwrap_or(Value::Null);
        value["code"].as_str().map(str::to_owned)
    };
    rights.filter_map(|each| code(&each.blocker)).collect()
}
