//! The list of products, the tree that they stand in, and saved views.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Reply, Server};

/// Starts a product of the sample workflow; gives its id.
async fn start(server: &Server, token: &str, name: &str, portfolio: &str, market: &str) -> String {
    let body = json!({ "workflow": "sample", "name": name, "portfolio": portfolio,
        "card": { "problem": "Weight" }, "markets": [market] });
    let started = server.post("/v1/products", token, &body).send().await.expect(201);
    started.text("/product").to_owned()
}

fn names(page: &Reply) -> Vec<&str> {
    let items = page.body["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap()).collect()
}

/// The company `medtech` with the business unit `hospital`, and portfolios beneath and beside it.
async fn tree(server: &Server) {
    let admin = server.admin.as_str();
    for (portfolio, kind, parent) in [
        ("medtech", "company", None),
        ("hospital", "business_unit", Some("medtech")),
        ("infusion", "portfolio", Some("hospital")),
        ("diagnostics", "portfolio", Some("medtech")),
    ] {
        let body = json!({ "portfolio": portfolio, "title": portfolio, "title_ko": "수액",
            "kind": kind, "parent": parent });
        server.post("/v1/portfolios", admin, &body).send().await.expect(201);
    }
}

/// Somebody who holds a role at a place.
async fn at(server: &Server, name: &str, role: &str, place: &str) -> (String, String) {
    let (person, token) = server.person(name, &[]).await;
    let grant = json!({ "role": role, "person": person, "portfolio": place });
    server.post("/v1/roles", &server.admin, &grant).send().await.expect(201);
    (person, token)
}

#[tokio::test]
async fn a_role_reaches_what_is_beneath_its_place() {
    let server = Server::start().await;
    tree(&server).await;
    let (_, manager) = at(&server, "Mina", "product_manager", "hospital").await;
    start(&server, &manager, "Pump", "infusion", "KR").await;
    let body = |portfolio: &str| {
        json!({ "workflow": "sample", "name": "X",
        "portfolio": portfolio, "card": { "problem": "Weight" } })
    };
    let elsewhere = server.post("/v1/products", &manager, &body("diagnostics")).send().await;
    let elsewhere = elsewhere.expect(403);
    assert_eq!(elsewhere.text("/detail"), "This is for: Product manager.");
    let above = server.post("/v1/products", &manager, &body("hospital")).send().await.expect(422);
    assert_eq!(above.text("/errors/0/code"), "no_products_here");
    let seen = server.get("/v1/portfolios", &manager).send().await.expect(200);
    let places: Vec<_> = seen.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| {
            format!("{} {} {}", place["key"].as_str().unwrap(), place["depth"], place["readable"])
        })
        .collect();
    assert_eq!(places, ["medtech 0 false", "hospital 1 true", "infusion 2 true"]);

    let admin = server.admin.as_str();
    let under = |key: &str, parent: &Value| {
        let path = format!("/v1/portfolios/{key}/parent");
        server.put(&path, admin, &json!({ "parent": parent })).send()
    };
    let circle = under("medtech", &json!("hospital")).await.expect(422);
    assert_eq!(circle.text("/errors/0/code"), "does_not_fit_beneath");
    under("infusion", &json!("medtech")).await.expect(200);
    let gone = server.get("/v1/products", &manager).send().await.expect(200);
    assert!(names(&gone).is_empty());
    let title = json!({ "title": "Infusion", "title_ko": "수액 요법" });
    server.put("/v1/portfolios/infusion/title", admin, &title).send().await.expect(200);
    server.put("/v1/portfolios/infusion/title", &manager, &title).send().await.expect(403);
    let all = server.get("/v1/portfolios", admin).send().await.expect(200);
    let titles = all.body["items"].as_array().unwrap().iter().map(|place| &place["title_ko"]);
    assert!(titles.into_iter().any(|title| title == "수액 요법"));
}

