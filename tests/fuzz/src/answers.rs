//! What Flash and Twilio answer, or somebody in their place, over a real connection.

use std::sync::LazyLock;
use std::time::Duration;

use domain::address::{PhoneNumber, WhatsAppAddress};
use domain::flash::{Reach, TransactionId};
use domain::ids::{MessageSid, WalletId};
use domain::money::Cents;
use domain::time::Moment;
use serde_json::Value;
use twilio::client::{self, Content, Outgoing};
use twilio::content_api::{self, ContentApi};

use crate::{Outside, near};

const ACCOUNT: &str = "AC00000000000000000000000000000001";
const KEY_SID: &str = "SK00000000000000000000000000000001";
const SID: &str = "SM00000000000000000000000000000001";
const SENDER: &str = "whatsapp:+14155238886";
const PERSON: &str = "whatsapp:+18765550100";
/// Sun, 22 Nov 2026 12:00:00 +0000.
const NOON: Moment = Moment::from_unix(1_795_348_800);
/// With less than a second left nothing is asked twice.
pub(crate) const TIMEOUT: Duration = Duration::from_millis(900);

const SEND_REFUSED: &str = "API key missing required scope: write:wallet";

pub(crate) const OF_FLASH: [&[u8]; 7] = [
    br#"{"data":{"me":{"id":"u","phone":"+18765550100","username":"marcia","language":"en","totpEnabled":false,"defaultAccount":{"__typename":"ConsumerAccount","id":"a","defaultWalletId":"w","wallets":[{"__typename":"UsdtWallet","id":"w","walletCurrency":"USDT","balance":109.9346,"isExternal":false},{"__typename":"BTCWallet","id":"b","walletCurrency":"BTC","balance":null,"isExternal":false}],"realtimePrice":{"timestamp":1700000000,"denominatorCurrency":"JMD","btcSatPrice":{"base":9988550000000,"offset":12},"usdCentPrice":{"base":157300000,"offset":6}},"transactions":{"edges":[{"node":{"id":"t","createdAt":1700000000,"direction":"SEND","status":"SUCCESS","settlementDisplayAmount":"0.004","settlementVia":{"__typename":"SettlementViaLn"}}}]}}},"currencyList":[{"id":"USD","symbol":"$","fractionDigits":2},{"id":"JMD","symbol":"J$","fractionDigits":2}]}}"#,
    br#"{"data":null,"errors":[{"message":"API key missing required scope: write:wallet","path":["intraLedgerUsdPaymentSend"]}]}"#,
    br#"{"data":{"intraLedgerUsdPaymentSend":{"status":"FAILURE"}}}"#,
    br#"{"data":null,"errors":[{"message":"API key rate limit exceeded","extensions":{"code":"TOO_MANY_REQUESTS","retryAfterSeconds":42,"rateLimit":{"limit":300,"remaining":0}}}]}"#,
    br#"{"data":{"me":{"defaultAccount":{"wallets":[{"balance":1e-7},{"balance":"undefined"},{"balance":-99999999999999999999999999999999}]}}},"errors":[{"message":"x","code":"DB_ERROR","path":["me",0,{}]}]}"#,
    b"<html><head><title>502 Bad Gateway</title></head></html>",
    br#"{"data":{"me":{"id":"u","username":"marcia","language":"en","defaultAccount":{"__typename":"ConsumerAccount","id":"a","defaultWalletId":"w","displayCurrency":"JMD","level":"ONE","limits":{"convert":[],"internalSend":[],"withdrawal":[{"__typename":"OneDayAccountLimit","interval":86400,"remainingLimit":5,"totalLimit":100000}]},"wallets":[{"__typename":"UsdtWallet","id":"w","walletCurrency":"USDT","balance":0,"isExternal":false}],"transactions":{"edges":[]}}},"transactionDetails":{"transactionDetails":{"id":"t","accountId":"w","memo":"*x*","paymentHash":null,"fee":1e-7}},"realtimePrice":{"timestamp":1700000000,"denominatorCurrency":"JMD","btcSatPrice":{"base":9988550000000,"offset":12},"usdCentPrice":{"base":157300000,"offset":6}},"currencyList":[{"id":"JMD","symbol":"J$","fractionDigits":2}],"accountDefaultWallet":{"id":"w","walletCurrency":"USDT"},"lnInvoicePaymentStatus":{"errors":[],"status":"PAID"},"lnUsdInvoiceCreateOnBehalfOfRecipient":{"errors":[],"invoice":{"paymentHash":"0001020304050607080900010203040506070809000102030405060708090102","paymentRequest":"lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh"}}}}"#,
];

