//! The awkward things Flash is known to answer, each to be had on purpose: of everybody, or of one account.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::gateway::{html, json_answer, limited, raw_json};

/// How long Flash answers with the last price it had, seconds.
const PRICE_KEPT_S: i64 = 600;

/// One way in which Flash's answers are odd while its servers run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// The gateway knows no credential, in HTML.
    Unauthorized,
    /// The address asks too often: 429, with a `Retry-After`.
    TooManyRequests,
    /// The same as nginx words it: 503, with a `Retry-After`.
    Unavailable,
    BadGateway,
    GatewayTimeout,
    Redirect,
    /// 200, and a page of HTML.
    Html,
    CutJson,
    WrongTypes,
    Empty,
    /// Larger than any answer.
    Huge,
    /// Deeper than any stack.
    Deep,
    /// A server of the year before: what it does not know is a mistake of the one who asks.
    OldSchema,
    /// The key's own limit, in a 200.
    KeyLimited,
    /// The router could not reach the server behind it, in a 200.
    SubrequestFailed,
    /// No router in front: codes stand at the root of an error.
    RootCodes,
    /// A code and words that nobody has seen before, with somebody's number among them.
    StrangeError,
    /// The custodian is down: no balance, no rows, no invoices, and no word that it is so where rows are concerned.
    CustodianDown,
    /// The same for rows alone.
    EmptyHistory,
    /// Amounts as they are where the custodian gives none, or next to none.
    UndefinedAmounts,
    ExponentAmounts,
    /// Amounts as they were until the server wrote their sign.
    UnsignedAmounts,
    /// The limits can't be had.
    NoLimits,
    /// The price source is down: for ten minutes its last price, then none.
    PriceDown,
    /// The price stands still, an hour old.
    PriceStuck,
    /// A price of nothing.
    AbsurdPrice,
    /// An account asks for invoices too often.
    InvoicesLimited,
    /// An invoice of another network, without an amount, for another memo, under another hash, with a signature that is not
    /// its payee's.
    OtherNetwork,
    NoAmount,
    OtherMemo,
    OtherHash,
    BadSignature,
}

/// What is odd, since when, and for how many requests.
#[derive(Debug)]
struct Entry {
    /// None: everybody's answers.
    phone: Option<String>,
    oddity: Oddity,
    since: i64,
    calls_left: Option<u32>,
}

/// The oddities in force. The latest one that concerns a request is the one that it meets.
#[derive(Debug, Default)]
pub(super) struct Oddities(Vec<Entry>);

impl Oddities {
    /// From `now` on, for `count` requests or until it is ended. It takes the place of an earlier one for the same phone.
    pub(super) fn begin(
        &mut self,
        phone: Option<&str>,
        oddity: Oddity,
        count: Option<u32>,
        now: i64,
    ) {
        self.end(phone);
        if count != Some(0) {
            self.0.push(Entry {
                phone: phone.map(str::to_owned),
                oddity,
                since: now,
                calls_left: count,
            });
        }
    }

    pub(super) fn end(&mut self, phone: Option<&str>) {
        self.0.retain(|entry| entry.phone.as_deref() != phone);
    }

    /// What one request of `phone` meets, and since when; counts it.
    pub(super) fn strike(&mut self, phone: Option<&str>) -> Option<(Oddity, i64)> {
        let concerns = |entry: &Entry| entry.phone.is_none() || entry.phone.as_deref() == phone;
        let index = self.0.iter().rposition(concerns)?;
        let entry = &mut self.0[index];
        let met = (entry.oddity, entry.since);
        if let Some(left) = &mut entry.calls_left {
            *left -= 1;
            if *left == 0 {
                self.0.remove(index);
            }
        }
        Some(met)
    }
}

