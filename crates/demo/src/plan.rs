//! From a product sheet to its scenes: what happens where, and how many days it takes.

use sluicegate_core::{
    definition::{Definition, Outcomes, Side, Target},
    key::{GateKey, PathKey, StageKey},
};

use crate::data::{End, Sheet, Twist, What};

/// Days between a submission and its decision, when nothing is unusual.
const AT_GATE: i64 = 6;
/// Days at a gate whose decision is late: beyond the clock of every shipped gate.
const LATE: i64 = 40;
/// Days that pass until a withdrawn submission comes again.
const AGAIN: i64 = 16;
/// Days in which the duties of an exit are done.
const LEAVING: i64 = 110;
/// Where a stage says nothing of how long it takes.
const STAGE: i64 = 30;
/// A stage that is entered again takes so many percent of the first time.
const REVISIT: i64 = 35;
/// The slowest authority has had the file for so many days when the launch is prepared.
const FILED_BEFORE: i64 = 55;
/// A story that goes in circles is a mistake of its sheet.
const SCENES: usize = 60;

/// One part of a story.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// How long it lasts on the stage.
    pub(crate) days: i64,
    pub(crate) what: Doing,
}

#[derive(Clone, Debug)]
pub(crate) enum Doing {
    /// Work in a stage; it would take `usual` days if nothing cut it short.
    Work { stage: StageKey, usual: i64, twists: Vec<Twist>, revise: Vec<String>, halt: Halt },
    /// A submission, and the gate's answer.
    Gate { gate: GateKey, path: PathKey, answer: Answer },
    /// The product is held by a gate's decision, and resumed.
    Rest { gate: GateKey, forever: bool },
    /// The duties of an exit: so many of them.
    Leave { duties: usize },
    /// Nothing more happens.
    Past,
}

/// What cuts the work short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Halt {
    Never,
    /// Held after so many days, until today.
    Held {
        after: i64,
        why: String,
    },
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Go {
        late: bool,
    },
    Conditional {
        owner: String,
        due: i64,
        met: i64,
        why: String,
    },
    Recycle {
        to: StageKey,
        why: String,
    },
    Hold {
        days: i64,
        why: String,
    },
    Kill {
        asked: bool,
        why: String,
    },
    Withdraw {
        why: String,
    },
    /// None yet; so many have voted.
    Open {
        votes: usize,
    },
}

/// Plans a story on a workflow.
///
/// # Errors
/// The sheet names a place that the workflow does not have, or goes in circles.
pub(crate) fn plan(sheet: &Sheet, definition: &Definition) -> Result<Vec<Scene>, String> {
    let mut planner = Planner {
        sheet,
        definition,
        left: sheet.story.clone(),
        scenes: Vec::new(),
        visits: Vec::new(),
        revise: Vec::new(),
    };
    planner.run()?;
    Ok(planner.scenes)
}

/// Days that a stage takes this product the first time, unless its sheet says otherwise.
pub(crate) fn takes(sheet: &Sheet, definition: &Definition, stage: &StageKey) -> i64 {
    let days = own_work(sheet, definition, stage);
    // No team is faster than its authorities; they begin while the design is being finished.
    let clears = definition.deliverables.keys().any(|key| key.as_str() == "regulatory_clearance");
    match stage.as_str() {
        "launch_preparation" if clears => days.max(sheet.waits * 31 - FILED_BEFORE),
        _ => days,
    }
}

/// Days of it in which the team has something to do.
pub(crate) fn own_work(sheet: &Sheet, definition: &Definition, stage: &StageKey) -> i64 {
    let defined = definition.stages.get(stage);
    let takes = defined.and_then(|stage| stage.takes.as_ref());
    let minutes = takes.map(|takes| takes.likely.usual_minutes());
    let likely = minutes.and_then(|minutes| i64::try_from(minutes / 1440).ok());
    let likely = likely.unwrap_or(STAGE);
    if defined.is_none_or(|stage| stage.side == Side::Downstream) {
        return likely;
    }
    likely * sheet.pace / 100
}

struct Planner<'a> {
    sheet: &'a Sheet,
    definition: &'a Definition,
    left: Vec<Twist>,
    scenes: Vec<Scene>,
    visits: Vec<StageKey>,
    revise: Vec<String>,
}

