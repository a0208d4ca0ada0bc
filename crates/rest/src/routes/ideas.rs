//! Intake links and ideas, for those who moderate and screen them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use sluicegate_app::{App, EntryFilter, OpenLink, Promotion, Request, Screening, Sealer};
use sluicegate_core::{
    definition,
    id::{IdeaId, PersonId, ProductId},
    intake::{Command, Counterpart, EntryKind, Rejection},
    key::*,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    common::{Cursor, IdeaAt, Known, Limit, LinkAt, Paging, Wish},
    team::Nothing,
};
use crate::{
    answer::{Answer, entered, opened, plain},
    api::Api,
    extract::{Ask, Path, Read},
    parse::{
        AnyJson, Described, Line, Place, Prose, SlipKind, Slips, Wire, choice, object, parameters,
    },
    problem::{About, Changing, Problem, Reading, Within, document},
    schema,
};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list_links, open_link))
        .routes(routes!(get_link))
        .routes(routes!(revoke_link))
        .routes(routes!(list_ideas))
        .routes(routes!(screen_ideas))
        .routes(routes!(get_idea))
        .routes(routes!(screen_idea))
        .routes(routes!(list_similar))
        .routes(routes!(get_idea_history))
}

choice! {
    /// What becomes of an idea.
    Verdict {
        Accept = "accept",
        Reject = "reject",
        Promote = "promote",
        Merge = "merge",
        Park = "park",
        Decline = "decline",
    }
    RejectionWord { Spam = "spam", OutOfScope = "out_of_scope", }
}

object! {
    /// A text in English and, if you like, in Korean.
    TitleBody { en: Line, ko: Option<Line>, }
    /// A new intake link.
    LinkBody {
        title: TitleBody,
        portfolio: PortfolioKey,
        /// What an idea that is promoted goes through; the latest version is pinned.
        workflow: WorkflowKey,
        /// It is open until it is revoked, when nothing is said.
        closes_at: Option<DateTime<Utc>>,
    }
    /// What becomes of an idea, and what that needs.
    ScreeningBody {
        decision: Verdict,
        /// To reject: why a moderator does not let it in.
        why: Option<RejectionWord>,
        /// To promote: the name of the product.
        name: Option<Line>,
        /// To promote: who owns it; you when nothing is said.
        owner: Option<PersonId>,
        /// To promote: written over the card that the idea fills.
        card: Option<AnyJson>,
        /// To promote.
        markets: Option<std::collections::BTreeSet<MarketKey>>,
        /// To merge: the idea that counts, or a product.
        idea: Option<IdeaId>,
        product: Option<ProductId>,
        /// To park.
        until: Option<DateTime<Utc>>,
        /// To park or decline; the submitter reads it.
        reason: Option<Prose>,
    }
    /// A decision on one of many ideas.
    IdeaDecisionBody {
        idea: IdeaId,
        /// The version of the idea that you have seen.
        version: Option<u32>,
        screening: Asked,
    }
    /// Many decisions at once; each stands for itself.
    IdeaDecisionsBody { decisions: Vec<IdeaDecisionBody>, }
}

parameters! {
    Query Found {
        portfolio: Option<PortfolioKey>,
        /// `received`, `open`, `rejected`, `promoted`, `merged`, `parked` or `declined`.
        status: Option<schema::IdeaStatus>,
        /// At least so many days old.
        older_than: Option<u32>,
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said. What you may not see is left out of a page.
        limit: Option<Limit>,
    }
}

/// A screening with exactly what its decision needs.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Accept,
    Reject(Rejection),
    Promote(Promotion),
    Merge(Counterpart),
    Park { until: DateTime<Utc>, reason: String },
    Decline { reason: String },
}

impl Described for Asked {
    fn json_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        ScreeningBody::json_schema()
    }
    fn components(out: &mut crate::parse::Components) {
        ScreeningBody::components(out);
    }
}

impl Wire for Asked {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let body = ScreeningBody::read(value, at, slips)?;
        let mut need = |name: &'static str| slips.push(at.key(name), SlipKind::Missing);
        match body.decision {
            Verdict::Accept => Some(Self::Accept),
            Verdict::Reject => match body.why {
                Some(RejectionWord::Spam) => Some(Self::Reject(Rejection::Spam)),
                Some(RejectionWord::OutOfScope) => Some(Self::Reject(Rejection::OutOfScope)),
                None => {
                    need("why");
                    None
                }
            },
            Verdict::Promote => {
                let Some(name) = body.name else {
                    need("name");
                    return None;
                };
                let card = match body.card {
                    Some(AnyJson(Value::Object(card))) => card,
                    _ => Map::new(),
                };
                let markets = body.markets.unwrap_or_default();
                let promotion = Promotion { name: name.0, owner: body.owner, card, markets };
                Some(Self::Promote(promotion))
            }
            Verdict::Merge => match (body.idea, body.product) {
                (Some(idea), None) => Some(Self::Merge(Counterpart::Idea(idea))),
                (None, Some(product)) => Some(Self::Merge(Counterpart::Product(product))),
                (None, None) => {
                    need("idea");
                    None
                }
                (Some(_), Some(_)) => {
                    slips.push(at.key("product"), SlipKind::NotWith { other: "idea" });
                    None
                }
            },
            Verdict::Park => {
                if body.until.is_none() {
                    need("until");
                }
                if body.reason.is_none() {
                    need("reason");
                }
                Some(Self::Park { until: body.until?, reason: body.reason?.0 })
            }
            Verdict::Decline => {
                if body.reason.is_none() {
                    need("reason");
                }
                Some(Self::Decline { reason: body.reason?.0 })
            }
        }
    }
}

