//! How the API's document describes a type.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema,
    schema::{AdditionalProperties, ArrayBuilder, OneOfBuilder, SchemaType, Type},
};

use super::{text::Text, value::MAX_ITEMS};

/// Named schemas that a document needs besides the one that refers to them.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A type with a JSON schema.
pub(crate) trait Described {
    /// In an answer: is its field always there?
    const ALWAYS: bool = true;
    fn json_schema() -> RefOr<Schema>;
    fn components(_: &mut Components) {}
}

impl<T: Text> Described for T {
    fn json_schema() -> RefOr<Schema> {
        T::text_schema().into()
    }
}

impl Described for bool {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

impl Described for u8 {
    fn json_schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(0)).maximum(Some(10)).into()
    }
}

impl Described for u32 {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).into()
    }
}

impl Described for u64 {
    fn json_schema() -> RefOr<Schema> {
        u32::json_schema()
    }
}

impl Described for i64 {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).into()
    }
}

impl Described for f64 {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).into()
    }
}

/// Any text.
impl Described for String {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).into()
    }
}

/// An object that this document does not describe further.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AnyJson(pub(crate) Value);

impl Described for AnyJson {
    fn json_schema() -> RefOr<Schema> {
        let any = AdditionalProperties::<Schema>::FreeForm(true);
        ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(any)).into()
    }
}

/// Any JSON at all.
#[derive(Debug)]
pub(crate) struct Anything;

impl Described for Anything {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
    }
}

impl<T: Described> Described for Option<T> {
    fn json_schema() -> RefOr<Schema> {
        match T::json_schema() {
            RefOr::T(Schema::Object(mut object)) if object.enum_values.is_none() => {
                object.schema_type = nullable(object.schema_type);
                object.into()
            }
            RefOr::T(Schema::Array(mut array)) => {
                array.schema_type = nullable(array.schema_type);
                RefOr::T(Schema::Array(array))
            }
            other => {
                let null = ObjectBuilder::new().schema_type(Type::Null);
                OneOfBuilder::new().item(null).item(other).into()
            }
        }
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}

fn nullable(found: SchemaType) -> SchemaType {
    match found {
        SchemaType::Type(one) => SchemaType::from_iter([one, Type::Null]),
        other => other,
    }
}

/// In an answer: a field that is left out when there is nothing to say.
#[derive(Debug)]
pub(crate) struct Sometimes<T>(std::marker::PhantomData<T>);

impl<T: Described> Described for Sometimes<T> {
    const ALWAYS: bool = false;
    fn json_schema() -> RefOr<Schema> {
        T::json_schema()
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}

/// A list in an answer, of whatever length.
#[derive(Debug)]
pub(crate) struct List<T>(std::marker::PhantomData<T>);

impl<T: Described> Described for List<T> {
    fn json_schema() -> RefOr<Schema> {
        RefOr::T(Schema::Array(ArrayBuilder::new().items(T::json_schema()).build()))
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}

/// A list in a body: bounded.
impl<T: Described> Described for Vec<T> {
    fn json_schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new().items(T::json_schema()).max_items(Some(MAX_ITEMS));
        RefOr::T(Schema::Array(array.build()))
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}

impl<T: Described> Described for BTreeSet<T> {
    fn json_schema() -> RefOr<Schema> {
        Vec::<T>::json_schema()
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}

impl<K: Text, T: Described> Described for BTreeMap<K, T> {
    fn json_schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .property_names(Some(Schema::Object(K::text_schema())))
            .additional_properties(Some(T::json_schema()))
            .into()
    }
    fn components(out: &mut Components) {
        T::components(out);
    }
}
