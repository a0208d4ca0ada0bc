//! From a request to what a handler needs.

mod ask;
mod behalf;
mod body;
mod conditional;
mod draft;
mod key;
mod knock;
mod language;
mod parameters;
mod question;
mod read;
mod visit;

pub(crate) use ask::{Ask, AskYaml, Trial, Tried};
pub(crate) use behalf::on_behalf_of;
pub use body::Limits;
pub(crate) use conditional::{Seen, etag, has_it};
pub(crate) use draft::Draft;
pub(crate) use knock::{Knock, origin};
pub(crate) use language::language;
pub(crate) use parameters::{Parameters, Path};
pub(crate) use question::Question;
pub(crate) use read::Read;
pub(crate) use visit::{Look, Visit};
