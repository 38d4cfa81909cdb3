//! Secrets that are rotated while functions run: `aws::secrets::Secrets`, and what the local world has in its place.

use aws::clients;
use aws::clock::Clock;
use aws::keys::random_key;
use aws::ring::document::DocumentError;
use aws::secrets::{SecretError, Secrets};
use aws::tables::{Names, schema};
use aws_config::SdkConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::policy::{KEY_DROP_AFTER, KEY_NEW_GAP};
use operator::keys::{self, RingError};
use sandbox::secrets::{SecretStore, TwilioSecrets};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::case::{Case, case};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const KEY: &str = "SK00000000000000000000000000000001";

/// What both have: Twilio's secrets, and their rotation.
pub(crate) fn cases() -> Vec<Case<Bench>> {
    vec![
        case(a_rotation_keeps_the_token_before_and_no_older_one),
        case(a_rotated_api_key_is_read_anew),
    ]
}

/// What only Secrets Manager has.
pub(crate) fn wire_cases() -> Vec<Case<Wire>> {
    vec![
        case(a_token_to_come_is_read_beside_the_present_one),
        case(a_secret_is_found_by_name_and_by_arn),
        case(every_signing_secret_is_read),
        case(what_is_missing_is_named),
        case(what_is_malformed_is_named_and_not_shown),
        case(a_version_that_came_between_is_not_overwritten),
        case(a_new_key_is_made_and_the_former_one_dropped),
    ]
}

pub(crate) enum Bench {
    Local(SecretStore),
    Wire(Wire),
}

/// Secrets Manager, with names of our own in it.
pub(crate) struct Wire {
    secrets: Secrets,
    client: Client,
    dynamodb: aws_sdk_dynamodb::Client,
    prefix: String,
}

impl Wire {
    pub(crate) fn new(sdk: &SdkConfig, prefix: String) -> Self {
        Self {
            secrets: Secrets::new(sdk),
            client: Client::new(sdk),
            dynamodb: clients::dynamodb(sdk),
            prefix,
        }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Its ARN.
    async fn create(&self, name: &str, text: impl ToString) -> String {
        let request = self.client.create_secret().name(self.name(name));
        let made = request.secret_string(text.to_string()).send().await;
        made.unwrap().arn.unwrap()
    }

    /// A new version. What was current becomes previous, unless the new one is of another stage.
    async fn put(&self, name: &str, text: impl ToString, stage: Option<&str>) {
        let request = self.client.put_secret_value().secret_id(self.name(name));
        let request = request.secret_string(text.to_string());
        let request = request.set_version_stages(stage.map(|stage| vec![stage.to_owned()]));
        request.send().await.unwrap();
    }

    async fn tokens(&self) -> Vec<String> {
        let auth = self.secrets.twilio_auth(&self.name("auth")).await.unwrap();
        assert!(auth.iter().all(|auth| auth.account_sid == ACCOUNT));
        let tokens = auth.iter().map(|auth| auth.auth_token.expose_secret());
        tokens.map(str::to_owned).collect()
    }
}

fn auth(token: &str) -> serde_json::Value {
    json!({"accountSid": ACCOUNT, "authToken": token})
}

fn api_key(secret: &str) -> serde_json::Value {
    json!({"accountSid": ACCOUNT, "apiKeySid": KEY, "apiKeySecret": secret})
}

impl Bench {
    /// Twilio's secrets before any rotation: `token-1`, `secret-1`.
    pub(crate) fn local() -> Self {
        let twilio = TwilioSecrets {
            auth_tokens: vec!["token-1".to_owned()],
            key_secret: "secret-1".to_owned(),
        };
        Self::Local(SecretStore::new(twilio, "{}", &[]))
    }

    pub(crate) async fn over(wire: Wire) -> Self {
        wire.create("auth", auth("token-1")).await;
        wire.create("api-key", api_key("secret-1")).await;
        Self::Wire(wire)
    }

