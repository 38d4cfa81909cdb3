//! What people wrote while nobody took it: Twilio has it in its list and never posts it again.
//!
//! The list is compared with the receipts, stretch by stretch; what has none is posted to the webhook, oldest first.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use aws::tables::{Marked, TableError};
use aws::telemetry;
use domain::ids::{MessageSid, PersonKey};
use domain::policy::{RECOVERY_AT_ONCE, RECOVERY_REFUSALS};
use domain::recovery::{Stretch, Watermark};
use domain::time::Moment;
use futures::stream::{self, StreamExt};
use tokio::time::timeout;
use twilio::list::{Inbound, ListError};
use twilio::repost::Post;

use crate::App;
use crate::repost::post;

/// A post with its full time-out, and recording what came of it.
const POST_MS: i64 = 14_000;

#[derive(Debug, thiserror::Error)]
#[error("the webhook takes others, and never {}", .0.as_str())]
struct GivenUp(MessageSid);

/// How a stretch of the list ended.
enum End {
    /// All of it is taken, or some of it given up.
    Taken,
    /// There is more in it than can be read at once, or in the time that was left.
    TooLong,
    NoTime,
    /// Twilio did not tell what is in it: the next look asks again.
    Unlisted,
    /// Something of it was not taken.
    LeftBehind,
}

/// Compares as much of the list as there is time for, if it is time to; how many messages the webhook has taken.
pub(crate) async fn run(app: &App, deadline: i64) -> Result<usize, TableError> {
    let now = app.clock.now();
    let Some(read) = app.tables.watermark(now).await? else {
        let first = Watermark::first(now);
        app.tables.move_watermark(None, first, now).await?;
        return Ok(0);
    };
    if !read.watermark.is_due(now) {
        return Ok(0);
    }
    if read.watermark.has_given_up(now) {
        telemetry::count("recovery_too_late");
    }
    let mut found = 0;
    let mut marked = step(app, read, read.watermark.begun(now), now).await?;
    while let Some(is) = marked
        && let Some(stretch) = is.watermark.stretch(now)
    {
        let (taken, end) = compare(app, is.watermark, stretch, deadline).await?;
        found += taken;
        let mark = is.watermark;
        let (after, goes_on) = match end {
            End::Taken => (mark.taken(stretch), true),
            End::TooLong => (mark.too_long(), true),
            End::NoTime => (mark.interrupted(now), false),
            End::Unlisted => return Ok(found),
            End::LeftBehind => (mark.left_behind(), false),
        };
        marked = step(app, is, after, now).await?.filter(|_| goes_on);
    }
    Ok(found)
}

/// None: another invocation is at it.
async fn step(
    app: &App,
    before: Marked,
    after: Watermark,
    now: Moment,
) -> Result<Option<Marked>, TableError> {
    app.tables.move_watermark(Some(before), after, now).await
}

async fn compare(
    app: &App,
    mark: Watermark,
    stretch: Stretch,
    deadline: i64,
) -> Result<(usize, End), TableError> {
    let left = deadline
        .saturating_sub(app.clock.millis())
        .saturating_sub(POST_MS);
    let Some(left) = u64::try_from(left).ok().filter(|left| *left > 0) else {
        return Ok((0, End::NoTime));
    };
    let listed = match timeout(Duration::from_millis(left), list(app, stretch)).await {
        Ok(Err(ListError::TooLong)) | Err(_) if mark.span > 1 => return Ok((0, End::TooLong)),
        Err(_) => return Ok((0, End::NoTime)),
        Ok(Err(error)) => {
            telemetry::count("recovery_failed");
            telemetry::failure("recovery", &error);
            return Ok((0, End::Unlisted));
        }
        Ok(Ok(listed)) => listed,
    };
    let sender = |message: &Inbound| app.tables.keys().person(&message.from);
    let keys: Vec<_> = listed
        .iter()
        .map(|message| (sender(message), message.sid.clone()))
        .collect();
    let mut taken = app.tables.receipts_of(&keys, app.clock.now()).await?;
    let missed = listed
        .iter()
        .zip(keys)
        .filter(|(message, _)| !taken.contains(&message.sid))
        .map(|(message, (sender, _))| (sender, message));
    let last_try = mark.is_patient_no_more();
    let round = post_all(app, missed.collect(), last_try, deadline).await;
    let count = round.taken.len();
    taken.extend(round.taken);
    let end = if round.out_of_time {
        End::NoTime
    } else if round.refused.is_empty() {
        End::Taken
    } else if last_try && takes_others(&listed, &round.refused, &taken) {
        give_up(&round.refused);
        End::Taken
    } else {
        End::LeftBehind
    };
    Ok((count, end))
}

