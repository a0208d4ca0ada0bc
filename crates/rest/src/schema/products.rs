//! Products, what can be done with them, inboxes.

use sluicegate_core::{
    digest::Digest,
    id::{PersonId, ProductId, ViewId},
    key::*,
    product::{DeliverableRef, RoleRef},
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
    /// What a text belongs to.
    Matter {
        Product = "product",
        Deliverable = "deliverable",
        Idea = "idea",
        Feedback = "feedback",
    }
    /// A field of a line of the list of products.
    Column {
        Name = "name",
        Portfolio = "portfolio",
        Workflow = "workflow",
        WorkflowVersion = "workflow_version",
        Stage = "stage",
        Gate = "gate",
        Side = "side",
        Standing = "standing",
        Outcome = "outcome",
        Health = "health",
        Owner = "owner",
        DueAt = "due_at",
        Overdue = "overdue",
        StartedAt = "started_at",
        ChangedAt = "changed_at",
        Version = "version",
    }
    /// How a product fares; the first that fits, in this order.
    ProductHealth {
        Ended = "ended",
        Blocked = "blocked",
        Overdue = "overdue",
        DueSoon = "due_soon",
        OnTrack = "on_track",
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
        /// How a closed product ended: `killed`, or the key of its exit.
        outcome: Option<String>,
        /// `ended`: closed; `blocked`: held, or an open condition is past its date; `overdue`: the
        /// next due date is past; `due_soon`: it comes within seven days; else `on_track`.
        health: ProductHealth,
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

    /// A piece of a text around what was found in it.
    Excerpt open {
        before: String,
        /// As it is written there.
        found: String,
        after: String,
    }

    /// Something that holds the words that were looked for.
    SearchLine open {
        matter: Matter,
        /// Of an idea the one that it became, if it did.
        product: Option<ProductId>,
        product_name: Option<String>,
        /// The idea or the feedback.
        entry: Option<String>,
        portfolio: PortfolioKey,
        /// The deliverable, where it is one.
        deliverable: Option<DeliverableRef>,
        /// In the language of the request.
        title: String,
        /// Where the words stand; none when they stand in several lines.
        excerpt: Option<Excerpt>,
        href: String,
    }

    /// A page of what was found.
    SearchPage open {
        items: List<SearchLine>,
        /// Give it back as `cursor` to get what follows; left out at the end.
        next: crate::parse::Sometimes<String>,
    }
    /// A saved view of the list of products.
    View open {
        id: ViewId,
        /// The entity tag.
        version: u32,
        name: String,
        owner: PersonName,
        /// Shared with everybody who has a role at this place of the tree, above it or beneath it;
        /// none: private.
        portfolio: Option<PortfolioKey>,
        /// Fields as the query of `/v1/products` has them, with lists for several values.
        filter: AnyJson,
        /// As in the query of `/v1/products`.
        sort: String,
        columns: List<Column>,
        created_at: Time,
        updated_at: Time,
    }

    Views open { items: List<View>, }

    /// Who can clear an unmet condition, and where.
    Clear open {
        roles: List<RoleRef>,
        people: List<PersonName>,
        /// Who can do it in the name of one of them.
        deputies: crate::parse::Sometimes<List<super::DeputyName>>,
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
        /// The content that was filed, when its form has computed fields: with their values.
        content: crate::parse::Sometimes<AnyJson>,
    }

    /// A task in an inbox.
    InboxLine open {
        /// The absent person whose task it is: do it with this id as `On-Behalf-Of`. Left out for
        /// your own tasks.
        r#for: crate::parse::Sometimes<PersonName>,
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
