//! Sends new checkpoints to the witnesses, and keeps what they sign.

use std::{io, time::Duration};

use sluicegate_app::App;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::{Witness, Witnesses};

/// How often a witness is asked, if there is something new.
const EVERY: Duration = Duration::from_secs(2);
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer is a few lines.
const LONGEST: u64 = 64 * 1024;

/// Asks each witness again and again, until the program ends. No command waits for one.
pub(crate) fn spawn(app: &App, witnesses: &Witnesses) {
    for witness in witnesses.0.clone() {
        let app = app.clone();
        tokio::spawn(async move {
            let mut told = false;
            loop {
                tokio::time::sleep(EVERY).await;
                match ask(&app, &witness).await {
                    Ok(()) => told = false,
                    // Once for each time of trouble, not every two seconds.
                    Err(why) if !told => {
                        told = true;
                        tracing::warn!(witness = witness.key.name(), why, "not witnessed");
                    }
                    Err(_) => {}
                }
            }
        });
    }
}

async fn ask(app: &App, witness: &Witness) -> Result<(), String> {
    let mut old = None;
    for _ in 0..2 {
        let asked = app.ask_witness(&witness.key, old).await.map_err(|error| error.to_string())?;
        let Some(asked) = asked else { return Ok(()) };
        let sent = timeout(PATIENCE, post(&witness.url, &asked.body)).await;
        let (status, body) =
            sent.map_err(|_| "no answer in time".to_owned())?.map_err(|it| it.to_string())?;
        match (status, body.trim().parse()) {
            (200, _) => {
                let kept = app.witnessed(&witness.key, asked.size, &body).await;
                let kept = kept.map_err(|error| error.to_string())?;
                return if kept { Ok(()) } else { Err("its answer is not signed by it".into()) };
            }
            (409, Ok(size)) if old != Some(size) => old = Some(size),
            (status, _) => return Err(format!("it answers {status}: {}", body.trim())),
        }
    }
    Err("it has moved on meanwhile".into())
}

/// HTTP/1.0, so that the answer ends where the connection does.
async fn post(url: &str, body: &str) -> io::Result<(u16, String)> {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let (host, prefix) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:80") };
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST {prefix}/add-checkpoint HTTP/1.0\r\nHost: {host}\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer).await?;
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "this is no answer of HTTP");
    let answer = String::from_utf8(answer).map_err(|_| bad())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(bad)?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(bad)?;
    Ok((status, body.to_owned()))
}
