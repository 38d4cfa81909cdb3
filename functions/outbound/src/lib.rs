//! Sends one message through Twilio for each record of the `send` queue.
//!
//! An entry is claimed under a lease before Twilio is called, so no two callers send it; one whose caller never said
//! how it ended is `unknown`, and is not sent again.

mod setup;

use std::collections::BTreeMap;

use aws::batch::{self, NotSqs};
use aws::clock::Clock;
use aws::tables::{Claim, Entry, Report, TableError, Tables};
use aws::telemetry;
use aws_lambda_events::sqs::SqsBatchResponse;
use domain::ids::EntryKey;
use domain::outbox::{Buttons, Delivery};
use domain::policy::{SEND_ATTEMPTS, SEND_LEASE, SEND_WAIT_FIRST, SEND_WAIT_LONGEST};
use domain::time::Moment;
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
    pub twilio: Client,
    /// Templates that exist at Twilio, by name. Without one its message goes as plain text.
    pub content_sids: BTreeMap<String, ContentSid>,
    pub public_base_url: String,
}

/// The record must be delivered again.
#[derive(Debug, thiserror::Error)]
enum Again {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("not due yet")]
    NotDue,
    #[error("somebody else is sending it")]
    Leased,
    #[error("Twilio refused it for now")]
    Refused(#[source] SendError),
}

/// Sends what the batch's records name, and says which of them must come again.
pub async fn handle(
    app: &App,
    event: LambdaEvent<serde_json::Value>,
) -> Result<SqsBatchResponse, NotSqs> {
    batch::each_entry(event, || app.clock.millis(), NEEDS_MS, |key| send(app, key)).await
}

async fn send(app: &App, key: EntryKey) -> Result<(), Again> {
    let now = app.clock.now();
    match app.tables.claim(&key, now, now.plus(SEND_LEASE)).await? {
        Claim::Mine(entry) => deliver(app, &entry).await,
        Claim::NotDue(_) => Err(Again::NotDue),
        Claim::Leased(_) => Err(Again::Leased),
        Claim::Abandoned => {
            telemetry::count("send_unknown");
            Ok(())
        }
        Claim::Dropped => {
            telemetry::count("send_dropped");
            Ok(())
        }
        Claim::Settled(_) | Claim::Absent => Ok(()),
    }
}

async fn deliver(app: &App, entry: &Entry) -> Result<(), Again> {
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
            conclude(app, &entry.key, Delivery::Unknown, None).await
        }
        Action::RetryLater | Action::RetryMuchLater | Action::RetryOnce | Action::StopSending
            if entry.attempt < SEND_ATTEMPTS =>
        {
            app.tables
                .put_back(
                    &entry.key,
                    due_again(app.clock.now(), entry.attempt, &error),
                )
                .await?;
            Err(Again::Refused(error))
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
) -> Result<(), Again> {
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

/// Twilio's own wish where it has one, else waits that double.
fn due_again(now: Moment, attempt: u32, error: &SendError) -> Moment {
    let asked = match error {
        SendError::Refused { retry_after_s, .. } => retry_after_s.map(i64::from),
        SendError::Ambiguous { .. } | SendError::NotSent { .. } => None,
    };
    let doubled = SEND_WAIT_FIRST.saturating_mul(
        1_i64
            .checked_shl(attempt.saturating_sub(1).min(10))
            .unwrap_or(1),
    );
    now.plus(asked.unwrap_or(doubled).min(SEND_WAIT_LONGEST))
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
    app.twilio
        .send(&Outgoing {
            to: &entry.to,
            content,
            media_url: None,
            status_callback: &status_callback,
            validity_s: Some(left),
        })
        .await
}
