//! What a command brings to be filed, with the computed fields of its form.

use serde_json::Value as Json;

use super::command::Command;
use crate::{
    definition::{Definition, DoneBy, form::Form},
    digest::Digest,
    product::Product,
};

/// The form that a command's content is held against, and the digest of that content.
pub fn filed<'d>(
    definition: &'d Definition,
    product: Option<&Product>,
    command: &Command,
) -> Option<(&'d Form, Digest)> {
    match command {
        Command::Start(start) => Some((&definition.card, start.card)),
        Command::ReviseCard { card } => Some((&definition.card, *card)),
        Command::SubmitDeliverable { deliverable, document } => {
            let found = definition.deliverables.get(&deliverable.key)?;
            Some((definition.form_of(found)?, document.content?))
        }
        Command::CompleteReview { review, content } => {
            let review = product?.reviews.get(review)?;
            match &definition.reviews.get(&review.review)?.done {
                DoneBy::Form { form, .. } => Some((definition.forms.get(form)?, *content)),
                DoneBy::Gate(_) => None,
            }
        }
        _ => None,
    }
}

/// The content with its computed fields, where they change it. None too when it has faults:
/// `decide` names them all.
pub fn completed(form: &Form, content: &Json) -> Option<Json> {
    if form.computed.is_empty() {
        return None;
    }
    let completed = form.complete(content);
    (completed.faults.is_empty() && completed.content != *content).then_some(completed.content)
}

impl Command {
    /// Does it file the content of a form?
    pub const fn files(&self) -> bool {
        matches!(
            self,
            Self::Start(_)
                | Self::ReviseCard { .. }
                | Self::SubmitDeliverable { .. }
                | Self::CompleteReview { .. }
        )
    }

    /// The same command, filing the content of another digest.
    #[must_use]
    pub fn filing(mut self, content: Digest) -> Self {
        match &mut self {
            Self::Start(start) => start.card = content,
            Self::ReviseCard { card } => *card = content,
            Self::SubmitDeliverable { document, .. } => document.content = Some(content),
            Self::CompleteReview { content: filed, .. } => *filed = content,
            _ => {}
        }
        self
    }
}
