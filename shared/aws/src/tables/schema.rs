//! The tables as `template.yaml` declares them, for the local world and for tests; a test holds the two together.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
};

use super::{Names, TableError};

/// A table's key attributes; all are strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    pub table: &'static str,
    pub partition: &'static str,
    pub sort: Option<&'static str>,
}

pub const TTL: &str = "expires_at";
pub const DUE_INDEX: &str = "due";
/// Shards of the due index: a constant partition key would cap the whole table.
pub const DUE_SHARDS: usize = 16;
/// Both numbers.
pub const DUE_KEY: (&str, &str) = ("due_shard", "due_at");
/// Of `people`: whoever has agreed to news.
pub const NEWS_INDEX: &str = "news";
/// A number, and the table's own key.
pub const NEWS_KEY: (&str, &str) = ("news_shard", "person");

pub const TABLES: [Shape; 6] = [
    Shape {
        table: "people",
        partition: "person",
        sort: None,
    },
    Shape {
        table: "sessions",
        partition: "person",
        sort: None,
    },
    Shape {
        table: "codes",
        partition: "person",
        sort: Some("purpose"),
    },
    Shape {
        table: "messages",
        partition: "person",
        sort: Some("id"),
    },
    Shape {
        table: "audit",
        partition: "person",
        sort: Some("at_entry"),
    },
    Shape {
        table: "cache",
        partition: "key",
        sort: None,
    },
];

impl Names {
    /// This deployment's name of one of [`TABLES`].
    pub fn of(&self, table: &str) -> Option<&str> {
        Some(match table {
            "people" => &self.people,
            "sessions" => &self.sessions,
            "codes" => &self.codes,
            "messages" => &self.messages,
            "audit" => &self.audit,
            "cache" => &self.cache,
            _ => return None,
        })
    }
}

/// Creates every table. For engines on a developer's machine: on AWS the template does it.
pub async fn create(client: &Client, names: &Names) -> Result<(), TableError> {
    for shape in TABLES {
        let name = names.of(shape.table).unwrap_or_default();
        let mut request = client
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest);
        for (attribute, kind) in [
            (Some(shape.partition), KeyType::Hash),
            (shape.sort, KeyType::Range),
        ] {
            if let Some(attribute) = attribute {
                request = request
                    .attribute_definitions(definition(attribute, ScalarAttributeType::S)?)
                    .key_schema(element(attribute, kind)?);
            }
        }
        if shape.table == "messages" {
            request = request
                .attribute_definitions(definition(DUE_KEY.0, ScalarAttributeType::N)?)
                .attribute_definitions(definition(DUE_KEY.1, ScalarAttributeType::N)?)
                .global_secondary_indexes(index(DUE_INDEX, DUE_KEY)?);
        }
        if shape.table == "people" {
            request = request
                .attribute_definitions(definition(NEWS_KEY.0, ScalarAttributeType::N)?)
                .global_secondary_indexes(index(NEWS_INDEX, NEWS_KEY)?);
        }
        match request.send().await {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateTableError::is_resource_in_use_exception) =>
            {
                continue;
            }
            other => other.map_err(|error| TableError::of("CreateTable", error))?,
        };
        let ttl = TimeToLiveSpecification::builder()
            .attribute_name(TTL)
            .enabled(true)
            .build()
            .map_err(build_error)?;
        let answer = client
            .update_time_to_live()
            .table_name(name)
            .time_to_live_specification(ttl)
            .send()
            .await;
        answer.map_err(|error| TableError::of("UpdateTimeToLive", error))?;
    }
    Ok(())
}

/// Sparse, and of keys alone: whoever follows it reads the item.
fn index(name: &str, (shard, sort): (&str, &str)) -> Result<GlobalSecondaryIndex, TableError> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .key_schema(element(shard, KeyType::Hash)?)
        .key_schema(element(sort, KeyType::Range)?)
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::KeysOnly)
                .build(),
        )
        .build()
        .map_err(build_error)
}

fn definition(name: &str, kind: ScalarAttributeType) -> Result<AttributeDefinition, TableError> {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(kind)
        .build()
        .map_err(build_error)
}

fn element(name: &str, kind: KeyType) -> Result<KeySchemaElement, TableError> {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
        .map_err(build_error)
}

fn build_error(error: aws_sdk_dynamodb::error::BuildError) -> TableError {
    TableError::Refused {
        operation: "CreateTable",
        code: "request".to_owned(),
        source: Some(Box::new(error)),
    }
}
