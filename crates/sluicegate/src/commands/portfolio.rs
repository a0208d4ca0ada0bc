//! `sluicegate portfolio`: the tree of companies, business units and portfolios.

use serde_json::json;
use sluicegate_app::App;
use sluicegate_core::{directory::PortfolioKind, key::PortfolioKey, organisation::Command};

use super::{read, request};
use crate::{
    cli::Portfolio,
    failure::{Failure, Result},
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Portfolio, output: Output) -> Result<()> {
    match command {
        Portfolio::Add { key, title, title_ko, kind, parent } => {
            let portfolio: PortfolioKey = read("portfolio", &key)?;
            let (kind, parent) = (read_kind(&kind)?, read_parent(parent.as_deref())?);
            let shown = json!({
                "key": portfolio, "title": title, "title_ko": title_ko, "kind": kind,
                "parent": parent,
            });
            let add = Command::AddPortfolio { portfolio, title, title_ko, kind, parent };
            app.administer(request(add)).await?;
            output.show(&shown, |_| format!("{key}\n"))
        }
        Portfolio::List => {
            let portfolios = app.portfolios(&app.operator().await?).await?;
            output.show(&portfolios, |portfolios| {
                let row = |it: &sluicegate_app::view::PortfolioView| {
                    let indented = format!("{}{}", "  ".repeat(it.depth), it.key);
                    [indented, it.kind.name().to_owned(), it.title.clone()]
                };
                let rows: Vec<[String; 3]> = portfolios.iter().map(row).collect();
                table(["KEY", "KIND", "TITLE"], &rows)
            })
        }
        Portfolio::Rename { key, title, title_ko } => {
            let portfolio: PortfolioKey = read("portfolio", &key)?;
            let shown = json!({ "key": portfolio, "title": title, "title_ko": title_ko });
            app.administer(request(Command::RenamePortfolio { portfolio, title, title_ko }))
                .await?;
            output.show(&shown, |_| format!("{key}\n"))
        }
        Portfolio::Move { key, parent } => {
            let portfolio: PortfolioKey = read("portfolio", &key)?;
            let parent = read_parent(parent.as_deref())?;
            let shown = json!({ "key": portfolio, "parent": parent });
            app.administer(request(Command::MovePortfolio { portfolio, parent })).await?;
            output.show(&shown, |_| format!("{key}\n"))
        }
    }
}

fn read_parent(key: Option<&str>) -> Result<Option<PortfolioKey>> {
    key.map(|key| read("parent", key)).transpose()
}

fn read_kind(text: &str) -> Result<PortfolioKind> {
    let found = PortfolioKind::ALL.into_iter().find(|kind| kind.name() == text);
    found.ok_or_else(|| {
        Failure::usage(format!("--kind {text}: it is company, business_unit or portfolio"))
    })
}
