//! The curated data of the demo: people, portfolios, kinds of devices, product sheets, phrases.

mod device;
mod field;
mod plan;

use std::collections::BTreeMap;

use serde::Deserialize;

pub(crate) use self::{device::*, field::*, plan::*};

/// The language that a person writes in, or that a project is run in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tongue {
    #[default]
    En,
    Ko,
}

/// A text in both languages, written `[English, 한국어]`, or once where only one of them reads it.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Written")]
pub(crate) struct Say(pub(crate) String, pub(crate) String);

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Once(String),
    Both(String, String),
}

impl From<Written> for Say {
    fn from(written: Written) -> Self {
        match written {
            Written::Once(text) => Self(text.clone(), text),
            Written::Both(english, korean) => Self(english, korean),
        }
    }
}

impl Say {
    pub(crate) fn tell(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::En => &self.0,
            Tongue::Ko => &self.1,
        }
    }
}

/// A place in the tree of portfolios.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PortfolioRow {
    pub(crate) key: String,
    pub(crate) title: Say,
    /// The business unit that it belongs to.
    pub(crate) unit: String,
}

/// One account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) name: String,
    /// The market of the office.
    pub(crate) at: String,
    #[serde(default)]
    pub(crate) tongue: Tongue,
    pub(crate) roles: Vec<String>,
    /// Business units; none: everywhere.
    #[serde(default)]
    pub(crate) units: Vec<String>,
    /// The markets that a field marketing manager serves.
    #[serde(default)]
    pub(crate) markets: Vec<String>,
    #[serde(default)]
    pub(crate) machine: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompanyData {
    pub(crate) name: Say,
    pub(crate) mail: String,
    pub(crate) units: BTreeMap<String, Say>,
    pub(crate) portfolios: Vec<PortfolioRow>,
    pub(crate) people: Vec<Member>,
}

/// One product, told by those who made it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sheet {
    pub(crate) key: String,
    pub(crate) name: String,
    #[serde(default = "medtech")]
    pub(crate) workflow: String,
    pub(crate) portfolio: String,
    pub(crate) owner: String,
    /// The kind of device that it is.
    pub(crate) device: String,
    /// Months that the slowest authority takes before the launch.
    #[serde(skip)]
    pub(crate) waits: i64,
    #[serde(default)]
    pub(crate) tongue: Tongue,
    #[serde(default)]
    pub(crate) novelty: String,
    #[serde(default)]
    pub(crate) line: String,
    pub(crate) markets: Vec<String>,
    /// Markets that are cleared only so many days after the launch.
    #[serde(default)]
    pub(crate) later: BTreeMap<String, i64>,
    /// Total market in millions of US dollars, and its growth in percent a year.
    #[serde(default)]
    pub(crate) tam: i64,
    #[serde(default)]
    pub(crate) growth: f64,
    /// Of the market what we can serve, and of that what we can get, in percent; none: as usual.
    pub(crate) serves: Option<f64>,
    pub(crate) reach: Option<f64>,
    /// Customers wait for it: the peak comes soon.
    #[serde(default)]
    pub(crate) quick: bool,
    /// List price and cost of a unit in US dollars.
    #[serde(default)]
    pub(crate) price: f64,
    #[serde(default)]
    pub(crate) cost: f64,
    /// How it sells once it is on the market; none: as the dice fall.
    pub(crate) sold: Option<Sold>,
    /// What only software has.
    pub(crate) software: Option<Software>,
    /// The strategic plan that this is, and its first year once it has begun.
    pub(crate) plan: Option<String>,
    #[serde(skip)]
    pub(crate) first_year: i32,
    /// The visitor from whose idea it was started.
    pub(crate) idea_by: Option<IdeaBy>,
    #[serde(default)]
    pub(crate) origin: String,
    #[serde(default)]
    pub(crate) problem: String,
    #[serde(default)]
    pub(crate) today: String,
    #[serde(default)]
    pub(crate) idea: String,
    #[serde(default)]
    pub(crate) finding: String,
    #[serde(default)]
    pub(crate) positioning: String,
    #[serde(default)]
    pub(crate) edge: String,
    /// How long the stages take, in percent of the usual.
    #[serde(default = "usual")]
    pub(crate) pace: i64,
    /// Stages that take so many days, whatever the pace.
    #[serde(default)]
    pub(crate) days: BTreeMap<String, i64>,
    #[serde(default)]
    pub(crate) story: Vec<Twist>,
    pub(crate) ends: End,
}

/// How a product sells.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sold {
    /// In percent of the business case, year by year; the last one stands for all that follow.
    pub(crate) plan: Vec<i64>,
    /// Share of the largest rival in the segment that is served.
    pub(crate) rival: f64,
    /// Growth of that segment where it is not the market's.
    pub(crate) market: Option<f64>,
    /// Gross margin where it is not that of the business case.
    pub(crate) margin: Option<f64>,
    /// Why sales are not as planned.
    pub(crate) why: Option<String>,
}

/// What the card of software says, and its versions in the order of their releases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Software {
    pub(crate) regulated: bool,
    pub(crate) algorithm: String,
    pub(crate) personal_data: bool,
    pub(crate) hosting: String,
    /// After IEC 62304.
    pub(crate) safety: String,
    pub(crate) versions: Vec<String>,
    /// What each release brings.
    pub(crate) changes: Vec<Vec<String>>,
    /// Minutes that a case takes less.
    pub(crate) saves: f64,
}

