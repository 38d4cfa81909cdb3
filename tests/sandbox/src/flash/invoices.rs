//! Invoices, and what paying one, or somebody, does: money arrives, and a row of it is there.

use std::str::FromStr as _;
use std::time::Duration;

use bitcoin::hashes::{Hash as _, sha256};
use bitcoin::secp256k1::{Message, PublicKey, Secp256k1, SecretKey};
use lightning_invoice::{Currency, InvoiceBuilder, PaymentSecret};
use rust_decimal::Decimal;
use serde_json::{Number, Value, json};
use uuid::Uuid;

use super::keys::{granted, refusal};
use super::market;
use super::oddity::Oddity;
use super::people::{Account, Payment};
use super::tree::{Node, failure};
use super::view::Manner;
use super::{FlashStandIn, State};
use crate::silence::{Kind, keep_private};

/// The custodian's longest, for wallets in dollars.
const LONGEST_S: i64 = 60;

/// What a description of an invoice holds.
const MEMO_BYTES: usize = 639;

/// The stand-in's own node.
const NODE: [u8; 32] = [0x42; 32];

/// An invoice that was made here.
#[derive(Clone, Debug)]
pub(super) struct Invoice {
    pub(super) payment_request: String,
    pub(super) hash: String,
    wallet: String,
    cents: Decimal,
    msats: u64,
    memo: Option<String>,
    expires_at: i64,
    paid: bool,
}

const CUSTODIAN_FAILS: &str = "An error occurred. Contact support if error persists.";

impl State {
    /// Of the wallet's account, whoever asks.
    pub(super) fn create_invoice(&mut self, input: &Value, manner: Manner) -> Node {
        let refused =
            |message: &str, code: &str| refusal("LnInvoicePayload", "invoice", message, code);
        let wallet = input["recipientWalletId"].as_str().unwrap_or_default();
        let amount = decimal(&input["amount"]);
        let memo = input["memo"].as_str();
        if Uuid::try_parse(wallet).is_err() {
            return refused("Invalid value for WalletId", "");
        }
        let Some(cents) = amount.filter(|cents| *cents > Decimal::ZERO) else {
            return refused("Invalid value for FractionalCentAmount", "");
        };
        if memo.is_some_and(|memo| memo.len() > MEMO_BYTES) {
            return refused("Memo is too long", "");
        }
        let Some((_, account)) = self.by_wallet(wallet) else {
            return refused("Wallet does not exist", "NOT_FOUND");
        };
        if let Some(message) = account.in_the_way() {
            return refused(message, "INVALID_INPUT");
        }
        if !account.is_active() {
            return refused("Account is inactive.", "INVALID_INPUT");
        }
        let account = account.id.clone();
        let limited = self.invoices_by_account.take(&account, manner.now).is_err();
        if limited || manner.odd == Some(Oddity::InvoicesLimited) {
            return refused("Too many requests", "TOO_MANY_REQUEST");
        }
        if manner.odd == Some(Oddity::CustodianDown) {
            return refused(CUSTODIAN_FAILS, "IBEX_ERROR");
        }
        let minutes = input["expiresIn"].as_i64().unwrap_or(1);
        let life = minutes.saturating_mul(60).clamp(1, LONGEST_S);
        let invoice = Invoice::make(wallet, cents, memo, manner, life);
        let hash = if manner.odd == Some(Oddity::OtherHash) {
            "0".repeat(64)
        } else {
            invoice.hash.clone()
        };
        let shown = Node::object(
            "LnInvoice",
            json!({"paymentRequest": invoice.payment_request, "paymentHash": hash, "satoshis": null}),
        );
        keep_private(Kind::Text, &invoice.payment_request);
        keep_private(Kind::Text, memo.unwrap_or_default());
        self.invoices.push(invoice);
        granted("LnInvoicePayload", "invoice", shown)
    }

