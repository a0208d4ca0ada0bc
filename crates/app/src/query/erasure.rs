//! What was erased, told from the record.

use sluicegate_core::{digest::Digest, directory::DirectoryEvent as E};
use sluicegate_store::{Fact, Stored};

use crate::{
    app::App,
    error::Result,
    load::text,
    view::{ErasedThing, ErasureLine},
};

/// Events that are read at once.
const PART: u32 = 500;

impl App {
    /// Everything that was erased, the oldest first.
    pub async fn erasures(&self) -> Result<Vec<ErasureLine>> {
        let (mut lines, mut after) = (Vec::new(), 0);
        loop {
            let events = self.store().directory_history(after, PART).await?;
            let Some(last) = events.last() else { return Ok(lines) };
            after = last.version;
            let found: Vec<_> = events.iter().filter_map(erasure).collect();
            let texts = self.texts(found.iter().map(|(_, _, reason)| *reason)).await?;
            lines.extend(found.into_iter().map(|(stored, what, reason)| ErasureLine {
                what,
                at: stored.at,
                by: stored.actor,
                reason: text(&texts, &reason),
            }));
        }
    }
}

fn erasure(stored: &Stored) -> Option<(&Stored, ErasedThing, Digest)> {
    let Fact::Directory(event) = &stored.fact else { return None };
    let (what, reason) = match event {
        E::PersonErased { person, reason, .. } => (ErasedThing::Person(*person), *reason),
        E::ContentErased { content, reason } => (ErasedThing::Content(*content), *reason),
        E::AttachmentErased { attachment, reason } => {
            (ErasedThing::Attachment(*attachment), *reason)
        }
        _ => return None,
    };
    Some((stored, what, reason))
}
