//! A fuzzer that reads the API's document: no 5xx, no answer that is not described, nothing
//! written by what failed, and a database that verifies at the end.
//!
//! `cargo xtask fuzz-api` runs it for longer. The same seed gives the same requests.

mod bodies;
mod call;
mod coverage;
mod dice;
mod document;
mod fuzz;
mod judge;
mod mutate;
mod pilot;
mod plan;
mod pool;
mod setup;
mod signer;
mod uploads;
mod values;

use chrono::TimeDelta;
use sluicegate_testkit::{Home, TestApp};

use crate::{
    call::{Call, Reply},
    fuzz::Fuzz,
    pilot::Pace,
};

/// Where `cargo xtask fuzz-api` says how long, and from which seed.
const REQUESTS: &str = "SLUICEGATE_FUZZ_REQUESTS";
const SEED: &str = "SLUICEGATE_FUZZ_SEED";

#[tokio::test]
async fn sqlite() {
    run("sqlite", Home::sqlite()).await;
}

#[tokio::test]
async fn postgres() {
    run("postgres", Home::postgres().await).await;
}

fn setting(name: &str, usual: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is a number, not {text}")),
        Err(_) => usual,
    }
}

async fn run(database: &str, home: Home) {
    let (requests, seed) = (setting(REQUESTS, 5000), setting(SEED, 1));
    let again =
        format!("cargo xtask fuzz-api --database {database} --seed {seed} --requests {requests}");
    println!("{again}");
    let test = TestApp::open(home, setup::SAMPLE).await;
    let mut fuzz = setup::begin(test, seed).await;
    // Proofs are asked for of a log that is signed.
    fuzz.test.app.sign_with(setup::signing());
    fuzz.test.app.sign(true).await.expect("the log is as it was written");
    while (fuzz.sent as u64) < requests && !fuzz.is_full() {
        step(&mut fuzz).await;
    }
    println!("{}\n{} requests", fuzz.coverage, fuzz.sent);
    let report = fuzz.test.app.verify(|_| {}).await.expect("the database is readable");
    let head = fuzz.test.app.store().log_head().await.expect("the log has a head");
    println!("{} events, {} products", report.events, report.products);
    if !fuzz.findings.is_empty() {
        fuzz.test.damaged();
        panic!(
            "{} findings; again: {again}\n\n{}",
            fuzz.findings.len(),
            fuzz.findings.join("\n\n")
        );
    }
    assert_eq!(report.differences, [], "again: {again}");
    assert_eq!(report.events, head.position, "the log has gaps; again: {again}");
    let missed = fuzz.coverage.missed();
    let most = fuzz.coverage.operations() / 6;
    assert!(missed.len() <= most, "too much was never reached: {missed:?}");
}

/// One turn: something sensible, as it is or spoilt; or anything; or time goes by.
async fn step(fuzz: &mut Fuzz) {
    match fuzz.dice.below(100) {
        0..50 => {
            fuzz.looking = true;
            let call = match fuzz.dice.below(100) {
                0..3 => {
                    let shipped = fuzz.dice.percent(20);
                    let workflow = if shipped { "npi-medtech" } else { "sample" };
                    fuzz.first_product(workflow, "1").await
                }
                3..8 => fuzz.field_call(),
                8..40 => recent(fuzz).await,
                _ => any_product(fuzz).await,
            };
            fuzz.looking = false;
            let Some(call) = call else { return };
            sensible(fuzz, call).await;
        }
        50..89 => {
            let call = fuzz.any_call();
            fuzz.send(&call).await;
        }
        89..93 => upload(fuzz).await,
        93..98 => {
            let call = fuzz.stray();
            fuzz.send(&call).await;
        }
        _ => {
            let hours = [1, 24, 24 * 6, 24 * 20][fuzz.dice.below(4)];
            fuzz.test.pass(TimeDelta::hours(hours)).await;
        }
    }
}

/// A workflow that may be broken; one that gets through is drawn, and a product begins with it.
async fn upload(fuzz: &mut Fuzz) {
    let call = fuzz.workflow_upload();
    let Some(reply) = fuzz.send(&call).await.filter(Reply::is_success) else { return };
    let Some(workflow) = reply.body["workflow"]["key"].as_str().map(str::to_owned) else { return };
    let version = reply.body["workflow"]["version"].to_string();
    let mut draw = fuzz.call("draw_workflow", &[("workflow", &workflow)], fuzz::ADMIN);
    draw.query.push(("version".into(), version.clone()));
    fuzz.send(&draw).await;
    let Some(call) = fuzz.first_product(&workflow, &version).await else { return };
    fuzz.send(&call).await;
}

/// One of the products that came far before the fuzzer began, or any other.
async fn any_product(fuzz: &mut Fuzz) -> Option<Call> {
    let product = fuzz.pool.one("product", &mut fuzz.dice)?;
    fuzz.sensible(Pace::Easy, &product).await
}

/// Stays with the product that it was at.
async fn recent(fuzz: &mut Fuzz) -> Option<Call> {
    let product = fuzz.trails.last()?.get("product")?.clone();
    fuzz.sensible(Pace::Easy, &product).await
}

async fn sensible(fuzz: &mut Fuzz, mut call: Call) {
    match fuzz.dice.below(100) {
        0..55 => {
            fuzz.send(&call).await;
        }
        55..70 => trial_first(fuzz, call).await,
        70..82 => twice(fuzz, call).await,
        _ => {
            fuzz.spoil(&mut call);
            fuzz.send(&call).await;
        }
    }
}

/// A trial and the deed give the same answer.
async fn trial_first(fuzz: &mut Fuzz, call: Call) {
    let mut trial = call.clone();
    trial.query.push(("dry_run".into(), "true".into()));
    let Some(tried) = fuzz.send(&trial).await else { return };
    let Some(done) = fuzz.send(&call).await else { return };
    let same = |field: &str| tried.body[field] == done.body[field];
    if tried.status != done.status || !same("version") || !same("code") {
        fuzz.found(
            &call,
            Some(&done),
            &[format!("the trial said {}: {}", tried.status, tried.body)],
        );
    }
}

/// A repeat under the same key has no second effect; another request under it is refused.
async fn twice(fuzz: &mut Fuzz, mut call: Call) {
    let key = format!("fuzz-{}", fuzz.sent);
    call.header("idempotency-key", key);
    let Some(first) = fuzz.send(&call).await else { return };
    let Some(again) = fuzz.send(&call).await else { return };
    if first.status != again.status || (first.is_success() && again.body["replayed"] != true) {
        fuzz.found(&call, Some(&again), &[format!("the first answer was {}", first.status)]);
    }
    if !first.is_success() {
        return;
    }
    let mut other = call.clone();
    other.body.push(b' ');
    if !other.has("content-type") {
        other.header("content-type", "application/json");
        other.body = b"{}".to_vec();
    }
    let Some(refused) = fuzz.send(&other).await else { return };
    if refused.body["code"] != "idempotency_key_reused" {
        fuzz.found(&other, Some(&refused), &["another request under a used key".to_owned()]);
    }
}