    /// By the invoice itself, not by its hash; whoever asks.
    pub(super) fn invoice_status(
        &self,
        input: &Value,
        manner: Manner,
    ) -> Result<Node, apollo_compiler::resolvers::FieldError> {
        let request = input["paymentRequest"].as_str().unwrap_or_default();
        if lightning_invoice::Bolt11Invoice::from_str(request).is_err() {
            return Err(failure("Invalid value for LnPaymentRequest"));
        }
        if manner.odd == Some(Oddity::CustodianDown) {
            return Err(failure(CUSTODIAN_FAILS));
        }
        let known = self
            .invoices
            .iter()
            .find(|invoice| invoice.payment_request == request);
        let status = match known {
            Some(invoice) if invoice.paid => "PAID",
            Some(invoice) if manner.now < invoice.expires_at => "PENDING",
            // Of an invoice that its custodian does not know Flash says only whether its time is over.
            _ => "EXPIRED",
        };
        Ok(granted(
            "LnInvoicePaymentStatusPayload",
            "status",
            Node::Leaf(json!(status)),
        ))
    }

    /// Somebody outside pays an invoice, or a person of Flash: `{"payment_request"}` or `{"username" or "phone", "cents",
    /// "memo"?, "via"?}`; with `from`, a phone, it is that person who pays, and has a row of it. Err says why not.
    fn pay(&mut self, asked: &Value, now: i64) -> Result<Value, String> {
        let text = |name: &str| asked[name].as_str().map(str::to_owned);
        let (wallet, cents, memo, invoice) = if let Some(request) = text("payment_request") {
            let index = self
                .invoices
                .iter()
                .position(|invoice| invoice.payment_request == request)
                .ok_or("there is no such invoice")?;
            let invoice = &self.invoices[index];
            if invoice.paid {
                return Err("this invoice is paid".to_owned());
            }
            if invoice.expires_at <= now {
                return Err("this invoice has run out".to_owned());
            }
            let Invoice {
                wallet,
                cents,
                memo,
                ..
            } = invoice.clone();
            (wallet, cents, memo, Some(index))
        } else {
            let (username, phone) = (text("username"), text("phone"));
            let account = self
                .people
                .iter()
                .filter(|person| phone.as_ref().is_none_or(|phone| person.phone == *phone))
                .filter_map(|person| person.account.as_ref())
                .find(|account| username.is_none() || account.username == username)
                .filter(|_| username.is_some() || phone.is_some())
                .ok_or("payment_request, or the username or phone of somebody with an account")?;
            let cents = decimal(&asked["cents"])
                .filter(|cents| *cents > Decimal::ZERO)
                .ok_or("cents is a number above 0")?;
            (account.wallet_id.clone(), cents, text("memo"), None)
        };
        let via = text("via").unwrap_or_else(|| "lightning".to_owned());
        if !["lightning", "intraledger", "onchain"].contains(&via.as_str()) {
            return Err("via is lightning, intraledger or onchain".to_owned());
        }
        let payer = match text("from") {
            Some(payer) => {
                let account = self
                    .account_of(&payer)
                    .ok_or("from: nobody with an account")?;
                let id = account.book(-cents, now, &via, memo.clone(), None);
                Some(account.side(&id))
            }
            None => None,
        };
        let hash = invoice.map(|index| {
            self.invoices[index].paid = true;
            self.invoices[index].hash.clone()
        });
        let account = self
            .people
            .iter_mut()
            .filter_map(|person| person.account.as_mut())
            .find(|account| account.wallet_id == wallet)
            .ok_or("the account is gone")?;
        let id = account.book(cents, now, &via, memo, hash.clone());
        let paid = account.side(&id);
        if let Some(balance) = &account.balance {
            keep_private(Kind::Amount, &balance.to_string());
        }
        let (account_id, user_id) = (account.id.clone(), account.user_id.clone());
        let sats = invoice.map(|index| self.invoices[index].msats / 1_000);
        Ok(json!({
            "transaction_id": id, "account_id": account_id, "wallet_id": wallet, "user_id": user_id,
            "payment_hash": hash, "cents": number(cents),
            "sats": sats, "payer": payer, "paid": paid,
        }))
    }

    fn account_of(&mut self, phone: &str) -> Option<&mut Account> {
        let person = self
            .people
            .iter_mut()
            .find(|person| person.phone == phone)?;
        person.account.as_mut()
    }
}

