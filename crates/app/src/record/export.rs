//! Writes the log, or a part of it, as a file that verifies without us.

use std::{collections::BTreeMap, io::Write};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sluicegate_core::{
    audit::file::{self, Chosen, End, Header, Outline, Scope, Step, Totals},
    digest::Digest,
    merkle::proof,
};
use sluicegate_store::{Leaf, StoredCheckpoint, StoredContent, Stream, Tree};

use crate::{
    app::App,
    error::{AppError, Result},
    verify::Progress,
};

/// Records that are read at once: a row of leaves.
const PART: u32 = 256;

/// What is to be written; with nothing set, the whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportWish {
    pub stream: Option<Stream>,
    /// From this time on.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub until: Option<DateTime<Utc>>,
    /// This event alone.
    pub position: Option<u64>,
    /// Leave texts and forms out.
    pub bare: bool,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exported {
    pub scope: Scope,
    /// Of the log at the checkpoint.
    pub size: u64,
    pub root: Digest,
    pub records: u64,
    pub contents: u64,
}

/// A file that is being written.
struct Export<'a> {
    app: &'a App,
    out: &'a mut (dyn Write + Send),
    tree: Tree<'a>,
    bare: bool,
    records: u64,
    contents: u64,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl App {
    /// Writes the log up to the last checkpoint. The server may run meanwhile.
    ///
    /// # Errors
    /// There is no checkpoint, nothing fits the wish, or the file cannot be written.
    pub async fn export(
        &self,
        wish: &ExportWish,
        out: &mut (dyn Write + Send),
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Exported> {
        let checkpoint = self.store().last_checkpoint().await?;
        let checkpoint = checkpoint.ok_or(AppError::NotFound("checkpoint"))?;
        self.store().grow_tree().await?;
        let tree = self.store().tree(checkpoint.size);
        let (records, contents) = (0, 0);
        let mut export =
            Export { app: self, out, tree, bare: wish.bare, records, contents, progress };
        let whole = wish.stream.is_none() && wish.from.is_none() && wish.until.is_none();
        let scope = if whole && wish.position.is_none() { Scope::Whole } else { Scope::Part };
        match scope {
            Scope::Whole => export.whole(&checkpoint).await?,
            Scope::Part => {
                let chosen = self.chosen(wish, checkpoint.size).await?;
                export.part(&checkpoint, wish.stream, chosen).await?;
            }
        }
        let Export { records, contents, .. } = export;
        let StoredCheckpoint { size, root, .. } = checkpoint;
        Ok(Exported { scope, size, root: Digest::new(root), records, contents })
    }

    /// Which positions a wish is about.
    async fn chosen(&self, wish: &ExportWish, size: u64) -> Result<Chosen> {
        let none = || AppError::NotFound("event");
        let (first, last) = match wish.position {
            Some(position) if (1..=size).contains(&position) => (position, position),
            Some(_) => return Err(none()),
            None if wish.from.is_none() && wish.until.is_none() => (1, size),
            None => {
                let found = self.store().positions_between(wish.from, wish.until).await?;
                let (first, last) = found.ok_or_else(none)?;
                (first, last.min(size))
            }
        };
        if first > last {
            return Err(none());
        }
        let stream = wish.stream.map(|stream| stream.to_string());
        Ok(Chosen { first, last, stream, picked: false })
    }

    /// The records at these positions, the smallest first, as far as the last checkpoint goes.
    pub(crate) async fn export_picked(
        &self,
        positions: &[u64],
        stream: Option<Stream>,
    ) -> Result<Vec<u8>> {
        let checkpoint = self.store().last_checkpoint().await?;
        let checkpoint = checkpoint.ok_or(AppError::NotFound("checkpoint"))?;
        self.store().grow_tree().await?;
        let signed = positions.partition_point(|position| *position <= checkpoint.size);
        let positions = &positions[..signed];
        let (first, last) = (positions.first().copied(), positions.last().copied());
        let stream = stream.map(|stream| stream.to_string());
        let (first, last) = (first.unwrap_or(1), last.unwrap_or(0));
        let mut out = Vec::new();
        let mut export = Export {
            app: self,
            out: &mut out,
            tree: self.store().tree(checkpoint.size),
            bare: false,
            records: 0,
            contents: 0,
            progress: &mut |_| {},
        };
        let chosen = Chosen { first, last, stream, picked: true };
        let header = export.header(Scope::Part, &checkpoint, None, Some(chosen))?;
        for part in positions.chunks(PART as usize) {
            let leaves = self.store().leaves_at(part).await?;
            export.put(&leaves, true).await?;
        }
        export.end(header)?;
        Ok(out)
    }
}

impl Export<'_> {
    async fn whole(&mut self, checkpoint: &StoredCheckpoint) -> Result<()> {
        let size = checkpoint.size;
        let peaks = Some(self.app.peaks(size).await?);
        let header = self.header(Scope::Whole, checkpoint, peaks, None)?;
        for step in Outline::new(size) {
            match step {
                Step::Nodes(node) => {
                    let height = file::row_below(node.height).unwrap_or_default();
                    let row = self.tree.row(node, height).await?;
                    self.write(&file::nodes_line(node, &row))?;
                }
                Step::Records(leaves) => {
                    let count = u32::try_from(leaves.end - leaves.start).unwrap_or(PART);
                    let found = self.app.store().leaves(leaves.start, count).await?;
                    let ours = found.into_iter().filter(|leaf| leaf.position <= leaves.end);
                    self.put(&ours.collect::<Vec<_>>(), false).await?;
                    (self.progress)(Progress { what: "records", done: leaves.end, of: size });
                }
            }
        }
        self.end(header)
    }

    async fn part(
        &mut self,
        checkpoint: &StoredCheckpoint,
        stream: Option<Stream>,
        chosen: Chosen,
    ) -> Result<()> {
        let (mut after, last) = (chosen.first - 1, chosen.last);
        let header = self.header(Scope::Part, checkpoint, None, Some(chosen))?;
        while after < last {
            let store = self.app.store();
            let found = match stream {
                Some(stream) => store.leaves_of(stream, after, PART).await?,
                None => store.leaves(after, PART).await?,
            };
            let ours: Vec<Leaf> = found.into_iter().filter(|it| it.position <= last).collect();
            let Some(end) = ours.last() else { break };
            after = end.position;
            self.put(&ours, true).await?;
            (self.progress)(Progress { what: "records", done: after, of: last });
        }
        if self.records == 0 {
            return Err(AppError::NotFound("event"));
        }
        self.end(header)
    }

    fn header(
        &mut self,
        scope: Scope,
        checkpoint: &StoredCheckpoint,
        peaks: Option<String>,
        chosen: Option<Chosen>,
    ) -> Result<Digest> {
        let (format, checkpoint) = (file::FORMAT.to_owned(), checkpoint.full_note());
        let line = file::line(&Header { format, scope, checkpoint, peaks, chosen });
        self.write(&line)?;
        Ok(Digest::of(line.trim_end().as_bytes()))
    }

    /// Writes records, each with the texts and forms that it names.
    async fn put(&mut self, leaves: &[Leaf], proved: bool) -> Result<()> {
        let contents =
            if self.bare { BTreeMap::new() } else { contents_of(self.app, leaves).await? };
        for leaf in leaves {
            // A line is a record: one that has lines of its own was not written by us.
            let record = leaf.record.replace(|letter: char| letter < ' ', " ");
            let proof = if proved {
                let parts = proof::inclusion(leaf.position - 1, self.tree.size());
                Some(self.tree.proof(&parts.unwrap_or_default()).await?)
            } else {
                None
            };
            self.write(&file::record_line(leaf.position, proof.as_deref(), &record))?;
            self.records += 1;
            let mut named: Vec<Digest> = named(&leaf.record).collect();
            named.dedup();
            for content in named.iter().filter_map(|digest| contents.get(digest)) {
                let StoredContent { digest, salt, body } = content;
                if !body.contains('\n') {
                    self.write(&file::content_line(digest, salt, body))?;
                    self.contents += 1;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, header: Digest) -> Result<()> {
        let (records, contents) = (self.records, self.contents);
        self.write(&file::line(&End { end: Totals { records, contents, header } }))?;
        self.out.flush().map_err(AppError::internal)
    }

    fn write(&mut self, line: &str) -> Result<()> {
        self.out.write_all(line.as_bytes()).map_err(AppError::internal)
    }
}

/// The texts and forms that these records name.
async fn contents_of(app: &App, leaves: &[Leaf]) -> Result<BTreeMap<Digest, StoredContent>> {
    let mut wanted: Vec<Digest> = leaves.iter().flat_map(|leaf| named(&leaf.record)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let found = app.store().contents_named(&wanted).await?;
    Ok(found.into_iter().map(|content| (content.digest, content)).collect())
}

/// Every digest that a record names; some of them are contents.
fn named(record: &str) -> impl Iterator<Item = Digest> + '_ {
    record.split('"').filter_map(|text| text.parse().ok())
}
