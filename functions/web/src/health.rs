//! `GET /health`: that the function lives; with `?deep=1` how what it stands on is doing, as last seen.

use std::sync::Mutex;

use aws::tables::Upstream;
use aws::telemetry;
use domain::time::Moment;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Response};
use serde_json::json;

use crate::{App, json as json_answer};

/// A deep answer is at most so old, seconds: asking often must not load what is asked about.
const FRESH: i64 = 30;

/// What was last seen.
#[derive(Debug, Default)]
pub struct Health(Mutex<Option<(Moment, Seen)>>);

#[derive(Clone, Copy, Debug)]
struct Seen {
    tables: bool,
    /// None: the tables could not say.
    flash: Option<bool>,
}

async fn deep_answer(app: &App) -> (bool, serde_json::Value) {
    let now = app.clock.now();
    let last = *app
        .health
        .0
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let (at, seen) = match last {
        Some((at, seen)) if now.since(at) < FRESH && now >= at => (at, seen),
        _ => {
            let seen = look(app, now).await;
            *app.health
                .0
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = Some((now, seen));
            (now, seen)
        }
    };
    let word = |fine: Option<bool>| match fine {
        Some(true) => "ok",
        Some(false) => "down",
        None => "unknown",
    };
    let well = seen.tables && seen.flash == Some(true);
    let status = if well { "ok" } else { "degraded" };
    (
        well,
        json!({"status": status, "at": at.unix(), "dependencies": {"dynamodb": word(Some(seen.tables)), "flash": word(seen.flash)}}),
    )
}

/// One small read. Flash's state is what the functions that talk to it have noted there.
async fn look(app: &App, now: Moment) -> Seen {
    match app.tables.breaker(Upstream::Flash, now).await {
        Ok(breaker) => Seen {
            tables: true,
            flash: Some(!breaker.is_open(now)),
        },
        Err(error) => {
            telemetry::failure("health", &error);
            Seen {
                tables: false,
                flash: None,
            }
        }
    }
}

pub(crate) async fn answer(app: &App, query: Option<&str>) -> Response<Body> {
    let deep = query.is_some_and(|query| query.split('&').any(|pair| pair == "deep=1"));
    if !deep {
        return json_answer(StatusCode::OK, &json!({"status": "ok"}));
    }
    let (well, body) = deep_answer(app).await;
    json_answer(
        if well {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        },
        &body,
    )
}
