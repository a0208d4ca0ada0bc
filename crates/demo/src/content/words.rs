//! Sentences from the phrase bank, with the product's own words in them.

use super::figures;
use crate::{
    data::{Data, Sheet, Tongue},
    dice::Dice,
};

/// One of the sentences for an occasion; none when nobody has written any.
pub(crate) fn phrase(
    data: &Data,
    sheet: &Sheet,
    tongue: Tongue,
    occasion: &str,
    dice: &mut Dice,
) -> Option<String> {
    let say = dice.pick(data.phrases.get(occasion)?)?;
    Some(filled(data, sheet, tongue, say.tell(tongue)))
}

/// Puts the product's words where the braces are.
pub(super) fn filled(data: &Data, sheet: &Sheet, tongue: Tongue, text: &str) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let market = sheet.markets.first().and_then(|key| data.places.get(key));
    let device = data.devices.get(&sheet.device);
    let said = |say: Option<&crate::data::Say>| say.map(|say| say.tell(tongue).to_owned());
    let rival = device.and_then(|device| Some(device.rivals.first()?.name.clone()));
    let net = figures::told(sheet.price * 0.9, figures::books(sheet));
    let growth = sheet.growth.to_string();
    let words: [(&str, Option<String>); 12] = [
        ("product", Some(sheet.name.clone())),
        ("line", Some(sheet.line.clone())),
        ("edge", Some(sheet.edge.clone())),
        ("finding", Some(sheet.finding.clone())),
        ("positioning", Some(sheet.positioning.clone())),
        ("growth", Some(growth)),
        ("net", Some(net)),
        ("rival", rival),
        ("users", said(device.map(|device| &device.users))),
        ("market_title", said(market.map(|place| &place.title))),
        ("site", said(market.and_then(|place| place.sites.first()))),
        ("physician", said(market.and_then(|place| place.physicians.first()))),
    ];
    let fill = |text: String, (name, word): &(&str, Option<String>)| {
        text.replace(&format!("{{{name}}}"), word.as_deref().unwrap_or_default())
    };
    let text = words.iter().fold(text.to_owned(), fill);
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => text,
    }
}
