//! `POST /confirm/{token}/proof`: the page brings a throw-away key that it minted after a fresh log-in at Flash; if Flash
//! says that it is of the linked account and can do nothing but tell so, the command that waited is answered in the chat.
//!
//! Takes `{"api_key": "fk_…"}`; gives `{"proven": true}`, the same again for a page that has done its work, or a 4xx or
//! 5xx with `{"reason", "message"}`. The key is remembered by its digest, so that it proves this once, and dropped.

use aws::queue::QueueError;
use aws::tables::TableError;
use aws::telemetry;
use aws::tokens::Purpose;
use domain::conversation::page_waits;
use domain::flash::{FlashTrouble, Owner, Reach};
use domain::step_up::{self, Refusal};
use flash::Error;
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, Response};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use talk::{Fault, PageProof};

use crate::credential::{body_of, key_id};
use crate::{App, json as answer};

#[derive(Deserialize)]
struct Brought {
    api_key: SecretString,
}

/// Why nothing is proven.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the request is not the page's")]
    NotOurPage(StatusCode),
    #[error("Flash did not answer")]
    Flash,
    #[error(transparent)]
    Table(#[from] TableError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error(transparent)]
    Talk(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(refusal) => Self::Refused(refusal),
            fault => Self::Talk(fault),
        }
    }
}

pub(crate) async fn receive(app: &App, token: &str, request: &Request) -> Response<Body> {
    let refused = |status, reason: &str, message: &str| {
        answer(status, &json!({"reason": reason, "message": message}))
    };
    match prove(app, token, request).await {
        Ok(()) => answer(StatusCode::OK, &json!({"proven": true})),
        Err(Stop::Refused(refusal)) => {
            refused(status_of(refusal), refusal.reason(), &refusal.to_string())
        }
        Err(Stop::NotOurPage(status)) => refused(
            status,
            "not_our_page",
            "Please open the link in the chat again.",
        ),
        Err(stop) => {
            telemetry::failure("proof", &stop);
            let message =
                "Something isn't answering right now. Please press Try again in a moment.";
            refused(StatusCode::SERVICE_UNAVAILABLE, "try_again", message)
        }
    }
}

const fn status_of(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::PageEnded => StatusCode::GONE,
        Refusal::KeyRefused => StatusCode::UNAUTHORIZED,
        Refusal::OtherAccount
        | Refusal::KeyReachesTooFar
        | Refusal::KeyUsed
        | Refusal::OtherPhone
        | Refusal::AuthenticatorApp => StatusCode::FORBIDDEN,
    }
}

async fn prove(app: &App, token: &str, request: &Request) -> Result<(), Stop> {
    let brought: Brought = body_of(request).map_err(Stop::NotOurPage)?;
    let key_id = key_id(&brought.api_key).ok_or(Refusal::KeyRefused)?;
    let now = app.clock.now();
    let token = app.tables.ring().verify(Purpose::StepUp, token, now).await;
    let token = token.map_err(|_| Refusal::PageEnded)?;
    let known = app.tables.read_person(&token.person, None, now).await?;
    let (link, waits) = match page_waits(&known.state, &token.id, now) {
        Err(_) if app.talk.was_proven(&token.person, &token.id, now).await? => return Ok(()),
        waits => waits?,
    };
    let chat = known.address().ok_or(Refusal::PageEnded)?;
    let chat = app.tables.open_address(&token.person, chat, now).await?;

    let (owner, reads_only_who) = match judge(app, &brought.api_key).await {
        Err(Stop::Refused(refusal)) if refusal.counts() => {
            app.talk.not_proven(&token.person, &token.id).await?;
            return Err(refusal.into());
        }
        judged => judged?,
    };
    let proof = PageProof {
        page: token.id.clone(),
        account: owner.account.clone(),
        key_digest: app.tables.keys().credential_digest(&brought.api_key),
    };
    let accepted = step_up::accept(link, &owner, &key_id, reads_only_who)
        .and_then(|()| step_up::accept_phone(&owner, &chat, app.allow_other_phone));
    let outcome = match accepted {
        Ok(()) => app.talk.proven(&known, waits, chat, proof).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Err(Fault::Refused(refusal)) if refusal.counts() => {
            app.talk.not_proven(&token.person, &token.id).await?;
            Err(refusal.into())
        }
        // The same page was faster.
        Err(Fault::Refused(Refusal::PageEnded))
            if app.talk.was_proven(&token.person, &token.id, now).await? =>
        {
            Ok(())
        }
        outcome => Ok(outcome?),
    }
}

/// Whose key it is, by Flash's own word, and whether it can do nothing but tell: it must be refused wallets, payments and
/// sending for want of the scope, and for nothing else.
async fn judge(app: &App, api_key: &SecretString) -> Result<(Owner, bool), Stop> {
    // A key that Flash does not know is worth one question.
    let owner = app.flash.owner(api_key).await.map_err(sorted)?;
    let (reach, balance, history) = futures::join!(
        app.flash.reach(api_key),
        app.flash.balance(api_key, None),
        app.flash.rows(api_key, 1),
    );
    let reach = reach.map_err(sorted)?;
    let sees_nothing = [is_refused(balance)?, is_refused(history)?];
    Ok((owner, reach == Reach::ReadOnly && sees_nothing == [true; 2]))
}

/// Whether Flash has refused a key that it knows for want of a scope. Err: nobody judged it.
fn is_refused<T>(answer: Result<T, Error>) -> Result<bool, Stop> {
    match answer {
        Ok(_) => Ok(false),
        Err(Error::Refused(flash::Refusal::Credential)) => Ok(true),
        Err(error) => Err(sorted(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps an error")]
fn sorted(error: Error) -> Stop {
    telemetry::failure("flash", &error);
    match error.trouble() {
        FlashTrouble::CredentialGone => Stop::Refused(Refusal::KeyRefused),
        _ => Stop::Flash,
    }
}
