//! How alike two texts are, by the small pieces that they are made of.
//!
//! A text is lower-cased and cut into words at everything that is neither letter nor digit. A word
//! gives its pairs of letters when it is written in Hangul, Kana or Han, where a word carries its
//! particles (펌프가, 펌프를 share 펌프), and else its triples with its edges marked. Likeness is
//! the share of pieces that both texts have among those that either has (Jaccard).
//!
//! To find candidates among many texts, each keeps a *sketch*: the pieces with the smallest hashes
//! (Broder 1997). Texts that are alike share pieces of their sketches, so few look-ups find them.

use std::collections::BTreeSet;

/// How many pieces a sketch keeps.
pub const GRAMS: usize = 48;
/// Only the beginning of a very long text is looked at, in characters.
const READ: usize = 6_000;

/// The pieces of a text, hashed.
pub fn grams(text: &str) -> BTreeSet<i64> {
    let text: String = text.chars().take(READ).flat_map(char::to_lowercase).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.flat_map(pieces).collect()
}

fn pieces(word: &str) -> Vec<i64> {
    let letters: Vec<char> = word.chars().collect();
    if letters.iter().any(|c| dense(*c)) {
        return match letters.as_slice() {
            [one] => vec![hash(&[*one])],
            _ => letters.windows(2).map(hash).collect(),
        };
    }
    let mut marked = vec!['^'];
    marked.extend(letters);
    marked.push('$');
    marked.windows(3).map(hash).collect()
}

/// Scripts in which two letters say as much as three Latin ones.
const fn dense(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{318f}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}')
}

/// FNV-1a, then mixed (the last step of `SplitMix64`), so that the smallest hashes are a fair sample.
/// Never negative.
fn hash(letters: &[char]) -> i64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for letter in letters {
        hash = (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash >> 1).cast_signed()
}

/// The pieces that are kept to be found by.
pub fn sketch(grams: &BTreeSet<i64>) -> Vec<i64> {
    grams.iter().copied().take(GRAMS).collect()
}

/// From 0, nothing in common, to 1000, the same pieces.
pub fn likeness(a: &BTreeSet<i64>, b: &BTreeSet<i64>) -> u32 {
    let both = a.intersection(b).count();
    let either = a.len() + b.len() - both;
    let share = (both * 1000).checked_div(either);
    share.and_then(|share| u32::try_from(share).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(a: &str, b: &str) -> u32 {
        likeness(&grams(a), &grams(b))
    }

    #[test]
    fn the_same_problem_in_other_words_is_more_alike_than_another_problem() {
        let alarm = "수액 펌프의 경보음이 너무 커서 밤에 환자가 깹니다";
        let same = "밤에 수액 펌프 경보음 때문에 환자들이 깨요";
        let other = "카테터 포장을 한 손으로 열 수 없습니다";
        assert!(like(alarm, same) > 200, "{}", like(alarm, same));
        assert!(like(alarm, same) > 4 * like(alarm, other), "{}", like(alarm, other));
        let alarm = "The infusion pump's alarm wakes patients at night";
        let same = "Patients are woken at night by alarms of infusion pumps";
        assert!(like(alarm, same) > 3 * like(alarm, "The catheter's pack needs two hands"));
    }

    #[test]
    fn case_and_punctuation_do_not_count() {
        assert_eq!(like("Pump, LOUD!", "pump loud"), 1000);
        assert_eq!(like("", ""), 0);
        assert_eq!(like("...", "pump"), 0);
    }

    #[test]
    fn a_sketch_is_short_and_alike_texts_share_parts_of_it() {
        let words: Vec<String> = (0..2000).map(|n| format!("word{n}")).collect();
        let long = words.join(" ");
        let (whole, half) = (grams(&long), grams(&long[..long.len() / 2]));
        let (a, b) = (sketch(&whole), sketch(&half));
        assert_eq!((a.len(), b.len()), (GRAMS, GRAMS));
        assert!(a.iter().filter(|piece| b.contains(piece)).count() > 10);
    }
}
