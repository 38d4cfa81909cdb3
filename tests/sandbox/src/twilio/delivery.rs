//! What becomes of an accepted message, and the callbacks that tell of it.
//!
//! The last hexadecimal digit of a message's SID decides how Twilio tells, so that a test can look for each kind:
//!
//! | digit modulo 4 | callbacks, in order of posting |
//! |---|---|
//! | 0 | sent, delivered, read |
//! | 1 | sent, delivered, delivered again, read |
//! | 2 | delivered, sent, read |
//! | 3 | sent, read, delivered |
//!
//! A failure is told once, of an odd digit twice. No callback tells of the first state, `queued`. Of a message to somebody
//! who has blocked the sender only `sent` is told, ever.

use twilio::status::MessageStatus;

use super::message::Message;
use super::sid::digits_for;
use super::state::State;
use super::{TwilioStandIn, encode};

use MessageStatus::{Delivered, Failed, Read, Sent};

type Failure = (u32, &'static str);

/// One callback to come.
#[derive(Clone, Debug)]
pub(super) struct Due {
    sid: String,
    status: MessageStatus,
    failure: Option<Failure>,
}

impl Due {
    pub(super) fn is_not_of(&self, message: &str) -> bool {
        self.sid != message
    }
}

impl State {
    /// Lays down the way of a message accepted at `now`. Waits are WhatsApp's on a good network, in milliseconds.
    pub(super) fn plan(&mut self, sid: &str, failure: Option<Failure>, blocked: bool, now: i64) {
        let digit = sid.chars().last().and_then(|digit| digit.to_digit(16));
        let kind = digit.unwrap_or(0) % 4;
        let steps: &[(i64, MessageStatus)] = match (failure, kind) {
            (Some(_), 1 | 3) => &[(1200, Failed), (1900, Failed)],
            (Some(_), _) => &[(1200, Failed)],
            (None, _) if blocked => &[(700, Sent)],
            (None, 0) => &[(700, Sent), (1800, Delivered), (4000, Read)],
            (None, 1) => &[
                (700, Sent),
                (1800, Delivered),
                (2600, Delivered),
                (4000, Read),
            ],
            (None, 2) => &[(900, Delivered), (2100, Sent), (4000, Read)],
            (None, _) => &[(700, Sent), (3000, Read), (4500, Delivered)],
        };
        for (wait, status) in steps {
            self.planned += 1;
            let due = Due {
                sid: sid.to_owned(),
                status: *status,
                failure,
            };
            self.due.insert((now + wait, self.planned), due);
        }
    }
}

impl TwilioStandIn {
    /// When the next callback wants to leave, in milliseconds of the one clock.
    pub fn next_due(&self) -> Option<i64> {
        self.state().due.first_key_value().map(|((at, _), _)| *at)
    }

    /// What was accepted so far goes its way, and none of its callbacks arrives.
    pub fn forget_callbacks(&self) {
        let mut state = self.state();
        for ((at, _), due) in std::mem::take(&mut state.due) {
            if let Some(message) = state.message_mut(&due.sid) {
                message.advance(due.status, due.failure, at);
            }
        }
    }

    /// Lets everything due by `now_millis` happen, and returns how many callbacks were posted.
    ///
    /// `post` is given address, headers and body, and answers the HTTP status, or 0 if nobody answered. What Twilio
    /// does with another answer than 2xx is in the address's fragment (`#rc=…&rp=…`); without one it tries once more,
    /// and only if nobody answered.
    pub async fn run_due<F>(
        &self,
        now_millis: i64,
        post: impl Fn(String, Vec<(String, String)>, Vec<u8>) -> F,
    ) -> usize
    where
        F: Future<Output = u16>,
    {
        let mut posted = 0;
        while let Some(callback) = self.take_due(now_millis) {
            let Some(Callback {
                url,
                retry,
                headers,
                body,
            }) = callback
            else {
                continue;
            };
            for tried in 0.. {
                posted += 1;
                let status = post(url.clone(), headers.clone(), body.clone()).await;
                if tried == retry.count || !retry.covers(status) {
                    break;
                }
            }
        }
        posted
    }

    /// The next step due, applied; None inside if nobody wants to be told.
    #[expect(
        clippy::option_option,
        reason = "no step, and a step that is not told, are two things"
    )]
    fn take_due(&self, now: i64) -> Option<Option<Callback>> {
        let mut state = self.state();
        let entry = state
            .due
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        let ((at, planned), due) = entry.remove_entry();
        let Some(message) = state.message_mut(&due.sid) else {
            return Some(None);
        };
        message.advance(due.status, due.failure, at);
        let message = message.clone();
        let user_id = state.user_ids.get(&message.to).cloned();
        drop(state);
        let Some(target) = &message.status_callback else {
            return Some(None);
        };
        let (url, fragment) = target.split_once('#').unwrap_or((target, ""));
        let form = self.status_form(&message, &due, user_id);
        let event = digits_for(&format!("{}{planned}", due.sid));
        Some(Some(Callback {
            url: url.to_owned(),
            retry: Retry::parse(fragment),
            headers: self.webhook_headers(url, &form, &event),
            body: encode(&form),
        }))
    }

    fn status_form(
        &self,
        message: &Message,
        due: &Due,
        user_id: Option<String>,
    ) -> Vec<(String, String)> {
        let config = &self.0.config;
        let status = due.status.as_str().to_owned();
        let install = format!("XE{}", digits_for(&config.sender));
        let mut form = vec![
            ("ChannelPrefix", "whatsapp".to_owned()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("MessageStatus", status.clone()),
            ("SmsSid", message.sid.clone()),
            ("SmsStatus", status),
            ("ChannelInstallSid", install),
            ("To", message.to.clone()),
            ("From", message.from.clone()),
            ("MessageSid", message.sid.clone()),
            ("StructuredMessage", message.approved.to_string()),
            ("AccountSid", config.account_sid.clone()),
            ("ChannelToAddress", masked(&message.to)),
        ];
        match due.status {
            Delivered => form.push(("EventType", "DELIVERED".to_owned())),
            Read => form.push(("EventType", "READ".to_owned())),
            _ => {}
        }
        if let Some((code, words)) = due.failure {
            form.push(("ErrorCode", code.to_string()));
            form.push(("ErrorMessage", words.to_owned()));
            form.push(("ChannelStatusMessage", words.to_owned()));
        }
        form.extend(user_id.map(|id| ("ExternalUserId", id)));
        form.into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

struct Callback {
    url: String,
    retry: Retry,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Twilio's connection overrides, as far as they say when to try again.
struct Retry {
    count: u32,
    on: String,
}

impl Retry {
    fn parse(fragment: &str) -> Self {
        let find = |name: &str| {
            form_urlencoded::parse(fragment.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        Self {
            count: find("rc")
                .and_then(|rc| rc.parse().ok())
                .unwrap_or(1)
                .min(5),
            on: find("rp").unwrap_or_else(|| "ct".to_owned()),
        }
    }

    fn covers(&self, status: u16) -> bool {
        let class = match status {
            0 => "ct",
            400..=499 => "4xx",
            500..=599 => "5xx",
            _ => return false,
        };
        self.on.split(',').any(|on| on == class || on == "all")
    }
}

/// `+1876555XXXX`.
fn masked(address: &str) -> String {
    let bare = address.strip_prefix("whatsapp:").unwrap_or(address);
    let shown = bare.chars().count().saturating_sub(4);
    bare.chars().take(shown).chain("XXXX".chars()).collect()
}
