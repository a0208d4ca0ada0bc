//! Every route, each registered together with its description.

mod access;
mod attachments;
mod audit;
mod clocks;
mod common;
mod conditions;
mod delegations;
mod deliverables;
mod drafts;
mod erasures;
mod factor;
mod feed;
mod feedback;
mod field_days;
mod filter;
mod gates;
mod holds;
mod ideas;
mod intake;
mod markets;
mod measures;
mod migrations;
mod people;
mod products;
mod roles;
mod search;
mod signings;
mod strategy;
mod submissions;
mod team;
mod views;
mod workflows;

pub(crate) use common::header;
use utoipa_axum::router::OpenApiRouter;

use crate::api::Api;

/// Everything that needs a token, but for the uploads, which may take longer.
pub(crate) fn usual() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .merge(products::routes())
        .merge(team::routes())
        .merge(deliverables::routes())
        .merge(drafts::routes())
        .merge(gates::routes())
        .merge(submissions::routes())
        .merge(conditions::routes())
        .merge(markets::routes())
        .merge(measures::routes())
        .merge(migrations::routes())
        .merge(strategy::routes())
        .merge(holds::routes())
        .merge(clocks::routes())
        .merge(feed::routes())
        .merge(audit::routes())
        .merge(ideas::routes())
        .merge(feedback::routes())
        .merge(field_days::routes())
        .merge(search::routes())
        .merge(people::routes())
        .merge(access::routes())
        .merge(delegations::routes())
        .merge(factor::routes())
        .merge(signings::routes())
        .merge(erasures::routes())
        .merge(roles::routes())
        .merge(views::routes())
        .merge(workflows::routes())
}

/// What needs no token: visitors, and how one comes by one.
pub(crate) fn open() -> OpenApiRouter<Api> {
    intake::routes().merge(access::open())
}

/// What completes a sign-in.
pub(crate) fn in_part() -> OpenApiRouter<Api> {
    factor::in_part()
}

/// What moves many bytes.
pub(crate) fn transfers() -> OpenApiRouter<Api> {
    attachments::routes()
}
