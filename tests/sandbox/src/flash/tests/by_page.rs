//! What the link page goes through: captcha, code, login, keys, logout.

use serde_json::{Value, json};

use super::{DEVON, MARCIA, Rules, TANYA, WINSTON, World, code, solve_captcha};

async fn ask_for_code(world: &World, phone: &str) -> Value {
    let challenge = world.ask("CaptchaCreateChallenge", json!({}), "").await;
    let challenge = challenge["result"]["challengeCode"].as_str().unwrap();
    let solved = solve_captcha(challenge);
    let input = json!({
        "phone": phone, "channel": "SMS", "challengeCode": challenge,
        "validationCode": solved.validation_code, "secCode": solved.sec_code,
    });
    world
        .ask("CaptchaRequestAuthCode", json!({ "input": input }), "")
        .await
}

async fn try_login(world: &World, phone: &str, digits: &str) -> Value {
    let input = json!({"input": {"phone": phone, "code": digits}});
    world.ask("UserLogin", input, "").await
}

async fn create_key(world: &World, token: &str, input: Value) -> Value {
    world
        .ask("ApiKeyCreate", json!({ "input": input }), token)
        .await
}

#[tokio::test]
async fn the_page_logs_in_mints_a_key_tidies_up_and_leaves() {
    let world = World::new().await;
    assert_eq!(ask_for_code(&world, MARCIA).await["success"], true);
    let login = try_login(&world, MARCIA, "000000").await;
    assert_eq!(login["totpRequired"], false);
    let token = login["authToken"].as_str().unwrap();
    let me = world.ask("Me", json!({}), token).await;
    assert_eq!(me, json!({"phone": MARCIA, "totpEnabled": false}));

    let old = create_key(&world, token, json!({"name": "WhatsApp bot"})).await;
    world.advance(60);
    let input =
        json!({"name": "WhatsApp bot", "scopes": ["read_user", "read_wallet"], "expiresIn": 300});
    let new = create_key(&world, token, input).await;
    let secret = new["apiKey"]["apiKey"].as_str().unwrap();
    let parts: Vec<_> = secret.splitn(3, '_').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("fk", 8, 64));
    assert_eq!(new["apiKey"]["keyId"], parts[1]);
    assert_eq!(new["apiKey"]["expiresAt"], 1_700_000_360);

    let revoked = world
        .ask(
            "ApiKeyRevoke",
            json!({"input": {"id": old["apiKey"]["id"]}}),
            token,
        )
        .await;
    assert_eq!(revoked["apiKey"]["status"], "REVOKED");
    let keys = world.ask("ApiKeys", json!({}), token).await;
    let shown: Vec<_> = keys
        .as_array()
        .unwrap()
        .iter()
        .map(|key| &key["status"])
        .collect();
    assert_eq!(shown, ["ACTIVE", "REVOKED"], "newest first");
    assert!(!keys.to_string().contains(secret));

    assert_eq!(
        world.ask("UserLogout", json!({}), token).await["success"],
        true
    );
    assert_eq!(world.page("ApiKeys", json!({}), token).await.status(), 401);
}

#[tokio::test]
async fn a_captcha_is_solved_once_for_its_own_challenge_and_in_time() {
    let world = World::new().await;
    let challenge = world.ask("CaptchaCreateChallenge", json!({}), "").await;
    let challenge = challenge["result"]["challengeCode"].as_str().unwrap();
    let solved = solve_captcha(challenge);
    let good = json!({"phone": MARCIA, "challengeCode": challenge,
        "validationCode": solved.validation_code, "secCode": solved.sec_code});
    let mut wrong = good.clone();
    wrong["secCode"] = json!("guess");
    for input in [wrong, good] {
        let answer = world
            .ask("CaptchaRequestAuthCode", json!({ "input": input }), "")
            .await;
        assert_eq!(
            code(&answer),
            "INVALID_INPUT",
            "a failed challenge is spent"
        );
        assert_eq!(answer["success"], Value::Null);
    }
    assert_eq!(ask_for_code(&world, MARCIA).await["success"], true);
}

#[tokio::test]
async fn codes_are_limited_by_number() {
    let world = World::new().await;
    for _ in 0..4 {
        assert_eq!(ask_for_code(&world, MARCIA).await["success"], true);
    }
    assert_eq!(
        code(&ask_for_code(&world, MARCIA).await),
        "TOO_MANY_REQUEST"
    );
    assert_eq!(ask_for_code(&world, DEVON).await["success"], true);
    world.advance(3 * 3_600 - 1);
    assert_eq!(
        code(&ask_for_code(&world, MARCIA).await),
        "TOO_MANY_REQUEST"
    );
    world.advance(1);
    assert_eq!(ask_for_code(&world, MARCIA).await["success"], true);
}

