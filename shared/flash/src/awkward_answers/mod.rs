//! What the client makes of everything Flash is known to answer, over a real connection.

mod history;
mod receiving;
mod worth;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::{Client, ClientConfig};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use domain::flash::{FlashTrouble, Reach};
use domain::time::Moment;
use rust_decimal::Decimal;
use secrecy::SecretString;
use serde_json::{Value, json};

/// A Flash that reads from a script; the last line of it is repeated.
struct Scripted {
    url: String,
    client: Client,
    heard: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
}

impl Scripted {
    async fn new(script: impl IntoIterator<Item = (u16, String)>) -> Self {
        Self::with_header(script, None).await
    }

    /// One that has nothing to say but when to come back.
    async fn asking_to_wait(status: u16, retry_after: Option<&'static str>) -> Self {
        Self::with_header([(status, "<html>".to_owned())], retry_after).await
    }

    async fn with_header(
        script: impl IntoIterator<Item = (u16, String)>,
        retry_after: Option<&'static str>,
    ) -> Self {
        let script: VecDeque<_> = script.into_iter().collect();
        let script = Arc::new(Mutex::new(script));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ears = Arc::clone(&heard);
        let app = Router::new().fallback(move |request: Request| {
            let (script, ears) = (Arc::clone(&script), Arc::clone(&ears));
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, usize::MAX).await.unwrap();
                let body = serde_json::from_slice(&body).unwrap();
                ears.lock().unwrap().push((parts.headers, body));
                let mut script = script.lock().unwrap();
                let line = if script.len() > 1 {
                    script.pop_front()
                } else {
                    script.front().cloned()
                };
                let (status, body) = line.unwrap();
                let mut response = Response::builder().status(status);
                if let Some(retry_after) = retry_after {
                    response = response.header("retry-after", retry_after);
                }
                response.body(Body::from(body)).unwrap()
            }
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let url = format!("http://{address}/graphql");
        Self {
            client: client(&url),
            url,
            heard,
        }
    }

    fn url(&self) -> reqwest::Url {
        self.url.parse().unwrap()
    }

    fn heard(&self) -> usize {
        self.heard.lock().unwrap().len()
    }
}

fn client(url: &str) -> Client {
    Client::new(ClientConfig {
        url: url.parse().unwrap(),
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_secs(4),
    })
    .unwrap()
}

fn key() -> SecretString {
    "fk_00000000_secret".into()
}

fn ok(body: &Value) -> (u16, String) {
    (200, body.to_string())
}

fn wallet(id: &str, kind: &str, unit: &str, external: bool, balance: &str) -> String {
    format!(
        r#"{{"__typename":"{kind}","id":"{id}","walletCurrency":"{unit}","balance":{balance},"isExternal":{external}}}"#
    )
}

/// Built as text: the digits of a balance must arrive as they are written.
fn balance_body(wallets: &[String], errors: &str) -> (u16, String) {
    let wallets = wallets.join(",");
    (
        200,
        format!(
            r#"{{"data":{{"me":{{"id":"user","defaultAccount":{{"__typename":"ConsumerAccount","id":"account","defaultWalletId":"default",
            "wallets":[{wallets}],
            "realtimePrice":{{"timestamp":1700000000,"denominatorCurrency":"JMD","btcSatPrice":{{"base":9988550000000,"offset":12}},"usdCentPrice":{{"base":157300000,"offset":6}}}}}}}},
            "currencyList":[{{"id":"USD","symbol":"$","fractionDigits":2}},{{"id":"JMD","symbol":"J$","fractionDigits":2}}]}},"errors":[{errors}]}}"#
        ),
    )
}

async fn cents(wallets: &[String]) -> Option<Decimal> {
    let flash = Scripted::new([balance_body(wallets, "")]).await;
    flash.client.balance(&key(), None).await.unwrap().cents
}

async fn trouble_of(status: u16, body: &str) -> (FlashTrouble, usize) {
    let flash = Scripted::new([(status, body.to_owned())]).await;
    let error = flash.client.balance(&key(), None).await.unwrap_err();
    let words = format!("{error} {error:?}");
    assert!(
        !words.contains("upstream"),
        "Flash's own words leak: {words}"
    );
    (error.trouble(), flash.heard())
}

