//! Being paid: names, invoices, what a payment does, and what its row and its details tell, by the bot's own client.

use ::domain::flash::{
    Direction, FlashTrouble, InvoiceStatus, Level, Limited, Rail, TransactionId, Username,
    WalletCurrency,
};
use ::domain::ids::WalletId;
use ::domain::money::{Cents, Sats};
use ::domain::time::Moment;
use serde_json::{Value, json};

use super::{ANJALI, BOT_SCOPES, DEVON, MARCIA, World};

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

async fn wallet(world: &World, username: &str) -> WalletId {
    let payee = world.client().payee(&name(username)).await.unwrap();
    payee.unwrap().wallet
}

fn person(world: &World, phone: &str) -> Value {
    let people = world.flash.people();
    let person = people.iter().find(|person| person["phone"] == phone);
    person.unwrap().clone()
}

#[tokio::test]
async fn a_name_leads_to_its_wallet_and_an_unknown_one_to_nobody() {
    let world = World::new().await;
    let marcia = world
        .client()
        .payee(&name("@Marcia"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(marcia.wallet.0, person(&world, MARCIA)["wallet_id"]);
    assert_eq!(marcia.currency, WalletCurrency::Usdt);
    let devon = world.client().payee(&name("devon")).await.unwrap().unwrap();
    assert_eq!(devon.currency, WalletCurrency::Usd);
    assert_eq!(world.client().payee(&name("nobody")).await.unwrap(), None);
    let moving = json!({"cutover": "in_progress"});
    world.flash.update_person(MARCIA, &moving).unwrap();
    let error = world.client().payee(&name("marcia")).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Moving);
}

#[tokio::test]
async fn an_invoice_is_real_lives_a_minute_and_is_paid_once() {
    let world = World::new().await;
    let (client, into) = (world.client(), wallet(&world, "marcia").await);
    let memo = Some("lunch, 5 × 2 🍛");
    let invoice = client.invoice(&into, Cents(500), memo).await.unwrap();
    assert_eq!(invoice.sats, Sats(7_875), "a bitcoin at 63,500 dollars");
    assert_eq!(invoice.created_at, Moment::from_unix(1_700_000_000));
    assert_eq!(invoice.expires_at, Moment::from_unix(1_700_000_060));
    assert_eq!(invoice.memo.as_deref(), memo);
    let status = async || {
        client
            .invoice_status(&invoice.payment_request)
            .await
            .unwrap()
    };
    assert_eq!(status().await, InvoiceStatus::Pending);

    let request = json!({"payment_request": invoice.payment_request.as_str()});
    let paid = world.flash.pay(&request).unwrap();
    assert_eq!(paid["payment_hash"], invoice.payment_hash.as_str());
    assert_eq!(
        (&paid["cents"], &paid["sats"]),
        (&json!(500), &json!(7_875))
    );
    assert_eq!(person(&world, MARCIA)["balance"].to_string(), "609.9346");
    assert!(world.flash.pay(&request).is_err(), "paid twice");
    world.advance(3_600);
    assert_eq!(status().await, InvoiceStatus::Paid, "for ever");
}

#[tokio::test]
async fn an_invoice_that_nobody_paid_runs_out() {
    let world = World::new().await;
    let (client, into) = (world.client(), wallet(&world, "devon").await);
    let invoice = client.invoice(&into, Cents(1), None).await.unwrap();
    world.advance(59);
    let status = async || {
        client
            .invoice_status(&invoice.payment_request)
            .await
            .unwrap()
    };
    assert_eq!(status().await, InvoiceStatus::Pending);
    world.advance(1);
    assert_eq!(status().await, InvoiceStatus::Expired);
    let request = json!({"payment_request": invoice.payment_request.as_str()});
    assert!(world.flash.pay(&request).is_err());
    assert_eq!(person(&world, DEVON)["balance"], 2_550);
}

#[tokio::test]
async fn an_account_asks_for_twenty_invoices_in_two_minutes_and_then_waits_five() {
    let world = World::new().await;
    let (client, into) = (world.client(), wallet(&world, "marcia").await);
    for _ in 0..20 {
        client.invoice(&into, Cents(100), None).await.unwrap();
    }
    let error = client.invoice(&into, Cents(100), None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Busy { retry_after_s: 300 });
    let other = wallet(&world, "devon").await;
    assert!(client.invoice(&other, Cents(100), None).await.is_ok());
    world.advance(299);
    assert!(client.invoice(&into, Cents(100), None).await.is_err());
    world.advance(1);
    assert!(client.invoice(&into, Cents(100), None).await.is_ok());
}

#[tokio::test]
async fn who_cannot_be_paid_gets_no_invoice_and_the_reason_is_named() {
    let world = World::new().await;
    let (client, into) = (world.client(), wallet(&world, "marcia").await);
    for (patch, trouble) in [
        (json!({"status": "LOCKED"}), FlashTrouble::NeedsSupport),
        (
            json!({"status": "ACTIVE", "cutover": "in_progress"}),
            FlashTrouble::Moving,
        ),
        (
            json!({"cutover": "needs_review"}),
            FlashTrouble::NeedsSupport,
        ),
    ] {
        world.flash.update_person(MARCIA, &patch).unwrap();
        let error = client.invoice(&into, Cents(100), None).await.unwrap_err();
        assert_eq!(error.trouble(), trouble, "{patch}");
    }
    for nobodys in ["00000000-0000-4000-8000-000000000000", "no wallet"] {
        let nobodys = WalletId(nobodys.to_owned());
        let error = client
            .invoice(&nobodys, Cents(100), None)
            .await
            .unwrap_err();
        assert_eq!(error.trouble(), FlashTrouble::Declined);
    }
}

#[tokio::test]
async fn a_payment_has_a_row_at_both_ends_and_its_details_at_the_right_one() {
    let world = World::new().await;
    let into = wallet(&world, "anjali").await;
    let invoice = world
        .client()
        .invoice(&into, Cents(750), Some("*cake*"))
        .await
        .unwrap();
    let request = json!({"payment_request": invoice.payment_request.as_str(), "from": DEVON});
    let paid = world.flash.pay(&request).unwrap();
    assert_eq!(person(&world, DEVON)["balance"], 1_800);

    let (anjali, devon) = (
        world.mint(ANJALI, &BOT_SCOPES).await,
        world.mint(DEVON, &BOT_SCOPES).await,
    );
    let got = &world.client().history(&anjali).await.unwrap().rows[0];
    assert_eq!(got.id.0, paid["transaction_id"]);
    assert_eq!(
        (got.dollars.unwrap().to_string().as_str(), got.direction),
        ("7.5", Direction::Received)
    );
    let gave = &world.client().history(&devon).await.unwrap().rows[0];
    assert_eq!(
        (gave.dollars.unwrap().to_string().as_str(), gave.direction),
        ("-7.5", Direction::Sent)
    );

    let details = world
        .client()
        .transaction(&anjali, &got.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(details.transaction, *got);
    assert_eq!(details.memo.as_deref(), Some("∗cake∗"));
    assert_eq!(details.payment_hash, Some(invoice.payment_hash));
    let sent = world
        .client()
        .transaction(&devon, &gave.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (sent.transaction.direction, sent.payment_hash),
        (Direction::Sent, None)
    );

    // Flash itself tells anybody.
    let query = "query Q($input: TransactionDetailsInput!) { transactionDetails(input: $input) { transactionDetails { accountId memo amount type } errors { message } } }";
    let asked = json!({"input": {"transactionId": got.id.0}});
    let token = world.log_in(DEVON).await;
    let response = world
        .post(query, &asked)
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    let told = &body["data"]["transactionDetails"]["transactionDetails"];
    assert_eq!(
        (&told["accountId"], &told["memo"]),
        (&json!(into.0), &json!("*cake*"))
    );
    assert_eq!(
        (&told["amount"], &told["type"]),
        (&json!(7.5), &Value::Null)
    );
    assert_eq!(
        world.client().transaction(&devon, &got.id).await.unwrap(),
        None
    );
    let made_up = TransactionId("00000000-0000-4000-8000-000000000000".to_owned());
    assert_eq!(
        world.client().transaction(&devon, &made_up).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn details_want_the_scope_for_payments() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &["read_user", "read_wallet"]).await;
    let id = TransactionId("0c9b6f3e-2d71-4f7b-a1c8-53e0d4b70001".to_owned());
    let error = world.client().transaction(&key, &id).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
}

#[tokio::test]
async fn somebody_may_be_paid_by_name_and_on_other_rails() {
    let world = World::new().await;
    let paid = json!({"username": "anjali", "cents": 0.4, "via": "onchain", "memo": "dust"});
    world.flash.pay(&paid).unwrap();
    assert_eq!(person(&world, ANJALI)["balance"].to_string(), "1234.9");
    let key = world.mint(ANJALI, &BOT_SCOPES).await;
    let rows = world.client().history(&key).await.unwrap().rows;
    // Less than half a cent counts as sent at Flash.
    assert_eq!(
        (
            rows[0].dollars.unwrap().to_string().as_str(),
            rows[0].direction,
            rows[0].rail
        ),
        ("0.004", Direction::Received, Rail::OnChain)
    );
    for wrong in [
        json!({}),
        json!({"username": "nobody", "cents": 1}),
        json!({"username": "anjali"}),
        json!({"username": "anjali", "cents": -1}),
        json!({"username": "anjali", "cents": 1, "via": "pigeon"}),
        json!({"payment_request": "lnbc1"}),
        json!({"username": "anjali", "cents": 1, "from": "+15555550199"}),
    ] {
        assert!(world.flash.pay(&wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        person(&world, ANJALI)["balance"].to_string(),
        "1234.9",
        "all or nothing"
    );
}

#[tokio::test]
async fn an_account_tells_what_it_may_do_and_what_is_left_of_it() {
    let world = World::new().await;
    let spent = json!({"phone": DEVON, "cents": 12_345, "from": MARCIA, "via": "intraledger"});
    world.flash.pay(&spent).unwrap();
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let account = world.client().account(&key).await.unwrap();
    assert_eq!(account.wallet.0, person(&world, MARCIA)["wallet_id"]);
    assert!(account.wallets.iter().eq([&account.wallet]));
    assert_eq!(
        (account.level, account.currency.as_str()),
        (Some(Level::One), "JMD")
    );
    let internal = account
        .limits
        .iter()
        .find(|limit| limit.what == Limited::Internal)
        .unwrap();
    assert_eq!(
        (internal.total, internal.left),
        (Cents(200_000), Some(Cents(187_655)))
    );

    world
        .flash
        .update_person(MARCIA, &json!({"level": "ZERO", "username": null}))
        .unwrap();
    let account = world.client().account(&key).await.unwrap();
    assert_eq!((account.level, account.username), (Some(Level::Zero), None));
}

#[tokio::test]
async fn two_wallets_are_listed_one_after_the_other_and_shown_by_time() {
    let world = World::new().await;
    let now = 1_700_000_000;
    let old = "5e0d1c2b-3a49-4857-b6c5-d4e3f2a10999";
    let patch = json!({
        "old_wallet": {"wallet_id": old, "balance": 0},
        "payments": [
            {"at": now - 10, "amount": "2", "via": "lightning", "currency": "USD"},
            {"at": now - 30, "amount": "1e-7", "via": "lightning"},
            {"at": now - 20, "amount": "undefined", "via": "lightning"},
            {"at": now - 5, "amount": "-0.5", "via": "intraledger", "currency": "USD"},
        ],
    });
    world.flash.update_person(MARCIA, &patch).unwrap();
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let history = world.client().history(&key).await.unwrap();
    let at: Vec<_> = history.rows.iter().map(|row| row.at.unix() - now).collect();
    assert_eq!(at, [-5, -10, -20, -30]);
    assert_eq!(history.rows[2].dollars, None);
    assert!(history.wallets.iter().any(|id| id.0 == old));
    let newest = world.client().rows(&key, 2).await.unwrap();
    assert_eq!(newest.len(), 2);
    assert!(
        newest.iter().all(|row| row.at.unix() < now - 10),
        "the old wallet's are cut off: {newest:?}"
    );
}
