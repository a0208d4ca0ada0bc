//! Deliverables, their revisions, drafts and attachments.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sluicegate_core::{
    definition::Text,
    digest::Digest,
    expr::Outcome,
    key::{DeliverableKey, FormKey, RoleKey, StageKey},
    product::{DeliverableRef, WorkflowRef},
};

use super::PersonName;

/// One deliverable of one product.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliverableView {
    pub deliverable: DeliverableRef,
    pub title: Text,
    pub help: Option<Text>,
    pub stage: StageKey,
    /// Who writes it.
    pub owner: RoleKey,
    pub reviewers: Vec<RoleKey>,
    /// Who may approve that it is not applicable; none: it cannot be waived.
    pub waive: Option<RoleKey>,
    pub form: Option<FormKey>,
    pub after: Vec<DeliverableKey>,
    pub attachments_needed: u32,
    /// `pass`: required of this product; `fail`: not; `unknown`: its guard cannot be told yet.
    pub required: Outcome,
    pub due_at: Option<DateTime<Utc>>,
    pub fell_due: bool,
    /// An accepted revision or a waiver counts now.
    pub fulfilled: bool,
    pub state: DeliverableState,
    /// When the waiver ends and the deliverable is owed again; none: it is not waived, or for good.
    pub waived_until: Option<DateTime<Utc>>,
    pub accepted: Option<RevisionView>,
    /// What waits for its reviewers.
    pub submitted: Option<SubmittedView>,
    /// Why it was returned, or why a waiver is asked for or was refused.
    pub reason: Option<String>,
    /// Newer revisions that are owed to the field, and what became of them.
    pub obligations: Vec<super::ObligationView>,
    /// Zero: there is no draft.
    pub draft_version: u32,
}

/// Where a deliverable stands, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliverableState {
    Open,
    Submitted,
    Returned,
    WaiverAsked,
    Waived,
    Accepted,
    /// Accepted once; its form has changed, and it counts for no gate until it is handed in anew.
    ToRevise,
    /// The workflow does not ask for it any more; what was accepted stays readable.
    Gone,
}

/// What is handed in and not accepted yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubmittedView {
    pub document: DocumentView,
    pub by: PersonName,
    pub at: DateTime<Utc>,
    /// The reviewer roles that have accepted, and who spoke for them.
    pub accepted: Vec<ReviewedView>,
    pub waits_for: Vec<RoleKey>,
    #[serde(flatten)]
    pub made: MadeUnder,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReviewedView {
    pub role: RoleKey,
    pub by: PersonName,
    /// Who accepted it in that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deputy: Option<PersonName>,
}

/// Content, attachments and link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentView {
    pub content_digest: Option<Digest>,
    /// None without a form, and after an erasure.
    pub content: Option<Value>,
    pub attachments: Vec<AttachmentView>,
    pub link: Option<String>,
}

/// A frozen revision.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RevisionView {
    /// From 1.
    pub number: u32,
    pub document: DocumentView,
    pub submitted_by: PersonName,
    /// Only in lists of revisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    pub reviewed_by: Vec<PersonName>,
    pub accepted_at: DateTime<Utc>,
    /// The visit of the stage for which it was made.
    pub visit: u32,
    /// The revision that counts now.
    pub current: bool,
    #[serde(flatten)]
    pub made: MadeUnder,
}

/// By which version of the workflow something is to be read: the one that it was made under.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MadeUnder {
    pub workflow: WorkflowRef,
    /// As the deliverable was called then.
    pub title: Text,
    /// The form that it was filed under; none without a form.
    pub form: Option<FormKey>,
    /// Where that form's fields and titles are described.
    pub schema: Option<String>,
}

/// Autosaved work beside the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DraftView {
    pub version: u32,
    pub body: Value,
    /// The content with its computed fields, as far as they can be told; none when the form has
    /// no such fields.
    pub computed: Option<Value>,
    pub updated_by: PersonName,
    pub updated_at: DateTime<Utc>,
}

/// What is known of an attachment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AttachmentView {
    pub digest: Digest,
    pub name: String,
    pub media_type: String,
    pub size: u64,
    pub uploaded_by: PersonName,
    pub uploaded_at: DateTime<Utc>,
}
