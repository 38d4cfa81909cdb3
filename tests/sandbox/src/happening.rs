//! What the phone page and tests make happen around the bot: events of Flash's, payments that Flash tells of, roles.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::address::WhatsAppAddress;
use domain::language::Language;
use domain::role::Role;
use domain::texts;
use domain::time::Moment;
use flash::events::signature;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Connection, ConnectionProperties};
use operator::broker;
use operator::roles::{self, RoleError, Shown};
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::world::World;

/// Which way an event takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    Rabbitmq,
    Webhook,
}

/// An event by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByHand {
    via: Via,
    /// A text is sent as it is, so that it can be what is no JSON.
    body: Value,
}

/// A payment to somebody, of which Flash tells.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paying {
    /// Whose phone is paid.
    phone: String,
    cents: u32,
    /// The phone of whoever pays, who has a row of it then and is told as well; nobody of Flash's without it.
    from: Option<String>,
    memo: Option<String>,
    via: Via,
}

/// A role by hand.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granting {
    phone: String,
    role: Granted,
}

/// What an operator can grant; none takes away what was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Granted {
    Support,
    Admin,
    None,
}

/// Why it did not happen.
#[derive(Debug, thiserror::Error)]
#[error("{1}")]
pub struct NotDone(pub StatusCode, String);

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it can stand in map_err"
)]
fn bad(why: impl ToString) -> NotDone {
    NotDone(StatusCode::BAD_REQUEST, why.to_string())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "so that it can stand in map_err"
)]
fn broken(why: impl ToString) -> NotDone {
    NotDone(StatusCode::BAD_GATEWAY, why.to_string())
}

impl World {
    /// What `/flash/events` or the function behind the queue says to it.
    pub async fn flash_event(self: &Arc<Self>, event: &ByHand) -> Result<Value, NotDone> {
        let (body, id) = match &event.body {
            Value::String(text) => (text.clone(), None),
            body => (body.to_string(), body["id"].as_str().map(str::to_owned)),
        };
        let id = id.unwrap_or_else(|| Uuid::new_v4().to_string());
        match event.via {
            Via::Webhook => self.by_webhook(&id, body).await,
            Via::Rabbitmq => self.by_rabbitmq(&id, body).await,
        }
    }

    async fn by_webhook(self: &Arc<Self>, id: &str, body: String) -> Result<Value, NotDone> {
        let secret = self.secrets.signing().into_iter().next();
        let secret = secret.ok_or_else(|| bad("this world has no signing secret"))?;
        let now = Moment::from_unix(self.clock.millis() / 1000);
        let signed = signature::sign(&SecretString::from(secret), id, now, &body).map_err(bad)?;
        let json = ("content-type".to_owned(), "application/json".to_owned());
        let signed = signed.map(|(name, value)| (name.to_owned(), value));
        let headers = signed.into_iter().chain([json]).collect();
        let answered = self.post("/flash/events", headers, body.into_bytes()).await;
        Ok(json!({"via": "webhook", "id": id, "http_status": answered.status}))
    }

    /// Through the broker, where the world reads one; else the function gets at once what the mapping would give it.
    async fn by_rabbitmq(self: &Arc<Self>, id: &str, body: String) -> Result<Value, NotDone> {
        if let Some(url) = self.broker.get() {
            publish(url, id, &body).await.map_err(broken)?;
            return Ok(json!({"via": "rabbitmq", "id": id, "published": true}));
        }
        let event = json!({
            "eventSource": "aws:rmq",
            "rmqMessagesByQueue": {
                format!("{}::/", broker::QUEUE): [{
                    "basicProperties": {"messageId": id, "contentType": "application/json", "bodySize": body.len()},
                    "redelivered": false,
                    "data": STANDARD.encode(body),
                }],
            },
        });
        Arc::clone(self).rabbitmq(event).await.map_err(broken)?;
        Ok(json!({"via": "rabbitmq", "id": id, "taken": true}))
    }

