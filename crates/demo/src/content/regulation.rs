//! Authorities and payers: the way to each market, what was filed, what was decided, who pays.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::{Datelike as _, Days, Months, NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::{
    Writer,
    figures::{books, money, part},
};
use crate::data::{Device, Way};

/// What an authority is shown.
const PROOFS: [&str; 5] =
    ["risk_file", "vv", "pilot_sites", "clinical_evaluation", "usability_evaluation"];

/// When something was filed, and when its authority answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filing {
    pub(crate) filed: NaiveDate,
    pub(crate) decides: NaiveDate,
    pub(crate) decided: bool,
}

/// By product and authority: one certificate holds for all of the European Union.
pub(crate) type Filings = Mutex<BTreeMap<(String, String), Filing>>;

/// The filings of a product with the authority of a market are kept under this.
fn authority(sheet: &str, market: &str) -> (String, String) {
    let authority = if matches!(market, "DE" | "FR") { "EU" } else { market };
    (sheet.to_owned(), authority.to_owned())
}

/// A payer looks at what is dear, at each patient, or has a code of its own; never at what the
/// ward buys by the box or the hospital with its capital.
fn is_assessed(device: &Device, price: f64) -> bool {
    let each_patient = device.service.is_none() && device.kind != "accessory";
    each_patient && price >= 150.0 && (price >= 300.0 || !device.codes.is_empty())
}

/// The maker declares conformity without anybody's certificate.
fn is_self_declared(way: &Way) -> bool {
    matches!(way.pathway.as_str(), "mdr_i" | "exempt") || way.class == "gb_i"
}

/// The payer of a market beside its authority.
pub(super) fn payer(market: &str) -> String {
    format!("payer of {market}")
}

/// What was filed for a market, once its submission is written.
pub(crate) fn filed(filings: &Filings, sheet: &str, market: &str) -> Option<Filing> {
    let known = filings.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&authority(sheet, market)).copied()
}

/// The authority has answered, on the day it was expected or today at the latest.
pub(crate) fn decide(filings: &Filings, sheet: &str, market: &str, today: NaiveDate) {
    let mut known = filings.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(filing) = known.get_mut(&authority(sheet, market)).filter(|it| !it.decided) {
        let yesterday = on_weekday(today.pred_opt().unwrap_or(today));
        filing.decides = filing.decides.min(yesterday).max(filing.filed);
        filing.decided = true;
    }
}

/// The payer of a market has answered.
pub(crate) fn payer_decides(filings: &Filings, sheet: &str, market: &str, today: NaiveDate) {
    let mut known = filings.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(filing) = known.get_mut(&(sheet.to_owned(), payer(market))) {
        filing.decides = filing.decides.min(on_weekday(today)).max(filing.filed);
        filing.decided = true;
    }
}

/// What was filed with the payer of a market, once its submission is written.
pub(crate) fn filed_with_payer(filings: &Filings, sheet: &str, market: &str) -> Option<Filing> {
    let known = filings.lock().unwrap_or_else(PoisonError::into_inner);
    known.get(&(sheet.to_owned(), payer(market))).copied()
}

/// Nobody files, decides or meets at a weekend: the Friday before.
pub(super) fn on_weekday(date: NaiveDate) -> NaiveDate {
    let over = i64::from(date.weekday().num_days_from_monday()) - 4;
    date - TimeDelta::days(over.max(0))
}

/// The same, the Monday after.
fn on_weekday_after(date: NaiveDate) -> NaiveDate {
    let over = i64::from(date.weekday().num_days_from_monday()) - 4;
    if over > 0 { date + TimeDelta::days(3 - over) } else { date }
}

