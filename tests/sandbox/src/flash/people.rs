//! The fictional people and their accounts. Numbers are from the 555 range, ids are fixed so that they can be told apart in a trace.

use serde_json::{Map, Number, Value, json};
use uuid::Uuid;

use super::market;

/// Somebody with a phone, and perhaps an account at Flash.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) phone: String,
    pub(super) name: Option<String>,
    pub(super) account: Option<Account>,
}

/// An account at Flash.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) user_id: String,
    pub(super) username: Option<String>,
    /// As the account's owner has set it; empty: the phone's.
    pub(super) language: String,
    pub(super) wallet_id: String,
    /// The ledger of the cash wallet: `USD` (the old one) or `USDT`.
    pub(super) wallet_currency: String,
    pub(super) display_currency: String,
    /// Cents as Flash sends them. None: its custodian fails.
    pub(super) balance: Option<Number>,
    /// The wallet that was left on the old ledger: its id, and cents as above. Rows in `USD` are then its rows.
    pub(super) old_wallet: Option<(String, Option<Number>)>,
    /// `ZERO` to `THREE`.
    pub(super) level: String,
    pub(super) status: String,
    pub(super) totp: bool,
    /// Where the move to the new ledger stands, if it is in the way: `in_progress` or `needs_review`.
    pub(super) cutover: Option<String>,
    /// Flash has no price for this account.
    pub(super) price_down: bool,
    pub(super) payments: Vec<Payment>,
    /// What becomes of a message to the account's devices: `ok`, or Flash's reason why none has it.
    pub(super) push: String,
    /// What its devices have shown, oldest first.
    pub(super) pushes: Vec<Push>,
}

/// A message on the account's devices.
#[derive(Clone, Debug)]
pub(super) struct Push {
    pub(super) title: String,
    pub(super) body: String,
}

/// A row of the history, in dollars as the custodian writes them.
#[derive(Clone, Debug)]
pub(super) struct Payment {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) amount: String,
    /// `lightning`, `intraledger` or `onchain`.
    pub(super) via: String,
    /// The ledger it was booked on; None: the wallet's.
    pub(super) currency: Option<String>,
    /// What only its details tell.
    pub(super) memo: Option<String>,
    pub(super) hash: Option<String>,
    pub(super) fee: Option<Number>,
}

impl Account {
    pub(super) fn opened() -> Self {
        Self {
            id: Uuid::new_v4().to_string(),
            user_id: Uuid::new_v4().to_string(),
            username: None,
            language: String::new(),
            wallet_id: Uuid::new_v4().to_string(),
            wallet_currency: "USDT".to_owned(),
            display_currency: "USD".to_owned(),
            balance: Some(0.into()),
            old_wallet: None,
            level: "ONE".to_owned(),
            status: "ACTIVE".to_owned(),
            totp: false,
            cutover: None,
            price_down: false,
            payments: Vec::new(),
            push: "ok".to_owned(),
            pushes: Vec::new(),
        }
    }

