//! What a reader from the field asks of the forms of one product: is the order of the work possible,
//! does the money fit, does each form speak of this device?

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};
use serde_json::Value;
use sluicegate_app::view::ProductLine;

use super::{
    Built,
    believable::{Forms, amount, forms, rows, text, whole},
    today,
};

/// Everything that a reader would not believe, told at once.
#[derive(Default)]
struct Doubts {
    product: String,
    all: Vec<String>,
}

impl Doubts {
    fn unless(&mut self, believed: bool, why: impl FnOnce() -> String) {
        if !believed {
            self.all.push(format!("{}: {}", self.product, why()));
        }
    }
}

fn day(row: &Value, field: &str) -> Option<NaiveDate> {
    text(row, field).parse().ok()
}

/// Every product, and what only several of them show together.
pub(super) async fn doubts_nothing(built: &Built, lines: &[ProductLine]) {
    let mut doubts = Doubts::default();
    let mut across = Across::default();
    for line in lines {
        let forms = forms(built, line).await;
        let card = built.app.product(&built.auditor(), line.id, None).await.unwrap().card;
        let card = card.unwrap_or_default();
        doubts.product = format!("{} ({})", line.name, line.workflow);
        proved_before_filed(&forms, &mut doubts);
        patients_after_the_design(&forms, line, &mut doubts);
        evidence_is_there(&forms, &mut doubts);
        watched_from_the_launch(&forms, &mut doubts);
        the_case_pays(&forms, line, &mut doubts);
        revenue_follows_the_launch(&forms, &card, &mut doubts);
        one_currency_speaks(&forms, &mut doubts);
        packages_have_identifiers(&forms, &card, &mut doubts);
        spending_keeps_to_the_budget(&forms, &mut doubts);
        hazards_are_controlled(&forms, &mut doubts);
        payers_answer(&forms, &mut doubts);
        classes_are_of_their_market(&forms, &mut doubts);
        sellers_are_there(&forms, &mut doubts);
        across.read(&forms);
    }
    across.judge(&mut doubts);
    assert!(doubts.all.is_empty(), "{} doubts:\n{}", doubts.all.len(), doubts.all.join("\n"));
}

/// What one product alone does not show.
#[derive(Default)]
struct Across {
    scorecards: Vec<String>,
    leads: BTreeSet<i64>,
    decided: usize,
    sizes: usize,
}

impl Across {
    fn read(&mut self, forms: &Forms<'_>) {
        for (_, card) in forms.of("balanced_scorecard") {
            let row = |row: &Value| format!("{}/{}", row["actual"], row["target"]);
            let others = rows(card, "objectives").iter().skip(1);
            let others: Vec<String> = others.map(row).collect();
            if !others.is_empty() {
                self.scorecards.push(others.join(" "));
            }
        }
        let agreements = forms.of("sales_agreement");
        self.leads.extend(agreements.map(|(_, agreement)| whole(agreement, "leads_promised")));
        let payers = forms.of("payer_submission");
        self.decided += payers.filter(|(_, it)| !text(it, "decided_on").is_empty()).count();
        let unit = |row: &&Value| text(row, "level") == "unit";
        let several = |(_, udi): (&str, &Value)| rows(udi, "items").iter().filter(unit).count() > 1;
        self.sizes += usize::from(forms.of("udi").any(several));
    }

    fn judge(&self, doubts: &mut Doubts) {
        "all of them".clone_into(&mut doubts.product);
        let different: BTreeSet<&String> = self.scorecards.iter().collect();
        let (all, count) = (self.scorecards.len(), different.len());
        doubts.unless(count == all && all > 2, || format!("{count} of {all} scorecards differ"));
        doubts.unless(self.leads.len() > 2, || format!("leads promised: {:?}", self.leads));
        doubts.unless(self.decided >= 4, || format!("{} payers have decided", self.decided));
        doubts.unless(self.sizes >= 8, || format!("{} products have sizes", self.sizes));
    }
}

const PROOFS: [&str; 7] = [
    "risk_file",
    "vv",
    "pilot_sites",
    "pilot_verification",
    "usability_evaluation",
    "clinical_investigation",
    "clinical_evaluation",
];

/// Risks, tests, patients and the clinical evaluation come before the authority.
fn proved_before_filed(forms: &Forms<'_>, doubts: &mut Doubts) {
    for (market, submission) in forms.of("regulatory_submission") {
        let Some(filed) = day(submission, "filed_on") else { continue };
        for proof in PROOFS {
            let Some(accepted) = forms.first_accepted(proof) else { continue };
            doubts.unless(filed >= accepted, || {
                format!("{market} filed on {filed}, {proof} accepted on {accepted}")
            });
        }
    }
}

