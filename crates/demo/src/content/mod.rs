//! What people write into forms: drafts by the sheet, completed by the form's own fields.

mod analysis;
mod complete;
mod design;
mod evidence;
mod extension;
mod field;
mod figures;
mod launch;
mod market;
mod people;
mod price;
mod regulation;
mod reviews;
mod sales;
mod software;
mod strategy;
mod words;

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use sluicegate_core::{
    definition::{
        Definition, Side,
        form::{Fault, Form},
    },
    key::FormKey,
};

use crate::{
    company::Company,
    data::{Data, Device, Place, PlanSegment, Say, Segment, Sheet, Tongue},
    dice::Dice,
    plan::takes,
    play::Stage,
};

pub(crate) use regulation::{Filings, decide, filed, filed_with_payer, payer_decides};
pub(crate) use strategy::planning_year;
pub(crate) use words::phrase;

/// Writes the forms of one product, as somebody would on that day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    pub(super) data: &'a Data,
    pub(super) company: &'a Company,
    pub(super) sheet: &'a Sheet,
    pub(super) definition: &'a Definition,
    pub(super) seed: u64,
    pub(super) today: NaiveDate,
    /// The market of a deliverable that each market has.
    pub(super) market: Option<&'a str>,
    /// How often this was handed in, from 1.
    pub(crate) revision: u32,
    /// Of software, the release that is worked on, from 1.
    pub(crate) release: u32,
    pub(crate) launched: Option<DateTime<Utc>>,
    /// The launch that the card promises.
    pub(crate) target: Option<NaiveDate>,
    /// When the stage began, the first time.
    pub(crate) entered: Option<NaiveDate>,
    /// When each deliverable was accepted first.
    pub(crate) accepted: &'a BTreeMap<String, NaiveDate>,
    launches: &'a Launches,
    filings: &'a Filings,
}

/// Nothing was accepted yet.
static NOTHING: BTreeMap<String, NaiveDate> = BTreeMap::new();

/// When the products of the demo were launched, by the keys of their sheets.
pub(crate) type Launches = Mutex<BTreeMap<String, DateTime<Utc>>>;

impl<'a> Writer<'a> {
    pub(crate) fn new(
        stage: &'a Stage,
        sheet: &'a Sheet,
        definition: &'a Definition,
        now: DateTime<Utc>,
        market: Option<&'a str>,
    ) -> Self {
        Self {
            data: &stage.data,
            company: &stage.company,
            sheet,
            definition,
            seed: stage.seed,
            today: now.date_naive(),
            market,
            revision: 1,
            release: 1,
            launched: None,
            target: None,
            entered: None,
            accepted: &NOTHING,
            launches: &stage.launches,
            filings: &stage.filings,
        }
    }

    /// The same pen for another product of the house.
    pub(super) fn about(&self, sheet: &'a Sheet) -> Self {
        let known = self.launches.lock().unwrap_or_else(PoisonError::into_inner);
        let launched = known.get(&sheet.key).copied();
        let (target, entered, accepted) = (None, None, &NOTHING);
        let (market, revision, release) = (None, 1, 1);
        Self { sheet, market, revision, release, launched, target, entered, accepted, ..*self }
    }

    /// The first day on which all of these were accepted, as far as they were.
    pub(super) fn ready(&self, keys: &[&str]) -> Option<NaiveDate> {
        keys.iter().filter_map(|key| self.accepted.get(*key)).max().copied()
    }

    /// When it is launched, was launched, or can be at the soonest.
    pub(super) fn launch(&self) -> NaiveDate {
        let soon = self.today.checked_add_days(Days::new(90)).unwrap_or(self.today);
        let planned = self.target.map_or(soon, |target| target.max(soon));
        self.launched.map_or(planned, |launched| launched.date_naive())
    }

