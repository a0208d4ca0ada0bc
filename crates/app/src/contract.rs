//! Bodies that follow.
#![allow(unused_variables, clippy::unused_async, clippy::unimplemented, reason = "bodies follow")]

use bytes::Bytes;
use futures_util::{Stream, stream::BoxStream};
use serde_json::Value;
use sluicegate_core::{
    definition::Diagnostic,
    digest::Digest,
    directory::Grant,
    id::{PersonId, ProductId},
    key::{FormKey, GateKey, WorkflowKey},
    product::DeliverableRef,
    rules::Refusal,
};
use sluicegate_store::{AsOf, EventFilter, ProductFilter, Sort};

use crate::{app::*, error::Result, graph::GraphFormat, request::*, view::*, words::Lang};

#[expect(clippy::missing_panics_doc, reason = "bodies follow")]
impl App {
    pub async fn product(
        &self,
        caller: &Caller,
        id: ProductId,
        as_of: Option<AsOf>,
    ) -> Result<ProductView> {
        unimplemented!()
    }
    pub async fn products(
        &self,
        caller: &Caller,
        filter: ProductFilter,
        sort: Sort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<ProductLine>> {
        unimplemented!()
    }
    pub async fn actions(&self, caller: &Caller, id: ProductId, lang: Lang) -> Result<ActionsView> {
        unimplemented!()
    }
    /// The sentences, names and links of a refusal; `product` is the one that it concerns.
    pub async fn refusal(
        &self,
        product: Option<ProductId>,
        refusal: &Refusal,
        lang: Lang,
    ) -> RefusalView {
        unimplemented!()
    }
    pub async fn team(&self, caller: &Caller, id: ProductId) -> Result<TeamView> {
        unimplemented!()
    }
    pub async fn deliverables(
        &self,
        caller: &Caller,
        id: ProductId,
    ) -> Result<Vec<DeliverableView>> {
        unimplemented!()
    }
    pub async fn deliverable(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<DeliverableView> {
        unimplemented!()
    }
    pub async fn revisions(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<Vec<RevisionView>> {
        unimplemented!()
    }
    pub async fn revision(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
        number: u32,
    ) -> Result<RevisionView> {
        unimplemented!()
    }
    /// None: there is no draft.
    pub async fn draft(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<Option<DraftView>> {
        unimplemented!()
    }
    /// `seen`: the version that the writer has seen; 0: there was none.
    pub async fn put_draft(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
        seen: u32,
        body: &Value,
    ) -> Result<DraftView> {
        unimplemented!()
    }
    pub async fn delete_draft(
        &self,
        caller: &Caller,
        id: ProductId,
        named: &DeliverableRef,
    ) -> Result<()> {
        unimplemented!()
    }
    pub async fn gates(&self, caller: &Caller, id: ProductId, lang: Lang) -> Result<Vec<GateView>> {
        unimplemented!()
    }
    pub async fn gate(
        &self,
        caller: &Caller,
        id: ProductId,
        gate: &GateKey,
        lang: Lang,
    ) -> Result<GateView> {
        unimplemented!()
    }
    pub async fn submissions(
        &self,
        caller: &Caller,
        id: ProductId,
        gate: &GateKey,
    ) -> Result<Vec<SubmissionView>> {
        unimplemented!()
    }
    pub async fn packet(
        &self,
        caller: &Caller,
        id: ProductId,
        submission: u32,
    ) -> Result<PacketView> {
        unimplemented!()
    }
    pub async fn conditions(&self, caller: &Caller, id: ProductId) -> Result<Vec<ConditionView>> {
        unimplemented!()
    }
    pub async fn markets(&self, caller: &Caller, id: ProductId) -> Result<Vec<MarketView>> {
        unimplemented!()
    }
    pub async fn reviews(&self, caller: &Caller, id: ProductId) -> Result<Vec<ReviewView>> {
        unimplemented!()
    }
    pub async fn history(
        &self,
        caller: &Caller,
        id: ProductId,
        after_version: u32,
        limit: u32,
    ) -> Result<Vec<EventView>> {
        unimplemented!()
    }
    pub async fn inbox(
        &self,
        caller: &Caller,
        cursor: Option<&str>,
        limit: u32,
        lang: Lang,
    ) -> Result<Page<InboxLine>> {
        unimplemented!()
    }
    pub async fn events(
        &self,
        caller: &Caller,
        after: u64,
        filter: EventFilter,
        limit: u32,
    ) -> Result<FeedView> {
        unimplemented!()
    }
    pub async fn people(&self, caller: &Caller) -> Result<Vec<PersonView>> {
        unimplemented!()
    }
    pub async fn person(&self, caller: &Caller, person: PersonId) -> Result<PersonView> {
        unimplemented!()
    }
    pub async fn me(&self, caller: &Caller) -> Result<MeView> {
        unimplemented!()
    }
    pub async fn grants(&self, caller: &Caller) -> Result<Vec<Grant>> {
        unimplemented!()
    }
    pub async fn portfolios(&self, caller: &Caller) -> Result<Vec<PortfolioView>> {
        unimplemented!()
    }
    pub async fn tokens(&self, caller: &Caller, person: PersonId) -> Result<Vec<TokenView>> {
        unimplemented!()
    }
    pub async fn workflows(&self, caller: &Caller) -> Result<Vec<WorkflowLine>> {
        unimplemented!()
    }
    pub async fn workflow(
        &self,
        caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
    ) -> Result<WorkflowView> {
        unimplemented!()
    }
    pub async fn form_schema(
        &self,
        caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
        form: &FormKey,
    ) -> Result<Value> {
        unimplemented!()
    }
    /// The JSON Schema of the product's card.
    pub async fn card_schema(
        &self,
        caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
    ) -> Result<Value> {
        unimplemented!()
    }
    pub async fn workflow_graph(
        &self,
        caller: &Caller,
        key: &WorkflowKey,
        version: Option<u32>,
        format: GraphFormat,
        lang: Lang,
    ) -> Result<String> {
        unimplemented!()
    }
    pub fn check_workflow(&self, source: &str) -> Vec<Diagnostic> {
        unimplemented!()
    }
    pub async fn put_attachment<S, E>(
        &self,
        caller: &Caller,
        name: String,
        media_type: String,
        bytes: S,
    ) -> Result<AttachmentView>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Send + Unpin,
        E: std::fmt::Display,
    {
        unimplemented!()
    }
    pub async fn attachment(
        &self,
        caller: &Caller,
        digest: &Digest,
    ) -> Result<(AttachmentView, BoxStream<'static, sluicegate_store::Result<Bytes>>)> {
        unimplemented!()
    }
}
