//! Forms and their fields, as written.

use super::{Located, Must, Named, Node, Ref, Scalar, Words, record};

record! {
    /// The product's card.
    Card("`product`") {
        /// What people call the card; without it, "Product".
        title: Option<Words>,
        /// What the card is for.
        help: Option<Words>,
        /// The fields of the card. Every product has a `name` besides.
        fields: Must<Named<Field>>,
        /// What must hold between the fields.
        checks: Option<Named<Check>>,
    }

    /// A form: the typed content of a deliverable or a review.
    Form("a form") {
        /// What people call the form.
        title: Must<Words>,
        /// How to fill it in.
        help: Option<Words>,
        /// The fields, in the order in which people see them.
        fields: Must<Named<Field>>,
        /// What must hold between the fields.
        checks: Option<Named<Check>>,
    }

    /// What must hold between the fields of a content.
    Check("a check") {
        /// The table whose rows are asked one by one, each as `row`.
        each: Option<Ref>,
        /// Must not be false. While it is unknown, the content is taken.
        #[schemars(extend("examples" = ["valid_until > cleared_on", "!cleared || has(number)"]))]
        expr: Must<Located<String>>,
        /// The field, or with `each` the column, at which the fault stands; without it, all of it.
        at: Option<Ref>,
        /// What to tell people when it does not hold.
        r#else: Must<Words>,
    }

    /// A field of a form. (The schema of a field is written out by type in `schema.rs`.)
    Field("a field") {
        r#type: Must<Located<String>>,
        title: Option<Words>,
        help: Option<Words>,
        required: Option<Located<bool>>,
        computed: Option<Located<String>>,
        min: Option<Located<Scalar>>,
        max: Option<Located<Scalar>>,
        long: Option<Located<bool>>,
        #[schemars(with = "serde_json::Value")]
        of: Option<Node>,
        columns: Option<Named<Field>>,
    }
}
