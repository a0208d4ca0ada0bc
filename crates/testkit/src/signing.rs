//! Signatures for tests of other things, in which nobody types a password.

use sluicegate_app::App;
use sluicegate_core::{
    id::{PersonId, ProductId, SigningId},
    product::Actor,
    rules::{Act, GOOD_FOR},
};
use sluicegate_store::Signing;

/// A signing of the open submission that is complete, as if this person had shown password and code.
/// None: nothing is open.
///
/// # Panics
/// The database cannot be read or written.
pub async fn signed(
    app: &App,
    id: SigningId,
    person: PersonId,
    product: ProductId,
    act: Act,
) -> Option<SigningId> {
    let state = app.store().product(product).await.expect("the product is legible")?;
    let submission = state.submission()?;
    let expires_at = app.now() + GOOD_FOR;
    let signing = Signing {
        id,
        actor: Actor::Person(person),
        product,
        at: submission.named(),
        packet: submission.packet,
        act,
        statement: format!("I, {person}, sign"),
        salt: [0; 16],
        shown_at: None,
        expires_at,
    };
    app.store().add_signing(&signing).await.expect("it is written");
    assert!(app.store().show_signing(id, app.now(), expires_at).await.expect("it is written"));
    Some(id)
}
