//! A whole log: from the signed root down to every record, in their order.

use std::collections::VecDeque;

use super::{Checked, Finding, Kind, Line, leaf};
use crate::{
    audit::{
        file::{Nodes, nodes_line, row_below},
        hashes_from_base64,
    },
    merkle::{
        Hash,
        proof::{Subtree, joined, root_of, subtrees},
    },
};

/// So many records are looked at to tell what became of one that is not where it should be.
const WINDOW: usize = 64;

#[derive(Debug)]
pub(super) struct Whole {
    size: u64,
    /// Nodes whose hashes are known and whose leaves are still to come; the next one last.
    known: Vec<(Subtree, Hash)>,
    /// The leaves that come next.
    leaves: VecDeque<Hash>,
    /// The position of the record that comes next.
    next: u64,
    suspect: Option<Suspect>,
}

/// A record that is not the one of its position, and what came after it.
#[derive(Debug)]
struct Suspect {
    line: u64,
    position: u64,
    found: Vec<Hash>,
}

impl Whole {
    pub(super) fn new(size: u64, root: &Hash, peaks: &[Hash]) -> Checked<Self> {
        let trees = subtrees(0..size);
        if trees.len() != peaks.len() || joined(peaks) != *root {
            let why = "the peaks do not add up to the signed root";
            return Err(Finding::at_line(1, Kind::Tree, why));
        }
        let known = trees.into_iter().zip(peaks.iter().copied()).rev().collect();
        let mut whole = Self { size, known, leaves: VecDeque::new(), next: 1, suspect: None };
        whole.settle();
        Ok(whole)
    }

    /// A node that is a leaf needs no line of its own.
    fn settle(&mut self) {
        while self.leaves.is_empty() {
            match self.known.pop_if(|(tree, _)| tree.height == 0) {
                Some((_, hash)) => self.leaves.push_back(hash),
                None => return,
            }
        }
    }

    /// The position that is still to come, unless all have come.
    pub(super) const fn wanted(&self) -> Option<u64> {
        if self.next <= self.size { Some(self.next) } else { None }
    }

    pub(super) fn unreadable(&self, line: u64) -> Finding {
        let why = "the record's line is not written as we write it";
        match self.wanted() {
            Some(position) => Finding::of(line, position, Kind::Altered, why),
            None => Finding::at_line(line, Kind::Inserted, "the log ends before it"),
        }
    }

    pub(super) fn nodes(&mut self, line: u64, text: &[u8]) -> Checked {
        let tree = |why: &str| Finding {
            position: self.wanted(),
            ..Finding::at_line(line, Kind::Tree, why)
        };
        if !self.leaves.is_empty() {
            let why = "the records below the last hashes are not all there";
            return Err(Finding { kind: Kind::Missing, ..tree(why) });
        }
        let Some(&(below, hash)) = self.known.last() else {
            return Err(tree("there are more hashes than the log has records"));
        };
        let read: Option<Nodes> = serde_json::from_slice(text).ok();
        let hashes = read.and_then(|read| hashes_from_base64(&read.hashes));
        let Some(hashes) = hashes.filter(|it| nodes_line(below, it).trim_end().as_bytes() == text)
        else {
            return Err(tree("the hashes are not those that belong here"));
        };
        let height = row_below(below.height).unwrap_or_default();
        if hashes.len() != 1 << (below.height - height) || root_of(hashes.clone()) != hash {
            let (first, last) = (below.start + 1, below.start + (1 << below.height));
            let records = format!("records {first} to {last}");
            return Err(tree(&format!("the hashes of {records} do not add up to the one above")));
        }
        self.known.pop();
        if height == 0 {
            self.leaves.extend(hashes);
        } else {
            let start = |at: usize| below.start + ((at as u64) << height);
            let rows = hashes.iter().enumerate();
            let rows = rows.map(|(at, hash)| (Subtree { start: start(at), height }, *hash));
            self.known.extend(rows.rev());
        }
        Ok(())
    }

    /// True: it is the record of its position. False: that is to be seen.
    pub(super) fn record(&mut self, read: Line<'_>) -> Checked<bool> {
        if self.wanted().is_none() {
            let why = "the log that was signed ends before it";
            return Err(Finding::of(read.number, self.next, Kind::Inserted, why));
        }
        let hash = leaf(read.record);
        if self.leaves.front() != Some(&hash) {
            let (line, position) = (read.number, self.next);
            self.suspect = Some(Suspect { line, position, found: vec![hash] });
            return Ok(false);
        }
        if read.position != self.next || read.proof.is_some() {
            let why = format!("its line says position {}", read.position);
            return Err(Finding::of(read.number, self.next, Kind::Altered, why));
        }
        self.leaves.pop_front();
        self.next += 1;
        self.settle();
        Ok(true)
    }

    /// While one record is in doubt, the lines after it are only looked at for what they tell of it.
    pub(super) fn diagnose(&mut self, line: &[u8]) -> Option<Checked> {
        let suspect = self.suspect.as_mut()?;
        if self.leaves.is_empty() && !line.starts_with(b"{\"content\":") {
            // The hashes of the next leaves belong here; do they follow?
            let (at, position) = (suspect.line, suspect.position);
            self.suspect = None;
            return Some(Err(if line.starts_with(b"{\"nodes\":") {
                Finding::of(at, position, Kind::Inserted, "the log does not have it there")
            } else {
                Finding::of(at, position, Kind::Tree, "the hashes before it are missing")
            }));
        }
        if let Some(read) = Line::read(0, line) {
            suspect.found.push(leaf(read.record));
        }
        if suspect.found.len() < WINDOW {
            return Some(Ok(()));
        }
        Some(self.diagnosed_at_end())
    }

    pub(super) fn diagnosed_at_end(&mut self) -> Checked {
        match self.suspect.take() {
            Some(suspect) => Err(self.verdict(&suspect)),
            None => Ok(()),
        }
    }

    fn verdict(&self, suspect: &Suspect) -> Finding {
        let place = |hash: &Hash| self.leaves.iter().position(|leaf| leaf == hash);
        let later = self
            .leaves
            .front()
            .and_then(|wanted| suspect.found.iter().position(|hash| hash == wanted));
        let of = |kind, why: String| Finding::of(suspect.line, suspect.position, kind, why);
        let named = |place: usize| suspect.position + place as u64;
        match (suspect.found.first().and_then(place), later) {
            (Some(place), Some(_)) => {
                let why = format!("record {} stands before it", named(place));
                of(Kind::Reordered, why)
            }
            (Some(place), None) => of(Kind::Missing, format!("record {} follows", named(place))),
            (None, Some(_)) => {
                of(Kind::Inserted, "something stands before it that is not in the log there".into())
            }
            (None, None) => of(Kind::Altered, "it is not the record that was signed".into()),
        }
    }
}
