//! Sends one message through Twilio for each record of the `send` queue.
//!
//! An entry is claimed under a lease before Twilio is called, so no two callers send it. What Twilio refuses for now
//! waits in the table, not in the queue, so that nobody's next message waits behind it; what Twilio may have taken is
//! `unknown`, and the scheduler finds out. A record fails only where the outcome could not be recorded.

mod content;
mod gate;
mod setup;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws::batch::{self, Consumer, NotSqs};
use aws::clock::Clock;
use aws::keys::random_below;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::refreshed::Refreshed;
use aws::tables::{Claim, Entry, Gate, Report, TableError, Tables};
use aws::telemetry;
use aws::traffic::Traffic;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::counts;
use domain::ids::EntryKey;
use domain::language::Language;
use domain::outbox::{Class, Delivery, Shape, long_wait};
use domain::policy::{DOUBT_FIRST_LOOK, SEND_LEASE, SEND_WAIT_ASKED};
use domain::sending::{Because, Way, needs_truth, request_in, way};
use domain::time::Moment;
use lambda_runtime::LambdaEvent;
use twilio::action::Action;
use twilio::client::{Accepted, Client, Content, Outgoing, SendError};
use twilio::sid::ContentSid;

pub use gate::Watch;

/// One claim, one look at how things stand, one call to Twilio with its full time-out, one report.
const NEEDS_MS: i64 = 15_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub twilio: Refreshed<Client>,
    pub gate: Watch,
    /// What passes through this instance.
    pub traffic: Arc<Traffic>,
    /// Templates that can be sent, by `twilio::content::sid_key`. Without one its message goes as plain text, or not at
    /// all outside the 24-hour window.
    pub content_sids: BTreeMap<String, ContentSid>,
    pub public_base_url: String,
}

/// Sends what the batch's records name, and says which of them must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    let consumer = Consumer {
        consumes: QueueName::Send,
        queue: &*app.queue,
        clock: &app.clock,
        needs_ms: NEEDS_MS,
    };
    let response = batch::each_entry(event, consumer, |key| send(app, key)).await;
    app.traffic.flush(&app.tables, app.clock.now()).await;
    response
}

async fn send(app: &App, key: EntryKey) -> Result<(), TableError> {
    let now = app.clock.now();
    let gate = app.gate.look(&app.tables, now).await;
    if let Some(until) = gate::closed_until(&gate, now) {
        // Not all at the same second.
        let wait = until.since(now).saturating_add(chance(10));
        if app.tables.postpone(&key, now, now.plus(wait)).await? {
            telemetry::count("send_postponed");
            wake(app, &key, wait).await;
            return Ok(());
        }
    }
    match app.tables.claim(&key, now, now.plus(SEND_LEASE)).await? {
        Claim::Mine(entry) => deliver(app, &entry, gate).await,
        Claim::NotDue(due) => {
            wake(app, &key, due.since(now)).await;
            Ok(())
        }
        Claim::Abandoned => {
            telemetry::count("send_unknown");
            wake(app, &key, 0).await;
            Ok(())
        }
        Claim::Dropped(because) => {
            dropped(app, because);
            Ok(())
        }
        Claim::Unopened { error, due_at } => {
            telemetry::failure("claim", &error);
            wake(app, &key, due_at.since(now)).await;
            Ok(())
        }
        // Whoever holds the lease reports, or the relay finds the entry when it is over.
        Claim::Leased(_) | Claim::Settled(_) | Claim::Absent => Ok(()),
    }
}

async fn deliver(app: &App, entry: &Entry, gate: Gate) -> Result<(), TableError> {
    let now = app.clock.now();
    let result = match way_now(app, entry, now).await? {
        Way::Drop(because) => return drop_it(app, entry, because).await,
        Way::Text => as_text(app, entry).await,
        Way::Template(language) => match as_template(app, entry, language).await {
            Some(result) => result,
            None => return drop_it(app, entry, Because::TemplateUnusable).await,
        },
    };
    app.gate
        .learn(&app.tables, gate, &result, app.clock.now())
        .await;
    match result {
        Ok(accepted) => {
            sent(app, entry);
            let report = Report::of(Delivery::Queued, &accepted.sid, None);
            let now = app.clock.now();
            app.tables.report(&entry.key, &report, now).await?;
            telemetry::count("send_accepted");
            if let Some(next) = &entry.next_part {
                // If this is not reached, the part looks for itself.
                app.tables.release_part(next, now).await?;
                wake(app, next, 0).await;
            }
            Ok(())
        }
        Err(error) => refused(app, entry, &error).await,
    }
}

