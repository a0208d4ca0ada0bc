//! From a tree of nodes to typed source records: every problem is reported and reading goes on.

use std::rc::Rc;

use rust_decimal::Decimal;

use super::{
    diagnostic::{Diagnostic, Located, Mark, Problems},
    node::{Data, Entry, Node, Scalar, limits},
    span::{Span, SpanError},
};

/// What can be read from a node. `None` means that the problem has been reported.
pub(crate) trait Read: Sized {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self>;
}

/// What can be read from a single word or text.
pub(crate) trait FromScalar: Sized {
    /// What is expected, in words: "a number".
    const WHAT: &'static str;
    /// `Err(None)`: not what is expected; `Err(Some(why))`: nearly, but broken.
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>>;
    fn schema() -> schemars::Schema;
    /// Why it is not sound though it could be read: a code of `SOUNDNESS`, and the sentence.
    fn unsound(&self) -> Option<(&'static str, String)> {
        None
    }
    /// What was meant by a text that cannot be read, where that is plain.
    fn meant(_text: &str) -> Option<String> {
        None
    }
}

impl<T: FromScalar> Read for Located<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Data::Scalar(scalar) = &node.data else {
            problems.push(wrong_type(node, T::WHAT));
            return None;
        };
        match T::from_scalar(scalar) {
            Ok(value) => {
                if let Some((code, why)) = value.unsound() {
                    problems.push(Diagnostic::error(code, node.at, why));
                }
                Some(Located { value, at: node.at })
            }
            Err(why) => {
                let why = why.unwrap_or_else(|| {
                    format!("expected {}, found `{}`", T::WHAT, shortened(&scalar.text))
                });
                let diagnostic = Diagnostic::error("bad_value", node.at, why);
                problems.push(match T::meant(&scalar.text) {
                    Some(meant) if meant == *scalar.text && !scalar.plain => {
                        diagnostic.help(format!("write `{meant}` without quotes"))
                    }
                    Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
                    None => diagnostic,
                });
                None
            }
        }
    }
}

impl<T: Read> Read for Located<Vec<T>> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Data::List(items) = &node.data else {
            problems.push(wrong_type(node, "a list"));
            return None;
        };
        bounded(items.len(), node, problems)?;
        let value = items.iter().filter_map(|item| T::read(item, problems)).collect();
        Some(Located { value, at: node.at })
    }
}

/// A mapping from the author's own keys. A key is kept when its value is broken, so that what
/// refers to it is not reported as well.
#[derive(Clone, Debug)]
pub(crate) struct Named<T> {
    pub(crate) at: Mark,
    /// The key that the mapping stands behind.
    pub(crate) head: Mark,
    pub(crate) entries: Vec<NamedEntry<T>>,
}

#[derive(Clone, Debug)]
pub(crate) struct NamedEntry<T> {
    pub(crate) key: Located<Rc<str>>,
    pub(crate) value: Option<T>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { at: Mark::default(), head: Mark::default(), entries: Vec::new() }
    }
}

impl<T> Named<T> {
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| &*entry.key.value)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        let entry = self.entries.iter().find(|entry| &*entry.key.value == key)?;
        entry.value.as_ref()
    }
}

impl<T: Read> Read for Named<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Data::Map(entries) = &node.data else {
            problems.push(wrong_type(node, "a mapping"));
            return None;
        };
        bounded(entries.len(), node, problems)?;
        let read = |Entry { key, node }: &Entry| {
            // A key without a value reads as one without any of its parts: its place is the key.
            let value = match node.data {
                Data::Null => T::read(&Node::empty_map(key.at), problems),
                _ => T::read(node, problems),
            };
            NamedEntry { key: key.clone(), value }
        };
        let entries = entries.iter().map(read).collect();
        Some(Self { at: node.at, head: node.head, entries })
    }
}

/// A slot of a record: optional (`Option`) or required ([`Must`]).
pub(crate) trait Slot: Sized {
    const REQUIRED: bool;
    fn fill(node: Option<&Node>, problems: &mut Problems) -> Self;
    fn is_empty(&self) -> bool;
}

