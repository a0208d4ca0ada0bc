//! What is true of one kind of device: its medicine, its hazards, its way to the market, its codes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Say, Sheet, read};

/// A kind of device: a coronary stent, a foam dressing, a fetal monitor. Products of the same kind
/// share these facts, products of another kind share none of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Device {
    /// Kinds of one family share technologies, skills and the physicians who are asked.
    pub(crate) family: String,
    /// As the product card says: device, ivd, software, accessory.
    pub(crate) kind: String,
    /// Sizes and shapes, each an item of its own; none: there is only one.
    #[serde(default)]
    pub(crate) variants: Vec<Say>,
    /// Class and pathway by authority: us, eu, kr, and gb or jp where they differ from the usual.
    pub(crate) way: BTreeMap<String, Way>,
    pub(crate) specialty: Say,
    pub(crate) users: Say,
    pub(crate) segments: Vec<Segment>,
    pub(crate) rivals: Vec<Rival>,
    pub(crate) requirements: Vec<Requirement>,
    pub(crate) hazards: Vec<Hazard>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) indication: Say,
    pub(crate) contraindications: Say,
    /// study, literature or bench.
    pub(crate) evidence: String,
    pub(crate) concepts: Vec<Say>,
    pub(crate) supply: Vec<Supply>,
    pub(crate) packaging: Vec<Part>,
    #[serde(default)]
    pub(crate) codes: BTreeMap<String, Code>,
    /// What a payer or a hospital counts for one case, in US dollars of the United States.
    pub(crate) case: i64,
    pub(crate) congress: Vec<Congress>,
    /// Only what can be repaired has it.
    pub(crate) service: Option<Service>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Way {
    pub(crate) class: String,
    pub(crate) pathway: String,
    pub(crate) months: i64,
    pub(crate) predicate: Option<String>,
    /// The rule of classification.
    pub(crate) rule: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Segment {
    pub(crate) name: Say,
    pub(crate) need: Say,
    pub(crate) buyer: Say,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rival {
    pub(crate) name: String,
    pub(crate) share: i64,
    /// Against our price, in percent.
    pub(crate) price: i64,
    pub(crate) strength: Say,
    pub(crate) weakness: Say,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Requirement {
    pub(crate) customer: Say,
    pub(crate) technical: Say,
    pub(crate) measure: Say,
    pub(crate) test: Say,
    pub(crate) by: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the words of the field, as the files write them")]
pub(crate) struct Hazard {
    pub(crate) hazard: Say,
    pub(crate) severity: i64,
    pub(crate) probability: i64,
    pub(crate) control: Say,
    /// The requirement that implements the control, from 1; none: the control is information.
    pub(crate) trace: Option<usize>,
    /// It protects from the hazard instead of designing it away.
    #[serde(default)]
    pub(crate) protective: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) parameter: Say,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
    pub(crate) unit: String,
    pub(crate) why: Say,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supply {
    pub(crate) supplier: String,
    pub(crate) component: Say,
    pub(crate) change: Say,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the words of the field, as the files write them")]
pub(crate) struct Part {
    pub(crate) part: Say,
    pub(crate) material: String,
    pub(crate) grams: f64,
    pub(crate) recyclable: bool,
    /// How many units it holds, where it is a package of several.
    pub(crate) holds: Option<i64>,
}

/// A code that pays in one market. A market without one is told so in general words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the words of the field, as the files write them")]
pub(crate) struct Code {
    pub(crate) system: String,
    pub(crate) code: String,
    pub(crate) covers: Say,
    pub(crate) coverage: String,
}

/// A meeting that comes back each year in the same month.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Congress {
    /// With its city behind the last comma.
    pub(crate) name: Say,
    pub(crate) month: u32,
}

/// How a device is looked after while it is in use.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub(crate) covers: Say,
    /// None where it has no software.
    pub(crate) updates: Option<Say>,
    pub(crate) warranty_months: i64,
    pub(crate) spares_years: i64,
    /// Of a hundred units in a year.
    pub(crate) failures: f64,
}

impl Device {
    /// The way to a market; the usual one of its authority where the kind says nothing.
    pub(crate) fn way_to(&self, market: &str) -> Way {
        let authority = match market {
            "DE" | "FR" => "eu".to_owned(),
            other => other.to_lowercase(),
        };
        if let Some(way) = self.way.get(&authority) {
            return way.clone();
        }
        let high = self.way.values().any(|way| way.class == "eu_iii" || way.class == "kr_4");
        let (pathway, months) = match market {
            "GB" if self.is_simple() => ("other", 1),
            "GB" => ("ukca", if high { 12 } else { 8 }),
            "JP" => ("pmda", if high { 13 } else { 9 }),
            _ => ("other", 9),
        };
        let (class, pathway) = (self.class_in(market), pathway.to_owned());
        Way { class, pathway, months, predicate: None, rule: None }
    }

    /// The class in the market's own scheme, as it follows from the European or the Korean one.
    fn class_in(&self, market: &str) -> String {
        let known = |authority: &str| self.way.get(authority).map(|way| way.class.as_str());
        let level = match (known("eu"), known("kr")) {
            (Some("eu_i" | "ivd_a"), _) | (None, Some("kr_1")) => 0,
            (Some("eu_iia" | "ivd_b"), _) | (None, Some("kr_2")) => 1,
            (Some("eu_iib" | "ivd_c"), _) | (None, Some("kr_3")) => 2,
            (Some("eu_iii" | "ivd_d"), _) | (None, Some("kr_4")) => 3,
            _ => return "other".to_owned(),
        };
        let scheme = match market {
            "GB" if self.kind == "ivd" => ["gb_ivd"; 4],
            "GB" => ["gb_i", "gb_iia", "gb_iib", "gb_iii"],
            "JP" => ["jp_1", "jp_2", "jp_3", "jp_4"],
            _ => ["other"; 4],
        };
        scheme[level].to_owned()
    }

    /// The congress where people of a market meet.
    pub(crate) fn congress_in(&self, market: &str) -> Option<&Congress> {
        const NEAR: [&str; 3] = ["Seoul", "Busan", "Tokyo"];
        let near = |congress: &&Congress| {
            let city = congress.name.0.rsplit(", ").next().unwrap_or_default();
            match market {
                "KR" => ["Seoul", "Busan"].contains(&city),
                "JP" => NEAR.contains(&city),
                "US" => AMERICAN.contains(&city),
                _ => !AMERICAN.contains(&city) && !NEAR.contains(&city),
            }
        };
        self.congress.iter().find(near).or(self.congress.first())
    }

    /// The maker declares that it conforms, without a notified body.
    fn is_simple(&self) -> bool {
        self.way.get("eu").is_some_and(|way| way.class == "eu_i" || way.class == "ivd_a")
    }

    /// Months of the slowest authority among the markets of the launch.
    pub(super) fn slowest(&self, sheet: &Sheet) -> i64 {
        let first = sheet.markets.iter().filter(|market| !sheet.later.contains_key(*market));
        first.map(|market| self.way_to(market).months).max().unwrap_or(0)
    }
}

/// Cities of the congresses in America.
const AMERICAN: [&str; 7] =
    ["Las Vegas", "Washington", "Denver", "Chicago", "Orlando", "San Diego", "Minneapolis"];

/// The files of kinds, each with its name.
const FILES: &[(&str, &str)] = &[
    ("coronary.yaml", include_str!("../../data/devices/coronary.yaml")),
    ("peripheral.yaml", include_str!("../../data/devices/peripheral.yaml")),
    ("structural.yaml", include_str!("../../data/devices/structural.yaml")),
    ("surgery.yaml", include_str!("../../data/devices/surgery.yaml")),
    ("wounds.yaml", include_str!("../../data/devices/wounds.yaml")),
    ("monitoring.yaml", include_str!("../../data/devices/monitoring.yaml")),
    ("testing.yaml", include_str!("../../data/devices/testing.yaml")),
    ("software.yaml", include_str!("../../data/devices/software.yaml")),
];

/// All kinds. One that names another under `like` takes over what it does not say itself: the same
/// rivals or suppliers, never silently the same medicine, which a test looks after.
///
/// # Errors
/// The name of the file or the kind that cannot be read, and why.
pub(super) fn load() -> Result<BTreeMap<String, Device>, String> {
    let mut written: BTreeMap<String, Value> = BTreeMap::new();
    for (name, text) in FILES {
        written.extend(read::<BTreeMap<String, Value>>(name, text)?);
    }
    let complete = |(key, own): (&String, &Value)| {
        let mut all = own.clone();
        let like = all.as_object_mut().and_then(|all| all.remove("like"));
        if let Some(other) = like.as_ref().and_then(Value::as_str) {
            let other = written.get(other).and_then(Value::as_object);
            let other = other.ok_or_else(|| format!("{key}: like what?"))?;
            for (field, value) in other {
                if let Some(all) = all.as_object_mut() {
                    all.entry(field).or_insert_with(|| value.clone());
                }
            }
        }
        let device = serde_json::from_value(all).map_err(|error| format!("{key}: {error}"))?;
        Ok((key.clone(), device))
    };
    written.iter().map(complete).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::data::Data;

    #[test]
    fn no_two_kinds_share_a_hazard_or_an_indication() {
        let mut said: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let all = load().unwrap();
        for (kind, device) in &all {
            for hazard in &device.hazards {
                let other = said.insert(&hazard.hazard.0, (kind, ""));
                assert_eq!(other, None, "{kind} says the same: {hazard:?}");
            }
            // Only a size or a part of the same device is for the same patients.
            let other = said.insert(&device.indication.0, (kind, &device.family));
            let same = other.is_none_or(|(_, family)| family == device.family);
            assert!(same, "{kind} and {other:?} say the same: {}", device.indication.0);
        }
    }

    #[test]
    fn every_product_is_of_a_kind_and_every_kind_is_used() {
        let data = Data::load().unwrap();
        let used: BTreeSet<&String> = data.sheets.iter().map(|sheet| &sheet.device).collect();
        assert_eq!(used, data.devices.keys().collect());
    }

    #[test]
    fn each_class_takes_its_own_way() {
        for (kind, device) in &load().unwrap() {
            for way in device.way.values() {
                let fits = match way.class.as_str() {
                    "kr_1" => way.pathway == "mfds_notification",
                    "kr_2" => way.pathway == "mfds_certification",
                    "kr_3" | "kr_4" => way.pathway == "mfds_approval",
                    "eu_i" => way.pathway == "mdr_i",
                    "eu_iia" => way.pathway == "mdr_iia",
                    "eu_iib" => way.pathway == "mdr_iib",
                    "eu_iii" => way.pathway == "mdr_iii" && way.months >= 13,
                    "ivd_b" | "ivd_c" | "ivd_d" => way.pathway == "ivdr",
                    "us_i" => way.pathway == "exempt",
                    "us_ii" => way.pathway == "510k" || way.pathway == "de_novo",
                    "us_iii" => way.pathway == "pma" || way.pathway == "other",
                    _ => true,
                };
                assert!(fits, "{kind}: {way:?}");
            }
        }
    }
}
