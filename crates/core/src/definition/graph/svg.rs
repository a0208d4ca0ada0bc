//! SVG: stands alone, follows light and dark, and is read out by its title and description.

use std::fmt::{self, Write};

use super::{
    Lang,
    layout::{Arrow, Line, Picture, Rect, Shape, layout},
    steps,
};
use crate::definition::Definition;

const STYLE: &str = "\
.sg{font-family:system-ui,-apple-system,'Segoe UI','Noto Sans','Noto Sans KR','Malgun Gothic',sans-serif}\
.sg text{fill:#1b2733}.sg .name{font-weight:600}.sg .who{fill:#465361}\
.sg .stage{fill:#e8f1fb;stroke:#2f6db5}.sg .gate{fill:#fff6e0;stroke:#a86b00}\
.sg .pill{fill:#f2f4f7;stroke:#8793a1}.sg .exit{stroke:#2e7d4f}.sg .kill{stroke:#b3362b}\
.sg .way{fill:none;stroke:#2f6db5;stroke-width:1.6}.sg .back{stroke:#8a5a00;stroke-dasharray:5 3}\
.sg .pill.back{stroke-dasharray:none}.sg .launch{stroke:#2e7d4f;stroke-width:2;stroke-dasharray:2 4}\
.sg .launch-word{fill:#1f6b3f;font-weight:600}.sg .tip{fill:#2f6db5}.sg .tip-back{fill:#8a5a00}\
@media (prefers-color-scheme:dark){.sg text{fill:#e6ebf0}.sg .who{fill:#b4bfca}\
.sg .stage{fill:#14283f;stroke:#6ea8e6}.sg .gate{fill:#33270d;stroke:#e0a63c}\
.sg .pill{fill:#1f262e;stroke:#7b8794}.sg .exit{stroke:#63bd8b}.sg .kill{stroke:#ef7a6e}\
.sg .way{stroke:#6ea8e6}.sg .back{stroke:#d9a441}.sg .launch{stroke:#63bd8b}\
.sg .launch-word{fill:#7fd3a4}.sg .tip{fill:#6ea8e6}.sg .tip-back{fill:#d9a441}}";

/// The workflow as an SVG picture.
pub fn svg(definition: &Definition, lang: Lang) -> String {
    let steps = steps(definition, lang);
    let picture = layout(&steps, lang);
    let titles: Vec<String> =
        steps.iter().map(|step| format!("{} → {}", step.title, step.gate)).collect();
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_svg(&mut text, definition, &picture, &titles.join(" → "), lang);
    text
}

fn write_svg(
    out: &mut String,
    definition: &Definition,
    picture: &Picture,
    described: &str,
    lang: Lang,
) -> fmt::Result {
    // Ids carry the key, so that two pictures can stand on one page.
    let key = definition.key.as_str();
    let (w, h) = (picture.width, picture.height);
    let language = if lang == Lang::Ko { "ko" } else { "en" };
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"sg\" role=\"img\" lang=\"{language}\" \
         viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" \
         aria-labelledby=\"sg-{key}-title sg-{key}-desc\">"
    )?;
    let title = escaped(definition.title.in_lang(lang));
    writeln!(out, "<title id=\"sg-{key}-title\">{title}</title>")?;
    writeln!(out, "<desc id=\"sg-{key}-desc\">{}</desc>", escaped(described))?;
    writeln!(out, "<style>{STYLE}</style>")?;
    writeln!(out, "<defs>{}{}</defs>", marker(key, "tip"), marker(key, "tip-back"))?;
    for arrow in &picture.arrows {
        write_arrow(out, arrow, key)?;
    }
    for shape in &picture.shapes {
        write_shape(out, shape)?;
    }
    for line in &picture.lines {
        write_line(out, line)?;
    }
    writeln!(out, "</svg>")
}

fn marker(key: &str, class: &str) -> String {
    format!(
        "<marker id=\"sg-{key}-{class}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" \
         markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">\
         <path class=\"{class}\" d=\"M0 0L8 4L0 8z\"/></marker>"
    )
}

fn write_arrow(out: &mut String, arrow: &Arrow, key: &str) -> fmt::Result {
    let mut path = String::new();
    for (at, (x, y)) in arrow.points.iter().enumerate() {
        write!(path, "{}{x} {y}", if at == 0 { 'M' } else { 'L' })?;
    }
    let tip = match arrow.class {
        "launch" => String::new(),
        "back" => format!(" marker-end=\"url(#sg-{key}-tip-back)\""),
        _ => format!(" marker-end=\"url(#sg-{key}-tip)\""),
    };
    writeln!(out, "<path class=\"way {}\" d=\"{path}\"{tip}/>", arrow.class)
}

fn write_shape(out: &mut String, shape: &Shape) -> fmt::Result {
    let (class, Rect { x, y, w, h }) = (shape.class, shape.rect);
    if class == "gate" {
        return write_gate(out, shape.rect);
    }
    let round = if class == "stage" { 6 } else { h / 2 };
    writeln!(
        out,
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"{round}\"/>"
    )
}

/// With cut corners: a gate is not a stage even without colours.
fn write_gate(out: &mut String, rect: Rect) -> fmt::Result {
    const CUT: u32 = 12;
    let (left, top) = (rect.x, rect.y);
    let (right, bottom) = (rect.x + rect.w, rect.y + rect.h);
    let corners = [
        (left + CUT, top),
        (right - CUT, top),
        (right, top + CUT),
        (right, bottom - CUT),
        (right - CUT, bottom),
        (left + CUT, bottom),
        (left, bottom - CUT),
        (left, top + CUT),
    ];
    let points = corners.map(|(x, y)| format!("{x},{y}")).join(" ");
    writeln!(out, "<polygon class=\"gate\" points=\"{points}\"/>")
}

fn write_line(out: &mut String, line: &Line) -> fmt::Result {
    let baseline = line.at.y + line.size;
    writeln!(
        out,
        "<text class=\"{}\" x=\"{}\" y=\"{baseline}\" font-size=\"{}\">{}</text>",
        line.class,
        line.at.x,
        line.size,
        escaped(&line.text)
    )
}

/// Text for XML; what XML cannot hold becomes the replacement character.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
