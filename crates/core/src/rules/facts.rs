//! The values that a definition's expressions read, taken from the product and its contents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::context::Case;
use crate::{
    definition::{Required, env, form::ROW},
    digest::Digest,
    expr::{Evaluation, Expr, Limits, Outcome, Reason, Scope, Type, Unknown, Value},
    key::{DeliverableKey, MarketKey},
    product::{DeliverableRef, Handover, Product, RoleRef},
};

/// All rows of one list take so many steps at most.
const ROW_STEPS: usize = 1_000_000;

impl Case<'_> {
    /// Evaluates an expression over the whole product.
    pub(super) fn evaluate(&self, expr: &Expr) -> Evaluation {
        expr.eval(&self.scope(expr, None), Limits::STANDARD)
    }

    /// Evaluates an expression over one market's documents.
    pub(super) fn evaluate_in(&self, expr: &Expr, market: &MarketKey) -> Evaluation {
        expr.eval(&self.scope(expr, Some(market)), Limits::STANDARD)
    }

    /// Who can change what an expression reads: the owners of its deliverables, and the product's
    /// for everything else.
    pub(super) fn sources(&self, expr: &Expr) -> BTreeSet<RoleRef> {
        let mut roles = BTreeSet::new();
        for name in names(expr).filter(|name| *name != "today") {
            let Some((key, found)) = self.def().deliverables.get_key_value(name) else {
                roles.insert(self.owner_role());
                continue;
            };
            let instances = self.instances(key).into_iter();
            roles.extend(instances.map(|it| self.role(&found.owner, it.market.as_ref())));
        }
        if roles.is_empty() { [self.owner_role()].into() } else { roles }
    }

    /// Is the deliverable required of this product? Unknown while its guard cannot be told.
    pub(super) fn required(&self, required: &Required) -> (Outcome, Option<Evaluation>) {
        match required {
            Required::Always => (Outcome::Pass, None),
            Required::Never => (Outcome::Fail, None),
            Required::When(guard) => {
                let evaluation = self.evaluate(guard);
                (evaluation.verdict.outcome, Some(evaluation))
            }
        }
    }

    /// Evaluates some columns for each row of a list, over the whole product and `row`. All rows
    /// together take so many steps at most; what is left then is unknown.
    pub(super) fn rows<const N: usize>(
        &self,
        each: &Expr,
        columns: [Option<&Expr>; N],
    ) -> Result<Vec<[Option<Value>; N]>, Unknown> {
        let exprs = columns.into_iter().flatten().chain([each]);
        let mut scope = self.scope_of(exprs.flat_map(names), None);
        let rows = match each.value(&scope, Limits::STANDARD).0 {
            Value::List(rows) => rows,
            Value::Unknown(why) => return Err((*why).clone()),
            _ => return Ok(Vec::new()),
        };
        let mut left = ROW_STEPS;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows.iter() {
            scope.insert(ROW.to_owned(), row.clone());
            found.push(columns.map(|column| {
                let steps = left.min(Limits::STANDARD.steps);
                let (value, unspent) = column?.value(&scope, Limits { steps, ..Limits::STANDARD });
                left -= steps - unspent;
                Some(value)
            }));
        }
        Ok(found)
    }

    fn scope(&self, expr: &Expr, market: Option<&MarketKey>) -> Scope {
        self.scope_of(names(expr), market)
    }

    fn scope_of<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        market: Option<&MarketKey>,
    ) -> Scope {
        let mut scope = BTreeMap::new();
        for name in names {
            if scope.contains_key(name) {
                continue;
            }
            let Some(ty) = self.type_of(name, market) else { continue };
            scope.insert(name.to_owned(), self.value(name, &ty, market));
        }
        scope
    }

    /// The type that `env` promised when the expression was checked.
    fn type_of(&self, name: &str, market: Option<&MarketKey>) -> Option<Type> {
        match name {
            "product" => Some(env::product_type(&self.def().card)),
            "today" => Some(Type::Date),
            "market" => Some(Type::Text),
            "markets" => Some(env::markets_type()),
            _ => {
                let deliverable = self.def().deliverables.get(name)?;
                let per_market = deliverable.per_market && market.is_none();
                let form = self.def().form_of(deliverable)?;
                Some(env::document_type(form, per_market))
            }
        }
    }

    fn value(&self, name: &str, ty: &Type, market: Option<&MarketKey>) -> Value {
        let product = self.product;
        let json = match name {
            "product" => self.card(),
            "today" => Some(json!(self.now.date_naive().to_string())),
            "market" => market.map(|market| json!(market.as_str())),
            "markets" => Some(markets(product)),
            _ => self.documents(name, market),
        };
        match json {
            Some(json) => Value::from_json(&json, ty),
            None => Value::unknown(Reason::Absent { path: name.to_owned() }),
        }
    }

    fn card(&self) -> Option<Json> {
        let mut card = self.contents.get(&self.product.card)?.clone();
        if let Json::Object(fields) = &mut card {
            fields.insert("name".to_owned(), json!(self.product.name));
        }
        Some(card)
    }

    /// The accepted content of a deliverable; of all its markets when it is asked of the product.
    fn documents(&self, name: &str, market: Option<&MarketKey>) -> Option<Json> {
        let key: DeliverableKey = name.parse().ok()?;
        let per_market = self.def().deliverables.get(&key)?.per_market;
        match (per_market, market) {
            (false, _) => self.document(&DeliverableRef::new(key, None)),
            (true, Some(market)) => self.document(&DeliverableRef::new(key, Some(market.clone()))),
            (true, None) => {
                let each = self.product.markets.keys().map(|market| {
                    let named = DeliverableRef::new(key.clone(), Some(market.clone()));
                    let mut json = self.document(&named).unwrap_or_else(|| json!({}));
                    if let Json::Object(fields) = &mut json {
                        fields.insert("market".to_owned(), json!(market.as_str()));
                    }
                    json
                });
                Some(Json::Array(each.collect()))
            }
        }
    }

    fn document(&self, named: &DeliverableRef) -> Option<Json> {
        let revision = self.product.deliverables.get(named)?.accepted.as_ref()?;
        let content = self.contents.get(revision.document.content.as_ref()?)?;
        Some(content.clone())
    }
}

/// The names that an expression reads, each once.
pub(super) fn names(expr: &Expr) -> impl Iterator<Item = &str> {
    let mut last = None;
    expr.reads().iter().map(|path| path.var.as_str()).filter(move |name| {
        let new = last != Some(*name);
        last = Some(*name);
        new
    })
}

fn markets(product: &Product) -> Json {
    let each = product.markets.iter().map(|(key, market)| {
        json!({
            "key": key.as_str(),
            "sellable": market.sellable,
            "handed_over": matches!(market.handover, Handover::Accepted { .. }),
        })
    });
    Json::Array(each.collect())
}

/// The digests of the contents that a set of expressions may read of this product.
pub(super) fn read_by<'a>(product: &Product, names: impl Iterator<Item = &'a str>) -> Vec<Digest> {
    let mut digests = Vec::new();
    for name in names {
        if name == "product" {
            digests.push(product.card);
        } else {
            let accepted =
                product.deliverables.iter().filter(|(named, _)| named.key.as_str() == name);
            let revisions = accepted.filter_map(|(_, entry)| entry.accepted.as_ref());
            digests.extend(revisions.filter_map(|revision| revision.document.content));
        }
    }
    digests.sort_unstable();
    digests.dedup();
    digests
}
