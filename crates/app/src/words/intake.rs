//! Sentences of the loop between the field and upstream.

use sluicegate_core::intake::{EntryId, TaskKind};

use super::Lang;
use crate::view::TrackStatus;

/// What a task asks for; `subject` is the product's name, where there is one.
pub fn entry_task(lang: Lang, kind: TaskKind, subject: Option<&str>) -> String {
    let title = match (kind, lang) {
        (TaskKind::ModerateIdea, Lang::En) => "Let a new idea in, or not",
        (TaskKind::ModerateIdea, Lang::Ko) => "새 아이디어 접수 여부 확인",
        (TaskKind::ScreenIdea, Lang::En) => "Screen an idea",
        (TaskKind::ScreenIdea, Lang::Ko) => "아이디어 선별",
        (TaskKind::TriageFeedback, Lang::En) => "Triage feedback",
        (TaskKind::TriageFeedback, Lang::Ko) => "현장 피드백 분류",
        (TaskKind::TriageLateFeedback, Lang::En) => "Feedback waits too long for its triage",
        (TaskKind::TriageLateFeedback, Lang::Ko) => "현장 피드백 분류 지연",
        (TaskKind::AssessIncident, Lang::En) => "Assess a possible incident",
        (TaskKind::AssessIncident, Lang::Ko) => "이상사례 가능성 평가",
        (TaskKind::ReadAnswer, Lang::En) => "Your feedback is answered",
        (TaskKind::ReadAnswer, Lang::Ko) => "보낸 피드백에 대한 답변 확인",
        (TaskKind::FollowUp, Lang::En) => "Follow up on a field day",
        (TaskKind::FollowUp, Lang::Ko) => "현장 동행 후속 조치",
    };
    match subject.filter(|name| !name.is_empty()) {
        Some(name) => format!("{title}: {name}"),
        None => title.to_owned(),
    }
}

/// What became of an idea, for its submitter.
pub fn track(lang: Lang, status: TrackStatus) -> String {
    let sentence = match (status, lang) {
        (TrackStatus::Received, Lang::En) => "We have your idea. Nobody has looked at it yet.",
        (TrackStatus::Received, Lang::Ko) => "아이디어가 접수되었습니다. 아직 확인 전입니다.",
        (TrackStatus::InReview, Lang::En) => "Your idea is being screened.",
        (TrackStatus::InReview, Lang::Ko) => "아이디어를 검토하고 있습니다.",
        (TrackStatus::TakenUp, Lang::En) => "Your idea was taken up: we are working on it.",
        (TrackStatus::TakenUp, Lang::Ko) => "아이디어가 채택되어 제품으로 검토·개발하고 있습니다.",
        (TrackStatus::Parked, Lang::En) => "Your idea rests; we will look at it again.",
        (TrackStatus::Parked, Lang::Ko) => "아이디어를 보류했으며 이후 다시 검토합니다.",
        (TrackStatus::Declined, Lang::En) => "We will not pursue your idea; the reason is here.",
        (TrackStatus::Declined, Lang::Ko) => {
            "아이디어를 진행하지 않기로 했습니다. 사유를 확인하십시오."
        }
        (TrackStatus::NotAccepted, Lang::En) => "This was not accepted as an idea for this page.",
        (TrackStatus::NotAccepted, Lang::Ko) => "이 창구의 아이디어로 접수되지 않았습니다.",
        (TrackStatus::Ended, Lang::En) => "Your idea was taken up, and the work on it has ended.",
        (TrackStatus::Ended, Lang::Ko) => "아이디어를 진행했으나 개발이 중단되었습니다.",
    };
    sentence.to_owned()
}

/// The title of a field of the form for visitors.
pub fn intake_field(lang: Lang, name: &str) -> &'static str {
    match (name, lang) {
        ("name", Lang::En) => "Your name",
        ("name", Lang::Ko) => "성함",
        ("contact", Lang::En) => "How we can reach you",
        ("contact", Lang::Ko) => "연락처",
        ("problem", Lang::En) => "The problem",
        ("problem", Lang::Ko) => "어떤 문제입니까?",
        ("idea", Lang::En) => "Your idea",
        ("idea", Lang::Ko) => "아이디어 내용",
        ("evidence", Lang::En) => "Links to evidence",
        ("evidence", Lang::Ko) => "근거 자료 링크",
        ("market", Lang::En) => "Country or region",
        ("market", Lang::Ko) => "국가 또는 지역",
        (_, Lang::En) => "Who has the problem",
        (_, Lang::Ko) => "문제를 겪는 대상",
    }
}

/// What an entry is called; `about` is its beginning, or the product's name.
pub fn entry_title(lang: Lang, id: EntryId, about: Option<&str>) -> String {
    let kind = match (id, lang) {
        (EntryId::Link(_), Lang::En) => "Intake link",
        (EntryId::Link(_), Lang::Ko) => "접수 링크",
        (EntryId::Idea(_), Lang::En) => "Idea",
        (EntryId::Idea(_), Lang::Ko) => "아이디어",
        (EntryId::Feedback(_), Lang::En) => "Feedback",
        (EntryId::Feedback(_), Lang::Ko) => "현장 피드백",
        (EntryId::FieldDay(_), Lang::En) => "Field day",
        (EntryId::FieldDay(_), Lang::Ko) => "현장 동행",
    };
    match about.filter(|about| !about.is_empty()) {
        Some(about) => format!("{kind}: {about}"),
        None => kind.to_owned(),
    }
}

/// The path of an entry.
pub fn entry_href(id: EntryId) -> String {
    match id {
        EntryId::Link(id) => format!("/v1/intake-links/{id}"),
        EntryId::Idea(id) => format!("/v1/ideas/{id}"),
        EntryId::Feedback(id) => format!("/v1/feedback/{id}"),
        EntryId::FieldDay(id) => format!("/v1/field-days/{id}"),
    }
}
