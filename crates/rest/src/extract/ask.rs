//! A wish: a command with all that stands around it.

use axum::{
    extract::{FromRef, FromRequest, Request},
    http::request::Parts,
};
use sluicegate_app::{AdminDone, App, Caller, Done, IdempotencyKey, Lang, Sealer};
use sluicegate_core::{id::ProductId, organisation, rules};

use super::{body, conditional::Seen, key::idempotency_key, language, parameters, read};
use crate::{
    api::Api,
    extract::{Limits, Parameters},
    parse::{Wire, parameters},
    problem::Problem,
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
