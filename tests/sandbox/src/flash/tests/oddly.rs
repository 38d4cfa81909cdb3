//! Every awkward answer of Flash's, met by the bot's own client: what each comes to, and that it passes.

use ::domain::flash::{FlashTrouble, InvoiceStatus, TransactionId, Username};
use ::domain::ids::WalletId;
use ::domain::money::Cents;
use serde_json::{Value, json};

use super::{BOT_SCOPES, DEVON, MARCIA, Rules, World};
use crate::flash::Oddity;

const DOLLARS: &str = "27a8e5d4-9c13-4be7-9a60-7f1e3c5d0101";

fn into_dollars() -> WalletId {
    WalletId(DOLLARS.to_owned())
}

#[tokio::test]
async fn whatever_the_gateway_answers_every_question_has_its_trouble() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let (client, unavailable) = (world.client(), FlashTrouble::Unavailable);
    let id = TransactionId("0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001".to_owned());
    for (oddity, with_key, without) in [
        (
            Oddity::Unauthorized,
            FlashTrouble::CredentialGone,
            unavailable,
        ),
        (
            Oddity::TooManyRequests,
            FlashTrouble::Busy { retry_after_s: 17 },
            FlashTrouble::Busy { retry_after_s: 17 },
        ),
        (
            Oddity::Unavailable,
            FlashTrouble::Busy { retry_after_s: 90 },
            FlashTrouble::Busy { retry_after_s: 90 },
        ),
        (
            Oddity::KeyLimited,
            FlashTrouble::Busy { retry_after_s: 42 },
            FlashTrouble::Busy { retry_after_s: 42 },
        ),
        (Oddity::BadGateway, unavailable, unavailable),
        (Oddity::GatewayTimeout, unavailable, unavailable),
        (Oddity::Redirect, unavailable, unavailable),
        (Oddity::Html, unavailable, unavailable),
        (Oddity::CutJson, unavailable, unavailable),
        (Oddity::WrongTypes, unavailable, unavailable),
        (Oddity::Empty, unavailable, unavailable),
        (Oddity::Huge, unavailable, unavailable),
        (Oddity::Deep, unavailable, unavailable),
        (Oddity::SubrequestFailed, unavailable, unavailable),
        (Oddity::StrangeError, unavailable, unavailable),
    ] {
        world.flash.be_odd(None, Some(oddity), None);
        let marcia = Username::parse("marcia").unwrap();
        let into = into_dollars();
        let asked = futures::join!(
            client.owner(&key),
            client.balance(&key, None),
            client.balance(&key, Some("TTD")),
            client.account(&key),
            client.history(&key),
            client.rows(&key, 5),
            client.transaction(&key, &id),
        );
        let public = futures::join!(
            client.price("JMD"),
            client.currencies(),
            client.payee(&marcia),
            client.invoice(&into, Cents(5), None),
        );
        for error in [
            asked.0.unwrap_err(),
            asked.1.unwrap_err(),
            asked.2.unwrap_err(),
            asked.3.unwrap_err(),
            asked.4.unwrap_err(),
            asked.5.unwrap_err(),
            asked.6.unwrap_err(),
        ] {
            assert_eq!(error.trouble(), with_key, "{oddity:?}");
            let words = format!("{error} {error:?}");
            assert!(!words.contains("555"), "{words}");
        }
        for error in [
            public.0.unwrap_err(),
            public.1.unwrap_err(),
            public.2.unwrap_err(),
            public.3.unwrap_err(),
        ] {
            assert_eq!(error.trouble(), without, "{oddity:?}");
        }
        // The key's own limit counts, too.
        world.advance(60);
        world.flash.be_odd(None, None, None);
        assert!(
            client.balance(&key, None).await.is_ok(),
            "{oddity:?} has passed"
        );
    }
}

#[tokio::test]
async fn one_account_may_be_odd_for_so_many_requests() {
    let world = World::new().await;
    let (marcia, devon) = (
        world.mint(MARCIA, &BOT_SCOPES).await,
        world.mint(DEVON, &BOT_SCOPES).await,
    );
    world
        .flash
        .be_odd(Some(MARCIA), Some(Oddity::Huge), Some(1));
    let client = world.client();
    assert!(client.balance(&devon, None).await.is_ok());
    assert!(client.price("JMD").await.is_ok());
    assert!(client.balance(&marcia, None).await.is_err());
    assert!(client.balance(&marcia, None).await.is_ok());
    // Whoever would pay that account meets it, too.
    world.flash.be_odd(Some(DEVON), Some(Oddity::Huge), None);
    assert!(
        client
            .payee(&Username::parse("devon").unwrap())
            .await
            .is_err()
    );
    assert!(
        client
            .payee(&Username::parse("marcia").unwrap())
            .await
            .is_ok()
    );
    assert!(
        client
            .invoice(&into_dollars(), Cents(5), None)
            .await
            .is_err()
    );
    world.flash.reset();
    assert!(
        client
            .payee(&Username::parse("devon").unwrap())
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_server_of_the_year_before_is_no_answer() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    world.flash.be_odd(None, Some(Oddity::OldSchema), None);
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(
        (error.trouble(), error.outcome()),
        (FlashTrouble::Unavailable, "status")
    );
    assert!(
        world.client().owner(&key).await.is_ok(),
        "what it knows it answers"
    );
}

#[tokio::test]
async fn an_error_means_the_same_with_its_code_and_without() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &["read_user"]).await;
    let client = world.client();
    for odd in [None, Some(Oddity::RootCodes)] {
        world.flash.be_odd(None, odd, None);
        let error = client.balance(&key, None).await.unwrap_err();
        assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
        let nobody = Username::parse("nobody").unwrap();
        assert_eq!(client.payee(&nobody).await.unwrap(), None);
    }
    let own = world.mint(MARCIA, &BOT_SCOPES).await;
    world
        .flash
        .update_person(MARCIA, &json!({"cutover": "in_progress"}))
        .unwrap();
    let error = client.balance(&own, None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Moving);
    let body = world
        .post("{ me { id } }", &json!({}))
        .send()
        .await
        .unwrap();
    let body: Value = body.json().await.unwrap();
    assert_eq!(body["errors"][0]["code"], "NOT_AUTHORIZED");
}

