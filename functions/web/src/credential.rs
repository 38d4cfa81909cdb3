//! `POST /link/{token}/credential`: the page brings the key it minted at Flash; if Flash says that all is well with it,
//! a code is shown, and the key waits, sealed, for that code to be typed in the chat.
//!
//! Takes `{"api_key": "fk_…", "confirm_other_phone"?: true}`; gives `{"code", "expires_at", "keep_key_ids"}`, or a 4xx or
//! 5xx with `{"reason", "message"}`. Nothing the page says is believed: whose key it is, Flash tells.

use aws::keys::{random_below, random_id};
use aws::queue::{QueueError, QueueMessage, QueueName};
use aws::tables::{CommitError, Known, NewEntry, TableError, pause};
use aws::telemetry;
use aws::tokens::{self, LinkToken};
use domain::conversation::OtherChat;
use domain::flash::{FlashTrouble, Owner, Reach};
use domain::ids::{EntryId, EntryKey};
use domain::linking::{self, OtherPhones, Refusal};
use domain::outbox::{Notice, Reply};
use domain::place;
use domain::policy::{CODE_LIFE, COMMIT_TRIES, CREDENTIAL_LIFE};
use domain::state::{Link, Page, WaitingCode};
use domain::texts;
use domain::time::Moment;
use lambda_http::http::{StatusCode, header};
use lambda_http::{Body, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::{App, json as answer};

/// A key and a word; more is not ours.
const LARGEST_BODY: usize = 4_096;

#[derive(Deserialize)]
struct Brought {
    api_key: SecretString,
    #[serde(default)]
    confirm_other_phone: bool,
}

/// Why no code is shown.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// With the person's own time in the words.
    #[error("codes follow each other too fast")]
    TooSoon { refusal: Refusal, message: String },
    /// The page may ask again with the chat's owner named so.
    #[error("the account has another phone than the chat")]
    Confirm { masked_chat: String },
    #[error("the request is not the page's")]
    NotOurPage(StatusCode),
    #[error("Flash did not answer")]
    Flash,
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("another message of the same person always came first")]
    Contended,
}

/// A code on its way to the page.
struct Shown {
    code: String,
    expires_at: Moment,
    keep_key_ids: Vec<String>,
}

pub(crate) async fn receive(app: &App, token: &str, request: &Request) -> Response<Body> {
    let stop = match show_code(app, token, request).await {
        Ok(shown) => {
            let body = json!({"code": shown.code, "expires_at": shown.expires_at.unix(), "keep_key_ids": shown.keep_key_ids});
            return answer(StatusCode::OK, &body);
        }
        Err(stop) => stop,
    };
    let refused = |status, reason: &str, message: String| {
        answer(status, &json!({"reason": reason, "message": message}))
    };
    match stop {
        Stop::Refused(refusal) => {
            refused(status_of(refusal), refusal.reason(), refusal.to_string())
        }
        Stop::TooSoon { refusal, message } => refused(
            status_of(refusal),
            refusal.reason(),
            message.replace('*', ""),
        ),
        Stop::Confirm { masked_chat } => {
            let refusal = Refusal::ConfirmOtherPhone;
            let body = json!({"reason": refusal.reason(), "message": refusal.to_string(), "masked_chat": masked_chat});
            answer(StatusCode::CONFLICT, &body)
        }
        Stop::NotOurPage(status) => refused(
            status,
            "not_our_page",
            "Please open the link in the chat again.".to_owned(),
        ),
        stop => {
            telemetry::failure("credential", &stop);
            let message =
                "Flash isn't answering right now. Please press Try again in a moment.".to_owned();
            refused(StatusCode::SERVICE_UNAVAILABLE, "try_again", message)
        }
    }
}

const fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::PageEnded => StatusCode::GONE,
        Refusal::TooManyCodes | Refusal::TooSoon { .. } | Refusal::ChatLocked => {
            StatusCode::TOO_MANY_REQUESTS
        }
        Refusal::KeyRefused => StatusCode::UNAUTHORIZED,
        Refusal::ConfirmOtherPhone => StatusCode::CONFLICT,
        Refusal::OtherKey
        | Refusal::KeyReadsTooLittle
        | Refusal::KeyMayMoveMoney
        | Refusal::OtherPhone
        | Refusal::AuthenticatorApp => StatusCode::FORBIDDEN,
    }
}

