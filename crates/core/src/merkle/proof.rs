//! Proofs over the tree (RFC 6962 sections 2.1.1 and 2.1.2, checked as RFC 9162 writes it down).
//!
//! What a proof consists of is computed here; where the hashes come from is the caller's affair.

use std::ops::Range;

use super::{Hash, empty_root, node_hash};

/// Leaves, counted from 0.
pub type Leaves = Range<u64>;

/// A full subtree: `2^height` leaves from a multiple of that number on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    pub start: u64,
    pub height: u32,
}

/// The largest power of two below `size`, which is 2 at least.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// Over which leaves the hashes of an inclusion proof are, in the proof's order. None: the leaf is
/// not in a tree of that size.
pub fn inclusion(leaf: u64, size: u64) -> Option<Vec<Leaves>> {
    if leaf >= size {
        return None;
    }
    let (mut part, mut proof) = (0..size, Vec::new());
    while part.end - part.start > 1 {
        let middle = part.start + split(part.end - part.start);
        if leaf < middle {
            proof.push(middle..part.end);
            part.end = middle;
        } else {
            proof.push(part.start..middle);
            part.start = middle;
        }
    }
    proof.reverse();
    Some(proof)
}

/// Over which leaves the hashes of a consistency proof are, in the proof's order. None: the first
/// size is the larger one. From nothing, and to itself, every tree is consistent without proof.
pub fn consistency(from: u64, to: u64) -> Option<Vec<Leaves>> {
    if from > to {
        return None;
    }
    if from == 0 || from == to {
        return Some(Vec::new());
    }
    let (mut part, mut proof) = (0..to, Vec::new());
    // The root of the old tree is known to whoever asks, so it is left out.
    let mut known = true;
    loop {
        if from == part.end {
            if !known {
                proof.push(part);
            }
            proof.reverse();
            return Some(proof);
        }
        let middle = part.start + split(part.end - part.start);
        if from <= middle {
            proof.push(middle..part.end);
            part.end = middle;
        } else {
            proof.push(part.start..middle);
            part.start = middle;
            known = false;
        }
    }
}

/// The full subtrees of which a part of a proof, or a tree, is made; the left one first.
pub fn subtrees(mut part: Leaves) -> Vec<Subtree> {
    let mut found = Vec::new();
    while part.start < part.end {
        let height = (part.end - part.start).ilog2();
        found.push(Subtree { start: part.start, height });
        part.start += 1 << height;
    }
    found
}

/// The root over subtrees of which each is full and smaller than the one before.
pub fn joined(peaks: &[Hash]) -> Hash {
    let mut peaks = peaks.iter().rev();
    match peaks.next() {
        Some(last) => peaks.fold(*last, |right, left| node_hash(left, &right)),
        None => empty_root(),
    }
}

/// The root over neighbours of one height; their number is a power of two.
pub fn root_of(mut row: Vec<Hash>) -> Hash {
    while row.len() > 1 {
        row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
    }
    row.first().copied().unwrap_or_else(empty_root)
}

/// Is the leaf at this place of the tree?
pub fn includes(leaf: u64, size: u64, hash: &Hash, proof: &[Hash], root: &Hash) -> bool {
    if leaf >= size {
        return false;
    }
    let (mut place, mut last, mut node) = (leaf, size - 1, *hash);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            node = node_hash(sibling, &node);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && node == *root
}

/// Is the tree of `to` leaves the tree of `from` leaves with more appended?
pub fn extends(from: (u64, &Hash), to: (u64, &Hash), proof: &[Hash]) -> bool {
    let ((from, from_root), (to, to_root)) = (from, to);
    if from > to || (from == to && from_root != to_root) {
        return false;
    }
    if from == to || from == 0 {
        return proof.is_empty() && (from != 0 || *from_root == empty_root());
    }
    let (mut place, mut last) = (from - 1, to - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let mut proof = proof.iter();
    let first = if place == 0 { Some(from_root) } else { proof.next() };
    let Some(first) = first else { return false };
    let (mut old, mut new) = (*first, *first);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && old == *from_root && new == *to_root
}
