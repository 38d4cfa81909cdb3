//! One of Flash's events: its person is told, or will be, or is not and it stands why. Once, however often and in however many
//! ways it is told.

use aws::batch::{Again, RecordError};
use aws::events::Trace;
use aws::queue::{BATCH, QueueMessage, QueueName};
use aws::tables::{BeforeEvent, CommitError, EventEnd, Known, NewEntry, TableError, pause};
use aws::telemetry;
use domain::address::WhatsAppAddress;
use domain::conversation::Change;
use domain::flash::{FlashTrouble, Username};
use domain::flash_event::{EventId, Fit, FlashEvent};
use domain::ids::{EntryKey, PersonKey};
use domain::notification::{Answers, Decision, Fate, Outcome, Question, Seen, decide, overtaken};
use domain::policy::COMMIT_TRIES;
use domain::request::{Progress, Request, paid_by};
use domain::state::Link;
use domain::time::Moment;
use talk::AtFlash;

use crate::App;

/// No event raises more questions than there are kinds of them.
const MOST_QUESTIONS: usize = 3;

/// What has been asked about the event so far.
#[derive(Debug, Default)]
struct Asked {
    answers: Answers,
    /// The request that it pays.
    pays: Option<Request>,
}

/// What the tables say of it.
struct Read {
    known: Known,
    link: Link,
    address: WhatsAppAddress,
    before: BeforeEvent,
}

/// What the names of an event come to.
enum Owner<T> {
    One(T),
    Nobody,
    /// Its names are of two accounts: nobody is told which of them is meant.
    Two,
}

/// Why an event with names of two accounts is set aside.
const TWO_OWNERS: &str = "two_owners";

pub(crate) async fn run(app: &App, event: &FlashEvent, trace: &Trace) -> Result<(), RecordError> {
    let told = match owner(app, event).await.map_err(Again::from)? {
        Owner::One(person) => tell(app, person, event, trace).await?,
        Owner::Nobody => Owner::Nobody,
        Owner::Two => Owner::Two,
    };
    match told {
        Owner::One(()) => Ok(()),
        Owner::Nobody => {
            telemetry::count("event_of_nobody");
            Ok(())
        }
        Owner::Two => Err(RecordError::Malformed(TWO_OWNERS.to_owned())),
    }
}

/// Whose event it may be. Where pointers lead to several chats, some of them may be older than a link: the links decide.
async fn owner(app: &App, event: &FlashEvent) -> Result<Owner<PersonKey>, TableError> {
    let now = app.clock.now();
    let mut owners = app.tables.owners(&event.whose, now).await?;
    if owners.len() < 2 {
        return Ok(owners.pop().map_or(Owner::Nobody, Owner::One));
    }
    let mut found: Option<(PersonKey, Link)> = None;
    for person in owners {
        let known = app.tables.read_person(&person, None, now).await?;
        let Some(link) = known.state.person.link else {
            continue;
        };
        match (event.whose.fits(&link), &found) {
            (Fit::Both, _) => return Ok(Owner::Two),
            (Fit::Own, Some((_, other))) if other.account != link.account => return Ok(Owner::Two),
            (Fit::Own, None) => found = Some((person, link)),
            (Fit::Own | Fit::Other, _) => {}
        }
    }
    Ok(found.map_or(Owner::Nobody, |(person, _)| Owner::One(person)))
}

async fn tell(
    app: &App,
    person: PersonKey,
    event: &FlashEvent,
    trace: &Trace,
) -> Result<Owner<()>, Again> {
    // All of Flash's work for one event ends within the time for one question.
    let flash = app.flash.budgeted();
    let flash = AtFlash {
        clock: &app.clock,
        tables: &app.tables,
        flash: &flash,
        traffic: None,
    };
    let cause = format!("event-{trace}");
    let mut asked = Asked::default();
    let mut names = event.ids.clone();
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let read = match read(app, &person, event, &names, now).await? {
            Owner::One(read) => read,
            Owner::Nobody => return Ok(Owner::Nobody),
            Owner::Two => return Ok(Owner::Two),
        };
        let of = (&read.link.account, event.scope());
        if let Some(repeats) = &read.before.repeats {
            telemetry::count("event_repeated");
            app.tables.also_called(&person, of, repeats, now).await?;
            publish(app, &repeats.entries).await?;
            return Ok(Owner::One(()));
        }
        let outcome = if read.before.is_overtaken {
            Box::new(overtaken(event, &read.before.seen.seen))
        } else {
            conclude(flash, event, &read, &mut asked, now).await?
        };
        // What Flash has named may have been told of in another way.
        let new = |name: &&EventId| !names.contains(name);
        let new: Vec<_> = outcome.also_called.iter().filter(new).cloned().collect();
        names.extend(new);
        match end(app, event, &read, &asked, &outcome, &cause, now).await {
            Ok(entries) => {
                publish(app, &entries).await?;
                return Ok(Owner::One(()));
            }
            // Somebody else was faster: with this event, with another of the same person, or the person has done something.
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {
                asked.answers.request = None;
            }
            Err(CommitError::Table(error)) => return Err(error.into()),
        }
    }
    Err(Again::Table(TableError::Retryable {
        operation: "TransactWriteItems",
        code: "Contended".to_owned(),
        source: None,
    }))
}