impl Asked {
    fn sealed(self, sealer: &mut Sealer) -> Screening {
        match self {
            Self::Accept => Screening::Accept,
            Self::Reject(why) => Screening::Reject(why),
            Self::Promote(promotion) => Screening::Promote(promotion),
            Self::Merge(into) => Screening::Merge(into),
            Self::Park { until, reason } => Screening::Park { until, reason: sealer.text(&reason) },
            Self::Decline { reason } => Screening::Decline { reason: sealer.text(&reason) },
        }
    }
}

/// List the intake links
///
/// Those that you look after; without their secrets, which nobody keeps.
#[utoipa::path(get, path = "/v1/intake-links", tag = "ideas", params(Paging, Known),
    responses((status = 200, description = "A page", body = schema::IntakeLinkPage), Reading))]
async fn list_links(read: Read<Paging>) -> Answer {
    let cursor = read.query.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(read.query.limit);
    let page = read.app.links(&read.caller, cursor, limit).await?;
    read.found(&page)
}

/// Open an intake link
///
/// Anyone who has it may submit an idea. `secret` in the answer is shown this once: the address for
/// visitors is `/v1/intake/{secret}`.
#[utoipa::path(post, path = "/v1/intake-links", tag = "ideas", params(Wish),
    request_body(content = LinkBody, example = json!({
        "title": { "en": "Ideas for our wards", "ko": "병동 개선 아이디어" },
        "portfolio": "main", "workflow": "npi-medtech", "closes_at": null,
    })),
    responses((status = 201, description = "Opened", body = schema::Entered), Changing))]
async fn open_link(ask: Ask<LinkBody>) -> Answer {
    let (app, request) = ask.request(|body, _| OpenLink {
        title: definition::Text { en: body.title.en.0, ko: body.title.ko.map(|ko| ko.0) },
        portfolio: body.portfolio,
        workflow: body.workflow,
        closes_at: body.closes_at,
    });
    let done = app.open_link(request).await?;
    Ok(opened(&done, json!({ "secret": done.secret })))
}

/// Look at an intake link
///
/// Its title, its workflow, and whether it takes ideas; never its secret.
#[utoipa::path(get, path = "/v1/intake-links/{link}", tag = "ideas", params(LinkAt, Known),
    responses((status = 200, description = "It", body = schema::IntakeLink), Reading))]
async fn get_link(read: Read, Path(at): Path<LinkAt>) -> Answer {
    let link = read.app.link(&read.caller, at.link.into()).await?;
    read.versioned(link.version, &link)
}

/// Revoke an intake link
///
/// It takes no more ideas; those that came through it go on.
#[utoipa::path(post, path = "/v1/intake-links/{link}/revocation", tag = "ideas",
    params(LinkAt, Wish),
    responses((status = 200, description = "Revoked", body = schema::Entered), Changing))]
async fn revoke_link(Path(at): Path<LinkAt>, ask: Ask<Nothing>) -> Answer {
    let (app, request) = ask.request(|_, _| Command::RevokeLink);
    Ok(entered(&app.about(at.link.into(), request).await?, json!({})))
}

/// List ideas
///
/// The newest first. What nobody has let in is seen by those who moderate only.
#[utoipa::path(get, path = "/v1/ideas", tag = "ideas", params(Found, Known),
    responses((status = 200, description = "A page", body = schema::IdeaPage), Reading))]
async fn list_ideas(read: Read<Found>) -> Answer {
    let asked = &read.query;
    let old =
        asked.older_than.map(|days| read.app.now() - TimeDelta::days(days.min(36_500).into()));
    let filter = EntryFilter {
        portfolios: asked.portfolio.clone().map(|key| [key].into()),
        status: asked.status.map(|status| status.word().to_owned()),
        until: old,
        ..EntryFilter::of(EntryKind::Idea)
    };
    let cursor = asked.cursor.as_ref().map(|cursor| cursor.0.as_str());
    let limit = Limit::or_usual(asked.limit);
    let page = read.app.ideas(&read.caller, filter, cursor, limit).await?;
    read.found(&page)
}

