//! Timers: what is due becomes a command by the system actor, so it is in the history.

use sluicegate_core::{intake, rules::Command};

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
                return Ok(changed + self.run_entry_timers().await?);
            }
        }
    }

    /// The same for ideas, feedback and field days.
    async fn run_entry_timers(&self) -> Result<usize> {
        let mut changed = 0;
        loop {
            let due = self.store().due_entries(self.now(), ROUND).await?;
            let mut moved = 0;
            for id in &due {
                match self.about(*id, by_system(intake::Command::Tick)).await {
                    Ok(done) => moved += usize::from(!done.events.is_empty()),
                    Err(AppError::Unavailable) => return Err(AppError::Unavailable),
                    // As above.
                    Err(error) => tracing::error!(entry = %id, %error, "a timer failed"),
                }
            }
            changed += moved;
            if moved == 0 || due.len() < ROUND as usize {
                return Ok(changed);
            }
        }
    }
}
