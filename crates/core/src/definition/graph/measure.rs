//! How wide a text is, without a font: generous, so that real fonts fit.

/// The widest of common sans-serif fonts, in hundredths of the font size.
fn hundredths(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 34,
        ' ' | 'f' | 'r' | 't' | 'I' | '(' | ')' | '[' | ']' | '/' | '-' => 42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '&' => 100,
        'A'..='Z' => 76,
        ' '..='~' => 64,
        // Hangul, Han and the like are square; so are most symbols and, at worst, the rest.
        _ => 105,
    }
}

/// The width of a text in units of the drawing.
pub(super) fn width(text: &str, size: u32) -> u32 {
    (text.chars().map(hundredths).sum::<u32>() * size).div_ceil(100)
}

/// Breaks a text into at most `lines` lines of at most `room`, between words where it can.
pub(super) fn wrapped(text: &str, size: u32, room: u32, lines: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for piece in pieces(word, size, room) {
            let joined = if line.is_empty() { piece.clone() } else { format!("{line} {piece}") };
            if width(&joined, size) <= room {
                line = joined;
            } else {
                found.push(std::mem::replace(&mut line, piece));
            }
        }
    }
    if !line.is_empty() {
        found.push(line);
    }
    if found.len() > lines {
        found.truncate(lines);
        if let Some(last) = found.last_mut() {
            *last = cut(last, size, room);
        }
    }
    found
}

/// A word that is wider than a line, in pieces that are not.
fn pieces(word: &str, size: u32, room: u32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }) {
        let fits = pieces.last().is_some_and(|piece| width(&format!("{piece}{c}"), size) <= room);
        if !fits {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

/// With an ellipsis where the rest would be.
fn cut(line: &str, size: u32, room: u32) -> String {
    let mut kept = line.to_owned();
    while width(&format!("{kept}…"), size) > room && kept.pop().is_some() {}
    format!("{kept}…")
}

/// One line, cut where it does not fit.
pub(super) fn fitted(text: &str, size: u32, room: u32) -> String {
    wrapped(text, size, room, 1).pop().unwrap_or_default()
}
