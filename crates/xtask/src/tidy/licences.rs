//! Every dependency's licence against the list, with a small evaluator of SPDX expressions.

use super::workspace::Workspace;

pub(super) fn problems(workspace: &Workspace, allowed: &[&str]) -> Vec<String> {
    let mut problems = Vec::new();
    for package in &workspace.packages {
        let name = &package.name;
        match &package.licence {
            None => problems.push(format!("{name}: states no licence")),
            Some(licence) if is_allowed(licence, allowed) => {}
            Some(licence) => problems.push(format!("{name}: licence `{licence}` is not allowed")),
        }
    }
    problems
}

/// Is there a choice within the expression that is allowed? What cannot be read is not allowed.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    // Old manifests write `MIT/Apache-2.0` for `MIT OR Apache-2.0`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut reader = Reader { words: spaced.split_whitespace().collect(), at: 0, allowed };
    reader.any().is_some_and(|verdict| verdict && reader.at == reader.words.len())
}

/// Reads `any = all {OR all}`, `all = one {AND one}`, `one = ( any ) | licence [WITH exception]`.
struct Reader<'a> {
    words: Vec<&'a str>,
    at: usize,
    allowed: &'a [&'a str],
}

impl Reader<'_> {
    fn any(&mut self) -> Option<bool> {
        let mut verdict = self.all()?;
        while self.takes("OR") {
            // Not `||`: the right side has to be read also when the left one is enough.
            verdict |= self.all()?;
        }
        Some(verdict)
    }

    fn all(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.takes("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            let verdict = self.any()?;
            return self.takes(")").then_some(verdict);
        }
        let mut licence = (*self.words.get(self.at)?).to_owned();
        self.at += 1;
        if self.takes("WITH") {
            licence = format!("{licence} WITH {}", self.words.get(self.at)?);
            self.at += 1;
        }
        Some(self.allowed.contains(&licence.as_str()))
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at) == Some(&word);
        self.at += usize::from(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::rules::LICENCES;
    use crate::tidy::workspace::Package;

    #[test]
    fn judges_expressions() {
        let cases = [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-2.0 OR MIT", true),
            ("MIT AND GPL-2.0", false),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(GPL-2.0 OR Apache-2.0) AND GPL-2.0", false),
            ("MIT OR GPL-2.0 AND GPL-3.0", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("Apache-2.0 WITH Strange-exception", false),
            ("MIT OR", false),
            ("(MIT", false),
            ("MIT MIT", false),
            ("", false),
        ];
        for (expression, expected) in cases {
            assert_eq!(is_allowed(expression, LICENCES), expected, "{expression}");
        }
    }

    #[test]
    fn a_package_with_a_wrong_licence_or_none_is_found() {
        let package = |name: &str, licence: Option<&str>| Package {
            name: name.to_owned(),
            licence: licence.map(str::to_owned),
            ..Package::default()
        };
        let packages = vec![
            package("fine", Some("MIT")),
            package("viral", Some("AGPL-3.0")),
            package("mute", None),
        ];
        let found = problems(&Workspace { packages, locked: Vec::new() }, LICENCES);
        assert_eq!(found, ["viral: licence `AGPL-3.0` is not allowed", "mute: states no licence"]);
    }
}
