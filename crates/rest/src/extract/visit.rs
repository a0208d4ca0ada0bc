//! Somebody without an account: who asks is an address, and how much is limited.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use sluicegate_app::{App, IdempotencyKey, Lang};
use sluicegate_core::product::Actor;

use super::{Limits, Trial, body, key::idempotency_key, language, parameters};
use crate::{
    api::Api,
    limiter::{IDEAS_OF_ADDRESS, IDEAS_OF_LINK, LOOKS},
    parse::Wire,
    problem::{Cause, Problem},
};

/// A form of a visitor is no larger than this, in bytes.
const BODY: usize = 64 * 1024;

/// A look at a link or an idea.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) app: App,
    pub(crate) lang: Lang,
}

impl<S: Send + Sync> FromRequestParts<S> for Look
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Api { app, limiter, .. } = Api::from_ref(state);
        let ((), ()) = parameters::query(parts)?;
        let wanted = [(format!("look {}", address(parts)), LOOKS)];
        limiter.take(&wanted, app.now()).map_err(|seconds| Cause::TooMany { seconds })?;
        Ok(Self { app, lang: language(&parts.headers) })
    }
}

/// A form that a visitor sends.
#[derive(Debug)]
pub(crate) struct Visit<B> {
    pub(crate) app: App,
    pub(crate) body: B,
    key: Option<IdempotencyKey>,
    dry_run: bool,
}

impl<S: Send + Sync, B: Wire> FromRequest<S> for Visit<B>
where
    Api: FromRef<S>,
{
    type Rejection = Problem;

    /// Tokens are taken before anything of the body is read.
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Api { app, limits, limiter } = Api::from_ref(state);
        let (parts, rest) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let wanted = [
            (format!("ideas {}", address(&parts)), IDEAS_OF_ADDRESS),
            (format!("link {path}"), IDEAS_OF_LINK),
        ];
        limiter.take(&wanted, app.now()).map_err(|seconds| Cause::TooMany { seconds })?;
        let (Trial { dry_run }, ()) = parameters::query(&parts)?;
        let limits = Limits { body: limits.body.min(BODY), ..limits };
        let bytes = body::bytes(Request::from_parts(parts.clone(), rest), limits).await?;
        let query = parts.uri.query();
        let key = idempotency_key(&parts.headers, &parts.method, &path, query, &bytes)?;
        let body = body::typed(&parts.headers, &bytes)?;
        Ok(Self { app, body, key, dry_run: dry_run.unwrap_or(false) })
    }
}

impl<B> Visit<B> {
    /// The request that the application is asked with.
    pub(crate) fn request<C>(
        self,
        build: impl FnOnce(B) -> C,
    ) -> (App, sluicegate_app::Request<C>) {
        let Self { app, body, key, dry_run } = self;
        let command = build(body);
        let (contents, seen) = (Vec::new(), None);
        let actor = Actor::Visitor;
        (app, sluicegate_app::Request { actor, command, contents, key, seen, dry_run })
    }
}

/// Where a request comes from, as a name.
pub(super) fn address(parts: &Parts) -> String {
    peer(parts).map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

/// Where a request comes from. A proxy on the same machine is believed when it says for whom it
/// asks; anyone else could write that header.
pub(super) fn peer(parts: &Parts) -> Option<IpAddr> {
    let peer =
        parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    let local = peer.is_none_or(|peer| peer.is_loopback());
    forwarded(&parts.headers).filter(|_| local).or(peer)
}

/// The last address of `X-Forwarded-For`: the one that the nearest proxy has seen itself.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(peer: Option<&str>, told: Option<&str>) -> String {
        let mut request = Request::builder();
        if let Some(told) = told {
            request = request.header("x-forwarded-for", told);
        }
        let (mut parts, _) = request.body(axum::body::Body::empty()).unwrap().into_parts();
        if let Some(peer) = peer {
            let peer: SocketAddr = peer.parse().unwrap();
            parts.extensions.insert(ConnectInfo(peer));
        }
        address(&parts)
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        assert_eq!(asked(Some("203.0.113.7:80"), Some("10.0.0.1")), "203.0.113.7");
        assert_eq!(asked(Some("127.0.0.1:80"), Some("10.0.0.1, 203.0.113.9")), "203.0.113.9");
        assert_eq!(asked(Some("[::1]:80"), Some("nonsense")), "::1");
        assert_eq!(asked(None, None), "unknown");
    }
}
