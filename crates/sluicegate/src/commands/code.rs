//! `code`: what an authenticator shows, for those who have none at hand.

use std::io::Read as _;

use serde_json::json;
use sluicegate_app::one_time_code;

use crate::{
    config::Config,
    failure::{Failure, Result},
    open::clock,
    output::{Output, write},
};

pub(super) fn run(config: &Config, secret: &str, output: Output) -> Result<()> {
    let mut typed = secret.to_owned();
    if secret == "-" {
        typed.clear();
        let read = std::io::stdin().read_to_string(&mut typed);
        read.map_err(|error| Failure::unavailable("standard input", error))?;
    }
    let code = one_time_code(&typed, clock(config)());
    let code = code.ok_or_else(|| {
        Failure::usage("a secret is letters and the digits 2 to 7, as the factor was offered")
    })?;
    if output.json {
        write(&format!("{}\n", json!({ "code": code })))
    } else {
        write(&format!("{code}\n"))
    }
}