async fn show_code(app: &App, token: &str, request: &Request) -> Result<Shown, Stop> {
    let brought = read(request)?;
    let key_id = key_id(&brought.api_key).ok_or(Refusal::KeyRefused)?;
    let token = tokens::verify(app.tables.keys(), token, app.clock.now())
        .map_err(|_| Refusal::PageEnded)?;
    let digest = app.tables.keys().credential_digest(&brought.api_key);
    let mut judged: Option<(Owner, Reach)> = None;
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let known = app.tables.read_person(&token.person, None, now).await?;
        let page = linking::current_page(&known.state.session, &token.id, now)?.clone();
        let chat = known.address().ok_or(Refusal::PageEnded)?;
        let chat = app.tables.open_address(&token.person, chat)?;
        let repeat =
            linking::may_show_code(&page, &digest, &known.state.guard, now).map_err(|refusal| {
                match refusal {
                    Refusal::TooSoon { until } => Stop::TooSoon {
                        refusal,
                        message: texts::codes_paused(until, &place::zone(&chat)),
                    },
                    refusal => refusal.into(),
                }
            })?;
        let (owner, reach) = match judged.take() {
            Some(judged) => judged,
            None => judge(app, &brought.api_key).await?,
        };
        let others = OtherPhones {
            allowed: app.allow_other_phone,
            confirmed: brought.confirm_other_phone,
        };
        linking::accept_owner(&owner, reach, &chat, others).map_err(|refusal| match refusal {
            Refusal::ConfirmOtherPhone => Stop::Confirm {
                masked_chat: chat.masked(),
            },
            refusal => refusal.into(),
        })?;
        let other = app
            .tables
            .other_chat(&owner.account, &token.person, now)
            .await?;

        let link = Link {
            account: owner.account.clone(),
            key_id: key_id.clone(),
            credential: app.tables.seal_credential(&token.person, &brought.api_key),
            linked_at: now,
            ends_at: now.plus(CREDENTIAL_LIFE),
            language: owner.language,
        };
        let step = Step {
            token: &token,
            known: &known,
            page: &page,
            repeat,
            digest: &digest,
            masked_chat: &chat.masked(),
        };
        match commit(app, &step, link, other.as_ref(), now).await {
            Ok(code) => {
                let keep_key_ids = keep(app, &known, other.as_ref(), now).await?;
                return Ok(Shown {
                    code,
                    expires_at: now.plus(CODE_LIFE),
                    keep_key_ids,
                });
            }
            Err(CommitError::Table(error)) => return Err(error.into()),
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {
                judged = Some((owner, reach));
            }
        }
    }
    Err(Stop::Contended)
}