#[tokio::test]
async fn the_balance_arrives_to_the_last_digit() {
    let usdt = |balance| [wallet("default", "UsdtWallet", "USDT", false, balance)];
    for exact in [
        "109.9346",
        "0",
        "-0.0001",
        "0.0000001",
        "9007199254740993.5",
    ] {
        assert_eq!(cents(&usdt(exact)).await, Some(exact.parse().unwrap()));
    }
    let exponent = cents(&usdt("1e-7")).await;
    assert_eq!(exponent, Some("0.0000001".parse().unwrap()));
    let legacy = [wallet("default", "UsdWallet", "USD", false, "250")];
    assert_eq!(cents(&legacy).await, Some(Decimal::from(250)));
}

#[tokio::test]
async fn the_price_comes_in_the_display_currency() {
    let wallets = [wallet("default", "UsdtWallet", "USDT", false, "1")];
    let flash = Scripted::new([balance_body(&wallets, "")]).await;
    let price = flash
        .client
        .balance(&key(), None)
        .await
        .unwrap()
        .price
        .unwrap();
    assert_eq!(price.currency.symbol, "J$");
    assert_eq!((price.cent.base, price.cent.offset), (157_300_000, 6));
    assert_eq!(price.at, Moment::from_unix(1_700_000_000));
}

/// What Flash calls a currency stands in a message: there it means nothing to WhatsApp.
#[tokio::test]
async fn a_currency_that_would_be_markup_only_looks_like_it() {
    let wallets = [wallet("default", "UsdtWallet", "USDT", false, "1")];
    let (status, body) = balance_body(&wallets, "");
    let body = body.replace(
        r#""symbol":"J$""#,
        r#""symbol":"*J$*\n{{1}} https://evil.example""#,
    );
    let flash = Scripted::new([(status, body)]).await;
    let price = flash
        .client
        .balance(&key(), None)
        .await
        .unwrap()
        .price
        .unwrap();
    assert_eq!(price.currency.symbol, "∗J$∗ (");
}

/// Deeper than any stack, and wider than any number.
#[tokio::test]
async fn an_answer_that_is_deep_or_huge_is_nonsense_like_any_other() {
    for bomb in [
        "[".repeat(500_000),
        format!(
            r#"{{"data":{}1{}}}"#,
            "[".repeat(200_000),
            "]".repeat(200_000)
        ),
        format!(
            r#"{{"data":{{"me":{}1{}}}}}"#,
            r#"{"x":"#.repeat(50_000),
            "}".repeat(50_000)
        ),
        format!(
            r#"{{"errors":[{{"path":{}1{}}}]}}"#,
            "[".repeat(200_000),
            "]".repeat(200_000)
        ),
        format!(
            r#"{{"errors":[{{"extensions":{{"retryAfterSeconds":{}}}}}]}}"#,
            "9".repeat(400_000)
        ),
    ] {
        let (trouble, _) = trouble_of(200, &bomb).await;
        assert_eq!(trouble, FlashTrouble::Unavailable);
    }
    for digits in [
        "9".repeat(100_000),
        format!("1e{}", "9".repeat(50)),
        format!("0.{}", "0".repeat(90_000)),
    ] {
        let wallets = [wallet("default", "UsdtWallet", "USDT", false, &digits)];
        let flash = Scripted::new([balance_body(&wallets, "")]).await;
        let balance = flash.client.balance(&key(), None).await;
        assert!(balance.is_err() || digits.starts_with("0."));
    }
}

#[tokio::test]
async fn the_cash_wallet_is_flashs_own_in_dollars_and_the_default_of_two() {
    let btc = wallet("btc", "BTCWallet", "BTC", false, "1");
    let outside = wallet("default", "UsdWallet", "USD", true, "null");
    let new = wallet("new", "UsdtWallet", "USDT", false, "3");
    let old = wallet("old", "UsdWallet", "USD", false, "4");
    let unknown = wallet("x", "EurWallet", "EUR", false, "5");
    let all = [btc.clone(), outside, old.clone(), new, unknown];
    assert_eq!(cents(&all).await, Some(Decimal::from(3)));
    let chosen = wallet("default", "UsdWallet", "USD", false, "6");
    assert_eq!(cents(&[old, chosen]).await, Some(Decimal::from(6)));

    let flash = Scripted::new([balance_body(&[btc], "")]).await;
    let error = flash.client.balance(&key(), None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Unavailable);
}

