//! Whoever is at support hears that a customer waits. A topic may hear of one customer twice, and never of none.

use aws::batch::Again;
use aws::telemetry;
use domain::ids::EntryKey;
use domain::ticket::Alert;
use domain::time::Moment;

use crate::App;

/// What could not be told is told with a later round of the relay, until it is worth nothing.
pub(crate) async fn run(
    app: &App,
    key: &EntryKey,
    (alert, until): &(Alert, Moment),
    now: Moment,
) -> Result<(), Again> {
    if let Some(topic) = app.support_topic.as_ref().filter(|_| now < *until) {
        let published = topic.publish(&alert.title(), &alert.in_words()).await;
        if let Err(error) = published {
            telemetry::failure("alert", &error);
            telemetry::count("alert_not_published");
            return Ok(());
        }
        telemetry::count("alert_published");
    }
    app.tables.close_timer(key, now).await?;
    Ok(())
}
