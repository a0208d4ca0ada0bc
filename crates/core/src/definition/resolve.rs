//! From the written records to the checked model: every reference, bound and rule, all at once.

use std::{collections::HashSet, sync::Arc};

use indexmap::IndexMap;

use super::{
    Definition, Text,
    diagnostic::{Diagnostic, Problems},
    form::Form,
    source::{self, Workflow},
};
use crate::{
    digest::Digest,
    key::{DeliverableKey, FieldKey, FormKey, RoleKey},
};

mod afterwards;
mod calendar;
mod checks;
mod computed;
mod expressions;
mod fields;
mod flow;
mod forms;
mod gates;
mod guarantees;
mod lifecycle;
mod names;
mod order;
mod outcomes;
mod roles;
mod soundness;
mod stages;

pub(super) use calendar::warn_of_end;
use names::Names;

/// What every part of the resolution shares.
struct Resolver<'s, 'p> {
    source: &'s Workflow,
    /// The text of the file, to find places within a scalar.
    text: &'s str,
    names: Names<'s>,
    used_roles: HashSet<RoleKey>,
    /// Forms and exits that something refers to.
    used: HashSet<(&'static str, String)>,
    order: order::Order<DeliverableKey>,
    /// Fields whose type could not be read: an expression that reads them is not blamed.
    broken_fields: HashSet<FieldKey>,
    /// Did every reference to a stage, gate or exit resolve?
    ways_known: bool,
    problems: &'p mut Problems,
}

/// The model, or `None` when the problems contain a structural error.
pub(super) fn resolve(
    source: &Workflow,
    text: &str,
    problems: &mut Problems,
) -> Option<Definition> {
    let names = Names::collect(source, problems);
    let mut resolver = Resolver {
        source,
        text,
        names,
        used_roles: HashSet::new(),
        used: HashSet::new(),
        order: order::Order::default(),
        broken_fields: HashSet::new(),
        ways_known: true,
        problems,
    };
    let definition = resolver.workflow();
    if problems.has_structural() { None } else { definition }
}

impl Resolver<'_, '_> {
    fn workflow(&mut self) -> Option<Definition> {
        let source = self.source;
        let key = source.workflow.0.as_ref().and_then(|key| self.key_of(&key.value, key.at));
        let calendar = self.calendar();
        let roles = self.roles();
        let owner = self.owner();
        let start_by = self.start_by(owner.as_ref());
        let card = Arc::new(self.card());
        let forms = self.forms();
        let stages = self.stages();
        let documents = expressions::Documents::new(source, &card, &forms);
        let deliverables = self.deliverables(&documents);
        let gates = self.gates(&documents, owner.as_ref());
        let handover = self.handover(&documents);
        let reviews = self.reviews();
        let exits = self.exits();
        let guarantees = self.guarantees();
        let measures = self.measures(&documents);
        let signals = self.signals(&documents);
        let suits = self.suits(&documents);
        let segments = self.segments(&documents);
        let technologies = self.technologies(&documents);
        let skills = self.skills(&documents);
        self.circles();
        self.flow(&stages, &gates);
        self.soundness(&soundness::Parts {
            roles: &roles,
            owner: owner.as_ref(),
            stages: &stages,
            deliverables: &deliverables,
            gates: &gates,
            handover: handover.as_ref(),
            reviews: &reviews,
        });
        self.unused();
        let both_sides = source.policies.as_ref().and_then(|it| it.same_person_both_sides.as_ref());
        Some(Definition {
            key: key?,
            digest: Digest::of(b""),
            title: text_of(source.title.0.as_ref()),
            help: source.help.as_ref().map(|help| help.text.clone()),
            calendar: calendar?,
            roles,
            owner: owner?,
            start_by,
            both_sides: both_sides.is_some_and(|it| it.value),
            card,
            forms,
            stages,
            deliverables,
            gates,
            handover,
            reviews,
            exits,
            guarantees,
            measures,
            signals,
            suits,
            segments,
            technologies,
            skills,
        })
    }

    fn error(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }
}

/// The text, or an empty one where its absence has been reported.
fn text_of(words: Option<&source::Words>) -> Text {
    words.map(|words| words.text.clone()).unwrap_or_default()
}

fn help_of(words: Option<&source::Words>) -> Option<Text> {
    words.map(|words| words.text.clone())
}

type Forms = IndexMap<FormKey, Arc<Form>>;