fn patients_after_the_design(forms: &Forms<'_>, line: &ProductLine, doubts: &mut Doubts) {
    let reviews = forms.get("design_reviews", "").map_or(&[][..], |it| rows(it, "reviews"));
    let input = reviews.iter().find(|row| text(row, "review") == "input");
    let input = input.and_then(|row| day(row, "date"));
    for at in with_patients(forms) {
        let Some(started) = day(at, "started") else { continue };
        let of_the_product = Some(line.started_at.date_naive());
        let known = [
            ("the product was started", of_the_product),
            ("the design input was reviewed", input),
            ("the risk file was accepted", forms.first_accepted("risk_file")),
            ("the tests were accepted", forms.first_accepted("vv")),
            ("the pilot was verified", forms.first_accepted("pilot_verification")),
            ("the ethics committee agreed", day(at, "ethics_on")),
        ];
        for (what, when) in known {
            doubts.unless(when.is_none_or(|when| started >= when), || {
                format!("patients from {started}, but {what} on {when:?}")
            });
        }
        let dated = day(at, "ethics_on").is_some() || text(at, "ethics") == "exempt";
        doubts.unless(dated && text(at, "ethics") != "open", || format!("ethics of {at}"));
    }
}

/// Wherever the product meets patients before it may be sold: pilot sites and studies.
fn with_patients<'f>(forms: &'f Forms<'_>) -> impl Iterator<Item = &'f Value> {
    let of = |form: &str, table: &str| forms.get(form, "").map_or(&[][..], |it| rows(it, table));
    of("pilot_sites", "sites").iter().chain(of("clinical_investigation", "studies"))
}

/// A study is done where one is needed, and what the evaluation says of it is true.
fn evidence_is_there(forms: &Forms<'_>, doubts: &mut Doubts) {
    let wanted = forms.get("clinical_limits", "").map(|it| text(it, "evidence_needed"));
    let study = forms.get("clinical_investigation", "");
    doubts.unless(study.is_none() || wanted == Some("study"), || {
        format!("a study, though the evidence needed is {wanted:?}")
    });
    let Some(evaluation) = forms.get("clinical_evaluation", "") else { return };
    let pathway = text(evaluation, "pathway");
    doubts.unless((pathway == "investigation") == study.is_some(), || {
        format!("evaluated by {pathway:?}, own study: {}", study.is_some())
    });
    let Some(study) = study.map(|study| &rows(study, "studies")[0]) else { return };
    let shown = rows(evaluation, "evidence").iter().find(|row| row["source"] == study["study"]);
    let patients = shown.map(|row| whole(row, "patients"));
    doubts.unless(patients == Some(whole(study, "enrolled")), || format!("{shown:?} of {study}"));
    let (done, ended) = (forms.first_accepted("clinical_evaluation"), day(study, "ended"));
    doubts.unless(ended.is_some() && done >= ended, || format!("evaluated {done:?}, {study}"));
}

/// The watch begins with the sale: its plan stands before, and its first report comes after.
fn watched_from_the_launch(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(plan) = forms.get("surveillance_plan", "") else { return };
    let (accepted, first) = (forms.first_accepted("surveillance_plan"), day(plan, "first_report"));
    doubts.unless(first > accepted, || format!("first report {first:?}, planned {accepted:?}"));
    let own = |row: &Value| text(row, "threshold").to_owned();
    let thresholds: BTreeSet<String> = rows(plan, "indicators").iter().map(own).collect();
    let many = rows(plan, "indicators").len() > 3;
    doubts.unless(!many || thresholds.len() > 1, || format!("one threshold: {thresholds:?}"));
    for sold in ["campaigns", "forecast", "usage_review"] {
        let Some(sold_on) = forms.first_accepted(sold) else { continue };
        doubts.unless(accepted.is_some_and(|it| it <= sold_on), || {
            format!("{sold} on {sold_on}, watch planned on {accepted:?}")
        });
    }
}

/// A US dollar in other currencies, as far as an order of size needs it.
fn dollars(row: &Value, field: &str) -> f64 {
    let currency = row.get(field).map_or("USD", |money| text(money, "currency"));
    let rate = match currency {
        "KRW" => 1_380.0,
        "JPY" => 150.0,
        "EUR" => 0.92,
        "GBP" => 0.79,
        _ => 1.0,
    };
    amount(row, field) / rate
}

