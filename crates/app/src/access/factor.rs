//! Second factors: a code that changes with time, and recovery codes for the day it is lost.

use std::{fmt, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    digest::Digest,
    id::PersonId,
    organisation::{self, Command},
    product::Actor,
    rules::{Refusal, Thing},
};
use sluicegate_store::{Credential, FactorSecret, Job, Target};

use super::{Origin, SignedIn, totp};
use crate::{
    app::App,
    error::{AppError, Result, Right},
    judge::Wish,
    request::{AdminDone, Caller, Request},
    view::{FactorView, RemovalView},
};

/// So long a secret that was shown waits for its first code.
const OFFER: TimeDelta = TimeDelta::minutes(15);
/// So long an administrator's wish waits for another one.
const REMOVAL: TimeDelta = TimeDelta::days(3);
/// What an authenticator calls us.
const ISSUER: &str = "Sluicegate";
const RECOVERY_CODES: usize = 10;
/// Of 80 bits, in base32.
const RECOVERY_CODE: usize = 16;

/// What an authenticator takes in; shown this once.
#[derive(Clone)]
pub struct FactorOffer {
    /// In base32.
    pub secret: String,
    pub uri: String,
    pub until: DateTime<Utc>,
}

impl fmt::Debug for FactorOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FactorOffer").field("until", &self.until).finish_non_exhaustive()
    }
}

/// A factor that is there, or the recovery codes of one.
#[derive(Clone)]
pub struct Enrolled {
    pub done: AdminDone,
    /// Shown this once.
    pub recovery_codes: Vec<String>,
    /// The session that goes on, under another secret; none for tokens.
    pub signed_in: Option<SignedIn>,
}

impl fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrolled").field("done", &self.done).finish_non_exhaustive()
    }
}

/// What somebody shows who has signed in: at least one of both.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub password: Option<&'a str>,
    /// Of the second factor, or a recovery code.
    pub code: Option<&'a str>,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

impl App {
    /// Is there a second factor, and has somebody asked to take it away? For the person and for
    /// administrators.
    pub async fn factor_of(&self, caller: &Caller, person: PersonId) -> Result<FactorView> {
        let directory = self.store().directory().await?;
        if !organisation::may_manage_tokens(&directory, caller.person, person) {
            return Err(AppError::Forbidden(Right::SelfOrAdministrator));
        }
        let access = directory.access(person).ok_or(Refusal::from(Thing::Person(person)))?;
        let open = access.removal.filter(|removal| removal.until > self.now());
        Ok(FactorView {
            enrolled: access.factor,
            required: self.shared.access.factor_required,
            recovery_codes: self.store().recovery_codes(person).await?,
            removal: open.map(|removal| RemovalView { by: removal.by, until: removal.until }),
            signing_locked: access.signing_locked,
        })
    }

    /// Shows a new secret to the caller, who has the password.
    ///
    /// # Errors
    /// There is a factor already, or the password is another one.
    pub async fn offer_factor(
        &self,
        caller: &Caller,
        password: &str,
        origin: &Origin,
    ) -> Result<FactorOffer> {
        let person = caller.person;
        let random = (self.shared.chance.secret)();
        let mut secret = FactorSecret([0; 20]);
        secret.0.copy_from_slice(&random[..20]);
        let credential = Credential::Factor { person, secret, step: 0, codes: Vec::new() };
        let tried = by_hand(person, Command::EnrolFactor { person }, Some(credential));
        self.administer_job(tried, true).await?;
        let shown = Shown { password: Some(password), code: None };
        self.prove(person, shown, origin).await?;
        let until = self.now() + OFFER;
        self.store().offer_factor(person, secret, until).await?;
        let name = self.store().sign_in_name(person).await?.unwrap_or_default();
        let uri = totp::uri(&secret.0, ISSUER, &name);
        Ok(FactorOffer { secret: totp::base32(&secret.0), uri, until })
    }

    /// From now on the caller signs in with the factor that was offered, and has shown a code of it.
    ///
    /// # Errors
    /// [`AppError::WrongCode`]; or nothing was offered lately.
    pub async fn enrol_factor(
        &self,
        caller: &Caller,
        code: &str,
        origin: &Origin,
    ) -> Result<Enrolled> {
        let person = caller.person;
        let offered = self.store().factor_offer(person, self.now()).await?;
        let secret = offered.ok_or(Refusal::from(Thing::FactorOffer))?;
        let name = self.count_both(person, origin).await?;
        let step = totp::typed(code).and_then(|code| totp::step_of(&secret.0, code, self.now()));
        let Some(step) = step else {
            self.note_sign_in(&name, Some(person), origin).await;
            return Err(AppError::WrongCode);
        };
        self.succeeded(&name, origin, true).await?;
        let (recovery_codes, codes) = self.fresh_codes();
        let credential = Credential::Factor { person, secret, step, codes };
        let job = by_hand(person, Command::EnrolFactor { person }, Some(credential));
        let done = self.administer_job(job, false).await?;
        let signed_in = self.prolonged(caller, origin).await?;
        Ok(Enrolled { done, recovery_codes, signed_in })
    }

