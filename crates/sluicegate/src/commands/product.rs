//! `sluicegate product`: where products stand.

use std::collections::BTreeSet;

use sluicegate_app::{
    App, Caller, Health, ProductFilter, Sort,
    view::{Page, ProductLine, ProductView},
};

use super::{migrate, read};
use crate::{
    cli::Product,
    failure::{Failure, Result},
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Product, output: Output) -> Result<()> {
    let operator = app.operator().await?;
    match command {
        Product::List { stage, portfolio, health, text, limit } => {
            let filter = ProductFilter {
                stage: several("stage", &stage)?,
                portfolio: several("portfolio", &portfolio)?,
                health: read_health(&health)?,
                text,
                ..ProductFilter::default()
            };
            let page = first(app, &operator, &filter, limit).await?;
            output.show(&page, |page| {
                let rows: Vec<[String; 6]> = page.items.iter().map(row).collect();
                table(["ID", "NAME", "STAGE", "STATE", "DUE", "OWNER"], &rows)
            })
        }
        Product::Show { product } => {
            let id = read("product", &product)?;
            let view = app.product(&operator, id, None).await?;
            output.show(&view, told)
        }
        Product::Move { product, to } => {
            migrate::one(app, read("product", &product)?, &to, output).await
        }
    }
}

/// A page may be short and still have a next one; here it is as long as it was asked to be.
async fn first(
    app: &App,
    operator: &Caller,
    filter: &ProductFilter,
    limit: u32,
) -> Result<Page<ProductLine>> {
    let (sort, wanted) = (Sort::default(), usize::try_from(limit).unwrap_or(usize::MAX));
    let mut page = app.products(operator, filter, sort, None, limit).await?;
    while page.items.len() < wanted
        && let Some(cursor) = page.next.take()
    {
        let left = u32::try_from(wanted - page.items.len()).unwrap_or(limit);
        let more = app.products(operator, filter, sort, Some(&cursor), left).await?;
        page.items.extend(more.items);
        page.next = more.next;
    }
    Ok(page)
}

fn several<T: std::str::FromStr<Err: std::fmt::Display> + Ord>(
    name: &str,
    texts: &[String],
) -> Result<BTreeSet<T>> {
    texts.iter().map(|text| read(name, text)).collect()
}

fn read_health(texts: &[String]) -> Result<BTreeSet<Health>> {
    let codes = Health::ALL.map(Health::code).join(", ");
    let read = |text: &String| {
        text.parse().map_err(|()| Failure::usage(format!("--health {text}: it is one of {codes}")))
    };
    texts.iter().map(read).collect()
}

fn row(line: &ProductLine) -> [String; 6] {
    let place = match &line.gate {
        Some(gate) => format!("{} (at {gate})", line.stage),
        None => line.stage.to_string(),
    };
    let due = line.due_at.map(|due| due.date_naive().to_string()).unwrap_or_default();
    let standing = line.standing.code().to_owned();
    [line.id.to_string(), line.name.clone(), place, standing, due, line.owner.name.clone()]
}

fn told(view: &ProductView) -> String {
    let gate = view.gate.as_ref().map(|gate| format!(", at the gate {gate}")).unwrap_or_default();
    let due = view.due_at.map_or("-".to_owned(), |due| due.date_naive().to_string());
    format!(
        "{} ({}, version {})\nworkflow   {} version {}\nportfolio  {}\nstage      {}{gate}\n\
         standing   {}\nowner      {}\nnext due   {due}\n",
        view.name,
        view.id,
        view.version,
        view.workflow.key,
        view.workflow.version,
        view.portfolio,
        view.stage_title.en,
        view.standing.code(),
        view.owner.name,
    )
}
