//! Cuts the source into tokens.

use rust_decimal::Decimal;

use super::Span;
use super::error::{ExprError, ExprErrorKind, NumberProblem};

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token<'s> {
    pub(super) kind: TokenKind<'s>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind<'s> {
    /// The magnitude: the sign is an operator, and `-9223372036854775808` must be possible.
    Int(u64),
    Number(Decimal),
    Text(String),
    /// A name, keyword or reserved word.
    Word(&'s str),
    /// An operator or bracket.
    Sign(&'static str),
    End,
}

/// Longer signs stand before their own beginnings.
const SIGNS: [&str; 22] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "?", ":", "(", ")",
    "[", "]", ".", ",",
];

pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, ExprError> {
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.token()?;
        let last = token.kind == TokenKind::End;
        tokens.push(token);
        if last {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn token(&mut self) -> Result<Token<'s>, ExprError> {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.rest().chars().next() {
            None => TokenKind::End,
            Some(c) if c.is_ascii_digit() => self.number()?,
            Some(c) if c.is_ascii_alphabetic() || c == '_' => TokenKind::Word(self.word()),
            Some(quote @ ('\'' | '"')) => self.text(quote)?,
            Some(c) => self.sign(c)?,
        };
        Ok(Token { kind, span: start..self.at })
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = self.rest().trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
            self.at = self.source.len() - rest.len();
            if !rest.starts_with("//") {
                return;
            }
            self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        }
    }

    /// Takes the longest beginning of the rest whose characters are all `wanted`.
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn word(&mut self) -> &'s str {
        self.take(|c| c.is_ascii_alphanumeric() || c == '_')
    }

    fn sign(&mut self, first: char) -> Result<TokenKind<'s>, ExprError> {
        if let Some(sign) = SIGNS.into_iter().find(|sign| self.rest().starts_with(sign)) {
            self.at += sign.len();
            return Ok(TokenKind::Sign(sign));
        }
        let meant = match first {
            '=' => Some("=="),
            '&' => Some("&&"),
            '|' => Some("||"),
            '≥' => Some(">="),
            '≤' => Some("<="),
            '≠' => Some("!="),
            '‘' | '’' | '“' | '”' => Some("'"),
            _ => None,
        };
        let span = self.at..self.at + first.len_utf8();
        Err(ExprError::new(span, ExprErrorKind::StrayCharacter(first)).suggest(meant))
    }

    fn number(&mut self) -> Result<TokenKind<'s>, ExprError> {
        let start = self.at;
        let whole = self.take(|c| c.is_ascii_digit());
        let mut after = self.rest().chars();
        let has_point =
            after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
        if has_point {
            self.at += 1;
            self.take(|c| c.is_ascii_digit());
        }
        let digits = &self.source[start..self.at];
        let tail = self.word();
        let text = &self.source[start..self.at];
        let fail = |problem, meant: Option<String>| {
            let kind = ExprErrorKind::BadNumber { text: text.to_owned(), problem };
            Err(ExprError::new(start..start + text.len(), kind).suggest(meant))
        };
        if tail.starts_with('_') {
            let plain: String = text.chars().filter(char::is_ascii_digit).collect();
            return fail(NumberProblem::Grouped, (!has_point).then_some(plain));
        }
        if !tail.is_empty() {
            return fail(NumberProblem::Tail, None);
        }
        if has_point {
            return match Decimal::from_str_exact(digits) {
                Ok(number) => Ok(TokenKind::Number(number)),
                Err(_) => fail(NumberProblem::TooManyDigits, None),
            };
        }
        match whole.parse() {
            Ok(magnitude) => Ok(TokenKind::Int(magnitude)),
            Err(_) => fail(NumberProblem::TooLarge, None),
        }
    }

    fn text(&mut self, quote: char) -> Result<TokenKind<'s>, ExprError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take(|c| c != quote && !matches!(c, '\\' | '\n' | '\r')));
            match self.rest().chars().next() {
                Some(c) if c == quote => {
                    self.at += 1;
                    return Ok(TokenKind::Text(text));
                }
                Some('\\') => text.push(self.escape()?),
                _ => return Err(ExprError::new(start..self.at, ExprErrorKind::UnclosedText)),
            }
        }
    }

    fn escape(&mut self) -> Result<char, ExprError> {
        let start = self.at;
        self.at += 1;
        let code = self.rest().chars().next();
        self.at += code.map_or(0, char::len_utf8);
        let meant = match code {
            Some(c @ ('\\' | '\'' | '"' | '`' | '?')) => Some(c),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.code_point(4),
            Some('U') => self.code_point(8),
            _ => None,
        };
        meant.ok_or_else(|| {
            let escape = self.source[start..self.at].to_owned();
            ExprError::new(start..self.at, ExprErrorKind::BadEscape(escape))
        })
    }

    fn code_point(&mut self, digits: usize) -> Option<char> {
        let hex = self.rest().get(..digits)?;
        if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
    }
}
