//! A part of a log: each record with its own proof, and no gap in what was chosen.

use super::{Checked, Finding, Kind, Line, Placed, leaf};
use crate::{
    audit::{file::Chosen, hashes_from_base64},
    merkle::{Hash, proof::includes},
};

#[derive(Debug)]
pub(super) struct Part {
    size: u64,
    root: Hash,
    chosen: Chosen,
    /// Position and version of the record before.
    last: Option<(u64, u64)>,
}

impl Part {
    pub(super) fn new(size: u64, root: Hash, chosen: Chosen) -> Checked<Self> {
        if chosen.first == 0 || chosen.last > size || chosen.first > chosen.last + 1 {
            let why = "what was chosen is not within the log that was signed";
            return Err(Finding::at_line(1, Kind::Shape, why));
        }
        Ok(Self { size, root, chosen, last: None })
    }

    fn next(&self) -> u64 {
        self.last.map_or(self.chosen.first, |(position, _)| position + 1)
    }

    pub(super) fn unreadable(&self, line: u64) -> Finding {
        let why = "the record's line is not written as we write it";
        Finding::of(line, self.next(), Kind::Altered, why)
    }

    pub(super) fn record(&mut self, read: Line<'_>) -> Checked {
        let of = |kind, why: &str| Finding::of(read.number, read.position, kind, why.to_owned());
        let proof = read.proof.and_then(hashes_from_base64);
        let proof = proof.ok_or_else(|| of(Kind::Altered, "it has no proof"))?;
        let (place, hash) = (read.position.wrapping_sub(1), leaf(read.record));
        if !includes(place, self.size, &hash, &proof, &self.root) {
            return Err(of(Kind::Altered, "it is not the record that was signed"));
        }
        if read.position < self.next() || read.position > self.chosen.last {
            let kind = if self.last.is_some() { Kind::Reordered } else { Kind::Inserted };
            return Err(of(kind, "it does not belong at this place"));
        }
        let placed: Placed = serde_json::from_slice(read.record)
            .map_err(|_| of(Kind::Altered, "the record says no stream and version"))?;
        match &self.chosen.stream {
            Some(stream) if *stream != placed.stream => {
                return Err(of(Kind::Inserted, "it belongs to another stream"));
            }
            Some(_) => {
                let before = self.last.map_or(placed.version - 1, |(_, version)| version);
                if placed.version != before + 1 {
                    let why = format!("version {} follows version {before}", placed.version);
                    return Err(of(Kind::Missing, &why));
                }
            }
            None if read.position != self.next() => {
                let why = format!("record {} follows", read.position);
                return Err(Finding::of(read.number, self.next(), Kind::Missing, why));
            }
            None => {}
        }
        self.last = Some((read.position, placed.version));
        Ok(())
    }

    /// Of a stream, nobody but the log knows which version was the last one.
    pub(super) fn ended(&self, line: u64) -> Checked {
        if self.chosen.stream.is_none() && self.next() <= self.chosen.last {
            let why = "the records end before it";
            return Err(Finding::of(line, self.next(), Kind::Missing, why));
        }
        Ok(())
    }
}
