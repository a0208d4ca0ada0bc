//! Typed ids: a prefix that a reader recognises, then a UUID (version 7, so ids sort by age).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id of this kind looks like {prefix}_ and 32 hexadecimal digits")]
pub struct IdError {
    pub prefix: &'static str,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            pub const PREFIX: &'static str = $prefix;
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{self}")
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let bad = IdError { prefix: $prefix };
                let digits = text.strip_prefix(concat!($prefix, "_")).ok_or(bad.clone())?;
                let canonical = digits.len() == 32
                    && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                if !canonical {
                    return Err(bad);
                }
                Uuid::try_parse(digits).map(Self).map_err(|_| bad)
            }
        }
        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// A product on its way through a workflow.
    ProductId = "prd";
    /// A person or a machine with an account.
    PersonId = "psn";
    /// A bearer token.
    TokenId = "tok";
    /// An address at which anyone may submit an idea.
    IntakeLinkId = "lnk";
    /// An idea, before it is a product.
    IdeaId = "ida";
    /// What somebody in the field has seen of a product.
    FeedbackId = "fbk";
    /// A day that marketing spent with sales at a customer's.
    FieldDayId = "fdy";
    /// A saved view of the list of products.
    ViewId = "viw";
    /// The powers of an absent person, in a deputy's hands for a while.
    DelegationId = "dlg";
    /// A one-time right to set a password.
    InvitationId = "inv";
    /// A person who has signed in and not yet out.
    SessionId = "ssn";
    /// A person who is about to sign, and is asked again who they are.
    SigningId = "sgn";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_only_as_its_own_kind() {
        let id = ProductId::new(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse::<ProductId>(), Ok(id));
        assert!(id.to_string().parse::<PersonId>().is_err());
        assert!("prd_7".parse::<ProductId>().is_err());
        assert!("prd_0000000000000000000000000000000G".parse::<ProductId>().is_err());
    }
}
