//! A user of the API who reads and writes JSON: for what is not measured.

use serde_json::Value;
use xtask::process::{Context, Failure, Outcome};

use crate::http::{Call, Connection};

/// One connection, on which anyone who has a token can ask.
#[derive(Debug)]
pub(crate) struct Client {
    connection: Connection,
    request: Vec<u8>,
}

impl Client {
    pub(crate) async fn open(port: u16) -> Outcome<Self> {
        let connection = Connection::open(port).await.context("cannot reach the server")?;
        Ok(Self { connection, request: Vec::new() })
    }

    pub(crate) async fn get(&mut self, token: &str, path: &str) -> Outcome<Value> {
        self.call(Call { method: "GET", path, token, key: None, body: None }).await
    }

    pub(crate) async fn post(
        &mut self,
        token: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Outcome<Value> {
        self.change("POST", token, path, key, body).await
    }

    pub(crate) async fn put(
        &mut self,
        token: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Outcome<Value> {
        self.change("PUT", token, path, key, body).await
    }

    async fn change(
        &mut self,
        method: &str,
        token: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Outcome<Value> {
        let body = body.to_string();
        self.call(Call { method, path, token, key: Some(key), body: Some(&body) }).await
    }

    async fn call(&mut self, call: Call<'_>) -> Outcome<Value> {
        let Call { method, path, .. } = call;
        call.write_to(&mut self.request);
        let answer = self.connection.exchange(&self.request).await;
        let answer = answer.context(format_args!("{method} {path}"))?;
        let text = String::from_utf8_lossy(answer.body);
        if !(200..300).contains(&answer.status) {
            let status = answer.status;
            return Err(Failure::new(format!("{method} {path} answers {status}: {text}")));
        }
        serde_json::from_str(&text).context(format_args!("{method} {path} answers no JSON"))
    }
}

/// A text of an answer that must be there.
pub(crate) fn text(value: &Value, field: &str) -> Outcome<String> {
    let text = value[field].as_str().map(str::to_owned);
    text.ok_or_else(|| Failure::new(format!("the answer has no {field}: {value}")))
}

/// A number of an answer that must be there.
pub(crate) fn number(value: &Value, field: &str) -> Outcome<u64> {
    let number = value[field].as_u64();
    number.ok_or_else(|| Failure::new(format!("the answer has no {field}: {value}")))
}
