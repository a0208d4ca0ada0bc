//! Search: what is found, by whom, and how soon.

use serde_json::json;
use sluicegate_app::{Lang, Search};
use sluicegate_core::{
    product::{DeliverableRef, Document},
    rules::Command,
    search::Question,
};
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_text_is_found_in_either_language_with_its_place
    readers_find_only_what_they_may_read
}

fn wish(question: &str) -> Search {
    let question = Question::read(question).unwrap();
    Search { question, matter: None, portfolio: None, product: None }
}

async fn found(app: &TestApp, who: &str, question: &str) -> Vec<String> {
    let caller = app.caller(who);
    let page = app.app.search(&caller, &wish(question), None, 50, Lang::En).await.unwrap();
    page.items
        .into_iter()
        .map(|line| {
            let part = line.deliverable.map(|part| part.to_string()).unwrap_or_default();
            let text = line.excerpt.map(|it| format!("{}[{}]{}", it.before, it.found, it.after));
            format!("{} {part}: {}", line.product_name, text.unwrap_or_default())
        })
        .collect()
}

async fn a_text_is_found_in_either_language_with_its_place(app: TestApp) {
    let app = staffed(app).await;
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    let id = app.start("pia", "sample", "어깨 보조기 Brace", &card, &["DE"]).await.unwrap();
    let hand_in = async |text: &str| {
        app.run("pia", id, |sealer| Command::SubmitDeliverable {
            deliverable: "idea_note".parse::<DeliverableRef>().unwrap(),
            document: Document {
                content: Some(sealer.json(json!({ "text": text }))),
                ..Document::default()
            },
        })
        .await
        .unwrap();
    };
    hand_in("A brace for the night.\nNurses in Köln asked for it, 야간용").await;
    assert!(found(&app, "pia", "brace").await.is_empty(), "the index has not followed yet");
    assert!(app.app.index_once().await.unwrap() > 0);
    assert_eq!(
        found(&app, "pia", "brace").await,
        [
            "어깨 보조기 Brace idea_note: A [brace] for the night.",
            "어깨 보조기 Brace : 어깨 보조기 [Brace]",
        ]
    );
    assert_eq!(found(&app, "pia", "보조").await, ["어깨 보조기 Brace : 어깨 [보조기] Brace"]);
    let cologne = "어깨 보조기 Brace idea_note: Nurses in [Köln] asked for it, 야간용";
    assert_eq!(found(&app, "pia", "koln").await, [cologne]);
    assert_eq!(found(&app, "pia", "shoulders hurt").await.len(), 1);
    // A new text takes the place of the old one.
    hand_in("A brace for the day").await;
    app.app.index_once().await.unwrap();
    assert!(found(&app, "pia", "koln").await.is_empty());
    assert_eq!(found(&app, "pia", "day").await.len(), 1);
    assert_eq!(app.app.index_once().await.unwrap(), 0, "nothing new");
}

async fn readers_find_only_what_they_may_read(app: TestApp) {
    let mut app = staffed(app).await;
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    app.app.index_once().await.unwrap();
    assert_eq!(found(&app, "pia", "brace").await.len(), 1);
    app.person("stranger", &[]).await;
    assert!(found(&app, "stranger", "brace").await.is_empty());
}