impl<T: Read> Slot for Option<T> {
    const REQUIRED: bool = false;
    fn fill(node: Option<&Node>, problems: &mut Problems) -> Self {
        node.and_then(|node| T::read(node, problems))
    }
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

/// A part that cannot be left out. Empty only after that has been reported.
#[derive(Clone, Debug)]
pub(crate) struct Must<T>(pub(crate) Option<T>);

impl<T: Read> Slot for Must<T> {
    const REQUIRED: bool = true;
    fn fill(node: Option<&Node>, problems: &mut Problems) -> Self {
        Self(node.and_then(|node| T::read(node, problems)))
    }
    fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

/// Takes the parts of a record out of a mapping, then reports what is left over or missing.
pub(crate) struct Parts<'n> {
    what: &'static str,
    at: Mark,
    entries: &'n [Entry],
    taken: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'n> Parts<'n> {
    /// `None` when the node is not a mapping.
    pub(crate) fn open(
        node: &'n Node,
        what: &'static str,
        problems: &mut Problems,
    ) -> Option<Self> {
        let Data::Map(entries) = &node.data else {
            problems.push(wrong_type(node, what));
            return None;
        };
        Some(Self { what, at: node.head, entries, taken: Vec::new(), missing: Vec::new() })
    }

    pub(crate) fn take<S: Slot>(&mut self, key: &'static str, problems: &mut Problems) -> S {
        let found = self.entries.iter().find(|entry| &*entry.key.value == key);
        if let Some(entry) = found.filter(|entry| entry.is_empty() && !S::REQUIRED) {
            let message = format!("`{key}` has nothing behind it, so it counts as left out");
            problems.push(
                Diagnostic::warning("empty_part", entry.key.at, message)
                    .help("fill it in or take it out; `{}` is one that has no parts of its own"),
            );
        }
        let found = found.filter(|entry| !entry.is_empty()).map(|entry| &entry.node);
        self.taken.push(key);
        if S::REQUIRED && found.is_none() {
            self.missing.push(key);
        }
        let slot = S::fill(found, problems);
        if slot.is_empty() && (S::REQUIRED || found.is_some()) {
            problems.set_broken(key);
        }
        slot
    }

    pub(crate) fn close(self, problems: &mut Problems) {
        for Entry { key, .. } in self.entries {
            if problems.is_full() {
                return;
            }
            if !self.taken.contains(&&*key.value) {
                let message = format!("{} has no `{}`", self.what, shortened(&key.value));
                let known = self.taken.iter().copied();
                let problem = Diagnostic::error("unknown_key", key.at, message)
                    .label("not known here")
                    .suggest(&key.value, known)
                    .help(format!("it can have: {}", self.taken.join(", ")));
                problems.push(match &*key.value {
                    "<<" => problem.help("merge keys are not read: repeat the parts"),
                    words if self.what == "a text" && words.contains(' ') => {
                        problem.help("a text with a comma in it needs quotes: { en: \"One, two\" }")
                    }
                    _ => problem,
                });
            }
        }
        for key in &self.missing {
            let message = format!("{} needs `{key}`", self.what);
            problems.push(Diagnostic::error("missing_key", self.at, message));
        }
    }
}

/// A record of the language.
pub(crate) trait Record {
    /// Where it stands.
    fn mark(&self) -> Mark;
}

/// Declares a record of the language: a struct and how to read it.
macro_rules! record {
    ($(
        $(#[$meta:meta])*
        $name:ident($what:literal) {
            $( $(#[$field_meta:meta])* $field:ident: $ty:ty, )*
        }
    )+) => {$(
        #[derive(Clone, Debug, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        $(#[$meta])*
        #[allow(clippy::struct_field_names, reason = "the names are those of the language")]
        pub(crate) struct $name {
            #[schemars(skip)]
            mark: $crate::definition::diagnostic::Mark,
            $( $(#[$field_meta])* pub(crate) $field: $ty, )*
        }

        impl $crate::definition::read::Record for $name {
            fn mark(&self) -> $crate::definition::diagnostic::Mark {
                self.mark
            }
        }

        impl $crate::definition::read::Read for $name {
            fn read(
                node: &$crate::definition::node::Node,
                problems: &mut $crate::definition::diagnostic::Problems,
            ) -> Option<Self> {
                #[allow(unused_mut, reason = "a record may have no parts")]
                let mut parts = $crate::definition::read::Parts::open(node, $what, problems)?;
                $( let $field = parts.take(
                    stringify!($field).trim_start_matches("r#"),
                    problems,
                ); )*
                parts.close(problems);
                Some(Self { mark: node.at, $( $field, )* })
            }
        }
    )+};
}
pub(crate) use record;

fn bounded(entries: usize, node: &Node, problems: &mut Problems) -> Option<()> {
    if entries > limits::ENTRIES {
        let message = format!("there are at most {} entries, found {entries}", limits::ENTRIES);
        problems.push(Diagnostic::error("too_many_entries", node.head, message));
        return None;
    }
    Some(())
}

pub(crate) fn wrong_type(node: &Node, expected: &str) -> Diagnostic {
    let found = match &node.data {
        Data::Scalar(scalar) => format!("`{}`", shortened(&scalar.text)),
        _ => node.kind().to_owned(),
    };
    let message = format!("expected {expected}, found {found}");
    Diagnostic::error("wrong_type", node.at, message)
}

/// Enough of an author's text to recognise it in a message.
pub(crate) fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String =
        text.chars().take(SHOWN).map(|c| if c < ' ' { ' ' } else { c }).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

impl FromScalar for String {
    const WHAT: &'static str = "a text";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        Ok(scalar.text.to_string())
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

impl FromScalar for bool {
    const WHAT: &'static str = "true or false";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        match &*scalar.text {
            "true" if scalar.plain => Ok(true),
            "false" if scalar.plain => Ok(false),
            _ => Err(None),
        }
    }
    fn meant(text: &str) -> Option<String> {
        let meant = match text.to_lowercase().as_str() {
            "true" | "yes" | "on" => "true",
            "false" | "no" | "off" => "false",
            _ => return None,
        };
        Some(meant.to_owned())
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({ "type": "boolean" })
    }
}

macro_rules! numbers {
    ($($ty:ty: $what:literal,)+) => {$(
        impl FromScalar for $ty {
            const WHAT: &'static str = $what;
            fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
                let digits = scalar.plain.then_some(&*scalar.text);
                digits.and_then(|digits| digits.parse().ok()).ok_or(None)
            }
            fn meant(text: &str) -> Option<String> {
                bare_number(text).filter(|bare| bare.parse::<Self>().is_ok())
            }
            fn schema() -> schemars::Schema {
                schemars::json_schema!({ "type": "integer", "minimum": <$ty>::MIN })
            }
        }
    )+};
}

/// A number without the sign, the quotes and the thousands' commas that stand around it.
fn bare_number(text: &str) -> Option<String> {
    let bare = text.trim().trim_end_matches('%').trim_end().replace(',', "");
    bare.starts_with(|first: char| first.is_ascii_digit() || first == '-').then_some(bare)
}

numbers! {
    u32: "a whole number",
    i64: "a whole number",
}

impl FromScalar for Decimal {
    const WHAT: &'static str = "a number";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        let digits = scalar.plain.then(|| scalar.text.parse::<Self>().ok()).flatten();
        // 0.60 and 0.6 are one number, so they are one digest.
        digits.map(|number| number.normalize()).ok_or(None)
    }
    fn meant(text: &str) -> Option<String> {
        bare_number(text).filter(|bare| bare.parse::<Self>().is_ok())
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

impl FromScalar for Span {
    const WHAT: &'static str = "a length of time";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        scalar.text.parse().map_err(|error: SpanError| {
            Some(format!("`{}` is not a length of time: {error}", shortened(&scalar.text)))
        })
    }
    fn unsound(&self) -> Option<(&'static str, String)> {
        let why = || {
            format!("`{self}` is too long: a length of time is at most {} years", Self::MAX_YEARS)
        };
        self.is_too_long().then(|| ("too_long", why()))
    }
    fn meant(text: &str) -> Option<String> {
        Self::meant(text).map(|span| span.to_string())
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({
            "description": "A length of time: business days, days, weeks, months or years.",
            "type": "string",
            "pattern": "^[0-9]*[1-9][0-9]*(bd|d|w|mo|y)$",
            "examples": ["20bd", "10d", "4w", "3mo", "1y"],
        })
    }
}

impl FromScalar for chrono::NaiveDate {
    const WHAT: &'static str = "a date like 2026-12-25";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        chrono::NaiveDate::parse_from_str(&scalar.text, "%Y-%m-%d")
            .ok()
            .filter(|date| scalar.text.len() == 10 && date.to_string() == *scalar.text)
            .ok_or(None)
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}