async fn list(app: &App, stretch: Stretch) -> Result<Vec<Inbound>, ListError> {
    let Stretch { from, until } = stretch;
    match app.twilio.current().received(from, until).await {
        Err(ListError::Refused(401)) => match app.twilio.refresh(app.clock.now()).await {
            Some(client) => client.received(from, until).await,
            None => Err(ListError::Refused(401)),
        },
        result => result,
    }
}

/// What came of posting messages.
#[derive(Default)]
struct Round {
    taken: HashSet<MessageSid>,
    /// Not taken. Except at the last try what the person wrote after it was not posted.
    refused: Vec<MessageSid>,
    out_of_time: bool,
}

/// Posts them, each person's in order and several people's at once. A webhook that takes nothing is soon left alone,
/// except at the last try.
async fn post_all(
    app: &App,
    missed: Vec<(PersonKey, &Inbound)>,
    last_try: bool,
    deadline: i64,
) -> Round {
    let mut order = Vec::new();
    let mut chats: HashMap<PersonKey, Vec<&Inbound>> = HashMap::new();
    for (sender, message) in missed {
        let chat = chats.entry(sender.clone()).or_default();
        if chat.is_empty() {
            order.push(sender);
        }
        chat.push(message);
    }
    let rounds: Vec<_> = order
        .into_iter()
        .filter_map(|sender| chats.remove(&sender))
        .map(|chat| post_chat(app, chat, last_try, deadline))
        .collect();
    let mut rounds = stream::iter(rounds).buffer_unordered(RECOVERY_AT_ONCE);
    let mut all = Round::default();
    while let Some(round) = rounds.next().await {
        all.taken.extend(round.taken);
        all.refused.extend(round.refused);
        all.out_of_time |= round.out_of_time;
        if !last_try && all.taken.is_empty() && all.refused.len() >= RECOVERY_REFUSALS {
            break;
        }
    }
    all
}

async fn post_chat(app: &App, chat: Vec<&Inbound>, last_try: bool, deadline: i64) -> Round {
    let mut round = Round::default();
    for message in chat {
        if deadline.saturating_sub(app.clock.millis()) < POST_MS {
            round.out_of_time = true;
            break;
        }
        if let Err(error) = post(app, Post::Message(message)).await {
            telemetry::count("recovery_refused");
            telemetry::failure("recovery", &error);
            round.refused.push(message.sid.clone());
            if last_try {
                continue;
            }
            break;
        }
        telemetry::count("recovered");
        round.taken.insert(message.sid.clone());
    }
    round
}

/// Whether the webhook takes what was written later than something it refuses: then it is the message, not the webhook.
fn takes_others(listed: &[Inbound], refused: &[MessageSid], taken: &HashSet<MessageSid>) -> bool {
    listed
        .iter()
        .skip_while(|message| !refused.contains(&message.sid))
        .any(|message| taken.contains(&message.sid))
}

/// A message that can't be taken must not stand before everybody else's. An operator can still find it by its SID.
fn give_up(refused: &[MessageSid]) {
    for sid in refused {
        telemetry::count("recovery_given_up");
        telemetry::failure("recovery", &GivenUp(sid.clone()));
    }
}