#[tokio::test]
async fn products_are_found_by_each_filter_and_by_several() {
    let server = Server::start().await;
    tree(&server).await;
    let (mina, manager) = server.person("Mina", &["product_manager"]).await;
    let id = start(&server, &manager, "주입 펌프 2", "infusion", "KR").await;
    start(&server, &manager, "Analyser", "diagnostics", "US").await;
    start(&server, &manager, "Syringe pump", "main", "KR").await;
    let list = async |query: &str| {
        let path = format!("/v1/products?sort=name&{query}");
        let page = server.get(&path, &manager).send().await.expect(200);
        names(&page).join(", ")
    };
    assert_eq!(list("").await, "Analyser, Syringe pump, 주입 펌프 2");
    assert_eq!(list("portfolio=medtech").await, "Analyser, 주입 펌프 2");
    assert_eq!(list("portfolio=hospital,main").await, "Syringe pump, 주입 펌프 2");
    assert_eq!(list("market=KR").await, "Syringe pump, 주입 펌프 2");
    assert_eq!(list("market=KR&portfolio=medtech").await, "주입 펌프 2");
    assert_eq!(list("text=pum").await, "Syringe pump");
    // In pieces, as macOS types it.
    let pieces = "%E1%84%91%E1%85%A5%E1%86%B7%E1%84%91%E1%85%B3";
    assert_eq!(list(&format!("text={pieces}")).await, "주입 펌프 2");
    assert_eq!(list("name=SYR").await, "Syringe pump");
    assert_eq!(list(&format!("person={mina}&role=product_manager&market=US")).await, "Analyser");
    assert_eq!(list(&format!("person={mina}&role=finance")).await, "");
    assert_eq!(
        list("workflow=sample&workflow_version=1&health=on_track,due_soon").await,
        "Analyser, Syringe pump, 주입 펌프 2"
    );
    assert_eq!(list("standing=held,closed").await, "");
    assert_eq!(list("outcome=killed").await, "");
    assert_eq!(list("overdue=true").await, "");
    assert_eq!(list("due_before=2026-01-01T00:00:00Z").await, "");

    let path = format!("/v1/products/{id}/hold");
    let hold = json!({ "reason": "Supplier", "review_at": "2026-12-23T09:00:00Z" });
    server.put(&path, &manager, &hold).send().await.expect(200);
    assert_eq!(list("health=blocked").await, "주입 펌프 2");
    assert_eq!(list("standing=held,closing&market=KR").await, "주입 펌프 2");
    let alone = server.get("/v1/products?role=finance", &manager).send().await.expect(400);
    assert_eq!(
        (alone.text("/errors/0/parameter"), alone.text("/code")),
        ("person", "bad_parameter")
    );
    server.get("/v1/products?stage=,", &manager).send().await.expect(400);
    server.get("/v1/products?health=fine", &manager).send().await.expect(400);
}

/// A filter by what does not exist would give an empty list, and look like an answer.
#[tokio::test]
async fn what_does_not_exist_is_not_filtered_by() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let gone = "psn_0198c0de0000700080000000000000ff";
    let refused = async |query: &str, parameter: &str, near: &str| {
        let answer = server.get(&format!("/v1/{query}"), &manager).send().await.expect(400);
        assert_eq!(answer.text("/errors/0/parameter"), parameter, "{query}");
        let detail = answer.text("/errors/0/detail").to_owned();
        assert!(detail.contains(near), "{query}: {detail}");
    };
    refused("products?portfolio=mian", "portfolio", "did you mean `main`?").await;
    refused("products?workflow=sampel", "workflow", "did you mean `sample`?").await;
    refused("products?stage=lunch", "stage", "there is no `lunch`").await;
    refused("products?gate=nowhere", "gate", "there is no `nowhere`").await;
    refused("products?outcome=kiled", "outcome", "did you mean `killed`?").await;
    refused(&format!("products?owner={gone}"), "owner", gone).await;
    refused(&format!("products?person={gone}&role=nobody"), "person", gone).await;
    refused("products?text=!!!", "text", "a letter or a digit").await;
    refused("products?text=%ED%A0", "text", "percent-encoded UTF-8").await;
    refused("measures?stage=lunch", "stage", "lunch").await;
    refused("signals?stage=lunch", "stage", "lunch").await;
    for list in ["segments", "technologies", "skills", "feedback", "ideas", "field-days"] {
        refused(&format!("{list}?portfolio=zzz"), "portfolio", "there is no `zzz`").await;
    }
    refused("search?q=pump&portfolio=zzz", "portfolio", "there is no `zzz`").await;
    refused("clocks?stage=lunch", "stage", "lunch").await;
    refused("clocks?gate=lunch&workflow=sample", "gate", "lunch").await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_list() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    // As long as a name can be, in letters of three bytes.
    for n in 0..3 {
        start(&server, &manager, &format!("{}{n}", "펌".repeat(199)), "main", "KR").await;
    }
    let path = "/v1/products?sort=name&market=KR&limit=2";
    let page = server.get(path, &manager).send().await.expect(200);
    let next = page.text("/next").to_owned();
    let rest = server.get(&format!("{path}&cursor={next}"), &manager).send().await.expect(200);
    assert_eq!((names(&page).len(), names(&rest).len()), (2, 1));
    assert!(rest.body.get("next").is_none());
    for other in [
        "/v1/products?sort=name&limit=2",
        "/v1/products?sort=-name&market=KR",
        "/v1/products?sort=name&market=US",
        "/v1/products?sort=due&market=KR",
    ] {
        let refused = server.get(&format!("{other}&cursor={next}"), &manager).send().await;
        assert_eq!(refused.expect(400).text("/code"), "bad_cursor", "{other}");
    }
}

