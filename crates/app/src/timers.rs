//! Timers: what is due becomes a command by the system actor, so it is in the history.

use sluicegate_core::rules::Command;

use crate::{app::App, bootstrap::by_system, error::AppError, error::Result};

/// Products that one round looks at.
const ROUND: u32 = 200;

impl App {
    /// Lets the clock act on every product for which something is due; gives how many it changed.
    pub async fn run_timers_once(&self) -> Result<usize> {
        let mut changed = 0;
        loop {
            let due = self.store().due_products(self.now(), ROUND).await?;
            let mut moved = 0;
            for id in &due {
                match self.execute(*id, by_system(Command::Tick)).await {
                    Ok(done) => moved += usize::from(!done.events.is_empty()),
                    Err(AppError::Unavailable) => return Err(AppError::Unavailable),
                    // One product that cannot move must not stop the clock of all others.
                    Err(error) => tracing::error!(product = %id, %error, "a timer failed"),
                }
            }
            changed += moved;
            if moved == 0 || due.len() < ROUND as usize {
                return Ok(changed);
            }
        }
    }
}
