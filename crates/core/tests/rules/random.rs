//! Random workflows and random wishes, all from one seed.

use std::fmt::Write;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use sluicegate_core::{
    definition::{Definition, MustMeet},
    digest::Digest,
    id::PersonId,
    key::*,
    product::{
        Choice, ConditionDraft, Document, Overlay, Product, Purpose, RoleRef, Submission,
        SubmissionRef,
    },
    rules::{Action, Command, Decision, Sign},
};

/// Where random wishes come true: a story in memory, or an application on a database.
pub(crate) trait Setting {
    /// Seals a content and gives its digest.
    fn content(&mut self, value: Value) -> Digest;
    fn now(&self) -> DateTime<Utc>;
    fn product(&self) -> &Product;
    fn definition(&self) -> &Definition;
}

fn key<K: std::str::FromStr>(text: &str) -> K
where
    K::Err: std::fmt::Debug,
{
    text.parse().expect("a key")
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, seeded, the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).expect("below a u32")
    }
    pub(crate) fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }
    fn index(&mut self, len: usize) -> usize {
        self.below(u32::try_from(len).expect("a short list")) as usize
    }
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.index(of.len())]
    }
    pub(crate) fn choose<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        (!of.is_empty()).then(|| &of[self.index(of.len())])
    }
}

/// A workflow of two to four stages that loads: every construct comes up sooner or later.
pub(crate) fn definition(dice: &mut Dice) -> String {
    let stages = 2 + dice.below(3);
    let mut yaml = String::from(
        "workflow: random\ntitle: Random\nroles:\n\
         \x20 product_manager: { title: PM, side: upstream, owner: true }\n\
         \x20 rd: { title: RD, side: upstream }\n\
         \x20 finance: { title: Finance, side: upstream }\n\
         \x20 leadership: { title: Leadership, side: both }\n\
         \x20 field: { title: Field, side: downstream, per: market }\n\
         \x20 erp: { title: ERP, side: outside, machine: true }\n",
    );
    let _ = writeln!(yaml, "policies: {{ same_person_both_sides: {} }}", dice.one_in(2));
    yaml.push_str(
        "product: { fields: { problem: { type: text, required: true }, \
         regions: { type: list, of: { type: text } } } }\n\
         forms:\n",
    );
    // What one version takes, another may not, or may not find enough.
    let bound = dice.pick(&["", ", max: 7", ", min: 5"]);
    let more = dice.pick(&["", "", ", note: { type: text, required: true }"]);
    let _ = writeln!(
        yaml,
        "  size: {{ title: Size, fields: {{ total: {{ type: integer, required: true{bound} }}{more} }} }}"
    );
    yaml.push_str(
        "\x20 clear: { title: Clearance, fields: { cleared: { type: bool, required: true } } }\n\
         stages:\n",
    );
    for stage in 0..stages {
        let side = if stage + 1 == stages { "downstream" } else { "upstream" };
        let _ =
            writeln!(yaml, "  s{stage}:\n    title: S{stage}\n    side: {side}\n    deliverables:");
        deliverables(dice, stage, &mut yaml);
        let _ = writeln!(yaml, "    gate: g{stage}");
    }
    yaml.push_str("gates:\n");
    for stage in 0..stages {
        gate(dice, stage, stages, &mut yaml);
    }
    let at = stages - 2;
    let _ = write!(
        yaml,
        "handover:\n  at: g{at}\n  from: product_manager\n  to: field\n\
         \x20 duties: {{ campaigns: Campaigns }}\n  checklist: {{ material: Material }}\n\
         \x20 sellable:\n    cleared: {{ expr: \"clearance.cleared\", else: Not cleared }}\n\
         \x20 answer_within: 10bd\n\
         reviews:\n\
         \x20 interim: {{ title: Interim, after: 3mo, from: {{ gate: g{at} }}, owner: leadership, \
         form: size }}\n\
         \x20 yearly: {{ title: Yearly, after: 12mo, from: {{ stage: s{last} }}, gate: g{last} }}\n\
         exits:\n  delete: {{ title: Delete, duties: {{ stock: {{ title: Stock, owner: finance, \
         due: 30d }} }} }}\n",
        last = stages - 1,
    );
    yaml
}

