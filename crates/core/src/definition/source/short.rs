//! Constructs with a short form.

use super::{
    Data, FromScalar as _, FullFactor, FullWaive, Located, Must, Named, Node, Path, Problems, Read,
    Ref,
};
use crate::definition::read::{Slot as _, wrong_type};

/// `required: true`, `false`, or a guard in the expression language.
#[derive(Clone, Debug)]
pub(crate) enum Required {
    Fixed(bool),
    When(Located<String>),
}

impl Read for Required {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Data::Scalar(scalar) = &node.data else {
            problems.push(wrong_type(node, "true, false or a guard"));
            return None;
        };
        Some(match bool::from_scalar(scalar) {
            Ok(fixed) => Self::Fixed(fixed),
            Err(_) => Self::When(Located { value: scalar.text.to_string(), at: node.at }),
        })
    }
}

/// A factor of a scorecard; `2` is short for `{ weight: 2 }`.
#[derive(Clone, Debug)]
pub(crate) struct Factor(pub(crate) FullFactor);

impl Read for Factor {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let full = match &node.data {
            Data::Scalar(_) => FullFactor::of_weight(node, Must::fill(Some(node), problems)),
            _ => FullFactor::read(node, problems)?,
        };
        Some(Self(full))
    }
}

/// Who may waive; `finance` is short for `{ by: finance }`.
#[derive(Clone, Debug)]
pub(crate) struct Waive(pub(crate) FullWaive);

impl Read for Waive {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let full = match &node.data {
            Data::Scalar(_) => FullWaive::of_role(node, Must::fill(Some(node), problems)),
            _ => FullWaive::read(node, problems)?,
        };
        Some(Self(full))
    }
}

/// `go: STAGE` is short for one path that is named after the stage.
#[derive(Clone, Debug)]
pub(crate) enum Go {
    Stage(Ref),
    Paths(Named<Path>),
}

impl Read for Go {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.data {
            Data::Scalar(_) => Ref::read(node, problems).map(Self::Stage),
            _ => Named::read(node, problems).map(Self::Paths),
        }
    }
}
