//! The server's own program, built once and found by the name that a reader types.

#![expect(clippy::unwrap_used, reason = "what is missing fails the test")]

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The program, built in the profile of this test.
pub(crate) fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        // target/PROFILE/deps/this-test
        let test = std::env::current_exe().unwrap();
        let folder = test.ancestors().nth(2).unwrap();
        let profile = match folder.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            profile => profile,
        };
        let mut build = Command::new(env!("CARGO"));
        // Variables about this package would make cargo build half of the dependencies again.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_") && about_us(name)) {
                build.env_remove(name);
            }
        }
        build.args(["build", "--quiet", "-p", "sluicegate", "--profile", profile, "--target-dir"]);
        build.arg(folder.parent().unwrap()).current_dir(root());
        assert!(build.status().unwrap().success(), "the server cannot be built");
        folder.join("sluicegate")
    })
}

fn about_us(variable: &str) -> bool {
    let about = ["PKG_", "MANIFEST_", "BIN_", "CRATE_", "PRIMARY_"];
    about.iter().any(|word| variable["CARGO_".len()..].starts_with(word))
}

/// The top folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Puts a `sluicegate` into a folder that starts the program with variables of its own.
pub(crate) fn wrapped(folder: &Path, variables: &[(&str, &str)]) {
    let set: Vec<String> =
        variables.iter().map(|(name, value)| format!("export {name}='{value}'")).collect();
    let script = format!("#!/bin/sh\n{}\nexec '{}' \"$@\"\n", set.join("\n"), program().display());
    let file = folder.join("sluicegate");
    fs::write(&file, script).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A port that nobody listened on a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
