//! How an event makes the next state of an entry. Total, and free of rules.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{event::*, state::*};
use crate::{id::PersonId, product::Actor};

/// The state after the event. An event that opens nothing makes no entry out of none.
pub fn evolve(entry: Option<Entry>, recorded: &RecordedEntry) -> Option<Entry> {
    let Some(mut entry) = entry else { return open(recorded) };
    *entry.version_mut() += 1;
    let (at, by) = (recorded.at, doer(recorded.actor));
    match &mut entry {
        Entry::Link(link) => {
            if recorded.event == EntryEvent::IntakeLinkRevoked {
                link.revoked = true;
            }
        }
        Entry::Idea(idea) => move_idea(idea, &recorded.event, at, by),
        Entry::Feedback(feedback) => move_feedback(feedback, &recorded.event, at, by),
        Entry::FieldDay(day) => move_field_day(day, &recorded.event, at, by),
    }
    Some(entry)
}

fn open(recorded: &RecordedEntry) -> Option<Entry> {
    match &recorded.event {
        EntryEvent::FeedbackSent { .. } => open_feedback(recorded).map(Entry::Feedback),
        EntryEvent::FieldDayRecorded { .. } => open_field_day(recorded).map(Entry::FieldDay),
        EntryEvent::IdeaSubmitted { .. } => open_idea(recorded).map(Entry::Idea),
        EntryEvent::IntakeLinkOpened {
            link,
            title,
            portfolio,
            workflow,
            screener,
            secret,
            closes_at,
        } => Some(Entry::Link(IntakeLink {
            id: *link,
            version: 1,
            portfolio: portfolio.clone(),
            opened_at: recorded.at,
            opened_by: doer(recorded.actor),
            title: title.clone(),
            workflow: workflow.clone(),
            screener: screener.clone(),
            secret: *secret,
            closes_at: *closes_at,
            revoked: false,
        })),
        _ => None,
    }
}

fn open_idea(recorded: &RecordedEntry) -> Option<Idea> {
    let EntryEvent::IdeaSubmitted {
        idea,
        portfolio,
        origin,
        workflow,
        screener,
        text,
        submitter,
        tracking,
    } = &recorded.event
    else {
        return None;
    };
    Some(Idea {
        id: *idea,
        version: 1,
        portfolio: portfolio.clone(),
        opened_at: recorded.at,
        origin: *origin,
        workflow: workflow.clone(),
        screener: screener.clone(),
        text: *text,
        submitter: *submitter,
        tracking: *tracking,
        state: match origin {
            Origin::Link { .. } => IdeaState::Received,
            Origin::Feedback { .. } => IdeaState::Open,
        },
    })
}

fn open_feedback(recorded: &RecordedEntry) -> Option<Feedback> {
    let EntryEvent::FeedbackSent {
        feedback,
        portfolio,
        product,
        kind,
        market,
        urgent,
        seen,
        said_by,
        attachments,
        field_day,
        owner,
        escalate_to,
        due,
        remind_at,
    } = recorded.event.clone()
    else {
        return None;
    };
    Some(Feedback {
        id: feedback,
        version: 1,
        portfolio,
        opened_at: recorded.at,
        product,
        kind,
        market,
        urgent,
        sender: doer(recorded.actor),
        seen,
        said_by,
        attachments,
        field_day,
        owner,
        escalate_to,
        due,
        remind_at: Some(remind_at),
        escalated: false,
        incident: None,
        answer: None,
        read: false,
    })
}

fn open_field_day(recorded: &RecordedEntry) -> Option<FieldDay> {
    let EntryEvent::FieldDayRecorded {
        field_day,
        portfolio,
        date,
        marketer,
        seller,
        market,
        products,
        notes,
        follow_ups,
    } = recorded.event.clone()
    else {
        return None;
    };
    let open = |draft: crate::product::ConditionDraft| FollowUp {
        text: draft.text,
        owner: draft.owner,
        due: draft.due,
        fell_due: false,
        done: None,
    };
    Some(FieldDay {
        id: field_day,
        version: 1,
        portfolio,
        opened_at: recorded.at,
        recorded_by: doer(recorded.actor),
        date,
        marketer,
        seller,
        market,
        products,
        notes,
        follow_ups: (1..).zip(follow_ups.into_iter().map(open)).collect(),
        feedback: BTreeSet::new(),
    })
}

fn move_idea(idea: &mut Idea, event: &EntryEvent, at: DateTime<Utc>, by: PersonId) {
    use EntryEvent as E;
    idea.state = match event {
        E::IdeaAccepted | E::IdeaWoke => IdeaState::Open,
        E::IdeaRejected { why } => IdeaState::Rejected { by, at, why: *why },
        E::IdeaPromoted { product } => IdeaState::Promoted { product: *product, by, at },
        E::IdeaMerged { into } => IdeaState::Merged { into: *into, by, at },
        E::IdeaParked { until, reason } => {
            IdeaState::Parked { until: *until, reason: *reason, by, at }
        }
        E::IdeaDeclined { reason } => IdeaState::Declined { reason: *reason, by, at },
        _ => return,
    };
}

fn move_feedback(feedback: &mut Feedback, event: &EntryEvent, at: DateTime<Utc>, by: PersonId) {
    use EntryEvent as E;
    match event {
        E::FeedbackHandedOver { to } => feedback.owner = *to,
        E::FeedbackReminded => feedback.remind_at = None,
        E::FeedbackEscalated { .. } => {
            feedback.remind_at = None;
            feedback.escalated = true;
        }
        E::FeedbackAnswered { outcome } => {
            feedback.answer = Some(Answer { by, at, outcome: outcome.clone() });
        }
        E::FeedbackAnswerRead => feedback.read = true,
        E::IncidentFlagged { to } => {
            let (flagged_by, flagged_at, to) = (by, at, to.clone());
            feedback.incident = Some(Incident { flagged_by, flagged_at, to, assessed: None });
        }
        E::IncidentAssessed { reportable, note } => {
            if let Some(incident) = &mut feedback.incident {
                let (reportable, note) = (*reportable, *note);
                incident.assessed = Some(Assessment { by, at, reportable, note });
            }
        }
        _ => {}
    }
}

fn move_field_day(day: &mut FieldDay, event: &EntryEvent, at: DateTime<Utc>, by: PersonId) {
    match event {
        EntryEvent::LearningsSent { feedback } => day.feedback.extend(feedback),
        EntryEvent::FollowUpFinished { follow_up } => {
            if let Some(open) = day.follow_ups.get_mut(follow_up) {
                open.done = Some(FollowUpDone { by, at });
            }
        }
        EntryEvent::FollowUpFellDue { follow_up } => {
            if let Some(open) = day.follow_ups.get_mut(follow_up) {
                open.fell_due = true;
            }
        }
        _ => {}
    }
}

/// What clock and visitors do keeps no doer, and deputies do nothing here; should the log ever say
/// otherwise, the nil id makes it visible.
const fn doer(actor: Actor) -> PersonId {
    match actor {
        Actor::Person(person) => person,
        Actor::System | Actor::Visitor | Actor::Deputy { .. } => PersonId::new(uuid::Uuid::nil()),
    }
}
