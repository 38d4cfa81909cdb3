//! What was said to somebody who has had their data deleted goes, page by page.

use aws::batch::Again;
use aws::queue::{QueueMessage, QueueName};
use aws::tables::Swept;
use aws::telemetry;
use domain::ids::EntryKey;
use domain::time::Moment;

use crate::{App, Outcome};

/// One page. Whatever comes of it, the entry stands until all is gone, and the relay finds it.
pub(crate) async fn run(
    app: &App,
    sweep: &EntryKey,
    erased_at: Moment,
    now: Moment,
) -> Result<Outcome, Again> {
    let wait = match app.tables.sweep(sweep, erased_at, now).await? {
        Swept::All => {
            telemetry::count("erasure_done");
            return Ok(Outcome::Silent);
        }
        Swept::More => 0,
        Swept::Again(at) => at.since(now),
    };
    let ticket = QueueMessage::later(sweep, wait);
    app.queue.send(QueueName::Expire, &[ticket]).await?;
    Ok(Outcome::Silent)
}
