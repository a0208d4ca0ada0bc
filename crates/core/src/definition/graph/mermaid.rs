//! Mermaid, for documents and issue trackers.

use std::fmt::{self, Write};

use super::{End, Kind, Lang, Step, kill_word, launch_word, steps};
use crate::definition::Definition;

/// A Mermaid flowchart of the workflow.
pub fn mermaid(definition: &Definition, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_mermaid(&mut text, &steps(definition, lang), lang);
    text
}

fn write_mermaid(out: &mut String, steps: &[Step], lang: Lang) -> fmt::Result {
    writeln!(out, "flowchart LR")?;
    for step in steps {
        writeln!(out, "  stage_{}[\"{}\"]", id(step.key.as_str()), escaped(step.title))?;
        let mut lines = vec![format!("<b>{}</b>", escaped(step.gate))];
        lines.extend(step.decides.iter().chain(&step.terms).map(|line| escaped(line)));
        if step.launch {
            lines.push(format!("<i>{}</i>", launch_word(lang)));
        }
        writeln!(out, "  gate_{}{{{{\"{}\"}}}}", id(step.gate_key.as_str()), lines.join("<br/>"))?;
        writeln!(out, "  stage_{} --> gate_{}", id(step.key.as_str()), id(step.gate_key.as_str()))?;
    }
    let mut ends: Vec<String> = Vec::new();
    for step in steps {
        for way in &step.ways {
            let (target, declared) = match way.to {
                End::Stage(at) => match steps.get(at) {
                    Some(to) => (format!("stage_{}", id(to.key.as_str())), None),
                    None => continue,
                },
                End::Exit(key, title) => {
                    let node = format!("exit_{}", id(key.as_str()));
                    let declared = format!("  {node}([\"{}\"])", escaped(title));
                    (node, Some(declared))
                }
                End::Killed => {
                    ("killed".to_owned(), Some(format!("  killed([\"{}\"])", kill_word(lang))))
                }
            };
            if let Some(declared) = declared.filter(|line| !ends.contains(line)) {
                writeln!(out, "{declared}")?;
                ends.push(declared);
            }
            let arrow = if way.kind == Kind::Go { "-->" } else { "-.->" };
            let label = match escaped(&way.label) {
                label if label.is_empty() => String::new(),
                label => format!("|\"{label}\"|"),
            };
            writeln!(out, "  gate_{} {arrow}{label} {target}", id(step.gate_key.as_str()))?;
        }
    }
    Ok(())
}

/// Mermaid reads some words and the hyphen in its own way.
fn id(key: &str) -> String {
    key.replace('-', "__")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | ';' | '`' | '\\' | '|' => {
                let _ = write!(escaped, "#{};", u32::from(c));
            }
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
