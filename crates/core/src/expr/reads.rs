//! What an expression reads, so that its caller can supply just that.

use std::fmt;

use super::ast::{Node, NodeKind};

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
