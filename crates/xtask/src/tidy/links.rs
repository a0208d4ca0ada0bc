//! Relative links of the documents have to lead somewhere.

use std::path::Path;

use super::files::Texts;

pub(super) fn problems(root: &Path, texts: &Texts) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, text) in texts {
        if Path::new(name).extension().is_none_or(|end| end != "md") {
            continue;
        }
        let folder = Path::new(name).parent().unwrap_or(Path::new(""));
        for (line, target) in links(text) {
            let Some(path) = path_of(&target) else { continue };
            // As on the usual hosts, a leading slash means the top of the repository.
            let from = if path.starts_with('/') { Path::new("") } else { folder };
            if !root.join(from).join(path.trim_start_matches('/')).exists() {
                problems.push(format!("{name}:{line}: the link `{target}` leads nowhere"));
            }
        }
    }
    problems
}

/// Line number and target of each link outside of code.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        let start = line.trim_start();
        if start.starts_with("```") || start.starts_with("~~~") {
            in_code = !in_code;
        } else if !in_code {
            let targets = inline_targets(line).into_iter().chain(definition_target(start));
            found.extend(targets.map(|target| (index + 1, target)));
        }
    }
    found
}

/// The targets of `[text](target)` in a line, without those between backticks.
fn inline_targets(line: &str) -> Vec<String> {
    let outside_code = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let ends = outside_code.split("](").skip(1);
    ends.filter_map(|rest| Some(first_word(rest.split_once(')')?.0))).collect()
}

/// The target of a line `[name]: target`.
fn definition_target(line: &str) -> Option<String> {
    let (_, target) = line.strip_prefix('[')?.split_once("]: ")?;
    Some(first_word(target))
}

/// A target may be followed by a title and stand in angle brackets.
fn first_word(target: &str) -> String {
    let word = target.split_whitespace().next().unwrap_or("");
    word.trim_start_matches('<').trim_end_matches('>').to_owned()
}

/// The path in a link, if it points into the repository.
fn path_of(target: &str) -> Option<&str> {
    let elsewhere = target.contains("://") || target.starts_with("mailto:");
    let path = target.split(['#', '?']).next().unwrap_or("");
    (!elsewhere && !path.is_empty()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("docs")).unwrap();
        std::fs::write(root.path().join("docs/there.md"), "").unwrap();
        problems(root.path(), &Texts::from([("docs/page.md".to_owned(), text.to_owned())]))
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let problems = found("one\nsee [a](there.md) and [b](gone.md#part \"title\")");
        assert_eq!(problems, ["docs/page.md:2: the link `gone.md#part` leads nowhere"]);
        assert_eq!(found("[a]: ../gone.md").len(), 1);
        assert_eq!(found("![picture](/gone.svg)").len(), 1);
    }

    #[test]
    fn good_links_and_code_are_left_alone() {
        let text = "[a](there.md#x) [b](/docs/there.md) [c](https://example.org/x) [d](#here)\n\
                    `[e](gone.md)` [f](<there.md>) [g](mailto:a@example.org)\n\
                    ```\n[h](gone.md)\n```\n[i]: ../docs/there.md\n";
        assert_eq!(found(text), Vec::<String>::new());
    }
}
