//! "Did you mean ...?": finds the known word that is nearest to a mistyped one.

/// Words longer than this are not compared: the work is quadratic in the length.
const MAX_CHARS: usize = 64;

/// The candidate that `word` is most likely a slip of, or `None` when none is near enough.
///
/// Nearness is the Damerau-Levenshtein distance (optimal string alignment) without regard to
/// case; about one slip in three letters is forgiven. Of equally near ones the first wins.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = letters(word)?;
    let forgiven = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let Some(found) = letters(candidate) else { continue };
        if wanted.len().abs_diff(found.len()) > forgiven {
            continue;
        }
        let slips = distance(&wanted, &found);
        // Of a code of two letters one is not enough to recognise it by.
        let plausible = slips <= forgiven && slips * 2 < wanted.len().max(found.len());
        if plausible && best.is_none_or(|(fewest, _)| slips < fewest) {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> =
        word.chars().flat_map(char::to_lowercase).take(MAX_CHARS + 1).collect();
    (letters.len() <= MAX_CHARS).then_some(letters)
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        let known = ["market_size", "competition", "product", "case", "regions"];
        assert_eq!(closest(word, known.into_iter()), expected, "{word}");
    }

    #[test]
    fn forgives_the_usual_slips() {
        check("markt_size", Some("market_size"));
        check("marketsize", Some("market_size"));
        check("MARKET_SIZE", Some("market_size"));
        check("prodcut", Some("product"));
        check("region", Some("regions"));
        check("caes", Some("case"));
    }

    #[test]
    fn stays_silent_when_nothing_is_near() {
        check("weather", None);
        check("x", None);
        check("", None);
        check(&"product".repeat(100), None);
    }

    #[test]
    fn prefers_the_nearest_then_the_first() {
        assert_eq!(closest("abcd", ["abxy", "abcx", "abcz"].into_iter()), Some("abcx"));
        assert_eq!(closest("a", ["b"].into_iter()), None);
        assert_eq!(closest("UK", ["US", "KR"].into_iter()), None);
        assert_eq!(closest("USA", ["US", "KR"].into_iter()), Some("US"));
        assert_eq!(closest("us", ["US", "KR"].into_iter()), Some("US"));
    }
}