#[tokio::test]
async fn a_custodian_that_is_down_is_never_taken_for_no_money_and_no_payments() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let client = world.client();
    let own = TransactionId("0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001".to_owned());
    let into = into_dollars();
    let invoice = client.invoice(&into, Cents(5), None).await.unwrap();

    world.flash.be_odd(None, Some(Oddity::CustodianDown), None);
    assert_eq!(client.balance(&key, None).await.unwrap().cents, None);
    let history = client.history(&key).await.unwrap();
    assert!(history.rows.is_empty() && history.doubtful);
    for error in [
        client.transaction(&key, &own).await.unwrap_err(),
        client.invoice(&into, Cents(5), None).await.unwrap_err(),
        client
            .invoice_status(&invoice.payment_request)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    }

    world.flash.be_odd(None, Some(Oddity::EmptyHistory), None);
    let history = client.history(&key).await.unwrap();
    assert!(
        history.rows.is_empty() && history.doubtful,
        "there is money that must have come from somewhere"
    );
    assert!(client.transaction(&key, &own).await.is_err());

    world.flash.be_odd(None, None, None);
    world
        .flash
        .update_person(MARCIA, &json!({"payments": [], "balance": 0}))
        .unwrap();
    let history = client.history(&key).await.unwrap();
    assert!(history.rows.is_empty() && !history.doubtful);
    let status = client.invoice_status(&invoice.payment_request).await;
    assert_eq!(status.unwrap(), InvoiceStatus::Pending);
}

#[tokio::test]
async fn amounts_that_are_none_tiny_or_unsigned_are_read_for_what_they_are() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let amounts = async |odd| {
        world.flash.be_odd(Some(MARCIA), Some(odd), None);
        let rows = world.client().history(&key).await.unwrap().rows;
        let amounts = rows
            .iter()
            .map(|row| row.dollars.map(|dollars| dollars.to_string()));
        amounts.collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(amounts(Oddity::UndefinedAmounts).await, [None, None, None]);
    assert_eq!(amounts(Oddity::ExponentAmounts).await[0], some("0.0000001"));
    assert_eq!(
        amounts(Oddity::UnsignedAmounts).await,
        [some("0.004"), some("-0.5"), some("1.595346")]
    );
}

#[tokio::test]
async fn an_account_whose_limits_fail_still_comes() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    world
        .flash
        .be_odd(Some(MARCIA), Some(Oddity::NoLimits), None);
    let account = world.client().account(&key).await.unwrap();
    assert_eq!(
        (account.username.as_deref(), account.limits.len()),
        (Some("marcia"), 0)
    );
}

#[tokio::test]
async fn a_price_grows_old_for_ten_minutes_and_then_there_is_none() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let client = world.client();
    world.flash.be_odd(None, Some(Oddity::PriceDown), None);
    world.advance(600);
    let price = client.price("TTD").await.unwrap().unwrap();
    assert_eq!(
        (price.at.unix(), price.currency.symbol.as_str()),
        (1_700_000_000, "TT$")
    );
    assert_eq!(
        client.balance(&key, None).await.unwrap().price.unwrap().at,
        price.at
    );
    world.advance(1);
    let error = client.price("TTD").await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    for currency in [None, Some("TTD")] {
        let balance = client.balance(&key, currency).await.unwrap();
        assert_eq!(balance.cents, Some("109.9346".parse().unwrap()));
        assert_eq!(balance.price, None);
    }
    world.flash.be_odd(None, Some(Oddity::PriceStuck), None);
    let price = client.price("TTD").await.unwrap().unwrap();
    assert_eq!(price.at.unix(), 1_700_000_601 - 3_600, "an hour old");
    world.flash.be_odd(None, Some(Oddity::AbsurdPrice), None);
    assert!(
        client.price("TTD").await.is_err(),
        "a price of nothing is none"
    );
    assert_eq!(client.balance(&key, None).await.unwrap().price, None);
}

