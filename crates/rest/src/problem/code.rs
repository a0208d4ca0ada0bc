//! The stable codes of problem documents: status, title, and nothing else.

use axum::http::StatusCode;

/// What a program may rely on. Each is explained in `docs/reference/problems.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    MalformedJson,
    BadParameter,
    BadHeader,
    BadCursor,
    UploadBroken,
    Unauthenticated,
    SignInFailed,
    FactorWrong,
    Forbidden,
    FactorNeeded,
    NotFound,
    NoRoute,
    MethodNotAllowed,
    RequestTimeout,
    Blocked,
    Stale,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    IdempotencyKeyReused,
    BadWorkflow,
    PreconditionRequired,
    TooManyRequests,
    Internal,
    Unavailable,
    Timeout,
}

struct Row {
    name: &'static str,
    status: StatusCode,
    en: &'static str,
    ko: &'static str,
}

const fn row(status: StatusCode, name: &'static str, en: &'static str, ko: &'static str) -> Row {
    Row { name, status, en, ko }
}

impl Code {
    pub(crate) const ALL: [Self; 26] = [
        Self::MalformedJson,
        Self::BadParameter,
        Self::BadHeader,
        Self::BadCursor,
        Self::UploadBroken,
        Self::Unauthenticated,
        Self::SignInFailed,
        Self::FactorWrong,
        Self::Forbidden,
        Self::FactorNeeded,
        Self::NotFound,
        Self::NoRoute,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::Blocked,
        Self::Stale,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Invalid,
        Self::IdempotencyKeyReused,
        Self::BadWorkflow,
        Self::PreconditionRequired,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
        Self::Timeout,
    ];

    /// Who may not come in, or may not do this.
    const fn of_rights(self) -> Row {
        use StatusCode as S;
        match self {
            Self::Unauthenticated => {
                row(S::UNAUTHORIZED, "unauthenticated", "Who are you?", "인증이 필요합니다")
            }
            Self::SignInFailed => row(
                S::UNAUTHORIZED,
                "sign_in_failed",
                "Name or password is wrong",
                "이름 또는 비밀번호가 올바르지 않습니다",
            ),
            Self::FactorWrong => row(
                S::UNAUTHORIZED,
                "wrong_code",
                "The code is wrong, or was used already",
                "인증 코드가 올바르지 않거나 이미 사용되었습니다",
            ),
            Self::FactorNeeded => row(
                S::FORBIDDEN,
                "second_factor_needed",
                "The password alone is not enough",
                "비밀번호 외에 2차 인증이 필요합니다",
            ),
            _ => row(S::FORBIDDEN, "forbidden", "You may not do this", "권한이 없습니다"),
        }
    }

    const fn row(self) -> Row {
        use StatusCode as S;
        match self {
            Self::MalformedJson => {
                row(S::BAD_REQUEST, "malformed_json", "This is not JSON", "JSON이 아닙니다")
            }
            Self::BadParameter => row(
                S::BAD_REQUEST,
                "bad_parameter",
                "A query parameter is wrong",
                "쿼리 매개변수가 잘못되었습니다",
            ),
            Self::BadHeader => {
                row(S::BAD_REQUEST, "bad_header", "A header is wrong", "헤더가 잘못되었습니다")
            }
            Self::BadCursor => row(
                S::BAD_REQUEST,
                "bad_cursor",
                "This cursor is of another list, filter or order",
                "다른 목록, 필터 또는 정렬의 커서입니다",
            ),
            Self::UploadBroken => row(
                S::BAD_REQUEST,
                "upload_broken",
                "The upload broke off",
                "업로드가 중단되었습니다",
            ),
            Self::Unauthenticated
            | Self::SignInFailed
            | Self::FactorWrong
            | Self::FactorNeeded
            | Self::Forbidden => self.of_rights(),
            Self::NotFound => {
                row(S::NOT_FOUND, "not_found", "There is no such thing", "찾을 수 없습니다")
            }
            Self::NoRoute => row(
                S::NOT_FOUND,
                "no_route",
                "There is nothing at this address",
                "이 주소에는 아무것도 없습니다",
            ),
            Self::MethodNotAllowed => row(
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This address does not take this method",
                "이 주소는 이 메서드를 받지 않습니다",
            ),
            Self::RequestTimeout => row(
                S::REQUEST_TIMEOUT,
                "request_timeout",
                "The request came too slowly",
                "요청이 너무 느리게 도착했습니다",
            ),
            _ => self.later_row(),
        }
    }

    const fn later_row(self) -> Row {
        use StatusCode as S;
        match self {
            Self::Blocked => {
                row(S::CONFLICT, "blocked", "This is not possible now", "지금은 할 수 없습니다")
            }
            Self::Stale => row(
                S::PRECONDITION_FAILED,
                "stale",
                "It has changed since you saw it",
                "확인한 뒤에 변경되었습니다",
            ),
            Self::TooLarge => {
                row(S::PAYLOAD_TOO_LARGE, "too_large", "This is too large", "너무 큽니다")
            }
            Self::UnsupportedMediaType => row(
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "This media type is not read here",
                "여기서 읽지 않는 미디어 형식입니다",
            ),
            Self::Invalid => row(
                S::UNPROCESSABLE_ENTITY,
                "invalid",
                "The content is not right",
                "내용이 올바르지 않습니다",
            ),
            Self::IdempotencyKeyReused => row(
                S::UNPROCESSABLE_ENTITY,
                "idempotency_key_reused",
                "This Idempotency-Key was used for another request",
                "이 Idempotency-Key는 다른 요청에 사용되었습니다",
            ),
            Self::BadWorkflow => row(
                S::UNPROCESSABLE_ENTITY,
                "bad_workflow",
                "The workflow has mistakes",
                "워크플로에 오류가 있습니다",
            ),
            Self::PreconditionRequired => row(
                S::PRECONDITION_REQUIRED,
                "precondition_required",
                "Say which version you have seen",
                "확인한 버전을 알려 주십시오",
            ),
            Self::TooManyRequests => row(
                S::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests: wait a moment",
                "요청이 너무 많습니다. 잠시 후 다시 시도하십시오",
            ),
            Self::Unavailable => {
                row(S::SERVICE_UNAVAILABLE, "unavailable", "Try again", "다시 시도하십시오")
            }
            Self::Timeout => row(
                S::SERVICE_UNAVAILABLE,
                "timeout",
                "The answer took too long",
                "응답이 너무 오래 걸렸습니다",
            ),
            _ => row(
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "Something broke on our side",
                "서버에 문제가 발생했습니다",
            ),
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.row().name
    }

    /// The usual status; a refusal for want of a right alone is 403 under the code `blocked`.
    pub(crate) const fn status(self) -> StatusCode {
        self.row().status
    }

    pub(crate) const fn title(self, korean: bool) -> &'static str {
        let row = self.row();
        if korean { row.ko } else { row.en }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_name() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
