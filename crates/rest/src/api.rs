//! What every handler shares.

use sluicegate_app::App;

use crate::extract::Limits;

#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) app: App,
    pub(crate) limits: Limits,
}
