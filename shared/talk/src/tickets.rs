//! What people pass on to support.

use aws::keys;
use aws::tables::{NewEntry, TableError, Transaction};
use domain::conversation::Subject;
use domain::ids::PersonKey;
use domain::state::Session;
use domain::ticket::{Change, Code, Own, Shared, Ticket};
use domain::time::Moment;

use crate::{Talk, staff};

/// The person's own tickets, and a code for another.
pub(crate) async fn own(talk: &Talk, person: &PersonKey, now: Moment) -> Result<Own, TableError> {
    Ok(Own {
        tickets: talk.tables.tickets(person, now).await?,
        code: Code::new(&keys::random_request_code()),
    })
}

/// The ticket of that code, and how its customer's chat stands.
pub(crate) async fn find(
    talk: &Talk,
    code: &Code,
    now: Moment,
) -> Result<Option<Box<(Ticket, Subject)>>, TableError> {
    let Some((whose, ticket)) = talk.tables.ticket(code, now).await? else {
        return Ok(None);
    };
    let subject = staff::subject(talk, &whose, now).await?;
    Ok(Some(Box::new((ticket, subject))))
}

/// What a person would get to see, beside the question whether they may.
pub(crate) fn keep(talk: &Talk, person: &PersonKey, session: &mut Session, draft: Option<&Shared>) {
    if let (Some(open), Some(draft)) = (&mut session.open, draft) {
        open.question = Some(talk.tables.seal_draft(person, draft));
    }
}

/// The entry by which the operator hears that a customer waits. Where its ticket is lost, the relay finds it within its minute.
pub(crate) fn alert(
    transaction: &mut Transaction<'_>,
    person: &PersonKey,
    cause: &str,
    changes: &[Change],
) -> Option<NewEntry> {
    let alert = changes.iter().find_map(Change::alert)?;
    let entry = NewEntry::alert(person, cause, alert);
    transaction.entry(&entry);
    Some(entry)
}
