//! What an account is allowed and shown as, what money is worth, and how long all questions of one message take.

use std::time::Duration;

use domain::flash::{FlashTrouble, Level, Limit, Limited};
use domain::language::Language;
use domain::money::Cents;
use domain::time::Moment;
use serde_json::{Value, json};

use super::{Scripted, balance_body, client, key, ok, wallet};
use crate::{Client, ClientConfig, Error};

fn account(level: &str, username: &str, limits: &Value) -> Value {
    let wallet = |id: &str, kind: &str, unit: &str, external: bool| json!({"__typename":kind,"id":id,"walletCurrency":unit,"isExternal":external});
    json!({"data":{"me":{"id":"user","username":username,"language":"es","defaultAccount":{"__typename":"ConsumerAccount",
        "id":"account","defaultWalletId":"old","displayCurrency":"J*D","level":level,"limits":limits,
        "wallets":[wallet("new","UsdtWallet","USDT",false),wallet("old","UsdWallet","USD",false),
            wallet("outside","UsdWallet","USD",true)]}}}})
}

fn limit(total: &str, left: &str, interval: &str) -> Value {
    let limit = format!(
        r#"[{{"__typename":"OneDayAccountLimit","interval":{interval},"totalLimit":{total},"remainingLimit":{left}}}]"#
    );
    serde_json::from_str(&limit).unwrap()
}

#[tokio::test]
async fn an_account_tells_its_level_limits_and_wallets() {
    let limits = json!({"withdrawal": limit("100000", "12345", "86400"), "internalSend": limit("200000", "null", "null"), "convert": []});
    let flash = Scripted::new([ok(&account("ONE", "marcia", &limits))]).await;
    let account = flash.client.account(&key()).await.unwrap();
    assert_eq!(account.level, Some(Level::One));
    assert_eq!(account.username.as_deref(), Some("marcia"));
    assert_eq!(account.wallet.0, "old");
    let wallets: Vec<_> = account.wallets.iter().map(|id| id.0.as_str()).collect();
    assert_eq!(wallets, ["new", "old"]);
    assert_eq!(account.currency, "J∗D", "it stands in a message");
    assert_eq!(
        account.limits,
        [
            Limit {
                what: Limited::Withdrawal,
                total: Cents(100_000),
                left: Some(Cents(12_345)),
                seconds: 86_400
            },
            Limit {
                what: Limited::Internal,
                total: Cents(200_000),
                left: None,
                seconds: 86_400
            },
        ]
    );
    assert_eq!(
        format!("{:?}", account.language),
        format!("{:?}", Language::of_tag("es"))
    );
    assert!(!format!("{account:?}").contains("marcia"));
}

#[tokio::test]
async fn a_name_that_could_be_none_and_a_level_that_is_new_are_left_out() {
    let limits = json!({"withdrawal": [], "internalSend": [], "convert": []});
    let flash = Scripted::new([ok(&account("FOUR", "*evil* https://x.example", &limits))]).await;
    let account = flash.client.account(&key()).await.unwrap();
    assert_eq!((account.level, account.username), (None, None));
}

#[tokio::test]
async fn without_limits_the_account_still_comes() {
    let failed = json!({"data":{"me":null},"errors":[{"message":"An error occurred. Contact support if error persists.",
        "path":["me","defaultAccount","limits","withdrawal"]}]});
    let flash = Scripted::new([ok(&failed), ok(&account("TWO", "marcia", &Value::Null))]).await;
    let account = flash.client.account(&key()).await.unwrap();
    assert_eq!((account.level, account.limits.len()), (Some(Level::Two), 0));
    assert_eq!(flash.heard(), 2);

    let scope = json!({"data":{"me":null},"errors":[{"message":"API key missing required scope: read:wallet","path":["me","defaultAccount","wallets"]}]});
    let flash = Scripted::new([ok(&scope)]).await;
    let error = flash.client.account(&key()).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
    assert_eq!(flash.heard(), 1);
}

fn priced(code: &str, base: i64) -> Value {
    json!({"data":{"realtimePrice":{"timestamp":1_700_000_000,"denominatorCurrency":code,
            "btcSatPrice":{"base":base,"offset":12},"usdCentPrice":{"base":157_300_000,"offset":6}},
        "currencyList":[{"id":"USD","symbol":"$","fractionDigits":2},{"id":"JMD","symbol":"J$","fractionDigits":2},
            {"id":"BAD","symbol":"?","fractionDigits":-1}]}})
}

#[tokio::test]
async fn a_price_is_had_without_a_key_in_any_listed_currency() {
    let flash = Scripted::new([ok(&priced("JMD", 9_988_550_000_000))]).await;
    let price = flash.client.price("jmd").await.unwrap().unwrap();
    assert_eq!(
        (
            price.currency.symbol.as_str(),
            price.currency.fraction_digits
        ),
        ("J$", 2)
    );
    assert_eq!(price.at, Moment::from_unix(1_700_000_000));
    let heard = flash.heard.lock().unwrap();
    assert!(!heard[0].0.contains_key("x-api-key"));
    assert_eq!(heard[0].1["variables"]["currency"], "JMD");
}

