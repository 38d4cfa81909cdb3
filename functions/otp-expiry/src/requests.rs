//! Requests for money end with the link of either side.

use aws::batch::Again;
use aws::queue::{QueueMessage, QueueName};
use aws::telemetry;
use domain::ids::EntryKey;
use domain::time::Moment;

use crate::{App, Outcome};

/// A page of them. Whatever comes of it, the entry stands until all are over, and the relay finds it.
pub(crate) async fn run(
    app: &App,
    timer: &EntryKey,
    let_go_at: Moment,
    now: Moment,
) -> Result<Outcome, Again> {
    if app
        .tables
        .end_requests(&timer.person, let_go_at, now)
        .await?
    {
        app.tables.close_timer(timer, now).await?;
        telemetry::count("requests_ended");
    } else {
        let ticket = QueueMessage::later(timer, 0);
        app.queue.send(QueueName::Expire, &[ticket]).await?;
    }
    Ok(Outcome::Silent)
}
