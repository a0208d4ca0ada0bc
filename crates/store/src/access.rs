//! How people sign in: what a secret is compared with, and the sessions that come of it.
//!
//! All of it stands beside the log. Invitations and passwords are written with the events that say
//! that there are any; sessions come and go without one.

mod attempt;
mod factor;
mod signing;
mod throttle;

use std::fmt;

use chrono::{DateTime, Utc};
use sluicegate_core::{
    digest::Digest,
    directory::DirectoryEvent,
    id::{InvitationId, PersonId, SessionId},
};

use crate::{
    codec,
    db::{Arg, Conn, Row},
    error::{Result, StoreError},
    sql::access as sql,
    store::Store,
    time::{from_micros, micros},
};

pub use attempt::{Noted, Repeated};
pub use factor::FactorSecret;
pub(crate) use factor::drop_factors;
pub use signing::Signing;
pub use throttle::{Throttle, ThrottleKey};

/// Nobody is signed in at more places.
const SESSIONS: i64 = 50;

/// What a password is compared with: Argon2id (RFC 9106) and its price.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PasswordHash {
    /// KiB.
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
    pub salt: [u8; 16],
    pub hash: [u8; 32],
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordHash").finish_non_exhaustive()
    }
}

/// What is kept of a secret that a command brings: a hash, beside the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    Invitation {
        invitation: InvitationId,
        hash: Digest,
        person: PersonId,
        expires_at: DateTime<Utc>,
    },
    Password {
        person: PersonId,
        hash: PasswordHash,
    },
    Factor {
        person: PersonId,
        secret: FactorSecret,
        /// The time step of the code that was shown.
        step: i64,
        /// Of recovery codes.
        codes: Vec<Digest>,
    },
    RecoveryCodes {
        person: PersonId,
        codes: Vec<Digest>,
    },
}

impl Credential {
    /// Is it the one that this event speaks of?
    pub(crate) fn belongs_to(&self, event: &DirectoryEvent) -> bool {
        match (self, event) {
            (
                Self::Invitation { invitation, .. },
                DirectoryEvent::InvitationIssued { invitation: issued, .. },
            ) => invitation == issued,
            (Self::Password { person, .. }, DirectoryEvent::PasswordSet { person: set, .. }) => {
                person == set
            }
            (Self::Factor { person, .. }, DirectoryEvent::FactorEnrolled { person: enrolled }) => {
                person == enrolled
            }
            (
                Self::RecoveryCodes { person, .. },
                DirectoryEvent::RecoveryCodesReplaced { person: replaced },
            ) => person == replaced,
            _ => false,
        }
    }

    pub(crate) async fn put(&self, conn: &mut Conn<'_>, at: DateTime<Utc>) -> Result<()> {
        match self {
            Self::Invitation { invitation, hash, person, expires_at } => {
                let (id, person) = (invitation.to_string(), person.to_string());
                let until = Arg::I64(micros(*expires_at));
                let args = [Arg::Text(&id), Arg::Bytes(hash.bytes()), Arg::Text(&person), until];
                conn.execute(&sql::PUT_INVITATION, &args).await?;
            }
            Self::Password { person, hash } => {
                let person = person.to_string();
                let mut args = password_args(&person, hash);
                args.push(Arg::I64(micros(at)));
                conn.execute(&sql::PUT_PASSWORD, &args).await?;
            }
            Self::Factor { person, secret, step, codes } => {
                factor::put(conn, *person, *secret, *step, at).await?;
                factor::put_codes(conn, *person, codes).await?;
            }
            Self::RecoveryCodes { person, codes } => {
                factor::put_codes(conn, *person, codes).await?;
            }
        }
        Ok(())
    }
}

fn password_args<'a>(person: &'a str, hash: &'a PasswordHash) -> Vec<Arg<'a>> {
    vec![
        Arg::Text(person),
        Arg::I64(hash.memory.into()),
        Arg::I64(hash.passes.into()),
        Arg::I64(hash.lanes.into()),
        Arg::Bytes(&hash.salt),
        Arg::Bytes(&hash.hash),
    ]
}

/// A session that is about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub id: SessionId,
    /// Of its secret.
    pub hash: Digest,
    pub person: PersonId,
    /// How the person has proved who it is: words of RFC 8176, with spaces between them.
    pub methods: String,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub address: String,
    pub agent: String,
}

