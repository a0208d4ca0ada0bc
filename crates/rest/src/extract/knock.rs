//! Somebody who proves who they are: the body, and where it comes from. Repeats and trials make no
//! sense here, so neither is understood.

use axum::{
    extract::{FromRef, FromRequest, Request},
    http::{header, request::Parts},
};
use sluicegate_app::{App, Caller, Lang, Origin};

use super::{Limits, body, language, parameters, read, visit};
use crate::{
    api::Api,
    limiter::SIGN_INS,
    parse::Wire,
    problem::{Cause, Problem},
};

/// Names and passwords are no larger than this, in bytes.
const BODY: usize = 16 * 1024;

#[derive(Debug)]
pub(crate) struct Knock<B> {
    pub(crate) app: App,
    pub(crate) body: B,
    pub(crate) origin: Origin,
    parts: Parts,
}

impl<S: Send + Sync, B: Wire> FromRequest<S> for Knock<B>
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    /// The database counts attempts; this keeps a flood from reaching it.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { app, limits, limiter } = Api::from_ref(state);
        let (parts, rest) = request.into_parts();
        let wanted = [(format!("sign in {}", visit::address(&parts)), SIGN_INS)];
        limiter.take(&wanted, app.now()).map_err(|seconds| Cause::TooMany { seconds })?;
        let ((), ()) = parameters::query(&parts)?;
        let limits = Limits { body: limits.body.min(BODY), ..limits };
        let bytes = body::bytes(Request::from_parts(parts.clone(), rest), limits).await?;
        let body = body::typed(&parts.headers, &bytes)?;
        let origin = origin(&parts);
        Ok(Self { app, body, origin, parts })
    }
}

impl<B> Knock<B> {
    pub(crate) fn lang(&self) -> Lang {
        language(&self.parts.headers)
    }

    /// Who has signed in, where that is asked for.
    pub(crate) fn caller(&self) -> Result<Caller, Problem> {
        read::caller(&self.parts)
    }
}

/// From where a request comes.
pub(crate) fn origin(parts: &Parts) -> Origin {
    let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    Origin::new(visit::peer(parts), agent)
}