impl FlashStandIn {
    /// What the route `pay` does.
    pub fn pay(&self, asked: &Value) -> Result<Value, String> {
        let now = self.0.clock.now().unix();
        self.state().pay(asked, now)
    }
}

impl Account {
    /// Of a payment, by which Flash knows it and whoever is at this end of it.
    fn side(&self, id: &str) -> Value {
        json!({
            "transaction_id": id, "account_id": self.id, "wallet_id": self.wallet_id, "user_id": self.user_id,
            "username": self.username,
        })
    }

    /// The money is in the wallet, or out of it, and the newest row says so. Answers with the row's id.
    fn book(
        &mut self,
        cents: Decimal,
        now: i64,
        via: &str,
        memo: Option<String>,
        hash: Option<String>,
    ) -> String {
        if let Some(balance) = &self.balance {
            let before = decimal(&Value::Number(balance.clone())).unwrap_or_default();
            self.balance = Some(number(before + cents));
        }
        let id = Uuid::new_v4().to_string();
        let row = Payment {
            id: id.clone(),
            at: now,
            amount: (cents / Decimal::ONE_HUNDRED).normalize().to_string(),
            via: via.to_owned(),
            currency: None,
            memo,
            hash,
            fee: None,
        };
        self.payments.insert(0, row);
        id
    }
}

impl Invoice {
    /// Where its money goes.
    pub(super) fn wallet(&self) -> &str {
        &self.wallet
    }

    fn make(wallet: &str, cents: Decimal, memo: Option<&str>, manner: Manner, life: i64) -> Self {
        let odd = |oddity| manner.odd == Some(oddity);
        let preimage = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        let hash = sha256::Hash::hash(&preimage);
        let secret = sha256::Hash::hash(Uuid::new_v4().as_bytes());
        let msats = market::sats(cents) * 1_000;
        let network = if odd(Oddity::OtherNetwork) {
            Currency::BitcoinTestnet
        } else {
            Currency::Bitcoin
        };
        let description = if odd(Oddity::OtherMemo) {
            "something else".to_owned()
        } else {
            memo.unwrap_or_default().to_owned()
        };
        let mut builder = InvoiceBuilder::new(network)
            .description(description)
            .payment_hash(hash)
            .payment_secret(PaymentSecret(secret.to_byte_array()))
            .duration_since_epoch(seconds(manner.now))
            .min_final_cltv_expiry_delta(80)
            .expiry_time(seconds(life));
        if !odd(Oddity::NoAmount) {
            builder = builder.amount_milli_satoshis(msats);
        }
        let secp = Secp256k1::new();
        let node =
            SecretKey::from_slice(&NODE).unwrap_or_else(|error| panic!("the node's key: {error}"));
        if odd(Oddity::BadSignature) {
            let another = SecretKey::from_slice(&[7; 32]);
            let another = another.unwrap_or_else(|error| panic!("another key: {error}"));
            builder = builder.payee_pub_key(PublicKey::from_secret_key(&secp, &another));
        }
        let raw = builder
            .build_raw()
            .unwrap_or_else(|error| panic!("an invoice: {error}"));
        let sign = |hash: &Message| secp.sign_ecdsa_recoverable(hash, &node);
        let signed = raw.sign(|hash| Ok::<_, std::convert::Infallible>(sign(hash)));
        let Ok(signed) = signed;
        Self {
            payment_request: signed.to_string(),
            hash: hash.to_string(),
            wallet: wallet.to_owned(),
            cents,
            msats,
            memo: memo.map(str::to_owned),
            expires_at: manner.now + life,
            paid: false,
        }
    }
}

fn seconds(count: i64) -> Duration {
    Duration::from_secs(u64::try_from(count).unwrap_or_default())
}

/// Every digit of a JSON number, or of a text that holds one.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    Decimal::from_str(&text)
        .or_else(|_| Decimal::from_scientific(&text))
        .ok()
}

pub(super) fn number(value: Decimal) -> Number {
    serde_json::from_str(&value.normalize().to_string()).unwrap_or_else(|_| 0.into())
}