#[tokio::test]
async fn a_null_balance_is_unknown_unless_flash_says_why() {
    let wallets = [wallet("default", "UsdtWallet", "USDT", false, "null")];
    let custodian = r#"{"message":"An error occurred. Contact support if error persists.","path":["me","defaultAccount","wallets",0,"balance"]}"#;
    let flash = Scripted::new([balance_body(&wallets, custodian)]).await;
    assert_eq!(
        flash.client.balance(&key(), None).await.unwrap().cents,
        None
    );

    let moving = r#"{"message":"Cash Wallet cutover is in progress. Please try again shortly."}"#;
    let flash = Scripted::new([balance_body(&wallets, moving)]).await;
    let error = flash.client.balance(&key(), None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Moving);
    assert_eq!(flash.heard(), 1, "asking again at once cannot help");
}

#[tokio::test]
async fn without_a_price_the_balance_comes_alone() {
    let none = json!({"data":{"me":null},"errors":[{"message":"Price is not available","path":["me","defaultAccount","realtimePrice"]}]});
    let bare = json!({"data":{"me":{"id":"user","defaultAccount":{"__typename":"ConsumerAccount","id":"account","defaultWalletId":"w",
        "wallets":[{"__typename":"UsdWallet","id":"w","walletCurrency":"USD","balance":12,"isExternal":false}]}}}});
    let flash = Scripted::new([ok(&none), ok(&bare)]).await;
    let balance = flash.client.balance(&key(), None).await.unwrap();
    assert_eq!(balance.cents, Some(Decimal::from(12)));
    assert_eq!(balance.price, None);
    assert_eq!(flash.heard(), 2);
}

