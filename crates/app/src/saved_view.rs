//! Saved views: a name, a filter, an order and columns, for oneself or for a place of the tree.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sluicegate_core::{
    directory::Directory,
    id::{PersonId, ViewId},
    key::PortfolioKey,
    organisation,
    product::Actor,
    rules::{Refusal, Thing},
    text,
};
use sluicegate_store::{Sort, ViewKey};

use crate::{
    app::App,
    error::{AppError, Result, Right},
    filter::ProductFilter,
    load::named,
    request::{Caller, Request},
    view::{Page, ProductLine, SavedViewLine},
};

/// What somebody wants saved. The name is a line of text; columns are the edge's words.
#[derive(Clone, Debug)]
pub struct ViewDraft {
    pub name: String,
    /// Shared with whoever is at home at this place; none: private.
    pub portfolio: Option<PortfolioKey>,
    pub list: ViewedList,
}

/// The part of a view that is kept as one text.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ViewedList {
    pub filter: ProductFilter,
    pub sort: Sort,
    #[serde(default)]
    pub columns: Vec<String>,
}

/// A view that was saved, or would have been.
#[derive(Clone, Debug)]
pub struct SavedView {
    pub view: Value,
    pub id: ViewId,
    pub version: u32,
    pub replayed: bool,
    pub dry_run: bool,
}

impl App {
    /// The caller's own views, and those that are shared with places where the caller is at home.
    pub async fn views(&self, caller: &Caller) -> Result<Vec<SavedViewLine>> {
        let directory = self.store().directory().await?;
        let mut views = self.store().views_of(caller.person).await?;
        for place in directory.portfolios.keys() {
            if organisation::at_home(&directory, caller.person, place) {
                let shared = self.store().views_shared(place).await?;
                views.extend(shared.into_iter().filter(|view| view.owner != caller.person));
            }
        }
        self.lines(views).await
    }

    pub async fn view(&self, caller: &Caller, id: ViewId) -> Result<SavedViewLine> {
        let view = self.visible(caller, id).await?;
        let line = self.lines(vec![view]).await?.pop();
        line.ok_or_else(|| AppError::internal("a view without a line"))
    }