    async fn rotate_token(&self, token: &str) {
        match self {
            Self::Local(store) => store.rotate_auth_token(token),
            Self::Wire(wire) => wire.put("auth", auth(token), None).await,
        }
    }

    async fn tokens(&self) -> Vec<String> {
        match self {
            Self::Local(store) => store.read().auth_tokens,
            Self::Wire(wire) => wire.tokens().await,
        }
    }

    async fn rotate_key_secret(&self, secret: &str) {
        match self {
            Self::Local(store) => store.rotate_key_secret(secret),
            Self::Wire(wire) => wire.put("api-key", api_key(secret), None).await,
        }
    }

    async fn key_secret(&self) -> String {
        match self {
            Self::Local(store) => store.read().key_secret,
            Self::Wire(wire) => {
                let key = wire.secrets.twilio_api_key(&wire.name("api-key")).await;
                key.unwrap().api_key_secret.expose_secret().to_owned()
            }
        }
    }
}

async fn a_rotation_keeps_the_token_before_and_no_older_one(bench: Bench) {
    assert_eq!(bench.tokens().await, ["token-1"]);
    bench.rotate_token("token-2").await;
    assert_eq!(bench.tokens().await, ["token-2", "token-1"]);
    bench.rotate_token("token-3").await;
    assert_eq!(bench.tokens().await, ["token-3", "token-2"]);
}

async fn a_rotated_api_key_is_read_anew(bench: Bench) {
    assert_eq!(bench.key_secret().await, "secret-1");
    bench.rotate_key_secret("secret-2").await;
    assert_eq!(bench.key_secret().await, "secret-2");
}

async fn a_token_to_come_is_read_beside_the_present_one(wire: Wire) {
    wire.create("auth", auth("token-1")).await;
    wire.put("auth", auth("token-2"), Some("AWSPENDING")).await;
    assert_eq!(wire.tokens().await, ["token-1", "token-2"]);
    wire.put("auth", auth("token-3"), None).await;
    assert_eq!(wire.tokens().await, ["token-3", "token-2", "token-1"]);
}

async fn a_secret_is_found_by_name_and_by_arn(wire: Wire) {
    let key = STANDARD.encode([1; 32]);
    let keys = json!({"pepper": key, "ring": [{"id": "k1", "key": key, "state": "current"}]});
    let arn = wire.create("keys", keys).await;
    for id in [wire.name("keys"), arn] {
        let keys = wire.secrets.keys(&id).await.unwrap();
        assert!(format!("{keys:?}").contains("k1"));
    }
    wire.create("admin", "a-password").await;
    let text = wire.secrets.text(&wire.name("admin")).await.unwrap();
    assert_eq!(text.expose_secret(), "a-password");
    wire.create("auth", auth("token-1")).await;
    let account = wire.secrets.twilio_account(&wire.name("auth")).await;
    assert_eq!(account.unwrap(), ACCOUNT);
}

async fn every_signing_secret_is_read(wire: Wire) {
    wire.create("events", json!({"signingSecrets": ["whsec_1", "whsec_2"]}))
        .await;
    let read = wire.secrets.signing_secrets(&wire.name("events")).await;
    let read = read.unwrap();
    let read: Vec<&str> = read.iter().map(ExposeSecret::expose_secret).collect();
    assert_eq!(read, ["whsec_1", "whsec_2"]);
}

async fn what_is_missing_is_named(wire: Wire) {
    let missing = wire.secrets.twilio_auth("nowhere").await.unwrap_err();
    assert!(matches!(&missing, SecretError::Unreadable { name, .. } if name == "nowhere"));
    let shown = missing.to_string();
    assert!(shown.contains("ResourceNotFoundException"), "{shown}");

    let request = wire.client.create_secret().name(wire.name("bytes"));
    let request = request.secret_binary(Blob::new([1, 2, 3]));
    request.send().await.unwrap();
    let textless = wire.secrets.text(&wire.name("bytes")).await.unwrap_err();
    assert!(textless.to_string().contains(&wire.name("bytes")));
}

async fn what_is_malformed_is_named_and_not_shown(wire: Wire) {
    wire.create("auth", json!({"authToken": "token-1"})).await;
    let name = wire.name("auth");
    let auth = wire.secrets.twilio_auth(&name).await.unwrap_err();
    let keys = wire.secrets.keys(&name).await.unwrap_err();
    let api_key = wire.secrets.twilio_api_key(&name).await.unwrap_err();
    let signing = wire.secrets.signing_secrets(&name).await.unwrap_err();
    assert!(auth.to_string().contains(&name) && api_key.to_string().contains(&name));
    for error in [auth, keys, api_key, signing] {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("token-1"), "{shown}");
    }
}

