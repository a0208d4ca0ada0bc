//! One product's story: asks the explanation what is missing and who can clear it, and does that.

/// Many stories may come at one moment; a full queue is no reason to end one.
macro_rules! patiently {
    ($asked:expr) => {{
        let mut left = PATIENCE;
        loop {
            match $asked.await {
                Err(AppError::Unavailable) if left > 0 => {
                    left -= 1;
                    tokio::time::sleep(A_MOMENT).await;
                }
                answer => break answer,
            }
        }
    }};
}

mod after;
pub(crate) mod field;
mod filing;
mod gate;
mod meeting;
mod order;
mod work;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sluicegate_app::{
    App, AppError, Done, Lang, Request, Sealer, StartProduct,
    view::{ActionsView, ClearView, ExplainedView},
};
use sluicegate_core::{
    definition::Definition,
    id::{IdeaId, PersonId, ProductId},
    key::{MarketKey, RoleKey},
    product::{Actor, Product, RoleRef},
    rules::{Action, Command},
};

use crate::{
    DemoError,
    company::{Colleague, Company},
    content::{self, Writer},
    data::{Data, Sheet, Tongue},
    dice::Dice,
    error::told,
    plan::{Doing, Scene},
    timeline::{Ended, Timeline},
};

/// How often a command is tried again while the writers' queue is full, and after how long.
const PATIENCE: usize = 200;
const A_MOMENT: std::time::Duration = std::time::Duration::from_millis(25);

/// What all stories share.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) time: Timeline,
    pub(crate) company: Company,
    pub(crate) data: Data,
    pub(crate) seed: u64,
    pub(crate) commands: AtomicU64,
    pub(crate) launches: content::Launches,
    pub(crate) filings: content::Filings,
    /// The products that were started, by the keys of their sheets.
    pub(crate) started: Mutex<BTreeMap<String, ProductId>>,
    pub(crate) definitions: BTreeMap<String, Arc<Definition>>,
    pub(crate) sheets: BTreeMap<String, Sheet>,
    /// The secrets of the intake links, and the ideas that have a key.
    pub(crate) links: Mutex<BTreeMap<String, String>>,
    pub(crate) ideas: Mutex<BTreeMap<String, IdeaId>>,
}

/// Why a story does not go on.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// It has come to today.
    Ended,
    Failed(DemoError),
}

impl From<Ended> for Stopped {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl From<DemoError> for Stopped {
    fn from(error: DemoError) -> Self {
        Self::Failed(error)
    }
}

pub(super) type Played<T = ()> = Result<T, Stopped>;

/// A condition that waits for its day.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) number: u32,
    pub(super) due: DateTime<Utc>,
    pub(super) met: DateTime<Utc>,
}

/// A product on its way.
pub(crate) struct Play {
    pub(super) stage: Arc<Stage>,
    pub(super) sheet: Sheet,
    pub(super) definition: Arc<Definition>,
    pub(super) dice: Dice,
    pub(super) id: ProductId,
    /// As the last command left it.
    pub(super) product: Arc<Product>,
    /// Who acted last, and when.
    last: Option<(PersonId, DateTime<Utc>)>,
    pub(super) conditions: Vec<Pending>,
    /// Optional work that this product goes without.
    pub(super) skipped: BTreeSet<String>,
    /// How often each deliverable was handed in.
    pub(super) revisions: BTreeMap<String, u32>,
    pub(super) launched: Option<DateTime<Utc>>,
    /// The launch that the card promises.
    target: Option<NaiveDate>,
    /// When each deliverable was accepted first, and each stage entered.
    pub(super) accepted: BTreeMap<String, NaiveDate>,
    entered: BTreeMap<String, NaiveDate>,
    /// The stage of the scene.
    here: String,
    /// How often each stage was entered.
    pub(super) visits: BTreeMap<String, u32>,
}

