//! Signing in: a name and a password make a session.

use std::fmt;

use sluicegate_core::{
    id::{PersonId, SessionId},
    organisation,
};
use sluicegate_store::{NewSession, PasswordHash};

use super::{ACCOUNT, ADDRESS, Origin, account_key};
use crate::{
    app::App,
    error::{AppError, Result},
    token,
    view::SessionView,
};

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

/// A session that has begun.
#[derive(Clone)]
pub struct SignedIn {
    pub person: PersonId,
    /// Shown this once; whoever has it is signed in.
    pub secret: String,
    pub session: SessionView,
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
        self.store().forgive_attempts(account_key(&name)).await?;
        self.store().take_back_attempt(origin.key()).await?;
        let stored = self.at_todays_price(person, stored, password).await?;
        self.begin_session(person, &stored, origin).await
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
        origin: &Origin,
    ) -> Result<SignedIn> {
        let secret = token::session((self.shared.chance.secret)());
        let now = self.now();
        let session = NewSession {
            id: SessionId::new((self.shared.chance.uuid)()),
            hash: token::hash(&secret),
            person,
            methods: "pwd".to_owned(),
            at: now,
            expires_at: now + self.shared.access.absolute,
            address: origin.address(),
            agent: origin.agent.clone(),
        };
        // The password may have been changed meanwhile.
        if !self.store().add_session(&session, shown).await? {
            return Err(AppError::SignInFailed);
        }
        let session = SessionView::of_new(&session);
        Ok(SignedIn { person, secret, session })
    }
}
