//! Sends one message through Twilio for each record of the `send` queue.
//!
//! An entry is claimed under a lease before Twilio is called, so no two callers send it. What Twilio refuses for now
//! waits in the table, not in the queue, so that nobody's next message waits behind it; what Twilio may have taken is
//! `unknown`, and the scheduler finds out. A record fails only where the outcome could not be recorded.

mod setup;

use std::collections::BTreeMap;
use std::sync::Arc;

use aws::batch::{self, NotSqs};
use aws::clock::Clock;
use aws::keys::random_below;
use aws::queue::{Queue, QueueMessage, QueueName};
use aws::refreshed::Refreshed;
use aws::tables::{Claim, Entry, Report, TableError, Tables};
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::ids::EntryKey;
use domain::outbox::{Buttons, Delivery};
use domain::policy::{
    DOUBT_FIRST_LOOK, SEND_LEASE, SEND_WAIT_ASKED, SEND_WAIT_FIRST, SEND_WAIT_LONGEST,
};
use lambda_runtime::LambdaEvent;
use twilio::action::Action;
use twilio::client::{Client, Content, Outgoing, SendError};
use twilio::content::{BODY_MAX, TemplateName};
use twilio::sid::ContentSid;

/// One claim, one call to Twilio with its full time-out, one report.
const NEEDS_MS: i64 = 15_000;

/// All that the function needs, made once.
#[derive(Debug)]
pub struct App {
    pub clock: Clock,
    pub tables: Tables,
    pub queue: Arc<dyn Queue>,
    pub twilio: Refreshed<Client>,
    /// Templates that exist at Twilio, by name. Without one its message goes as plain text.
    pub content_sids: BTreeMap<String, ContentSid>,
    pub public_base_url: String,
}

/// Sends what the batch's records name, and says which of them must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    batch::each_entry(event, || app.clock.millis(), NEEDS_MS, |key| send(app, key)).await
}

async fn send(app: &App, key: EntryKey) -> Result<(), TableError> {
    let now = app.clock.now();
    match app.tables.claim(&key, now, now.plus(SEND_LEASE)).await? {
        Claim::Mine(entry) => deliver(app, &entry).await,
        Claim::NotDue(due) => {
            wake(app, &key, due.since(now)).await;
            Ok(())
        }
        Claim::Abandoned => {
            telemetry::count("send_unknown");
            wake(app, &key, 0).await;
            Ok(())
        }
        Claim::Dropped => {
            telemetry::count("send_dropped");
            Ok(())
        }
        // Whoever holds the lease reports, or the relay finds the entry when it is over.
        Claim::Leased(_) | Claim::Settled(_) | Claim::Absent => Ok(()),
    }
}

async fn deliver(app: &App, entry: &Entry) -> Result<(), TableError> {
    let template = template_for(app, entry);
    let mut result = post(app, entry, template.as_ref()).await;
    if template.is_some() && matches!(&result, Err(error) if error.action() == Action::PlainText) {
        // The template is not as we think it is; the text alone says what to type.
        telemetry::count("template_refused");
        result = post(app, entry, None).await;
    }
    let error = match result {
        Ok(accepted) => {
            let report = Report {
                delivery: Delivery::Queued,
                sid: Some(&accepted.sid),
                error_code: None,
            };
            app.tables.report(&entry.key, &report).await?;
            return Ok(());
        }
        Err(error) => error,
    };
    telemetry::failure("send", &error);
    let action = error.action();
    if action.alarms() {
        telemetry::count("send_alarm");
    }
    match action {
        Action::Reconcile => {
            telemetry::count("send_unknown");
            app.tables
                .doubt(&entry.key, app.clock.now().plus(DOUBT_FIRST_LOOK))
                .await?;
            wake(app, &entry.key, DOUBT_FIRST_LOOK).await;
            Ok(())
        }
        // Until its end; the claim after that drops it.
        Action::RetryLater | Action::RetryMuchLater | Action::RetryOnce | Action::StopSending => {
            let wait = wait_for(entry.attempt, &error);
            app.tables
                .put_back(&entry.key, app.clock.now().plus(wait))
                .await?;
            wake(app, &entry.key, wait).await;
            Ok(())
        }
        _ => {
            telemetry::count("send_failed");
            conclude(app, &entry.key, Delivery::Failed, code_of(&error)).await
        }
    }
}

async fn conclude(
    app: &App,
    key: &EntryKey,
    delivery: Delivery,
    error_code: Option<u32>,
) -> Result<(), TableError> {
    app.tables
        .report(
            key,
            &Report {
                delivery,
                sid: None,
                error_code,
            },
        )
        .await?;
    Ok(())
}

/// Waits that double, and a little more by chance so that many do not come back together; never less than Twilio asks
/// for. Seconds.
fn wait_for(attempt: u32, error: &SendError) -> i64 {
    let asked = match error {
        SendError::Refused { retry_after_s, .. } => retry_after_s.map(i64::from),
        SendError::Ambiguous { .. } | SendError::NotSent { .. } => None,
    };
    let doublings = attempt.saturating_sub(1).min(10);
    let doubled = SEND_WAIT_FIRST
        .saturating_mul(1_i64.checked_shl(doublings).unwrap_or(1))
        .min(SEND_WAIT_LONGEST);
    let chance = i64::from(random_below(u32::try_from(doubled / 2 + 1).unwrap_or(1)));
    asked
        .unwrap_or(0)
        .min(SEND_WAIT_ASKED)
        .max(doubled + chance)
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

type Template<'a> = (&'a ContentSid, BTreeMap<String, String>);

/// The entry's buttons, if Twilio has them and the text fits beside them.
fn template_for<'a>(app: &'a App, entry: &Entry) -> Option<Template<'a>> {
    let text = &entry.reply.text;
    if text.chars().count() > BODY_MAX {
        return None;
    }
    let mut variables = BTreeMap::from([("1".to_owned(), text.clone())]);
    let name = match entry.reply.buttons.as_ref()? {
        Buttons::StartUnlinked => TemplateName::StartUnlinked,
        Buttons::StartLinked => TemplateName::StartLinked,
        Buttons::UnlinkConfirm { nonce } => {
            variables.insert("2".to_owned(), nonce.clone());
            TemplateName::UnlinkConfirm
        }
    };
    app.content_sids
        .get(name.as_str())
        .map(|sid| (sid, variables))
}

async fn post(
    app: &App,
    entry: &Entry,
    template: Option<&Template<'_>>,
) -> Result<twilio::client::Accepted, SendError> {
    let content = match template {
        Some((content_sid, variables)) => Content::Template {
            content_sid,
            variables,
        },
        None => Content::Text {
            body: &entry.reply.text,
        },
    };
    let status_callback = format!("{}/whatsapp/status/{}", app.public_base_url, entry.key);
    let left = u32::try_from(entry.ends_at.since(app.clock.now()))
        .unwrap_or(0)
        .clamp(1, 36_000);
    let message = Outgoing {
        to: &entry.to,
        content,
        media_url: None,
        status_callback: &status_callback,
        validity_s: Some(left),
    };
    let result = app.twilio.current().send(&message).await;
    // An API key that is refused may have been replaced; a refusal means that nothing was sent.
    if let Err(SendError::Refused {
        http_status: 401, ..
    }) = &result
        && let Some(client) = app.twilio.refresh(app.clock.now()).await
    {
        return client.send(&message).await;
    }
    result
}
