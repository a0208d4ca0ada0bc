//! Authorities answer in their own time: when a market is cleared, and what is put on file then.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use sluicegate_core::{key::MarketKey, product::DeliverableRef};

use super::{
    Play, Played,
    work::{Agenda, Errand, Shift},
};
use crate::{content, plan::own_work};

pub(super) const CLEARANCE: &str = "regulatory_clearance";
const SUBMISSION: &str = "regulatory_submission";
const PAYER: &str = "payer_submission";

pub(super) fn clearance(market: &MarketKey) -> Option<DeliverableRef> {
    Some(DeliverableRef::new(CLEARANCE.parse().ok()?, Some(market.clone())))
}

impl Play {
    /// Some days after the authority's decision, while the stage lasts; none for anything else.
    pub(super) fn when_cleared(
        &mut self,
        named: &DeliverableRef,
        shift: &Shift,
    ) -> Option<DateTime<Utc>> {
        let market = named.market.as_ref().filter(|_| named.key.as_str() == CLEARANCE)?;
        let filings = &self.stage.filings;
        let filing = content::filed(filings, &self.sheet.key, market.as_str())?;
        let decided = filing.decides.and_time(NaiveTime::MIN).and_utc();
        let when = decided + TimeDelta::hours(self.dice.between(40, 130));
        let last = shift.from + TimeDelta::days(shift.usual * 93 / 100);
        let first = shift.from + TimeDelta::hours(self.dice.between(26, 90));
        Some(when.min(last).max(first))
    }

    /// What the team does itself does not fill the months in which it waits for an authority.
    pub(super) fn days_of_work(&self, shift: &Shift) -> i64 {
        match shift.stage.as_str() {
            "launch_preparation" => {
                shift.usual.min(own_work(&self.sheet, &self.definition, &shift.stage))
            }
            _ => shift.usual,
        }
    }

    /// Payers answer after the launch; what they said is put on file.
    pub(super) fn hear_payers(&self, shift: &Shift, agenda: &mut Agenda) {
        if self.launched.is_none() {
            return;
        }
        for named in self.instances(PAYER) {
            let market = named.market.as_ref().map_or("", MarketKey::as_str);
            let filing = content::filed_with_payer(&self.stage.filings, &self.sheet.key, market);
            let Some(filing) = filing.filter(|filing| !filing.decided) else { continue };
            let decided = filing.decides.and_time(NaiveTime::MIN).and_utc();
            let when = (decided + TimeDelta::days(4)).max(shift.from + TimeDelta::days(2));
            if when + TimeDelta::days(9) < shift.until.min(self.end()) {
                agenda.add(when, Errand::Renew(named));
            }
        }
    }

    /// What a renewed deliverable is written from.
    pub(super) async fn payer_answers(
        &self,
        named: &DeliverableRef,
        when: DateTime<Utc>,
    ) -> Played {
        if named.key.as_str() == PAYER {
            self.stage.time.until(when).await?;
            let market = named.market.as_ref().map_or("", MarketKey::as_str);
            let today = self.now().date_naive();
            content::payer_decides(&self.stage.filings, &self.sheet.key, market, today);
        }
        Ok(())
    }

    /// The submission says what was decided before the clearance is put on file.
    pub(super) async fn authority_answers(
        &mut self,
        cleared: &DeliverableRef,
        when: DateTime<Utc>,
    ) -> Played {
        let Ok(key) = SUBMISSION.parse() else { return Ok(()) };
        let submission = DeliverableRef::new(key, cleared.market.clone());
        let entry = self.product.deliverables.get(&submission);
        if entry.is_none_or(|entry| entry.accepted.is_none()) {
            return Ok(());
        }
        let market = cleared.market.as_ref().map_or("", MarketKey::as_str).to_owned();
        self.stage.time.until(when).await?;
        content::decide(&self.stage.filings, &self.sheet.key, &market, self.now().date_naive());
        self.deliver(&submission, when).await
    }
}