impl Writer<'_> {
    pub(super) fn of_the_authorities(&self, form: &str, device: &Device) -> Option<Value> {
        Some(match form {
            "regulatory_environment" => self.regulatory_environment(device),
            "regulatory_submission" => self.regulatory_submission(device),
            "regulatory_clearance" => self.regulatory_clearance(device),
            "reimbursement" => self.reimbursement(device),
            _ => return None,
        })
    }

    /// What the way to these markets may stumble over.
    fn what_may_happen(&self, ways: &[Way]) -> String {
        let is = |kinds: &[&str]| ways.iter().any(|way| kinds.contains(&way.pathway.as_str()));
        let e = |en: &str, ko: &str| self.either(en, ko).to_owned();
        let mut all = Vec::new();
        if let Some(other) = ways.iter().find_map(|way| way.predicate.as_ref()) {
            all.push(e(
                &format!("questions on equivalence with {other}"),
                &format!("{other} 대비 동등성 보완 요구"),
            ));
        }
        if is(&["mdr_iia", "mdr_iib", "mdr_iii", "ivdr"]) {
            all.push(e("capacity of the notified body", "인증기관 심사 지연"));
        }
        if is(&["pma", "mfds_approval", "pmda"]) {
            all.push(e("questions on the clinical data", "임상 자료 보완 요구"));
        }
        if all.is_empty() {
            all.push(e(
                "none but a change of the classification rules",
                "분류 기준 개정 외 특이 위험 없음",
            ));
        }
        let text = all.join(self.either("; ", ", "));
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string());
        format!("{}{}.", first.unwrap_or_default(), letters.as_str())
    }

    fn regulatory_environment(&self, device: &Device) -> Value {
        let ways: Vec<Way> =
            self.sheet.markets.iter().map(|market| device.way_to(market)).collect();
        let row = |market: &String| {
            let way = device.way_to(market);
            json!({ "market": market, "device_class": way.class, "pathway": way.pathway,
                "months": way.months, "predicate": way.predicate, "rule": way.rule,
                "cost": money(self.fee(market, &way), books(self.sheet)) })
        };
        json!({ "markets": self.sheet.markets.iter().map(row).collect::<Vec<_>>(),
            "risks": self.what_may_happen(&ways) })
    }

    /// What the ways to all markets cost, in US dollars.
    pub(super) fn fees(&self) -> f64 {
        let Ok(device) = self.device() else { return 0.0 };
        self.sheet.markets.iter().map(|market| self.fee(market, &device.way_to(market))).sum()
    }

    /// Fees and studies of a way to the market, in the order of size of each; one certificate of
    /// the European Union is paid for once.
    fn fee(&self, market: &str, way: &Way) -> f64 {
        if market == "FR" && self.sheet.markets.iter().any(|other| other == "DE") {
            return 0.0;
        }
        let thousands = match way.pathway.as_str() {
            "pma" => 5_200.0,
            "510k" => 165.0,
            "mdr_iii" => 640.0,
            "mdr_iib" | "ivdr" => 280.0,
            "mdr_iia" => 150.0,
            "mfds_approval" => 120.0,
            "mfds_certification" => 40.0,
            "pmda" => 310.0,
            _ if is_self_declared(way) || way.pathway == "mfds_notification" => 12.0,
            _ => 60.0,
        };
        thousands * 1e3
    }

    /// What was filed for this market; the first who asks files it.
    fn filing(&self, way: &Way) -> Filing {
        let market = self.here();
        let key = authority(&self.sheet.key, market);
        let mut dice = self.dice(&format!("filing/{}", key.1));
        let ahead = dice.between(12, 30) + if way.months >= 10 { 45 } else { 0 };
        let takes = way.months * 30 * dice.between(92, 110) / 100;
        let late = self.sheet.later.get(market).map_or(0, |late| late + 240);
        let from = |date: NaiveDate, days: i64| {
            on_weekday(date.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(date))
        };
        let filed = self.today.checked_sub_days(Days::new(ahead.unsigned_abs()));
        // Nobody files what is not proved.
        let proved = self.ready(&PROOFS).and_then(|day| day.succ_opt());
        let filed = filed.unwrap_or(self.today).max(proved.unwrap_or(NaiveDate::MIN));
        let filed = on_weekday_after(filed.min(self.today));
        let filing = Filing { filed, decides: from(filed, takes.max(late)), decided: false };
        self.keep(&key.1, filing)
    }

    /// What was filed first with somebody stays on file.
    pub(super) fn keep(&self, authority: &str, filing: Filing) -> Filing {
        let key = (self.sheet.key.clone(), authority.to_owned());
        let mut known = self.filings.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(key).or_insert(filing)
    }

    fn regulatory_submission(&self, device: &Device) -> Value {
        let way = device.way_to(self.here());
        let place = self.place(self.here()).map(|place| self.tell(&place.authority));
        let filing = self.filing(&way);
        if is_self_declared(&way) {
            let own = self.either(
                "None; the maker declares conformity itself",
                "해당 없음(제조자 자가 적합성 선언)",
            );
            return json!({ "authority": own, "status": "not_needed", "reference": null,
                "rationale": self.either("Class I: declared by the maker", "1등급, 제조자 자가 선언"),
                "filed_on": null, "expected_on": null, "decided_on": null, "questions": [] });
        }
        let asked = filing.filed + (filing.decides.min(self.today) - filing.filed) / 3;
        let asked = on_weekday(asked).max(filing.filed);
        let test =
            device.requirements.first().map(|each| self.tell(&each.test)).unwrap_or_default();
        let question = self
            .either(
                &format!("Please justify the acceptance criterion and the sample size: {test}."),
                &format!("{test}의 합격 기준과 시료 수 근거를 제출할 것."),
            )
            .to_owned();
        let questions = if way.months < 3 {
            json!([])
        } else {
            json!([{ "question": question, "asked_on": asked,
                "answer_by": on_weekday(asked + Days::new(60)), "answered": true,
                "answer": self.either("Rationale and raw data sent", "근거 자료와 원자료 회신") }])
        };
        json!({ "authority": place,
            "status": if filing.decided { "decided" } else { "filed" },
            "reference": self.reference(&way, filing), "filed_on": filing.filed,
            "expected_on": filing.decides,
            "decided_on": filing.decided.then_some(filing.decides), "questions": questions })
    }

    /// Under which number the authority keeps the file; only the FDA's tells the year and the order.
    fn reference(&self, way: &Way, filing: Filing) -> String {
        let (market, filed) = (self.here(), filing.filed);
        let (year, day) = (filed.year() % 100, i64::from(filed.ordinal()));
        let mut dice = self.dice_of_authority("reference");
        match (market, way.pathway.as_str()) {
            ("US", "pma") => format!("P{year:02}{:04}", day / 8 + 1),
            ("US", "de_novo") => format!("DEN{year:02}{:04}", day / 5 + 1),
            ("US", _) => format!("K{year:02}{:04}", day * 10 + dice.between(0, 9)),
            ("KR", _) => format!("{}-{:06}", filed.year(), day * 260 + dice.between(0, 250)),
            ("DE" | "FR", _) => format!("2797-X/{}/{:04}", filed.year(), dice.between(100, 2400)),
            ("GB", _) => format!("8504-X/{}/{:04}", filed.year(), dice.between(100, 900)),
            _ => format!("{market}-{}-{:05}", filed.year(), dice.between(100, 40_000)),
        }
    }

    /// The same for all markets of an authority, and for every revision.
    fn dice_of_authority(&self, about: &str) -> crate::dice::Dice {
        let (sheet, authority) = authority(&self.sheet.key, self.here());
        crate::dice::Dice::of(self.seed, &format!("{sheet}/{about}/{authority}"))
    }

    fn regulatory_clearance(&self, device: &Device) -> Value {
        let way = device.way_to(self.here());
        let filing = self.filing(&way);
        let on = filing.decides.min(self.today);
        let number = self.dice_of_authority("clearance").between(1_000, 9_999);
        let year = on.year() % 100;
        let ivd = if device.kind == "ivd" { "체외" } else { "" };
        let number = match (self.here(), way.pathway.as_str()) {
            ("US", _) => self.reference(&way, filing),
            ("KR", "mfds_approval") => format!("{ivd}제허 {year:02}-{}호", number / 9),
            ("KR", "mfds_certification") => format!("{ivd}제인 {year:02}-{}호", number / 2),
            ("KR", _) => format!("{ivd}제신 {year:02}-{}호", number / 3),
            ("DE" | "FR", "mdr_i" | "exempt") => format!("EU DoC SM-{number}"),
            ("DE" | "FR", "ivdr") => format!("IVDR 2797-X {number}"),
            ("DE" | "FR", _) => format!("MDR 2797-X {number}"),
            ("GB", _) if is_self_declared(&way) => format!("MHRA registration {number}"),
            ("GB", _) => format!("UKCA 8504-X {number}"),
            ("JP", _) => format!("3{:02}00BZX{number:05}000", on.year() - 2018),
            (market, _) => format!("{market}-{number}"),
        };
        let lasts =
            matches!(way.pathway.as_str(), "mdr_iia" | "mdr_iib" | "mdr_iii" | "ivdr" | "ukca")
                || self.here() == "KR";
        let until = on.checked_add_months(Months::new(60)).and_then(|day| day.pred_opt());
        json!({ "cleared": true, "number": number, "cleared_on": on,
            "valid_until": until.filter(|_| lasts) })
    }

    fn reimbursement(&self, device: &Device) -> Value {
        let row = |market: &String| {
            let place = self.place(market);
            let currency = place.map_or("USD", |place| place.currency.as_str());
            let tariff = part(device.case * place.map_or(50, |place| place.pays));
            let Some(code) = device.codes.get(market) else {
                let system = match market.as_str() {
                    "KR" => "edi",
                    "GB" => "hrg",
                    "DE" | "US" => "drg",
                    _ => "other",
                };
                return json!({ "market": market, "system": system, "coverage": "bundled",
                    "code": self.either("No code of its own", "별도 산정 코드 없음"),
                    "covers": self.either("Paid within the procedure or the stay", "행위료·입원료에 포함"),
                    "payment": null, "cost": null, "plan": null });
            };
            let pays = code.coverage == "covered" || code.coverage == "selective";
            json!({ "market": market, "system": code.system, "code": code.code,
                "covers": self.tell(&code.covers), "coverage": code.coverage,
                "payment": pays.then(|| money(tariff, currency)),
                "cost": pays.then(|| money(tariff * 0.84, currency)), "plan": null })
        };
        let rows: Vec<Value> = self.sheet.markets.iter().map(row).collect();
        let asked = is_assessed(device, self.sheet.price);
        let exists = self.sheet.markets.iter().any(|market| device.codes.contains_key(market));
        let edge = &self.sheet.edge;
        let shown = self.either("shown in claims data of one year", "1년 청구 자료로 제시할 것");
        let shown = format!("{edge}: {shown}.");
        let payers = if asked {
            shown.as_str()
        } else {
            self.either(
                "Bought from the running budget; no payer decides on it.",
                "병원 경상 예산으로 구매하며 보험자 심사 대상이 아님.",
            )
        };
        let new_code = (asked && !exists).then(|| self.word("new_code_plan"));
        json!({ "procedure_code_exists": exists, "codes": rows, "economics_asked": asked,
            "payers": payers, "new_code_plan": new_code })
    }
}
