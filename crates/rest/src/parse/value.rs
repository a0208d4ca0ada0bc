//! JSON values into types, and parameters into types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use utoipa::openapi::{
    ObjectBuilder, RefOr, Schema,
    schema::{ArrayBuilder, Type},
};

use super::{
    described::{AnyJson, Described},
    place::Place,
    slip::{Expected, SlipKind, Slips},
    text::Text,
};

/// A type that is read from a JSON body.
pub(crate) trait Wire: Described + Sized {
    /// Reads it, or says every slip within it.
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self>;
    /// The value when its field is not there; none: the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Text> Wire for T {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let Some(text) = value.as_str() else {
            slips.push(at, SlipKind::WrongType { expected: Expected::Text });
            return None;
        };
        T::from_text(text).map_err(|kind| slips.push(at, kind)).ok()
    }
}

impl Wire for bool {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let read = value.as_bool();
        if read.is_none() {
            slips.push(at, SlipKind::WrongType { expected: Expected::Bool });
        }
        read
    }
}

/// A score of a gatekeeper: 0 to 10, as the core knows it.
impl Wire for u8 {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        if !value.is_u64() && !value.is_i64() {
            slips.push(at, SlipKind::WrongType { expected: Expected::Whole });
            return None;
        }
        let read = value.as_u64().and_then(|number| u8::try_from(number).ok());
        if read.is_none() {
            slips.push(at, SlipKind::OutOfRange { from: 0, to: 10 });
        }
        read
    }
}

/// A version.
impl Wire for u32 {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        if !value.is_u64() && !value.is_i64() {
            slips.push(at, SlipKind::WrongType { expected: Expected::Whole });
            return None;
        }
        let read = value.as_u64().filter(|number| *number <= MAX_NUMBER);
        let read = read.and_then(|number| u32::try_from(number).ok());
        if read.is_none() {
            slips.push(at, SlipKind::OutOfRange { from: 0, to: MAX_NUMBER });
        }
        read
    }
}

/// The content of a form, which the form's own schema describes.
impl Wire for AnyJson {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        if !value.is_object() {
            slips.push(at, SlipKind::WrongType { expected: Expected::Object });
            return None;
        }
        Some(Self(value.clone()))
    }
}

impl<T: Wire> Wire for Option<T> {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::read(value, at, slips).map(Some) }
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// The most items of a list in a body.
pub(crate) const MAX_ITEMS: usize = 500;

impl<T: Wire> Wire for Vec<T> {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let Some(items) = value.as_array() else {
            slips.push(at, SlipKind::WrongType { expected: Expected::List });
            return None;
        };
        if items.len() > MAX_ITEMS {
            slips.push(at, SlipKind::TooMany { max: MAX_ITEMS });
            return None;
        }
        let read = items.iter().enumerate().map(|(i, item)| T::read(item, &at.index(i), slips));
        let read: Vec<Option<T>> = read.collect();
        read.into_iter().collect()
    }
}

/// A short list.
#[derive(Clone, Debug)]
pub(crate) struct Few<T>(pub(crate) Vec<T>);

impl<T> Few<T> {
    const MAX: usize = 10;
}

impl<T: Described> Described for Few<T> {
    fn json_schema() -> RefOr<Schema> {
        let array = utoipa::openapi::schema::ArrayBuilder::new().items(T::json_schema());
        RefOr::T(Schema::Array(array.max_items(Some(Self::MAX)).build()))
    }
    fn components(out: &mut super::described::Components) {
        T::components(out);
    }
}

impl<T: Wire> Wire for Few<T> {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        if value.as_array().is_some_and(|items| items.len() > Self::MAX) {
            slips.push(at, SlipKind::TooMany { max: Self::MAX });
            return None;
        }
        Vec::<T>::read(value, at, slips).map(Self)
    }
}

/// Written as a list; an item that stands twice counts once.
impl<T: Wire + Ord> Wire for BTreeSet<T> {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        Vec::<T>::read(value, at, slips).map(|items| items.into_iter().collect())
    }
}

impl<K: Text + Ord, T: Wire> Wire for BTreeMap<K, T> {
    fn read(value: &Value, at: &Place<'_>, slips: &mut Slips) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            slips.push(at, SlipKind::WrongType { expected: Expected::Object });
            return None;
        };
        if fields.len() > MAX_ITEMS {
            slips.push(at, SlipKind::TooMany { max: MAX_ITEMS });
            return None;
        }
        let read = fields.iter().map(|(name, value)| {
            let here = at.key(name);
            let key = K::from_text(name).map_err(|kind| slips.push(here, kind)).ok();
            let value = T::read(value, &here, slips);
            Some((key?, value?))
        });
        let read: Vec<Option<(K, T)>> = read.collect();
        read.into_iter().collect()
    }
}

