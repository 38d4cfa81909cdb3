//! `POST /link/{token}/credential`: the page brings the key it minted at Flash; if Flash says that all is well with it,
//! a code is shown, and the key waits, sealed, for that code to be typed in the chat.
//!
//! Takes `{"api_key": "fk_…", "confirm_other_phone"?: true, "confirm_move"?: true}`; gives `{"code", "expires_at",
//! "keep_key_ids"}`, or a 4xx or 5xx with `{"reason", "message"}`. A 409 asks for the word that its reason names, with
//! `masked_chat`, the chat that asked for the page, and for a move `masked_other`, the one that has the link. Nothing the page says is believed: whose key it is, Flash tells.

use aws::keys::{random_below, random_id};
use aws::queue::{QueueError, QueueMessage, QueueName};
use aws::tables::{CommitError, Known, NewEntry, TableError, pause};
use aws::telemetry;
use aws::tokens::{PageToken, Purpose};
use domain::conversation::{Event, OtherChat};
use domain::flash::{FlashTrouble, Owner, Reach};
use domain::ids::{AccountId, EntryId, EntryKey, PersonKey, WalletId};
use domain::linking::{self, OtherPhones, Refusal};
use domain::outbox::{Notice, Reply};
use domain::policy::{CODE_LIFE, COMMIT_TRIES, CREDENTIAL_LIFE};
use domain::risk::Sign;
use domain::state::{Link, Page, WaitingCode};
use domain::texts;
use domain::time::Moment;
use lambda_http::http::{StatusCode, header};
use lambda_http::{Body, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{App, json as answer};

/// A key and a word; more is not ours.
const LARGEST_BODY: usize = 4_096;

#[derive(Deserialize)]
struct Brought {
    api_key: SecretString,
    #[serde(default)]
    confirm_other_phone: bool,
    #[serde(default)]
    confirm_move: bool,
}

/// Why no code is shown.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// With the person's own time in the words.
    #[error("codes follow each other too fast")]
    TooSoon { refusal: Refusal, message: String },
    /// The page may ask again, once the person has said so.
    #[error("the person on the page must say so: {refusal}")]
    Confirm {
        refusal: Refusal,
        masked_chat: String,
        /// The chat that has the link.
        masked_other: Option<String>,
    },
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
        Stop::Confirm {
            refusal,
            masked_chat,
            masked_other,
        } => {
            let mut body = json!({"reason": refusal.reason(), "message": refusal.to_string(), "masked_chat": masked_chat});
            if let Some(other) = masked_other {
                body["masked_other"] = other.into();
            }
            answer(status_of(refusal), &body)
        }
        Stop::NotOurPage(status) => refused(
            status,
            "not_our_page",
            "Please open the link in the chat again.".to_owned(),
        ),
        stop => {
            telemetry::failure("credential", &stop);
            let message =
                "Something isn't answering right now. Please press Try again in a moment."
                    .to_owned();
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
        Refusal::ConfirmOtherPhone | Refusal::ConfirmMove => StatusCode::CONFLICT,
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
    let ring = app.tables.ring();
    let token = ring.verify(Purpose::Link, token, app.clock.now()).await;
    let token = token.map_err(|_| Refusal::PageEnded)?;
    let digest = app.tables.keys().credential_digest(&brought.api_key);
    let mut judged: Option<Judged> = None;
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let now = app.clock.now();
        let known = app.tables.read_person(&token.person, None, now).await?;
        let page = linking::current_page(&known.state.session, &token.id, now)?.clone();
        let chat = known.address().ok_or(Refusal::PageEnded)?;
        let chat = app.tables.open_address(&token.person, chat, now).await?;
        let repeat =
            linking::may_show_code(&page, &digest, &known.state.guard, now).map_err(|refusal| {
                match refusal {
                    Refusal::TooSoon { until } => Stop::TooSoon {
                        refusal,
                        message: texts::codes_paused(
                            known.state.person.language(&chat),
                            until,
                            &known.state.standing.preferences.zone(&chat),
                        ),
                    },
                    refusal => refusal.into(),
                }
            })?;
        let found = match judged.take() {
            Some(found) => found,
            None => judge_noted(app, &token, &known, &brought.api_key, now).await?,
        };
        let others = OtherPhones {
            allowed: app.allow_other_phone,
            confirmed: brought.confirm_other_phone,
        };
        let owner = &found.owner;
        linking::accept_owner(owner, found.reach, &chat, others).map_err(
            |refusal| match refusal {
                Refusal::ConfirmOtherPhone => Stop::Confirm {
                    refusal,
                    masked_chat: chat.masked(),
                    masked_other: None,
                },
                refusal => refusal.into(),
            },
        )?;
        let other = app
            .tables
            .other_chat(&owner.account, &token.person, now)
            .await?;
        let masked_other = match &other {
            Some(other) => tell_owner(app, &token, other, &chat.masked(), now).await?,
            None => None,
        };
        let moves_from =
            linking::accept_move(other.as_ref(), brought.confirm_move).map_err(|refusal| {
                Stop::Confirm {
                    refusal,
                    masked_chat: chat.masked(),
                    masked_other,
                }
            })?;

        let link = Link {
            account: owner.account.clone(),
            key_id: key_id.clone(),
            credential: app.tables.seal_credential(&token.person, &brought.api_key),
            linked_at: now,
            ends_at: now.plus(CREDENTIAL_LIFE),
            language: owner.language,
            proven_at: None,
            wallet: found.wallet.clone(),
            user: Some(owner.user.clone()),
        };
        let step = Step {
            token: &token,
            known: &known,
            page: &page,
            repeat,
            digest: &digest,
        };
        match commit(app, &step, link, moves_from, now).await {
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
                judged = Some(found);
            }
        }
    }
    Err(Stop::Contended)
}