impl Play {
    /// Plays a story from its first day to today.
    ///
    /// # Errors
    /// [`Stopped::Ended`] when today comes in the middle of a scene, as it mostly does.
    pub(crate) async fn run(
        stage: Arc<Stage>,
        sheet: Sheet,
        definition: Arc<Definition>,
        scenes: Vec<Scene>,
    ) -> Played {
        let days: i64 = scenes.iter().map(|scene| scene.days).sum();
        let begin = stage.time.end() - TimeDelta::days(days);
        let mut play = Self::start(stage, sheet, definition, begin).await?;
        let mut from = begin;
        for scene in scenes {
            let to = from + TimeDelta::days(scene.days);
            match scene.what {
                Doing::Work { stage, usual, twists, revise, halt } => {
                    let until = to.max(from + TimeDelta::days(usual));
                    let until = if to < play.stage.time.end() { to } else { until };
                    *play.visits.entry(stage.to_string()).or_insert(0) += 1;
                    play.entered.entry(stage.to_string()).or_insert(from.date_naive());
                    play.here = stage.to_string();
                    let shift = work::Shift { stage, from, until, usual, twists, revise, halt };
                    play.work(shift).await?;
                }
                Doing::Gate { gate, path, answer } => play.gate(&gate, &path, answer, from).await?,
                Doing::Rest { gate, forever } => play.rest(&gate, forever, to).await?,
                Doing::Leave { duties } => play.leave(duties, from, to).await?,
                Doing::Past => return Ok(()),
            }
            from = to;
        }
        Ok(())
    }

    async fn start(
        stage: Arc<Stage>,
        sheet: Sheet,
        definition: Arc<Definition>,
        begin: DateTime<Utc>,
    ) -> Played<Self> {
        let mut sheet = sheet;
        if sheet.plan.is_some() {
            let from = content::planning_year(begin.date_naive());
            let until = |years: i32| (from + years - 1).to_string();
            let name = sheet.name.replace("{from}", &from.to_string());
            sheet.name = name.replace("{to5}", &until(5)).replace("{to3}", &until(3));
            sheet.first_year = from;
        }
        let mut dice = Dice::of(stage.seed, &sheet.key);
        let owner = stage.company.by_key(&sheet.owner).cloned();
        let owner = owner.ok_or_else(|| data(&sheet, "its owner is not in the company"))?;
        let inventors = stage.company.holders(&sheet, "inventor", None);
        let inventor = dice.pick(&inventors).map(|found| (**found).clone());
        let may = definition.start_by.iter().any(|role| role.as_str() == "inventor");
        let starter = inventor.filter(|_| may).unwrap_or_else(|| owner.clone());
        let submitted = match &sheet.idea_by {
            Some(by) => Some(field::submitted(&stage, &sheet, by, &owner, begin).await?),
            None => None,
        };
        let starter = if submitted.is_some() { owner.clone() } else { starter };
        stage.time.until(starter.at_work(begin)).await?;
        let now = stage.time.now();
        let card = {
            let writer = Writer::new(&stage, &sheet, &definition, now, None);
            writer.card().map_err(|why| story(&sheet, "card", why))?
        };
        let target = card.get("target_launch").and_then(Value::as_str);
        let target = target.and_then(|day| day.parse().ok());
        let markets = sheet.markets.iter().map(|market| market.parse::<MarketKey>());
        let markets: BTreeSet<MarketKey> = markets.collect::<Result<_, _>>().map_err(keys)?;
        let product = match submitted {
            Some(idea) => field::promoted(&stage, &sheet, &owner, idea, card, markets).await?,
            None => Self::opened(&stage, &sheet, &starter, owner.id, card, markets).await?,
        };
        stage.commands.fetch_add(1, Ordering::Relaxed);
        let mut play = Self::of(stage, sheet, definition, dice, product);
        (play.last, play.target) = (Some((starter.id, now)), target);
        Ok(play)
    }