    /// The product's card.
    ///
    /// # Errors
    /// The sheet does not fit the card.
    pub(crate) fn card(&self) -> Result<Value, String> {
        let device = self.device()?;
        let tendered = self.sheet.markets.iter().any(|market| market == "DE" || market == "GB");
        if self.sheet.plan.is_some() {
            return self.checked(&self.definition.card, &self.plan_card(), "card");
        }
        let software = self.sheet.software.as_ref();
        let draft = json!({
            "problem": self.sheet.problem,
            "kind": device.kind,
            "novelty": self.sheet.novelty,
            "product_line": self.sheet.line,
            "budget": budget(self.sheet.tam),
            "risk_class": risk(device, &self.sheet.markets),
            "serviced": device.service.is_some(),
            "tendered": tendered,
            "target_launch": self.in_days(self.way_to_market()),
            "regulated": software.is_none_or(|software| software.regulated),
            "algorithm": software.map_or("none", |software| &software.algorithm),
            "personal_data": software.is_none_or(|software| software.personal_data),
            "hosting": software.map_or("on_premises", |software| &software.hosting),
        });
        self.checked(&self.definition.card, &draft, "card")
    }

    /// The content of a form, for a deliverable or a review of this name.
    ///
    /// # Errors
    /// The workflow has no such form, or what was written does not fit it.
    pub(crate) fn form(&self, key: &str, about: &str) -> Result<Value, String> {
        let form = key.parse().ok().and_then(|key: FormKey| self.definition.forms.get(&key));
        let form = form.ok_or_else(|| format!("there is no form {key}"))?;
        let device = self.device()?;
        let of_its_process = match self.sheet.workflow.as_str() {
            "healthcare-software" => self.of_software(key, about),
            "strategic-plan" => self.of_a_plan(key),
            _ => None,
        };
        let draft = of_its_process
            .or_else(|| self.of_the_market(key, device))
            .or_else(|| self.of_the_analysis(key, device))
            .or_else(|| self.of_the_authorities(key, device))
            .or_else(|| self.of_the_evidence(key, device))
            .or_else(|| self.of_the_people(key, device))
            .or_else(|| self.of_the_prices(key))
            .or_else(|| self.of_the_design(key, device))
            .or_else(|| self.of_the_house(key, device))
            .or_else(|| self.of_the_reviews(key, about))
            .or_else(|| self.of_the_launch(key, device))
            .or_else(|| self.of_an_extension(key, device))
            .unwrap_or_else(|| json!({}));
        self.checked(form, &draft, key)
    }

    /// Days from the first idea to the launch that the team promises itself, in whole weeks.
    fn way_to_market(&self) -> i64 {
        let stages = self.definition.stages.iter();
        let upstream = stages.filter(|(_, stage)| stage.side != Side::Downstream);
        let takes = upstream.map(|(key, _)| takes(self.sheet, self.definition, key));
        let days: i64 = takes.sum();
        let slack = self.dice("target").between(20, 90);
        (days + slack) / 7 * 7
    }

    fn checked(&self, form: &Form, draft: &Value, key: &str) -> Result<Value, String> {
        let content = self.complete(form, draft, key);
        let faults = form.complete(&content).faults;
        if faults.is_empty() {
            return Ok(content);
        }
        let say = |fault: &Fault| format!("{}: {}", fault.pointer, fault.kind);
        Err(format!("{key}: {}", faults.iter().map(say).collect::<Vec<_>>().join("; ")))
    }

