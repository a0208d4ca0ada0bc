//! One reading for all who wait for it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::error::{Result, StoreError};

/// Lets those who ask the same question at the same time share an answer.
///
/// An answer is given to nobody who asked after its reading began, so each gets what it would have
/// got by itself. At most one reading is under way.
#[derive(Debug)]
pub(crate) struct Together<T> {
    asked: AtomicU64,
    last: Mutex<Last<T>>,
}

#[derive(Debug)]
struct Last<T> {
    /// Who had asked when the last reading began.
    covers: u64,
    /// None: it failed.
    answer: Option<T>,
}

impl<T> Default for Together<T> {
    fn default() -> Self {
        let last = Mutex::new(Last { covers: 0, answer: None });
        Self { asked: AtomicU64::new(0), last }
    }
}

impl<T: Clone> Together<T> {
    /// # Errors
    /// The reading failed. Those who waited for it fail with it, or a database that is away would
    /// keep each of them waiting in turn.
    pub(crate) async fn ask<F>(&self, read: impl FnOnce() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut last = self.last.lock().await;
        if last.covers >= mine {
            let missing = || StoreError::Unavailable("what others waited for failed".into());
            return last.answer.clone().ok_or_else(missing);
        }
        let covers = self.asked.load(Ordering::SeqCst);
        // Dropped here, the next in line reads for itself.
        let answer = read().await;
        *last = Last { covers, answer: answer.as_ref().ok().cloned() };
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn those_who_wait_share_the_next_reading_and_not_the_one_under_way() {
        let together = Arc::new(Together::default());
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let first = tokio::spawn({
            let (together, begun, go) = (together.clone(), begun.clone(), go.clone());
            async move {
                let read = || async {
                    begun.notify_one();
                    go.notified().await;
                    Ok(1)
                };
                together.ask(read).await.unwrap()
            }
        });
        begun.notified().await;
        let readings = Arc::new(AtomicU64::new(0));
        let later = (0..3).map(|_| {
            let (together, readings) = (together.clone(), readings.clone());
            tokio::spawn(async move {
                let read = || async {
                    readings.fetch_add(1, Ordering::SeqCst);
                    Ok(2)
                };
                together.ask(read).await.unwrap()
            })
        });
        let later: Vec<_> = later.collect();
        while together.asked.load(Ordering::SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
        go.notify_one();
        assert_eq!(first.await.unwrap(), 1);
        for one in later {
            assert_eq!(one.await.unwrap(), 2);
        }
        assert_eq!(readings.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_failure_is_not_remembered() {
        let together = Together::default();
        let failing = || async { Err(StoreError::Unavailable("away".into())) };
        assert!(together.ask(failing).await.is_err());
        assert_eq!(together.ask(|| async { Ok(7) }).await.unwrap(), 7);
    }
}
