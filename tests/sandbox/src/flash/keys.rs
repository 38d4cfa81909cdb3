//! Who is asking: sessions and API keys, what a key may do and how often.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tree::Node;
use super::{FlashStandIn, State};
use crate::silence::{Kind, keep_private};

/// Active keys an account may have.
const MOST_KEYS: usize = 10;

/// Requests a minute where the key says nothing else.
const USUAL_RATE: u32 = 120;

/// An API key. The secret stays with it: this is a stand-in, not a bank.
#[derive(Debug)]
pub(super) struct Key {
    id: String,
    public_id: String,
    secret: String,
    account: String,
    name: String,
    scopes: Vec<String>,
    rate: Option<u32>,
    created_at: i64,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked: bool,
}

/// A login.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) token: String,
    pub(super) account: String,
    /// False while a second factor is owed: the gateway then refuses the token.
    pub(super) usable: bool,
}

/// Whose request it is.
#[derive(Clone, Debug)]
pub(super) enum Caller {
    Anonymous,
    Session {
        account: String,
        token: String,
    },
    Key {
        account: String,
        scopes: Vec<String>,
    },
}

/// Why the gateway lets nobody through.
#[derive(Debug)]
pub(super) enum Closed {
    Unauthorized,
    /// The key's own limit, and the seconds to wait.
    Limited {
        limit: u32,
        wait_s: i64,
    },
}

/// What a field asks of the caller.
pub(super) enum Access {
    Public,
    /// A session, or a key with this scope.
    Scope(&'static str),
    Session,
}

pub(super) fn access(field: &str) -> Access {
    match field {
        "me" => Access::Scope("read:user"),
        "transactionDetails" => Access::Scope("read:transactions"),
        "intraLedgerUsdPaymentSend" => Access::Scope("write:wallet"),
        "apiKeys" | "apiKeyCreate" | "apiKeyRevoke" => Access::Session,
        _ => Access::Public,
    }
}

impl Caller {
    pub(super) fn account(&self) -> Option<&str> {
        match self {
            Self::Anonymous => None,
            Self::Session { account, .. } | Self::Key { account, .. } => Some(account),
        }
    }

    /// Err holds Flash's refusal.
    pub(super) fn may(&self, field: &str) -> Result<(), String> {
        match (access(field), self) {
            (Access::Public, _) | (_, Self::Session { .. }) => Ok(()),
            (_, Self::Anonymous) => Err("Not authorized".to_owned()),
            (Access::Session, Self::Key { .. }) => Err(format!("API keys cannot access {field}")),
            (Access::Scope(scope), Self::Key { .. }) => self.has(scope).map_err(str::to_owned),
        }
    }

    /// Whether a key among callers carries `scope`, written `read:wallet`; sessions may do everything.
    pub(super) fn has(&self, scope: &'static str) -> Result<(), &'static str> {
        let Self::Key { scopes, .. } = self else {
            return Ok(());
        };
        let wanted = scope.replace(':', "_");
        let stronger = wanted.replace("read_", "write_");
        let granted = |name: &str| scopes.iter().any(|scope| scope == name);
        if granted("admin") || granted(&wanted) || granted(&stronger) {
            return Ok(());
        }
        Err(match scope {
            "read:user" => "API key missing required scope: read:user",
            "read:wallet" => "API key missing required scope: read:wallet",
            "read:transactions" => "API key missing required scope: read:transactions",
            _ => "API key missing required scope: write:wallet",
        })
    }
}

impl Key {
    fn status(&self, now: i64) -> &'static str {
        if self.revoked {
            "REVOKED"
        } else if self.expires_at.is_some_and(|end| end <= now) {
            "EXPIRED"
        } else {
            "ACTIVE"
        }
    }

    fn node(&self, now: i64) -> Node {
        Node::object(
            "ApiKey",
            json!({
                "id": self.id, "keyId": self.public_id, "name": self.name, "scopes": self.scopes,
                "status": self.status(now), "createdAt": self.created_at,
                "expiresAt": self.expires_at, "lastUsedAt": self.last_used_at,
            }),
        )
    }
}

impl FlashStandIn {
    /// A key of `fk_ID_SECRET` that was minted for `account` before this stand-in began: it can read, and has no end.
    pub fn accept_key(&self, account: &str, api_key: &str) {
        keep_private(Kind::ApiKey, api_key);
        let mut parts = api_key.split('_').skip(1);
        let key = Key {
            id: hex(24),
            public_id: parts.next().unwrap_or_default().to_owned(),
            secret: api_key.to_owned(),
            account: account.to_owned(),
            name: "WhatsApp bot".to_owned(),
            scopes: ["read_user", "read_wallet", "read_transactions"]
                .map(str::to_owned)
                .to_vec(),
            rate: None,
            created_at: self.0.clock.now().unix(),
            expires_at: None,
            last_used_at: None,
            revoked: false,
        };
        self.state().keys.push(key);
    }
}

impl State {
    pub(super) fn by_session(&self, token: &str) -> Result<Caller, Closed> {
        self.sessions
            .iter()
            .find(|session| session.token == token && session.usable)
            .map(|session| Caller::Session {
                account: session.account.clone(),
                token: session.token.clone(),
            })
            .ok_or(Closed::Unauthorized)
    }

