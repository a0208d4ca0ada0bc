//! Which crates must not be in the lock file, and of which there is one certain version.

use cargo_metadata::semver::{Version, VersionReq};

type Locked = (String, Version);

pub(super) fn problems(
    locked: &[Locked],
    banned: &[(&str, &str)],
    held: &[(&str, &str, &str)],
) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, why) in banned {
        if let Some((_, version)) = locked.iter().find(|(found, _)| found == name) {
            problems.push(format!("Cargo.lock: {name} {version} is banned: {why}"));
        }
    }
    for (name, wanted, why) in held {
        let versions: Vec<&Version> =
            locked.iter().filter(|(found, _)| found == name).map(|(_, version)| version).collect();
        let fits = VersionReq::parse(wanted)
            .is_ok_and(|wanted| versions.iter().all(|version| wanted.matches(version)));
        if !fits || versions.len() != 1 {
            let found: Vec<String> = versions.iter().map(ToString::to_string).collect();
            let found = if found.is_empty() { "none".to_owned() } else { found.join(" and ") };
            problems.push(format!("Cargo.lock: {name} must be one {wanted}, is {found}: {why}"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::{BANNED, HELD};

    fn found(extra: &[(&str, &str)]) -> Vec<String> {
        let good = [("sqlx", "0.9.0"), ("sqlx-core", "0.9.0"), ("ring", "0.17.14")];
        let locked: Vec<Locked> = good
            .iter()
            .chain(extra)
            .map(|(name, version)| ((*name).to_owned(), Version::parse(version).unwrap()))
            .collect();
        problems(&locked, BANNED, HELD)
    }

    const SQLITE: (&str, &str) = ("libsqlite3-sys", "0.37.0");

    #[test]
    fn a_good_lock_file_has_no_problems() {
        assert_eq!(found(&[SQLITE]), Vec::<String>::new());
    }

    #[test]
    fn each_banned_crate_is_found() {
        for (name, _) in BANNED {
            let problems = found(&[SQLITE, (name, "1.0.0")]);
            assert_eq!(problems.len(), 1);
            assert!(problems[0].starts_with(&format!("Cargo.lock: {name} 1.0.0 is banned")));
        }
    }

    #[test]
    fn a_second_sqlx_is_found() {
        for version in ["0.8.6", "0.9.1"] {
            let problems = found(&[SQLITE, ("sqlx", version)]);
            assert!(
                problems[0].contains(&format!("sqlx must be one ^0.9, is 0.9.0 and {version}"))
            );
        }
    }

    #[test]
    fn another_sqlite_and_a_missing_one_are_found() {
        assert!(found(&[("libsqlite3-sys", "0.37.1")])[0].contains("one =0.37.0, is 0.37.1"));
        assert!(found(&[])[0].contains("libsqlite3-sys must be one =0.37.0, is none"));
    }
}
