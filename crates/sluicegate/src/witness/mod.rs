//! Witnesses: those that sign what we have signed, and a small one for a second machine.

mod client;
mod server;

use std::{fmt, str::FromStr};

use sluicegate_core::audit::{KeyKind, PublicKey};

pub(crate) use client::spawn;
pub(crate) use server::{Watch, watch};

/// A witness that gets new checkpoints: `http://host:port KEY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Without a slash at its end.
    pub(crate) url: String,
    pub(crate) key: PublicKey,
}

/// The witnesses of a configuration, with commas between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Witnesses(pub(crate) Vec<Witness>);

impl FromStr for Witness {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let shape = || "a witness is written `http://host:port KEY`".to_owned();
        let (url, key) = text.trim().split_once(' ').ok_or_else(shape)?;
        if !url.starts_with("http://") {
            return Err("a witness is asked over http://; what it signs needs no secret".to_owned());
        }
        let key: PublicKey = key.parse().map_err(|error| format!("{error}"))?;
        if key.kind() != KeyKind::Cosignature {
            return Err("this is not the key of a witness".to_owned());
        }
        Ok(Self { url: url.trim_end_matches('/').to_owned(), key })
    }
}

impl FromStr for Witnesses {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let each = text.split(',').filter(|one| !one.trim().is_empty());
        each.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Witnesses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|witness| witness.key.name()).collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(", "))
    }
}
