//! Published workflows.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    definition::{Definition, Text},
    digest::Digest,
    key::WorkflowKey,
};

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowLine {
    pub key: WorkflowKey,
    pub title: Text,
    /// The oldest first; products start with the last one.
    pub versions: Vec<WorkflowVersionView>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowVersionView {
    pub version: u32,
    pub digest: Digest,
    pub published_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkflowView {
    pub key: WorkflowKey,
    pub version: u32,
    pub digest: Digest,
    pub published_at: DateTime<Utc>,
    pub definition: Arc<Definition>,
    /// The file as it was published.
    pub source: String,
}
