//! `sluicegate token`: bearer tokens.

use chrono::{NaiveTime, TimeDelta};
use serde_json::json;
use sluicegate_app::{App, NewToken, view::TokenView};
use sluicegate_core::organisation::Command;

use super::{people, read, request};
use crate::{
    cli::Token,
    failure::Result,
    output::{Output, table},
};

pub(super) async fn run(app: &App, command: Token, output: Output) -> Result<()> {
    match command {
        Token::Issue { person, label, until } => {
            let person = people::find(app, &person).await?;
            // To the end of the named day, UTC.
            let end = until.map(|day| day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1));
            let token = NewToken { person, label, expires_at: end };
            let done = app.issue_token(request(token)).await?;
            let shown = json!({ "person": person, "token": done.secret });
            output.show(&shown, |_| format!("{}\n", done.secret.unwrap_or_default()))
        }
        Token::List { person } => {
            let person = people::find(app, &person).await?;
            let tokens = app.tokens(&app.operator().await?, person).await?;
            output.show(&tokens, |tokens| {
                let rows: Vec<[String; 5]> = tokens.iter().map(row).collect();
                table(["ID", "LABEL", "STATE", "EXPIRES", "LAST USED"], &rows)
            })
        }
        Token::Revoke { token } => {
            let token = read("token", &token)?;
            app.administer(request(Command::RevokeToken { token })).await?;
            output.show(&json!({ "token": token, "revoked": true }), |_| format!("{token}\n"))
        }
    }
}

fn row(token: &TokenView) -> [String; 5] {
    let day = |at: Option<chrono::DateTime<chrono::Utc>>, none: &str| {
        at.map_or(none.to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
    };
    let state = if token.revoked { "revoked" } else { "open" };
    let (expires, used) = (day(token.expires_at, "never"), day(token.last_used_at, "never"));
    [token.id.to_string(), token.label.clone(), state.to_owned(), expires, used]
}
