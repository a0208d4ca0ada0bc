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
        self.follows(read, &placed)?;
        self.last = Some((read.position, placed.version));
        Ok(())
    }

    /// It is of the stream that was chosen, and nothing between it and the one before is left out.
    fn follows(&self, read: Line<'_>, placed: &Placed) -> Checked {
        let of = |position, kind, why: String| Finding::of(read.number, position, kind, why);
        if self.chosen.stream.as_ref().is_some_and(|stream| *stream != placed.stream) {
            let why = "it belongs to another stream".to_owned();
            return Err(of(read.position, Kind::Inserted, why));
        }
        if self.chosen.picked {
            return Ok(());
        }
        if self.chosen.stream.is_none() {
            let why = format!("record {} follows", read.position);
            let fits = read.position == self.next();
            return if fits { Ok(()) } else { Err(of(self.next(), Kind::Missing, why)) };
        }
        let before = match self.last {
            Some((_, version)) => version,
            // From the beginning of the log on, a stream begins with its first version.
            None if self.chosen.first == 1 => 0,
            None => placed.version.saturating_sub(1),
        };
        if placed.version == before + 1 {
            return Ok(());
        }
        let why = match (before + 1, placed.version.saturating_sub(1)) {
            (first, last) if first > last => {
                format!("version {} stands after version {before}", placed.version)
            }
            (first, last) if first == last => format!("version {first} of it is left out here"),
            (first, last) => format!("versions {first} to {last} of it are left out here"),
        };
        Err(of(read.position, Kind::Missing, why))
    }

    /// Of a stream, nobody but the log knows which version was the last one.
    pub(super) fn ended(&self, line: u64) -> Checked {
        let Chosen { stream, picked, last, .. } = &self.chosen;
        if stream.is_none() && !picked && self.next() <= *last {
            let why = "the records end before it";
            return Err(Finding::of(line, self.next(), Kind::Missing, why));
        }
        Ok(())
    }
}