    fn device(&self) -> Result<&'a Device, String> {
        let found = self.data.devices.get(&self.sheet.device);
        found.ok_or_else(|| format!("there is no kind of device {}", self.sheet.device))
    }

    /// What a strategic plan says of a segment. Plans and devices call it by the same name, or the
    /// house would not find out that one wants what the other serves.
    pub(super) fn in_the_plan(&self, segment: &Segment) -> Option<&'a PlanSegment> {
        let name = self.tell(&segment.name);
        let mut all = self.data.plans.values().flat_map(|plan| &plan.segments);
        all.find(|planned| planned.name == name)
    }

    /// In the language of the project.
    pub(super) fn tell<'s>(&self, say: &'s Say) -> &'s str {
        say.tell(self.sheet.tongue)
    }

    /// One of the sentences for an occasion, in the language of the project.
    pub(super) fn word(&self, occasion: &str) -> String {
        let mut dice = self.dice(occasion);
        phrase(self.data, self.sheet, self.sheet.tongue, occasion, &mut dice).unwrap_or_default()
    }

    /// The sentence at a place of the list for an occasion, so that rows do not repeat each other.
    pub(super) fn said(&self, occasion: &str, index: usize) -> Option<String> {
        let all = self.data.phrases.get(occasion)?;
        let shift = usize::try_from(self.dice(occasion).between(0, 7)).unwrap_or(0);
        let say = all.get((index + shift) % all.len().max(1))?;
        Some(words::filled(self.data, self.sheet, self.sheet.tongue, self.tell(say)))
    }

    /// The sentence at a place of the list for an occasion: what stands at the same place of two
    /// lists belongs together.
    pub(super) fn at(&self, occasion: &str, place: usize) -> Option<String> {
        let say = self.data.phrases.get(occasion)?.get(place)?;
        Some(words::filled(self.data, self.sheet, self.sheet.tongue, self.tell(say)))
    }

    /// One of two, by the language of the project.
    pub(super) fn either<'s>(&self, en: &'s str, ko: &'s str) -> &'s str {
        match self.sheet.tongue {
            Tongue::En => en,
            Tongue::Ko => ko,
        }
    }

    pub(super) fn dice(&self, about: &str) -> Dice {
        let market = self.market.unwrap_or_default();
        let name = format!("{}/{about}/{market}/{}", self.sheet.key, self.revision);
        Dice::of(self.seed, &name)
    }

    /// A working day so many days from today; negative is in the past.
    pub(super) fn in_days(&self, days: i64) -> String {
        let by = Days::new(days.unsigned_abs());
        let date = if days < 0 {
            self.today.checked_sub_days(by)
        } else {
            self.today.checked_add_days(by)
        };
        regulation::on_weekday(date.unwrap_or(self.today)).to_string()
    }

    pub(super) fn year(&self) -> i32 {
        self.today.year()
    }

    pub(super) fn place(&self, market: &str) -> Option<&'a Place> {
        self.data.places.get(market)
    }

    /// The market that this is written for, or the first one.
    pub(super) fn here(&self) -> &'a str {
        self.market.or_else(|| self.sheet.markets.first().map(String::as_str)).unwrap_or("KR")
    }

    /// A name from the company for a role.
    pub(super) fn name_of(&self, role: &str) -> String {
        if role == self.definition.owner.as_str()
            && let Some(owner) = self.company.by_key(&self.sheet.owner)
        {
            return owner.member.name.clone();
        }
        let holders = self.company.holders(self.sheet, role, None);
        let mut dice = Dice::of(self.seed, &format!("{}/{role}/", self.sheet.key));
        dice.pick(&holders).map(|found| found.member.name.clone()).unwrap_or_default()
    }
}

/// Who decides on the money, by the size of what is aimed at.
const fn budget(millions: i64) -> &'static str {
    match millions {
        ..300 => "small",
        300..3_500 => "medium",
        _ => "large",
    }
}

/// By the classes of the markets where it is sold; some of them may say nothing.
fn risk(device: &Device, markets: &[String]) -> &'static str {
    let classes: Vec<String> = markets.iter().map(|market| device.way_to(market).class).collect();
    let is = |class: &str, of: &[&str]| of.contains(&class);
    if classes
        .iter()
        .any(|class| is(class, &["kr_4", "eu_iii", "us_iii", "ivd_d", "gb_iii", "jp_4"]))
    {
        "high"
    } else if classes
        .iter()
        .all(|class| is(class, &["kr_1", "eu_i", "us_i", "ivd_a", "gb_i", "jp_1", "other"]))
    {
        "low"
    } else {
        "medium"
    }
}
