//! The reference page is true: each of its examples compiles, and comes to what it says.

use super::super::bounds::{MAX_HEIGHT, MAX_NESTING, MAX_NODES, MAX_SOURCE_BYTES};
use super::super::functions::Function;
use super::super::{Expr, Limits, Type};
use super::{compiled_as, env, forms, noted, scope};

const PAGE: &str = include_str!("../../../../../docs/reference/expressions.md");

/// The lines of the fenced blocks of one language.
fn fenced(language: &str) -> Vec<&'static str> {
    let mut lines = Vec::new();
    let mut within = false;
    for line in PAGE.lines() {
        match line.strip_prefix("```") {
            Some(info) => within = !within && info == language,
            None if within && !line.trim().is_empty() => lines.push(line),
            None => {}
        }
    }
    lines
}

#[test]
fn examples_come_to_what_the_page_says() {
    let lines = fenced("cel");
    assert!(lines.len() > 50, "{} examples", lines.len());
    for line in lines {
        let value = compiled_as(line, &Type::Any).eval(&scope(), Limits::STANDARD).value;
        if let Some((_, said)) = line.split_once("// ") {
            let found = noted(&value).replace(" (exact)", "");
            let found = found.split(": ").next().unwrap_or_default();
            assert_eq!(found, said, "{line}");
        }
    }
}

#[test]
fn cel_can_read_the_examples() {
    for line in fenced("cel") {
        assert!(cel::Program::compile(line).is_ok(), "{line}");
    }
}

#[test]
fn mistakes_read_as_the_page_says() {
    let lines = fenced("cel-mistakes");
    assert!(lines.len() > 5);
    for line in lines {
        let (source, said) = line.split_once("// ").unwrap();
        let errors = Expr::compile(source.trim_end(), &env(), &Type::Bool).unwrap_err();
        assert_eq!(errors[0].to_string(), said, "{line}");
    }
}

#[test]
fn the_forms_of_the_page_are_those_of_the_examples() {
    let json: serde_json::Value = serde_json::from_str(&fenced("json").join("\n")).unwrap();
    assert_eq!(json, forms());
}

#[test]
fn every_function_and_bound_is_on_the_page() {
    for name in Function::NAMES {
        assert!(PAGE.contains(&format!("{name}(")), "{name}");
    }
    let Limits { steps, list_items, text_bytes } = Limits::STANDARD;
    let bounds =
        [MAX_SOURCE_BYTES, MAX_NESTING, MAX_HEIGHT, MAX_NODES, steps, list_items, text_bytes];
    for bound in bounds {
        assert!(PAGE.contains(&format!("| {bound} |")), "{bound}");
    }
}
