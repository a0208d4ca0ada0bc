//! From outside text to types: every slip of a request at once, each with its place.
//!
//! A type says in one place what it accepts and how the API's document describes it, so the two
//! cannot drift apart.

mod described;
mod json;
mod macros;
mod place;
mod slip;
mod text;
mod value;

use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema,
    schema::{AdditionalProperties, AllOfBuilder, Type},
};

pub(crate) use described::{AnyJson, Anything, Components, Described, List, Sometimes};
pub(crate) use json::{BadJson, document};
pub(crate) use macros::{choice, named, object, parameters, view};
pub(crate) use place::Place;
pub(crate) use slip::{Expected, Slip, SlipKind, Slips, Where};
pub(crate) use text::{Hidden, Line, Link, Paragraph, Prose, Text};
pub(crate) use value::{Few, Object, Parameter, ParameterField, Several, Wire};

/// May an object have fields that its schema does not name?
#[derive(Clone, Copy, Debug)]
#[expect(non_camel_case_types, reason = "written as words in the declarations of objects")]
pub(crate) enum Openness {
    /// Bodies: unknown fields are refused.
    closed,
    /// Answers: fields may be added, and readers must not mind.
    open,
}

impl Openness {
    pub(crate) fn object(self, lines: &[&str]) -> ObjectBuilder {
        let object = ObjectBuilder::new().schema_type(Type::Object).description(Some(doc(lines)));
        match self {
            Self::closed => {
                let none = AdditionalProperties::<Schema>::FreeForm(false);
                object.additional_properties(Some(none))
            }
            Self::open => object,
        }
    }
}

/// The lines of a doc comment as one text.
pub(crate) fn doc(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

/// A schema with what is said of the field that has it.
pub(crate) fn described(schema: RefOr<Schema>, lines: &[&str]) -> RefOr<Schema> {
    if lines.is_empty() {
        return schema;
    }
    let description = Some(doc(lines));
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = description;
            object.into()
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = description;
            RefOr::T(Schema::Array(array))
        }
        RefOr::T(Schema::OneOf(mut one)) => {
            one.description = description;
            RefOr::T(Schema::OneOf(one))
        }
        other => AllOfBuilder::new().item(other).description(description).into(),
    }
}
