//! One product: its position, its state, its team.

use std::sync::Arc;

use sluicegate_core::{
    id::{PersonId, ProductId},
    key::MarketKey,
    product::{Product, RoleRef},
    rules,
};
use sluicegate_store::{AsOf, Standing};

use super::event::{digests_in, people_in};
use crate::{
    app::App,
    error::{AppError, Result},
    judge::projection,
    load::{Loaded, named},
    request::Caller,
    view::{ProductView, TeamRole, TeamView},
};

impl App {
    /// A product as it is, or as it was.
    pub async fn product(
        &self,
        caller: &Caller,
        id: ProductId,
        as_of: Option<AsOf>,
    ) -> Result<ProductView> {
        let current = self.readable(caller, id).await?;
        let shown = match as_of {
            None => Product::clone(&current),
            Some(as_of) => {
                let was = self.store().product_as_of(id, as_of).await?;
                was.ok_or(AppError::NotFound("product"))?
            }
        };
        self.product_view(caller, &current, shown).await
    }

    async fn product_view(
        &self,
        caller: &Caller,
        current: &Product,
        shown: Product,
    ) -> Result<ProductView> {
        let product = rules::blinded(current, shown, caller.actor());
        let definition = self.definition(&product.workflow.digest).await?;
        let projected = projection(&definition, &product);
        let written = serde_json::to_value(&product).map_err(AppError::internal)?;
        let mut texts = self.texts(digests_in(&written)).await?;
        let card = texts.remove(&product.card);
        // Whole forms are shown by their own views.
        texts.retain(|_, text| text.is_string());
        let people = self.names(people_in(&written)).await?;
        let (stage, side) = rules::stage(&definition, &product);
        let stage_title = definition.stages.get(stage).map(|stage| stage.title.clone());
        Ok(ProductView {
            id: product.id,
            version: product.version,
            name: product.name.clone(),
            workflow: product.workflow.clone(),
            workflow_title: definition.title.clone(),
            portfolio: product.portfolio.clone(),
            owner: named(&people, product.owner),
            stage: stage.clone(),
            stage_title: stage_title.unwrap_or_default(),
            gate: product.submission().map(|open| open.gate.clone()),
            gate_ahead: definition.gate_of(stage).map(|(gate, _)| gate.clone()),
            side,
            standing: Standing::of(&product.overlay),
            due_at: projected.due_at,
            started_at: product.started_at,
            card,
            state: Arc::new(product),
            people,
            texts,
        })
    }

    /// Who holds which role for a product.
    pub async fn team(&self, caller: &Caller, id: ProductId) -> Result<TeamView> {
        let loaded = self.load(caller, id).await?;
        let roles = team_roles(&loaded);
        let people = roles.iter().flat_map(|(_, people)| people.iter().copied());
        let owner = loaded.product.owner;
        let names = self.names(people.chain([owner])).await?;
        let roles = roles.into_iter().filter_map(|(role, people)| {
            let defined = loaded.definition.roles.get(&role.key)?;
            Some(TeamRole {
                title: defined.title.clone(),
                side: defined.side,
                chosen: loaded.product.team.contains_key(&role),
                people: people.into_iter().map(|person| named(&names, person)).collect(),
                role,
            })
        });
        Ok(TeamView { owner: named(&names, owner), roles: roles.collect() })
    }
}

/// Every role of the definition, once for each market where it is held by market.
fn team_roles(loaded: &Loaded) -> Vec<(RoleRef, Vec<PersonId>)> {
    let markets: Vec<&MarketKey> = loaded.product.markets.keys().collect();
    let mut roles = Vec::new();
    for (key, role) in &loaded.definition.roles {
        let named = |market| RoleRef::new(key.clone(), market);
        if role.per_market {
            roles.extend(markets.iter().map(|market| named(Some((*market).clone()))));
        } else {
            roles.push(named(None));
        }
    }
    let cx = loaded.cx();
    let holders = |role: RoleRef| {
        let people = rules::holders(&cx, &loaded.product, &role).into_iter().collect();
        (role, people)
    };
    roles.into_iter().map(holders).collect()
}
