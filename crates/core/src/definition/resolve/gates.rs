//! Gates: criteria, scorecard, seats, separation and clock.

use indexmap::IndexMap;

use super::{
    Resolver,
    expressions::{Documents, Reader},
    forms::in_words,
    help_of, text_of,
};
use crate::{
    definition::{
        Clock, Factor, Gate, MustMeet, Party, Scorecard, Seat, Separation,
        diagnostic::{Diagnostic, Located, Mark},
        read::Named,
        source::{self, Order},
    },
    key::{CriterionKey, GateKey, RoleKey, SeatKey, StageKey},
};

impl Resolver<'_, '_> {
    pub(super) fn gates(
        &mut self,
        documents: &Documents,
        owner: Option<&RoleKey>,
    ) -> IndexMap<GateKey, Gate> {
        let stages = self.stages_of_gates();
        // A stage whose gate is missing or misspelt may mean any of those that are left over.
        let named = self.source.stages().all(|(_, stage)| {
            let gate = stage.gate.0.as_ref();
            gate.is_some_and(|gate| self.names.gates.names.contains_key(&*gate.value))
        });
        let all_named = named && !self.problems.is_broken("stages");
        let entries = self.entries::<GateKey, _>(self.source.gates.0.as_ref());
        let mut gates = IndexMap::new();
        for (key, source, at) in entries {
            let stage = stages.get(key.as_str());
            if stage.is_none() && all_named {
                let message = format!("no stage ends at the gate `{key}`");
                self.error(
                    Diagnostic::error("gate_without_stage", at, message)
                        .help(format!("give a stage `gate: {key}`, or remove the gate")),
                );
            }
            if let Some(gate) = self.gate(source, stage, documents, owner) {
                gates.insert(key, gate);
            }
        }
        gates
    }

    /// The stage of each gate; a gate at the end of two stages is reported.
    fn stages_of_gates(&mut self) -> IndexMap<String, StageKey> {
        let source = self.source;
        let mut found: IndexMap<String, (StageKey, Mark)> = IndexMap::new();
        for (stage, source) in source.stages() {
            let Some(gate) = source.gate.0.as_ref() else { continue };
            let Ok(stage) = stage.value.parse::<StageKey>() else { continue };
            if let Some((first, place)) = found.get(&gate.value) {
                let message =
                    format!("the gate `{}` ends both `{first}` and `{stage}`", gate.value);
                let place = *place;
                self.error(
                    Diagnostic::error("gate_of_two_stages", gate.at, message)
                        .related(place, "first used here")
                        .help("each stage has a gate of its own"),
                );
            } else {
                found.insert(gate.value.clone(), (stage, gate.at));
            }
        }
        found.into_iter().map(|(gate, (stage, _))| (gate, stage)).collect()
    }

    fn gate(
        &mut self,
        source: &source::Gate,
        stage: Option<&StageKey>,
        documents: &Documents,
        owner: Option<&RoleKey>,
    ) -> Option<Gate> {
        let chair = source.chair.0.as_ref().and_then(|it| self.person(it, "chair a gate"));
        let submit_by = match &source.submit_by {
            None => owner.cloned().into_iter().collect(),
            Some(list) if list.value.is_empty() => {
                self.nobody(list.at, "may submit");
                Vec::new()
            }
            list => self.people(list.as_ref(), "submit to a gate"),
        };
        let must = self.must(source, stage, documents);
        let score = source.score.as_ref().and_then(|score| self.scorecard(score));
        let seats = self.seats(source);
        let separation = self.separation(source, stage, &seats);
        let clock = source.clock.as_ref().and_then(|clock| self.clock(clock));
        let outcomes = source.outcomes.0.as_ref().and_then(|it| self.outcomes(it, stage));
        Some(Gate {
            title: text_of(source.title.0.as_ref()),
            help: help_of(source.help.as_ref()),
            stage: stage?.clone(),
            chair: chair?,
            chair_signs: help_of(source.chair_signs.as_ref()),
            submit_by,
            must,
            score,
            seats,
            sequential: source.order.as_ref().is_some_and(|it| it.value == Order::Sequential),
            separation,
            clock,
            outcomes: outcomes?,
        })
    }

