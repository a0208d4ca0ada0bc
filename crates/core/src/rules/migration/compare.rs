//! What a product lacks under another version of its workflow, deliverable by deliverable.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::{
    definition::{Definition, Deliverable as Defined, form::Form},
    digest::Digest,
    expr::Outcome,
    key::GateKey,
    product::{Deliverable, DeliverableRef, Document, Product, Work},
    rules::{
        context::{Case, Context},
        refusal::{Problem, ProblemKind, Refusal},
        work,
    },
};

/// What moving would mean for one product.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// None: the card asks the same and holds the same.
    pub card: Option<Fitness>,
    /// In the order of the new version; what is gone comes last.
    pub deliverables: Vec<Moved>,
}

/// How what was handed in fits a form of the other version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fitness {
    pub missing: Vec<Problem>,
    pub misfits: Vec<Problem>,
    /// Pointers to what the new form does not ask; it stays in the revision that has it.
    pub fell_away: Vec<String>,
}

impl Fitness {
    pub const fn holds(&self) -> bool {
        self.missing.is_empty() && self.misfits.is_empty()
    }

    fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of one deliverable.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    pub deliverable: DeliverableRef,
    /// The version that the product leaves has it.
    pub known: bool,
    pub becomes: Becomes,
    /// Is it required of this product in the new version?
    pub required: Outcome,
    /// Where it will be asked for; none: nowhere.
    pub gate: Option<GateKey>,
    /// The accepted revision would no longer count.
    pub outgrown: bool,
    /// What waits for a reviewer or a waiver would be returned.
    pub goes_back: bool,
    pub accepted: Option<Fitness>,
    pub submitted: Option<Fitness>,
    pub draft: Option<Fitness>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// It stays as it is.
    Kept,
    /// Nothing is there, and the new version asks for it.
    Owed,
    /// The accepted revision does not fit the form any more.
    ToRevise,
    /// What was handed in goes back to its owner.
    Returned,
    /// The new version does not have it; its revisions stay readable.
    Gone,
}

impl Becomes {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Owed => "owed",
            Self::ToRevise => "to_revise",
            Self::Returned => "returned",
            Self::Gone => "gone",
        }
    }
}

/// The contents that a comparison reads.
pub fn compared(product: &Product) -> Vec<Digest> {
    let entries = product.deliverables.values();
    let documents = entries.flat_map(|entry| accepted(entry).into_iter().chain(submitted(entry)));
    let mut digests: Vec<Digest> = documents.filter_map(|document| document.content).collect();
    digests.push(product.card);
    digests.sort_unstable();
    digests.dedup();
    digests
}

fn accepted(entry: &Deliverable) -> Option<&Document> {
    entry.accepted.as_ref().map(|revision| &revision.document)
}

fn submitted(entry: &Deliverable) -> Option<&Document> {
    match &entry.work {
        Work::Submitted { document, .. } => Some(document),
        _ => None,
    }
}

/// Holds a product against the version that the context names. `drafts` are contents that are being
/// written.
///
/// # Errors
/// The context names no version of the product's workflow.
pub fn comparison(
    cx: &Context<'_>,
    product: &Product,
    drafts: &BTreeMap<DeliverableRef, Json>,
) -> Result<Comparison, Refusal> {
    let here = Case { cx, product };
    let to = here.target()?;
    let there_cx = Context { definition: to, to: None, ..*cx };
    let there = Case { cx: &there_cx, product };
    let sides = Sides { here, there, drafts };
    let wanted: Vec<DeliverableRef> = instances(to, product).collect();
    let known: BTreeSet<DeliverableRef> = instances(cx.definition, product).collect();
    let mut deliverables: Vec<Moved> =
        wanted.iter().map(|named| sides.moved(named, known.contains(named))).collect();
    let gone = known.into_iter().filter(|named| !wanted.contains(named));
    deliverables.extend(gone.map(|named| sides.gone(named)));
    let card = sides.content(&to.card, Some(product.card), "/card");
    Ok(Comparison { card: Some(card).filter(|card| !card.is_plain()), deliverables })
}

fn instances<'a>(
    definition: &'a Definition,
    product: &'a Product,
) -> impl Iterator<Item = DeliverableRef> + 'a {
    let keys = definition.deliverables.keys();
    keys.flat_map(|key| work::instances(definition, product, key))
}

/// One product under two versions.
struct Sides<'a> {
    here: Case<'a>,
    there: Case<'a>,
    drafts: &'a BTreeMap<DeliverableRef, Json>,
}

