//! How much somebody without an account may ask: token buckets, in memory, by link and by address.
//!
//! A bucket holds so many tokens and wins one back in each interval; a request takes one from each
//! of its buckets or is refused with the time to wait. Buckets are each process's own, and a
//! restart fills them: they keep crowds away, they are no record.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// More buckets than this are not remembered; those that are full again go first.
const REMEMBERED: usize = 20_000;

/// How much one bucket lets through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// At once.
    pub(crate) burst: u32,
    /// Seconds until one more.
    pub(crate) every: u32,
}

/// Ideas from one address: five at once, then one each half minute.
pub(crate) const IDEAS_OF_ADDRESS: Rate = Rate { burst: 5, every: 30 };
/// Ideas through one link, from anywhere.
pub(crate) const IDEAS_OF_LINK: Rate = Rate { burst: 60, every: 2 };
/// Looks at links and ideas from one address.
pub(crate) const LOOKS: Rate = Rate { burst: 60, every: 1 };

/// Passwords and invitations that one address shows, right or wrong.
pub(crate) const SIGN_INS: Rate = Rate { burst: 60, every: 1 };

#[derive(Debug, Default)]
pub(crate) struct Limiter {
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: u32,
    /// Tokens have been counted up to here.
    at: DateTime<Utc>,
    rate: Rate,
}

impl Bucket {
    /// With the tokens that it has won back.
    fn filled(self, now: DateTime<Utc>) -> Self {
        let every = i64::from(self.rate.every.max(1));
        let won = (now - self.at).num_seconds().max(0) / every;
        let tokens = i64::from(self.tokens).saturating_add(won).min(self.rate.burst.into());
        let tokens = u32::try_from(tokens).unwrap_or(self.rate.burst);
        Self { tokens, at: self.at + TimeDelta::seconds(won * every), ..self }
    }
}

impl Limiter {
    /// Takes a token from each bucket, or from none.
    ///
    /// # Errors
    /// One is empty: the seconds until it has a token again.
    pub(crate) fn take(&self, wanted: &[(String, Rate)], now: DateTime<Utc>) -> Result<(), u32> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let look = |(name, rate): &(String, Rate)| match buckets.get(name) {
            Some(bucket) => bucket.filled(now),
            None => Bucket { tokens: rate.burst, at: now, rate: *rate },
        };
        let found: Vec<Bucket> = wanted.iter().map(look).collect();
        let empty = found.iter().filter(|bucket| bucket.tokens == 0);
        let wait = |bucket: &Bucket| {
            let past = u32::try_from((now - bucket.at).num_seconds()).unwrap_or(0);
            bucket.rate.every.saturating_sub(past).max(1)
        };
        if let Some(seconds) = empty.map(wait).max() {
            return Err(seconds);
        }
        if buckets.len() + wanted.len() > REMEMBERED {
            buckets.retain(|_, bucket| bucket.filled(now).tokens < bucket.rate.burst);
            if buckets.len() + wanted.len() > REMEMBERED {
                buckets.clear();
            }
        }
        for ((name, _), bucket) in wanted.iter().zip(found) {
            buckets.insert(name.clone(), Bucket { tokens: bucket.tokens - 1, ..bucket });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limiter = Limiter::default();
        let rate = Rate { burst: 2, every: 10 };
        let take = |now| limiter.take(&[("a".to_owned(), rate)], at(now));
        assert_eq!((take(0), take(0), take(0)), (Ok(()), Ok(()), Err(10)));
        assert_eq!((take(7), take(10), take(10)), (Err(3), Ok(()), Err(10)));
        assert_eq!((take(1000), take(1000), take(1000)), (Ok(()), Ok(()), Err(10)));
    }

    #[test]
    fn a_refusal_takes_from_no_bucket() {
        let limiter = Limiter::default();
        let (one, many) = (Rate { burst: 1, every: 60 }, Rate { burst: 3, every: 60 });
        let both = [("a".to_owned(), one), ("l".to_owned(), many)];
        assert_eq!(limiter.take(&both, at(0)), Ok(()));
        for _ in 0..10 {
            assert_eq!(limiter.take(&both, at(0)), Err(60));
        }
        let link = [("l".to_owned(), many)];
        assert_eq!((limiter.take(&link, at(0)), limiter.take(&link, at(0))), (Ok(()), Ok(())));
        assert_eq!(limiter.take(&link, at(0)), Err(60));
    }

    #[test]
    fn it_remembers_no_more_than_it_may() {
        let limiter = Limiter::default();
        for n in 0..=REMEMBERED {
            let bucket = [(n.to_string(), Rate { burst: 1, every: 1 })];
            assert_eq!(limiter.take(&bucket, at(0)), Ok(()));
        }
        assert!(limiter.buckets.lock().unwrap().len() <= REMEMBERED);
    }
}