    /// Why nothing can be had of the wallet while it is being moved.
    pub(super) fn in_the_way(&self) -> Option<&'static str> {
        match self.cutover.as_deref() {
            None => None,
            Some("in_progress") => {
                Some("Cash Wallet cutover is in progress. Please try again shortly.")
            }
            Some(_) => Some("Cash Wallet migration needs support review."),
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    /// Applies the members of `patch` that are an account's own; Err names the first that is wrong.
    fn patch(&mut self, patch: &Map<String, Value>) -> Result<(), String> {
        for (name, value) in patch {
            let fits = match (name.as_str(), value) {
                ("account_id", Value::String(id)) => set(&mut self.id, id, is_uuid(id)),
                ("wallet_id", Value::String(id)) => set(&mut self.wallet_id, id, is_uuid(id)),
                ("username", Value::String(name)) => {
                    self.username = Some(name.to_lowercase());
                    true
                }
                ("username", Value::Null) => {
                    self.username = None;
                    true
                }
                ("language", Value::String(tag)) => {
                    self.language.clone_from(tag);
                    true
                }
                ("wallet_currency", Value::String(unit)) => set(
                    &mut self.wallet_currency,
                    unit,
                    unit == "USD" || unit == "USDT",
                ),
                ("display_currency", Value::String(code)) => {
                    set(&mut self.display_currency, code, market::is_listed(code))
                }
                ("balance", Value::Number(cents)) => {
                    self.balance = Some(cents.clone());
                    true
                }
                ("balance", Value::Null) => {
                    self.balance = None;
                    true
                }
                ("old_wallet", Value::Null) => {
                    self.old_wallet = None;
                    true
                }
                ("old_wallet", wallet @ Value::Object(_)) => self.set_old_wallet(wallet),
                ("level", Value::String(level)) => {
                    let known = ["ZERO", "ONE", "TWO", "THREE"];
                    set(&mut self.level, level, known.contains(&level.as_str()))
                }
                ("status", Value::String(status)) => {
                    let known = ["ACTIVE", "CLOSED", "LOCKED", "NEW", "PENDING"];
                    set(&mut self.status, status, known.contains(&status.as_str()))
                }
                ("totp", Value::Bool(totp)) => {
                    self.totp = *totp;
                    true
                }
                ("cutover", Value::Null) => {
                    self.cutover = None;
                    true
                }
                ("cutover", Value::String(state)) => {
                    self.cutover = Some(state.clone());
                    state == "in_progress" || state == "needs_review"
                }
                ("price_down", Value::Bool(down)) => {
                    self.price_down = *down;
                    true
                }
                ("push", Value::String(outcome)) => set(
                    &mut self.push,
                    outcome,
                    outcome == "ok"
                        || super::admin::UNPUSHED
                            .iter()
                            .any(|(code, _)| code == outcome),
                ),
                ("payments", Value::Array(rows)) => self.set_payments(rows),
                _ => false,
            };
            if !fits {
                return Err(format!("{name} is unknown or does not take this value"));
            }
        }
        Ok(())
    }

    fn set_old_wallet(&mut self, wallet: &Value) -> bool {
        let id = wallet["wallet_id"].as_str().filter(|id| is_uuid(id));
        let balance = match &wallet["balance"] {
            Value::Number(cents) => Some(Some(cents.clone())),
            Value::Null => Some(None),
            _ => None,
        };
        let (Some(id), Some(balance)) = (id, balance) else {
            return false;
        };
        self.old_wallet = Some((id.to_owned(), balance));
        true
    }

    fn set_payments(&mut self, rows: &[Value]) -> bool {
        let read = |row: &Value| {
            let text = |name: &str| row[name].as_str().map(str::to_owned);
            Some(Payment {
                id: text("id").unwrap_or_else(|| Uuid::new_v4().to_string()),
                at: row["at"].as_i64()?,
                amount: text("amount")?,
                via: text("via").filter(|via| {
                    ["lightning", "intraledger", "onchain"].contains(&via.as_str())
                })?,
                currency: text("currency"),
                memo: text("memo"),
                hash: text("payment_hash"),
                fee: row["fee"].as_number().cloned(),
            })
        };
        let payments: Option<Vec<_>> = rows.iter().map(read).collect();
        payments.map(|payments| self.payments = payments).is_some()
    }
}

fn set(field: &mut String, value: &str, fits: bool) -> bool {
    if fits {
        value.clone_into(field);
    }
    fits
}

fn is_uuid(text: &str) -> bool {
    Uuid::try_parse(text).is_ok()
}

impl Person {
    /// From `{"phone", "name"?, …}`; any member beyond these two means an account.
    pub(super) fn from_json(value: &Value) -> Result<Self, String> {
        let phone = value["phone"].as_str().ok_or("phone is missing")?;
        if !is_phone(phone) {
            return Err("phone is no E.164 number".to_owned());
        }
        let mut person = Self {
            phone: phone.to_owned(),
            name: None,
            account: None,
        };
        let mut rest = value.as_object().cloned().unwrap_or_default();
        rest.remove("phone");
        person.patch(&rest)?;
        Ok(person)
    }