fn deliverables(dice: &mut Dice, stage: u32, yaml: &mut String) {
    for number in 0..=dice.below(2) {
        let owner = dice.pick(&["product_manager", "rd"]);
        let reviewers = dice.pick(&["", ", reviewers: [finance]", ", reviewers: [finance, rd]"]);
        let waive =
            dice.pick(&["", ", waive: leadership", ", waive: { by: leadership, at_most: 5d }"]);
        let due = dice.pick(&["", ", due: 20bd"]);
        let required = match dice.below(4) {
            0 => ", required: false".to_owned(),
            1 if number > 0 => format!(", required: \"d{stage}_0.total > 5\""),
            2 => ", required: \"product.regions.exists(r, r == 'US')\"".to_owned(),
            _ => String::new(),
        };
        let after = if number > 0 && dice.one_in(2) {
            format!(", after: [d{stage}_0]")
        } else {
            String::new()
        };
        let each = if dice.one_in(4) { ", each: visit" } else { "" };
        let _ = writeln!(
            yaml,
            "      d{stage}_{number}: {{ title: D, owner: {owner}, form: size{reviewers}{waive}{due}\
             {required}{after}{each} }}"
        );
    }
    if stage == 0 {
        let asked =
            dice.pick(&["required: false", "required: true, after: [d0_0], waits_for: regulator"]);
        let _ = writeln!(
            yaml,
            "      clearance: {{ title: Clearance, owner: rd, form: clear, per: market, {asked} }}"
        );
    }
}

fn gate(dice: &mut Dice, stage: u32, stages: u32, yaml: &mut String) {
    let chair = dice.pick(&["leadership", "finance"]);
    let order = dice.pick(&["parallel", "sequential"]);
    let _ = writeln!(
        yaml,
        "  g{stage}:\n    title: G{stage}\n    chair: {chair}\n    order: {order}\n\
         \x20   submit_by: [product_manager, rd]\n    must:\n      fit: {{ ask: Fits?, by: rd }}"
    );
    if dice.one_in(2) {
        let _ = writeln!(
            yaml,
            "      big: {{ expr: \"!has(d{stage}_0.total) || d{stage}_0.total >= 0\", else: Small }}"
        );
    }
    if dice.one_in(2) {
        yaml.push_str("    score: { hurdle: 40, factors: { fit: 2, reward: 1 } }\n");
    }
    let veto = dice.one_in(3);
    let sign = dice.pick(&["", ", sign: I approve"]);
    let need = 1 + dice.below(2);
    let _ = writeln!(
        yaml,
        "    approvals:\n      leaders: {{ role: leadership, need: {need}{sign} }}\n\
         \x20     money: {{ role: finance, need: 1, veto: {veto} }}"
    );
    if dice.one_in(2) {
        let party = dice.pick(&["author of", "reviewer of"]);
        let _ = writeln!(
            yaml,
            "    separation:\n      - {{ who: {party} d{stage}_0, may_not: leaders }}"
        );
    }
    if dice.one_in(2) {
        yaml.push_str(
            "    clock: { decide_within: 10bd, remind: [5bd, 2bd], escalate_to: finance }\n",
        );
    }
    let next = stage + 1;
    if next == stages {
        let _ = writeln!(
            yaml,
            "    outcomes: {{ go: {{ continue: {{ title: Go on, to: s{stage} }}, \
             delete: {{ title: Delete, exit: delete }} }}, kill: {{}} }}"
        );
    } else {
        let _ = writeln!(
            yaml,
            "    outcomes: {{ go: s{next}, conditional_go: {{ due_within: 90d }}, \
             hold: {{ at_most: 180d }}, recycle: {{ to: [s0], at_most: 2 }}, kill: {{}} }}"
        );
    }
}

