//! Where everything stands: stages and gates in one stream that wraps into rows, ways that skip
//! or return to a stage of the same row in lanes above, ways back in lanes below, and what ends
//! or leads to another row as a pill under its gate.

use super::{
    End, Kind, Lang, Step, Way, kill_word, launch_word,
    measure::{fitted, width, wrapped},
};

pub(super) const SMALL: u32 = 12;
pub(super) const LARGE: u32 = 14;
const LINE: u32 = 18;
const MARGIN: u32 = 28;
const GAP: u32 = 44;
const STAGE: u32 = 168;
const GATE: u32 = 224;
const PAD: u32 = 14;
const LANE: u32 = 26;
const PILL: u32 = 26;
/// On the left under a gate, kept free for the ways that leave downwards.
const ARCS: u32 = 44;
const PER_ROW: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

/// A line of text with the room that it takes.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) at: Rect,
    pub(super) size: u32,
    pub(super) class: &'static str,
}

#[derive(Debug)]
pub(super) struct Shape {
    pub(super) class: &'static str,
    pub(super) rect: Rect,
}

#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) class: &'static str,
    pub(super) points: Vec<(u32, u32)>,
}

#[derive(Debug, Default)]
pub(super) struct Picture {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) shapes: Vec<Shape>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) lines: Vec<Line>,
}

/// A stage and its gate, placed.
struct Placed {
    row: usize,
    stage: Rect,
    gate: Rect,
}

pub(super) fn layout(steps: &[Step], lang: Lang) -> Picture {
    let mut picture = Picture::default();
    let columns = steps.len().clamp(1, PER_ROW);
    let columns = u32::try_from(columns).unwrap_or(1);
    picture.width = 2 * MARGIN + columns * (STAGE + GATE + 2 * GAP);
    let mut placed: Vec<Placed> = Vec::new();
    let mut y = MARGIN;
    for (row, members) in steps.chunks(PER_ROW).enumerate() {
        let first = row * PER_ROW;
        let lanes = Lanes::of(members, first);
        let header = if members.iter().any(|step| step.launch) { LANE } else { 0 };
        let top = y + header + LANE * lanes.above;
        let height = members.iter().map(card_height).max().unwrap_or(0);
        let mut pills = 0;
        for (at, step) in members.iter().enumerate() {
            let place = picture.place(step, row, at, top, height);
            let under = picture.pills(step, first, &place, top + height, steps, lang);
            pills = pills.max(under);
            if step.launch {
                picture.launch_line(&place, y, top + height, lang);
            }
            placed.push(place);
        }
        let below = top + height + pills + PAD;
        picture.lanes(members, first, &placed, (y + header, below));
        y = below + LANE * lanes.below + GAP;
    }
    picture.height = y.saturating_sub(GAP) + MARGIN;
    picture.stream(steps, &placed);
    picture
}

/// How many lanes a row needs above and below its cards.
struct Lanes {
    above: u32,
    below: u32,
}

impl Lanes {
    fn of(members: &[Step], first: usize) -> Self {
        let mut lanes = Self { above: 0, below: 0 };
        for (at, step) in members.iter().enumerate() {
            for way in &step.ways {
                match lane(way, first + at, first, members.len()) {
                    Some(Kind::Recycle) => lanes.below += 1,
                    Some(_) => lanes.above += 1,
                    None => {}
                }
            }
        }
        lanes
    }
}

/// The kind of way that runs in a lane of its row: neither straight on nor out of the row.
fn lane(way: &Way, from: usize, first: usize, count: usize) -> Option<Kind> {
    let End::Stage(to) = way.to else { return None };
    let here = (first..first + count).contains(&to);
    let straight = way.kind == Kind::Go && to == from + 1;
    (here && !straight).then_some(way.kind)
}

/// Who decides and what can be answered, line by line; a veto at the end of a line is not cut off.
fn who(step: &Step) -> Vec<String> {
    let lines = step.decides.iter().chain(&step.terms);
    lines.flat_map(|line| wrapped(line, SMALL, GATE - 2 * PAD, 2)).collect()
}

