//! Parsed workflows by their digest, bounded.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, PoisonError, RwLock},
};

use sluicegate_core::{
    definition::{self, Definition},
    digest::Digest,
};

/// More than the batches of all writers can touch, so none is dropped between being learnt and
/// being asked.
const KEPT: usize = 1024;

/// The definitions that were parsed last.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    known: HashMap<Digest, Arc<Definition>>,
    /// The oldest first.
    order: VecDeque<Digest>,
}

impl Definitions {
    pub(crate) fn get(&self, digest: &Digest) -> Option<Arc<Definition>> {
        let inner = self.inner.read().unwrap_or_else(PoisonError::into_inner);
        inner.known.get(digest).cloned()
    }

    pub(crate) fn knows(&self, digest: &Digest) -> bool {
        self.get(digest).is_some()
    }

    pub(crate) fn insert(&self, definition: Arc<Definition>) {
        let digest = definition.digest;
        let mut inner = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        if inner.known.insert(digest, definition).is_none() {
            inner.order.push_back(digest);
        }
        if inner.order.len() > KEPT
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.known.remove(&oldest);
        }
    }

    /// Parses a published source; none when this program cannot read it any more.
    pub(crate) fn learn(&self, digest: Digest, source: &str) -> Option<Arc<Definition>> {
        match definition::reload(source) {
            Ok(found) if found.digest == digest => {
                let found = Arc::new(found);
                self.insert(found.clone());
                Some(found)
            }
            Ok(found) => {
                let other = found.digest;
                tracing::error!(%digest, %other, "a published workflow has another digest now");
                None
            }
            Err(problems) => {
                let first = problems.first().map(|problem| problem.message.as_str());
                tracing::error!(%digest, ?first, "a published workflow cannot be read");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_is_no_workflow_is_not_learnt() {
        let definitions = Definitions::default();
        assert!(definitions.learn(Digest::of(b"x"), "workflow: 1").is_none());
        assert!(!definitions.knows(&Digest::of(b"x")));
    }
}
