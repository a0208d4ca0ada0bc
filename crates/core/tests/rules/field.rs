//! The loop between the field and upstream, told as stories.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{Duration, NaiveDate};
use serde_json::json;
use sluicegate_core::{
    definition::Text,
    digest::Digest,
    id::{FeedbackId, FieldDayId, IdeaId, IntakeLinkId, PersonId, ProductId},
    intake::{
        Answer, Command as C, Context, Counterpart, Entry, EntryId, Feedback, FeedbackKind, Idea,
        IdeaState, Move, NewFeedback, Outcome, RecordedEntry, Rejection, Sight, TaskKind, decide,
        evolve, next_tick, sight, tasks,
    },
    product::{Actor, ConditionDraft, Document, Event, ObligationState, Recorded},
    rules::{Command, Refusal, Start, tasks as product_tasks},
};
use uuid::Uuid;

use crate::world::{World, blocker, key};

/// A world with entries; each command that moves several streams moves all of them here too.
struct Field {
    world: World,
    definition: Arc<sluicegate_core::definition::Definition>,
    entries: BTreeMap<EntryId, Entry>,
    next: u128,
}

fn text(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

impl Field {
    fn with(world: World) -> Self {
        let definition = Arc::new(world.definition.clone());
        Self { world, definition, entries: BTreeMap::new(), next: 1000 }
    }

    fn uuid(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.next)
    }

    fn tries(&mut self, actor: Actor, id: EntryId, command: &C) -> Result<Vec<Move>, Refusal> {
        let moves = {
            let product = self.world.product.as_ref();
            let products = product.into_iter().map(|product| (product.id, product)).collect();
            let entries = self.entries.iter().map(|(id, entry)| (*id, entry)).collect();
            let definitions = [self.definition.clone()];
            let cx = Context {
                directory: &self.world.directory,
                contents: &self.world.contents,
                definitions: &definitions,
                starts: Some(&self.definition),
                products: &products,
                entries: &entries,
                actor,
                now: self.world.now,
            };
            decide(&cx, id, command)?
        };
        let at = self.world.now;
        for one in moves.clone() {
            match one {
                Move::Entry(id, events) => {
                    let mut entry = self.entries.remove(&id);
                    for event in events {
                        entry = evolve(entry, &RecordedEntry { at, actor, event });
                    }
                    self.entries.insert(id, entry.expect("the events make an entry"));
                }
                Move::Product(_, events) => {
                    for event in events {
                        let recorded = Recorded { at, actor, event };
                        let product = self.world.product.take();
                        self.world.product = sluicegate_core::product::evolve(product, &recorded);
                    }
                }
            }
        }
        Ok(moves)
    }

    fn does(&mut self, who: &str, id: impl Into<EntryId>, command: C) -> Vec<Move> {
        let actor = Actor::Person(self.world.person(who));
        self.tries(actor, id.into(), &command).unwrap_or_else(|no| panic!("{who}: {no:?}"))
    }

    fn refused(&mut self, who: &str, id: impl Into<EntryId>, command: C) -> String {
        let actor = Actor::Person(self.world.person(who));
        let refusal = self.tries(actor, id.into(), &command).expect_err("it was accepted");
        match refusal {
            Refusal::Blocked { unmet } => unmet.iter().map(blocker).collect::<Vec<_>>().join(", "),
            Refusal::Invalid { problems } => {
                let problem = serde_json::to_value(&problems[0]).expect("JSON");
                problem["code"].as_str().expect("a code").to_owned()
            }
            Refusal::NoSuch(thing) => format!("no such {thing:?}"),
        }
    }

    fn link(&mut self) -> IntakeLinkId {
        let id = IntakeLinkId::new(self.uuid());
        let title = Text { en: "Ideas".into(), ko: Some("아이디어".into()) };
        let secret = text("link");
        let open =
            C::OpenLink { title, portfolio: key("cardio"), version: 1, secret, closes_at: None };
        self.does("Mina", id, open);
        id
    }

    fn submit(&mut self, link: IntakeLinkId) -> Result<IdeaId, Refusal> {
        let id = IdeaId::new(self.uuid());
        let tracking = text(&id.to_string());
        let (text, submitter) = (text("idea"), Some(text("nurse")));
        let submit = C::SubmitIdea { link, text, submitter, tracking };
        self.tries(Actor::Visitor, id.into(), &submit).map(|_| id)
    }

    fn idea(&self, id: IdeaId) -> &Idea {
        match &self.entries[&id.into()] {
            Entry::Idea(idea) => idea,
            other => panic!("{other:?}"),
        }
    }

    fn send(&mut self, who: &str, urgent: bool, incident: bool) -> FeedbackId {
        let new = self.new_feedback(urgent, incident);
        let id = new.feedback;
        self.does(who, id, C::SendFeedback(new));
        id
    }

    fn new_feedback(&mut self, urgent: bool, incident: bool) -> NewFeedback {
        NewFeedback {
            feedback: FeedbackId::new(self.uuid()),
            product: self.world.product().id,
            kind: FeedbackKind::Request,
            market: Some(key("US")),
            urgent,
            seen: text("seen"),
            said_by: None,
            attachments: Vec::new(),
            incident,
        }
    }

    fn feedback(&self, id: FeedbackId) -> &Feedback {
        match &self.entries[&id.into()] {
            Entry::Feedback(feedback) => feedback,
            other => panic!("{other:?}"),
        }
    }

    fn kinds(&self, id: impl Into<EntryId>) -> Vec<TaskKind> {
        tasks(&self.entries[&id.into()]).iter().map(|task| task.kind).collect()
    }

    fn tick(&mut self, id: impl Into<EntryId>) -> usize {
        let moves = self.tries(Actor::System, id.into(), &C::Tick).expect("the clock may");
        moves.len()
    }

    fn oblige(&mut self, who: &str, feedback: FeedbackId) -> u32 {
        let command = C::AnswerWithObligation {
            deliverable: "market_size".parse().expect("a deliverable"),
            requirement: text("REQ-3"),
            why: text("too loud"),
        };
        self.does(who, feedback, command);
        *self.world.product().obligations.keys().next_back().expect("an obligation")
    }

    fn sees(&self, who: &str, id: impl Into<EntryId>) -> Sight {
        let (entry, person) = (&self.entries[&id.into()], self.world.person(who));
        sight(&self.world.directory, person, entry, self.world.product.as_ref())
    }
}

