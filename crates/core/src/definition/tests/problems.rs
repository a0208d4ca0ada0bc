//! Each diagnostic at least once, at its place.
#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![expect(clippy::too_many_lines, reason = "lists of cases")]

mod checks;
mod computed;
mod parts;
mod rules;
mod shapes;
mod soundness;
