//! The parsed expression: a tree of bounded height.

use rust_decimal::Decimal;

use super::Span;
use super::functions::Function;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    /// Where the node stands in the source, with its parentheses.
    pub(super) span: Span,
    /// Levels of the tree under and with this node, at most `MAX_HEIGHT`.
    pub(super) height: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NodeKind {
    Literal(Literal),
    List(Vec<Node>),
    Name(String),
    Field {
        of: Box<Node>,
        name: String,
        name_span: Span,
    },
    Index {
        of: Box<Node>,
        index: Box<Node>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    /// `a && b && c`, flat.
    And(Vec<Node>),
    /// `a || b || c`, flat.
    Or(Vec<Node>),
    Binary {
        op: BinaryOp,
        left: Box<Node>,
        right: Box<Node>,
    },
    Conditional {
        condition: Box<Node>,
        then: Box<Node>,
        otherwise: Box<Node>,
    },
    /// `has(a.b)`: the node is the field.
    Has(Box<Node>),
    Call(Call),
    Loop(Box<Loop>),
    /// Put in by the checker where a whole number stands for a number.
    Widen(Box<Node>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Bool(bool),
    Int(i64),
    Number(Decimal),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) name_span: Span,
    /// `None` when there is no such function; the checker reports it.
    pub(super) function: Option<Function>,
    /// `true` for `a.size()`: then `args[0]` is `a`.
    pub(super) method: bool,
    pub(super) args: Vec<Node>,
}

/// A macro that runs over a list: `list.kind(var, body)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Loop {
    pub(super) kind: LoopKind,
    pub(super) list: Node,
    pub(super) var: String,
    /// The condition of the three-argument form of `map`.
    pub(super) only_if: Option<Node>,
    pub(super) body: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopKind {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

impl LoopKind {
    pub(super) const NAMES: [&'static str; 5] = ["all", "exists", "exists_one", "map", "filter"];

    pub(super) fn find(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" => Self::ExistsOne,
            "map" => Self::Map,
            "filter" => Self::Filter,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BinaryOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl BinaryOp {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    pub(super) fn is_comparison(self) -> bool {
        !matches!(
            self,
            Self::Add | Self::Subtract | Self::Multiply | Self::Divide | Self::Remainder
        )
    }
}

impl Node {
    pub(super) fn new(kind: NodeKind, span: Span) -> Self {
        let mut below = 0;
        kind.each_child(&mut |child| below = below.max(child.height));
        Self { kind, span, height: below + 1 }
    }

    /// Puts a [`NodeKind::Widen`] around this node; a literal is widened on the spot.
    pub(super) fn widen(&mut self) {
        if let NodeKind::Literal(Literal::Int(whole)) = self.kind {
            self.kind = NodeKind::Literal(Literal::Number(Decimal::from(whole)));
            return;
        }
        let placeholder = NodeKind::Literal(Literal::Bool(false));
        let inner = Self {
            kind: std::mem::replace(&mut self.kind, placeholder),
            span: self.span.clone(),
            height: self.height,
        };
        *self = Self::new(NodeKind::Widen(Box::new(inner)), self.span.clone());
    }

    /// A name, or a field that a path leads to.
    pub(super) fn is_field(&self) -> bool {
        matches!(self.kind, NodeKind::Name(_) | NodeKind::Field { .. }) && self.is_path()
    }

    /// `true` for a name, or a field or literal index of a path: what evidence can name.
    pub(super) fn is_path(&self) -> bool {
        match &self.kind {
            NodeKind::Name(_) => true,
            NodeKind::Field { of, .. } => of.is_path(),
            NodeKind::Index { of, index } => {
                matches!(index.kind, NodeKind::Literal(_)) && of.is_path()
            }
            _ => false,
        }
    }
}

impl NodeKind {
    /// Calls `visit` on each direct child, in source order.
    pub(super) fn each_child<'n>(&'n self, visit: &mut dyn FnMut(&'n Node)) {
        match self {
            Self::Literal(_) | Self::Name(_) => {}
            Self::List(items) | Self::And(items) | Self::Or(items) => {
                items.iter().for_each(visit);
            }
            Self::Field { of, .. }
            | Self::Not(of)
            | Self::Negate(of)
            | Self::Has(of)
            | Self::Widen(of) => visit(of),
            Self::Index { of, index } => {
                visit(of);
                visit(index);
            }
            Self::Binary { left, right, .. } => {
                visit(left);
                visit(right);
            }
            Self::Conditional { condition, then, otherwise } => {
                for part in [condition, then, otherwise] {
                    visit(part);
                }
            }
            Self::Call(call) => call.args.iter().for_each(visit),
            Self::Loop(looped) => {
                visit(&looped.list);
                looped.only_if.iter().for_each(&mut *visit);
                visit(&looped.body);
            }
        }
    }
}
