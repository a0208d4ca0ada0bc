//! Data on standard output, for people or as JSON; messages on standard error.

use std::io::{self, Write as _};

use serde::Serialize;

use crate::failure::{Failure, Result};

/// How a command answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) json: bool,
}

impl Output {
    /// The value as JSON, or what is made of it for people.
    pub(crate) fn show<T: Serialize>(
        self,
        value: &T,
        people: impl FnOnce(&T) -> String,
    ) -> Result<()> {
        if self.json {
            let text = serde_json::to_string_pretty(value).map_err(Failure::usage)?;
            write(&format!("{text}\n"))
        } else {
            write(&people(value))
        }
    }
}

/// Writes data. A reader that has seen enough, such as `head`, is no error.
pub(crate) fn write(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::unavailable("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Rows under a heading, in columns.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heading.map(width);
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(cell));
        }
    }
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (cell, widest) in cells.into_iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(widest + 2 - width(cell)));
        }
        format!("{}\n", line.trim_end())
    };
    let body = rows.iter().map(|row| line(std::array::from_fn(|at| row[at].as_str())));
    line(heading) + &body.collect::<String>()
}

/// Columns on a terminal: Hangul and other wide letters take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if matches!(letter, '\u{1100}'..='\u{ffe6}') { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["prd_1".to_owned(), "신제품".to_owned(), "x".to_owned()]];
        let text = table(["ID", "NAME", "Y"], &rows);
        assert_eq!(text, "ID     NAME    Y\nprd_1  신제품  x\n");
    }
}
