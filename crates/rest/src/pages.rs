//! Pages for people who use the API: its document, a reader for it, and what each problem means.
//!
//! Everything comes from this program. Nothing is loaded from elsewhere, and the policy in the
//! header lets the browser load nothing from elsewhere.

use std::sync::LazyLock;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    http::header,
    response::Response,
    routing::get,
};

use crate::{
    answer::{Answer, set},
    api::Api,
    problem::{Code, Problem},
};

const PROBLEMS: &str = include_str!("../../../docs/reference/problems.md");

const PAGE: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluicegate API</title>
<link rel="icon" href="data:,">
</head>
<body>
<noscript>The API's document is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<div id="app"></div>
<script src="/docs/scalar.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"##;

/// Whatever the reader could fetch from elsewhere is off.
const START: &str = r##"Scalar.createApiReference("#app", {
  url: "/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
});
"##;

/// The reader sets styles from its script, so styles may stand in the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn routes(document: String) -> Router<Api> {
    let document = Bytes::from(document);
    Router::new()
        .route("/openapi.json", get(async move || serve("application/json", document)))
        .route("/docs", get(page))
        .route(
            "/docs/start.js",
            get(async || serve("text/javascript", Bytes::from_static(START.as_bytes()))),
        )
        .route("/docs/scalar.js", get(async || serve("text/javascript", SCALAR.clone())))
        .route(
            "/docs/problems",
            get(async || serve(PLAIN, Bytes::from_static(PROBLEMS.as_bytes()))),
        )
        .route("/docs/problems/{code}", get(problem))
}

const PLAIN: &str = "text/plain; charset=utf-8";

/// Five megabytes that are read only when somebody opens the page.
static SCALAR: LazyLock<Bytes> =
    LazyLock::new(|| scalar_api_reference::get_asset("scalar.js").unwrap_or_default().into());

fn serve(media_type: &'static str, bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    set(&mut response, header::CONTENT_TYPE, media_type);
    set(&mut response, header::CACHE_CONTROL, "public, max-age=3600");
    response
}

async fn page() -> Response {
    let mut response = serve("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes()));
    set(&mut response, header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

/// Where the `type` of a problem document leads.
async fn problem(Path(code): Path<String>) -> Answer {
    let section = section(&code).ok_or(Problem::from(Code::NoRoute))?;
    Ok(serve(PLAIN, Bytes::from_static(section.as_bytes())))
}

/// The part of the reference that explains a code.
fn section(code: &str) -> Option<&'static str> {
    let heading = format!("`{code}`");
    let mut sections = PROBLEMS.split("\n### ").skip(1);
    let found = sections.find(|section| section.lines().next() == Some(&heading))?;
    Some(found.split("\n## ").next().unwrap_or(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_no_other_host() {
        for text in [PAGE, START, POLICY] {
            assert!(!text.contains("//"), "{text}");
        }
    }

    #[test]
    fn every_slip_is_explained() {
        for code in crate::parse::SlipKind::CODES {
            assert!(PROBLEMS.contains(&format!("\n| `{code}` | ")), "{code}");
        }
    }

    #[test]
    fn every_code_has_its_page() {
        for code in Code::ALL {
            let section = section(code.name());
            assert!(section.is_some_and(|text| text.len() > 80), "{}", code.name());
        }
        assert_eq!(section("nothing"), None);
        let headings = PROBLEMS.matches("\n### `").count();
        assert_eq!(headings, Code::ALL.len(), "the page explains a code that does not exist");
    }
}