#[tokio::test]
async fn trouble_is_named_by_what_to_do_next() {
    let html = "<html><head><title>upstream</title></head></html>";
    let scope = r#"{"data":{"me":null},"errors":[{"message":"API key missing required scope: read:wallet","path":["me","defaultAccount","wallets"]}]}"#;
    let limit = r#"{"data":null,"errors":[{"message":"API key rate limit exceeded","extensions":{"code":"TOO_MANY_REQUESTS","retryAfterSeconds":42,"rateLimit":{"limit":120,"remaining":0}}}]}"#;
    let review = r#"{"data":{"me":null},"errors":[{"message":"Cash Wallet migration needs support review.","code":"INVALID_INPUT"}]}"#;
    let passing = r#"{"data":null,"errors":[{"message":"upstream","extensions":{"code":"SUBREQUEST_HTTP_ERROR","status_code":500}}]}"#;
    let old_schema = r#"{"errors":[{"message":"Cannot query field \"isExternal\" on type \"Wallet\" upstream","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}"#;
    let types = r#"{"data":{"me":{"defaultAccount":"upstream"}}}"#;
    for (status, body, trouble, asked) in [
        (401, html, FlashTrouble::CredentialGone, 1),
        (200, scope, FlashTrouble::CredentialGone, 1),
        (200, limit, FlashTrouble::Busy { retry_after_s: 42 }, 1),
        (429, html, FlashTrouble::Busy { retry_after_s: 60 }, 1),
        (200, review, FlashTrouble::NeedsSupport, 1),
        (200, passing, FlashTrouble::Unavailable, 2),
        (400, old_schema, FlashTrouble::Unavailable, 1),
        (503, html, FlashTrouble::Unavailable, 2),
        (302, html, FlashTrouble::Unavailable, 1),
        (200, html, FlashTrouble::Unavailable, 2),
        (
            200,
            r#"{"data":{"me":{"upstream"#,
            FlashTrouble::Unavailable,
            2,
        ),
        (200, types, FlashTrouble::Unavailable, 2),
        (200, r#"{"data":{"me":null}}"#, FlashTrouble::Unavailable, 2),
        (200, "", FlashTrouble::Unavailable, 2),
    ] {
        assert_eq!(trouble_of(status, body).await, (trouble, asked), "{body}");
    }
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let flood = format!(r#"{{"data":"{}"}}"#, "x".repeat(600 * 1024));
    let (trouble, asked) = trouble_of(200, &flood).await;
    assert_eq!((trouble, asked), (FlashTrouble::Unavailable, 1));
}

#[tokio::test]
async fn a_read_is_asked_once_more_when_the_trouble_passes() {
    let wallets = [wallet("default", "UsdtWallet", "USDT", false, "7")];
    let flash = Scripted::new([(502, String::new()), balance_body(&wallets, "")]).await;
    let balance = flash.client.balance(&key(), None).await.unwrap();
    assert_eq!(balance.cents, Some(Decimal::from(7)));
}

#[tokio::test]
async fn waiting_ends_when_it_was_agreed() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}/", listener.local_addr().unwrap());
    let client = Client::new(ClientConfig {
        url: silent.parse().unwrap(),
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_millis(300),
    })
    .unwrap();
    let began = tokio::time::Instant::now();
    let error = client.balance(&key(), None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    assert_eq!(error.outcome(), "late");
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let error = client("http://127.0.0.1:9/")
        .owner(&key())
        .await
        .unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    assert!(!format!("{error:?}").contains("127.0.0.1:9/"));
}

#[tokio::test]
async fn a_question_carries_the_key_alone_and_one_operation() {
    let me = json!({"data":{"me":{"id":"user","phone":"+18765550100","username":"marcia","language":"DEFAULT","totpEnabled":false,
        "defaultAccount":{"__typename":"ConsumerAccount","id":"account"}}}});
    let flash = Scripted::new([ok(&me)]).await;
    let owner = flash.client.owner(&key()).await.unwrap();
    assert_eq!(owner.phone.unwrap().as_str(), "+18765550100");
    assert_eq!(owner.username.as_deref(), Some("marcia"));
    assert_eq!(owner.user.0, "user");
    assert!(!owner.totp);

    let heard = flash.heard.lock().unwrap();
    let (headers, body) = &heard[0];
    assert_eq!(headers["x-api-key"], "fk_00000000_secret");
    assert_eq!(
        headers["x-flash-client-capabilities"],
        "cash-wallet-usdt-v1"
    );
    assert!(!headers.contains_key("authorization"));
    assert_eq!(body["operationName"], "Me");
    assert!(body["query"].as_str().unwrap().starts_with("query Me"));
    assert!(!body["query"].as_str().unwrap().contains("mutation"));
}

#[tokio::test]
async fn only_the_exact_refusal_proves_a_key_harmless() {
    let scope = json!({"data":null,"errors":[{"message":"API key missing required scope: write:wallet","path":["intraLedgerUsdPaymentSend"]}]});
    let other = json!({"data":{"intraLedgerUsdPaymentSend":{"status":"FAILURE"}}});
    let blocked = json!({"data":null,"errors":[{"message":"API keys cannot access intraLedgerUsdPaymentSend"}]});
    for (answer, reach) in [
        (scope, Reach::ReadOnly),
        (other, Reach::MayMoveMoney),
        (blocked, Reach::MayMoveMoney),
        (
            json!({"data":null,"errors":[{"message":"?","code":"IBEX_ERROR"}]}),
            Reach::MayMoveMoney,
        ),
    ] {
        let flash = Scripted::new([ok(&answer)]).await;
        assert_eq!(flash.client.reach(&key()).await.unwrap(), reach, "{answer}");
        let heard = flash.heard.lock().unwrap();
        let input = &heard[0].1["variables"]["input"];
        assert_eq!(input["amount"], 1);
        assert_ne!(input["walletId"], input["recipientWalletId"]);
        assert_eq!(
            input.as_object().unwrap().len(),
            3,
            "no memo, no replay key"
        );
    }
}

#[tokio::test]
async fn a_key_nobody_judged_is_not_judged() {
    let limit = json!({"data":null,"errors":[{"message":"API key rate limit exceeded","extensions":{"code":"TOO_MANY_REQUESTS","retryAfterSeconds":9}}]});
    for ((status, body), trouble) in [
        (ok(&limit), FlashTrouble::Busy { retry_after_s: 9 }),
        ((401, String::new()), FlashTrouble::CredentialGone),
        ((503, String::new()), FlashTrouble::Unavailable),
        ((200, "<html>".to_owned()), FlashTrouble::Unavailable),
    ] {
        let flash = Scripted::new([(status, body)]).await;
        let error = flash.client.reach(&key()).await.unwrap_err();
        assert_eq!(error.trouble(), trouble);
        assert_eq!(flash.heard(), 1, "a send is never repeated");
    }
}
