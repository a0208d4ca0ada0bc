//! How names are kept, sorted and found: equal to the eye is equal to the search.

use unicode_normalization::UnicodeNormalization as _;

/// A name sorts by at most so many bytes: an index takes no longer ones, and ids break the ties.
const LONGEST_KEY: usize = 240;
/// No name has more words to be found by, and no search looks for more.
pub const MOST_WORDS: usize = 16;
/// Longer words are found by their beginning.
const LONGEST_WORD: usize = 96;

/// As a name is kept: NFC. macOS types Hangul in pieces (NFD), which look the same.
pub fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// What a name sorts by, byte by byte: NFKC in lower case. Digits come before Latin, Latin before
/// Hangul, and Hangul in the order of the dictionary.
pub fn sort_key(name: &str) -> String {
    cut(&folded(name), LONGEST_KEY).to_owned()
}

/// What a name is found by: its runs of letters and digits, folded as for sorting, each once.
pub fn words(name: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in folded(name).split(|letter: char| !letter.is_alphanumeric()) {
        let word = cut(word, LONGEST_WORD);
        if !word.is_empty() && found.iter().all(|known| known != word) && found.len() < MOST_WORDS {
            found.push(word.to_owned());
        }
    }
    found
}

/// Lower case can take a composed letter apart, so the letters are composed once more.
pub(crate) fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_in_pieces_is_the_same_name() {
        let pieces: String = "주입 펌프 2".nfd().collect();
        assert_ne!(pieces, "주입 펌프 2");
        assert_eq!(composed(&pieces), "주입 펌프 2");
        assert_eq!(sort_key(&pieces), sort_key("주입 펌프 2"));
        assert_eq!(words(&pieces), ["주입", "펌프", "2"]);
    }

    #[test]
    fn names_sort_as_people_expect() {
        let mut names = ["펌프", "Zoom", "가위", "apex", "2nd", "Ｂeta", "Élan", "ﬁlter"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["2nd", "apex", "Ｂeta", "ﬁlter", "Zoom", "Élan", "가위", "펌프"]);
    }

    #[test]
    fn words_are_few_short_and_different() {
        assert_eq!(words("Pump-2 (pump), PUMP 2.0"), ["pump", "2", "0"]);
        assert_eq!(words(" -- "), Vec::<String>::new());
        let many: Vec<String> = (0..99).map(|n| format!("w{n}")).collect();
        assert_eq!(words(&many.join(" ")).len(), MOST_WORDS);
        assert_eq!(words(&"펌".repeat(99))[0], "펌".repeat(32));
    }

    #[test]
    fn a_key_is_never_cut_within_a_letter() {
        let key = sort_key(&"\u{fdfa}".repeat(200));
        assert!(key.len() <= LONGEST_KEY && key.len() > LONGEST_KEY - 4);
        assert_eq!(sort_key("İ"), sort_key("i\u{307}"));
    }
}
