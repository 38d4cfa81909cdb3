//! The conversation with Flash over HTTP: one attempt, one retry of a read, and never longer than agreed.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use domain::flash::{Balance, Owner, Reach, Transaction};
use graphql_client::GraphQLQuery;
use reqwest::header::{ACCEPT, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode, Url};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::Instant;
use uuid::Uuid;

use crate::answer::{Answer, USUAL_WAIT_S};
use crate::convert;
use crate::error::Error;
use crate::fraction::Fraction;
use crate::operation::{self, BareBalance, History, Me, SendProbe, send_probe};

const API_KEY: &str = "x-api-key";

/// Without it a wallet on the new ledger is shown as one on the old.
const CAPABILITIES: (&str, &str) = ("x-flash-client-capabilities", "cash-wallet-usdt-v1");

/// Ten times the largest honest answer (a hundred rows of history).
const LARGEST_ANSWER: usize = 512 * 1024;

/// The most rows Flash gives at once.
const MOST_ROWS: u8 = 100;

/// With less time left than this, a second attempt would only be cut off.
const WORTH_A_RETRY: Duration = Duration::from_secs(1);

/// Where Flash is and how long to wait for it.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    pub url: Url,
    pub connect_timeout: Duration,
    /// Everything one call may take, its retry included.
    pub total_timeout: Duration,
}

/// One person's questions to Flash, asked with the API key of their account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    url: Url,
    total_timeout: Duration,
}

impl Client {
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("flash-whatsapp-bot/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .redirect(Policy::none())
            // The key must not go where the environment points.
            .no_proxy()
            .build()
            .map_err(Error::Setup)?;
        Ok(Self {
            http,
            url: config.url,
            total_timeout: config.total_timeout,
        })
    }

    /// Whose account the key opens.
    pub async fn owner(&self, key: &SecretString) -> Result<Owner, Error> {
        let variables = || operation::me::Variables;
        self.read::<Me, _>(key, self.deadline(), variables, convert::owner)
            .await
    }

    /// Whether the key could move money: a send of one cent between two wallets that do not exist
    /// must be refused for want of the scope and for nothing else. Err: nobody judged the key.
    pub async fn reach(&self, key: &SecretString) -> Result<Reach, Error> {
        let input = send_probe::IntraLedgerUsdPaymentSendInput {
            amount: Fraction(Decimal::ONE),
            wallet_id: Uuid::new_v4().to_string(),
            recipient_wallet_id: Uuid::new_v4().to_string(),
            memo: None,
            idempotency_key: None,
        };
        let variables = send_probe::Variables { input };
        self.attempt::<SendProbe, _>(key, self.deadline(), variables, |answer| {
            convert::reach(&answer)
        })
        .await
    }

    /// The cash wallet, and what it is worth in the account's display currency; without a price the balance alone.
    pub async fn balance(&self, key: &SecretString) -> Result<Balance, Error> {
        let deadline = self.deadline();
        let variables = || operation::balance::Variables;
        let asked = self
            .read::<operation::Balance, _>(key, deadline, variables, convert::balance)
            .await;
        if let Err(Error::Priceless) = asked {
            let variables = operation::bare_balance::Variables;
            self.attempt::<BareBalance, _>(key, deadline, variables, convert::bare_balance)
                .await
        } else {
            asked
        }
    }

    /// The `first` rows at most (Flash gives 100), newest first. An outage of Flash's custodian looks like no rows.
    pub async fn history(&self, key: &SecretString, first: u8) -> Result<Vec<Transaction>, Error> {
        let first = i64::from(first.clamp(1, MOST_ROWS));
        let variables = || operation::history::Variables { first };
        self.read::<History, _>(key, self.deadline(), variables, convert::history)
            .await
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.total_timeout
    }

    /// Asks, and once more where the trouble is passing and the time allows.
    async fn read<Q: GraphQLQuery, T>(
        &self,
        key: &SecretString,
        deadline: Instant,
        variables: impl Fn() -> Q::Variables,
        convert: impl Fn(Answer<Q::ResponseData>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let once_more = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_jitter()
            .with_max_times(1);
        (|| self.attempt::<Q, T>(key, deadline, variables(), &convert))
            .retry(once_more)
            .sleep(tokio::time::sleep)
            .when(|error| error.is_passing() && Instant::now() + WORTH_A_RETRY < deadline)
            .await
    }

    async fn attempt<Q: GraphQLQuery, T>(
        &self,
        key: &SecretString,
        deadline: Instant,
        variables: Q::Variables,
        convert: impl FnOnce(Answer<Q::ResponseData>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let body = operation::body::<Q>(variables);
        let operation = body.operation_name;
        let result = self.exchange(key, deadline, &body).await.and_then(convert);
        let outcome = result.as_ref().map_or_else(Error::outcome, |_| "ok");
        tracing::info!(target: "call", system = "flash", operation, outcome);
        result
    }

    async fn exchange<D: DeserializeOwned>(
        &self,
        key: &SecretString,
        deadline: Instant,
        body: &impl Serialize,
    ) -> Result<Answer<D>, Error> {
        let mut key = HeaderValue::from_str(key.expose_secret()).map_err(|_| Error::Unsendable)?;
        key.set_sensitive(true);
        let response = self
            .http
            .post(self.url.clone())
            .timeout(deadline.saturating_duration_since(Instant::now()))
            .header(API_KEY, key)
            .header(CAPABILITIES.0, CAPABILITIES.1)
            .header(ACCEPT, "application/json")
            .json(body)
            .send()
            .await
            .map_err(Error::transport)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(Error::Unauthorized),
            StatusCode::TOO_MANY_REQUESTS => {
                let retry_after_s = retry_after(&response).unwrap_or(USUAL_WAIT_S);
                return Err(Error::Limited { retry_after_s });
            }
            other => return Err(Error::Status(other.as_u16())),
        }
        Answer::parse(&bounded(response).await?)
    }
}

fn retry_after(response: &Response) -> Option<u32> {
    let value = response.headers().get(RETRY_AFTER)?;
    value.to_str().ok()?.parse().ok()
}

pub(crate) async fn bounded(mut response: Response) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Error::transport)? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Error::Oversize);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
