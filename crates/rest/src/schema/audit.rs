//! Checkpoints and proofs.

use sluicegate_core::digest::Digest;

use super::{Event, Time};
use crate::parse::{List, Sometimes, view};

view! {
    /// A key with which checkpoints are signed.
    RecordKey open {
        /// As C2SP signed-note writes it: `NAME+ID+KEY`.
        key: String,
        /// The size of the log when it was taken up.
        since: u64,
    }

    /// Keys, the one that signs now last.
    RecordKeys open { items: List<RecordKey>, }

    /// A witness that has signed a checkpoint.
    Cosignature open {
        /// The witness's public key.
        key: String,
        at: Time,
    }

    /// A signed head of the log.
    Checkpoint open {
        /// How many events, which is the position of the last one.
        size: u64,
        /// RFC 6962 root over all leaves.
        root: Digest,
        at: Time,
        /// The signed note (C2SP tlog-checkpoint), with the lines of the witnesses.
        note: String,
        witnesses: List<Cosignature>,
    }

    /// Checkpoints, the largest first.
    Checkpoints open { items: List<Checkpoint>, }

    /// That the log of one size is the beginning of that of another.
    Consistency open {
        from: u64,
        to: u64,
        from_root: Digest,
        to_root: Digest,
        /// RFC 6962 consistency proof, each hash in base 64.
        hashes: List<String>,
    }

    /// That an event is in the log.
    EventProof open {
        position: u64,
        /// Of the log at the checkpoint.
        size: u64,
        /// The exact text that was hashed.
        record: String,
        /// RFC 6962 leaf hash of it.
        leaf: Digest,
        /// RFC 6962 inclusion proof, each hash in base 64.
        hashes: List<String>,
        checkpoint: Checkpoint,
    }

    /// A page of the audit trail, the newest event first.
    AuditPage open {
        items: List<Event>,
        /// Ask again with this as `before`; not there: that was all.
        next: Sometimes<u64>,
    }
}
