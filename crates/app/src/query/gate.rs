//! Gates, as one product sees them.

use std::collections::BTreeSet;

use sluicegate_core::{
    definition::{Gate, MustMeet},
    id::{PersonId, ProductId},
    key::GateKey,
    product::Product,
    rules::{self, Action, Refusal, Thing},
};

use crate::{
    app::App,
    error::Result,
    load::{Loaded, named, text},
    request::Caller,
    view::{
        AnswerView, CriterionView, GateSeat, GateState, GateView, Names, PathReadiness,
        SubmissionState, SubmissionView, Texts,
    },
    words::Lang,
};

/// What the answers to questions name.
struct Answers {
    names: Names,
    texts: Texts,
}

impl App {
    /// Every gate of the product's workflow, in its order.
    pub async fn gates(&self, caller: &Caller, id: ProductId, lang: Lang) -> Result<Vec<GateView>> {
        let loaded = self.load(caller, id).await?;
        let open = self.open_submission(caller, &loaded.product).await?;
        let answers = self.answers(&loaded.product).await?;
        let mut views = Vec::new();
        for stage in loaded.definition.stages.values() {
            if let Some((key, gate)) = loaded.definition.gates.get_key_value(&stage.gate) {
                views
                    .push(self.gate_view(&loaded, key, gate, &answers, open.as_ref(), lang).await?);
            }
        }
        Ok(views)
    }

    pub async fn gate(
        &self,
        caller: &Caller,
        id: ProductId,
        key: &GateKey,
        lang: Lang,
    ) -> Result<GateView> {
        let loaded = self.load(caller, id).await?;
        let missing = || Refusal::from(Thing::Gate(key.clone()));
        let (key, gate) = loaded.definition.gates.get_key_value(key).ok_or_else(missing)?;
        let open = self.open_submission(caller, &loaded.product).await?;
        let answers = self.answers(&loaded.product).await?;
        self.gate_view(&loaded, key, gate, &answers, open.as_ref(), lang).await
    }

    async fn open_submission(
        &self,
        caller: &Caller,
        product: &Product,
    ) -> Result<Option<SubmissionView>> {
        if product.submission().is_none() {
            return Ok(None);
        }
        let last = self.all_submissions(caller, product).await?.pop();
        Ok(last.filter(|submission| submission.state == SubmissionState::Open))
    }

    async fn answers(&self, product: &Product) -> Result<Answers> {
        let answers = product.answers.values();
        let people: BTreeSet<PersonId> =
            answers.clone().flat_map(|it| [Some(it.by), it.deputy]).flatten().collect();
        Ok(Answers {
            names: self.names(people).await?,
            texts: self.texts(answers.map(|answer| answer.evidence)).await?,
        })
    }

    async fn gate_view(
        &self,
        loaded: &Loaded,
        key: &GateKey,
        gate: &Gate,
        answers: &Answers,
        open: Option<&SubmissionView>,
        lang: Lang,
    ) -> Result<GateView> {
        let (cx, product) = (loaded.cx(), &loaded.product);
        let state = state_of(loaded, key, gate);
        let mut readiness = Vec::new();
        if state == GateState::Next {
            for (path, way) in &gate.outcomes.go {
                let action = Action::Submit { gate: key.clone(), path: path.clone() };
                let explained = rules::explained(&cx, product, action)?;
                let unmet = self.unmet_views(loaded, explained.unmet, lang).await?;
                let (path, title) = (path.clone(), way.title.clone());
                readiness.push(PathReadiness { path, title, ready: explained.allowed, unmet });
            }
        }
        let here = open.filter(|submission| submission.gate == *key);
        Ok(GateView {
            key: key.clone(),
            title: gate.title.clone(),
            help: gate.help.clone(),
            stage: gate.stage.clone(),
            state,
            chair: gate.chair.clone(),
            submit_by: gate.submit_by.clone(),
            seats: seats(gate),
            sequential: gate.sequential,
            scorecard: gate.score.clone(),
            outcomes: gate.outcomes.clone(),
            must: must(loaded, key, gate, answers)?,
            readiness,
            passed: product.passed.get(key).cloned(),
            recycled: product.recycled.get(key).copied().unwrap_or(0),
            meeting: here.and_then(|_| rules::meeting(&cx, product)),
            submission: here.cloned(),
        })
    }
}

fn state_of(loaded: &Loaded, key: &GateKey, gate: &Gate) -> GateState {
    let (definition, product) = (&loaded.definition, &loaded.product);
    let (stage, _) = rules::stage(definition, product);
    let (here, mine) = (definition.order(stage), definition.order(&gate.stage));
    if product.submission().is_some_and(|open| open.gate == *key) {
        GateState::Open
    } else if mine == here {
        GateState::Next
    } else if mine > here {
        GateState::Ahead
    } else if product.passed.contains_key(key) {
        GateState::Passed
    } else {
        GateState::Behind
    }
}

fn seats(gate: &Gate) -> Vec<GateSeat> {
    let seat = |(key, seat): (&_, &sluicegate_core::definition::Seat)| GateSeat {
        key: Clone::clone(key),
        role: seat.role.clone(),
        need: seat.need,
        of: seat.of,
        sign: seat.sign.clone(),
        veto: seat.veto,
    };
    gate.seats.iter().map(seat).collect()
}

fn must(
    loaded: &Loaded,
    key: &GateKey,
    gate: &Gate,
    answers: &Answers,
) -> Result<Vec<CriterionView>> {
    let standings = rules::criteria(&loaded.cx(), &loaded.product, key)?;
    let view = |standing: rules::CriterionStanding| {
        let (title, by) = match gate.must.get(&standing.criterion)? {
            MustMeet::Expr { otherwise, .. } => (otherwise.clone(), None),
            MustMeet::Question { ask, by } => (ask.clone(), Some(by.clone())),
        };
        let given = loaded.product.answers.get(&standing.criterion).filter(|_| by.is_some());
        let answer = given.map(|answer| AnswerView {
            yes: answer.yes,
            evidence: text(&answers.texts, &answer.evidence),
            by: named(&answers.names, answer.by),
            deputy: answer.deputy.map(|deputy| named(&answers.names, deputy)),
            at: answer.at,
        });
        let (outcome, verdict) = (standing.outcome, standing.verdict);
        Some(CriterionView { key: standing.criterion, title, by, outcome, verdict, answer })
    };
    Ok(standings.into_iter().filter_map(view).collect())
}