#[expect(clippy::cast_precision_loss, reason = "months of a demo")]
fn the_case_pays(forms: &Forms<'_>, line: &ProductLine, doubts: &mut Doubts) {
    let Some(case) = forms.get("financial_opportunity", "") else { return };
    let investment = dollars(case, "investment");
    let ways = forms.get("regulatory_environment", "").map_or(&[][..], |it| rows(it, "markets"));
    let fees: f64 = ways.iter().map(|row| dollars(row, "cost")).sum();
    doubts.unless(investment >= fees, || format!("invests {investment} and pays fees of {fees}"));
    let killed = line.outcome.is_some();
    let npv = amount(case, "npv");
    doubts.unless(killed || npv > 0.0, || format!("the NPV is {npv}"));
    for form in ["technical_feasibility", "architecture"] {
        let Some(effort) = forms.get(form, "").map(|it| whole(it, "effort_months")) else {
            continue;
        };
        let each = (investment - fees) / effort.max(1) as f64;
        let usual = (15_000.0..60_000.0).contains(&each);
        doubts.unless(usual, || format!("{each} dollars for each of {effort} person-months"));
    }
}

fn revenue_follows_the_launch(forms: &Forms<'_>, card: &Value, doubts: &mut Doubts) {
    let Some(target) = day(card, "target_launch") else { return };
    let Some(case) = forms.first("financial_opportunity") else { return };
    let Some(first) = rows(case, "years").first().map(|row| whole(row, "year")) else { return };
    let year = i64::from(target.year());
    doubts.unless((year..=year + 1).contains(&first), || {
        format!("plans revenue from {first} with a launch on {target}")
    });
    let late = target.month() > 9;
    doubts.unless(!late || first > year, || {
        format!("plans a year of revenue in {first} with a launch on {target}")
    });
}

/// Who counts in one currency does not argue in another.
fn one_currency_speaks(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(case) = forms.get("financial_opportunity", "") else { return };
    let books = case.get("investment").map_or("", |money| text(money, "currency"));
    let others = ["USD", "EUR", "GBP", "KRW", "JPY"].into_iter().filter(|key| *key != books);
    let assumptions = text(case, "assumptions");
    for other in others {
        doubts.unless(!assumptions.contains(other), || format!("counts in {books}: {assumptions}"));
    }
}

/// How many units a part of the packaging holds, as its name says.
fn holds(part: &str) -> Option<i64> {
    let words = [("five", 5), ("six", 6), ("ten", 10), ("twenty-five", 25), ("twenty", 20)];
    let word = part.rsplit("of ").next().unwrap_or_default();
    let named = words.iter().find(|(name, _)| part.contains(" of ") && *name == word);
    let digits = part.split_once("입 ").and_then(|(count, _)| count.parse().ok());
    named.map(|(_, count)| *count).or(digits)
}

/// A package of several has its own identifier, and nothing has one that is not there.
fn packages_have_identifiers(forms: &Forms<'_>, card: &Value, doubts: &mut Doubts) {
    let parts = forms.get("packaging", "").map(|it| rows(it, "parts"));
    let parts: Option<BTreeSet<i64>> =
        parts.map(|parts| parts.iter().filter_map(|part| holds(text(part, "part"))).collect());
    for (market, udi) in forms.of("udi") {
        let items = rows(udi, "items");
        let several: BTreeSet<i64> = items.iter().filter_map(|row| row["units"].as_i64()).collect();
        if text(card, "kind") == "software" || forms.get("release_notes", "").is_some() {
            doubts.unless(several.is_empty(), || format!("software in cartons in {market}"));
        }
        if let Some(packed) = &parts {
            doubts
                .unless(packed.is_subset(&several), || format!("{market}: {packed:?}, {items:?}"));
            doubts.unless(packed.is_empty() == several.is_empty(), || {
                format!("{market}: identifiers for packages of {several:?}, packed as {packed:?}")
            });
        }
        let numbers: BTreeSet<&str> = items.iter().map(|row| text(row, "udi_di")).collect();
        doubts.unless(numbers.len() == items.len(), || format!("{market}: {items:?}"));
    }
}

fn spending_keeps_to_the_budget(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(plan) = forms.get("go_to_market", "") else { return };
    let budget = dollars(plan, "budget");
    let of = |form: &str, table: &str, field: &str| -> f64 {
        let all = forms.of(form).flat_map(|(_, content)| rows(content, table));
        all.map(|row| dollars(row, field)).sum()
    };
    let spent = [
        ("leaders", of("kol_plan", "leaders", "fee")),
        ("content", of("content", "pieces", "cost")),
        ("agencies", of("brand_plan", "agencies", "agreed")),
        ("campaigns", of("campaigns", "campaigns", "cost")),
    ];
    let sum: f64 = spent.iter().map(|(_, spent)| spent).sum();
    doubts.unless(sum <= budget, || format!("spends {sum:.0} of {budget:.0}: {spent:?}"));
}

