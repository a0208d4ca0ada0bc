//! Subtrees of the log's Merkle tree, which proofs are put together from.

use crate::dialect::statements;

statements! {
    /// How far they are stored, and how far the log goes. Who stores more comes one by one.
    TREE_HEAD = (
        "select t.position as stored, h.position as head from tree_head t, log_head h \
         where t.id = 1 and h.id = 1" [for_update t]
    );
    MOVE_TREE_HEAD = ("update tree_head set position = $1 where id = 1");
    LEAVES = (
        "select leaf as hash from event where position > $1 and position <= $2 order by position"
    );
    NODES = (
        "select hash from tree_node where height = $1 and place >= $2 and place < $3 order by place"
    );
    ADD_NODES = (
        "insert into tree_node (height, place, hash) select height, place, " [unhex "hash"] " from "
        [rows 1 (height bigint, place bigint, hash text)]
        " where true on conflict (height, place) do update set hash = excluded.hash"
    );
    FORGET_NODES = ("delete from tree_node");
}
