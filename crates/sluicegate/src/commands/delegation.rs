//! `sluicegate delegation`: who stands in for whom.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::json;
use sluicegate_app::{App, NewDelegation, Request, view::DelegationView};
use sluicegate_core::{id::DelegationId, organisation::Command};

use super::{people, read, request};
use crate::{
    cli::Delegation,
    failure::Result,
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Delegation, output: Output) -> Result<()> {
    match command {
        Delegation::Set { person, to, from, until, role, gate, reason } => {
            let of = people::find(app, &person).await?;
            let to = match to {
                Some(to) => Some(people::find(app, &to).await?),
                None => None,
            };
            let mut sealer = app.sealer();
            let new = NewDelegation {
                of,
                to,
                from: from.map(begin),
                // To the end of the named day, UTC.
                until: begin(until) + TimeDelta::days(1),
                roles: keys("role", &role)?,
                gates: keys("gate", &gate)?,
                reason: sealer.text(reason.trim()),
            };
            let contents = sealer.contents();
            let asked = Request { contents, ..request(new) };
            let (delegation, _) = app.set_delegation(asked).await?;
            output.show(&json!({ "delegation": delegation }), |_| format!("{delegation}\n"))
        }
        Delegation::List { person } => {
            let person = people::find(app, &person).await?;
            let found = app.delegations(&app.operator().await?, person).await?;
            output.show(&found, |found| {
                let rows: Vec<[String; 7]> = found.iter().map(row).collect();
                table(["ID", "FOR", "DEPUTY", "STATE", "FROM", "UNTIL", "ONLY"], &rows)
            })
        }
        Delegation::End { delegation } => {
            let delegation: DelegationId = read("delegation", &delegation)?;
            app.administer(request(Command::EndDelegation { delegation })).await?;
            let shown = json!({ "delegation": delegation, "ended": true });
            output.show(&shown, |_| format!("{delegation}\n"))
        }
    }
}

fn begin(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn keys<K>(name: &str, texts: &[String]) -> Result<BTreeSet<K>>
where
    K: std::str::FromStr<Err: std::fmt::Display> + Ord,
{
    texts.iter().map(|text| read(name, text)).collect()
}

fn row(delegation: &DelegationView) -> [String; 7] {
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M").to_string();
    let deputy = delegation.to.as_ref().map_or("default deputy", |to| &to.name);
    let state = serde_json::to_value(delegation.state).unwrap_or_default();
    let roles = delegation.roles.iter().map(ToString::to_string);
    let only: Vec<String> = roles.chain(delegation.gates.iter().map(ToString::to_string)).collect();
    [
        delegation.id.to_string(),
        delegation.of.name.clone(),
        deputy.to_owned(),
        state.as_str().unwrap_or_default().to_owned(),
        minute(delegation.from),
        minute(delegation.until),
        only.join(", "),
    ]
}
