//! The functions of the language: their names and how they are written.

/// A function or method. `avg`, `min`, `max`, `size` and `sum` may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Size,
    StartsWith,
    EndsWith,
    Contains,
    Sum(Zero),
    Avg,
    Min,
    Max,
    Sort,
    Reverse,
    Slice,
    Distinct,
    Abs,
    Round,
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
    pub(super) const NAMES: [&'static str; 21] = [
        "size",
        "startsWith",
        "endsWith",
        "contains",
        "sum",
        "avg",
        "min",
        "max",
        "sort",
        "reverse",
        "slice",
        "distinct",
        "abs",
        "round",
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
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            "sort" => Self::Sort,
            "reverse" => Self::Reverse,
            "slice" => Self::Slice,
            "distinct" => Self::Distinct,
            "abs" => Self::Abs,
            "round" => Self::Round,
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
            Self::Avg => "list.avg()",
            Self::Sort => "list.sort()",
            Self::Reverse => "list.reverse()",
            Self::Slice => "list.slice(from, to)",
            Self::Distinct => "list.distinct()",
            Self::Abs => "abs(value)",
            Self::Round => "round(value, digits)",
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
            Self::Size | Self::Sum(_) | Self::Avg => args == 1,
            Self::Sort | Self::Reverse | Self::Distinct => method && args == 1,
            Self::Slice => method && args == 3,
            Self::StartsWith | Self::EndsWith | Self::Contains => method && args == 2,
            Self::Min | Self::Max => args == 1 || (!method && args > 1),
            Self::Money | Self::Round => !method && (args == 1 || args == 2),
            Self::Abs | Self::Date | Self::Days | Self::Int | Self::Number | Self::Text => {
                !method && args == 1
            }
        }
    }
}
