//! Proves that a request comes from Twilio: `X-Twilio-Signature`, HMAC-SHA1 under the account's auth token.
//!
//! What is signed is the URL as Twilio was given it and, for a form, every pair of the body: keys in byte order, each
//! distinct value of a key once, in byte order, nothing between them. Any other body is signed through its SHA-256 in
//! the URL's `bodySHA256`. The signature carries no time: whoever accepts it must remember what it has seen.
//!
//! Twilio's own libraries disagree on repeated keys and on URLs; this follows the Python one, and takes the URL byte
//! for byte: a URL type would escape `'`, lower the host and drop `:443`, and each of these changes the signature.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::form::Form;

const FORM: &str = "application/x-www-form-urlencoded";
const SHA1_BYTES: usize = 20;

/// An account's auth token. It signs webhooks; it is not needed for sending and should not be near the sender.
#[derive(Clone, Debug)]
pub struct AuthToken(SecretString);

impl AuthToken {
    pub fn new(token: SecretString) -> Self {
        Self(token)
    }
}

impl From<String> for AuthToken {
    fn from(token: String) -> Self {
        Self(token.into())
    }
}

/// Why a request is not believed: the class only, fit for a log and a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature header is missing")]
    Missing,
    /// Empty, not base64, or not the length of a SHA-1.
    #[error("the signature header is not a signature")]
    Malformed,
    #[error("the signature is of another request, URL or account")]
    Mismatch,
}

/// The header's value for a form post of `params` to `url`; no `params` for a GET.
pub fn sign(token: &AuthToken, url: &str, params: &[(String, String)]) -> String {
    let params = params.iter().map(|(key, value)| (&**key, &**value));
    let params = in_order(params.collect());
    STANDARD.encode(mac(token, url, &params).finalize().into_bytes())
}

/// Ok if any of `tokens` signed this request to `public_url`, with or without its port.
///
/// `public_url` is the configured address (never rebuilt from the request's own headers) without a fragment, followed by
/// the request's query, if it has one, exactly as it came. A request without a body is signed by its URL alone.
pub fn verify(
    tokens: &[AuthToken],
    public_url: &str,
    raw_body: &[u8],
    content_type: Option<&str>,
    header: Option<&str>,
) -> Result<(), SignatureError> {
    if is_form(content_type) {
        return verify_form(tokens, public_url, &Form::parse(raw_body), header);
    }
    let claimed = claimed(header)?;
    if raw_body.is_empty() || body_matches_its_hash(public_url, raw_body) {
        proven(tokens, public_url, &[], &claimed)
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// As [`verify`], of a form that is read already.
pub fn verify_form(
    tokens: &[AuthToken],
    public_url: &str,
    form: &Form<'_>,
    header: Option<&str>,
) -> Result<(), SignatureError> {
    let claimed = claimed(header)?;
    let params = in_order(form.pairs().collect());
    proven(tokens, public_url, &params, &claimed)
}

/// The header says of the body that it is a form.
pub fn is_form(content_type: Option<&str>) -> bool {
    content_type
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

fn claimed(header: Option<&str>) -> Result<Vec<u8>, SignatureError> {
    STANDARD
        .decode(header.ok_or(SignatureError::Missing)?)
        .ok()
        .filter(|bytes| bytes.len() == SHA1_BYTES)
        .ok_or(SignatureError::Malformed)
}

fn proven(
    tokens: &[AuthToken],
    public_url: &str,
    params: &[(&str, &str)],
    claimed: &[u8],
) -> Result<(), SignatureError> {
    let urls = [Some(public_url.to_owned()), other_port(public_url)];
    let proven = tokens.iter().any(|token| {
        urls.iter()
            .flatten()
            .any(|url| mac(token, url, params).verify_slice(claimed).is_ok())
    });
    if proven {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// Each pair once, by key, then by value.
fn in_order<'a>(mut params: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    params.sort_unstable();
    params.dedup();
    params
}

fn mac(token: &AuthToken, url: &str, params: &[(&str, &str)]) -> Hmac<Sha1> {
    // HMAC hashes a long key and pads a short one: there is no length it refuses.
    let mut mac = Hmac::<Sha1>::new_from_slice(token.0.expose_secret().as_bytes())
        .expect("HMAC takes a key of any length");
    mac.update(url.as_bytes());
    for text in params.iter().flat_map(|(key, value)| [key, value]) {
        mac.update(text.as_bytes());
    }
    mac
}

fn body_matches_its_hash(url: &str, body: &[u8]) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let digest = Sha256::digest(body);
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == "bodySHA256")
        .is_some_and(|(_, claimed)| claimed == hex(&digest))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|nibble| char::from(DIGITS[usize::from(nibble)]))
        .collect()
}

/// The same URL without its port, or with its scheme's own where it names none: Twilio signs now one, now the other.
fn other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let default = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let start = scheme.len() + "://".len();
    let end = start + rest.find(['/', '?']).unwrap_or(rest.len());
    let port = port_range(&url[start..end]);
    let (before, after) = match port {
        Some(port) => (&url[..start + port.start], &url[start + port.end..]),
        None => url.split_at(end),
    };
    Some(if before.len() == end {
        format!("{before}:{default}{after}")
    } else {
        format!("{before}{after}")
    })
}

/// Where `:port` stands in `user:password@host:port`.
fn port_range(authority: &str) -> Option<Range<usize>> {
    let colon = authority.rfind(':')?;
    let digits = &authority[colon + 1..];
    // A colon before `@` parts a user from a password; one before `]` is inside an IPv6 address.
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        .then_some(colon..authority.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_taken_off_or_put_on_and_nothing_else_is_touched() {
        for (url, other) in [
            ("https://a.example/x?y=1:2", "https://a.example:443/x?y=1:2"),
            ("https://a.example:443/x", "https://a.example/x"),
            ("http://a.example", "http://a.example:80"),
            ("http://127.0.0.1:8700/x", "http://127.0.0.1/x"),
            ("http://[::1]/x", "http://[::1]:80/x"),
            ("http://[::1]:8700/x", "http://[::1]/x"),
            ("https://u:p@A.example/x", "https://u:p@A.example:443/x"),
            ("https://u:p@A.example:443/x", "https://u:p@A.example/x"),
            ("https://a.example?x='", "https://a.example:443?x='"),
        ] {
            assert_eq!(other_port(url).as_deref(), Some(other), "{url}");
        }
        assert_eq!(other_port("ftp://a.example"), None);
        assert_eq!(other_port("a.example"), None);
    }
}
