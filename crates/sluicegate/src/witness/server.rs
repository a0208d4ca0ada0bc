//! `sluicegate witness`: a small witness for a second machine (C2SP tlog-witness).
//!
//! It remembers of each log the newest head that it has signed, in a file, and signs nothing that does
//! not extend it. Whoever puts the log back, or shows two logs to two people, gets no signature.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use sluicegate_app::Clock;
use sluicegate_core::{
    audit::{AddCheckpoint, KeyKind, PublicKey, SecretKey, Seen, WitnessRefusal},
    digest::Digest,
};

use crate::{
    failure::{Failure, Result},
    keys::{beside, make_key, read, write_private},
};

/// A request is a proof of 63 lines and a note.
const LONGEST: usize = 64 * 1024;

/// The newest head of each log, as the file has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Heads(BTreeMap<String, Head>);

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Head {
    size: u64,
    root: Digest,
}

/// A witness over its file.
pub(crate) struct Watch {
    key: SecretKey,
    logs: Vec<PublicKey>,
    file: PathBuf,
    clock: Clock,
    /// Looking and writing is one step: of two requests, the second meets what the first has left.
    heads: Mutex<Heads>,
}

impl Watch {
    /// Opens the folder of a witness, or makes it, with its key.
    ///
    /// # Errors
    /// The folder cannot be used.
    pub(crate) fn open(
        folder: &Path,
        name: &str,
        logs: Vec<PublicKey>,
        clock: Clock,
    ) -> Result<Self> {
        let failed = |error: io::Error| Failure::unavailable(folder.display(), error);
        fs::create_dir_all(folder).map_err(failed)?;
        let (secret, file) = (folder.join("witness.key"), folder.join("heads.json"));
        let key = match read(&secret)? {
            Some(key) => key,
            // Without its memory a witness would sign a fork: it needs a new key then.
            None if file.exists() => {
                let why = "there are heads and no key: put the key back";
                return Err(Failure::unavailable(secret.display(), why));
            }
            None => {
                let heads = write_private(&file, "{}\n");
                heads.map_err(failed)?;
                make_key(&secret, name, KeyKind::Cosignature)?
            }
        };
        let heads = fs::read_to_string(&file);
        let heads = heads.map_err(|error| Failure::unavailable(file.display(), error))?;
        let heads = serde_json::from_str(&heads);
        let heads = heads.map_err(|error| Failure::unavailable(file.display(), error))?;
        Ok(Self { key, logs, file, clock, heads: Mutex::new(heads) })
    }

    pub(crate) fn key(&self) -> &PublicKey {
        self.key.public()
    }

    /// The line of the cosignature.
    fn sign(&self, body: &str) -> Result<String, WitnessRefusal> {
        let request: AddCheckpoint = body.parse().map_err(|_| WitnessRefusal::Malformed)?;
        let mut heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = request.origin().unwrap_or_default().to_owned();
        let seen = heads.0.get(&origin).map(|it| Seen { size: it.size, root: *it.root.bytes() });
        let signed = request.judge(&self.logs, seen)?;
        let before =
            heads.0.insert(origin, Head { size: signed.size, root: Digest::new(signed.root) });
        if let Err(error) = self.keep(&heads) {
            tracing::error!(%error, "the head could not be kept, so it is not signed");
            match before {
                Some(before) => heads.0.insert(signed.origin, before),
                None => heads.0.remove(&signed.origin),
            };
            return Err(WitnessRefusal::Conflict { size: seen.map_or(0, |seen| seen.size) });
        }
        let now = u64::try_from((self.clock)().timestamp()).unwrap_or_default();
        Ok(request.note.cosign(now, &self.key).to_string())
    }

    /// The old file or the new one is there, never half of one.
    fn keep(&self, heads: &Heads) -> io::Result<()> {
        let draft = beside(&self.file);
        write_private(&draft, &format!("{}\n", serde_json::to_string(heads)?))?;
        fs::rename(&draft, &self.file)?;
        self.file.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
    }
}

/// The addresses of a witness.
pub(crate) fn watch(watch: Watch) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/add-checkpoint", post(add))
        .layer(DefaultBodyLimit::max(LONGEST))
        .with_state(Arc::new(watch))
}

async fn show(State(watch): State<Arc<Watch>>) -> String {
    format!("{}\n", watch.key())
}

async fn add(State(watch): State<Arc<Watch>>, body: Bytes) -> Response {
    let signed = tokio::task::spawn_blocking(move || {
        let body = std::str::from_utf8(&body).map_err(|_| WitnessRefusal::Malformed)?;
        watch.sign(body)
    });
    let Ok(signed) = signed.await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match signed {
        Ok(line) => line.into_response(),
        Err(refusal) => {
            tracing::warn!(%refusal, "not signed");
            let status = StatusCode::from_u16(refusal.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            match refusal {
                WitnessRefusal::Conflict { size } => {
                    let kind = [(header::CONTENT_TYPE, "text/x.tlog.size")];
                    (status, kind, format!("{size}\n")).into_response()
                }
                other => (status, format!("{other}\n")).into_response(),
            }
        }
    }
}
