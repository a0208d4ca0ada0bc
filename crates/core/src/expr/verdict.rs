//! The verdict tree: which clause of a rule passed, failed or is open, and on what evidence.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::Span;
use super::ast::{Loop, LoopKind, Node, NodeKind};
use super::bounds::{
    MAX_EVIDENCE, MAX_EVIDENCE_CHARS, MAX_SHOWN_CHARS, MAX_SHOWN_DEPTH, MAX_SHOWN_ITEMS,
    MAX_VERDICT_CLAUSES, MAX_VERDICT_ITEMS,
};
use super::eval::{Evaluator, Tally};
use super::reads::free_paths;
use super::value::{Truth, Unknown, Value, shorten};

/// The judgement of one clause, with those of the clauses it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub outcome: Outcome,
    pub kind: ClauseKind,
    /// The source text of the clause; a long one is cut and ends with an ellipsis.
    pub source: String,
    /// Byte offsets of the clause in the source of the expression.
    pub span: Span,
    /// Which item of the list this clause was asked of, for a clause of a quantifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// Why the outcome is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Unknown>,
    /// What the clause read and computed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The clauses that this one is made of. Of a quantifier: those items that decide it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<Verdict>,
    /// How many further clauses were left out to keep the tree small.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub omitted: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pass,
    Fail,
    Unknown,
}

/// How a clause is made of its clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClauseKind {
    /// `a && b`
    And,
    /// `a || b`
    Or,
    /// `!a`
    Not,
    /// `a ? b : c`: the condition, then the branch that was taken.
    If,
    /// `list.all(x, ...)`
    All,
    /// `list.exists(x, ...)`
    Exists,
    /// `list.exists_one(x, ...)`
    ExistsOne,
    /// Anything else, such as a comparison.
    Test,
}

/// A path or a computed operand, with the value that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Source text, such as `market_size.sam` or `competition.competitors.size()`.
    pub of: String,
    /// `null` when the value is unknown. Numbers that may have a fraction are texts.
    pub value: Json,
    /// `true` when the value was too large to be repeated in full.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

impl Verdict {
    /// The innermost clauses that keep this one from passing.
    pub fn unmet(&self) -> Vec<&Verdict> {
        if self.outcome == Outcome::Pass {
            return Vec::new();
        }
        let within: Vec<&Verdict> = match self.kind {
            // Their clauses do not pass or fail with them.
            ClauseKind::Not | ClauseKind::ExistsOne | ClauseKind::Test => Vec::new(),
            ClauseKind::And | ClauseKind::Or | ClauseKind::All | ClauseKind::Exists => {
                self.clauses.iter().flat_map(Verdict::unmet).collect()
            }
            ClauseKind::If => self.clauses.get(1).map(Verdict::unmet).unwrap_or_default(),
        };
        if within.is_empty() { vec![self] } else { within }
    }
}

impl Verdict {
    /// The innermost clauses, in the order of the source.
    pub fn leaves(&self) -> Vec<&Verdict> {
        if self.clauses.is_empty() {
            return vec![self];
        }
        self.clauses.iter().flat_map(Verdict::leaves).collect()
    }
}

/// Evaluates `root`. The verdict of an expression that is not a condition never passes.
pub(super) fn judge(source: &str, root: &Node, evaluator: Evaluator<'_>) -> (Value, Verdict) {
    let mut judge =
        Judge { source, evaluator, clauses_left: MAX_VERDICT_CLAUSES, room: MAX_EVIDENCE_CHARS };
    match judge.clause(root) {
        (value, Some(verdict)) => (value, verdict),
        (value, None) => {
            let truth = Truth::from(&value);
            (value, judge.verdict(root, ClauseKind::Test, truth))
        }
    }
}

struct Judge<'a> {
    source: &'a str,
    evaluator: Evaluator<'a>,
    clauses_left: usize,
    /// Characters of evidence that may still be written.
    room: usize,
}

impl<'a> Judge<'a> {
    fn verdict(&self, node: &Node, kind: ClauseKind, truth: Truth) -> Verdict {
        let (outcome, why) = match truth {
            Truth::True => (Outcome::Pass, None),
            Truth::False => (Outcome::Fail, None),
            Truth::Unknown(why) => (Outcome::Unknown, Some((*why).clone())),
        };
        Verdict {
            outcome,
            kind,
            source: shorten(self.text_of(node), MAX_SHOWN_CHARS),
            span: node.span.clone(),
            item: None,
            why,
            evidence: Vec::new(),
            clauses: Vec::new(),
            omitted: 0,
        }
    }

