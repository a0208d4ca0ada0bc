//! The company: portfolios, people and roles, made by the commands that an administrator would use.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Days, NaiveTime, TimeDelta, Utc, Weekday};
use sluicegate_app::{App, Caller, NewPerson, Request};
use sluicegate_core::{
    definition::holidays::Country,
    directory::{Grant, Kind, PortfolioKind, Scope},
    id::PersonId,
    key::PortfolioKey,
    organisation::Command,
    product::Actor,
};

use crate::{
    DemoError,
    data::{CompanyData, Member, Say, Sheet, Tongue},
    dice::Dice,
};

/// Somebody of the demo, with the account.
#[derive(Clone, Debug)]
pub(crate) struct Colleague {
    pub(crate) id: PersonId,
    pub(crate) member: Member,
}

impl Colleague {
    pub(crate) fn caller(&self) -> Caller {
        let kind = if self.member.machine { Kind::Machine } else { Kind::Human };
        Caller::new(self.id, kind)
    }

    pub(crate) fn tongue(&self) -> Tongue {
        self.member.tongue
    }

    /// The next time from `from` on at which this person is at work: three times a day, the same
    /// for everybody of an office, so that what happens together can be written together.
    pub(crate) fn at_work(&self, from: DateTime<Utc>) -> DateTime<Utc> {
        let office = match self.member.at.as_str() {
            "KR" | "JP" => 9,
            "US" => -6,
            "DE" | "FR" => 1,
            _ => 0,
        };
        let country = Country::of(&self.member.at);
        let shift = TimeDelta::hours(office);
        let mut day = (from + shift).date_naive();
        loop {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let feast = country.is_some_and(|country| country.is_holiday(day));
            if !weekend && !feast {
                let mut dice = Dice::of(day.num_days_from_ce().unsigned_abs().into(), "office");
                for (hour, minute) in [(9, 12), (13, 20), (16, 5)] {
                    let minute = minute + u32::try_from(dice.between(0, 39)).unwrap_or(0);
                    let second = u32::try_from(dice.between(0, 59)).unwrap_or(0);
                    let time = NaiveTime::from_hms_opt(hour, minute, second).unwrap_or_default();
                    let at = day.and_time(time).and_utc() - shift;
                    if at >= from {
                        return at;
                    }
                }
            }
            let Some(next) = day.checked_add_days(Days::new(1)) else { return from };
            day = next;
        }
    }
}

/// The top of the tree of portfolios.
const COMPANY: &str = "solmaru";

/// Everybody, and where they work.
#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) people: Vec<Colleague>,
    units: BTreeMap<String, String>,
}

impl Company {
    /// Opens the tree of portfolios and the accounts, and grants the roles.
    pub(crate) async fn found(app: &App, data: &CompanyData) -> Result<Self, DemoError> {
        let roles = known_roles(app).await?;
        let place = |key: &str, title: &Say, kind, parent: Option<&str>| {
            Ok::<_, DemoError>(Command::AddPortfolio {
                portfolio: key.parse()?,
                title: title.0.clone(),
                title_ko: Some(title.1.clone()),
                kind,
                parent: parent.map(str::parse).transpose()?,
            })
        };
        administer(app, place(COMPANY, &data.name, PortfolioKind::Company, None)?).await?;
        for (key, title) in &data.units {
            let kind = PortfolioKind::BusinessUnit;
            administer(app, place(key, title, kind, Some(COMPANY))?).await?;
        }
        let mut units = BTreeMap::new();
        for row in &data.portfolios {
            units.insert(row.key.clone(), row.unit.clone());
            let kind = PortfolioKind::Portfolio;
            administer(app, place(&row.key, &row.title, kind, Some(&row.unit))?).await?;
        }
        let mut people = Vec::new();
        for member in &data.people {
            let kind = if member.machine { Kind::Machine } else { Kind::Human };
            let email = (!member.machine).then(|| format!("{}@{}", member.key, data.mail));
            let who = NewPerson { name: member.name.clone(), email, kind };
            let (id, _) = app.add_person(by_system(who)).await?;
            people.push(Colleague { id, member: member.clone() });
            for role in member.roles.iter().filter(|role| roles.iter().any(|known| known == *role))
            {
                for scope in scopes(member)? {
                    let grant = Grant { role: role.parse()?, scope, person: id };
                    administer(app, Command::Grant { grant }).await?;
                }
            }
        }
        Ok(Self { people, units })
    }

    pub(crate) fn by_id(&self, id: PersonId) -> Option<&Colleague> {
        self.people.iter().find(|person| person.id == id)
    }

    pub(crate) fn by_key(&self, key: &str) -> Option<&Colleague> {
        self.people.iter().find(|person| person.member.key == key)
    }

    /// Who holds a role for a product of this sheet; a role that is held by market, in the market.
    pub(crate) fn holders(
        &self,
        sheet: &Sheet,
        role: &str,
        market: Option<&str>,
    ) -> Vec<&Colleague> {
        let unit = self.units.get(&sheet.portfolio);
        let fits = |person: &&Colleague| {
            let member = &person.member;
            let here =
                member.units.is_empty() || unit.is_some_and(|unit| member.units.contains(unit));
            let market = market.is_none_or(|key| {
                member.markets.is_empty() || member.markets.iter().any(|at| at == key)
            });
            here && market && member.roles.iter().any(|held| held == role)
        };
        self.people.iter().filter(fits).collect()
    }
}

/// Where the roles of a member hold.
fn scopes(member: &Member) -> Result<Vec<Scope>, DemoError> {
    if member.units.is_empty() {
        return Ok(vec![Scope::Everywhere]);
    }
    // A role in a unit holds in all of its portfolios.
    let scope = |unit: &String| Ok(Scope::Portfolio(unit.parse::<PortfolioKey>()?));
    member.units.iter().map(scope).collect()
}

/// The roles of the published workflows, and those of the house.
async fn known_roles(app: &App) -> Result<Vec<String>, DemoError> {
    let operator = app.operator().await?;
    let mut roles = vec!["administrator".to_owned(), "auditor".to_owned()];
    for line in app.workflows(&operator).await? {
        let view = app.workflow(&operator, &line.key, None).await?;
        roles.extend(view.definition.roles.keys().map(ToString::to_string));
    }
    Ok(roles)
}

async fn administer(app: &App, command: Command) -> Result<(), DemoError> {
    app.administer(by_system(command)).await?;
    Ok(())
}

/// What the program itself asks for, as on the command line.
pub(crate) fn by_system<C>(command: C) -> Request<C> {
    let (contents, key, seen, dry_run) = (Vec::new(), None, None, false);
    Request { actor: Actor::System, command, contents, key, seen, dry_run }
}
