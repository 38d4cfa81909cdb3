//! The stand-in for Flash's admin API, as far as the bot asks it: who has an account, and a message to somebody's app.

use apollo_compiler::Schema;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response, StatusCode};
use axum::routing::{MethodRouter, post};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::FlashStandIn;
use super::execute;
use super::gateway::{html, is_json, json_answer, text};
use super::people::{Account, Push};
use super::tree::{Node, arguments, failure};
use crate::silence::{Kind, keep_private};

/// What signs the tokens of those who may ask.
pub const ADMIN_SECRET: &str = "the local world's admin secret, known to everybody";

/// Either role opens every field.
const ROLES: [&str; 2] = ["System Manager", "Accounts Manager"];

#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "userId")]
    _user_id: String,
    roles: Vec<String>,
    exp: i64,
}

impl FlashStandIn {
    /// The admin API's route. No router of Flash's stands before it.
    pub(super) fn admin_route(&self) -> MethodRouter {
        let standin = self.clone();
        post(move |request: Request| {
            let standin = standin.clone();
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 64 * 1024).await.unwrap_or_default();
                let answer = || standin.handle_admin(&parts.headers, &body);
                standin.unless_broken(answer).await
            }
        })
    }

    fn handle_admin(&self, headers: &HeaderMap, body: &Bytes) -> Response<Body> {
        if !is_json(headers) || !self.is_admin(headers) {
            return html(StatusCode::UNAUTHORIZED);
        }
        let (Ok(request), Ok(schema)) = (
            serde_json::from_slice::<execute::Request>(body),
            Schema::parse_and_validate(::flash::ADMIN_SCHEMA, "admin-schema.graphql"),
        ) else {
            return html(StatusCode::BAD_REQUEST);
        };
        let (status, mut answer) = execute::run(&schema, &request, |operation| Root {
            standin: self,
            is_query: operation.is_query(),
        });
        // Nothing between the caller and the API drops what Flash puts beside the message.
        if let Some(Value::Array(errors)) = answer.get_mut("errors") {
            for error in errors {
                error["code"] = json!("NOT_FOUND");
            }
        }
        json_answer(status, &answer)
    }

    /// By the world's own clock, as everything here.
    fn is_admin(&self, headers: &HeaderMap) -> bool {
        let key = DecodingKey::from_secret(ADMIN_SECRET.as_bytes());
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_exp = false;
        rules.required_spec_claims.clear();
        let token =
            text(headers, "authorization").and_then(|header| header.strip_prefix("Bearer "));
        token
            .and_then(|token| jsonwebtoken::decode::<Claims>(token, &key, &rules).ok())
            .is_some_and(|token| {
                let role = |role: &String| ROLES.contains(&role.as_str());
                token.claims.exp > self.0.clock.now().unix() && token.claims.roles.iter().any(role)
            })
    }
}

/// Flash's reasons why no device has a message: code and words.
pub(super) const UNPUSHED: [(&str, &str); 4] = [
    (
        "PUSH_RECIPIENT_DISABLED",
        "User has disabled admin notifications",
    ),
    ("PUSH_NO_DEVICE_TOKENS", "User has no registered devices"),
    ("PUSH_ALL_TOKENS_STALE", "Every registered device is stale"),
    ("PUSH_NO_DEVICE_ACCEPTED", "No device accepted the push"),
];

struct Root<'a> {
    standin: &'a FlashStandIn,
    is_query: bool,
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &'static str {
        if self.is_query { "Query" } else { "Mutation" }
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let arguments: Value = arguments(info);
        let node = match info.field_name() {
            "userNotificationSend" => self.push(&arguments["input"]),
            "accountDetailsByUsername" => {
                self.account_called(arguments["username"].as_str().unwrap_or_default())?
            }
            _ => self.account(arguments["phone"].as_str().unwrap_or_default())?,
        };
        Ok(node.into_resolved())
    }
}

impl Root<'_> {
    fn account(&self, phone: &str) -> Result<Node, FieldError> {
        let state = self.standin.state();
        let account = state
            .people
            .iter()
            .find(|person| person.phone == phone)
            .and_then(|person| person.account.as_ref())
            .ok_or_else(|| failure(format!("User does not exist for phone {phone}")))?;
        Ok(Node::object("AuditedAccount", json!({"uuid": account.id})))
    }

    fn account_called(&self, username: &str) -> Result<Node, FieldError> {
        let state = self.standin.state();
        let mut accounts = state
            .people
            .iter()
            .filter_map(|person| person.account.as_ref());
        let account = accounts
            .find(|account| account.username.as_deref() == Some(username))
            .ok_or_else(|| failure(format!("Account does not exist for username {username}")))?;
        Ok(Node::object("AuditedAccount", json!({"uuid": account.id})))
    }

    /// To all devices of an account that is named in exactly one way.
    fn push(&self, input: &Value) -> Node {
        let trimmed = |field: &str, longest| {
            let text = input[field].as_str().unwrap_or_default().trim().to_owned();
            (1..=longest)
                .contains(&text.chars().count())
                .then_some(text)
        };
        let (Some(title), Some(body)) = (trimmed("title", 256), trimmed("body", 1_024)) else {
            return refused("INVALID_INPUT", "Invalid title or body");
        };
        let (id, username) = (input["accountId"].as_str(), input["username"].as_str());
        if id.is_some() == username.is_some() {
            return refused(
                "INVALID_INPUT",
                "Provide exactly one of accountId and username",
            );
        }
        let mut state = self.standin.state();
        let mut accounts = state
            .people
            .iter_mut()
            .filter_map(|person| person.account.as_mut());
        let named = |account: &&mut Account| {
            id == Some(&account.id) || username.is_some() && username == account.username.as_deref()
        };
        let Some(account) = accounts.find(named) else {
            return refused("NOT_FOUND", "Account does not exist");
        };
        if let Some((code, words)) = UNPUSHED.iter().find(|(code, _)| *code == account.push) {
            return refused(code, words);
        }
        keep_private(Kind::Text, &body);
        account.pushes.push(Push { title, body });
        outcome(true, Vec::new())
    }
}

fn refused(code: &str, words: &str) -> Node {
    let error = json!({"message": words, "code": code, "path": null});
    outcome(false, vec![Node::object("GraphQLApplicationError", error)])
}

fn outcome(success: bool, errors: Vec<Node>) -> Node {
    Node::object("SuccessPayload", json!({"success": success}))
        .with([("errors", Node::List(errors))])
}
