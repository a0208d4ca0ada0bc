//! Search: what is found, by whom, and how soon.

use serde_json::json;
use sluicegate_app::{Lang, Matter, OpenLink, Request, Screening, Search, VisitorIdea};
use sluicegate_core::{
    definition::Text,
    id::{FeedbackId, IdeaId},
    intake::{EntryId, FeedbackKind, IdeaText, NewFeedback},
    product::{Actor, DeliverableRef, Document},
    rules::Command,
    search::Question,
};
use sluicegate_store::testing::tamper;
use sluicegate_testkit::TestApp;

use crate::{both, staffed};

both! {
    a_text_is_found_in_either_language_with_its_place
    readers_find_only_what_they_may_read
    ideas_are_found_by_those_who_may_see_them
    feedback_is_found_with_its_product
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
            let name = line.product_name.unwrap_or(line.title);
            format!("{name} {part}: {}", text.unwrap_or_default())
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

/// An idea that came through an intake link.
pub(crate) async fn submitted(app: &TestApp) -> IdeaId {
    let link = OpenLink {
        title: Text { en: "Ideas".into(), ko: None },
        portfolio: "main".parse().unwrap(),
        workflow: "sample".parse().unwrap(),
        closes_at: None,
    };
    let link = app.app.open_link(app.request("pia", link)).await.unwrap().secret.unwrap();
    let idea = VisitorIdea {
        text: IdeaText {
            problem: "경보음이 밤에 환자를 깨웁니다".into(),
            idea: "A lamp instead".into(),
            ..IdeaText::default()
        },
        name: Some("김수진".into()),
        contact: None,
    };
    let request = Request { actor: Actor::Visitor, ..app.request("pia", idea) };
    match app.app.submit_idea(&link, request).await.unwrap().entry.id() {
        EntryId::Idea(id) => id,
        other => panic!("{other}"),
    }
}

async fn ideas_are_found_by_those_who_may_see_them(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("stranger", &[]).await;
    let id = submitted(&app).await;
    app.app.index_once().await.unwrap();
    let lamp = "Idea: 경보음이 밤에 환자를 깨웁니다 : A [lamp] instead";
    let who = "Idea : [김수진]";
    assert_eq!(found(&app, "pia", "lamp").await, [lamp]);
    assert_eq!(found(&app, "pia", "수진").await, [who]);
    assert!(found(&app, "max", "lamp").await.is_empty(), "nobody has let it in");
    app.app.screen(id, app.request("pia", Screening::Accept)).await.unwrap();
    assert_eq!(found(&app, "max", "경보").await.len(), 1);
    assert!(found(&app, "max", "수진").await.is_empty(), "who submitted it is not for all");
    assert!(found(&app, "stranger", "lamp").await.is_empty());
    // As after an update: what is there is indexed anew, and found once.
    tamper(app.app.store(), "update search_head set position = 0").await;
    app.app.index_once().await.unwrap();
    assert_eq!(found(&app, "pia", "lamp").await, [lamp]);
    let page = async |wish: Search| {
        let caller = app.caller("pia");
        app.app.search(&caller, &wish, None, 50, Lang::Ko).await.unwrap().items
    };
    let only = |matter| Search { matter: Some(matter), ..wish("lamp") };
    let lines = page(only(Matter::Idea)).await;
    assert_eq!((lines[0].entry, lines[0].product), (Some(id.into()), None));
    assert_eq!(lines[0].title, "아이디어: 경보음이 밤에 환자를 깨웁니다");
    assert_eq!(lines[0].href, format!("/v1/ideas/{id}"));
    assert!(page(only(Matter::Feedback)).await.is_empty());
}

async fn feedback_is_found_with_its_product(app: TestApp) {
    let mut app = staffed(app).await;
    app.person("stranger", &[]).await;
    let card = json!({ "problem": "Shoulders hurt", "device_class": "IIa", "regions": ["EU"] });
    let product = app.start("pia", "sample", "Brace", &card, &["DE"]).await.unwrap();
    let other = app.start("pia", "sample", "Pump", &card, &["DE"]).await.unwrap();
    let feedback = app.sealed("max", |sealer| NewFeedback {
        feedback: "fbk_00000000000000000000000000000001".parse::<FeedbackId>().unwrap(),
        product,
        kind: FeedbackKind::Complaint,
        market: None,
        urgent: false,
        seen: sealer.json(json!({ "text": "The buckle opens in the corridor" })),
        said_by: Some(sealer.text("한국병원 7병동")),
        attachments: Vec::new(),
        incident: false,
    });
    let sent = app.app.send_feedback(feedback).await.unwrap();
    app.app.index_once().await.unwrap();
    assert_eq!(
        found(&app, "pia", "corridor").await,
        ["Brace : The buckle opens in the [corridor]"]
    );
    assert_eq!(found(&app, "fin", "한국병원").await, ["Brace : [한국병원] 7병동"]);
    assert!(found(&app, "stranger", "corridor").await.is_empty());
    let caller = app.caller("fin");
    for (product, count) in [(product, 1), (other, 0)] {
        let wish = Search { product: Some(product), ..wish("buckle") };
        let lines = app.app.search(&caller, &wish, None, 50, Lang::En).await.unwrap().items;
        assert_eq!(lines.len(), count);
        for line in lines {
            assert_eq!((line.entry, line.matter), (Some(sent.entry.id()), Matter::Feedback));
            assert_eq!(line.title, "Feedback: Brace");
        }
    }
}