impl Planner<'_> {
    fn run(&mut self) -> Result<(), String> {
        let mut stage = self.definition.first_stage().clone();
        while self.scenes.len() < SCENES {
            if self.work(&stage)? {
                return Ok(());
            }
            match self.gate(&stage)? {
                Some(next) => stage = next,
                None => return Ok(()),
            }
        }
        Err(format!("{}: the story does not come to its end", self.sheet.key))
    }

    /// The twists that come next and belong to a place.
    fn twists_at(&mut self, place: &str, stage: bool) -> Vec<Twist> {
        let fits = |twist: &Twist| twist.at == place && stage != at_gate(&twist.what);
        let mut count = self.left.iter().take_while(|twist| fits(twist)).count();
        // What stands behind a decision belongs to the next time at this gate.
        if let Some(last) = self.left.iter().position(|twist| decides(&twist.what)) {
            count = count.min(last + 1);
        }
        self.left.drain(..count).collect()
    }

    fn usual(&self, stage: &StageKey) -> i64 {
        let visited = self.visits.contains(stage);
        // A launch that its review sends back is corrected, not begun anew.
        let sent_back = visited && !self.revise.is_empty();
        if let Some(days) = self.sheet.days.get(stage.as_str()).filter(|_| !sent_back) {
            return *days;
        }
        let days = takes(self.sheet, self.definition, stage);
        let defined = self.definition.stages.get(stage);
        let upstream = defined.is_some_and(|stage| stage.side != Side::Downstream);
        if sent_back || (visited && upstream) {
            (days * REVISIT / 100).max(12)
        } else {
            days.max(4)
        }
    }

    /// Work in a stage; true when the story ends there.
    fn work(&mut self, stage: &StageKey) -> Result<bool, String> {
        if !self.definition.stages.contains_key(stage) {
            return Err(format!("{}: there is no stage {stage}", self.sheet.key));
        }
        let usual = self.usual(stage);
        self.visits.push(stage.clone());
        let twists = self.twists_at(stage.as_str(), true);
        let pauses: i64 = twists.iter().map(|twist| paused(&twist.what)).sum();
        let here = |place: &str| self.left.is_empty() && place == stage.as_str();
        let (days, halt, last) = match &self.sheet.ends {
            End::In { stage, since } if here(stage) => (*since, Halt::Never, true),
            End::Held { stage, since, why } if here(stage) => {
                let after = usual * 45 / 100;
                (after + since, Halt::Held { after, why: why.clone() }, true)
            }
            End::Lapsed { stage, since } if here(stage) => {
                (self.last_condition() + since, Halt::Never, true)
            }
            _ => (usual + pauses, Halt::Never, false),
        };
        let revise = std::mem::take(&mut self.revise);
        let what = Doing::Work { stage: stage.clone(), usual, twists, revise, halt };
        self.scenes.push(Scene { days, what });
        Ok(last)
    }

    /// In how many days the last condition was due.
    fn last_condition(&self) -> i64 {
        let due = |scene: &Scene| match &scene.what {
            Doing::Gate { answer: Answer::Conditional { due, .. }, .. } => Some(*due),
            _ => None,
        };
        self.scenes.iter().rev().find_map(due).unwrap_or(0)
    }

    /// The gate at the end of a stage; the next stage, or none when the story ends there.
    fn gate(&mut self, stage: &StageKey) -> Result<Option<StageKey>, String> {
        let found = self.definition.gate_of(stage);
        let Some((gate, defined)) = found else {
            return Err(format!("{}: no gate ends {stage}", self.sheet.key));
        };
        let twists = self.twists_at(gate.as_str(), false);
        let mut path = first_path(&defined.outcomes)?;
        let mut days = AT_GATE;
        for twist in twists {
            let why = twist.why;
            match twist.what {
                What::Path(key) => path = key.parse().map_err(|error| format!("{error}"))?,
                What::Late => days = LATE,
                What::Condition { owner, due, met } => {
                    let answer = Answer::Conditional { owner, due, met, why };
                    self.meet(gate, &path, days, answer);
                    return Ok(target(&defined.outcomes, &path));
                }
                What::Recycle { to, revise } => {
                    let to: StageKey = to.parse().map_err(|error| format!("{error}"))?;
                    self.meet(gate, &path, days, Answer::Recycle { to: to.clone(), why });
                    self.revise = revise;
                    return Ok(Some(to));
                }
                What::Hold(held) => {
                    self.meet(gate, &path, days, Answer::Hold { days: held, why });
                    let what = Doing::Rest { gate: gate.clone(), forever: false };
                    self.scenes.push(Scene { days: held, what });
                }
                What::Withdraw => {
                    self.meet(gate, &path, 4, Answer::Withdraw { why });
                    let (stage, twists) = (stage.clone(), Vec::new());
                    let what = Doing::Work {
                        stage,
                        usual: AGAIN,
                        twists,
                        revise: Vec::new(),
                        halt: Halt::Never,
                    };
                    self.scenes.push(Scene { days: AGAIN, what });
                }
                _ => {}
            }
        }
        self.last_answer(gate, &path, days, &defined.outcomes)
    }

    fn meet(&mut self, gate: &GateKey, path: &PathKey, days: i64, answer: Answer) {
        let what = Doing::Gate { gate: gate.clone(), path: path.clone(), answer };
        self.scenes.push(Scene { days, what });
    }

    /// Go, or what the story ends with at this gate.
    fn last_answer(
        &mut self,
        gate: &GateKey,
        path: &PathKey,
        days: i64,
        outcomes: &Outcomes,
    ) -> Result<Option<StageKey>, String> {
        let here = |place: &str| self.left.is_empty() && place == gate.as_str();
        let ends = self.sheet.ends.clone();
        match ends {
            End::At { gate: place, since, votes } if here(&place) => {
                self.meet(gate, path, since, Answer::Open { votes });
            }
            End::Stopped { gate: place, since, why } if here(&place) => {
                self.meet(gate, path, AT_GATE, Answer::Hold { days: 2 * since, why });
                let what = Doing::Rest { gate: gate.clone(), forever: true };
                self.scenes.push(Scene { days: since, what });
            }
            End::Killed { gate: place, since, asked, why } if here(&place) => {
                self.meet(gate, path, AT_GATE, Answer::Kill { asked, why });
                self.scenes.push(Scene { days: since, what: Doing::Past });
            }
            End::Closing { gate: place, path, since, done } if here(&place) => {
                self.leave(gate, &path)?;
                self.scenes.push(Scene { days: since, what: Doing::Leave { duties: done } });
            }
            End::Closed { gate: place, path, since } if here(&place) => {
                self.leave(gate, &path)?;
                let what = Doing::Leave { duties: usize::MAX };
                self.scenes.push(Scene { days: LEAVING, what });
                self.scenes.push(Scene { days: since, what: Doing::Past });
            }
            _ => {
                self.meet(gate, path, days, Answer::Go { late: days == LATE });
                let next = target(outcomes, path);
                if next.is_none() {
                    return Err(format!("{}: it leaves at {gate} too early", self.sheet.key));
                }
                return Ok(next);
            }
        }
        Ok(None)
    }

    fn leave(&mut self, gate: &GateKey, path: &str) -> Result<(), String> {
        let path = path.parse().map_err(|error| format!("{error}"))?;
        self.meet(gate, &path, AT_GATE, Answer::Go { late: false });
        Ok(())
    }
}

const fn decides(what: &What) -> bool {
    matches!(what, What::Path(_) | What::Condition { .. } | What::Recycle { .. })
}

const fn at_gate(what: &What) -> bool {
    !matches!(what, What::Pause(_) | What::Return(_) | What::Decline { .. })
}

const fn paused(what: &What) -> i64 {
    if let What::Pause(days) = what { *days } else { 0 }
}

fn first_path(outcomes: &Outcomes) -> Result<PathKey, String> {
    outcomes.go.keys().next().cloned().ok_or_else(|| "a gate without a way on".to_owned())
}

fn target(outcomes: &Outcomes, path: &PathKey) -> Option<StageKey> {
    match &outcomes.go.get(path)?.to {
        Target::Stage(stage) => Some(stage.clone()),
        Target::Exit(_) => None,
    }
}
