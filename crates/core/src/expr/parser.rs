//! A Pratt parser over the tokens. It accepts a subset of the CEL grammar, and counts depth and
//! size as it goes.

use super::Span;
use super::ast::{BinaryOp, Call, Literal, Loop, LoopKind, Node, NodeKind};
use super::bounds::{MAX_HEIGHT, MAX_NESTING, MAX_NODES, MAX_SOURCE_BYTES};
use super::error::{ExprError, ExprErrorKind, NumberProblem};
use super::functions::Function;
use super::lexer::{Token, TokenKind, tokens};

type Parsed = Result<Node, ExprError>;

/// Words that CEL keeps for itself. They may be fields, not names.
const RESERVED: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Words that are not even fields.
const KEYWORDS: [&str; 4] = ["true", "false", "null", "in"];

pub(super) fn parse(source: &str) -> Parsed {
    if source.len() > MAX_SOURCE_BYTES {
        let kind = ExprErrorKind::TooLong { bytes: source.len(), max: MAX_SOURCE_BYTES };
        return Err(ExprError::new(0..source.len(), kind));
    }
    let mut parser = Parser { tokens: tokens(source)?, next: 0, nesting: 0, nodes: 0 };
    let node = parser.expression()?;
    match parser.peek() {
        TokenKind::End => Ok(node),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'s> {
    /// Ends with [`TokenKind::End`], which is never consumed.
    tokens: Vec<Token<'s>>,
    next: usize,
    nesting: usize,
    nodes: usize,
}

enum Infix {
    And,
    Or,
    Binary(BinaryOp),
}

impl<'s> Parser<'s> {
    // Tokens

    fn token(&self) -> &Token<'s> {
        &self.tokens[self.next]
    }

    fn peek(&self) -> &TokenKind<'s> {
        &self.token().kind
    }

    fn span(&self) -> Span {
        self.token().span.clone()
    }

    fn advance(&mut self) {
        if *self.peek() != TokenKind::End {
            self.next += 1;
        }
    }

    fn at(&self, sign: &str) -> bool {
        matches!(self.peek(), TokenKind::Sign(found) if *found == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.at(sign);
        if found {
            self.advance();
        }
        found
    }

    /// Consumes `sign` and returns the end of its span.
    fn expect(&mut self, sign: &str, expected: &'static str) -> Result<usize, ExprError> {
        let end = self.span().end;
        if self.eat(sign) { Ok(end) } else { Err(self.unexpected(expected)) }
    }

    fn unexpected(&self, expected: &'static str) -> ExprError {
        let found = match self.peek() {
            TokenKind::End => "the end".to_owned(),
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Int(_) | TokenKind::Number(_) => "a number".to_owned(),
            TokenKind::Word(word) => format!("`{word}`"),
            TokenKind::Sign(sign) => format!("`{sign}`"),
        };
        let meant = match self.peek() {
            TokenKind::Word("and" | "AND") => Some("&&"),
            TokenKind::Word("or" | "OR") => Some("||"),
            TokenKind::Word("is" | "eq") => Some("=="),
            _ => None,
        };
        let kind = ExprErrorKind::Unexpected { expected, found };
        ExprError::new(self.span(), kind).suggest(meant)
    }

    // Bounds

    /// Counts one level of nesting. An error ends the parse, so nobody needs to count back then.
    fn deeper(&mut self, parse: fn(&mut Self) -> Parsed) -> Parsed {
        if self.nesting == MAX_NESTING {
            let kind = ExprErrorKind::TooDeep { max: MAX_NESTING };
            return Err(ExprError::new(self.span(), kind));
        }
        self.nesting += 1;
        let node = parse(self)?;
        self.nesting -= 1;
        Ok(node)
    }

    fn node(&mut self, kind: NodeKind, span: Span) -> Parsed {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(ExprError::new(span, ExprErrorKind::TooLarge { max: MAX_NODES }));
        }
        Self::of_bounded_height(Node::new(kind, span))
    }

    fn of_bounded_height(node: Node) -> Parsed {
        if node.height > MAX_HEIGHT {
            let kind = ExprErrorKind::TooDeep { max: MAX_HEIGHT };
            return Err(ExprError::new(node.span, kind));
        }
        Ok(node)
    }

    // Operators

    fn expression(&mut self) -> Parsed {
        let condition = self.binary(0)?;
        if !self.eat("?") {
            return Ok(condition);
        }
        let then = self.binary(0)?;
        self.expect(":", "`:` and the other branch")?;
        let otherwise = self.deeper(Self::expression)?;
        let span = condition.span.start..otherwise.span.end;
        let [condition, then, otherwise] = [condition, then, otherwise].map(Box::new);
        self.node(NodeKind::Conditional { condition, then, otherwise }, span)
    }

    /// Operators that bind at least as strongly as `least`, grouped from the left.
    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((infix, power)) = self.infix()
            && power >= least
        {
            self.advance();
            let right = self.binary(power + 1)?;
            left = self.join(infix, left, right)?;
        }
        Ok(left)
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let (op, power) = match self.peek() {
            TokenKind::Word("in") => (BinaryOp::In, 2),
            TokenKind::Sign(sign) => match *sign {
                "||" => return Some((Infix::Or, 0)),
                "&&" => return Some((Infix::And, 1)),
                "==" => (BinaryOp::Equal, 2),
                "!=" => (BinaryOp::NotEqual, 2),
                "<" => (BinaryOp::Less, 2),
                "<=" => (BinaryOp::LessOrEqual, 2),
                ">" => (BinaryOp::Greater, 2),
                ">=" => (BinaryOp::GreaterOrEqual, 2),
                "+" => (BinaryOp::Add, 3),
                "-" => (BinaryOp::Subtract, 3),
                "*" => (BinaryOp::Multiply, 4),
                "/" => (BinaryOp::Divide, 4),
                "%" => (BinaryOp::Remainder, 4),
                _ => return None,
            },
            _ => return None,
        };
        Some((Infix::Binary(op), power))
    }

    fn join(&mut self, infix: Infix, left: Node, right: Node) -> Parsed {
        let span = left.span.start..right.span.end;
        let kind = match (infix, left.kind) {
            // A chain stays flat, so that its length does not count as depth.
            (Infix::And, NodeKind::And(mut clauses)) => {
                clauses.push(right);
                return Self::of_bounded_height(Node::new(NodeKind::And(clauses), span));
            }
            (Infix::Or, NodeKind::Or(mut clauses)) => {
                clauses.push(right);
                return Self::of_bounded_height(Node::new(NodeKind::Or(clauses), span));
            }
            (Infix::And, kind) => NodeKind::And(vec![Node { kind, ..left }, right]),
            (Infix::Or, kind) => NodeKind::Or(vec![Node { kind, ..left }, right]),
            (Infix::Binary(op), kind) => {
                let left = Box::new(Node { kind, ..left });
                NodeKind::Binary { op, left, right: Box::new(right) }
            }
        };
        self.node(kind, span)
    }

    /// CEL lets a prefix operator repeat, but not `!` and `-` mix without parentheses.
    fn unary(&mut self) -> Parsed {
        let start = self.span().start;
        if self.eat("!") {
            let next = if self.at("!") { Self::unary } else { Self::postfix };
            let of = self.deeper(next)?;
            let span = start..of.span.end;
            return self.node(NodeKind::Not(Box::new(of)), span);
        }
        if self.eat("-") {
            if let TokenKind::Int(magnitude) = *self.peek() {
                let literal = self.negative(start, magnitude)?;
                return self.suffixes(literal);
            }
            let next = if self.at("-") { Self::unary } else { Self::postfix };
            let of = self.deeper(next)?;
            let span = start..of.span.end;
            return self.node(NodeKind::Negate(Box::new(of)), span);
        }
        if matches!(self.peek(), TokenKind::Word("not" | "NOT"))
            && matches!(self.tokens.get(self.next + 1), Some(t) if !is_continued(&t.kind))
        {
            return Err(self.unexpected("a value").suggest(Some("!")));
        }
        self.postfix()
    }

    fn negative(&mut self, start: usize, magnitude: u64) -> Parsed {
        let span = start..self.span().end;
        self.advance();
        match 0_i64.checked_sub_unsigned(magnitude) {
            Some(value) => self.node(NodeKind::Literal(Literal::Int(value)), span),
            None => Err(too_large(span, magnitude)),
        }
    }

    // Fields, methods and indexes

    fn postfix(&mut self) -> Parsed {
        let of = self.primary()?;
        self.suffixes(of)
    }

    fn suffixes(&mut self, mut of: Node) -> Parsed {
        loop {
            if self.eat(".") {
                let name_span = self.span();
                let name = self.selector()?;
                of = if self.at("(") {
                    self.method(of, name, name_span)?
                } else {
                    let span = of.span.start..name_span.end;
                    self.node(NodeKind::Field { of: Box::new(of), name, name_span }, span)?
                };
            } else if self.eat("[") {
                let index = Box::new(self.deeper(Self::expression)?);
                let span = of.span.start..self.expect("]", "`]`")?;
                of = self.node(NodeKind::Index { of: Box::new(of), index }, span)?;
            } else {
                return Ok(of);
            }
        }
    }

    fn selector(&mut self) -> Result<String, ExprError> {
        match self.peek() {
            TokenKind::Word(word) if !KEYWORDS.contains(word) => {
                let name = (*word).to_owned();
                self.advance();
                Ok(name)
            }
            _ => Err(self.unexpected("the name of a field or method")),
        }
    }

    fn method(&mut self, of: Node, name: String, name_span: Span) -> Parsed {
        let start = of.span.start;
        let (mut args, end) = self.arguments()?;
        if let Some(kind) = LoopKind::find(&name) {
            return match looped(kind, of, args) {
                Some(looped) => self.node(NodeKind::Loop(Box::new(looped)), start..end),
                None => Err(loop_form(kind, name, name_span)),
            };
        }
        args.insert(0, of);
        let function = Function::find(&name);
        let call = Call { name, name_span, function, method: true, args };
        self.node(NodeKind::Call(call), start..end)
    }

    /// From `(` to `)`; also returns where the latter ends.
    fn arguments(&mut self) -> Result<(Vec<Node>, usize), ExprError> {
        self.expect("(", "`(`")?;
        let mut args = Vec::new();
        if !self.at(")") {
            args.push(self.deeper(Self::expression)?);
            while self.eat(",") {
                args.push(self.deeper(Self::expression)?);
            }
        }
        let end = self.expect(")", "`,` or `)`")?;
        Ok((args, end))
    }

    // Single values

    fn primary(&mut self) -> Parsed {
        let span = self.span();
        let literal = match self.peek() {
            TokenKind::Word(word) => return self.word(word, span),
            TokenKind::Sign("(") => return self.parenthesised(span.start),
            TokenKind::Sign("[") => return self.list(span.start),
            TokenKind::Int(magnitude) => match i64::try_from(*magnitude) {
                Ok(value) => Literal::Int(value),
                Err(_) => return Err(too_large(span, *magnitude)),
            },
            TokenKind::Number(number) => Literal::Number(*number),
            TokenKind::Text(text) => Literal::Text(text.clone()),
            TokenKind::Sign(_) | TokenKind::End => return Err(self.unexpected("a value")),
        };
        self.advance();
        self.node(NodeKind::Literal(literal), span)
    }

    fn word(&mut self, word: &str, span: Span) -> Parsed {
        match word {
            "true" | "false" => {
                self.advance();
                self.node(NodeKind::Literal(Literal::Bool(word == "true")), span)
            }
            "null" => Err(ExprError::new(span, ExprErrorKind::Null)),
            "in" => Err(self.unexpected("a value")),
            _ if RESERVED.contains(&word) => {
                Err(ExprError::new(span, ExprErrorKind::Reserved(word.to_owned())))
            }
            _ => {
                self.advance();
                if self.at("(") {
                    self.function(word.to_owned(), span)
                } else {
                    self.node(NodeKind::Name(word.to_owned()), span)
                }
            }
        }
    }

    fn function(&mut self, name: String, name_span: Span) -> Parsed {
        let start = name_span.start;
        let (mut args, end) = self.arguments()?;
        if name == "has" {
            let of = match (args.pop(), args.is_empty()) {
                (Some(of), true) if of.is_field() => of,
                _ => {
                    let kind = ExprErrorKind::MacroForm { name, form: "has(form.field)" };
                    return Err(ExprError::new(start..end, kind));
                }
            };
            return self.node(NodeKind::Has(Box::new(of)), start..end);
        }
        let function = Function::find(&name);
        let call = Call { name, name_span, function, method: false, args };
        self.node(NodeKind::Call(call), start..end)
    }

    fn parenthesised(&mut self, start: usize) -> Parsed {
        self.advance();
        let mut inner = self.deeper(Self::expression)?;
        inner.span = start..self.expect(")", "`)`")?;
        Ok(inner)
    }

    /// CEL lets a list, unlike arguments, end with a comma.
    fn list(&mut self, start: usize) -> Parsed {
        self.advance();
        let mut items = Vec::new();
        while !self.at("]") {
            items.push(self.deeper(Self::expression)?);
            if !self.eat(",") {
                break;
            }
        }
        let end = self.expect("]", "`,` or `]`")?;
        self.node(NodeKind::List(items), start..end)
    }
}

