//! The judgement of a wish about the organisation.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{
    command::Command,
    profile::{LONGEST, printable},
    reading::may_manage_tokens,
};
use crate::{
    digest::Digest,
    directory::{ADMINISTRATOR, AUDITOR, Directory, DirectoryEvent, Grant, Kind, Portfolio, Scope},
    id::{PersonId, TokenId},
    key::{GateKey, RoleKey, WorkflowKey},
    product::{Actor, RoleRef},
    rules::{
        Blocker, Clear, Contents, Link, Problem, ProblemKind, Refusal, Thing, Unmet, in_own_name,
    },
};

/// The circumstances of a decision; `decide` knows nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub directory: &'a Directory,
    /// The roles of every published workflow.
    pub roles: &'a BTreeSet<RoleKey>,
    /// The gates of every published workflow.
    pub gates: &'a BTreeSet<GateKey>,
    /// The content that is to be erased, if it is stored.
    pub contents: &'a Contents,
    /// The attachment that is to be erased, if it is stored.
    pub attachments: &'a BTreeSet<Digest>,
    pub actor: Actor,
    pub now: DateTime<Utc>,
}

/// Judges a wish: the events that it makes, or why it is refused.
///
/// # Errors
/// A [`Refusal`]; then nothing has happened.
pub fn decide(cx: &Context<'_>, command: &Command) -> Result<Vec<DirectoryEvent>, Refusal> {
    use DirectoryEvent as E;
    cx.permit(command)?;
    match command.clone() {
        Command::AddPerson { person, kind, profile } => cx.add_person(person, kind, profile),
        Command::RevisePerson { person, profile } => {
            cx.not_erased(person)?;
            Ok(vec![E::PersonRevised { person, profile }])
        }
        Command::DeactivatePerson { person } => cx.deactivate(person),
        Command::ReactivatePerson { person } => match cx.not_erased(person)? {
            found if found.active => Err(problem("/person", ProblemKind::AlreadyThere)),
            _ => Ok(vec![E::PersonReactivated { person }]),
        },
        Command::ErasePerson { person, reason } => cx.erase_person(person, reason),
        Command::EraseContent { content, reason } => cx.erase_content(content, reason),
        Command::EraseAttachment { attachment, reason } => cx.erase_attachment(attachment, reason),
        Command::Grant { grant } => cx.grant(grant),
        Command::Revoke { grant } => cx.revoke(grant),
        Command::AddPortfolio { portfolio, title, title_ko, kind, parent } => {
            cx.add_portfolio(portfolio, Portfolio { title, title_ko, kind, parent })
        }
        Command::RenamePortfolio { portfolio, title, title_ko } => {
            cx.rename_portfolio(portfolio, &title, title_ko.as_deref())
        }
        Command::MovePortfolio { portfolio, parent } => cx.move_portfolio(portfolio, parent),
        Command::IssueToken { token, person, label, expires_at } => {
            cx.issue(token, person, label, expires_at)
        }
        Command::RevokeToken { token } => match cx.directory.tokens.get(&token) {
            None => Err(Thing::Token(token).into()),
            Some(found) if found.revoked => Err(problem("/token", ProblemKind::NotThere)),
            Some(_) => Ok(vec![E::TokenRevoked { token }]),
        },
        Command::PublishWorkflow { workflow, digest } => Ok(cx.publish(workflow, digest)),
        Command::SetDelegation { delegation, set } => cx.set_delegation(delegation, set),
        Command::EndDelegation { delegation } => cx.end_delegation(delegation),
        Command::NameAssistant { person, assistant } => cx.name_assistant(person, assistant),
        Command::ReleaseAssistant { person, assistant } => cx.release_assistant(person, assistant),
        Command::NameDeputy { deputy } => cx.name_deputy(deputy),
        Command::ReleaseDeputy { deputy } => cx.release_deputy(deputy),
        Command::Invite { person, invitation, expires_at } => {
            cx.invite(person, invitation, expires_at)
        }
        Command::SetPassword { person, invitation } => cx.set_password(person, invitation),
        Command::EndSessions { person } => {
            cx.person(person)?;
            Ok(vec![E::SessionsEnded { person }])
        }
        Command::EnrolFactor { person } => cx.enrol_factor(person),
        Command::UseRecoveryCode { person } => {
            cx.with_factor(person)?;
            Ok(vec![E::RecoveryCodeUsed { person }])
        }
        Command::ReplaceRecoveryCodes { person } => {
            cx.with_factor(person)?;
            Ok(vec![E::RecoveryCodesReplaced { person }])
        }
        Command::RemoveFactor { person } => {
            cx.with_factor(person)?;
            Ok(vec![E::FactorRemoved { person, asked_by: None }])
        }
        Command::AskFactorRemoval { person, until } => cx.ask_factor_removal(person, until),
        Command::ConfirmFactorRemoval { person } => cx.confirm_factor_removal(person),
        Command::WithdrawFactorRemoval { person } => cx.withdraw_factor_removal(person),
        Command::LockSigning { person } => cx.lock_signing(person),
        Command::UnlockSigning { person } => cx.unlock_signing(person),
    }
}

