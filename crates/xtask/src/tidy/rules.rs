//! The rules that `tidy` checks, as data. Change a rule here and nowhere else.
//!
//! `deny.toml` repeats the licences and the banned crates for people who use cargo-deny; a test
//! keeps the two equal.

/// What one crate of the workspace may know.
#[derive(Debug)]
pub struct CrateRule {
    pub name: &'static str,
    /// Crates of the workspace that it may import.
    pub imports: &'static [&'static str],
    /// Crates of the workspace that only its tests may import.
    pub test_imports: &'static [&'static str],
    /// Crates that it must not reach, not even through others.
    pub never: &'static [&'static str],
}

/// The map of the workspace; `docs/ARCHITECTURE.md` says why it is so.
pub const CRATES: &[CrateRule] = &[
    CrateRule {
        name: "sluicegate-core",
        imports: &[],
        test_imports: &[],
        never: &["tokio", "sqlx", "sqlx-core", "axum", "hyper", "object_store", "rand"],
    },
    CrateRule {
        name: "sluicegate-store",
        imports: &["sluicegate-core"],
        test_imports: &["sluicegate-testkit"],
        never: &["axum"],
    },
    CrateRule {
        name: "sluicegate-app",
        imports: &["sluicegate-core", "sluicegate-store"],
        test_imports: &["sluicegate-testkit"],
        never: &["axum"],
    },
    CrateRule {
        name: "sluicegate-rest",
        imports: &["sluicegate-core", "sluicegate-app"],
        test_imports: &["sluicegate-testkit"],
        never: &["sluicegate-web"],
    },
    CrateRule {
        name: "sluicegate-web",
        imports: &["sluicegate-core", "sluicegate-app"],
        test_imports: &["sluicegate-testkit"],
        never: &["sluicegate-rest"],
    },
    // Everything that it makes it makes by the use cases, as an edge would.
    CrateRule {
        name: "sluicegate-demo",
        imports: &["sluicegate-core", "sluicegate-app"],
        test_imports: &["sluicegate-testkit"],
        never: &["axum"],
    },
    CrateRule {
        name: "sluicegate",
        imports: &[
            "sluicegate-core",
            "sluicegate-store",
            "sluicegate-app",
            "sluicegate-rest",
            "sluicegate-demo",
            "sluicegate-web",
        ],
        test_imports: &["sluicegate-testkit"],
        never: &[],
    },
    CrateRule {
        name: "sluicegate-testkit",
        imports: &[
            "sluicegate-core",
            "sluicegate-store",
            "sluicegate-app",
            "sluicegate-rest",
            "sluicegate-web",
        ],
        test_imports: &[],
        never: &[],
    },
    // It measures and crashes the program from outside, as a user meets it: over HTTP.
    CrateRule {
        name: "sluicegate-bench",
        imports: &["xtask"],
        test_imports: &[],
        never: &["sqlx", "axum", "sluicegate-core", "sluicegate-app"],
    },
    CrateRule { name: "xtask", imports: &[], test_imports: &[], never: &["tokio", "sqlx"] },
    CrateRule {
        name: "sluicegate-tests",
        imports: &[],
        test_imports: &[
            "sluicegate-core",
            "sluicegate-store",
            "sluicegate-app",
            "sluicegate-rest",
            "sluicegate-demo",
            "sluicegate-web",
            "sluicegate-testkit",
        ],
        never: &[],
    },
];

/// Crates from outside that only some of ours may name as a dependency, of whatever kind.
pub const ONLY: &[(&str, &[&str])] = &[
    ("sqlx", &["sluicegate-store"]),
    ("libsqlite3-sys", &["sluicegate-store"]),
    ("rusqlite", &["sluicegate-bench"]),
    (
        "axum",
        &[
            "sluicegate-rest",
            "sluicegate-web",
            "sluicegate",
            "sluicegate-testkit",
            "sluicegate-tests",
        ],
    ),
];

/// Crates that nothing may bring in, on any platform, and why.
pub const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "TLS is rustls with ring: nothing to install, nothing to patch apart from us"),
    ("aws-lc-rs", "TLS is rustls with ring: a second provider needs cmake and doubles the build"),
    ("aws-lc-sys", "TLS is rustls with ring: a second provider needs cmake and doubles the build"),
    ("cmake", "a C compiler is enough to build this program"),
];

/// Crates of which there is exactly one copy, in these versions, and why.
pub const HELD: &[(&str, &str, &str)] = &[
    ("sqlx", "^0.9", "sqlx 0.8 drags SQLite down to a version that can lose commits"),
    ("sqlx-core", "^0.9", "sqlx 0.8 drags SQLite down to a version that can lose commits"),
    ("libsqlite3-sys", "=0.37.0", "it bundles SQLite 3.51.3; older ones can lose commits"),
];

/// Licences that allow what we do: link, ship and sell, without opening anyone's code.
pub const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The longest Rust file, in lines. Aim at half of it.
pub const LONGEST_FILE: usize = 600;

/// Words that must not be in a tracked file. Written in halves, so that this file has none.
pub const FORBIDDEN_WORDS: &[(&str, &str)] = &[
    (concat!("TO", "DO"), "open an issue, or do it now"),
    (concat!("FIX", "ME"), "open an issue, or do it now"),
    (concat!("db", "g!("), "a leftover of debugging"),
    (concat!("/ho", "me/"), "a path of one machine"),
    (concat!("/Us", "ers/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = include_str!("../../../../deny.toml");

    #[test]
    fn deny_toml_allows_the_same_licences() {
        let (_, rest) = DENY.split_once("allow = [").unwrap();
        let (list, _) = rest.split_once(']').unwrap();
        let licences: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
        assert_eq!(licences, LICENCES);
    }

    #[test]
    fn deny_toml_bans_the_same_crates() {
        for (name, _) in BANNED {
            assert!(DENY.contains(&format!("crate = \"{name}\"")), "deny.toml does not ban {name}");
        }
    }
}
