//! The API's document (OpenAPI 3.1), made of the routes themselves.

use utoipa::{
    Modify, OpenApi as _, ToSchema as _,
    openapi::{
        OpenApi, SecurityRequirement,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::problem::ProblemDocument;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Sluicegate",
        description = "A stage-gate workflow engine for medical technology. Conventions, problem \
                       codes and a tutorial are in the repository's `docs` folder.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "products", description = "What goes through the gates."),
        (name = "team", description = "Who holds which role for a product."),
        (name = "deliverables", description = "What a stage asks for: handed in, reviewed, waived."),
        (name = "drafts", description = "Work that is not handed in yet; no part of the record."),
        (name = "attachments", description = "Files, named by the digest of their bytes."),
        (name = "gates", description = "Criteria and readiness."),
        (name = "submissions", description = "What a gate was asked, and how it decided."),
        (name = "conditions", description = "What is owed after a conditional go."),
        (name = "markets", description = "Where a product is sold, and whose it is there."),
        (name = "holds", description = "Rest, and ways out."),
        (name = "reviews", description = "What falls due by itself after launch."),
        (name = "strategy", description = "Across products: measures, signals, segments, technologies, skills."),
        (name = "clocks", description = "Time in each state, and who was waited for."),
        (name = "feed", description = "What waits for you, and what happens."),
        (name = "intake", description = "For visitors: submit an idea through a link, and follow it."),
        (name = "ideas", description = "Intake links, and ideas on their way to a product."),
        (name = "feedback", description = "What the field has seen, and what became of it."),
        (name = "field days", description = "Marketing rides along with sales."),
        (name = "people", description = "Accounts and tokens."),
        (name = "access", description = "Signing in and out, invitations, passwords."),
        (name = "erasures", description = "Personal data, forgotten on request."),
        (name = "roles", description = "Who may do what where."),
        (name = "views", description = "Saved filters of the list of products."),
        (name = "workflows", description = "The definitions that products follow."),
        (name = "server", description = "The server itself."),
    ),
    modifiers(&Bearer),
)]
struct Root;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", bearer);
        let mut problems = Vec::new();
        ProblemDocument::schemas(&mut problems);
        components.schemas.extend(problems);
        let problem = <ProblemDocument as utoipa::PartialSchema>::schema();
        components.schemas.insert(ProblemDocument::name().into_owned(), problem);
        document.security = Some(vec![SecurityRequirement::new("token", [] as [&str; 0])]);
    }
}

/// The document before any route has been added.
pub(crate) fn root() -> OpenApi {
    Root::openapi()
}
