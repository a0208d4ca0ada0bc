//! YAML as a tree in which every node knows its place; the only reader of YAML events.
//!
//! Our own tree instead of serde, because serde stops at the first problem and an author wants
//! to see all of them. Files are small and bounded, so the tree costs nothing that matters.

use std::{collections::HashMap, rc::Rc};

use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle};

use super::diagnostic::{Diagnostic, Located, Mark, Problems};

/// Every limit on a file, in one place.
pub(crate) mod limits {
    /// Bytes of a file.
    pub(crate) const BYTES: usize = 512 * 1024;
    /// Levels of lists and mappings within each other.
    pub(crate) const DEPTH: usize = 32;
    /// Nodes, counting what an alias repeats as often as it is repeated.
    pub(crate) const NODES: usize = 50_000;
    /// Entries of one mapping of the author's keys, and items of one list.
    pub(crate) const ENTRIES: usize = 1_000;
    /// Anchors, and also aliases.
    pub(crate) const ANCHORS: usize = 500;
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Mark,
    /// The key that it stands behind, or itself: where it is said what it lacks.
    pub(crate) head: Mark,
    pub(crate) data: Data,
    /// Levels of lists and mappings from here down.
    height: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// Nothing is written, or `null`, or `~`.
    Null,
    Scalar(Scalar),
    List(Rc<[Node]>),
    Map(Rc<[Entry]>),
}

#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    pub(crate) text: Rc<str>,
    /// Written without quotes, so that it can be a number or `true`.
    pub(crate) plain: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Located<Rc<str>>,
    pub(crate) node: Node,
}

impl Entry {
    /// `key:` with nothing behind it.
    pub(crate) const fn is_empty(&self) -> bool {
        matches!(self.node.data, Data::Null)
    }
}

impl Node {
    /// A mapping without entries.
    pub(crate) fn empty_map(at: Mark) -> Self {
        Self { at, head: at, data: Data::Map(Rc::new([])), height: 1 }
    }

    /// What stands here, in words.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.data {
            Data::Null => "nothing",
            Data::Scalar(_) => "a text",
            Data::List(_) => "a list",
            Data::Map(_) => "a mapping",
        }
    }
}

/// Reads a file of one document; `None` when it is too broken or too big to go on.
pub(crate) fn parse(source: &str, problems: &mut Problems) -> Option<Node> {
    if source.len() > limits::BYTES {
        let message = format!("a workflow file has at most {} KiB", limits::BYTES / 1024);
        problems.push(Diagnostic::error("too_big", Mark::default(), message));
        return None;
    }
    match Composer::new(source, problems).document() {
        Ok(None) => {
            let message = "the file is empty";
            problems.push(Diagnostic::error("empty_file", Mark::default(), message));
            None
        }
        Ok(node) => node,
        Err(stop) => {
            problems.push(*stop);
            None
        }
    }
}

/// A problem after which reading cannot go on.
type Stop = Box<Diagnostic>;

struct Composer<'s, 'p> {
    source: &'s str,
    parser: Parser<'s, granit_parser::StrInput<'s>>,
    problems: &'p mut Problems,
    anchors: HashMap<usize, (Node, usize)>,
    aliases: usize,
    nodes: usize,
    open: Vec<Open>,
}

/// A list or mapping that is being read.
struct Open {
    start: Mark,
    anchor: usize,
    /// Nodes read before it, so that an anchor knows its weight.
    nodes_before: usize,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: HashMap<Rc<str>, Mark>, key: Option<Key> },
}

/// A key that waits for its value; `None` inside: reported already, so its value is dropped.
struct Key(Option<Located<Rc<str>>>);

impl<'s, 'p> Composer<'s, 'p> {
    fn new(source: &'s str, problems: &'p mut Problems) -> Self {
        let mut options = granit_parser::options! {
            flow_nesting_limit: limits::DEPTH,
            block_nesting_limit: limits::DEPTH,
        };
        options.set_emit_comments(false);
        Self {
            source,
            parser: Parser::new_from_str_with_options(source, options),
            problems,
            anchors: HashMap::new(),
            aliases: 0,
            nodes: 0,
            open: Vec::new(),
        }
    }

    fn document(mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        let mut documents = 0_usize;
        while let Some(next) = self.parser.next() {
            let (event, span) = next.map_err(|error| Box::new(self.broken(&error)))?;
            let at = self.mark(&span);
            if matches!(event, Event::DocumentStart(..)) {
                documents += 1;
                if documents > 1 {
                    let message = "a workflow file holds one document";
                    return Err(Box::new(Diagnostic::error("many_documents", at, message)));
                }
            }
            if let Some((node, anchor, weight)) = self.event(event, at)? {
                if anchor != 0 {
                    self.anchor(anchor, &node, weight)?;
                }
                root = self.place(node).or(root);
            }
        }
        Ok(root)
    }

