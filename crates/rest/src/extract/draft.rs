//! A draft that is to be saved: any object, and the version that its writer has seen.

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use serde_json::Value;

use super::{Read, Seen, body};
use crate::{api::Api, parse::AnyJson, problem::Problem};

#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) read: Read,
    pub(crate) seen: Seen,
    pub(crate) body: Value,
}

impl<S: Send + Sync> FromRequest<S> for Draft
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { limits, .. } = Api::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let read = Read::from_request_parts(&mut parts, state).await?;
        let seen = Seen::of(&parts.headers)?;
        let bytes = body::bytes(Request::from_parts(parts, body), limits).await?;
        let AnyJson(body) = body::typed(&read.headers, &bytes)?;
        Ok(Self { read, seen, body })
    }
}
