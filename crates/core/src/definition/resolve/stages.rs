//! Stages and their deliverables.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{Resolver, expressions::Documents, help_of, text_of};
use crate::{
    definition::{
        Deliverable, Required, Stage, Takes,
        diagnostic::{Diagnostic, Mark},
        env,
        read::Named,
        source,
    },
    key::{DeliverableKey, StageKey},
};

type Deliverables = IndexMap<DeliverableKey, Deliverable>;

impl Resolver<'_, '_> {
    pub(super) fn stages(&mut self) -> IndexMap<StageKey, Stage> {
        let named = self.source.stages.0.as_ref();
        if let Some(named) = named.filter(|named| named.entries.is_empty()) {
            let message = "a workflow has at least one stage";
            self.error(Diagnostic::error("empty_list", named.at, message));
        }
        let entries = self.entries::<StageKey, _>(named);
        let mut stages = IndexMap::new();
        for (key, source, at) in entries {
            if let Some(stage) = self.stage(source, at) {
                stages.insert(key, stage);
            }
        }
        stages
    }

    fn stage(&mut self, source: &source::Stage, _at: Mark) -> Option<Stage> {
        let takes = source.takes.as_ref().and_then(|takes| self.takes(takes));
        let passes = source.passes.as_ref().map(|passes| {
            if passes.value < Decimal::ZERO || passes.value > Decimal::ONE {
                let message = "`passes` is a probability from 0 to 1";
                self.error(Diagnostic::error("out_of_range", passes.at, message));
            }
            passes.value
        });
        let gate = source.gate.0.as_ref().and_then(|gate| self.gate_ref(gate));
        let deliverables = source.deliverables.iter().flat_map(Named::keys);
        Some(Stage {
            title: text_of(source.title.0.as_ref()),
            help: help_of(source.help.as_ref()),
            side: source.side.0.as_ref()?.value,
            takes,
            passes,
            deliverables: deliverables.filter_map(|key| key.parse().ok()).collect(),
            gate: gate?,
        })
    }

    fn takes(&mut self, source: &source::Takes) -> Option<Takes> {
        let likely = source.likely.0.as_ref()?;
        let (from, to) = (source.from.0.as_ref()?, source.to.0.as_ref()?);
        if from.value.usual_minutes() > likely.value.usual_minutes()
            || likely.value.usual_minutes() > to.value.usual_minutes()
        {
            let message = format!(
                "`likely` is not between `from` and `to`: {} to {}, likely {}",
                from.value, to.value, likely.value
            );
            self.error(Diagnostic::error("out_of_range", likely.at, message));
        }
        Some(Takes { likely: likely.value, from: from.value, to: to.value })
    }

    pub(super) fn deliverables(&mut self, documents: &Documents) -> Deliverables {
        let source = self.source;
        let mut deliverables = Deliverables::new();
        for (stage, source) in source.stages() {
            let Ok(stage) = stage.value.parse::<StageKey>() else { continue };
            for (key, source, at) in self.entries(source.deliverables.as_ref()) {
                if self.is_repeated(&key, at) {
                    continue;
                }
                self.can_be_read(&key, source, at, documents);
                if let Some(found) = self.deliverable(&stage, &key, source, documents) {
                    deliverables.insert(key, found);
                }
            }
        }
        deliverables
    }

    fn is_repeated(&mut self, key: &DeliverableKey, at: Mark) -> bool {
        let first = self.names.deliverables.names.get(key.as_str()).copied().unwrap_or(at);
        if first != at {
            let message = format!("the deliverable `{key}` is defined twice");
            self.error(
                Diagnostic::error("duplicate_deliverable", at, message)
                    .label("defined again here")
                    .related(first, "first defined here")
                    .help("the key of a deliverable is unique in the whole workflow"),
            );
        }
        first != at
    }

    /// What has a form should have a name that expressions can use.
    fn can_be_read(
        &mut self,
        key: &DeliverableKey,
        source: &source::Deliverable,
        at: Mark,
        documents: &Documents,
    ) {
        if env::RESERVED.contains(&key.as_str()) {
            let message = format!("`{key}` means something else in expressions");
            self.error(
                Diagnostic::error("reserved_key", at, message)
                    .help(format!("reserved: {}", env::RESERVED.join(", "))),
            );
        } else if source.form.is_some() {
            self.nameable(key.as_str(), at);
        }
        if source.per.is_some() && documents.has_field(key, env::MARKET) {
            let message = format!("the form of `{key}` has a field `market` of its own");
            self.error(
                Diagnostic::error("reserved_key", at, message)
                    .help("a deliverable per market knows its market; remove the field"),
            );
        }
    }

    fn deliverable(
        &mut self,
        stage: &StageKey,
        key: &DeliverableKey,
        source: &source::Deliverable,
        documents: &Documents,
    ) -> Option<Deliverable> {
        let owner = source.owner.0.as_ref().and_then(|it| self.person(it, "own a deliverable"));
        let form = source.form.as_ref().and_then(|form| self.form_ref(form));
        let required = match &source.required {
            None | Some(source::Required::Fixed(true)) => Some(Required::Always),
            Some(source::Required::Fixed(false)) => Some(Required::Never),
            Some(source::Required::When(guard)) => {
                self.guard(guard, key, stage, documents).map(Required::When)
            }
        };
        let after = self.after(key, stage, source);
        let reviewers = self.people(source.reviewers.as_ref(), "review");
        let waive = source.waive.as_ref().map(|waive| &waive.0);
        let by = waive.and_then(|waive| waive.by.0.as_ref());
        let by = by.and_then(|it| self.person(it, "approve a waiver"));
        Some(Deliverable {
            title: text_of(source.title.0.as_ref()),
            help: help_of(source.help.as_ref()),
            stage: stage.clone(),
            owner: owner?,
            form,
            required: required?,
            after,
            due: source.due.as_ref().map(|due| due.value),
            reviewers,
            waive: by,
            waive_at_most: waive.and_then(|it| Some(it.at_most.as_ref()?.value)),
            per_market: source.per.is_some(),
            each_visit: source.each.is_some(),
            attachments: source.attachments.as_ref().map_or(0, |it| it.value),
            waits_for: source.waits_for.as_ref().map(|it| it.value),
        })
    }

    fn after(
        &mut self,
        key: &DeliverableKey,
        stage: &StageKey,
        source: &source::Deliverable,
    ) -> Vec<DeliverableKey> {
        let mut found: Vec<DeliverableKey> = Vec::new();
        for reference in source.after.iter().flat_map(|list| &list.value) {
            match self.deliverable_ref(reference) {
                Some(other) if found.contains(&other) => self.repeated(reference),
                Some(other) => {
                    self.not_after_later(reference, stage);
                    self.order.add(key, &other, reference.at);
                    found.push(other);
                }
                None => {}
            }
        }
        found
    }

    fn not_after_later(&mut self, reference: &source::Ref, stage: &StageKey) {
        let Some(later) = self.names.stage_of.get(&*reference.value) else { return };
        if self.names.stages.position(later) > self.names.stages.position(stage.as_str()) {
            let message = format!("`{}` belongs to the later stage `{later}`", reference.value);
            self.error(
                Diagnostic::error("after_later", reference.at, message)
                    .help("`after` names deliverables of the same stage or an earlier one"),
            );
        }
    }
}
