//! Commands that are meant for one submission must not reach the next one.
//!
//! A product has at most one open submission and its commands do not name it. So the version at
//! which the named submission was seen open goes along as the version that the caller has seen;
//! when that version has passed, the question is asked again.

use sluicegate_app::{AppError, Done, Request, Sealer};
use sluicegate_core::rules::Command;

use super::common::SubmissionAt;
use crate::{
    extract::Ask,
    problem::{Code, Problem},
};

/// How often a neighbour's command may come between.
const TRIES: usize = 8;

/// No product has this version. A command that is conditional on it has an effect only in the
/// past: a repeat under its idempotency key gets the first answer, whatever is open now.
const NEVER: u32 = u32::MAX;

pub(crate) async fn at_submission<B>(
    at: &SubmissionAt,
    ask: Ask<B>,
    build: impl FnOnce(B, &mut Sealer) -> Command,
) -> Result<Done, Problem> {
    let caller = ask.caller.clone();
    let (app, request) = ask.request(build);
    for _ in 0..TRIES {
        let product = app.product(&caller, at.product, None).await?;
        let open = product.state.submission();
        let is_open = open.is_some_and(|it| it.number == at.submission && it.gate == at.gate);
        let seen = if is_open { request.seen.unwrap_or(product.version) } else { NEVER };
        let attempt = Request { seen: Some(seen), ..request.clone() };
        match app.execute(at.product, attempt).await {
            Err(AppError::Stale { .. }) if !is_open => return Err(Code::SubmissionNotOpen.into()),
            Err(AppError::Stale { .. }) if request.seen.is_none() => {}
            answer => return Ok(answer?),
        }
    }
    Err(AppError::Unavailable.into())
}