/// The macro over `list`, when the arguments have its form.
fn looped(kind: LoopKind, list: Node, args: Vec<Node>) -> Option<Loop> {
    let mut args = args.into_iter();
    let NodeKind::Name(var) = args.next()?.kind else { return None };
    let second = args.next()?;
    let (only_if, body) = match args.next() {
        Some(third) if kind == LoopKind::Map => (Some(second), third),
        Some(_) => return None,
        None => (None, second),
    };
    args.next().is_none().then_some(Loop { kind, list, var, only_if, body })
}

fn loop_form(kind: LoopKind, name: String, span: Span) -> ExprError {
    let form = match kind {
        LoopKind::All => "list.all(x, condition)",
        LoopKind::Exists => "list.exists(x, condition)",
        LoopKind::ExistsOne => "list.exists_one(x, condition)",
        LoopKind::Filter => "list.filter(x, condition)",
        LoopKind::Map => "list.map(x, value)",
    };
    ExprError::new(span, ExprErrorKind::MacroForm { name, form })
}

/// `true` when a word before this token is a name that the token goes on with.
fn is_continued(next: &TokenKind) -> bool {
    matches!(next, TokenKind::End | TokenKind::Sign(_) | TokenKind::Word("in" | "and" | "or"))
}

fn too_large(span: Span, magnitude: u64) -> ExprError {
    let problem = NumberProblem::TooLarge;
    ExprError::new(span, ExprErrorKind::BadNumber { text: magnitude.to_string(), problem })
}
