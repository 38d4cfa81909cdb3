//! One question, asked until it is answered or the time is up.

use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use domain::assistant::{Completion, Prompt};
use http::HeaderMap;
use http::header::RETRY_AFTER;
use reqwest::Url;
use secrecy::SecretString;
use tokio::time::Instant;

use crate::enclave::Enclave;
use crate::error::Error;
use crate::plain::Plain;
use crate::{ENCLAVE, wire};

/// Several times what the longest answer comes to.
pub(crate) const LARGEST_ANSWER: usize = 64 * 1024;

/// Tries of one question, the first included.
const TRIES: usize = 3;

/// Between the first two tries; twice that between the next, and up to twice as much of either by chance.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// With less time left than this, another try would only be cut off.
const WORTH_A_TRY: Duration = Duration::from_secs(5);

/// Where the model is, and how long to wait for it.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// [`ENCLAVE`], or where another's `/v1` is: https, or this machine.
    pub base_url: Url,
    /// As its server calls it.
    pub model: String,
    pub key: SecretString,
    /// Of no meaning to the enclave's client, which knows only the total.
    pub connect_timeout: Duration,
    /// Everything one question may take, its retries included.
    pub total_timeout: Duration,
}

/// Questions to a model. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    way: Way,
    model: Arc<str>,
    total_timeout: Duration,
}

#[derive(Clone, Debug)]
enum Way {
    Enclave(Enclave),
    Plain(Arc<Plain>),
}

/// What came back, whatever it says.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// Asks nobody anything yet.
    pub fn new(config: ClientConfig) -> Result<Self, Error> {
        let base = config.base_url.as_str().trim_end_matches('/');
        let way = if base == ENCLAVE {
            Way::Enclave(Enclave::new(base, &config.key)?)
        } else if config
            .base_url
            .host_str()
            .is_some_and(|host| ENCLAVE.ends_with(host))
        {
            // Without a seal it would refuse the question, and have it.
            return Err(Error::Setup("the enclave's address stands alone"));
        } else {
            let plain = Plain::new(&config.base_url, &config.key, config.connect_timeout)?;
            Way::Plain(Arc::new(plain))
        };
        Ok(Self::by(way, config))
    }

    /// Speaks to an enclave on this machine, which proves nothing.
    #[cfg(test)]
    pub(crate) fn of_local_enclave(config: ClientConfig) -> Result<Self, Error> {
        let enclave = Enclave::new(config.base_url.as_str(), &config.key)?;
        Ok(Self::by(Way::Enclave(enclave), config))
    }

    fn by(way: Way, config: ClientConfig) -> Self {
        Self {
            way,
            model: config.model.into(),
            total_timeout: config.total_timeout,
        }
    }

    /// The other end proves what it is before it is asked anything.
    pub const fn is_attested(&self) -> bool {
        matches!(self.way, Way::Enclave(_))
    }

    /// What the model says to `prompt`.
    pub async fn ask(&self, prompt: &Prompt) -> Result<Completion, Error> {
        let deadline = Instant::now() + self.total_timeout;
        let body = wire::Request::new(&self.model, prompt).to_json();
        let waits = ExponentialBuilder::default()
            .with_min_delay(FIRST_WAIT)
            .with_jitter()
            .with_max_times(TRIES - 1);
        (|| self.attempt(body.clone(), deadline))
            .retry(waits)
            .sleep(tokio::time::sleep)
            .when(Error::is_passing)
            .adjust(|error, wait| {
                let wait = wait?.max(error.retry_after().unwrap_or_default());
                (Instant::now() + wait + WORTH_A_TRY < deadline).then_some(wait)
            })
            .await
    }

    async fn attempt(&self, body: Vec<u8>, deadline: Instant) -> Result<Completion, Error> {
        let began = Instant::now();
        let result = self.exchange(body, deadline).await;
        let outcome = result.as_ref().map_or_else(Error::outcome, |_| "ok");
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(target: "call", system = "maple", operation = "ChatCompletion", outcome, millis);
        result
    }

    async fn exchange(&self, body: Vec<u8>, deadline: Instant) -> Result<Completion, Error> {
        let left = deadline.saturating_duration_since(Instant::now());
        let answered = match &self.way {
            Way::Enclave(enclave) => tokio::time::timeout(left, enclave.post(body))
                .await
                .map_err(|_| Error::Late)??,
            Way::Plain(plain) => plain.post(body, left).await?,
        };
        match answered.status {
            200 => wire::completion(&answered.body),
            other => Err(Error::of_status(other, answered.retry_after)),
        }
    }
}

/// None where there is no number of seconds: a date would need a clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    value.parse().ok().map(Duration::from_secs)
}
