//! 한국어 문장. Korean sentences; particles are written so that they fit after any word.

use sluicegate_core::{
    clocks::Waited,
    definition::form::FaultKind,
    directory::PortfolioKind,
    expr::Reason,
    rules::{Action, Blocker, Excluded, Exclusion, ProblemKind, TaskKind, Thing},
};

use super::{Lang, Voice, listed};
use crate::error::Right;

pub(super) const fn waited(who: Waited) -> &'static str {
    match who {
        Waited::Team => "팀 작업",
        Waited::Reviewer => "검토자 대기",
        Waited::Gatekeeper => "게이트키퍼 대기",
        Waited::Receiver => "시장 인수자 대기",
        Waited::Regulator => "규제기관 대기",
        Waited::Hold => "보류",
        Waited::Closed => "재개 전 종료 기간",
    }
}

pub(super) const fn right(right: Right) -> &'static str {
    match right {
        Right::OwnName => "사람이 본인 이름으로만 할 수 있습니다",
        Right::Owner => "소유자만 할 수 있습니다",
        Right::Role => "그곳이나 그 위 또는 아래에 역할이 있는 사람만 할 수 있습니다",
        Right::SelfOrAdministrator => "본인과 관리자만 할 수 있습니다",
        Right::Auditor => "회사 전체의 감사자와 관리자만 할 수 있습니다",
        Right::Session => "토큰이 아닌 로그인 세션으로만 할 수 있습니다",
    }
}

