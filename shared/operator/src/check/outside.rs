//! What the parameters name, asked: secrets, Flash, Twilio, Lambda's limits.

use std::time::Duration;

use aws::secrets::{SecretError, Secrets, TwilioApiKey};
use domain::address::WhatsAppAddress;
use domain::time::Moment;
use flash::ClientConfig;
use reqwest::{Method, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use twilio::list::ListError;

use super::parameters::Parameters;
use super::{Finding, content};

/// For one question to anybody.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Where a function reserves some of an account's concurrency, Lambda wants so much left for those that reserve none.
const UNRESERVED: u64 = 100;

/// Parameters that name a secret which may be left out.
const OPTIONAL: [&str; 4] = [
    "BrokerSecretArn",
    "FlashAdminSecretArn",
    "FlashEventsSecretArn",
    "MapleSecretArn",
];

/// Whether each secret is there, may be read, and is what it should be; and the key that Twilio is asked with.
pub async fn secrets(
    secrets: &Secrets,
    parameters: &Parameters,
) -> (Vec<Finding>, Option<TwilioApiKey>) {
    let named = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let said = |error: SecretError| error.to_string();
    let keys = secrets.keys(&named("KeysSecretArn")).await;
    let account = secrets.twilio_account(&named("TwilioAuthSecretArn")).await;
    let api_key = secrets
        .twilio_api_key(&named("TwilioApiKeySecretArn"))
        .await;
    let same = match (&account, &api_key) {
        (Ok(account), Ok(key)) if *account != key.account_sid => {
            Some("they are of two accounts at Twilio".to_owned())
        }
        _ => None,
    };
    let mut found = vec![
        Finding::unless("KeysSecretArn", keys.err().map(said)),
        Finding::unless("TwilioAuthSecretArn", account.err().map(said)),
        Finding::unless(
            "TwilioApiKeySecretArn",
            api_key.as_ref().err().map(ToString::to_string),
        ),
        Finding::unless("TwilioAuthSecretArn and TwilioApiKeySecretArn", same),
    ];
    for name in OPTIONAL {
        let Some(secret) = parameters.get(name) else {
            let without = "none is given; what needs it is switched off";
            found.push(Finding::not_checked(name, without));
            continue;
        };
        let read = match name {
            "BrokerSecretArn" => broker_login(secrets, secret).await,
            "FlashEventsSecretArn" => secrets.signing_secrets(secret).await.map(|_| ()),
            "MapleSecretArn" => secrets.maple_key(secret).await.map(|_| ()),
            _ => secrets.text(secret).await.map(|_| ()),
        };
        found.push(Finding::unless(name, read.err().map(said)));
    }
    (found, api_key.ok())
}

/// `{"username", "password"}`: with what Lambda opens the broker.
async fn broker_login(secrets: &Secrets, name: &str) -> Result<(), SecretError> {
    let text: SecretString = secrets.text(name).await?;
    let login: Value = serde_json::from_str(text.expose_secret()).unwrap_or_default();
    let is_there = |name: &str| login[name].as_str().is_some_and(|text| !text.is_empty());
    if is_there("username") && is_there("password") {
        Ok(())
    } else {
        let name = name.to_owned();
        Err(SecretError::Malformed { name })
    }
}

/// Whether Flash answers, lets the link page's origin in, and gives out puzzles.
pub async fn flash(graphql_url: &str, origin: &str) -> Vec<Finding> {
    vec![
        Finding::unless("FlashGraphqlUrl answers", answers(graphql_url).await.err()),
        Finding::unless(
            format!("FlashGraphqlUrl lets pages of {origin} in"),
            lets_in(graphql_url, origin).await.err(),
        ),
        Finding::unless(
            "FlashGraphqlUrl gives out puzzles for the log-in",
            gives_puzzles(graphql_url, origin).await.err(),
        ),
        Finding::not_checked(
            "scopes of the keys that the link page mints",
            "only somebody who links has one; the bot refuses each that could move money",
        ),
    ]
}

async fn answers(graphql_url: &str) -> Result<(), String> {
    let url = graphql_url.parse().map_err(|_| "it is no address")?;
    let config = ClientConfig {
        url,
        connect_timeout: TIMEOUT,
        total_timeout: TIMEOUT,
    };
    let client = flash::Client::new(config).map_err(|error| error.to_string())?;
    match client.price("USD").await {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("it knows no US dollar".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn http() -> Result<reqwest::Client, String> {
    let client = reqwest::Client::builder().timeout(TIMEOUT);
    let client = client.redirect(reqwest::redirect::Policy::none());
    client.build().map_err(|error| error.to_string())
}

/// What a browser asks before the page's first post.
async fn lets_in(graphql_url: &str, origin: &str) -> Result<(), String> {
    let wanted = ["authorization", "content-type"];
    let asked = http()?
        .request(Method::OPTIONS, graphql_url)
        .header(header::ORIGIN, origin)
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, wanted.join(","));
    let answer = asked.send().await.map_err(unreached)?;
    let told = |name: header::HeaderName| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_ascii_lowercase())
    };
    let allowed = told(header::ACCESS_CONTROL_ALLOW_ORIGIN).unwrap_or_default();
    if !answer.status().is_success() || (allowed != origin.to_ascii_lowercase() && allowed != "*") {
        return Err("a browser would refuse the link page there: ask Flash to allow the origin, or put the page where it is allowed (LinkPageUrl)".to_owned());
    }
    let headers = told(header::ACCESS_CONTROL_ALLOW_HEADERS).unwrap_or_default();
    match wanted.iter().find(|name| !headers.contains(*name)) {
        Some(missing) => Err(format!("a browser may not send the header {missing}")),
        None => Ok(()),
    }
}

async fn gives_puzzles(graphql_url: &str, origin: &str) -> Result<(), String> {
    let query =
        "mutation { captchaCreateChallenge { errors { message } result { id challengeCode } } }";
    let asked = http()?.post(graphql_url).header(header::ORIGIN, origin);
    let asked = asked.header(header::CONTENT_TYPE, "application/json");
    let asked = asked.body(json!({ "query": query }).to_string());
    let answer = asked.send().await.map_err(unreached)?;
    let text = answer.text().await.map_err(unreached)?;
    let answer: Value = serde_json::from_str(&text).map_err(|_| "it answers no JSON")?;
    let result = &answer["data"]["captchaCreateChallenge"]["result"];
    let is_there = |name: &str| result[name].as_str().is_some_and(|text| !text.is_empty());
    if is_there("id") && is_there("challengeCode") {
        Ok(())
    } else {
        Err("it makes none, so nobody could log in on the link page".to_owned())
    }
}

fn unreached(error: reqwest::Error) -> String {
    error.without_url().to_string()
}

/// As whom Twilio is asked, and where.
#[derive(Debug)]
pub struct Asking<'a> {
    pub api_url: &'a str,
    pub content_url: &'a str,
    /// The bot's.
    pub key: TwilioApiKey,
    /// The operator's own, as for `templates push`: the bot's need not read content.
    pub operator: Option<TwilioApiKey>,
    pub sender: &'a str,
    /// The stack's map of templates.
    pub content_sids: &'a str,
}

