//! Gates and submissions.

use sluicegate_core::{digest::Digest, id::SigningId, key::*};

use super::{PersonName, Time, Unmet, Verdict, Words};
use crate::parse::{AnyJson, Anything, List, Sometimes, choice, view};

choice! {
    GateState {
        Ahead = "ahead",
        Next = "next",
        Open = "open",
        Passed = "passed",
        Behind = "behind",
    }
    SubmissionState {
        Open = "open",
        Withdrawn = "withdrawn",
        Decided = "decided",
    }
    /// What a gatekeeper says.
    VoteChoice {
        Go = "go",
        ConditionalGo = "conditional_go",
        Hold = "hold",
        Recycle = "recycle",
        Kill = "kill",
    }
}

view! {
    GateSeat open {
        key: SeatKey,
        role: RoleKey,
        /// So many must say go or conditional go.
        need: u32,
        /// At most so many sit; none: everyone who holds the role and may sit.
        of: Option<u32>,
        /// What the signature means; none: the vote is not signed.
        sign: Option<Words>,
        veto: bool,
    }

    /// The answer to a question of the gate.
    CriterionAnswer open {
        yes: bool,
        evidence: Option<String>,
        by: PersonName,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        at: Time,
    }

    /// A must-meet criterion.
    Criterion open {
        key: CriterionKey,
        /// The question, or what is wrong when the expression fails.
        title: Words,
        /// Who answers; none: an expression.
        by: Option<RoleKey>,
        outcome: Verdict,
        /// Which clause of the expression passed or failed, and on what evidence.
        verdict: Option<AnyJson>,
        answer: Option<CriterionAnswer>,
    }

    /// A way on, and what stands in it.
    PathReadiness open {
        path: PathKey,
        title: Words,
        ready: bool,
        unmet: List<Unmet>,
    }

    /// One gate, as one product sees it.
    Gate open {
        key: GateKey,
        title: Words,
        help: Option<Words>,
        stage: StageKey,
        state: GateState,
        /// Decides when the votes cannot.
        chair: RoleKey,
        submit_by: List<RoleKey>,
        seats: List<GateSeat>,
        /// Seats vote one after the other.
        sequential: bool,
        /// Factors with weights and anchors, and the hurdle.
        scorecard: Option<AnyJson>,
        /// Which answers it can give.
        outcomes: AnyJson,
        must: List<Criterion>,
        /// For each way on, what still stands in it; empty for gates that are not next.
        readiness: List<PathReadiness>,
        /// The last go.
        passed: Option<AnyJson>,
        /// How often it sent the product back.
        recycled: u32,
        /// The votes of the open submission, counted.
        meeting: Option<AnyJson>,
        submission: Option<Submission>,
    }

    Gates open { items: List<Gate>, }

    Score open { by: PersonName, deputy: Sometimes<PersonName>, at: Time, scores: AnyJson, }

    /// 21 CFR 11.50: who signed, when, and what it means; bound to the packet.
    Signature open {
        /// Whose hands signed, by the name of that day.
        signer: PersonName,
        /// The absent person in whose name a deputy signed.
        on_behalf_of: Sometimes<PersonName>,
        role: RoleKey,
        at: Time,
        meaning: String,
        packet: Digest,
        /// How the signer was asked again: `method`, `signing` and `at`; none in the first days.
        shown: Option<AnyJson>,
        /// What the signer has read before.
        statement: Option<String>,
    }

    /// What somebody is about to sign.
    Signing open {
        id: SigningId,
        /// In words: who signs what in which meaning over which packet.
        statement: String,
        meaning: String,
        role: RoleKey,
        packet: Digest,
        /// What has to be shown.
        needs: List<String>,
        /// When it was shown; none: not yet.
        shown_at: Option<Time>,
        /// Until then the next step has to come.
        expires_at: Time,
    }

    SigningProved open {
        id: SigningId,
        /// Until then the vote or the decision has to come.
        expires_at: Time,
    }

    ConditionDraft open { text: Option<String>, owner: PersonName, due_at: Time, }

    Vote open {
        by: PersonName,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        seat: SeatKey,
        choice: VoteChoice,
        reason: Option<String>,
        conditions: List<ConditionDraft>,
        signature: Option<Signature>,
        at: Time,
    }

    GateDecision open {
        outcome: AnyJson,
        /// None: the seats' needs were met.
        chair: Option<PersonName>,
        /// Who did it in that name.
        deputy: Sometimes<PersonName>,
        reason: Option<String>,
        signature: Option<Signature>,
        at: Time,
    }

    Withdrawal open {
        by: Option<PersonName>,
        reason: Option<String>,
        at: Time,
    }

    /// One submission to a gate.
    Submission open {
        /// From 1, in the life of the product.
        number: u32,
        gate: GateKey,
        /// `{"pass": PATH}`, `stop` or `reopen`.
        purpose: Anything,
        by: PersonName,
        at: Time,
        /// The digest of what was frozen.
        packet: Digest,
        /// Who sits on which seat.
        panel: AnyJson,
        due_at: Option<Time>,
        /// How often the panel was reminded.
        reminded: u32,
        escalated: bool,
        /// Everyone's scores when all are in; before that, only the asker's own.
        scores: List<Score>,
        /// Who has scored.
        scored: List<PersonName>,
        votes: List<Vote>,
        state: SubmissionState,
        decision: Option<GateDecision>,
        withdrawal: Option<Withdrawal>,
    }

    Submissions open { items: List<Submission>, }

    /// What a submission froze, made again from the history.
    Packet open {
        submission: u32,
        gate: GateKey,
        /// As the submission and its signatures name it.
        digest: Digest,
        /// The packet that was made again has this very digest.
        matches: bool,
        packet: AnyJson,
    }
}