pub(crate) const STATUSES: [u16; 8] = [200, 200, 200, 200, 401, 429, 503, 302];

pub(crate) fn split(input: &[u8]) -> (u16, &[u8]) {
    let (first, rest) = input.split_first().unwrap_or((&0, &[]));
    (STATUSES[usize::from(*first) % STATUSES.len()], rest)
}

/// Flash's own words alone say that a key can't send; whatever else is answered, it may.
fn refuses_sending(body: &[u8]) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body["errors"].as_array().map(Vec::as_slice) {
        Some([only]) => only["message"] == SEND_REFUSED,
        _ => false,
    }
}

#[expect(clippy::unwrap_used, reason = "a stand-in's address is an address")]
fn flash(outside: &Outside) -> flash::Client {
    flash::Client::new(flash::ClientConfig {
        url: outside.url().parse().unwrap(),
        connect_timeout: TIMEOUT,
        total_timeout: TIMEOUT,
    })
    .unwrap()
}

pub(crate) fn of_flash(input: &[u8]) {
    static FLASH: LazyLock<(Outside, flash::Client)> = LazyLock::new(|| {
        let outside = Outside::start();
        let client = flash(&outside);
        (outside, client)
    });
    let (outside, client) = &*FLASH;
    let (status, rest) = split(input);
    let body = near(&OF_FLASH, rest);
    let key = "fk_00000000_secret".into();
    outside.ask(status, &body, async {
        let reach = client.reach(&key).await;
        if let Ok(Reach::ReadOnly) = reach {
            assert!(
                status == 200 && refuses_sending(&body),
                "{}",
                String::from_utf8_lossy(&body)
            );
        }
        let _ = client.owner(&key).await;
        if let Ok(balance) = client.balance(&key, None).await
            && let Some(price) = balance.price
        {
            let shown = format!("{}{}", price.currency.code, price.currency.symbol);
            assert!(
                shown.chars().count() <= 10 && !shown.contains(['*', '\n', '{']),
                "{shown}"
            );
        }
        if let Ok(rows) = client.rows(&key, 1).await {
            assert!(rows.len() <= body.len());
        }
        if let Ok(history) = client.history(&key).await {
            assert!(!history.doubtful || history.rows.is_empty());
        }
        if let Ok(account) = client.account(&key).await {
            let code = account.currency;
            assert!(
                code.chars().count() <= 4 && !code.contains(['*', '\n', '{']),
                "{code}"
            );
        }
        let id = TransactionId("t".to_owned());
        if let Ok(Some(details)) = client.transaction(&key, &id).await {
            assert_eq!(details.transaction.id, id);
        }
        if let Ok(Some(price)) = client.price("JMD").await {
            assert_eq!(price.currency.code, "JMD");
        }
        if let Ok(invoice) = client
            .invoice(&WalletId("w".to_owned()), Cents(5), None)
            .await
        {
            assert!(invoice.sats.0 > 0 && invoice.cents == Cents(5));
            let _ = client.invoice_status(&invoice.payment_request).await;
        }
    });
}

pub(crate) const OF_ADMIN: [&[u8]; 3] = [
    br#"{"data":{"accountDetailsByUserPhone":{"uuid":"a"}}}"#,
    br#"{"data":null,"errors":[{"message":"x","extensions":{"code":"NOT_FOUND"}}]}"#,
    br#"{"data":{"userNotificationSend":{"success":true,"errors":[]}}}"#,
];