/// A session that may be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub person: PersonId,
    /// As in [`NewSession::methods`].
    pub methods: String,
    /// When the person proved it last.
    pub authenticated_at: DateTime<Utc>,
    /// To the minute.
    pub used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub address: String,
    pub agent: String,
}

/// The name to sign in with.
impl Store {
    pub async fn sign_in_name(&self, person: PersonId) -> Result<Option<String>> {
        let args = [Arg::Text(&person.to_string())];
        let row = self.shared.readers.fetch_optional(&sql::NAME_OF, &args).await?;
        row.map(|row| Ok(row.text("sign_in_name.name")?.to_owned())).transpose()
    }

    /// Who signs in with this name?
    pub async fn owner_of_sign_in_name(&self, name: &str) -> Result<Option<PersonId>> {
        let row =
            self.shared.readers.fetch_optional(&sql::OWNER_OF_NAME, &[Arg::Text(name)]).await?;
        let person =
            |row: Row| codec::parse("sign_in_name.person", name, row.text("sign_in_name.person")?);
        row.map(person).transpose()
    }

    /// Gives a person this name instead of any other. False: somebody else has it.
    pub async fn set_sign_in_name(&self, person: PersonId, name: &str) -> Result<bool> {
        let person = person.to_string();
        let work = async |conn: &mut Conn<'_>| {
            conn.execute(&sql::DROP_NAME, &[Arg::Text(&person)]).await?;
            let added =
                conn.execute(&sql::ADD_NAME, &[Arg::Text(name), Arg::Text(&person)]).await?;
            Ok(added == 1)
        };
        self.shared.beside(work).await
    }
}

/// Passwords and invitations.
impl Store {
    /// The password behind a name, and whose it is.
    pub async fn password_of_name(&self, name: &str) -> Result<Option<(PersonId, PasswordHash)>> {
        let args = [Arg::Text(name)];
        let row = self.shared.readers.fetch_optional(&sql::PASSWORD_OF_NAME, &args).await?;
        row.as_ref().map(password).transpose()
    }

    pub async fn password_of(&self, person: PersonId) -> Result<Option<PasswordHash>> {
        let args = [Arg::Text(&person.to_string())];
        let row = self.shared.readers.fetch_optional(&sql::PASSWORD_OF, &args).await?;
        Ok(row.as_ref().map(password).transpose()?.map(|(_, hash)| hash))
    }

    /// Puts the same password at another price in the place of this one, if it is still there.
    pub async fn rehash(
        &self,
        person: PersonId,
        before: &PasswordHash,
        after: &PasswordHash,
    ) -> Result<()> {
        let person = person.to_string();
        let mut args = password_args(&person, after);
        args.push(Arg::Bytes(&before.hash));
        self.shared.readers.execute(&sql::REHASH, &args).await.map(drop)
    }

    pub async fn invitation_by_hash(
        &self,
        hash: &Digest,
    ) -> Result<Option<(InvitationId, PersonId)>> {
        let args = [Arg::Bytes(hash.bytes())];
        let row = self.shared.readers.fetch_optional(&sql::INVITATION, &args).await?;
        let read = |row: Row| {
            let id = row.text("invitation.id")?;
            let person = codec::parse("invitation.person", id, row.text("invitation.person")?)?;
            Ok((codec::parse("invitation.id", id, id)?, person))
        };
        row.map(read).transpose()
    }
}

