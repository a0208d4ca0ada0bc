//! Parameters that many operations share.

use chrono::{DateTime, Utc};
use sluicegate_app::AsOf;
use sluicegate_core::{
    digest::Digest,
    id::{
        FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId, SessionId, SigningId,
        TokenId, ViewId,
    },
    key::*,
    product::{DeliverableRef, RoleRef, SubmissionRef},
};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, RefOr, Required, Schema,
        path::{Parameter as Described, ParameterBuilder, ParameterIn},
        schema::Type,
    },
};

use crate::{
    extract::Trial,
    parse::{Parameter, SlipKind, Text, parameters},
};

parameters! {
    Path ProductAt { product: ProductId, }
    Path DeliverableAt {
        product: ProductId,
        /// Its key, with the market where there is one for each: `regulatory_clearance@US`.
        deliverable: DeliverableRef,
    }
    Path RevisionAt {
        product: ProductId,
        deliverable: DeliverableRef,
        /// From 1.
        revision: u32,
    }
    Path RoleAt { product: ProductId, role: RoleRef, person: PersonId, }
    Path GateAt { product: ProductId, gate: GateKey, }
    Path CriterionAt { product: ProductId, criterion: CriterionKey, }
    Path SubmissionAt {
        product: ProductId,
        gate: GateKey,
        /// From 1, in the life of the product.
        submission: u32,
    }
    Path ConditionAt { product: ProductId, condition: u32, }
    Path MarketAt { product: ProductId, market: MarketKey, }
    Path ReviewAt { product: ProductId, review: u32, }
    Path DutyAt { product: ProductId, duty: DutyKey, }
    Path ObligationAt { product: ProductId, obligation: u32, }
    Path LinkAt { link: IntakeLinkId, }
    Path IdeaAt { idea: IdeaId, }
    Path FeedbackAt { feedback: FeedbackId, }
    Path FieldDayAt { field_day: FieldDayId, }
    Path FollowUpAt { field_day: FieldDayId, follow_up: u32, }
    Path PersonAt { person: PersonId, }
    Path TokenAt { token: TokenId, }
    Path SessionAt { session: SessionId, }
    Path SigningAt { signing: SigningId, }
    Path PortfolioAt { portfolio: PortfolioKey, }
    Path ViewAt { view: ViewId, }
    Path WorkflowAt { workflow: WorkflowKey, }
    Path WorkflowVersionAt { workflow: WorkflowKey, version: u32, }
    Path FormAt { workflow: WorkflowKey, form: FormKey, }
    Path AttachmentAt { digest: Digest, }
    Path ContentAt { digest: Digest, }

    /// A page of a list.
    Query Paging {
        /// The `next` of the page before.
        cursor: Option<Cursor>,
        /// At most so many; 50 when nothing is said.
        limit: Option<Limit>,
    }
}

/// A place in a list; only the list itself can read it.
#[derive(Clone, Debug)]
pub(crate) struct Cursor(pub(crate) String);

impl Cursor {
    /// A name of 240 bytes takes two letters a byte, and has company.
    const MAX: usize = 1_000;
}

impl Text for Cursor {
    fn from_text(text: &str) -> Result<Self, SlipKind> {
        let fits =
            (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text.to_owned())) } else { Err(SlipKind::format("a cursor of ours")) }
    }
    fn describe(string: ObjectBuilder) -> ObjectBuilder {
        string.min_length(Some(1)).max_length(Some(Self::MAX)).pattern(Some("^[!-~]+$"))
    }
}

/// How many at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit(u32);

impl Limit {
    const USUAL: u32 = 50;
    const MAX: u32 = 500;

    pub(crate) fn or_usual(given: Option<Self>) -> u32 {
        given.map_or(Self::USUAL, |limit| limit.0)
    }
}

impl Parameter for Limit {
    fn from_parameter(text: &str) -> Result<Self, SlipKind> {
        let range = SlipKind::OutOfRange { from: 1, to: Self::MAX.into() };
        match u32::from_parameter(text) {
            Ok(number) if (1..=Self::MAX).contains(&number) => Ok(Self(number)),
            Ok(_) | Err(SlipKind::OutOfRange { .. }) => Err(range),
            Err(other) => Err(other),
        }
    }
    fn parameter_schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        let number = number.minimum(Some(1)).maximum(Some(Self::MAX));
        number.default(Some(Self::USUAL.into())).into()
    }
}

/// A version is digits only; anything else is a time.
impl Parameter for AsOf {
    fn from_parameter(text: &str) -> Result<Self, SlipKind> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            return u32::from_parameter(text).map(Self::Version);
        }
        let rule = "a version like 17, or a time like 2026-12-24T09:00:00Z";
        let time = DateTime::<Utc>::from_text(text).map_err(|_| SlipKind::format(rule))?;
        Ok(Self::Time(time))
    }
    fn parameter_schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        text.examples(["17", "2026-12-24T09:00:00Z"]).into()
    }
}

/// The headers and the query parameter that every command understands.
#[derive(Debug)]
pub(crate) struct Wish;

impl IntoParams for Wish {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Described> {
        let mut list = vec![
            header(
                "Idempotency-Key",
                "Your name for this request, 1 to 255 printable characters. A repeat under the \
                 same name has no second effect and gets the first answer.",
            ),
            header("If-Match", "The entity tag that you have seen. 412 when it has changed since."),
        ];
        list.extend(Trial::into_params(place));
        list
    }
}

/// What a visitor's form understands besides.
#[derive(Debug)]
pub(crate) struct Visitor;

impl IntoParams for Visitor {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Described> {
        let mut list = Wish::into_params(place);
        list.retain(|parameter| parameter.name != "If-Match");
        list
    }
}

/// The header that spares an answer which the asker has already.
#[derive(Debug)]
pub(crate) struct Known;

impl IntoParams for Known {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Described> {
        vec![header(
            "If-None-Match",
            "The entity tag that you have. 304 when it is still the same.",
        )]
    }
}

pub(crate) fn header(name: &str, about: &str) -> Described {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

impl SubmissionAt {
    pub(crate) fn submission(&self) -> SubmissionRef {
        SubmissionRef { gate: self.gate.clone(), submission: self.submission }
    }
}