impl Oddity {
    /// The whole answer, where it is odd before anybody looks at the question.
    pub(super) fn response(self, query: &str) -> Option<Response<Body>> {
        let waiting = |status, seconds: &'static str| {
            let mut response = html(status);
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(seconds));
            response
        };
        Some(match self {
            Self::Unauthorized => html(StatusCode::UNAUTHORIZED),
            Self::TooManyRequests => waiting(StatusCode::TOO_MANY_REQUESTS, "17"),
            Self::Unavailable => waiting(StatusCode::SERVICE_UNAVAILABLE, "90"),
            Self::BadGateway => html(StatusCode::BAD_GATEWAY),
            Self::GatewayTimeout => html(StatusCode::GATEWAY_TIMEOUT),
            Self::Redirect => {
                let mut response = html(StatusCode::FOUND);
                let elsewhere = HeaderValue::from_static("http://127.0.0.1:9/graphql");
                response.headers_mut().insert(header::LOCATION, elsewhere);
                response
            }
            Self::Html => html(StatusCode::OK),
            Self::CutJson => raw_json(200, r#"{"data":{"me":{"phone":"+1876"#.to_owned()),
            Self::WrongTypes => json_answer(
                200,
                &json!({"data": {"me": {"phone": 42, "defaultAccount": []}, "currencyList": "soon",
                    "realtimePrice": [], "accountDefaultWallet": true, "transactionDetails": 7,
                    "lnUsdInvoiceCreateOnBehalfOfRecipient": {"errors": {}}, "lnInvoicePaymentStatus": "PAID"}}),
            ),
            Self::Empty => raw_json(200, String::new()),
            Self::Huge => raw_json(200, format!(r#"{{"data":"{}"}}"#, "x".repeat(600 * 1024))),
            Self::Deep => raw_json(200, format!(r#"{{"data":{}"#, "[".repeat(200_000))),
            Self::OldSchema => {
                let since_then = [
                    "isExternal",
                    "transactionDetails",
                    "level",
                    "accountDefaultWallet",
                ];
                let unknown = since_then.into_iter().find(|field| query.contains(field))?;
                let error = json!({"message": format!("Cannot query field \"{unknown}\""), "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}});
                json_answer(400, &json!({"errors": [error]}))
            }
            Self::KeyLimited => json_answer(200, &limited(120, 42)),
            Self::SubrequestFailed => json_answer(
                200,
                &json!({"data": null, "errors": [{"message": "HTTP fetch failed from 'public': 500: Internal Server Error",
                    "extensions": {"code": "SUBREQUEST_HTTP_ERROR", "service": "public", "status_code": 500}}]}),
            ),
            Self::StrangeError => json_answer(
                200,
                &json!({"data": null, "errors": [{"message": "Nothing is as it was with +18765550100",
                    "extensions": {"code": "SOMETHING_NEW"}}]}),
            ),
            _ => return None,
        })
    }

    /// What becomes of an answer that was made as ever.
    pub(super) fn alter(self, answer: &mut Value) {
        let Some(errors) = answer.get_mut("errors").and_then(Value::as_array_mut) else {
            return;
        };
        if self == Self::RootCodes {
            for error in errors {
                let code = code_of(error["message"].as_str().unwrap_or_default());
                error["code"] = json!(code);
            }
        }
    }
}

/// What Flash's server puts beside a message, before its router drops it.
fn code_of(message: &str) -> &'static str {
    let codes = [
        ("Not authorized", "NOT_AUTHORIZED"),
        ("API key", "NOT_AUTHORIZED"),
        ("Account does not exist", "NOT_FOUND"),
        ("Cash Wallet", "INVALID_INPUT"),
        ("Account is inactive", "INVALID_INPUT"),
        ("Invalid value", "INVALID_INPUT"),
        ("An error occurred", "IBEX_ERROR"),
    ];
    let code = codes.iter().find(|(start, _)| message.starts_with(start));
    code.map_or("UNEXPECTED_CLIENT_ERROR", |(_, code)| code)
}

/// Of when the price is that a request gets at `now`; None: there is none.
pub(super) fn price_time(odd: Option<(Oddity, i64)>, now: i64) -> Option<i64> {
    match odd {
        Some((Oddity::PriceDown, since)) => (now - since <= PRICE_KEPT_S).then_some(since),
        Some((Oddity::PriceStuck, _)) => Some(now - 3_600),
        _ => Some(now),
    }
}
