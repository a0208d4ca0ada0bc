//! The workflow as a picture: SVG, Mermaid and Graphviz, in English or Korean.

use super::{
    Definition, Gate, Seat, Target, Text,
    span::{Span, Unit},
};
use crate::key::{ExitKey, GateKey, StageKey};

mod dot;
mod layout;
mod measure;
mod mermaid;
mod svg;

#[cfg(test)]
mod tests;

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::svg;

/// The language of a picture's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    En,
    Ko,
}

impl Text {
    /// The text in this language, or in English where it is not translated.
    pub fn in_lang(&self, lang: Lang) -> &str {
        match (lang, &self.ko) {
            (Lang::Ko, Some(ko)) => ko,
            _ => &self.en,
        }
    }
}

/// A stage with its gate, and the ways that lead on from there.
struct Step<'d> {
    key: &'d StageKey,
    title: &'d str,
    gate_key: &'d GateKey,
    gate: &'d str,
    /// One line for each seat, then the chair.
    decides: Vec<String>,
    /// One line for each answer with a bound.
    terms: Vec<String>,
    ways: Vec<Way<'d>>,
    /// The hand-over starts at this gate.
    launch: bool,
}

struct Way<'d> {
    kind: Kind,
    to: End<'d>,
    /// What the way is called; empty when it says nothing more than where it leads.
    label: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Go,
    Recycle,
    Exit,
    Kill,
}

#[derive(Clone, Copy)]
enum End<'d> {
    /// The place of a stage in the order of the file.
    Stage(usize),
    Exit(&'d ExitKey, &'d str),
    Killed,
}

fn steps(definition: &Definition, lang: Lang) -> Vec<Step<'_>> {
    let stages = definition.stages.iter();
    stages
        .filter_map(|(key, stage)| {
            let gate = definition.gates.get(&stage.gate)?;
            let launch =
                definition.handover.as_ref().is_some_and(|handover| handover.at == stage.gate);
            Some(Step {
                key,
                title: stage.title.in_lang(lang),
                gate_key: &stage.gate,
                gate: gate.title.in_lang(lang),
                decides: decides(definition, gate, lang),
                terms: terms(gate, lang),
                ways: ways(definition, gate, lang),
                launch,
            })
        })
        .collect()
}

fn decides(definition: &Definition, gate: &Gate, lang: Lang) -> Vec<String> {
    let role = |key: &crate::key::RoleKey| {
        definition.roles.get(key).map_or("", |role| role.title.in_lang(lang))
    };
    let seat = |seat: &Seat| {
        let need = match (seat.of, lang) {
            (Some(of), Lang::En) => format!("{} of {of}", seat.need),
            (Some(of), Lang::Ko) => format!("{of}명 중 {}명", seat.need),
            (None, Lang::En) => seat.need.to_string(),
            (None, Lang::Ko) => format!("{}명", seat.need),
        };
        let veto = match lang {
            _ if !seat.veto => "",
            Lang::En => ", veto",
            Lang::Ko => ", 거부권",
        };
        format!("{}: {need}{veto}", role(&seat.role))
    };
    let chair = match lang {
        Lang::En => "Chair",
        Lang::Ko => "의장",
    };
    let seats = gate.seats.values().map(seat);
    seats.chain([format!("{chair}: {}", role(&gate.chair))]).collect()
}

/// The answers that draw no way of their own, and the bounds of those that do.
fn terms(gate: &Gate, lang: Lang) -> Vec<String> {
    let outcomes = &gate.outcomes;
    let conditional = outcomes.conditional.map(|within| match lang {
        Lang::En => format!("Conditional go: within {}", spoken(within, lang)),
        Lang::Ko => format!("조건부 통과: {} 이내", spoken(within, lang)),
    });
    let hold = outcomes.hold.as_ref().map(|hold| match lang {
        Lang::En => format!("Hold: at most {}", spoken(hold.at_most, lang)),
        Lang::Ko => format!("보류: 최대 {}", spoken(hold.at_most, lang)),
    });
    let recycle = outcomes.recycle.as_ref().map(|recycle| match (lang, recycle.at_most) {
        (Lang::En, 1) => "Recycle: at most once".to_owned(),
        (Lang::En, times) => format!("Recycle: at most {times} times"),
        (Lang::Ko, times) => format!("재작업: 최대 {times}회"),
    });
    [conditional, hold, recycle].into_iter().flatten().collect()
}

/// A length of time in words.
fn spoken(span: Span, lang: Lang) -> String {
    let (en, ko) = match span.unit() {
        Unit::Day => ("day", "일"),
        Unit::BusinessDay => ("business day", "영업일"),
        Unit::Week => ("week", "주"),
        Unit::Month => ("month", "개월"),
        Unit::Year => ("year", "년"),
    };
    match (lang, span.count()) {
        (Lang::En, 1) => format!("1 {en}"),
        (Lang::En, count) => format!("{count} {en}s"),
        (Lang::Ko, count) => format!("{count}{ko}"),
    }
}

fn ways<'d>(definition: &'d Definition, gate: &'d Gate, lang: Lang) -> Vec<Way<'d>> {
    let mut ways = Vec::new();
    for path in gate.outcomes.go.values() {
        let title = path.title.in_lang(lang);
        ways.push(match &path.to {
            Target::Stage(to) => {
                let plain = definition.stages.get(to).is_some_and(|it| it.title == path.title);
                let label = if plain { String::new() } else { title.to_owned() };
                Way { kind: Kind::Go, to: End::Stage(definition.order(to)), label }
            }
            Target::Exit(to) => {
                let exit = definition.exits.get(to);
                let exit = exit.map_or(title, |exit| exit.title.in_lang(lang));
                let label = if exit == title { String::new() } else { title.to_owned() };
                Way { kind: Kind::Exit, to: End::Exit(to, exit), label }
            }
        });
    }
    if let Some(recycle) = &gate.outcomes.recycle {
        let label = match lang {
            Lang::En => "Recycle",
            Lang::Ko => "재작업",
        };
        let back = recycle.to.iter().map(|to| End::Stage(definition.order(to)));
        ways.extend(back.map(|to| Way { kind: Kind::Recycle, to, label: label.to_owned() }));
    }
    if gate.outcomes.kill {
        ways.push(Way { kind: Kind::Kill, to: End::Killed, label: String::new() });
    }
    ways
}

const fn kill_word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Kill",
        Lang::Ko => "중단",
    }
}

const fn launch_word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Launch: hand-over",
        Lang::Ko => "출시: 인계",
    }
}
