//! A page of documentation as a program: its commands, and what it says that they print.

/// Commands that a reader pastes into a terminal, and the output that the page shows below them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Block {
    /// Where the commands begin, for whoever has to mend the page.
    pub(crate) line: usize,
    pub(crate) commands: String,
    /// Nothing is shown: nothing may be printed.
    pub(crate) output: String,
}

/// The `console` blocks of a page in their order, each with the `output` block that follows it.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut kind: Option<&str> = None;
    for (line, text) in (1..).zip(page.lines()) {
        match (kind, text.strip_prefix("```")) {
            (None, Some(language)) => {
                kind = Some(language);
                if language == "console" {
                    blocks.push(Block { line: line + 1, ..Block::default() });
                }
            }
            (Some(_), Some(_)) => kind = None,
            (Some(language), None) => {
                let Some(block) = blocks.last_mut() else { continue };
                let into = match language {
                    "console" => &mut block.commands,
                    "output" => &mut block.output,
                    _ => continue,
                };
                into.push_str(text);
                into.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

/// Does the text look as it is shown? `...` stands for anything, a line of its own for any lines.
pub(crate) fn looks_like(shown: &str, printed: &str) -> bool {
    let (shown, printed) = (trimmed(shown), trimmed(printed));
    let mut pieces = shown.split("...");
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// Without the ends of lines that nobody sees.
fn trimmed(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_commands_and_what_they_print() {
        let page = "Say\n```console\necho 1\n```\nand see\n```output\n1\n```\n```sh\nno\n```\n";
        let block = Block { line: 3, commands: "echo 1\n".into(), output: "1\n".into() };
        assert_eq!(blocks(page), [block]);
    }

    #[test]
    fn dots_stand_for_what_changes() {
        assert!(looks_like("at ... by Mina\n", "at 9:00 by Mina"));
        assert!(looks_like("first\n...\nlast\n", "first\nsecond\nthird\nlast\n"));
        assert!(looks_like("id ...", "id 7"));
        assert!(looks_like("", "\n"));
        assert!(!looks_like("at ... by Mina", "at 9:00 by Paula"));
        assert!(!looks_like("first", "first\nsecond"));
        assert!(!looks_like("", "curl: (7) refused"));
    }
}
