//! Lists are made anew after a migration, before anybody is answered; what was done stays done.

use sluicegate_store::Store;

use crate::{
    definitions::Definitions,
    error::{AppError, Result},
    judge::projection,
};

/// Products that are made anew in one transaction.
const PART: u32 = 200;
/// So many parts, and the log says how far it is.
const TELL: u64 = 50;

/// Goes on until every list is made; at once when nothing is left.
pub(crate) async fn rebuild(store: &Store, definitions: &Definitions) -> Result<()> {
    let mut parts = 0_u64;
    while let Some(after) = store.rebuild_after().await? {
        // The column starts empty and then holds ids of ours.
        let states = store.states(after.parse().ok(), PART).await?;
        let mut part = Vec::with_capacity(states.len());
        for state in states {
            let digest = state.workflow.digest;
            if !definitions.knows(&digest) {
                let source = store.workflow_source(&digest).await?;
                source.and_then(|source| definitions.learn(digest, &source));
            }
            let missing = || AppError::internal("the workflow of a product cannot be read");
            let definition = definitions.get(&digest).ok_or_else(missing)?;
            let made = projection(&definition, &state);
            part.push((state, made));
        }
        store.rebuild(&after, &part).await?;
        parts += 1;
        if parts.is_multiple_of(TELL) {
            tracing::info!(products = parts * u64::from(PART), "making lists anew");
        }
    }
    Ok(())
}
