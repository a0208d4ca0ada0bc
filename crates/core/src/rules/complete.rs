//! What a command brings to be filed: held against its form, with the computed fields in it.

use std::sync::Arc;

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
) -> Option<(&'d Arc<Form>, Digest)> {
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

/// A content with its computed fields in it, found to fit a form. Only a check makes one, so
/// `decide` need not check again.
#[derive(Clone, Debug)]
pub struct Fitted {
    form: Arc<Form>,
    content: Arc<Json>,
}

impl Fitted {
    /// Puts the computed fields into a content, and checks it. None when it has faults: `decide`
    /// names them all.
    pub fn new(form: &Arc<Form>, content: &Arc<Json>) -> Option<Self> {
        let completed = form.complete(content);
        let same = completed.content == **content;
        let content = if same { content.clone() } else { Arc::new(completed.content) };
        completed.faults.is_empty().then(|| Self { form: form.clone(), content })
    }

    pub const fn content(&self) -> &Arc<Json> {
        &self.content
    }

    /// Was it held against this very form, as it is in memory?
    pub(super) fn fits(&self, form: &Arc<Form>) -> bool {
        Arc::ptr_eq(&self.form, form)
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{definition::check, rules::Contents};

    const SAMPLE: &str = include_str!("../definition/testdata/sample.yaml");

    #[test]
    fn a_content_is_checked_again_against_any_other_form() {
        let definition = check(SAMPLE).definition.unwrap();
        let reloaded = check(SAMPLE).definition.unwrap();
        let note = &definition.forms["plain_note"];
        let fitted = Fitted::new(note, &Arc::new(json!({ "text": "It is heavy." }))).unwrap();
        let digest = Digest::of(b"the note");
        let mut contents = Contents::default();
        contents.insert_fitted(digest, fitted.clone());
        assert!(fitted.fits(note) && !fitted.fits(&reloaded.forms["plain_note"]));
        let faults = |form| contents.faults(&digest, form).map(|faults| faults.len());
        assert_eq!(faults(note), Some(0));
        assert_eq!(faults(&reloaded.forms["plain_note"]), Some(0));
        assert_eq!(faults(&definition.forms["clearance"]), Some(2));
        assert_eq!(contents.faults(&Digest::of(b"another"), note), None);
    }

    #[test]
    fn nothing_with_a_fault_is_fitted() {
        let definition = check(SAMPLE).definition.unwrap();
        let note = &definition.forms["plain_note"];
        assert!(Fitted::new(note, &Arc::new(json!({}))).is_none());
        assert!(Fitted::new(note, &Arc::new(json!([]))).is_none());
    }
}
