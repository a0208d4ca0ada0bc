//! One connection of the load that is cut off: it knows what it asked and what it was told.

use std::time::Instant;

use serde_json::Value;
use xtask::process::{Context, Failure, Outcome};

use super::ledger::Receipt;
use crate::{
    client::number,
    http::{Answer, Call, Connection},
    world::{revision_body, revision_path},
};

/// A connection that is never cut off stops by itself.
const MOST: usize = 2_000;

/// Asks for products that are its own.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    number: usize,
    products: Vec<String>,
    token: String,
    /// Commands so far, in all rounds.
    asked: u64,
}

/// A command that was asked, and the answer if there was one.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) key: String,
    pub(super) mark: String,
    pub(super) product: String,
    body: String,
    pub(super) receipt: Option<Receipt>,
}

/// How the server took a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Done, now or before.
    Done { at: Receipt, replayed: bool },
    /// It may or may not be done: ask again.
    Unknown,
}

impl Driver {
    pub(super) fn new(number: usize, products: Vec<String>, token: String) -> Self {
        Self { number, products, token, asked: 0 }
    }

    /// Asks until the connection breaks, the server is in trouble, or the time is over.
    pub(super) async fn drive(mut self, port: u16, end: Instant) -> Outcome<(Self, Vec<Asked>)> {
        let mut done = Vec::new();
        let mut connection = Connection::open(port).await.context("cannot reach the server")?;
        while Instant::now() < end && done.len() < MOST {
            let mut asked = self.next();
            let taken = ask(&mut connection, &asked, &self.token).await?;
            if let Taken::Done { at, replayed } = taken {
                if replayed {
                    let key = &asked.key;
                    return Err(Failure::new(format!("{key} was never asked, but is replayed")));
                }
                asked.receipt = Some(at);
            }
            done.push(asked);
            if taken == Taken::Unknown {
                break;
            }
        }
        Ok((self, done))
    }

    fn next(&mut self) -> Asked {
        self.asked += 1;
        let (number, asked) = (self.number, self.asked);
        // Two commands in a row on one product, so that cuts fall between them too.
        let turn = usize::try_from(asked / 2).unwrap_or_default() % self.products.len();
        let mark = format!("https://example.com/crash/{number}/{asked}");
        let body = revision_body(&mark, asked);
        let (key, product) = (format!("crash-{number}-{asked}"), self.products[turn].clone());
        Asked { key, mark, product, body, receipt: None }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

/// Asks, or asks again: a command is the same command as long as its key is.
pub(super) async fn ask(connection: &mut Connection, asked: &Asked, token: &str) -> Outcome<Taken> {
    let path = revision_path(&asked.product);
    let (key, body) = (Some(asked.key.as_str()), Some(asked.body.as_str()));
    let mut request = Vec::new();
    Call { method: "POST", path: &path, token, key, body }.write_to(&mut request);
    match connection.exchange(&request).await {
        Ok(answer) => taken(answer),
        // Whatever broke the connection, nothing is known of the command.
        Err(_) => Ok(Taken::Unknown),
    }
}

fn taken(answer: Answer<'_>) -> Outcome<Taken> {
    let text = String::from_utf8_lossy(answer.body);
    match answer.status {
        201 => {
            let value: Value = serde_json::from_str(&text).context("an answer")?;
            let event = &value["events"][0];
            let (position, version) = (number(event, "position")?, number(event, "version")?);
            let replayed = value["replayed"].as_bool().unwrap_or_default();
            Ok(Taken::Done { at: Receipt { position, version }, replayed })
        }
        // The server lives, its database does not.
        500..=599 => Ok(Taken::Unknown),
        status => Err(Failure::new(format!("a command is answered {status}: {text}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> Outcome<Taken> {
        taken(Answer { status, body: body.as_bytes() })
    }

    #[test]
    fn an_answer_names_the_place_of_its_event() {
        let body = r#"{"events":[{"position":9,"version":3}],"replayed":true}"#;
        let at = Receipt { position: 9, version: 3 };
        assert_eq!(read(201, body).unwrap(), Taken::Done { at, replayed: true });
        assert_eq!(read(503, "{}").unwrap(), Taken::Unknown);
        assert!(read(409, "{}").is_err());
        assert!(read(201, "{}").is_err());
    }

    #[test]
    fn every_command_has_a_key_and_a_mark_of_its_own() {
        let mut driver = Driver::new(3, vec!["prd_1".into(), "prd_2".into()], "t".into());
        let (one, two) = (driver.next(), driver.next());
        assert_ne!(one.key, two.key);
        assert_ne!(one.mark, two.mark);
        assert!(two.body.contains(&two.mark));
    }
}