fn card_height(step: &Step) -> u32 {
    let title = wrapped(step.gate, LARGE, GATE - 2 * PAD, 2).len();
    let lines = u32::try_from(title + who(step).len()).unwrap_or(8);
    let stage = wrapped(step.title, LARGE, STAGE - 2 * PAD, 4).len();
    let stage = u32::try_from(stage).unwrap_or(4);
    lines.max(stage).max(2) * LINE + 2 * PAD
}

impl Picture {
    fn place(&mut self, step: &Step, row: usize, at: usize, top: u32, h: u32) -> Placed {
        let at = u32::try_from(at).unwrap_or(0);
        let x = MARGIN + at * (STAGE + GATE + 2 * GAP);
        let stage = Rect { x, y: top, w: STAGE, h };
        let gate = Rect { x: x + STAGE + GAP, y: top, w: GATE, h };
        self.shapes.push(Shape { class: "stage", rect: stage });
        self.shapes.push(Shape { class: "gate", rect: gate });
        let lines = wrapped(step.title, LARGE, STAGE - 2 * PAD, 4);
        self.column(&lines, stage, LARGE, "name");
        let title = wrapped(step.gate, LARGE, GATE - 2 * PAD, 2);
        let used = u32::try_from(title.len()).unwrap_or(1) * LINE;
        self.column(&title, gate, LARGE, "name");
        let rest = Rect { y: gate.y + used, ..gate };
        self.column(&who(step), rest, SMALL, "who");
        Placed { row, stage, gate }
    }

    fn column(&mut self, lines: &[String], within: Rect, size: u32, class: &'static str) {
        let mut y = within.y + PAD;
        for text in lines {
            self.line(text.clone(), within.x + PAD, y, size, class);
            y += LINE;
        }
    }

    fn line(&mut self, text: String, x: u32, y: u32, size: u32, class: &'static str) {
        let at = Rect { x, y, w: width(&text, size), h: LINE };
        self.lines.push(Line { text, at, size, class });
    }

    /// What ends here or leads to another row; gives the height that the pills take.
    fn pills(
        &mut self,
        step: &Step,
        first: usize,
        place: &Placed,
        bottom: u32,
        steps: &[Step],
        lang: Lang,
    ) -> u32 {
        let row = first..first + PER_ROW;
        let from = steps.iter().position(|it| it.key == step.key).unwrap_or(first);
        let mut y = bottom + PAD;
        for way in &step.ways {
            let (class, sign, to) = match way.to {
                End::Stage(to) if row.contains(&to) || (way.kind == Kind::Go && to == from + 1) => {
                    continue;
                }
                End::Stage(to) => {
                    let sign = if way.kind == Kind::Go { "→" } else { "↺" };
                    ("pill back", sign, steps.get(to).map_or("", |step| step.title))
                }
                End::Exit(_, title) => ("pill exit", "⇥", title),
                End::Killed => ("pill kill", "✕", kill_word(lang)),
            };
            let label = if way.label.is_empty() || way.kind == Kind::Recycle {
                format!("{sign} {to}")
            } else {
                format!("{sign} {}: {to}", way.label)
            };
            let rect = Rect { x: place.gate.x + ARCS, y, w: GATE - ARCS, h: PILL };
            self.shapes.push(Shape { class, rect });
            let text = fitted(&label, SMALL, rect.w - 2 * PAD);
            self.line(text, rect.x + PAD, y + (PILL - LINE) / 2, SMALL, "who");
            y += PILL + 6;
        }
        if y > bottom + PAD { y - bottom } else { 0 }
    }

    fn launch_line(&mut self, place: &Placed, top: u32, bottom: u32, lang: Lang) {
        let x = place.gate.x + GATE + GAP / 2;
        let (top_of_line, bottom) = (top + LANE, bottom + PAD);
        self.arrows.push(Arrow { class: "launch", points: vec![(x, top_of_line), (x, bottom)] });
        let text = fitted(launch_word(lang), SMALL, GATE);
        let w = width(&text, SMALL);
        let x = x.saturating_sub(w / 2).min(self.width - MARGIN / 2 - w);
        self.line(text, x, top + 4, SMALL, "launch-word");
    }

