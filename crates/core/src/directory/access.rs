//! What the record knows of how a person signs in: that there is a secret, never the secret.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Directory, DirectoryEvent};
use crate::{
    id::{InvitationId, PersonId},
    product::Actor,
};

/// How a person signs in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// The one invitation that is open.
    pub invitation: Option<Invitation>,
    /// Is there a password?
    pub password: bool,
    /// Is there a second factor?
    pub factor: bool,
    /// An administrator has asked to take the factor away.
    pub removal: Option<Removal>,
    /// Too many proofs of identity were wrong; the person signs nothing until this is lifted.
    #[serde(default)]
    pub signing_locked: bool,
}

impl Access {
    /// Does the password alone not let the person in? `required`: the house asks everyone for a
    /// second factor.
    pub const fn asks_for_factor(&self, required: bool) -> bool {
        self.factor || required
    }
}

/// A one-time right to set a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub expires_at: DateTime<Utc>,
}

/// A wish to take a lost factor away, which another administrator has to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    pub by: Actor,
    pub until: DateTime<Utc>,
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
        | E::PasswordSet { person, .. }
        | E::FactorEnrolled { person }
        | E::FactorRemovalAsked { person, .. }
        | E::FactorRemovalWithdrawn { person }
        | E::FactorRemoved { person, .. }
        | E::SigningLocked { person }
        | E::SigningUnlocked { person }) = event
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
            E::FactorEnrolled { .. } => access.factor = true,
            E::FactorRemovalAsked { by, until, .. } => {
                access.removal = Some(Removal { by: *by, until: *until });
            }
            E::FactorRemovalWithdrawn { .. } => access.removal = None,
            E::FactorRemoved { .. } => (access.factor, access.removal) = (false, None),
            E::SigningLocked { .. } => access.signing_locked = true,
            E::SigningUnlocked { .. } => access.signing_locked = false,
            _ => (access.invitation, access.removal) = (None, None),
        }
    }
}
