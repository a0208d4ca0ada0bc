//! What was tried and refused: a stream of its own, so that no attempt waits for or holds up anything
//! else.
//!
//! Repeats are counted in one event: whoever tries without end does not fill the log.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    digest::Digest,
    id::{PersonId, ProductId, TokenId},
};

/// An attempt that was refused. Stored for ever, like every other event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum AccessEvent {
    /// Somebody showed a wrong password or invitation. The person is whose name was given; none when
    /// it is nobody's, and then what was typed is kept nowhere: it may be a password.
    SignInRefused {
        person: Option<PersonId>,
        #[serde(flatten)]
        tries: Tries,
    },
    /// Somebody showed a token that was revoked, or is too old, or of a closed account.
    TokenRefused {
        token: TokenId,
        person: PersonId,
        #[serde(flatten)]
        tries: Tries,
    },
    /// Somebody who has signed in asked for what their rights do not allow: a vote out of role, an
    /// approval of their own work, a decision by a machine.
    RequestRefused {
        person: PersonId,
        /// Method and path of the first of them.
        request: String,
        /// The codes of what stood in the way.
        reasons: Vec<String>,
        #[serde(flatten)]
        tries: Tries,
    },
    /// Somebody who was about to sign, and was asked again, showed a wrong password or code.
    SignatureRefused {
        person: PersonId,
        product: ProductId,
        #[serde(flatten)]
        tries: Tries,
    },
    /// Attempts beyond those that are told apart.
    MoreRefused {
        #[serde(flatten)]
        tries: Tries,
    },
}

/// How often and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tries {
    pub count: u64,
    /// The time of the first of them.
    pub since: DateTime<Utc>,
    /// The content with address and program, kept apart so that it can be erased.
    pub origin: Option<Digest>,
}

impl AccessEvent {
    pub fn tries(&self) -> &Tries {
        match self {
            Self::SignInRefused { tries, .. }
            | Self::TokenRefused { tries, .. }
            | Self::RequestRefused { tries, .. }
            | Self::SignatureRefused { tries, .. }
            | Self::MoreRefused { tries } => tries,
        }
    }

    /// Whose account it was; none where nobody knows.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::SignInRefused { person, .. } => *person,
            Self::TokenRefused { person, .. }
            | Self::RequestRefused { person, .. }
            | Self::SignatureRefused { person, .. } => Some(*person),
            Self::MoreRefused { .. } => None,
        }
    }

    /// The same, tried so often since then.
    #[must_use]
    pub fn again(mut self, count: u64, since: DateTime<Utc>) -> Self {
        let tries = match &mut self {
            Self::SignInRefused { tries, .. }
            | Self::TokenRefused { tries, .. }
            | Self::RequestRefused { tries, .. }
            | Self::SignatureRefused { tries, .. }
            | Self::MoreRefused { tries } => tries,
        };
        (tries.count, tries.since) = (count, since);
        self
    }
}
