//! Whatever comes in wrong: a problem document each, no panic, no 5xx, nothing written.

use axum::http::Method;
use serde_json::json;

use crate::support::Server;

/// A request that is wrong, and what it gets.
struct Bad {
    method: Method,
    path: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: String,
    status: u16,
    code: &'static str,
    /// Pointers, parameters or headers of the faults, in their order.
    at: &'static [&'static str],
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn post(body: &str, status: u16, code: &'static str, at: &'static [&'static str]) -> Bad {
    let (path, headers) = ("/v1/products", &[JSON][..]);
    Bad { method: Method::POST, path, headers, body: body.to_owned(), status, code, at }
}

fn get(path: &'static str, status: u16, code: &'static str, at: &'static [&'static str]) -> Bad {
    Bad { method: Method::GET, path, headers: &[], body: String::new(), status, code, at }
}

fn cases() -> Vec<Bad> {
    let whole = r#"{"workflow":"sample","name":"x","portfolio":"main","card":{"problem":"x"}}"#;
    let huge = format!("{{\"name\":\"{}\"}}", "x".repeat(2 * 1024 * 1024));
    vec![
        post("{", 400, "malformed_json", &[]),
        post("{\"name\": \"a\", \"name\": \"b\"}", 400, "malformed_json", &[]),
        post(&"[".repeat(5000), 400, "malformed_json", &[]),
        post("[]", 422, "invalid", &[""]),
        post("", 422, "invalid", &["/workflow", "/name", "/portfolio", "/card"]),
        post(
            r#"{"workflow":"Sample!","name":"","portfolio":7,"card":[],"ownr":"x"}"#,
            422,
            "invalid",
            &["/ownr", "/workflow", "/name", "/portfolio", "/card"],
        ),
        post(
            r#"{"workflow":"sample","name":"a\u0000b","portfolio":"main","card":{},
                "version":-1,"owner":"psn_1","markets":["us",3]}"#,
            422,
            "invalid",
            &["/version", "/name", "/owner", "/markets/0", "/markets/1"],
        ),
        post(
            r#"{"workflow":"sample","name":"x","portfolio":"main","card":{"problm":"x"}}"#,
            422,
            "invalid",
            &["/card/problem", "/card/problm"],
        ),
        post(
            r#"{"workflow":"sample","name":"","portfolio":"main","card":{"problm":"x"},"ownr":1}"#,
            422,
            "invalid",
            &["/ownr", "/name", "/card/problem", "/card/problm"],
        ),
        post(&huge, 413, "too_large", &[]),
        Bad {
            headers: &[("content-type", "text/plain")],
            ..post(whole, 415, "unsupported_media_type", &[])
        },
        Bad { headers: &[], ..post(whole, 415, "unsupported_media_type", &[]) },
        Bad {
            headers: &[JSON, ("if-match", "7")],
            ..post(whole, 400, "bad_header", &["if-match"])
        },
        Bad {
            headers: &[JSON, ("idempotency-key", "")],
            ..post(whole, 400, "bad_header", &["idempotency-key"])
        },
        Bad { path: "/v1/products?dryrun=true", ..post(whole, 400, "bad_parameter", &["dryrun"]) },
        Bad { path: "/v1/products?dry_run=yes", ..post(whole, 400, "bad_parameter", &["dry_run"]) },
        Bad { method: Method::DELETE, headers: &[], ..post("", 405, "method_not_allowed", &[]) },
    ]
}

fn readings() -> Vec<Bad> {
    vec![
        get("/v1/nothing", 404, "no_route", &[]),
        get("/nothing", 404, "no_route", &[]),
        get("/v1/products/", 404, "no_route", &[]),
        get("/v1/products/prd_1", 404, "not_found", &[]),
        get("/v1/products/%ff", 404, "not_found", &[]),
        get("/v1/products/prd_00000000000000000000000000000000", 404, "not_found", &[]),
        get("/v1/workflows/UPPER", 404, "not_found", &[]),
        get("/v1/attachments/abc", 404, "not_found", &[]),
        get("/v1/products?stge=idea", 400, "bad_parameter", &["stge"]),
        get("/v1/products?stage=idea&stage=idea", 400, "bad_parameter", &["stage"]),
        get(
            "/v1/products?limit=0&sort=up&standing=",
            400,
            "bad_parameter",
            &["standing", "sort", "limit"],
        ),
        get("/v1/products?limit=%2B5", 400, "bad_parameter", &["limit"]),
        get("/docs/problems/%ff", 404, "no_route", &[]),
        get("/v1/products?limit=501", 400, "bad_parameter", &["limit"]),
        get("/v1/products?limit=99999999999999999999", 400, "bad_parameter", &["limit"]),
        get("/v1/products?name=%00", 400, "bad_parameter", &["name"]),
        get("/v1/products?cursor=AAAA", 400, "bad_cursor", &[]),
        get("/v1/events?after=-1", 400, "bad_parameter", &["after"]),
        get("/v1/events?after=18446744073709551615", 400, "bad_parameter", &["after"]),
        get("/v1/events?kind=DROP%20TABLE", 400, "bad_parameter", &["kind"]),
        get("/v1/workflows/sample/graph?format=png", 400, "bad_parameter", &["format"]),
    ]
}

