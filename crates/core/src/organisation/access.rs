//! The judgement of how people sign in: invitations, passwords and second factors.
//!
//! An administrator can let somebody set a password, and cannot set one.

use chrono::{DateTime, Utc};

use super::judge::{Context, problem};
use crate::{
    directory::{Access, DirectoryEvent, Kind, Removal},
    id::{InvitationId, PersonId},
    product::Actor,
    rules::{Blocker, ProblemKind, Refusal, Thing, separation},
};

impl Context<'_> {
    pub(super) fn invite(
        &self,
        person: PersonId,
        invitation: InvitationId,
        expires_at: DateTime<Utc>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let found = self.person(person)?;
        if found.kind == Kind::Machine {
            return Err(problem("/person", ProblemKind::Machine { person }));
        }
        if !found.active {
            return Err(problem("/person", ProblemKind::Inactive { person }));
        }
        // Whoever finds an unlocked screen must not make the account theirs.
        if found.access.password && self.actor == Actor::Person(person) {
            return Err(self.blocked(Blocker::OwnPassword));
        }
        Ok(vec![DirectoryEvent::InvitationIssued { person, invitation, expires_at }])
    }

    /// An invitation that is used, replaced or too old is not there; neither is a wrong one.
    pub(super) fn set_password(
        &self,
        person: PersonId,
        invitation: Option<InvitationId>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let access = &self.person(person)?.access;
        let open = access.invitation.filter(|open| open.expires_at > self.now);
        let shown = match invitation {
            Some(id) => open.is_some_and(|open| open.id == id),
            None => access.password,
        };
        if shown {
            return Ok(vec![DirectoryEvent::PasswordSet { person, invitation }]);
        }
        Err(Thing::Invitation.into())
    }

    pub(super) fn enrol_factor(&self, person: PersonId) -> Result<Vec<DirectoryEvent>, Refusal> {
        if self.person(person)?.access.factor {
            return Err(self.blocked(Blocker::FactorThere));
        }
        Ok(vec![DirectoryEvent::FactorEnrolled { person }])
    }

    /// How a person signs in who has a second factor.
    pub(super) fn with_factor(&self, person: PersonId) -> Result<&Access, Refusal> {
        let access = &self.person(person)?.access;
        if access.factor { Ok(access) } else { Err(Thing::Factor.into()) }
    }

    pub(super) fn ask_factor_removal(
        &self,
        person: PersonId,
        until: DateTime<Utc>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let access = self.with_factor(person)?;
        if !separation::may_lift(self.actor, person) {
            return Err(self.blocked(Blocker::OwnFactor));
        }
        if self.open_removal(access).is_some() {
            return Err(problem("/person", ProblemKind::AlreadyThere));
        }
        Ok(vec![DirectoryEvent::FactorRemovalAsked { person, by: self.actor, until }])
    }

    pub(super) fn confirm_factor_removal(
        &self,
        person: PersonId,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let removal = self.open_removal(self.with_factor(person)?);
        let Removal { by, .. } = removal.ok_or(Thing::FactorRemoval)?;
        if !separation::may_lift(self.actor, person) {
            return Err(self.blocked(Blocker::OwnFactor));
        }
        if !separation::may_confirm(self.actor, by) {
            return Err(self.blocked(Blocker::AskerMayNotConfirm));
        }
        Ok(vec![DirectoryEvent::FactorRemoved { person, asked_by: Some(by) }])
    }

    pub(super) fn withdraw_factor_removal(
        &self,
        person: PersonId,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        match self.open_removal(self.with_factor(person)?) {
            Some(_) => Ok(vec![DirectoryEvent::FactorRemovalWithdrawn { person }]),
            None => Err(Thing::FactorRemoval.into()),
        }
    }

    pub(super) fn lock_signing(&self, person: PersonId) -> Result<Vec<DirectoryEvent>, Refusal> {
        let locked = self.person(person)?.access.signing_locked;
        Ok(if locked { Vec::new() } else { vec![DirectoryEvent::SigningLocked { person }] })
    }

    pub(super) fn unlock_signing(&self, person: PersonId) -> Result<Vec<DirectoryEvent>, Refusal> {
        if !self.person(person)?.access.signing_locked {
            return Err(problem("/person", ProblemKind::NotThere));
        }
        if !separation::may_lift(self.actor, person) {
            return Err(self.blocked(Blocker::OwnSigning));
        }
        Ok(vec![DirectoryEvent::SigningUnlocked { person }])
    }

    /// Not too old, and still asked by an administrator.
    fn open_removal(&self, access: &Access) -> Option<Removal> {
        let stands = |asker| match asker {
            Actor::Person(asker) => self.administrators().contains(&asker),
            Actor::System => true,
            Actor::Deputy { .. } | Actor::Visitor => false,
        };
        access.removal.filter(|removal| removal.until > self.now && stands(removal.by))
    }
}
