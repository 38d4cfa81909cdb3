//! One of Flash's events that was moved here, whichever way it had come.

use aws::batch::{Again, RecordError};
use aws::events::{Arrived, Moved};
use aws::telemetry;
use flash::events::{Reading, Told, read};

use crate::{App, notify};

const VIA: &str = "dead_letters";

pub(crate) async fn run(app: &App, moved: Moved) -> Result<(), RecordError> {
    let now = app.clock.now();
    let opened = moved.open(app.tables.ring(), now).await;
    let event = match opened.map_err(Again::from)? {
        Arrived::Event(event) => event,
        Arrived::Unread(unread) => {
            let told = Told {
                envelope: unread.envelope.as_deref(),
                now,
            };
            match read(&unread.body, told) {
                Ok(Reading::Event(event)) => event,
                Ok(Reading::Unknown(kind)) => {
                    telemetry::passed_over(kind.as_str(), VIA);
                    return Ok(());
                }
                Err(malformed) => return Err(RecordError::Malformed(malformed.to_string())),
            }
        }
    };
    Box::pin(notify::run(app, &event, &moved.trace)).await
}