    fn text_of(&self, node: &Node) -> &'a str {
        self.source.get(node.span.clone()).unwrap_or_default()
    }

    /// The value of `node`, and its verdict unless the tree is full.
    fn clause(&mut self, node: &'a Node) -> (Value, Option<Verdict>) {
        let Some(left) = self.clauses_left.checked_sub(1) else {
            return (self.evaluator.eval(node), None);
        };
        self.clauses_left = left;
        let (value, verdict) = match &node.kind {
            NodeKind::And(clauses) => self.chain(node, clauses, ClauseKind::And),
            NodeKind::Or(clauses) => self.chain(node, clauses, ClauseKind::Or),
            NodeKind::Not(of) => self.not(node, of),
            NodeKind::Conditional { condition, then, otherwise } => {
                self.conditional(node, condition, then, otherwise)
            }
            NodeKind::Loop(looped) => match looped.kind {
                LoopKind::All => self.quantifier(node, looped, ClauseKind::All),
                LoopKind::Exists => self.quantifier(node, looped, ClauseKind::Exists),
                LoopKind::ExistsOne => self.quantifier(node, looped, ClauseKind::ExistsOne),
                LoopKind::Map | LoopKind::Filter => self.test(node),
            },
            _ => self.test(node),
        };
        (value, Some(verdict))
    }

    /// Every clause is judged, also when an earlier one decides: the reader wants all of them.
    fn chain(&mut self, node: &'a Node, nodes: &'a [Node], kind: ClauseKind) -> (Value, Verdict) {
        let mut truth = Truth::from(kind == ClauseKind::And);
        let mut clauses = Vec::with_capacity(nodes.len());
        for clause in nodes {
            let (value, verdict) = self.clause(clause);
            let part = Truth::from(&value);
            truth = if kind == ClauseKind::And { truth.and(part) } else { truth.or(part) };
            clauses.extend(verdict);
        }
        let mut verdict = self.verdict(node, kind, truth.clone());
        verdict.omitted = nodes.len() - clauses.len();
        verdict.clauses = clauses;
        (truth.into(), verdict)
    }

    fn not(&mut self, node: &'a Node, of: &'a Node) -> (Value, Verdict) {
        let (value, inner) = self.clause(of);
        let truth = Truth::from(&value).not();
        let mut verdict = self.verdict(node, ClauseKind::Not, truth.clone());
        verdict.omitted = usize::from(inner.is_none());
        verdict.clauses.extend(inner);
        (truth.into(), verdict)
    }

    fn conditional(
        &mut self,
        node: &'a Node,
        condition: &'a Node,
        then: &'a Node,
        otherwise: &'a Node,
    ) -> (Value, Verdict) {
        let (asked, inner) = self.clause(condition);
        let (value, branch) = match Truth::from(&asked) {
            Truth::True => self.clause(then),
            Truth::False => self.clause(otherwise),
            Truth::Unknown(why) => (Value::Unknown(why), None),
        };
        let mut verdict = self.verdict(node, ClauseKind::If, Truth::from(&value));
        let expected = if asked.is_unknown() { 1 } else { 2 };
        verdict.clauses = inner.into_iter().chain(branch).collect();
        verdict.omitted = expected - verdict.clauses.len();
        (value, verdict)
    }

    fn quantifier(
        &mut self,
        node: &'a Node,
        looped: &'a Loop,
        kind: ClauseKind,
    ) -> (Value, Verdict) {
        let list = self.evaluator.eval(&looped.list);
        let Value::List(items) = &list else {
            let truth = Truth::from(&list);
            let mut verdict = self.verdict(node, kind, truth.clone());
            verdict.evidence = self.evidence(&looped.list);
            return (truth.into(), verdict);
        };
        let mut tally = Tally::new(looped.kind);
        let mut truths = Vec::with_capacity(items.len());
        for item in items.iter() {
            let truth = self.evaluator.holds(looped, &looped.body, item);
            tally.add(truth.clone());
            truths.push(truth);
        }
        let truth = tally.truth();
        let mut verdict = self.verdict(node, kind, truth.clone());
        verdict.evidence = self.evidence(&looped.list);
        for (place, item) in items.iter().enumerate() {
            if !decides(kind, &truth, &truths[place], &tally) {
                continue;
            }
            let shown = (verdict.clauses.len() < MAX_VERDICT_ITEMS)
                .then(|| self.item(looped, item))
                .flatten();
            match shown {
                Some(clause) => verdict.clauses.push(Verdict { item: Some(place), ..clause }),
                None => verdict.omitted += 1,
            }
        }
        (truth.into(), verdict)
    }

    /// The verdict of a quantifier's body on one item.
    fn item(&mut self, looped: &'a Loop, item: &Value) -> Option<Verdict> {
        self.evaluator.enter(&looped.var, item.clone());
        let (_, verdict) = self.clause(&looped.body);
        self.evaluator.leave();
        verdict
    }

    fn test(&mut self, node: &'a Node) -> (Value, Verdict) {
        let mut computed = Vec::new();
        let value = match &node.kind {
            NodeKind::Binary { op, left, right } => {
                let operands =
                    [(&**left, self.evaluator.eval(left)), (&**right, self.evaluator.eval(right))];
                let value = self.evaluator.binary(*op, &operands[0].1, &operands[1].1, node);
                if op.is_comparison() {
                    computed.extend(operands.into_iter().filter(|(node, _)| is_computed(node)));
                }
                value
            }
            _ => self.evaluator.eval(node),
        };
        let mut verdict = self.verdict(node, ClauseKind::Test, Truth::from(&value));
        verdict.evidence = self.evidence(node);
        for (operand, value) in computed {
            self.show(operand, &value, &mut verdict.evidence);
        }
        (value, verdict)
    }

    /// What the paths under `node` hold.
    fn evidence(&mut self, node: &'a Node) -> Vec<Evidence> {
        let mut evidence = Vec::new();
        for path in free_paths(node) {
            if evidence.len() == MAX_EVIDENCE {
                break;
            }
            let value = self.evaluator.eval(path);
            self.show(path, &value, &mut evidence);
        }
        evidence
    }

    fn show(&mut self, node: &Node, value: &Value, evidence: &mut Vec<Evidence>) {
        let of = shorten(self.text_of(node), MAX_SHOWN_CHARS);
        if evidence.len() == MAX_EVIDENCE || evidence.iter().any(|shown| shown.of == of) {
            return;
        }
        let mut summary = Summary { room: self.room, cut: false };
        let value = summary.of(value, MAX_SHOWN_DEPTH);
        self.room = summary.room;
        evidence.push(Evidence { of, value, cut: summary.cut });
    }
}

