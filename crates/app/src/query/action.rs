//! What can be done, and why not what cannot.

use std::{collections::BTreeSet, sync::Arc};

use sluicegate_core::{
    definition::Definition,
    id::{PersonId, ProductId},
    rules::{self, Refusal, Unmet},
};

use crate::{
    app::App,
    error::{AppError, Result},
    load::named,
    request::Caller,
    view::{
        ActionsView, ClearView, DeputyName, ExplainedView, Names, ProblemView, RefusalView,
        RequestView, UnmetView,
    },
    words::{self, Lang, Voice},
};

impl App {
    /// Every action on the product for the asking person: allowed, or each unmet condition.
    pub async fn actions(&self, caller: &Caller, id: ProductId, lang: Lang) -> Result<ActionsView> {
        let mut loaded = self.load(caller, id).await?;
        if let Some(newer) = rules::newer(&loaded.cx(), &loaded.product) {
            loaded.to = self.legible(&newer.digest).await?;
        }
        let explained = rules::actions(&loaded.cx(), &loaded.product);
        let unmet = explained.iter().flat_map(|each| &each.unmet);
        let names = self.names(people_of(unmet)).await?;
        let voice = Voice { lang, definition: Some(&loaded.definition), names: &names };
        let view = |each: rules::Explained| {
            let (method, href) = words::request(id, &each.action)?;
            Some(ExplainedView {
                title: voice.action(&each.action),
                action: each.action,
                request: RequestView { method, href },
                allowed: each.allowed,
                unmet: each.unmet.into_iter().map(|unmet| unmet_view(id, unmet, &voice)).collect(),
            })
        };
        let actions = explained.into_iter().filter_map(view).collect();
        Ok(ActionsView { product: id, version: loaded.product.version, actions })
    }

    /// The sentences, names and links of a refusal; `product` is the one that it concerns. What
    /// cannot be read is left out, for the refusal itself stands.
    pub async fn refusal(
        &self,
        product: Option<ProductId>,
        refusal: &Refusal,
        lang: Lang,
    ) -> RefusalView {
        let definition = match product {
            Some(id) => self.definition_of(id).await.ok(),
            None => self.speaks_of(refusal).await.ok().flatten(),
        };
        let people = match refusal {
            Refusal::Blocked { unmet } => people_of(unmet.iter()),
            Refusal::Invalid { problems } => problems.iter().filter_map(person_of).collect(),
            Refusal::NoSuch(_) => BTreeSet::new(),
        };
        let names = self.names(people).await.unwrap_or_default();
        let voice = Voice { lang, definition: definition.as_deref(), names: &names };
        let id = product.unwrap_or_else(|| ProductId::new(uuid::Uuid::nil()));
        match refusal.clone() {
            Refusal::NoSuch(thing) => {
                let sentence = voice.no_such(&thing);
                RefusalView::NoSuch { thing, sentence }
            }
            Refusal::Invalid { problems } => {
                let view = |problem: rules::Problem| {
                    let sentence = voice.problem(&problem.kind);
                    ProblemView { problem, sentence }
                };
                RefusalView::Invalid { problems: problems.into_iter().map(view).collect() }
            }
            Refusal::Blocked { unmet } => {
                let view = |unmet| unmet_view(id, unmet, &voice);
                RefusalView::Blocked { unmet: unmet.into_iter().map(view).collect() }
            }
        }
    }

    /// The first workflow that has a title for a role that was asked for.
    async fn speaks_of(&self, refusal: &Refusal) -> Result<Option<Arc<Definition>>> {
        let Refusal::Blocked { unmet } = refusal else { return Ok(None) };
        let roles: BTreeSet<_> = unmet.iter().flat_map(|each| &each.clear.roles).collect();
        let directory = self.store().directory().await?;
        for latest in directory.workflows.values().filter_map(|versions| versions.last()) {
            let Some(definition) = self.legible(&latest.digest).await? else { continue };
            if roles.iter().any(|role| definition.roles.contains_key(&role.key)) {
                return Ok(Some(definition));
            }
        }
        Ok(None)
    }

    async fn definition_of(&self, id: ProductId) -> Result<Arc<Definition>> {
        let product = self.store().product(id).await?.ok_or(AppError::NotFound("product"))?;
        self.definition(&product.workflow.digest).await
    }

    /// What stands in the way of an action, as the caller would be told.
    pub(crate) async fn unmet_views(
        &self,
        loaded: &crate::load::Loaded,
        unmet: Vec<Unmet>,
        lang: Lang,
    ) -> Result<Vec<UnmetView>> {
        let names = self.names(people_of(unmet.iter())).await?;
        let voice = Voice { lang, definition: Some(&loaded.definition), names: &names };
        let id = loaded.product.id;
        Ok(unmet.into_iter().map(|unmet| unmet_view(id, unmet, &voice)).collect())
    }
}

/// Whom a fault of a payload names.
fn person_of(problem: &rules::Problem) -> Option<PersonId> {
    use rules::ProblemKind as P;
    match &problem.kind {
        P::NotAHolder { person, .. }
        | P::Machine { person }
        | P::MayNotSit { person, .. }
        | P::SitsTwice { person }
        | P::NotOnTeam { person }
        | P::OwnDeputy { person }
        | P::SelfAppointed { person }
        | P::Inactive { person } => Some(*person),
        _ => None,
    }
}

/// Everyone whom unmet conditions name.
fn people_of<'a>(unmet: impl Iterator<Item = &'a Unmet>) -> BTreeSet<PersonId> {
    let mut people = BTreeSet::new();
    for each in unmet {
        people.extend(each.clear.people.iter().copied());
        people.extend(each.clear.deputies.iter().flat_map(|it| [it.person, it.of]));
        match &each.blocker {
            rules::Blocker::NotYours { people: named } => people.extend(named.iter().copied()),
            rules::Blocker::SeatUnfillable { excluded, .. } => {
                people.extend(excluded.iter().map(|excluded| excluded.person));
            }
            rules::Blocker::DeputyMayNot { excluded } => {
                people.insert(excluded.person);
            }
            rules::Blocker::AccountOpen { person }
            | rules::Blocker::ContentIsProfile { person }
            | rules::Blocker::NotDelegated { of: person } => {
                people.insert(*person);
            }
            _ => {}
        }
    }
    people
}

fn unmet_view(product: ProductId, unmet: Unmet, voice: &Voice<'_>) -> UnmetView {
    let names: &Names = voice.names;
    UnmetView {
        sentence: voice.blocker(&unmet.blocker),
        blocker: unmet.blocker,
        clear: ClearView {
            roles: unmet.clear.roles,
            people: unmet.clear.people.into_iter().map(|person| named(names, person)).collect(),
            deputies: unmet.clear.deputies.iter().map(|it| DeputyName::of(names, *it)).collect(),
            href: words::href(product, &unmet.clear.at),
            at: unmet.clear.at,
        },
    }
}
