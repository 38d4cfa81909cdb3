//! An answer before the selection: everything the caller may see, from which the executor takes what was asked for.

use std::collections::BTreeMap;

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::Value;

use super::view::Booked;

/// A value of the schema.
#[derive(Debug)]
pub(super) enum Node {
    Leaf(Value),
    Object(Object),
    List(Vec<Node>),
    /// The account's rows, all of them; the query says how many it wants.
    History(Vec<Booked>),
    /// A field that fails, in Flash's words.
    Failed(&'static str),
}

/// An object of the schema.
#[derive(Debug)]
pub(super) struct Object {
    type_name: &'static str,
    fields: BTreeMap<String, Node>,
}

impl Node {
    /// An object whose fields are the members of `leaves`.
    pub(super) fn object(type_name: &'static str, leaves: Value) -> Self {
        let Value::Object(leaves) = leaves else {
            return Self::Leaf(leaves);
        };
        let leaves = leaves.into_iter();
        Self::Object(Object {
            type_name,
            fields: leaves
                .map(|(name, leaf)| (name, Self::Leaf(leaf)))
                .collect(),
        })
    }

    /// The object with more fields.
    pub(super) fn with<'n>(mut self, more: impl IntoIterator<Item = (&'n str, Self)>) -> Self {
        if let Self::Object(object) = &mut self {
            let more = more.into_iter();
            object
                .fields
                .extend(more.map(|(name, node)| (name.to_owned(), node)));
        }
        self
    }

    pub(super) fn null() -> Self {
        Self::Leaf(Value::Null)
    }

    fn resolve<'n>(&'n self, info: &ResolveInfo<'_>) -> Result<ResolvedValue<'n>, FieldError> {
        match self {
            Self::Leaf(value) => Ok(ResolvedValue::leaf(value.clone())),
            Self::Object(object) => Ok(ResolvedValue::object(object)),
            Self::List(items) => Ok(ResolvedValue::list(items.iter().map(Self::item))),
            Self::History(rows) => {
                super::view::history(rows, &arguments(info)).map(Self::into_resolved)
            }
            Self::Failed(message) => Err(failure(*message)),
        }
    }

    fn item(&self) -> ResolvedValue<'_> {
        match self {
            Self::Object(object) => ResolvedValue::object(object),
            Self::Leaf(value) => ResolvedValue::leaf(value.clone()),
            _ => ResolvedValue::null(),
        }
    }

    /// For a value made while it is asked for.
    pub(super) fn into_resolved<'n>(self) -> ResolvedValue<'n> {
        match self {
            Self::Object(object) => ResolvedValue::object(object),
            Self::Leaf(value) => ResolvedValue::leaf(value),
            Self::List(items) => ResolvedValue::list(
                items
                    .into_iter()
                    .map(Self::into_resolved)
                    .collect::<Vec<_>>(),
            ),
            Self::History(_) | Self::Failed(_) => ResolvedValue::null(),
        }
    }
}

impl ObjectValue for Object {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        self.fields
            .get(info.field_name())
            .ok_or_else(|| self.unknown_field_error(info))?
            .resolve(info)
    }
}

impl ObjectValue for &Object {
    fn type_name(&self) -> &str {
        self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        (**self).resolve_field(info)
    }
}

pub(super) fn failure(message: impl Into<String>) -> FieldError {
    FieldError {
        message: message.into(),
    }
}

/// A field's arguments, defaults filled in.
pub(super) fn arguments(info: &ResolveInfo<'_>) -> Value {
    serde_json::to_value(info.arguments()).unwrap_or_default()
}
