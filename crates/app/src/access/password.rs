//! Invitations and passwords: an administrator lets somebody set one, nobody sets another's.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use sluicegate_core::{
    id::{InvitationId, PersonId},
    organisation::{self, Command, Words},
    product::Actor,
    rules::{Problem, ProblemKind, Refusal, Thing},
};
use sluicegate_store::{Credential, Job, Target};

use super::{ADDRESS, Origin, Shown, account_key};
use crate::{
    administer::profile_names,
    app::App,
    command::job,
    error::{AppError, Result},
    judge::Wish,
    request::{AdminDone, Caller, Request},
    token,
};

/// Somebody who shall be able to sign in.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    pub person: PersonId,
    /// To sign in with. None: the one that the person has, or the mail address.
    pub name: Option<String>,
}

/// What goes with an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// To sign in with.
    pub name: String,
    pub expires_at: DateTime<Utc>,
}

/// The right to set a password, and the password.
#[derive(Clone)]
pub struct NewPassword {
    /// The secret of an invitation, or the password before.
    pub shown: String,
    pub password: String,
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPassword").finish_non_exhaustive()
    }
}

impl App {
    /// Lets a person set a password once; the secret is in the answer and nowhere else.
    ///
    /// # Errors
    /// As the rules refuse it; or the name is none, or somebody else's.
    pub async fn invite(&self, request: Request<NewInvitation>) -> Result<(AdminDone, Invited)> {
        let NewInvitation { person, name } = request.command.clone();
        let invitation = InvitationId::new((self.shared.chance.uuid)());
        let expires_at = self.now() + self.shared.access.invitation;
        let secret = token::invitation((self.shared.chance.secret)());
        let command = Command::Invite { person, invitation, expires_at };
        let wish = Wish::Organisation { command, known: Arc::default() };
        let (mut job, dry_run) = job(Target::Directory, request, wish);
        let hash = token::hash(&secret);
        job.credentials = vec![Credential::Invitation { invitation, hash, person, expires_at }];
        // Who may not invite does not learn either which names there are.
        let tried = Job { key: None, ..job.clone() };
        let rehearsed = self.administer_job(tried, true).await?;
        let name = self.name_to_sign_in(person, name.as_deref()).await?;
        let mut done = rehearsed;
        if !dry_run {
            if !self.store().set_sign_in_name(person, &name).await? {
                return Err(name_problem(ProblemKind::SignInNameTaken));
            }
            done = self.administer_job(job, false).await?;
            done.secret = Some(secret).filter(|_| !done.replayed);
        }
        Ok((done, Invited { name, expires_at }))
    }

    /// As it will be compared, and nobody else's.
    async fn name_to_sign_in(&self, person: PersonId, given: Option<&str>) -> Result<String> {
        let mut name = given.map(str::to_owned);
        if name.is_none() {
            name = self.store().sign_in_name(person).await?;
        }
        if name.is_none() {
            let row = self.store().people(Some(&[person])).await?.pop();
            name = profile_names(row.and_then(|row| row.profile).as_ref()).1;
        }
        let name = name.and_then(|name| organisation::sign_in_name(&name));
        let name = name.ok_or_else(|| name_problem(ProblemKind::SignInNameNeeded))?;
        match self.store().owner_of_sign_in_name(&name).await? {
            Some(owner) if owner != person => Err(name_problem(ProblemKind::SignInNameTaken)),
            _ => Ok(name),
        }
    }

    /// Sets the password of the person who was invited; gives the name to sign in with.
    ///
    /// # Errors
    /// There is no such invitation any more, or the password is not taken; then the invitation
    /// stays open.
    pub async fn accept_invitation(
        &self,
        wish: &NewPassword,
        origin: &Origin,
    ) -> Result<(AdminDone, String)> {
        self.count(origin.key(), &ADDRESS).await?;
        let mut found = None;
        if token::is_invitation(&wish.shown) {
            found = self.store().invitation_by_hash(&token::hash(&wish.shown)).await?;
        }
        let Some((invitation, person)) = found else {
            self.note_sign_in("", None, origin).await;
            return Err(Refusal::from(Thing::Invitation).into());
        };
        self.store().take_back_attempt(origin.key()).await?;
        let done = self.set_password(person, Some(invitation), &wish.password).await?;
        let name = self.store().sign_in_name(person).await?.unwrap_or_default();
        // Whoever has forgotten the password has often tried to remember it.
        self.store().forgive_attempts(account_key(&name)).await?;
        Ok((done, name))
    }

    /// Changes the caller's own password, and ends all sessions.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`] when the password before is another one.
    pub async fn change_password(
        &self,
        caller: &Caller,
        wish: &NewPassword,
        origin: &Origin,
    ) -> Result<AdminDone> {
        let shown = Shown { password: Some(&wish.shown), code: None };
        self.prove(caller.person, shown, origin).await?;
        self.set_password(caller.person, None, &wish.password).await
    }

    async fn set_password(
        &self,
        person: PersonId,
        invitation: Option<InvitationId>,
        password: &str,
    ) -> Result<AdminDone> {
        let password = organisation::prepared(password);
        let words: Words = self.words_of(person).await?;
        if let Some(kind) = organisation::password_problem(&password, &words) {
            return Err(refused("/password", kind));
        }
        let hash = self.shared.hasher.hash(password, (self.shared.chance.salt)()).await?;
        let command = Command::SetPassword { person, invitation };
        let wish = Wish::Organisation { command, known: Arc::default() };
        let mut job = Job::new(Actor::Person(person), Target::Directory, wish);
        job.credentials = vec![Credential::Password { person, hash }];
        self.administer_job(job, false).await
    }
}

fn name_problem(kind: ProblemKind) -> AppError {
    refused("/name", kind)
}

fn refused(pointer: &str, kind: ProblemKind) -> AppError {
    let problems = vec![Problem { pointer: pointer.to_owned(), kind }];
    Refusal::Invalid { problems }.into()
}
