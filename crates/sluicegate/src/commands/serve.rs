//! `sluicegate serve`: the server, from its first start to its last answer.

use std::{fmt::Write as _, time::Duration};

use serde_json::json;
use sluicegate_app::{App, Bootstrap, Reading};
use sluicegate_demo::{SignIn, Signer};
use tokio::net::TcpListener;

use super::demo;
use crate::{
    config::Config,
    failure::{Failure, Result},
    open::{Create, open},
    output::{Output, write},
    shipped, witness,
};

/// How often the timers look for what is due.
const TIMERS: Duration = Duration::from_secs(5);
/// How often the index of words looks for what is new.
const INDEXER: Duration = Duration::from_secs(1);
/// How often sessions that are over are taken out.
const PRUNER: Duration = Duration::from_mins(10);
/// How often attempts that were refused again are put into the record.
const COUNTER: Duration = Duration::from_mins(1);
/// How long the writers may take at the end; requests have ended before.
const LAST_WRITES: Duration = Duration::from_secs(5);
/// How often the allocator is asked for the pages that it could give back.
const SETTLE: Duration = Duration::from_secs(3);

pub(super) async fn run(config: &Config, demo: Option<demo::Wish>, output: Output) -> Result<()> {
    let address = &config.listen.value;
    // First, because a port that is taken is the commonest mistake, and nothing is made by then.
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| Failure::unavailable(address, error))?;
    let address = listener.local_addr();
    let address = address.map_err(|error| Failure::unavailable("the listener", error))?;
    let workflows = shipped::workflows(config.workflows.value.as_deref())?;
    let mut stopped = Box::pin(told_to_stop()?);
    let mut visitors = Vec::new();
    if let Some(wish) = demo {
        tokio::select! {
            built = demo::build(config, wish, &workflows) => visitors = built?,
            () = &mut stopped => return Err(Failure::usage("the demo was not finished")),
        }
    }
    let workflows = Reading::begin(&workflows);
    let app = open(config, Create::Yes).await?;
    let made = app.bootstrap(workflows).await?;
    for (key, version) in &made.published {
        tracing::info!(workflow = %key, version, "published");
    }
    let offset = config.dev_clock_offset.value;
    if offset.0 != chrono::TimeDelta::zero() {
        tracing::warn!(%offset, "the clock is shifted: this is a development server");
    }
    app.spawn_timers(TIMERS);
    app.spawn_indexer(INDEXER);
    app.spawn_follower(TIMERS);
    app.spawn_eraser(TIMERS);
    app.spawn_access_pruner(PRUNER);
    app.spawn_attempt_counter(COUNTER);
    app.spawn_signer();
    settle();
    witness::spawn(&app, &config.witnesses.value);
    let address = format!("http://{address}");
    greet(&address, &made, &config.place_flags(), output, &visitors)?;
    let served = sluicegate_rest::serve(listener, app.clone(), Box::pin(stopped)).await;
    stop(&app).await;
    served.map_err(|error| Failure::unavailable("the server", error))
}

/// Lets the allocator give back what the reading of workflows or a burst of requests took. It does so a second
/// after pages were freed, but only when another one is freed, and a server that rests frees none.
fn settle() {
    tokio::spawn(async {
        loop {
            tokio::time::sleep(SETTLE).await;
            // Never touched, and too large for the pages that a thread keeps, so freed at once.
            drop(std::hint::black_box(Vec::<u8>::with_capacity(8 << 20)));
        }
    });
}

async fn stop(app: &App) {
    tracing::info!("stopping");
    if tokio::time::timeout(LAST_WRITES, app.shutdown()).await.is_err() {
        tracing::warn!("the writers did not finish in time");
    }
}

/// Where the server is, and at the first start how to sign in.
fn greet(
    url: &str,
    made: &Bootstrap,
    place: &str,
    output: Output,
    visitors: &[SignIn],
) -> Result<()> {
    if output.json {
        let first = made.first.as_ref();
        let signer = |each: &Signer| json!({ "name": each.name, "password": each.password, "factor": each.factor });
        let visitor = |each: &SignIn| json!({ "person": each.person, "name": each.name, "role": each.role, "token": each.secret, "signer": each.signer.as_ref().map(signer) });
        let line = json!({
            "demo": visitors.iter().map(visitor).collect::<Vec<_>>(),
            "url": url,
            "administrator": first.map(|first| first.person),
            "token": first.map(|first| first.secret.as_str()),
        });
        return write(&format!("{line}\n"));
    }
    let mut text = format!("Sluicegate is at {url} (the API's own page: {url}/docs)\n");
    text += &demo::invitation(url, visitors);
    if let Some(first) = &made.first {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "\nThis is the first start. The administrator's token, shown this once:\n\n  {token}\n\n\
             Try it:\n\n  curl -H 'Authorization: Bearer {token}' {url}/v1/me\n\n\
             More people: sluicegate person add NAME --role ROLE --token{place}\n\n",
            token = first.secret,
        );
    }
    write(&text)
}

/// Ends at ctrl-c, and where there are signals at SIGTERM. Listens from the call on, not only from
/// the first poll: a server that has said where it is can be stopped.
pub(super) fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| signal(kind).map_err(|error| Failure::unavailable("signals", error));
        let mut interrupt = listen(SignalKind::interrupt())?;
        let mut terminate = listen(SignalKind::terminate())?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
