//! A small company to play the rules in: people by name, a clock that is set by hand, a log.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Duration, TimeZone, Utc};
use serde_json::{Value, json};
use sluicegate_core::{
    definition::{self, Definition},
    digest::Digest,
    directory::{Directory, DirectoryEvent, Grant, Kind, PortfolioKind, Scope},
    id::{PersonId, ProductId},
    product::{
        Actor, Choice, DeliverableRef, Document, Event, Product, Purpose, Recorded, RoleRef,
        SubmissionRef, WorkflowRef, evolve,
    },
    rules::{Command, Contents, Context, Decision, Refusal, Sign, Start, Unmet, decide, needs},
};
use uuid::Uuid;

pub(crate) const SAMPLE: &str = include_str!("sample.yaml");

pub(crate) struct World {
    pub(crate) definition: Definition,
    /// The version to which the product is to move, and those that it has left.
    pub(crate) to: Option<Definition>,
    pub(crate) left: Vec<Definition>,
    pub(crate) directory: Directory,
    pub(crate) contents: Contents,
    pub(crate) product: Option<Product>,
    pub(crate) log: Vec<Recorded>,
    pub(crate) now: DateTime<Utc>,
    people: BTreeMap<String, PersonId>,
}

impl World {
    /// The company of `sample.yaml`: one person for each role, and some with spares.
    pub(crate) fn sample() -> Self {
        Self::written(&[])
    }

    /// The same company, with some of its workflow written differently.
    pub(crate) fn written(changes: &[(&str, &str)]) -> Self {
        let mut source = SAMPLE.to_owned();
        for (from, to) in changes {
            assert_eq!(source.matches(from).count(), 1, "{from}");
            source = source.replace(from, to);
        }
        Self::sample_of(definition::load(&source).expect("the sample loads"))
    }

    /// The same company with a workflow that has the sample's roles.
    pub(crate) fn sample_of(definition: Definition) -> Self {
        let mut world = Self::of(definition);
        for (name, role) in [
            ("Mina", "product_manager"),
            ("Otto", "product_manager"),
            ("Rudi", "rd_lead"),
            ("Finn", "finance"),
            ("Leo", "senior_leadership"),
            ("Lisa", "senior_leadership"),
            ("Lars", "senior_leadership"),
            ("Kim", "field_marketing_manager"),
            ("Uma", "field_marketing_manager"),
            ("Pia", "product_marketing_manager"),
            ("Robo", "erp"),
        ] {
            world.hire(name, role);
        }
        world
    }

    pub(crate) fn of(definition: Definition) -> Self {
        let mut directory = Directory::default();
        directory.evolve(&DirectoryEvent::PortfolioAdded {
            portfolio: key("cardio"),
            title: "Cardio".into(),
            title_ko: None,
            kind: PortfolioKind::Portfolio,
            parent: None,
        });
        Self {
            definition,
            to: None,
            left: Vec::new(),
            directory,
            contents: Contents::default(),
            product: None,
            log: Vec::new(),
            now: Utc.with_ymd_and_hms(2026, 3, 2, 9, 0, 0).unwrap(),
            people: BTreeMap::new(),
        }
    }

    /// Gives a person a role in the portfolio; hires first whoever is new.
    pub(crate) fn hire(&mut self, name: &str, role: &str) -> PersonId {
        let next = PersonId::new(Uuid::from_u128(self.people.len() as u128 + 1));
        let person = *self.people.entry(name.to_owned()).or_insert(next);
        if !self.directory.people.contains_key(&person) {
            let kind = if name == "Robo" { Kind::Machine } else { Kind::Human };
            let profile = Digest::of(name.as_bytes());
            self.directory.evolve(&DirectoryEvent::PersonAdded { person, kind, profile });
        }
        let grant = Grant { role: key(role), scope: Scope::Portfolio(key("cardio")), person };
        self.directory.evolve(&DirectoryEvent::RoleGranted { grant });
        person
    }

