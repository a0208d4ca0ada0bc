//! More products than were written by hand: the written ones again, under other names, with other
//! figures and at other points of their way. The same seed gives the same ones.

use std::collections::BTreeMap;

use crate::{
    data::{End, FeedbackRow, Reply, Sheet},
    dice::Dice,
};

/// Why a varied product does not owe what the written one does.
const NOT_ALONE: &str = "The base product owes this revision; it comes to this one with it.";

/// What a later generation of a product is called.
const AFTER: &[&str] = &["Plus", "XT", "Neo", "II", "Flex", "Pro", "Mini", "Duo", "Lite", "Max"];

/// So many sheets: the curated ones, in their order, then variations.
pub(crate) fn sheets(curated: &[Sheet], count: usize, seed: u64) -> Vec<Sheet> {
    let made = |number: usize| {
        let sheet = &curated[number % curated.len()];
        match number / curated.len() {
            0 => sheet.clone(),
            round => varied(sheet, round, seed),
        }
    };
    if curated.is_empty() { Vec::new() } else { (0..count).map(made).collect() }
}

fn varied(sheet: &Sheet, round: usize, seed: u64) -> Sheet {
    let mut sheet = sheet.clone();
    sheet.key = format!("{}-{round}", sheet.key);
    let mut dice = Dice::of(seed, &sheet.key);
    let word = AFTER[(round - 1) % AFTER.len()];
    let again = (round - 1) / AFTER.len();
    let number = if again == 0 { String::new() } else { format!(" {}", again + 1) };
    sheet.name = if sheet.plan.is_some() {
        format!("{}, revision {}", sheet.name, round + 1)
    } else {
        format!("{} {word}{number}", sheet.name)
    };
    let mut scaled = |value: f64| value * (0.6 + 0.9 * dice.part());
    sheet.price = (scaled(sheet.price) * 100.0).round() / 100.0;
    sheet.cost = (sheet.price * 0.24 * 100.0).round() / 100.0;
    sheet.growth = (scaled(sheet.growth) * 10.0).round() / 10.0;
    sheet.tam = (sheet.tam * dice.between(55, 150) / 100).max(20);
    sheet.pace = sheet.pace * dice.between(88, 112) / 100;
    let later = dice.between(0, 25);
    match &mut sheet.ends {
        End::In { since, .. }
        | End::Held { since, .. }
        | End::Lapsed { since, .. }
        | End::Killed { since, .. }
        | End::Closed { since, .. } => *since += later,
        // A gate's clock and a hold's date would tell another story.
        End::At { .. } | End::Stopped { .. } | End::Closing { .. } => {}
    }
    sheet
}

/// Of each varied product some of what was said of the one it was made from, on other days.
pub(crate) fn feedback(
    written: &[FeedbackRow],
    sheets: &BTreeMap<String, Sheet>,
    seed: u64,
) -> Vec<FeedbackRow> {
    let mut all: Vec<FeedbackRow> = written.to_vec();
    for row in written {
        for round in 1.. {
            let on = format!("{}-{round}", row.on);
            if !sheets.contains_key(&on) {
                break;
            }
            let mut dice = Dice::of(seed, &format!("{on}/{}", row.ago));
            let ago = row.ago * dice.between(60, 130) / 100;
            // An answer must have its days, and what is owed must not have a stage to wait for.
            let answer = match row.answer.clone() {
                Some((days, Reply::Obligation { .. })) => Some((days, Reply::No(NOT_ALONE.into()))),
                other => other,
            };
            all.push(FeedbackRow { on, ago, answer, ..row.clone() });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;

    #[test]
    fn more_products_are_other_products_and_always_the_same() {
        let curated = Data::load().unwrap().sheets;
        let many = sheets(&curated, 500, 7);
        let names: std::collections::BTreeSet<_> = many.iter().map(|sheet| &sheet.name).collect();
        assert_eq!((many.len(), names.len()), (500, 500));
        let again = sheets(&curated, 500, 7);
        assert_eq!(format!("{:?}", many[499]), format!("{:?}", again[499]));
        assert_ne!(format!("{:?}", many[499]), format!("{:?}", sheets(&curated, 500, 8)[499]));
    }
}
