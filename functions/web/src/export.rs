//! `GET /export/{token}` shows a page with one button and consumes nothing, because previews open links;
//! `POST /export/{token}` gives the file: everything that is kept of the person whose chat asked for it, as text.

use aws::tables::{CommitError, Known, TableError, pause};
use aws::telemetry;
use aws::tokens::{PageToken, Purpose};
use domain::address::WhatsAppAddress;
use domain::conversation::{Audit, Event};
use domain::export;
use domain::policy::COMMIT_TRIES;
use domain::state::{ExportPage, Session};
use lambda_http::http::StatusCode;
use lambda_http::http::header::{self, HeaderValue};
use lambda_http::{Body, Response};

use crate::page::html;
use crate::{App, empty};

const FILE: &str = "attachment; filename=\"flash-whatsapp-data.txt\"";

/// Why nothing is handed out.
#[derive(Debug, thiserror::Error)]
enum Stop {
    #[error("the page has ended")]
    Ended,
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("something else of the same person always came first")]
    Contended,
}

/// A page that still holds, and whose it is.
struct Open {
    token: PageToken,
    known: Known,
    page: ExportPage,
    chat: WhatsAppAddress,
}

pub(crate) async fn show(app: &App, token: &str) -> Response<Body> {
    match open(app, token).await {
        Ok(open) => {
            let text = include_str!("../page/export.html")
                .replace("__CHAT__", &open.chat.masked())
                .replace("__STYLE__", include_str!("../page/link.css"))
                .replace("__BOT_NUMBER__", &app.bot_number);
            let policy = "default-src 'none'; style-src 'nonce-NONCE'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
            html(StatusCode::OK, &text, policy)
        }
        Err(stop) => refused(app, &stop),
    }
}

pub(crate) async fn give(app: &App, token: &str) -> Response<Body> {
    match taken(app, token).await {
        Ok(text) => {
            telemetry::count(Event::ExportTaken.name());
            let mut response = Response::new(Body::from(text));
            let headers = response.headers_mut();
            for (name, value) in [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::CONTENT_DISPOSITION, FILE),
            ] {
                headers.insert(name, HeaderValue::from_static(value));
            }
            response
        }
        Err(stop) => refused(app, &stop),
    }
}

fn refused(app: &App, stop: &Stop) -> Response<Body> {
    if let Stop::Ended = stop {
        let text = include_str!("../page/export-ended.html")
            .replace("__STYLE__", include_str!("../page/link.css"))
            .replace("__BOT_NUMBER__", &app.bot_number);
        let policy = "default-src 'none'; style-src 'nonce-NONCE'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return html(StatusCode::GONE, &text, policy);
    }
    telemetry::failure("export", stop);
    empty(StatusCode::SERVICE_UNAVAILABLE)
}

/// What the token and, at this moment, the conversation of its person allow.
async fn open(app: &App, token: &str) -> Result<Open, Stop> {
    let now = app.clock.now();
    let ring = app.tables.ring();
    let token = ring.verify(Purpose::Export, token, now).await;
    let token = token.map_err(|_| Stop::Ended)?;
    let known = app.tables.read_person(&token.person, None, now).await?;
    let page = known.state.session.export_page(&token.id, now);
    let page = page.ok_or(Stop::Ended)?.clone();
    let address = known.address().ok_or(Stop::Ended)?;
    let chat = app.tables.open_address(&token.person, address, now).await?;
    Ok(Open {
        token,
        known,
        page,
        chat,
    })
}

/// The file, once it is recorded that it was taken.
async fn taken(app: &App, token: &str) -> Result<String, Stop> {
    for attempt in 0..COMMIT_TRIES {
        pause(attempt).await;
        let open = open(app, token).await?;
        let now = app.clock.now();
        let (tables, known) = (&app.tables, &open.known);
        let user_ids = tables.user_ids(known, None, now).await?;
        let holdings = tables.holdings(known, &user_ids, now).await?;
        let times = open.page.taken.saturating_add(1);
        let session = Session {
            export: Some(ExportPage {
                taken: times,
                ..open.page.clone()
            }),
            ..known.state.session.clone()
        };
        let mut transaction = tables.transaction(&open.token.person, now);
        transaction.session(known, &session);
        let audit = Audit {
            event: Event::ExportTaken,
            account: None,
        };
        transaction.audit(&audit, &format!("{}-{times}", open.token.id));
        match transaction.commit().await {
            Ok(()) => {
                let chat = open.chat.to_twilio();
                let chat = chat.trim_start_matches("whatsapp:");
                let standing = &known.state.standing;
                let zone = standing.preferences.zone(&open.chat);
                return Ok(export::text(chat, holdings.held, holdings.cut, now, &zone));
            }
            Err(CommitError::Table(error)) => return Err(error.into()),
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
        }
    }
    Err(Stop::Contended)
}
