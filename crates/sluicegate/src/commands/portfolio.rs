//! `sluicegate portfolio`: portfolios of products.

use serde_json::json;
use sluicegate_app::App;
use sluicegate_core::organisation::Command;

use super::{read, request};
use crate::{
    cli::Portfolio,
    failure::Result,
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Portfolio, output: Output) -> Result<()> {
    match command {
        Portfolio::Add { key, title } => {
            let portfolio: sluicegate_core::key::PortfolioKey = read("portfolio", &key)?;
            let shown = json!({ "key": portfolio, "title": title });
            app.administer(request(Command::AddPortfolio { portfolio, title })).await?;
            output.show(&shown, |_| format!("{key}\n"))
        }
        Portfolio::List => {
            let portfolios = app.portfolios(&app.operator().await?).await?;
            output.show(&portfolios, |portfolios| {
                let rows: Vec<[String; 2]> =
                    portfolios.iter().map(|it| [it.key.to_string(), it.title.clone()]).collect();
                table(["KEY", "TITLE"], &rows)
            })
        }
    }
}