    /// Takes in one event; gives the node that it completes, with its anchor and weight.
    fn event(&mut self, event: Event<'_>, at: Mark) -> Result<Option<(Node, usize, usize)>, Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, at)?;
                self.refuse_tag(tag.is_some(), at);
                let plain = style == ScalarStyle::Plain;
                let data = match &*text {
                    "" | "~" | "null" if plain => Data::Null,
                    _ => Data::Scalar(Scalar { text: text.into(), plain }),
                };
                Ok(Some((Node { at, head: at, data, height: 0 }, anchor, 1)))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), at);
                self.enter(Items::List(Vec::new()), anchor, at).map(|()| None)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.is_some(), at);
                let items = Items::Map { entries: Vec::new(), seen: HashMap::new(), key: None };
                self.enter(items, anchor, at).map(|()| None)
            }
            Event::SequenceEnd | Event::MappingEnd => Ok(self.leave(at)),
            Event::Alias(id) => self.alias(id, at).map(|node| Some((node, 0, 0))),
            _ => Ok(None),
        }
    }

    fn enter(&mut self, items: Items, anchor: usize, at: Mark) -> Result<(), Stop> {
        let nodes_before = self.nodes;
        self.count(1, at)?;
        if self.open.len() >= limits::DEPTH {
            return Err(Box::new(too_deep(at)));
        }
        self.open.push(Open { start: at, anchor, nodes_before, items });
        Ok(())
    }

    fn leave(&mut self, end: Mark) -> Option<(Node, usize, usize)> {
        let open = self.open.pop()?;
        let (data, below) = match open.items {
            Items::List(items) => {
                let below = items.iter().map(|node| node.height).max();
                (Data::List(items.into()), below)
            }
            Items::Map { entries, .. } => {
                let below = entries.iter().map(|entry| entry.node.height).max();
                (Data::Map(entries.into()), below)
            }
        };
        let at = Mark { start: open.start.start, end: end.end.max(open.start.end) };
        let node = Node { at, head: at, data, height: below.unwrap_or(0) + 1 };
        Some((node, open.anchor, self.nodes - open.nodes_before))
    }

    /// Puts a complete node where it belongs; gives it back when it is the whole document.
    fn place(&mut self, node: Node) -> Option<Node> {
        let Some(open) = self.open.last_mut() else { return Some(node) };
        match &mut open.items {
            Items::List(items) => items.push(node),
            Items::Map { entries, seen, key } => match key.take() {
                None => *key = Some(read_key(node, seen, self.problems)),
                Some(Key(None)) => {}
                Some(Key(Some(key))) => {
                    let node = Node { head: key.at, ..node };
                    entries.push(Entry { key, node });
                }
            },
        }
        None
    }

    fn anchor(&mut self, anchor: usize, node: &Node, weight: usize) -> Result<(), Stop> {
        self.anchors.insert(anchor, (node.clone(), weight));
        if self.anchors.len() > limits::ANCHORS {
            return Err(Box::new(too_many_nodes(node.at)));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, at: Mark) -> Result<Node, Stop> {
        self.aliases += 1;
        // A list that contains itself has no anchor yet while it is being read.
        let Some((node, weight)) = self.anchors.get(&id).cloned() else {
            let message = "this alias repeats the very part that it stands in";
            return Err(Box::new(Diagnostic::error("yaml", at, message)));
        };
        if self.aliases > limits::ANCHORS {
            return Err(Box::new(too_many_nodes(at)));
        }
        if self.open.len() + node.height > limits::DEPTH {
            return Err(Box::new(too_deep(at)));
        }
        self.count(weight, at)?;
        Ok(node)
    }

    fn refuse_tag(&mut self, tagged: bool, at: Mark) {
        if tagged {
            let at = self.tag_before(at);
            let message = "a workflow file has no YAML tags (`!word`)";
            self.problems.push(Diagnostic::error("yaml", at, message));
        }
    }

    /// The parser marks the value; the tag stands before it, with an anchor between at most.
    fn tag_before(&self, value: Mark) -> Mark {
        let before = self.source.get(..value.start).unwrap_or_default();
        let Some(start) = before.rfind('!') else { return value };
        // `!!str` has two signs.
        let start = start - usize::from(before[..start].ends_with('!'));
        let length = before[start..].find(|c: char| c.is_whitespace() || ",]}".contains(c));
        Mark { start, end: length.map_or(value.start, |length| start + length) }
    }

    fn count(&mut self, nodes: usize, at: Mark) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes > limits::NODES {
            return Err(Box::new(too_many_nodes(at)));
        }
        Ok(())
    }

    fn mark(&self, span: &granit_parser::Span) -> Mark {
        let end = self.source.len();
        let range = span.byte_range().unwrap_or(end..end);
        Mark { start: range.start.min(end), end: range.end.min(end).max(range.start.min(end)) }
    }

    fn broken(&self, error: &granit_parser::ScanError) -> Diagnostic {
        let start = error.marker().byte_offset().unwrap_or(self.source.len());
        let at = Mark { start, end: start.saturating_add(1) };
        if error.info().contains("quoted scalar")
            && let Some(opened) = open_quote(self.source, start)
        {
            return Diagnostic::error("yaml", opened, "the text that begins here has no closing quote")
                .related(at, "this is where it can no longer be read")
                .help("close the text on its line with the same sign; a quote within it is written \\\" or ''");
        }
        let problem = Diagnostic::error("yaml", at, format!("this is not YAML: {}", error.info()));
        match way_out(&error.info()) {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

/// The last quote before a place that opens a value and has no partner on its line. A parser
/// takes the next quote for the partner, however far below, and complains there.
fn open_quote(source: &str, before: usize) -> Option<Mark> {
    let mut found = None;
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        if start > before {
            break;
        }
        if let Some(at) = open_in_line(line) {
            found = Some(Mark { start: start + at, end: start + at + 1 });
        }
        start += line.len();
    }
    found
}

/// Where a line has a quote that opens a value and is not closed again.
fn open_in_line(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let (mut opens_value, mut at) = (true, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' if opens_value => match closing_quote(bytes, at) {
                Some(end) => at = end,
                None => return Some(at),
            },
            b'#' if at == 0 || bytes[at - 1].is_ascii_whitespace() => return None,
            b' ' | b'\t' => {}
            byte => opens_value = b":-[{,".contains(byte),
        }
        at += 1;
    }
    None
}

