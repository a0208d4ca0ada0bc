//! Looks words up.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sluicegate_core::search::{Part, Question};

use super::{Hit, Matter, SearchFilter, put::part};
use crate::{
    codec::{self, json},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::search as sql,
    store::Store,
};

/// Words that one beginning stands for: the most frequent ones.
const ENDINGS: usize = 16;
/// Words that are looked at to find those.
const LOOKED_AT: i64 = 200;
/// Documents that are looked at together.
const CHUNK: usize = 200;
/// Documents that one search looks at. Those who want more go on from where it ended.
const CANDIDATES: usize = 2_000;

/// What a search found, and where it stopped looking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// There may be more below this number; none when everything was looked at.
    pub below: Option<u64>,
}

#[derive(Serialize)]
struct Wanted<'a> {
    word: &'a str,
    seq: i64,
}

#[derive(Serialize)]
struct SeqRow {
    seq: i64,
}

/// The words that a part of a question stands for.
struct Words {
    words: Vec<String>,
    documents: i64,
}

impl Store {
    /// Documents that may hold the question, newest first, below the given number. The caller
    /// compares them with the text: pairs of syllables can stand in another order.
    pub async fn search(
        &self,
        question: &Question,
        filter: &SearchFilter,
        below: Option<u64>,
        count: usize,
    ) -> Result<Found> {
        let mut connection = self.shared.readers.acquire().await?;
        let mut conn = connection.conn();
        let mut parts = Vec::new();
        for part in question.parts() {
            parts.push(words(&mut conn, part).await?);
        }
        parts.sort_by_key(|part| part.documents);
        let Some((rarest, others)) = parts.split_first() else { return Ok(Found::default()) };
        if rarest.words.is_empty() {
            return Ok(Found::default());
        }
        let mut found = Found::default();
        let mut below = below.map_or(i64::MAX, |below| i64::try_from(below).unwrap_or(i64::MAX));
        for _ in 0..CANDIDATES / CHUNK {
            let mut seqs = newest(&mut conn, &rarest.words, below).await?;
            let Some(last) = seqs.last().copied() else {
                return Ok(Found { below: None, ..found });
            };
            for part in others {
                seqs = among(&mut conn, &part.words, &seqs).await?;
            }
            for hit in hits(&mut conn, &seqs, filter).await? {
                found.below = Some(hit.seq);
                found.hits.push(hit);
                if found.hits.len() == count {
                    return Ok(found);
                }
            }
            below = last;
            found.below = u64::try_from(below).ok();
        }
        Ok(found)
    }
}

async fn words(conn: &mut Conn<'_>, part: &Part) -> Result<Words> {
    let rows = match part {
        Part::Word(word) => conn.fetch_all(&sql::WORD, &[Arg::Text(word)]).await?,
        Part::Beginning(begin) => {
            let end = format!("{begin}\u{10ffff}");
            let args = [Arg::Text(begin), Arg::Text(&end), Arg::I64(LOOKED_AT)];
            conn.fetch_all(&sql::WORDS_FROM, &args).await?
        }
    };
    let mut words = Vec::new();
    for row in &rows {
        words.push((row.i64("search_word.documents")?, row.text("search_word.word")?.to_owned()));
    }
    words.sort_by(|a, b| b.cmp(a));
    words.truncate(ENDINGS);
    let documents = words.iter().map(|(documents, _)| documents).sum();
    Ok(Words { words: words.into_iter().map(|(_, word)| word).collect(), documents })
}

/// The newest documents with any of these words: the newest of all are among the newest of each.
async fn newest(conn: &mut Conn<'_>, words: &[String], below: i64) -> Result<Vec<i64>> {
    let mut seqs = BTreeSet::new();
    let most = i64::try_from(CHUNK).map_err(codec::internal)?;
    for word in words {
        let args = [Arg::Text(word), Arg::I64(below), Arg::I64(most)];
        for row in conn.fetch_all(&sql::POSTINGS, &args).await? {
            seqs.insert(row.i64("search_posting.seq")?);
        }
    }
    Ok(seqs.into_iter().rev().take(CHUNK).collect())
}

/// Those of the documents that have one of these words too; the order stays.
async fn among(conn: &mut Conn<'_>, words: &[String], seqs: &[i64]) -> Result<Vec<i64>> {
    let wanted: Vec<_> = words
        .iter()
        .flat_map(|word| seqs.iter().map(move |seq| Wanted { word, seq: *seq }))
        .collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows = conn.fetch_all(&sql::AMONG, &[Arg::Text(&json(&wanted)?)]).await?;
    let there: BTreeSet<i64> =
        rows.iter().map(|row| row.i64("search_posting.seq")).collect::<Result<_>>()?;
    Ok(seqs.iter().copied().filter(|seq| there.contains(seq)).collect())
}

async fn hits(conn: &mut Conn<'_>, seqs: &[i64], filter: &SearchFilter) -> Result<Vec<Hit>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<_> = seqs.iter().map(|seq| SeqRow { seq: *seq }).collect();
    let rows = conn.fetch_all(&sql::FOUND, &[Arg::Text(&json(&rows)?)]).await?;
    let hits: Vec<Hit> = rows.iter().map(hit).collect::<Result<_>>()?;
    let mut hits: BTreeMap<u64, Hit> = hits.into_iter().map(|hit| (hit.seq, hit)).collect();
    hits.retain(|_, hit| {
        filter.portfolios.as_ref().is_none_or(|keys| keys.contains(&hit.portfolio))
            && filter.matter.is_none_or(|matter| matter == hit.matter)
            && filter.product.is_none_or(|product| Some(product) == hit.product)
    });
    Ok(hits.into_values().rev().collect())
}

fn hit(row: &Row) -> Result<Hit> {
    let seq = row.i64("search_document.seq")?;
    let name = seq.to_string();
    let text = |column| row.text(column);
    let kind = text("search_document.kind")?;
    let matter = Matter::ALL.into_iter().find(|matter| matter.code() == kind);
    let corrupt = |why: &str| StoreError::corrupt("search_document.kind", &name, why);
    let product = row.opt_text("listing.product")?;
    Ok(Hit {
        seq: u64::try_from(seq).map_err(|_| corrupt("a negative number"))?,
        matter: matter.ok_or_else(|| corrupt("an unknown kind"))?,
        subject: codec::parse("search_document.subject", &name, text("search_document.subject")?)?,
        product: product.map(|id| codec::parse("listing.product", &name, id)).transpose()?,
        part: part(row)?,
        mark: codec::digest("search_document.mark", &name, row.bytes("search_document.mark")?)?,
        portfolio: codec::parse("listing.portfolio", &name, text("listing.portfolio")?)?,
    })
}