    fn must(
        &mut self,
        source: &source::Gate,
        stage: Option<&StageKey>,
        documents: &Documents,
    ) -> IndexMap<CriterionKey, MustMeet> {
        let mut found = IndexMap::new();
        for (key, source, at) in self.entries(source.must.as_ref()) {
            let must = match (&source.expr, &source.r#else, &source.ask, &source.by) {
                (Some(expr), Some(otherwise), None, None) => stage
                    .and_then(|stage| self.compile(expr, documents, Reader::Gate(stage)))
                    .map(|expr| MustMeet::Expr { expr, otherwise: otherwise.text.clone() }),
                (None, None, Some(ask), Some(by)) => {
                    let by = self.person(by, "answer a question");
                    by.map(|by| MustMeet::Question { ask: ask.text.clone(), by })
                }
                (expr, otherwise, ask, by) => {
                    let help = match (expr, otherwise, ask, by) {
                        (Some(_), None, None, None) => "`else` is missing: what a failure means",
                        (None, Some(_), None, None) => "`expr` is missing: what must hold",
                        (None, None, Some(_), None) => "`by` is missing: who answers",
                        (None, None, None, Some(_)) => "`ask` is missing: the question",
                        _ => "write one of the two pairs, and no part of the other",
                    };
                    let message =
                        "a must-meet criterion is either `expr` with `else`, or `ask` with `by`";
                    self.error(Diagnostic::error("either_or", at, message).help(help));
                    None
                }
            };
            if let Some(must) = must {
                found.insert(key, must);
            }
        }
        found
    }

    fn scorecard(&mut self, source: &source::Score) -> Option<Scorecard> {
        let mut factors = IndexMap::new();
        for (key, source::Factor(source), _) in self.entries(source.factors.0.as_ref()) {
            let key: crate::key::FactorKey = key;
            let anchors = self.anchors(source);
            let Some(weight) = &source.weight.0 else { continue };
            self.in_range(weight, 1, 100, "a weight");
            let title = source.title.as_ref();
            let factor = Factor {
                title: title.map_or_else(|| in_words(key.as_str()), |title| title.text.clone()),
                weight: weight.value,
                anchors,
            };
            factors.insert(key, factor);
        }
        if let Some(named) = source.factors.0.as_ref().filter(|named| named.entries.is_empty()) {
            let message = "a scorecard has at least one factor";
            self.error(Diagnostic::error("empty_list", named.at, message));
        }
        let hurdle = source.hurdle.0.as_ref()?;
        self.in_range(hurdle, 0, 100, "a hurdle");
        Some(Scorecard { hurdle: hurdle.value, factors })
    }

    fn anchors(
        &mut self,
        source: &source::FullFactor,
    ) -> std::collections::BTreeMap<u8, crate::definition::Text> {
        let mut anchors = std::collections::BTreeMap::new();
        for entry in source.anchors.iter().flat_map(|named| &named.entries) {
            let Some(words) = &entry.value else { continue };
            match entry.key.value.parse::<u8>() {
                Ok(score) if score <= 10 => {
                    anchors.insert(score, words.text.clone());
                }
                _ => {
                    let message = format!("`{}` is not a score from 0 to 10", entry.key.value);
                    self.error(Diagnostic::error("out_of_range", entry.key.at, message));
                }
            }
        }
        anchors
    }

    pub(super) fn in_range(&mut self, found: &Located<u32>, least: u32, most: u32, what: &str) {
        if !(least..=most).contains(&found.value) {
            let message = format!("{what} is from {least} to {most}, found {}", found.value);
            self.error(Diagnostic::error("out_of_range", found.at, message));
        }
    }

