use sluicegate_core::rules::{Action, Blocker, Link, ProblemKind, TaskKind, Thing};

use super::*;

fn voices(names: &Names) -> [Voice<'_>; 2] {
    [Lang::En, Lang::Ko].map(|lang| Voice { lang, definition: None, names })
}

fn hangul(text: &str) -> bool {
    text.chars().any(|letter| ('가'..='힣').contains(&letter))
}

/// Each sentence is there, and each in its own language.
fn check(say: impl Fn(&Voice<'_>) -> String) {
    let names = Names::new();
    let [english, korean] = voices(&names).map(|voice| say(&voice));
    assert!(!english.is_empty() && !hangul(&english), "{english}");
    assert!(hangul(&korean), "{korean}");
}

#[test]
fn every_task_has_a_title_in_both_languages() {
    for kind in TaskKind::ALL {
        check(|voice| voice.task(kind, "x"));
    }
}

#[test]
fn every_task_and_every_fate_of_the_loop_has_its_sentence() {
    use sluicegate_core::intake::TaskKind as Kind;

    use crate::view::TrackStatus as S;
    for kind in Kind::ALL {
        check(|voice| entry_task(voice.lang, kind, Some("x")));
    }
    let fates =
        [S::Received, S::InReview, S::TakenUp, S::Parked, S::Declined, S::NotAccepted, S::Ended];
    for status in fates {
        check(|voice| track(voice.lang, status));
    }
    for name in ["name", "contact", "problem", "idea", "evidence", "market", "segment"] {
        check(|voice| intake_field(voice.lang, name).to_owned());
    }
    check(|voice| voice.no_such(&Thing::FollowUp(3)));
    check(|voice| voice.no_such(&Thing::Content(sluicegate_core::digest::Digest::of(b"x"))));
    check(|voice| voice.blocker(&Blocker::AttachmentErased));
    check(|voice| voice.problem(&ProblemKind::NotMergeable));
    check(|voice| voice.blocker(&Blocker::IdeaNotModerated));
    check(|voice| voice.action(&Action::WithdrawObligation { obligation: 1 }));
}

#[test]
fn the_parameters_stand_in_the_sentences() {
    let names = Names::new();
    let role = RoleRef::new("finance".parse().unwrap(), Some("US".parse().unwrap()));
    let blocker = Blocker::NotYourRole { roles: [role].into() };
    let [english, korean] = voices(&names).map(|voice| voice.blocker(&blocker));
    assert_eq!(english, "This is for: finance (US).");
    assert_eq!(korean, "다음 역할만 할 수 있습니다: finance (US).");
    check(|voice| {
        voice.action(&Action::Submit {
            gate: "launch".parse().unwrap(),
            path: "in_market".parse().unwrap(),
        })
    });
    check(|voice| voice.problem(&ProblemKind::LabelNeeded { max: 200 }));
    check(|voice| voice.no_such(&Thing::Condition(3)));
}

#[test]
fn titles_and_names_replace_keys_and_ids_where_they_are_known() {
    let source = include_str!("../../../core/src/definition/testdata/sample.yaml");
    let definition = sluicegate_core::definition::load(source).unwrap();
    let ann: PersonId = "psn_00000000000000000000000000000001".parse().unwrap();
    let names = Names::from([(ann, "Ann".to_owned())]);
    let definition = Some(&definition);
    let korean = Voice { lang: Lang::Ko, definition, names: &names };
    let role = RoleRef::new("product_manager".parse().unwrap(), None);
    let said = korean.blocker(&Blocker::NotYourRole { roles: [role].into() });
    assert_eq!(said, "다음 역할만 할 수 있습니다: 제품 관리자.");
    let english = Voice { lang: Lang::En, definition, names: &names };
    let said = english.blocker(&Blocker::NotYours { people: [ann].into() });
    assert_eq!(said, "This is for Ann.");
    let failed = Blocker::CriterionUnanswered { criterion: "fit".parse().unwrap() };
    let said = english.blocker(&failed);
    assert_eq!(said, "Not answered yet: Does it serve the three-year plan?");
    let unknown = Blocker::CriterionUnanswered { criterion: "value".parse().unwrap() };
    assert_eq!(english.blocker(&unknown), "Not answered yet: value.");
}

#[test]
fn a_gate_is_asked_only_for_what_it_offers() {
    let source = include_str!("../../../core/src/definition/testdata/sample.yaml");
    let definition = sluicegate_core::definition::load(source).unwrap();
    let (definition, names) = (Some(&definition), Names::new());
    let asked = |lang, gate: &str| {
        let voice = Voice { lang, definition, names: &names };
        voice.action(&Action::SubmitToStop { gate: gate.parse().unwrap() })
    };
    let all = "Ask Launch to stop, hold or recycle the product";
    assert_eq!(asked(Lang::En, "launch"), all);
    assert_eq!(asked(Lang::En, "lifecycle"), "Ask Lifecycle review to hold the product");
    assert_eq!(asked(Lang::Ko, "launch"), "중단·보류·재작업 상정: Launch");
    assert_eq!(asked(Lang::Ko, "lifecycle"), "보류 상정: Lifecycle review");
    let unknown = Action::SubmitToStop { gate: "other".parse().unwrap() };
    let voice = Voice { lang: Lang::En, definition, names: &names };
    assert_eq!(voice.action(&unknown), "Ask other to stop, hold or recycle the product");
}

#[test]
fn places_are_paths_below_the_product() {
    let id: sluicegate_core::id::ProductId =
        "prd_00000000000000000000000000000001".parse().unwrap();
    let at = |link: &Link| href(id, link);
    let root = format!("/v1/products/{id}");
    assert_eq!(at(&Link::Product), root);
    let clearance = "regulatory_clearance@US".parse().unwrap();
    let expected = format!("{root}/deliverables/regulatory_clearance@US");
    assert_eq!(at(&Link::Deliverable(clearance)), expected);
    assert_eq!(at(&Link::Roles), "/v1/roles");
}

#[test]
fn a_wait_is_told_in_days_and_business_days() {
    let names = Names::new();
    let said = |lang| {
        let voice = Voice { lang, definition: None, names: &names };
        voice.waited(Waited::Regulator, 12 * 86_400 + 43_199, 86_400)
    };
    assert_eq!(said(Lang::En), "Waited for regulators: 12.5 days, of which 1.0 business days");
    assert_eq!(said(Lang::Ko), "규제기관 대기: 12.5일 (영업일 1.0일)");
}
