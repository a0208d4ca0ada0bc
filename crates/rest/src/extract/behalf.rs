//! In whose name is asked.

use axum::http::HeaderMap;
use sluicegate_core::id::PersonId;

use super::conditional::bad;
use crate::problem::Problem;

const ON_BEHALF_OF: &str = "on-behalf-of";

/// What is done or read in another's name belongs to one product.
const ONE_PRODUCT: &str = "/v1/products/prd_";

/// The absent person; none: the asker's own name. Everywhere but at one product the header is
/// refused rather than passed over, or somebody would believe to have acted for another.
pub(crate) fn on_behalf_of(headers: &HeaderMap, path: &str) -> Result<Option<PersonId>, Problem> {
    let Some(value) = headers.get(ON_BEHALF_OF) else { return Ok(None) };
    if !path.starts_with(ONE_PRODUCT) {
        return Err(bad(
            ON_BEHALF_OF,
            "nothing: only at one product something is done for another",
        ));
    }
    let text = value.to_str().unwrap_or_default().trim();
    match text.parse() {
        Ok(person) => Ok(Some(person)),
        Err(_) => Err(bad(ON_BEHALF_OF, "the id of a person, like psn_ and 32 hexadecimal digits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCT: &str = "/v1/products/prd_00000000000000000000000000000001/actions";
    const PERSON: &str = "psn_00000000000000000000000000000002";

    fn read(value: Option<&str>, path: &str) -> Result<Option<PersonId>, ()> {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert(ON_BEHALF_OF, value.parse().unwrap());
        }
        on_behalf_of(&headers, path).map_err(|_| ())
    }

    #[test]
    fn the_absent_person_is_named_at_one_product_and_nowhere_else() {
        assert_eq!(read(None, "/v1/inbox"), Ok(None));
        assert_eq!(read(Some(PERSON), PRODUCT), Ok(PERSON.parse().ok()));
        for path in ["/v1/inbox", "/v1/events", "/v1/products", "/v1/ideas", "/v1/roles"] {
            assert_eq!(read(Some(PERSON), path), Err(()), "{path}");
        }
        for bad in ["", "Alex", "psn_1", "prd_00000000000000000000000000000001"] {
            assert_eq!(read(Some(bad), PRODUCT), Err(()), "{bad}");
        }
    }
}