fn read(request: &Request) -> Result<Brought, Stop> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type
        .to_ascii_lowercase()
        .starts_with("application/json")
    {
        return Err(Stop::NotOurPage(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    if request.body().len() > LARGEST_BODY {
        return Err(Stop::NotOurPage(StatusCode::PAYLOAD_TOO_LARGE));
    }
    serde_json::from_slice(request.body()).map_err(|_| Stop::NotOurPage(StatusCode::BAD_REQUEST))
}

/// The public part of `fk_<8 hexadecimal digits>_<64 of base64url>`.
fn key_id(api_key: &SecretString) -> Option<String> {
    let (id, secret) = api_key
        .expose_secret()
        .strip_prefix("fk_")?
        .split_once('_')?;
    let shaped = id.len() == 8
        && id.bytes().all(|b| b.is_ascii_hexdigit())
        && secret.len() == 64
        && secret
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    shaped.then(|| id.to_owned())
}

/// Whose key it is, and what it can do, by Flash's own word: read what the bot shows, and nothing that moves money.
async fn judge(app: &App, api_key: &SecretString) -> Result<(Owner, Reach), Stop> {
    let (owner, reach, balance, history) = futures::join!(
        app.flash.owner(api_key),
        app.flash.reach(api_key),
        app.flash.balance(api_key),
        app.flash.history(api_key, 1),
    );
    let sorted = |error: flash::Error| {
        telemetry::failure("flash", &error);
        match error.trouble() {
            FlashTrouble::CredentialGone => Stop::Refused(Refusal::KeyRefused),
            _ => Stop::Flash,
        }
    };
    let (owner, reach) = (owner.map_err(sorted)?, reach.map_err(sorted)?);
    if reach != Reach::ReadOnly {
        return Err(Refusal::KeyMayMoveMoney.into());
    }
    // A wallet that can't be shown just now is no reason to refuse its key; a key that may not look is.
    let forbidden = |trouble: Option<FlashTrouble>| trouble == Some(FlashTrouble::CredentialGone);
    if forbidden(balance.err().map(|error| error.trouble()))
        || forbidden(history.err().map(|error| error.trouble()))
    {
        return Err(Refusal::KeyReadsTooLittle.into());
    }
    Ok((owner, reach))
}

/// What one showing of a code builds on.
struct Step<'a> {
    token: &'a LinkToken,
    known: &'a Known,
    page: &'a Page,
    repeat: bool,
    digest: &'a str,
    masked_chat: &'a str,
}

async fn commit(
    app: &App,
    step: &Step<'_>,
    link: Link,
    other: Option<&OtherChat>,
    now: Moment,
) -> Result<String, CommitError> {
    let person = &step.token.person;
    let code = format!("{:06}", random_below(1_000_000));
    let challenge = random_id();
    let issue = step.page.issues + 1;
    let waiting = WaitingCode {
        digest: app
            .tables
            .keys()
            .code_digest("link", person, &challenge, &code),
        challenge,
        expires_at: now.plus(CODE_LIFE),
        tries: 0,
        tried_by: Vec::new(),
        link,
    };
    let mut session = step.known.state.session.clone();
    session.page = Some(Page {
        issues: issue,
        key_digest: Some(step.digest.to_owned()),
        ..step.page.clone()
    });

    let cause = format!("{}-{issue}", step.token.id);
    let timer = EntryKey {
        person: person.clone(),
        id: EntryId::caused_by(&cause, 0),
    };
    let timer_entry = NewEntry::Expire {
        key: timer.clone(),
        challenge: waiting.challenge.clone(),
        due_at: waiting.expires_at,
    };
    let mut entries = vec![timer_entry];
    if let Some(other) = other.filter(|_| !step.repeat) {
        let address = app.tables.open_address(&other.person, &other.address)?;
        let chat = step.masked_chat.to_owned();
        let alert = Reply::from(texts::owner_linked_elsewhere(&chat))
            .notice(Notice::SecurityAlert { chat });
        entries.extend(
            app.tables
                .sends(&other.person, &address, &alert, (&cause, 1), now),
        );
    }
    let mut transaction = app.tables.transaction(person, now);
    transaction.session(step.known, &session);
    transaction.guard(step.known, &step.known.state.guard.issued(now, step.repeat));
    transaction.await_code(
        &waiting,
        step.known
            .state
            .code
            .as_ref()
            .map(|code| code.challenge.as_str()),
    );
    for entry in &entries {
        transaction.entry(entry);
    }
    transaction.commit().await?;
    publish(app, &timer, &entries).await;
    Ok(code)
}

/// The entries stand in the table. A code ends by the clock even if its timer is not published, so a queue that is
/// down for a moment does not keep the code from its owner.
async fn publish(app: &App, timer: &EntryKey, entries: &[NewEntry]) {
    let sends: Vec<_> = entries
        .iter()
        .filter(|entry| entry.is_ready_to_send())
        .map(|entry| QueueMessage::now(entry.key(), 0))
        .collect();
    let timers = [QueueMessage::later(timer, CODE_LIFE)];
    for (queue, messages) in [
        (QueueName::Expire, timers.as_slice()),
        (QueueName::Send, sends.as_slice()),
    ] {
        if !messages.is_empty()
            && let Err(error) = app.queue.send(queue, messages).await
        {
            telemetry::failure("publish", &error);
        }
    }
}

/// Keys of this account that are in use, which the page must not revoke: this chat's own and the other chat's.
async fn keep(
    app: &App,
    known: &Known,
    other: Option<&OtherChat>,
    now: Moment,
) -> Result<Vec<String>, TableError> {
    let mut ids: Vec<String> = known
        .state
        .person
        .live_link(now)
        .map(|link| link.key_id.clone())
        .into_iter()
        .collect();
    if let Some(other) = other {
        ids.extend(app.tables.key_in_use(&other.person, now).await?);
    }
    Ok(ids)
}