    async fn opened(
        stage: &Arc<Stage>,
        sheet: &Sheet,
        starter: &Colleague,
        owner: PersonId,
        card: Value,
        markets: BTreeSet<MarketKey>,
    ) -> Played<Arc<Product>> {
        let mut sealer = stage.app.sealer();
        let command = StartProduct {
            workflow: sheet.workflow.parse().map_err(keys)?,
            version: None,
            name: sheet.name.clone(),
            portfolio: sheet.portfolio.parse().map_err(keys)?,
            owner: Some(owner),
            card: sealer.json(card),
            markets,
        };
        let done = stage.app.start(request(starter, command, sealer)).await;
        Ok(done.map_err(|error| story(sheet, "start", told(&error)))?.product)
    }

    /// A product as it stands.
    pub(crate) fn of(
        stage: Arc<Stage>,
        sheet: Sheet,
        definition: Arc<Definition>,
        dice: Dice,
        product: Arc<Product>,
    ) -> Self {
        let mut started = stage.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.insert(sheet.key.clone(), product.id);
        drop(started);
        let known = stage.launches.lock().unwrap_or_else(PoisonError::into_inner);
        let launched = known.get(&sheet.key).copied();
        drop(known);
        Self {
            id: product.id,
            product,
            stage,
            sheet,
            definition,
            dice,
            last: None,
            conditions: Vec::new(),
            skipped: BTreeSet::new(),
            revisions: BTreeMap::new(),
            launched,
            target: None,
            accepted: BTreeMap::new(),
            entered: BTreeMap::new(),
            here: String::new(),
            visits: BTreeMap::new(),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.stage.time.now()
    }

    pub(super) fn end(&self) -> DateTime<Utc> {
        self.stage.time.end()
    }

    pub(super) fn failed(&self, place: impl std::fmt::Display, why: impl Into<String>) -> Stopped {
        story(&self.sheet, &place.to_string(), why.into())
    }

    pub(super) fn owner(&self) -> Played<Colleague> {
        let owner = self.stage.company.by_id(self.product.owner).cloned();
        owner.ok_or_else(|| self.failed("owner", "the owner is not in the company"))
    }

    /// The pen of whoever writes a form now.
    pub(super) fn writer<'a>(&'a self, market: Option<&'a str>) -> Writer<'a> {
        let mut writer =
            Writer::new(&self.stage, &self.sheet, &self.definition, self.now(), market);
        (writer.launched, writer.release) = (self.launched, self.release());
        (writer.target, writer.accepted) = (self.target, &self.accepted);
        writer.entered = self.entered.get(&self.here).copied();
        writer
    }

    /// The release that is worked on, from 1.
    pub(super) fn release(&self) -> u32 {
        self.visits.get("release").copied().unwrap_or(1)
    }

    /// Somebody acts at the next time in the office.
    pub(super) async fn act(
        &mut self,
        who: &Colleague,
        from: DateTime<Utc>,
        build: impl FnOnce(&mut Sealer, &Self) -> Result<Command, String>,
    ) -> Played<Done> {
        let mut from = from;
        if let Some((last, at)) = self.last
            && last != who.id
        {
            // Nobody answers within the minute.
            from = from.max(at + TimeDelta::minutes(20));
        }
        let at = if from <= self.now() && self.last.is_some_and(|(last, _)| last == who.id) {
            self.now()
        } else {
            who.at_work(from.max(self.now()))
        };
        self.stage.time.until(at).await?;
        let mut sealer = self.stage.app.sealer();
        let command = build(&mut sealer, self).map_err(|why| self.failed("form", why))?;
        let action = command.action();
        let request = request(who, command, sealer);
        let done = patiently!(self.stage.app.execute(self.id, request.clone()));
        let done = done.map_err(|error: AppError| {
            let place = format!("{} by {}", name_of(&action), who.member.key);
            self.failed(place, told(&error))
        })?;
        self.stage.commands.fetch_add(1, Ordering::Relaxed);
        self.product = done.product.clone();
        let today = self.now().date_naive();
        for (named, entry) in &done.product.deliverables {
            if entry.accepted.is_some() && !self.accepted.contains_key(named.key.as_str()) {
                self.accepted.insert(named.key.to_string(), today);
            }
        }
        self.last = Some((who.id, self.now()));
        Ok(done)
    }

    /// What can be done now, and what stands in the way, for one person.
    pub(super) async fn ask(&self, who: &Colleague) -> Played<ActionsView> {
        let asked = self.stage.app.actions(&who.caller(), self.id, Lang::En).await;
        asked.map_err(|error| self.failed("actions", told(&error)))
    }

    /// The colleague whom this product always turns to for a role.
    pub(super) fn cast(&self, role: &str, market: Option<&str>) -> Option<Colleague> {
        if role == self.definition.owner.as_str() {
            return self.owner().ok();
        }
        let per_market = role
            .parse::<RoleKey>()
            .ok()
            .and_then(|key| self.definition.roles.get(&key))
            .is_some_and(|role| role.per_market);
        let market = market.filter(|_| per_market);
        let holders = self.stage.company.holders(&self.sheet, role, market);
        let name = format!("{}/{role}/{}", self.sheet.key, market.unwrap_or_default());
        let mut dice = Dice::of(self.stage.seed, &name);
        // A project of Koreans is led in Korea, where there is somebody.
        let home: Vec<_> =
            holders.iter().filter(|one| one.tongue() == self.sheet.tongue).copied().collect();
        let among = if home.is_empty() || dice.percent(25) { &holders } else { &home };
        dice.pick(among).map(|found| (**found).clone())
    }

    /// Of those who can clear something, the one whom this product turns to.
    pub(super) fn who(&self, clear: &ClearView, but: &[PersonId]) -> Option<Colleague> {
        let may = |person: PersonId| {
            clear.people.iter().any(|each| each.id == person) && !but.contains(&person)
        };
        let of_role = |role: &RoleRef| {
            let market = role.market.as_ref().map(MarketKey::as_str);
            self.cast(role.key.as_str(), market).filter(|found| may(found.id))
        };
        let usual = clear.roles.iter().find_map(of_role);
        usual.or_else(|| {
            let first = clear.people.iter().find(|each| may(each.id))?;
            self.stage.company.by_id(first.id).cloned()
        })
    }

    /// What somebody writes, by occasion, in that person's own language.
    pub(super) fn say(&mut self, who: &Colleague, occasion: &str) -> String {
        let tongue = who.tongue();
        let count = self.revisions.entry(format!("say/{occasion}")).or_insert(0);
        *count += 1;
        let name = format!("{}/{occasion}/{count}", self.sheet.key);
        let mut dice = Dice::of(self.stage.seed, &name);
        content::phrase(&self.stage.data, &self.sheet, tongue, occasion, &mut dice).unwrap_or_else(
            || match tongue {
                Tongue::En => "See the minutes of the meeting.".to_owned(),
                Tongue::Ko => "회의록을 참조하십시오.".to_owned(),
            },
        )
    }
}

/// The explanation of the first action that fits.
pub(super) fn find(view: &ActionsView, fits: impl Fn(&Action) -> bool) -> Option<&ExplainedView> {
    view.actions.iter().find(|each| fits(&each.action))
}

fn keys(error: sluicegate_core::key::KeyError) -> Stopped {
    Stopped::Failed(DemoError::Key(error))
}

fn name_of(action: &Action) -> String {
    let name = format!("{action:?}");
    name.chars().take(160).collect()
}

pub(super) fn request<C>(who: &Colleague, command: C, sealer: Sealer) -> Request<C> {
    let (actor, contents) = (Actor::Person(who.id), sealer.contents());
    Request { actor, command, contents, key: None, seen: None, dry_run: false }
}

fn data(sheet: &Sheet, why: &str) -> Stopped {
    Stopped::Failed(DemoError::Data(format!("{}: {why}", sheet.key)))
}

pub(super) fn story(sheet: &Sheet, place: &str, why: String) -> Stopped {
    let (product, place) = (sheet.key.clone(), place.to_owned());
    Stopped::Failed(DemoError::Story { product, place, why })
}