fn launched() -> Field {
    let mut world = World::launched(&["US"]);
    world.hire("Sora", "rd_lead");
    Field::with(world)
}

#[test]
fn an_idea_waits_for_a_moderator_and_nobody_else_sees_it() {
    let mut field = launched();
    let link = field.link();
    assert_eq!(field.refused("Finn", link, C::RevokeLink), "not_your_role");
    let idea = field.submit(link).expect("anyone may");
    assert_eq!(field.kinds(idea), [TaskKind::ModerateIdea]);
    assert_eq!(field.sees("Mina", idea), Sight::Everything);
    assert_eq!(field.sees("Finn", idea), Sight::Nothing);
    let reason = text("no");
    let decline = C::DeclineIdea { reason };
    assert_eq!(field.refused("Mina", idea, decline.clone()), "idea_not_moderated");
    assert_eq!(field.refused("Finn", idea, C::AcceptIdea), "not_your_role");
    field.does("Mina", idea, C::AcceptIdea);
    assert_eq!(field.sees("Finn", idea), Sight::Matter);
    assert_eq!(field.kinds(idea), [TaskKind::ScreenIdea]);
    assert_eq!(
        field.refused("Mina", idea, C::RejectIdea { why: Rejection::Spam }),
        "idea_moderated"
    );
    assert_eq!(field.refused("Finn", idea, decline.clone()), "not_your_role");
    field.does("Mina", idea, decline.clone());
    assert_eq!(field.refused("Mina", idea, decline), "idea_answered");
    assert!(field.kinds(idea).is_empty());
}

#[test]
fn a_link_that_is_closed_or_revoked_takes_nothing() {
    let mut field = launched();
    let link = field.link();
    field.does("Mina", link, C::RevokeLink);
    assert!(field.does("Mina", link, C::RevokeLink).is_empty(), "once is enough");
    let Err(Refusal::Blocked { unmet }) = field.submit(link) else { panic!("it was taken") };
    assert_eq!(blocker(&unmet[0]), "link_closed");
    assert!(unmet[0].clear.people.is_empty(), "a visitor learns no names");

    let (id, now) = (IntakeLinkId::new(field.uuid()), field.world.now);
    let open = |closes_at| C::OpenLink {
        title: Text { en: "Ideas".into(), ko: None },
        portfolio: key("cardio"),
        version: 1,
        secret: Digest::of(b"other"),
        closes_at: Some(closes_at),
    };
    assert_eq!(field.refused("Mina", id, open(now)), "not_in_future");
    field.does("Mina", id, open(now + Duration::days(1)));
    assert!(field.submit(id).is_ok());
    field.world.passes(1);
    assert!(field.submit(id).is_err());
}

