//! Sentences for what the core says in codes, and addresses for the places that it names.

mod english;
mod intake;
mod korean;
mod place;
mod statement;
#[cfg(test)]
mod tests;

use sluicegate_core::{
    clocks::Waited,
    definition::{Definition, Text},
    expr::Reason,
    id::PersonId,
    key::*,
    product::{DeliverableRef, RoleRef},
    rules::{self, Action, Blocker, Link, ProblemKind, TaskKind, Thing},
};

use crate::{error::Right, view::Names};

pub use intake::{entry_href, entry_task, entry_title, intake_field, track};
pub use place::{href, request};
pub(crate) use statement::{Statement, with_names};

/// The languages that sentences come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    #[default]
    En,
    Ko,
}

impl Lang {
    /// A text of a definition; English where there is no Korean.
    pub fn of(self, text: &Text) -> &str {
        match (self, &text.ko) {
            (Self::Ko, Some(ko)) => ko,
            _ => &text.en,
        }
    }
}

/// Texts of a workflow end without a full stop, and several sentences may follow each other.
fn stopped(mut sentence: String) -> String {
    if !sentence.ends_with(['.', '?', '!']) {
        sentence.push('.');
    }
    sentence
}

/// Why an expression has no value.
pub fn reason(why: &Reason, lang: Lang) -> String {
    stopped(match lang {
        Lang::En => english::sentence_case(&why.to_string()),
        Lang::Ko => korean::reason(why),
    })
}

/// Who may, where it is not the process that says so.
pub fn right(right: Right, lang: Lang) -> String {
    stopped(match lang {
        Lang::En => english::sentence_case(&right.to_string()),
        Lang::Ko => korean::right(right).to_owned(),
    })
}

/// Days with one digit after the point.
fn days(seconds: u64) -> String {
    let tenths = seconds.saturating_mul(10).saturating_add(43_200) / 86_400;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Who speaks: a language, with the titles of a workflow and the names of people where known.
/// Without them the keys stand in for the titles.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    pub lang: Lang,
    pub definition: Option<&'a Definition>,
    pub names: &'a Names,
}

