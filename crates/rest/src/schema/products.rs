//! Products, what can be done with them, inboxes.

use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId},
    key::*,
    product::RoleRef,
};

use super::{NewEvent, PersonName, Time, Words};
use crate::parse::{AnyJson, Anything, List, choice, view};

choice! {
    /// On which side of the launch.
    Side {
        Upstream = "upstream",
        Downstream = "downstream",
        Both = "both",
        Outside = "outside",
    }
    /// What stands beside the position and stops or ends the way.
    Standing {
        Active = "active",
        Held = "held",
        Closing = "closing",
        Closed = "closed",
    }
}

view! {
    /// The version of a workflow that a product is pinned to.
    WorkflowRef open {
        key: WorkflowKey,
        version: u32,
        digest: Digest,
    }

    /// One product as it is, or as it was.
    Product open {
        id: ProductId,
        /// How many events made it; the entity tag.
        version: u32,
        name: String,
        workflow: WorkflowRef,
        workflow_title: Words,
        portfolio: PortfolioKey,
        owner: PersonName,
        stage: StageKey,
        stage_title: Words,
        /// The gate at which it stands.
        gate: Option<GateKey>,
        /// The gate at the end of the stage.
        gate_ahead: Option<GateKey>,
        side: Side,
        standing: Standing,
        /// The next date that people work towards.
        due_at: Option<Time>,
        started_at: Time,
        /// The card's content; none after an erasure.
        card: Option<AnyJson>,
        /// The whole state, as the rules see it. The other addresses show its parts with names.
        state: AnyJson,
        /// Names of everyone whom the state mentions.
        people: AnyJson,
        /// The texts that the state names by digest: reasons, conditions, evidence.
        texts: AnyJson,
    }

    /// A line of the list of products.
    ProductLine open {
        id: ProductId,
        version: u32,
        name: String,
        portfolio: PortfolioKey,
        workflow: WorkflowKey,
        workflow_version: u32,
        stage: StageKey,
        /// The gate at which it stands.
        gate: Option<GateKey>,
        side: Side,
        standing: Standing,
        owner: PersonName,
        due_at: Option<Time>,
        overdue: bool,
        started_at: Time,
        changed_at: Time,
    }

    /// A page of products.
    ProductPage open {
        items: List<ProductLine>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: crate::parse::Sometimes<String>,
    }

    /// Who can clear an unmet condition, and where.
    Clear open {
        roles: List<RoleRef>,
        people: List<PersonName>,
        at: AnyJson,
        /// The path of that place.
        href: String,
    }

    /// One unmet condition. Besides these fields it has the parameters of its code.
    Unmet open {
        /// Stable; all are listed in the reference of problems.
        code: String,
        /// In the language of the request.
        sentence: String,
        clear: Clear,
    }

    /// An action of the asking person: allowed, or everything that stands in its way. Besides
    /// these fields it has what the action is about, for example `deliverable`.
    Explained open {
        /// For example `submit_deliverable`.
        action: String,
        /// In the language of the request.
        title: String,
        request: ActionRequest,
        allowed: bool,
        unmet: List<Unmet>,
    }

    /// How an action is asked for. What you have yet to choose stands in braces: `{person}`.
    ActionRequest open { method: String, href: String, }

    /// What can be done with a product now, by the asking person.
    Actions open {
        product: ProductId,
        version: u32,
        actions: List<Explained>,
    }

    /// Who holds a role for a product.
    TeamRole open {
        role: RoleRef,
        title: Words,
        side: Side,
        /// The team has chosen these people; otherwise they are all who hold the role.
        chosen: bool,
        people: List<PersonName>,
    }

    /// Who holds which role for a product.
    Team open {
        owner: PersonName,
        roles: List<TeamRole>,
    }

    /// What a command on a product did, or would do.
    Committed open {
        product: ProductId,
        /// After the command; the entity tag.
        version: u32,
        events: List<NewEvent>,
        /// Nothing was written: this is what would happen.
        dry_run: bool,
        /// The first answer again: the idempotency key had been used for this very request.
        replayed: bool,
    }

    /// A task in an inbox.
    InboxLine open {
        /// None for what belongs to no product yet.
        product: Option<ProductId>,
        /// Empty without a product.
        product_name: String,
        /// The idea, the feedback or the field day that it belongs to; none: the product itself.
        entry: Option<String>,
        portfolio: PortfolioKey,
        /// For example `review_deliverable`.
        kind: String,
        /// In the language of the request.
        title: String,
        /// Which deliverable, criterion, condition, market, review or duty; empty: the product.
        about: String,
        /// None: addressed to the person; else the role that the person holds.
        role: Option<String>,
        due_at: Option<Time>,
        since: Time,
        overdue: bool,
        /// Where it is done.
        href: String,
    }

    /// A page of an inbox.
    InboxPage open {
        items: List<InboxLine>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: crate::parse::Sometimes<String>,
    }

    /// Why a product is held, and until when.
    Hold open {
        since: Time,
        review_at: Time,
        review_due: bool,
        /// None when a condition expired.
        reason: Option<String>,
        /// A gate's decision, somebody's wish, or a condition that expired.
        cause: Anything,
    }

    /// A duty of a way out.
    ExitDuty open {
        key: DutyKey,
        role: RoleKey,
        due_at: Option<Time>,
        fell_due: bool,
        done: bool,
        done_by: Option<PersonId>,
        done_at: Option<Time>,
        evidence: Option<String>,
    }

    /// The duties of the way out on which a product is.
    ExitDuties open { items: List<ExitDuty>, }
}
