//! Words of a text, as they are put into an index and looked up in it.
//!
//! Latin and other words are taken whole, without case, width and accents. Korean, Japanese and
//! Chinese put no space where a reader looks for a word, so their runs are cut into overlapping
//! pairs: 스텐트 is 스텐 and 텐트, and is found inside 관상동맥스텐트를.

use std::{collections::BTreeSet, ops::Range};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A longer word is known by its beginning.
const WORD: usize = 32;
/// Characters of a question that are looked at.
const QUESTION: usize = 200;
/// Parts of a question; more of them would find nothing anyway.
const PARTS: usize = 12;

/// A part of a question: the word itself, or every word that begins so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Word(String),
    Beginning(String),
}

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    parts: Vec<Part>,
    /// The runs of the question, each of which the text must hold in one piece.
    runs: Vec<(String, How)>,
}

/// How a run of a question stands in a word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Anywhere,
    AtTheBeginning,
    Whole,
}

impl How {
    fn holds(self, wanted: &str, word: &str) -> bool {
        match self {
            Self::Anywhere => word.contains(wanted),
            Self::AtTheBeginning => word.starts_with(wanted),
            Self::Whole => word == wanted,
        }
    }
}

/// Every word that a text is found by.
pub fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for run in runs(&folded(text)) {
        if joined(&run) {
            found.extend(pairs(&run));
            // The last letter begins no pair, and is looked for all the same.
            found.extend(run.chars().next_back().map(String::from));
        } else {
            found.insert(run.chars().take(WORD).collect());
        }
    }
    found
}

impl Question {
    /// None when there is nothing to look for: no letter and no digit.
    pub fn read(text: &str) -> Option<Self> {
        let text: String = text.chars().take(QUESTION).collect();
        let runs: Vec<String> = runs(&folded(&text)).take(PARTS).collect();
        let last = runs.len().checked_sub(1)?;
        let runs: Vec<(String, How)> = runs
            .into_iter()
            .enumerate()
            .map(|(place, run)| {
                let how = match (joined(&run), place == last) {
                    (true, _) => How::Anywhere,
                    // The last word may still be on its way.
                    (false, true) => How::AtTheBeginning,
                    (false, false) => How::Whole,
                };
                (run, how)
            })
            .collect();
        let parts: BTreeSet<Part> = runs.iter().flat_map(|(run, how)| parts(run, *how)).collect();
        Some(Self { parts: parts.into_iter().take(PARTS).collect(), runs })
    }

    /// All of them must be among a text's words.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Is the question in this text? The index can only say "perhaps": it knows pairs of
    /// syllables, not their order.
    pub fn is_in(&self, text: &str) -> bool {
        let words: Vec<String> = runs(&folded(text)).collect();
        self.runs.iter().all(|(wanted, how)| words.iter().any(|word| how.holds(wanted, word)))
    }

    /// The first place in a text, in bytes, where a part of the question stands.
    pub fn place_in(&self, text: &str) -> Option<Range<usize>> {
        places(text).find_map(|(start, word)| {
            let words: Vec<String> = runs(&folded(word)).collect();
            let found = |word| self.runs.iter().any(|(wanted, how)| how.holds(wanted, word));
            let hit = words.iter().any(|word| found(word));
            let end = word.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
            hit.then_some(start..start + end)
        })
    }
}

/// What must be in the index for a run of a question.
fn parts(run: &str, how: How) -> Vec<Part> {
    let short = || run.chars().take(WORD).collect();
    match how {
        How::AtTheBeginning => vec![Part::Beginning(short())],
        How::Whole => vec![Part::Word(short())],
        // One letter is the beginning of the pairs that it starts, or stands last.
        How::Anywhere if run.chars().nth(1).is_none() => vec![Part::Beginning(run.to_owned())],
        How::Anywhere => pairs(run).map(Part::Word).collect(),
    }
}

/// Without case, width, accents and the difference between composed and decomposed letters.
fn folded(text: &str) -> String {
    // Decomposed, marks dropped, composed again: é and e meet, 한 (in one or three parts) stays 한.
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .nfc()
        .flat_map(char::to_lowercase)
        .collect()
}

