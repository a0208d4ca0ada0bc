//! Checks an exported record line by line: with the public key, without the server.

mod finding;
mod part;
mod whole;

pub use finding::{Finding, Kind};

use serde::{Deserialize, Serialize};

use self::{part::Part, whole::Whole};
use super::{
    checkpoint::{Checkpoint, CheckpointError},
    cosigned_at,
    file::{self, End, Header, Scope, Totals},
    hashes_from_base64,
    key::PublicKey,
    note::{Note, NoteError, Signature},
};
use crate::{digest::Digest, merkle::Hash};

type Checked<T = ()> = Result<T, Finding>;

/// What a clean file has shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    pub scope: Scope,
    pub origin: String,
    /// Of the whole log at the checkpoint.
    pub size: u64,
    pub root: Digest,
    pub records: u64,
    pub contents: u64,
    /// Positions of the first and the last record in the file.
    pub first: Option<u64>,
    pub last: Option<u64>,
    pub stream: Option<String>,
    /// Somebody has searched for these records: others lie between them.
    pub picked: bool,
    /// The witnesses that were asked for and have signed, with their times in seconds since 1970.
    pub witnesses: Vec<Witnessed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witnessed {
    pub name: String,
    pub at: u64,
}

/// Takes the lines of a file one after the other. What it keeps does not grow with the file.
#[derive(Debug)]
pub struct Verifier {
    key: PublicKey,
    witnesses: Vec<PublicKey>,
    /// Of the line that is being read, from 1.
    line: u64,
    stage: Stage,
    found: Option<Verified>,
    header: Option<Digest>,
    /// The record that was read last: contents after it must be named by it.
    record: Vec<u8>,
}

#[derive(Debug)]
enum Stage {
    Header,
    Records(Box<Records>),
    Ended,
}

#[derive(Debug)]
enum Records {
    Whole(Whole),
    Part(Part),
}

/// A record's line, taken apart but not believed.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    number: u64,
    position: u64,
    proof: Option<&'a str>,
    record: &'a [u8],
}

impl<'a> Line<'a> {
    /// None when the line is not written as we write it.
    fn read(number: u64, line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"position\":")?;
        let comma = rest.iter().take(24).position(|byte| *byte == b',')?;
        let digits = std::str::from_utf8(&rest[..comma]).ok()?;
        let position: u64 = digits.parse().ok()?;
        if digits.starts_with(['0', '+']) {
            return None;
        }
        let mut rest = &rest[comma + 1..];
        let mut proof = None;
        if let Some(after) = rest.strip_prefix(b"\"proof\":\"") {
            let end = after.iter().position(|byte| *byte == b'"')?;
            proof = Some(std::str::from_utf8(&after[..end]).ok()?);
            rest = after[end..].strip_prefix(b"\",")?;
        }
        let record = rest.strip_prefix(b"\"record\":")?.strip_suffix(b"}")?;
        Some(Self { number, position, proof, record })
    }
}

impl Verifier {
    /// With the log's key, and those of the witnesses who must have signed.
    pub fn new(key: PublicKey, witnesses: Vec<PublicKey>) -> Self {
        let (stage, record) = (Stage::Header, Vec::new());
        Self { key, witnesses, line: 0, stage, found: None, header: None, record }
    }

    /// The next line, without its newline.
    ///
    /// # Errors
    /// Something is not as it was signed. A line that may stand at another place is held back until
    /// it is known which of the two it is, so the finding can be of an earlier line.
    pub fn line(&mut self, line: &[u8]) -> Checked {
        self.line += 1;
        match &mut self.stage {
            Stage::Header => self.header(line),
            Stage::Ended => Err(Finding::at_line(self.line, Kind::Shape, "the file had ended")),
            Stage::Records(records) => {
                if let Records::Whole(whole) = records.as_mut()
                    && let Some(verdict) = whole.diagnose(line)
                {
                    return verdict;
                }
                if line.starts_with(b"{\"position\":") {
                    self.record(line)
                } else if line.starts_with(b"{\"content\":") {
                    self.content(line)
                } else if line.starts_with(b"{\"nodes\":") {
                    self.nodes(line)
                } else {
                    self.end(line)
                }
            }
        }
    }