/// Of nobody: the pointer is older than the link, which is of another account, or of none.
async fn read(
    app: &App,
    person: &PersonKey,
    event: &FlashEvent,
    names: &[EventId],
    now: Moment,
) -> Result<Owner<Read>, TableError> {
    let known = app.tables.read_person(person, None, now).await?;
    let link = known.state.person.link.clone();
    let (Some(link), Some(address)) = (link, known.address()) else {
        return Ok(Owner::Nobody);
    };
    match event.whose.fits(&link) {
        Fit::Own => {}
        Fit::Both => return Ok(Owner::Two),
        Fit::Other => return Ok(Owner::Nobody),
    }
    let address = app.tables.open_address(person, address, now).await?;
    let of = (&link.account, event.scope());
    let before = app.tables.before_event(person, of, names, now).await?;
    Ok(Owner::One(Read {
        known,
        link,
        address,
        before,
    }))
}

async fn conclude(
    flash: AtFlash<'_>,
    event: &FlashEvent,
    read: &Read,
    asked: &mut Asked,
    now: Moment,
) -> Result<Box<Outcome>, TableError> {
    let (state, seen): (_, &Seen) = (&read.known.state, &read.before.seen.seen);
    for _ in 0..=MOST_QUESTIONS {
        match decide(event, state, &read.address, seen, &asked.answers, now) {
            Decision::Done(outcome) => return Ok(outcome),
            Decision::Ask(question) => answer(flash, read, question, asked, now).await?,
        }
    }
    Err(TableError::Retryable {
        operation: "decide",
        code: "Endless".to_owned(),
        source: None,
    })
}

/// Flash that is down holds nothing up: who is told without the amount can ask for it.
async fn answer(
    flash: AtFlash<'_>,
    read: &Read,
    question: Question,
    asked: &mut Asked,
    now: Moment,
) -> Result<(), TableError> {
    let (known, is_down) = (&read.known, read.known.state.flash_is_down);
    match question {
        Question::Details(_) if is_down => {
            asked.answers.details = Some(Err(FlashTrouble::Unavailable));
        }
        Question::Details(id) => {
            let details = flash.by_key(known, &read.link, now, async |key| {
                flash.flash.transaction(key, &id).await
            });
            asked.answers.details = Some(details.await?);
        }
        Question::Price(code) => {
            let price = flash.price(known, &code, now).await;
            asked.answers.price = Some(price.ok().flatten());
        }
        Question::Request { from, cents } => {
            let requests = match Username::parse(&from) {
                Ok(name) => {
                    let requests = flash.tables.requests(&known.state.key, now).await?;
                    paid_by(&requests, &name, cents, now).cloned()
                }
                Err(_) => None,
            };
            asked.answers.request = Some(requests.as_ref().map(|request| request.code.clone()));
            asked.pays = requests;
        }
    }
    Ok(())
}

/// Writes what comes of it; the sends to publish.
async fn end(
    app: &App,
    event: &FlashEvent,
    read: &Read,
    asked: &Asked,
    outcome: &Outcome,
    cause: &str,
    now: Moment,
) -> Result<Vec<EntryKey>, CommitError> {
    let person = &read.known.state.key;
    let says = match &outcome.fate {
        Fate::Tell(reply) => app
            .tables
            .sends(person, &read.address, reply, (cause, 0), now),
        Fate::Hold { .. } | Fate::Mute(_) => Vec::new(),
    };
    let pays = match asked.pays.as_ref().filter(|_| outcome.pays.is_some()) {
        Some(request) => {
            let other = app.tables.other_side(request, now).await?;
            Some(Change::End {
                request: request.clone(),
                progress: Progress::Paid,
                on_both: other.stands,
            })
        }
        None => None,
    };
    let end = EventEnd {
        known: &read.known,
        seen: &read.before.seen,
        event,
        account: &read.link.account,
        outcome,
        cause,
        says: &says,
        pays: pays.as_ref(),
    };
    app.tables.end_event(end, now).await?;
    telemetry::count(match &outcome.fate {
        Fate::Tell(_) => "event_told",
        Fate::Hold { .. } => "event_held",
        Fate::Mute(_) => "event_muted",
    });
    if let Fate::Hold { until, .. } = outcome.fate
        && !read.before.seen.seen.waits_for(until)
    {
        wake(app, person, until, now).await;
    }
    let ready = says.iter().filter(|entry| entry.is_ready_to_send());
    Ok(ready.map(|entry| entry.key().clone()).collect())
}

/// One ticket for all that waits for that moment. Where it is lost, the relay finds the timer within its minute.
async fn wake(app: &App, person: &PersonKey, until: Moment, now: Moment) {
    let timer = NewEntry::release(person, until);
    let ticket = QueueMessage::later(timer.key(), until.since(now));
    if let Err(error) = app.queue.send(QueueName::Wake, &[ticket]).await {
        telemetry::failure("wake", &error);
    }
}

async fn publish(app: &App, entries: &[EntryKey]) -> Result<(), Again> {
    for some in entries.chunks(BATCH) {
        let tickets: Vec<_> = some.iter().map(|key| QueueMessage::now(key, 0)).collect();
        app.queue.send(QueueName::Send, &tickets).await?;
    }
    Ok(())
}
