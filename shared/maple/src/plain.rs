//! Any address that speaks chat completions, over TLS.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Response, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::{Answered, LARGEST_ANSWER, retry_after};
use crate::error::Error;

#[derive(Debug)]
pub(crate) struct Plain {
    http: reqwest::Client,
    url: Url,
    /// Marked as sensitive: not printed.
    authorization: HeaderValue,
}

impl Plain {
    /// `base`: where `/v1` is.
    pub(crate) fn new(
        base: &Url,
        key: &SecretString,
        connect_timeout: Duration,
    ) -> Result<Self, Error> {
        let is_open = base.scheme() == "http" && is_this_machine(base);
        if base.scheme() != "https" && !is_open {
            return Err(Error::Setup(
                "the address is neither https nor this machine",
            ));
        }
        let url = format!(
            "{}/v1/chat/completions",
            base.as_str().trim_end_matches('/')
        );
        let url = url
            .parse()
            .map_err(|_| Error::Setup("the address is none"))?;
        let bearer = format!("Bearer {}", key.expose_secret());
        let mut authorization = HeaderValue::from_str(&bearer).map_err(|_| Error::Unsendable)?;
        authorization.set_sensitive(true);
        let http = reqwest::Client::builder()
            .user_agent(concat!("flash-whatsapp-bot/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(connect_timeout)
            .redirect(Policy::none())
            // What people ask must not go where the environment points.
            .no_proxy()
            .build()
            .map_err(Error::Http)?;
        Ok(Self {
            http,
            url,
            authorization,
        })
    }

    pub(crate) async fn post(&self, body: Vec<u8>, left: Duration) -> Result<Answered, Error> {
        let headers = HeaderMap::from_iter([
            (http::header::AUTHORIZATION, self.authorization.clone()),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (ACCEPT, HeaderValue::from_static("application/json")),
        ]);
        let request = self.http.post(self.url.clone()).headers(headers);
        let request = request.timeout(left).body(body);
        let response = request.send().await.map_err(transport)?;
        Ok(Answered {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
            body: bounded(response).await?,
        })
    }
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = address
        .parse()
        .is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    host == "localhost" || is_loopback
}

fn transport(error: reqwest::Error) -> Error {
    if error.is_timeout() && !error.is_connect() {
        Error::Late
    } else {
        Error::Unreachable(Box::new(error.without_url()))
    }
}

async fn bounded(mut response: Response) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Error::Oversize);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
