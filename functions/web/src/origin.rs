//! Who may post to us: our own page, from our origin or from where it is hosted.
//!
//! Nothing that a browser adds by itself (cookie, certificate, log-in) opens anything here, so a page elsewhere gains
//! nothing by posting; it is refused all the same, before anything is read. Browsers have sent these headers with every
//! post by a script for years, and no script can set them. Who sends neither is no browser, or one in which the page does
//! not run.

use lambda_http::http::HeaderMap;
use lambda_http::http::header::{self, HeaderName, HeaderValue};

use crate::{App, origin_of};

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(crate) fn is_ours(app: &App, headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE).map(HeaderValue::as_bytes);
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (Some(origin), None) => Some(origin.as_bytes()),
        (None, _) => None,
        (Some(_), Some(_)) => return false,
    };
    match origin {
        // Some browsers hide the origin where the page's referrer policy is ours.
        Some(b"null") => site == Some(b"same-origin"),
        None => site.is_none_or(|site| site == b"same-origin"),
        Some(origin) => [Some(&app.public_base_url), app.link_page_url.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|url| origin_of(url))
            .any(|page| without_port(&page).as_bytes() == origin),
    }
}

/// As a browser writes it: lower case, and without the port that goes without saying.
fn without_port(origin: &str) -> String {
    let origin = origin.to_ascii_lowercase();
    let usual = match origin.split_once("://") {
        Some(("https", _)) => ":443",
        _ => ":80",
    };
    origin.strip_suffix(usual).unwrap_or(&origin).to_owned()
}
