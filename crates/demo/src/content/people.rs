//! Who is asked and for whom it is made: physicians at their hospitals, what they say, personas.

use serde_json::{Value, json};

use super::Writer;
use crate::{
    data::{Device, Requirement, Say},
    dice::Dice,
};

/// As many physicians of one specialty are known in a market.
const KNOWN: usize = 6;

/// A physician, and the one hospital where he or she works.
pub(super) struct Physician<'a> {
    pub(super) name: String,
    pub(super) site: &'a str,
}

impl<'a> Writer<'a> {
    pub(super) fn of_the_people(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "voice_of_customer" => self.voice_of_customer(device),
            "personas" => self.personas(device),
            _ => return None,
        })
    }

    /// One of those whom the house knows in a market for this family of devices.
    pub(super) fn physician(&self, market: &str, index: usize) -> Option<Physician<'a>> {
        let place = self.data.places.get(market)?;
        let family = self.device().ok()?.family.as_str();
        let mut dice = Dice::of(self.seed, &format!("physicians/{family}/{market}"));
        let mut of = |all: &'a [Say], step: usize| {
            let from = usize::try_from(dice.between(0, 40)).unwrap_or(0);
            all.get((from + step * (index % KNOWN)) % all.len().max(1))
        };
        let (surname, given) = (of(&place.surnames, 1)?, of(&place.given, 3)?);
        let site = place.sites.get(index % KNOWN % place.sites.len().max(1))?;
        let name = self.tell(&place.addressed).replace("{surname}", self.tell(surname));
        Some(Physician { name: name.replace("{given}", self.tell(given)), site: self.tell(site) })
    }

    /// Who is not a physician has no title; each role knows its own people.
    fn member_of_staff(&self, market: &str, role: &str, index: usize) -> Option<Physician<'a>> {
        let place = self.data.places.get(market)?;
        let family = self.device().ok()?.family.as_str();
        let mut dice = Dice::of(self.seed, &format!("{role}/{family}/{market}"));
        let mut of = |all: &'a [Say], step: usize| {
            let from = usize::try_from(dice.between(0, 40)).unwrap_or(0);
            all.get((from + step * (index % KNOWN)) % all.len().max(1))
        };
        let (surname, given) = (of(&place.surnames, 1)?, of(&place.given, 3)?);
        let site = place.sites.get(index % KNOWN % place.sites.len().max(1))?;
        let addressed = self.tell(&place.addressed);
        let from = addressed.find('{').unwrap_or(0);
        let to = addressed.rfind('}').map_or(addressed.len(), |at| at + 1);
        let name = addressed.get(from..to)?.replace("{surname}", self.tell(surname));
        Some(Physician { name: name.replace("{given}", self.tell(given)), site: self.tell(site) })
    }

    /// The sheet's own finding, then one session for each thing that is asked for, then what is
    /// heard beside it; each with what became of it.
    fn voice_of_customer(&self, device: &Device) -> Value {
        let mut dice = self.dice("voices");
        let count = usize::try_from(dice.between(5, 7)).unwrap_or(5);
        let beside = self.data.phrases.get("voc/finding").map_or(1, Vec::len);
        let from = usize::try_from(dice.between(0, 20)).unwrap_or(0);
        let heard = |index: usize| {
            if index == 0 {
                let changed =
                    self.either("Requirement C1 was written from it", "요구사항 C1에 반영");
                return Some((self.sheet.finding.clone(), changed.to_owned()));
            }
            if let Some(each) = device.requirements.get(index) {
                return Some(self.asked_for(index, each));
            }
            let place = (from + index) % beside.max(1);
            let of = |key: &str| self.at(key, place);
            Some((of("voc/finding")?, of("voc/changed")?))
        };
        let markets = &self.sheet.markets;
        let roles = heard_of(&device.users.0);
        let session = |index: usize| {
            let market = &markets[index % markets.len().max(1)];
            let role = roles[index % roles.len()];
            let at = index / markets.len().max(1);
            let (who, specialty) = match role {
                "physician" => (self.physician(market, at)?, self.tell(&device.specialty)),
                _ => (self.member_of_staff(market, role, at)?, self.tell(&device.users)),
            };
            let (findings, changed) = heard(index)?;
            let days = -40 + 5 * i64::try_from(index).unwrap_or(0);
            Some(json!({ "person": who.name, "role": role, "specialty": specialty,
                "site": who.site, "market": market, "date": self.in_days(days),
                "findings": findings, "kind": if index % 3 == 2 { "observation" } else { "interview" },
                "changed": changed }))
        };
        let sessions: Vec<Value> = (0..count).filter_map(session).collect();
        json!({ "sessions": sessions, "worth_solving": true })
    }

    fn asked_for(&self, index: usize, each: &Requirement) -> (String, String) {
        let (wish, number) = (self.tell(&each.customer), index + 1);
        let technical = self.tell(&each.technical);
        (
            self.either(&format!("Asks for this: {wish}"), &format!("요청 사항: {wish}"))
                .to_owned(),
            self.either(
                &format!("Requirement C{number}, tested as: {technical}"),
                &format!("요구사항 C{number}에 반영, 기술 기준: {technical}"),
            )
            .to_owned(),
        )
    }

    /// A made-up user with a name of the country where the product is sold first.
    fn user_of(&self, device: &Device) -> String {
        let mut dice = self.dice("persona");
        let age = dice.between(29, 56);
        let surname = self.place(self.here()).and_then(|place| dice.pick(&place.surnames));
        let surname = surname.map(|say| self.tell(say)).unwrap_or_default();
        let (en, ko) = match heard_of(&device.users.0).first() {
            Some(&"nurse") => ("Nurse", "간호사"),
            Some(&"physician") => ("Dr", "과장"),
            _ => ("Team lead", "팀장"),
        };
        self.either(&format!("{en} {surname}, {age}"), &format!("{surname} {ko}, {age}세"))
            .to_owned()
    }

    fn personas(&self, device: &Device) -> Value {
        let segment = device.segments.first();
        let need = segment.map(|segment| self.tell(&segment.need));
        let buyer = segment.map(|segment| self.tell(&segment.buyer));
        let at = segment.map(|segment| self.tell(&segment.name)).unwrap_or_default();
        let decides =
            self.either(&format!("Decides for: {at}"), &format!("담당 범위: {at}")).to_owned();
        json!({ "personas": [
            { "name": self.user_of(device), "part": "user",
              "attributes": format!("{}, {}", self.tell(&device.users), self.word("persona/user_is")),
              "problems": self.sheet.problem, "preferences": need,
              "behaviour": self.word("persona/user_does") },
            { "name": buyer, "part": "buyer", "attributes": decides,
              "problems": self.word("persona/buyer_problem"),
              "preferences": self.word("persona/buyer_prefers"),
              "behaviour": self.word("persona/buyer_does") },
        ] })
    }
}

/// The roles that are asked, those first who use the device; where nurses use it, a physician
/// is asked, too.
fn heard_of(users: &str) -> Vec<&'static str> {
    const ROLES: [(&str, &[&str]); 5] = [
        ("nurse", &["nurse", "midwi"]),
        ("laboratory", &["laboratory", "ECG technician"]),
        ("technician", &["biomedical", "cath-lab technician", "hospital IT", "telemetry"]),
        ("other", &["manager", "pharmacist", "therapist"]),
        ("patient", &["patients"]),
    ];
    let of = |words: &[&str]| words.iter().any(|word| users.contains(word));
    let asked = ROLES.iter().filter(|(_, words)| of(words)).map(|(role, _)| *role);
    let mut asked: Vec<_> = asked.collect();
    let first = ["surgeon", "cardiologist", "radiologist", "physician", "podiatrist"];
    let physicians = first.iter().filter_map(|word| users.find(word)).min();
    match physicians.filter(|at| users.find("nurse").is_none_or(|nurse| *at < nurse)) {
        Some(_) => asked.insert(0, "physician"),
        None => asked.push("physician"),
    }
    asked
}
