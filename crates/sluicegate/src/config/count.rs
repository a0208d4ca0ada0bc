//! A number of things: at least one, and not more than makes sense.

use std::{fmt, str::FromStr};

/// From 1 to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Count<const MAX: u16>(pub(crate) u16);

impl<const MAX: u16> FromStr for Count<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(count @ 1..) if count <= MAX => Ok(Self(count)),
            _ => Err(format!("it is a number from 1 to {MAX}")),
        }
    }
}

impl<const MAX: u16> fmt::Display for Count<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
