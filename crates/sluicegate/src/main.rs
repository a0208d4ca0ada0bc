//! Scratch server until the command line lands.
use std::sync::Arc;
use sluicegate_app::{App, AppConfig};
use sluicegate_store::{Database, Options};
#[tokio::main]
async fn main() {
    let arg = |name: &str, default: &str| {
        let mut args = std::env::args();
        args.by_ref().find(|arg| arg == name).and_then(|_| args.next()).unwrap_or(default.into())
    };
    let data = std::path::PathBuf::from(arg("--data", "data"));
    std::fs::create_dir_all(&data).unwrap();
    let url = arg("--database", "");
    let database = if url.is_empty() { Database::Sqlite(data.join("sluicegate.sqlite")) } else { Database::Postgres(url) };
    let days: i64 = arg("--dev-clock-offset", "+0d").trim_start_matches('+').trim_end_matches('d').parse().unwrap();
    let mut options = Options::new(database, data.join("attachments"));
    let _ = &mut options;
    #[allow(clippy::disallowed_methods)]
    let clock: sluicegate_store::Clock = Arc::new(move || chrono::Utc::now() + chrono::Duration::days(days));
    let app = App::open(AppConfig { store: options, clock, chance: sluicegate_testkit_chance() }).await.unwrap();
    let boot = app.bootstrap(&[("npi-medtech.yaml".into(), include_str!("../../../workflows/npi-medtech.yaml").into())]).await.unwrap();
    if let Some(first) = &boot.first { println!("token {}", first.secret); }
    app.spawn_timers(std::time::Duration::from_secs(1));
    let listener = tokio::net::TcpListener::bind(arg("--listen", "127.0.0.1:8080")).await.unwrap();
    println!("listening");
    sluicegate_rest::serve(listener, app.clone(), async { let _ = tokio::signal::ctrl_c().await; }).await.unwrap();
    app.shutdown().await;
}
fn sluicegate_testkit_chance() -> sluicegate_app::Chance {
    #[allow(clippy::disallowed_methods)]
    fn uuid() -> uuid::Uuid { uuid::Uuid::now_v7() }
    fn salt() -> [u8; 16] { *uuid::Uuid::new_v4().as_bytes() }
    fn secret() -> [u8; 32] { let mut s = [0; 32]; s[..16].copy_from_slice(&salt()); s[16..].copy_from_slice(&salt()); s }
    sluicegate_app::Chance { salt, uuid, secret }
}
