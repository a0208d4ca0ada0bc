//! Bodies that should be taken: forms filled in by their schemas, votes, decisions.

use serde_json::{Map, Value, json};
use sluicegate_core::id::SigningId;
use sluicegate_testkit::signed;
use uuid::Uuid;

use crate::{call::Call, fuzz::Fuzz, pilot::Pace, values::Maker};

/// All that a body may depend on.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) name: &'a str,
    pub(crate) pace: Pace,
    pub(crate) view: &'a Value,
    pub(crate) gate: Option<&'a Value>,
    pub(crate) action: &'a Value,
    pub(crate) parts: &'a [(&'a str, &'a str)],
    pub(crate) actor: usize,
}

impl Fuzz {
    /// A product that begins with this version of a workflow.
    pub(crate) async fn first_product(&mut self, workflow: &str, version: &str) -> Option<Call> {
        let version: u32 = version.parse().ok()?;
        let view = json!({ "workflow": { "key": workflow, "version": version } });
        let actor = 1 + self.dice.below(2);
        let card = self.filled(&view, None, actor).await?;
        let markets = if self.dice.percent(50) { json!(["US", "KR"]) } else { json!(["DE"]) };
        let body = json!({ "workflow": workflow, "version": version, "name": "Pump",
            "portfolio": "main", "card": card, "markets": markets });
        Some(self.json("start_product", &[], actor, &body))
    }

    /// What somebody saw of a product, or a day that two people spent with its customers.
    pub(crate) fn field_call(&mut self) -> Option<Call> {
        let product = self.pool.one("product", &mut self.dice)?;
        let actor = 1 + self.dice.below(2);
        if self.dice.percent(50) {
            let body = json!({ "product": product, "kind": "complaint", "market": "KR",
                "seen": "The alarm is too loud at night." });
            return Some(self.json("send_feedback", &[], actor, &body));
        }
        let marketer = self.pool.one("person", &mut self.dice)?;
        let seller = self.pool.one("person", &mut self.dice)?;
        let body = json!({ "portfolio": "main", "date": self.test.now().date_naive(),
            "marketer": marketer, "seller": seller, "market": "KR", "products": [product],
            "seen": "Nurses tape over the loudspeaker.", "learned": "It is too loud." });
        Some(self.json("record_field_day", &[], actor, &body))
    }

    pub(crate) async fn body_of(&mut self, id: &str, about: &About<'_>) -> Option<Value> {
        let About { name, pace, view, gate, action, parts, actor } = *about;
        let operation = &self.document.operations[self.document.named(id)];
        let (_, schema) = operation.body.clone()?;
        let mut body = self.maker().value(&schema, "");
        match name {
            "transfer_ownership" => body["to"] = json!(self.holder("product_manager")?),
            "offer_handover" => body["to"] = json!(self.holder("field_marketing_manager")?),
            "rename" => body = json!({ "name": "Pump 펌프" }),
            "revise_card" => body = json!({ "card": self.filled(view, None, actor).await? }),
            "submit_deliverable" => body = self.document_for(view, parts, actor).await?,
            "complete_review" => {
                let review = self.read("get_review", parts, actor).await?;
                let content = self.filled(view, review["form"].as_str(), actor).await?;
                body = json!({ "content": content });
            }
            "answer_criterion" => {
                body["answer"] = json!(pace != Pace::Easy || self.dice.percent(85));
            }
            "submit" => body = json!({ "purpose": "pass", "path": action["path"] }),
            "submit_to_stop" => body = json!({ "purpose": "stop" }),
            "submit_to_reopen" => body = json!({ "purpose": "reopen" }),
            "score" => {
                let factors = gate?["scorecard"]["factors"].as_object()?.keys().cloned();
                let scores: Map<String, Value> = factors.map(|key| (key, json!(8))).collect();
                body = json!({ "scores": scores });
            }
            "vote" => {
                let offered = gate?["outcomes"].get("conditional").is_some_and(|it| !it.is_null());
                match pace {
                    Pace::Eager { conditions: true } if offered => {
                        body["choice"] = json!("conditional_go");
                    }
                    Pace::Easy if self.dice.percent(30) => {}
                    _ => body["choice"] = json!("go"),
                }
                self.agree(&mut body, "choice", about).await;
            }
            "decide" if pace == Pace::Easy => self.decision(&mut body, gate?, about).await,
            "decide" => {
                body = json!({ "outcome": "go", "reason": "It is time" });
                self.agree(&mut body, "outcome", about).await;
            }
            "accept_handover" | "decline_handover" => {
                let handover = self.read("get_handover", parts, actor).await?;
                body = json!({ "items": checklist(&handover, name == "accept_handover") });
            }
            _ => {}
        }
        Some(body)
    }

    fn holder(&mut self, role: &str) -> Option<String> {
        let held = self.grants.iter().filter(|(known, _)| known == role);
        let people: Vec<String> = held.map(|(_, person)| person.clone()).collect();
        self.dice.any(&people).cloned()
    }

