//! Routes of the sandbox's own, by which things happen at Flash.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{FlashStandIn, Oddity};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Odd {
    /// None: everybody's.
    phone: Option<String>,
    /// None: as ever.
    oddity: Option<Oddity>,
    count: Option<u32>,
}

impl FlashStandIn {
    /// `POST /pay`: an invoice is paid, or somebody.
    pub(super) fn pay_route(&self) -> MethodRouter {
        let standin = self.clone();
        post(async move |body: Bytes| {
            answer(parse(&body).and_then(|asked: Value| standin.pay(&asked)))
        })
    }

    /// `POST /odd`: `{"oddity", "phone"?, "count"?}`; null ends what is odd.
    pub(super) fn odd_route(&self) -> MethodRouter {
        let standin = self.clone();
        post(async move |body: Bytes| {
            answer(parse(&body).map(|odd: Odd| {
                standin.be_odd(odd.phone.as_deref(), odd.oddity, odd.count);
                json!({"oddity": odd.oddity, "phone": odd.phone, "count": odd.count})
            }))
        })
    }
}

fn parse<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn answer(done: Result<Value, String>) -> Response {
    match done {
        Ok(done) => Json(done).into_response(),
        Err(wrong) => (StatusCode::BAD_REQUEST, Json(json!({ "error": wrong }))).into_response(),
    }
}