    fn seats(&mut self, source: &source::Gate) -> IndexMap<SeatKey, Seat> {
        let mut seats = IndexMap::new();
        let named = source.approvals.0.as_ref();
        if let Some(named) = named.filter(|named| named.entries.is_empty()) {
            let message = "a gate has at least one seat, or nobody decides";
            self.error(Diagnostic::error("empty_list", named.at, message));
        }
        for (key, source, _) in self.entries(named) {
            let role = source.role.0.as_ref().and_then(|it| self.person(it, "sit at a gate"));
            let Some(need) = &source.need.0 else { continue };
            if need.value == 0 {
                let message = "a seat needs at least one vote";
                self.error(Diagnostic::error("out_of_range", need.at, message));
            }
            if let Some(of) = source.of.as_ref().filter(|of| need.value > of.value) {
                let message = format!("needs {} votes of {} people", need.value, of.value);
                self.error(
                    Diagnostic::error("need_beyond_of", need.at, message)
                        .related(of.at, "at most so many people sit"),
                );
            }
            let Some(role) = role else { continue };
            let seat = Seat {
                role,
                need: need.value,
                of: source.of.as_ref().map(|of| of.value),
                sign: help_of(source.sign.as_ref()),
                veto: source.veto.as_ref().is_some_and(|it| it.value),
            };
            seats.insert(key, seat);
        }
        seats
    }

    fn separation(
        &mut self,
        source: &source::Gate,
        stage: Option<&StageKey>,
        seats: &IndexMap<SeatKey, Seat>,
    ) -> Vec<Separation> {
        let mut found = Vec::new();
        for rule in source.separation.iter().flat_map(|list| &list.value) {
            let who = rule.who.0.as_ref().and_then(|who| self.party(who));
            if let (Some(party), Some(written)) = (&who, &rule.who.0) {
                self.not_idle(party, written.at, stage);
            }
            let Some(may_not) = &rule.may_not.0 else { continue };
            let declared = source.approvals.0.iter().flat_map(Named::keys);
            let declared: Vec<&str> = declared.collect();
            if !declared.contains(&&*may_not.value) {
                let message = format!("this gate has no seat `{}`", may_not.value);
                self.error(
                    Diagnostic::error("unknown_seat", may_not.at, message)
                        .suggest(&may_not.value, declared.iter().copied())
                        .help(format!("seats: {}", declared.join(", "))),
                );
            }
            let seat = seats.get_key_value(&*may_not.value);
            let (Some(who), Some((name, seat))) = (who, seat) else { continue };
            if who == Party::HolderOf(seat.role.clone()) {
                let message = format!("nobody could sit on `{name}`: its own role may not");
                self.error(
                    Diagnostic::error("nobody_may_sit", may_not.at, message)
                        .help(format!("only holders of {} sit there", seat.role)),
                );
            }
            found.push(Separation { who, may_not_sit: name.clone() });
        }
        found
    }

    fn party(&mut self, who: &Located<String>) -> Option<Party> {
        let words: Vec<&str> = who.value.split_whitespace().collect();
        let last = words.last().map(|name| self.part(who, name));
        match (&words[..], last) {
            (["author", "of", _], Some(name)) => self.deliverable_ref(&name).map(Party::AuthorOf),
            (["reviewer", "of", _], Some(name)) => {
                self.deliverable_ref(&name).map(Party::ReviewerOf)
            }
            (["holder", "of", _], Some(name)) => self.role(&name).map(Party::HolderOf),
            _ => {
                let message = "`who` is written `author of DELIVERABLE`, `reviewer of DELIVERABLE` or `holder of ROLE`";
                self.error(Diagnostic::error("bad_value", who.at, message));
                None
            }
        }
    }

    fn clock(&mut self, source: &source::Clock) -> Option<Clock> {
        let escalate_to =
            source.escalate_to.0.as_ref().and_then(|it| self.person(it, "receive an escalation"));
        let within = source.decide_within.0.as_ref()?;
        let remind: Vec<_> = source.remind.iter().flat_map(|list| &list.value).collect();
        for reminder in &remind {
            if reminder.value.usual_minutes() >= within.value.usual_minutes() {
                let message = format!(
                    "a reminder {} before the end is not within {}",
                    reminder.value, within.value
                );
                self.error(
                    Diagnostic::error("reminder_too_early", reminder.at, message)
                        .related(within.at, "the whole time"),
                );
            }
        }
        Some(Clock {
            decide_within: within.value,
            remind: remind.iter().map(|reminder| reminder.value).collect(),
            escalate_to: escalate_to?,
        })
    }
}
