//! `sluicegate role`: who holds which role where.

use serde_json::json;
use sluicegate_app::{App, AppError, Request};
use sluicegate_core::{
    directory::{ADMINISTRATOR, AUDITOR, Grant, Scope},
    id::PersonId,
    key::RoleKey,
    organisation::Command,
    rules::{Refusal, Thing},
    suggest::closest,
};

use super::{people, read, request};
use crate::{
    cli::{Role, RoleArgs},
    failure::{Failure, Result},
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Role, output: Output) -> Result<()> {
    match command {
        Role::Grant(args) => {
            let grant = parsed(app, args).await?;
            let command = Command::Grant { grant: grant.clone() };
            suggesting(app, app.administer(request(command)).await).await?;
            output.show(&grant, told)
        }
        Role::Revoke(args) => {
            let grant = parsed(app, args).await?;
            app.administer(request(Command::Revoke { grant: grant.clone() })).await?;
            output.show(&grant, told)
        }
        Role::List => list(app, output).await,
    }
}

fn told(grant: &Grant) -> String {
    format!("{} {} {}\n", grant.person, grant.role, place(&grant.scope))
}

fn place(scope: &Scope) -> String {
    match scope {
        Scope::Everywhere => "everywhere".to_owned(),
        Scope::Portfolio(key) => key.to_string(),
    }
}

async fn parsed(app: &App, args: RoleArgs) -> Result<Grant> {
    let person = people::find(app, &args.person).await?;
    let (role, scope) = (read("role", &args.role)?, scope(args.portfolio.as_deref())?);
    Ok(Grant { role, scope, person })
}

pub(super) fn scope(portfolio: Option<&str>) -> Result<Scope> {
    match portfolio {
        Some(key) => Ok(Scope::Portfolio(read("portfolio", key)?)),
        None => Ok(Scope::Everywhere),
    }
}

pub(super) async fn grant(app: &App, person: PersonId, role: RoleKey, scope: Scope) -> Result<()> {
    let grant = Grant { role, scope, person };
    suggesting(app, app.administer(request(Command::Grant { grant })).await).await?;
    Ok(())
}

/// An unknown role is most often a slip; then the one that is meant is named.
async fn suggesting<T>(app: &App, tried: Result<T, AppError>) -> Result<T> {
    let error = match tried {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let AppError::Refused(refusal) = &error else { return Err(error.into()) };
    let Refusal::NoSuch(Thing::Role(wrong)) = &**refusal else { return Err(error.into()) };
    let mut known: Vec<String> = vec![ADMINISTRATOR.to_owned(), AUDITOR.to_owned()];
    known.extend(app.known_roles().await?.iter().map(ToString::to_string));
    let near = closest(wrong.as_str(), known.iter().map(String::as_str));
    let hint = near.map(|near| format!(" Did you mean {near}?")).unwrap_or_default();
    Err(Failure::Usage(format!(
        "There is no role {wrong}.{hint}\nKnown roles: {}",
        known.join(", ")
    )))
}

/// Could these roles be granted? Asked of the rules, with the operator in place of the person to
/// come; what concerns the operator alone is no answer.
pub(super) async fn known(app: &App, roles: &[RoleKey], scope: &Scope) -> Result<()> {
    let operator = app.operator().await?.person;
    for role in roles {
        let grant = Grant { role: role.clone(), scope: scope.clone(), person: operator };
        let wish = Request { dry_run: true, ..request(Command::Grant { grant }) };
        match app.administer(wish).await {
            Err(error) if error.kind() == sluicegate_app::Kind::NotFound => {
                return suggesting(app, Err(error)).await;
            }
            _ => {}
        }
    }
    Ok(())
}

async fn list(app: &App, output: Output) -> Result<()> {
    let operator = app.operator().await?;
    let (grants, people) = (app.grants(&operator).await?, app.people(&operator).await?);
    let name = |id: PersonId| {
        let found = people.iter().find(|person| person.id == id);
        found.map(|person| person.name.clone()).unwrap_or_default()
    };
    let shown: Vec<_> = grants
        .iter()
        .map(|grant| {
            json!({
                "role": grant.role,
                "scope": grant.scope,
                "person": grant.person,
                "name": name(grant.person),
            })
        })
        .collect();
    output.show(&shown, |_| {
        let row = |grant: &Grant| {
            let (role, person) = (grant.role.to_string(), grant.person);
            [role, place(&grant.scope), name(person), person.to_string()]
        };
        let rows: Vec<[String; 4]> = grants.iter().map(row).collect();
        table(["ROLE", "WHERE", "NAME", "PERSON"], &rows)
    })
}
