//! Puts documents into the index, in place of what was known of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sluicegate_core::{digest::Digest, id::ProductId};

use super::IndexedText;
use crate::{
    codec::{self, internal, json},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::{erase, search as sql},
    store::Store,
    write::put,
};

#[derive(Serialize)]
struct SeqRow {
    seq: i64,
}

#[derive(Serialize)]
struct PartRow<'a> {
    subject: String,
    part: &'a str,
}

#[derive(Serialize)]
struct PostingRow<'a> {
    word: &'a str,
    seq: i64,
}

#[derive(Serialize)]
struct WordRow<'a> {
    word: &'a str,
    documents: i64,
}

#[derive(Serialize)]
struct DocumentRow<'a> {
    seq: i64,
    kind: &'static str,
    subject: String,
    part: &'a str,
    mark: String,
    words: String,
}

/// A document as it is in the index.
struct Known {
    seq: i64,
    words: BTreeSet<String>,
}

impl Store {
    /// Up to which position of the log the index is complete.
    pub async fn indexed_until(&self) -> Result<u64> {
        let row = self.shared.readers.fetch_optional(&sql::HEAD, &[]).await?;
        position(&row.ok_or(StoreError::Missing("search_head"))?)
    }

    /// Takes the documents in and notes that the index is complete up to `to`. False when
    /// somebody else has indexed what comes after `from` already.
    pub async fn index(&self, from: u64, to: u64, documents: &[IndexedText]) -> Result<bool> {
        self.shared
            .follow(async |conn| {
                let head = conn.fetch_one(&sql::HEAD_LOCKED, &[], "search_head").await?;
                if position(&head)? != from {
                    return Ok(false);
                }
                let parts: Vec<_> = documents
                    .iter()
                    .map(|document| PartRow {
                        subject: document.subject.to_string(),
                        part: &document.part,
                    })
                    .collect();
                let known =
                    known(&conn.fetch_all(&sql::KNOWN, &[Arg::Text(&json(&parts)?)]).await?)?;
                let next = head.i64("search_head.next")?;
                let numbered: Vec<(i64, &IndexedText)> = (next..).zip(documents).collect();
                replace(conn, &known, &numbered).await?;
                let next = numbered.last().map_or(next, |(seq, _)| seq + 1);
                let to = i64::try_from(to).map_err(internal)?;
                conn.execute(&sql::ADVANCE, &[Arg::I64(to), Arg::I64(next)]).await?;
                Ok(true)
            })
            .await
    }

    /// Takes everything out of the index that was made of these contents.
    pub async fn unindex(&self, marks: &[Digest]) -> Result<()> {
        let marks = json(marks)?;
        let work = async |conn: &mut Conn<'_>| {
            conn.execute(&erase::OVERWRITE, &[]).await?;
            conn.fetch_one(&sql::HEAD_LOCKED, &[], "search_head").await?;
            let args = [Arg::Text(&marks)];
            let known = known(&conn.fetch_all(&sql::KNOWN_BY_MARK, &args).await?)?;
            replace(conn, &known, &[]).await?;
            conn.execute(&erase::OVERWRITE_NO_MORE, &[]).await?;
            Ok(true)
        };
        self.shared.follow(work).await.map(drop)
    }

    /// The products whose own words, name and card, were made of these contents.
    pub async fn products_marked(&self, marks: &[Digest]) -> Result<Vec<ProductId>> {
        let rows = self.shared.readers.fetch_all(&sql::MARKED, &[Arg::Text(&json(marks)?)]).await?;
        let product = |row: &Row| {
            let name = row.text("search_document.subject")?;
            codec::parse("search_document.subject", name, name)
        };
        rows.iter().map(product).collect()
    }
}

/// Takes the known ones out and puts the new ones in.
async fn replace(conn: &mut Conn<'_>, known: &[Known], new: &[(i64, &IndexedText)]) -> Result<()> {
    let seqs: Vec<_> = known.iter().map(|document| SeqRow { seq: document.seq }).collect();
    put(conn, &sql::DROP_DOCUMENTS, &seqs).await?;
    put(conn, &sql::DROP_POSTINGS, &postings(known.iter().map(|old| (old.seq, &old.words))))
        .await?;
    let rows: Result<Vec<_>> = new.iter().map(|(seq, document)| row(*seq, document)).collect();
    put(conn, &sql::ADD_DOCUMENTS, &rows?).await?;
    put(conn, &sql::ADD_POSTINGS, &postings(new.iter().map(|(seq, new)| (*seq, &new.words))))
        .await?;
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for word in new.iter().flat_map(|(_, document)| &document.words) {
        *counts.entry(word).or_default() += 1;
    }
    for word in known.iter().flat_map(|document| &document.words) {
        *counts.entry(word).or_default() -= 1;
    }
    let counts = counts.into_iter().filter(|(_, documents)| *documents != 0);
    let counts: Vec<_> = counts.map(|(word, documents)| WordRow { word, documents }).collect();
    put(conn, &sql::COUNT_WORDS, &counts).await
}

fn postings<'a>(
    documents: impl Iterator<Item = (i64, &'a BTreeSet<String>)>,
) -> Vec<PostingRow<'a>> {
    documents
        .flat_map(|(seq, words)| words.iter().map(move |word| PostingRow { word, seq }))
        .collect()
}

fn row(seq: i64, document: &IndexedText) -> Result<DocumentRow<'_>> {
    Ok(DocumentRow {
        seq,
        kind: document.matter.code(),
        subject: document.subject.to_string(),
        part: &document.part,
        mark: document.mark.to_string(),
        words: json(&document.words)?,
    })
}

fn known(rows: &[Row]) -> Result<Vec<Known>> {
    let known = |row: &Row| {
        let seq = row.i64("search_document.seq")?;
        let words = row.text("search_document.words")?;
        let words = codec::from_json("search_document.words", &seq.to_string(), words)?;
        Ok(Known { seq, words })
    };
    rows.iter().map(known).collect()
}

fn position(row: &Row) -> Result<u64> {
    let position = row.i64("search_head.position")?;
    u64::try_from(position)
        .map_err(|error| StoreError::corrupt("search_head.position", position, error))
}

pub(super) fn part(row: &Row) -> Result<String> {
    Ok(row.text("search_document.part")?.to_owned())
}
