//! Later parts of one answer: sent when the part before has gone, and never without it.

use aws::batch::Again;
use aws::queue::{QueueMessage, QueueName};
use aws::tables::Report;
use aws::telemetry;
use domain::ids::EntryKey;
use domain::outbox::Delivery;
use domain::policy::PART_WAIT;
use domain::sending::Because;
use domain::time::Moment;

use crate::App;

/// Its sender tells a part when its turn has come; this is for parts that nobody told.
pub(crate) async fn attend(
    app: &App,
    part: &EntryKey,
    before: &EntryKey,
    now: Moment,
) -> Result<(), Again> {
    let before = app.tables.standing(before, now).await?;
    match before.map(|(before, _)| (before.delivery, before.due_at)) {
        // It is forgotten, or Twilio has it.
        None
        | Some((Delivery::Queued | Delivery::Sent | Delivery::Delivered | Delivery::Read, _)) => {
            if app.tables.release_part(part, now).await? {
                app.queue
                    .send(QueueName::Wake, &[QueueMessage::later(part, 0)])
                    .await?;
            }
        }
        // It will never go; one in doubt that nobody looks for any more may not have.
        Some(
            (Delivery::Failed | Delivery::Undelivered | Delivery::Dropped | Delivery::Done, _)
            | (Delivery::Unknown, None),
        ) => {
            telemetry::count("send_dropped");
            let report = Report::dropped(Because::PartBeforeMissing);
            app.tables.report(part, &report, now).await?;
        }
        Some(_) => {
            app.tables.hold_part(part, now.plus(PART_WAIT)).await?;
        }
    }
    Ok(())
}
