//! The server's life: it answers until it is told to stop, and then finishes what it has begun.

use std::{future::IntoFuture, io, net::SocketAddr, time::Duration};

use axum::serve::ListenerExt;
use futures_util::future::BoxFuture;
use sluicegate_app::App;
use tokio::{net::TcpListener, sync::oneshot};

/// How long requests that have begun may go on after the word to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Answers on the listener until `shutdown` is there; then takes no new connections and ends when
/// the last request is answered, after ten seconds at the latest.
///
/// Boxed: the server's code is compiled here, with this crate's settings, and not into its caller.
///
/// # Errors
/// The listener broke.
pub fn serve(
    listener: TcpListener,
    app: App,
    shutdown: BoxFuture<'static, ()>,
) -> BoxFuture<'static, io::Result<()>> {
    Box::pin(answer(listener, app, shutdown))
}

async fn answer(
    listener: TcpListener,
    app: App,
    shutdown: BoxFuture<'static, ()>,
) -> io::Result<()> {
    let (tell, told) = oneshot::channel();
    let stop = async move {
        shutdown.await;
        // Nobody listens when the server has ended by itself.
        let _ = tell.send(());
    };
    let listener = listener.tap_io(|connection| {
        // Answers are small: waiting to fill a packet only makes them late.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    let service = crate::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop);
    tokio::select! {
        ended = serving.into_future() => ended,
        () = drained(told) => {
            tracing::warn!("requests were cut off: they took longer than {DRAIN:?} to finish");
            Ok(())
        }
    }
}

async fn drained(told: oneshot::Receiver<()>) {
    match told.await {
        Ok(()) => tokio::time::sleep(DRAIN).await,
        Err(_) => std::future::pending().await,
    }
}