pub(crate) fn of_flash_admin(input: &[u8]) {
    #[expect(clippy::unwrap_used, reason = "a stand-in's address is an address")]
    static ADMIN: LazyLock<(Outside, flash::Admin)> = LazyLock::new(|| {
        let outside = Outside::start();
        let admin = flash::Admin::new(outside.url().parse().unwrap(), "secret".into()).unwrap();
        (outside, admin)
    });
    let (outside, admin) = &*ADMIN;
    let (status, rest) = split(input);
    let body = near(&OF_ADMIN, rest);
    #[expect(clippy::unwrap_used, reason = "a fictional number")]
    let phone = PhoneNumber::parse("+18765550100").unwrap();
    let known = outside.ask(status, &body, admin.has_account(&phone, NOON));
    assert!(known.is_err() || status == 200);
}

#[expect(clippy::unwrap_used, reason = "the samples are right")]
fn twilio(outside: &Outside) -> client::Client {
    let config = client::Config::new(
        outside.url(),
        ACCOUNT,
        KEY_SID,
        "secret".into(),
        WhatsAppAddress::parse(SENDER).unwrap(),
    );
    client::Client::new(client::Config {
        total_timeout: TIMEOUT,
        ..config.unwrap()
    })
    .unwrap()
}

pub(crate) const OF_TWILIO: [&[u8]; 5] = [
    br#"{"sid":"SM00000000000000000000000000000001","status":"queued","error_code":null,"account_sid":"AC00000000000000000000000000000001"}"#,
    br#"{"code":21211,"message":"Invalid 'To'","more_info":"https://www.twilio.com/docs/errors/21211","status":400}"#,
    br#"{"messages":[{"sid":"SM00000000000000000000000000000001","account_sid":"AC00000000000000000000000000000001","api_version":"2010-04-01","direction":"inbound","from":"whatsapp:+18765550100","to":"whatsapp:+14155238886","body":"word","num_media":"0","status":"received","error_code":null,"date_created":"Sun, 22 Nov 2026 12:00:00 +0000","date_sent":"Sun, 22 Nov 2026 12:00:00 +0000"}],"next_page_uri":null}"#,
    br#"{"messages":[],"next_page_uri":"https://evil.example/?PageToken=PA2"}"#,
    b"<html><h1>502 Bad Gateway</h1></html>",
];

pub(crate) fn of_twilio(input: &[u8]) {
    static TWILIO: LazyLock<(Outside, client::Client)> = LazyLock::new(|| {
        let outside = Outside::start();
        let client = twilio(&outside);
        (outside, client)
    });
    let (outside, client) = &*TWILIO;
    let (status, rest) = split(input);
    let body = near(&OF_TWILIO, rest);
    #[expect(clippy::unwrap_used, reason = "the samples are right")]
    let (to, sid) = (
        WhatsAppAddress::parse(PERSON).unwrap(),
        MessageSid::parse(SID).unwrap(),
    );
    let message = Outgoing {
        to: &to,
        content: Content::Text { body: "word" },
        media_url: None,
        status_callback: "https://bot.example/whatsapp/status/x",
        validity_s: None,
    };
    outside.ask(status, &body, async {
        let sent = client.send(&message).await;
        assert!(sent.is_err() || status == 200);
        if let Err(error) = &sent {
            let words = format!("{error}");
            assert!(words.len() < 100, "none of Twilio's own: {words}");
        }
        if let Ok(found) = client.received(NOON, NOON.plus(600)).await {
            assert!(found.iter().all(|it| it.sent_at >= NOON));
        }
        let _ = client.sent_to(&to, NOON).await;
        let _ = client.fetch(&sid).await;
    });
}

pub(crate) const OF_CONTENT: [&[u8]; 3] = [
    br#"{"contents":[{"sid":"HX00000000000000000000000000000001","account_sid":"AC00000000000000000000000000000001","friendly_name":"a","language":"en","date_created":"2026-11-22T12:00:00Z","variables":{"1":"x"},"types":{"twilio/quick-reply":{"body":"{{1}}","actions":[{"title":"Balance","id":"cmd:balance"}]}}}],"meta":{"next_page_url":null}}"#,
    br#"{"whatsapp":{"status":"approved","category":"UTILITY","rejection_reason":""}}"#,
    br#"{"code":20404,"message":"\u001b[2Jnot found","detail":"x"}"#,
];