/// A visitor whose idea became a product.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdeaBy {
    pub(crate) link: String,
    pub(crate) name: String,
    pub(crate) contact: String,
}

fn medtech() -> String {
    "npi-medtech".to_owned()
}

const fn usual() -> i64 {
    100
}

/// Something that does not go as usual; a story tells them in their order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Twist {
    /// The gate or the stage where it happens.
    pub(crate) at: String,
    pub(crate) what: What,
    #[serde(default)]
    pub(crate) why: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// At a gate: back to a stage, where these deliverables are written anew.
    Recycle { to: String, revise: Vec<String> },
    /// At a gate: the decision waits so many days.
    Hold(i64),
    /// In a stage: work rests so many days.
    Pause(i64),
    /// At a gate: go, with a condition that is met after so many days.
    Condition { owner: String, due: i64, met: i64 },
    /// At a gate: on this path.
    Path(String),
    /// At a gate: the submission is withdrawn, and comes again later.
    Withdraw,
    /// At a gate: the decision comes after its date.
    Late,
    /// In a stage: a reviewer returns this deliverable.
    Return(String),
    /// In the launch: the receiver of this market declines first, over this item.
    Decline { market: String, item: String },
}

/// A market, and what differs there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) title: Say,
    /// Its part of the world's market, in percent.
    pub(crate) weight: i64,
    /// The usual price against the list price, in percent.
    pub(crate) price: i64,
    pub(crate) currency: String,
    pub(crate) authority: Say,
    pub(crate) languages: Vec<String>,
    pub(crate) scheme: Say,
    pub(crate) sites: Vec<Say>,
    pub(crate) physicians: Vec<Say>,
    /// What others are called: each kind of physician has its own of them.
    pub(crate) surnames: Vec<Say>,
    pub(crate) given: Vec<Say>,
    /// What stands before or behind a name: `{}`.
    pub(crate) addressed: Say,
    /// What a payer pays for a case, in percent of the United States.
    pub(crate) pays: i64,
}

/// How a story stands today.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum End {
    /// At work in a stage, since so many days.
    In { stage: String, since: i64 },
    /// Submitted to a gate, since so many days; so many have voted.
    At { gate: String, since: i64, votes: usize },
    /// Held in a stage, since so many days.
    Held { stage: String, since: i64, why: String },
    /// Held in a stage since so many days, because a condition was not met in time.
    Lapsed { stage: String, since: i64 },
    /// Held by a gate's decision, since so many days.
    Stopped { gate: String, since: i64, why: String },
    /// Ended by a gate, so many days ago; asked by the team, or by the votes.
    Killed { gate: String, since: i64, asked: bool, why: String },
    /// On its way out, since so many days, with so many duties done.
    Closing { gate: String, path: String, since: i64, done: usize },
    /// Out, since so many days.
    Closed { gate: String, path: String, since: i64 },
}

/// Sentences by the key of a field, or by the occasion.
pub(crate) type Phrases = BTreeMap<String, Vec<Say>>;

/// What products of several families need, under one name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Catalogue {
    pub(crate) technologies: Vec<Shared>,
    pub(crate) skills: Vec<Shared>,
}

/// A technology, in levels of readiness, or a skill, in people.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) families: Vec<String>,
    #[serde(alias = "readiness")]
    pub(crate) have: f64,
    pub(crate) needed: f64,
    /// From the roadmap on.
    pub(crate) days: i64,
    pub(crate) ways: Vec<String>,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    pub(crate) company: CompanyData,
    pub(crate) devices: BTreeMap<String, Device>,
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) places: BTreeMap<String, Place>,
    pub(crate) phrases: Phrases,
    pub(crate) plans: BTreeMap<String, StrategicPlan>,
    pub(crate) field: FieldData,
    pub(crate) catalogue: Catalogue,
}

/// The files of product sheets, each with its name.
const SHEETS: &[(&str, &str)] = &[
    ("cardio.yaml", include_str!("../data/products/cardio.yaml")),
    ("surgical.yaml", include_str!("../data/products/surgical.yaml")),
    ("digital.yaml", include_str!("../data/products/digital.yaml")),
    ("express.yaml", include_str!("../data/products/express.yaml")),
    ("software.yaml", include_str!("../data/products/software.yaml")),
    ("plans.yaml", include_str!("../data/products/plans.yaml")),
];

impl Data {
    /// The curated data.
    ///
    /// # Errors
    /// The name of the file that cannot be read, and why; a test reads them all.
    pub(crate) fn load() -> Result<Self, String> {
        let devices = device::load()?;
        let mut sheets = Vec::new();
        for (name, text) in SHEETS {
            sheets.extend(read::<Vec<Sheet>>(name, text)?);
        }
        for sheet in &mut sheets {
            sheet.waits = devices.get(&sheet.device).map_or(0, |device| device.slowest(sheet));
        }
        Ok(Self {
            company: read("company.yaml", include_str!("../data/company.yaml"))?,
            devices,
            sheets,
            places: read("places.yaml", include_str!("../data/places.yaml"))?,
            phrases: read("phrases.yaml", include_str!("../data/phrases.yaml"))?,
            plans: read("plans.yaml", include_str!("../data/plans.yaml"))?,
            field: read("field.yaml", include_str!("../data/field.yaml"))?,
            catalogue: read("catalogue.yaml", include_str!("../data/catalogue.yaml"))?,
        })
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    serde_saphyr::from_str(text).map_err(|error| format!("{name}: {error}"))
}