fn read(request: &Request) -> Result<Brought, Stop> {
    body_of(request).map_err(Stop::NotOurPage)
}

/// What our page sends; else the status that says what is wrong with it.
pub(crate) fn body_of<T: DeserializeOwned>(request: &Request) -> Result<T, StatusCode> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !content_type
        .to_ascii_lowercase()
        .starts_with("application/json")
    {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    if request.body().len() > LARGEST_BODY {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    serde_json::from_slice(request.body()).map_err(|_| StatusCode::BAD_REQUEST)
}

/// The public part of `fk_<8 hexadecimal digits>_<64 of base64url>`.
pub(crate) fn key_id(api_key: &SecretString) -> Option<String> {
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

/// What Flash says of a key.
struct Judged {
    owner: Owner,
    reach: Reach,
    /// The account's cash wallet, if it can be shown just now.
    wallet: Option<WalletId>,
}

/// Whose key it is, and what it can do, by Flash's own word: read what the bot shows, and nothing that moves money.
async fn judge(app: &App, api_key: &SecretString) -> Result<Judged, Stop> {
    let sorted = |error: flash::Error| {
        telemetry::failure("flash", &error);
        match error.trouble() {
            FlashTrouble::CredentialGone => Stop::Refused(Refusal::KeyRefused),
            _ => Stop::Flash,
        }
    };
    // A key that Flash does not know is worth one question.
    let owner = app.flash.owner(api_key).await.map_err(sorted)?;
    let (reach, balance, history) = futures::join!(
        app.flash.reach(api_key),
        app.flash.balance(api_key, None),
        app.flash.rows(api_key, 1),
    );
    let reach = reach.map_err(sorted)?;
    if reach != Reach::ReadOnly {
        return Err(Refusal::KeyMayMoveMoney.into());
    }
    // A wallet that can't be shown just now is no reason to refuse its key; a key that may not look is.
    let forbidden = |trouble: Option<FlashTrouble>| trouble == Some(FlashTrouble::CredentialGone);
    let wallet = balance.as_ref().ok().map(|balance| balance.wallet.clone());
    if forbidden(balance.err().map(|error| error.trouble()))
        || forbidden(history.err().map(|error| error.trouble()))
    {
        return Err(Refusal::KeyReadsTooLittle.into());
    }
    Ok(Judged {
        owner,
        reach,
        wallet,
    })
}

/// The same, and what it says of whoever brings the key is remembered.
async fn judge_noted(
    app: &App,
    token: &PageToken,
    known: &Known,
    api_key: &SecretString,
    now: Moment,
) -> Result<Judged, Stop> {
    let judged = match judge(app, api_key).await {
        Err(Stop::Refused(Refusal::KeyRefused)) => {
            count_refused(app, token, now).await?;
            return Err(Refusal::KeyRefused.into());
        }
        judged => judged?,
    };
    note_seeker(app, token, known, &judged.owner.account, now).await?;
    Ok(judged)
}

/// Flash does not know the key: so many of them end the page, because each has cost a question.
async fn count_refused(app: &App, token: &PageToken, now: Moment) -> Result<(), Stop> {
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let known = app.tables.read_person(&token.person, None, now).await?;
        let state = &known.state;
        let page = linking::current_page(&state.session, &token.id, now)?;
        let mut session = state.session.clone();
        session.page = linking::after_refused_key(page);
        let mut transaction = app.tables.transaction(&token.person, now);
        transaction.session(&known, &session);
        transaction.guard(&known, &state.guard.noted(Sign::KeyRefused, now));
        match transaction.commit().await {
            Ok(()) => return Ok(()),
            Err(CommitError::Table(error)) => return Err(error.into()),
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
        }
    }
    Err(Stop::Contended)
}

/// What one showing of a code builds on.
struct Step<'a> {
    token: &'a PageToken,
    known: &'a Known,
    page: &'a Page,
    repeat: bool,
    digest: &'a str,
}