#[test]
fn a_parked_idea_wakes_on_its_day() {
    let mut field = launched();
    let link = field.link();
    let idea = field.submit(link).unwrap();
    field.does("Mina", idea, C::AcceptIdea);
    let (until, reason) = (field.world.now + Duration::days(30), text("later"));
    field.does("Mina", idea, C::Park { until, reason });
    assert_eq!(next_tick(&field.entries[&idea.into()]), Some(until));
    assert_eq!(field.tick(idea), 0);
    field.world.passes(30);
    assert_eq!(field.tick(idea), 1);
    assert_eq!(field.idea(idea).state, IdeaState::Open);
    assert_eq!(field.refused("Mina", idea, C::Tick), "clock_only");
}

#[test]
fn a_duplicate_names_what_counts() {
    let mut field = launched();
    let link = field.link();
    let [one, two, three] = [(); 3].map(|()| field.submit(link).unwrap());
    let merge = |other: IdeaId| C::Merge { into: Counterpart::Idea(other) };
    field.does("Mina", one, C::AcceptIdea);
    field.does("Mina", two, C::AcceptIdea);
    assert_eq!(field.refused("Mina", one, merge(one)), "merges_into_itself");
    assert_eq!(field.refused("Mina", one, merge(three)), "not_mergeable");
    field.does("Mina", one, merge(two));
    assert_eq!(field.refused("Mina", two, merge(one)), "not_mergeable");
    let product = field.world.product().id;
    field.does("Mina", two, C::Merge { into: Counterpart::Product(product) });
    assert!(matches!(field.idea(two).state, IdeaState::Merged { .. }));
}

#[test]
fn a_promoted_idea_starts_its_product_in_the_same_moment() {
    let mut world = World::sample();
    let card = world.content(json!({ "problem": "Alarms wake patients" }));
    let mut field = Field::with(world);
    let link = field.link();
    let idea = field.submit(link).unwrap();
    field.does("Mina", idea, C::AcceptIdea);
    let product = ProductId::new(field.uuid());
    let start = |portfolio: &str, card| Start {
        product,
        version: 1,
        name: "Quiet pump".into(),
        portfolio: key(portfolio),
        owner: PersonId::new(Uuid::from_u128(1)),
        card,
        markets: [key("KR")].into(),
    };
    let missing = text("nothing");
    let wrong = C::Promote(Box::new(start("cardio", missing)));
    assert_eq!(field.refused("Mina", idea, wrong), "content_missing");
    let elsewhere = C::Promote(Box::new(start("other", card)));
    assert_eq!(field.refused("Mina", idea, elsewhere), "other_portfolio");
    assert_eq!(field.idea(idea).state, IdeaState::Open, "a refusal leaves all as it was");
    let moves = field.does("Mina", idea, C::Promote(Box::new(start("cardio", card))));
    assert_eq!(moves.len(), 2);
    assert_eq!(field.world.product().id, product);
    let promoted = matches!(field.idea(idea).state,
        IdeaState::Promoted { product: found, .. } if found == product);
    assert!(promoted);
}

#[test]
fn feedback_goes_to_the_owner_upstream_with_a_clock() {
    let mut field = launched();
    let urgent = field.send("Kim", true, false);
    let usual = field.send("Kim", false, false);
    let (owner, now) = (field.world.product().owner, field.world.now);
    assert_eq!(field.feedback(urgent).owner, owner, "also after the launch");
    let days = |id| (field.feedback(id).due - now).num_days();
    assert!((2..=4).contains(&days(urgent)), "{}", days(urgent));
    assert!((12..=18).contains(&days(usual)), "{}", days(usual));
    assert_eq!(field.tick(urgent), 0);
    field.world.passes(30);
    assert_eq!((field.tick(urgent), field.tick(urgent)), (1, 0), "told once");
    assert!(field.feedback(urgent).escalated && field.feedback(urgent).answer.is_none());
    assert_eq!(field.kinds(urgent), [TaskKind::TriageFeedback, TaskKind::TriageLateFeedback]);
    let reason = text("no");
    assert_eq!(field.refused("Finn", urgent, C::DeclineFeedback { reason }), "not_yours");
}

/// Whoever complains need not know what the law calls an incident.
#[test]
fn every_complaint_is_assessed_by_quality() {
    let mut field = launched();
    for kind in FeedbackKind::ALL {
        let new = NewFeedback { kind, ..field.new_feedback(false, false) };
        let id = new.feedback;
        field.does("Kim", id, C::SendFeedback(new));
        let assessed = field.feedback(id).incident.is_some();
        assert_eq!(assessed, kind == FeedbackKind::Complaint, "{}", kind.name());
        assert_eq!(field.kinds(id).contains(&TaskKind::AssessIncident), assessed);
    }
}