    /// Ways within the row that are not straight on, each in a lane of its own.
    fn lanes(
        &mut self,
        members: &[Step],
        first: usize,
        placed: &[Placed],
        (above, below): (u32, u32),
    ) {
        let (mut up, mut down) = (above, below);
        let (mut out, mut into) = (vec![0; members.len()], vec![0; members.len()]);
        for (at, step) in members.iter().enumerate() {
            for way in &step.ways {
                let Some(kind) = lane(way, first + at, first, members.len()) else { continue };
                let End::Stage(to) = way.to else { continue };
                let (from, target) = (placed[first + at].gate, placed[to].stage);
                // Parallel ways leave and arrive side by side.
                let leave = from.x + 8 + (out[at] % 5) * 8;
                let arrive = target.x + 16 + (into[to - first] % 12) * 11;
                out[at] += 1;
                into[to - first] += 1;
                let (y, class, start, end) = if kind == Kind::Recycle {
                    down += LANE;
                    (down - 4, "back", from.y + from.h, target.y + target.h)
                } else {
                    up += LANE;
                    (up - 4, "go", from.y, target.y)
                };
                let points = vec![(leave, start), (leave, y), (arrive, y), (arrive, end)];
                self.arrows.push(Arrow { class, points });
                let span = (leave.min(arrive), leave.max(arrive));
                // A way back is dashed, and the gate says how often it is taken.
                if kind != Kind::Recycle {
                    self.lane_label(&way.label, span, y - LANE + 4);
                }
            }
        }
    }

    fn lane_label(&mut self, label: &str, (left, right): (u32, u32), y: u32) {
        let room = (right - left).saturating_sub(16);
        let text = fitted(label, SMALL, room);
        if !text.is_empty() && text != "…" {
            let x = left + (right - left).saturating_sub(width(&text, SMALL)) / 2;
            self.line(text, x, y + 2, SMALL, "way-word");
        }
    }

    /// From each stage to its gate, and straight on to the next stage.
    fn stream(&mut self, steps: &[Step], placed: &[Placed]) {
        for (at, (step, place)) in steps.iter().zip(placed).enumerate() {
            let y = place.stage.y + place.stage.h / 2;
            let points = vec![(place.stage.x + STAGE, y), (place.gate.x, y)];
            self.arrows.push(Arrow { class: "go", points });
            let on = |way: &&Way| {
                way.kind == Kind::Go && matches!(way.to, End::Stage(to) if to == at + 1)
            };
            let (Some(_), Some(next)) = (step.ways.iter().find(on), placed.get(at + 1)) else {
                continue;
            };
            let (from, to) = (place.gate.x + GATE, next.stage.x);
            let points = if next.row == place.row {
                vec![(from, y), (to, y)]
            } else {
                let (right, left) = (from + GAP / 2 + 6, MARGIN / 2);
                let between = next.stage.y.saturating_sub(self.gap_above(next));
                let end = next.stage.y + next.stage.h / 2;
                vec![
                    (from, y),
                    (right, y),
                    (right, between),
                    (left, between),
                    (left, end),
                    (to, end),
                ]
            };
            self.arrows.push(Arrow { class: "go", points });
        }
    }

    /// How far above a row's cards the gap between it and the row before is.
    fn gap_above(&self, next: &Placed) -> u32 {
        let arcs = self.arrows.iter().filter(|arrow| {
            arrow.class == "go" && arrow.points.iter().any(|(_, y)| *y == next.stage.y)
        });
        let lanes = u32::try_from(arcs.count()).unwrap_or(0);
        let header = self.lines.iter().any(|line| {
            line.class == "launch-word"
                && line.at.y < next.stage.y
                && line.at.y + 160 > next.stage.y
        });
        GAP / 2 + LANE * (lanes + u32::from(header))
    }
}