/// An object that is being read: knows its fields, reports those that it does not know.
pub(crate) struct Object<'a> {
    fields: &'a Map<String, Value>,
    at: &'a Place<'a>,
}

impl<'a> Object<'a> {
    pub(crate) fn open(
        value: &'a Value,
        at: &'a Place<'a>,
        known: &[&'static str],
        slips: &mut Slips,
    ) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            slips.push(at, SlipKind::WrongType { expected: Expected::Object });
            return None;
        };
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            slips.push(at.key(name), SlipKind::unknown_field(name, known));
        }
        Some(Self { fields, at })
    }

    pub(crate) fn field<T: Wire>(&self, name: &'static str, slips: &mut Slips) -> Option<T> {
        let here = self.at.key(name);
        if let Some(value) = self.fields.get(name) {
            return T::read(value, &here, slips);
        }
        let absent = T::absent();
        if absent.is_none() {
            slips.push(here, SlipKind::Missing);
        }
        absent
    }
}

/// A type that stands in a path or a query.
pub(crate) trait Parameter: Sized {
    /// Several values, with commas between them.
    const SEVERAL: bool = false;
    fn from_parameter(text: &str) -> Result<Self, SlipKind>;
    fn parameter_schema() -> RefOr<Schema>;
}

impl<T: Text> Parameter for T {
    fn from_parameter(text: &str) -> Result<Self, SlipKind> {
        T::from_text(text)
    }
    fn parameter_schema() -> RefOr<Schema> {
        T::text_schema().into()
    }
}

impl Parameter for bool {
    fn from_parameter(text: &str) -> Result<Self, SlipKind> {
        text.parse().map_err(|_| SlipKind::not_a_choice(text, &["true", "false"]))
    }
    fn parameter_schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Parameter for $type {
            fn from_parameter(text: &str) -> Result<Self, SlipKind> {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                let range = SlipKind::OutOfRange { from: 0, to: MAX_NUMBER };
                match text.parse::<u64>() {
                    _ if text.is_empty() || !digits => {
                        Err(SlipKind::WrongType { expected: Expected::Whole })
                    }
                    Ok(number) if number <= MAX_NUMBER => number.try_into().map_err(|_| range),
                    _ => Err(range),
                }
            }
            fn parameter_schema() -> RefOr<Schema> {
                let number = ObjectBuilder::new().schema_type(Type::Integer);
                number.minimum(Some(0)).maximum(Some(MAX_NUMBER)).into()
            }
        }
    )+};
}

/// Of versions, positions and numbers in an address.
const MAX_NUMBER: u64 = 2_147_483_647;

numbers!(u32, u64);

/// Values with commas between them; one of them has to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Several<T>(pub(crate) Vec<T>);

/// More values than this are no filter any more.
const MAX_SEVERAL: usize = 50;

impl<T: Parameter> Parameter for Several<T> {
    const SEVERAL: bool = true;
    fn from_parameter(text: &str) -> Result<Self, SlipKind> {
        if text.split(',').count() > MAX_SEVERAL {
            return Err(SlipKind::TooMany { max: MAX_SEVERAL });
        }
        text.split(',').map(T::from_parameter).collect::<Result<_, _>>().map(Self)
    }
    fn parameter_schema() -> RefOr<Schema> {
        let array = ArrayBuilder::new().items(T::parameter_schema()).min_items(Some(1));
        RefOr::T(Schema::Array(array.max_items(Some(MAX_SEVERAL)).build()))
    }
}

/// A parameter that must be there, or may be.
pub(crate) trait ParameterField: Sized {
    const REQUIRED: bool;
    const SEVERAL: bool;
    fn read(text: Option<&str>) -> Result<Self, SlipKind>;
    fn field_schema() -> RefOr<Schema>;
}

impl<T: Parameter> ParameterField for T {
    const REQUIRED: bool = true;
    const SEVERAL: bool = T::SEVERAL;
    fn read(text: Option<&str>) -> Result<Self, SlipKind> {
        T::from_parameter(text.ok_or(SlipKind::Missing)?)
    }
    fn field_schema() -> RefOr<Schema> {
        T::parameter_schema()
    }
}

impl<T: Parameter> ParameterField for Option<T> {
    const REQUIRED: bool = false;
    const SEVERAL: bool = T::SEVERAL;
    fn read(text: Option<&str>) -> Result<Self, SlipKind> {
        text.map(T::from_parameter).transpose()
    }
    fn field_schema() -> RefOr<Schema> {
        T::parameter_schema()
    }
}