    /// After the last line: whether the file came to its end.
    ///
    /// # Errors
    /// It broke off, or the last line has shown something.
    pub fn finish(mut self) -> Checked<Verified> {
        if let Stage::Records(records) = &mut self.stage {
            if let Records::Whole(whole) = records.as_mut() {
                whole.diagnosed_at_end()?;
            }
            let position = match records.as_ref() {
                Records::Whole(whole) => whole.wanted(),
                Records::Part(_) => None,
            };
            let kind = if position.is_some() { Kind::Missing } else { Kind::Shape };
            let finding = Finding::at_line(self.line + 1, kind, "the file breaks off here");
            return Err(Finding { position, ..finding });
        }
        let early = || Finding::at_line(self.line + 1, Kind::Shape, "the file breaks off here");
        self.found.ok_or_else(early)
    }

    fn header(&mut self, line: &[u8]) -> Checked {
        let shape = |why: &str| Finding::at_line(1, Kind::Shape, why);
        let header: Header = serde_json::from_slice(line)
            .map_err(|error| shape(&format!("this is no exported record: {error}")))?;
        if header.format != file::FORMAT {
            return Err(shape(&format!(
                "the format is {}, and not {}",
                header.format,
                file::FORMAT
            )));
        }
        if file::line(&header).trim_end().as_bytes() != line {
            return Err(shape("the first line is not written as we write it"));
        }
        let unsigned = |why: String| Finding::at_line(1, Kind::Signature, why);
        let note: Note = header.checkpoint.parse().map_err(|error| unsigned(format!("{error}")))?;
        let checkpoint = Checkpoint::open(&note, &self.key);
        let checkpoint = checkpoint.map_err(|error| unsigned(self.told(&note, error)))?;
        let witnesses = self.witnessed(&note)?;
        self.header = Some(Digest::of(line));
        let records = match (header.scope, &header.peaks, &header.chosen) {
            (Scope::Whole, Some(peaks), None) => {
                let peaks = hashes_from_base64(peaks);
                let peaks = peaks.ok_or_else(|| shape("the peaks are not hashes"))?;
                Records::Whole(Whole::new(checkpoint.size, &checkpoint.root, &peaks)?)
            }
            (Scope::Part, None, Some(chosen)) => {
                Records::Part(Part::new(checkpoint.size, checkpoint.root, chosen.clone())?)
            }
            _ => return Err(shape("a whole log has peaks, and a part says what was chosen")),
        };
        self.stage = Stage::Records(Box::new(records));
        self.found = Some(Verified {
            scope: header.scope,
            origin: checkpoint.origin,
            size: checkpoint.size,
            root: Digest::new(checkpoint.root),
            records: 0,
            contents: 0,
            first: None,
            last: None,
            picked: header.chosen.as_ref().is_some_and(|chosen| chosen.picked),
            stream: header.chosen.and_then(|chosen| chosen.stream),
            witnesses,
        });
        Ok(())
    }

    /// All witnesses that were asked for, or the first that has not signed.
    fn witnessed(&self, note: &Note) -> Checked<Vec<Witnessed>> {
        let witness = |key: &PublicKey| {
            let mut times =
                note.signatures.iter().filter_map(|it| cosigned_at(&note.text, key, it));
            let name = key.name().to_owned();
            let unsigned = || {
                let why = format!("the witness {name} has not signed this checkpoint");
                Finding::at_line(1, Kind::Signature, why)
            };
            Ok(Witnessed { at: times.next().ok_or_else(unsigned)?, name })
        };
        self.witnesses.iter().map(witness).collect()
    }

