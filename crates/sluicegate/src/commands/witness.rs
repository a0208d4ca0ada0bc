//! `sluicegate witness`: signs the heads of logs on a second machine.

use std::path::Path;

use serde_json::json;
use tokio::net::TcpListener;

use super::{audit::public_key, serve::told_to_stop};
use crate::{
    config::Config,
    failure::{Failure, Result},
    open::clock,
    output::{Output, write},
    witness::{Watch, watch},
};

pub(super) async fn run(
    config: &Config,
    folder: &Path,
    logs: &[String],
    name: &str,
    output: Output,
) -> Result<()> {
    let logs = logs.iter().map(|key| public_key(key)).collect::<Result<Vec<_>>>()?;
    let address = &config.listen.value;
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| Failure::unavailable(address, error))?;
    let address = listener.local_addr();
    let address = address.map_err(|error| Failure::unavailable("the listener", error))?;
    let stopped = told_to_stop()?;
    let witness = Watch::open(folder, name, logs, clock(config))?;
    let (url, key) = (format!("http://{address}"), witness.key().to_string());
    write(&if output.json {
        format!("{}\n", json!({ "url": url, "key": key }))
    } else {
        format!(
            "The witness is at {url}, and its key is\n\n  {key}\n\nFor the server's sluicegate.toml:\n\n  witnesses = [\"{url} {key}\"]\n"
        )
    })?;
    let served = axum::serve(listener, watch(witness)).with_graceful_shutdown(stopped).await;
    served.map_err(|error| Failure::unavailable("the witness", error))
}
