//! From a token or the secret of a session to the person who shows it.

use crate::{
    app::App,
    error::{AppError, Result},
    request::Caller,
    token,
};

impl App {
    /// Whose token or session is this? Its use is remembered, to the minute.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when it is unknown, expired or revoked, or the account closed;
    /// [`AppError::FactorNeeded`] when the password is all that was shown, and not enough.
    pub async fn authenticate(&self, secret: &str) -> Result<Caller> {
        if token::is_session(secret) {
            return match self.session_caller(secret).await? {
                (caller, None) => Ok(caller),
                (_, Some(_)) => Err(AppError::FactorNeeded),
            };
        }
        self.token_caller(secret).await
    }

    /// The same for what completes a sign-in: there the password is enough.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`].
    pub async fn authenticate_in_part(&self, secret: &str) -> Result<Caller> {
        if token::is_session(secret) {
            return Ok(self.session_caller(secret).await?.0);
        }
        self.token_caller(secret).await
    }

    async fn token_caller(&self, secret: &str) -> Result<Caller> {
        if !token::is_secret(secret) {
            return Err(AppError::Unauthenticated);
        }
        let (directory, hash) = (self.store().directory().await?, token::hash(secret));
        let found = self.store().token_by_hash(&directory, &hash, self.now()).await?;
        let token = found.ok_or(AppError::Unauthenticated)?;
        let person = directory.people.get(&token.person).ok_or(AppError::Unauthenticated)?;
        Ok(Caller::new(token.person, person.kind))
    }
}
