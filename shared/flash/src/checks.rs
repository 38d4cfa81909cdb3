//! The operations against the schemas: the project's own part always, Flash's whole one with the feature `full-schema`.

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};

use crate::document::Document;
use crate::operation::{ADMIN, PAGE, SERVER};

fn own_schema() -> Valid<Schema> {
    Schema::parse_and_validate(crate::SCHEMA, "schema.graphql").unwrap()
}

fn every_document() -> impl Iterator<Item = (&'static str, &'static str)> {
    let server = SERVER
        .iter()
        .map(|Document { name, text }| (*name, text.as_str()));
    let page = PAGE.iter().map(|(name, text)| (*name, text.as_str()));
    server.chain(page)
}

fn own_admin_schema() -> Valid<Schema> {
    Schema::parse_and_validate(crate::ADMIN_SCHEMA, "admin-schema.graphql").unwrap()
}

/// Of the admin API, which has a schema of its own.
fn every_admin_document() -> impl Iterator<Item = (&'static str, &'static str)> {
    let admin = ADMIN.iter();
    admin.map(|Document { name, text }| (*name, text.as_str()))
}

fn validate<'d>(
    schema: &Valid<Schema>,
    documents: impl Iterator<Item = (&'d str, &'d str)>,
) -> usize {
    let mut count = 0;
    for (name, text) in documents {
        count += 1;
        let document = ExecutableDocument::parse_and_validate(schema, text, name)
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        let operations: Vec<_> = document.operations.iter().collect();
        assert_eq!(operations.len(), 1, "{name} travels alone");
        assert_eq!(operations[0].name.as_ref().unwrap().as_str(), name);
    }
    count
}

fn validate_all(schema: &Valid<Schema>) {
    assert_eq!(validate(schema, every_document()), 23);
}

fn validate_admin(schema: &Valid<Schema>) {
    assert_eq!(validate(schema, every_admin_document()), 3);
}

#[test]
fn every_operation_fits_the_projects_schema_and_travels_alone() {
    validate_all(&own_schema());
    validate_admin(&own_admin_schema());
}

/// One document may cost 200: a mutation and the details of a transaction 120, every other field 1.
#[test]
fn no_operation_costs_more_than_flash_allows() {
    for (name, text) in every_document() {
        let fields = text
            .split_whitespace()
            .filter(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()))
            .count();
        let dear = text.starts_with("mutation") || text.contains("transactionDetails(");
        let cost = fields + if dear { 120 } else { 0 };
        assert!(cost <= 200, "{name} may cost {cost}");
    }
}

#[cfg(feature = "full-schema")]
mod whole {
    use apollo_compiler::ast::InputValueDefinition;
    use apollo_compiler::schema::{ExtendedType, FieldDefinition};

    use super::*;

    #[expect(
        clippy::disallowed_methods,
        reason = "a test told from outside where the schema lies; no part of the product"
    )]
    fn whole_schema(name: &str) -> Valid<Schema> {
        let path = std::env::var(name).unwrap_or_else(|_| {
            panic!(
                "the feature full-schema needs FLASH_SCHEMA and FLASH_ADMIN_SCHEMA, the absolute paths of Flash's whole \
                 schemas; {name} is missing"
            )
        });
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{name} names {path}, which cannot be read: {error}"));
        Schema::parse_and_validate(text, path).unwrap()
    }

    #[test]
    fn whole_schema_takes_every_operation() {
        validate_all(&whole_schema("FLASH_SCHEMA"));
        validate_admin(&whole_schema("FLASH_ADMIN_SCHEMA"));
    }

    #[test]
    fn whole_schema_agrees_with_the_projects_part() {
        for (own, whole) in [
            (own_schema(), whole_schema("FLASH_SCHEMA")),
            (own_admin_schema(), whole_schema("FLASH_ADMIN_SCHEMA")),
        ] {
            agrees(&own, &whole);
        }
    }

    fn agrees(own: &Valid<Schema>, whole: &Valid<Schema>) {
        for (name, ours) in own.types.iter().filter(|(_, ours)| !ours.is_built_in()) {
            let theirs = whole
                .types
                .get(name)
                .unwrap_or_else(|| panic!("Flash has no type {name}"));
            agree(name, ours, theirs);
        }
    }

    fn agree(name: &str, ours: &ExtendedType, theirs: &ExtendedType) {
        match (ours, theirs) {
            (ExtendedType::Scalar(_), ExtendedType::Scalar(_)) => {}
            (ExtendedType::Object(ours), ExtendedType::Object(theirs)) => {
                assert!(
                    ours.implements_interfaces
                        .is_subset(&theirs.implements_interfaces),
                    "interfaces of {name}"
                );
                for (field, definition) in &ours.fields {
                    same_field(name, definition, theirs.fields.get(field).map(|f| &***f));
                }
            }
            (ExtendedType::Interface(ours), ExtendedType::Interface(theirs)) => {
                for (field, definition) in &ours.fields {
                    same_field(name, definition, theirs.fields.get(field).map(|f| &***f));
                }
            }
            (ExtendedType::Union(ours), ExtendedType::Union(theirs)) => {
                assert_eq!(ours.members, theirs.members, "members of {name}");
            }
            (ExtendedType::Enum(ours), ExtendedType::Enum(theirs)) => {
                assert!(
                    ours.values.keys().eq(theirs.values.keys()),
                    "values of {name}"
                );
            }
            (ExtendedType::InputObject(ours), ExtendedType::InputObject(theirs)) => {
                for (field, definition) in &ours.fields {
                    same_input(name, definition, theirs.fields.get(field).map(|f| &***f));
                }
                for (field, definition) in &theirs.fields {
                    assert!(
                        !definition.is_required() || ours.fields.contains_key(field),
                        "{name} needs {field}"
                    );
                }
            }
            _ => panic!("{name} is of another kind at Flash"),
        }
    }

    fn same_field(name: &str, ours: &FieldDefinition, theirs: Option<&FieldDefinition>) {
        let field = &ours.name;
        let theirs = theirs.unwrap_or_else(|| panic!("Flash has no {name}.{field}"));
        assert_eq!(ours.ty, theirs.ty, "{name}.{field}");
        for argument in &ours.arguments {
            let there = theirs.argument_by_name(&argument.name).map(|a| &**a);
            same_input(&format!("{name}.{field}"), argument, there);
        }
    }

    fn same_input(name: &str, ours: &InputValueDefinition, theirs: Option<&InputValueDefinition>) {
        let field = &ours.name;
        let theirs = theirs.unwrap_or_else(|| panic!("Flash has no {name}.{field}"));
        assert_eq!(ours.ty, theirs.ty, "{name}.{field}");
        assert_eq!(ours.default_value, theirs.default_value, "{name}.{field}");
    }
}
