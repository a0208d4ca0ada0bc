//! What the record knows of how a person signs in: that there is a secret, never the secret.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryEvent};
use crate::id::{InvitationId, PersonId};

/// How a person signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The one invitation that is open.
    pub invitation: Option<Invitation>,
    /// Is there a password?
    pub password: bool,
}

/// A one-time right to set a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub expires_at: DateTime<Utc>,
}

impl Directory {
    /// How a person signs in; none for ids that nobody has.
    pub fn access(&self, person: PersonId) -> Option<&Access> {
        self.people.get(&person).map(|person| &person.access)
    }

    pub(super) fn evolve_access(&mut self, event: &DirectoryEvent) {
        use DirectoryEvent as E;
        let (E::PersonDeactivated { person }
        | E::InvitationIssued { person, .. }
        | E::PasswordSet { person, .. }) = event
        else {
            return;
        };
        let Some(access) = self.people.get_mut(person).map(|person| &mut person.access) else {
            return;
        };
        match event {
            E::InvitationIssued { invitation, expires_at, .. } => {
                access.invitation = Some(Invitation { id: *invitation, expires_at: *expires_at });
            }
            // Whoever has a password needs no invitation, and that one may be in wrong hands.
            E::PasswordSet { .. } => (access.password, access.invitation) = (true, None),
            _ => access.invitation = None,
        }
    }
}
