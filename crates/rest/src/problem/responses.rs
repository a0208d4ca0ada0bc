//! Which problems an operation can answer, for the API's document.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

type Responses = BTreeMap<String, RefOr<Response>>;

/// Anyone may ask.
pub(crate) struct Open;
/// Somebody who has signed in reads.
pub(crate) struct Reading;
/// Somebody who has signed in changes something.
pub(crate) struct Changing;

/// Somebody without an account asks within bounds.
pub(crate) struct Visiting;

/// Somebody without an account shows what they were given.
pub(crate) struct Knocking;
/// The same, to sign in.
pub(crate) struct SigningIn;
/// Somebody who has signed in proves it once more.
pub(crate) struct Proving;

const TOO_MANY: (u16, &str) =
    (429, "Too many attempts; `Retry-After` says how long to wait: `too_many_requests`.");

const KNOCKING: [(u16, &str); 6] = [
    (404, "There is no such invitation any more: `not_found`."),
    (408, "The body came too slowly: `request_timeout`."),
    (413, "The body is too large: `too_large`."),
    (415, "The body is of another media type: `unsupported_media_type`."),
    (422, "Understood, and wrong; `errors` lists every fault: `invalid`."),
    TOO_MANY,
];

const PROVING: [(u16, &str); 2] = [
    (
        401,
        "You have not signed in, or what you show is wrong: `unauthenticated`, `sign_in_failed`, \
         `wrong_code`.",
    ),
    TOO_MANY,
];

const VISITING: [(u16, &str); 7] = [
    (404, "There is no such thing: `not_found`."),
    (408, "The body came too slowly: `request_timeout`."),
    (409, "The link takes no more ideas: `blocked`."),
    (413, "The body is too large: `too_large`."),
    (415, "The body is of another media type: `unsupported_media_type`."),
    (422, "Understood, and wrong: `invalid`, `idempotency_key_reused`."),
    (429, "Too many at once; `Retry-After` says how long to wait: `too_many_requests`."),
];

const OPEN: [(u16, &str); 3] = [
    (400, "The request cannot be read: `bad_parameter`, `bad_header`."),
    (500, "A fault on our side: `internal`."),
    (503, "Try again later: `unavailable`, `timeout`."),
];

const READING: [(u16, &str); 3] = [
    (401, "No token, or one that is unknown, expired or revoked: `unauthenticated`."),
    (403, "Your rights do not reach so far: `forbidden`, `second_factor_needed`."),
    (404, "There is no such thing, or you may not see it: `not_found`."),
];

const CHANGING: [(u16, &str); 6] = [
    (408, "The body came too slowly: `request_timeout`."),
    (409, "The state does not allow it now; `unmet` says why and who can clear it: `blocked`."),
    (412, "It has changed since the version of `If-Match`: `stale`."),
    (413, "The body is too large: `too_large`."),
    (415, "The body is of another media type: `unsupported_media_type`."),
    (
        422,
        "Understood, and wrong; `errors` lists every fault: `invalid`, `idempotency_key_reused`.",
    ),
];

fn problems<'a>(rows: impl IntoIterator<Item = &'a (u16, &'a str)>) -> Responses {
    let document = || ContentBuilder::new().schema(Some(Ref::from_schema_name("ProblemDocument")));
    let response = |about: &str| {
        let content = document().build();
        ResponseBuilder::new().description(about).content("application/problem+json", content)
    };
    let rows = rows.into_iter();
    rows.map(|(status, about)| (status.to_string(), response(about).build().into())).collect()
}

impl IntoResponses for Open {
    fn responses() -> Responses {
        problems(&OPEN)
    }
}

impl IntoResponses for Visiting {
    fn responses() -> Responses {
        problems(OPEN.iter().chain(&VISITING))
    }
}

impl IntoResponses for Knocking {
    fn responses() -> Responses {
        problems(OPEN.iter().chain(&KNOCKING))
    }
}

impl IntoResponses for SigningIn {
    fn responses() -> Responses {
        let failed = [(401, "Name or password is wrong: `sign_in_failed`.")];
        let knocking = KNOCKING.iter().filter(|(status, _)| *status != 404);
        problems(OPEN.iter().chain(knocking).chain(&failed))
    }
}

impl IntoResponses for Proving {
    fn responses() -> Responses {
        let changing = CHANGING.iter().filter(|(status, _)| *status != 412);
        problems(OPEN.iter().chain(&READING).chain(changing).chain(&PROVING))
    }
}

impl IntoResponses for Reading {
    fn responses() -> Responses {
        let same = ResponseBuilder::new().description("Still what `If-None-Match` says.");
        let mut responses = problems(OPEN.iter().chain(&READING));
        responses.insert("304".to_owned(), same.build().into());
        responses
    }
}

impl IntoResponses for Changing {
    fn responses() -> Responses {
        problems(OPEN.iter().chain(&READING).chain(&CHANGING))
    }
}
