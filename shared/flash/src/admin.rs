//! Flash's admin API, an optional adapter: may be reached only from inside, and trusts whoever holds its one secret.
//!
//! The bot asks it a single thing, whether a phone number has an account, so that `link` can say so at once.

use std::time::Duration;

use domain::address::PhoneNumber;
use domain::time::Moment;
use graphql_client::GraphQLQuery;
use jsonwebtoken::{EncodingKey, Header};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::answer::Answer;
use crate::client::bounded;
use crate::error::Error;

/// Admin answers are a line.
const TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A token is made for each question and lives no longer than it, seconds; clocks may differ by a minute.
const TOKEN_LIFE: i64 = 60;
/// The lesser of the two roles that the admin API knows.
const ROLE: &str = "Accounts Manager";
const USER: &str = "flash-whatsapp-bot";

type Phone = String;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "graphql/admin-schema.graphql",
    query_path = "graphql/admin.graphql",
    normalization = "rust"
)]
struct AccountByPhone;

#[derive(Serialize)]
struct Claims {
    #[serde(rename = "userId")]
    user_id: &'static str,
    roles: [&'static str; 1],
    iat: i64,
    exp: i64,
}

/// The admin API. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Admin {
    http: reqwest::Client,
    url: Url,
    secret: SecretString,
}

impl Admin {
    /// `secret` signs the tokens (HS256).
    pub fn new(url: Url, secret: SecretString) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(Error::Setup)?;
        Ok(Self { http, url, secret })
    }

    /// Whether an account has this verified number.
    pub async fn has_account(&self, phone: &PhoneNumber, now: Moment) -> Result<bool, Error> {
        let result = self.ask(phone, now).await;
        let outcome = result.as_ref().map_or_else(Error::outcome, |_| "ok");
        tracing::info!(target: "call", system = "flash-admin", operation = "AccountByPhone", outcome);
        result
    }

    async fn ask(&self, phone: &PhoneNumber, now: Moment) -> Result<bool, Error> {
        let claims = Claims {
            user_id: USER,
            roles: [ROLE],
            iat: now.unix(),
            exp: now.plus(TOKEN_LIFE).unix(),
        };
        let key = EncodingKey::from_secret(self.secret.expose_secret().as_bytes());
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key)
            .map_err(|_| Error::Unsendable)?;
        let variables = account_by_phone::Variables {
            phone: phone.as_str().to_owned(),
        };
        let request = self
            .http
            .post(self.url.clone())
            .bearer_auth(token)
            .json(&AccountByPhone::build_query(variables));
        let response = request.send().await.map_err(Error::transport)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(Error::Unauthorized),
            other => return Err(Error::Status(other.as_u16())),
        }
        let answer: Answer<account_by_phone::ResponseData> =
            Answer::parse(&bounded(response).await?)?;
        if answer
            .data
            .as_ref()
            .is_some_and(|data| !data.account_details_by_user_phone.uuid.is_empty())
        {
            return Ok(true);
        }
        if answer.has_code("NOT_FOUND") {
            Ok(false)
        } else {
            Err(Error::Incomplete("the account"))
        }
    }
}
