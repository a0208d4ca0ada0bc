//! The judgement of erasures: of whom and of what is forgotten, while the record stays.

use super::judge::Context;
use crate::{
    digest::Digest,
    directory::{Directory, DirectoryEvent, Person},
    id::PersonId,
    rules::{Blocker, Clear, Link, Refusal, Thing, Unmet},
};

/// What was erased before is erased once more by no event: the answer is an empty list.
impl Context<'_> {
    /// Only a closed account, so that a slip of the hand takes nobody's name who still works here.
    pub(super) fn erase_person(
        &self,
        person: PersonId,
        reason: Digest,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let found = self.person(person)?;
        if found.erased {
            return Ok(Vec::new());
        }
        if found.active {
            return Err(self.blocked(Blocker::AccountOpen { person }));
        }
        let profiles = found.profiles.clone();
        Ok(vec![DirectoryEvent::PersonErased { person, profiles, reason }])
    }

    /// The profile that an account has now goes with the account. One that it had before may be
    /// erased alone, as after a change of name.
    pub(super) fn erase_content(
        &self,
        content: Digest,
        reason: Digest,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        if self.directory.erased.contains_key(&content) {
            return Ok(Vec::new());
        }
        let mut people = self.directory.people.iter();
        if let Some((person, _)) = people.find(|(_, found)| found.profile == content) {
            return Err(self.blocked(Blocker::ContentIsProfile { person: *person }));
        }
        if !self.contents.contains(&content) {
            return Err(Thing::Content(content).into());
        }
        Ok(vec![DirectoryEvent::ContentErased { content, reason }])
    }

    pub(super) fn erase_attachment(
        &self,
        attachment: Digest,
        reason: Digest,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        if self.directory.erased.contains_key(&attachment) {
            return Ok(Vec::new());
        }
        if !self.attachments.contains(&attachment) {
            return Err(Thing::Attachment(attachment).into());
        }
        Ok(vec![DirectoryEvent::AttachmentErased { attachment, reason }])
    }

    /// An account without a name would act in nobody's: it is neither opened nor renamed.
    pub(super) fn not_erased(&self, person: PersonId) -> Result<&Person, Refusal> {
        let found = self.person(person)?;
        if found.erased {
            return Err(self.blocked(Blocker::PersonErased { person }));
        }
        Ok(found)
    }
}

/// May bytes with this digest be stored?
///
/// # Errors
/// They were erased.
pub fn may_store(directory: &Directory, digest: &Digest) -> Result<(), Refusal> {
    if !directory.erased.contains_key(digest) {
        return Ok(());
    }
    let clear = Clear { at: Link::Roles, ..Clear::default() };
    let unmet = vec![Unmet { blocker: Blocker::AttachmentErased, clear }];
    Err(Refusal::Blocked { unmet })
}
