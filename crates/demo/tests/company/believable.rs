//! What a sceptical reader of the demo looks at first: do the figures of one product agree?

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::Value;
use sluicegate_app::view::ProductLine;

use super::Built;

/// The latest content of each deliverable of a product, by its name and its market.
pub(super) struct Forms<'a> {
    product: &'a str,
    all: BTreeMap<(String, String), Value>,
    /// When each deliverable was accepted first, in any market, and what it said then.
    accepted: BTreeMap<String, (NaiveDate, Value)>,
}

impl Forms<'_> {
    /// A form in each market where it was written.
    pub(super) fn of<'f>(&'f self, key: &'f str) -> impl Iterator<Item = (&'f str, &'f Value)> {
        let all = self.all.iter().filter(move |((name, _), _)| name == key);
        all.map(|((_, market), content)| (market.as_str(), content))
    }

    pub(super) fn get(&self, key: &str, market: &str) -> Option<&Value> {
        self.all.get(&(key.to_owned(), market.to_owned()))
    }

    pub(super) fn first_accepted(&self, key: &str) -> Option<NaiveDate> {
        self.accepted.get(key).map(|(day, _)| *day)
    }

    /// What was accepted first.
    pub(super) fn first(&self, key: &str) -> Option<&Value> {
        self.accepted.get(key).map(|(_, content)| content)
    }
}

pub(super) fn rows<'f>(content: &'f Value, table: &str) -> &'f [Value] {
    content.get(table).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn whole(row: &Value, field: &str) -> i64 {
    row.get(field).and_then(Value::as_i64).unwrap_or(0)
}

pub(super) fn amount(row: &Value, field: &str) -> f64 {
    let amount = row.get(field).and_then(|money| money.get("amount"));
    amount.and_then(Value::as_str).and_then(|text| text.parse().ok()).unwrap_or(0.0)
}

pub(super) fn text<'f>(row: &'f Value, field: &str) -> &'f str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

pub(super) async fn forms<'a>(built: &Built, line: &'a ProductLine) -> Forms<'a> {
    let auditor = built.auditor();
    let (mut all, mut accepted) = (BTreeMap::new(), BTreeMap::new());
    for deliverable in built.app.deliverables(&auditor, line.id).await.unwrap() {
        let named = deliverable.deliverable;
        let revisions = built.app.revisions(&auditor, line.id, &named).await.unwrap();
        let first = revisions.iter().min_by_key(|it| it.number);
        if let Some(first) = first {
            let day = first.accepted_at.date_naive();
            let content = first.document.content.clone().unwrap_or_default();
            let known = accepted.entry(named.key.to_string()).or_insert((day, content.clone()));
            if day < known.0 {
                *known = (day, content);
            }
        }
        let latest = revisions.iter().max_by_key(|it| it.number);
        let Some(content) = latest.and_then(|it| it.document.content.clone()) else { continue };
        let market = named.market.as_ref().map(ToString::to_string).unwrap_or_default();
        all.insert((named.key.to_string(), market), content);
    }
    Forms { product: &line.name, all, accepted }
}

/// Every product, one after the other.
pub(super) async fn figures_agree(built: &Built, lines: &[ProductLine]) {
    let mut seen = BTreeMap::new();
    for line in lines {
        let forms = forms(built, line).await;
        for (key, _) in forms.all.keys() {
            *seen.entry(key.clone()).or_insert(0) += 1;
        }
        cleared_is_decided(&forms);
        corridors_have_neighbours(&forms);
        funnels_narrow(&forms);
        sellers_can_do_it(&forms);
        prices_hold(&forms);
        physicians_work_at_one_site(&forms);
        budget_follows_from_the_options(&forms);
    }
    for key in ["regulatory_clearance", "price_corridor", "leads", "forecast", "health_economics"] {
        assert!(
            seen.get(key).is_some_and(|count| *count >= 4),
            "{key} was hardly written: {seen:?}"
        );
    }
}

