//! Drafts, saved views and attachments.

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use sluicegate_core::{digest::Digest, id::ViewId};

use super::{Home, both, fake::*};
use crate::{IdempotencyKey, NewAttachment, SavedView, Store, StoreError, ViewKey};

async fn a_draft_is_saved_only_over_what_was_seen(home: &Home) {
    let store = home.open().await;
    let (id, deliverable, now) = (product(1), "market_size@US".parse().unwrap(), clock()());
    let put = async |seen, body: &str| {
        store.put_draft(id, &deliverable, seen, &json!({ "text": body }), person(1), now).await
    };
    assert_eq!(store.draft(id, &deliverable).await.unwrap(), None);
    assert_eq!(put(0, "a").await.unwrap(), 1);
    assert!(matches!(put(0, "b").await, Err(StoreError::Stale { current: 1 })));
    assert_eq!(put(1, "c").await.unwrap(), 2);
    let (a, b) = tokio::join!(put(2, "d"), put(2, "d"));
    assert_eq!(u8::from(a.is_ok()) + u8::from(b.is_ok()), 1);
    let draft = store.draft(id, &deliverable).await.unwrap().unwrap();
    assert_eq!((draft.version, draft.updated_by, draft.updated_at), (3, person(1), now));
    assert_eq!(draft.body, json!({ "text": "d" }));
    assert!(store.delete_draft(id, &deliverable).await.unwrap());
    assert!(!store.delete_draft(id, &deliverable).await.unwrap());
    assert!(matches!(put(3, "e").await, Err(StoreError::Stale { current: 0 })));
}

fn about(name: &str) -> NewAttachment {
    let (media_type, name) = ("text/plain".to_owned(), name.to_owned());
    NewAttachment { media_type, name, uploaded_by: person(1), uploaded_at: clock()() }
}

fn chunks(
    parts: &[&'static str],
) -> impl futures_util::Stream<Item = Result<Bytes, StoreError>> + use<> {
    stream::iter(parts.to_vec()).map(|part| Ok(Bytes::from_static(part.as_bytes())))
}

async fn attachments_come_back_as_they_went(home: &Home) {
    let mut options = home.options();
    options.attachment_limit = 20;
    let store = Store::open(options).await.unwrap();
    let stored = store.put_attachment(about("a.txt"), chunks(&["안녕", " world"])).await.unwrap();
    assert_eq!((stored.size, stored.digest), (12, Digest::of("안녕 world".as_bytes())));
    let bytes = store.attachment_bytes(&stored.digest).await.unwrap().unwrap();
    let bytes: Vec<Bytes> = bytes.try_collect().await.unwrap();
    assert_eq!(bytes.concat(), "안녕 world".as_bytes());
    // The same bytes under another name are the same attachment.
    let again = store.put_attachment(about("b.txt"), chunks(&["안녕 world"])).await.unwrap();
    assert_eq!(again, stored);
    let empty = store.put_attachment(about("empty"), chunks(&[])).await;
    assert!(matches!(empty, Err(StoreError::Empty)), "an attachment is something");

    let long = store.put_attachment(about("c"), chunks(&["0123456789", "0123456789", "0"])).await;
    assert!(matches!(long, Err(StoreError::TooLarge { limit: 20 })));
    let broken = stream::iter([Ok(Bytes::from_static(b"part")), Err("the line broke")]);
    let broken = store.put_attachment(about("d"), broken).await;
    assert!(matches!(broken, Err(StoreError::Broken(_))));
    assert!(store.attachment_bytes(&Digest::of(b"part")).await.unwrap().is_none());
    assert_eq!(store.attachments(&[stored.digest, Digest::of(b"part")]).await.unwrap(), [stored]);
    let incoming = home.options().attachments.join("incoming");
    assert_eq!(std::fs::read_dir(incoming).map_or(0, Iterator::count), 0);
}

async fn a_view_is_saved_once_and_changed_only_over_what_was_seen(home: &Home) {
    let store = home.open().await;
    let now = clock()();
    let view = |n: u128, name: &str| SavedView {
        id: ViewId::new(uuid::Uuid::from_u128(n)),
        owner: person(1),
        name: name.to_owned(),
        portfolio: Some("alpha".parse().unwrap()),
        body: json!({ "filter": {} }),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let fingerprint = Digest::of(b"1");
    let key = IdempotencyKey { key: "k".to_owned(), fingerprint };
    let add = async |n, name: &str, key: Option<&IdempotencyKey>| {
        store.add_view(&view(n, name), key, &json!({ "id": n })).await.unwrap()
    };
    assert_eq!(add(1, "펌프", Some(&key)).await, ViewKey::New);
    assert_eq!(add(2, "펌프", Some(&key)).await, ViewKey::Answered(json!({ "id": 1 })));
    let other = IdempotencyKey { fingerprint: Digest::of(b"2"), ..key.clone() };
    assert_eq!(add(2, "펌프", Some(&other)).await, ViewKey::Reused);
    assert_eq!(add(3, "Beta", None).await, ViewKey::New);
    let (first, third) = (view(1, "펌프"), view(3, "Beta"));
    assert_eq!(store.views_of(person(1)).await.unwrap(), [third.clone(), first.clone()]);
    let alpha = "alpha".parse().unwrap();
    assert_eq!(store.views_shared(&alpha).await.unwrap(), [third, first.clone()]);
    let private = SavedView { portfolio: None, ..first.clone() };
    assert_eq!(store.change_view(&private).await.unwrap(), 2);
    assert!(matches!(store.change_view(&first).await, Err(StoreError::Stale { current: 2 })));
    assert_eq!(store.views_shared(&alpha).await.unwrap().len(), 1);
    let stale = store.delete_view(first.id, 1).await;
    assert!(matches!(stale, Err(StoreError::Stale { current: 2 })));
    store.delete_view(first.id, 2).await.unwrap();
    assert_eq!(store.view(first.id).await.unwrap(), None);
    let gone = store.change_view(&first).await;
    assert!(matches!(gone, Err(StoreError::Stale { current: 0 })));
}

both! {
    a_view_is_saved_once_and_changed_only_over_what_was_seen
    a_draft_is_saved_only_over_what_was_seen
    attachments_come_back_as_they_went
}