    /// Shows other recovery codes to the caller, who has password and code; those before are void.
    pub async fn replace_recovery_codes(
        &self,
        caller: &Caller,
        shown: Shown<'_>,
        origin: &Origin,
    ) -> Result<Enrolled> {
        let person = caller.person;
        let (recovery_codes, codes) = self.fresh_codes();
        let credential = Credential::RecoveryCodes { person, codes };
        let job = by_hand(person, Command::ReplaceRecoveryCodes { person }, Some(credential));
        self.administer_job(job.clone(), true).await?;
        self.prove(person, shown, origin).await?;
        let done = self.administer_job(job, false).await?;
        Ok(Enrolled { done, recovery_codes, signed_in: None })
    }

    /// Takes the caller's own factor away, who has password and code; all sessions end.
    pub async fn remove_factor(
        &self,
        caller: &Caller,
        shown: Shown<'_>,
        origin: &Origin,
    ) -> Result<AdminDone> {
        let person = caller.person;
        let job = by_hand(person, Command::RemoveFactor { person }, None);
        self.administer_job(job.clone(), true).await?;
        self.prove(person, shown, origin).await?;
        self.administer_job(job, false).await
    }

    /// The second step of signing in: a code of the factor, or a recovery code.
    ///
    /// # Errors
    /// [`AppError::WrongCode`], also for one that was used; [`AppError::TooManyAttempts`].
    pub async fn complete_session(
        &self,
        caller: &Caller,
        code: &str,
        origin: &Origin,
    ) -> Result<SignedIn> {
        if caller.proof.is_none() {
            return Err(AppError::Forbidden(Right::Session));
        }
        let shown = Shown { password: None, code: Some(code) };
        self.prove(caller.person, shown, origin).await?;
        self.prolonged(caller, origin).await?.ok_or(AppError::Forbidden(Right::Session))
    }

    /// Asks to take a lost factor away, which another administrator has to confirm.
    ///
    /// # Errors
    /// As the rules refuse it.
    pub async fn ask_factor_removal(&self, request: Request<PersonId>) -> Result<AdminDone> {
        let person = request.command;
        let command = Command::AskFactorRemoval { person, until: self.now() + REMOVAL };
        self.administer(request.with(command)).await
    }

    /// Counts an attempt, and forgives it when all that is shown is right.
    pub(super) async fn prove(
        &self,
        person: PersonId,
        shown: Shown<'_>,
        origin: &Origin,
    ) -> Result<()> {
        let name = self.count_both(person, origin).await?;
        let wrong = self.wrong(person, shown).await?;
        if let Some(wrong) = wrong {
            self.note_sign_in(&name, Some(person), origin).await;
            return Err(wrong);
        }
        // Whoever has the password alone must not win back the guesses at codes with it.
        let directory = self.store().directory().await?;
        let factor = directory.access(person).is_some_and(|access| access.factor);
        self.succeeded(&name, origin, !factor || shown.code.is_some()).await
    }

    /// What is wrong with what is shown; none: nothing.
    pub(super) async fn wrong(
        &self,
        person: PersonId,
        shown: Shown<'_>,
    ) -> Result<Option<AppError>> {
        if let Some(password) = shown.password {
            let stored = self.store().password_of(person).await?;
            if !self.shared.hasher.is(organisation::prepared(password), stored).await? {
                return Ok(Some(AppError::SignInFailed));
            }
        }
        if let Some(code) = shown.code
            && !self.use_code(person, code).await?
        {
            return Ok(Some(AppError::WrongCode));
        }
        Ok(None)
    }

    /// Takes a code, which is good once.
    async fn use_code(&self, person: PersonId, code: &str) -> Result<bool> {
        if let Some(code) = totp::typed(code) {
            let Some(secret) = self.store().factor_of(person).await? else { return Ok(false) };
            return match totp::step_of(&secret.0, code, self.now()) {
                Some(step) => Ok(self.store().use_step(person, step).await?),
                None => Ok(false),
            };
        }
        let Some(hash) = recovery_hash(code) else { return Ok(false) };
        if !self.store().use_recovery_code(person, &hash).await? {
            return Ok(false);
        }
        let job = by_hand(person, Command::UseRecoveryCode { person }, None);
        self.administer_job(job, false).await?;
        Ok(true)
    }

    /// As people write them down, and what is kept of them.
    fn fresh_codes(&self) -> (Vec<String>, Vec<Digest>) {
        let code = |_| {
            let random = (self.shared.chance.secret)();
            let plain = totp::base32(&random[..RECOVERY_CODE / 8 * 5]).to_lowercase();
            let hash = Digest::of(plain.as_bytes());
            let shown = [&plain[..4], &plain[4..8], &plain[8..12], &plain[12..]].join("-");
            (shown, hash)
        };
        (0..RECOVERY_CODES).map(code).unzip()
    }
}

/// A command that takes the person's own hand.
fn by_hand(person: PersonId, command: Command, credential: Option<Credential>) -> Job<Wish> {
    let wish = Wish::Organisation { command, known: Arc::default() };
    let mut job = Job::new(Actor::Person(person), Target::Directory, wish);
    job.credentials.extend(credential);
    job
}

/// What is kept of a recovery code, however it is typed; none: it is no such code.
fn recovery_hash(code: &str) -> Option<Digest> {
    let typed = code.chars().filter(|letter| !letter.is_whitespace() && *letter != '-');
    let plain: String = typed.take(RECOVERY_CODE + 1).collect::<String>().to_lowercase();
    (plain.len() == RECOVERY_CODE).then(|| Digest::of(plain.as_bytes()))
}