#[tokio::test]
async fn codes_are_limited_by_address() {
    let rules = Rules {
        codes_per_ip: 2,
        ..Rules::default()
    };
    let world = World::with_rules(rules).await;
    assert_eq!(ask_for_code(&world, "+18765550110").await["success"], true);
    assert_eq!(ask_for_code(&world, "+18765550111").await["success"], true);
    assert_eq!(
        code(&ask_for_code(&world, "+18765550112").await),
        "TOO_MANY_REQUEST"
    );
    world.advance(24 * 3_600);
    assert_eq!(ask_for_code(&world, "+18765550112").await["success"], true);
}

#[tokio::test]
async fn eight_wrong_codes_lock_the_number_and_right_ones_do_not_count() {
    let world = World::new().await;
    for _ in 0..30 {
        world.log_in(DEVON).await;
    }
    for _ in 0..8 {
        assert_eq!(
            code(&try_login(&world, MARCIA, "123456").await),
            "PHONE_CODE_ERROR"
        );
    }
    assert_eq!(
        code(&try_login(&world, MARCIA, "000000").await),
        "TOO_MANY_REQUEST"
    );
    world.advance(3_600);
    assert_eq!(
        try_login(&world, MARCIA, "000000").await["errors"],
        json!([])
    );
}

#[tokio::test]
async fn what_is_no_number_or_no_code_is_refused_without_a_code() {
    let world = World::new().await;
    for (phone, digits) in [("8765550100", "000000"), (MARCIA, "abc")] {
        let answer = try_login(&world, phone, digits).await;
        assert_eq!(answer["errors"][0]["code"], Value::Null);
        assert_eq!(answer["authToken"], Value::Null);
    }
}

#[tokio::test]
async fn logging_in_with_an_unknown_number_opens_an_account() {
    let world = World::new().await;
    let stranger = "+18765550177";
    for phone in [TANYA, stranger] {
        let token = world.log_in(phone).await;
        assert_eq!(world.ask("Me", json!({}), &token).await["phone"], phone);
    }
    let people = world.flash.people();
    assert_eq!(people[2]["name"], "Tanya");
    assert_eq!(people[2]["balance"], 0);
    assert_eq!(people[5]["phone"], stranger);
}

#[tokio::test]
async fn an_account_with_an_authenticator_gives_a_token_that_opens_nothing() {
    let world = World::new().await;
    let login = try_login(&world, WINSTON, "000000").await;
    assert_eq!(login["totpRequired"], true);
    let token = login["authToken"].as_str().unwrap();
    assert_eq!(world.page("ApiKeys", json!({}), token).await.status(), 401);
}

#[tokio::test]
async fn an_account_has_room_for_ten_active_keys() {
    let world = World::new().await;
    let token = world.log_in(MARCIA).await;
    for _ in 0..10 {
        create_key(
            &world,
            &token,
            json!({"name": "WhatsApp bot", "expiresIn": 300}),
        )
        .await;
    }
    let full = create_key(&world, &token, json!({"name": "WhatsApp bot"})).await;
    assert_eq!(code(&full), "INVALID_INPUT");
    assert_eq!(full["apiKey"], Value::Null);
    world.advance(300);
    let again = create_key(&world, &token, json!({"name": "WhatsApp bot"})).await;
    assert_eq!(again["errors"], json!([]), "expired keys take no room");
}

#[tokio::test]
async fn a_key_has_a_plain_name_and_belongs_to_its_owner() {
    let world = World::new().await;
    let token = world.log_in(MARCIA).await;
    for name in ["ab", "", "bot!", "bót", &"x".repeat(51)] {
        let answer = create_key(&world, &token, json!({ "name": name })).await;
        assert_eq!(code(&answer), "INVALID_INPUT", "{name}");
    }
    let key = create_key(&world, &token, json!({"name": "a-b_C 9"})).await;
    let stranger = world.log_in(DEVON).await;
    let input = json!({"input": {"id": key["apiKey"]["id"]}});
    assert_eq!(
        code(&world.ask("ApiKeyRevoke", input, &stranger).await),
        "NOT_FOUND"
    );
    assert_eq!(world.ask("ApiKeys", json!({}), &stranger).await, json!([]));
}
