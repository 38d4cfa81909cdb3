//! Who waits long is told that an answer is on its way.
//!
//! In a message of its own, not by Twilio's typing indicator: that is a beta of another API, ends after 25 seconds, and would
//! need the key that sends messages, which `outbound` alone has.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use aws::batch::Again;
use aws::tables::{CommitError, NewEntry};
use aws::telemetry;
use domain::assistant::Asked;
use domain::ids::EntryKey;
use domain::outbox::Reply;
use domain::policy::MODEL_MOMENT_LIFE;
use domain::texts;
use futures::future::join;
use tokio::time::timeout;

use crate::answer::unwanted;
use crate::{App, publish};

/// Does `work`, and beside it `says` once it takes longer than `soon`. What `says` began is done when this is.
pub(crate) async fn unless_soon<T>(
    soon: Duration,
    work: impl Future<Output = T>,
    says: impl Future<Output = ()>,
) -> T {
    let mut work = pin!(work);
    match timeout(soon, &mut work).await {
        Ok(done) => done,
        Err(_) => join(work, says).await.0,
    }
}

/// An answer does not wait for this to be said.
pub(crate) async fn say(app: &App, key: &EntryKey, asked: &Asked) {
    match try_to_say(app, key, asked).await {
        Ok(()) => telemetry::count("moment_said"),
        Err(error) => telemetry::failure("moment", &error),
    }
}

async fn try_to_say(app: &App, key: &EntryKey, asked: &Asked) -> Result<(), Again> {
    let now = app.clock.now();
    let known = app.tables.read_person(&key.person, None, now).await?;
    let wanted = unwanted(asked, &known.state, now).is_none();
    let Some(address) = known.address().filter(|_| wanted) else {
        return Ok(());
    };
    let address = app.tables.open_address(&key.person, address, now).await?;
    let reply = Reply::from(texts::answer_in_a_moment(asked.language))
        .language(asked.language)
        .until(now.plus(MODEL_MOMENT_LIFE));
    let cause = format!("{}-moment", key.id.as_str());
    let says = app
        .tables
        .sends(&key.person, &address, &reply, (&cause, 0), now);
    let mut transaction = app.tables.transaction(&key.person, now);
    transaction.person_as_read(&known);
    transaction.session_as_read(&known);
    for entry in &says {
        transaction.entry(entry);
    }
    match transaction.commit().await {
        Ok(()) => {
            let keys: Vec<EntryKey> = says.iter().map(NewEntry::key).cloned().collect();
            publish(app, &keys).await
        }
        // The person has just said something themselves.
        Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => Ok(()),
        Err(CommitError::Table(error)) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_word_is_said_only_where_the_work_takes_long_and_before_it_is_done() {
        for (takes, told) in [(1, false), (3, true)] {
            let said = Cell::new(None);
            let work = async {
                tokio::time::sleep(Duration::from_secs(takes)).await;
                said.get()
            };
            let heard = unless_soon(Duration::from_secs(2), work, async { said.set(Some(())) });
            assert_eq!(heard.await.is_some(), told, "{takes}");
        }
    }
}