#[tokio::test]
async fn a_view_is_saved_shared_changed_and_deleted() {
    let server = Server::start().await;
    tree(&server).await;
    let (_, mina) = server.person("Mina", &["product_manager"]).await;
    let (_, ann) = at(&server, "Ann", "auditor", "infusion").await;
    let (_, bob) = at(&server, "Bob", "auditor", "main").await;
    start(&server, &mina, "Pump", "infusion", "KR").await;
    start(&server, &mina, "Analyser", "diagnostics", "KR").await;
    let body = json!({ "name": "Korea", "filter": { "market": ["KR"] }, "sort": "-name",
        "columns": ["name", "health"] });
    let save = |body: &Value, key: &str| {
        server.post("/v1/views", &mina, body).header("idempotency-key", key).send()
    };
    let trial = server.post("/v1/views?dry_run=true", &mina, &body).send().await.expect(201);
    assert_eq!(trial.header("location"), "");
    let first = save(&body, "one").await.expect(201);
    let again = save(&body, "one").await.expect(201);
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), "true");
    let mut other = body.clone();
    other["name"] = json!("Other");
    assert_eq!(save(&other, "one").await.expect(422).text("/code"), "idempotency_key_reused");
    let all = server.get("/v1/views", &mina).send().await.expect(200);
    assert_eq!(names(&all), ["Korea"]);

    let path = first.header("location").to_owned();
    let products = format!("{path}/products");
    let shown = server.get(&products, &mina).send().await.expect(200);
    assert_eq!(names(&shown), ["Pump", "Analyser"]);
    // Private: to others it does not exist.
    server.get(&path, &ann).send().await.expect(404);
    let mut shared = body.clone();
    shared["portfolio"] = json!("medtech");
    shared["name"] = json!("All Korea");
    let put = |tag: &str| server.put(&path, &mina, &shared).header("if-match", tag).send();
    let tag = first.header("etag").to_owned();
    let changed = put(&tag).await.expect(200);
    assert_eq!((changed.text("/name"), changed.header("etag")), ("All Korea", "\"2\""));
    put(&tag).await.expect(412);
    // Ann is at home beneath the company, and sees what she may read.
    let shown = server.get(&products, &ann).send().await.expect(200);
    assert_eq!(names(&shown), ["Pump"]);
    assert_eq!(names(&server.get("/v1/views", &ann).send().await.expect(200)), ["All Korea"]);
    server.put(&path, &ann, &shared).send().await.expect(403);
    server.get(&path, &bob).send().await.expect(404);
    let refused = server.post("/v1/views", &bob, &shared).send().await.expect(403);
    assert!(refused.text("/detail").starts_with("Only those may who have a role there"));
    let strange = json!({ "name": "X", "filter": { "portfolio": ["nowhere"] } });
    let strange = server.post("/v1/views", &mina, &strange).send().await.expect(422);
    assert_eq!(strange.text("/errors/0/pointer"), "/filter/portfolio");
    let wrong = json!({ "name": "X", "filter": { "role": ["finance"] }, "columns": ["colour"] });
    let wrong = server.post("/v1/views", &mina, &wrong).send().await.expect(422);
    assert_eq!(wrong.text("/errors/0/pointer"), "/columns/0");
    server.call(Method::DELETE, &path).token(&mina).send().await.expect(204);
    server.get(&path, &mina).send().await.expect(404);
}
