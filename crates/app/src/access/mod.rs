//! How people sign in: a name and a password make a session, and the session's secret does the rest.
//!
//! What is compared lies beside the log; what may happen is judged in the core. Secrets are in
//! answers alone, once.

mod attempt;
mod factor;
mod hasher;
mod password;
mod session;
mod sign_in;
mod signing;
mod totp;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    id::{PersonId, SessionId},
    organisation::Words,
};
use sluicegate_store::{Throttle, ThrottleKey};

pub use factor::{Enrolled, FactorOffer, Shown};
pub(crate) use hasher::Hasher;
pub use hasher::PasswordCost;
pub use password::{Invited, NewInvitation, NewPassword};
pub use sign_in::{NextStep, SignIn, SignedIn};
pub use signing::NewSigning;
pub use totp::one_time_code;

use crate::{
    administer::profile_names,
    app::App,
    error::{AppError, Result},
};

/// Wrong guesses at one account: five, then 1 s, 2 s, 4 s up to a quarter of an hour.
const ACCOUNT: Throttle = Throttle {
    free: 5,
    first: TimeDelta::seconds(1),
    longest: TimeDelta::minutes(15),
    forget: TimeDelta::days(1),
};
/// From one address, behind which a whole house may sit.
const ADDRESS: Throttle = Throttle { free: 30, ..ACCOUNT };

/// Longest description of a program that is kept, in characters.
const AGENT: usize = 200;

/// How long people stay signed in, and what a guess at a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessConfig {
    /// A session that is not used for so long ends.
    pub idle: TimeDelta,
    /// A session ends after so long, whatever happens.
    pub absolute: TimeDelta,
    /// So long an invitation may be used.
    pub invitation: TimeDelta,
    /// Does everyone need a second factor?
    pub factor_required: bool,
    pub cost: PasswordCost,
}

impl Default for AccessConfig {
    fn default() -> Self {
        Self {
            idle: TimeDelta::minutes(30),
            absolute: TimeDelta::hours(12),
            invitation: TimeDelta::days(3),
            factor_required: false,
            cost: PasswordCost::default(),
        }
    }
}

/// How somebody has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub session: SessionId,
    /// Words of RFC 8176: `pwd`, `otp`.
    pub methods: Vec<String>,
    pub authenticated_at: DateTime<Utc>,
}

/// From where somebody asks. Personal data: it is kept with a session, and goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    address: Option<IpAddr>,
    agent: String,
}

impl Origin {
    pub fn new(address: Option<IpAddr>, agent: Option<&str>) -> Self {
        // A socket of version 6 takes in those of version 4, which would all be one network.
        let address = address.map(|address| address.to_canonical());
        let printable = |letter: &char| !letter.is_control();
        let agent = agent.unwrap_or_default().chars().filter(printable).take(AGENT).collect();
        Self { address, agent }
    }

    fn address(&self) -> String {
        self.address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }

    /// A network hands out as many addresses of version 6 as it likes: the first half counts.
    fn network(&self) -> String {
        match self.address {
            Some(IpAddr::V6(address)) => format!("{:x}", u128::from(address) >> 64),
            _ => self.address(),
        }
    }

    fn key(&self) -> ThrottleKey {
        ThrottleKey::new(2, &self.network())
    }
}

/// What attempts at an account are counted by, whether or not there is such an account.
fn account_key(name: &str) -> ThrottleKey {
    ThrottleKey::new(1, name)
}

impl App {
    async fn count(&self, key: ThrottleKey, throttle: &Throttle) -> Result<()> {
        let now = self.now();
        let Some(until) = self.store().count_attempt(key, throttle, now).await? else {
            return Ok(());
        };
        let seconds = (until - now).num_seconds().saturating_add(1);
        Err(AppError::TooManyAttempts { seconds: u32::try_from(seconds).unwrap_or(1) })
    }

    /// Counts an attempt at an account that is known; gives the name to sign in with.
    async fn count_both(&self, person: PersonId, origin: &Origin) -> Result<String> {
        let name = self.store().sign_in_name(person).await?.unwrap_or_default();
        self.count(origin.key(), &ADDRESS).await?;
        self.count(account_key(&name), &ACCOUNT).await?;
        Ok(name)
    }

    /// It was no failure. Failures before are forgiven when `all` was shown that it takes.
    async fn succeeded(&self, name: &str, origin: &Origin, all: bool) -> Result<()> {
        if all {
            self.store().forgive_attempts(account_key(name)).await?;
        } else {
            self.store().take_back_attempt(account_key(name)).await?;
        }
        Ok(self.store().take_back_attempt(origin.key()).await?)
    }

    /// What a password must not be made of: the names of the person and of the house.
    async fn words_of(&self, person: PersonId) -> Result<Words> {
        let store = self.store();
        let row = store.people(Some(&[person])).await?.pop();
        let profile = row.and_then(|row| row.profile);
        let (name, email) = profile_names(profile.as_ref());
        let sign_in = store.sign_in_name(person).await?.unwrap_or_default();
        let directory = store.directory().await?;
        let titles = directory.portfolios.values().flat_map(|place| {
            [Some(place.title.as_str()), place.title_ko.as_deref()].into_iter().flatten()
        });
        let own = [name.as_str(), email.as_deref().unwrap_or_default(), &sign_in];
        Ok(Words::of(own.into_iter().chain(titles)))
    }

    /// Takes out sessions that are over and attempts that nobody counts any more.
    pub async fn prune_access(&self) -> Result<()> {
        let now = self.now();
        self.store().prune_sessions(now, now - self.shared.access.idle).await?;
        self.store().prune_attempts(now - ACCOUNT.forget).await?;
        self.store().prune_factor_offers(now).await?;
        self.store().prune_signings(now).await?;
        Ok(())
    }

    /// The same again and again, until the application shuts down.
    pub fn spawn_access_pruner(&self, every: std::time::Duration) {
        self.spawn_every(every, "old sessions could not be taken out", |app| {
            Box::pin(async move { app.prune_access().await })
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_network_count_together() {
        let key = |text: &str| Origin::new(text.parse().ok(), None).key();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_ne!(key("203.0.113.7"), key("203.0.113.8"));
        assert_eq!(key("203.0.113.7"), key("::ffff:203.0.113.7"));
        assert_ne!(account_key("203.0.113.7"), key("203.0.113.7"));
    }
}
