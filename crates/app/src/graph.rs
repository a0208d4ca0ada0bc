//! A workflow as a picture: stages, the gates between them, and every way that a decision can take.

mod svg;

use std::fmt::Write as _;

use sluicegate_core::{
    definition::{Definition, Target},
    key::StageKey,
};

use crate::words::Lang;

/// How the picture is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphFormat {
    Mermaid,
    Dot,
    Svg,
}

/// Draws a workflow.
pub fn draw(definition: &Definition, format: GraphFormat, lang: Lang) -> String {
    let picture = Picture::of(definition, lang);
    match format {
        GraphFormat::Mermaid => mermaid(&picture),
        GraphFormat::Dot => dot(&picture),
        GraphFormat::Svg => svg::svg(&picture),
    }
}

/// What all formats draw.
struct Picture<'a> {
    title: &'a str,
    nodes: Vec<Node<'a>>,
    ways: Vec<Way<'a>>,
}

struct Node<'a> {
    id: String,
    title: &'a str,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Stage,
    Gate,
    End,
}

struct Way<'a> {
    from: String,
    to: String,
    label: Option<&'a str>,
    kind: WayKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WayKind {
    /// From a stage to its gate.
    Ahead,
    Go,
    Recycle,
    Kill,
}

const KILLED: &str = "end_killed";

impl<'a> Picture<'a> {
    fn of(definition: &'a Definition, lang: Lang) -> Self {
        let title = lang.of(&definition.title);
        let mut picture = Self { title, nodes: Vec::new(), ways: Vec::new() };
        for (key, stage) in &definition.stages {
            picture.node(stage_id(key), lang.of(&stage.title), Shape::Stage);
            let Some((gate, rule)) = definition.gates.get_key_value(&stage.gate) else { continue };
            let gate = format!("gate_{gate}");
            picture.node(gate.clone(), lang.of(&rule.title), Shape::Gate);
            picture.way(stage_id(key), gate.clone(), None, WayKind::Ahead);
            let several = rule.outcomes.go.len() > 1;
            for path in rule.outcomes.go.values() {
                let to = match &path.to {
                    Target::Stage(stage) => stage_id(stage),
                    Target::Exit(exit) => format!("end_{exit}"),
                };
                let label = Some(lang.of(&path.title)).filter(|_| several);
                picture.way(gate.clone(), to, label, WayKind::Go);
            }
            for stage in rule.outcomes.recycle.iter().flat_map(|recycle| &recycle.to) {
                picture.way(gate.clone(), stage_id(stage), None, WayKind::Recycle);
            }
            if rule.outcomes.kill {
                picture.way(gate, KILLED.to_owned(), None, WayKind::Kill);
            }
        }
        for (key, exit) in &definition.exits {
            picture.node(format!("end_{key}"), lang.of(&exit.title), Shape::End);
        }
        if picture.ways.iter().any(|way| way.kind == WayKind::Kill) {
            let title = match lang {
                Lang::En => "Stopped",
                Lang::Ko => "중단",
            };
            picture.node(KILLED.to_owned(), title, Shape::End);
        }
        picture
    }

    fn node(&mut self, id: String, title: &'a str, shape: Shape) {
        self.nodes.push(Node { id, title, shape });
    }

    fn way(&mut self, from: String, to: String, label: Option<&'a str>, kind: WayKind) {
        self.ways.push(Way { from, to, label, kind });
    }
}

fn stage_id(stage: &StageKey) -> String {
    format!("stage_{stage}")
}

fn mermaid(picture: &Picture<'_>) -> String {
    let quoted = |text: &str| text.replace('"', "#quot;");
    let mut out = String::from("flowchart LR\n");
    for node in &picture.nodes {
        let title = quoted(node.title);
        let (open, close) = match node.shape {
            Shape::Stage => ("[\"", "\"]"),
            Shape::Gate => ("{\"", "\"}"),
            Shape::End => ("([\"", "\"])"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    {}{open}{title}{close}", node.id);
    }
    for way in &picture.ways {
        let arrow = match way.kind {
            WayKind::Ahead | WayKind::Go => "-->",
            WayKind::Recycle | WayKind::Kill => "-.->",
        };
        let label = way.label.map(|label| format!("|\"{}\"|", quoted(label))).unwrap_or_default();
        let _ = writeln!(out, "    {} {arrow}{label} {}", way.from, way.to);
    }
    out
}

fn dot(picture: &Picture<'_>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut out = format!("digraph {} {{\n    rankdir=LR;\n", quoted(picture.title));
    for node in &picture.nodes {
        let shape = match node.shape {
            Shape::Stage => "box",
            Shape::Gate => "diamond",
            Shape::End => "oval",
        };
        let (id, title) = (quoted(&node.id), quoted(node.title));
        let _ = writeln!(out, "    {id} [label={title}, shape={shape}];");
    }
    for way in &picture.ways {
        let style = match way.kind {
            WayKind::Ahead | WayKind::Go => "solid",
            WayKind::Recycle | WayKind::Kill => "dashed",
        };
        let label = way.label.map(|label| format!(", label={}", quoted(label)));
        let (from, to, label) = (quoted(&way.from), quoted(&way.to), label.unwrap_or_default());
        let _ = writeln!(out, "    {from} -> {to} [style={style}{label}];");
    }
    out + "}\n"
}
