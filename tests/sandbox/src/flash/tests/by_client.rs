//! The bot's own client and the stand-in agree: the contract of both.

use std::time::Duration;

use ::domain::address::PhoneNumber;
use ::domain::flash::{Direction, FlashTrouble, Rail, Reach};
use ::domain::ids::AccountId;
use ::domain::language::Language;
use ::domain::time::Moment;
use ::flash::{Admin, Error, Unpushed};
use serde_json::json;

use super::{ANJALI, BOT_SCOPES, DEVON, MARCIA, TANYA, World};
use crate::fault::{Mode, System};
use crate::flash::ADMIN_SECRET;

#[tokio::test]
async fn a_key_of_the_bot_tells_its_owner_and_cannot_move_money() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let owner = world.client().owner(&key).await.unwrap();
    assert_eq!(owner.account.0, world.flash.people()[0]["account_id"]);
    assert_eq!(owner.phone.unwrap().as_str(), MARCIA);
    assert_eq!(owner.username.as_deref(), Some("marcia"));
    assert!(!owner.totp);
    assert_eq!(world.client().reach(&key).await.unwrap(), Reach::ReadOnly);
}

#[tokio::test]
async fn a_key_that_could_send_is_found_out() {
    let world = World::new().await;
    for scopes in [&["read_user", "write_wallet"][..], &["admin"]] {
        let key = world.mint(MARCIA, scopes).await;
        let reach = world.client().reach(&key).await.unwrap();
        assert_eq!(reach, Reach::MayMoveMoney, "{scopes:?}");
    }
}

#[tokio::test]
async fn balances_arrive_exact_in_every_display_currency() {
    let world = World::new().await;
    for (phone, cents, currency) in [
        (MARCIA, "109.9346", "JMD"),
        (DEVON, "2550", "USD"),
        (ANJALI, "1234.5", "TTD"),
    ] {
        let key = world.mint(phone, &BOT_SCOPES).await;
        let balance = world.client().balance(&key, None).await.unwrap();
        assert_eq!(balance.cents, Some(cents.parse().unwrap()));
        let price = balance.price.unwrap();
        assert_eq!(price.currency.code, currency);
        assert_eq!(price.at.unix(), 1_700_000_000);
        let hundred_dollars = price.sats(domain::money::Cents(10_000)).unwrap();
        assert_eq!(hundred_dollars.0, 157_480, "a bitcoin at 63,500 dollars");
    }
}

#[tokio::test]
async fn a_failing_custodian_makes_the_balance_unknown() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    world.flash.set_balance(MARCIA, &json!(null)).unwrap();
    let balance = world.client().balance(&key, None).await.unwrap();
    assert_eq!(balance.cents, None);
    assert!(balance.price.is_some());
    world.flash.set_balance(MARCIA, &json!(1e-7)).unwrap();
    let balance = world.client().balance(&key, None).await.unwrap();
    assert_eq!(balance.cents, Some("0.0000001".parse().unwrap()));
}

#[tokio::test]
async fn without_a_price_the_balance_still_comes() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let patch = json!({"price_down": true});
    world.flash.update_person(MARCIA, &patch).unwrap();
    let balance = world.client().balance(&key, None).await.unwrap();
    assert_eq!(balance.cents, Some("109.9346".parse().unwrap()));
    assert_eq!(balance.price, None);
}

#[tokio::test]
async fn a_wallet_on_the_move_and_a_locked_account_are_named() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    for (state, trouble) in [
        ("in_progress", FlashTrouble::Moving),
        ("needs_review", FlashTrouble::NeedsSupport),
    ] {
        let patch = json!({"cutover": state});
        world.flash.update_person(MARCIA, &patch).unwrap();
        let error = world.client().balance(&key, None).await.unwrap_err();
        assert_eq!(error.trouble(), trouble);
    }
    let patch = json!({"cutover": null, "status": "LOCKED"});
    world.flash.update_person(MARCIA, &patch).unwrap();
    let error = world.client().history(&key).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::NeedsSupport);
    assert!(
        world.client().balance(&key, None).await.is_ok(),
        "a locked account still answers its balance"
    );
}

#[tokio::test]
async fn a_scope_that_is_missing_is_a_credential_to_renew() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &["read_user"]).await;
    assert!(world.client().owner(&key).await.is_ok());
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
    let error = world.client().history(&key).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
}

#[tokio::test]
async fn a_revoked_and_an_expired_key_are_gone() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let patch = json!({"keys_revoked": true});
    world.flash.update_person(MARCIA, &patch).unwrap();
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);

    let key = world.mint(DEVON, &BOT_SCOPES).await;
    world.advance(90 * 86_400 - 1);
    assert!(world.client().balance(&key, None).await.is_ok());
    world.advance(1);
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::CredentialGone);
}

#[tokio::test]
async fn a_key_has_its_own_limit_by_the_minute() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    for _ in 0..120 {
        world.client().owner(&key).await.unwrap();
    }
    world.advance(18);
    let error = world.client().owner(&key).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Busy { retry_after_s: 42 });
    world.advance(42);
    assert!(world.client().owner(&key).await.is_ok());
}

