//! A demo company that a medtech person believes, made by ordinary commands on a scripted clock.
//!
//! Nothing here writes to the database past the use cases: people are added, products started,
//! forms handed in and gates decided as they are over REST, in the order of their years.

mod company;
mod content;
mod data;
mod dice;
mod error;
mod plan;
mod play;
mod script;
mod timeline;
mod vary;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_app::{
    App, Caller, NewInvitation, NewPassword, NewToken, Origin, Reading, one_time_code,
};
use sluicegate_core::{definition::Definition, directory::Kind, id::PersonId, key::PortfolioKey};
use tokio::task::JoinSet;

use crate::{
    company::{Company, by_system},
    content::{Filings, Launches},
    data::{Data, Sheet},
    play::{Play, Stage, Stopped, field},
    timeline::Timeline,
};

pub use error::DemoError;
pub use script::Script;

/// The label of the tokens that are handed out.
const TOKEN: &str = "Demo";
/// More would only show that a demo can be large.
pub const MOST: usize = 5_000;

/// What to build.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// File name and content of each workflow to publish.
    pub workflows: Vec<(String, String)>,
    pub products: usize,
    pub seed: u64,
}

/// Somebody as whom one can sign in.
#[derive(Clone)]
pub struct SignIn {
    pub person: PersonId,
    pub name: String,
    pub role: String,
    pub secret: String,
    /// For whoever signs votes and decisions.
    pub signer: Option<Signer>,
}

/// What somebody shows who signs.
#[derive(Clone)]
pub struct Signer {
    /// To sign in with.
    pub name: String,
    pub password: String,
    /// Of the second factor, in base32.
    pub factor: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Report {
    pub company: String,
    pub people: usize,
    pub products: usize,
    /// Commands that were carried out, those of the clock not counted.
    pub commands: u64,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    pub sign_ins: Vec<SignIn>,
}

/// What a database has of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    TheDemo,
    /// Its building was broken off.
    HalfADemo,
    OtherData,
}

/// Looks whether a demo may be built here.
///
/// # Errors
/// The database cannot be read.
pub async fn look(app: &App) -> Result<Found, DemoError> {
    let operator = app.operator().await?;
    if app.people(&operator).await?.is_empty() {
        return Ok(Found::Nothing);
    }
    let ours = Data::load().map_err(DemoError::Data)?.company.portfolios;
    let ours: Vec<PortfolioKey> =
        ours.iter().map(|row| row.key.parse()).collect::<Result<_, _>>()?;
    let there = app.portfolios(&operator).await?;
    if !ours.iter().all(|key| there.iter().any(|portfolio| portfolio.key == *key)) {
        return Ok(Found::OtherData);
    }
    // The last thing that is made is a way in.
    for person in app.people(&operator).await? {
        let tokens = app.tokens(&operator, person.id).await?;
        if tokens.iter().any(|token| token.label == TOKEN) {
            return Ok(Found::TheDemo);
        }
    }
    Ok(Found::HalfADemo)
}

/// How many products are written by hand for these workflows; more are variations of them.
///
/// # Errors
/// The curated data cannot be read; a test reads them.
pub fn curated(workflows: &[(String, String)]) -> Result<usize, DemoError> {
    let data = Data::load().map_err(DemoError::Data)?;
    let definitions = definitions(workflows)?;
    Ok(data.sheets.iter().filter(|sheet| definitions.contains_key(&sheet.workflow)).count())
}

/// Builds the demo in an empty database, up to the world's present. The clock of `app` is that of
/// `script`. `progress` is told the share of the time that has passed, 0 to 1.
///
/// # Errors
/// A command is refused that the script counts on, or the database cannot be used.
pub async fn build(
    app: &App,
    script: &Script,
    wanted: &Wanted,
    progress: impl Fn(f64),
) -> Result<Report, DemoError> {
    let built = on_stage(app, script, wanted, progress).await;
    script.release();
    built
}

async fn on_stage(
    app: &App,
    script: &Script,
    wanted: &Wanted,
    progress: impl Fn(f64),
) -> Result<Report, DemoError> {
    let data = Data::load().map_err(DemoError::Data)?;
    let definitions = definitions(&wanted.workflows)?;
    let known = data.sheets.iter().filter(|sheet| definitions.contains_key(&sheet.workflow));
    let known: Vec<Sheet> = known.cloned().collect();
    let sheets = vary::sheets(&known, wanted.products.min(MOST), wanted.seed);
    let mut plans = Vec::new();
    let mut longest = 0;
    for sheet in sheets {
        let definition = definitions.get(&sheet.workflow);
        let Some(definition) = definition.cloned() else { continue };
        let scenes = plan::plan(&sheet, &definition).map_err(DemoError::Data)?;
        longest = longest.max(scenes.iter().map(|scene| scene.days).sum());
        plans.push((sheet, definition, scenes));
    }
    let to = script.world();
    let from = to - TimeDelta::days(longest + 21);
    let time = Timeline::new(script.clone(), from, to);
    app.bootstrap(Reading::begin(&wanted.workflows)).await?;
    let company = Company::found(app, &data.company).await?;
    let (people, products) = (company.people.len(), plans.len());
    let stage = Arc::new(Stage {
        app: app.clone(),
        time: time.clone(),
        company,
        data,
        seed: wanted.seed,
        commands: AtomicU64::new(0),
        launches: Launches::default(),
        filings: Filings::default(),
        started: Mutex::default(),
        sheets: plans.iter().map(|(sheet, ..)| (sheet.key.clone(), sheet.clone())).collect(),
        definitions,
        links: Mutex::default(),
        ideas: Mutex::default(),
    });
    run(&stage, plans, progress).await?;
    let sign_ins = sign_ins(app, &stage.company).await?;
    let (company, commands) =
        (stage.data.company.name.0.clone(), stage.commands.load(Ordering::Relaxed));
    Ok(Report { company, people, products, commands, from, to, sign_ins })
}