/// Words of a hazard and of a requirement that tell that they belong together.
const TOGETHER: &[(&str, &str)] = &[
    ("미립자", "미립자"),
    ("Dissection", ""),
    ("박리", ""),
    ("파단", "파단"),
    ("Used filter", "Filter life"),
    ("Lateral burn", "spread"),
    ("Maceration", "Fluid"),
    ("무호흡", "막힘"),
];

fn hazards_are_controlled(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(file) = forms.get("risk_file", "") else { return };
    let specified = ["trs", "requirement_changes", "requirements"];
    let specified = specified.iter().find_map(|form| forms.get(form, ""));
    let known = specified.map_or(&[][..], |it| rows(it, "requirements"));
    let known: BTreeMap<&str, String> =
        known.iter().map(|row| (text(row, "id"), row.to_string())).collect();
    for row in rows(file, "hazards") {
        let (hazard, trace) = (text(row, "hazard"), text(row, "trace"));
        let informs = text(row, "control_kind") == "information";
        doubts.unless(informs == trace.is_empty(), || format!("{hazard}: {row}"));
        let requirement = known.get(trace);
        doubts.unless(informs || requirement.is_some(), || format!("{hazard} -> {trace}"));
        for (of_hazard, of_requirement) in TOGETHER {
            if !hazard.contains(of_hazard) {
                continue;
            }
            let fits = requirement.map_or(of_requirement.is_empty(), |requirement| {
                !of_requirement.is_empty() && requirement.contains(of_requirement)
            });
            doubts.unless(fits, || format!("{hazard} -> {trace} {requirement:?}"));
        }
    }
}

fn payers_answer(forms: &Forms<'_>, doubts: &mut Doubts) {
    let asked = forms.get("reimbursement", "").is_none_or(|it| it["economics_asked"] == true);
    let filed = forms.of("payer_submission").count();
    doubts.unless(asked || filed == 0, || format!("{filed} payers were asked for nothing"));
    for (market, file) in forms.of("payer_submission") {
        let Some(filed) = day(file, "filed_on") else { continue };
        let decided = day(file, "decided_on");
        let waits = (today().date_naive() - filed).num_days();
        doubts.unless(decided.is_some() || waits < 700, || format!("{market} waits {waits} days"));
        doubts.unless(decided.is_none_or(|decided| decided > filed), || file.to_string());
        let (status, granted) = (text(file, "status"), file.get("tariff_granted").is_some());
        doubts.unless(decided.is_none() == (status == "filed"), || file.to_string());
        doubts.unless(!granted || ["granted", "partly"].contains(&status), || file.to_string());
    }
}

/// Great Britain and Japan classify in their own schemes what the European Union classifies.
fn classes_are_of_their_market(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(ways) = forms.get("regulatory_environment", "") else { return };
    let ways = rows(ways, "markets");
    let device = ways.iter().any(|row| {
        ["eu_", "us_", "kr_", "ivd_"].iter().any(|it| text(row, "device_class").starts_with(it))
    });
    for row in ways.iter().filter(|_| device) {
        let class = text(row, "device_class");
        let own = match text(row, "market") {
            "GB" => class.starts_with("gb_"),
            "JP" => class.starts_with("jp_"),
            _ => true,
        };
        doubts.unless(own, || row.to_string());
        let declared = class == "gb_i" && whole(row, "months") > 3;
        doubts.unless(!declared, || row.to_string());
    }
}

fn sellers_are_there(forms: &Forms<'_>, doubts: &mut Doubts) {
    let Some(agreement) = forms.get("sales_agreement", "") else { return };
    let teams = rows(agreement, "teams");
    for team in teams {
        let (rank, time) = (whole(team, "rank"), whole(team, "time"));
        doubts.unless(rank > 1 || time >= 20, || format!("rank {rank} with {time} %"));
    }
    let sellers: i64 = teams.iter().map(|team| whole(team, "sellers")).sum();
    let courses = forms.of("training").flat_map(|(_, content)| rows(content, "courses"));
    let trained = courses.filter(|row| text(row, "audience") == "sales");
    let trained: i64 = trained.map(|row| whole(row, "trained")).sum();
    doubts.unless(trained <= sellers, || format!("{trained} trained of {sellers} sellers"));
}
