//! A problem as a document, in the asker's language.

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use serde_json::{Map, Value, json};
use sluicegate_app::{
    App, AppError, Lang,
    view::{ProblemView, RefusalView},
};
use sluicegate_core::{id::ProductId, rules::Refusal};

use super::{Cause, Code, Problem, words};
use crate::{
    parse::{Anything, List, Slip, Sometimes, Where, view},
    schema::{Diagnostic, Unmet},
};

view! {
    /// One fault of a request. Besides these fields it has the parameters of its code, for example
    /// `choices` or `max`.
    Fault open {
        /// JSON pointer (RFC 6901) into the body.
        pointer: Sometimes<String>,
        /// Name of the query parameter.
        parameter: Sometimes<String>,
        /// Name of the header.
        header: Sometimes<String>,
        /// Stable.
        code: String,
        /// A sentence in the language of the request.
        detail: String,
    }

    /// A problem document (RFC 9457).
    ProblemDocument open {
        /// Where this kind of problem is explained, on this server.
        r#type: String,
        /// What kind of problem it is, in the language of the request.
        title: String,
        /// As in the status line.
        status: u32,
        /// What is wrong here, in the language of the request.
        detail: String,
        /// The path that was asked for.
        instance: String,
        /// Stable: what a program may rely on.
        code: String,
        /// As in the header `x-request-id`; the log names it too.
        request_id: String,
        /// Every fault of the request at once.
        errors: Sometimes<List<Fault>>,
        /// What stands in the way, who can clear it, and where.
        unmet: Sometimes<List<Unmet>>,
        /// What is wrong with a workflow file, and where.
        diagnostics: Sometimes<List<Diagnostic>>,
        /// The version to look at before trying again.
        current_version: Sometimes<u32>,
        /// The most bytes that are taken.
        limit: Sometimes<u64>,
        /// Where a text stops being JSON, from 1.
        line: Sometimes<u32>,
        /// Where a text stops being JSON, in bytes from 1.
        column: Sometimes<u32>,
        /// Which thing there is not.
        thing: Sometimes<Anything>,
    }
}

/// What a problem document says of its request.
#[derive(Clone, Debug)]
pub(crate) struct About {
    pub(crate) path: String,
    pub(crate) request_id: String,
    pub(crate) lang: Lang,
}

impl About {
    fn korean(&self) -> bool {
        self.lang == Lang::Ko
    }

    /// The product that the path is about.
    fn product(&self) -> Option<ProductId> {
        self.path.strip_prefix("/v1/products/")?.split('/').next()?.parse().ok()
    }
}