    /// Saves a new view.
    ///
    /// # Errors
    /// It names what does not exist, or is to be shared where the caller is not at home.
    pub async fn add_view(&self, request: Request<ViewDraft>) -> Result<SavedView> {
        let Actor::Person(owner) = request.actor else {
            return Err(AppError::Forbidden(Right::OwnName));
        };
        self.check_view(owner, &request.command).await?;
        let id = ViewId::new((self.shared.chance.uuid)());
        let now = self.now();
        let ViewDraft { name, portfolio, list } = request.command;
        let view = sluicegate_store::SavedView {
            id,
            owner,
            name: text::composed(&name),
            portfolio,
            body: serde_json::to_value(&list).map_err(AppError::internal)?,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let line = self.lines(vec![view.clone()]).await?;
        let answer = json!(line.first());
        let (version, dry_run) = (1, request.dry_run);
        let fresh = SavedView { view: answer, id, version, replayed: false, dry_run };
        if dry_run {
            return Ok(fresh);
        }
        match self.store().add_view(&view, request.key.as_ref(), &fresh.view).await? {
            ViewKey::New => Ok(fresh),
            ViewKey::Reused => Err(AppError::KeyReused),
            ViewKey::Answered(first) => {
                let id = first["id"].as_str().and_then(|id| id.parse().ok());
                let id = id.ok_or_else(|| AppError::internal("an answer without a view"))?;
                Ok(SavedView { view: first, id, replayed: true, ..fresh })
            }
        }
    }

    /// Saves over a view; its owner may.
    ///
    /// # Errors
    /// As for a new one, and [`AppError::Stale`] when it is not what was seen.
    pub async fn change_view(
        &self,
        id: ViewId,
        request: Request<ViewDraft>,
    ) -> Result<SavedViewLine> {
        let Actor::Person(person) = request.actor else {
            return Err(AppError::Forbidden(Right::OwnName));
        };
        let found = self.own(person, id, request.seen).await?;
        self.check_view(person, &request.command).await?;
        let ViewDraft { name, portfolio, list } = request.command;
        let mut view = sluicegate_store::SavedView {
            name: text::composed(&name),
            portfolio,
            body: serde_json::to_value(&list).map_err(AppError::internal)?,
            updated_at: self.now(),
            ..found
        };
        view.version = if request.dry_run {
            view.version + 1
        } else {
            self.store().change_view(&view).await?
        };
        let line = self.lines(vec![view]).await?.pop();
        line.ok_or_else(|| AppError::internal("a view without a line"))
    }

    /// Deletes a view; its owner may.
    pub async fn delete_view(&self, id: ViewId, request: Request<()>) -> Result<()> {
        let Actor::Person(person) = request.actor else {
            return Err(AppError::Forbidden(Right::OwnName));
        };
        let found = self.own(person, id, request.seen).await?;
        if request.dry_run {
            return Ok(());
        }
        Ok(self.store().delete_view(id, found.version).await?)
    }

    /// A page of the products that a view shows, of those that the caller may read.
    pub async fn viewed_products(
        &self,
        caller: &Caller,
        id: ViewId,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ProductLine>> {
        let view = self.visible(caller, id).await?;
        let list = viewed(&view)?;
        self.lines_of(caller, &list.filter, list.sort, cursor, limit).await
    }

    /// The view, if the caller may see it; to others it does not exist.
    async fn visible(&self, caller: &Caller, id: ViewId) -> Result<sluicegate_store::SavedView> {
        let missing = || AppError::NotFound("view");
        let view = self.store().view(id).await?.ok_or_else(missing)?;
        let directory = self.store().directory().await?;
        let shared = view.portfolio.as_ref();
        let shared = shared.is_some_and(|it| organisation::at_home(&directory, caller.person, it));
        if view.owner == caller.person || shared { Ok(view) } else { Err(missing()) }
    }

    /// The view in the version that was seen, if it is the person's own.
    async fn own(
        &self,
        person: PersonId,
        id: ViewId,
        seen: Option<u32>,
    ) -> Result<sluicegate_store::SavedView> {
        let caller = Caller::new(person, sluicegate_core::directory::Kind::Human);
        let view = self.visible(&caller, id).await?;
        if view.owner != person {
            return Err(AppError::Forbidden(Right::Owner));
        }
        match seen {
            Some(seen) if seen != view.version => Err(AppError::Stale { current: view.version }),
            _ => Ok(view),
        }
    }

    async fn check_view(&self, person: PersonId, draft: &ViewDraft) -> Result<()> {
        let directory = self.store().directory().await?;
        if let Some(place) = &draft.portfolio {
            known_portfolio(&directory, place)?;
            if !organisation::at_home(&directory, person, place) {
                return Err(AppError::Forbidden(Right::Role));
            }
        }
        self.check_names(person, &draft.list.filter).await
    }

    async fn lines(&self, views: Vec<sluicegate_store::SavedView>) -> Result<Vec<SavedViewLine>> {
        let names = self.names(views.iter().map(|view| view.owner)).await?;
        let line = |view: sluicegate_store::SavedView| {
            let ViewedList { filter, sort, columns } = viewed(&view)?;
            Ok(SavedViewLine {
                id: view.id,
                version: view.version,
                name: view.name,
                owner: named(&names, view.owner),
                portfolio: view.portfolio,
                filter,
                sort: sort_word(sort),
                columns,
                created_at: view.created_at,
                updated_at: view.updated_at,
            })
        };
        views.into_iter().map(line).collect()
    }
}

fn known_portfolio(directory: &Directory, key: &PortfolioKey) -> Result<()> {
    if directory.portfolios.contains_key(key) {
        return Ok(());
    }
    Err(Refusal::from(Thing::Portfolio(key.clone())).into())
}

fn viewed(view: &sluicegate_store::SavedView) -> Result<ViewedList> {
    serde_json::from_value(view.body.clone()).map_err(AppError::internal)
}

/// The order as it is asked for: `due`, `-due`, ...
fn sort_word(sort: Sort) -> String {
    let by = json!(sort.by);
    format!("{}{}", if sort.descending { "-" } else { "" }, by.as_str().unwrap_or_default())
}
