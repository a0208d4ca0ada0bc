//! Pictures: what they say, and that nothing in them stands on anything else.

use std::fmt::Write as _;

use expect_test::expect;

use super::{
    Lang, dot,
    layout::{Picture, Rect, layout},
    mermaid, steps, svg,
};
use crate::definition::{Definition, load, tests::SAMPLE};

fn sample() -> Definition {
    load(SAMPLE).unwrap()
}

/// The sample with a chain of stages in front of it, with long titles and every way back.
fn long(stages: usize) -> Definition {
    let mut chain = String::new();
    let mut gates = String::new();
    for at in 0..stages {
        let next = if at + 1 == stages { "idea".to_owned() } else { format!("s{}", at + 1) };
        let back: Vec<String> = (0..=at).map(|back| format!("s{back}")).collect();
        let _ = write!(
            chain,
            "  s{at}:\n    title: {{ en: A stage with quite a long title & <tags> number {at}, ko: 아주 긴 제목을 가진 단계 {at} }}\n    side: upstream\n    gate: g{at}\n"
        );
        let _ = write!(
            gates,
            "  g{at}:\n    title: The gate number {at} of a workflow with many\n    chair: finance\n    approvals:\n      a: {{ role: senior_leadership, need: 2, of: 3, veto: true }}\n      b: {{ role: rd_lead, need: 1 }}\n    outcomes: {{ go: {{ on: {{ title: On, to: {next} }}, again: {{ title: Again and again, to: s{at} }} }}, recycle: {{ to: [{}], at_most: 3 }}, kill: {{}} }}\n",
            back.join(", ")
        );
    }
    let source = SAMPLE
        .replace("\nstages:", &format!("\nstages:\n{chain}#"))
        .replace("\ngates:\n", &format!("\ngates:\n{gates}"));
    load(&source).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn mermaid_says_who_decides_and_where_it_leads() {
    expect![[r#"
        flowchart LR
          stage_idea["Idea"]
          gate_screen{{"<b>Idea screen</b><br/>R#38;D lead: 1<br/>Chair: Product manager<br/>Hold: at most 180 days<br/>Recycle: at most 2 times"}}
          stage_idea --> gate_screen
          stage_business["Business"]
          gate_launch{{"<b>Launch</b><br/>Senior leadership: 2 of 3<br/>Finance: 1, veto<br/>Chair: Senior leadership<br/>Conditional go: within 90 days<br/>Hold: at most 180 days<br/>Recycle: at most 3 times<br/><i>Launch: hand-over</i>"}}
          stage_business --> gate_launch
          stage_in_market["In the market"]
          gate_lifecycle{{"<b>Lifecycle review</b><br/>Senior leadership: 1<br/>Chair: Senior leadership<br/>Hold: at most 180 days"}}
          stage_in_market --> gate_lifecycle
          gate_screen --> stage_business
          gate_screen -.->|"Recycle"| stage_idea
          killed(["Kill"])
          gate_screen -.-> killed
          gate_launch --> stage_in_market
          gate_launch -.->|"Recycle"| stage_idea
          gate_launch -.->|"Recycle"| stage_business
          gate_launch -.-> killed
          gate_lifecycle -->|"Continue"| stage_in_market
          exit_delete(["Delete"])
          gate_lifecycle -.-> exit_delete
    "#]].assert_eq(&mermaid(&sample(), Lang::En));
}

#[test]
fn dot_says_it_in_korean_too() {
    expect![[r#"
        digraph "sample" {
          rankdir=LR;
          label="견본";
          node [fontname="sans-serif"];
          edge [fontname="sans-serif"];
          "stage idea" [shape=box, style=rounded, label="Idea"];
          "gate screen" [shape=hexagon, label="Idea screen\nR&D lead: 1명\n의장: 제품 관리자\n보류: 최대 180일\n재작업: 최대 2회"];
          "stage idea" -> "gate screen";
          "stage business" [shape=box, style=rounded, label="Business"];
          "gate launch" [shape=hexagon, label="Launch\nSenior leadership: 3명 중 2명\nFinance: 1명, 거부권\n의장: Senior leadership\n조건부 통과: 90일 이내\n보류: 최대 180일\n재작업: 최대 3회\n출시: 인계"];
          "stage business" -> "gate launch";
          "stage in_market" [shape=box, style=rounded, label="In the market"];
          "gate lifecycle" [shape=hexagon, label="Lifecycle review\nSenior leadership: 1명\n의장: Senior leadership\n보류: 최대 180일"];
          "stage in_market" -> "gate lifecycle";
          "gate screen" -> "stage business" [style=solid, label=""];
          "gate screen" -> "stage idea" [style=dashed, label="재작업"];
          killed [shape=oval, label="중단"];
          "gate screen" -> killed [style=dashed, label=""];
          "gate launch" -> "stage in_market" [style=solid, label=""];
          "gate launch" -> "stage idea" [style=dashed, label="재작업"];
          "gate launch" -> "stage business" [style=dashed, label="재작업"];
          "gate launch" -> killed [style=dashed, label=""];
          "gate lifecycle" -> "stage in_market" [style=solid, label="Continue"];
          "exit delete" [shape=oval, label="Delete"];
          "gate lifecycle" -> "exit delete" [style=dashed, label=""];
        }
    "#]].assert_eq(&dot(&sample(), Lang::Ko));
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

#[track_caller]
fn check_room(picture: &Picture) {
    for (at, line) in picture.lines.iter().enumerate() {
        let inside =
            line.at.x + line.at.w <= picture.width && line.at.y + line.at.h <= picture.height;
        assert!(inside, "{line:?}");
        for other in &picture.lines[..at] {
            assert!(!overlap(line.at, other.at), "{line:?}\n{other:?}");
        }
        // A text stands within a shape or clear of it.
        for shape in &picture.shapes {
            let (text, rect) = (line.at, shape.rect);
            let within = text.x >= rect.x
                && text.y >= rect.y
                && text.x + text.w <= rect.x + rect.w
                && text.y + text.h <= rect.y + rect.h;
            assert!(within || !overlap(text, rect), "{line:?}\n{shape:?}");
        }
    }
    for (at, shape) in picture.shapes.iter().enumerate() {
        for other in &picture.shapes[..at] {
            assert!(!overlap(shape.rect, other.rect), "{shape:?}\n{other:?}");
        }
    }
    let points = picture.arrows.iter().flat_map(|arrow| &arrow.points);
    for (x, y) in points {
        assert!(*x <= picture.width && *y <= picture.height);
    }
}

#[test]
fn nothing_stands_on_anything_else() {
    for lang in [Lang::En, Lang::Ko] {
        check_room(&layout(&steps(&sample(), lang), lang));
        for stages in 1..9 {
            check_room(&layout(&steps(&long(stages), lang), lang));
        }
    }
}

/// Every tag that opens closes, in order, and no text breaks out of its element.
#[track_caller]
fn check_xml(text: &str) {
    let mut open = Vec::new();
    for tag in text.split('<').skip(1) {
        let (tag, after) = tag.split_once('>').unwrap();
        assert!(!after.contains('>'), "{after}");
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    for entity in text.split('&').skip(1) {
        assert!(
            ["lt;", "gt;", "amp;", "quot;"].iter().any(|it| entity.starts_with(it)),
            "{entity}"
        );
    }
}

#[test]
fn svg_is_well_formed_and_read_out() {
    let text = svg(&long(5), Lang::En);
    check_xml(&text);
    assert!(
        text.contains("role=\"img\"") && text.contains("<title id=\"sg-sample-title\">Sample<")
    );
    assert!(text.contains("A stage with quite"));
    assert!(text.contains("prefers-color-scheme:dark"));
    let korean = svg(&sample(), Lang::Ko);
    check_xml(&korean);
    assert!(korean.contains("견본") && korean.contains("출시: 인계"));
}
