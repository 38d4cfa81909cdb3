//! What AWS and Twilio do by themselves: deliver queued records to functions, and callbacks to the webhook.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use aws::batch::NotSqs;
use aws::queue::QueueName;
use futures::FutureExt;
use futures::future::join_all;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use lambda_http::LambdaEvent;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::fault::{Mode, System};
use crate::gateway::{self, Answered, Arrived};
use crate::queue::{Batch, QUEUES};
use crate::silence;
use crate::trace::{Death, Traces};
use crate::twilio::Fetched;
use crate::world::World;

/// As in the template: HTTP functions, queue functions, the assistant.
const HTTP_TIMEOUT_MILLIS: i64 = 12_000;
const QUEUE_TIMEOUT_MILLIS: i64 = 30_000;
const ASSISTANT_TIMEOUT_MILLIS: i64 = 60_000;
/// How long a drain goes on.
const DRAIN_LIMIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(50);
const THINKING_PAUSE: Duration = Duration::from_millis(5);

/// Why an invocation failed.
type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// Questions that are thought about at this moment.
#[derive(Clone, Debug, Default)]
pub struct Thinking(Arc<()>);

impl Thinking {
    /// Until what is given is dropped.
    fn begin(&self) -> Arc<()> {
        Arc::clone(&self.0)
    }

    fn is_under_way(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }
}