/// Sessions.
impl Store {
    /// Begins a session, if the password is still the one that was shown; of too many, the oldest
    /// end. False: it is not.
    pub async fn add_session(&self, session: &NewSession, shown: &PasswordHash) -> Result<bool> {
        let NewSession { id, hash, person, methods, at, expires_at, address, agent } = session;
        let (id, person) = (id.to_string(), person.to_string());
        let args = [
            Arg::Text(&id),
            Arg::Bytes(hash.bytes()),
            Arg::Text(&person),
            Arg::Text(methods),
            Arg::I64(micros(*at)),
            Arg::I64(micros(*expires_at)),
            Arg::Text(address),
            Arg::Text(agent),
            Arg::Bytes(&shown.hash),
        ];
        let work = async |conn: &mut Conn<'_>| {
            let added = conn.execute(&sql::ADD_SESSION, &args).await?;
            let most = [Arg::Text(&person), Arg::I64(SESSIONS)];
            conn.execute(&sql::CROWD_OUT_SESSIONS, &most).await?;
            Ok(added == 1)
        };
        self.shared.beside(work).await
    }

    /// The session with this hash, unless it is over or was not used since `used_after`.
    pub async fn session_by_hash(
        &self,
        hash: &Digest,
        now: DateTime<Utc>,
        used_after: DateTime<Utc>,
    ) -> Result<Option<Session>> {
        let args = [Arg::Bytes(hash.bytes()), Arg::I64(micros(now)), Arg::I64(micros(used_after))];
        let row = self.shared.readers.fetch_optional(&sql::SESSION, &args).await?;
        row.as_ref().map(session).transpose()
    }

    /// Notes that a session is used, if that was noted before `stale`.
    pub async fn touch_session(
        &self,
        id: SessionId,
        now: DateTime<Utc>,
        stale: DateTime<Utc>,
    ) -> Result<()> {
        let id = id.to_string();
        let args = [Arg::Text(&id), Arg::I64(micros(now)), Arg::I64(micros(stale))];
        self.shared.readers.execute(&sql::TOUCH_SESSION, &args).await.map(drop)
    }

    /// A person's sessions that may be used now, the newest first.
    pub async fn sessions_of(
        &self,
        person: PersonId,
        now: DateTime<Utc>,
        used_after: DateTime<Utc>,
    ) -> Result<Vec<Session>> {
        let person = person.to_string();
        let times = [Arg::I64(micros(now)), Arg::I64(micros(used_after))];
        let args = [Arg::Text(&person), times[0], times[1], Arg::I64(SESSIONS)];
        let rows = self.shared.readers.fetch_all(&sql::SESSIONS_OF, &args).await?;
        rows.iter().map(session).collect()
    }

    /// Lets a session go on under another secret after the person has proved more. False: it
    /// has ended.
    pub async fn complete_session(&self, session: &NewSession) -> Result<bool> {
        let NewSession { id, hash, methods, at, expires_at, address, agent, .. } = session;
        let id = id.to_string();
        let args = [
            Arg::Text(&id),
            Arg::Bytes(hash.bytes()),
            Arg::Text(methods),
            Arg::I64(micros(*at)),
            Arg::I64(micros(*expires_at)),
            Arg::Text(address),
            Arg::Text(agent),
        ];
        Ok(self.shared.readers.execute(&sql::COMPLETE_SESSION, &args).await? > 0)
    }

    /// False: the person has no such session.
    pub async fn end_session(&self, person: PersonId, id: SessionId) -> Result<bool> {
        let (id, person) = (id.to_string(), person.to_string());
        let args = [Arg::Text(&id), Arg::Text(&person)];
        Ok(self.shared.readers.execute(&sql::END_SESSION, &args).await? > 0)
    }

    /// Takes out sessions that nobody can use any more; gives how many.
    pub async fn prune_sessions(
        &self,
        now: DateTime<Utc>,
        used_after: DateTime<Utc>,
    ) -> Result<u64> {
        let args = [Arg::I64(micros(now)), Arg::I64(micros(used_after))];
        self.shared.readers.execute(&sql::PRUNE_SESSIONS, &args).await
    }
}

fn password(row: &Row) -> Result<(PersonId, PasswordHash)> {
    let name = row.text("password.person")?;
    let number = |column: &'static str| {
        let value = row.i64(column)?;
        u32::try_from(value).map_err(|error| StoreError::corrupt(column, name, error))
    };
    let corrupt = |column| move |error| StoreError::corrupt(column, name, error);
    let salt = row.bytes("password.salt")?.try_into();
    let hash = row.bytes("password.hash")?.try_into();
    let found = PasswordHash {
        memory: number("password.memory")?,
        passes: number("password.passes")?,
        lanes: number("password.lanes")?,
        salt: salt.map_err(corrupt("password.salt"))?,
        hash: hash.map_err(corrupt("password.hash"))?,
    };
    Ok((codec::parse("password.person", name, name)?, found))
}

fn session(row: &Row) -> Result<Session> {
    let id = row.text("session.id")?;
    let time = |column: &'static str| {
        let at = row.i64(column)?;
        from_micros(at).ok_or_else(|| StoreError::corrupt(column, id, at))
    };
    Ok(Session {
        id: codec::parse("session.id", id, id)?,
        person: codec::parse("session.person", id, row.text("session.person")?)?,
        methods: row.text("session.methods")?.to_owned(),
        authenticated_at: time("session.authenticated_at")?,
        used_at: time("session.used_at")?,
        expires_at: time("session.expires_at")?,
        address: row.text("session.address")?.to_owned(),
        agent: row.text("session.agent")?.to_owned(),
    })
}