    /// Conditions go with a conditional go, and a signature with everything.
    async fn agree(&mut self, body: &mut Value, choice: &str, about: &About<'_>) {
        body["signing"] = json!(self.signing(body, choice, about).await);
        if body[choice] == "conditional_go" {
            let due = self.test.now() + chrono::TimeDelta::days(20);
            let owner = self.pool.one("person", &mut self.dice);
            body["conditions"] = json!([{ "text": "A second supplier", "owner": owner,
                "due": due.format("%Y-%m-%dT%H:%M:%SZ").to_string() }]);
        } else {
            body["conditions"] = json!([]);
        }
    }

    /// Of what this body says: as people do it, or as if somebody had.
    async fn signing(&mut self, body: &Value, choice: &str, about: &About<'_>) -> Option<String> {
        let fields = ["choice", "outcome", "review_at", "to"].into_iter();
        let given = fields.filter(|name| !body[*name].is_null());
        let said: Map<String, Value> =
            given.map(|name| (name.to_owned(), body[name].clone())).collect();
        let said = Value::Object(said);
        if let Some(id) = self.signs(about.actor, about.parts, &said).await {
            return Some(id);
        }
        let act = match choice {
            "choice" => json!({ "act": "vote", "choice": said["choice"] }),
            _ => json!({ "act": "decision", "outcome": said }),
        };
        let act = serde_json::from_value(act).ok()?;
        let person = self.actors[about.actor].person.parse().ok()?;
        let product = about.parts.iter().find(|(name, _)| *name == "product")?.1.parse().ok()?;
        self.signings += 1;
        // Far from the ids that the application counts.
        let id = SigningId::new(Uuid::from_u128((0xf << 120) | self.signings));
        signed(&self.test.app, id, person, product, act).await.map(|id| id.to_string())
    }

    async fn decision(&mut self, body: &mut Value, gate: &Value, about: &About<'_>) {
        let outcomes =
            ["go", "go", "go", "conditional_go", "conditional_go", "hold", "recycle", "kill"];
        let outcome = *self.dice.pick(&outcomes);
        *body = json!({ "outcome": outcome, "reason": "Enough is known" });
        let later = self.test.now() + chrono::TimeDelta::days(30);
        match outcome {
            "hold" => body["review_at"] = json!(later.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
            "recycle" => {
                let to = gate["outcomes"]["recycle"]["to"].as_array().cloned().unwrap_or_default();
                body["to"] = self.dice.any(&to).cloned().unwrap_or_else(|| json!("idea"));
            }
            _ => {}
        }
        self.agree(body, "outcome", about).await;
    }

    async fn document_for(
        &mut self,
        view: &Value,
        parts: &[(&str, &str)],
        actor: usize,
    ) -> Option<Value> {
        let deliverable = self.read("get_deliverable", parts, actor).await?;
        let mut body = Map::new();
        if let Some(form) = deliverable["form"].as_str() {
            body.insert("content".into(), self.filled(view, Some(form), actor).await?);
        }
        let needed = usize::try_from(deliverable["attachments_needed"].as_u64()?).ok()?;
        while self.uploads.len() < needed {
            let mut call = self.call("upload_attachment", &[], actor);
            call.body = self.dice.roll().to_be_bytes().to_vec();
            self.send(&call).await?;
        }
        if needed > 0 || body.is_empty() {
            let recent: Vec<&String> = self.uploads.iter().rev().take(needed).collect();
            body.insert("attachments".into(), json!(recent));
            body.insert("link".into(), json!("https://documents.example.com/1"));
        }
        Some(Value::Object(body))
    }

    /// The content of a form, or of the card, of the version that the product is pinned to.
    async fn filled(&mut self, view: &Value, form: Option<&str>, actor: usize) -> Option<Value> {
        let workflow = view["workflow"]["key"].as_str()?.to_owned();
        let mut call = match form {
            Some(form) => {
                self.call("get_form_schema", &[("workflow", &workflow), ("form", form)], actor)
            }
            None => self.call("get_card_schema", &[("workflow", &workflow)], actor),
        };
        call.query.push(("version".into(), view["workflow"]["version"].to_string()));
        let schema = self.send(&call).await?.body;
        let (pool, dice, now) = (&self.pool, &mut self.dice, self.test.now());
        Some(Maker { root: &schema, pool, dice, now, spare_people: false }.value(&schema, ""))
    }

    pub(crate) fn maker(&mut self) -> Maker<'_> {
        let (root, now) = (&self.document.root, self.test.now());
        let (pool, dice) = (&self.pool, &mut self.dice);
        Maker { root, pool, dice, now, spare_people: false }
    }
}

fn checklist(handover: &Value, accepted: bool) -> Value {
    let items = handover["checklist"].as_array().cloned().unwrap_or_default();
    let mut keys = items.iter().map(|item| item["key"].clone());
    if accepted {
        return keys.collect();
    }
    let first = keys.next().unwrap_or_default();
    json!({ first.as_str().unwrap_or_default(): "Not here yet" })
}
