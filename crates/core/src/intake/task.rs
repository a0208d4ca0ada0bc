//! What waits for whom because of an entry.

use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

use super::state::{Entry, Feedback, IdeaState};
use crate::{key::RoleKey, rules::Addressee};

/// The shortest time in which an authority must be told: EU MDR, Art. 87 (4).
const INCIDENT: Days = Days::new(2);

/// One thing to do. Made from the state alone, so it can be rebuilt at any time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub addressee: Addressee,
    pub kind: TaskKind,
    /// The number of a follow-up; else empty.
    pub about: String,
    pub due: Option<DateTime<Utc>>,
    pub since: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    ModerateIdea,
    ScreenIdea,
    TriageFeedback,
    /// The triage is late, and those above look to it.
    TriageLateFeedback,
    AssessIncident,
    ReadAnswer,
    FollowUp,
}

impl TaskKind {
    pub const ALL: [Self; 7] = [
        Self::ModerateIdea,
        Self::ScreenIdea,
        Self::TriageFeedback,
        Self::TriageLateFeedback,
        Self::AssessIncident,
        Self::ReadAnswer,
        Self::FollowUp,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::ModerateIdea => "moderate_idea",
            Self::ScreenIdea => "screen_idea",
            Self::TriageFeedback => "triage_feedback",
            Self::TriageLateFeedback => "triage_late_feedback",
            Self::AssessIncident => "assess_incident",
            Self::ReadAnswer => "read_answer",
            Self::FollowUp => "follow_up",
        }
    }
}

/// Every task of an entry.
pub fn tasks(entry: &Entry) -> Vec<Task> {
    match entry {
        Entry::Link(_) => Vec::new(),
        Entry::Idea(idea) => {
            let kind = match &idea.state {
                IdeaState::Received => TaskKind::ModerateIdea,
                IdeaState::Open => TaskKind::ScreenIdea,
                _ => return Vec::new(),
            };
            vec![for_role(&idea.screener, kind, None, idea.opened_at)]
        }
        Entry::Feedback(feedback) => of_feedback(feedback),
        Entry::FieldDay(day) => {
            let open = day.follow_ups.iter().filter(|(_, each)| each.done.is_none());
            open.map(|(number, each)| Task {
                addressee: Addressee::Person(each.owner),
                kind: TaskKind::FollowUp,
                about: number.to_string(),
                due: Some(each.due),
                since: day.opened_at,
            })
            .collect()
        }
    }
}

fn of_feedback(feedback: &Feedback) -> Vec<Task> {
    let mut tasks = Vec::new();
    let for_person = |person, kind, due, since| Task {
        addressee: Addressee::Person(person),
        kind,
        about: String::new(),
        due,
        since,
    };
    match &feedback.answer {
        None => {
            let (due, since) = (Some(feedback.due), feedback.opened_at);
            tasks.push(for_person(feedback.owner, TaskKind::TriageFeedback, due, since));
            if feedback.escalated {
                let kind = TaskKind::TriageLateFeedback;
                tasks.push(for_role(&feedback.escalate_to, kind, due, feedback.due));
            }
        }
        Some(answer) if !feedback.read && answer.by != feedback.sender => {
            tasks.push(for_person(feedback.sender, TaskKind::ReadAnswer, None, answer.at));
        }
        Some(_) => {}
    }
    if let Some(incident) = feedback.incident.as_ref().filter(|it| it.assessed.is_none()) {
        let since = incident.flagged_at;
        let kind = TaskKind::AssessIncident;
        let due = Some(since + INCIDENT);
        tasks.extend(incident.to.iter().map(|role| for_role(role, kind, due, since)));
    }
    tasks
}

fn for_role(
    role: &RoleKey,
    kind: TaskKind,
    due: Option<DateTime<Utc>>,
    since: DateTime<Utc>,
) -> Task {
    let addressee = Addressee::Role(role.clone());
    Task { addressee, kind, about: String::new(), due, since }
}
