//! What staff do about another chat, in the transaction of their own message.

use aws::tables::{CommitError, Known, Part, TableError, Transaction};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::{Act, Audit, NoSubject, Subject, Whom};
use domain::ids::PersonKey;
use domain::language::Language;
use domain::time::Moment;

use crate::Talk;

/// How the chat called `person` stands.
pub(crate) async fn subject(
    talk: &Talk,
    person: &PersonKey,
    now: Moment,
) -> Result<Subject, TableError> {
    let known = talk.tables.read_person(person, None, now).await?;
    let language = match known.address() {
        Some(address) => {
            let theirs = &known.state.person;
            talk.tables.language_of(person, theirs, address, now).await
        }
        None => Language::default(),
    };
    Ok(Subject {
        language,
        address: known.address().cloned(),
        heard: known.heard(),
        state: known.state,
    })
}

/// The chat of somebody that staff have named.
pub(crate) async fn find(
    talk: &Talk,
    known: &Known,
    whom: Whom,
    now: Moment,
) -> Result<Result<PersonKey, NoSubject>, TableError> {
    let name = match whom {
        Whom::Person(person) => return Ok(Ok(person)),
        Whom::Number(number) => {
            let address = WhatsAppAddress::Phone(number);
            return Ok(Ok(talk.tables.keys().person(&address)));
        }
        Whom::Username(name) => name,
    };
    if let Some(admin) = &talk.flash_admin {
        match admin.account_of(&name, talk.clock.now()).await {
            Ok(Some(account)) => {
                let person = talk.tables.linked_to(&account, now).await?;
                return Ok(person.ok_or(NoSubject::NotHere));
            }
            Ok(None) => return Ok(Err(NoSubject::NotAtFlash)),
            Err(error) => telemetry::failure("flash_admin", &error),
        }
    }
    // Whoever has linked lately, or used the link since, is found by the wallet that the name is paid into.
    let asked = talk.flash.payee(&name).await;
    match talk.at_flash().judged(known, asked, now).await {
        Ok(Some(payee)) => {
            let person = talk.tables.owner_of(&payee.wallet, now).await?;
            Ok(person.ok_or(NoSubject::NotHere))
        }
        Ok(None) => Ok(Err(NoSubject::NotAtFlash)),
        Err(_) => Ok(Err(NoSubject::NotAsked)),
    }
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
    let mut theirs = talk.tables.transaction(&act.on, now);
    if let Some((was, guard)) = &act.guard {
        let known = talk.tables.read_person(&act.on, None, now).await?;
        if known.state.guard != *was {
            return Err(CommitError::Changed(Part::Guard));
        }
        theirs.guard(&known, guard);
    } else if !act.is_on_record() {
        return Ok(());
    }
    let line = Audit {
        event: act.event,
        account: None,
    };
    theirs.audit_by(&line, staff.as_str(), cause);
    transaction.join(theirs);
    Ok(())
}
