//! Migrations come in pairs, count up, and never change once they are listed.
//!
//! `migrations/CHECKSUMS` freezes them, in the format of `sha256sum --check`. Lines are only ever
//! added by `cargo xtask generate`. To change a listed migration someone has to edit that file by
//! hand, which a reviewer sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::process::{Context, Failure, Outcome};

/// The folders below `migrations/`, one for each database.
pub const DATABASES: [&str; 2] = ["sqlite", "postgres"];

const CHECKSUMS: &str = "CHECKSUMS";
const HEADER: &str = "\
# Migrations that never change again. `cargo xtask generate` adds lines, nothing removes any.
# Check by hand: cd migrations && sha256sum --check CHECKSUMS
";

/// The migrations of a repository.
#[derive(Debug)]
pub struct Migrations {
    folder: PathBuf,
    /// `sqlite/0001_name.sql` and the digest of its bytes.
    files: BTreeMap<String, String>,
}

impl Migrations {
    pub fn read(root: &Path) -> Outcome<Self> {
        let folder = root.join("migrations");
        let mut files = BTreeMap::new();
        for database in DATABASES {
            for name in sql_files(&folder.join(database))? {
                let path = folder.join(database).join(&name);
                let bytes = fs::read(&path).context(path.display())?;
                files.insert(format!("{database}/{name}"), hex(&Sha256::digest(&bytes)));
            }
        }
        Ok(Self { folder, files })
    }

    pub fn count(&self) -> usize {
        self.names("sqlite").len()
    }

    /// Names that only one database has, badly formed names, and gaps in the numbers.
    pub fn pairing_problems(&self) -> Vec<String> {
        let [one, other] = DATABASES.map(|database| self.names(database));
        let lonely = one.symmetric_difference(&other);
        let mut problems: Vec<String> = lonely
            .map(|name| format!("migrations: {name} is there for one database only"))
            .collect();
        for (index, name) in one.union(&other).enumerate() {
            if number_of(name) != u32::try_from(index + 1).ok() {
                problems.push(format!(
                    "migrations: {name} should be {:04}_name.sql: numbers count up by one",
                    index + 1
                ));
            }
        }
        problems
    }

    /// Listed migrations that changed or are gone.
    pub fn frozen_problems(&self) -> Outcome<Vec<String>> {
        let listed = self.listed()?;
        let problem = |(name, digest): (&String, &String)| match self.files.get(name) {
            Some(now) if now == digest => None,
            Some(_) => Some(format!(
                "migrations/{name} changed after it was listed in CHECKSUMS; \
                 write a new one: cargo xtask new-migration NAME"
            )),
            None => Some(format!("migrations/{name} is listed in CHECKSUMS but gone")),
        };
        Ok(listed.iter().filter_map(problem).collect())
    }

    /// Adds a line for each migration that is not listed yet; with `write` off, only names them.
    pub fn list_new(&self, write: bool) -> Outcome<Vec<String>> {
        let listed = self.listed()?;
        let new: Vec<_> = self.files.iter().filter(|(n, _)| !listed.contains_key(*n)).collect();
        if write && !new.is_empty() {
            let file = self.folder.join(CHECKSUMS);
            let mut text = fs::read_to_string(&file).unwrap_or_else(|_| HEADER.to_owned());
            for (name, digest) in &new {
                let _ = writeln!(text, "{digest}  {name}");
            }
            fs::write(&file, text).context(file.display())?;
        }
        Ok(new.into_iter().map(|(name, _)| name.clone()).collect())
    }

    /// Creates the next migration in both folders and returns the two files.
    pub fn create(&self, name: &str) -> Outcome<Vec<PathBuf>> {
        if !is_snake_case(name) {
            let trouble = format!("`{name}`: a migration's name is like add_hold_reason");
            return Err(Failure::new(trouble));
        }
        let numbers = DATABASES.iter().flat_map(|database| self.names(database));
        let next = numbers.filter_map(number_of).max().unwrap_or(0) + 1;
        let mut created = Vec::new();
        for database in DATABASES {
            let folder = self.folder.join(database);
            fs::create_dir_all(&folder).context(folder.display())?;
            let path = folder.join(format!("{next:04}_{name}.sql"));
            fs::write(&path, header(next, name)).context(path.display())?;
            created.push(path);
        }
        Ok(created)
    }

    fn names(&self, database: &str) -> BTreeSet<&str> {
        let in_folder = |path: &'_ String| path.starts_with(&format!("{database}/"));
        let files = self.files.keys().filter(|path| in_folder(path));
        files.filter_map(|path| path.split('/').nth(1)).collect()
    }

