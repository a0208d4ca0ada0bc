//! What an expression reads, so that its caller can supply just that.

use std::collections::BTreeSet;
use std::fmt;

use super::Span;
use super::ast::{BinaryOp, Literal, Loop, LoopKind, Node, NodeKind};
use super::functions::Function;

/// A name of the environment, and the field within it that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadPath {
    pub var: String,
    /// Empty when the name is read as a whole.
    pub fields: Vec<String>,
}

impl fmt::Display for ReadPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.var)?;
        self.fields.iter().try_for_each(|field| write!(f, ".{field}"))
    }
}

/// Every path that `root` reads, sorted, each once.
pub(super) fn reads(root: &Node) -> Vec<ReadPath> {
    let mut found: Vec<ReadPath> = free_paths(root).into_iter().filter_map(read_path).collect();
    found.sort();
    found.dedup();
    found
}

/// The longest paths under `root` that do not start at the variable of a loop within `root`.
pub(super) fn free_paths(root: &Node) -> Vec<&Node> {
    let mut found = Vec::new();
    collect(root, &mut Vec::new(), &mut found);
    found
}

fn collect<'n>(node: &'n Node, bound: &mut Vec<&'n str>, found: &mut Vec<&'n Node>) {
    if node.is_path() {
        if start(node).is_some_and(|name| !bound.contains(&name)) {
            found.push(node);
        }
        return;
    }
    if let NodeKind::Loop(looped) = &node.kind {
        collect(&looped.list, bound, found);
        bound.push(&looped.var);
        looped.only_if.iter().for_each(|only_if| collect(only_if, bound, found));
        collect(&looped.body, bound, found);
        bound.pop();
        return;
    }
    node.kind.each_child(&mut |child| collect(child, bound, found));
}

/// The name that a path starts with.
fn start(path: &Node) -> Option<&str> {
    match &path.kind {
        NodeKind::Name(name) => Some(name),
        NodeKind::Field { of, .. } | NodeKind::Index { of, .. } => start(of),
        _ => None,
    }
}

/// The path up to its first index.
fn read_path(path: &Node) -> Option<ReadPath> {
    match &path.kind {
        NodeKind::Name(name) => Some(ReadPath { var: name.clone(), fields: Vec::new() }),
        NodeKind::Field { of, name, .. } => {
            let mut read = read_path(of)?;
            if !contains_index(of) {
                read.fields.push(name.clone());
            }
            Some(read)
        }
        NodeKind::Index { of, .. } => read_path(of),
        _ => None,
    }
}

fn contains_index(path: &Node) -> bool {
    match &path.kind {
        NodeKind::Index { .. } => true,
        NodeKind::Field { of, .. } => contains_index(of),
        _ => false,
    }
}

/// A name of the environment, or a field of its record or records.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf {
    pub var: String,
    pub field: Option<String>,
}

/// Everything that `root` reads in the end.
pub(super) fn leaves(root: &Node) -> Vec<Leaf> {
    let mut walk = Walk { locals: Vec::new(), found: BTreeSet::new() };
    walk.sources(root);
    walk.found.into_iter().collect()
}

/// Follows values from the names that they start at to the fields that are read of them.
struct Walk<'n> {
    locals: Vec<(&'n str, BTreeSet<&'n str>)>,
    found: BTreeSet<Leaf>,
}

impl<'n> Walk<'n> {
    /// The names whose records the value of `node` may be, or hold.
    fn sources(&mut self, node: &'n Node) -> BTreeSet<&'n str> {
        match &node.kind {
            NodeKind::Name(name) => self.name(name),
            NodeKind::Field { of, name, .. } => {
                for var in self.sources(of) {
                    self.found.insert(Leaf { var: var.to_owned(), field: Some(name.clone()) });
                }
                BTreeSet::new()
            }
            NodeKind::Index { of, index } => {
                self.sources(index);
                self.sources(of)
            }
            NodeKind::List(items) => items.iter().flat_map(|item| self.sources(item)).collect(),
            NodeKind::Conditional { condition, then, otherwise } => {
                self.sources(condition);
                let mut both = self.sources(then);
                both.extend(self.sources(otherwise));
                both
            }
            NodeKind::Binary { op: BinaryOp::Add, left, right } => {
                let mut both = self.sources(left);
                both.extend(self.sources(right));
                both
            }
            NodeKind::Loop(looped) => self.looped(looped),
            NodeKind::Call(call) => {
                let of: Vec<_> = call.args.iter().map(|arg| self.sources(arg)).collect();
                let keeps = matches!(call.function, Some(Function::Reverse | Function::Slice));
                if keeps { of.into_iter().next().unwrap_or_default() } else { BTreeSet::new() }
            }
            other => {
                other.each_child(&mut |child| {
                    self.sources(child);
                });
                BTreeSet::new()
            }
        }
    }

    fn name(&mut self, name: &'n str) -> BTreeSet<&'n str> {
        if let Some((_, sources)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            return sources.clone();
        }
        self.found.insert(Leaf { var: name.to_owned(), field: None });
        [name].into()
    }

    fn looped(&mut self, looped: &'n Loop) -> BTreeSet<&'n str> {
        let items = self.sources(&looped.list);
        self.locals.push((&looped.var, items.clone()));
        if let Some(only_if) = &looped.only_if {
            self.sources(only_if);
        }
        let mapped = self.sources(&looped.body);
        self.locals.pop();
        match looped.kind {
            LoopKind::Filter => items,
            LoopKind::Map => mapped,
            LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne => BTreeSet::new(),
        }
    }
}

/// The literal texts that the value of `root` may be.
pub(super) fn texts(root: &Node) -> Vec<(&str, Span)> {
    match &root.kind {
        NodeKind::Literal(Literal::Text(text)) => vec![(text, root.span.clone())],
        NodeKind::Conditional { then, otherwise, .. } => {
            let mut both = texts(then);
            both.extend(texts(otherwise));
            both
        }
        _ => Vec::new(),
    }
}
