//! Every limit of the expression language, in one place.

/// Bytes of source text of one expression.
pub const MAX_SOURCE_BYTES: usize = 4 * 1024;

/// Levels of parentheses, brackets, arguments, prefix operators and conditionals within each
/// other. The parser counts before it recurses, so that no source can exhaust the stack.
pub const MAX_NESTING: usize = 32;

/// Levels of the parsed tree: a chain such as `a + b + c` or `a.b.c` is not nested, yet each
/// link is one level deeper. (`&&` and `||` chains are flat: they count one level.)
pub const MAX_HEIGHT: usize = 96;

/// Parts (operators, names, literals, calls) of one expression.
pub const MAX_NODES: usize = 1024;

/// Problems that one compilation reports; the rest would be noise.
pub const MAX_ERRORS: usize = 20;

/// Levels of lists and records within each other that a value may have.
pub const MAX_VALUE_DEPTH: usize = 16;

/// Clauses in one verdict tree.
pub const MAX_VERDICT_CLAUSES: usize = 200;

/// Items of one quantifier that a verdict shows one by one.
pub const MAX_VERDICT_ITEMS: usize = 8;

/// Pieces of evidence in one clause.
pub const MAX_EVIDENCE: usize = 12;

/// Characters of evidence in one verdict tree, roughly.
pub const MAX_EVIDENCE_CHARS: usize = 16 * 1024;

/// Characters of a text or of a clause's source that a verdict repeats.
pub const MAX_SHOWN_CHARS: usize = 200;

/// Items of a list, or fields of a record, that evidence repeats.
pub const MAX_SHOWN_ITEMS: usize = 8;

/// Levels of lists and records that evidence repeats.
pub const MAX_SHOWN_DEPTH: usize = 3;

/// What one evaluation may spend. Whoever hits a limit gets `Unknown` with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Each part visited is a step; so is each item compared and each 256 bytes of text read.
    pub steps: usize,
    /// Items of a list that the expression builds, or that form data may hold.
    pub list_items: usize,
    /// Bytes of a text that the expression builds.
    pub text_bytes: usize,
}

impl Limits {
    /// The limits that hold at a gate.
    pub const STANDARD: Self = Self { steps: 100_000, list_items: 10_000, text_bytes: 64 * 1024 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::STANDARD
    }
}