/// Unbroken rows of letters and digits of one kind.
fn runs(folded: &str) -> impl Iterator<Item = String> {
    let mut runs: Vec<String> = Vec::new();
    let mut open: Option<bool> = None;
    for letter in folded.chars() {
        if !letter.is_alphanumeric() {
            open = None;
            continue;
        }
        let kind = is_joined(letter);
        match (open == Some(kind), runs.last_mut()) {
            (true, Some(run)) => run.push(letter),
            _ => runs.push(letter.to_string()),
        }
        open = Some(kind);
    }
    runs.into_iter()
}

/// The words of a text as it is written, each with its place.
fn places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    text.split_inclusive(|c: char| !(c.is_alphanumeric() || is_combining_mark(c))).map(
        move |piece| {
            let start = from;
            from += piece.len();
            (start, piece)
        },
    )
}

fn joined(run: &str) -> bool {
    run.chars().next().is_some_and(is_joined)
}

/// Scripts that are written without a space between what a reader takes as words.
const fn is_joined(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// Overlapping pairs; a single letter stays alone.
fn pairs(run: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = run.chars().collect();
    let pairs: Vec<String> = if letters.len() == 1 {
        vec![run.to_owned()]
    } else {
        letters.windows(2).map(|pair| pair.iter().collect()).collect()
    };
    pairs.into_iter()
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, wanted: &Expect) {
        wanted.assert_eq(&words(text).into_iter().collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn words_lose_case_width_and_accents() {
        check("Müller’s STENT, ｓｔｅｎｔ 510(k)", &expect!["510 k muller s stent"]);
        check("관상동맥 스텐트를 3개", &expect!["3 개 관상 동맥 를 맥 상동 스텐 텐트 트를"]);
        check("", &expect![""]);
    }

    #[test]
    fn decomposed_korean_is_the_same_word() {
        // As macOS writes file names.
        let decomposed: String = "스텐트".nfd().collect();
        assert_eq!(words(&decomposed), words("스텐트"));
        assert!(Question::read(&decomposed).unwrap().is_in("관상동맥스텐트를"));
    }

    #[test]
    fn a_question_is_answered_as_a_reader_would() {
        let finds = |question: &str, text: &str| Question::read(question).unwrap().is_in(text);
        assert!(finds("ste", "a stent"), "a word that is still being typed");
        assert!(!finds("ten", "a stent"), "not in the middle of a Latin word");
        assert!(finds("텐트", "스텐트"), "but in the middle of a Korean one");
        assert!(finds("스", "스텐트"));
        assert!(!finds("텐스", "스텐트"), "pairs in another order are another word");
        assert!(finds("muller stent", "The stent of Dr. Müller"), "in any order");
        assert!(!finds("muller valve", "The stent of Dr. Müller"), "all of it");
        assert_eq!(Question::read("?! -"), None);
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        let parts = Question::read("heart val").unwrap();
        let wanted = [Part::Word("heart".into()), Part::Beginning("val".into())];
        assert_eq!(parts.parts(), wanted);
    }

    #[test]
    fn the_place_is_that_of_the_text_as_written() {
        let text = "Dr. Müller’s Stent";
        let place = Question::read("stent").unwrap().place_in(text).unwrap();
        assert_eq!(&text[place], "Stent");
    }

    proptest! {
        /// What is in a text is among its words: the index never hides an answer.
        #[test]
        fn the_index_never_hides(text in "[가나다é a1-]{0,20}", question in "[가나다ea1 ]{1,5}") {
            let Some(question) = Question::read(&question) else { return Ok(()) };
            if question.is_in(&text) {
                let words = words(&text);
                for part in question.parts() {
                    let there = match part {
                        Part::Word(word) => words.contains(word),
                        Part::Beginning(begin) => words.iter().any(|word| word.starts_with(begin)),
                    };
                    prop_assert!(there, "{part:?} of {question:?} in {words:?}");
                }
            }
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>()) {
            let words = words(&text);
            prop_assert!(words.iter().all(|word| word.chars().count() <= WORD));
            if let Some(place) = Question::read(&text).and_then(|asked| asked.place_in(&text)) {
                prop_assert!(text.get(place).is_some());
            }
        }
    }
}