    /// All of `patch` or nothing. A member of an account opens one where there is none.
    pub(super) fn patch(&mut self, patch: &Map<String, Value>) -> Result<(), String> {
        let (mut patched, mut rest) = (self.clone(), patch.clone());
        if let Some(name) = rest.remove("name") {
            patched.name = Some(name.as_str().ok_or("name is no text")?.to_owned());
        }
        if !rest.is_empty() {
            let account = patched.account.get_or_insert_with(Account::opened);
            account.patch(&rest)?;
        }
        *self = patched;
        Ok(())
    }

    pub(super) fn to_json(&self) -> Value {
        let mut shown = json!({"phone": self.phone});
        if let Some(name) = &self.name {
            shown["name"] = json!(name);
        }
        if let Some(account) = &self.account {
            for (field, value) in [
                ("username", json!(account.username)),
                ("account_id", json!(account.id)),
                ("wallet_id", json!(account.wallet_id)),
                ("wallet_currency", json!(account.wallet_currency)),
                ("display_currency", json!(account.display_currency)),
                ("balance", json!(account.balance)),
                ("level", json!(account.level)),
                ("language", json!(account.language)),
                ("status", json!(account.status)),
                ("totp", json!(account.totp)),
            ] {
                shown[field] = value;
            }
            if !account.pushes.is_empty() {
                let pushes = account.pushes.iter();
                shown["pushes"] = pushes
                    .map(|push| json!({"title": push.title, "body": push.body}))
                    .collect();
            }
        }
        shown
    }
}

/// Flash's `Phone` scalar.
pub(super) fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=14).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Who is there when the world begins.
pub(super) fn initial(now: i64) -> Vec<Person> {
    let day = 86_400;
    [
        json!({"phone": "+18765550100", "name": "Marcia", "username": "marcia",
            "account_id": "6b0f2a5e-41c7-4f0e-9d3a-1c5b8e7a0100", "wallet_id": "f3c1d9b2-7e64-4a8f-8b15-90d2a6c40100",
            "wallet_currency": "USDT", "display_currency": "JMD", "balance": 109.9346,
            "payments": [
                {"id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001", "at": now - 3_600, "amount": "0.004", "via": "lightning"},
                {"id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70002", "at": now - day, "amount": "-0.5", "via": "lightning"},
                {"id": "0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70003", "at": now - 3 * day, "amount": "1.595346", "via": "onchain"},
            ]}),
        json!({"phone": "+18765550101", "name": "Devon", "username": "devon",
            "account_id": "8d4e7c19-03b5-4c62-8f7e-2a9d6b3f0101", "wallet_id": "27a8e5d4-9c13-4be7-9a60-7f1e3c5d0101",
            "wallet_currency": "USD", "display_currency": "USD", "balance": 2550,
            "payments": [
                {"id": "7d2e8a41-6b0c-4a95-8e3f-1f6c9d580001", "at": now - 7_200, "amount": "25", "via": "lightning"},
                {"id": "7d2e8a41-6b0c-4a95-8e3f-1f6c9d580002", "at": now - 2 * day, "amount": "0.5", "via": "intraledger"},
            ]}),
        json!({"phone": "+18765550102", "name": "Tanya"}),
        json!({"phone": "+18765550103", "name": "Winston", "username": "winston",
            "account_id": "b57c0d3f-6a28-4d91-b4e2-3d8f1a6e0103", "wallet_id": "c40b9f72-1d86-4e3a-a5c7-8e2b4d6f0103",
            "wallet_currency": "USDT", "display_currency": "JMD", "balance": 50_000, "totp": true}),
        json!({"phone": "+18685550104", "name": "Anjali", "username": "anjali",
            "account_id": "e19a4b6d-5f30-4c87-9b1d-4e7c2f8a0104", "wallet_id": "91d7c3e8-4b25-4f6c-b8e0-6a3f5d1c0104",
            "wallet_currency": "USDT", "display_currency": "TTD", "balance": 1234.5}),
    ]
    .iter()
    .filter_map(|person| Person::from_json(person).ok())
    .collect()
}
