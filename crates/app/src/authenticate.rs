//! From a token to the person who shows it.

use crate::{
    app::App,
    error::{AppError, Result},
    request::Caller,
    token,
};

impl App {
    /// Whose token is this? Its use is remembered, to the minute.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when it is unknown, expired or revoked, or the account closed.
    pub async fn authenticate(&self, secret: &str) -> Result<Caller> {
        if !token::is_secret(secret) {
            return Err(AppError::Unauthenticated);
        }
        let (directory, hash) = (self.store().directory().await?, token::hash(secret));
        let found = self.store().token_by_hash(&directory, &hash, self.now()).await?;
        let token = found.ok_or(AppError::Unauthenticated)?;
        let person = directory.people.get(&token.person).ok_or(AppError::Unauthenticated)?;
        Ok(Caller { person: token.person, kind: person.kind })
    }
}
