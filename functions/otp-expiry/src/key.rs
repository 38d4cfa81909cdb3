//! A link's key nears its end, or has come to it.

use aws::batch::Again;
use aws::tables::{CommitError, NewEntry, Part, TableError, pause};
use aws::telemetry;
use domain::ids::EntryKey;
use domain::policy::COMMIT_TRIES;
use domain::renewal::{Due, due};

use crate::{App, Outcome, says};

/// Tells the person of the key called `key_id` what holds of it now, unless it is not theirs any more.
pub(crate) async fn run(app: &App, timer: &EntryKey, key_id: &str) -> Result<Outcome, Again> {
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let known = app.tables.read_person(&timer.person, None, now).await?;
        let Some(address) = known.address() else {
            app.tables.close_timer(timer, now).await?;
            return Ok(Outcome::Silent);
        };
        let address = app.tables.open_address(&timer.person, address, now).await?;
        let committed = match due(&known.state, key_id, &address, now) {
            Due::Nothing => {
                app.tables.close_timer(timer, now).await?;
                return Ok(Outcome::Silent);
            }
            Due::Remind { says: reply, next } => {
                let mut entries = says(app, timer, &address, &reply, now);
                entries.push(NewEntry::ending(&timer.person, next));
                let committed = app.tables.remind(timer, &known, &entries, now).await;
                committed.map(|()| telemetry::count("link_ending_told"))
            }
            Due::Over(parting) => {
                let entries = says(app, timer, &address, &parting.says, now);
                let ended = app.tables.end_link(timer, &known, &parting, &entries, now);
                let name = parting.audit.event.name();
                ended.await.map(|()| telemetry::count(name))
            }
        };
        match committed {
            Ok(()) => return Ok(Outcome::Told),
            // Another delivery of the same record was faster.
            Err(CommitError::Changed(Part::Entry) | CommitError::Duplicate { .. }) => {
                return Ok(Outcome::Told);
            }
            // The person did something meanwhile, which may have been to renew.
            Err(CommitError::Changed(_)) => {}
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(Again::Table(TableError::Retryable {
        operation: "TransactWriteItems",
        code: "Contended".to_owned(),
        source: None,
    }))
}