#[test]
fn the_owner_hands_it_to_the_team_and_only_to_the_team() {
    let mut field = launched();
    let id = field.send("Kim", false, false);
    let [sora, robo, mina] = ["Sora", "Robo", "Mina"].map(|name| field.world.person(name));
    assert_eq!(field.refused("Mina", id, C::HandOver { to: robo }), "not_on_team");
    assert_eq!(field.refused("Mina", id, C::HandOver { to: mina }), "already_there");
    field.does("Mina", id, C::HandOver { to: sora });
    let reason = text("The standard forbids it");
    field.does("Sora", id, C::DeclineFeedback { reason });
    assert_eq!(field.kinds(id), [TaskKind::ReadAnswer]);
    assert_eq!(field.refused("Sora", id, C::ReadAnswer), "not_yours");
    assert_eq!(field.refused("Mina", id, C::DeclineFeedback { reason }), "feedback_answered");
    field.does("Kim", id, C::ReadAnswer);
    assert!(field.kinds(id).is_empty());
}

#[test]
fn feedback_becomes_an_idea_that_is_linked_both_ways() {
    let mut field = launched();
    let workflow = sluicegate_core::directory::DirectoryEvent::WorkflowPublished {
        workflow: field.definition.key.clone(),
        version: 4,
        digest: field.definition.digest,
    };
    field.world.directory.evolve(&workflow);
    let id = field.send("Kim", false, false);
    let (idea, text) = (IdeaId::new(field.uuid()), text("a lamp"));
    field.does("Mina", id, C::AnswerWithIdea { idea, text });
    let Some(Answer { outcome, .. }) = &field.feedback(id).answer else { panic!("no answer") };
    assert_eq!(*outcome, Outcome::NewIdea { idea });
    assert_eq!(field.idea(idea).state, IdeaState::Open);
    assert_eq!(field.idea(idea).workflow.version, 4, "the latest version");
    assert_eq!(field.sees("Kim", idea), Sight::Matter);
}

#[test]
fn an_obligation_is_fulfilled_by_a_revision_that_came_after_it() {
    let mut field = launched();
    let id = field.send("Kim", false, false);
    let named: sluicegate_core::product::DeliverableRef =
        "market_size".parse().expect("a deliverable");
    let number = field.oblige("Mina", id);
    let product = field.world.product();
    assert_eq!(product.obligations[&number].state, ObligationState::Open);
    let revise = |field: &Field| {
        let all = product_tasks(&field.definition, field.world.product());
        all.iter().any(|task| task.kind.name() == "revise_deliverable")
    };
    assert!(revise(&field));
    let before = field.world.product().deliverables[&named].accepted.clone().unwrap();
    let document = Document { ..before.document };
    field.world.passes(1);
    let submit = Command::SubmitDeliverable { deliverable: named.clone(), document };
    field.world.does("Mina", submit);
    assert!(!revise(&field), "it waits for its reviewers");
    field.world.does("Finn", Command::AcceptDeliverable { deliverable: named });
    let state = &field.world.product().obligations[&number].state;
    let revision = before.number + 1;
    assert!(
        matches!(state, ObligationState::Fulfilled { revision: found, .. } if *found == revision)
    );
    let reason = text("late");
    let withdraw = Command::WithdrawObligation { obligation: number, reason };
    let refused = field.world.why_not("Mina", withdraw);
    assert!(refused.iter().any(|why| why.contains("obligation_settled")), "{refused:?}");
}

#[test]
fn a_revision_that_was_handed_in_before_does_not_fulfil_it() {
    let mut field = launched();
    let named: sluicegate_core::product::DeliverableRef =
        "market_size".parse().expect("a deliverable");
    let before = field.world.product().deliverables[&named].accepted.clone().unwrap();
    let document = before.document;
    let submit = Command::SubmitDeliverable { deliverable: named.clone(), document };
    field.world.does("Mina", submit);
    field.world.passes(1);
    let id = field.send("Kim", false, false);
    let number = field.oblige("Mina", id);
    field.world.does("Finn", Command::AcceptDeliverable { deliverable: named });
    assert_eq!(field.world.product().obligations[&number].state, ObligationState::Open);
    let reason = text("the part is discontinued");
    let withdraw = Command::WithdrawObligation { obligation: number, reason };
    field.world.refused("Finn", withdraw.clone());
    field.world.does("Mina", withdraw);
    let state = &field.world.product().obligations[&number].state;
    assert!(matches!(state, ObligationState::Withdrawn { .. }));
}