impl Voice<'_> {
    /// What an action is called.
    pub fn action(&self, action: &Action) -> String {
        match self.lang {
            Lang::En => english::action(self, action),
            Lang::Ko => korean::action(self, action),
        }
    }

    /// Why something is not possible now.
    pub fn blocker(&self, blocker: &Blocker) -> String {
        let sentence = match self.lang {
            Lang::En => english::blocker(self, blocker),
            Lang::Ko => korean::blocker(self, blocker),
        };
        stopped(sentence)
    }

    /// What is wrong with a field of a payload.
    pub fn problem(&self, kind: &ProblemKind) -> String {
        match self.lang {
            Lang::En => english::problem(self, kind),
            Lang::Ko => korean::problem(self, kind),
        }
    }

    /// There is no such thing.
    pub fn no_such(&self, thing: &Thing) -> String {
        match self.lang {
            Lang::En => english::no_such(thing),
            Lang::Ko => korean::no_such(thing),
        }
    }

    /// What a task asks for.
    pub fn task(&self, kind: TaskKind, about: &str) -> String {
        let about = rules::place(kind, about).map_or_else(|| about.into(), |at| self.thing(&at));
        match self.lang {
            Lang::En => english::task(kind, &about),
            Lang::Ko => korean::task(kind, &about),
        }
    }

    /// Who was waited for, and how long: in days of 24 hours, and in business days.
    pub fn waited(&self, who: Waited, seconds: u64, business_seconds: u64) -> String {
        let (days, business_days) = (days(seconds), days(business_seconds));
        match self.lang {
            Lang::En => {
                let who = english::waited(who);
                format!("{who}: {days} days, of which {business_days} business days")
            }
            Lang::Ko => {
                let who = korean::waited(who);
                format!("{who}: {days}일 (영업일 {business_days}일)")
            }
        }
    }

    /// What stands at a place.
    fn thing(&self, at: &Link) -> String {
        match at {
            Link::Deliverable(deliverable) => self.deliverable(deliverable),
            Link::Criterion(criterion) => self.criterion(criterion).to_owned(),
            Link::Gate(gate) => self.gate(gate).to_owned(),
            Link::Condition(number) | Link::Review(number) | Link::Obligation(number) => {
                number.to_string()
            }
            Link::Entry(id) => id.to_string(),
            Link::Market(market) | Link::Handover(market) => market.to_string(),
            Link::Duty(duty) => self.duty(duty).to_owned(),
            Link::Product
            | Link::Team
            | Link::Migration
            | Link::Hold
            | Link::Roles
            | Link::Factor
            | Link::Signing
            | Link::Clock => String::new(),
        }
    }

    fn text<'t>(&self, text: Option<&'t Text>) -> Option<&'t str> {
        text.map(|text| self.lang.of(text))
    }

    /// Its title, with the market where there is one for each.
    pub fn deliverable(&self, named: &DeliverableRef) -> String {
        let found = self.definition.and_then(|it| it.deliverables.get(&named.key));
        let title = self.text(found.map(|it| &it.title)).unwrap_or(named.key.as_str());
        in_market(title, named.market.as_ref())
    }

    fn role(&self, role: &RoleRef) -> String {
        in_market(self.role_key(&role.key), role.market.as_ref())
    }

    fn role_key<'t>(&'t self, role: &'t RoleKey) -> &'t str {
        let found = self.definition.and_then(|it| it.roles.get(role));
        self.text(found.map(|it| &it.title)).unwrap_or(role.as_str())
    }

    fn stage<'t>(&'t self, stage: &'t StageKey) -> &'t str {
        let found = self.definition.and_then(|it| it.stages.get(stage));
        self.text(found.map(|it| &it.title)).unwrap_or(stage.as_str())
    }

    fn gate<'t>(&'t self, gate: &'t GateKey) -> &'t str {
        let found = self.definition.and_then(|it| it.gates.get(gate));
        self.text(found.map(|it| &it.title)).unwrap_or(gate.as_str())
    }

    /// The words for kill, hold and recycle, as far as the gate offers them.
    fn without_go(&self, gate: &GateKey, words: [&'static str; 3]) -> Vec<&'static str> {
        let Some(gate) = self.definition.and_then(|it| it.gates.get(gate)) else {
            return words.to_vec();
        };
        let outcomes = &gate.outcomes;
        let offered = [outcomes.kill, outcomes.hold.is_some(), outcomes.recycle.is_some()];
        words
            .into_iter()
            .zip(offered)
            .filter(|(_, offered)| *offered)
            .map(|(word, _)| word)
            .collect()
    }

    fn path<'t>(&'t self, gate: &GateKey, path: &'t PathKey) -> &'t str {
        let found = self.definition.and_then(|it| it.gates.get(gate)?.outcomes.go.get(path));
        self.text(found.map(|it| &it.title)).unwrap_or(path.as_str())
    }

    /// The question, or what an expression's failure means.
    fn criterion<'t>(&'t self, criterion: &'t CriterionKey) -> &'t str {
        use sluicegate_core::definition::MustMeet;
        let mut gates = self.definition.into_iter().flat_map(|it| it.gates.values());
        let found = gates.find_map(|gate| gate.must.get(criterion)).map(|must| match must {
            MustMeet::Expr { otherwise, .. } => otherwise,
            MustMeet::Question { ask, .. } => ask,
        });
        self.text(found).unwrap_or(criterion.as_str())
    }

    /// What failing checks of a market mean, joined.
    fn checks<'t>(&self, failing: impl IntoIterator<Item = &'t CriterionKey>) -> String {
        let handover = self.definition.and_then(|it| it.handover.as_ref());
        let said = failing.into_iter().map(|key| {
            let check = handover.and_then(|handover| handover.sellable.get(key));
            self.text(check.map(|check| &check.otherwise)).unwrap_or(key.as_str())
        });
        said.collect::<Vec<_>>().join("; ")
    }

    fn item<'t>(&'t self, item: &'t ItemKey) -> &'t str {
        let handover = self.definition.and_then(|it| it.handover.as_ref());
        self.text(handover.and_then(|it| it.checklist.get(item))).unwrap_or(item.as_str())
    }

    fn duty<'t>(&'t self, duty: &'t DutyKey) -> &'t str {
        let mut exits = self.definition.into_iter().flat_map(|it| it.exits.values());
        let found = exits.find_map(|exit| exit.duties.get(duty)).map(|duty| &duty.title);
        self.text(found).unwrap_or(duty.as_str())
    }

    /// A name, or that it was erased; the id where nobody is known by it.
    fn person(&self, person: PersonId) -> String {
        match (self.names.get(&person), self.lang) {
            (None, _) => person.to_string(),
            (Some(name), _) if !name.is_empty() => name.clone(),
            (Some(_), Lang::En) => "an erased person".to_owned(),
            (Some(_), Lang::Ko) => "이름이 삭제된 사람".to_owned(),
        }
    }

    fn people<'t>(&self, people: impl IntoIterator<Item = &'t PersonId>) -> String {
        let names: Vec<String> = people.into_iter().map(|person| self.person(*person)).collect();
        names.join(", ")
    }

    fn roles<'t>(&self, roles: impl IntoIterator<Item = &'t RoleRef>) -> String {
        let names: Vec<String> = roles.into_iter().map(|role| self.role(role)).collect();
        names.join(", ")
    }
}

fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    texts.join(", ")
}

fn in_market(title: &str, market: Option<&MarketKey>) -> String {
    match market {
        Some(market) => format!("{title} ({market})"),
        None => title.to_owned(),
    }
}
