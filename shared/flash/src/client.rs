//! The conversation with Flash over HTTP: one attempt, one retry of a read, and never longer than agreed.
//!
//! What one person's key opens is asked with it; prices, names and invoices are asked with no credential, and count against
//! the limit of the address that they are asked from.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use domain::flash::{
    Account, Balance, Details, History, Invoice, InvoiceStatus, MEMO_BYTES, Owner, Payee,
    PaymentRequest, Reach, Transaction, TransactionId, Username,
};
use domain::ids::WalletId;
use domain::money::{Cents, Currency, Price};
use domain::policy::{HISTORY_ROWS, INVOICE_MINUTES};
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

use crate::answer::Answer;
use crate::convert;
use crate::error::{Error, Refusal};
use crate::fraction::Fraction;
use crate::on_demand::Http;
use crate::operation::{self, Me, SendProbe, send_probe};

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

/// Questions to Flash. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: Http,
    url: Url,
    total_timeout: Duration,
    /// When all work must have ended, however many questions it is.
    ends: Option<Instant>,
}

/// By whom something is asked, and until when.
#[derive(Clone, Copy)]
struct Asking<'k> {
    key: Option<&'k SecretString>,
    deadline: Instant,
}

impl Client {
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let connect_timeout = config.connect_timeout;
        let http = Http::new(move || {
            reqwest::Client::builder()
                .user_agent(concat!("flash-whatsapp-bot/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(connect_timeout)
                .redirect(Policy::none())
                // The key must not go where the environment points.
                .no_proxy()
        });
        Ok(Self {
            http,
            url: config.url,
            total_timeout: config.total_timeout,
            ends: None,
        })
    }

    /// The client for the work on one message: from now on, all its questions together take no longer than one may.
    #[must_use]
    pub fn budgeted(&self) -> Self {
        Self {
            ends: Some(Instant::now() + self.total_timeout),
            ..self.clone()
        }
    }

    /// Whose account the key opens.
    pub async fn owner(&self, key: &SecretString) -> Result<Owner, Error> {
        let variables = || operation::me::Variables;
        self.read::<Me, _>(self.with(key), variables, convert::owner)
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
        self.attempt::<SendProbe, _>(self.with(key), variables, |answer| convert::reach(&answer))
            .await
    }

    /// The cash wallet, and what it is worth in `currency` (a code such as `JMD`), or in the account's display currency;
    /// without a price, or in a currency that Flash does not list, the balance alone.
    pub async fn balance(
        &self,
        key: &SecretString,
        currency: Option<&str>,
    ) -> Result<Balance, Error> {
        let asking = self.with(key);
        let asked = match currency {
            None => {
                let variables = || operation::balance::Variables;
                self.read::<operation::Balance, _>(asking, variables, convert::balance)
                    .await
            }
            Some(code) => {
                let currency = code.to_owned();
                let variables = || operation::balance_in::Variables {
                    currency: currency.clone(),
                };
                self.read::<operation::BalanceIn, _>(asking, variables, convert::balance_in)
                    .await
            }
        };
        if let Err(Error::Priceless) = asked {
            let variables = operation::bare_balance::Variables;
            self.attempt::<operation::BareBalance, _>(asking, variables, convert::bare_balance)
                .await
        } else {
            asked
        }
    }

    /// What the account is allowed and shown as; without limits where Flash can't tell them.
    pub async fn account(&self, key: &SecretString) -> Result<Account, Error> {
        let asking = self.with(key);
        let variables = || operation::account::Variables;
        let asked = self
            .read::<operation::Account, _>(asking, variables, convert::account)
            .await;
        if let Err(Error::Limitless) = asked {
            let variables = operation::bare_account::Variables;
            self.attempt::<operation::BareAccount, _>(asking, variables, convert::bare_account)
                .await
        } else {
            asked
        }
    }

    /// The latest rows, newest first. Flash's paging is broken: there are no more to be had.
    pub async fn history(&self, key: &SecretString) -> Result<History, Error> {
        let first = i64::from(HISTORY_ROWS);
        let variables = || operation::history::Variables { first };
        self.read::<operation::History, _>(self.with(key), variables, convert::history)
            .await
    }

    /// The `first` rows at most (Flash gives 100), newest first, with no other question beside: what refuses it refuses
    /// these. An outage of Flash's custodian looks like no rows.
    pub async fn rows(&self, key: &SecretString, first: u8) -> Result<Vec<Transaction>, Error> {
        let first = i64::from(first.clamp(1, MOST_ROWS));
        let variables = || operation::rows::Variables { first };
        self.read::<operation::Rows, _>(self.with(key), variables, convert::rows)
            .await
    }

    /// One of the owner's latest hundred payments. None: there is no such payment, or it is somebody else's.
    pub async fn transaction(
        &self,
        key: &SecretString,
        id: &TransactionId,
    ) -> Result<Option<Details>, Error> {
        let variables = || operation::details::Variables {
            first: i64::from(MOST_ROWS),
            input: operation::details::TransactionDetailsInput {
                transaction_id: id.0.clone(),
            },
        };
        let convert = |answer| convert::details(answer, id, usize::from(MOST_ROWS));
        self.read::<operation::details::Details, _>(self.with(key), variables, convert)
            .await
    }

    /// What a cent and a satoshi cost in `currency`, a code such as `JMD`. None: Flash lists no such currency.
    pub async fn price(&self, currency: &str) -> Result<Option<Price>, Error> {
        let asking = self.with_none();
        let code = currency.to_ascii_uppercase();
        if !is_currency_code(&code) {
            return Ok(None);
        }
        let variables = || operation::realtime_price::Variables {
            currency: code.clone(),
        };
        let convert = |answer| convert::realtime_price(answer, &code);
        let asked = self
            .read::<operation::RealtimePrice, _>(asking, variables, convert)
            .await;
        // What is no currency and a price that is missing fail alike.
        if let Err(Error::Priceless) = asked {
            let listed = self.listed(asking).await?;
            if listed.iter().all(|currency| currency.code != code) {
                return Ok(None);
            }
        }
        asked
    }

    /// The currencies that Flash can show money in.
    pub async fn currencies(&self) -> Result<Vec<Currency>, Error> {
        self.listed(self.with_none()).await
    }

    async fn listed(&self, asking: Asking<'_>) -> Result<Vec<Currency>, Error> {
        let variables = || operation::currencies::Variables;
        self.read::<operation::Currencies, _>(asking, variables, convert::currencies)
            .await
    }

    /// Where to pay to reach `username`. None: nobody at Flash is called so.
    pub async fn payee(&self, username: &Username) -> Result<Option<Payee>, Error> {
        let variables = || operation::payee_of::Variables {
            username: username.as_str().to_owned(),
        };
        self.read::<operation::PayeeOf, _>(self.with_none(), variables, convert::payee)
            .await
    }

    /// A fresh invoice over `cents` into `wallet`, good for a minute at most; asked for once, whatever comes of it. The memo
    /// has [`MEMO_BYTES`] at most.
    pub async fn invoice(
        &self,
        wallet: &WalletId,
        cents: Cents,
        memo: Option<&str>,
    ) -> Result<Invoice, Error> {
        if cents.0 <= 0 || memo.is_some_and(|memo| memo.len() > MEMO_BYTES) {
            return Err(Error::Refused(Refusal::Declined));
        }
        let variables = operation::invoice_create::Variables {
            input: operation::invoice_create::LnUsdInvoiceCreateOnBehalfOfRecipientInput {
                amount: Fraction(Decimal::from(cents.0)),
                recipient_wallet_id: wallet.0.clone(),
                memo: memo.map(str::to_owned),
                expires_in: Some(INVOICE_MINUTES),
            },
        };
        let convert = |answer| convert::invoice(answer, cents, memo);
        self.attempt::<operation::InvoiceCreate, _>(self.with_none(), variables, convert)
            .await
    }

    /// Whether an invoice has been paid.
    pub async fn invoice_status(
        &self,
        payment_request: &PaymentRequest,
    ) -> Result<InvoiceStatus, Error> {
        let variables = || operation::invoice_status::Variables {
            input: operation::invoice_status::LnInvoicePaymentStatusInput {
                payment_request: payment_request.as_str().to_owned(),
            },
        };
        let asking = self.with_none();
        self.read::<operation::InvoiceStatus, _>(asking, variables, convert::invoice_status)
            .await
    }

    fn with<'k>(&self, key: &'k SecretString) -> Asking<'k> {
        Asking {
            key: Some(key),
            ..self.with_none()
        }
    }

    fn with_none<'k>(&self) -> Asking<'k> {
        let alone = Instant::now() + self.total_timeout;
        Asking {
            key: None,
            deadline: self.ends.map_or(alone, |ends| ends.min(alone)),
        }
    }

    /// Asks, and once more where the trouble is passing and the time allows.
    async fn read<Q: GraphQLQuery, T>(
        &self,
        asking: Asking<'_>,
        variables: impl Fn() -> Q::Variables,
        convert: impl Fn(Answer<Q::ResponseData>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let once_more = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_jitter()
            .with_max_times(1);
        let in_time = || Instant::now() + WORTH_A_RETRY < asking.deadline;
        (|| self.attempt::<Q, T>(asking, variables(), &convert))
            .retry(once_more)
            .sleep(tokio::time::sleep)
            .when(|error| error.is_passing() && in_time())
            .await
    }

    async fn attempt<Q: GraphQLQuery, T>(
        &self,
        asking: Asking<'_>,
        variables: Q::Variables,
        convert: impl FnOnce(Answer<Q::ResponseData>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let body = operation::body::<Q>(variables);
        let (operation, began) = (body.operation_name, Instant::now());
        let result = self.exchange(asking, &body).await.and_then(convert);
        let outcome = result.as_ref().map_or_else(Error::outcome, |_| "ok");
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(target: "call", system = "flash", operation, outcome, millis);
        result
    }

    async fn exchange<D: DeserializeOwned>(
        &self,
        asking: Asking<'_>,
        body: &impl Serialize,
    ) -> Result<Answer<D>, Error> {
        let left = asking.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::OutOfTime);
        }
        let mut request = self
            .http
            .client()?
            .post(self.url.clone())
            .timeout(left)
            .header(CAPABILITIES.0, CAPABILITIES.1)
            .header(ACCEPT, "application/json")
            .json(body);
        if let Some(key) = asking.key {
            let mut key =
                HeaderValue::from_str(key.expose_secret()).map_err(|_| Error::Unsendable)?;
            key.set_sensitive(true);
            request = request.header(API_KEY, key);
        }
        let response = request.send().await.map_err(Error::transport)?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED if asking.key.is_some() => return Err(Error::Unauthorized),
            StatusCode::TOO_MANY_REQUESTS => return Err(Error::limited(retry_after(&response))),
            StatusCode::SERVICE_UNAVAILABLE if response.headers().contains_key(RETRY_AFTER) => {
                return Err(Error::limited(retry_after(&response)));
            }
            other => return Err(Error::Status(other.as_u16())),
        }
        Answer::parse(&bounded(response).await?)
    }
}

/// Flash's `DisplayCurrency`: 3 or 4 letters.
fn is_currency_code(code: &str) -> bool {
    (3..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// None where there is no number of seconds: a date would need a clock.
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
