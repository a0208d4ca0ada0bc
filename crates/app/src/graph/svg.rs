//! The picture as SVG: one row from left to right, ways back above it, ends below it.

use std::{collections::HashMap, fmt::Write as _};

use super::{Picture, Shape, Way, WayKind};

const WIDTH: i32 = 150;
const HEIGHT: i32 = 56;
const GAP: i32 = 40;
const MARGIN: i32 = 24;
/// How much higher each way back runs than the one before.
const LANE: i32 = 18;

const STYLE: &str = "\
text{font:13px system-ui,'Noto Sans KR',sans-serif;fill:currentColor;text-anchor:middle}\
.n{fill:none;stroke:currentColor;stroke-width:1.5}\
.w{fill:none;stroke:currentColor;stroke-width:1.2;marker-end:url(#a)}\
.back,.kill{stroke-dasharray:4 3;opacity:.7}\
.l{font-size:11px}";

/// Where the middle of a node is.
type Places = HashMap<String, (i32, i32)>;

pub(super) fn svg(picture: &Picture<'_>) -> String {
    let lanes = picture.ways.iter().filter(|way| way.kind == WayKind::Recycle).count();
    let lanes = i32::try_from(lanes).unwrap_or(0);
    let row = MARGIN + lanes * LANE + HEIGHT;
    let below = row + HEIGHT * 2;
    let (mut places, mut x, mut end_x) = (Places::new(), MARGIN + WIDTH / 2, MARGIN + WIDTH / 2);
    for node in &picture.nodes {
        let place = match node.shape {
            Shape::Stage | Shape::Gate => {
                let here = (x, row);
                x += WIDTH + GAP;
                here
            }
            Shape::End => {
                let here = (end_x, below);
                end_x += WIDTH + GAP;
                here
            }
        };
        places.insert(node.id.clone(), place);
    }
    let (width, height) = (x.max(end_x) - WIDTH / 2 - GAP + MARGIN, below + HEIGHT);
    let title = escaped(picture.title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"t\"><title id=\"t\">{title}</title><style>{STYLE}</style><defs>\
         <marker id=\"a\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" \
         markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"currentColor\"/>\
         </marker></defs>\n"
    );
    let mut lane = 0;
    for way in &picture.ways {
        draw_way(&mut out, way, &places, row, &mut lane);
    }
    for node in &picture.nodes {
        if let Some(place) = places.get(&node.id) {
            draw_node(&mut out, node.title, node.shape, *place);
        }
    }
    out + "</svg>\n"
}

fn draw_node(out: &mut String, title: &str, shape: Shape, (x, y): (i32, i32)) {
    let (half_width, half_height) = (WIDTH / 2, HEIGHT / 2);
    let (left, top) = (x - half_width, y - half_height);
    // Writing to a String cannot fail.
    let _ = match shape {
        Shape::Stage => writeln!(
            out,
            "<rect class=\"n\" x=\"{left}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             rx=\"6\"/>"
        ),
        Shape::End => writeln!(
            out,
            "<rect class=\"n\" x=\"{left}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             rx=\"{half_height}\"/>"
        ),
        Shape::Gate => writeln!(
            out,
            "<path class=\"n\" d=\"M{left} {y}L{x} {top}L{} {y}L{x} {}z\"/>",
            x + half_width,
            y + half_height
        ),
    };
    let lines = wrapped(title, 18);
    let first = y + 5 - 8 * (i32::try_from(lines.len()).unwrap_or(1) - 1);
    for (line, y) in lines.iter().zip((first..).step_by(16)) {
        let _ = writeln!(out, "<text x=\"{x}\" y=\"{y}\">{}</text>", escaped(line));
    }
}

fn draw_way(out: &mut String, way: &Way<'_>, places: &Places, row: i32, lane: &mut i32) {
    let (Some((x1, y1)), Some((x2, y2))) = (places.get(&way.from), places.get(&way.to)) else {
        return;
    };
    let (half_width, half_height) = (WIDTH / 2, HEIGHT / 2);
    let next = *y2 == row && *x2 - *x1 == WIDTH + GAP;
    let (class, path, label_at) = if *y2 > row {
        let class = if way.kind == WayKind::Kill { "w kill" } else { "w" };
        let (from, to) = (y1 + half_height, y2 - half_height);
        let middle = i32::midpoint(from, to);
        let path = format!("M{x1} {from}C{x1} {middle} {x2} {middle} {x2} {to}");
        (class, path, (i32::midpoint(*x1, *x2), middle))
    } else if next {
        let path = format!("M{} {y1}H{}", x1 + half_width, x2 - half_width);
        ("w", path, (i32::midpoint(*x1, *x2), y1 - 6))
    } else {
        *lane += 1;
        let class = if way.kind == WayKind::Recycle { "w back" } else { "w" };
        let (top, height) = (row - half_height, row - HEIGHT - *lane * LANE);
        let path = format!("M{x1} {top}V{height}H{x2}V{top}");
        (class, path, (i32::midpoint(*x1, *x2), height - 4))
    };
    let _ = writeln!(out, "<path class=\"{class}\" d=\"{path}\"/>");
    if let Some(label) = way.label {
        let (x, y) = label_at;
        let _ = writeln!(out, "<text class=\"l\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(label));
    }
}

/// Words in lines of about so many letters; at most three lines.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let room = lines.last().is_some_and(|line| {
            line.chars().count() + word.chars().count() < letters || lines.len() == 3
        });
        match lines.last_mut().filter(|_| room) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
