//! English sentences.

use sluicegate_core::{
    clocks::Waited,
    directory::PortfolioKind,
    rules::{Action, Blocker, Excluded, Exclusion, ProblemKind, TaskKind, Thing},
};

use super::{Lang, Voice, listed, stopped};

pub(super) const fn waited(who: Waited) -> &'static str {
    match who {
        Waited::Team => "The team worked",
        Waited::Reviewer => "Waited for reviewers",
        Waited::Gatekeeper => "Waited for gatekeepers",
        Waited::Receiver => "Waited for receivers of markets",
        Waited::Regulator => "Waited for regulators",
        Waited::Hold => "On hold",
        Waited::Closed => "Closed before it was reopened",
    }
}

pub(super) fn action(v: &Voice<'_>, action: &Action) -> String {
    use Action as A;
    match action {
        A::Start => "Start a product".into(),
        A::Rename => "Rename the product".into(),
        A::ReviseCard => "Revise the product's card".into(),
        A::TransferOwnership => "Transfer the ownership".into(),
        A::Migrate { version } => format!("Move to version {version} of the workflow"),
        A::AssignRole => "Add somebody to the team".into(),
        A::ReleaseRole => "Release somebody from the team".into(),
        A::AddMarket => "Add a market".into(),
        A::WithdrawMarket { market } => format!("Withdraw the market {market}"),
        A::SubmitDeliverable { deliverable } => {
            format!("Hand in: {}", v.deliverable(deliverable))
        }
        A::AcceptDeliverable { deliverable } => format!("Accept: {}", v.deliverable(deliverable)),
        A::ReturnDeliverable { deliverable } => format!("Return: {}", v.deliverable(deliverable)),
        A::AskWaiver { deliverable } => {
            format!("Ask to waive: {}", v.deliverable(deliverable))
        }
        A::ApproveWaiver { deliverable } => {
            format!("Approve the waiver: {}", v.deliverable(deliverable))
        }
        A::RefuseWaiver { deliverable } => {
            format!("Refuse the waiver: {}", v.deliverable(deliverable))
        }
        A::AnswerCriterion { criterion } => format!("Answer: {}", v.criterion(criterion)),
        A::Submit { gate, path } => {
            format!("Submit to {}: {}", v.gate(gate), v.path(gate, path))
        }
        A::SubmitToStop { gate } => {
            let can = v.without_go(gate, ["stop", "hold", "recycle"]);
            let can = match &can[..] {
                [first @ .., last] if !first.is_empty() => {
                    format!("{} or {last}", first.join(", "))
                }
                one => one.join(""),
            };
            format!("Ask {} to {can} the product", v.gate(gate))
        }
        A::SubmitToReopen { gate } => format!("Ask {} to reopen the product", v.gate(gate)),
        A::Withdraw(_) => "Withdraw the submission".into(),
        A::Score(_) => "Score".into(),
        A::Vote(_) => "Vote".into(),
        A::Decide(_) => "Decide from the chair".into(),
        A::GiveEvidence { condition } => format!("Give evidence for condition {condition}"),
        A::RefuseEvidence { condition } => {
            format!("Refuse the evidence for condition {condition}")
        }
        A::CloseCondition { condition } => format!("Close condition {condition}"),
        A::ExtendCondition { condition } => format!("Extend condition {condition}"),
        A::PlaceHold => "Put the product on hold".into(),
        A::Resume => "Resume the product".into(),
        A::OfferHandover { market } => format!("Offer the hand-over of {market}"),
        A::AcceptHandover { market } => format!("Accept the hand-over of {market}"),
        A::DeclineHandover { market } => format!("Decline the hand-over of {market}"),
        A::CompleteReview { review } => format!("Complete review {review}"),
        A::DischargeDuty { duty } => format!("Discharge: {}", v.duty(duty)),
        A::WithdrawObligation { obligation } => format!("Withdraw revision duty {obligation}"),
        A::Tick => "Let the clock act".into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one sentence for each blocker, and none missing")]
pub(super) fn blocker(v: &Voice<'_>, blocker: &Blocker) -> String {
    use Blocker as B;
    match blocker {
        B::NotYourRole { roles } => format!("This is for: {}.", v.roles(roles)),
        B::NotYours { people } => format!("This is for {}.", v.people(people)),
        B::AccountClosed => "Your account is closed.".into(),
        B::PeopleOnly => "Only a person can do this, not a machine.".into(),
        B::ClockOnly => "Only the clock does this.".into(),
        B::NotByDeputy => {
            "In another's name one only judges; do this in your own name, or not at all.".into()
        }
        B::NotDelegated { of } => {
            format!("No delegation lets you do this in the name of {} now.", v.person(*of))
        }
        B::DeputyMayNot { excluded } => {
            format!("Not in another's name either:{}", exclusion(v, excluded))
        }
        B::ProductHeld => "The product is on hold.".into(),
        B::ProductNotHeld => "The product is not on hold.".into(),
        B::ProductClosing => "The product is being closed.".into(),
        B::ProductClosed => "The product is closed.".into(),
        B::ProductNotClosed => "The product is not closed.".into(),
        B::PacketFrozen { gate } => {
            format!("{} is deciding over this; withdraw the submission to change it.", v.gate(gate))
        }
        B::SubmissionNotOpen { submission } => {
            format!("Submission {submission} is not open any more.")
        }
        B::NotAtThisGate { gate, stage } => {
            format!("{} is at the end of another stage: {}.", v.gate(gate), v.stage(stage))
        }
        B::StageNotReached { stage } => {
            format!("The product has not reached the stage {} yet.", v.stage(stage))
        }
        B::DeliverableNeededFirst { deliverable } => {
            format!("{} has to be accepted first.", v.deliverable(deliverable))
        }
        B::AlreadySubmitted => "It is with its reviewers already.".into(),
        B::NothingToReview => "Nothing has been handed in.".into(),
        B::SubmitterMayNotReview => "Whoever handed it in does not review it.".into(),
        B::ReviewedAlready => "You have reviewed it; other reviewers are left.".into(),
        B::NotWaivable => "The workflow does not let this be waived.".into(),
        B::NoWaiverAsked => "Nobody has asked for a waiver.".into(),
        B::AskerMayNotApprove => "Whoever asked for the waiver does not approve it.".into(),
        B::AlreadyFulfilled => "It is accepted or waived already.".into(),
        B::DeliverableMissing { deliverable } => {
            format!("{} is missing.", v.deliverable(deliverable))
        }
        B::DeliverableInReview { deliverable } => {
            format!("{} waits for its reviewers.", v.deliverable(deliverable))
        }
        B::WaiverUndecided { deliverable } => {
            format!("The waiver of {} waits for an answer.", v.deliverable(deliverable))
        }
        B::DeliverableToRevise { deliverable } => {
            format!(
                "{} has to be handed in anew: its form has changed.",
                v.deliverable(deliverable)
            )
        }
        B::CardToRevise => "The card has to be revised: its form has changed.".into(),
        B::GuardUnknown { deliverable, .. } => {
            format!("Whether {} is needed cannot be told yet.", v.deliverable(deliverable))
        }
        B::CriterionFailed { criterion, .. } => format!("Not met: {}", v.criterion(criterion)),
        B::CriterionUnknown { criterion, .. } => {
            format!("Cannot be told yet: {}", v.criterion(criterion))
        }
        B::CriterionUnanswered { criterion } => {
            format!("Not answered yet: {}", v.criterion(criterion))
        }
        B::CriterionAnsweredNo { criterion } => {
            format!("Answered with no: {}", v.criterion(criterion))
        }
        B::ConditionOpen { condition } => format!("Condition {condition} is open."),
        B::ConditionExpired { condition } => format!("Condition {condition} has expired."),
        B::ReviewDue { review } => format!("Review {review} is due and not done."),
        B::NoMarket => "The product has no market.".into(),
        B::SeatUnfillable { seat, need, found, excluded } => {
            let out: String = excluded.iter().map(|each| exclusion(v, each)).collect();
            let need = if *need == 1 { "1 person".to_owned() } else { format!("{need} people") };
            let found = if *found == 0 { "nobody".to_owned() } else { format!("only {found}") };
            format!("The seat {seat} needs {need}, and {found} may sit there.{out}")
        }
        B::ChairMissing { role } => {
            format!("Nobody but you could chair: {} is needed.", v.role_key(role))
        }
        B::NotOnPanel => "You are not on the panel.".into(),
        B::AlreadyVoted => "You have voted already.".into(),
        B::ScoreFirst => "Score first, then vote.".into(),
        B::NoScorecard => "This gate has no scorecard.".into(),
        B::SeatWaits { seat } => format!("The seat {seat} votes first."),
        B::ChairDecides => "The votes cannot decide any more; the chair does.".into(),
        B::VotesDecide => "The votes can still decide.".into(),
        B::SubmitterMayNotDecide => "Whoever submitted does not decide.".into(),
        B::ActedAsDeputy => "You have voted here in another's name; one person counts once.".into(),
        B::HoldNotOffered => "This gate does not let a product be held.".into(),
        B::NoEvidence => "No evidence has been given.".into(),
        B::EvidenceGiverMayNotClose => {
            "Whoever gave the evidence does not close the condition.".into()
        }
        B::ConditionClosed => "The condition is closed.".into(),
        B::NoHandover => "This workflow has no hand-over.".into(),
        B::MarketHandedOver => "The market is offered or handed over already.".into(),
        B::NotLaunched { gate } => format!("{} has not said go yet.", v.gate(gate)),
        B::MarketBlocked { failing } => {
            format!("The market cannot be sold in yet: {}.", v.checks(failing))
        }
        B::NoReceiver { role } => format!("Nobody could receive it: {} is needed.", v.role(role)),
        B::AlreadyOffered => "The market is offered already.".into(),
        B::NoOffer => "The market is not offered.".into(),
        B::BothSides => "In this workflow one person may not stand on both sides.".into(),
        B::ReviewNotDue { due } => format!("The review is not due before {}.", due.date_naive()),
        B::ReviewDone => "The review is done.".into(),
        B::ReviewedByGate { gate } => {
            format!("The decision of {} completes this review.", v.gate(gate))
        }
        B::DutyDone => "The duty is discharged.".into(),
        B::NotClosing => "The product is not on its way out.".into(),
        B::StageMissing { stage } => {
            format!("The other version does not have the stage {}.", v.stage(stage))
        }
        B::OfferOpen { market } => {
            format!("{market} is offered, and the other version hands nothing over.")
        }
        B::GateBehind { gate } => format!(
            "In the other version {} lies behind the product, and it never let it pass.",
            v.gate(gate)
        ),
        B::ObligationSettled => "The promised revision was made or withdrawn already.".into(),
        B::LinkClosed => "This link takes no more ideas.".into(),
        B::IdeaModerated => "The idea was let in or rejected already.".into(),
        B::IdeaNotModerated => "The idea has to be let in first.".into(),
        B::IdeaAnswered => "The idea is answered already.".into(),
        B::FeedbackAnswered => "The feedback is answered already.".into(),
        B::FeedbackNotAnswered => "The feedback is not answered yet.".into(),
        B::NoIncident => "Nobody has flagged this as a possible incident.".into(),
        B::IncidentFlagged => "This is flagged as a possible incident already.".into(),
        B::IncidentAssessed => "The possible incident is assessed already.".into(),
        B::FollowUpDone => "The follow-up is done already.".into(),
        B::OwnPassword => "You have a password: change it, which takes the one you have.".into(),
        B::FactorThere => "There is a second factor; take it away first.".into(),
        B::FactorToSign => {
            "To sign takes a password and a second factor; take one in first.".into()
        }
        B::SigningLocked => {
            "Too many proofs were wrong; an administrator has to look before you sign again.".into()
        }
        B::OwnSigning => "Another administrator lets you sign again.".into(),
        B::OwnFactor => "Somebody else takes a lost factor away.".into(),
        B::AskerMayNotConfirm => "Whoever asked for it does not confirm it.".into(),
        B::LastAdministrator => "This is the last administrator; appoint another one first.".into(),
        B::AccountOpen { person } => {
            format!("The account of {} is open; close it first.", v.person(*person))
        }
        B::ContentIsProfile { person } => {
            format!("This is the name of {}; erase the person instead.", v.person(*person))
        }
        B::PersonErased { .. } => {
            "Name and address were erased, so the account stays closed; open a new one.".into()
        }
        B::AttachmentErased => "This file was erased, and is not taken in again.".into(),
    }
}

fn exclusion(v: &Voice<'_>, excluded: &Excluded) -> String {
    let because = match excluded.because {
        Exclusion::Submitted => "submits",
        Exclusion::Author => "wrote what is judged",
        Exclusion::Reviewer => "has reviewed what is judged",
        Exclusion::HoldsOtherRole => "holds a role that is kept apart",
        Exclusion::SitsElsewhere => "sits elsewhere on this panel",
        Exclusion::Machine => "is a machine",
        Exclusion::ActedForAnother => "has judged here in the name of somebody else",
        Exclusion::Asked => "asked for it",
        Exclusion::GaveEvidence => "gave the evidence",
        Exclusion::Owes => "owes the condition",
        Exclusion::HandsOver => "hands the market over",
    };
    format!(" {} may not: {because}.", v.person(excluded.person))
}

#[expect(clippy::too_many_lines, reason = "a sentence for each kind")]
pub(super) fn problem(v: &Voice<'_>, kind: &ProblemKind) -> String {
    use ProblemKind as P;
    match kind {
        P::Form { fault } => stopped(sentence_case(&fault.kind.to_string())),
        P::ContentMissing => "The content was not sent along.".into(),
        P::NoForm => "This deliverable has no form: hand in attachments or a link.".into(),
        P::FormNeeded { form } => format!("Fill in the form {form}."),
        P::DocumentEmpty => "Hand in an attachment or a link.".into(),
        P::AttachmentsMissing { need, found } => {
            format!("At least {need} attachments are needed, and {found} are here.")
        }
        P::UnknownPerson { person } => format!("Nobody has the id {person}."),
        P::NotAHolder { person, role } => {
            format!("{} does not hold the role {}.", v.person(*person), v.role_key(role))
        }
        P::Machine { person } => format!("{} is a machine; name a person.", v.person(*person)),
        P::MarketNeeded { role } => {
            format!("{} is held for one market; name it as role@MARKET.", v.role_key(role))
        }
        P::NoMarketAllowed { role } => {
            format!("{} is held for the whole product; name no market.", v.role_key(role))
        }
        P::UseTransfer => "The owner changes by a transfer of the ownership.".into(),
        P::AlreadyThere => "It is so already.".into(),
        P::NotThere => "It is not so.".into(),
        P::UnknownFactor { factor } => format!("The scorecard has no factor {factor}."),
        P::ScoreMissing { factor } => format!("Score the factor {factor} too."),
        P::ScoreOutOfRange { factor } => format!("A score of {factor} is 0 to 10."),
        P::OutcomeNotOffered { offered } => format!("Choose one of: {}.", offered.join(", ")),
        P::StageNotOffered { offered } => {
            let stages: Vec<&str> = offered.iter().map(|stage| v.stage(stage)).collect();
            format!("Choose one of the stages: {}.", stages.join(", "))
        }
        P::RecyclesUsedUp { at_most } => {
            format!("This gate has sent the product back {at_most} times, which is the limit.")
        }
        P::ConditionsNeeded => "A conditional go needs a condition.".into(),
        P::ConditionsNotAllowed => "Conditions come with a conditional go only.".into(),
        P::NotInFuture => "This has to be in the future.".into(),
        P::TooLate { latest } => format!("This has to be on {} or before.", latest.date_naive()),
        P::SigningUnknown => "There is no such signing of yours that you have completed.".into(),
        P::SigningForAnother => {
            "This signing is for another act, packet or name; begin one for this.".into()
        }
        P::SigningTooOld => "You proved who you are too long ago; begin to sign once more.".into(),
        P::NothingToSign => "No signature is asked for here.".into(),
        P::SignatureNeeded { meaning } => format!("Sign it. Your signature means: {meaning}."),
        P::UnknownSeat { seat } => format!("The gate has no seat {seat}."),
        P::MayNotSit { seat, person } => {
            format!("{} may not sit in the seat {seat}.", v.person(*person))
        }
        P::SeatNeeds { seat, need, of, found } => match of {
            Some(of) => format!("The seat {seat} takes {need} to {of} people, not {found}."),
            None => format!("The seat {seat} takes {need} people or more, not {found}."),
        },
        P::SitsTwice { person } => format!("{} would sit twice.", v.person(*person)),
        P::ItemsMissing { items } => {
            let items: Vec<&str> = items.iter().map(|item| v.item(item)).collect();
            format!("Confirm these too: {}.", items.join(", "))
        }
        P::UnknownItem { item } => format!("The checklist has no item {item}."),
        P::NoItems => "Say which items you decline, and why.".into(),
        P::UnknownReceiver { market } => {
            format!("Several people could receive {market}; name one.")
        }
        P::Inactive { person } => format!("The account of {} is closed.", v.person(*person)),
        P::EverywhereOnly { role } => format!("The role {role} holds everywhere or not at all."),
        P::Unsuitable { otherwise, .. } => {
            format!("This workflow is not for such a product: {}.", Lang::En.of(otherwise))
        }
        P::DoesNotFitBeneath { kind, parent } => format!(
            "A {} cannot stand beneath a {}: a company has business units and portfolios beneath \
             it, a business unit has portfolios.",
            english_kind(*kind),
            english_kind(*parent)
        ),
        P::NoProductsHere { kind } => {
            format!("Products live in portfolios, and this is a {}.", english_kind(*kind))
        }
        P::NotAnAddress => "A mail address looks like name@example.com.".into(),
        P::OtherPortfolio { portfolio } => format!("It has to lie in the portfolio {portfolio}."),
        P::MergesIntoItself => "An idea cannot be a duplicate of itself.".into(),
        P::NotMergeable => {
            "That idea was merged itself or never let in; name the one that counts.".into()
        }
        P::NotOnTeam { person } => {
            format!("{} is no person who holds a role for this product.", v.person(*person))
        }
        P::InFuture => "This has not happened yet.".into(),
        P::TooLongAgo { earliest } => format!("Name a day from {earliest} on."),
        P::SamePerson => "These are two people.".into(),
        P::NotItsMarket { markets } => format!(
            "This is no market of the product; name one of {}, or none, and say in the text where it was.",
            listed(markets)
        ),
        P::TooManyItems { max } => format!("At most {max} fit here."),
        P::NotNewer { current } => {
            format!("The product is on version {current}; it moves to newer versions only.")
        }
        P::OwnDeputy { .. } => "Nobody stands in for themselves; name somebody else.".into(),
        P::SelfAppointed { .. } => {
            "Nobody takes another's powers with their own hands; ask somebody else to do it.".into()
        }
        P::NotAfterBeginning => "This has to be after the beginning.".into(),
        P::NoDefaultDeputy { roles } if roles.is_empty() => {
            "None of the person's roles has a default deputy; name somebody.".into()
        }
        P::NoDefaultDeputy { roles } => {
            let roles: Vec<&str> = roles.iter().map(|role| v.role_key(role)).collect();
            format!("These roles have no default deputy: {}; name somebody.", roles.join(", "))
        }
        P::LabelNeeded { max } => format!("Write 1 to {max} printable characters."),
        P::PasswordTooShort { min } => format!("A password has at least {min} characters."),
        P::PasswordTooLong { max } => format!("A password has at most {max} characters."),
        P::PasswordCommon => "This password is among those that are tried first.".into(),
        P::PasswordGuessable => {
            "This is little more than names of the person, the house or this program.".into()
        }
        P::SignInNameNeeded => {
            "Give a name without spaces to sign in with; the profile has no mail address.".into()
        }
        P::SignInNameTaken => "Somebody else signs in with this name.".into(),
    }
}

fn english_kind(kind: PortfolioKind) -> &'static str {
    match kind {
        PortfolioKind::Company => "company",
        PortfolioKind::BusinessUnit => "business unit",
        PortfolioKind::Portfolio => "portfolio",
    }
}

pub(super) fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

pub(super) fn no_such(thing: &Thing) -> String {
    match thing {
        Thing::Product => "There is no such product.".into(),
        Thing::Workflow(key) => format!("There is no published workflow {key} of this version."),
        Thing::Portfolio(key) => format!("There is no portfolio {key}."),
        Thing::Person(id) => format!("Nobody has the id {id}."),
        Thing::Role(key) => format!("There is no role {key}."),
        Thing::Deliverable(key) => format!("The product has no deliverable {key}."),
        Thing::Criterion(key) => format!("The gate ahead asks no question {key}."),
        Thing::Gate(key) => format!("The workflow has no gate {key}."),
        Thing::Path(key) => format!("The gate has no way on called {key}."),
        Thing::Condition(number) => format!("The product has no condition {number}."),
        Thing::Market(key) => format!("The product has no market {key}."),
        Thing::Review(number) => format!("The product has no review {number}."),
        Thing::Duty(key) => format!("The exit has no duty {key}."),
        Thing::Submission(number) => format!("The product has no submission {number}."),
        Thing::Obligation(number) => format!("The product has no obligation {number}."),
        Thing::FollowUp(number) => format!("The field day has no follow-up {number}."),
        Thing::Entry(id) => format!("There is no {id}, or it takes no such command."),
        Thing::Token(id) => format!("There is no token {id}."),
        Thing::Delegation(id) => format!("There is no delegation {id}."),
        Thing::Deputy => "This person is not the default deputy there.".into(),
        Thing::Invitation => {
            "There is no such invitation: it was used, replaced, or is too old.".into()
        }
        Thing::Session(id) => format!("You have no session {id}."),
        Thing::Factor => "There is no second factor.".into(),
        Thing::FactorOffer => "No second factor was offered lately; ask for one.".into(),
        Thing::FactorRemoval => {
            "No administrator asks to take the factor away, or not any more.".into()
        }
        Thing::Content(digest) => format!("There is no content {digest}."),
        Thing::Attachment(digest) => format!("There is no attachment {digest}."),
        Thing::Grant => "Nobody holds this role there.".into(),
    }
}

pub(super) fn task(kind: TaskKind, about: &str) -> String {
    match kind {
        TaskKind::SubmitDeliverable => format!("Hand in {about}"),
        TaskKind::RenewDeliverable => {
            format!("Hand in {about} anew: its form has changed")
        }
        TaskKind::ReviseCard => "Revise the product's card: its form has changed".into(),
        TaskKind::ReviseDeliverable => format!("Revise {about}, as the field asks"),
        TaskKind::ReviewDeliverable => format!("Review {about}"),
        TaskKind::ApproveWaiver => format!("Decide on the waiver of {about}"),
        TaskKind::AnswerCriterion => format!("Answer: {about}"),
        TaskKind::SubmitToGate => format!("Submit the product to {about}"),
        TaskKind::Vote => format!("Vote at {about}"),
        TaskKind::Decide => format!("Decide at {about}"),
        TaskKind::GiveEvidence => format!("Give evidence for condition {about}"),
        TaskKind::CloseCondition => format!("Judge the evidence for condition {about}"),
        TaskKind::ReviewHold => "Review the hold".into(),
        TaskKind::OfferHandover => format!("Offer the hand-over of {about}"),
        TaskKind::AnswerHandover => format!("Answer the hand-over of {about}"),
        TaskKind::CompleteReview => format!("Complete review {about}"),
        TaskKind::DischargeDuty => format!("Discharge the duty {about}"),
    }
}