    /// The money moves in Flash's books, and Flash tells of it as docs/events.md says.
    pub async fn pay(self: &Arc<Self>, paying: &Paying) -> Result<Value, NotDone> {
        let asked = json!({
            "phone": paying.phone, "cents": paying.cents, "from": paying.from, "memo": paying.memo,
            "via": if paying.from.is_some() { "intraledger" } else { "lightning" },
        });
        let booked = self.flash.pay(&asked).map_err(bad)?;
        let (payer, paid) = (&booked["payer"], &booked["paid"]);
        let event = |kind: &str, owner: &Value, other: &Value| {
            let dollars = Decimal::new(paying.cents.into(), 2);
            let at = jiff::Timestamp::from_second(self.clock.millis() / 1000).unwrap_or_default();
            let body = json!({
                "specversion": "1.0", "id": owner["transaction_id"], "source": "flash-backend", "type": kind,
                "time": at.to_string(),
                "data": {
                    "accountId": owner["account_id"], "walletId": owner["wallet_id"],
                    "rail": if payer.is_null() { "lightning" } else { "intraledger" }, "status": "success",
                    "amount": {"value": dollars.to_string(), "currency": "USD"},
                    "counterpartyUsername": other["username"], "memo": paying.memo,
                },
            });
            ByHand {
                via: paying.via,
                body,
            }
        };
        let mut told = vec![
            self.flash_event(&event("payment.received", paid, payer))
                .await?,
        ];
        if !payer.is_null() {
            told.push(
                self.flash_event(&event("payment.sent", payer, paid))
                    .await?,
            );
        }
        Ok(json!({"paid": paid["transaction_id"], "told": told}))
    }

    /// What `operator roles grant` and `revoke` do; how they stand then.
    pub async fn set_role(&self, granting: &Granting) -> Result<Value, NotDone> {
        let (tables, phone) = (&self.operator, &granting.phone);
        let now = self.clock.reader().now();
        let shown = match granting.role {
            Granted::Support => roles::grant(tables, phone, Role::Support, now).await,
            Granted::Admin => roles::grant(tables, phone, Role::Admin, now).await,
            Granted::None => roles::revoke(tables, phone, now).await,
        };
        standing(shown)
    }

    /// What `operator roles show` says.
    pub async fn role(&self, phone: &str) -> Result<Value, NotDone> {
        let now = self.clock.reader().now();
        standing(roles::show(&self.operator, phone, now).await)
    }

    /// The news that wait for their moment: when it comes, and what will be told.
    pub async fn held(&self, phone: &str) -> Result<Value, NotDone> {
        let address = WhatsAppAddress::parse(&format!("whatsapp:{phone}")).map_err(bad)?;
        let now = self.clock.reader().now();
        let person = self.operator.ring().fresh(now).await.person(&address);
        let items = self.database.items("messages").await.map_err(broken)?;
        let due = items.iter().filter_map(|item| {
            let id = item["id"]
                .as_str()
                .filter(|_| item["person"] == person.as_str());
            let until = id?.strip_prefix("held#")?.split('#').next()?;
            until.parse().ok().map(Moment::from_unix)
        });
        let mut held = Vec::new();
        for until in due.collect::<BTreeSet<_>>() {
            let waits = self.operator.held(&person, until, now).await;
            let waits = waits.map_err(broken)?;
            let zone = domain::place::zone(&address);
            for news in waits.into_iter().filter_map(|news| news.held) {
                let notice = texts::notice(Language::English, &news.told, &zone);
                held.push(
                    json!({"due": until.unix(), "topic": news.told.topic(), "text": notice.text}),
                );
            }
        }
        Ok(json!(held))
    }
}

fn standing(shown: Result<Shown, RoleError>) -> Result<Value, NotDone> {
    let shown = shown.map_err(bad)?.to_string();
    Ok(json!({ "standing": shown.trim_end() }))
}

/// As Flash would.
async fn publish(url: &SecretString, id: &str, body: &str) -> Result<(), lapin::Error> {
    let connection =
        Connection::connect(url.expose_secret(), ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    let confirms = ConfirmSelectOptions::default();
    channel.confirm_select(confirms).await?;
    let properties = BasicProperties::default()
        .with_message_id(id.into())
        .with_content_type("application/json".into())
        .with_delivery_mode(2);
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let key = "payment.received.local".into();
    let exchange = broker::EXCHANGE.into();
    let confirmed = channel.basic_publish(exchange, key, options, body.as_bytes(), properties);
    confirmed.await?.await?;
    Ok(())
}
