//! Senders who are too slow, and a server that is told to stop.

use std::time::Duration;

use axum::{body::Body, http::Method};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use sluicegate_rest::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::support::Server;

/// A body that begins and does not go on.
fn stalled() -> Body {
    let begun = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"{")) });
    Body::from_stream(begun.chain(stream::pending()))
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_not_waited_for() {
    let short = Duration::from_millis(50);
    let limits = Limits { body_time: short, upload_time: short, ..Limits::default() };
    let server = Server::within(limits).await;
    let json = server.call(Method::POST, "/v1/products").token(&server.admin);
    let reply = json.body("application/json", stalled()).send().await.expect(408);
    assert_eq!(reply.text("/code"), "request_timeout");
    let upload = server.call(Method::POST, "/v1/attachments").token(&server.admin);
    let reply = upload.body("text/plain", stalled()).send().await.expect(503);
    assert_eq!(reply.text("/code"), "timeout");
    assert_eq!(reply.header("retry-after"), "1");
}

#[tokio::test]
async fn the_server_answers_until_it_is_told_to_stop() {
    let server = Server::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = Box::pin(async {
        let _ = stopped.await;
    });
    let serving = tokio::spawn(sluicegate_rest::serve(listener, server.app.clone(), stopped));
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    connection.write_all(request).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