pub(super) fn action(v: &Voice<'_>, action: &Action) -> String {
    use Action as A;
    match action {
        A::Start => "제품 시작".into(),
        A::Rename => "제품 이름 변경".into(),
        A::ReviseCard => "제품 카드 수정".into(),
        A::TransferOwnership => "소유자 이전".into(),
        A::Migrate { version } => format!("워크플로 버전 {version}(으)로 전환"),
        A::AssignRole => "팀원 지정".into(),
        A::ReleaseRole => "팀원 해제".into(),
        A::AddMarket => "시장 추가".into(),
        A::WithdrawMarket { market } => format!("시장 철회: {market}"),
        A::SubmitDeliverable { deliverable } => format!("제출: {}", v.deliverable(deliverable)),
        A::AcceptDeliverable { deliverable } => format!("승인: {}", v.deliverable(deliverable)),
        A::ReturnDeliverable { deliverable } => format!("반려: {}", v.deliverable(deliverable)),
        A::AskWaiver { deliverable } => format!("면제 요청: {}", v.deliverable(deliverable)),
        A::ApproveWaiver { deliverable } => format!("면제 승인: {}", v.deliverable(deliverable)),
        A::RefuseWaiver { deliverable } => format!("면제 거절: {}", v.deliverable(deliverable)),
        A::AnswerCriterion { criterion } => format!("답변: {}", v.criterion(criterion)),
        A::Submit { gate, path } => {
            format!("게이트 상정: {} ({})", v.gate(gate), v.path(gate, path))
        }
        A::SubmitToStop { gate } => {
            let can = v.without_go(gate, ["중단", "보류", "재작업"]);
            format!("{} 상정: {}", can.join("·"), v.gate(gate))
        }
        A::SubmitToReopen { gate } => format!("재개 상정: {}", v.gate(gate)),
        A::Withdraw(_) => "상정 철회".into(),
        A::Score(_) => "채점".into(),
        A::Vote(_) => "투표".into(),
        A::Decide(_) => "의장 결정".into(),
        A::GiveEvidence { condition } => format!("조건 {condition} 증빙 제출"),
        A::RefuseEvidence { condition } => format!("조건 {condition} 증빙 반려"),
        A::CloseCondition { condition } => format!("조건 {condition} 종결"),
        A::ExtendCondition { condition } => format!("조건 {condition} 기한 연장"),
        A::PlaceHold => "제품 보류".into(),
        A::Resume => "제품 재개".into(),
        A::OfferHandover { market } => format!("인계 제안: {market}"),
        A::AcceptHandover { market } => format!("인수 수락: {market}"),
        A::DeclineHandover { market } => format!("인수 거절: {market}"),
        A::CompleteReview { review } => format!("검토 {review} 완료"),
        A::DischargeDuty { duty } => format!("의무 이행: {}", v.duty(duty)),
        A::WithdrawObligation { obligation } => format!("개정 의무 {obligation} 철회"),
        A::Tick => "시계 처리".into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one sentence for each blocker, and none missing")]
pub(super) fn blocker(v: &Voice<'_>, blocker: &Blocker) -> String {
    use Blocker as B;
    match blocker {
        B::NotYourRole { roles } => format!("다음 역할만 할 수 있습니다: {}.", v.roles(roles)),
        B::NotYours { people } => format!("다음 사람만 할 수 있습니다: {}.", v.people(people)),
        B::AccountClosed => "계정이 닫혀 있습니다.".into(),
        B::PeopleOnly => "기계가 아닌 사람만 할 수 있습니다.".into(),
        B::ClockOnly => "시계만 할 수 있습니다.".into(),
        B::NotByDeputy => {
            "다른 사람의 이름으로는 심의와 판단만 할 수 있습니다. 자신의 이름으로 하십시오.".into()
        }
        B::NotDelegated { of } => {
            format!("지금 이 일을 대행하도록 위임받지 않았습니다: {}.", v.person(*of))
        }
        B::DeputyMayNot { excluded } => {
            format!("다른 사람의 이름으로도 할 수 없습니다:{}", exclusion(v, excluded))
        }
        B::ProductHeld => "제품이 보류 중입니다.".into(),
        B::ProductNotHeld => "제품이 보류 중이 아닙니다.".into(),
        B::ProductClosing => "제품이 종료 절차 중입니다.".into(),
        B::ProductClosed => "제품이 종료되었습니다.".into(),
        B::ProductNotClosed => "제품이 종료되지 않았습니다.".into(),
        B::PacketFrozen { gate } => {
            format!("심의 중인 게이트: {}. 바꾸려면 상정을 철회하십시오.", v.gate(gate))
        }
        B::SubmissionNotOpen { submission } => {
            format!("{submission}번 상정은 더 이상 열려 있지 않습니다.")
        }
        B::NotAtThisGate { gate, stage } => {
            format!("게이트 “{}”의 단계는 다릅니다: {}.", v.gate(gate), v.stage(stage))
        }
        B::StageNotReached { stage } => {
            format!("아직 도달하지 않은 단계입니다: {}.", v.stage(stage))
        }
        B::DeliverableNeededFirst { deliverable } => {
            format!("먼저 승인되어야 합니다: {}.", v.deliverable(deliverable))
        }
        B::AlreadySubmitted => "이미 검토자에게 제출되었습니다.".into(),
        B::NothingToReview => "제출된 것이 없습니다.".into(),
        B::SubmitterMayNotReview => "제출한 사람은 검토할 수 없습니다.".into(),
        B::ReviewedAlready => "이미 검토했습니다. 다른 검토자가 남아 있습니다.".into(),
        B::NotWaivable => "이 워크플로에서는 면제할 수 없습니다.".into(),
        B::NoWaiverAsked => "면제 요청이 없습니다.".into(),
        B::AskerMayNotApprove => "면제를 요청한 사람은 승인할 수 없습니다.".into(),
        B::AlreadyFulfilled => "이미 승인되었거나 면제되었습니다.".into(),
        B::DeliverableMissing { deliverable } => {
            format!("산출물이 없습니다: {}.", v.deliverable(deliverable))
        }
        B::DeliverableInReview { deliverable } => {
            format!("검토를 기다리고 있습니다: {}.", v.deliverable(deliverable))
        }
        B::WaiverUndecided { deliverable } => {
            format!("면제 승인을 기다리고 있습니다: {}.", v.deliverable(deliverable))
        }
        B::DeliverableToRevise { deliverable } => {
            format!("{}: 양식이 변경되어 다시 제출해야 합니다.", v.deliverable(deliverable))
        }
        B::CardToRevise => "양식이 변경되어 제품 카드를 수정해야 합니다.".into(),
        B::GuardUnknown { deliverable, .. } => {
            format!("필요 여부를 아직 알 수 없습니다: {}.", v.deliverable(deliverable))
        }
        B::CriterionFailed { criterion, .. } => {
            format!("충족되지 않음: {}", v.criterion(criterion))
        }
        B::CriterionUnknown { criterion, .. } => {
            format!("아직 알 수 없음: {}", v.criterion(criterion))
        }
        B::CriterionUnanswered { criterion } => format!("답변 없음: {}", v.criterion(criterion)),
        B::CriterionAnsweredNo { criterion } => {
            format!("“아니요”로 답변됨: {}", v.criterion(criterion))
        }
        B::ConditionOpen { condition } => format!("조건 {condition}번이 열려 있습니다."),
        B::ConditionExpired { condition } => format!("조건 {condition}번의 기한이 지났습니다."),
        B::ReviewDue { review } => format!("검토 {review}번이 기한이 되었으나 끝나지 않았습니다."),
        B::NoMarket => "제품에 시장이 없습니다.".into(),
        B::SeatUnfillable { seat, need, found, excluded } => {
            let out: String = excluded.iter().map(|each| exclusion(v, each)).collect();
            format!("좌석 {seat}: {need}명이 필요하지만 {found}명만 가능합니다.{out}")
        }
        B::ChairMissing { role } => {
            format!("본인 외에 의장을 맡을 사람이 없습니다: {}.", v.role_key(role))
        }
        B::NotOnPanel => "심의 위원이 아닙니다.".into(),
        B::AlreadyVoted => "이미 투표했습니다.".into(),
        B::ScoreFirst => "먼저 채점한 뒤 투표하십시오.".into(),
        B::NoScorecard => "이 게이트에는 채점표가 없습니다.".into(),
        B::SeatWaits { seat } => format!("좌석 {seat}의 투표가 먼저입니다."),
        B::ChairDecides => "투표로는 더 이상 결정할 수 없습니다. 의장이 결정합니다.".into(),
        B::VotesDecide => "아직 투표로 결정할 수 있습니다.".into(),
        B::SubmitterMayNotDecide => "상정한 사람은 결정할 수 없습니다.".into(),
        B::ActedAsDeputy => {
            "이미 다른 사람의 이름으로 투표했습니다. 한 사람의 의견은 한 번만 반영됩니다.".into()
        }
        B::HoldNotOffered => "이 게이트에서는 제품을 보류할 수 없습니다.".into(),
        B::NoEvidence => "증빙이 없습니다.".into(),
        B::EvidenceGiverMayNotClose => "증빙을 낸 사람은 조건을 종결할 수 없습니다.".into(),
        B::ConditionClosed => "조건이 종결되었습니다.".into(),
        B::NoHandover => "이 워크플로에는 인계가 없습니다.".into(),
        B::MarketHandedOver => "시장이 이미 제안되었거나 인계되었습니다.".into(),
        B::NotLaunched { gate } => format!("아직 통과하지 않은 게이트입니다: {}.", v.gate(gate)),
        B::MarketBlocked { failing } => {
            format!("이 시장에서는 아직 판매할 수 없습니다: {}.", v.checks(failing))
        }
        B::NoReceiver { role } => format!("인수할 사람이 없습니다: {}.", v.role(role)),
        B::AlreadyOffered => "시장이 이미 제안되었습니다.".into(),
        B::NoOffer => "시장이 제안되지 않았습니다.".into(),
        B::BothSides => "이 워크플로에서는 한 사람이 양쪽을 맡을 수 없습니다.".into(),
        B::ReviewNotDue { due } => format!("검토 기한은 {}입니다.", due.date_naive()),
        B::ReviewDone => "검토가 끝났습니다.".into(),
        B::ReviewedByGate { gate } => {
            format!("이 검토는 게이트의 결정으로 끝납니다: {}.", v.gate(gate))
        }
        B::DutyDone => "의무가 이행되었습니다.".into(),
        B::NotClosing => "제품이 종료 절차 중이 아닙니다.".into(),
        B::StageMissing { stage } => {
            format!("새 버전에는 {} 단계가 없습니다.", v.stage(stage))
        }
        B::OfferOpen { market } => {
            format!("{market} 시장의 인계가 제안되어 있으나 새 버전에는 인계가 없습니다.")
        }
        B::GateBehind { gate } => format!(
            "새 버전에서는 {} 게이트가 이 제품보다 앞 단계에 있으나 통과한 적이 없습니다.",
            v.gate(gate)
        ),
        B::ObligationSettled => "약속한 개정이 이미 완료되었거나 철회되었습니다.".into(),
        B::LinkClosed => "이 링크로는 더 이상 아이디어를 받지 않습니다.".into(),
        B::IdeaModerated => "이미 접수되었거나 반려된 아이디어입니다.".into(),
        B::IdeaNotModerated => "먼저 접수되어야 하는 아이디어입니다.".into(),
        B::IdeaAnswered => "이미 답변된 아이디어입니다.".into(),
        B::FeedbackAnswered => "이미 답변된 피드백입니다.".into(),
        B::FeedbackNotAnswered => "아직 답변되지 않은 피드백입니다.".into(),
        B::NoIncident => "이상사례 가능성이 제기되지 않았습니다.".into(),
        B::IncidentFlagged => "이미 이상사례 가능성이 제기되었습니다.".into(),
        B::IncidentAssessed => "이상사례 가능성이 이미 평가되었습니다.".into(),
        B::FollowUpDone => "후속 조치가 이미 완료되었습니다.".into(),
        B::OwnPassword => "이미 비밀번호가 있습니다. 현재 비밀번호를 입력하여 변경하십시오.".into(),
        B::FactorThere => "이미 2차 인증이 등록되어 있습니다. 먼저 해제하십시오.".into(),
        B::FactorToSign => {
            "서명하려면 비밀번호와 2차 인증이 필요합니다. 먼저 2차 인증을 등록하십시오.".into()
        }
        B::SigningLocked => {
            "본인 확인 오류가 반복되어 서명이 잠겼습니다. 관리자의 확인이 필요합니다.".into()
        }
        B::OwnSigning => "본인의 서명 잠금은 다른 관리자가 해제해야 합니다.".into(),
        B::OwnFactor => "분실한 2차 인증은 다른 사람이 해제해야 합니다.".into(),
        B::AskerMayNotConfirm => "해제를 요청한 사람은 승인할 수 없습니다.".into(),
        B::LastAdministrator => "마지막 관리자입니다. 먼저 다른 관리자를 지정하십시오.".into(),
        B::AccountOpen { person } => {
            format!("{}의 계정이 열려 있습니다. 먼저 계정을 닫으십시오.", v.person(*person))
        }
        B::ContentIsProfile { person } => {
            format!("{}의 이름과 주소입니다. 사람 단위로 삭제하십시오.", v.person(*person))
        }
        B::PersonErased { .. } => {
            "이름과 주소가 삭제되어 계정을 다시 열 수 없습니다. 새 계정을 만드십시오.".into()
        }
        B::AttachmentErased => "삭제된 파일이므로 다시 등록할 수 없습니다.".into(),
    }
}

fn exclusion(v: &Voice<'_>, excluded: &Excluded) -> String {
    let because = match excluded.because {
        Exclusion::Submitted => "상정자",
        Exclusion::Author => "심의 대상의 작성자",
        Exclusion::Reviewer => "심의 대상의 검토자",
        Exclusion::HoldsOtherRole => "분리된 역할의 담당자",
        Exclusion::SitsElsewhere => "다른 좌석의 위원",
        Exclusion::Machine => "기계",
        Exclusion::ActedForAnother => "다른 사람의 이름으로 이미 심의한 사람",
        Exclusion::Asked => "요청한 사람",
        Exclusion::GaveEvidence => "증빙을 제출한 사람",
        Exclusion::Owes => "조건의 담당자",
        Exclusion::HandsOver => "시장을 인계하는 사람",
    };
    format!(" {} 불가: {because}.", v.person(excluded.person))
}

#[expect(clippy::too_many_lines, reason = "a sentence for each kind")]
pub(super) fn problem(v: &Voice<'_>, kind: &ProblemKind) -> String {
    use ProblemKind as P;
    match kind {
        P::Form { fault } => form_fault(&fault.kind),
        P::ContentMissing => "내용이 함께 전송되지 않았습니다.".into(),
        P::NoForm => "이 산출물에는 양식이 없습니다. 첨부나 링크를 제출하십시오.".into(),
        P::FormNeeded { form } => format!("양식을 작성하십시오: {form}."),
        P::DocumentEmpty => "첨부나 링크를 제출하십시오.".into(),
        P::AttachmentsMissing { need, found } => {
            format!("첨부가 {need}개 이상 필요하지만 {found}개입니다.")
        }
        P::UnknownPerson { person } => format!("이 식별자의 사람이 없습니다: {person}."),
        P::NotAHolder { person, role } => {
            format!("{}: 이 역할을 맡고 있지 않습니다: {}.", v.person(*person), v.role_key(role))
        }
        P::Machine { person } => format!("{}: 기계입니다. 사람을 지정하십시오.", v.person(*person)),
        P::MarketNeeded { role } => {
            format!("시장별 역할입니다. 역할@시장 형식으로 쓰십시오: {}.", v.role_key(role))
        }
        P::NoMarketAllowed { role } => {
            format!("제품 전체의 역할입니다. 시장을 쓰지 마십시오: {}.", v.role_key(role))
        }
        P::UseTransfer => "소유자는 소유자 이전으로 바뀝니다.".into(),
        P::AlreadyThere => "이미 그렇습니다.".into(),
        P::NotThere => "그렇지 않습니다.".into(),
        P::UnknownFactor { factor } => format!("채점표에 없는 항목입니다: {factor}."),
        P::ScoreMissing { factor } => format!("이 항목도 채점하십시오: {factor}."),
        P::ScoreOutOfRange { factor } => format!("점수는 0에서 10까지입니다: {factor}."),
        P::OutcomeNotOffered { offered } => {
            format!("다음 중에서 선택하십시오: {}.", offered.join(", "))
        }
        P::StageNotOffered { offered } => {
            let stages: Vec<&str> = offered.iter().map(|stage| v.stage(stage)).collect();
            format!("다음 단계 중에서 선택하십시오: {}.", stages.join(", "))
        }
        P::RecyclesUsedUp { at_most } => {
            format!("이 게이트의 재작업 한도({at_most}회)를 모두 썼습니다.")
        }
        P::ConditionsNeeded => "조건부 통과에는 조건이 필요합니다.".into(),
        P::ConditionsNotAllowed => "조건은 조건부 통과에만 붙습니다.".into(),
        P::NotInFuture => "미래여야 합니다.".into(),
        P::TooLate { latest } => format!("{}까지여야 합니다.", latest.date_naive()),
        P::SigningUnknown => "본인이 완료한 해당 서명 절차가 없습니다.".into(),
        P::SigningForAnother => {
            "다른 행위, 패킷 또는 명의에 대한 서명 절차입니다. 새로 시작하십시오.".into()
        }
        P::SigningTooOld => "본인 확인 후 시간이 지났습니다. 서명을 다시 시작하십시오.".into(),
        P::NothingToSign => "여기에는 서명이 필요하지 않습니다.".into(),
        P::SignatureNeeded { meaning } => format!("서명하십시오. 서명의 의미: {meaning}."),
        P::UnknownSeat { seat } => format!("게이트에 없는 좌석입니다: {seat}."),
        P::MayNotSit { seat, person } => {
            format!("{}: 이 좌석에 앉을 수 없습니다: {seat}.", v.person(*person))
        }
        P::SeatNeeds { seat, need, of, found } => match of {
            Some(of) => format!("좌석 {seat}: {need}~{of}명이어야 하지만 {found}명입니다."),
            None => format!("좌석 {seat}: {need}명 이상이어야 하지만 {found}명입니다."),
        },
        P::SitsTwice { person } => format!("{}: 두 번 앉게 됩니다.", v.person(*person)),
        P::ItemsMissing { items } => {
            let items: Vec<&str> = items.iter().map(|item| v.item(item)).collect();
            format!("다음도 확인하십시오: {}.", items.join(", "))
        }
        P::UnknownItem { item } => format!("점검표에 없는 항목입니다: {item}."),
        P::NoItems => "거절하는 항목과 이유를 쓰십시오.".into(),
        P::UnknownReceiver { market } => {
            format!("{market}: 인수할 수 있는 사람이 여럿입니다. 한 사람을 지정하십시오.")
        }
        P::Inactive { person } => format!("{}: 계정이 닫혀 있습니다.", v.person(*person)),
        P::EverywhereOnly { role } => format!("이 역할은 전체 범위로만 부여됩니다: {role}."),
        P::Unsuitable { otherwise, .. } => {
            format!("이 제품에 맞지 않는 워크플로입니다: {}.", Lang::Ko.of(otherwise))
        }
        P::DoesNotFitBeneath { kind, parent } => format!(
            "{} 아래에는 {} 항목을 둘 수 없습니다. 회사 아래에는 사업부와 포트폴리오를, 사업부 \
             아래에는 포트폴리오를 둡니다.",
            korean_kind(*parent),
            korean_kind(*kind)
        ),
        P::NoProductsHere { kind } => {
            format!("제품은 포트폴리오에만 속합니다. 이 항목의 종류: {}.", korean_kind(*kind))
        }
        P::NotAnAddress => "메일 주소는 name@example.com 형식입니다.".into(),
        P::OtherPortfolio { portfolio } => format!("이 포트폴리오에 있어야 합니다: {portfolio}."),
        P::MergesIntoItself => "아이디어는 자신의 중복일 수 없습니다.".into(),
        P::NotMergeable => {
            "그 아이디어는 다른 것에 병합되었거나 접수되지 않았습니다. 유효한 것을 지정하십시오."
                .into()
        }
        P::NotOnTeam { person } => {
            format!("{}: 이 제품에서 역할을 맡은 사람이 아닙니다.", v.person(*person))
        }
        P::InFuture => "아직 일어나지 않은 일입니다.".into(),
        P::TooLongAgo { earliest } => format!("{earliest} 이후의 날짜여야 합니다."),
        P::SamePerson => "서로 다른 두 사람이어야 합니다.".into(),
        P::NotItsMarket { markets } => format!(
            "이 제품의 시장이 아닙니다. 다음 중 하나를 고르거나 비워 두고 본문에 장소를 적으십시오: {}.",
            listed(markets)
        ),
        P::TooManyItems { max } => format!("{max}개까지 가능합니다."),
        P::NotNewer { current } => {
            format!("현재 버전은 {current}입니다. 더 새로운 버전으로만 전환할 수 있습니다.")
        }
        P::OwnDeputy { .. } => "자기 자신을 대행할 수 없습니다. 다른 사람을 지정하십시오.".into(),
        P::SelfAppointed { .. } => {
            "다른 사람의 권한을 스스로에게 위임할 수 없습니다. 다른 사람에게 요청하십시오.".into()
        }
        P::NotAfterBeginning => "시작 이후여야 합니다.".into(),
        P::NoDefaultDeputy { roles } if roles.is_empty() => {
            "이 사람의 역할에 기본 대행자가 없습니다. 대행자를 지정하십시오.".into()
        }
        P::NoDefaultDeputy { roles } => {
            let roles: Vec<&str> = roles.iter().map(|role| v.role_key(role)).collect();
            format!("기본 대행자가 없는 역할입니다: {}. 대행자를 지정하십시오.", roles.join(", "))
        }
        P::LabelNeeded { max } => format!("1~{max}자의 글자를 쓰십시오."),
        P::PasswordTooShort { min } => format!("비밀번호는 {min}자 이상이어야 합니다."),
        P::PasswordTooLong { max } => format!("비밀번호는 {max}자 이하여야 합니다."),
        P::PasswordCommon => "널리 쓰여 쉽게 추측되는 비밀번호입니다.".into(),
        P::PasswordGuessable => {
            "본인, 회사 또는 이 프로그램의 이름을 거의 그대로 쓴 비밀번호입니다.".into()
        }
        P::SignInNameNeeded => {
            "로그인에 쓸 이름을 공백 없이 지정하십시오. 프로필에 이메일 주소가 없습니다.".into()
        }
        P::SignInNameTaken => "다른 사람이 로그인에 쓰고 있는 이름입니다.".into(),
    }
}

fn korean_kind(kind: PortfolioKind) -> &'static str {
    match kind {
        PortfolioKind::Company => "회사",
        PortfolioKind::BusinessUnit => "사업부",
        PortfolioKind::Portfolio => "포트폴리오",
    }
}

fn form_fault(kind: &FaultKind) -> String {
    use FaultKind as F;
    match kind {
        F::TooBig { max } => format!("내용이 {max}바이트를 넘습니다."),
        F::Missing => "필수 항목입니다.".into(),
        F::UnknownField { field, .. } => format!("양식에 없는 항목입니다: {field}."),
        F::WrongType { .. } => "값의 종류가 맞지 않습니다.".into(),
        F::TooShort { min } => format!("{min}자 이상이어야 합니다."),
        F::TooLong { max } => format!("{max}자까지 쓸 수 있습니다."),
        F::ControlCharacter => "인쇄할 수 없는 문자가 있습니다.".into(),
        F::TooFew { min } => format!("{min}개 이상이어야 합니다."),
        F::TooMany { max } => format!("{max}개까지 쓸 수 있습니다."),
        F::Below { min } => format!("{min} 이상이어야 합니다."),
        F::Above { max } => format!("{max} 이하여야 합니다."),
        F::TooPrecise { decimals } => format!("소수점 아래 {decimals}자리까지입니다."),
        F::NotADate => "날짜가 아닙니다. 예: 2026-12-25.".into(),
        F::NotAnAmount => "금액이 아닙니다. 예: 1250.00.".into(),
        F::NotACurrency { text } => format!("통화가 아닙니다: {text}. 예: EUR, USD, KRW."),
        F::NotAChoice { text, .. } => format!("선택할 수 없는 값입니다: {text}."),
        F::NotAMarket => "시장이 아닙니다. 예: DE, US, EU-WEST.".into(),
        F::NotALanguage => "언어가 아닙니다. 예: en, ko, pt-BR.".into(),
        F::Computed { .. } => "자동으로 계산되는 항목이므로 보내지 마십시오.".into(),
        F::NotComputable { why } => format!("자동으로 계산할 수 없습니다: {}.", reason(why)),
        F::NotComputed => "아직 계산되지 않은 항목입니다. 다시 제출하십시오.".into(),
        F::CheckFailed { otherwise, .. } => Lang::Ko.of(otherwise).to_owned(),
        F::NotChecked { .. } => "내용이 너무 많아 확인할 수 없습니다. 줄이십시오.".into(),
        F::NotALink => "링크는 https:// 또는 http://로 시작합니다.".into(),
    }
}

/// Why an expression has no value.
pub(super) fn reason(why: &Reason) -> String {
    match why {
        Reason::Absent { path } => format!("{path} 항목이 비어 있습니다"),
        Reason::Undetermined => "아직 알 수 없는 값을 읽습니다".into(),
        Reason::Unreadable { found } => format!("양식에 맞지 않는 값을 읽습니다({found})"),
        Reason::Overflow => "수나 날짜가 다룰 수 있는 범위를 넘습니다".into(),
        Reason::DivisionByZero => "0으로 나눕니다".into(),
        Reason::IndexOutOfRange { index, size } => {
            format!("{size}개뿐인 목록에 {index}번 자리가 없습니다")
        }
        Reason::CurrencyMismatch { left, right } => {
            format!("{left}와 {right}를 함께 셈합니다. 환산은 하지 않습니다")
        }
        Reason::UnknownCurrency { text } => format!("통화 코드가 아닙니다({text})"),
        Reason::CurrencyMissing => "금액에 통화가 없습니다".into(),
        Reason::NotConvertible { text } => format!("수나 날짜로 읽을 수 없습니다({text})"),
        Reason::EmptyList => "목록이 비어 있습니다".into(),
        Reason::TextTooLong { max } => format!("글이 {max}바이트를 넘습니다"),
        Reason::ListTooLong { max } => format!("목록이 {max}개를 넘습니다"),
        Reason::TooManySteps { max } => format!("계산이 {max}단계를 넘습니다"),
        Reason::Mismatched => "약속된 형식이 아닌 값을 읽습니다".into(),
    }
}

pub(super) fn no_such(thing: &Thing) -> String {
    match thing {
        Thing::Product => "이 제품이 없습니다.".into(),
        Thing::Workflow(key) => format!("이 버전의 워크플로가 없습니다: {key}."),
        Thing::Portfolio(key) => format!("포트폴리오가 없습니다: {key}."),
        Thing::Person(id) => format!("이 식별자의 사람이 없습니다: {id}."),
        Thing::Role(key) => format!("역할이 없습니다: {key}."),
        Thing::Deliverable(key) => format!("제품에 없는 산출물입니다: {key}."),
        Thing::Criterion(key) => format!("다음 게이트에 없는 질문입니다: {key}."),
        Thing::Gate(key) => format!("워크플로에 없는 게이트입니다: {key}."),
        Thing::Path(key) => format!("게이트에 없는 경로입니다: {key}."),
        Thing::Condition(number) => format!("제품에 없는 조건입니다: {number}."),
        Thing::Market(key) => format!("제품에 없는 시장입니다: {key}."),
        Thing::Review(number) => format!("제품에 없는 검토입니다: {number}."),
        Thing::Duty(key) => format!("종료 절차에 없는 의무입니다: {key}."),
        Thing::Submission(number) => format!("제품에 없는 상정입니다: {number}."),
        Thing::Obligation(number) => format!("제품에 없는 개정 의무입니다: {number}."),
        Thing::FollowUp(number) => format!("현장 동행에 없는 후속 조치입니다: {number}."),
        Thing::Entry(id) => format!("없거나 이 명령을 받지 않습니다: {id}."),
        Thing::Token(id) => format!("토큰이 없습니다: {id}."),
        Thing::Delegation(id) => format!("위임이 없습니다: {id}."),
        Thing::Deputy => "이 범위의 기본 대행자가 아닙니다.".into(),
        Thing::Invitation => {
            "유효한 초대가 아닙니다. 이미 사용되었거나 새 초대로 대체되었거나 만료되었습니다."
                .into()
        }
        Thing::Session(id) => format!("로그인 세션이 없습니다: {id}."),
        Thing::Factor => "등록된 2차 인증이 없습니다.".into(),
        Thing::FactorOffer => {
            "진행 중인 2차 인증 등록이 없습니다. 등록을 다시 시작하십시오.".into()
        }
        Thing::FactorRemoval => "유효한 2차 인증 해제 요청이 없습니다.".into(),
        Thing::Content(digest) => format!("내용이 없습니다: {digest}."),
        Thing::Attachment(digest) => format!("첨부 파일이 없습니다: {digest}."),
        Thing::Grant => "이 범위에서 이 역할을 맡고 있지 않습니다.".into(),
    }
}

pub(super) fn task(kind: TaskKind, about: &str) -> String {
    match kind {
        TaskKind::SubmitDeliverable => format!("제출: {about}"),
        TaskKind::RenewDeliverable => format!("양식 변경에 따른 재제출: {about}"),
        TaskKind::ReviseCard => "양식 변경에 따른 제품 카드 수정".into(),
        TaskKind::ReviseDeliverable => format!("현장 피드백에 따른 개정: {about}"),
        TaskKind::ReviewDeliverable => format!("검토: {about}"),
        TaskKind::ApproveWaiver => format!("면제 결정: {about}"),
        TaskKind::AnswerCriterion => format!("질문 답변: {about}"),
        TaskKind::SubmitToGate => format!("게이트 상정: {about}"),
        TaskKind::Vote => format!("투표: {about}"),
        TaskKind::Decide => format!("결정: {about}"),
        TaskKind::GiveEvidence => format!("조건 {about} 증빙 제출"),
        TaskKind::CloseCondition => format!("조건 {about} 증빙 판단"),
        TaskKind::ReviewHold => "보류 검토".into(),
        TaskKind::OfferHandover => format!("인계 제안: {about}"),
        TaskKind::AnswerHandover => format!("인계 응답: {about}"),
        TaskKind::CompleteReview => format!("검토 {about} 완료"),
        TaskKind::DischargeDuty => format!("의무 이행: {about}"),
    }
}