/// How the message goes by now. What can't be found out now is found out soon: nothing has been sent yet.
async fn way_now(app: &App, entry: &Entry, now: Moment) -> Result<Way, TableError> {
    let reply = &entry.reply;
    if !needs_truth(reply.class, entry.attempt, entry.created_at, now) {
        return Ok(Way::Text);
    }
    let (person, request) = (&entry.key.person, request_in(reply));
    let code = request.as_ref().map(|(code, _)| code);
    match app.tables.truth(person, code, now).await {
        Ok(truth) => Ok(match way(reply, entry.created_at, &truth, now) {
            Way::Text if entry.shape == Shape::Template => Way::Template(truth.language),
            way => way,
        }),
        Err(error) => {
            let wait = reply.class.wait(entry.attempt);
            app.tables.put_back(&entry.key, now.plus(wait)).await?;
            wake(app, &entry.key, wait).await;
            Err(error)
        }
    }
}

async fn as_text(app: &App, entry: &Entry) -> Result<Accepted, SendError> {
    let plain = Content::Text {
        body: &entry.reply.text,
    };
    let picture = entry.reply.picture.as_deref();
    if let Some(picture) = picture.filter(|_| entry.shape != Shape::Plain) {
        let result = post_with(app, entry, plain, Some(picture)).await;
        let refused =
            |error: &SendError| matches!(error.action(), Action::WithoutMedia | Action::PlainText);
        if result.as_ref().is_err_and(refused) {
            telemetry::count("picture_refused");
            return post(app, entry, plain).await;
        }
        return result;
    }
    let buttons = content::buttons(&app.content_sids, entry);
    let Some(buttons) = buttons.filter(|_| entry.shape != Shape::Plain) else {
        return post(app, entry, plain).await;
    };
    let result = post(app, entry, buttons.content()).await;
    if matches!(&result, Err(error) if error.action() == Action::PlainText) {
        // The template is not as we think it is; the text alone says what to type.
        telemetry::count("template_refused");
        return post(app, entry, plain).await;
    }
    result
}

/// None: there is no such template to send.
async fn as_template(
    app: &App,
    entry: &Entry,
    language: Language,
) -> Option<Result<Accepted, SendError>> {
    let filled = content::approved(&app.content_sids, entry, language)?;
    Some(post(app, entry, filled.content()).await)
}

/// Twilio has not taken it, or may have.
async fn refused(app: &App, entry: &Entry, error: &SendError) -> Result<(), TableError> {
    telemetry::failure("send", error);
    match code_of(error) {
        Some(code) => count_failure(app, &format!("twilio_{code}")),
        None => count_failure(app, "twilio_unanswered"),
    }
    let action = error.action();
    if action.alarms() {
        telemetry::count("send_alarm");
    }
    let now = app.clock.now();
    match action {
        Action::Reconcile => {
            telemetry::count("send_unknown");
            app.tables
                .doubt(&entry.key, now.plus(DOUBT_FIRST_LOOK))
                .await?;
            wake(app, &entry.key, DOUBT_FIRST_LOOK).await;
            Ok(())
        }
        // Until its end; the claim after that drops it.
        Action::RetryLater
        | Action::RetryMuchLater
        | Action::RetryOnce
        | Action::StopSending
        | Action::Misconfigured => {
            let wait = wait_for(entry, error);
            app.tables.put_back(&entry.key, now.plus(wait)).await?;
            wake(app, &entry.key, wait).await;
            Ok(())
        }
        Action::UseTemplate => {
            let sent_at = entry.claimed_at.unwrap_or(now);
            app.tables
                .close_window(&entry.key.person, sent_at, now)
                .await?;
            if entry.shape == Shape::Template || !entry.reply.has_template() {
                return drop_it(app, entry, Because::WindowClosed).await;
            }
            // The next look at the truth finds the window closed.
            let wait = entry.reply.class.wait(entry.attempt);
            app.tables.put_back(&entry.key, now.plus(wait)).await?;
            wake(app, &entry.key, wait).await;
            Ok(())
        }
        Action::TemplateUnusable => drop_it(app, entry, Because::TemplateUnusable).await,
        _ => {
            telemetry::count("send_failed");
            if action == Action::OptedOut {
                let sent_at = entry.claimed_at.unwrap_or(now);
                let key = &entry.key;
                if app.tables.opted_out_at_twilio(key, sent_at, now).await? {
                    telemetry::count("opted_out_at_twilio");
                }
            }
            let report = Report::ended(Delivery::Failed, code_of(error));
            app.tables.report(&entry.key, &report, now).await?;
            Ok(())
        }
    }
}