    /// After a change of keys somebody may hold the other one: it says whose signatures there are.
    fn told(&self, note: &Note, error: CheckpointError) -> String {
        if !matches!(error, CheckpointError::Note(NoteError::Unsigned)) {
            return error.to_string();
        }
        let theirs = |signature: &Signature| format!("{}+{:08x}", signature.name, signature.id);
        let theirs: Vec<String> = note.signatures.iter().map(theirs).collect();
        let (given, id) = (self.key.name(), self.key.id());
        format!("{error} ({given}+{id:08x}); there are those of {}", theirs.join(", "))
    }

    fn record(&mut self, line: &[u8]) -> Checked {
        let Stage::Records(records) = &mut self.stage else { return Ok(()) };
        let read = Line::read(self.line, line);
        let read = match (records.as_mut(), read) {
            (_, Some(read)) => read,
            (Records::Whole(whole), None) => return Err(whole.unreadable(self.line)),
            (Records::Part(part), None) => return Err(part.unreadable(self.line)),
        };
        let sure = match records.as_mut() {
            Records::Whole(whole) => whole.record(read)?,
            Records::Part(part) => part.record(read).map(|()| true)?,
        };
        if let (true, Some(found)) = (sure, &mut self.found) {
            found.records += 1;
            found.first.get_or_insert(read.position);
            found.last = Some(read.position);
            self.record.clear();
            self.record.extend_from_slice(read.record);
        }
        Ok(())
    }

    fn nodes(&mut self, line: &[u8]) -> Checked {
        let number = self.line;
        let Stage::Records(records) = &mut self.stage else { return Ok(()) };
        match records.as_mut() {
            Records::Whole(whole) => whole.nodes(number, line),
            Records::Part(_) => {
                Err(Finding::at_line(number, Kind::Shape, "a part has no such line"))
            }
        }
    }

    fn content(&mut self, line: &[u8]) -> Checked {
        let position = self.found.as_ref().and_then(|found| found.last);
        let bad =
            |why: &str| Finding { position, ..Finding::at_line(self.line, Kind::Content, why) };
        let (digest, salt, body) = file::read_content(line)
            .ok_or_else(|| bad("a content is not written as we write it"))?;
        let named: Digest = digest.parse().map_err(|_| bad("a content has no digest"))?;
        if Digest::salted(salt, body) != named {
            return Err(bad("a content is not the one that was recorded"));
        }
        if !self.record.windows(digest.len()).any(|part| part == digest.as_bytes()) {
            return Err(bad("the record before does not name this content"));
        }
        if let Some(found) = &mut self.found {
            found.contents += 1;
        }
        Ok(())
    }

    fn end(&mut self, line: &[u8]) -> Checked {
        let Stage::Records(records) = &mut self.stage else { return Ok(()) };
        let (wanted, said) = match records.as_ref() {
            Records::Whole(whole) => (whole.wanted(), serde_json::from_slice::<End>(line)),
            Records::Part(_) => (None, serde_json::from_slice::<End>(line)),
        };
        let Ok(said) = said else {
            let finding = Finding::at_line(self.line, Kind::Shape, "this line is none of a record");
            return Err(Finding { position: wanted, ..finding });
        };
        if let Some(position) = wanted {
            let finding = Finding::at_line(self.line, Kind::Missing, "the records end before it");
            return Err(Finding { position: Some(position), ..finding });
        }
        if let Records::Part(part) = records.as_ref() {
            part.ended(self.line)?;
        }
        let (Some(found), Some(header)) = (&self.found, self.header) else { return Ok(()) };
        let totals = Totals { records: found.records, contents: found.contents, header };
        if said.end != totals || file::line(&said).trim_end().as_bytes() != line {
            let why = if said.end.header == header {
                "the last line counts other records or contents than there are"
            } else {
                "the first line is not the one that the last line stands for"
            };
            return Err(Finding::at_line(self.line, Kind::Shape, why));
        }
        self.stage = Stage::Ended;
        Ok(())
    }
}

/// The parts of a record that say where it belongs.
#[derive(Deserialize)]
struct Placed {
    stream: String,
    version: u64,
}

/// What a leaf hash is made of.
fn leaf(record: &[u8]) -> Hash {
    crate::merkle::leaf_hash(record)
}
