//! Keys: short names that a workflow's author gives to its parts.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a text is not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("a key cannot be empty")]
    Empty,
    #[error("a key has at most {max} characters")]
    TooLong { max: usize },
    #[error("`{found}` cannot stand in a key: {rule}")]
    Character { found: char, rule: &'static str },
}

const MAX: usize = 64;

fn lower(text: &str) -> Result<(), KeyError> {
    let rule = "it starts with a-z and goes on with a-z, 0-9, _ or -";
    bounded(text)?;
    for (at, found) in text.chars().enumerate() {
        let fits = found.is_ascii_lowercase()
            || (at > 0 && (found.is_ascii_digit() || found == '_' || found == '-'));
        if !fits {
            return Err(KeyError::Character { found, rule });
        }
    }
    Ok(())
}

fn upper(text: &str) -> Result<(), KeyError> {
    let rule = "a market is written like DE, US or EU-WEST: A-Z, 0-9 and -";
    bounded(text)?;
    for (at, found) in text.chars().enumerate() {
        let fits =
            found.is_ascii_uppercase() || (at > 0 && (found.is_ascii_digit() || found == '-'));
        if !fits {
            return Err(KeyError::Character { found, rule });
        }
    }
    Ok(())
}

fn bounded(text: &str) -> Result<(), KeyError> {
    if text.is_empty() {
        return Err(KeyError::Empty);
    }
    if text.len() > MAX {
        return Err(KeyError::TooLong { max: MAX });
    }
    Ok(())
}

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident by $rule:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// # Errors
            /// The text breaks the rule for this kind of key.
            pub fn new(text: &str) -> Result<Self, KeyError> {
                $rule(text)?;
                Ok(Self(text.into()))
            }
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl FromStr for $name {
            type Err = KeyError;
            fn from_str(text: &str) -> Result<Self, KeyError> {
                Self::new(text)
            }
        }
        impl TryFrom<String> for $name {
            type Error = KeyError;
            fn try_from(text: String) -> Result<Self, KeyError> {
                Self::new(&text)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )+};
}

keys! {
    /// A workflow, for example `npi-medtech`.
    WorkflowKey by lower;
    /// A stage of a workflow.
    StageKey by lower;
    /// A gate at the end of a stage.
    GateKey by lower;
    /// A role that people hold.
    RoleKey by lower;
    /// A form, the typed content of a deliverable.
    FormKey by lower;
    /// A field of a form.
    FieldKey by lower;
    /// A check of a form.
    CheckKey by lower;
    /// A deliverable of a stage; unique in the whole workflow.
    DeliverableKey by lower;
    /// A must-meet criterion of a gate, or an item of a sellable check.
    CriterionKey by lower;
    /// A factor of a scorecard.
    FactorKey by lower;
    /// A seat at a gate.
    SeatKey by lower;
    /// One of the ways on that a gate's go can take.
    PathKey by lower;
    /// A duty that is handed over or discharged at an exit.
    DutyKey by lower;
    /// An item of the hand-over checklist.
    ItemKey by lower;
    /// A review after launch.
    ReviewKey by lower;
    /// A data point that every product of a workflow has.
    MeasureKey by lower;
    /// A condition which says that a product should be looked at.
    SignalKey by lower;
    /// A way to end a product's life.
    ExitKey by lower;
    /// A portfolio of products.
    PortfolioKey by lower;
    /// A country or region where a product is sold.
    MarketKey by upper;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_follow_their_rule() {
        assert!(StageKey::new("market_definition").is_ok());
        assert!(MarketKey::new("EU-WEST").is_ok());
        for bad in ["", "Market", "1st", "a b", "a.b", &"x".repeat(65)] {
            assert!(StageKey::new(bad).is_err(), "{bad}");
        }
        assert!(MarketKey::new("us").is_err());
    }
}