/// Where the text that opens at a quote is closed; a quote within it is `\"` or `''`.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let quote = bytes[open];
    let mut at = open + 1;
    while let Some(byte) = bytes.get(at) {
        let escaped = match quote {
            b'"' => *byte == b'\\',
            _ => *byte == quote && bytes.get(at + 1) == Some(&quote),
        };
        if *byte == quote && !escaped {
            return Some(at);
        }
        at += 1 + usize::from(escaped);
    }
    None
}

/// What mostly lies behind a complaint of the parser, which speaks of its own grammar.
fn way_out(complaint: &str) -> Option<&'static str> {
    let usual = [
        ("quoted scalar", "a quote that opens or closes a text may be missing, here or further up"),
        (
            "flow",
            "inside `{ }` and `[ ]`, put a text or an expression with `,`, `: `, ` #`, `?` or brackets in quotes",
        ),
        (
            "unknown anchor",
            "`*name` repeats what `&name` has marked before; a text that begins with `*` needs quotes",
        ),
        ("simple key", "write `key: value`, with a space behind the colon"),
        (
            "block mapping",
            "the parts of one mapping begin in the same column; a text with `: ` in it needs quotes",
        ),
        ("block sequence", "the `-` of one list stand in the same column"),
        ("mapping values", "a text with `: ` in it needs quotes"),
        ("tab", "indent with spaces"),
    ];
    usual.into_iter().find(|(words, _)| complaint.contains(words)).map(|(_, help)| help)
}

fn read_key(node: Node, seen: &mut HashMap<Rc<str>, Mark>, problems: &mut Problems) -> Key {
    let Data::Scalar(Scalar { text, .. }) = node.data else {
        let message = format!("a key is a word, found {}", node.kind());
        problems.push(Diagnostic::error("wrong_type", node.at, message));
        return Key(None);
    };
    if let Some(first) = seen.get(&text) {
        let message = format!("`{text}` is defined twice");
        problems.push(
            Diagnostic::error("duplicate_key", node.at, message)
                .label("defined again here")
                .related(*first, "first defined here"),
        );
        return Key(None);
    }
    seen.insert(text.clone(), node.at);
    Key(Some(Located { value: text, at: node.at }))
}

fn too_deep(at: Mark) -> Diagnostic {
    let message = format!("lists and mappings stand at most {} levels deep", limits::DEPTH);
    Diagnostic::error("too_deep", at, message)
}

fn too_many_nodes(at: Mark) -> Diagnostic {
    let message = format!(
        "a workflow has at most {} parts and {} anchors, counting what aliases repeat",
        limits::NODES,
        limits::ANCHORS
    );
    Diagnostic::error("too_many_parts", at, message)
}
