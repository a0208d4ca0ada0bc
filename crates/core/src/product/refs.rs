//! Names of a product's parts. What may exist once for each market is written `key` or `key@MARKET`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::key::{DeliverableKey, GateKey, KeyError, MarketKey, RoleKey};

/// One submission of one product to a gate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubmissionRef {
    pub gate: GateKey,
    /// From 1, over all gates of the product.
    pub submission: u32,
}

macro_rules! per_market {
    ($($(#[$doc:meta])* $name:ident of $key:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            pub key: $key,
            pub market: Option<MarketKey>,
        }

        impl $name {
            pub const fn new(key: $key, market: Option<MarketKey>) -> Self {
                Self { key, market }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.market {
                    Some(market) => write!(f, "{}@{market}", self.key),
                    None => write!(f, "{}", self.key),
                }
            }
        }
        impl FromStr for $name {
            type Err = KeyError;
            fn from_str(text: &str) -> Result<Self, KeyError> {
                let (key, market) = match text.split_once('@') {
                    Some((key, market)) => (key, Some(market.parse()?)),
                    None => (text, None),
                };
                Ok(Self { key: key.parse()?, market })
            }
        }
        impl TryFrom<String> for $name {
            type Error = KeyError;
            fn try_from(text: String) -> Result<Self, KeyError> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }
    )+};
}

per_market! {
    /// One deliverable of one product: `market_size`, `regulatory_clearance@US`.
    DeliverableRef of DeliverableKey;
    /// A role on one product's team: `rd_lead`, `field_marketing_manager@KR`.
    RoleRef of RoleKey;
}
