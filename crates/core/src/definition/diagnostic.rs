//! What is wrong with a workflow file, where, and how to mend it.

use std::collections::HashSet;

use serde::Serialize;

/// Every code, sorted. A code never changes its meaning; `docs/reference/workflow.md` explains each.
pub const CODES: [&str; 70] = [
    "after_later",
    "bad_expression",
    "bad_key",
    "bad_value",
    "computed_cycle",
    "constant",
    "cycle",
    "duplicate_deliverable",
    "duplicate_key",
    "early_handover",
    "either_or",
    "empty_file",
    "empty_list",
    "empty_part",
    "gate_of_two_stages",
    "gate_without_stage",
    "holidays_end",
    "idle_separation",
    "machine_role",
    "many_documents",
    "misplaced_key",
    "missing_key",
    "need_beyond_of",
    "nested_type",
    "never_true",
    "no_business_day",
    "no_end",
    "no_other_answer",
    "no_owner",
    "nobody_may_sit",
    "not_per_market",
    "out_of_range",
    "owner_alone",
    "owner_per_market",
    "reads_beyond_card",
    "reads_later",
    "reads_no_form",
    "reads_not_per_market",
    "receiver_not_per_market",
    "recycle_forward",
    "reminder_too_early",
    "repeated",
    "reserved_key",
    "review_never_done",
    "review_stops_nothing",
    "seat_per_market",
    "too_big",
    "too_deep",
    "too_long",
    "too_many_entries",
    "too_many_fields",
    "too_many_parts",
    "two_owners",
    "two_people",
    "unknown_deliverable",
    "unknown_exit",
    "unknown_field",
    "unknown_form",
    "unknown_gate",
    "unknown_guarantee",
    "unknown_key",
    "unknown_role",
    "unknown_seat",
    "unknown_stage",
    "unknown_type",
    "unnameable_key",
    "unreachable_stage",
    "unused",
    "wrong_type",
    "yaml",
];

/// The errors of judgement, sorted: the workflow can be evaluated, but it should not go into use.
/// They fail `check` and `publish`. They do not keep a version from being read back that was
/// published before they were looked for; a new check belongs here whenever it can.
pub const SOUNDNESS: [&str; 12] = [
    "after_later",
    "need_beyond_of",
    "never_true",
    "no_end",
    "no_other_answer",
    "nobody_may_sit",
    "owner_alone",
    "recycle_forward",
    "reminder_too_early",
    "review_never_done",
    "too_long",
    "unreachable_stage",
];

/// A range of bytes in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Mark {
    pub start: usize,
    pub end: usize,
}

/// A value with the place where it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) at: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The file is not published.
    Error,
    Warning,
}

/// One problem of a workflow file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable, for programs and for the reference.
    pub code: &'static str,
    pub severity: Severity,
    /// One sentence, in English.
    pub message: String,
    pub place: Place,
    /// What stands at the place, in a few words; may be empty.
    pub label: String,
    /// Other places that belong to the problem.
    pub related: Vec<Related>,
    /// How to mend it.
    pub help: Vec<String>,
}

/// Where something stands in the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    #[serde(flatten)]
    pub bytes: Mark,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    pub place: Place,
    pub label: String,
}

impl Diagnostic {
    /// Is there no workflow to evaluate because of this? Errors of judgement leave one.
    pub fn is_structural(&self) -> bool {
        self.severity == Severity::Error && SOUNDNESS.binary_search(&self.code).is_err()
    }

    pub(crate) fn error(code: &'static str, at: Mark, message: impl Into<String>) -> Self {
        debug_assert!(CODES.contains(&code), "{code} is not listed");
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            place: Place { bytes: at, line: 0, column: 0 },
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    pub(crate) fn warning(code: &'static str, at: Mark, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, at, message) }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    pub(crate) fn related(mut self, at: Mark, label: impl Into<String>) -> Self {
        let place = Place { bytes: at, line: 0, column: 0 };
        self.related.push(Related { place, label: label.into() });
        self
    }

    /// "did you mean `x`?", where one of the known words is near the written one.
    pub(crate) fn suggest<'a>(self, written: &str, known: impl Iterator<Item = &'a str>) -> Self {
        // Comparing words costs; what a person writes has fewer names than this.
        match crate::suggest::closest(written, known.take(1_000)) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// The problems found so far, bounded: after the hundredth nobody reads on.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: Vec<Diagnostic>,
    broken: HashSet<&'static str>,
}

impl Problems {
    const MAX: usize = 100;

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        // An error is never crowded out by warnings.
        let room = match diagnostic.severity {
            Severity::Error => Self::MAX,
            Severity::Warning => Self::MAX / 2,
        };
        if self.found.len() < room {
            self.found.push(diagnostic);
        }
    }

    /// Nothing more will be kept, so nothing more need be found out.
    pub(crate) fn is_full(&self) -> bool {
        self.found.len() >= Self::MAX
    }

    /// Remembers that a part with this key could not be read.
    pub(crate) fn set_broken(&mut self, key: &'static str) {
        self.broken.insert(key);
    }

    /// Is a part with this key broken? Then what refers into it is not blamed.
    pub(crate) fn is_broken(&self, key: &str) -> bool {
        self.broken.contains(key)
    }

    /// Is something missing that an evaluation needs?
    pub(crate) fn has_structural(&self) -> bool {
        self.found.iter().any(Diagnostic::is_structural)
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(|found| found.severity == Severity::Error)
    }

    /// In the order of the source, each with its line and column.
    pub(crate) fn finish(mut self, source: &str) -> Vec<Diagnostic> {
        self.found.sort_by_key(|found| (found.place.bytes, found.code));
        self.found.dedup();
        let lines = Lines::new(source);
        for found in &mut self.found {
            lines.locate(&mut found.place);
            for related in &mut found.related {
                lines.locate(&mut related.place);
            }
        }
        self.found
    }
}

/// Where each line starts.
struct Lines<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(source: &'a str) -> Self {
        let after_breaks = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(after_breaks.map(|(at, _)| at + 1)).collect();
        Self { source, starts }
    }

    /// A place that spans lines is shown by its first, and an empty one by one character.
    fn on_one_line(&self, start: usize, stop: usize) -> usize {
        let text = &self.source[start..];
        let line = text.find(['\n', '\r']).unwrap_or(text.len());
        let first = text.chars().next().map_or(0, char::len_utf8);
        let length = (stop - start).max(first).min(line);
        start + text[..length].trim_end().len().max(first.min(line))
    }

    fn locate(&self, place: &mut Place) {
        let end = self.source.len();
        let start = self.source.floor_char_boundary(place.bytes.start.min(end));
        let stop = self.source.ceil_char_boundary(place.bytes.end.clamp(start, end));
        place.bytes = Mark { start, end: self.on_one_line(start, stop) };
        let line = self.starts.partition_point(|line| *line <= start);
        let line_start = self.starts.get(line - 1).copied().unwrap_or_default();
        place.line = line;
        place.column = self.source[line_start..start].chars().count() + 1;
    }
}
