//! What the author named, and how references find it.

use std::{collections::HashMap, str::FromStr};

use indexmap::IndexMap;

use super::Resolver;
use crate::{
    definition::{
        diagnostic::{Diagnostic, Mark, Problems},
        read::{Named, shortened},
        source::{Deliverable, Ref, Role, Workflow},
    },
    key::{DeliverableKey, KeyError, RoleKey},
    suggest::closest,
};

/// The names of one kind, each with the place where it is defined.
pub(super) struct Known<'s> {
    pub(super) what: &'static str,
    pub(super) names: IndexMap<&'s str, Mark>,
    /// Not all names could be read, so an unknown one may be right.
    partial: bool,
}

impl<'s> Known<'s> {
    fn new<T>(what: &'static str, named: Option<&'s Named<T>>, partial: bool) -> Self {
        let entries = named.into_iter().flat_map(|named| &named.entries);
        let keys = entries.map(|entry| (&*entry.key.value, entry.key.at));
        Self { what, names: keys.collect(), partial }
    }

    /// Where the name stands in the order of the file.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.names.get_index_of(name)
    }

    /// What is known, read out for an author who wrote something else.
    fn listed(&self) -> Option<String> {
        const SHOWN: usize = 12;
        let names: Vec<&str> = self.names.keys().copied().take(SHOWN).collect();
        let more = if self.names.len() > SHOWN { ", ..." } else { "" };
        (!names.is_empty()).then(|| format!("known here: {}{more}", names.join(", ")))
    }
}

pub(super) struct Names<'s> {
    pub(super) roles: Known<'s>,
    pub(super) forms: Known<'s>,
    pub(super) stages: Known<'s>,
    pub(super) deliverables: Known<'s>,
    /// The stage of each deliverable.
    pub(super) stage_of: HashMap<&'s str, &'s str>,
    pub(super) gates: Known<'s>,
    pub(super) exits: Known<'s>,
}

impl<'s> Names<'s> {
    pub(super) fn collect(source: &'s Workflow, problems: &Problems) -> Self {
        let mut deliverables =
            Known::new::<()>("deliverable", None, problems.is_broken("deliverables"));
        let mut stage_of = HashMap::new();
        for (key, stage) in source.stages() {
            for entry in stage.deliverables.iter().flat_map(|named| &named.entries) {
                // The first definition counts; `deliverables` reports the others.
                deliverables.names.entry(&entry.key.value).or_insert(entry.key.at);
                stage_of.entry(&*entry.key.value).or_insert(&*key.value);
            }
        }
        Self {
            roles: Known::new("role", source.roles.0.as_ref(), problems.is_broken("roles")),
            forms: Known::new("form", source.forms.as_ref(), problems.is_broken("forms")),
            stages: Known::new("stage", source.stages.0.as_ref(), problems.is_broken("stages")),
            deliverables,
            stage_of,
            gates: Known::new("gate", source.gates.0.as_ref(), problems.is_broken("gates")),
            exits: Known::new("exit", source.exits.as_ref(), problems.is_broken("exits")),
        }
    }
}

impl Resolver<'_, '_> {
    pub(super) fn key_of<K: FromStr<Err = KeyError>>(&mut self, text: &str, at: Mark) -> Option<K> {
        match text.parse() {
            Ok(key) => Some(key),
            Err(error) => {
                let message = format!("`{}` is not a key: {error}", shortened(text));
                let problem = Diagnostic::error("bad_key", at, message);
                let plain = |c: char| match c.to_ascii_lowercase() {
                    c if c.is_ascii_alphanumeric() || c == '-' => c,
                    _ => '_',
                };
                let plain: String = text.chars().map(plain).collect();
                self.error(match plain.parse::<K>() {
                    Ok(_) => problem.help(format!("did you mean `{plain}`?")),
                    Err(_) => problem,
                });
                None
            }
        }
    }

