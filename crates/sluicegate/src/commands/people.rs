//! `sluicegate person`: accounts of people and machines.

use serde_json::json;
use sluicegate_app::{App, Invited, NewInvitation, NewPerson, NewToken, view::PersonView};
use sluicegate_core::{
    directory::{Kind, Scope},
    id::PersonId,
    organisation::Command,
};

use super::{request, role};
use crate::{
    cli::Person,
    failure::{Failure, Result},
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Person, output: Output) -> Result<()> {
    match command {
        Person::Add { name, email, machine, role, portfolio, token } => {
            let kind = if machine { Kind::Machine } else { Kind::Human };
            let who = NewPerson { name, email, kind };
            let around = Around { roles: role, portfolio, token };
            add(app, who, around, output).await
        }
        Person::Invite { person, name } => {
            let person = find(app, &person).await?;
            invite(app, NewInvitation { person, name }, output).await
        }
        Person::RemoveFactor { person } => {
            let person = find(app, &person).await?;
            let factor = app.factor_of(&app.operator().await?, person).await?;
            // An administrator may have asked already.
            if factor.removal.is_none() {
                app.ask_factor_removal(request(person)).await?;
            }
            let command = Command::ConfirmFactorRemoval { person };
            app.administer(request(command)).await?;
            output.show(&json!({ "person": person, "factor": false }), |_| format!("{person}\n"))
        }
        Person::List => list(app, output).await,
        Person::Deactivate { person } => {
            let person = find(app, &person).await?;
            let command = Command::DeactivatePerson { person };
            app.administer(request(command)).await?;
            output.show(&json!({ "person": person, "active": false }), |_| format!("{person}\n"))
        }
        Person::Reactivate { person } => {
            let person = find(app, &person).await?;
            let command = Command::ReactivatePerson { person };
            app.administer(request(command)).await?;
            output.show(&json!({ "person": person, "active": true }), |_| format!("{person}\n"))
        }
    }
}

/// What comes with a new account.
struct Around {
    roles: Vec<String>,
    portfolio: Option<String>,
    token: bool,
}

async fn add(app: &App, who: NewPerson, around: Around, output: Output) -> Result<()> {
    // A wrong role is found before anybody is added.
    let scope = role::scope(around.portfolio.as_deref())?;
    let mut roles = Vec::new();
    for text in &around.roles {
        roles.push(super::read("role", text)?);
    }
    role::known(app, &roles, &scope).await?;
    let (person, _) = app.add_person(request(who)).await?;
    for role in roles {
        role::grant(app, person, role, scope.clone()).await?;
    }
    let mut secret = None;
    if around.token {
        let token = NewToken { person, label: "command line".to_owned(), expires_at: None };
        secret = app.issue_token(request(token)).await?.secret;
    }
    let shown = json!({ "person": person, "token": secret });
    output.show(&shown, |_| match &secret {
        Some(secret) => format!("{person}\n{secret}\n"),
        None => format!("{person}\n"),
    })
}

async fn invite(app: &App, who: NewInvitation, output: Output) -> Result<()> {
    let person = who.person;
    let (done, invited) = app.invite(request(who)).await?;
    let Invited { name, expires_at } = invited;
    let secret = done.secret.unwrap_or_default();
    let shown = json!({
        "person": person, "name": name, "invitation": secret, "expires_at": expires_at,
    });
    output.show(&shown, |_| {
        let until = expires_at.format("%Y-%m-%d %H:%M");
        format!("{secret}\nsigns in as {name}; to be accepted until {until} UTC\n")
    })
}

async fn list(app: &App, output: Output) -> Result<()> {
    let people = app.people(&app.operator().await?).await?;
    output.show(&people, |people| {
        let rows: Vec<[String; 5]> = people.iter().map(row).collect();
        table(["ID", "NAME", "EMAIL", "STATE", "ROLES"], &rows)
    })
}

fn row(person: &PersonView) -> [String; 5] {
    let state = match (person.active, person.kind) {
        (false, _) if person.erased => "erased",
        (false, _) => "closed",
        (true, Kind::Human) => "open",
        (true, Kind::Machine) => "machine",
    };
    let role = |grant: &sluicegate_core::directory::Grant| match &grant.scope {
        Scope::Everywhere => grant.role.to_string(),
        Scope::Portfolio(key) => format!("{}@{key}", grant.role),
    };
    let roles: Vec<String> = person.grants.iter().map(role).collect();
    let email = person.email.clone().unwrap_or_default();
    [person.id.to_string(), person.name.clone(), email, state.to_owned(), roles.join(", ")]
}

/// The person with this id, mail address or name.
pub(super) async fn find(app: &App, text: &str) -> Result<PersonId> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let people = app.people(&app.operator().await?).await?;
    let fits = |person: &&PersonView| person.name == text || person.email.as_deref() == Some(text);
    let mut found = people.iter().filter(fits).map(|person| person.id);
    match (found.next(), found.next()) {
        (Some(person), None) => Ok(person),
        (Some(_), Some(_)) => {
            Err(Failure::usage(format!("several people are called `{text}`: give an id")))
        }
        (None, _) => {
            let names = people.iter().map(|person| person.name.as_str());
            let near = sluicegate_core::suggest::closest(text, names);
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            Err(Failure::usage(format!("nobody is called `{text}`{near}")))
        }
    }
}