/// Look at an idea
///
/// Who submitted it is told to those who screen it.
#[utoipa::path(get, path = "/v1/ideas/{idea}", tag = "ideas", params(IdeaAt, Known),
    responses((status = 200, description = "It", body = schema::Idea), Reading))]
async fn get_idea(read: Read, Path(at): Path<IdeaAt>) -> Answer {
    let idea = read.app.idea(&read.caller, at.idea).await?;
    read.versioned(idea.version, &idea)
}

/// Moderate or screen an idea
///
/// `accept` or `reject` what has come in; then `promote`, `merge`, `park` or `decline`. To promote
/// starts a product through the workflow of the link, with the card and a first draft filled.
#[utoipa::path(post, path = "/v1/ideas/{idea}/screening", tag = "ideas", params(IdeaAt, Wish),
    request_body(content = ScreeningBody,
        example = json!({ "decision": "decline", "reason": "A pump of ours does this since May." })),
    responses((status = 200, description = "Decided", body = schema::Entered), Changing))]
async fn screen_idea(Path(at): Path<IdeaAt>, ask: Ask<Asked>) -> Answer {
    let (app, request) = ask.request(Asked::sealed);
    Ok(entered(&app.screen(at.idea, request).await?, json!({})))
}

/// Screen many ideas
///
/// Each decision stands for itself and gets a result of its own, in the order of the request; one
/// that is refused leaves the others alone.
#[utoipa::path(post, path = "/v1/ideas/screen", tag = "ideas", params(Wish),
    request_body(content = IdeaDecisionsBody, example = json!({ "decisions": [
        { "idea": "ida_0198c0de00007000800000000000002a", "screening": { "decision": "accept" } },
    ] })),
    responses((status = 200, description = "A result for each", body = schema::Screened),
        Changing))]
async fn screen_ideas(ask: Ask<IdeaDecisionsBody>) -> Answer {
    let lang = ask.lang;
    let (app, all) = ask.request(|body, _| body.decisions);
    let requests = requests(&app, &all);
    let results = app.screen_many(requests).await;
    let mut items = Vec::with_capacity(results.len());
    let mut refused = Vec::new();
    for (decision, result) in all.command.iter().zip(results) {
        let mut item = json!({ "idea": decision.idea });
        match result {
            Ok(done) => {
                item["status"] = json!(200);
                item["version"] = json!(done.entry.version());
                item["product"] = json!(crate::answer::started(&done));
            }
            Err(error) => {
                let problem = Problem::from(error);
                let path = format!("/v1/ideas/{}/screening", decision.idea);
                let about = About { path, request_id: String::new(), lang };
                item["status"] = json!(problem.status().as_u16());
                item["problem"] = document(&app, &problem, &about).await;
                refused.push(problem);
            }
        }
        items.push(item);
    }
    let mut response = plain(&json!({ "items": items, "dry_run": all.dry_run }))?;
    response.extensions_mut().insert(Within(refused.into()));
    Ok(response)
}

/// One request for each decision, under a key of its own when the whole has one.
fn requests(app: &App, all: &Request<Vec<IdeaDecisionBody>>) -> Vec<(IdeaId, Request<Screening>)> {
    let one = |(index, decision): (usize, &IdeaDecisionBody)| {
        let mut sealer = app.sealer();
        let command = decision.screening.clone().sealed(&mut sealer);
        let key = all.key.clone().map(|mut key| {
            key.key = format!("{}:{index}", key.key);
            key
        });
        let (actor, dry_run) = (all.actor, all.dry_run);
        let (contents, seen) = (sealer.contents(), decision.version);
        (decision.idea, Request { actor, command, contents, key, seen, dry_run })
    };
    all.command.iter().enumerate().map(one).collect()
}

/// Look for similar ideas
///
/// Open ideas and products of the same portfolio that may be the same, the likest first: the share
/// of small pieces of text that both have, from 0 to 1000.
#[utoipa::path(get, path = "/v1/ideas/{idea}/similar", tag = "ideas", params(IdeaAt, Known),
    responses((status = 200, description = "At most ten", body = schema::SimilarIdeas), Reading))]
async fn list_similar(read: Read, Path(at): Path<IdeaAt>) -> Answer {
    let similar = read.app.similar_ideas(&read.caller, at.idea).await?;
    read.list(&similar)
}

/// Read the history of an idea
///
/// Every event, the oldest first. Texts are left out: the idea says what you may see of them.
#[utoipa::path(get, path = "/v1/ideas/{idea}/history", tag = "ideas", params(IdeaAt, Known),
    responses((status = 200, description = "Events", body = schema::History), Reading))]
async fn get_idea_history(read: Read, Path(at): Path<IdeaAt>) -> Answer {
    let events = read.app.entry_history(&read.caller, at.idea.into()).await?;
    read.list(&events)
}
