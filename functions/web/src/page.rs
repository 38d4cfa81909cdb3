//! The link page, in one response: a phone on a bad network gets it whole or not at all.

use aws::keys::random_id;
use aws::tables::TableError;
use aws::telemetry;
use aws::tokens::Purpose;
use domain::conversation::page_waits;
use domain::linking;
use domain::policy::{CHECK_KEY_LIFE, CODE_LIFE, CREDENTIAL_LIFE};
use lambda_http::http::StatusCode;
use lambda_http::http::header::{self, HeaderValue};
use lambda_http::{Body, Response};
use serde_json::json;

use crate::{App, empty, origin_of};

const KEY_NAME: &str = "WhatsApp bot";
const SCOPES: [&str; 3] = ["read_user", "read_wallet", "read_transactions"];
/// Of the key that proves who its owner is, and is thrown away.
const CHECK_KEY_NAME: &str = "WhatsApp bot check";
const CHECK_SCOPES: [&str; 1] = ["read_user"];
const GET_FLASH: &str = "https://getflash.io/app";
/// Geetest's own hosts, from which its script loads its pictures and answers.
const GEETEST_HOSTS: &str = "https://*.geetest.com https://*.geevisit.com";

/// The same log-in at Flash, for a link or for a proof.
#[derive(Clone, Copy)]
pub(crate) enum Page {
    Link,
    Confirm,
}

impl Page {
    const fn purpose(self) -> Purpose {
        match self {
            Self::Link => Purpose::Link,
            Self::Confirm => Purpose::StepUp,
        }
    }
}

/// The page for a token that still holds; for any other, a page that says how to get a new one.
pub(crate) async fn show(app: &App, page: Page, token: &str) -> Response<Body> {
    match masked_chat(app, page, token).await {
        Ok(Some(chat)) => html(
            StatusCode::OK,
            &page_html(app, page, (token, &chat)),
            &page_policy(app),
        ),
        Ok(None) => ended(app, page),
        Err(error) => {
            telemetry::failure("link_page", &error);
            empty(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn masked_chat(app: &App, page: Page, token: &str) -> Result<Option<String>, TableError> {
    let now = app.clock.now();
    let Ok(token) = app.tables.ring().verify(page.purpose(), token, now).await else {
        return Ok(None);
    };
    let known = app.tables.read_person(&token.person, None, now).await?;
    let waits = match page {
        Page::Link => linking::current_page(&known.state.session, &token.id, now).is_ok(),
        Page::Confirm => page_waits(&known.state, &token.id, now).is_ok(),
    };
    let Some(address) = known.address().filter(|_| waits) else {
        return Ok(None);
    };
    let chat = app.tables.open_address(&token.person, address, now).await?;
    Ok(Some(chat.masked()))
}

fn page_html(app: &App, page: Page, (token, chat): (&str, &str)) -> String {
    let operations: serde_json::Map<_, _> = flash::page_operations()
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.into()))
        .collect();
    let config = json!({
        "purpose": match page {
            Page::Link => "link",
            Page::Confirm => "confirm",
        },
        "token": token,
        "masked_chat": chat,
        "api_base": app.public_base_url,
        "flash_url": app.flash_url,
        "operations": operations,
        "key_name": KEY_NAME,
        "scopes": SCOPES,
        "key_lifetime_s": CREDENTIAL_LIFE,
        "confirm": {
            "key_name": CHECK_KEY_NAME,
            "scopes": CHECK_SCOPES,
            "key_lifetime_s": CHECK_KEY_LIFE,
        },
        "code_lifetime_s": CODE_LIFE,
        "bot_number": app.bot_number,
        "get_flash_url": GET_FLASH,
        "captcha_url": "/link/captcha-frame",
    });
    let title = match page {
        Page::Link => "Link Flash to WhatsApp",
        Page::Confirm => "Show that it is you",
    };
    include_str!("../page/link.html")
        .replace("__TITLE__", title)
        .replace("__STYLE__", include_str!("../page/link.css"))
        .replace("__SCRIPT__", include_str!("../page/link.js"))
        .replace("__CONFIG__", &embedded(&config))
}

fn page_policy(app: &App) -> String {
    let mut connect: Vec<_> = [&app.public_base_url, &app.flash_url]
        .into_iter()
        .filter_map(|url| origin_of(url))
        .collect();
    connect.dedup();
    format!(
        "default-src 'none'; script-src 'nonce-NONCE'; style-src 'nonce-NONCE'; connect-src {}; frame-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        connect.join(" ")
    )
}

/// The captcha's frame. Without an origin of its own (`sandbox`) it can reach neither our page nor our storage.
pub(crate) fn captcha_frame(app: &App) -> Response<Body> {
    let config = json!({ "geetest_script": app.geetest_script_url });
    let text = include_str!("../page/captcha.html")
        .replace("__SCRIPT__", include_str!("../page/captcha.js"))
        .replace("__CONFIG__", &embedded(&config));
    let parent = app
        .link_page_url
        .as_deref()
        .and_then(origin_of)
        .unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-NONCE' 'strict-dynamic'; style-src 'unsafe-inline' {GEETEST_HOSTS}; \
         img-src data: {GEETEST_HOSTS}; font-src {GEETEST_HOSTS}; connect-src {GEETEST_HOSTS}; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self' {parent}; sandbox allow-scripts"
    );
    html(StatusCode::OK, &text, &policy)
}

fn ended(app: &App, page: Page) -> Response<Body> {
    let text = match page {
        Page::Link => include_str!("../page/ended.html"),
        Page::Confirm => include_str!("../page/confirm_ended.html"),
    };
    let text = text
        .replace("__STYLE__", include_str!("../page/link.css"))
        .replace("__BOT_NUMBER__", &app.bot_number);
    let policy = "default-src 'none'; style-src 'nonce-NONCE'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    html(StatusCode::GONE, &text, policy)
}

/// JSON that can stand inside a script element.
fn embedded(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// Puts one fresh nonce into the text and its policy.
pub(crate) fn html(status: StatusCode, text: &str, policy: &str) -> Response<Body> {
    let nonce = random_id();
    let mut response = Response::new(Body::from(text.replace("__NONCE__", &nonce)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    if let Ok(policy) = HeaderValue::from_str(&policy.replace("NONCE", &nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
