//! The rules, told as stories: what was given, who did what, what happened or why not.

#![expect(
    clippy::needless_pass_by_value,
    clippy::format_collect,
    reason = "a story reads better when it hands its commands over"
)]

mod afterwards;
mod clocks;
mod deliverables;
mod deputies;
mod field;
mod gates;
mod golden;
mod handovers;
mod invariants;
mod lifecycle;
mod matrix;
mod migrations;
mod random;
mod signing;
mod stand_ins;
mod world;