/// A keys secret with one key, `k1`.
async fn first_ring(wire: &Wire) -> String {
    let (pepper, key) = (random_key(), random_key());
    let ring = json!([{"id": "k1", "key": key.expose_secret(), "state": "current"}]);
    let secret = json!({"pepper": pepper.expose_secret(), "ring": ring});
    wire.create("ring", secret).await;
    wire.name("ring")
}

async fn a_version_that_came_between_is_not_overwritten(wire: Wire) {
    wire.create("text", "one").await;
    let name = wire.name("text");
    let read = wire.secrets.version(&name).await.unwrap();
    assert_eq!(read.text.expose_secret(), "one");
    wire.put("text", "two", None).await;
    let three = "three".to_owned().into();
    let late = wire.secrets.replace(&name, &read, &three).await;
    let late = late.unwrap_err();
    assert!(matches!(late, SecretError::Unwritten { .. }), "{late}");
    assert!(!format!("{late} {late:?}").contains("three"), "{late}");
    let text = async || wire.secrets.text(&name).await.unwrap();
    assert_eq!(text().await.expose_secret(), "two");

    let read = wire.secrets.version(&name).await.unwrap();
    wire.secrets.replace(&name, &read, &three).await.unwrap();
    assert_eq!(text().await.expose_secret(), "three");
    let previous = wire.client.get_secret_value().secret_id(&name);
    let previous = previous.version_stage("AWSPREVIOUS").send().await.unwrap();
    assert_eq!(previous.secret_string(), Some("two"));
}

async fn a_new_key_is_made_and_the_former_one_dropped(wire: Wire) {
    let ring = first_ring(&wire).await;
    let names = Names::with_prefix(&wire.prefix);
    schema::create(&wire.dynamodb, &names).await.unwrap();
    let now = Clock::system().now();
    let made = keys::new(&wire.secrets, &ring, now).await.unwrap();
    assert_eq!(made.former, "k1");
    let twice = keys::new(&wire.secrets, &ring, now.plus(KEY_NEW_GAP - 1)).await;
    assert!(matches!(twice, Err(RingError::Ring(DocumentError::TooYoung(id))) if id == made.id));

    let shown = format!("{:?}", wire.secrets.keys(&ring).await.unwrap());
    assert!(shown.contains("k1") && shown.contains(&made.id), "{shown}");
    let later = now.plus(KEY_DROP_AFTER);
    let report = keys::report(&wire.secrets, &ring, &wire.dynamodb, &names, later).await;
    let report = report.unwrap();
    assert!(report.is_good());
    let shown = report.to_string();
    assert!(shown.contains("  can be dropped\n"), "{shown}");

    let drop_k1 = |at| keys::drop_key(&wire.secrets, &ring, "k1", &wire.dynamodb, &names, at);
    assert!(matches!(
        drop_k1(now).await,
        Err(RingError::Ring(DocumentError::TooSoon(_)))
    ));
    drop_k1(later).await.unwrap();
    let after = format!("{:?}", wire.secrets.keys(&ring).await.unwrap());
    assert!(!after.contains("k1") && after.contains(&made.id), "{after}");
    assert!(matches!(
        drop_k1(later).await,
        Err(RingError::Ring(DocumentError::NoSuchKey(_)))
    ));
}
