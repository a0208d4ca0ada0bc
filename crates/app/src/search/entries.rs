//! Ideas and feedback in the search: what they say, who said it, and who may find it.

use serde_json::Value;
use sluicegate_core::{
    digest::Digest,
    id::ProductId,
    intake::{Entry, EntryId, Sight},
    search::words,
};
use sluicegate_store::{Hit, IndexedText, Matter, Stream};

use super::{Search, excerpt};
use crate::{
    app::App,
    error::Result,
    request::Caller,
    view::SearchLine,
    words::{self, Lang},
};

/// Name and contact of an idea's submitter: a text that fewer may read.
const SUBMITTER: &str = "submitter";
/// The customer who said it.
const SAID_BY: &str = "said_by";
/// So much of an idea is its title, in characters.
const TITLE: usize = 80;

/// The contents of an entry that are found, each by a name of its own.
fn parts(entry: &Entry) -> Option<(Matter, Vec<(&'static str, Digest)>)> {
    let (matter, text, other) = match entry {
        Entry::Idea(idea) => (Matter::Idea, idea.text, idea.submitter.map(|it| (SUBMITTER, it))),
        Entry::Feedback(it) => (Matter::Feedback, it.seen, it.said_by.map(|it| (SAID_BY, it))),
        Entry::Link(_) | Entry::FieldDay(_) => return None,
    };
    Some((matter, [("", text)].into_iter().chain(other).collect()))
}

/// Every text of a content, one a line.
fn text(content: Option<&Value>) -> String {
    fn gather<'a>(value: &'a Value, lines: &mut Vec<&'a str>) {
        match value {
            Value::String(text) => lines.push(text),
            Value::Array(items) => items.iter().for_each(|item| gather(item, lines)),
            Value::Object(fields) => fields.values().for_each(|field| gather(field, lines)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut lines = Vec::new();
    if let Some(content) = content {
        gather(content, &mut lines);
    }
    lines.join("\n")
}

impl App {
    pub(super) async fn entry_documents(&self, id: EntryId) -> Result<Vec<IndexedText>> {
        let Some(entry) = self.store().entry(id).await? else { return Ok(Vec::new()) };
        let Some((matter, parts)) = parts(&entry) else { return Ok(Vec::new()) };
        let marks: Vec<Digest> = parts.iter().map(|(_, mark)| *mark).collect();
        let contents = self.store().contents(&marks).await?;
        let document = |(part, mark): (&str, Digest)| IndexedText {
            matter,
            subject: Stream::Entry(id),
            part: part.to_owned(),
            mark,
            words: words(&text(contents.get(&mark))),
        };
        Ok(parts.into_iter().map(document).collect())
    }

    /// None when the text does not hold the question after all, or is not for this reader.
    pub(super) async fn entry_line(
        &self,
        caller: &Caller,
        hit: &Hit,
        id: EntryId,
        wish: &Search,
        content: Option<&Value>,
        lang: Lang,
    ) -> Result<Option<SearchLine>> {
        let text = text(content);
        if !wish.question.is_in(&text) {
            return Ok(None);
        }
        let Some(entry) = self.store().entry(id).await? else { return Ok(None) };
        let sight = self.sight(caller.person, &entry).await?;
        if sight == Sight::Nothing || (hit.part == SUBMITTER && sight != Sight::Everything) {
            return Ok(None);
        }
        let product_name = self.product_name(hit.product).await?;
        let problem = content.and_then(|it| it.get("problem")?.as_str());
        let problem = problem.map(|text| text.chars().take(TITLE).collect::<String>());
        let about = if hit.matter == Matter::Idea { problem } else { product_name.clone() };
        Ok(Some(SearchLine {
            matter: hit.matter,
            product: hit.product,
            product_name,
            entry: Some(id),
            portfolio: hit.portfolio.clone(),
            deliverable: None,
            title: words::entry_title(lang, id, about.as_deref()),
            excerpt: excerpt(&text, &wish.question),
            href: words::entry_href(id),
        }))
    }

    async fn product_name(&self, id: Option<ProductId>) -> Result<Option<String>> {
        let Some(id) = id else { return Ok(None) };
        Ok(self.store().product(id).await?.map(|product| product.name.clone()))
    }
}