    /// The entries of a mapping whose keys are keys; a broken one is reported and left out.
    pub(super) fn entries<'n, K: FromStr<Err = KeyError>, T>(
        &mut self,
        named: Option<&'n Named<T>>,
    ) -> Vec<(K, &'n T, Mark)> {
        let entries = named.into_iter().flat_map(|named| &named.entries);
        entries
            .filter_map(|entry| {
                let key = self.key_of(&entry.key.value, entry.key.at);
                Some((key?, entry.value.as_ref()?, entry.key.at))
            })
            .collect()
    }

    fn refer<K: FromStr<Err = KeyError>>(
        &mut self,
        reference: &Ref,
        get: impl Fn(&Self) -> &Known<'_>,
    ) -> Option<K> {
        let known = get(self);
        let what = known.what;
        if known.names.contains_key(&*reference.value) {
            self.used.insert((what, reference.value.clone()));
            // A name that is defined but is not a key has been reported at its definition.
            return reference.value.parse().ok();
        }
        if matches!(what, "stage" | "gate" | "exit") {
            self.ways_known = false;
        }
        let known = get(self);
        if known.partial || self.problems.is_full() {
            return None;
        }
        let (keys, broken): (Vec<&str>, Vec<&str>) =
            known.names.keys().take(1_000).partition(|name| name.parse::<K>().is_ok());
        if closest(&reference.value, broken.into_iter()).is_some() {
            // It is meant, and reported where it is defined.
            return None;
        }
        let message = format!("there is no {what} `{}`", shortened(&reference.value));
        let diagnostic = Diagnostic::error(unknown_code(what), reference.at, message)
            .label(format!("no {what} has this key"))
            .suggest(&reference.value, keys.into_iter());
        let listed = known.listed();
        self.error(match listed {
            Some(listed) => diagnostic.help(listed),
            None => diagnostic,
        });
        None
    }

    pub(super) fn role(&mut self, reference: &Ref) -> Option<RoleKey> {
        let key: RoleKey = self.refer(reference, |it| &it.names.roles)?;
        self.used_roles.insert(key.clone());
        Some(key)
    }

    /// A role whose holders do something that only a person can do.
    pub(super) fn person(&mut self, reference: &Ref, what: &'static str) -> Option<RoleKey> {
        let key = self.role(reference)?;
        if self.role_source(key.as_str()).is_some_and(Role::is_machine) {
            let message = format!("the role `{key}` is held by machines, so it cannot {what}");
            let defined = self.names.roles.names.get(key.as_str()).copied().unwrap_or_default();
            self.error(
                Diagnostic::error("machine_role", reference.at, message)
                    .related(defined, "declared with `machine: true` here")
                    .help("name a role that people hold"),
            );
        }
        Some(key)
    }

    pub(super) fn people(
        &mut self,
        references: Option<&crate::definition::source::List<Ref>>,
        what: &'static str,
    ) -> Vec<RoleKey> {
        let mut found: Vec<RoleKey> = Vec::new();
        for reference in references.into_iter().flat_map(|list| &list.value) {
            if let Some(key) = self.person(reference, what) {
                if found.contains(&key) {
                    self.repeated(reference);
                } else {
                    found.push(key);
                }
            }
        }
        found
    }

    /// A list that names the same thing twice.
    pub(super) fn repeated(&mut self, reference: &Ref) {
        let message = format!("`{}` is named twice", shortened(&reference.value));
        self.error(Diagnostic::error("repeated", reference.at, message).label("again here"));
    }

    pub(super) fn form_ref<K: FromStr<Err = KeyError>>(&mut self, to: &Ref) -> Option<K> {
        self.refer(to, |it| &it.names.forms)
    }
    pub(super) fn stage_ref<K: FromStr<Err = KeyError>>(&mut self, to: &Ref) -> Option<K> {
        self.refer(to, |it| &it.names.stages)
    }
    pub(super) fn deliverable_ref<K: FromStr<Err = KeyError>>(&mut self, to: &Ref) -> Option<K> {
        self.refer(to, |it| &it.names.deliverables)
    }
    pub(super) fn gate_ref<K: FromStr<Err = KeyError>>(&mut self, to: &Ref) -> Option<K> {
        self.refer(to, |it| &it.names.gates)
    }
    pub(super) fn exit_ref<K: FromStr<Err = KeyError>>(&mut self, to: &Ref) -> Option<K> {
        self.refer(to, |it| &it.names.exits)
    }

    pub(super) fn deliverable_source(&self, key: &DeliverableKey) -> Option<&Deliverable> {
        let stage = self.names.stage_of.get(key.as_str())?;
        let stage = self.source.stages.0.as_ref()?.get(stage)?;
        stage.deliverables.as_ref()?.get(key.as_str())
    }

    pub(super) fn role_source(&self, key: &str) -> Option<&Role> {
        self.source.roles.0.as_ref()?.get(key)
    }
}

fn unknown_code(what: &str) -> &'static str {
    match what {
        "role" => "unknown_role",
        "form" => "unknown_form",
        "stage" => "unknown_stage",
        "deliverable" => "unknown_deliverable",
        "gate" => "unknown_gate",
        _ => "unknown_exit",
    }
}