pub(super) fn problem(pointer: &str, kind: ProblemKind) -> Refusal {
    Problem::new(pointer, kind).into()
}

/// A text that people will read in lists.
pub(super) fn label_problem(pointer: &str, text: &str) -> Option<Problem> {
    let kind = ProblemKind::LabelNeeded { max: LONGEST };
    (!printable(text)).then(|| Problem::new(pointer, kind))
}

/// Whose own hand this takes: nobody sets a secret in another's name, whatever they may do otherwise.
const fn own_hand(command: &Command) -> Option<PersonId> {
    match command {
        Command::SetPassword { person, .. }
        | Command::EnrolFactor { person }
        | Command::UseRecoveryCode { person }
        | Command::ReplaceRecoveryCodes { person }
        | Command::RemoveFactor { person } => Some(*person),
        _ => None,
    }
}

impl Context<'_> {
    /// Administrators may; the system may, because it is what starts an empty database; everyone
    /// looks after their own tokens, sessions and secrets, and their own absence.
    fn permit(&self, command: &Command) -> Result<(), Refusal> {
        let by_hand = own_hand(command);
        if let Some(person) = by_hand.filter(|person| self.actor != Actor::Person(*person)) {
            return Err(self.blocked(Blocker::NotYours { people: [person].into() }));
        }
        let concerned = self.look_after_absence(command);
        let me = match self.actor {
            Actor::System => return Ok(()),
            Actor::Person(me) => me,
            Actor::Visitor => return Err(self.not_yours(concerned)),
            Actor::Deputy { .. } => return in_own_name(self.actor, Link::Roles),
        };
        if !self.directory.is_active(me) {
            return Err(self.blocked(Blocker::AccountClosed));
        }
        let owner = match command {
            Command::IssueToken { person, .. }
            | Command::EndSessions { person }
            | Command::WithdrawFactorRemoval { person } => Some(*person),
            Command::RevokeToken { token } => {
                self.directory.tokens.get(token).map(|token| token.person)
            }
            _ => by_hand,
        };
        let own = owner.is_some_and(|owner| may_manage_tokens(self.directory, me, owner));
        if own || concerned.contains(&me) || self.directory.holds_everywhere(me, ADMINISTRATOR) {
            return Ok(());
        }
        Err(self.not_yours(concerned))
    }

    /// Administrators may, and these people.
    fn not_yours(&self, concerned: BTreeSet<PersonId>) -> Refusal {
        let roles: BTreeSet<RoleRef> = administrator().into_iter().collect();
        let people = self.administrators().into_iter().chain(concerned).collect();
        let clear = Clear { roles: roles.clone(), people, at: Link::Roles, ..Clear::default() };
        Refusal::Blocked { unmet: vec![Unmet { blocker: Blocker::NotYourRole { roles }, clear }] }
    }

    /// A blocker that an administrator can clear.
    pub(super) fn blocked(&self, blocker: Blocker) -> Refusal {
        let roles = administrator().into_iter().collect();
        let people = self.administrators();
        let clear = Clear { roles, people, at: Link::Roles, ..Clear::default() };
        Refusal::Blocked { unmet: vec![Unmet { blocker, clear }] }
    }

    pub(super) fn administrators(&self) -> BTreeSet<PersonId> {
        let holds = |grant: &&Grant| {
            grant.role.as_str() == ADMINISTRATOR
                && grant.scope == Scope::Everywhere
                && self.directory.is_active(grant.person)
        };
        self.directory.grants.iter().filter(holds).map(|grant| grant.person).collect()
    }

    pub(super) fn person(&self, person: PersonId) -> Result<&crate::directory::Person, Refusal> {
        self.directory.people.get(&person).ok_or_else(|| Thing::Person(person).into())
    }

    fn add_person(
        &self,
        person: PersonId,
        kind: Kind,
        profile: Digest,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        if self.directory.people.contains_key(&person) {
            return Err(problem("/person", ProblemKind::AlreadyThere));
        }
        Ok(vec![DirectoryEvent::PersonAdded { person, kind, profile }])
    }

    /// Without administrators nobody could let the next one in.
    fn keep_one_administrator(&self, leaving: PersonId) -> Result<(), Refusal> {
        let administrators = self.administrators();
        if administrators.len() == 1 && administrators.contains(&leaving) {
            return Err(self.blocked(Blocker::LastAdministrator));
        }
        Ok(())
    }

    /// Its tokens are revoked and its delegations ended with it, or they would live again with the
    /// account.
    fn deactivate(&self, person: PersonId) -> Result<Vec<DirectoryEvent>, Refusal> {
        if !self.person(person)?.active {
            return Err(problem("/person", ProblemKind::NotThere));
        }
        self.keep_one_administrator(person)?;
        let tokens = self.directory.tokens.iter();
        let live = tokens.filter(|(_, token)| token.person == person && !token.revoked);
        let revoked = live.map(|(id, _)| DirectoryEvent::TokenRevoked { token: *id });
        let over = revoked.chain(self.absences_end(person));
        Ok(over.chain([DirectoryEvent::PersonDeactivated { person }]).collect())
    }

    fn grant(&self, grant: Grant) -> Result<Vec<DirectoryEvent>, Refusal> {
        let person = self.person(grant.person)?;
        let role = grant.role.as_str();
        let of_the_house = role == ADMINISTRATOR || role == AUDITOR;
        if !of_the_house && !self.roles.contains(&grant.role) {
            return Err(Thing::Role(grant.role).into());
        }
        let mut problems = Vec::new();
        match &grant.scope {
            Scope::Portfolio(key) if !self.directory.portfolios.contains_key(key) => {
                return Err(Thing::Portfolio(key.clone()).into());
            }
            Scope::Portfolio(_) if role == ADMINISTRATOR => {
                let role = grant.role.clone();
                problems.push(Problem::new("/portfolio", ProblemKind::EverywhereOnly { role }));
            }
            Scope::Portfolio(_) | Scope::Everywhere => {}
        }
        let person_id = grant.person;
        if role == ADMINISTRATOR && person.kind == Kind::Machine {
            problems.push(Problem::new("/person", ProblemKind::Machine { person: person_id }));
        }
        if !person.active {
            problems.push(Problem::new("/person", ProblemKind::Inactive { person: person_id }));
        }
        if self.directory.grants.contains(&grant) {
            problems.push(Problem::new("", ProblemKind::AlreadyThere));
        }
        if problems.is_empty() {
            Ok(vec![DirectoryEvent::RoleGranted { grant }])
        } else {
            Err(Refusal::Invalid { problems })
        }
    }

    fn revoke(&self, grant: Grant) -> Result<Vec<DirectoryEvent>, Refusal> {
        if !self.directory.grants.contains(&grant) {
            return Err(Thing::Grant.into());
        }
        if grant.role.as_str() == ADMINISTRATOR && grant.scope == Scope::Everywhere {
            self.keep_one_administrator(grant.person)?;
        }
        Ok(vec![DirectoryEvent::RoleRevoked { grant }])
    }

    fn issue(
        &self,
        token: TokenId,
        person: PersonId,
        label: String,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<DirectoryEvent>, Refusal> {
        let holder = self.person(person)?;
        let mut problems: Vec<Problem> = label_problem("/label", &label).into_iter().collect();
        if !holder.active {
            problems.push(Problem::new("/person", ProblemKind::Inactive { person }));
        }
        if expires_at.is_some_and(|at| at <= self.now) {
            problems.push(Problem::new("/expires_at", ProblemKind::NotInFuture));
        }
        if self.directory.tokens.contains_key(&token) {
            problems.push(Problem::new("/token", ProblemKind::AlreadyThere));
        }
        if problems.is_empty() {
            Ok(vec![DirectoryEvent::TokenIssued { token, person, label, expires_at }])
        } else {
            Err(Refusal::Invalid { problems })
        }
    }

    /// The next version; the content of the latest one again is no new version.
    fn publish(&self, workflow: WorkflowKey, digest: Digest) -> Vec<DirectoryEvent> {
        let latest = self.directory.workflows.get(&workflow).and_then(|versions| versions.last());
        match latest {
            Some(latest) if latest.digest == digest => Vec::new(),
            latest => {
                let version = latest.map_or(0, |latest| latest.version) + 1;
                vec![DirectoryEvent::WorkflowPublished { workflow, version, digest }]
            }
        }
    }
}

fn administrator() -> Option<RoleRef> {
    RoleKey::new(ADMINISTRATOR).ok().map(|role| RoleRef::new(role, None))
}