#[tokio::test]
async fn history_shows_dust_received_as_received() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let rows = world.client().history(&key).await.unwrap().rows;
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.dollars.unwrap().to_string(), row.direction, row.rail))
        .collect();
    assert_eq!(
        seen,
        [
            ("0.004".to_owned(), Direction::Received, Rail::Lightning),
            ("-0.5".to_owned(), Direction::Sent, Rail::Lightning),
            ("1.595346".to_owned(), Direction::Received, Rail::OnChain),
        ]
    );
    assert_eq!(world.client().rows(&key, 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn every_way_of_breaking_has_its_trouble_and_passes() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let break_for = |mode, calls| world.faults.set(System::Flash, mode, Some(calls));

    break_for(Mode::Down, 2);
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(
        (error.trouble(), error.outcome()),
        (FlashTrouble::Unavailable, "status")
    );
    break_for(Mode::Down, 1);
    assert!(
        world.client().balance(&key, None).await.is_ok(),
        "one failure is asked over"
    );

    for _ in 0..3 {
        break_for(Mode::Nonsense, 2);
        let error = world.client().balance(&key, None).await.unwrap_err();
        assert_eq!(
            (error.trouble(), error.outcome()),
            (FlashTrouble::Unavailable, "malformed")
        );
    }
    break_for(Mode::RateLimited, 1);
    let error = world.client().balance(&key, None).await.unwrap_err();
    assert_eq!(error.trouble(), FlashTrouble::Busy { retry_after_s: 30 });

    for mode in [Mode::Slow, Mode::TimeoutAfterAccept] {
        break_for(mode, 1);
        let hasty = world.client_waiting(Duration::from_millis(300));
        let error = hasty.balance(&key, None).await.unwrap_err();
        assert_eq!(
            (error.trouble(), error.outcome()),
            (FlashTrouble::Unavailable, "late")
        );
    }
    assert!(world.client().balance(&key, None).await.is_ok());
}

#[tokio::test]
async fn the_admin_api_tells_who_has_an_account_to_those_who_hold_its_secret() {
    let world = World::new().await;
    let url = world.url.replace("/graphql", "/admin/graphql");
    let admin = |secret: &str| Admin::new(url.parse().unwrap(), secret.into()).unwrap();
    let now = Moment::from_unix(1_700_000_000);
    for (phone, known) in [(MARCIA, true), (TANYA, false), ("+18765550188", false)] {
        let phone = PhoneNumber::parse(phone).unwrap();
        assert_eq!(
            admin(ADMIN_SECRET).has_account(&phone, now).await.unwrap(),
            known
        );
    }
    let phone = PhoneNumber::parse(MARCIA).unwrap();
    let stale = now.plus(-3_600);
    for (secret, now) in [("another secret", now), (ADMIN_SECRET, stale)] {
        let error = admin(secret).has_account(&phone, now).await.unwrap_err();
        assert_eq!(error.outcome(), "unauthorized");
    }
    world.faults.set(System::Flash, Mode::Down, Some(1));
    let error = admin(ADMIN_SECRET)
        .has_account(&phone, now)
        .await
        .unwrap_err();
    assert_eq!(error.outcome(), "status");
}

#[tokio::test]
async fn a_code_is_shown_in_the_app_of_its_account_or_flash_says_why_not() {
    let world = World::new().await;
    let url = world.url.replace("/graphql", "/admin/graphql");
    let admin = |secret: &str| Admin::new(url.parse().unwrap(), secret.into()).unwrap();
    let now = Moment::from_unix(1_700_000_000);
    let account = |phone: &str| {
        let people = world.flash.people();
        let person = people.iter().find(|person| person["phone"] == phone);
        person.unwrap().clone()
    };
    let id = |phone| AccountId(account(phone)["account_id"].as_str().unwrap().to_owned());
    let push = async |secret: &str, to: &AccountId| {
        admin(secret)
            .push_code(to, "012345", Language::English, now)
            .await
    };

    push(ADMIN_SECRET, &id(MARCIA)).await.unwrap();
    let shown = account(MARCIA)["pushes"].clone();
    assert_eq!(shown.as_array().unwrap().len(), 1);
    assert!(shown[0]["body"].as_str().unwrap().starts_with("012345 "));
    assert_eq!(account(DEVON)["pushes"], json!(null));

    for (outcome, why) in [
        ("PUSH_RECIPIENT_DISABLED", Unpushed::SwitchedOff),
        ("PUSH_NO_DEVICE_TOKENS", Unpushed::NoDevice),
        ("PUSH_ALL_TOKENS_STALE", Unpushed::DevicesGone),
        ("PUSH_NO_DEVICE_ACCEPTED", Unpushed::NoneAccepted),
    ] {
        let patch = json!({ "push": outcome });
        world.flash.update_person(MARCIA, &patch).unwrap();
        let error = push(ADMIN_SECRET, &id(MARCIA)).await.unwrap_err();
        assert!(
            matches!(error, Error::Unpushed(is) if is == why),
            "{error:?}"
        );
        assert_eq!(account(MARCIA)["pushes"].as_array().unwrap().len(), 1);
    }
    let nobody = AccountId("00000000-0000-4000-8000-000000000000".to_owned());
    let error = push(ADMIN_SECRET, &nobody).await.unwrap_err();
    assert!(
        matches!(error, Error::Unpushed(Unpushed::Other)),
        "{error:?}"
    );
    let error = push("another secret", &id(DEVON)).await.unwrap_err();
    assert_eq!(error.outcome(), "unauthorized");
    assert_eq!(account(DEVON)["pushes"], json!(null));
}