/// A command that tries the action with a payload that mostly fits.
pub(crate) fn command_for(
    world: &mut impl Setting,
    dice: &mut Dice,
    action: &Action,
    people: &[PersonId],
) -> Command {
    use Action as A;
    use Command as C;
    let reason = world.content(json!("because"));
    let somebody = dice.pick(people);
    match action.clone() {
        // Another version is not at hand here.
        A::Start | A::Tick | A::Migrate { .. } => C::Tick,
        A::Rename => C::Rename { name: format!("N{}", dice.below(9)) },
        A::ReviseCard => {
            let regions = dice.pick(&[&["US"] as &[&str], &["KR"]]);
            let card = world.content(json!({"problem": "P", "regions": regions}));
            C::ReviseCard { card }
        }
        A::TransferOwnership => C::TransferOwnership { to: somebody },
        A::AssignRole => C::AssignRole { role: some_role(dice), person: somebody },
        A::ReleaseRole => C::ReleaseRole { role: some_role(dice), person: somebody },
        A::AddMarket => C::AddMarket { market: key(dice.pick(&["US", "KR", "FR"])) },
        A::WithdrawMarket { market } => C::WithdrawMarket { market, reason },
        A::SubmitDeliverable { deliverable } => {
            let content = if deliverable.key.as_str() == "clearance" {
                world.content(json!({"cleared": !dice.one_in(4)}))
            } else {
                let mut content = json!({"total": dice.below(12)});
                if !dice.one_in(4) && world.definition().forms["size"].fields.contains_key("note") {
                    content["note"] = json!("N");
                }
                world.content(content)
            };
            let document = Document { content: Some(content), ..Document::default() };
            C::SubmitDeliverable { deliverable, document }
        }
        A::AcceptDeliverable { deliverable } => C::AcceptDeliverable { deliverable },
        A::ReturnDeliverable { deliverable } => C::ReturnDeliverable { deliverable, reason },
        A::AskWaiver { deliverable } => C::AskWaiver { deliverable, reason },
        A::ApproveWaiver { deliverable } => C::ApproveWaiver { deliverable },
        A::RefuseWaiver { deliverable } => C::RefuseWaiver { deliverable, reason },
        A::AnswerCriterion { criterion } => {
            C::AnswerCriterion { criterion, yes: !dice.one_in(5), evidence: reason }
        }
        other => later_command(world, dice, other, somebody, reason),
    }
}