pub(crate) fn of_content_api(input: &[u8]) {
    #[expect(clippy::unwrap_used, reason = "the samples are right")]
    static CONTENT: LazyLock<(Outside, ContentApi)> = LazyLock::new(|| {
        let outside = Outside::start();
        let config = content_api::Config::new(outside.url(), ACCOUNT, KEY_SID, "secret".into());
        let api = ContentApi::new(content_api::Config {
            total_timeout: TIMEOUT,
            ..config.unwrap()
        });
        (outside, api.unwrap())
    });
    let (outside, api) = &*CONTENT;
    let (status, rest) = split(input);
    let body = near(&OF_CONTENT, rest);
    match outside.ask(status, &body, api.list()) {
        Ok(found) => assert!(status == 200 && found.len() <= body.len()),
        Err(error) => {
            let words = error.to_string();
            assert!(
                !words.contains(char::is_control),
                "fit for a terminal: {words:?}"
            );
        }
    }
}

/// What never ends is cut off, and not by the clock alone: what was read until then would not fit anywhere.
///
/// # Panics
/// If any client takes it.
pub fn no_client_reads_without_end() {
    #[expect(clippy::unwrap_used, reason = "the samples are right")]
    fn content(outside: &Outside) -> ContentApi {
        let config = content_api::Config::new(outside.url(), ACCOUNT, KEY_SID, "secret".into());
        ContentApi::new(config.unwrap()).unwrap()
    }
    #[expect(clippy::unwrap_used, reason = "the samples are right")]
    let to = WhatsAppAddress::parse(PERSON).unwrap();
    let outside = Outside::start();
    let piece = vec![b' '; 64 * 1024];
    let key = "fk_00000000_secret".into();
    let (flash, twilio, content) = (flash(&outside), twilio(&outside), content(&outside));
    let error = outside.ask_without_end(&piece, flash.owner(&key)).err();
    assert_eq!(error.map(|error| error.outcome()), Some("oversize"));
    let listed = outside.ask_without_end(&piece, twilio.sent_to(&to, NOON));
    assert!(listed.is_err());
    let listed = outside.ask_without_end(&piece, content.list());
    assert!(
        matches!(listed, Err(content_api::ContentApiError::Unreadable)),
        "{listed:?}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else the targets would only ever see refusals.
    #[test]
    fn the_samples_are_what_the_clients_take() {
        let outside = Outside::start();
        let key = "fk_00000000_secret".into();
        let client = flash(&outside);
        let balance = outside
            .ask(200, OF_FLASH[0], client.balance(&key, None))
            .unwrap();
        assert_eq!(balance.price.unwrap().currency.symbol, "J$");
        let owner = outside.ask(200, OF_FLASH[0], client.owner(&key));
        assert_eq!(owner.unwrap().username.as_deref(), Some("marcia"));
        let rows = outside.ask(200, OF_FLASH[0], client.rows(&key, 1));
        assert_eq!(rows.unwrap().len(), 1);
        let account = outside.ask(200, OF_FLASH[6], client.account(&key));
        assert_eq!(account.unwrap().limits.len(), 1);
        let price = outside.ask(200, OF_FLASH[6], client.price("JMD"));
        assert!(price.unwrap().is_some());
        let wallet = WalletId("w".to_owned());
        let made = outside.ask(
            200,
            OF_FLASH[6],
            client.invoice(&wallet, Cents(5), Some("1 cup coffee")),
        );
        assert_eq!(made.unwrap().sats.0, 250_000);
        let reach = outside.ask(200, OF_FLASH[1], client.reach(&key));
        assert_eq!(reach.unwrap(), Reach::ReadOnly);

        let client = twilio(&outside);
        let to = WhatsAppAddress::parse(PERSON).unwrap();
        let sid = MessageSid::parse(SID).unwrap();
        let fetched = outside.ask(200, OF_TWILIO[0], client.fetch(&sid));
        assert!(fetched.is_ok());
        let listed = outside.ask(200, OF_TWILIO[2], client.sent_to(&to, NOON));
        assert_eq!(listed.unwrap().len(), 1);
        let received = outside.ask(200, OF_TWILIO[2], client.received(NOON, NOON.plus(600)));
        assert_eq!(received.unwrap().len(), 1);
    }
}
