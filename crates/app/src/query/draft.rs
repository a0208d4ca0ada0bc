//! Drafts: for those who may hand in the deliverable, and for nobody else.

use serde_json::Value;
use sluicegate_core::{
    definition::Definition,
    id::ProductId,
    product::DeliverableRef,
    rules::{self, Refusal},
};

use crate::{
    app::App,
    error::{AppError, Result},
    load::{Loaded, named},
    request::Caller,
    view::DraftView,
};

/// Largest draft in bytes: a little more than the largest content.
const MAX_DRAFT: usize = 2 * 1024 * 1024;

impl App {
    /// The draft of a deliverable; none: there is none.
    pub async fn draft(
        &self,
        caller: &Caller,
        id: ProductId,
        which: &DeliverableRef,
    ) -> Result<Option<DraftView>> {
        let loaded = self.may_draft(caller, id, which).await?;
        let Some(draft) = self.store().draft(id, which).await? else { return Ok(None) };
        let names = self.names([draft.updated_by]).await?;
        Ok(Some(DraftView {
            computed: preview(&loaded.definition, which, &draft.body),
            version: draft.version,
            body: draft.body,
            updated_by: named(&names, draft.updated_by),
            updated_at: draft.updated_at,
        }))
    }

    /// Saves over the version that was seen; 0: there was none.
    ///
    /// # Errors
    /// [`AppError::Stale`] when somebody else has saved meanwhile.
    pub async fn put_draft(
        &self,
        caller: &Caller,
        id: ProductId,
        which: &DeliverableRef,
        seen: u32,
        body: &Value,
    ) -> Result<DraftView> {
        let loaded = self.may_draft(caller, id, which).await?;
        if body.to_string().len() > MAX_DRAFT {
            return Err(AppError::TooLarge { limit: MAX_DRAFT as u64 });
        }
        let (by, now) = (caller.person, self.now());
        let version = self.store().put_draft(id, which, seen, body, by, now).await?;
        let names = self.names([by]).await?;
        let (body, updated_by) = (body.clone(), named(&names, by));
        let computed = preview(&loaded.definition, which, &body);
        Ok(DraftView { version, body, computed, updated_by, updated_at: now })
    }

    pub async fn delete_draft(
        &self,
        caller: &Caller,
        id: ProductId,
        which: &DeliverableRef,
    ) -> Result<()> {
        self.may_draft(caller, id, which).await?;
        let deleted = self.store().delete_draft(id, which).await?;
        if deleted { Ok(()) } else { Err(AppError::NotFound("draft")) }
    }

    async fn may_draft(
        &self,
        caller: &Caller,
        id: ProductId,
        which: &DeliverableRef,
    ) -> Result<Loaded> {
        let loaded = self.load(caller, id).await?;
        let unmet = rules::draft_unmet(&loaded.cx(), &loaded.product, which)?;
        if unmet.is_empty() { Ok(loaded) } else { Err(Refusal::Blocked { unmet }.into()) }
    }
}

/// What the computed fields of a draft's `content` come to so far.
fn preview(definition: &Definition, which: &DeliverableRef, body: &Value) -> Option<Value> {
    let form = definition.form_of(definition.deliverables.get(&which.key)?)?;
    let content = body.get("content").filter(|_| !form.computed.is_empty())?;
    Some(form.complete(content).content)
}
