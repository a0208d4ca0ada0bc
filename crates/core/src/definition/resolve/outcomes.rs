//! Which answers a gate can give, and where they lead.

use indexmap::IndexMap;

use super::{Resolver, text_of};
use crate::{
    definition::{
        HoldRule, Outcomes, Path, RecycleRule, Target,
        diagnostic::Diagnostic,
        read::Record as _,
        source::{self, Go, Ref},
    },
    key::{PathKey, StageKey},
};

impl Resolver<'_, '_> {
    pub(super) fn outcomes(
        &mut self,
        source: &source::Outcomes,
        stage: Option<&StageKey>,
    ) -> Option<Outcomes> {
        let go = source.go.0.as_ref().map(|go| self.go(go));
        let conditional = source.conditional_go.as_ref().and_then(|it| it.due_within.0.as_ref());
        let hold = source.hold.as_ref().and_then(|it| it.at_most.0.as_ref());
        let recycle = source.recycle.as_ref().and_then(|it| self.recycle(it, stage));
        if source.hold.is_none() && source.recycle.is_none() && source.kill.is_none() {
            let message = "when its votes cannot say go, this gate has no answer";
            self.error(
                Diagnostic::error("no_other_answer", source.mark(), message)
                    .help("offer at least one of `hold`, `recycle` and `kill`"),
            );
        }
        Some(Outcomes {
            go: go?,
            conditional: conditional.map(|it| it.value),
            hold: hold.map(|it| HoldRule { at_most: it.value }),
            recycle,
            kill: source.kill.is_some(),
        })
    }

    fn go(&mut self, go: &Go) -> IndexMap<PathKey, Path> {
        let mut paths = IndexMap::new();
        match go {
            Go::Stage(to) => {
                if let Some(stage) = self.stage_ref::<StageKey>(to) {
                    let title = self.stage_title(&stage);
                    let path = Path { title, to: Target::Stage(stage) };
                    // A stage's key obeys the rule for the keys of paths, too.
                    if let Ok(key) = to.value.parse() {
                        paths.insert(key, path);
                    }
                }
            }
            Go::Paths(named) => {
                if named.entries.is_empty() {
                    let message = "`go` leads somewhere: to a stage or an exit";
                    self.error(Diagnostic::error("empty_list", named.at, message));
                }
                for (key, source, _) in self.entries(Some(named)) {
                    if let Some(to) = self.target(source) {
                        let title = text_of(source.title.0.as_ref());
                        paths.insert(key, Path { title, to });
                    }
                }
            }
        }
        paths
    }

    fn stage_title(&self, stage: &StageKey) -> crate::definition::Text {
        let stages = self.source.stages.0.as_ref();
        let source = stages.and_then(|named| named.get(stage.as_str()));
        text_of(source.and_then(|stage| stage.title.0.as_ref()))
    }

    fn target(&mut self, source: &source::Path) -> Option<Target> {
        match (&source.to, &source.exit) {
            (Some(to), None) => self.stage_ref(to).map(Target::Stage),
            (None, Some(exit)) => self.exit_ref(exit).map(Target::Exit),
            _ => {
                let message = "a path leads either `to` a stage or to an `exit`";
                self.error(Diagnostic::error("either_or", source.mark(), message));
                self.ways_known = false;
                None
            }
        }
    }

    fn recycle(
        &mut self,
        source: &source::Recycle,
        stage: Option<&StageKey>,
    ) -> Option<RecycleRule> {
        let list = source.to.0.as_ref();
        let mut to: Vec<StageKey> = Vec::new();
        for reference in list.into_iter().flat_map(|list| &list.value) {
            match self.stage_ref::<StageKey>(reference) {
                Some(key) if to.contains(&key) => self.repeated(reference),
                Some(key) => {
                    self.not_later(reference, stage);
                    to.push(key);
                }
                None => {}
            }
        }
        if let Some(list) = list.filter(|list| list.value.is_empty()) {
            let message = "`recycle` names at least one stage";
            self.error(Diagnostic::error("empty_list", list.at, message));
        }
        let at_most = source.at_most.0.as_ref()?;
        self.in_range(at_most, 1, 100, "`at_most`");
        Some(RecycleRule { to, at_most: at_most.value })
    }

    /// A product is sent back, never forward past gates that have not let it pass.
    fn not_later(&mut self, to: &Ref, stage: Option<&StageKey>) {
        let Some(stage) = stage else { return };
        let stages = &self.names.stages;
        let (here, there) = (stages.position(stage.as_str()), stages.position(&to.value));
        if there > here {
            let message = format!("`{}` is later than this gate's stage `{stage}`", to.value);
            self.error(
                Diagnostic::error("recycle_forward", to.at, message)
                    .help("recycle leads to the gate's own stage or an earlier one"),
            );
        }
    }
}
