//! Declares bodies, choices and parameters once: what is read, and what the document says of it.

/// An object of a JSON body. Unknown fields are refused; `Option` fields may be left out.
macro_rules! object {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $( $(#[doc = $about:literal])* $field:ident: $type:ty, )* }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $name { $( $(#[doc = $about])* pub(crate) $field: $type, )* }

        impl $crate::parse::Wire for $name {
            fn read(
                value: &serde_json::Value,
                at: &$crate::parse::Place<'_>,
                slips: &mut $crate::parse::Slips,
            ) -> Option<Self> {
                const KNOWN: &[&str] = &[$(stringify!($field)),*];
                let object = $crate::parse::Object::open(value, at, KNOWN, slips)?;
                $( let $field = object.field::<$type>(stringify!($field), slips); )*
                let _ = &object;
                Some(Self { $( $field: $field?, )* })
            }
        }

        $crate::parse::named!($name, closed, [$($doc)*], [
            $( $field, $type, <$type as $crate::parse::Wire>::absent().is_none(), [$($about)*]; )*
        ]);
    )+};
}

/// An object of an answer, as the document describes it; what is answered is made elsewhere, and
/// the tests hold every answer against this. An `open` one may have further fields.
macro_rules! view {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident $openness:ident { $( $(#[doc = $about:literal])* $field:ident: $type:ty, )* }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $name;

        $crate::parse::named!($name, $openness, [$($doc)*], [
            $( $field, $type, <$type as $crate::parse::Described>::ALWAYS, [$($about)*]; )*
        ]);
    )+};
}

/// The named schema of an object.
macro_rules! named {
    ($name:ident, $openness:ident, [$($doc:literal)*], [
        $( $field:ident, $type:ty, $required:expr, [$($about:literal)*]; )*
    ]) => {
        impl $crate::parse::Described for $name {
            fn json_schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::Ref::from_schema_name(stringify!($name)).into()
            }
            fn components(out: &mut $crate::parse::Components) {
                // The same name means the same type, so what is there needs no second visit.
                if out.iter().all(|(name, _)| name != stringify!($name)) {
                    let own = <Self as utoipa::PartialSchema>::schema();
                    out.push((stringify!($name).to_owned(), own));
                    <Self as utoipa::ToSchema>::schemas(out);
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let doc: &[&str] = &[$($doc),*];
                let object = $crate::parse::Openness::$openness.object(doc);
                $(
                    let about: &[&str] = &[$($about),*];
                    let schema = <$type as $crate::parse::Described>::json_schema();
                    let name = stringify!($field).trim_start_matches("r#");
                    let object = object.property(name, $crate::parse::described(schema, about));
                    let object = if $required { object.required(name) } else { object };
                )*
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn schemas(out: &mut $crate::parse::Components) {
                let _ = &out;
                $( <$type as $crate::parse::Described>::components(out); )*
            }
        }
    };
}

/// One of a few words.
macro_rules! choice {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident { $( $variant:ident = $word:literal, )+ }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name { $( $variant, )+ }

        impl $name {
            #[allow(dead_code, reason = "some choices stand in answers only")]
            pub(crate) const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl $crate::parse::Text for $name {
            fn from_text(text: &str) -> Result<Self, $crate::parse::SlipKind> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err($crate::parse::SlipKind::not_a_choice(text, &[$($word),+])),
                }
            }
            fn describe(
                string: utoipa::openapi::ObjectBuilder,
            ) -> utoipa::openapi::ObjectBuilder {
                string.enum_values(Some([$($word),+]))
            }
        }
    )+};
}

/// The parameters of a path or of a query. Unknown ones are refused.
macro_rules! parameters {
    ($(
        $(#[doc = $doc:literal])*
        $place:ident $name:ident { $( $(#[doc = $about:literal])* $field:ident: $type:ty, )* }
    )+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub(crate) struct $name { $( $(#[doc = $about])* pub(crate) $field: $type, )* }

        impl $crate::extract::Parameters for $name {
            const KNOWN: &'static [&'static str] = &[$(stringify!($field)),*];

            fn read<'a>(
                pairs: &impl Fn(&'static str) -> Option<&'a str>,
                slips: &mut Vec<(&'static str, $crate::parse::SlipKind)>,
            ) -> Option<Self> {
                $(
                    let $field = <$type as $crate::parse::ParameterField>::read(
                        pairs(stringify!($field)),
                    );
                    let $field = $field
                        .map_err(|kind| slips.push((stringify!($field), kind)))
                        .ok();
                )*
                let _ = (&pairs, &slips);
                Some(Self { $( $field: $field?, )* })
            }
        }

        impl utoipa::IntoParams for $name {
            fn into_params(
                _: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                use utoipa::openapi::{Required, path::{ParameterBuilder, ParameterIn, ParameterStyle}};
                vec![$({
                    let about: &[&str] = &[$($about),*];
                    let needed = <$type as $crate::parse::ParameterField>::REQUIRED;
                    let several = <$type as $crate::parse::ParameterField>::SEVERAL;
                    ParameterBuilder::new()
                        .name(stringify!($field))
                        .style(several.then_some(ParameterStyle::Form))
                        .explode(several.then_some(false))
                        .parameter_in(ParameterIn::$place)
                        .required(if needed { Required::True } else { Required::False })
                        .description(Some($crate::parse::doc(about)).filter(|doc| !doc.is_empty()))
                        .schema(Some(<$type as $crate::parse::ParameterField>::field_schema()))
                        .build()
                }),*]
            }
        }
    )+};
}

pub(crate) use {choice, named, object, parameters, view};