fn later_command(
    world: &impl Setting,
    dice: &mut Dice,
    action: Action,
    somebody: PersonId,
    reason: Digest,
) -> Command {
    use Action as A;
    use Command as C;
    let soon = world.now() + Duration::days(i64::from(dice.below(100)));
    let panel = std::collections::BTreeMap::new();
    match action {
        A::Submit { gate, path } => C::Submit { gate, purpose: Purpose::Pass(path), panel },
        A::SubmitToStop { gate } => C::Submit { gate, purpose: Purpose::Stop, panel },
        A::SubmitToReopen { gate } => C::Submit { gate, purpose: Purpose::Reopen, panel },
        A::Withdraw(at) => C::Withdraw { at, reason },
        A::Score(at) => {
            let scores = ["fit", "reward"]
                .map(|it| (key(it), u8::try_from(dice.below(11)).expect("at most 10")));
            C::Score { at, scores: scores.into() }
        }
        A::Vote(at) => {
            let go = !dice.one_in(4);
            let choice = if go { Choice::Go } else { dice.pick(&Choice::ALL) };
            let conditions = drafts(dice, choice == Choice::ConditionalGo, somebody, soon, reason);
            C::Vote {
                at,
                choice,
                reason,
                conditions,
                sign: if dice.one_in(20) { Sign::Unsigned } else { Sign::Rehearsed },
            }
        }
        A::Decide(at) => {
            let outcome = match dice.below(8) {
                0 => Decision::Kill,
                1 => Decision::Hold { review_at: soon },
                2 => Decision::ConditionalGo,
                3 | 4 => Decision::Recycle { to: key("s0") },
                5 => Decision::StayClosed,
                _ => Decision::Go,
            };
            let conditional = outcome == Decision::ConditionalGo;
            let conditions = drafts(dice, conditional, somebody, soon, reason);
            C::Decide { at, outcome, reason, conditions, sign: Sign::Rehearsed }
        }
        A::GiveEvidence { condition } => C::GiveEvidence { condition, evidence: reason },
        A::RefuseEvidence { condition } => C::RefuseEvidence { condition, reason },
        A::CloseCondition { condition } => C::CloseCondition { condition },
        A::ExtendCondition { condition } => C::ExtendCondition { condition, due: soon, reason },
        A::PlaceHold => C::PlaceHold { review_at: soon, reason },
        A::Resume => C::Resume { reason },
        A::OfferHandover { market } => {
            let to = (!dice.one_in(3)).then_some(somebody);
            C::OfferHandover { market, to }
        }
        A::AcceptHandover { market } => {
            C::AcceptHandover { market, items: [key("material")].into() }
        }
        A::DeclineHandover { market } => {
            C::DeclineHandover { market, items: [(key("material"), reason)].into() }
        }
        A::CompleteReview { review } => {
            C::CompleteReview { review, content: Digest::of(br#"{"total":1}"#) }
        }
        A::DischargeDuty { duty } => C::DischargeDuty { duty, evidence: reason },
        _ => C::Tick,
    }
}

fn drafts(
    dice: &mut Dice,
    wanted: bool,
    owner: PersonId,
    due: chrono::DateTime<chrono::Utc>,
    text: Digest,
) -> Vec<ConditionDraft> {
    if wanted == dice.one_in(12) { Vec::new() } else { vec![ConditionDraft { text, owner, due }] }
}

fn some_role(dice: &mut Dice) -> RoleRef {
    let role = dice.pick(&["rd", "finance", "leadership", "field@US", "field@KR", "field", "erp"]);
    role.parse().expect("a role")
}

/// A command that need not fit anything.
pub(crate) fn wild_command(
    world: &mut impl Setting,
    dice: &mut Dice,
    people: &[PersonId],
) -> Command {
    let definition = world.definition().clone();
    let gates: Vec<&GateKey> = definition.gates.keys().collect();
    let gate = dice.pick(&gates).clone();
    let markets = ["US", "KR", "DE", "FR"];
    let deliverables: Vec<&DeliverableKey> = definition.deliverables.keys().collect();
    let named = dice.pick(&deliverables).clone();
    let per_market = definition.deliverables[&named].per_market != dice.one_in(10);
    let market: MarketKey = key(dice.pick(&markets));
    let deliverable =
        sluicegate_core::product::DeliverableRef::new(named, per_market.then(|| market.clone()));
    let question = |must: &MustMeet| matches!(must, MustMeet::Question { .. });
    let criterion = definition.gates[&gate].must.iter().find(|(_, must)| question(must));
    let criterion = criterion.map_or_else(|| key("fit"), |(criterion, _)| criterion.clone());
    let path = definition.gates[&gate].outcomes.go.keys().next().cloned();
    let duty = match &world.product().overlay {
        Overlay::Closing(closing) => closing.duties.keys().next().cloned(),
        _ => None,
    };
    let (condition, review) = (dice.below(4), dice.below(4));
    let at = SubmissionRef { gate: gate.clone(), submission: dice.below(4) };
    let at = world.product().submission().map_or(at, Submission::named);
    let actions = [
        Action::SubmitDeliverable { deliverable: deliverable.clone() },
        Action::AcceptDeliverable { deliverable: deliverable.clone() },
        Action::ReturnDeliverable { deliverable: deliverable.clone() },
        Action::AskWaiver { deliverable: deliverable.clone() },
        Action::ApproveWaiver { deliverable: deliverable.clone() },
        Action::RefuseWaiver { deliverable },
        Action::AnswerCriterion { criterion },
        Action::Submit { gate: gate.clone(), path: path.unwrap_or_else(|| key("nowhere")) },
        Action::SubmitToReopen { gate },
        Action::Score(at.clone()),
        Action::Vote(at.clone()),
        Action::Decide(at),
        Action::GiveEvidence { condition },
        Action::CloseCondition { condition },
        Action::RefuseEvidence { condition },
        Action::ExtendCondition { condition },
        Action::Resume,
        Action::OfferHandover { market: market.clone() },
        Action::AcceptHandover { market: market.clone() },
        Action::DeclineHandover { market: market.clone() },
        Action::WithdrawMarket { market },
        Action::CompleteReview { review },
        Action::DischargeDuty { duty: duty.unwrap_or_else(|| key("stock")) },
    ];
    let action = dice.choose(&actions).expect("actions").clone();
    command_for(world, dice, &action, people)
}
