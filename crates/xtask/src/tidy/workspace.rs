//! The graph of packages, reduced to what the rules talk about.

use std::fs;
use std::path::Path;

use cargo_metadata::semver::Version;
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::process::{Context, Failure, Outcome, capture, cargo};

/// Every package of the build, and what the lock file names for all platforms.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pub packages: Vec<Package>,
    pub locked: Vec<(String, Version)>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Package {
    pub name: String,
    pub licence: Option<String>,
    pub member: bool,
    /// What its manifest names, also what is optional or for another platform.
    pub named: Vec<Dependency>,
    /// For a member: each package that is built into it, behind the ones that lead there.
    pub chains: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Dependency {
    pub name: String,
    pub for_tests: bool,
}

impl Workspace {
    pub(super) fn read(root: &Path) -> Outcome<Self> {
        let host = host()?;
        let mut command = MetadataCommand::new();
        command.cargo_path(cargo().get_program().to_os_string()).current_dir(root);
        // Only this platform: others would make cargo download crates that nobody builds here.
        command.other_options(["--filter-platform".to_owned(), host]);
        let metadata = command.exec().context("cargo metadata")?;
        let lock = root.join("Cargo.lock");
        let lock = fs::read_to_string(&lock).context(lock.display())?;
        let mut packages = packages(&metadata)?;
        for package in packages.iter_mut().filter(|package| package.member) {
            package.chains = chains(&tree(root, &package.name)?);
        }
        Ok(Self { packages, locked: locked(&lock) })
    }
}

/// Not from `cargo metadata`: its graph also has optional packages that nothing switches on.
fn tree(root: &Path, package: &str) -> Outcome<String> {
    let mut command = cargo();
    command.args(["tree", "--edges", "normal,build", "--all-features", "--prefix", "depth"]);
    command.args(["--package", package]);
    capture(command.current_dir(root))
}

/// Each line is a depth and a package, for example `2tokio v1.52.0`.
fn chains(tree: &str) -> Vec<Vec<String>> {
    let mut chains = Vec::new();
    let mut chain: Vec<String> = Vec::new();
    for line in tree.lines() {
        let name_at = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
        let (depth, package) = line.split_at(name_at);
        let (Ok(depth), Some(name)) = (depth.parse(), package.split(' ').next()) else { continue };
        chain.truncate(depth);
        chain.push(name.to_owned());
        if depth > 0 {
            chains.push(chain[1..].to_vec());
        }
    }
    chains
}

fn host() -> Outcome<String> {
    let printed = capture(cargo().arg("-vV"))?;
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::new("cargo does not say what its host is"))
}

fn packages(metadata: &Metadata) -> Outcome<Vec<Package>> {
    let resolve = metadata.resolve.as_ref();
    let nodes = &resolve.ok_or_else(|| Failure::new("cargo metadata has no graph"))?.nodes;
    let mut packages = Vec::new();
    for node in nodes {
        let package = &metadata[&node.id];
        packages.push(Package {
            name: package.name.to_string(),
            licence: package.license.clone(),
            member: metadata.workspace_members.contains(&node.id),
            named: package
                .dependencies
                .iter()
                .map(|dependency| Dependency {
                    name: dependency.name.clone(),
                    for_tests: dependency.kind == DependencyKind::Development,
                })
                .collect(),
            chains: Vec::new(),
        });
    }
    Ok(packages)
}

/// The packages of a `Cargo.lock`: each block has a `name` line followed by a `version` line.
fn locked(lock: &str) -> Vec<(String, Version)> {
    let value = |line: &str, key: &str| {
        line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"').map(str::to_owned)
    };
    let lines: Vec<&str> = lock.lines().collect();
    let package = |pair: &[&str]| {
        Some((value(pair[0], "name")?, Version::parse(&value(pair[1], "version")?).ok()?))
    };
    lines.windows(2).filter_map(package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_versions_of_a_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"sqlx\"\nversion = \"0.8.6\"\n\
                    source = \"x\"\n\n[[package]]\nname = \"ring\"\nversion = \"0.17.14\"\n";
        let expected = [("sqlx", Version::new(0, 8, 6)), ("ring", Version::new(0, 17, 14))];
        assert_eq!(locked(lock), expected.map(|(name, version)| (name.to_owned(), version)));
    }

    #[test]
    fn reads_the_way_to_each_package() {
        let tree =
            "0core v0.1.0 (/x)\n1a v1.0.0\n2b v0.1.0 (proc-macro)\n1c v2.0.0\n2b v0.1.0 (*)\n";
        let expected = [vec!["a"], vec!["a", "b"], vec!["c"], vec!["c", "b"]];
        assert_eq!(chains(tree), expected);
    }

    #[test]
    fn reads_this_workspace() {
        let root = crate::process::root().unwrap();
        let workspace = Workspace::read(&root).unwrap();
        let xtask = workspace.packages.iter().find(|p| p.member && p.name == "xtask").unwrap();
        assert!(xtask.chains.contains(&vec!["clap".to_owned(), "clap_builder".to_owned()]));
        assert!(workspace.locked.iter().any(|(name, _)| name == "clap"));
    }
}
