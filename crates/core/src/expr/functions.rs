//! The functions of the language: their names and how they are written.

/// A function or method. `min`, `max`, `size` and `sum` may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    Sum(Zero),
    Min,
    Max,
    Money,
    Date,
    Days,
    Int,
    Number,
    Text,
}

/// What the sum of nothing is. The checker knows the type of the items; an empty list does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    Int,
    Number,
    Money,
    Duration,
}

impl Function {
    pub(super) const NAMES: [&'static str; 14] = [
        "size",
        "startsWith",
        "endsWith",
        "contains",
        "sum",
        "min",
        "max",
        "money",
        "date",
        "days",
        "int",
        "number",
        "double",
        "string",
    ];

    pub(super) fn find(name: &str) -> Option<Self> {
        Some(match name {
            "size" => Self::Size,
            "startsWith" => Self::StartsWith,
            "endsWith" => Self::EndsWith,
            "contains" => Self::Contains,
            "sum" => Self::Sum(Zero::Int),
            "min" => Self::Min,
            "max" => Self::Max,
            "money" => Self::Money,
            "date" => Self::Date,
            "days" => Self::Days,
            "int" => Self::Int,
            "number" | "double" => Self::Number,
            "string" => Self::Text,
            _ => return None,
        })
    }

    /// How a call is written, for messages.
    pub(super) fn form(self) -> &'static str {
        match self {
            Self::Size => "value.size()",
            Self::StartsWith => "text.startsWith('...')",
            Self::EndsWith => "text.endsWith('...')",
            Self::Contains => "text.contains('...')",
            Self::Sum(_) => "list.sum()",
            Self::Min => "list.min()` or `min(a, b)",
            Self::Max => "list.max()` or `max(a, b)",
            Self::Money => "money(5000000, 'EUR')",
            Self::Date => "date('2026-01-31')",
            Self::Days => "days(30)",
            Self::Int => "int(value)",
            Self::Number => "number(value)",
            Self::Text => "string(value)",
        }
    }

    /// `true` when `method` is a way to call this function with so many arguments, the receiver
    /// included.
    pub(super) fn accepts(self, method: bool, args: usize) -> bool {
        match self {
            Self::Size | Self::Sum(_) => args == 1,
            Self::StartsWith | Self::EndsWith | Self::Contains => method && args == 2,
            Self::Min | Self::Max => args == 1 || (!method && args > 1),
            Self::Money => !method && (args == 1 || args == 2),
            Self::Date | Self::Days | Self::Int | Self::Number | Self::Text => !method && args == 1,
        }
    }
}