    pub(crate) fn person(&self, name: &str) -> PersonId {
        *self.people.get(name).unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    pub(crate) fn name(&self, person: PersonId) -> &str {
        let found = self.people.iter().find(|(_, id)| **id == person);
        found.map_or("the clock", |(name, _)| name)
    }

    pub(crate) fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.people.values().copied()
    }

    /// Seals a content and gives its digest.
    pub(crate) fn content(&mut self, value: Value) -> Digest {
        let digest = Digest::of(value.to_string().as_bytes());
        self.contents.insert(digest, Arc::new(value));
        digest
    }

    pub(crate) fn context(&self, actor: Actor) -> Context<'_> {
        Context {
            definition: &self.definition,
            to: self.to.as_ref(),
            directory: &self.directory,
            contents: &self.contents,
            actor,
            now: self.now,
        }
    }

    /// Every version that the product was pinned to, the present one last.
    pub(crate) fn versions(&self) -> Vec<&Definition> {
        self.left.iter().chain([&self.definition]).collect()
    }

    /// Another version is published: the sample, with more of it written differently.
    pub(crate) fn rewritten(&mut self, changes: &[(&str, &str)]) -> Command {
        let mut source = SAMPLE.to_owned();
        for (from, to) in changes {
            assert_eq!(source.matches(from).count(), 1, "{from}");
            source = source.replace(from, to);
        }
        let to = definition::load(&source).expect("the new version loads");
        self.moving(to)
    }

    /// The command with which the product moves to this version.
    pub(crate) fn moving(&mut self, to: Definition) -> Command {
        let version = self.product().workflow.version + 1;
        let workflow = WorkflowRef { key: to.key.clone(), version, digest: to.digest };
        self.to = Some(to);
        let reason = self.text("the process has changed");
        Command::Migrate { to: workflow, reason }
    }

    pub(crate) fn product(&self) -> &Product {
        self.product.as_ref().expect("a product was started")
    }

    /// What the writer would load for a command, and what comes along with it.
    fn needed(&self, command: &Command) -> Contents {
        let mut digests = needs(&self.definition, self.product.as_ref(), command);
        digests.extend(match command {
            Command::Start(start) => Some(start.card),
            Command::ReviseCard { card } => Some(*card),
            Command::SubmitDeliverable { document, .. } => document.content,
            Command::CompleteReview { content, .. } => Some(*content),
            _ => None,
        });
        let found = |digest| Some((digest, Arc::new(self.contents.get(&digest)?.clone())));
        digests.into_iter().filter_map(found).collect()
    }

    /// Tries a command; what it makes becomes history.
    pub(crate) fn tries(&mut self, actor: Actor, command: &Command) -> Result<Vec<Event>, Refusal> {
        let decided = decide(&self.context(actor), self.product.as_ref(), command);
        let fewer = self.needed(command);
        let cx = Context { contents: &fewer, ..self.context(actor) };
        let again = decide(&cx, self.product.as_ref(), command);
        assert_eq!(again, decided, "with no more contents than `needs` names");
        let events = decided?;
        for event in &events {
            let recorded = Recorded { at: self.now, actor, event: event.clone() };
            self.product = evolve(self.product.take(), &recorded);
            self.log.push(recorded);
            if let Event::ProductMigrated { .. } = event
                && let Some(to) = self.to.take()
            {
                self.left.push(std::mem::replace(&mut self.definition, to));
            }
        }
        self.now += Duration::seconds(1);
        Ok(events)
    }

    /// What a named person does must be allowed.
    #[track_caller]
    pub(crate) fn does(&mut self, name: &str, command: Command) -> Vec<Event> {
        let actor = Actor::Person(self.person(name));
        match self.tries(actor, &command) {
            Ok(events) => events,
            Err(refusal) => panic!("{name} could not {command:?}: {refusal:#?}"),
        }
    }

    /// What a named person tries must be refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, name: &str, command: Command) -> Refusal {
        let actor = Actor::Person(self.person(name));
        match self.tries(actor, &command) {
            Ok(events) => panic!("{name} could {command:?}: {events:#?}"),
            Err(refusal) => refusal,
        }
    }

    /// The codes that refuse what a named person tries.
    #[track_caller]
    pub(crate) fn why_not(&mut self, name: &str, command: Command) -> Vec<String> {
        codes(&self.refused(name, command))
    }

    /// Time passes, and the clock asks what fell due.
    pub(crate) fn passes(&mut self, days: i64) -> Vec<Event> {
        self.now += Duration::days(days);
        self.tries(Actor::System, &Command::Tick).expect("the clock is always heard")
    }

    pub(crate) fn start_command(&mut self, markets: &[&str]) -> Command {
        let card = self.content(json!({"problem": "Leaky valves", "regions": ["US", "EU"]}));
        Command::Start(Start {
            product: ProductId::new(Uuid::from_u128(1)),
            version: 1,
            name: "Valve".into(),
            portfolio: key("cardio"),
            owner: self.person("Mina"),
            card,
            markets: markets.iter().map(|market| key(market)).collect(),
        })
    }

    /// Mina's product, for some markets.
    pub(crate) fn started(markets: &[&str]) -> Self {
        Self::sample().start(markets)
    }

    pub(crate) fn start(mut self, markets: &[&str]) -> Self {
        let start = self.start_command(markets);
        self.does("Mina", start);
        self
    }

    pub(crate) fn submit(&mut self, name: &str, deliverable: &str, content: Value) -> Vec<Event> {
        let content = self.content(content);
        let document = Document { content: Some(content), ..Document::default() };
        let deliverable = deliverable.parse().expect("a deliverable");
        self.does(name, Command::SubmitDeliverable { deliverable, document })
    }

    pub(crate) fn text(&mut self, text: &str) -> Digest {
        self.content(json!(text))
    }
}

