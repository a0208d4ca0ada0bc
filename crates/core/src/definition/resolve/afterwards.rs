//! What follows a launch: hand-over, reviews and exits.

use indexmap::IndexMap;

use super::{
    Resolver,
    expressions::{Documents, Reader},
    text_of,
};
use crate::{
    definition::{
        DoneBy, Exit, ExitDuty, Handover, Review, Sellable, Start, Text,
        diagnostic::{Diagnostic, Mark},
        read::{Named, Record as _},
        source::{self, Words},
    },
    key::{CriterionKey, DutyKey, ExitKey, ReviewKey},
};

impl Resolver<'_, '_> {
    pub(super) fn handover(&mut self, documents: &Documents) -> Option<Handover> {
        let source = self.source.handover.as_ref()?;
        let at = source.at.0.as_ref().and_then(|at| self.gate_ref(at));
        let from = source.from.0.as_ref().and_then(|it| self.person(it, "hand over"));
        let to = source.to.0.as_ref().and_then(|it| self.person(it, "receive a hand-over"));
        if let Some(reference) =
            source.to.0.as_ref().filter(|_| to.is_some() && !self.problems.is_broken("per"))
            && self.role_source(&reference.value).is_some_and(|role| role.per.is_none())
        {
            let message = format!("`{}` is not held per market", reference.value);
            let defined = self.names.roles.names.get(&*reference.value).copied();
            self.error(
                Diagnostic::error("receiver_not_per_market", reference.at, message)
                    .related(defined.unwrap_or_default(), "give this role `per: market`")
                    .help("each market is handed over to an owner of its own"),
            );
        }
        if let Some(duties) = source.duties.0.as_ref().filter(|it| it.entries.is_empty()) {
            let message = "a hand-over has at least one duty";
            self.error(Diagnostic::error("empty_list", duties.at, message));
        }
        let duties = self.texts(source.duties.0.as_ref());
        let checklist = self.texts(source.checklist.as_ref());
        let sellable = self.sellable(source, documents);
        Some(Handover {
            at: at?,
            from: from?,
            to: to?,
            duties,
            checklist,
            sellable,
            answer_within: source.answer_within.as_ref().map(|it| it.value),
        })
    }

    fn texts<K>(&mut self, named: Option<&Named<Words>>) -> IndexMap<K, Text>
    where
        K: std::str::FromStr<Err = crate::key::KeyError> + std::hash::Hash + Eq,
    {
        let entries = self.entries(named).into_iter();
        entries.map(|(key, words, _)| (key, words.text.clone())).collect()
    }

    fn sellable(
        &mut self,
        source: &source::Handover,
        documents: &Documents,
    ) -> IndexMap<CriterionKey, Sellable> {
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries(source.sellable.as_ref()) {
            let expr =
                source.expr.0.as_ref().and_then(|it| self.compile(it, documents, Reader::Market));
            if let (Some(expr), Some(otherwise)) = (expr, &source.r#else.0) {
                found.insert(key, Sellable { expr, otherwise: otherwise.text.clone() });
            }
        }
        found
    }

    pub(super) fn reviews(&mut self) -> IndexMap<ReviewKey, Review> {
        let mut found = IndexMap::new();
        for (key, source, at) in self.entries(self.source.reviews.as_ref()) {
            if let Some(review) = self.review(source, at) {
                found.insert(key, review);
            }
        }
        found
    }

    fn review(&mut self, source: &source::Review, at: Mark) -> Option<Review> {
        let from = source.from.0.as_ref().and_then(|from| self.start(from));
        let done = match (&source.owner, &source.form, &source.gate) {
            (Some(owner), Some(form), None) => {
                let owner = self.person(owner, "file a review");
                let form = self.form_ref(form);
                owner.zip(form).map(|(owner, form)| DoneBy::Form { owner, form })
            }
            (None, None, Some(gate)) => self.gate_ref(gate).map(DoneBy::Gate),
            _ => {
                let message = "a review is done either by `owner` with a `form`, or by a `gate`";
                self.error(Diagnostic::error("either_or", at, message));
                None
            }
        };
        let before = source.before.as_ref().and_then(|gate| self.gate_ref(gate));
        Some(Review {
            title: text_of(source.title.0.as_ref()),
            after: source.after.0.as_ref()?.value,
            from: from?,
            done: done?,
            before,
        })
    }

    fn start(&mut self, source: &source::Start) -> Option<Start> {
        match (&source.gate, &source.stage) {
            (Some(gate), None) => self.gate_ref(gate).map(Start::Gate),
            (None, Some(stage)) => self.stage_ref(stage).map(Start::Stage),
            _ => {
                let message = "a review counts `from` either a `gate` or a `stage`";
                self.error(Diagnostic::error("either_or", source.mark(), message));
                None
            }
        }
    }

    pub(super) fn exits(&mut self) -> IndexMap<ExitKey, Exit> {
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries(self.source.exits.as_ref()) {
            let duties = self.exit_duties(source);
            found.insert(key, Exit { title: text_of(source.title.0.as_ref()), duties });
        }
        found
    }

    fn exit_duties(&mut self, source: &source::Exit) -> IndexMap<DutyKey, ExitDuty> {
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries(source.duties.as_ref()) {
            let owner = source.owner.0.as_ref().and_then(|it| self.person(it, "own a duty"));
            let title = text_of(source.title.0.as_ref());
            let due = source.due.as_ref().map(|due| due.value);
            if let Some(owner) = owner {
                found.insert(key, ExitDuty { title, owner, due });
            }
        }
        found
    }
}
