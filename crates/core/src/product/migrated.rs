//! What a move to another version of the workflow leaves of a product's state.

use chrono::{DateTime, Utc};

use super::{event::*, refs::DeliverableRef, state::*};

impl Product {
    /// Revisions and submissions remember the version that they were made under; what the event
    /// lists is owed, returned or void.
    pub(super) fn migrated(&mut self, recorded: &Recorded) {
        let Event::ProductMigrated {
            workflow,
            reason,
            to_revise,
            card_to_revise,
            owed,
            returned,
            unanswered,
            released,
            dues,
            lifted,
        } = &recorded.event
        else {
            return;
        };
        let at = recorded.at;
        let before = std::mem::replace(&mut self.workflow, workflow.clone());
        for named in owed {
            self.deliverables.entry(named.clone()).or_default();
        }
        for (named, entry) in &mut self.deliverables {
            entry.remember(&before);
            entry.outgrown = to_revise.contains(named).then(|| entry.outgrown.unwrap_or(at));
        }
        let (by, deputy) = (super::evolve::doer(recorded.actor), None);
        for named in returned {
            self.set_work(named, Work::Returned { by, deputy, at, reason: *reason });
        }
        self.card_outgrown = card_to_revise.then(|| self.card_outgrown.unwrap_or(at));
        self.answers.retain(|criterion, _| !unanswered.contains(criterion));
        self.team.retain(|role, _| !released.contains(role));
        self.dues.retain(|key, _| !lifted.contains(key));
        let due = |at: &DateTime<Utc>| Due { at: *at, fell: false };
        self.dues.extend(dues.iter().map(|(key, at)| (key.clone(), due(at))));
    }

    fn set_work(&mut self, named: &DeliverableRef, work: Work) {
        self.deliverables.entry(named.clone()).or_default().work = work;
    }
}

impl Deliverable {
    fn remember(&mut self, version: &WorkflowRef) {
        if let Some(revision) = &mut self.accepted {
            revision.under.get_or_insert_with(|| version.clone());
        }
        if let Work::Submitted { under, .. } = &mut self.work {
            under.get_or_insert_with(|| version.clone());
        }
    }
}