    fn listed(&self) -> Outcome<BTreeMap<String, String>> {
        let file = self.folder.join(CHECKSUMS);
        let text = if file.exists() {
            fs::read_to_string(&file).context(file.display())?
        } else {
            String::new()
        };
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let entry = |line: &str| {
            let (digest, name) = line.split_once("  ")?;
            Some((name.to_owned(), digest.to_owned()))
        };
        lines
            .map(|line| {
                let trouble = || Failure::new(format!("migrations/CHECKSUMS: bad line `{line}`"));
                entry(line).ok_or_else(trouble)
            })
            .collect()
    }
}

fn header(number: u32, name: &str) -> String {
    format!(
        "-- {number:04}_{name}: say in one sentence what changes and why.\n\
         -- The other database has a file of the same name. Neither changes once it is listed in\n\
         -- CHECKSUMS.\n"
    )
}

fn sql_files(folder: &Path) -> Outcome<Vec<String>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).context(folder.display())? {
        let name = entry.context(folder.display())?.file_name().to_string_lossy().into_owned();
        if name.to_ascii_lowercase().ends_with(".sql") {
            names.push(name);
        }
    }
    Ok(names)
}

/// `0007_add_hold_reason.sql` is 7; anything of another form is nothing.
fn number_of(file: &str) -> Option<u32> {
    let (digits, rest) = file.strip_suffix(".sql")?.split_once('_')?;
    if digits.len() == 4 && is_snake_case(rest) { digits.parse().ok() } else { None }
}

fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A repository with one listed pair of migrations.
    fn repository() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        read(&root).create("init").unwrap();
        read(&root).list_new(true).unwrap();
        root
    }

    fn read(root: &TempDir) -> Migrations {
        Migrations::read(root.path()).unwrap()
    }

    fn path(root: &TempDir, name: &str) -> PathBuf {
        root.path().join("migrations").join(name)
    }

    #[test]
    fn a_listed_pair_is_fine() {
        let root = repository();
        let migrations = read(&root);
        assert_eq!(migrations.count(), 1);
        assert_eq!(migrations.pairing_problems(), Vec::<String>::new());
        assert_eq!(migrations.frozen_problems().unwrap(), Vec::<String>::new());
        assert_eq!(migrations.list_new(false).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_listed_migration_that_changed_is_found() {
        let root = repository();
        fs::write(path(&root, "sqlite/0001_init.sql"), "drop table event;").unwrap();
        let problems = read(&root).frozen_problems().unwrap();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("migrations/sqlite/0001_init.sql changed"));
        read(&root).list_new(true).unwrap();
        assert_eq!(read(&root).frozen_problems().unwrap().len(), 1, "listing again heals nothing");
    }

    #[test]
    fn a_listed_migration_that_is_gone_is_found() {
        let root = repository();
        fs::remove_file(path(&root, "postgres/0001_init.sql")).unwrap();
        let problems = read(&root).frozen_problems().unwrap();
        assert_eq!(problems, ["migrations/postgres/0001_init.sql is listed in CHECKSUMS but gone"]);
    }

    #[test]
    fn a_migration_for_one_database_only_is_found() {
        let root = repository();
        fs::write(path(&root, "sqlite/0002_more.sql"), "").unwrap();
        let problems = read(&root).pairing_problems();
        assert_eq!(problems, ["migrations: 0002_more.sql is there for one database only"]);
    }

    #[test]
    fn a_gap_and_a_doubled_number_are_found() {
        let root = repository();
        for name in ["0003_gap.sql", "0003_twice.sql"] {
            for database in DATABASES {
                fs::write(path(&root, database).join(name), "").unwrap();
            }
        }
        let problems = read(&root).pairing_problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("0003_gap.sql should be 0002_name.sql"));
    }

    #[test]
    fn the_next_migration_takes_the_next_number_in_both_folders() {
        let root = repository();
        let created = read(&root).create("add_hold_reason").unwrap();
        assert!(created.iter().all(|file| file.ends_with("0002_add_hold_reason.sql")));
        assert_eq!(read(&root).list_new(true).unwrap().len(), 2);
        assert!(read(&root).create("Bad Name").is_err());
    }

    #[test]
    fn the_digest_is_that_of_sha256sum() {
        let root = repository();
        fs::write(path(&root, "sqlite/0001_init.sql"), "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(read(&root).files["sqlite/0001_init.sql"], expected);
    }
}
