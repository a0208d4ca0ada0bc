//! Absence: delegations, assistants, default deputies.

use sluicegate_core::{
    id::{DelegationId, PersonId},
    key::*,
};

use super::{PersonName, Time};
use crate::parse::{List, choice, view};

choice! {
    /// `over`: its time has passed; `ended`: before its time.
    DelegationState { Ahead = "ahead", Live = "live", Over = "over", Ended = "ended", }
}

view! {
    /// A deputy, and the absent person.
    DeputyName open {
        id: PersonId,
        name: String,
        /// In whose name.
        r#for: PersonName,
    }

    /// Who stands in for somebody, for how long, and for what.
    Delegation open {
        id: DelegationId,
        /// The absent person.
        of: PersonName,
        /// None: the default deputy of each role.
        to: Option<PersonName>,
        from: Time,
        until: Time,
        /// Only in these roles; empty: in all.
        roles: List<RoleKey>,
        /// Only at these gates and in the stages before them; empty: everywhere.
        gates: List<GateKey>,
        state: DelegationState,
        /// None to those whom it does not concern, and after an erasure.
        reason: Option<String>,
    }

    Delegations open { items: List<Delegation>, }

    Assistants open { items: List<PersonName>, }

    /// Who stands in for the holders of a role where nobody else is named.
    Deputy open {
        role: RoleKey,
        /// None: everywhere.
        portfolio: Option<PortfolioKey>,
        person: PersonName,
    }

    Deputies open { items: List<Deputy>, }

    /// An absent person in whose name you may act, and where.
    StandsIn open {
        /// The absent person; send the id as `On-Behalf-Of`.
        r#for: PersonName,
        portfolio: PortfolioKey,
        roles: List<RoleKey>,
        /// None: at all gates.
        gates: Option<List<GateKey>>,
        /// Who passed it on, when it did not come from the absent person.
        through: Option<PersonName>,
    }
}
