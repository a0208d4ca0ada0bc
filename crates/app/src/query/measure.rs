//! The measures and signals of a product, and which workflows suit one that is to be.

use serde_json::Value;
use sluicegate_core::{
    definition::{Definition, Measure, Signal},
    expr::{Unknown, Verdict},
    id::ProductId,
    rules::{self, MeasureStanding, SignalStanding, Tailored},
};

use crate::{
    app::App,
    error::Result,
    request::Caller,
    view::{
        FactView, GuardedView, MeasureView, MeasuresView, ProposedView, SignalView, TailoredView,
        Told, UnknownView,
    },
    words::{Lang, reason},
};

impl App {
    /// What a product measures, and the signals that speak for looking at it.
    pub async fn measures(
        &self,
        caller: &Caller,
        id: ProductId,
        lang: Lang,
    ) -> Result<MeasuresView> {
        let mut loaded = self.load(caller, id).await?;
        let read = rules::measured(&loaded.definition, &loaded.product);
        loaded.contents = self.store().contents(&read).await?;
        let (cx, product) = (loaded.cx(), &loaded.product);
        let defined = &loaded.definition;
        let measures = rules::measures(&cx, product).into_iter().filter_map(|standing| {
            Some(measure_view(defined.measures.get(&standing.measure)?, standing, lang))
        });
        let signals = rules::signals(&cx, product).into_iter().filter_map(|standing| {
            Some(signal_view(defined, defined.signals.get(&standing.signal)?, standing, lang))
        });
        Ok(MeasuresView {
            product: id,
            version: product.version,
            workflow: defined.key.clone(),
            stage: rules::stage(defined, product).0.clone(),
            measures: measures.collect(),
            signals: signals.collect(),
        })
    }

    /// Holds the latest version of every published workflow against answers to a card.
    pub async fn tailoring(
        &self,
        _caller: &Caller,
        card: &Value,
        lang: Lang,
    ) -> Result<Vec<TailoredView>> {
        let directory = self.store().directory().await?;
        let mut views = Vec::new();
        for latest in directory.workflows.values().filter_map(|versions| versions.last()) {
            let definition = self.definition(&latest.digest).await?;
            let tailored = rules::tailor(&definition, card);
            views.push(tailored_view(&definition, latest.version, tailored, lang));
        }
        Ok(views)
    }
}

fn measure_view(measure: &Measure, standing: MeasureStanding, lang: Lang) -> MeasureView {
    let text = |text| Some(lang.of(text?).to_owned());
    let (value, unknown) = match standing.value {
        Ok(value) => (Some(value), None),
        Err(why) => (None, Some(unknown_view(why, lang))),
    };
    MeasureView {
        key: standing.measure,
        title: lang.of(&measure.title).to_owned(),
        help: text(measure.help.as_ref()),
        unit: text(measure.unit.as_ref()),
        kind: standing.kind,
        value,
        unknown,
    }
}

pub(super) fn unknown_view(why: Unknown, lang: Lang) -> UnknownView {
    UnknownView { sentence: reason(&why.reason, lang), why }
}

pub(super) fn signal_view(
    definition: &Definition,
    signal: &Signal,
    standing: SignalStanding,
    lang: Lang,
) -> SignalView {
    let propose = signal.propose.as_ref().and_then(|exit| {
        let title = lang.of(&definition.exits.get(exit)?.title).to_owned();
        Some(ProposedView { exit: exit.clone(), title })
    });
    let leaves = standing.verdict.iter().flat_map(Verdict::leaves);
    SignalView {
        key: standing.signal,
        title: lang.of(&signal.title).to_owned(),
        help: signal.help.as_ref().map(|help| lang.of(help).to_owned()),
        asked: standing.asked,
        holds: standing.outcome.into(),
        propose,
        facts: leaves.map(|leaf| fact_view(leaf, lang)).collect(),
    }
}

fn fact_view(leaf: &Verdict, lang: Lang) -> FactView {
    FactView {
        clause: leaf.source.clone(),
        holds: leaf.outcome.into(),
        evidence: leaf.evidence.clone(),
        unknown: leaf.why.clone().map(|why| unknown_view(why, lang)),
    }
}

fn tailored_view(
    definition: &Definition,
    version: u32,
    tailored: Tailored,
    lang: Lang,
) -> TailoredView {
    let why = |verdict: &Verdict| verdict.why.as_ref().map(|why| reason(&why.reason, lang));
    let suits = Told::from(tailored.suits);
    let refused = definition.suits.as_ref().filter(|_| suits == Told::No);
    let guarded = tailored.guarded.into_iter().filter_map(|(key, verdict)| {
        let found = definition.deliverables.get(&key)?;
        Some(GuardedView {
            title: lang.of(&found.title).to_owned(),
            stage: found.stage.clone(),
            required: verdict.outcome.into(),
            reason: why(&verdict),
            deliverable: key,
        })
    });
    TailoredView {
        workflow: definition.key.clone(),
        version,
        digest: definition.digest,
        title: lang.of(&definition.title).to_owned(),
        suits,
        reason: match refused {
            Some(rule) => Some(lang.of(&rule.otherwise).to_owned()),
            None => tailored.verdict.as_ref().and_then(why),
        },
        deliverables: guarded.collect(),
    }
}
