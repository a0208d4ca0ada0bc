//! A question: who asks, in which language, with which parameters.

use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use sluicegate_app::{App, Caller, Lang};

use super::{language, parameters};
use crate::{
    api::Api,
    extract::Parameters,
    problem::{Code, Problem},
};

#[derive(Debug)]
pub(crate) struct Read<Q = ()> {
    pub(crate) app: App,
    pub(crate) caller: Caller,
    pub(crate) lang: Lang,
    pub(crate) query: Q,
    pub(crate) headers: HeaderMap,
}

impl<S: Send + Sync, Q: Parameters> FromRequestParts<S> for Read<Q>
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Api { app, .. } = Api::from_ref(state);
        let caller = caller(parts)?;
        let (query, ()) = parameters::query(parts)?;
        let lang = language(&parts.headers);
        Ok(Self { app, caller, lang, query, headers: parts.headers.clone() })
    }
}

/// Who has signed in, as the layer around the routes has found.
pub(crate) fn caller(parts: &Parts) -> Result<Caller, Problem> {
    parts.extensions.get::<Caller>().cloned().ok_or_else(|| Code::Unauthenticated.into())
}
