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
        (name = "record", description = "Keys, checkpoints and proofs: check the log without trusting us."),
        (name = "intake", description = "For visitors: submit an idea through a link, and follow it."),
        (name = "ideas", description = "Intake links, and ideas on their way to a product."),
        (name = "feedback", description = "What the field has seen, and what became of it."),
        (name = "field days", description = "Marketing rides along with sales."),
        (name = "people", description = "Accounts and tokens."),
        (name = "access", description = "Signing in and out, invitations, passwords."),
        (name = "absence", description = "Who stands in for whom, and who may say so."),
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

/// Whatever is asked of one product may be asked in another's name. What is handed in may not: the
/// rules refuse it, as they refuse everything that a person may not do.
pub(crate) fn in_anothers_name(document: &mut OpenApi) {
    let one = document.paths.paths.iter_mut();
    for (_, item) in one.filter(|(path, _)| path.starts_with("/v1/products/{product}")) {
        let operations =
            [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            let about = "The absent person in whose name you ask. A deputy reads what that person \
                         may read, and judges; nothing is handed in for another.";
            let header = crate::routes::header("On-Behalf-Of", about);
            operation.parameters.get_or_insert_default().push(header.into());
        }
    }
}

/// The document before any route has been added.
pub(crate) fn root() -> OpenApi {
    Root::openapi()
}
