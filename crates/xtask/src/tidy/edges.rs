//! Which crate may know which: the map of the workspace, enforced.

use super::rules::CrateRule;
use super::workspace::{Dependency, Package, Workspace};

/// A crate from outside, and the crates of ours that may name it.
type Only = (&'static str, &'static [&'static str]);

pub(super) fn problems(workspace: &Workspace, rules: &[CrateRule], only: &[Only]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in workspace.packages.iter().filter(|package| package.member) {
        let Some(rule) = rules.iter().find(|rule| rule.name == package.name) else {
            problems.push(format!("{}: no rule says what it may import", package.name));
            continue;
        };
        problems.extend(import_problems(workspace, package, rule));
        problems.extend(only_problems(package, only));
        problems.extend(reach_problems(package, rule));
    }
    problems
}

fn import_problems(workspace: &Workspace, package: &Package, rule: &CrateRule) -> Vec<String> {
    let is_ours = |name: &str| workspace.packages.iter().any(|p| p.member && p.name == name);
    let allowed = |dependency: &Dependency| {
        let name = dependency.name.as_str();
        rule.imports.contains(&name) || (dependency.for_tests && rule.test_imports.contains(&name))
    };
    let wrong = package.named.iter().filter(|d| is_ours(&d.name) && !allowed(d));
    wrong
        .map(|dependency| {
            let whose = if dependency.for_tests { "its tests" } else { "it" };
            format!("{}: {whose} must not import {}", package.name, dependency.name)
        })
        .collect()
}

fn only_problems(package: &Package, only: &[Only]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, owners) in only {
        let named = package.named.iter().any(|dependency| dependency.name == *name);
        if named && !owners.contains(&package.name.as_str()) {
            let owners = owners.join(", ");
            problems.push(format!("{}: {name} belongs to {owners} alone", package.name));
        }
    }
    problems
}

/// One line for each forbidden crate, with the first way that leads there.
fn reach_problems(package: &Package, rule: &CrateRule) -> Vec<String> {
    let way_to = |name: &&str| {
        package.chains.iter().find(|chain| chain.last().is_some_and(|end| end == name))
    };
    let ways = rule.never.iter().filter_map(way_to);
    ways.map(|way| format!("{}: must never reach {}", rule.name, way.join(" -> "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &[CrateRule] = &[
        CrateRule { name: "core", imports: &[], test_imports: &[], never: &["tokio"] },
        CrateRule { name: "app", imports: &["core"], test_imports: &["kit"], never: &[] },
        CrateRule { name: "kit", imports: &["core", "app"], test_imports: &[], never: &[] },
    ];
    const ONLY: &[Only] = &[("sqlx", &["store"])];

    fn package(name: &str, named: &[(&str, bool)]) -> Package {
        let dependency =
            |&(name, for_tests): &(&str, bool)| Dependency { name: String::from(name), for_tests };
        Package {
            name: name.to_owned(),
            member: RULES.iter().any(|rule| rule.name == name),
            named: named.iter().map(dependency).collect(),
            ..Package::default()
        }
    }

    fn found(packages: [Package; 4]) -> Vec<String> {
        problems(&Workspace { packages: packages.into(), locked: Vec::new() }, RULES, ONLY)
    }

    /// Nothing is wrong here; `helper` is a crate from outside.
    fn good() -> [Package; 4] {
        let mut core = package("core", &[("helper", false)]);
        core.chains = vec![vec!["helper".to_owned()]];
        let app = package("app", &[("core", false), ("kit", true), ("tokio", false)]);
        let kit = package("kit", &[("core", false), ("app", false)]);
        [core, app, kit, package("helper", &[])]
    }

    #[test]
    fn a_good_workspace_has_no_problems() {
        assert_eq!(found(good()), Vec::<String>::new());
    }

    #[test]
    fn an_import_against_the_map_is_found() {
        let mut packages = good();
        packages[0] = package("core", &[("app", false)]);
        assert_eq!(found(packages), ["core: it must not import app"]);
    }

    #[test]
    fn a_test_helper_in_the_product_is_found() {
        let mut packages = good();
        packages[1] = package("app", &[("kit", false)]);
        assert_eq!(found(packages), ["app: it must not import kit"]);
    }

    #[test]
    fn a_test_that_imports_against_the_map_is_found() {
        let mut packages = good();
        packages[0] = package("core", &[("kit", true)]);
        assert_eq!(found(packages), ["core: its tests must not import kit"]);
    }

    #[test]
    fn a_forbidden_crate_behind_another_is_found() {
        let mut packages = good();
        packages[0].chains.push(vec!["helper".to_owned(), "tokio".to_owned()]);
        assert_eq!(found(packages), ["core: must never reach helper -> tokio"]);
    }

    #[test]
    fn a_crate_that_belongs_to_another_is_found_even_in_tests() {
        let mut packages = good();
        packages[1] = package("app", &[("sqlx", true)]);
        assert_eq!(found(packages), ["app: sqlx belongs to store alone"]);
    }

    #[test]
    fn a_member_without_a_rule_is_found() {
        let mut packages = good();
        packages[0].named.clear();
        packages[3].member = true;
        assert_eq!(found(packages), ["helper: no rule says what it may import"]);
    }
}