#[tokio::test]
async fn a_chosen_currency_is_one_that_flash_lists() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let client = world.client();
    let balance = client.balance(&key, Some("TTD")).await.unwrap();
    assert_eq!(balance.price.unwrap().currency.code, "TTD");
    let balance = client.balance(&key, Some("ZZZ")).await.unwrap();
    assert!(balance.cents.is_some() && balance.price.is_none());
    assert_eq!(client.price("ZZZ").await.unwrap(), None);
    assert_eq!(client.currencies().await.unwrap().len(), 14);
}

#[tokio::test]
async fn an_invoice_that_is_not_the_one_asked_for_is_refused() {
    let world = World::new().await;
    let (client, into) = (world.client(), into_dollars());
    let invoice = async || client.invoice(&into, Cents(5), Some("lunch")).await;
    for oddity in [
        Oddity::OtherNetwork,
        Oddity::NoAmount,
        Oddity::OtherMemo,
        Oddity::OtherHash,
        Oddity::BadSignature,
    ] {
        world.flash.be_odd(Some(DEVON), Some(oddity), Some(1));
        let error = invoice().await.unwrap_err();
        assert_eq!(
            (error.trouble(), error.outcome()),
            (FlashTrouble::Unavailable, "invoice"),
            "{oddity:?}"
        );
        assert!(invoice().await.is_ok(), "{oddity:?} has passed");
    }
    let noteless = async || client.invoice(&into, Cents(5), None).await;
    let other = Some(Oddity::OtherMemo);
    world.flash.be_odd(Some(DEVON), other, Some(1));
    assert_eq!(noteless().await.unwrap_err().outcome(), "invoice");
    assert!(noteless().await.is_ok(), "with no note");
    world
        .flash
        .be_odd(Some(DEVON), Some(Oddity::InvoicesLimited), None);
    let error = invoice().await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Busy { retry_after_s: 300 });
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_turned_away_until_its_burst_runs_out() {
    let rules = Rules {
        burst_per_ip: 2,
        ..Rules::default()
    };
    let world = World::with_rules(rules).await;
    let client = world.client();
    for _ in 0..3 {
        assert!(client.currencies().await.is_ok());
    }
    let error = client.currencies().await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Unavailable);
    world.advance(1);
    assert!(client.currencies().await.is_ok());
}

#[tokio::test]
async fn cursors_are_never_right_and_pages_never_end() {
    let world = World::new().await;
    let token = world.log_in(MARCIA).await;
    let ask = async |query: &str| -> Value {
        let request = world.post(query, &json!({})).bearer_auth(&token);
        request.send().await.unwrap().json().await.unwrap()
    };
    let first = ask("{ me { defaultAccount { transactions(first: 1) { pageInfo { endCursor hasNextPage } edges { cursor node { memo status settlementAmount settlementCurrency direction } } } } } }").await;
    let page = &first["data"]["me"]["defaultAccount"]["transactions"];
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let cursor = page["pageInfo"]["endCursor"].as_str().unwrap();
    // Dust in whole cents is none, and so "sent".
    let node = json!({"memo": null, "status": "SUCCESS", "settlementAmount": 0, "settlementCurrency": "USDT", "direction": "SEND"});
    assert_eq!(page["edges"][0]["node"], node);
    for query in [
        format!(
            "{{ me {{ defaultAccount {{ transactions(first: 1, after: \"{cursor}\") {{ edges {{ cursor }} }} }} }} }}"
        ),
        "{ me { defaultAccount { transactions(first: 101) { edges { cursor } } } } }".to_owned(),
    ] {
        let body = ask(&query).await;
        assert_eq!(
            body["data"]["me"]["defaultAccount"]["transactions"],
            Value::Null
        );
        assert!(body["errors"][0]["message"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn the_details_of_two_payments_cost_too_much() {
    let world = World::new().await;
    let one = "transactionDetails(input: {transactionId: \"x\"}) { errors { message } }";
    let two = format!("{{ a: {one} b: {one} }}");
    let response = world.post(&two, &json!({})).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn what_happens_at_flash_is_made_to_happen_by_its_routes() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let post = async |route: &str, body: Value| {
        let url = world.url.replace("/graphql", route);
        let response = world.http.post(url).json(&body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap())
    };
    let (status, paid) = post("/pay", json!({"username": "devon", "cents": 250})).await;
    assert_eq!((status, &paid["wallet_id"]), (200, &json!(DOLLARS)));
    assert_eq!(post("/pay", json!({"username": "devon"})).await.0, 400);
    let odd = json!({"oddity": "html", "phone": MARCIA, "count": 2});
    assert_eq!(post("/odd", odd.clone()).await, (200, odd));
    for wrong in [
        json!({"oddity": "purple"}),
        json!({"oddity": "html", "who": MARCIA}),
    ] {
        assert_eq!(post("/odd", wrong).await.0, 400);
    }
    assert_eq!(
        post("/odd", json!({"oddity": null, "phone": MARCIA}))
            .await
            .0,
        200
    );
    assert!(world.client().balance(&key, None).await.is_ok());
}
