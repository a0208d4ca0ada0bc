//! One leader who signs as people do: reads, is wrong too often, is let in again, and proves it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use sluicegate_testkit::totp;

use crate::{
    call::Reply,
    fuzz::{ADMIN, Fuzz},
};

const PASSWORD: &str = "a heron at the weir";
/// After so many signatures the shorter way will do.
const OFTEN: usize = 3;

/// Who signs, and with what.
#[derive(Debug)]
pub(crate) struct Signer {
    actor: usize,
    /// Of the second factor, in base32.
    secret: String,
    signed: usize,
}

impl Fuzz {
    /// Gives an actor a password and a second factor.
    pub(crate) async fn enrol_signer(&mut self, actor: usize) {
        let person = self.actors[actor].person.clone();
        let name = json!({ "name": "signer@example.com" });
        let call = self.json("invite_person", &[("person", &person)], ADMIN, &name);
        let secret = self.expect(&call).await["secret"].clone();
        let body = json!({ "invitation": secret, "password": PASSWORD });
        let call = self.json("accept_invitation", &[], ADMIN, &body);
        self.expect(&call).await;
        let call = self.json("offer_factor", &[], actor, &json!({ "password": PASSWORD }));
        let secret = self.expect(&call).await["secret"].as_str().unwrap_or_default().to_owned();
        let code = json!({ "code": totp(&secret, self.test.now()) });
        let call = self.json("enrol_factor", &[], actor, &code);
        self.expect(&call).await;
        self.signer = Some(Signer { actor, secret, signed: 0 });
    }

    /// A signing of this act, in the way of people; none: not by this actor, or not there.
    pub(crate) async fn signs(
        &mut self,
        actor: usize,
        parts: &[(&str, &str)],
        act: &Value,
    ) -> Option<String> {
        let signer = self.signer.as_ref()?;
        if signer.actor != actor || signer.signed == OFTEN {
            return None;
        }
        let (secret, first) = (signer.secret.clone(), signer.signed == 0);
        let call = self.json("begin_signing", parts, actor, act);
        let begun = self.send(&call).await.filter(Reply::is_success)?;
        let id = begun.body["id"].as_str()?.to_owned();
        let signing = [("signing", id.as_str())];
        if first {
            for _ in 0..3 {
                let wrong = json!({ "password": "another heron", "code": "000000" });
                let call = self.json("complete_signing", &signing, actor, &wrong);
                self.send(&call).await;
            }
            let person = self.actors[actor].person.clone();
            let call = self.call("unlock_signing", &[("person", &person)], ADMIN);
            self.expect(&call).await;
        }
        // A code is good once.
        self.test.pass(TimeDelta::minutes(1)).await;
        let shown = json!({ "password": PASSWORD, "code": totp(&secret, self.test.now()) });
        let call = self.json("complete_signing", &signing, actor, &shown);
        let done = self.send(&call).await.filter(Reply::is_success);
        self.signer.as_mut()?.signed += 1;
        done.map(|_| id)
    }
}
