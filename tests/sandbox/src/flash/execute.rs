//! One request, from its text to its answer: parsed, validated, weighed, resolved.

use apollo_compiler::executable::{Operation, Selection, SelectionSet};
use apollo_compiler::parser::Parser;
use apollo_compiler::resolvers::{Execution, ObjectValue};
use apollo_compiler::response::JsonMap;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde::Deserialize;
use serde_json::{Value, json};

/// What one document may cost.
const MOST_COMPLEX: usize = 200;

/// What a mutation costs, and the details of a transaction; every other field costs 1.
const MUTATION_COST: usize = 120;
const DEAR_QUERY: &str = "transactionDetails";

/// The body of a request.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    query: String,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<JsonMap>,
}

impl Request {
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// A variable, or a member of the one that is called `input`.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        let variables = self.variables.as_ref()?;
        let input = variables.get("input").and_then(|input| input.as_object());
        let value = variables.get(name).or_else(|| input?.get(name))?;
        value.as_str()
    }
}

/// An HTTP status and a GraphQL answer.
pub(super) type Answer = (u16, Value);

/// `root` resolves the fields of the operation's root type.
pub(super) fn run<R: ObjectValue>(
    schema: &Valid<Schema>,
    request: &Request,
    root: impl FnOnce(&Operation) -> R,
) -> Answer {
    let refused = |message: &str, code: &str| {
        let error = json!({"message": message, "extensions": {"code": code}});
        (400, json!({"errors": [error]}))
    };
    if let Err(errors) = Parser::new().parse_ast(&request.query, "query.graphql") {
        return refused(&errors.errors.to_string(), "GRAPHQL_PARSE_FAILED");
    }
    let document =
        match ExecutableDocument::parse_and_validate(schema, &request.query, "query.graphql") {
            Ok(document) => document,
            Err(errors) => return refused(&errors.errors.to_string(), "GRAPHQL_VALIDATION_FAILED"),
        };
    let Ok(operation) = document.operations.get(request.operation_name.as_deref()) else {
        return refused("Unknown operation", "GRAPHQL_UNKNOWN_OPERATION_NAME");
    };
    let complexity = complexity(&document, operation);
    if complexity > MOST_COMPLEX {
        let message = format!("Query complexity of {complexity} exceeds {MOST_COMPLEX}");
        return refused(&message, "QUERY_TOO_COMPLEX");
    }
    let none = JsonMap::new();
    let executed = Execution::new(schema, &document)
        .operation(operation)
        .raw_variable_values(request.variables.as_ref().unwrap_or(&none))
        .execute_sync(&root(operation));
    match executed {
        Ok(response) => {
            let errors: Vec<_> = response
                .errors
                .iter()
                .map(|error| {
                    // The executor marks what a resolver said; Flash does not.
                    let message = error.message.trim_start_matches("resolver error: ");
                    json!({"message": message, "path": error.path})
                })
                .collect();
            let mut body = json!({"data": response.data});
            if !errors.is_empty() {
                body["errors"] = json!(errors);
            }
            (200, body)
        }
        Err(error) => refused(
            &error.message().to_string(),
            "VALIDATION_INVALID_TYPE_VARIABLE",
        ),
    }
}

fn complexity(document: &ExecutableDocument, operation: &Operation) -> usize {
    let dear = operation
        .root_fields(document)
        .filter(|field| operation.is_mutation() || field.name == DEAR_QUERY)
        .count();
    cost(document, &operation.selection_set) + dear * (MUTATION_COST - 1)
}

fn cost(document: &ExecutableDocument, set: &SelectionSet) -> usize {
    set.selections
        .iter()
        .map(|selection| match selection {
            Selection::Field(field) => 1 + cost(document, &field.selection_set),
            Selection::InlineFragment(inline) => cost(document, &inline.selection_set),
            Selection::FragmentSpread(spread) => document
                .fragments
                .get(&spread.fragment_name)
                .map_or(0, |fragment| cost(document, &fragment.selection_set)),
        })
        .sum()
}