/// Whether the key opens the account, and how the templates stand.
pub async fn twilio(asking: Asking<'_>, now: Moment) -> Vec<Finding> {
    let sender = match WhatsAppAddress::parse(asking.sender) {
        Ok(sender) => sender,
        Err(error) => return vec![Finding::wrong("TwilioSender", error.to_string())],
    };
    let TwilioApiKey {
        account_sid,
        api_key_sid,
        api_key_secret,
    } = &asking.key;
    let api_url = asking.api_url.to_owned();
    let secret = api_key_secret.clone();
    let config = twilio::client::Config::new(api_url, account_sid, api_key_sid, secret, sender);
    let client = config
        .map_err(|error| error.to_string())
        .and_then(|config| twilio::client::Client::new(config).map_err(|error| error.to_string()));
    let listed = match client {
        Ok(client) => match client.received(now.plus(-60), now).await {
            Ok(_) => None,
            Err(ListError::Refused(401 | 403)) => Some("Twilio refuses the key".to_owned()),
            Err(error) => Some(error.to_string()),
        },
        Err(error) => Some(error),
    };
    let mut found = vec![
        Finding::unless("the API key lists messages at Twilio", listed),
        Finding::not_checked(
            "TwilioSender is this account's",
            "an API key is not told; write to the bot after the deployment",
        ),
    ];
    let content = content::Asking {
        url: asking.content_url,
        bot: asking.key,
        operator: asking.operator,
        sids: asking.content_sids,
    };
    found.extend(content::look(content).await);
    found
}

/// Whether the account may run as many functions at once as the parameters ask for. `limit` is Lambda's, of the region.
pub fn concurrency(parameters: &Parameters, limit: Option<u64>) -> Finding {
    const ABOUT: &str = "Lambda's concurrency";
    let consumers = [
        "OutboundMaxConcurrency",
        "OtpExpiryMaxConcurrency",
        "SchedulerMaxConcurrency",
        "EventBridgeMaxConcurrency",
        "AssistantMaxConcurrency",
    ];
    let consumed: u64 = consumers.iter().map(|name| parameters.number(name)).sum();
    let reserved = ["WebhookReservedConcurrency", "WebReservedConcurrency"];
    let reserved: u64 = reserved.iter().map(|name| parameters.number(name)).sum();
    let others = if reserved > 0 { UNRESERVED } else { 0 };
    let wanted = consumed.max(others).saturating_add(reserved);
    match limit {
        None => Finding::not_checked(ABOUT, "Lambda did not tell the account's limit"),
        // They take turns; Lambda refuses none of it.
        Some(limit) if limit < wanted && reserved == 0 => Finding::note(
            ABOUT,
            format!(
                "the account may run {limit} at once, and these parameters use up to {wanted}: when many write, they wait. Ask AWS for more"
            ),
        ),
        Some(limit) if limit < wanted => Finding::wrong(
            ABOUT,
            format!(
                "the account may run {limit} at once, and these parameters want {wanted}: ask AWS for more, or lower them"
            ),
        ),
        Some(_) => Finding::good(ABOUT),
    }
}
