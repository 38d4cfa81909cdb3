//! Everything on the one port: the phone page, the functions' routes, the stand-ins, and the sandbox's own routes.

use std::sync::{Arc, Weak};

use aws::queue::QueueName;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::{Mode, System};
use crate::gateway::Arrived;
use crate::happening::NotDone;
use crate::twilio::{Say, TemplateStatus};
use crate::world::World;

/// The routes hold the world only weakly: who started it decides how long it lives.
type Here = State<Weak<World>>;
type Json = axum::Json<Value>;

const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

pub fn router(world: &Arc<World>) -> Router {
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move {
            (
                [
                    (header::CONTENT_TYPE, kind),
                    (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
                ],
                text,
            )
        })
    };
    let script = "text/javascript; charset=utf-8";
    Router::new()
        .route(
            "/",
            asset(
                "text/html; charset=utf-8",
                include_str!("../page/phone.html"),
            ),
        )
        .route(
            "/phone.css",
            asset("text/css; charset=utf-8", include_str!("../page/phone.css")),
        )
        .route("/phone.js", asset(script, include_str!("../page/phone.js")))
        .route(
            "/phone-dom.js",
            asset(script, include_str!("../page/phone-dom.js")),
        )
        .route(
            "/phone-flash.js",
            asset(script, include_str!("../page/phone-flash.js")),
        )
        .route(
            "/phone-maple.js",
            asset(script, include_str!("../page/phone-maple.js")),
        )
        .route(
            "/phone-panel.js",
            asset(script, include_str!("../page/phone-panel.js")),
        )
        .route("/whatsapp/{*rest}", any(function))
        .route("/link/{*rest}", any(function))
        .route("/export/{*rest}", any(function))
        .route("/confirm/{*rest}", any(function))
        .route("/qr/{*rest}", any(function))
        .route("/flash/{*rest}", any(function))
        .route("/health", any(function))
        .route("/sandbox/say", post(say))
        .route("/sandbox/messages", get(messages))
        .route("/sandbox/drain", post(drain))
        .route("/sandbox/clock", get(clock).post(advance))
        .route("/sandbox/fault", post(fault))
        .route("/sandbox/fail", post(fail))
        .route("/sandbox/resume", post(resume))
        .route("/sandbox/tables/{table}", get(table))
        .route("/sandbox/trace", get(trace))
        .route("/sandbox/people", get(people).post(change_person))
        .route("/sandbox/flash-event", post(flash_event))
        .route("/sandbox/pay", post(pay))
        .route("/sandbox/role", get(role).post(set_role))
        .route("/sandbox/held", get(held))
        .route("/sandbox/dead-letters", get(dead_letters).post(redrive))
        .route("/sandbox/templates", post(judge_template))
        .route("/sandbox/reset", post(reset))
        .with_state(Arc::downgrade(world))
        .nest("/sandbox/twilio", world.twilio.router())
        .nest("/sandbox/flash", world.flash.router())
        .nest("/sandbox/maple", world.maple.router())
        .nest("/sandbox/sns/", world.topic.router())
}

/// The world, or 503 while it goes down.
fn here(world: &Weak<World>) -> Result<Arc<World>, Problem> {
    world.upgrade().ok_or(Problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "the local world is going down".to_owned(),
    ))
}

/// An answer that says what is wrong with the request.
struct Problem(StatusCode, String);

impl From<NotDone> for Problem {
    fn from(error: NotDone) -> Self {
        Self(error.0, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.0, axum::Json(json!({ "error": self.1 }))).into_response()
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it can stand in map_err"
)]
fn bad(error: impl ToString) -> Problem {
    Problem(StatusCode::BAD_REQUEST, error.to_string())
}

fn parse<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(bad)
}

async fn function(
    State(world): Here,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let answered = here(&world)?
        .http(Arrived {
            method,
            uri,
            headers,
            body: body.to_vec(),
        })
        .await;
    let mut response = Response::builder().status(answered.status);
    for (name, value) in &answered.headers {
        response = response.header(name, value);
    }
    response
        .body(Body::from(answered.body))
        .map_err(|error| Problem(StatusCode::BAD_GATEWAY, error.to_string()))
}

async fn say(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let world = here(&world)?;
    let say: Say = parse(&body)?;
    let form = world.twilio.inbound_form(&say);
    let path = form
        .url
        .strip_prefix(&world.public_url)
        .unwrap_or(&form.url);
    let answered = world.post(path, form.headers, form.body).await;
    Ok(axum::Json(
        json!({"message_sid": form.message_sid, "http_status": answered.status}),
    ))
}

#[derive(Deserialize)]
struct Which {
    to: Option<String>,
    #[serde(default)]
    after: u64,
}

async fn messages(State(world): Here, Query(which): Query<Which>) -> Result<Json, Problem> {
    // In a query a plus that was not escaped arrives as a space.
    let to = which.to.map(|to| to.replace(' ', "+"));
    Ok(axum::Json(
        here(&world)?
            .twilio
            .messages(to.as_deref(), which.after)
            .into(),
    ))
}

async fn drain(State(world): Here) -> Result<Json, Problem> {
    let (pending, later) = here(&world)?.drain().await;
    Ok(axum::Json(json!({"pending": pending, "later": later})))
}

async fn clock(State(world): Here) -> Result<Json, Problem> {
    Ok(axum::Json(
        json!({"now": here(&world)?.clock.millis() / 1000}),
    ))
}

#[derive(Deserialize)]
struct Advance {
    advance_s: i64,
}

/// Tables delete what has expired days late; here, when the clock is moved by two days or more.
const DELETES_AFTER_S: i64 = 172_800;

