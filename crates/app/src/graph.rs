//! A workflow as a picture, in the format that is asked for.

use sluicegate_core::definition::{Definition, graph};

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
    let lang = match lang {
        Lang::En => graph::Lang::En,
        Lang::Ko => graph::Lang::Ko,
    };
    match format {
        GraphFormat::Mermaid => graph::mermaid(definition, lang),
        GraphFormat::Dot => graph::dot(definition, lang),
        GraphFormat::Svg => graph::svg(definition, lang),
    }
}
