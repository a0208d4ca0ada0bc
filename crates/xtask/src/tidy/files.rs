//! What may stand in the files of the repository.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::rules::FORBIDDEN_WORDS;
use crate::process::{Outcome, capture};

/// Relative path and content.
pub(super) type Texts = BTreeMap<String, String>;

/// A word and why it must not be there.
pub(super) type Forbidden = (String, &'static str);

/// Files that git tracks, or would track with the next `git add`.
pub(super) fn tracked(root: &Path) -> Outcome<Vec<String>> {
    let mut command = Command::new("git");
    // A container's checkout often belongs to another user; reading its file list is harmless.
    command.args(["-c", "safe.directory=*", "-c", "core.quotePath=false"]);
    command.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
    let printed = capture(command.current_dir(root))?;
    let present = |name: &&str| !name.is_empty() && root.join(name).is_file();
    Ok(printed.split('\0').filter(present).map(str::to_owned).collect())
}

/// The text files among them.
pub(super) fn read(root: &Path, files: &[String]) -> Texts {
    let text = |name: &String| Some((name.clone(), fs::read_to_string(root.join(name)).ok()?));
    files.iter().filter_map(text).collect()
}

/// The rules' words, and the places where this very machine keeps the repository and the user.
pub(super) fn forbidden_words(root: &Path) -> Vec<Forbidden> {
    let mut words: Vec<Forbidden> =
        FORBIDDEN_WORDS.iter().map(|(word, why)| ((*word).to_owned(), *why)).collect();
    let here = [Some(root.to_path_buf()), std::env::var_os("HOME").map(Into::into)];
    for path in here.into_iter().flatten() {
        // A top folder such as `/app` is an ordinary word of many texts.
        if path.components().count() > 2 {
            words.push((path.to_string_lossy().into_owned(), "a path of one machine"));
        }
    }
    words
}

pub(super) fn length_problems(texts: &Texts, longest: usize) -> Vec<String> {
    let is_rust = |name: &str| Path::new(name).extension().is_some_and(|end| end == "rs");
    let mut problems = Vec::new();
    for (name, text) in texts {
        let lines = text.lines().count();
        if is_rust(name) && lines > longest {
            problems.push(format!("{name}: {lines} lines, the limit is {longest}: split it"));
        }
    }
    problems
}

pub(super) fn word_problems(texts: &Texts, forbidden: &[Forbidden]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, text) in texts {
        for (index, line) in text.lines().enumerate() {
            for (word, why) in forbidden {
                if stands_in(line, word) {
                    problems.push(format!("{name}:{}: `{word}`: {why}", index + 1));
                }
            }
        }
    }
    problems
}

/// Is the word there on its own, and not as a part of a longer one or of a relative path?
fn stands_in(line: &str, word: &str) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let after_word = &line[at + word.len()..];
        let joined_before = line[..at].ends_with(joins);
        let joined_after = word.ends_with(joins) && after_word.starts_with(joins);
        !joined_before && !joined_after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(name: &str, text: &str) -> Texts {
        Texts::from([(name.to_owned(), text.to_owned())])
    }

    #[test]
    fn a_long_rust_file_is_found() {
        let long = "\n".repeat(601);
        let problems = length_problems(&one("a.rs", &long), 600);
        assert_eq!(problems, ["a.rs: 601 lines, the limit is 600: split it"]);
        assert_eq!(length_problems(&one("a.rs", &"\n".repeat(600)), 600), Vec::<String>::new());
        assert_eq!(length_problems(&one("a.md", &long), 600), Vec::<String>::new());
    }

    #[test]
    fn each_forbidden_word_is_found_with_its_line() {
        let forbidden = forbidden_words(Path::new("/"));
        for (word, why) in FORBIDDEN_WORDS {
            let problems = word_problems(&one("a.rs", &format!("fine\n// {word}x")), &forbidden);
            let ends_open = word.ends_with(char::is_alphanumeric);
            assert_eq!(problems.is_empty(), ends_open, "{word}x");
            let problems = word_problems(&one("a.rs", &format!("fine\n// {word} x")), &forbidden);
            assert_eq!(problems, [format!("a.rs:2: `{word}`: {why}")]);
        }
    }

    #[test]
    fn the_place_of_this_repository_is_found() {
        let forbidden = forbidden_words(Path::new("/srv/build/here"));
        let problems = word_problems(&one("a.md", "see /srv/build/here/b.md"), &forbidden);
        assert_eq!(problems, ["a.md:1: `/srv/build/here`: a path of one machine"]);
    }

    #[test]
    fn a_longer_word_is_another_word() {
        let word = concat!("TO", "DO");
        assert!(stands_in(&format!("a {word}: b"), word));
        assert!(!stands_in(&format!("{word}S"), word));
        assert!(!stands_in(&format!("MY_{word}"), word));
    }

    #[test]
    fn this_file_is_tracked() {
        let root = crate::process::root().unwrap();
        let files = tracked(&root).unwrap();
        assert!(files.iter().any(|name| name == "crates/xtask/src/tidy/files.rs"));
    }
}
