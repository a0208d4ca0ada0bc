//! Sentences about a request that cannot be read, in English and Korean.

use sluicegate_app::Lang;

use crate::parse::{Expected, SlipKind};

pub(crate) fn slip(kind: &SlipKind, lang: Lang) -> String {
    match lang {
        Lang::En => english(kind),
        Lang::Ko => korean(kind),
    }
}

fn english(kind: &SlipKind) -> String {
    match kind {
        SlipKind::Missing => "this has to be there".into(),
        SlipKind::UnknownField { name, near: Some(near) } => {
            format!("`{name}` is not known here; did you mean `{near}`?")
        }
        SlipKind::UnknownField { name, near: None } => format!("`{name}` is not known here"),
        SlipKind::UnknownValue { text, near: Some(near) } => {
            format!("there is no `{text}`; did you mean `{near}`?")
        }
        SlipKind::UnknownValue { text, near: None } => format!("there is no `{text}`"),
        SlipKind::Repeated => "this may stand only once".into(),
        SlipKind::WrongType { expected } => format!(
            "expected {}",
            match expected {
                Expected::Object => "an object",
                Expected::List => "a list",
                Expected::Text => "a text",
                Expected::Whole => "a whole number",
                Expected::Bool => "true or false",
            }
        ),
        SlipKind::NotAChoice { text, choices, near } => {
            let mean = near.as_ref().map(|near| format!("; did you mean `{near}`?"));
            let mean = mean.unwrap_or_default();
            format!("`{text}` is none of {}{mean}", choices.join(", "))
        }
        SlipKind::Format { rule } => rule.clone(),
        SlipKind::TooShort { min: 1 } => "this may not be empty".into(),
        SlipKind::TooShort { min } => format!("at least {min} characters, please"),
        SlipKind::TooLong { max } => format!("at most {max} characters fit here"),
        SlipKind::TooMany { max } => format!("at most {max} fit here"),
        SlipKind::ControlCharacter => "this holds a character that cannot be printed".into(),
        SlipKind::OutOfRange { from, to } => format!("it must be from {from} to {to}"),
        SlipKind::NeededWith { other } => format!("this has to be there with {other}"),
        SlipKind::NotWith { other } => format!("this cannot stand with {other}"),
    }
}

fn korean(kind: &SlipKind) -> String {
    match kind {
        SlipKind::Missing => "반드시 있어야 합니다".into(),
        SlipKind::UnknownField { name, near: Some(near) } => {
            format!("`{name}`: 알 수 없는 이름입니다. `{near}`을(를) 뜻하셨습니까?")
        }
        SlipKind::UnknownField { name, near: None } => format!("`{name}`: 알 수 없는 이름입니다"),
        SlipKind::UnknownValue { text, near: Some(near) } => {
            format!("`{text}`: 없는 이름입니다. `{near}`을(를) 뜻하셨습니까?")
        }
        SlipKind::UnknownValue { text, near: None } => format!("`{text}`: 없는 이름입니다"),
        SlipKind::Repeated => "한 번만 쓸 수 있습니다".into(),
        SlipKind::WrongType { expected } => format!(
            "{} 와야 합니다",
            match expected {
                Expected::Object => "객체가",
                Expected::List => "목록이",
                Expected::Text => "텍스트가",
                Expected::Whole => "정수가",
                Expected::Bool => "true 또는 false가",
            }
        ),
        SlipKind::NotAChoice { text, choices, near } => {
            let mean = near.as_ref().map(|near| format!(" `{near}`을(를) 뜻하셨습니까?"));
            let mean = mean.unwrap_or_default();
            format!("`{text}`: 다음 중 하나여야 합니다: {}.{mean}", choices.join(", "))
        }
        SlipKind::Format { rule } => format!("형식이 맞지 않습니다 ({rule})"),
        SlipKind::TooShort { min: 1 } => "비어 있을 수 없습니다".into(),
        SlipKind::TooShort { min } => format!("{min}자 이상이어야 합니다"),
        SlipKind::TooLong { max } => format!("{max}자 이하여야 합니다"),
        SlipKind::TooMany { max } => format!("{max}개까지만 가능합니다"),
        SlipKind::ControlCharacter => "출력할 수 없는 문자가 있습니다".into(),
        SlipKind::OutOfRange { from, to } => format!("{from}부터 {to}까지여야 합니다"),
        SlipKind::NeededWith { other } => format!("{other}에는 반드시 있어야 합니다"),
        SlipKind::NotWith { other } => format!("{other}에는 쓸 수 없습니다"),
    }
}
