//! The lines of an exported record. Each is JSON, and each can be written in one way only, so that
//! no byte of a file is without meaning.
//!
//! ```text
//! {"format":"sluicegate-record/1","scope":"whole","checkpoint":"...","peaks":"..."}
//! {"nodes":1,"height":0,"hashes":"..."}
//! {"position":1,"record":...}
//! {"content":"...","salt":"...","body":...}
//! {"end":{"records":1,"contents":1,"header":"..."}}
//! ```
//! A `nodes` line stands before the leaves below it and says their hashes, or those of full subtrees
//! of 256 leaves, of 65,536, and so on: each adds up to one that is known already, from the root
//! down. So a reader knows of every record what it must be before it reads it, and keeps a few
//! hundred hashes whatever the length of the log.

use serde::{Deserialize, Serialize};

use super::hashes_to_base64;
use crate::{
    digest::Digest,
    merkle::{
        Hash,
        proof::{Leaves, Subtree, subtrees},
    },
};

pub const FORMAT: &str = "sluicegate-record/1";

/// A `nodes` line has at most this many hashes: eight levels of the tree.
pub const FAN: u32 = 8;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub format: String,
    pub scope: Scope,
    /// The signed note, with what witnesses have added to it.
    pub checkpoint: String,
    /// Of the whole log: the roots of its full subtrees, the largest first, as base 64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peaks: Option<String>,
    /// Of a part: which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every record up to the checkpoint.
    Whole,
    /// Some records, each with its inclusion proof.
    Part,
}

/// Which records a part holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// From this position.
    pub first: u64,
    /// To this position.
    pub last: u64,
    /// Of this stream only: a product, an entry, or `org`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Only what somebody has looked for: other records lie between them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub picked: bool,
}

/// Hashes of the level below a node that is known already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nodes {
    /// The position of the first leaf below.
    pub nodes: u64,
    /// Of each of the hashes; leaves have height 0.
    pub height: u32,
    pub hashes: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    pub end: Totals,
}

/// What the file had, for those who want to know that it is complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    pub records: u64,
    pub contents: u64,
    /// SHA-256 of the first line without its newline: what it says beside the checkpoint is
    /// covered by nothing else.
    pub header: Digest,
}

/// A line with its newline.
///
/// # Panics
/// Never: the lines are objects of texts and numbers.
#[expect(clippy::expect_used, reason = "objects of texts and numbers are JSON")]
pub fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("texts and numbers") + "\n"
}

/// Into which row of hashes a node is broken up: their height. None: it is a leaf.
pub const fn row_below(height: u32) -> Option<u32> {
    if height == 0 { None } else { Some((height - 1) / FAN * FAN) }
}

pub fn nodes_line(below: Subtree, hashes: &[Hash]) -> String {
    let height = row_below(below.height).unwrap_or_default();
    line(&Nodes { nodes: below.start + 1, height, hashes: hashes_to_base64(hashes) })
}

/// The beginning of a record's line; the record's own bytes and [`RECORD_END`] follow.
pub fn record_start(position: u64, proof: Option<&[Hash]>) -> String {
    match proof {
        None => format!("{{\"position\":{position},\"record\":"),
        Some(proof) => {
            let proof = hashes_to_base64(proof);
            format!("{{\"position\":{position},\"proof\":\"{proof}\",\"record\":")
        }
    }
}

pub const RECORD_END: &str = "}";

pub fn record_line(position: u64, proof: Option<&[Hash]>, record: &str) -> String {
    record_start(position, proof) + record + RECORD_END + "\n"
}

/// A text or a form that the record before names by its digest.
pub fn content_line(digest: &Digest, salt: &[u8; 16], body: &str) -> String {
    let salt: String = salt.iter().flat_map(|byte| hex(*byte)).collect();
    format!("{{\"content\":\"{digest}\",\"salt\":\"{salt}\",\"body\":{body}}}\n")
}

fn hex(byte: u8) -> [char; 2] {
    [byte >> 4, byte & 15].map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0'))
}

/// Digest, salt and body of a content's line; none if it is not written as we write it.
pub(super) fn read_content(line: &[u8]) -> Option<(&str, [u8; 16], &[u8])> {
    let rest = line.strip_prefix(b"{\"content\":\"")?;
    let (digest, rest) = rest.split_at_checked(64)?;
    let rest = rest.strip_prefix(b"\",\"salt\":\"")?;
    let (written, rest) = rest.split_at_checked(32)?;
    let body = rest.strip_prefix(b"\",\"body\":")?.strip_suffix(b"}")?;
    let mut salt = [0; 16];
    for (byte, pair) in salt.iter_mut().zip(written.chunks_exact(2)) {
        let digit = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some((std::str::from_utf8(digest).ok()?, salt, body))
}

/// What comes after the first line of a whole log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The row of hashes below this node.
    Nodes(Subtree),
    /// The records of these leaves, counted from 0.
    Records(Leaves),
}

/// The steps in their order.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Nodes that are still to be walked through; the next one last.
    ahead: Vec<Subtree>,
    leaves: Option<Leaves>,
}

impl Outline {
    pub fn new(size: u64) -> Self {
        let mut ahead = subtrees(0..size);
        ahead.reverse();
        Self { ahead, leaves: None }
    }
}

impl Iterator for Outline {
    type Item = Step;
    fn next(&mut self) -> Option<Step> {
        if let Some(leaves) = self.leaves.take() {
            return Some(Step::Records(leaves));
        }
        let node = self.ahead.pop()?;
        let leaves = node.start..node.start + (1 << node.height);
        match row_below(node.height) {
            None => return Some(Step::Records(leaves)),
            Some(0) => self.leaves = Some(leaves),
            Some(height) => {
                let below = leaves.step_by(1 << height);
                let row = below.map(|start| Subtree { start, height }).collect::<Vec<_>>();
                self.ahead.extend(row.into_iter().rev());
            }
        }
        Some(Step::Nodes(node))
    }
}
