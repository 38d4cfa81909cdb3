//! `FetchMessage` and `ListMessage`: what came of messages, and what people said, newest first.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::message::Message;
use super::{Refusal, TwilioStandIn};

const PAGE_SIZE: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

impl TwilioStandIn {
    pub(super) fn fetch_message(&self, sid: &str) -> Option<Value> {
        let mut state = self.state();
        state.fetches += 1;
        let mut all = state.messages.iter().chain(&state.inbound);
        let found = all.find(|message| message.sid == sid)?;
        Some(found.resource(&self.0.config.account_sid))
    }

    /// One page. `PageToken` names the last message of the page before, so new messages shift nothing.
    pub(super) fn list_messages(&self, query: &str) -> Result<Value, Refusal> {
        let query: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let get = |name: &str| {
            let found = query.iter().find(|(key, _)| key == name);
            found
                .map(|(_, value)| value.as_str())
                .filter(|value| !value.is_empty())
        };
        let number = |name: &str, default: usize| match get(name) {
            None => Ok(default),
            Some(text) => text
                .parse()
                .map_err(|_| Refusal::bad(20001, format!("{name} is not a number"))),
        };
        let size = number("PageSize", PAGE_SIZE)?.clamp(1, PAGE_SIZE_MAX);
        let page = number("Page", 0)?;
        let dates = dates(&query)?;

        let state = self.state();
        let mut found: Vec<&Message> = state
            .messages
            .iter()
            .chain(&state.inbound)
            .filter(|message| get("To").is_none_or(|to| to == message.to))
            .filter(|message| get("From").is_none_or(|from| from == message.from))
            .filter(|message| dates.iter().all(|date| date.admits(message)))
            .collect();
        // Stable: of one moment, what was accepted later comes first.
        found.reverse();
        found.sort_by_key(|message| std::cmp::Reverse(message.created));
        let start = match get("PageToken").map(|token| token.trim_start_matches("PA")) {
            None => page.saturating_mul(size),
            Some(last) => {
                let after = found.iter().position(|message| message.sid == last);
                after.ok_or_else(|| Refusal::bad(20006, "Page token out of range"))? + 1
            }
        };
        let shown: Vec<&Message> = found.iter().copied().skip(start).take(size).collect();

        let account = &self.0.config.account_sid;
        let uri = |page: usize, token: Option<&str>| {
            let mut encoded = form_urlencoded::Serializer::new(String::new());
            let kept = |name: &str| !["PageSize", "Page", "PageToken"].contains(&name);
            encoded.extend_pairs(query.iter().filter(|(name, _)| kept(name)));
            encoded.append_pair("PageSize", &size.to_string());
            encoded.append_pair("Page", &page.to_string());
            if let Some(last) = token {
                encoded.append_pair("PageToken", &format!("PA{last}"));
            }
            format!(
                "/2010-04-01/Accounts/{account}/Messages.json?{}",
                encoded.finish()
            )
        };
        let more = start + shown.len() < found.len();
        let last = shown
            .last()
            .filter(|_| more)
            .map(|message| message.sid.as_str());
        let first = page.saturating_mul(size);
        let messages: Vec<Value> = shown
            .iter()
            .map(|message| message.resource(account))
            .collect();
        Ok(json!({
            "end": first + shown.len().saturating_sub(1),
            "first_page_uri": uri(0, None),
            "next_page_uri": last.map(|last| uri(page + 1, Some(last))),
            "page": page,
            "page_size": size,
            "previous_page_uri": page.checked_sub(1).map(|before| uri(before, None)),
            "messages": messages,
            "start": first,
            "uri": uri(page, get("PageToken").map(|token| token.trim_start_matches("PA"))),
        }))
    }
}

/// `DateSent`, `DateSent>` or `DateSent<` and a value: a day, or a moment. All three include what they name.
struct DateFilter {
    /// What a message before, on and after the named time may be.
    excluded: Option<Ordering>,
    exact: bool,
    bound: Bound,
}

enum Bound {
    Day(Date),
    Moment(Timestamp),
}

fn dates(query: &[(String, String)]) -> Result<Vec<DateFilter>, Refusal> {
    query
        .iter()
        .filter_map(|(name, value)| {
            let excluded = match name.as_str() {
                "DateSent" => None,
                "DateSent>" => Some(Ordering::Less),
                "DateSent<" => Some(Ordering::Greater),
                _ => return None,
            };
            Some((excluded, value))
        })
        .map(|(excluded, value)| {
            let bound = value
                .parse()
                .map(Bound::Moment)
                .or_else(|_| value.parse().map(Bound::Day))
                .map_err(|_| Refusal::bad(20001, "DateSent is neither a day nor a moment"))?;
            Ok(DateFilter {
                exact: excluded.is_none(),
                excluded,
                bound,
            })
        })
        .collect()
}

impl DateFilter {
    fn admits(&self, message: &Message) -> bool {
        let millis = message.sent.unwrap_or(message.created);
        let Ok(at) = Timestamp::from_millisecond(millis) else {
            return false;
        };
        let order = match &self.bound {
            Bound::Moment(bound) => at.cmp(bound),
            Bound::Day(bound) => at.to_zoned(TimeZone::UTC).date().cmp(bound),
        };
        if self.exact {
            order == Ordering::Equal
        } else {
            Some(order) != self.excluded
        }
    }
}
