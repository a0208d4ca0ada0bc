//! Search, as a client sees it.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn words_are_found_and_led_to() {
    let server = Server::start().await;
    let (_, manager) = server.person("Mina", &["product_manager"]).await;
    let product = server.product(&manager).await;
    let note = format!("{product}/deliverables/idea_note");
    for text in ["A pump that hangs on the bed", "병상에 거는 수액펌프"] {
        let content = json!({ "content": { "text": text } });
        server.post(&format!("{note}/revisions"), &manager, &content).send().await.expect(201);
    }
    server.app.index_once().await.unwrap();
    let found = server.get("/v1/search?q=%ED%8E%8C%ED%94%84", &manager).send().await.expect(200);
    assert_eq!(found.text("/items/0/matter"), "deliverable");
    assert_eq!(found.text("/items/0/href"), note);
    assert_eq!(found.text("/items/0/excerpt/found"), "수액펌프");
    let nothing = server.get("/v1/search?q=valve", &manager).send().await.expect(200);
    assert_eq!(nothing.body, json!({ "items": [] }));
    let narrowed = "/v1/search?q=%ED%8E%8C%ED%94%84&matter=product&limit=1";
    let narrowed = server.get(narrowed, &manager).send().await.expect(200);
    assert_eq!(narrowed.body, json!({ "items": [] }));
}

#[tokio::test]
async fn what_cannot_be_looked_for_is_said() {
    let server = Server::start().await;
    let refused = [
        ("/v1/search", "missing"),
        ("/v1/search?q=%3F%3F", "format"),
        ("/v1/search?q=pump&cursor=later", "bad_cursor"),
    ];
    for (path, code) in refused {
        let reply = server.get(path, &server.admin).send().await.expect(400);
        assert!(reply.body.to_string().contains(code), "{path}: {:#}", reply.body);
    }
}
