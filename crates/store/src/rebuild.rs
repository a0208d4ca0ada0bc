//! Makes the rows of lists and inboxes anew after a migration that gave them what only the states
//! know. It goes on where it was stopped.

use std::collections::{BTreeMap, BTreeSet};

use sluicegate_core::{id::ProductId, product::Product};

use crate::{
    codec::{self, json},
    db::{Arg, Conn},
    error::Result,
    facet::{Facet, facet},
    listing::{Listing, Projection},
    sql::{rebuild as sql, schema, write},
    store::Store,
    write::{put, rows},
};

impl Store {
    /// Up to which product, as a text, the lists are made anew; none when all are.
    pub async fn rebuild_after(&self) -> Result<Option<String>> {
        let row = self.shared.readers.fetch_optional(&sql::REBUILD_AFTER, &[]).await?;
        row.map(|row| Ok(row.text("rebuild.after")?.to_owned())).transpose()
    }

    /// Makes the lines, facets and tasks of these products anew, which follow `after`; no products: there
    /// are no more. Products that have changed meanwhile are left to whoever changed them. False
    /// when another process was faster. Call it before the writers start: they keep their
    /// connections.
    pub async fn rebuild(&self, after: &str, part: &[(Product, Projection)]) -> Result<bool> {
        let mut connection = self.shared.writers.acquire().await?;
        let rebuilt = rebuild(&mut connection.conn(), after, part).await;
        if rebuilt.is_err() {
            connection.discard().await;
        }
        rebuilt
    }
}

async fn rebuild(conn: &mut Conn<'_>, after: &str, part: &[(Product, Projection)]) -> Result<bool> {
    conn.execute(&schema::BEGIN, &[]).await?;
    let found = conn.fetch_optional(&sql::REBUILD_LOCKED, &[]).await?;
    let found = found.map(|row| row.text("rebuild.after").map(str::to_owned)).transpose()?;
    if found.as_deref() != Some(after) {
        conn.execute(&schema::ROLLBACK, &[]).await?;
        return Ok(false);
    }
    match part.last() {
        None => conn.execute(&sql::REBUILD_DONE, &[]).await?,
        Some((last, _)) => {
            save(conn, part).await?;
            conn.execute(&sql::REBUILD_ADVANCE, &[Arg::Text(&last.id.to_string())]).await?
        }
    };
    conn.execute(&schema::COMMIT, &[]).await?;
    Ok(true)
}

async fn save(conn: &mut Conn<'_>, part: &[(Product, Projection)]) -> Result<()> {
    let versions: Vec<_> = part
        .iter()
        .map(|(product, _)| rows::Version { id: product.id, version: product.version })
        .collect();
    let mut unchanged = BTreeSet::new();
    for row in conn.fetch_all(&write::PRODUCTS_LOCKED, &[Arg::Text(&json(&versions)?)]).await? {
        if row.opt_bytes("product.state")?.is_none() {
            let id = row.text("product.id")?;
            unchanged.insert(codec::parse::<ProductId>("product.id", id, id)?);
        }
    }
    let ids = json(&unchanged)?;
    let mut stored: BTreeMap<ProductId, BTreeSet<Facet>> = BTreeMap::new();
    for row in conn.fetch_all(&write::FACETS_OF_PRODUCTS, &[Arg::Text(&ids)]).await? {
        let (id, facet) = facet(&row)?;
        stored.entry(id).or_default().insert(facet);
    }
    let (mut listings, mut change) = (Vec::new(), rows::FacetChange::default());
    let part = part.iter().filter(|(product, _)| unchanged.contains(&product.id));
    let all = part.clone().flat_map(|(product, made)| made.tasks.iter().map(|it| (product.id, it)));
    let tasks: Vec<_> = all.map(|(product, task)| rows::Task::of(product, task)).collect();
    let made: Vec<_> = part
        .map(|(product, projection)| {
            let facets = Facet::all(product, projection);
            (product.id, Listing::of(product, projection), facets)
        })
        .collect();
    for (id, listing, facets) in &made {
        listings.push(rows::Listing::of(*id, listing));
        change.add(*id, stored.get(id), facets);
    }
    conn.execute(&sql::DROP_ALL_TASKS, &[Arg::Text(&ids)]).await?;
    put(conn, &write::PUT_TASKS, &tasks).await?;
    put(conn, &write::PUT_LISTINGS, &listings).await?;
    put(conn, &write::DROP_FACETS, &change.dropped).await?;
    put(conn, &write::ADD_FACETS, &change.added).await
}