impl crate::random::Setting for World {
    fn content(&mut self, value: Value) -> Digest {
        Self::content(self, value)
    }
    fn now(&self) -> DateTime<Utc> {
        self.now
    }
    fn product(&self) -> &Product {
        Self::product(self)
    }
    fn definition(&self) -> &Definition {
        &self.definition
    }
}

pub(crate) fn key<K: std::str::FromStr>(text: &str) -> K
where
    K::Err: std::fmt::Debug,
{
    text.parse().expect("a key")
}

/// The stable codes of a refusal, in order.
pub(crate) fn codes(refusal: &Refusal) -> Vec<String> {
    let code = |value: Value| value["code"].as_str().unwrap_or("?").to_owned();
    match refusal {
        Refusal::NoSuch(thing) => vec![format!("no such {thing:?}")],
        Refusal::Invalid { problems } => problems
            .iter()
            .map(|problem| {
                let json = serde_json::to_value(problem).expect("serialises");
                format!("{} at {}", code(json), problem.pointer)
            })
            .collect(),
        Refusal::Blocked { unmet } => unmet.iter().map(blocker).collect(),
    }
}

pub(crate) fn blocker(unmet: &Unmet) -> String {
    let json = serde_json::to_value(unmet).expect("serialises");
    json["code"].as_str().unwrap_or("?").to_owned()
}

