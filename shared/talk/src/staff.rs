//! What staff do about another chat, in the transaction of their own message.

use aws::tables::{CommitError, Part, TableError, Transaction};
use domain::conversation::{Act, Audit, Subject};
use domain::ids::PersonKey;
use domain::time::Moment;

use crate::Talk;

/// How the chat called `person` stands.
pub(crate) async fn subject(
    talk: &Talk,
    person: &PersonKey,
    now: Moment,
) -> Result<Subject, TableError> {
    let known = talk.tables.read_person(person, None, now).await?;
    Ok(Subject {
        address: known.address().cloned(),
        heard: known.heard(),
        state: known.state,
    })
}

/// Adds what `act` changes, and what both records say of it. [`CommitError::Changed`] if the other chat no longer stands
/// as it was decided on.
pub(crate) async fn join<'a>(
    talk: &'a Talk,
    transaction: &mut Transaction<'a>,
    act: &'a Act,
    (staff, cause): (&PersonKey, &str),
    now: Moment,
) -> Result<(), CommitError> {
    transaction.audit_on(act.event, &act.on, cause);
    let Some((was, guard)) = &act.guard else {
        return Ok(());
    };
    let known = talk.tables.read_person(&act.on, None, now).await?;
    if known.state.guard != *was {
        return Err(CommitError::Changed(Part::Guard));
    }
    let mut theirs = talk.tables.transaction(&act.on, now);
    theirs.guard(&known, guard);
    let line = Audit {
        event: act.event,
        account: None,
    };
    theirs.audit_by(&line, staff.as_str(), cause);
    transaction.join(theirs);
    Ok(())
}
