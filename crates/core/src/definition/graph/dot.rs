//! Graphviz.

use std::fmt::{self, Write};

use super::{End, Kind, Lang, Step, kill_word, launch_word, steps};
use crate::definition::Definition;

/// A `GraphViz` digraph of the workflow.
pub fn dot(definition: &Definition, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_dot(&mut text, definition, &steps(definition, lang), lang);
    text
}

fn write_dot(out: &mut String, definition: &Definition, steps: &[Step], lang: Lang) -> fmt::Result {
    writeln!(out, "digraph {} {{", quoted(definition.key.as_str()))?;
    writeln!(out, "  rankdir=LR;\n  label={};", quoted(definition.title.in_lang(lang)))?;
    writeln!(out, "  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];")?;
    for step in steps {
        let (stage, gate) =
            (node("stage", step.key.as_str()), node("gate", step.gate_key.as_str()));
        writeln!(out, "  {stage} [shape=box, style=rounded, label={}];", quoted(step.title))?;
        let mut lines = vec![step.gate.to_owned()];
        lines.extend(step.decides.iter().chain(&step.terms).cloned());
        if step.launch {
            lines.push(launch_word(lang).to_owned());
        }
        writeln!(out, "  {gate} [shape=hexagon, label={}];", quoted(&lines.join("\n")))?;
        writeln!(out, "  {stage} -> {gate};")?;
    }
    let mut ends: Vec<String> = Vec::new();
    for step in steps {
        for way in &step.ways {
            let (target, declared) = match way.to {
                End::Stage(at) => match steps.get(at) {
                    Some(to) => (node("stage", to.key.as_str()), None),
                    None => continue,
                },
                End::Exit(key, title) => (node("exit", key.as_str()), Some(title)),
                End::Killed => ("killed".to_owned(), Some(kill_word(lang))),
            };
            if let Some(title) = declared.filter(|_| !ends.contains(&target)) {
                writeln!(out, "  {target} [shape=oval, label={}];", quoted(title))?;
                ends.push(target.clone());
            }
            let style = if way.kind == Kind::Go { "solid" } else { "dashed" };
            let gate = node("gate", step.gate_key.as_str());
            writeln!(out, "  {gate} -> {target} [style={style}, label={}];", quoted(&way.label))?;
        }
    }
    writeln!(out, "}}")
}

fn node(kind: &str, key: &str) -> String {
    quoted(&format!("{kind} {key}"))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
