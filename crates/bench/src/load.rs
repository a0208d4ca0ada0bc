//! A closed load: so many connections, each asking again as soon as it has its answer.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use xtask::process::{Context, Failure, Outcome};

use crate::{
    http::{Answer, Call, Connection},
    server::Processor,
    stats::float,
    world::{Product, revision_body, revision_path},
};

/// No connection asks more often than this in one load, however fast the server is.
const MOST_PER_CONNECTION: u64 = 1_000_000;

/// How long and how hard.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) length: Duration,
    /// Different for every load on one server, or its idempotency keys would be old ones.
    pub(crate) name: String,
}

/// What a load measured, after its warm-up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) rate: f64,
    /// How long each answer took, in microseconds, sorted.
    pub(crate) micros: Vec<u32>,
    /// Processor time that the server took for one command, in microseconds.
    pub(crate) cost: Option<f64>,
}

impl Sample {
    /// Where single commands are not timed.
    pub(crate) fn of_rate(rate: f64) -> Self {
        Self { rate, ..Self::default() }
    }
}

/// Runs the load. Each connection has products of its own, so each answer must bring the next
/// version of its product: an answer that does not is a failure of the whole load.
pub(crate) async fn run(
    plan: &Plan,
    server: Processor,
    products: &mut Vec<Product>,
) -> Outcome<Sample> {
    let (before, versions) = (server.used(), total(products));
    let share = products.len().div_ceil(plan.connections).max(1);
    let begin = Instant::now() + plan.warm_up;
    let mut tasks = JoinSet::new();
    for (number, share) in products.chunks(share).enumerate() {
        let worker = Worker::open(plan, number, share.to_vec()).await?;
        tasks.spawn(worker.work(begin, begin + plan.length));
    }
    let (mut micros, mut after) = (Vec::new(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (times, products) = done.context("a connection of the load")??;
        micros.extend(times);
        after.extend(products);
    }
    after.sort_by(|a, b| a.id.cmp(&b.id));
    *products = after;
    // Over the warm-up too: the server's clock is too coarse to be read in between.
    let commands = float(total(products) - versions).max(1.0);
    let used = server.used().zip(before).map(|(after, before)| after.saturating_sub(before));
    let cost = used.map(|used| used.as_secs_f64() * 1e6 / commands);
    micros.sort_unstable();
    let rate = float(micros.len() as u64) / plan.length.as_secs_f64();
    Ok(Sample { rate, micros, cost })
}

/// Each command makes one version.
fn total(products: &[Product]) -> u64 {
    products.iter().map(|product| product.version).sum()
}

struct Worker {
    connection: Connection,
    products: Vec<Product>,
    paths: Vec<String>,
    token: String,
    name: String,
}

impl Worker {
    async fn open(plan: &Plan, number: usize, products: Vec<Product>) -> Outcome<Self> {
        let connection = Connection::open(plan.port).await.context("cannot reach the server")?;
        let paths = products.iter().map(|product| revision_path(&product.id)).collect();
        let (token, name) = (plan.token.clone(), format!("{}-{number}", plan.name));
        Ok(Self { connection, products, paths, token, name })
    }

    async fn work(mut self, begin: Instant, end: Instant) -> Outcome<(Vec<u32>, Vec<Product>)> {
        let (mut request, mut micros) = (Vec::new(), Vec::new());
        let mut turns = (0..self.products.len()).cycle();
        for count in 0..MOST_PER_CONNECTION {
            let asked = Instant::now();
            let Some(turn) = turns.next().filter(|_| asked < end) else { break };
            let key = format!("{}-{count}", self.name);
            let body = revision_body(&format!("https://example.com/{key}"), count);
            let call = Call {
                method: "POST",
                path: &self.paths[turn],
                token: &self.token,
                key: Some(&key),
                body: Some(&body),
            };
            call.write_to(&mut request);
            let answer = self.connection.exchange(&request).await.context("the load")?;
            let answered = Instant::now();
            let product = &mut self.products[turn];
            product.version += 1;
            check(answer, product.version)?;
            if asked >= begin && answered <= end {
                let took = (answered - asked).as_micros();
                micros.push(u32::try_from(took).unwrap_or(u32::MAX));
            }
        }
        Ok((micros, self.products))
    }
}

/// An answer is right when the command was done, now and not before, as the product's next version.
fn check(answer: Answer<'_>, version: u64) -> Outcome {
    let right = answer.status == 201
        && number_after(answer.body, b"\"version\":") == Some(version)
        && answer.body.windows(16).any(|window| window == b"\"replayed\":false");
    if right {
        return Ok(());
    }
    let text = String::from_utf8_lossy(answer.body);
    let status = answer.status;
    Err(Failure::new(format!("expected 201 and version {version}, got {status}: {text}")))
}

/// The number behind the first such text; cheaper than reading all of the JSON.
fn number_after(bytes: &[u8], text: &[u8]) -> Option<u64> {
    let begin = bytes.windows(text.len()).position(|window| window == text)? + text.len();
    let digits = bytes[begin..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[begin..begin + digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(status: u16, body: &str) -> bool {
        check(Answer { status, body: body.as_bytes() }, 12).is_ok()
    }

    #[test]
    fn only_a_new_effect_with_the_next_version_is_right() {
        let good = r#"{"product":"prd_1","version":12,"events":[{"version":12}],"replayed":false}"#;
        assert!(verdict(201, good));
        assert!(!verdict(200, good));
        assert!(!verdict(201, &good.replace("12", "13")));
        assert!(!verdict(201, &good.replace("false", "true")));
        assert!(!verdict(503, "{}"));
    }
}