fn cleared_is_decided(forms: &Forms<'_>) {
    for (market, clearance) in forms.of("regulatory_clearance") {
        let Some(submission) = forms.get("regulatory_submission", market) else { continue };
        let status = text(submission, "status");
        let at = format!("{} in {market}: {submission} {clearance}", forms.product);
        assert!(["decided", "not_needed"].contains(&status), "{at}");
        assert!(!text(clearance, "number").is_empty(), "{at}");
        if status == "decided" {
            assert_eq!(text(submission, "decided_on"), text(clearance, "cleared_on"), "{at}");
            assert!(text(submission, "filed_on") <= text(submission, "decided_on"), "{at}");
        }
        // The number of a 510(k) tells the year in which the FDA received it.
        if let Some(number) = text(clearance, "number").strip_prefix('K') {
            assert_eq!(number.get(..2), text(submission, "filed_on").get(2..4), "{at}");
        }
    }
    let (german, french) =
        (forms.get("regulatory_clearance", "DE"), forms.get("regulatory_clearance", "FR"));
    if let (Some(german), Some(french)) = (german, french) {
        assert_eq!(text(german, "number"), text(french, "number"), "{}", forms.product);
    }
}

fn corridors_have_neighbours(forms: &Forms<'_>) {
    let markets = forms.of("price_corridor").count();
    for (market, corridor) in forms.of("price_corridor") {
        let neighbours = rows(corridor, "neighbours").len();
        assert!(neighbours + 1 >= markets, "{} in {market}: {corridor}", forms.product);
        let Some(price) = forms.get("local_price", market) else { continue };
        let (low, high) = (amount(corridor, "floor"), amount(corridor, "ceiling"));
        let price = amount(price, "price");
        assert!((low..=high).contains(&price), "{} in {market}: {price}", forms.product);
    }
}

fn funnels_narrow(forms: &Forms<'_>) {
    for (market, leads) in forms.of("leads") {
        for row in rows(leads, "sources") {
            let steps = ["captured", "qualified", "accepted", "quoted", "won"];
            let steps = steps.map(|step| whole(row, step));
            assert!(
                steps.is_sorted_by(|one, next| one >= next),
                "{} {market} {row}",
                forms.product
            );
        }
    }
    for (market, content) in forms.of("content") {
        for row in rows(content, "pieces") {
            let (views, leads) = (whole(row, "views"), whole(row, "leads"));
            assert!(leads <= views, "{} in {market}: {row}", forms.product);
        }
    }
}

fn sellers_can_do_it(forms: &Forms<'_>) {
    for (_, agreement) in forms.of("sales_agreement") {
        for row in rows(agreement, "teams") {
            assert!((8..=25).contains(&whole(row, "calls")), "{}: {row}", forms.product);
        }
    }
    for (market, forecast) in forms.of("forecast") {
        for row in rows(forecast, "months") {
            let (units, sales) = (whole(row, "units"), whole(row, "sales_units"));
            let near = 2 * sales >= units && sales <= 2 * units;
            assert!(near, "{} in {market}: {row}", forms.product);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "units of a demo")]
fn prices_hold(forms: &Forms<'_>) {
    for (market, forecast) in forms.of("forecast") {
        let Some(price) = forms.get("local_price", market) else { continue };
        let price = amount(price, "price");
        for row in rows(forecast, "months") {
            let each = amount(row, "revenue") / whole(row, "units").max(1) as f64;
            assert!(each <= price * 1.01, "{} in {market}: {each} of {price}", forms.product);
        }
    }
}

fn physicians_work_at_one_site(forms: &Forms<'_>) {
    let mut sites: BTreeMap<&str, &str> = BTreeMap::new();
    for (_, voices) in forms.of("voice_of_customer") {
        for row in rows(voices, "sessions") {
            let site = text(row, "site");
            let who = row.get("person").or(row.get("physician")).and_then(Value::as_str);
            let known = *sites.entry(who.unwrap_or_default()).or_insert(site);
            assert_eq!(known, site, "{}: {row}", forms.product);
        }
    }
}

fn budget_follows_from_the_options(forms: &Forms<'_>) {
    for (_, content) in forms.of("health_economics") {
        let life = |row: &Value| {
            let uses = amount(row, "per_procedure") * 3.0;
            amount(row, "acquisition")
                + amount(row, "adoption")
                + uses * row["procedures"].as_f64().unwrap_or(0.0)
        };
        let sum = |ours: bool| {
            let options = rows(content, "options").iter();
            options.filter(|row| row["ours"] == ours).map(life).sum::<f64>()
        };
        let difference = sum(true) - sum(false);
        let impact = amount(content, "budget_impact");
        assert!(difference * impact > 0.0, "{}: {difference} {impact}", forms.product);
    }
}
