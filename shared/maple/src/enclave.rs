//! Maple's enclave: proved to be it, then spoken to under seal.
//!
//! The crate `opensecret` does the proving and sealing, with a connection of its own: it finds out before the first question
//! of an instance, and again when the enclave has forgotten the session. It has no time-outs, so the whole is cut off here;
//! and it reads an answer before its length is looked at.

use std::fmt;
use std::sync::Arc;

use futures::TryStreamExt as _;
use opensecret::OpenSecretClient;
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::{Answered, LARGEST_ANSWER, retry_after};
use crate::error::Error;

#[derive(Clone)]
pub(crate) struct Enclave(Arc<OpenSecretClient>);

impl Enclave {
    /// Whoever answers on this machine needs no proof: `opensecret` asks it for none. So nobody but a test names one.
    pub(crate) fn new(base: &str, key: &SecretString) -> Result<Self, Error> {
        let key = key.expose_secret().to_owned();
        let client = OpenSecretClient::new_with_api_key(base, key);
        let client = client.map_err(|_| Error::Setup("the enclave's address is none"))?;
        Ok(Self(Arc::new(client)))
    }

    pub(crate) async fn post(&self, body: Vec<u8>) -> Result<Answered, Error> {
        let request = http::Request::post("/v1/chat/completions").body(body.into());
        let request = request.map_err(|_| Error::Setup("the request is none"))?;
        let response = self.0.send_inference_request(request).await;
        let (parts, body) = response.map_err(failed)?.into_parts();
        let parts_of_it: Vec<_> = body.try_collect().await.map_err(failed)?;
        let body = parts_of_it.concat();
        if body.len() > LARGEST_ANSWER {
            return Err(Error::Oversize);
        }
        Ok(Answered {
            status: parts.status.as_u16(),
            retry_after: retry_after(&parts.headers),
            body,
        })
    }
}

/// Its own words are dropped: they quote what the server wrote.
fn failed(error: opensecret::Error) -> Error {
    use opensecret::Error as Theirs;
    match error {
        Theirs::Http(error) => Error::Unreachable(Box::new(error.without_url())),
        Theirs::Io(error) => Error::Unreachable(Box::new(error)),
        Theirs::Api { status, .. } => Error::of_status(status, None),
        Theirs::Authentication(_) => Error::Unsendable,
        Theirs::AttestationVerificationFailed(_) | Theirs::Cbor(_) => {
            Error::Unproven("its attestation does not hold")
        }
        Theirs::KeyExchange(_) | Theirs::Session(_) => Error::Unproven("no session came about"),
        _ => Error::Unproven("what it says is not under seal"),
    }
}

impl fmt::Debug for Enclave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enclave(…)")
    }
}