/// Writes the problem into the response that has carried it here.
pub(crate) async fn write(
    app: &App,
    problem: &Problem,
    about: &About,
    response: &mut Response<Body>,
) {
    let code = problem.code();
    *response.body_mut() = Body::from(document(app, problem, about).await.to_string());
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    let json = HeaderValue::from_static("application/problem+json");
    headers.insert(header::CONTENT_TYPE, json);
    if matches!(code, Code::Unauthenticated | Code::SignInFailed | Code::FactorWrong) {
        let scheme = HeaderValue::from_static("Bearer realm=\"sluicegate\"");
        headers.insert(header::WWW_AUTHENTICATE, scheme);
    }
    let wait = match problem.cause() {
        Cause::TooMany { seconds } | Cause::App(AppError::TooManyAttempts { seconds }) => {
            Some(*seconds)
        }
        _ => matches!(code, Code::Unavailable | Code::Timeout).then_some(1),
    };
    if let Some(seconds) = wait {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// The document itself.
pub(crate) async fn document(app: &App, problem: &Problem, about: &About) -> Value {
    let code = problem.code();
    let mut document = Map::new();
    document.insert("type".into(), format!("/docs/problems/{}", code.name()).into());
    document.insert("title".into(), code.title(about.korean()).into());
    document.insert("status".into(), problem.status().as_u16().into());
    document.insert("detail".into(), code.title(about.korean()).into());
    document.insert("instance".into(), about.path.clone().into());
    document.insert("code".into(), code.name().into());
    document.insert("request_id".into(), about.request_id.clone().into());
    for (name, value) in details(app, problem, about).await {
        document.insert(name.into(), value);
    }
    Value::Object(document)
}

type Details = Vec<(&'static str, Value)>;

async fn details(app: &App, problem: &Problem, about: &About) -> Details {
    match problem.cause() {
        Cause::App(AppError::Refused(refusal)) => refused(app, refusal, about).await,
        Cause::TooMany { seconds } | Cause::App(AppError::TooManyAttempts { seconds }) => {
            let en = format!("try again in {seconds} s");
            let ko = format!("{seconds}초 뒤에 다시 시도하십시오");
            vec![("detail", if about.korean() { ko } else { en }.into())]
        }
        Cause::App(error) => app_error(error, about),
        Cause::MalformedJson(bad) => vec![
            ("detail", bad.what.clone().into()),
            ("line", bad.line.into()),
            ("column", bad.column.into()),
        ],
        Cause::Body(slips) | Cause::Parameters(slips) | Cause::Headers(slips) => {
            let faults: Vec<Value> = slips.iter().map(|found| fault(found, about.lang)).collect();
            vec![("detail", summary(&faults)), ("errors", faults.into())]
        }
        Cause::BodyAndRules(slips, refusal) => {
            let mut faults: Vec<Value> =
                slips.iter().map(|found| fault(found, about.lang)).collect();
            faults.extend(rule_faults(app, refusal, about).await);
            vec![("detail", summary(&faults)), ("errors", faults.into())]
        }
        Cause::NoSuchPath(slip) => vec![("detail", words::slip(&slip.kind, about.lang).into())],
        Cause::MediaType { wanted } => vec![("detail", format!("Content-Type: {wanted}").into())],
        Cause::Plain(_) => Vec::new(),
    }
}

fn app_error(error: &AppError, about: &About) -> Details {
    let sentence = |en: String, ko: String| ("detail", if about.korean() { ko } else { en }.into());
    match error {
        AppError::Stale { current } => vec![
            sentence(error.to_string(), format!("현재 버전은 {current}입니다")),
            ("current_version", (*current).into()),
        ],
        AppError::TooLarge { limit } => vec![
            sentence(error.to_string(), format!("최대 {limit}바이트입니다")),
            ("limit", (*limit).into()),
        ],
        AppError::Forbidden(right) => {
            vec![("detail", sluicegate_app::right(*right, about.lang).into())]
        }
        AppError::Unauthenticated => vec![sentence(
            "send `Authorization: Bearer` with a token or a session that is known, not expired and \
             not revoked; who has a password gets a session from POST /v1/sessions"
                .into(),
            "알려져 있고 만료되거나 폐기되지 않은 토큰 또는 세션을 `Authorization: Bearer`로 보내십시오. \
             비밀번호가 있으면 POST /v1/sessions에서 세션을 받을 수 있습니다"
                .into(),
        )],
        AppError::UploadEmpty => {
            let ko = "아무것도 보내지 않았습니다. 본문이 파일입니다";
            vec![sentence(error.to_string(), ko.into())]
        }
        AppError::BadCursor => vec![sentence(
            "take `next` of a page of this list, with the same filters and the same order; to begin \
             anew, leave `cursor` out"
                .into(),
            "같은 필터와 정렬로 이 목록에서 받은 `next`를 쓰십시오. 처음부터 보려면 `cursor`를 빼십시오"
                .into(),
        )],
        AppError::NotFound(what) => {
            let en = format!("there is no such {what}, or you may not see it");
            vec![sentence(en, "없거나 볼 수 있는 권한이 없습니다".into())]
        }
        AppError::BadWorkflow(found) => vec![
            sentence(error.to_string(), format!("문제가 {}개 있습니다", found.len())),
            ("diagnostics", json!(found)),
        ],
        _ => Vec::new(),
    }
}

async fn refused(app: &App, refusal: &Refusal, about: &About) -> Details {
    match app.refusal(about.product(), refusal, about.lang).await {
        RefusalView::NoSuch { thing, sentence } => {
            vec![("detail", sentence.into()), ("thing", json!(thing))]
        }
        RefusalView::Invalid { problems } => {
            let faults: Vec<Value> = problems.iter().map(rule_fault).collect();
            vec![("detail", summary(&faults)), ("errors", faults.into())]
        }
        RefusalView::Blocked { unmet } => {
            let sentences: Vec<&str> = unmet.iter().map(|one| one.sentence.as_str()).collect();
            vec![("detail", sentences.join(" ").into()), ("unmet", json!(unmet))]
        }
    }
}

async fn rule_faults(app: &App, refusal: &Refusal, about: &About) -> Vec<Value> {
    match app.refusal(about.product(), refusal, about.lang).await {
        RefusalView::Invalid { problems } => problems.iter().map(rule_fault).collect(),
        RefusalView::NoSuch { .. } | RefusalView::Blocked { .. } => Vec::new(),
    }
}

/// The first fault, and how many there are.
fn summary(faults: &[Value]) -> Value {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap_or_default().to_owned();
    let Some(first) = faults.first() else { return "".into() };
    let place = ["pointer", "parameter", "header"].map(|name| text(first, name)).concat();
    let more = if faults.len() > 1 { format!(" (+{})", faults.len() - 1) } else { String::new() };
    format!("{place}: {}{more}", text(first, "detail")).trim_start_matches(": ").into()
}

fn fault(slip: &Slip, lang: Lang) -> Value {
    let (kind, place) = match &slip.at {
        Where::Body(pointer) => ("pointer", pointer.as_str()),
        Where::Query(name) => ("parameter", name.as_str()),
        Where::Header(name) => ("header", *name),
    };
    json!({ kind: place, "code": slip.kind.code(), "detail": words::slip(&slip.kind, lang) })
}

/// A fault that the rules found, flat: the fault of a form stands for itself.
fn rule_fault(view: &ProblemView) -> Value {
    let mut fields = match json!(view.problem) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let pointer = fields.get("pointer").cloned();
    if let Some(Value::Object(inner)) = fields.remove("fault") {
        fields = inner;
    }
    fields.extend(pointer.map(|pointer| ("pointer".to_owned(), pointer)));
    fields.insert("detail".into(), view.sentence.clone().into());
    Value::Object(fields)
}
