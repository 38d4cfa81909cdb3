//! `POST /flash/events`: what Flash's Svix posts. A request is believed by its signature alone; it costs a call to the queue
//! only after that, and never one to a table.
//!
//! 204: it is in the queue, or set aside, or nothing that anybody is told of; 400 and 401: not signed for us; 404: nobody may
//! post here, because no secret is known; 413: too large for any event; 503: the queue did not take it, and Svix comes again.

use aws::dead_letter::Reason;
use aws::events::Moved;
use aws::queue::{QueueError, QueueName};
use aws::refreshed::Refreshed;
use aws::telemetry;
use domain::policy::EVENT_BYTES;
use domain::time::Moment;
use flash::events::signature::{self, Refused, SvixId};
use flash::events::{Reading, Told, read};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, Response};
use secrecy::SecretString;

use crate::{App, empty};

const VIA: &str = "webhook";

pub(crate) async fn receive(app: &App, request: &Request) -> Response<Body> {
    let Some(secrets) = &app.signing_secrets else {
        return empty(StatusCode::NOT_FOUND);
    };
    if request.body().len() > EVENT_BYTES {
        return empty(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let now = app.clock.now();
    let id = match verify(secrets, request, now).await {
        Ok(id) => id,
        Err(refused) => {
            telemetry::count("event_refused");
            telemetry::failure("event", &refused);
            return empty(match refused {
                Refused::Malformed => StatusCode::BAD_REQUEST,
                Refused::Missing | Refused::Stale | Refused::Mismatch | Refused::NoSecret => {
                    StatusCode::UNAUTHORIZED
                }
            });
        }
    };
    match take(app, request.body(), &id, now).await {
        Ok(()) => empty(StatusCode::NO_CONTENT),
        Err(error) => {
            telemetry::failure("event", &error);
            empty(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// A signature that no known secret made may be of one that is new: they are read again, now and then.
async fn verify(
    secrets: &Refreshed<Vec<SecretString>>,
    request: &Request,
    now: Moment,
) -> Result<SvixId, Refused> {
    let check = |secrets: &[SecretString]| {
        signature::verify(secrets, request.headers(), request.body(), now)
    };
    let outcome = check(&secrets.current());
    if matches!(outcome, Err(Refused::Mismatch | Refused::NoSecret))
        && let Some(secrets) = secrets.refresh(now).await
    {
        return check(&secrets);
    }
    outcome
}

async fn take(app: &App, body: &[u8], id: &SvixId, now: Moment) -> Result<(), QueueError> {
    let envelope = Some(id.as_str());
    let reading = read(body, Told { envelope, now });
    let keys = app.tables.ring().fresh(now).await;
    match reading {
        Ok(Reading::Event(event)) => {
            let event = Moved::event(&keys, &event);
            app.queue
                .send(QueueName::Events, &[event.message()])
                .await?;
            telemetry::taken(&event.trace, VIA);
        }
        Ok(Reading::Unknown(kind)) => telemetry::passed_over(kind.as_str(), VIA),
        Err(malformed) => {
            let reason = Reason::Malformed(malformed.to_string());
            let letter = Moved::unread(&keys, body, envelope).aside(reason);
            app.queue.set_aside(QueueName::Events, &letter).await?;
            telemetry::dead_lettered(QueueName::Events, &letter);
        }
    }
    Ok(())
}
