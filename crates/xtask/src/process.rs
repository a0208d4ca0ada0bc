//! Runs other programs and says clearly what failed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a chore failed, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(String);

/// What a chore returns.
pub type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// For a command that printed its failure itself, because something else comes last.
    pub fn already_told() -> Self {
        Self(String::new())
    }

    pub fn is_told(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names the thing that an I/O error happened to; the error alone never does.
pub trait Context<T> {
    fn context(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> Context<T> for Result<T, E> {
    fn context(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

/// A `cargo` command that builds exactly what the same command builds in a terminal.
///
/// `cargo xtask` sets `CARGO_PKG_*` and friends for this program. Some build scripts (ring's)
/// watch these variables, so a cargo that inherited them would compile half the graph again.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(describes_this_package) {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null());
    command
}

fn describes_this_package(variable: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"]
        .iter()
        .any(|prefix| variable.starts_with(prefix))
}

/// The top folder of the repository.
pub fn root() -> Outcome<PathBuf> {
    let mut command = cargo();
    command.args(["locate-project", "--workspace", "--message-format", "plain"]);
    let manifest = capture(&mut command)?;
    let folder = Path::new(manifest.trim()).parent().map(Path::to_path_buf);
    folder.ok_or_else(|| Failure::new("cargo does not say where the workspace is"))
}

/// Runs to the end with our own output; fails unless the program succeeds.
pub fn run(command: &mut Command) -> Outcome {
    let status = command.status().context(format_args!("cannot start {}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure(format!("{} failed ({status})", shown(command))))
    }
}

/// Runs to the end and returns what the program printed; its error output joins the failure.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let output = command.output().context(format_args!("cannot start {}", shown(command)))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let trouble = format!("{} failed ({})", shown(command), output.status);
    Err(Failure(format!("{trouble}\n{printed}{complaint}").trim_end().to_owned()))
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let mut words = vec![name.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|arg| arg.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_what_the_program_complained_about() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo the disk is full >&2; exit 3"]);
        let failure = capture(&mut command).unwrap_err().to_string();
        assert!(failure.contains("the disk is full") && failure.contains('3'), "{failure}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let failure = run(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(failure.starts_with("cannot start no-such-program"), "{failure}");
    }

    #[test]
    fn variables_about_this_package_are_kept_from_cargo() {
        assert!(describes_this_package("CARGO_PKG_NAME"));
        assert!(describes_this_package("CARGO_MANIFEST_DIR"));
        assert!(!describes_this_package("CARGO_HOME"));
        assert!(!describes_this_package("CARGO_TARGET_DIR"));
    }
}
