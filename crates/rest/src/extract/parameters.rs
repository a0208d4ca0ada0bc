//! Paths and queries.

use axum::{
    extract::{FromRequestParts, Query, RawPathParams},
    http::request::Parts,
};

use crate::{
    parse::{Slip, SlipKind, Where},
    problem::{Cause, Problem},
};

/// Parameters that are declared with [`parameters!`](crate::parse::parameters).
pub(crate) trait Parameters: Sized {
    const KNOWN: &'static [&'static str];
    fn read<'a>(
        pairs: &impl Fn(&'static str) -> Option<&'a str>,
        slips: &mut Vec<(&'static str, SlipKind)>,
    ) -> Option<Self>;
}

/// No parameters at all.
impl Parameters for () {
    const KNOWN: &'static [&'static str] = &[];
    fn read<'a>(
        _: &impl Fn(&'static str) -> Option<&'a str>,
        _: &mut Vec<(&'static str, SlipKind)>,
    ) -> Option<Self> {
        Some(())
    }
}

/// The parts of the path. What cannot be a name of ours names nothing: 404.
#[derive(Debug)]
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: Parameters> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named_nothing = |kind| Problem::from(Cause::NoSuchPath(slip("", kind)));
        let found = RawPathParams::from_request_parts(parts, state).await;
        let found = found
            .map_err(|_| named_nothing(SlipKind::format("a path is percent-encoded UTF-8")))?;
        let find =
            |name: &'static str| found.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        let mut slips = Vec::new();
        T::read(&find, &mut slips).map(Self).ok_or_else(|| {
            let first = slips.into_iter().next();
            named_nothing(first.map_or(SlipKind::Missing, |(_, kind)| kind))
        })
    }
}

/// Reads a query together with the parameters that every operation of its kind has.
pub(crate) fn query<T: Parameters, U: Parameters>(parts: &Parts) -> Result<(T, U), Problem> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let pairs = pairs.map_or_else(|_| Vec::new(), |Query(pairs)| pairs);
    let mut slips = Vec::new();
    let known: Vec<&'static str> = T::KNOWN.iter().chain(U::KNOWN).copied().collect();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if value.contains(char::REPLACEMENT_CHARACTER) {
            slips.push(slip(name, SlipKind::format("a query is percent-encoded UTF-8")));
        } else if !known.contains(&name.as_str()) {
            slips.push(slip(name, SlipKind::unknown_field(name, &known)));
        } else if pairs[..at].iter().any(|(before, _)| before == name) {
            slips.push(slip(name, SlipKind::Repeated));
        }
    }
    let find = |wanted: &'static str| {
        pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let mut wrong = Vec::new();
    let read = (T::read(&find, &mut wrong), U::read(&find, &mut wrong));
    slips.extend(wrong.into_iter().map(|(name, kind)| slip(name, kind)));
    match read {
        (Some(own), Some(common)) if slips.is_empty() => Ok((own, common)),
        _ => Err(Cause::Parameters(slips).into()),
    }
}

fn slip(name: &str, kind: SlipKind) -> Slip {
    Slip { at: Where::Query(name.chars().take(80).collect()), kind }
}
