//! People, roles, portfolios and tokens.

use std::collections::BTreeSet;

use sluicegate_core::{
    directory::{ADMINISTRATOR, Directory, Grant},
    id::PersonId,
    key::PortfolioKey,
    organisation,
    rules::Thing,
};
use sluicegate_store::{PersonRow, TokenRow};

use crate::{
    administer::profile_names,
    app::App,
    error::{AppError, Result, Right},
    request::Caller,
    view::{MeView, PersonView, PortfolioView, TokenView},
};

impl App {
    /// Whoever sits at the machine itself reads as the first administrator; before there is one,
    /// as somebody without rights.
    pub async fn operator(&self) -> Result<Caller> {
        let directory = self.store().directory().await?;
        let active = |grant: &&Grant| {
            grant.role.as_str() == ADMINISTRATOR && directory.is_active(grant.person)
        };
        let first = directory.grants.iter().find(active).map(|grant| grant.person);
        let person = first.unwrap_or_else(|| PersonId::new(uuid::Uuid::nil()));
        Ok(Caller::new(person, sluicegate_core::directory::Kind::Human))
    }

    /// Everybody: whom one works with is no secret within the house.
    pub async fn people(&self, _caller: &Caller) -> Result<Vec<PersonView>> {
        let directory = self.store().directory().await?;
        let rows = self.store().people(None).await?;
        Ok(rows.into_iter().map(|row| person_view(&row, &directory)).collect())
    }

    pub async fn person(&self, _caller: &Caller, person: PersonId) -> Result<PersonView> {
        self.one_person(person).await
    }

    async fn one_person(&self, person: PersonId) -> Result<PersonView> {
        let directory = self.store().directory().await?;
        let row = self.store().people(Some(&[person])).await?.pop();
        let missing = || sluicegate_core::rules::Refusal::from(Thing::Person(person));
        Ok(person_view(&row.ok_or_else(missing)?, &directory))
    }

    /// The asking person.
    pub async fn me(&self, caller: &Caller) -> Result<MeView> {
        let directory = self.store().directory().await?;
        let me = caller.person;
        let readable = organisation::readable(&directory, me);
        let readable = readable.unwrap_or_else(|| directory.portfolios.keys().cloned().collect());
        Ok(MeView {
            person: self.one_person(me).await?,
            administrator: directory.holds_everywhere(me, ADMINISTRATOR),
            reads_everything: organisation::reads_everything(&directory, me),
            portfolios: readable.into_iter().collect(),
            stands_in_for: self.stands_in_for(caller).await?,
        })
    }

    /// Who holds which role where.
    pub async fn grants(&self, _caller: &Caller) -> Result<Vec<Grant>> {
        Ok(self.store().directory().await?.grants.iter().cloned().collect())
    }

    /// The tree of portfolios, as far as the caller may read it, with what stands above: each
    /// place after the one that it stands beneath.
    pub async fn portfolios(&self, caller: &Caller) -> Result<Vec<PortfolioView>> {
        let directory = self.store().directory().await?;
        let readable = organisation::readable(&directory, caller.person);
        let above: Option<BTreeSet<&PortfolioKey>> = readable
            .as_ref()
            .map(|keys| keys.iter().flat_map(|key| directory.upwards(key)).collect());
        let shown = |key: &PortfolioKey| above.as_ref().is_none_or(|above| above.contains(key));
        let view = |(key, depth): (&PortfolioKey, usize)| {
            let portfolio = directory.portfolios.get(key).filter(|_| shown(key))?;
            Some(PortfolioView {
                key: key.clone(),
                title: portfolio.title.clone(),
                title_ko: portfolio.title_ko.clone(),
                kind: portfolio.kind,
                parent: portfolio.parent.clone(),
                depth,
                readable: readable.as_ref().is_none_or(|readable| readable.contains(key)),
            })
        };
        Ok(directory.tree().into_iter().filter_map(view).collect())
    }

    /// A person's tokens, the newest first; for the person and for administrators.
    pub async fn tokens(&self, caller: &Caller, person: PersonId) -> Result<Vec<TokenView>> {
        let directory = self.store().directory().await?;
        if !organisation::may_manage_tokens(&directory, caller.person, person) {
            return Err(AppError::Forbidden(Right::SelfOrAdministrator));
        }
        Ok(self.store().tokens_of(person).await?.into_iter().map(token_view).collect())
    }
}

fn person_view(row: &PersonRow, directory: &Directory) -> PersonView {
    let (name, email) = profile_names(row.profile.as_ref());
    let grants = directory.grants.iter().filter(|grant| grant.person == row.id);
    PersonView {
        id: row.id,
        kind: row.kind,
        name,
        email,
        active: row.active,
        erased: directory.people.get(&row.id).is_some_and(|person| person.erased),
        grants: grants.cloned().collect(),
    }
}

fn token_view(row: TokenRow) -> TokenView {
    TokenView {
        id: row.token.id,
        person: row.token.person,
        label: row.token.label,
        issued_at: row.issued_at,
        expires_at: row.token.expires_at,
        last_used_at: row.token.last_used_at,
        revoked: row.revoked,
    }
}
