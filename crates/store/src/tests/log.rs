//! Histories, the feed, and states of the past.

use super::{Home, both, fake::*};
use crate::{AsOf, EventFilter, Stream};

async fn the_past_can_be_seen(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    let started = accept(&writer, start(1, "", 1)).await;
    let renamed = accept(&writer, rename(1, "p1 a")).await;
    accept(&writer, rename(1, "p1 b")).await;
    let then = store.product_as_of(product(1), AsOf::Version(3)).await.unwrap();
    assert_eq!(then.as_ref(), renamed.product.as_deref());
    let then = store.product_as_of(product(1), AsOf::Time(renamed.events[0].at)).await.unwrap();
    assert_eq!(then.as_ref(), renamed.product.as_deref());
    let before = started.events[0].at - chrono::TimeDelta::microseconds(1);
    assert_eq!(store.product_as_of(product(1), AsOf::Time(before)).await.unwrap(), None);
    let now = store.product_as_of(product(1), AsOf::Version(99)).await.unwrap();
    assert_eq!(now.as_ref(), store.product(product(1)).await.unwrap().as_deref());
}

async fn the_feed_can_be_sifted(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    for n in 0..4 {
        accept(&writer, start(n, "", 1)).await;
        accept(&writer, rename(n, &format!("p{n} a"))).await;
    }
    let positions = async |after, kind: Option<&str>, stream, limit| {
        let filter = EventFilter { kind: kind.map(str::to_owned), stream };
        let feed = store.events(after, &filter, limit).await.unwrap();
        (feed.events.iter().map(|event| event.position).collect::<Vec<_>>(), feed.next)
    };
    let renamed = Some("product_renamed");
    let second = Some(Stream::Product(product(1)));
    assert_eq!(positions(0, None, None, 3).await, (vec![1, 2, 3], 3));
    assert_eq!(positions(10, None, None, 3).await, (vec![11, 12], 12));
    assert_eq!(positions(12, None, None, 3).await, (vec![], 12));
    assert_eq!(positions(0, renamed, None, 2).await, (vec![3, 6], 6));
    assert_eq!(positions(6, renamed, None, 9).await, (vec![9, 12], 12));
    assert_eq!(positions(0, None, second, 2).await, (vec![4, 5], 5));
    assert_eq!(positions(5, None, second, 2).await, (vec![6], 12));
    assert_eq!(positions(0, renamed, second, 2).await, (vec![6], 12));
    assert_eq!(positions(99, renamed, second, 2).await, (vec![], 99));
}

async fn a_record_is_made_to_last(home: &Home) {
    let store = home.open().await;
    let writer = writer(&store);
    accept(&writer, start(1, "", 1)).await;
    accept(&writer, rename(1, "p1 \"글\"\u{0}")).await;
    let leaves = store.leaves(2, 1).await.unwrap();
    assert_eq!(
        leaves[0].record,
        "{\"stream\":\"prd_00000000000000000000000000000001\",\"version\":3,\
         \"at\":\"1970-01-01T00:16:40.001000Z\",\"actor\":\"psn_00000000000000000000000000000001\",\
         \"event\":{\"event\":\"product_renamed\",\"name\":\"p1 \\\"글\\\"\\u0000\"}}"
    );
}

both! {
    the_past_can_be_seen
    the_feed_can_be_sifted
    a_record_is_made_to_last
}
