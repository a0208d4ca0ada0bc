//! Search.

use sluicegate_app::{Matter, Search};
use sluicegate_core::{id::ProductId, key::PortfolioKey, search::Question};
use utoipa::openapi::ObjectBuilder;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::common::{Cursor, Known, Limit};
use crate::{
    answer::Answer,
    api::Api,
    extract::Read,
    parse::{SlipKind, Text, parameters},
    problem::Reading,
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(search))
}

/// Words to look for.
#[derive(Clone, Debug)]
pub(crate) struct Asked(Question);

impl Text for Asked {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let rule = "there is a letter or a digit in what you look for, at most 200 characters";
        let fits = text.chars().count() <= 200;
        let question = Question::read(text).filter(|_| fits);
        question.map(Self).ok_or_else(|| SlipKind::format(rule))
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(200)).examples(["infusion pump"])
    }
}

parameters! {
    Query Wanted {
        /// All of these words, in any order. The last one may be the beginning of a word; Korean,
        /// Japanese and Chinese are found inside words too. Case, width and accents do not count.
        q: Asked,
        /// Only products, by name and card, only deliverables, only ideas, or only feedback.
        matter: Option<schema::Matter>,
        portfolio: Option<PortfolioKey>,
        /// What belongs to it: feedback on it too, and the idea that it was.
        product: Option<ProductId>,
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
}

/// Search
///
/// Products, deliverables, ideas and feedback that hold the words, the newest text first; of a
/// deliverable, what was handed in last. Each is found by those who may read it; who submitted an
/// idea is found by those who screen it. A moment passes until a new text is found. A page may be
/// shorter than asked for, even empty, and still have a `next`: one request looks at a bounded
/// number of texts.
#[utoipa::path(get, path = "/v1/search", tag = "products", params(Wanted, Known),
    responses((status = 200, description = "A page", body = schema::SearchPage), Reading))]
async fn search(read: Read<Wanted>) -> Answer {
    let asked = &read.query;
    let wish = Search {
        question: asked.q.0.clone(),
        matter: asked.matter.map(|matter| match matter {
            schema::Matter::Product => Matter::Product,
            schema::Matter::Deliverable => Matter::Deliverable,
            schema::Matter::Idea => Matter::Idea,
            schema::Matter::Feedback => Matter::Feedback,
        }),
        portfolio: asked.portfolio.clone(),
        product: asked.product,
    };
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(asked.limit);
    let page = read.app.search(&read.caller, &wish, cursor, limit, read.lang).await?;
    read.found(&page)
}