async fn advance(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let (world, Advance { advance_s }) = (here(&world)?, parse(&body)?);
    if !(0..=3_155_760_000).contains(&advance_s) {
        return Err(bad("the clock moves forward, by at most a hundred years"));
    }
    world.advance(advance_s).await;
    if advance_s >= DELETES_AFTER_S {
        world.database.delete_expired().map_err(bad)?;
    }
    Ok(axum::Json(json!({"now": world.clock.millis() / 1000})))
}

#[derive(Deserialize)]
struct Break {
    system: System,
    mode: Mode,
    count: Option<u32>,
}

async fn fault(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let (
        world,
        Break {
            system,
            mode,
            count,
        },
    ) = (here(&world)?, parse(&body)?);
    if !mode.fits(system) {
        return Err(bad("that system can't be broken this way"));
    }
    world.faults.set(system, mode, count);
    Ok(axum::Json(
        json!({"system": system, "mode": mode, "count": count}),
    ))
}

async fn fail(State(world): Here, body: Bytes) -> Result<StatusCode, Problem> {
    if here(&world)?.twilio.fail_next(parse(&body)?) {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(bad("a refusal is a 4xx"))
    }
}

/// What `operator sending resume` does.
async fn resume(State(world): Here) -> Result<StatusCode, Problem> {
    let world = here(&world)?;
    let resumed = world.outbound.tables.gates().resume().await;
    resumed.map_err(|error| Problem(StatusCode::SERVICE_UNAVAILABLE, error.to_string()))?;
    world.outbound.gate.forget();
    Ok(StatusCode::NO_CONTENT)
}

async fn table(State(world): Here, Path(table): Path<String>) -> Result<Json, Problem> {
    let items = here(&world)?.database.items(&table).await;
    Ok(axum::Json(
        items
            .map_err(|error| Problem(StatusCode::NOT_FOUND, error.to_string()))?
            .into(),
    ))
}

#[derive(Deserialize)]
struct OfMessage {
    message_sid: Option<String>,
}

async fn trace(State(world): Here, Query(which): Query<OfMessage>) -> Result<Json, Problem> {
    let traces = &here(&world)?.traces;
    match which.message_sid {
        None => Ok(axum::Json(json!(traces.newest(50)))),
        Some(sid) => match traces.of(&sid) {
            Some(trace) => Ok(axum::Json(json!(trace))),
            None => Err(Problem(
                StatusCode::NOT_FOUND,
                "nothing is known of this message".to_owned(),
            )),
        },
    }
}

async fn people(State(world): Here) -> Result<Json, Problem> {
    Ok(axum::Json(here(&world)?.flash.people().into()))
}

/// Changes the person with this phone, or adds them.
async fn change_person(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let world = here(&world)?;
    let person: Value = parse(&body)?;
    let phone = person["phone"]
        .as_str()
        .ok_or_else(|| bad("phone is required"))?;
    let known = world
        .flash
        .people()
        .iter()
        .any(|known| known["phone"] == phone);
    let changed = if known {
        let mut patch = person.clone();
        if let Some(members) = patch.as_object_mut() {
            members.remove("phone");
        }
        world.flash.update_person(phone, &patch)
    } else {
        world.flash.add_person(&person)
    };
    changed.map(axum::Json).map_err(bad)
}

async fn flash_event(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let done = here(&world)?.flash_event(&parse(&body)?).await;
    Ok(axum::Json(done?))
}

async fn pay(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let done = here(&world)?.pay(&parse(&body)?).await;
    Ok(axum::Json(done?))
}

async fn set_role(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let standing = here(&world)?.set_role(&parse(&body)?).await;
    Ok(axum::Json(standing?))
}

#[derive(Deserialize)]
struct OfPhone {
    phone: String,
}

impl OfPhone {
    /// In a query a plus that was not escaped arrives as a space.
    fn phone(&self) -> String {
        self.phone.replace(' ', "+")
    }
}

async fn held(State(world): Here, Query(of): Query<OfPhone>) -> Result<Json, Problem> {
    let held = here(&world)?.held(&of.phone()).await;
    Ok(axum::Json(held?))
}

async fn role(State(world): Here, Query(of): Query<OfPhone>) -> Result<Json, Problem> {
    let standing = here(&world)?.role(&of.phone()).await;
    Ok(axum::Json(standing?))
}

async fn dead_letters(State(world): Here) -> Result<Json, Problem> {
    let world = here(&world)?;
    let of = |queue| world.queue.dead_letters(queue);
    Ok(axum::Json(
        QueueName::ALL
            .map(|queue| (queue.as_str().to_owned(), json!(of(queue))))
            .into_iter()
            .collect::<serde_json::Map<_, _>>()
            .into(),
    ))
}

#[derive(Deserialize)]
struct Redrive {
    queue: QueueName,
}

async fn redrive(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let (world, Redrive { queue }) = (here(&world)?, parse(&body)?);
    Ok(axum::Json(json!({"redriven": world.queue.redrive(queue)})))
}

#[derive(Deserialize)]
struct Judge {
    name: String,
    language: String,
    status: TemplateStatus,
}

/// WhatsApp approves, rejects, pauses or disables a template of ours.
async fn judge_template(State(world): Here, body: Bytes) -> Result<Json, Problem> {
    let Judge {
        name,
        language,
        status,
    } = parse(&body)?;
    if here(&world)?
        .twilio
        .judge_template(&name, &language, status)
    {
        Ok(axum::Json(json!({"ok": true})))
    } else {
        Err(Problem(
            StatusCode::NOT_FOUND,
            "no such template was submitted".to_owned(),
        ))
    }
}

async fn reset(State(world): Here) -> Result<Json, Problem> {
    here(&world)?.reset().await.map_err(bad)?;
    Ok(axum::Json(json!({"ok": true})))
}
