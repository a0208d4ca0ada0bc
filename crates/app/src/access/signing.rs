//! Signing: a person reads a statement, proves who they are once more, and votes or decides with that.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sluicegate_core::{
    id::{PersonId, ProductId, SigningId},
    key::RoleKey,
    organisation::Command,
    product::{Actor, SubmissionRef},
    rules::{self, Act, Proof, Sign, WRONG_PROOFS},
};
use sluicegate_store::{Job, NewContent, Signing, Target};

use super::{Origin, Shown};
use crate::{
    app::App,
    error::{AppError, Result},
    judge::Wish,
    request::Caller,
    view::{Names, SigningView},
    words::{Lang, Statement, Voice, with_names},
};

/// So long a statement waits for its proof.
const READING: TimeDelta = TimeDelta::minutes(15);

/// Somebody wants to sign.
#[derive(Clone, Debug)]
pub struct NewSigning {
    pub product: ProductId,
    pub at: SubmissionRef,
    pub act: Act,
}

impl App {
    /// Shows the caller what the signature would mean.
    ///
    /// # Errors
    /// As the rules refuse the act itself; or no signature is asked for there.
    pub async fn begin_signing(
        &self,
        caller: &Caller,
        wish: NewSigning,
        lang: Lang,
    ) -> Result<SigningView> {
        let NewSigning { product, at, act } = wish;
        let loaded = self.load(caller, product).await?;
        let asked = rules::to_sign(&loaded.cx(), &loaded.product, &at, &act)?;
        let actor = caller.actor();
        let names = Names::new();
        let voice = Voice { lang, definition: Some(&loaded.definition), names: &names };
        let (role, packet) = (asked.role, asked.packet);
        let meaning = lang.of(&asked.meaning).to_owned();
        let statement = voice.statement(&Statement {
            actor,
            role: &role,
            meaning: &meaning,
            act: &act,
            product: &loaded.product,
            at: &at,
            packet,
        });
        let signing = Signing {
            id: SigningId::new((self.shared.chance.uuid)()),
            actor,
            product,
            at,
            packet,
            act,
            statement,
            salt: (self.shared.chance.salt)(),
            shown_at: None,
            expires_at: self.now() + READING,
        };
        self.store().add_signing(&signing).await?;
        self.signing_view(signing, role, meaning).await
    }

    async fn signing_view(
        &self,
        signing: Signing,
        role: RoleKey,
        meaning: String,
    ) -> Result<SigningView> {
        let people = [signing.actor.hands(), signing.actor.principal()];
        let names = self.names(people.into_iter().flatten()).await?;
        Ok(SigningView {
            id: signing.id,
            statement: with_names(&signing.statement, &names),
            meaning,
            role,
            packet: signing.packet,
            needs: ["password", "code"],
            shown_at: signing.shown_at,
            expires_at: signing.expires_at,
        })
    }

    /// The caller has read the statement, and proves to be who they are; gives until when the vote or
    /// the decision has to come.
    ///
    /// # Errors
    /// [`AppError::SignInFailed`] and [`AppError::WrongCode`], of which the third in a row locks the
    /// person's signing; [`AppError::NotFound`] for a signing that is another's, complete or too old.
    pub async fn complete_signing(
        &self,
        caller: &Caller,
        id: SigningId,
        (password, code): (&str, &str),
        origin: &Origin,
    ) -> Result<DateTime<Utc>> {
        let missing = AppError::NotFound("signing");
        let person = caller.person;
        let found = self.store().signing(id, self.now()).await?;
        let Some(signing) = found.filter(|it| it.actor.hands() == Some(person)) else {
            return Err(missing);
        };
        let directory = self.store().directory().await?;
        if directory.access(person).is_some_and(|access| access.signing_locked) {
            return Err(self.signing_is_locked(caller, &signing).await);
        }
        let name = self.count_both(person, origin).await?;
        let shown = Shown { password: Some(password), code: Some(code) };
        if let Some(wrong) = self.wrong(person, shown).await? {
            self.note_signature(person, signing.product, origin).await;
            self.count_wrong_proof(person).await?;
            return Err(wrong);
        }
        self.succeeded(&name, origin, true).await?;
        self.store().forget_wrong_proofs(person).await?;
        let now = self.now();
        let until = now + rules::GOOD_FOR;
        if self.store().show_signing(id, now, until).await? { Ok(until) } else { Err(missing) }
    }

    /// As the act itself would be refused.
    async fn signing_is_locked(&self, caller: &Caller, signing: &Signing) -> AppError {
        let refused = async {
            let loaded = self.load(caller, signing.product).await?;
            rules::to_sign(&loaded.cx(), &loaded.product, &signing.at, &signing.act)?;
            Ok(())
        };
        refused.await.err().unwrap_or(AppError::NotFound("signing"))
    }

    async fn count_wrong_proof(&self, person: PersonId) -> Result<()> {
        if self.store().count_wrong_proof(person).await? < WRONG_PROOFS {
            return Ok(());
        }
        let wish =
            Wish::Organisation { command: Command::LockSigning { person }, known: Arc::default() };
        self.administer_job(Job::new(Actor::System, Target::Directory, wish), false).await?;
        Ok(self.store().forget_wrong_proofs(person).await?)
    }

    /// What the caller signs with, and the statement that goes into the record with it.
    pub async fn signed_with(
        &self,
        caller: &Caller,
        id: Option<SigningId>,
    ) -> Result<(Sign, Option<NewContent>)> {
        let Some(id) = id else { return Ok((Sign::Unsigned, None)) };
        let found = self.store().signing(id, self.now()).await?;
        let own = found.filter(|it| it.actor.hands() == Some(caller.person));
        let shown = own.and_then(|signing| Some((signing.shown_at?, signing)));
        let Some((shown_at, signing)) = shown else { return Ok((Sign::Unknown, None)) };
        let statement = NewContent::of(signing.salt, signing.statement.into());
        let proof = Proof {
            actor: signing.actor,
            product: signing.product,
            at: signing.at,
            packet: signing.packet,
            act: signing.act,
            signing: signing.id,
            statement: statement.digest(),
            shown_at,
        };
        Ok((Sign::Proved(Box::new(proof)), Some(statement)))
    }
}