/// Events as a product manager would tell them: their names, and where it helps their outcome.
pub(crate) fn told(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let json = serde_json::to_value(event).expect("serialises");
            let name = json["event"].as_str().unwrap_or("?").replace('_', " ");
            let detail = ["deliverable", "gate", "stage", "market", "condition", "review", "duty"]
                .iter()
                .find_map(|field| json.get(field).map(|value| value.to_string().replace('"', "")));
            let outcome = json["outcome"]["outcome"].as_str().map(str::to_owned);
            [Some(name), detail, outcome].into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

/// One line for each event.
pub(crate) fn tell(events: &[Event]) -> String {
    told(events).iter().map(|line| format!("{line}\n")).collect()
}

/// One line for each code.
pub(crate) fn list(codes: &[String]) -> String {
    codes.iter().map(|line| format!("{line}\n")).collect()
}

impl World {
    pub(crate) fn accept(&mut self, name: &str, deliverable: &str) -> Vec<Event> {
        let deliverable = deliverable.parse().expect("a deliverable");
        self.does(name, Command::AcceptDeliverable { deliverable })
    }

    pub(crate) fn pass(gate: &str, path: &str) -> Command {
        Command::Submit {
            gate: key(gate),
            purpose: Purpose::Pass(key(path)),
            panel: BTreeMap::new(),
        }
    }

    pub(crate) fn stop(gate: &str) -> Command {
        Command::Submit { gate: key(gate), purpose: Purpose::Stop, panel: BTreeMap::new() }
    }

    /// The open submission.
    pub(crate) fn at(&self) -> SubmissionRef {
        self.product().submission().expect("an open submission").named()
    }

    pub(crate) fn vote(&mut self, choice: Choice) -> Command {
        let reason = self.text("as discussed");
        Command::Vote {
            at: self.at(),
            choice,
            reason,
            conditions: Vec::new(),
            sign: Sign::Rehearsed,
        }
    }

    pub(crate) fn votes(&mut self, name: &str, choice: Choice) -> Vec<Event> {
        let vote = self.vote(choice);
        self.does(name, vote)
    }

    pub(crate) fn scores(&mut self, name: &str, score: u8) {
        let scores = [(key("strategic_fit"), score), (key("reward"), score)].into();
        let at = self.at();
        self.does(name, Command::Score { at, scores });
    }

    pub(crate) fn decides(&mut self, name: &str, outcome: Decision) -> Vec<Event> {
        let reason = self.text("after long talks");
        let conditions = Vec::new();
        let at = self.at();
        self.does(name, Command::Decide { at, outcome, reason, conditions, sign: Sign::Rehearsed })
    }

    /// Past the idea screen.
    pub(crate) fn in_business(markets: &[&str]) -> Self {
        Self::started(markets).into_business()
    }

    pub(crate) fn into_business(mut self) -> Self {
        self.submit("Mina", "idea_note", json!({"text": "A valve that does not leak"}));
        let evidence = self.text("plan, page 3");
        let criterion = key("fit");
        self.does("Mina", Command::AnswerCriterion { criterion, yes: true, evidence });
        self.does("Mina", Self::pass("screen", "business"));
        self.votes("Rudi", Choice::Go);
        self
    }

    /// Everything is there that the launch gate asks for.
    pub(crate) fn ready_for_launch(markets: &[&str]) -> Self {
        let mut world = Self::in_business(markets);
        world.submit("Mina", "market_size", market_size());
        world.accept("Finn", "market_size");
        let document =
            Document { attachments: vec![Digest::of(b"study.pdf")], ..Document::default() };
        let deliverable: DeliverableRef = "study".parse().expect("a deliverable");
        world.does("Rudi", Command::SubmitDeliverable { deliverable, document });
        for market in markets {
            world.submit(
                "Rudi",
                &format!("regulatory_clearance@{market}"),
                json!({"cleared": true}),
            );
        }
        world
    }

    /// At the launch gate, with its panel seated.
    pub(crate) fn at_launch(markets: &[&str]) -> Self {
        let mut world = Self::ready_for_launch(markets);
        world.does("Mina", Self::pass("launch", "in_market"));
        world
    }

    /// In the market, with each market offered to its one receiver.
    pub(crate) fn launched(markets: &[&str]) -> Self {
        let mut world = Self::ready_for_launch(markets);
        for (market, name) in markets.iter().zip(["Kim", "Uma"]) {
            let role = RoleRef::new(key("field_marketing_manager"), Some(key(market)));
            let person = world.person(name);
            world.does("Mina", Command::AssignRole { role, person });
        }
        world.does("Mina", Self::pass("launch", "in_market"));
        for name in ["Leo", "Lisa"] {
            world.scores(name, 8);
            world.votes(name, Choice::Go);
        }
        world.scores("Finn", 7);
        world.votes("Finn", Choice::Go);
        world
    }
}

pub(crate) fn market_size() -> Value {
    json!({
        "markets": [{"market": "US", "tam": {"amount": "90000000", "currency": "USD"}}],
        "total": {"amount": "90000000", "currency": "USD"},
    })
}
