//! The stand-in for Flash's admin API, as far as the bot asks it: who has an account.

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
use super::tree::{Node, arguments, failure};

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
        let (status, mut answer) = execute::run(&schema, &request, |_| Root(self));
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

struct Root<'a>(&'a FlashStandIn);

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &'static str {
        "Query"
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let arguments: Value = arguments(info);
        let phone = arguments["phone"].as_str().unwrap_or_default();
        let state = self.0.state();
        let account = state
            .people
            .iter()
            .find(|person| person.phone == phone)
            .and_then(|person| person.account.as_ref())
            .ok_or_else(|| failure(format!("User does not exist for phone {phone}")))?;
        Ok(Node::object("AuditedAccount", json!({"uuid": account.id})).into_resolved())
    }
}
