//! Measures, signals, segments, and which products the workflow suits.

use indexmap::IndexMap;

use super::{
    Resolver,
    expressions::{Documents, Reader},
    help_of, text_of,
};
use crate::{
    definition::{
        Measure, Segments, Signal, Suits,
        diagnostic::{Diagnostic, Located},
        read::Record as _,
        source,
    },
    expr::Type,
    key::{ExitKey, MeasureKey, SignalKey, StageKey},
};

impl Resolver<'_, '_> {
    pub(super) fn measures(&mut self, documents: &Documents) -> IndexMap<MeasureKey, Measure> {
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries(self.source.measures.as_ref()) {
            if let Some(measure) = self.measure(source, documents) {
                found.insert(key, measure);
            }
        }
        found
    }

    fn measure(&mut self, source: &source::Measure, documents: &Documents) -> Option<Measure> {
        let written = source.value.0.as_ref()?;
        let value = self.compile_as(written, documents, Reader::Whole, &Type::Any)?;
        if matches!(value.ty(), Type::List(_) | Type::Record(_) | Type::Any) {
            let message = format!("a measure is one value, found {}", value.ty());
            self.error(
                Diagnostic::error("bad_expression", written.at, message)
                    .help("make one of it, for example with `.size()`, `.sum()` or `.avg()`"),
            );
        }
        Some(Measure {
            title: text_of(source.title.0.as_ref()),
            help: help_of(source.help.as_ref()),
            value,
            unit: help_of(source.unit.as_ref()),
        })
    }

    pub(super) fn signals(&mut self, documents: &Documents) -> IndexMap<SignalKey, Signal> {
        let mut found = IndexMap::new();
        for (key, source, _) in self.entries(self.source.signals.as_ref()) {
            if let Some(signal) = self.signal(source, documents) {
                found.insert(key, signal);
            }
        }
        found
    }

    fn signal(&mut self, source: &source::Signal, documents: &Documents) -> Option<Signal> {
        let when = source.when.0.as_ref();
        let when = when.and_then(|it| self.compile_as(it, documents, Reader::Whole, &Type::Bool));
        let propose = source.propose.as_ref().and_then(|exit| self.proposed(exit));
        let mut stages: Vec<StageKey> = Vec::new();
        for reference in source.stages.iter().flat_map(|list| &list.value) {
            match self.stage_ref(reference) {
                Some(stage) if stages.contains(&stage) => self.repeated(reference),
                Some(stage) => stages.push(stage),
                None => {}
            }
        }
        if let Some(list) = source.stages.as_ref().filter(|list| list.value.is_empty()) {
            let message = "a signal that is asked in no stage is never asked";
            self.error(Diagnostic::error("empty_list", list.at, message));
        }
        Some(Signal {
            title: text_of(source.title.0.as_ref()),
            help: help_of(source.help.as_ref()),
            when: when?,
            propose,
            stages,
        })
    }

    /// To propose an exit is not to use it: a gate has to lead there.
    fn proposed(&mut self, exit: &source::Ref) -> Option<ExitKey> {
        let used = ("exit", exit.value.clone());
        let led_to = self.used.contains(&used);
        let found = self.exit_ref(exit);
        if !led_to {
            self.used.remove(&used);
        }
        found
    }

    pub(super) fn segments(&mut self, documents: &Documents) -> Option<Segments> {
        let source = self.source.segments.as_ref()?;
        if source.wants.is_none() && source.serves.is_none() {
            let message = "`segments` says nothing: it has neither `wants` nor `serves`";
            self.error(Diagnostic::error("either_or", source.mark(), message));
        }
        let names = Type::list(Type::Text);
        let mut compile = |written: Option<&Located<String>>, ty: &Type| {
            written.and_then(|it| self.compile_as(it, documents, Reader::Whole, ty))
        };
        Some(Segments {
            wants: compile(source.wants.as_ref(), &names),
            serves: compile(source.serves.as_ref(), &names),
            launch: compile(source.launch.as_ref(), &Type::Date),
        })
    }

    pub(super) fn suits(&mut self, documents: &Documents) -> Option<Suits> {
        let source = self.source.suits.as_ref()?;
        let when = source.when.0.as_ref()?;
        let when = self.compile_as(when, documents, Reader::Card, &Type::Bool);
        Some(Suits { when: when?, otherwise: source.r#else.0.as_ref()?.text.clone() })
    }
}
