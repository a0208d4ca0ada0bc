//! Deliverables, revisions, drafts, attachments.

use sluicegate_core::{digest::Digest, key::*, product::DeliverableRef};

use super::{PersonName, Time, Words};
use crate::parse::{AnyJson, List, Sometimes, choice, view};

choice! {
    /// `pass`: yes; `fail`: no; `unknown`: it cannot be told yet.
    Verdict { Pass = "pass", Fail = "fail", Unknown = "unknown", }

    DeliverableState {
        Open = "open",
        Submitted = "submitted",
        Returned = "returned",
        WaiverAsked = "waiver_asked",
        Waived = "waived",
        Accepted = "accepted",
        ToRevise = "to_revise",
        Gone = "gone",
    }
}

view! {
    /// What is known of an attachment.
    Attachment open {
        /// SHA-256 of its bytes: its name in commands.
        digest: Digest,
        name: String,
        media_type: String,
        /// In bytes.
        size: u64,
        uploaded_by: PersonName,
        uploaded_at: Time,
    }

    /// Content, attachments and link.
    Document open {
        content_digest: Option<Digest>,
        /// None without a form, and after an erasure.
        content: Option<AnyJson>,
        attachments: List<Attachment>,
        link: Option<String>,
    }

    /// A frozen revision.
    Revision open {
        /// From 1.
        number: u32,
        document: Document,
        submitted_by: PersonName,
        /// Only in lists of revisions.
        submitted_at: Sometimes<Time>,
        reviewed_by: List<PersonName>,
        accepted_at: Time,
        /// The visit of the stage for which it was made.
        visit: u32,
        /// The revision that counts now.
        current: bool,
        /// The version that it was made under, by which it is to be read.
        workflow: super::WorkflowVersionRef,
        /// As the deliverable was called then.
        title: Words,
        /// Its form in that version; none without a form.
        form: Option<FormKey>,
        /// Where the fields and titles of that form are described.
        schema: Option<String>,
    }

    Revisions open { items: List<Revision>, }

    /// A reviewer role that has accepted.
    Reviewed open {
        role: RoleKey,
        by: PersonName,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
    }

    /// What is handed in and not accepted yet.
    Submitted open {
        document: Document,
        by: PersonName,
        at: Time,
        accepted: List<Reviewed>,
        waits_for: List<RoleKey>,
        /// The version that it was made under, by which it is to be read.
        workflow: super::WorkflowVersionRef,
        /// As the deliverable was called then.
        title: Words,
        /// Its form in that version; none without a form.
        form: Option<FormKey>,
        /// Where the fields and titles of that form are described.
        schema: Option<String>,
    }

    /// One deliverable of one product.
    Deliverable open {
        deliverable: DeliverableRef,
        title: Words,
        help: Option<Words>,
        stage: StageKey,
        /// Who writes it.
        owner: RoleKey,
        reviewers: List<RoleKey>,
        /// Who may approve that it is not applicable; none: it cannot be waived.
        waive: Option<RoleKey>,
        /// Its form, whose schema is at `/v1/workflows/{workflow}/forms/{form}/schema`.
        form: Option<FormKey>,
        /// What must be accepted or waived first.
        after: List<DeliverableKey>,
        attachments_needed: u32,
        required: Verdict,
        due_at: Option<Time>,
        fell_due: bool,
        /// An accepted revision or a waiver counts now.
        fulfilled: bool,
        state: DeliverableState,
        /// When the waiver ends and it is owed again; none: it is not waived, or for good.
        waived_until: Option<Time>,
        accepted: Option<Revision>,
        submitted: Option<Submitted>,
        /// Why it was returned, or why a waiver is asked for or was refused.
        reason: Option<String>,
        /// Newer revisions that are owed to the field, and what became of them.
        obligations: List<super::Obligation>,
        /// Zero: there is no draft.
        draft_version: u32,
    }

    Deliverables open { items: List<Deliverable>, }

    /// Work that is not handed in yet: kept beside the record, and the same for everyone who may
    /// submit the deliverable.
    Draft open {
        /// The entity tag.
        version: u32,
        body: AnyJson,
        /// The content with its computed fields, as far as they can be told; none when the form
        /// has no such fields.
        computed: Option<AnyJson>,
        updated_by: PersonName,
        updated_at: Time,
    }
}