fn definitions(
    workflows: &[(String, String)],
) -> Result<BTreeMap<String, Arc<Definition>>, DemoError> {
    let load = |(name, source): &(String, String)| {
        let definition = sluicegate_core::definition::load(source)
            .map_err(|_| DemoError::Data(format!("{name} is no workflow")))?;
        Ok((definition.key.to_string(), Arc::new(definition)))
    };
    workflows.iter().map(load).collect()
}

/// All stories at once, each as a task of its own; the timers run at every moment.
async fn run(
    stage: &Arc<Stage>,
    plans: Vec<(Sheet, Arc<Definition>, Vec<plan::Scene>)>,
    progress: impl Fn(f64),
) -> Result<(), DemoError> {
    let time = stage.time.clone();
    let mut stories = JoinSet::new();
    for (sheet, definition, scenes) in plans {
        let awake = time.enter();
        let stage = stage.clone();
        stories.spawn(async move {
            let played = Play::run(stage, sheet, definition, scenes).await;
            drop(awake);
            played
        });
    }
    for told in field_stories(stage).await? {
        let awake = time.enter();
        stories.spawn(async move {
            let played = told.await;
            drop(awake);
            played
        });
    }
    let (begin, end) = (time.now(), time.end());
    let app = stage.app.clone();
    #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
    let share = |now: DateTime<Utc>| {
        (now - begin).num_seconds() as f64 / (end - begin).num_seconds().max(1) as f64
    };
    let tick = async |now: DateTime<Utc>| {
        progress(share(now));
        app.run_timers_once().await.map(|_| ()).map_err(DemoError::from)
    };
    time.run(tick).await?;
    let mut failed = Vec::new();
    while let Some(played) = stories.join_next().await {
        match played {
            Ok(Ok(()) | Err(Stopped::Ended)) => {}
            Ok(Err(Stopped::Failed(error))) => failed.push(error),
            Err(panicked) => failed.push(DemoError::Data(panicked.to_string())),
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(DemoError::Stories(failed)) }
}

type Told = std::pin::Pin<Box<dyn Future<Output = Result<(), Stopped>> + Send>>;

/// What comes from the field: each idea, each piece of feedback and each field day is a story.
async fn field_stories(stage: &Arc<Stage>) -> Result<Vec<Told>, DemoError> {
    let mut all: Vec<Told> = Vec::new();
    for (link, row) in field::open_links(stage).await? {
        all.push(Box::pin(field::revoke(stage.clone(), link, row)));
    }
    for row in stage.data.field.ideas.clone() {
        all.push(Box::pin(field::idea(stage.clone(), row)));
    }
    for row in vary::feedback(&stage.data.field.feedback, &stage.sheets, stage.seed) {
        all.push(Box::pin(field::feedback(stage.clone(), row)));
    }
    for row in stage.data.field.days.clone() {
        all.push(Box::pin(field::day(stage.clone(), row)));
    }
    Ok(all)
}

/// Who is offered to a visitor, and as what.
const VISITORS: &[(&str, &str)] = &[
    ("seo_jihyun", "product manager, cardiovascular"),
    ("han_seongmin", "senior leadership"),
    ("krueger", "field marketing, Germany and France"),
    ("tak_inseong", "auditor"),
];
/// The one of them who signs.
const SIGNER: &str = "han_seongmin";

async fn sign_ins(app: &App, company: &Company) -> Result<Vec<SignIn>, DemoError> {
    let mut all = Vec::new();
    for (key, role) in VISITORS {
        let Some(visitor) = company.by_key(key) else { continue };
        let label = TOKEN.to_owned();
        let token = NewToken { person: visitor.id, label, expires_at: None };
        let done = app.issue_token(by_system(token)).await?;
        let signer = if *key == SIGNER { Some(signer(app, visitor.id, key).await?) } else { None };
        all.push(SignIn {
            signer,
            person: visitor.id,
            name: visitor.member.name.clone(),
            role: (*role).to_owned(),
            secret: done.secret.unwrap_or_default(),
        });
    }
    Ok(all)
}

/// A password and a second factor, taken in as anybody would.
async fn signer(app: &App, person: PersonId, key: &str) -> Result<Signer, DemoError> {
    let origin = Origin::new(None, None);
    let name = Some(key.to_owned());
    let (done, invited) = app.invite(by_system(NewInvitation { person, name })).await?;
    let shown = done.secret.unwrap_or_default();
    // The invitation is used up by this, and what it was made of nobody can guess.
    let password: String = shown.chars().rev().take(20).collect();
    app.accept_invitation(&NewPassword { shown, password: password.clone() }, &origin).await?;
    let caller = Caller::new(person, Kind::Human);
    let offer = app.offer_factor(&caller, &password, &origin).await?;
    let code = one_time_code(&offer.secret, app.now()).unwrap_or_default();
    app.enrol_factor(&caller, &code, &origin).await?;
    Ok(Signer { name: invited.name, password, factor: offer.secret })
}
