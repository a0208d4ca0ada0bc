//! Published workflows: their files, definitions, forms and pictures.

use serde_json::Value;
use sluicegate_core::{
    definition::{self, Diagnostic, Text},
    key::{FormKey, WorkflowKey},
    rules::{Problem, card_faults},
};

use crate::{
    app::App,
    error::{AppError, Result},
    graph::{self, GraphFormat},
    request::Caller,
    view::{WorkflowLine, WorkflowVersionView, WorkflowView},
    words::Lang,
};

impl App {
    /// Every published workflow with its versions.
    pub async fn workflows(&self, _caller: &Caller) -> Result<Vec<WorkflowLine>> {
        let mut lines: Vec<WorkflowLine> = Vec::new();
        let mut versions = self.store().workflow_versions().await?;
        versions.sort_by(|a, b| (&a.workflow, a.version).cmp(&(&b.workflow, b.version)));
        for found in versions {
            let (version, digest, published_at) = (found.version, found.digest, found.published_at);
            let version = WorkflowVersionView { version, digest, published_at };
            let definition = self.legible(&found.digest).await?;
            let title = definition.map_or_else(
                || Text { en: found.workflow.to_string(), ko: None },
                |definition| definition.title.clone(),
            );
            match lines.last_mut().filter(|line| line.key == found.workflow) {
                Some(line) => {
                    line.title = title;
                    line.versions.push(version);
                }
                None => {
                    lines.push(WorkflowLine {
                        key: found.workflow,
                        title,
                        versions: vec![version],
                    });
                }
            }
        }
        Ok(lines)
    }

    /// One version of a workflow, or the latest.
    pub async fn workflow(
        &self,
        _caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
    ) -> Result<WorkflowView> {
        let (version, digest) = self.published(key, version).await?;
        let definition = self.definition(&digest).await?;
        let source = self.store().workflow_source(&digest).await?;
        let source = source.ok_or_else(|| AppError::internal("a published file is missing"))?;
        let mut versions = self.store().workflow_versions().await?.into_iter();
        let found = versions.find(|found| found.workflow == *key && found.version == version);
        let found = found.ok_or(AppError::NotFound("workflow"))?;
        let published_at = found.published_at;
        Ok(WorkflowView { key: key.clone(), version, digest, published_at, definition, source })
    }

    /// The JSON Schema of a form.
    pub async fn form_schema(
        &self,
        _caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
        form: &FormKey,
    ) -> Result<Value> {
        let (_, digest) = self.published(key, version).await?;
        let definition = self.definition(&digest).await?;
        let form = definition.forms.get(form).ok_or(AppError::NotFound("form"))?;
        Ok(form.json_schema())
    }

    /// The JSON Schema of the product's card.
    pub async fn card_schema(
        &self,
        _caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
    ) -> Result<Value> {
        let (_, digest) = self.published(key, version).await?;
        Ok(self.definition(&digest).await?.card.json_schema())
    }

    /// The faults of a card of a product that is to be started.
    pub async fn card_problems(
        &self,
        key: &WorkflowKey,
        version: Option<u32>,
        card: &Value,
    ) -> Result<Vec<Problem>> {
        let (_, digest) = self.published(key, version).await?;
        Ok(card_faults(&self.definition(&digest).await?.card, card))
    }

    /// A picture of a workflow.
    pub async fn workflow_graph(
        &self,
        _caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
        format: GraphFormat,
        lang: Lang,
    ) -> Result<String> {
        let (_, digest) = self.published(key, version).await?;
        Ok(graph::draw(&*self.definition(&digest).await?, format, lang))
    }

    /// Every problem of a workflow file, warnings included.
    pub fn check_workflow(&self, source: &str) -> Vec<Diagnostic> {
        definition::check_on(source, self.now().date_naive()).diagnostics
    }
}