#[test]
fn a_possible_incident_stays_open_until_it_is_assessed() {
    let mut field = launched();
    let id = field.send("Kim", false, true);
    let reason = text("no");
    field.does("Mina", id, C::DeclineFeedback { reason });
    field.does("Kim", id, C::ReadAnswer);
    // The sample has neither quality nor regulatory affairs: the owner's role assesses.
    assert_eq!(field.kinds(id), [TaskKind::AssessIncident]);
    let note = text("no harm");
    let assess = C::AssessIncident { reportable: false, note };
    assert_eq!(field.refused("Finn", id, assess.clone()), "not_your_role");
    field.does("Mina", id, assess.clone());
    assert_eq!(field.refused("Mina", id, assess), "incident_assessed");
    assert!(field.kinds(id).is_empty());
    let other = field.send("Kim", false, false);
    field.does("Finn", other, C::FlagIncident);
    assert_eq!(field.refused("Kim", other, C::FlagIncident), "incident_flagged");
}

#[test]
fn what_a_field_day_taught_goes_upstream_in_one_step() {
    let mut field = launched();
    let [kim, pia, finn] = ["Kim", "Pia", "Finn"].map(|name| field.world.person(name));
    let (id, now) = (FieldDayId::new(field.uuid()), field.world.now);
    let record = |date: NaiveDate, due| C::RecordFieldDay {
        portfolio: key("cardio"),
        date,
        marketer: kim,
        seller: pia,
        market: Some(key("US")),
        products: BTreeSet::default(),
        notes: Digest::of(b"notes"),
        follow_ups: vec![ConditionDraft { text: Digest::of(b"call"), owner: finn, due }],
    };
    let today = now.date_naive();
    let tomorrow = today + chrono::Days::new(3);
    let due = now + Duration::days(5);
    assert_eq!(field.refused("Kim", id, record(tomorrow, due)), "in_future");
    assert_eq!(field.refused("Kim", id, record(today, now)), "not_in_future");
    let long_ago = today - chrono::Days::new(400);
    assert_eq!(field.refused("Kim", id, record(long_ago, due)), "too_long_ago");
    let product = field.world.product().id;
    let change = |marketer, market| match record(today, due) {
        C::RecordFieldDay { portfolio, date, seller, notes, follow_ups, .. } => {
            let (market, products) = (Some(key(market)), [product].into());
            C::RecordFieldDay {
                portfolio,
                date,
                marketer,
                seller,
                market,
                products,
                notes,
                follow_ups,
            }
        }
        other => other,
    };
    assert_eq!(field.refused("Kim", id, change(pia, "US")), "same_person");
    assert_eq!(field.refused("Kim", id, change(kim, "ZZ")), "not_its_market");
    field.does("Kim", id, record(today, due));
    let items = vec![field.new_feedback(false, false), field.new_feedback(true, false)];
    let sent: Vec<FeedbackId> = items.iter().map(|item| item.feedback).collect();
    assert_eq!(field.refused("Finn", id, C::SendLearnings { items: items.clone() }), "not_yours");
    assert_eq!(field.refused("Kim", id, C::SendLearnings { items: vec![] }), "no_items");
    field.does("Kim", id, C::SendLearnings { items });
    assert!(sent.iter().all(|one| field.feedback(*one).field_day == Some(id)));
    field.world.passes(6);
    assert_eq!((field.tick(id), field.tick(id)), (1, 0));
    field.does("Finn", id, C::FinishFollowUp { follow_up: 1 });
    assert_eq!(field.refused("Finn", id, C::FinishFollowUp { follow_up: 1 }), "follow_up_done");
}

#[test]
fn an_event_of_an_obligation_names_its_feedback() {
    let mut field = launched();
    let id = field.send("Kim", false, false);
    let command = C::AnswerWithObligation {
        deliverable: "nothing".parse().unwrap(),
        requirement: text("x"),
        why: text("y"),
    };
    assert!(field.refused("Mina", id, command).starts_with("no such Deliverable"));
    assert!(field.feedback(id).answer.is_none(), "neither half happens");
    let deliverable = "market_size".parse().expect("a deliverable");
    let (requirement, why) = (text("x"), text("y"));
    let moves = field.does("Mina", id, C::AnswerWithObligation { deliverable, requirement, why });
    let named = moves.iter().any(|one| {
        matches!(one, Move::Product(_, events)
            if matches!(events.as_slice(), [Event::RevisionObliged { feedback, .. }]
                if *feedback == id))
    });
    assert!(named);
}
