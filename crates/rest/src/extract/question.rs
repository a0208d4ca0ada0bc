//! A question with a body: nothing is changed by asking it.

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};

use super::{Read, body};
use crate::{api::Api, parse::Wire, problem::Problem};

#[derive(Debug)]
pub(crate) struct Question<B> {
    pub(crate) read: Read,
    pub(crate) body: B,
}

impl<S: Send + Sync, B: Wire> FromRequest<S> for Question<B>
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { limits, .. } = Api::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let read = Read::from_request_parts(&mut parts, state).await?;
        let bytes = body::bytes(Request::from_parts(parts, body), limits).await?;
        let body = body::typed(&read.headers, &bytes)?;
        Ok(Self { read, body })
    }
}
