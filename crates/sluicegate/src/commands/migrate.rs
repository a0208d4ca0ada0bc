//! Moving products to newer versions of their workflow, and what they would lack there.

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use serde::Serialize;
use sluicegate_app::{
    App, Lang, MoveProduct,
    view::{FitView, MigrationView, MovedView},
};
use sluicegate_core::{id::ProductId, key::WorkflowKey};

use super::{check::source, request};
use crate::{
    cli::MoveArgs,
    failure::{DONE_IN_PART, Result},
    output::{Output, table},
};

/// Products that are read at once.
const PART: u32 = 100;

/// What the products in flight would lack under files that nobody has published yet.
pub(super) async fn in_flight(app: &App, files: &[PathBuf], output: Output) -> Result<ExitCode> {
    let operator = app.operator().await?;
    let mut items = Vec::new();
    for file in files {
        let source = source(file)?;
        let mut cursor: Option<String> = None;
        loop {
            let from = cursor.as_deref();
            let page = app.migrations_to_file(&operator, &source, from, PART, Lang::En).await?;
            items.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    output.show(&items, |items| {
        if items.is_empty() {
            return "no product is in flight on a published version\n".to_owned();
        }
        items.iter().map(told).collect()
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Everything that there is to say of one product.
fn told(view: &MigrationView) -> String {
    let product = &view.product;
    let mut text = format!(
        "{} ({}, stage {}, on version {})\n",
        product.name, product.product, product.stage, view.from.version
    );
    for unmet in &view.unmet {
        let _ = writeln!(text, "  stops     {}", unmet.sentence);
    }
    if let Some(card) = &view.card {
        text.push_str("  card\n");
        text.push_str(&faults(card));
    }
    let changed = |moved: &&MovedView| {
        let fits = [&moved.accepted, &moved.submitted];
        let away = fits.into_iter().flatten().any(|fit| !fit.fell_away.is_empty());
        moved.becomes != "kept" || away
    };
    for moved in view.deliverables.iter().filter(changed) {
        let gate = moved.gate.as_ref().map(|gate| format!(" at {gate}")).unwrap_or_default();
        let _ = writeln!(text, "  {:<9} {}{gate}", moved.becomes, moved.deliverable);
        let fits = [&moved.accepted, &moved.submitted].into_iter().flatten();
        text.extend(fits.map(faults));
    }
    if text.lines().count() == 1 {
        text.push_str("  nothing is lacking\n");
    }
    text
}

fn faults(fit: &FitView) -> String {
    let mut text = String::new();
    for fault in fit.missing.iter().chain(&fit.misfits) {
        let _ = writeln!(text, "            {}: {}", fault.pointer, fault.detail);
    }
    for pointer in &fit.fell_away {
        let _ = writeln!(text, "            {pointer}: not asked any more");
    }
    text
}

/// Moves one product.
pub(super) async fn one(
    app: &App,
    product: ProductId,
    args: &MoveArgs,
    output: Output,
) -> Result<()> {
    let moved = migrate(app, product, args.to, args).await?;
    output.show(&moved, |moved| format!("{}\n", moved.outcome))
}

/// What became of one product.
#[derive(Serialize)]
struct Fate {
    product: ProductId,
    name: String,
    moved: bool,
    /// Something stops it, now or if it were tried.
    stays: bool,
    outcome: String,
    dry_run: bool,
}

async fn migrate(app: &App, product: ProductId, to: Option<u32>, args: &MoveArgs) -> Result<Fate> {
    let mut sealer = app.sealer();
    let command = MoveProduct { to, reason: sealer.text(&args.reason) };
    let contents = sealer.contents();
    let request = sluicegate_app::Request { contents, dry_run: args.dry_run, ..request(command) };
    let done = app.migrate(product, request).await?;
    let (name, version) = (done.product.name.clone(), done.product.workflow.version);
    let verb = if args.dry_run { "would move" } else { "moved" };
    let outcome = format!("{verb} to version {version}");
    let (moved, dry_run) = (!args.dry_run, args.dry_run);
    Ok(Fate { product, name, moved, stays: false, outcome, dry_run })
}

/// Moves all products in flight that nothing stops, and says why the others stay.
pub(super) async fn all(
    app: &App,
    workflow: &WorkflowKey,
    args: &MoveArgs,
    output: Output,
) -> Result<ExitCode> {
    let operator = app.operator().await?;
    let to = app.workflow(&operator, workflow, args.to).await?.version;
    let (mut fates, mut cursor): (Vec<Fate>, Option<String>) = (Vec::new(), None);
    loop {
        let target = (workflow, to);
        let page = app.migrations(&operator, target, cursor.as_deref(), PART, Lang::En).await?;
        for view in page.items {
            fates.push(moved_or_why(app, &view, to, args).await);
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    output.show(&fates, |fates| {
        let row = |fate: &Fate| [fate.product.to_string(), fate.name.clone(), fate.outcome.clone()];
        let rows: Vec<[String; 3]> = fates.iter().map(row).collect();
        table(["ID", "NAME", "OUTCOME"], &rows)
    })?;
    let stays = fates.iter().any(|fate| fate.stays);
    Ok(if stays { ExitCode::from(DONE_IN_PART) } else { ExitCode::SUCCESS })
}

/// One product that cannot be moved keeps back no other.
async fn moved_or_why(app: &App, view: &MigrationView, to: u32, args: &MoveArgs) -> Fate {
    let (product, name) = (view.product.product, view.product.name.clone());
    match migrate(app, product, Some(to), args).await {
        Ok(fate) => fate,
        Err(failure) => {
            let outcome = failure.to_string().replace('\n', " ");
            let (moved, stays, dry_run) = (false, true, args.dry_run);
            Fate { product, name, moved, stays, outcome, dry_run }
        }
    }
}