/// Whether one item's truth is among those that make the quantifier what it is.
fn decides(kind: ClauseKind, whole: &Truth, item: &Truth, tally: &Tally) -> bool {
    match (whole, item) {
        (Truth::Unknown(_), Truth::Unknown(_)) => true,
        (Truth::Unknown(_) | Truth::False, Truth::True) => kind == ClauseKind::ExistsOne,
        (Truth::True, Truth::True) => kind != ClauseKind::All,
        (Truth::False, Truth::False) => tally.passed() == 0 || kind == ClauseKind::All,
        _ => false,
    }
}

/// `true` for an operand whose value is neither in the source nor evidence already.
fn is_computed(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Literal(_) => false,
        NodeKind::List(items) => items.iter().any(is_computed),
        NodeKind::Widen(of) => is_computed(of),
        _ => !node.is_path() && !free_paths(node).is_empty(),
    }
}

/// Renders values as small JSON.
struct Summary {
    room: usize,
    cut: bool,
}

impl Summary {
    fn of(&mut self, value: &Value, depth: usize) -> Json {
        let (Some(room), Some(depth)) = (self.room.checked_sub(8), depth.checked_sub(1)) else {
            self.cut = true;
            return json!("…");
        };
        self.room = room;
        match value {
            Value::Bool(truth) => json!(truth),
            Value::Int(whole) | Value::Duration(whole) => json!(whole),
            Value::Number(number) => json!(number.to_string()),
            Value::Money(money) => json!(money),
            Value::Text(text) => self.text(text),
            Value::Date(date) => json!(date),
            Value::List(items) => {
                self.cut |= items.len() > MAX_SHOWN_ITEMS;
                items.iter().take(MAX_SHOWN_ITEMS).map(|item| self.of(item, depth)).collect()
            }
            Value::Record(fields) => {
                self.cut |= fields.len() > MAX_SHOWN_ITEMS;
                let shown = fields.iter().take(MAX_SHOWN_ITEMS);
                shown.map(|(name, value)| (name.clone(), self.of(value, depth))).collect()
            }
            Value::Unknown(_) => Json::Null,
        }
    }

    fn text(&mut self, text: &str) -> Json {
        let shown = shorten(text, MAX_SHOWN_CHARS.min(self.room));
        self.cut |= shown != text;
        self.room = self.room.saturating_sub(shown.chars().count());
        json!(shown)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