impl Sides<'_> {
    fn moved(&self, named: &DeliverableRef, known: bool) -> Moved {
        let blank = Deliverable::default();
        let entry = self.here.product.deliverables.get(named).unwrap_or(&blank);
        let defined = self.there.def().deliverables.get(&named.key);
        let fit = |document| Some(self.document(defined?, document));
        let (accepted, submitted) = (accepted(entry).and_then(fit), submitted(entry).and_then(fit));
        let outgrown = accepted.as_ref().is_some_and(|fit| !fit.holds());
        let goes_back =
            defined.is_some_and(|defined| goes_back(defined, entry, submitted.as_ref()));
        let required = asked(&self.there, named);
        let was_asked = known && asked(&self.here, named) != Outcome::Fail;
        let waived = matches!(entry.work, Work::Waived { .. });
        let open = !work::fulfilled(self.there.def(), self.here.product, named);
        let nothing = entry.accepted.is_none() && entry.work == Work::None;
        let becomes = if outgrown && !waived {
            Becomes::ToRevise
        } else if goes_back {
            Becomes::Returned
        } else if nothing && open && !was_asked && required != Outcome::Fail {
            Becomes::Owed
        } else {
            Becomes::Kept
        };
        let open = becomes != Becomes::Kept && required != Outcome::Fail;
        Moved {
            deliverable: named.clone(),
            known,
            becomes,
            required,
            gate: if open { self.gate(named) } else { None },
            outgrown,
            goes_back,
            accepted,
            submitted,
            draft: self.draft(named, defined),
        }
    }

    fn gone(&self, named: DeliverableRef) -> Moved {
        let entry = self.here.product.deliverables.get(&named);
        let waits = |work: &Work| matches!(work, Work::Submitted { .. } | Work::WaiverAsked { .. });
        Moved {
            known: true,
            becomes: Becomes::Gone,
            required: Outcome::Fail,
            gate: None,
            outgrown: false,
            goes_back: entry.is_some_and(|entry| waits(&entry.work)),
            accepted: None,
            submitted: None,
            draft: None,
            deliverable: named,
        }
    }

    /// The gate of its own stage, or the one ahead when that stage is past.
    fn gate(&self, named: &DeliverableRef) -> Option<GateKey> {
        let (definition, stage) = (self.there.def(), self.here.stage());
        let own = &definition.deliverables.get(&named.key)?.stage;
        let ahead = definition.stages.contains_key(stage)
            && definition.order(own) < definition.order(stage);
        let (gate, _) = definition.gate_of(if ahead { stage } else { own })?;
        Some(gate.clone())
    }

    fn draft(&self, named: &DeliverableRef, defined: Option<&Defined>) -> Option<Fitness> {
        let form = self.there.def().form_of(defined?)?;
        let draft = self.drafts.get(named)?;
        Some(Fitness::of(form, draft, "/content"))
    }

    /// As handing it in would be judged.
    fn document(&self, defined: &Defined, document: &Document) -> Fitness {
        let mut fit = match (self.there.def().form_of(defined), document.content) {
            (Some(form), content) => self.content(form, content, "/content"),
            (None, Some(_)) => {
                Fitness { fell_away: vec!["/content".to_owned()], ..Fitness::default() }
            }
            (None, None) => Fitness::default(),
        };
        let found = u32::try_from(document.attachments.len()).unwrap_or(u32::MAX);
        let need = defined.attachments;
        if found < need {
            let kind = ProblemKind::AttachmentsMissing { need, found };
            fit.missing.push(Problem::new("/attachments", kind));
        } else if defined.form.is_none() && found == 0 && document.link.is_none() {
            fit.missing.push(Problem::new("/attachments", ProblemKind::DocumentEmpty));
        }
        fit
    }

    fn content(&self, form: &Form, content: Option<Digest>, at: &str) -> Fitness {
        match content.map(|digest| self.here.contents.get(&digest)) {
            Some(Some(json)) => Fitness::of(form, json, at),
            // Erased: nobody can say any more whether it fits.
            Some(None) => Fitness {
                misfits: vec![Problem::new(at, ProblemKind::ContentMissing)],
                ..Fitness::default()
            },
            None => Fitness::of(form, &Json::Object(serde_json::Map::new()), at),
        }
    }
}

impl Fitness {
    fn of(form: &Form, content: &Json, at: &str) -> Self {
        let fit = form.fit(content);
        let problem = |fault: crate::definition::form::Fault| {
            let pointer = format!("{at}{}", fault.pointer);
            Problem::new(pointer, ProblemKind::Form { fault })
        };
        Self {
            missing: fit.missing.into_iter().map(problem).collect(),
            misfits: fit.misfits.into_iter().map(problem).collect(),
            fell_away: fit.fell_away.into_iter().map(|pointer| format!("{at}{pointer}")).collect(),
        }
    }
}

fn asked(case: &Case<'_>, named: &DeliverableRef) -> Outcome {
    let defined = case.def().deliverables.get(&named.key);
    defined.map_or(Outcome::Fail, |defined| case.required(&defined.required).0)
}

/// Could nobody judge any more what was handed in, or asked for?
fn goes_back(defined: &Defined, entry: &Deliverable, submitted: Option<&Fitness>) -> bool {
    match &entry.work {
        Work::Submitted { accepted, .. } => {
            let heard = |role| accepted.contains_key(role);
            submitted.is_some_and(|fit| !fit.holds()) || defined.reviewers.iter().all(heard)
        }
        Work::WaiverAsked { .. } => defined.waive.is_none(),
        Work::None | Work::Returned { .. } | Work::Waived { .. } => false,
    }
}
