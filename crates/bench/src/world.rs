//! The organisation and the products that the load works on, made over REST as users would.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use xtask::process::{Context, Outcome};

use crate::client::{Client, number, text};

const WORKFLOW: &str = "npi-medtech";
const PORTFOLIO: &str = "main";
/// How many products are brought on their way at a time.
const AT_A_TIME: usize = 32;

/// Who takes part, and what there is.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) administrator: String,
    /// The token of the product manager, who owns every product.
    pub(crate) manager: String,
    inventor: String,
    pub(crate) products: Vec<Product>,
}

/// A product, and the version that it had in the last answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) id: String,
    pub(crate) version: u64,
}

impl World {
    /// Makes the people, and brings so many products past their first gate.
    pub(crate) async fn build(port: u16, administrator: &str, products: usize) -> Outcome<Self> {
        let mut client = Client::open(port).await?;
        let mut world = Self {
            administrator: administrator.to_owned(),
            manager: person(&mut client, administrator, "product_manager").await?,
            inventor: person(&mut client, administrator, "inventor").await?,
            products: Vec::new(),
        };
        // A reviewer, so that what is submitted waits for somebody.
        person(&mut client, administrator, "finance").await?;
        let mut tasks = JoinSet::new();
        for task in 0..AT_A_TIME.min(products) {
            let world = world.clone();
            tasks.spawn(async move {
                let mut client = Client::open(port).await?;
                let mut made = Vec::new();
                for number in (task..products).step_by(AT_A_TIME) {
                    made.push(world.start(&mut client, number).await?);
                }
                Outcome::Ok(made)
            });
        }
        while let Some(made) = tasks.join_next().await {
            world.products.extend(made.context("setting up")??);
        }
        world.products.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(world)
    }

    /// From nothing to the market definition: the idea is written, screened and let through, and
    /// two of the six analyses are there.
    async fn start(&self, client: &mut Client, product: usize) -> Outcome<Product> {
        let name = format!("Infusion pump {product}");
        let card = json!({ "problem": "Pumps at home are too loud", "kind": "device",
            "novelty": "new_to_company", "target_launch": "2028-04-01" });
        let body = json!({ "workflow": WORKFLOW, "name": name, "portfolio": PORTFOLIO,
            "card": card, "markets": ["KR", "US"] });
        let key = format!("world-{product}");
        let started = client.post(&self.manager, "/v1/products", &key, &body).await?;
        let id = text(&started, "product")?;
        let at = format!("/v1/products/{id}");
        let way = [
            (&self.inventor, "POST", "/deliverables/idea/revisions", idea()),
            (&self.manager, "PUT", "/gates/current/criteria/worth_solving", yes()),
            (&self.manager, "PUT", "/gates/current/criteria/not_there_yet", yes()),
            (&self.inventor, "POST", "/gates/idea_screen/submissions", submission()),
            (&self.manager, "POST", "/gates/idea_screen/submissions/1/votes", vote()),
            (&self.manager, "POST", "/deliverables/strategic_fit/revisions", strategic_fit()),
            (&self.manager, "POST", "/deliverables/competitive_landscape/revisions", landscape()),
        ];
        let mut version = 0;
        for (step, (token, method, path, body)) in way.into_iter().enumerate() {
            let (path, key) = (format!("{at}{path}"), format!("world-{product}-{step}"));
            let done = match method {
                "PUT" => client.put(token, &path, &key, &body).await?,
                _ => client.post(token, &path, &key, &body).await?,
            };
            version = number(&done, "version")?;
        }
        Ok(Product { id, version })
    }
}

/// Adds a person in a role and gives the person a token.
async fn person(client: &mut Client, administrator: &str, role: &str) -> Outcome<String> {
    let key = |what: &str| format!("world-{role}-{what}");
    let body = json!({ "name": format!("The {role}") });
    let added = client.post(administrator, "/v1/people", &key("person"), &body).await?;
    let person = text(&added, "person")?;
    let body = json!({ "role": role, "person": person });
    client.post(administrator, "/v1/roles", &key("role"), &body).await?;
    let (path, body) = (format!("/v1/people/{person}/tokens"), json!({ "label": "load" }));
    text(&client.post(administrator, &path, &key("token"), &body).await?, "secret")
}

fn idea() -> Value {
    let evidence = json!([{ "finding": "Four of five nurses turn the alarm off at night",
        "source": "Interviews in twelve homes" }]);
    json!({ "content": { "submitter": "The inventor", "origin": "clinician",
        "problem": "Infusion pumps at home wake the patient and the family.",
        "idea": "A pump without a motor: a spring and a valve.", "evidence": evidence } })
}

fn yes() -> Value {
    json!({ "answer": true, "evidence": "See the interviews that are part of the idea." })
}

fn submission() -> Value {
    json!({ "purpose": "pass", "path": "market_definition" })
}

fn vote() -> Value {
    json!({ "choice": "go", "reason": "The problem is real and nobody solves it." })
}

fn strategic_fit() -> Value {
    let segments = json!([{ "segment": "Home care", "need": "Silence at night", "target": true }]);
    json!({ "content": { "segments": segments, "positioning": "The silent pump for the home.",
        "goal": "Half of the revenue outside the hospital", "fit": "core" } })
}

fn landscape() -> Value {
    let competitors = json!([{ "name": "Market leader", "share": 41.5, "strengths": "Service" }]);
    json!({ "content": { "competitors": competitors, "edge": "No motor, so no noise and no battery." } })
}

/// The path of the measured command.
pub(crate) fn revision_path(product: &str) -> String {
    format!("/v1/products/{product}/deliverables/market_size/revisions")
}

/// The body of the measured command: a form of about 600 bytes, and a link that no other command
/// has, by which its event is known.
pub(crate) fn revision_body(link: &str, figure: u64) -> String {
    let amount = |text: String| format!("{{\"amount\":\"{text}\",\"currency\":\"USD\"}}");
    let (tam, sam) =
        (amount(format!("{}.00", 900_000_000 + figure)), amount("310000000.00".into()));
    let som = amount(format!("{}.50", 40_000_000 + figure));
    let row = |market: &str, source: &str| {
        format!(
            "{{\"market\":\"{market}\",\"tam\":{tam},\"sam\":{sam},\"som\":{som},\
             \"growth\":6.5,\"source\":\"{source}\"}}"
        )
    };
    let (kr, us) = (row("KR", "Claims data of 2025"), row("US", "Survey of 412 hospitals, 2026"));
    let jp = row("JP", "Register of the ministry, 2025");
    format!("{{\"content\":{{\"markets\":[{kr},{us},{jp}],\"year\":2026}},\"link\":\"{link}\"}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measured_form_is_json_of_about_600_bytes() {
        let body = revision_body("https://example.com/a", 17);
        let value: Value = serde_json::from_str(&body).unwrap();
        let content = value["content"].to_string();
        assert!((550..750).contains(&content.len()), "{}", content.len());
        assert_eq!(value["content"]["markets"][0]["tam"]["amount"], "900000017.00");
        assert_ne!(revision_body("x", 1), revision_body("x", 2));
    }
}
