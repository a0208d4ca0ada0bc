//! What each list of a large house costs: `cargo xtask explain`.
//!
//! Arguments: how many products, how many pages of each list, and the address of a PostgreSQL
//! cluster, or nothing for SQLite.

use std::{error::Error, time::Instant};

use sluicegate_store::{Database, Options, Store, testing};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let products: u64 = args.next().unwrap_or_default().parse()?;
    let pages: usize = args.next().unwrap_or_default().parse()?;
    let folder = tempfile::tempdir()?;
    let Some(cluster) = args.next() else {
        let file = Database::Sqlite(folder.path().join("lists.sqlite"));
        return run("SQLite", Options::new(file, folder.path().join("a")), products, pages).await;
    };
    let name = format!("lists_{}", std::process::id());
    let address = Database::Postgres(testing::create_database(&cluster, &name).await);
    let options = Options::new(address, folder.path().join("a"));
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
    let store = Store::open(options.clone()).await?;
    let begun = Instant::now();
    testing::fill(&store, products).await?;
    println!("{name}: {products} products in {:.1} s", begun.elapsed().as_secs_f64());
    // Connections that were there before the indexes would explain themselves without them.
    store.close().await;
    let store = Store::open(options).await?;
    for (list, plan) in testing::plans(&store).await? {
        println!("\n{list}\n{plan}");
    }
    for (statement, how) in testing::scans(&store).await? {
        println!("\n{statement} reads or sorts a whole: {how}");
    }
    testing::count_anew(&store).await?;
    println!(
        "\n{:<34} {:>6} {:>6} {:>10} {:>10} {:>10}",
        "list", "pages", "found", "p50 ms", "p99 ms", "CPU ms"
    );
    for figure in testing::measure(&store, pages).await? {
        let times = [figure.median, figure.slow, figure.work];
        let [median, slow, work] = times.map(|time| time.as_secs_f64() * 1e3);
        let testing::Figure { name, pages, found, .. } = figure;
        println!("{name:<34} {pages:>6} {found:>6} {median:>10.2} {slow:>10.2} {work:>10.2}");
    }
    for (table, times, rows) in testing::whole_tables(&store).await? {
        println!("\n{table} was read from end to end {times} times, {rows} rows in all");
    }
    println!();
    store.close().await;
    Ok(())
}