/// Runs what is due until the world is gone, and the relay once a minute of the one clock.
pub async fn run(world: Weak<World>) {
    let mut relayed = i64::MIN;
    while let Some(world) = world.upgrade() {
        let minute = world.clock.millis() / 60_000;
        if minute > relayed {
            relayed = minute;
            world.relay().await;
        }
        if !world.run_due().await {
            drop(world);
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl World {
    /// One round of everything due at the present clock; false if there was nothing. Questions are thought about beside it,
    /// as everything else goes on on AWS, too.
    pub async fn run_due(self: &Arc<Self>) -> bool {
        let _turn = self.turn.lock().await;
        let received = QUEUES
            .into_iter()
            .flat_map(|queue| self.queue.receive(queue));
        let (questions, batches): (Vec<_>, Vec<_>) =
            received.partition(|batch| batch.queue == QueueName::Ask);
        for batch in questions {
            let (world, thinking) = (Arc::clone(self), self.thinking.begin());
            tokio::spawn(async move {
                world.deliver(&batch).await;
                drop(thinking);
            });
        }
        let mut busy = !batches.is_empty();
        let deliveries = batches.into_iter().map(|batch| {
            let world = Arc::clone(self);
            async move { world.deliver(&batch).await }
        });
        join_all(deliveries).await;
        busy |= self.fetch_pictures().await > 0;
        busy |= self.run_callbacks().await > 0;
        if !busy && self.thinking.is_under_way() {
            tokio::time::sleep(THINKING_PAUSE).await;
            return true;
        }
        busy
    }

    /// Runs until nothing is due at the present clock, or the limit is reached: what is due still, what comes later.
    pub async fn drain(self: &Arc<Self>) -> (usize, usize) {
        let end = Instant::now() + DRAIN_LIMIT;
        while Instant::now() < end {
            match timeout(DRAIN_LIMIT, self.run_due()).await {
                Ok(true) => {}
                Ok(false) if self.relay().await => {}
                Ok(false) | Err(_) => break,
            }
        }
        let (due, later) = self.queue.counts();
        (due, later + usize::from(self.twilio.next_due().is_some()))
    }

    /// The schedule's event, as every minute; true if it put something into a queue that can be received now.
    pub async fn relay(self: &Arc<Self>) -> bool {
        let _turn = self.turn.lock().await;
        let event = json!({"trigger": "relay"});
        let deadline = self.clock.millis() + QUEUE_TIMEOUT_MILLIS;
        let event = LambdaEvent::new(reparsed(&event), gateway::context(deadline));
        let invocation = scheduler::handle(&self.scheduler, event).boxed();
        let death = Death::after(self.faults.death());
        // What the relay puts into queues shows up there; its own rounds would bury everything else.
        let unseen = Arc::new(Traces::new(self.clock.clone()));
        if let Some(Err(error)) = unseen.follow("relay", "scheduler", death, invocation).await {
            silence::failed(&error);
            tracing::error!(target: "failure", what = "relay", error = %error);
        }
        self.queue.counts().0 > 0
    }

    /// Moves the clock, from one due time to the next, running what is due at each. What only the relay knows of is
    /// found within its minute.
    pub async fn advance(self: &Arc<Self>, seconds: i64) {
        let target = self.clock.millis() + seconds.max(0) * 1000;
        let mut overdue = 0;
        self.drain().await;
        loop {
            let relay = self.next_relay(&mut overdue).await;
            let next = [self.queue.next_visible(), self.twilio.next_due(), relay];
            let next = next.into_iter().flatten().min();
            let Some(next) = next.filter(|at| *at <= target) else {
                break;
            };
            self.clock.move_to(next);
            self.drain().await;
        }
        self.clock.move_to(target);
        self.drain().await;
    }

    /// The relay's next minute that has something to find. What stays overdue, whatever the relay does about it, is
    /// looked at for half an hour.
    async fn next_relay(&self, overdue: &mut u32) -> Option<i64> {
        let due = self.database.next_due().await? * 1000;
        let now = self.clock.millis();
        if due <= now {
            *overdue += 1;
            if *overdue > 30 {
                return None;
            }
        }
        Some((due.max(now + 1)).div_euclid(60_000) * 60_000 + 60_000)
    }

    async fn deliver(self: &Arc<Self>, batch: &Batch) {
        let function = match batch.queue {
            QueueName::Send => "outbound",
            QueueName::Expire => "otp-expiry",
            QueueName::Wake => "scheduler",
            QueueName::Ask => "assistant",
            QueueName::Watch | QueueName::Events => "event-bridge",
        };
        let cause = cause_of(&batch.event);
        self.traces.add(
            &cause,
            function,
            "invoke",
            "records received",
            &ids(&batch.event).len().to_string(),
            "ok",
        );
        let timeout_millis = match batch.queue {
            QueueName::Ask => ASSISTANT_TIMEOUT_MILLIS,
            _ => QUEUE_TIMEOUT_MILLIS,
        };
        let deadline = self.clock.millis() + timeout_millis;
        let event = LambdaEvent::new(reparsed(&batch.event), gateway::context(deadline));
        let invocation = async {
            let plain = |response| serde_json::to_value(response).unwrap_or_default();
            let refused = |error: NotSqs| -> Refusal { error.into() };
            match batch.queue {
                QueueName::Send => {
                    let answer = outbound::handle(&self.outbound, event).await;
                    answer.map(plain).map_err(refused)
                }
                QueueName::Expire => {
                    let answer = otp_expiry::handle(&self.otp_expiry, event).await;
                    answer.map(plain).map_err(refused)
                }
                QueueName::Wake => {
                    let answer = scheduler::handle(&self.scheduler, event).await;
                    answer.map_err(Refusal::from)
                }
                QueueName::Ask => {
                    let answer = assistant::handle(&self.assistant, event).await;
                    answer.map(plain).map_err(refused)
                }
                QueueName::Watch | QueueName::Events => {
                    let answer = event_bridge::handle(&self.event_bridge, event).await;
                    answer.map(plain).map_err(Refusal::from)
                }
            }
        };
        let invocation = invocation.boxed();
        let limit = Duration::from_millis(u64::try_from(timeout_millis).unwrap_or_default());
        let death = Death::after(self.faults.death());
        let answer = timeout(
            limit,
            self.traces.follow(&cause, function, death, invocation),
        )
        .await;
        let failed = match answer {
            Ok(Some(Ok(answer))) => failures(&answer),
            Ok(Some(Err(error))) => {
                silence::failed(&*error);
                ids(&batch.event)
            }
            // The function died or ran out of time: the whole batch comes again, as where it broke.
            Ok(None) | Err(_) => ids(&batch.event),
        };
        if batch.queue == QueueName::Ask {
            self.show_records(&batch.event).await;
        }
        self.queue.settle(batch, &failed);
    }

    /// How each answer of the batch came about, as the assistant itself has recorded it, among what its message caused.
    async fn show_records(&self, event: &Value) {
        for entry in entries(event) {
            let Some((person, id)) = entry.split_once('.') else {
                continue;
            };
            let id = format!("entry#{id}");
            let key = [("person", person), ("id", id.as_str())];
            let item = self.database.item("messages", &key).await;
            let record = item
                .ok()
                .flatten()
                .and_then(|item| item.get("record").cloned());
            if let Some(record) = record {
                let source = record["source"].as_str().unwrap_or_default();
                self.traces.add(
                    &cause_of_entry(&entry),
                    "assistant",
                    "record",
                    source,
                    &record.to_string(),
                    "ok",
                );
            }
        }
    }

    /// As Twilio fetches what it is to deliver, from wherever it stands.
    async fn fetch_pictures(self: &Arc<Self>) -> usize {
        let wanted = self.twilio.pictures();
        for picture in &wanted {
            let fetched = self.fetch(&picture.url).await;
            let now = self.clock.millis();
            self.twilio.has_fetched(&picture.message, &fetched, now);
        }
        wanted.len()
    }

    async fn fetch(self: &Arc<Self>, url: &str) -> Fetched {
        let path = url.strip_prefix(&self.public_url);
        let Some(uri) = path.and_then(|path| path.parse().ok()) else {
            // Nothing leaves this computer.
            return Fetched {
                status: 0,
                content_type: String::new(),
                bytes: 0,
            };
        };
        let answer = self.http(Arrived {
            method: Method::GET,
            uri,
            headers: HeaderMap::new(),
            body: Vec::new(),
        });
        let answer = Box::pin(answer).await;
        let mut headers = answer.headers.iter();
        let content_type = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        Fetched {
            status: answer.status,
            content_type: content_type
                .map(|(_, value)| value.clone())
                .unwrap_or_default(),
            bytes: answer.body.len(),
        }
    }

    async fn run_callbacks(self: &Arc<Self>) -> usize {
        let world = Arc::clone(self);
        let post = move |url: String, headers, body| {
            let world = Arc::clone(&world);
            async move {
                let Some(path) = url.strip_prefix(&world.public_url) else {
                    return 0;
                };
                world.post(path, headers, body).await.status
            }
        };
        self.twilio.run_due(self.clock.millis(), post).await
    }

    /// A POST from Twilio, through the same gateway as one from the network.
    pub async fn post(
        self: &Arc<Self>,
        path: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Answered {
        let parsed = headers.iter().filter_map(|(name, value)| {
            Some((
                HeaderName::from_bytes(name.as_bytes()).ok()?,
                HeaderValue::from_str(value).ok()?,
            ))
        });
        let headers: HeaderMap = parsed.collect();
        let uri = path.parse().unwrap_or_else(|_| Uri::from_static("/"));
        self.http(Arrived {
            method: Method::POST,
            uri,
            headers,
            body,
        })
        .await
    }

    /// One request to a function of the HTTP API.
    pub async fn http(self: &Arc<Self>, arrived: Arrived) -> Answered {
        let path = arrived.uri.path().to_owned();
        let (function, route) = route_of(&arrived.method, &path);
        let cause = http_cause(&arrived, &path);
        if function != "web" && self.faults.strike(System::Webhook) != Mode::Ok {
            return self.unreached(&cause, function);
        }
        let now = self.clock.millis();
        let event = gateway::event(&arrived, &route, now);
        silence::keep_event_private(&event);
        let event = event.to_string();
        self.traces
            .add(&cause, function, "invoke", &route, "HTTP API event", "ok");
        let deadline = now + HTTP_TIMEOUT_MILLIS;
        let world = Arc::clone(self);
        let handle = move |request| {
            let world = Arc::clone(&world);
            async move {
                if function == "web" {
                    web::handle(&world.web, request).await
                } else {
                    webhook::handle(&world.webhook, request).await
                }
            }
        };
        let invocation = gateway::invoke(event, deadline, handle).boxed();
        let limit = Duration::from_millis(u64::try_from(HTTP_TIMEOUT_MILLIS).unwrap_or_default());
        let death = Death::after(self.faults.death());
        let answer = timeout(
            limit,
            self.traces.follow(&cause, function, death, invocation),
        )
        .await;
        let answer = answer.ok().flatten().unwrap_or(Answered {
            status: 504,
            headers: Vec::new(),
            body: Vec::new(),
        });
        silence::keep_answer_private(&answer.body);
        self.traces.add(
            &cause,
            function,
            "note",
            "answered",
            "HTTP status",
            &answer.status.to_string(),
        );
        answer
    }
}

impl World {
    /// API Gateway's answer where the function gives none.
    fn unreached(&self, cause: &str, function: &'static str) -> Answered {
        self.traces
            .add(cause, function, "note", "not reached", "HTTP status", "502");
        Answered {
            status: 502,
            headers: Vec::new(),
            body: br#"{"message":"Bad Gateway"}"#.to_vec(),
        }
    }
}

/// As the template routes. Callbacks are told apart from messages, so that each has its own count of calls.
fn route_of(method: &Method, path: &str) -> (&'static str, String) {
    let (function, path) = match path
        .trim_matches('/')
        .split('/')
        .collect::<Vec<_>>()
        .as_slice()
    {
        ["whatsapp", "webhook"] => ("webhook", "/whatsapp/webhook"),
        ["whatsapp", "debugger"] => ("webhook", "/whatsapp/debugger"),
        ["whatsapp", "status"] => ("webhook/status", "/whatsapp/status"),
        ["whatsapp", "status", _] => ("webhook/status", "/whatsapp/status/{entry}"),
        ["link", "captcha-frame"] => ("web", "/link/captcha-frame"),
        ["link", _] => ("web", "/link/{token}"),
        ["link", _, "credential"] => ("web", "/link/{token}/credential"),
        ["export", _] => ("web", "/export/{token}"),
        ["qr", _] => ("web", "/qr/{name}"),
        ["confirm", _] => ("web", "/confirm/{token}"),
        ["confirm", _, "proof"] => ("web", "/confirm/{token}/proof"),
        ["flash", "events"] => ("web", "/flash/events"),
        _ => ("web", "/health"),
    };
    (function, format!("{method} {path}"))
}

/// The message on whose behalf a request comes: its SID, that of the entry it reports on, or the page it is about.
fn http_cause(arrived: &Arrived, path: &str) -> String {
    if let Some(entry) = path.strip_prefix("/whatsapp/status/") {
        return cause_of_entry(entry);
    }
    let pages = ["/link/", "/confirm/", "/export/", "/qr/"];
    if let Some(token) = pages.iter().find_map(|page| path.strip_prefix(page)) {
        let token = token.split('/').next().unwrap_or_default();
        let kind = if path.starts_with("/qr/") {
            "picture"
        } else {
            "page"
        };
        // The signature's end tells pages apart, and is worth nothing.
        return format!(
            "{kind} …{}",
            token.get(token.len().saturating_sub(6)..).unwrap_or(token)
        );
    }
    let mut pairs = form_urlencoded::parse(&arrived.body);
    pairs
        .find(|(name, _)| name == "MessageSid")
        .map_or_else(|| path.to_owned(), |(_, sid)| sid.into_owned())
}

fn cause_of(event: &Value) -> String {
    let body = event["Records"][0]["body"].as_str().unwrap_or_default();
    let ticket: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(trace) = ticket["trace"].as_str() {
        return format!("event-{trace}");
    }
    cause_of_entry(ticket["entry"].as_str().unwrap_or_default())
}

/// `person.CAUSE-0` → `CAUSE`; of a question and all that it gives rise to, the message that asked it.
fn cause_of_entry(entry: &str) -> String {
    let id = entry.split_once('.').map_or(entry, |(_, id)| id);
    id.split_once("-ask-")
        .or_else(|| id.rsplit_once('-'))
        .map_or(id, |(cause, _)| cause)
        .to_owned()
}

/// What the records' tickets name, as `person.ID`.
fn entries(event: &Value) -> Vec<String> {
    let bodies = event["Records"].as_array().into_iter().flatten();
    let tickets =
        bodies.filter_map(|record| serde_json::from_str::<Value>(record["body"].as_str()?).ok());
    tickets
        .filter_map(|ticket| ticket["entry"].as_str().map(str::to_owned))
        .collect()
}

fn ids(event: &Value) -> HashSet<String> {
    let records = event["Records"].as_array().into_iter().flatten();
    records
        .filter_map(|record| record["messageId"].as_str().map(str::to_owned))
        .collect()
}

fn failures(answer: &Value) -> HashSet<String> {
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    failures
        .filter_map(|failure| failure["itemIdentifier"].as_str().map(str::to_owned))
        .collect()
}

/// Through text and back, as the event travels on AWS.
fn reparsed(event: &Value) -> Value {
    serde_json::from_str(&event.to_string()).unwrap_or_else(|_| json!({}))
}
