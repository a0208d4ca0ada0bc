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
    /// [`AppError::Unauthenticated`] when it is unknown, expired or revoked, or the account closed.
    pub async fn authenticate(&self, secret: &str) -> Result<Caller> {
        if token::is_session(secret) {
            return self.session_caller(secret).await;
        }
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
