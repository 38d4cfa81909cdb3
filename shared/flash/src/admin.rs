//! Flash's admin API, an optional adapter: may be reached only from inside, and trusts whoever holds its one secret.
//!
//! The bot asks it whether a phone number has an account, so that `link` can say so at once, and lets it show a code in
//! somebody's Flash app.

use std::time::Duration;

use domain::address::PhoneNumber;
use domain::ids::AccountId;
use domain::language::Language;
use domain::texts;
use domain::time::Moment;
use graphql_client::{GraphQLQuery, QueryBody};
use jsonwebtoken::{EncodingKey, Header};
use reqwest::{StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

use crate::answer::Answer;
use crate::client::bounded;
use crate::error::{Error, Unpushed};
use crate::on_demand::Http;
use crate::operation::{ADMIN, find};

/// Admin answers are a line.
const TIMEOUT: Duration = Duration::from_secs(3);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// A token is made for each question and lives no longer than it, seconds; clocks may differ by a minute.
const TOKEN_LIFE: i64 = 60;
/// The lesser of the two roles that the admin API knows.
const ROLE: &str = "Accounts Manager";
const USER: &str = "flash-whatsapp-bot";

type Phone = String;
/// As the schema calls it.
type Username = String;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "graphql/admin-schema.graphql",
    query_path = "graphql/admin.graphql",
    normalization = "rust"
)]
struct AccountByPhone;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "graphql/admin-schema.graphql",
    query_path = "graphql/admin.graphql",
    normalization = "rust",
    skip_serializing_none
)]
struct PushCode;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "graphql/admin-schema.graphql",
    query_path = "graphql/admin.graphql",
    normalization = "rust"
)]
struct AccountByUsername;

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
    http: Http,
    url: Url,
    secret: SecretString,
}

impl Admin {
    /// `secret` signs the tokens (HS256).
    pub fn new(url: Url, secret: SecretString) -> Result<Self, Error> {
        let http = Http::new(|| {
            reqwest::Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .timeout(TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
        });
        Ok(Self { http, url, secret })
    }

    /// Whether an account has this verified number.
    pub async fn has_account(&self, phone: &PhoneNumber, now: Moment) -> Result<bool, Error> {
        let variables = account_by_phone::Variables {
            phone: phone.as_str().to_owned(),
        };
        let answer = self.ask::<AccountByPhone>(variables, now).await;
        let result = answer.and_then(|answer| {
            if answer
                .data
                .as_ref()
                .is_some_and(|data| !data.account_details_by_user_phone.uuid.is_empty())
            {
                Ok(true)
            } else if answer.has_code("NOT_FOUND") {
                Ok(false)
            } else {
                Err(Error::Incomplete("the account"))
            }
        });
        log("AccountByPhone", &result);
        result
    }

    /// The account of that username; None: there is none.
    pub async fn account_of(
        &self,
        username: &domain::flash::Username,
        now: Moment,
    ) -> Result<Option<AccountId>, Error> {
        let variables = account_by_username::Variables {
            username: username.as_str().to_owned(),
        };
        let answer = self.ask::<AccountByUsername>(variables, now).await;
        let result = answer.and_then(|answer| {
            let nobody = answer.has_code("NOT_FOUND");
            let uuid = answer
                .data
                .map(|data| data.account_details_by_username.uuid);
            match uuid.filter(|uuid| !uuid.is_empty()) {
                Some(uuid) => Ok(Some(AccountId(uuid))),
                None if nobody => Ok(None),
                None => Err(Error::Incomplete("the account")),
            }
        });
        log("AccountByUsername", &result);
        result
    }

    /// Shows `code` in the Flash app of the account, in the language of its owner's chat, if a device of it has taken the
    /// message. Flash keeps the words in its logs: the code is worth nothing without the chat that waits for it.
    pub async fn push_code(
        &self,
        account: &AccountId,
        code: &str,
        l: Language,
        now: Moment,
    ) -> Result<(), Error> {
        let variables = push_code::Variables {
            input: push_code::UserNotificationSendInput {
                account_id: Some(account.0.clone()),
                body: texts::push_body(l, code),
                title: texts::push_title(l),
                username: None,
            },
        };
        let answer = self.ask::<PushCode>(variables, now).await;
        let result = answer.and_then(|answer| {
            let sent = answer.data.map(|data| data.user_notification_send);
            let sent = sent.ok_or(Error::Incomplete("what became of the message"))?;
            match sent.errors.first() {
                None if sent.success == Some(true) => Ok(()),
                None => Err(Error::Incomplete("a device that took the message")),
                Some(refused) => Err(Error::Unpushed(unpushed(refused.code.as_deref()))),
            }
        });
        log("PushCode", &result);
        result
    }

    async fn ask<Q: GraphQLQuery>(
        &self,
        variables: Q::Variables,
        now: Moment,
    ) -> Result<Answer<Q::ResponseData>, Error> {
        let claims = Claims {
            user_id: USER,
            roles: [ROLE],
            iat: now.unix(),
            exp: now.plus(TOKEN_LIFE).unix(),
        };
        let key = EncodingKey::from_secret(self.secret.expose_secret().as_bytes());
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key)
            .map_err(|_| Error::Unsendable)?;
        let body = Q::build_query(variables);
        let body = QueryBody {
            query: find(&ADMIN, body.operation_name),
            ..body
        };
        let request = self
            .http
            .client()?
            .post(self.url.clone())
            .bearer_auth(token)
            .json(&body);
        let response = request.send().await.map_err(Error::transport)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(Error::Unauthorized),
            other => return Err(Error::Status(other.as_u16())),
        }
        Answer::parse(&bounded(response).await?)
    }
}

fn log<T>(operation: &'static str, result: &Result<T, Error>) {
    let outcome = result.as_ref().map_or_else(Error::outcome, |_| "ok");
    tracing::info!(target: "call", system = "flash-admin", operation, outcome);
}

/// Flash's reasons why no device has the message, by their codes.
fn unpushed(code: Option<&str>) -> Unpushed {
    match code {
        Some("PUSH_RECIPIENT_DISABLED") => Unpushed::SwitchedOff,
        Some("PUSH_NO_DEVICE_TOKENS") => Unpushed::NoDevice,
        Some("PUSH_ALL_TOKENS_STALE") => Unpushed::DevicesGone,
        Some("PUSH_NO_DEVICE_ACCEPTED") => Unpushed::NoneAccepted,
        _ => Unpushed::Other,
    }
}
