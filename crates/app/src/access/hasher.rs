//! Passwords are hashed with Argon2id (RFC 9106), off the threads that answer, and not too many at once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{Algorithm, Argon2, Params, Version};
use sluicegate_store::PasswordHash;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

use crate::error::{AppError, Result};

/// Hashes that are worked out at the same time: each takes a processor and its memory.
const AT_ONCE: usize = 2;
/// Who comes when so many wait already is told to try again.
const WAITING: usize = 64;

/// What one guess at a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordCost {
    /// KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl PasswordCost {
    /// For tests: next to nothing. No setting of the server leads here.
    pub const CHEAP: Self = Self { memory: 8, passes: 1, lanes: 1 };
}

impl Default for PasswordCost {
    /// What the OWASP Password Storage Cheat Sheet asks of Argon2id: 19 MiB, 2 passes, 1 lane.
    fn default() -> Self {
        Self { memory: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// Hashes and compares passwords.
#[derive(Debug)]
pub(crate) struct Hasher {
    cost: PasswordCost,
    at_once: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Hasher {
    pub(crate) fn new(cost: PasswordCost) -> Self {
        Self { cost, at_once: Arc::new(Semaphore::new(AT_ONCE)), waiting: AtomicUsize::new(0) }
    }

    pub(super) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<PasswordHash> {
        let PasswordCost { memory, passes, lanes } = self.cost;
        let priced = PasswordHash { memory, passes, lanes, salt, hash: [0; 32] };
        let hash = self.work(move || argon2id(password.as_bytes(), &priced)).await?;
        Ok(PasswordHash { hash, ..priced })
    }

    /// Is it this one? The same work is done when there is none to compare with.
    pub(super) async fn is(&self, password: String, stored: Option<PasswordHash>) -> Result<bool> {
        let PasswordCost { memory, passes, lanes } = self.cost;
        let nobody = PasswordHash { memory, passes, lanes, salt: [0; 16], hash: [0; 32] };
        let against = stored.unwrap_or(nobody);
        let hash = self.work(move || argon2id(password.as_bytes(), &against)).await?;
        let same: bool = hash.ct_eq(&against.hash).into();
        Ok(same && stored.is_some())
    }

    /// Was it hashed at another price than today's?
    pub(super) fn is_outdated(&self, stored: &PasswordHash) -> bool {
        let PasswordHash { memory, passes, lanes, .. } = *stored;
        PasswordCost { memory, passes, lanes } != self.cost
    }

    async fn work(
        &self,
        work: impl FnOnce() -> Result<[u8; 32]> + Send + 'static,
    ) -> Result<[u8; 32]> {
        let _place = Place::take(&self.waiting)?;
        let turn = self.at_once.clone().acquire_owned().await.map_err(AppError::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.map_err(AppError::internal)?
    }
}

/// A place among those who wait; given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < WAITING {
            return Ok(place);
        }
        Err(AppError::Unavailable)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn argon2id(password: &[u8], priced: &PasswordHash) -> Result<[u8; 32]> {
    let mut hash = [0; 32];
    let params = Params::new(priced.memory, priced.passes, priced.lanes, Some(hash.len()));
    let params = params.map_err(AppError::internal)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password, &priced.salt, &mut hash).map_err(AppError::internal)?;
    Ok(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other_is() {
        let hasher = Hasher::new(PasswordCost::CHEAP);
        let stored = hasher.hash("갈비탕이 맛있다 정말".into(), [1; 16]).await.unwrap();
        let again = hasher.hash("갈비탕이 맛있다 정말".into(), [2; 16]).await.unwrap();
        assert_ne!(stored.hash, again.hash, "the salt counts");
        assert!(hasher.is("갈비탕이 맛있다 정말".into(), Some(stored)).await.unwrap());
        assert!(!hasher.is("갈비탕이 맛있다 정말!".into(), Some(stored)).await.unwrap());
        assert!(!hasher.is("갈비탕이 맛있다 정말".into(), None).await.unwrap());
        assert!(!format!("{stored:?}").contains("hash:"), "{stored:?}");
    }

    #[tokio::test]
    async fn another_price_is_noticed_and_still_compared() {
        let (cheap, usual) =
            (Hasher::new(PasswordCost::CHEAP), Hasher::new(PasswordCost::default()));
        let stored = cheap.hash("a password of long ago".into(), [1; 16]).await.unwrap();
        assert!(usual.is("a password of long ago".into(), Some(stored)).await.unwrap());
        assert!(usual.is_outdated(&stored) && !cheap.is_outdated(&stored));
    }

    #[tokio::test]
    async fn too_many_at_once_are_turned_away() {
        let hasher = Hasher::new(PasswordCost::CHEAP);
        hasher.waiting.store(WAITING, Ordering::Relaxed);
        let refused = hasher.is("whatever it may be".into(), None).await;
        assert!(matches!(refused, Err(AppError::Unavailable)));
        assert_eq!(hasher.waiting.load(Ordering::Relaxed), WAITING, "the place is given back");
        hasher.waiting.store(0, Ordering::Relaxed);
        assert!(!hasher.is("whatever it may be".into(), None).await.unwrap());
    }
}
