//! Commands about absence that make ids: a new delegation.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sluicegate_core::{
    digest::Digest,
    directory::{Delegation, DirectoryEvent},
    id::{DelegationId, PersonId},
    key::{GateKey, RoleKey},
    organisation::Command,
};
use sluicegate_store::Fact;

use crate::{
    app::App,
    error::Result,
    request::{AdminDone, Request},
};

/// A delegation that is to be set; its id is made here.
#[derive(Clone, Debug)]
pub struct NewDelegation {
    pub of: PersonId,
    /// None: the default deputy of each role.
    pub to: Option<PersonId>,
    /// None: from now on.
    pub from: Option<DateTime<Utc>>,
    pub until: DateTime<Utc>,
    pub roles: BTreeSet<RoleKey>,
    pub gates: BTreeSet<GateKey>,
    /// Sealed.
    pub reason: Digest,
}

impl App {
    /// Puts an absent person's powers into a deputy's hands.
    pub async fn set_delegation(
        &self,
        request: Request<NewDelegation>,
    ) -> Result<(DelegationId, AdminDone)> {
        let NewDelegation { of, to, from, until, roles, gates, reason } = request.command.clone();
        let delegation = DelegationId::new((self.shared.chance.uuid)());
        let from = from.unwrap_or_else(|| self.now());
        let set = Delegation { of, to, from, until, roles, gates, reason, ended: false };
        let command = Command::SetDelegation { delegation, set };
        let done = self.administer(request.with(command)).await?;
        // A repeat under the same key is answered with the first one.
        let mut events = done.events.iter().map(|stored| &stored.fact);
        let first = events.find_map(|fact| match fact {
            Fact::Directory(DirectoryEvent::DelegationSet { delegation, .. }) => Some(*delegation),
            _ => None,
        });
        Ok((first.unwrap_or(delegation), done))
    }
}
