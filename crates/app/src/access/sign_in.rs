//! Signing in: a name and a password make a session, which may ask for more.

use std::fmt;

use chrono::TimeDelta;
use serde::Serialize;
use sluicegate_core::{
    directory::Access,
    id::{PersonId, SessionId},
    organisation,
};
use sluicegate_store::{NewSession, PasswordHash};

use super::{ACCOUNT, ADDRESS, Origin, account_key};
use crate::{
    app::App,
    error::{AppError, Result},
    request::Caller,
    token,
    view::SessionView,
};

/// RFC 8176.
const PASSWORD: &str = "pwd";
const CODE: &str = "otp";

/// What somebody types to sign in.
#[derive(Clone)]
pub struct SignIn {
    pub name: String,
    pub password: String,
}

impl fmt::Debug for SignIn {
    /// People type the one into the field of the other, so neither is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn").finish_non_exhaustive()
    }
}

/// So long a session waits for what is missing after the password.
const HALF: TimeDelta = TimeDelta::minutes(10);

/// What a session is good for after the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Nothing but showing a code of the second factor.
    Code,
    /// Nothing but taking in a second factor: the house asks for one, and there is none.
    Enrol,
}

/// A session that has begun.
#[derive(Clone)]
pub struct SignedIn {
    pub person: PersonId,
    /// Shown this once; whoever has it is signed in.
    pub secret: String,
    pub session: SessionView,
    /// None: the person is in.
    pub next: Option<NextStep>,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").field("person", &self.person).finish_non_exhaustive()
    }
}

impl App {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`], whatever is wrong: the name, the password or the account. An
    /// attempt at a name that nobody has takes as much work and counts as much.
    /// [`AppError::TooManyAttempts`] after too many.
    pub async fn sign_in(&self, who: &SignIn, origin: &Origin) -> Result<SignedIn> {
        // What is no name is nobody's name.
        let name = organisation::sign_in_name(&who.name).unwrap_or_default();
        self.count(origin.key(), &ADDRESS).await?;
        self.count(account_key(&name), &ACCOUNT).await?;
        let found = self.store().password_of_name(&name).await?;
        let password = organisation::prepared(&who.password);
        let stored = found.map(|(_, stored)| stored);
        let right = self.shared.hasher.is(password.clone(), stored).await?;
        let directory = self.store().directory().await?;
        let known = found.filter(|(person, _)| right && directory.is_active(*person));
        let Some((person, stored)) = known else {
            let whose = self.store().owner_of_sign_in_name(&name).await?;
            self.note_sign_in(&name, whose, origin).await;
            return Err(AppError::SignInFailed);
        };
        let access = directory.access(person).cloned().unwrap_or_default();
        self.succeeded(&name, origin, !access.factor).await?;
        let stored = self.at_todays_price(person, stored, password).await?;
        let next = self.next_step(&access, PASSWORD);
        self.begin_session(person, &stored, next, origin).await
    }

    /// What is missing after these methods.
    pub(super) fn next_step(&self, access: &Access, methods: &str) -> Option<NextStep> {
        let shown = methods.split(' ').any(|method| method == CODE);
        let asked = access.asks_for_factor(self.shared.access.factor_required);
        let step = if access.factor { NextStep::Code } else { NextStep::Enrol };
        (asked && !shown).then_some(step)
    }

    /// The password is at hand now, so a hash of former days can be made anew.
    async fn at_todays_price(
        &self,
        person: PersonId,
        stored: PasswordHash,
        password: String,
    ) -> Result<PasswordHash> {
        if !self.shared.hasher.is_outdated(&stored) {
            return Ok(stored);
        }
        let fresh = self.shared.hasher.hash(password, (self.shared.chance.salt)()).await?;
        self.store().rehash(person, &stored, &fresh).await?;
        Ok(fresh)
    }

    async fn begin_session(
        &self,
        person: PersonId,
        shown: &PasswordHash,
        next: Option<NextStep>,
        origin: &Origin,
    ) -> Result<SignedIn> {
        let id = SessionId::new((self.shared.chance.uuid)());
        let (secret, mut session) = self.new_session(id, person, PASSWORD.to_owned(), origin);
        if next.is_some() {
            session.expires_at = session.at + HALF;
        }
        // The password may have been changed meanwhile.
        if !self.store().add_session(&session, shown).await? {
            return Err(AppError::SignInFailed);
        }
        let session = SessionView::of_new(&session);
        Ok(SignedIn { person, secret, session, next })
    }

    /// The caller's session goes on under another secret, since a code was shown; none for tokens.
    pub(super) async fn prolonged(
        &self,
        caller: &Caller,
        origin: &Origin,
    ) -> Result<Option<SignedIn>> {
        let Some(proof) = &caller.proof else { return Ok(None) };
        let (person, methods) = (caller.person, format!("{PASSWORD} {CODE}"));
        let (secret, session) = self.new_session(proof.session, person, methods, origin);
        // It may have been ended meanwhile.
        if !self.store().complete_session(&session).await? {
            return Err(AppError::Unauthenticated);
        }
        let session = SessionView::of_new(&session);
        Ok(Some(SignedIn { person, secret, session, next: None }))
    }

    fn new_session(
        &self,
        id: SessionId,
        person: PersonId,
        methods: String,
        origin: &Origin,
    ) -> (String, NewSession) {
        let secret = token::session((self.shared.chance.secret)());
        let at = self.now();
        let hash = token::hash(&secret);
        let expires_at = at + self.shared.access.absolute;
        let (address, agent) = (origin.address(), origin.agent.clone());
        (secret, NewSession { id, hash, person, methods, at, expires_at, address, agent })
    }
}
