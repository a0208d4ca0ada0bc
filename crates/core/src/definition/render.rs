//! Diagnostics as a compiler prints them: the place, the line, what is wrong and what to do.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

use super::diagnostic::{Diagnostic, Mark, Severity};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// With ANSI colours, for terminals.
    Coloured,
}

/// The diagnostics of one file, for people; ends with a line that counts them.
pub fn render(file: &str, source: &str, diagnostics: &[Diagnostic], style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[group(file, source, diagnostic)]));
        text.push_str("\n\n");
    }
    text.push_str(&Report::new(file, diagnostics).summary());
    text
}

/// The diagnostics of one file, for programs.
#[derive(Debug, Serialize)]
pub struct Report<'d> {
    pub file: &'d str,
    pub errors: usize,
    pub warnings: usize,
    pub diagnostics: &'d [Diagnostic],
}

impl<'d> Report<'d> {
    pub fn new(file: &'d str, diagnostics: &'d [Diagnostic]) -> Self {
        let errors = diagnostics.iter().filter(|it| it.severity == Severity::Error).count();
        Self { file, errors, warnings: diagnostics.len() - errors, diagnostics }
    }

    fn summary(&self) -> String {
        let count = |count: usize, what: &str| {
            format!("{count} {what}{}", if count == 1 { "" } else { "s" })
        };
        let (errors, warnings) = (count(self.errors, "error"), count(self.warnings, "warning"));
        format!("{}: {errors}, {warnings}\n", self.file)
    }
}

fn group<'a>(file: &'a str, source: &'a str, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let primary = AnnotationKind::Primary.span(range(diagnostic.place.bytes));
    let related = diagnostic.related.iter().map(|related| {
        AnnotationKind::Context.span(range(related.place.bytes)).label(&*related.label)
    });
    let snippet = Snippet::source(source)
        .path(file)
        .annotation(primary.label(&*diagnostic.label))
        .annotations(related);
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(&**help));
    level.primary_title(&*diagnostic.message).id(diagnostic.code).element(snippet).elements(help)
}

fn range(mark: Mark) -> std::ops::Range<usize> {
    mark.start..mark.end
}
