//! What every handler shares.

use std::sync::Arc;

use sluicegate_app::App;

use crate::{extract::Limits, limiter::Limiter};

#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) app: App,
    pub(crate) limits: Limits,
    pub(crate) limiter: Arc<Limiter>,
}