async fn drop_it(app: &App, entry: &Entry, because: Because) -> Result<(), TableError> {
    dropped(app, because);
    app.tables
        .report(&entry.key, &Report::dropped(because), app.clock.now())
        .await?;
    Ok(())
}

fn dropped(app: &App, because: Because) {
    telemetry::count("send_dropped");
    telemetry::count(because.metric());
    count_failure(app, because.metric());
}

fn sent(app: &App, entry: &Entry) {
    let now = app.clock.now();
    app.traffic.count(counts::SENT, now);
    if entry.reply.class == Class::Notice {
        app.traffic.count(counts::NOTICES, now);
    }
}

fn count_failure(app: &App, what: &str) {
    let name = format!("{}{what}", counts::FAILED);
    app.traffic.count(&name, app.clock.now());
}

/// Waits that grow by the kind of message, and a little more by chance so that many do not come back together; never
/// less than Twilio asks for. Seconds.
fn wait_for(entry: &Entry, error: &SendError) -> i64 {
    let asked = match error {
        SendError::Refused { retry_after_s, .. } => retry_after_s.map_or(0, i64::from),
        SendError::Ambiguous { .. } | SendError::NotSent { .. } => 0,
    };
    let grown = match error.action() {
        Action::RetryMuchLater | Action::Misconfigured => long_wait(entry.attempt),
        _ => entry.reply.class.wait(entry.attempt),
    };
    asked
        .min(SEND_WAIT_ASKED)
        .max(grown.saturating_add(chance(grown / 2)))
}

/// From 0 to `most`.
fn chance(most: i64) -> i64 {
    let most = u32::try_from(most).unwrap_or(0).saturating_add(1);
    i64::from(random_below(most))
}

/// Somebody looks at the entry when it is due; if this ticket is lost, the relay does.
async fn wake(app: &App, key: &EntryKey, wait: i64) {
    if let Err(error) = app
        .queue
        .send(QueueName::Wake, &[QueueMessage::later(key, wait)])
        .await
    {
        telemetry::failure("wake", &error);
    }
}

fn code_of(error: &SendError) -> Option<u32> {
    match error {
        SendError::Refused { code, .. } => *code,
        SendError::Ambiguous { .. } | SendError::NotSent { .. } => None,
    }
}

async fn post(app: &App, entry: &Entry, content: Content<'_>) -> Result<Accepted, SendError> {
    post_with(app, entry, content, None).await
}

async fn post_with(
    app: &App,
    entry: &Entry,
    content: Content<'_>,
    picture: Option<&str>,
) -> Result<Accepted, SendError> {
    let status_callback = format!("{}/whatsapp/status/{}", app.public_base_url, entry.key);
    let left = u32::try_from(entry.ends_at.since(app.clock.now()))
        .unwrap_or(0)
        .clamp(1, 36_000);
    let message = Outgoing {
        to: &entry.to,
        content,
        media_url: picture,
        status_callback: &status_callback,
        validity_s: Some(left),
    };
    match app.twilio.current().send(&message).await {
        // An API key that is refused may have been replaced; a refusal means that nothing was sent.
        Err(SendError::Refused {
            http_status: 401,
            retry_after_s,
            ..
        }) => match app.twilio.refresh(app.clock.now()).await {
            Some(client) => client.send(&message).await,
            // Without a fresh key it proves nothing about the account, so it is passed on without Twilio's code.
            None => Err(SendError::Refused {
                http_status: 401,
                code: None,
                retry_after_s,
            }),
        },
        result => result,
    }
}
