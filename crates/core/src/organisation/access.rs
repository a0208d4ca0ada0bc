//! The judgement of how people sign in: invitations and passwords.
//!
//! An administrator can let somebody set a password, and cannot set one.

use chrono::{DateTime, Utc};

use super::judge::{Context, problem};
use crate::{
    directory::{DirectoryEvent, Kind},
    id::{InvitationId, PersonId},
    product::Actor,
    rules::{Blocker, ProblemKind, Refusal, Thing},
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
}