/// Whoever brings a key of an account has logged in to it, whatever comes of that: how many chats do so is watched.
async fn note_seeker(
    app: &App,
    token: &PageToken,
    known: &Known,
    account: &AccountId,
    now: Moment,
) -> Result<(), TableError> {
    let mine = known.state.person.live_link(now);
    if mine.is_some_and(|link| link.account == *account) {
        return Ok(());
    }
    let chat = &known.state.key;
    if app.tables.sought(account, chat, &token.id, now).await? {
        telemetry::count(Event::RiskAlert.name());
    }
    Ok(())
}

/// The chat that has the link is told at once that another asks for it: once for each page, before it shows anything. Its
/// number, masked; none if its address is damaged.
async fn tell_owner(
    app: &App,
    token: &PageToken,
    other: &OtherChat,
    masked_chat: &str,
    now: Moment,
) -> Result<Option<String>, TableError> {
    let address = app
        .tables
        .open_address(&other.person, &other.address, now)
        .await;
    let address = match address {
        Err(error) if error.is_damage() => {
            telemetry::failure("owner", &error);
            return Ok(None);
        }
        opened => opened?,
    };
    let chat = masked_chat.to_owned();
    let alert = Reply::from(texts::owner_linked_elsewhere(other.language, &chat))
        .language(other.language)
        .notice(Notice::SecurityAlert { chat });
    let cause = format!("{}-told", token.id);
    let entries = app
        .tables
        .sends(&other.person, &address, &alert, (&cause, 0), now);
    let mut transaction = app.tables.transaction(&other.person, now);
    for entry in &entries {
        transaction.entry(entry);
    }
    match transaction.commit().await {
        Ok(()) => publish(app, QueueName::Send, &tickets(&entries)).await,
        // Told before.
        Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
        Err(CommitError::Table(error)) => return Err(error),
    }
    Ok(Some(address.masked()))
}

async fn commit(
    app: &App,
    step: &Step<'_>,
    link: Link,
    moves_from: Option<PersonKey>,
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
        moves_from,
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
    transaction.entry(&timer_entry);
    transaction.commit().await?;
    let ticket = QueueMessage::later(&timer, CODE_LIFE);
    publish(app, QueueName::Expire, &[ticket]).await;
    Ok(code)
}

fn tickets(entries: &[NewEntry]) -> Vec<QueueMessage> {
    let ready = entries.iter().filter(|entry| entry.is_ready_to_send());
    ready
        .map(|entry| QueueMessage::now(entry.key(), 0))
        .collect()
}

/// The entries stand in the table: the relay sends what is not published, and a code ends by the clock. So a queue that is
/// down for a moment does not keep the code from its owner.
async fn publish(app: &App, queue: QueueName, messages: &[QueueMessage]) {
    if let Err(error) = app.queue.send(queue, messages).await {
        telemetry::failure("publish", &error);
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
