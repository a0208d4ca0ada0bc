//! What each list of many products costs: `cargo xtask explain`.
//!
//! Arguments: how many products, how many pages of each list, the address of a PostgreSQL cluster
//! (SQLite alone when there is none).

use std::{error::Error, time::Instant};

use sluicegate_store::{Database, Options, Store, testing};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let products: u64 = args.next().unwrap_or_default().parse()?;
    let pages: usize = args.next().unwrap_or_default().parse()?;
    let folder = tempfile::tempdir()?;
    let file = Database::Sqlite(folder.path().join("lists.sqlite"));
    run("SQLite", Options::new(file, folder.path().join("a")), products, pages).await?;
    let Some(cluster) = args.next() else { return Ok(()) };
    let name = format!("lists_{}", std::process::id());
    let address = Database::Postgres(testing::create_database(&cluster, &name).await);
    let options = Options::new(address, folder.path().join("b"));
    let outcome = run("PostgreSQL", options, products, pages).await;
    testing::drop_database(&cluster, &name).await;
    outcome
}

async fn run(
    name: &str,
    options: Options,
    products: u64,
    pages: usize,
) -> Result<(), Box<dyn Error>> {
    let store = Store::open(options).await?;
    let begun = Instant::now();
    testing::fill(&store, products).await?;
    println!("{name}: {products} products in {:.1} s", begun.elapsed().as_secs_f64());
    for (list, plan) in testing::plans(&store).await? {
        println!("\n{list}\n{plan}");
    }
    println!("\n{:<32} {:>6} {:>10} {:>10}", "list", "found", "p50 ms", "p99 ms");
    for figure in testing::measure(&store, pages).await? {
        let [median, slow] = [figure.median, figure.slow].map(|time| time.as_secs_f64() * 1e3);
        println!("{:<32} {:>6} {median:>10.2} {slow:>10.2}", figure.name, figure.found);
    }
    println!();
    store.close().await;
    Ok(())
}
