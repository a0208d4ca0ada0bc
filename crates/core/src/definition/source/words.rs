//! The fixed words of the language.

use super::{Country, FromScalar, Node, Problems, Read, Scalar, Side, WaitsFor};

/// Words of the language, each with what it means.
macro_rules! words {
    ($($ty:ty, $what:literal { $($word:literal => $value:expr,)+ })+) => {$(
        impl FromScalar for $ty {
            const WHAT: &'static str = $what;
            fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
                match &*scalar.text {
                    $($word => Ok($value),)+
                    _ => Err(None),
                }
            }
            fn meant(text: &str) -> Option<String> {
                meant_word(text, &[$($word,)+])
            }
            fn schema() -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": [$($word,)+] })
            }
        }
    )+};
}

/// The word that is near, or of which this is the day in full: `saturday`.
fn meant_word(text: &str, words: &[&'static str]) -> Option<String> {
    let near = crate::suggest::closest(text, words.iter().copied());
    let text = text.to_lowercase();
    let is_day = |word: &&str| text.strip_prefix(word).is_some_and(|rest| rest.ends_with("day"));
    near.or_else(|| words.iter().copied().find(is_day)).map(str::to_owned)
}

/// `per: market`
#[derive(Clone, Copy, Debug)]
pub(crate) struct PerMarket;

/// `each: visit`
#[derive(Clone, Copy, Debug)]
pub(crate) struct EachVisit;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Parallel,
    Sequential,
}

words! {
    Side, "upstream, downstream, both or outside" {
        "upstream" => Side::Upstream,
        "downstream" => Side::Downstream,
        "both" => Side::Both,
        "outside" => Side::Outside,
    }
    PerMarket, "`market`" { "market" => PerMarket, }
    EachVisit, "`visit`" { "visit" => EachVisit, }
    WaitsFor, "`regulator`" { "regulator" => WaitsFor::Regulator, }
    Order, "`parallel` or `sequential`" {
        "parallel" => Order::Parallel,
        "sequential" => Order::Sequential,
    }
    Country, "a country whose holidays are known: DE, FR, GB, JP, KR or US" {
        "DE" => Country::Germany,
        "FR" => Country::France,
        "GB" => Country::Britain,
        "JP" => Country::Japan,
        "KR" => Country::Korea,
        "US" => Country::UnitedStates,
    }
    chrono::Weekday, "a day: mon, tue, wed, thu, fri, sat or sun" {
        "mon" => chrono::Weekday::Mon,
        "tue" => chrono::Weekday::Tue,
        "wed" => chrono::Weekday::Wed,
        "thu" => chrono::Weekday::Thu,
        "fri" => chrono::Weekday::Fri,
        "sat" => chrono::Weekday::Sat,
        "sun" => chrono::Weekday::Sun,
    }
}

impl FromScalar for Scalar {
    const WHAT: &'static str = "a number or a date";
    fn from_scalar(scalar: &Scalar) -> Result<Self, Option<String>> {
        Ok(scalar.clone())
    }
    fn schema() -> schemars::Schema {
        schemars::json_schema!({ "type": ["number", "string"] })
    }
}

impl Read for Node {
    fn read(node: &Node, _: &mut Problems) -> Option<Self> {
        Some(node.clone())
    }
}
