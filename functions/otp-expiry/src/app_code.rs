//! The life of a code in the Flash app is over.

use aws::batch::Again;
use aws::tables::{CommitError, Part};
use aws::telemetry;
use domain::conversation::waits_for_app_code;
use domain::ids::EntryKey;
use domain::outbox::Reply;
use domain::texts;
use domain::time::Moment;

use crate::{App, Outcome, says};

/// Destroys the code called `challenge`, and says so to whoever has no other way left to what they asked for.
pub(crate) async fn run(
    app: &App,
    timer: &EntryKey,
    challenge: &str,
    now: Moment,
) -> Result<Outcome, Again> {
    let known = app.tables.read_person(&timer.person, None, now).await?;
    let address = known
        .address()
        .filter(|_| waits_for_app_code(&known.state, now));
    let entries = match address {
        Some(address) => {
            let address = app.tables.open_address(&timer.person, address, now).await?;
            let l = known.state.person.language(&address);
            let reply = Reply::from(texts::app_code_ran_out(l)).language(l);
            says(app, timer, &address, &reply, now)
        }
        None => Vec::new(),
    };
    match app
        .tables
        .end_app_code(timer, challenge, &entries, now)
        .await
    {
        Ok(()) if entries.is_empty() => Ok(Outcome::Silent),
        Ok(()) => {
            telemetry::count("app_code_ran_out");
            Ok(Outcome::Told)
        }
        // Typed, destroyed or replaced in time: there is nothing to say.
        Err(CommitError::Changed(Part::Code)) => {
            app.tables.close_timer(timer, now).await?;
            Ok(Outcome::Silent)
        }
        // Another delivery of the same record was faster.
        Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => Ok(Outcome::Told),
        Err(CommitError::Table(error)) => Err(error.into()),
    }
}
