//! What a person reads and puts their name to: 21 CFR 11.50 asks for name, time and meaning, and the
//! packet says over what.

use sluicegate_core::{
    digest::Digest,
    id::PersonId,
    key::RoleKey,
    product::{Actor, Choice, Product, SubmissionRef},
    rules::{Act, Decision},
};

use super::{Lang, Voice};
use crate::view::Names;

/// A signature before it is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statement<'a> {
    pub(crate) actor: Actor,
    pub(crate) role: &'a RoleKey,
    pub(crate) meaning: &'a str,
    pub(crate) act: &'a Act,
    pub(crate) product: &'a Product,
    pub(crate) at: &'a SubmissionRef,
    pub(crate) packet: Digest,
}

impl Voice<'_> {
    /// One thing a line. People stand in it by their ids, so that it holds no name that somebody may
    /// ask to have erased.
    pub(crate) fn statement(&self, of: &Statement<'_>) -> String {
        let (role, gate) = (self.role_key(of.role), self.gate(&of.at.gate));
        let (act, packet) = (self.act(of.act), grouped(&of.packet));
        let (name, number, meaning) = (&of.product.name, of.at.submission, of.meaning);
        let signer = self.signer(of.actor);
        match self.lang {
            Lang::En => format!(
                "{signer}, {role}, sign: {meaning}\n{act}\nProduct: {name}\nGate: {gate}, \
                 submission {number}\nPacket: {packet}"
            ),
            Lang::Ko => format!(
                "{signer}, {role}, 다음과 같이 서명합니다: {meaning}\n{act}\n제품: {name}\n\
                 게이트: {gate}, 제출 {number}\n패킷: {packet}"
            ),
        }
    }

    fn signer(&self, actor: Actor) -> String {
        let (hands, of) = (actor.hands(), actor.deputy().and(actor.principal()));
        let id = |person: Option<PersonId>| person.map(|id| id.to_string()).unwrap_or_default();
        match (self.lang, of) {
            (Lang::En, None) => format!("I, {}", id(hands)),
            (Lang::En, of) => format!("I, {}, for {}", id(hands), id(of)),
            (Lang::Ko, None) => format!("본인 {}", id(hands)),
            (Lang::Ko, of) => format!("본인 {} ({} 대리)", id(hands), id(of)),
        }
    }

    fn act(&self, act: &Act) -> String {
        match (self.lang, act) {
            (Lang::En, Act::Vote { choice }) => format!("My vote: {}", self.choice(*choice)),
            (Lang::Ko, Act::Vote { choice }) => format!("투표: {}", self.choice(*choice)),
            (Lang::En, Act::Decision { outcome }) => {
                format!("My decision: {}", self.outcome(outcome))
            }
            (Lang::Ko, Act::Decision { outcome }) => format!("결정: {}", self.outcome(outcome)),
        }
    }

    fn choice(&self, choice: Choice) -> &'static str {
        let (english, korean) = match choice {
            Choice::Go => ("go", "승인"),
            Choice::ConditionalGo => ("conditional go", "조건부 승인"),
            Choice::Hold => ("hold", "보류"),
            Choice::Recycle => ("recycle", "재작업"),
            Choice::Kill => ("stop", "중단"),
        };
        match self.lang {
            Lang::En => english,
            Lang::Ko => korean,
        }
    }

    fn outcome(&self, outcome: &Decision) -> String {
        match (self.lang, outcome) {
            (_, Decision::Go) => self.choice(Choice::Go).to_owned(),
            (_, Decision::ConditionalGo) => self.choice(Choice::ConditionalGo).to_owned(),
            (_, Decision::Kill) => self.choice(Choice::Kill).to_owned(),
            (Lang::En, Decision::Hold { review_at }) => {
                format!("hold, to be looked at again on {}", review_at.format("%Y-%m-%d %H:%M UTC"))
            }
            (Lang::Ko, Decision::Hold { review_at }) => {
                format!("보류, 재검토 {}", review_at.format("%Y-%m-%d %H:%M UTC"))
            }
            (Lang::En, Decision::Recycle { to }) => format!("recycle, back to {}", self.stage(to)),
            (Lang::Ko, Decision::Recycle { to }) => format!("재작업, {}(으)로", self.stage(to)),
            (Lang::En, Decision::StayClosed) => "stays closed".to_owned(),
            (Lang::Ko, Decision::StayClosed) => "종료 유지".to_owned(),
        }
    }
}

/// In groups that two people can read out to each other.
fn grouped(digest: &Digest) -> String {
    let text = digest.to_string();
    let groups: Vec<&str> =
        (0..text.len()).step_by(8).filter_map(|at| text.get(at..at + 8)).collect();
    groups.join(" ")
}

/// The same with the names of the people in the place of their ids; who is not known keeps the id.
pub(crate) fn with_names(statement: &str, names: &Names) -> String {
    let known = names.iter().filter(|(_, name)| !name.is_empty());
    known.fold(statement.to_owned(), |text, (id, name)| text.replace(&id.to_string(), name))
}
