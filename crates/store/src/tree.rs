//! The log's Merkle tree: any of its full subtrees with a few bounded look-ups.
//!
//! Leaves stand beside their events. Of every 256 full neighbours the node above them is stored
//! apart, behind the log: no command waits for it, and what is missing or wrong is made again.

use std::collections::HashMap;

use serde::Serialize;
use sluicegate_core::merkle::{
    Hash,
    proof::{self, Leaves, Subtree},
};

use crate::{
    codec::{self, hex},
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::tree as sql,
    store::Store,
    write::put,
};

/// Levels between two rows that are stored.
const STEP: u32 = 8;
const FAN: u64 = 1 << STEP;
/// So many leaves are taken up in one transaction.
const STRETCH: u64 = 64 * FAN;
/// Rows of 256 hashes that a reader keeps.
const KEPT: usize = 64;

#[derive(Serialize)]
struct Node {
    height: u32,
    place: u64,
    hash: String,
}

impl Store {
    /// Stores the subtrees that the log has completed meanwhile. Any number of servers may do it.
    pub async fn grow_tree(&self) -> Result<()> {
        while self.shared.follow(async |conn| grow(conn).await).await? {}
        Ok(())
    }

    /// Forgets all of them, so that they are made again from the leaves.
    pub async fn forget_tree(&self) -> Result<()> {
        let forget = async |conn: &mut Conn<'_>| {
            conn.execute(&sql::MOVE_TREE_HEAD, &[Arg::I64(0)]).await?;
            conn.execute(&sql::FORGET_NODES, &[]).await?;
            Ok(true)
        };
        self.shared.follow(forget).await.map(drop)
    }

    /// The tree over so many leaves, which the log must have. [`Store::grow_tree`] comes first.
    pub fn tree(&self, size: u64) -> Tree<'_> {
        Tree { store: self, size, rows: HashMap::new() }
    }
}

/// Reads hashes of the tree as it was at one size.
#[derive(Debug)]
pub struct Tree<'a> {
    store: &'a Store,
    size: u64,
    /// Full or partial rows of 256 by height and number.
    rows: HashMap<(u32, u64), Vec<Hash>>,
}

impl Tree<'_> {
    pub const fn size(&self) -> u64 {
        self.size
    }

    pub async fn root(&mut self) -> Result<Hash> {
        self.over(&(0..self.size)).await
    }

    /// The roots of the full subtrees, the largest first.
    pub async fn peaks(&mut self) -> Result<Vec<Hash>> {
        let mut peaks = Vec::new();
        for tree in proof::subtrees(0..self.size) {
            peaks.push(self.node(tree).await?);
        }
        Ok(peaks)
    }

    /// The hashes of a proof.
    pub async fn proof(&mut self, parts: &[Leaves]) -> Result<Vec<Hash>> {
        let mut proof = Vec::with_capacity(parts.len());
        for part in parts {
            proof.push(self.over(part).await?);
        }
        Ok(proof)
    }

    async fn over(&mut self, part: &Leaves) -> Result<Hash> {
        let mut peaks = Vec::new();
        for tree in proof::subtrees(part.clone()) {
            peaks.push(self.node(tree).await?);
        }
        Ok(proof::joined(&peaks))
    }

    /// The root of a full subtree.
    pub async fn node(&mut self, tree: Subtree) -> Result<Hash> {
        let stored = tree.height / STEP * STEP;
        self.row(tree, stored).await.map(proof::root_of)
    }

    /// The hashes below a node, at a height that is stored and at most eight levels below.
    pub async fn row(&mut self, below: Subtree, height: u32) -> Result<Vec<Hash>> {
        let place = below.start >> height;
        let (number, offset) = (place / FAN, usize::try_from(place % FAN).unwrap_or_default());
        if !self.rows.contains_key(&(height, number)) {
            if self.rows.len() >= KEPT {
                self.rows.clear();
            }
            let row = self.read(height, number).await?;
            self.rows.insert((height, number), row);
        }
        let count = 1 << (below.height - height);
        let row = self.rows.get(&(height, number)).map(Vec::as_slice).unwrap_or_default();
        let found = row.get(offset..offset + count);
        let missing = || StoreError::corrupt("tree_node.hash", place, "it is missing");
        found.map(<[Hash]>::to_vec).ok_or_else(missing)
    }

    async fn read(&self, height: u32, number: u64) -> Result<Vec<Hash>> {
        let places = number * FAN..((number + 1) * FAN).min(self.size >> height);
        let mut connection = self.store.shared.readers.acquire().await?;
        hashes(&mut connection.conn(), height, places).await
    }
}

/// Hashes of neighbours, as many as there are.
async fn hashes(conn: &mut Conn<'_>, height: u32, places: Leaves) -> Result<Vec<Hash>> {
    let (from, to) = (Arg::I64(number(places.start)), Arg::I64(number(places.end)));
    let rows = if height == 0 {
        conn.fetch_all(&sql::LEAVES, &[from, to]).await?
    } else {
        conn.fetch_all(&sql::NODES, &[Arg::I64(height.into()), from, to]).await?
    };
    let hash = |row: &Row| {
        codec::digest("tree_node.hash", "?", row.bytes("tree_node.hash")?).map(|it| *it.bytes())
    };
    rows.iter().map(hash).collect()
}

/// One stretch; false when there is nothing more to store.
async fn grow(conn: &mut Conn<'_>) -> Result<bool> {
    let head = conn.fetch_one(&sql::TREE_HEAD, &[], "tree_head").await?;
    let read = |column: &'static str| {
        let found = head.i64(column)?;
        u64::try_from(found).map_err(|error| StoreError::corrupt(column, 1, error))
    };
    let (after, log) = (read("tree_head.stored")?, read("log_head.head")?);
    let until = (log / FAN * FAN).min(after.saturating_add(STRETCH));
    if until <= after {
        return Ok(false);
    }
    let mut height = STEP;
    while until >> height > after >> height {
        let places = after >> height..until >> height;
        let below = places.start << STEP..places.end << STEP;
        let row = hashes(conn, height - STEP, below.clone()).await?;
        if row.len() as u64 != below.end - below.start {
            return Err(StoreError::corrupt("tree_node.hash", below.start, "some are missing"));
        }
        let (full, _) = row.as_chunks::<{ 1 << STEP }>();
        let node = |(place, full): (u64, &[Hash; 1 << STEP])| Node {
            height,
            place,
            hash: hex(&proof::root_of(full.to_vec())),
        };
        put(conn, &sql::ADD_NODES, &places.zip(full).map(node).collect::<Vec<_>>()).await?;
        height += STEP;
    }
    conn.execute(&sql::MOVE_TREE_HEAD, &[Arg::I64(number(until))]).await?;
    Ok(true)
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
