//! Roles, the owner, and who may start.

use indexmap::IndexMap;

use super::{Resolver, text_of};
use crate::{
    definition::{
        Role,
        diagnostic::{Diagnostic, Mark},
        source,
    },
    key::RoleKey,
};

impl source::Role {
    pub(super) fn is_machine(&self) -> bool {
        self.machine.as_ref().is_some_and(|it| it.value)
    }
    pub(super) fn is_owner(&self) -> bool {
        self.owner.as_ref().is_some_and(|it| it.value)
    }
}

impl Resolver<'_, '_> {
    pub(super) fn roles(&mut self) -> IndexMap<RoleKey, Role> {
        let entries = self.entries(self.source.roles.0.as_ref());
        let mut roles = IndexMap::new();
        for (key, role, _) in entries {
            let Some(side) = &role.side.0 else { continue };
            let role = Role {
                title: text_of(role.title.0.as_ref()),
                side: side.value,
                per_market: role.per.is_some(),
                machine: role.is_machine(),
            };
            roles.insert(key, role);
        }
        roles
    }

    /// The one role that owns products; a person's, and one for the whole product.
    pub(super) fn owner(&mut self) -> Option<RoleKey> {
        let roles = self.source.roles.0.as_ref()?;
        let owners: Vec<_> = roles
            .entries
            .iter()
            .filter_map(|entry| Some((&entry.key, entry.value.as_ref()?)))
            .filter(|(_, role)| role.is_owner())
            .collect();
        let Some((key, role)) = owners.first() else {
            let at = roles.head;
            self.error(
                Diagnostic::error("no_owner", at, "no role owns the product")
                    .help("give exactly one role `owner: true`"),
            );
            return None;
        };
        for (second, _) in &owners[1..] {
            let message = format!("`{}` and `{}` both own the product", key.value, second.value);
            self.error(
                Diagnostic::error("two_owners", second.at, message)
                    .related(key.at, "the first owner is here")
                    .help("exactly one role has `owner: true`"),
            );
        }
        if let Some(per) = &role.per {
            let message = "the owner role is held for the whole product, not per market";
            self.error(Diagnostic::error("owner_per_market", per.at, message));
        }
        if let Some(machine) = role.machine.as_ref().filter(|it| it.value) {
            let message = "a machine cannot own a product";
            self.error(Diagnostic::error("machine_role", machine.at, message));
        }
        let owner: RoleKey = key.value.parse().ok()?;
        self.used_roles.insert(owner.clone());
        Some(owner)
    }

    pub(super) fn start_by(&mut self, owner: Option<&RoleKey>) -> Vec<RoleKey> {
        match &self.source.start_by {
            None => owner.cloned().into_iter().collect(),
            Some(list) if list.value.is_empty() => {
                self.nobody(list.at, "may start a product");
                Vec::new()
            }
            list => self.people(list.as_ref(), "start a product"),
        }
    }

    pub(super) fn nobody(&mut self, at: Mark, what: &str) {
        let message = format!("the list is empty, so nobody {what}");
        self.error(
            Diagnostic::error("empty_list", at, message).help("leave it out for the owner role"),
        );
    }

    /// What is defined and never used is most often a slip in a name.
    pub(super) fn unused(&mut self) {
        // With errors, some uses have not been seen.
        if self.problems.has_errors() {
            return;
        }
        for known in [&self.names.forms, &self.names.exits] {
            for (name, at) in &known.names {
                if !self.used.contains(&(known.what, (*name).to_owned())) {
                    let message = format!("the {} `{name}` is never used", known.what);
                    self.problems.push(Diagnostic::warning("unused", *at, message));
                }
            }
        }
        let entries = self.source.roles.0.iter().flat_map(|named| &named.entries);
        for entry in entries {
            let machine = entry.value.as_ref().is_some_and(source::Role::is_machine);
            if !machine && !self.used_roles.contains(&*entry.key.value) {
                let message = format!("the role `{}` is never used", entry.key.value);
                self.error(Diagnostic::warning("unused", entry.key.at, message));
            }
        }
    }
}