    pub(super) fn by_key(&mut self, secret: &str, now: i64) -> Result<Caller, Closed> {
        let key = self
            .keys
            .iter_mut()
            .find(|key| key.secret == secret && key.status(now) == "ACTIVE")
            .ok_or(Closed::Unauthorized)?;
        let limit = key.rate.unwrap_or(USUAL_RATE);
        self.requests_by_key
            .take_of(limit, &key.public_id, now)
            .map_err(|wait_s| Closed::Limited { limit, wait_s })?;
        key.last_used_at = Some(now);
        Ok(Caller::Key {
            account: key.account.clone(),
            scopes: key.scopes.clone(),
        })
    }

    /// Newest first, without secrets.
    pub(super) fn api_keys(&self, account: &str, now: i64) -> Node {
        let own = self.keys.iter().rev().filter(|key| key.account == account);
        Node::List(own.map(|key| key.node(now)).collect())
    }

    pub(super) fn create_key(&mut self, account: &str, input: &Value, now: i64) -> Node {
        let refused =
            |message: &str| refusal("ApiKeyCreatePayload", "apiKey", message, "INVALID_INPUT");
        let name = input["name"].as_str().unwrap_or_default().trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_ ".contains(c);
        if !(3..=50).contains(&name.len()) || !name.chars().all(plain) {
            return refused("The name must have 3 to 50 letters, digits, spaces, - or _");
        }
        let scopes: Vec<String> =
            serde_json::from_value(input["scopes"].clone()).unwrap_or_default();
        if scopes.is_empty() {
            return refused("At least one scope is needed");
        }
        let rate = input["rateLimitPerMinute"].as_i64();
        if rate.is_some_and(|rate| !(1..=10_000).contains(&rate)) {
            return refused("The rate limit must be from 1 to 10000");
        }
        let active = |key: &&Key| key.account == account && key.status(now) == "ACTIVE";
        if self.keys.iter().filter(active).count() >= MOST_KEYS {
            return refused("Maximum number of API keys (10) reached. Please revoke unused keys.");
        }
        let public_id = hex(8);
        let lifetime = input["expiresIn"].as_i64().filter(|seconds| *seconds != 0);
        let key = Key {
            id: hex(24),
            secret: format!("fk_{public_id}_{}", secret()),
            public_id,
            account: account.to_owned(),
            name: name.to_owned(),
            scopes,
            rate: rate.and_then(|rate| rate.try_into().ok()),
            created_at: now,
            expires_at: lifetime.map(|seconds| now + seconds),
            last_used_at: None,
            revoked: false,
        };
        keep_private(Kind::ApiKey, &key.secret);
        let created = Node::object(
            "ApiKeyCreated",
            json!({
                "id": key.id, "keyId": key.public_id, "name": key.name, "apiKey": key.secret,
                "scopes": key.scopes, "expiresAt": key.expires_at,
            }),
        );
        self.keys.push(key);
        granted("ApiKeyCreatePayload", "apiKey", created)
    }

    pub(super) fn revoke_key(&mut self, account: &str, input: &Value, now: i64) -> Node {
        let id = input["id"].as_str().unwrap_or_default();
        let own = |key: &&mut Key| key.account == account && key.id == id;
        let Some(key) = self.keys.iter_mut().find(own) else {
            return refusal(
                "ApiKeyRevokePayload",
                "apiKey",
                "There is no such key",
                "NOT_FOUND",
            );
        };
        key.revoked = true;
        granted("ApiKeyRevokePayload", "apiKey", key.node(now))
    }

    /// How many were still good.
    pub(super) fn revoke_all_keys(&mut self, account: &str) -> usize {
        let own = self
            .keys
            .iter_mut()
            .filter(|key| key.account == account && !key.revoked);
        own.map(|key| key.revoked = true).count()
    }
}

/// A payload that says no.
pub(super) fn refusal(payload: &'static str, result: &str, message: &str, code: &str) -> Node {
    let code = if code.is_empty() {
        Value::Null
    } else {
        json!(code)
    };
    let error = json!({"message": message, "code": code, "path": null});
    Node::object(payload, json!({})).with([
        (result, Node::null()),
        (
            "errors",
            Node::List(vec![Node::object("GraphQLApplicationError", error)]),
        ),
    ])
}

/// A payload that says yes.
pub(super) fn granted(payload: &'static str, result: &str, value: Node) -> Node {
    Node::object(payload, json!({})).with([(result, value), ("errors", Node::List(Vec::new()))])
}

pub(super) fn hex(digits: usize) -> String {
    let mut text = Uuid::new_v4().simple().to_string();
    text.truncate(digits);
    text
}

/// 64 characters of base64url.
pub(super) fn secret() -> String {
    let bytes: Vec<u8> = (0..3).flat_map(|_| Uuid::new_v4().into_bytes()).collect();
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
