//! The rules, told as stories: what was given, who did what, what happened or why not.

mod afterwards;
mod deliverables;
mod gates;
mod handovers;
mod invariants;
mod matrix;
mod world;
