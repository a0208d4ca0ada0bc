//! Measures, signals, segments, technologies, and which products the workflow suits.

use indexmap::IndexMap;

use super::{
    Resolver,
    expressions::{Documents, Reader},
    help_of, text_of,
};
use crate::{
    definition::{
        Measure, Segments, Signal, Skills, Suits, Technologies,
        diagnostic::{Diagnostic, Located},
        read::Record as _,
        source,
    },
    expr::{Expr, Type},
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

    pub(super) fn technologies(&mut self, documents: &Documents) -> Option<Technologies> {
        let source = self.source.technologies.as_ref()?;
        let (each, row) = self.each(source.each.0.as_ref()?, documents)?;
        let mut column = |written: Option<&Located<String>>, ty: &Type| {
            written.and_then(|it| self.compile_row(it, documents, &row, ty))
        };
        let name = column(source.name.0.as_ref(), &Type::Text);
        let readiness = column(source.readiness.as_ref(), &Type::Int);
        let needed = column(source.needed.as_ref(), &Type::Int);
        let way = column(source.way.as_ref(), &Type::Text);
        let by = source.by.as_ref().and_then(|by| self.day(by, documents, &row));
        Some(Technologies { each, name: name?, by, readiness, needed, way })
    }

    pub(super) fn skills(&mut self, documents: &Documents) -> Option<Skills> {
        let source = self.source.skills.as_ref()?;
        let (each, row) = self.each(source.each.0.as_ref()?, documents)?;
        let mut column = |written: Option<&Located<String>>, ty: &Type| {
            written.and_then(|it| self.compile_row(it, documents, &row, ty))
        };
        let name = column(source.name.0.as_ref(), &Type::Text);
        let missing = column(source.missing.0.as_ref(), &Type::Number);
        let way = column(source.way.as_ref(), &Type::Text);
        let by = source.by.as_ref().and_then(|by| self.day(by, documents, &row));
        Some(Skills { each, name: name?, missing: missing?, by, way })
    }

    /// A list of rows, and what a row is.
    fn each(&mut self, source: &Located<String>, documents: &Documents) -> Option<(Expr, Type)> {
        let each = self.compile_as(source, documents, Reader::Whole, &Type::Any)?;
        if let Type::List(row) = each.ty()
            && matches!(**row, Type::Record(_))
        {
            let row = (**row).clone();
            return Some((each, row));
        }
        let message = format!("`each` comes to the rows of a table, found {}", each.ty());
        self.error(Diagnostic::error("bad_expression", source.at, message));
        None
    }

    /// A date, or the year at whose end it is.
    fn day(&mut self, source: &Located<String>, documents: &Documents, row: &Type) -> Option<Expr> {
        let day = self.compile_row(source, documents, row, &Type::Any)?;
        if !matches!(day.ty(), Type::Date | Type::Int) {
            let message =
                format!("`by` is a date, or a year as a whole number, found {}", day.ty());
            self.error(Diagnostic::error("bad_expression", source.at, message));
        }
        Some(day)
    }

    pub(super) fn suits(&mut self, documents: &Documents) -> Option<Suits> {
        let source = self.source.suits.as_ref()?;
        let when = source.when.0.as_ref()?;
        let when = self.compile_as(when, documents, Reader::Card, &Type::Bool);
        Some(Suits { when: when?, otherwise: source.r#else.0.as_ref()?.text.clone() })
    }
}
