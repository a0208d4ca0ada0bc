//! The trail as files: a table, lines of JSON, a page for print.

use std::fmt::Write as _;

use chrono::SecondsFormat;
use serde_json::Value;
use sluicegate_app::{
    Lang,
    view::{EventView, Names, Texts},
};

const COLUMNS: [&str; 14] = [
    "position",
    "at",
    "actor",
    "actor_name",
    "on_behalf_of",
    "what",
    "stream",
    "version",
    "event",
    "texts",
    "people",
    "replaces",
    "old_event",
    "old_texts",
];

fn cells(event: &EventView) -> [String; 14] {
    let written = |texts: &Texts| serde_json::to_value(texts).unwrap_or_default().to_string();
    let people = serde_json::to_value(&event.people).unwrap_or_default();
    let absent = event.on_behalf_of.as_ref();
    let old = event.replaces.as_ref();
    [
        event.position.to_string(),
        event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        event.actor.to_string(),
        event.actor_name.clone(),
        absent.map_or_else(String::new, |absent| absent.name.clone()),
        event.kind.clone(),
        event.stream.clone(),
        event.version.to_string(),
        event.event.to_string(),
        written(&event.texts),
        people.to_string(),
        old.map_or_else(String::new, |old| old.position.to_string()),
        old.map_or_else(String::new, |old| old.event.to_string()),
        old.map_or_else(String::new, |old| written(&old.texts)),
    ]
}

/// RFC 4180, with a mark at the beginning so that spreadsheets read it as UTF-8.
pub(super) fn csv(events: &[EventView]) -> String {
    let mut out = format!("\u{feff}{}\r\n", COLUMNS.join(","));
    for event in events {
        let cells = cells(event).map(|cell| quoted(&cell));
        let _ = write!(out, "{}\r\n", cells.join(","));
    }
    out
}

/// A spreadsheet takes a cell that begins like this for a formula: the mark makes it a text.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

pub(super) fn jsonl(events: &[EventView]) -> String {
    let line = |event| serde_json::to_string(event).unwrap_or_default() + "\n";
    events.iter().map(line).collect()
}

const STYLE: &str = "body{font:10pt/1.4 system-ui,sans-serif;margin:1.5em}table{border-collapse:collapse;\
    width:100%}th,td{text-align:left;vertical-align:top;border-bottom:1px solid #999;padding:.3em .6em}\
    thead{display:table-header-group}tr{break-inside:avoid}td{overflow-wrap:anywhere}\
    dl{margin:0}dt{font-weight:600}dd{margin:0 0 .3em}";

/// The language, the title, the word for events, and the heads of the columns.
const fn headings(lang: Lang) -> (&'static str, &'static str, &'static str, [&'static str; 7]) {
    match lang {
        Lang::En => (
            "en",
            "Audit trail",
            "events",
            ["Position", "When (UTC)", "Who", "What", "Where", "Values", "Before"],
        ),
        Lang::Ko => (
            "ko",
            "감사 추적",
            "건",
            ["순번", "일시(UTC)", "수행자", "작업", "대상", "값", "변경 전 값"],
        ),
    }
}

pub(super) fn html(events: &[EventView], lang: Lang) -> String {
    let (lang, title, count, heads) = headings(lang);
    let heads = heads.map(|head| format!("<th scope=\"col\">{head}</th>")).concat();
    let mut out = format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><h1>{title}</h1><p>{} {count}</p><table><thead><tr>\
         {heads}</tr></thead><tbody>",
        events.len(),
    );
    for event in events {
        let at = event.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let old = event.replaces.as_ref();
        let place = format!("{}, version {}", event.stream, event.version);
        let _ = write!(
            out,
            "<tr><td>{}</td><td>{at}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>\
             <td>{}</td></tr>",
            event.position,
            safe(&who(event)),
            safe(&event.kind),
            safe(&place),
            values(&event.event, &event.texts, &event.people),
            old.map_or_else(String::new, |old| values(&old.event, &old.texts, &old.people)),
        );
    }
    out + "</tbody></table></body></html>\n"
}

/// Whose hands it was, and in whose name.
fn who(event: &EventView) -> String {
    let (name, actor) = (&event.actor_name, event.actor);
    match &event.on_behalf_of {
        Some(absent) => format!("{name} for {} ({actor})", absent.name),
        None if name.is_empty() => actor.to_string(),
        None => format!("{name} ({actor})"),
    }
}

/// The fields of an event; a text stands in the place of the digest that names it, and a name
/// before the id that means the person.
fn values(event: &Value, texts: &Texts, people: &Names) -> String {
    let Value::Object(fields) = event else { return safe(&event.to_string()) };
    let mut out = "<dl>".to_owned();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "event") {
        let digest = value.as_str().and_then(|text| text.parse().ok());
        let text = digest.and_then(|digest| texts.get(&digest));
        let named = value.as_str().and_then(|text| text.parse().ok());
        let named = named.and_then(|person| people.get(&person));
        let shown = match (text, value) {
            (None, Value::String(id)) if let Some(name) = named => format!("{name} ({id})"),
            (Some(Value::String(text)), _) | (None, Value::String(text)) => text.clone(),
            (Some(other), _) | (None, other) => other.to_string(),
        };
        let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", safe(name), safe(&shown));
    }
    out + "</dl>"
}

fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_a_text_no_markup() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
        assert_eq!(safe("<b a='1'>&"), "&lt;b a=&#39;1&#39;&gt;&amp;");
    }
}
