//! The record for those who do not trust us: signed checkpoints, proofs and exports.

mod export;
mod prove;
mod sign;
mod witness;

pub use export::{ExportWish, Exported};
pub use prove::{CheckpointView, ConsistencyView, CosignatureView, KeyView, ProofView};
pub use sign::{Signed, Signing};
pub use witness::Asked;
