//! Saved views of the list of products: beside the log, with versions of their own.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sluicegate_core::{
    id::{PersonId, ViewId},
    key::PortfolioKey,
    text,
};

use crate::{
    codec::{self, json},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    job::IdempotencyKey,
    sql::{beside as sql, schema},
    store::Store,
    time::{from_micros, micros},
};

/// No list of views is longer.
const MOST: i64 = 500;

#[derive(Clone, Debug, PartialEq)]
pub struct SavedView {
    pub id: ViewId,
    pub owner: PersonId,
    pub name: String,
    /// Shared with everybody who is at home there; none: private.
    pub portfolio: Option<PortfolioKey>,
    /// Filter, order and columns, as the layer above understands them.
    pub body: Value,
    /// From 1.
    pub version: u32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What became of a request with a name.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewKey {
    /// It is new, and the view is saved.
    New,
    /// It was answered before, with this view.
    Answered(Value),
    /// The name was used for another request.
    Reused,
}

impl Store {
    /// Saves a new view; under a used key nothing is saved. `answer` is what a repeat gets.
    pub async fn add_view(
        &self,
        view: &SavedView,
        key: Option<&IdempotencyKey>,
        answer: &Value,
    ) -> Result<ViewKey> {
        let mut connection = self.shared.readers.acquire().await?;
        let added = add(&mut connection.conn(), view, key, answer).await;
        if added.is_err() {
            connection.discard().await;
        }
        added
    }

    pub async fn view(&self, id: ViewId) -> Result<Option<SavedView>> {
        let id = id.to_string();
        let row = self.shared.readers.fetch_optional(&sql::VIEW, &[Arg::Text(&id)]).await?;
        row.as_ref().map(saved_view).transpose()
    }

    /// A person's own views, by name.
    pub async fn views_of(&self, owner: PersonId) -> Result<Vec<SavedView>> {
        let owner = owner.to_string();
        let args = [Arg::Text(&owner), Arg::I64(MOST)];
        let rows = self.shared.readers.fetch_all(&sql::VIEWS_OF, &args).await?;
        rows.iter().map(saved_view).collect()
    }

    /// The views that are shared with a place of the tree, by name.
    pub async fn views_shared(&self, portfolio: &PortfolioKey) -> Result<Vec<SavedView>> {
        let args = [Arg::Text(portfolio.as_str()), Arg::I64(MOST)];
        let rows = self.shared.readers.fetch_all(&sql::VIEWS_SHARED, &args).await?;
        rows.iter().map(saved_view).collect()
    }

    /// Saves over the version that this one carries, and gives the new version.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when another version is there; version 0 means that it was deleted.
    pub async fn change_view(&self, view: &SavedView) -> Result<u32> {
        let (id, body) = (view.id.to_string(), json(&view.body)?);
        let name_key = text::sort_key(&view.name);
        let args = [
            Arg::Text(&id),
            Arg::Text(&view.name),
            Arg::Text(&name_key),
            Arg::OptText(view.portfolio.as_ref().map(PortfolioKey::as_str)),
            Arg::Text(&body),
            Arg::I64(micros(view.updated_at)),
            Arg::I64(view.version.into()),
        ];
        match self.shared.readers.execute(&sql::CHANGE_VIEW, &args).await? {
            1 => Ok(view.version + 1),
            _ => Err(self.stale(view.id).await?),
        }
    }

    /// # Errors
    /// [`StoreError::Stale`] as above.
    pub async fn delete_view(&self, id: ViewId, version: u32) -> Result<()> {
        let name = id.to_string();
        let args = [Arg::Text(&name), Arg::I64(version.into())];
        match self.shared.readers.execute(&sql::DELETE_VIEW, &args).await? {
            1 => Ok(()),
            _ => Err(self.stale(id).await?),
        }
    }

    async fn stale(&self, id: ViewId) -> Result<StoreError> {
        let current = self.view(id).await?.map_or(0, |view| view.version);
        Ok(StoreError::Stale { current })
    }
}

async fn add(
    conn: &mut Conn<'_>,
    view: &SavedView,
    key: Option<&IdempotencyKey>,
    answer: &Value,
) -> Result<ViewKey> {
    let (owner, at) = (view.owner.to_string(), Arg::I64(micros(view.created_at)));
    let (body, answer) = (json(&view.body)?, json(answer)?);
    conn.execute(&schema::BEGIN, &[]).await?;
    if let Some(key) = key {
        // The key comes first: of two equal requests the later one waits here for the earlier.
        let fingerprint = Arg::Bytes(key.fingerprint.bytes());
        let args = [Arg::Text(&owner), Arg::Text(&key.key), fingerprint, Arg::Text(&answer), at];
        if conn.execute(&sql::ADD_VIEW_KEY, &args).await? == 0 {
            let row = conn.fetch_one(&sql::VIEW_KEY, &args[..2], "saved_view_key").await?;
            let stored = row.bytes("saved_view_key.fingerprint")?;
            let found = if stored == key.fingerprint.bytes() {
                let column = "saved_view_key.answer";
                ViewKey::Answered(codec::from_json(column, &key.key, row.text(column)?)?)
            } else {
                ViewKey::Reused
            };
            conn.execute(&schema::ROLLBACK, &[]).await?;
            return Ok(found);
        }
    }
    let (id, name_key) = (view.id.to_string(), text::sort_key(&view.name));
    let args = [
        Arg::Text(&id),
        Arg::Text(&owner),
        Arg::Text(&view.name),
        Arg::Text(&name_key),
        Arg::OptText(view.portfolio.as_ref().map(PortfolioKey::as_str)),
        Arg::Text(&body),
        at,
    ];
    conn.execute(&sql::ADD_VIEW, &args).await?;
    conn.execute(&schema::COMMIT, &[]).await?;
    Ok(ViewKey::New)
}

fn saved_view(row: &Row) -> Result<SavedView> {
    let id = row.text("saved_view.id")?;
    let time = |column: &'static str| {
        let at = row.i64(column)?;
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, id, at))
    };
    let version = u32::try_from(row.i64("saved_view.version")?);
    let portfolio = row.opt_text("saved_view.portfolio")?;
    let portfolio = portfolio.map(|key| codec::parse("saved_view.portfolio", id, key));
    Ok(SavedView {
        id: codec::parse("saved_view.id", id, id)?,
        owner: codec::parse("saved_view.owner", id, row.text("saved_view.owner")?)?,
        name: row.text("saved_view.name")?.to_owned(),
        portfolio: portfolio.transpose()?,
        body: codec::from_json("saved_view.body", id, row.text("saved_view.body")?)?,
        version: version.map_err(|error| StoreError::corrupt("saved_view.version", id, error))?,
        created_at: time("saved_view.created_at")?,
        updated_at: time("saved_view.updated_at")?,
    })
}
