//! Sessions: who shows the secret of one, where somebody is signed in, and how that ends.

use chrono::TimeDelta;
use sluicegate_core::{
    id::{PersonId, SessionId},
    organisation,
    rules::{Refusal, Thing},
};
use sluicegate_store::Session;

use super::{NextStep, Proof};
use crate::{
    app::App,
    error::{AppError, Result, Right},
    request::Caller,
    token,
    view::SessionView,
};

/// A session's last use is noted at most this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);

impl App {
    /// Who has begun the session with this secret, and what is still missing?
    pub(crate) async fn session_caller(&self, secret: &str) -> Result<(Caller, Option<NextStep>)> {
        let (now, idle) = (self.now(), self.shared.access.idle);
        let hash = token::hash(secret);
        let found = self.store().session_by_hash(&hash, now, now - idle).await?;
        let session = found.ok_or(AppError::Unauthenticated)?;
        let directory = self.store().directory().await?;
        let person = directory.people.get(&session.person).filter(|person| person.active);
        let person = person.ok_or(AppError::Unauthenticated)?;
        let next = self.next_step(&person.access, &session.methods);
        let stale = now - TOUCH_EVERY;
        if session.used_at < stale
            && let Err(error) = self.store().touch_session(session.id, now, stale).await
        {
            // Whoever is at work is not sent away because a note could not be made.
            tracing::warn!(%error, "the use of a session was not noted");
        }
        let proof = Some(proof(&session));
        Ok((Caller { proof, ..Caller::new(session.person, person.kind) }, next))
    }

    /// Where the caller is signed in, the newest first.
    pub async fn own_sessions(&self, caller: &Caller) -> Result<Vec<SessionView>> {
        self.sessions_of(caller, caller.person).await
    }

    /// Where a person is signed in; for the person and for administrators.
    pub async fn sessions_of(&self, caller: &Caller, person: PersonId) -> Result<Vec<SessionView>> {
        let directory = self.store().directory().await?;
        if !organisation::may_manage_tokens(&directory, caller.person, person) {
            return Err(AppError::Forbidden(Right::SelfOrAdministrator));
        }
        if !directory.people.contains_key(&person) {
            return Err(Refusal::from(Thing::Person(person)).into());
        }
        let now = self.now();
        let found = self.store().sessions_of(person, now, now - self.shared.access.idle).await?;
        let current = caller.proof.as_ref().map(|proof| proof.session);
        Ok(found.into_iter().map(|session| SessionView::of(session, current)).collect())
    }

    /// Signs the caller out of one place.
    pub async fn end_session(&self, caller: &Caller, session: SessionId) -> Result<()> {
        if self.store().end_session(caller.person, session).await? {
            return Ok(());
        }
        Err(Refusal::from(Thing::Session(session)).into())
    }
}

fn proof(session: &Session) -> Proof {
    Proof {
        session: session.id,
        methods: session.methods.split(' ').map(str::to_owned).collect(),
        authenticated_at: session.authenticated_at,
    }
}
