//! The stand-in for Twilio: its Messages and Content APIs, its inbound forms and its delivery callbacks.
//!
//! It is as strict as Twilio where Twilio is strict, and as late, forgetful of order and fond of repetition as WhatsApp.
//! It knows no time but the one clock and does nothing by itself: callbacks leave when [`TwilioStandIn::run_due`] is called.

mod api;
mod approval;
mod content;
mod create;
mod delivery;
mod listing;
mod message;
mod pictures;
mod refusal;
mod say;
mod script;
mod sid;
mod state;
mod verdict;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws::clock::Clock;
use serde_json::Value;
use twilio::signature::{AuthToken, sign};

use self::state::State;
use crate::fault::Faults;
use crate::silence::{Kind, keep_private};

pub use self::approval::TemplateStatus;
pub use self::pictures::{Fetched, Wanted};
pub use self::refusal::Refusal;
pub use self::say::{InboundForm, Say, SayMedia, Sign};
pub use self::script::Fail;

/// Path of the webhook that receives what people say, after `public_url`.
const WEBHOOK: &str = "/whatsapp/webhook";
/// WhatsApp's window for free text after a person's last message.
const WINDOW_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The account that the stand-in plays.
#[derive(Clone)]
pub struct Config {
    pub account_sid: String,
    /// All open the REST API; the first signs webhooks.
    pub auth_tokens: Vec<String>,
    pub key_sid: String,
    pub key_secret: String,
    /// The account's only WhatsApp sender, `whatsapp:+…`.
    pub sender: String,
    /// Where the bot is reached, without a path: what Twilio was told, and so what it signs.
    pub public_url: String,
}

/// Twilio, on this machine. Clones are the same one.
#[derive(Clone)]
pub struct TwilioStandIn(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    faults: Arc<Faults>,
    state: Mutex<State>,
    /// What opens the REST API now, and what signs.
    credentials: Mutex<Credentials>,
}

#[derive(Clone)]
struct Credentials {
    auth_tokens: Vec<String>,
    key_secret: String,
}

impl TwilioStandIn {
    pub fn new(config: Config, clock: Clock, faults: Arc<Faults>) -> Self {
        // SIDs start from the time, so that a restart on kept tables does not hand out old ones again.
        let state = Mutex::new(State::new(clock.millis()));
        let credentials = Mutex::new(Credentials {
            auth_tokens: config.auth_tokens.clone(),
            key_secret: config.key_secret.clone(),
        });
        Self(Arc::new(Inner {
            config,
            clock,
            faults,
            state,
            credentials,
        }))
    }

    /// Accepted messages to `to` (all, if none), numbered from 1 and later than number `after`, oldest first.
    pub fn messages(&self, to: Option<&str>, after: u64) -> Vec<Value> {
        let to = to.map(in_channel);
        self.state()
            .messages
            .iter()
            .filter(|message| message.n > after && to.as_ref().is_none_or(|to| *to == message.to))
            .map(message::Message::for_sandbox)
            .collect()
    }

    /// `address` wrote at `at_millis`: its window is open from then for 24 hours.
    pub fn note_inbound(&self, address: &str, at_millis: i64) {
        self.state()
            .last_inbound
            .insert(in_channel(address), at_millis);
    }

    /// As if `address` had not written for a day.
    pub fn close_window(&self, address: &str) {
        self.state().last_inbound.remove(&in_channel(address));
    }

    /// REST requests received so far, refused and broken ones included.
    pub fn requests(&self) -> u64 {
        self.state().requests
    }

    /// Of them, those for one message by its SID.
    pub fn fetches(&self) -> u64 {
        self.state().fetches
    }

    /// Those of them that asked to send a message.
    pub fn sends(&self) -> u64 {
        self.state().sends
    }

    /// Forgets messages, callbacks, windows and what was said. Templates stay: they are set-up, not traffic.
    pub fn reset(&self) {
        self.state().reset();
    }

    /// From now on this token signs, and opens the REST API; no other does.
    pub fn rotate_auth_token(&self, token: &str) {
        keep_private(Kind::Secret, token);
        self.0
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .auth_tokens = vec![token.to_owned()];
    }

    /// From now on only this secret goes with the API key.
    pub fn rotate_key_secret(&self, secret: &str) {
        keep_private(Kind::Secret, secret);
        secret.clone_into(
            &mut self
                .0
                .credentials
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .key_secret,
        );
    }

    fn credentials(&self) -> Credentials {
        self.0
            .credentials
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> i64 {
        self.0.clock.millis()
    }

    /// The headers of a webhook that Twilio posts. `event` is the same for every try of one event.
    fn webhook_headers(
        &self,
        url: &str,
        form: &[(String, String)],
        event: &str,
    ) -> Vec<(String, String)> {
        let signing = self.credentials().auth_tokens.first().cloned();
        let signature = sign(&AuthToken::from(signing.unwrap_or_default()), url, form);
        [
            (
                "content-type",
                "application/x-www-form-urlencoded; charset=UTF-8",
            ),
            ("user-agent", "TwilioProxy/1.1"),
            ("i-twilio-idempotency-token", event),
            ("x-twilio-signature", &signature),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

impl fmt::Debug for TwilioStandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwilioStandIn")
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("account_sid", &self.account_sid)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

/// People may leave the channel out where they name an address; Twilio never does.
fn in_channel(address: &str) -> String {
    if address.starts_with("whatsapp:") {
        address.to_owned()
    } else {
        format!("whatsapp:{address}")
    }
}

fn encode(form: &[(String, String)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
        .into_bytes()
}
