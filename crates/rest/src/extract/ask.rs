//! A wish: a command with all that stands around it.

use axum::{
    extract::{FromRef, FromRequest, Request},
    http::request::Parts,
};
use serde_json::Value;
use sluicegate_app::{AdminDone, App, Caller, Done, IdempotencyKey, Lang, Sealer};
use sluicegate_core::{
    id::ProductId,
    organisation,
    rules::{self, Refusal},
};
use utoipa::openapi::{RefOr, Schema};

use super::{body, conditional::Seen, key::idempotency_key, language, parameters, read};
use crate::{
    api::Api,
    extract::{Limits, Parameters},
    parse::{Components, Described, Place, Slip, Slips, Wire, parameters},
    problem::{Cause, Problem},
};

parameters! {
    /// What every command understands.
    Query Trial {
        /// Judge it and answer as if it were done, but write nothing.
        dry_run: Option<bool>,
    }
}

/// A command's body, with who asks and how.
#[derive(Debug)]
pub(crate) struct Ask<B, Q = ()> {
    pub(crate) app: App,
    pub(crate) caller: Caller,
    pub(crate) query: Q,
    pub(crate) body: B,
    pub(crate) lang: Lang,
    around: Around,
}

#[derive(Clone, Debug)]
struct Around {
    key: Option<IdempotencyKey>,
    seen: Option<u32>,
    dry_run: bool,
}

impl<S: Send + Sync, B: Wire, Q: Parameters> FromRequest<S> for Ask<B, Q>
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { app, limits, .. } = Api::from_ref(state);
        let (parts, bytes) = taken(request, limits).await?;
        let body = body::typed(&parts.headers, &bytes)?;
        Self::new(app, &parts, &bytes, body)
    }
}

/// The parts of a request and its whole body.
async fn taken(request: Request, limits: Limits) -> Result<(Parts, bytes::Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let bytes = body::bytes(Request::from_parts(parts.clone(), body), limits).await?;
    Ok((parts, bytes))
}

impl<B, Q: Parameters> Ask<B, Q> {
    fn new(app: App, parts: &Parts, bytes: &[u8], body: B) -> Result<Self, Problem> {
        let caller = read::caller(parts)?;
        let (query, Trial { dry_run }) = parameters::query(parts)?;
        let path = parts.uri.path();
        let text = parts.uri.query();
        let key = idempotency_key(&parts.headers, &parts.method, path, text, bytes)?;
        let seen = match Seen::of(&parts.headers)? {
            Seen::Version(version) => Some(version),
            Seen::Any | Seen::Nothing => None,
        };
        let around = Around { key, seen, dry_run: dry_run.unwrap_or(false) };
        let lang = language(&parts.headers);
        Ok(Self { app, caller, query, body, lang, around })
    }
}

/// A YAML file instead of JSON.
#[derive(Debug)]
pub(crate) struct AskYaml(pub(crate) Ask<String>);

impl<S: Send + Sync> FromRequest<S> for AskYaml
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { app, limits, .. } = Api::from_ref(state);
        let (parts, bytes) = taken(request, limits).await?;
        body::yaml(&parts.headers)?;
        let source = body::utf8(&bytes)?;
        Ask::new(app, &parts, &bytes, source).map(Self)
    }
}

impl<B, Q> Ask<Tried<B>, Q> {
    /// The body as it was sent, when it could not be read as a whole.
    pub(crate) fn unread(&self) -> Option<&Value> {
        self.body.0.as_ref().err().map(|(_, json)| json)
    }

    /// The body, or its slips together with what the rules say of what could be read.
    pub(crate) fn whole(self, problems: Vec<rules::Problem>) -> Result<Ask<B, Q>, Problem> {
        let Self { app, caller, query, body, lang, around } = self;
        match body.0 {
            Ok(body) => Ok(Ask { app, caller, query, body, lang, around }),
            Err((slips, _)) => {
                Err(Cause::BodyAndRules(slips, Refusal::Invalid { problems }).into())
            }
        }
    }
}

/// A body that is still asked further when it is not what it should be.
#[derive(Debug)]
pub(crate) struct Tried<B>(Result<B, (Vec<Slip>, Value)>);

impl<B: Described> Described for Tried<B> {
    fn json_schema() -> RefOr<Schema> {
        B::json_schema()
    }
    fn components(out: &mut Components) {
        B::components(out);
    }
}

impl<B: Wire> Wire for Tried<B> {
    fn read(value: &Value, at: &Place<'_>, _: &mut Slips) -> Option<Self> {
        let mut slips = Slips::default();
        let read = B::read(value, at, &mut slips).filter(|_| slips.is_empty());
        Some(Self(read.ok_or_else(|| (slips.into_vec(), value.clone()))))
    }
}

impl<B, Q> Ask<B, Q> {
    /// The request that the application is asked with.
    pub(crate) fn request<C>(
        self,
        build: impl FnOnce(B, &mut Sealer) -> C,
    ) -> (App, sluicegate_app::Request<C>) {
        let Self { app, caller, body, around, .. } = self;
        let mut sealer = app.sealer();
        let command = build(body, &mut sealer);
        let request = sluicegate_app::Request {
            actor: app.actor(&caller),
            command,
            contents: sealer.contents(),
            key: around.key,
            seen: around.seen,
            dry_run: around.dry_run,
        };
        (app, request)
    }

    /// Asks a command of a product.
    pub(crate) async fn execute(
        self,
        product: ProductId,
        build: impl FnOnce(B, &mut Sealer) -> rules::Command,
    ) -> Result<Done, Problem> {
        let (app, request) = self.request(build);
        Ok(app.execute(product, request).await?)
    }

    /// Asks a command of the organisation.
    pub(crate) async fn administer(
        self,
        build: impl FnOnce(B, &mut Sealer) -> organisation::Command,
    ) -> Result<AdminDone, Problem> {
        let (app, request) = self.request(build);
        Ok(app.administer(request).await?)
    }
}
