//! Questions: each checks first what the caller may read.

mod across;
mod action;
mod attachment;
mod audit;
mod clocks;
mod delegation;
mod deliverable;
mod draft;
mod erasure;
mod event;
mod gate;
mod intake;
mod list;
mod market;
mod measure;
mod migration;
mod organisation;
mod product;
mod stand_in;
mod strategy;
mod submission;
mod workflow;

pub use across::Across;
pub use audit::Sought;