#[tokio::test]
async fn each_gets_a_problem_document() {
    let server = Server::start().await;
    let roles = ["product_manager", "administrator"];
    let (_, manager) = server.person("Mina", &roles).await;
    for bad in cases().into_iter().chain(readings()) {
        let mut call = server.call(bad.method.clone(), bad.path).token(&manager);
        for (name, value) in bad.headers {
            call = call.header(name, value);
        }
        let shown: String = bad.body.chars().take(60).collect();
        let about = format!("{} {} {shown}", bad.method, bad.path);
        let reply = call.raw(bad.body).send().await;
        assert_eq!(reply.status, bad.status, "{about}\n{:#}", reply.body);
        assert_eq!(reply.text("/code"), bad.code, "{about}");
        let errors = reply.body["errors"].as_array().cloned().unwrap_or_default();
        let at = |one: &serde_json::Value| {
            let place = ["pointer", "parameter", "header"].into_iter().find_map(|it| one.get(it));
            place.and_then(|it| it.as_str()).unwrap_or("?").to_owned()
        };
        let places: Vec<String> = errors.iter().map(at).collect();
        assert_eq!(places, bad.at, "{about}\n{:#}", reply.body);
    }
    let page = server.get("/v1/products", &manager).send().await.expect(200);
    assert_eq!(page.body["items"], json!([]), "nothing was written");
}

#[tokio::test]
async fn a_slip_of_the_pen_gets_a_suggestion() {
    let server = Server::start().await;
    let slip = server.get("/v1/products?stge=idea", &server.admin).send().await.expect(400);
    assert!(slip.text("/errors/0/detail").contains("did you mean `stage`?"), "{:#}", slip.body);
    let line = server.call(Method::POST, "/v1/products").token(&server.admin);
    let line = line.body("application/json", "{\n  \"a\": 1,\n  b\n}").send().await.expect(400);
    assert_eq!((&line.body["line"], &line.body["column"]), (&json!(3), &json!(3)));
}

#[tokio::test]
async fn parts_that_do_not_fit_are_told_before_the_rules_are_asked() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let submissions = format!("{product}/gates/screen/submissions");
    let decision = format!("{submissions}/1/decision");
    for (path, body, pointer) in [
        (&product, json!({}), "/name"),
        (&submissions, json!({ "purpose": "pass" }), "/path"),
        (&submissions, json!({ "purpose": "stop", "path": "business" }), "/path"),
        (&submissions, json!({ "purpose": "pas" }), "/purpose"),
        (&decision, json!({ "outcome": "hold", "reason": "x" }), "/review_at"),
        (&decision, json!({ "outcome": "kill", "to": "idea", "reason": "x" }), "/to"),
    ] {
        let method = if *path == product { Method::PATCH } else { Method::POST };
        let reply = server.call(method, path).token(&manager).json(&body).send().await;
        assert_eq!(reply.expect(422).text("/errors/0/pointer"), pointer, "{body}");
    }
}

#[tokio::test]
async fn nobody_comes_in_without_a_token() {
    let server = Server::start().await;
    for path in ["/v1/products", "/v1/me", "/v1/attachments/abc"] {
        let reply = server.call(Method::GET, path).send().await.expect(401);
        assert_eq!(reply.text("/code"), "unauthenticated");
    }
    for token in ["", "x", "sgt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        server.get("/v1/me", token).send().await.expect(401);
    }
    let basic = server.call(Method::GET, "/v1/me").header("authorization", "Basic eDp5");
    basic.send().await.expect(401);
}

#[tokio::test]
async fn a_workflow_that_is_no_text_is_refused_and_not_mended() {
    let server = Server::start().await;
    let sample = include_bytes!("../../../core/src/definition/testdata/sample.yaml").to_vec();
    let at = sample.windows(7).position(|word| word == b"example").unwrap();
    let mut broken = sample;
    broken[at] = 0xff;
    let call = server.call(Method::POST, "/v1/workflows").token(&server.admin);
    let reply = call.body("application/yaml", broken).send().await.expect(422);
    assert_eq!(reply.text("/code"), "invalid");
    let detail = reply.text("/detail");
    assert!(detail.contains(&format!("byte {} is not", at + 1)), "{detail}");
}

#[tokio::test]
async fn a_fault_names_people_by_their_names() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let (ravi, _) = server.person("Ravi", &["rd_lead"]).await;
    let product = server.product(&manager).await;
    let to = json!({ "to": ravi });
    let reply = server.put(&format!("{product}/owner"), &manager, &to).send().await.expect(422);
    let detail = reply.text("/errors/0/detail");
    assert!(detail.starts_with("Ravi does not hold the role"), "{detail}");
}