#[tokio::test]
async fn what_is_no_currency_has_no_price_and_a_price_that_is_missing_is_trouble() {
    let flash = Scripted::new([ok(&priced("ZZZ", 1))]).await;
    assert_eq!(flash.client.price("zzz").await.unwrap(), None);
    for never_asked in ["", "J$", "dollars", "US1", "ÜSD"] {
        assert_eq!(flash.client.price(never_asked).await.unwrap(), None);
    }
    assert_eq!(flash.heard(), 1);

    let failed = json!({"data":null,"errors":[{"message":"Price is not available","path":["realtimePrice"]}]});
    let list = json!({"data":{"currencyList":[{"id":"JMD","symbol":"J$","fractionDigits":2}]}});
    let flash = Scripted::new([ok(&failed), ok(&list)]).await;
    assert_eq!(flash.client.price("ZZZ").await.unwrap(), None);
    let flash = Scripted::new([ok(&failed), ok(&list)]).await;
    let error = flash.client.price("JMD").await.unwrap_err();
    assert_eq!(
        (error.trouble(), error.outcome()),
        (FlashTrouble::Unavailable, "priceless")
    );

    for answer in [priced("JMD", 0), priced("USD", 5)] {
        let flash = Scripted::new([ok(&answer)]).await;
        let error = flash.client.price("JMD").await.unwrap_err();
        assert_eq!(error.trouble(), FlashTrouble::Unavailable, "{answer}");
    }
}

#[tokio::test]
async fn the_currencies_are_those_whose_digits_make_sense() {
    let mut list = priced("USD", 1);
    list["data"]
        .as_object_mut()
        .unwrap()
        .remove("realtimePrice");
    let flash = Scripted::new([ok(&list)]).await;
    let currencies = flash.client.currencies().await.unwrap();
    let codes: Vec<_> = currencies
        .iter()
        .map(|currency| currency.code.as_str())
        .collect();
    assert_eq!(codes, ["USD", "JMD"]);
}

#[tokio::test]
async fn a_balance_in_a_chosen_currency_is_one_question() {
    let wallets = [wallet("default", "UsdtWallet", "USDT", false, "109.9346")];
    let (status, body) = balance_body(&wallets, "");
    let mut answer: Value = serde_json::from_str(&body).unwrap();
    answer["data"]["realtimePrice"] = priced("TTD", 5)["data"]["realtimePrice"].clone();
    answer["data"]["currencyList"][0]["id"] = json!("TTD");
    let flash = Scripted::new([(status, answer.to_string())]).await;
    let balance = flash.client.balance(&key(), Some("TTD")).await.unwrap();
    assert_eq!(balance.price.unwrap().currency.code, "TTD");
    assert_eq!(flash.heard(), 1);
    let heard = flash.heard.lock().unwrap();
    assert_eq!(heard[0].1["operationName"], "BalanceIn");
    assert_eq!(heard[0].1["variables"]["currency"], "TTD");
}

#[tokio::test]
async fn a_limit_of_the_address_says_how_long() {
    for (status, retry_after, trouble, asked) in [
        (429, Some("17"), FlashTrouble::Busy { retry_after_s: 17 }, 1),
        (503, Some("90"), FlashTrouble::Busy { retry_after_s: 90 }, 1),
        (
            503,
            Some("Wed, 21 Oct 2026 07:28:00 GMT"),
            FlashTrouble::Busy { retry_after_s: 60 },
            1,
        ),
        (
            429,
            Some("4000000000"),
            FlashTrouble::Busy {
                retry_after_s: 86_400,
            },
            1,
        ),
        (429, None, FlashTrouble::Busy { retry_after_s: 60 }, 1),
        (503, None, FlashTrouble::Unavailable, 2),
        (401, None, FlashTrouble::Unavailable, 1),
    ] {
        let flash = Scripted::asking_to_wait(status, retry_after).await;
        let error = flash.client.price("JMD").await.unwrap_err();
        assert_eq!(
            (error.trouble(), flash.heard()),
            (trouble, asked),
            "{status} {retry_after:?}"
        );
    }
}

#[tokio::test]
async fn all_questions_of_one_message_share_its_time() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(ClientConfig {
        url: format!("http://{}/", listener.local_addr().unwrap())
            .parse()
            .unwrap(),
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::from_millis(300),
    })
    .unwrap();
    let of_message = client.budgeted();
    let first = of_message.price("JMD").await.unwrap_err();
    assert!(matches!(first, Error::Late(_)), "{first:?}");
    for _ in 0..3 {
        let error = of_message.price("JMD").await.unwrap_err();
        assert!(matches!(error, Error::OutOfTime), "{error:?}");
        assert_eq!(
            (error.trouble(), error.outcome()),
            (FlashTrouble::Unavailable, "late")
        );
    }
    let another_message = client.budgeted().price("JMD").await.unwrap_err();
    assert!(
        matches!(another_message, Error::Late(_)),
        "{another_message:?}"
    );
}

#[tokio::test]
async fn a_question_after_the_time_is_not_asked() {
    let flash = Scripted::new([ok(&priced("JMD", 5))]).await;
    let spent = Client::new(ClientConfig {
        url: flash.url(),
        connect_timeout: Duration::from_secs(1),
        total_timeout: Duration::ZERO,
    });
    let error = spent.unwrap().budgeted().price("JMD").await.unwrap_err();
    assert_eq!((error.outcome(), flash.heard()), ("late", 0));
    assert!(client(flash.url().as_str()).price("JMD").await.is_ok());
}
