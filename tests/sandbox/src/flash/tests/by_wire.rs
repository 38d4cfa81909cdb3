//! What the gateway lets through, and how an answer is made of a selection.

use ::flash::page_operations;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{BOT_SCOPES, MARCIA, Rules, World};

async fn refusal(world: &World, query: &str) -> (u16, String) {
    let response = world.post(query, &json!({})).send().await.unwrap();
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let code = body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_default();
    (status, code.to_owned())
}

#[tokio::test]
async fn what_the_schema_does_not_know_is_refused() {
    let world = World::new().await;
    let refused = |code: &str| (400, code.to_owned());
    for query in [
        "{ me { shoeSize } }",
        "query Q($x: Nothing) { me { id } }",
        "mutation { userLogin(input: {phone: \"+18765550100\"}) { authToken } }",
    ] {
        assert_eq!(
            refusal(&world, query).await,
            refused("GRAPHQL_VALIDATION_FAILED"),
            "{query}"
        );
    }
    assert_eq!(
        refusal(&world, "{ me { id }").await,
        refused("GRAPHQL_PARSE_FAILED")
    );
}

#[tokio::test]
async fn two_mutations_in_one_document_cost_too_much() {
    let world = World::new().await;
    let one = "captchaCreateChallenge { result { id } }";
    let two = format!("mutation {{ a: {one} b: {one} }}");
    assert_eq!(
        refusal(&world, &two).await,
        (400, "QUERY_TOO_COMPLEX".to_owned())
    );
    let alone = world.post(&format!("mutation {{ {one} }}"), &json!({}));
    assert_eq!(alone.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn exactly_what_was_selected_comes_back() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let query = "query Q($n: Int!) { me { number: phone defaultAccount { __typename ...Rows } } }
        fragment Rows on Account { wallets { __typename ... on UsdtWallet { cents: balance } } transactions(first: $n) { edges { node { settlementVia { __typename } } } } }";
    let response = world
        .post(query, &json!({"n": 1}))
        .header("x-api-key", key.expose_secret())
        .header("x-flash-client-capabilities", "cash-wallet-usdt-v1")
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body,
        json!({"data": {"me": {"number": MARCIA, "defaultAccount": {
            "__typename": "ConsumerAccount",
            "wallets": [{"__typename": "UsdtWallet", "cents": 109.9346}],
            "transactions": {"edges": [{"node": {"settlementVia": {"__typename": "SettlementViaLn"}}}]},
        }}}})
    );
}

#[tokio::test]
async fn a_client_that_knows_no_new_wallets_sees_an_old_one() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let query = "{ me { defaultAccount { wallets { __typename walletCurrency balance } } } }";
    let request = world.post(query, &json!({}));
    let response = request
        .header("x-api-key", key.expose_secret())
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body["data"]["me"]["defaultAccount"]["wallets"],
        json!([{"__typename": "UsdWallet", "walletCurrency": "USD", "balance": 109.9346}])
    );
}

#[tokio::test]
async fn a_bad_credential_or_two_at_once_meet_a_wall_of_html() {
    let world = World::new().await;
    let token = world.log_in(MARCIA).await;
    let key = world.mint(MARCIA, &BOT_SCOPES).await;
    let ask = || world.post("{ me { id } }", &json!({}));
    for request in [
        ask().header("x-api-key", "fk_00000000_wrong"),
        ask().bearer_auth("ory_st_wrong"),
        ask().header("authorization", "Basic x"),
        ask()
            .bearer_auth(&token)
            .header("x-api-key", key.expose_secret()),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()["content-type"], "text/html");
        assert!(response.text().await.unwrap().contains("nginx"));
    }
}

#[tokio::test]
async fn nobody_in_particular_is_told_nothing() {
    let world = World::new().await;
    let response = world
        .post("{ me { id } currencyList { id } }", &json!({}))
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["data"]["me"], Value::Null);
    assert_eq!(body["data"]["currencyList"][1]["id"], "JMD");
    assert_eq!(
        body["errors"],
        json!([{"message": "Not authorized", "path": ["me"]}])
    );
}

#[tokio::test]
async fn a_key_cannot_manage_keys() {
    let world = World::new().await;
    let key = world.mint(MARCIA, &["admin"]).await;
    let operations = page_operations();
    let (_, query) = operations
        .iter()
        .find(|(name, _)| *name == "ApiKeys")
        .unwrap();
    let request = world.post(query, &json!({}));
    let response = request
        .header("x-api-key", key.expose_secret())
        .send()
        .await
        .unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["data"], Value::Null);
    assert_eq!(
        body["errors"][0]["message"],
        "API keys cannot access apiKeys"
    );
}

#[tokio::test]
async fn only_pages_of_known_origins_may_read_an_answer() {
    let rules = Rules {
        origins: vec!["https://link.example".to_owned()],
        ..Rules::default()
    };
    let world = World::with_rules(rules).await;
    for (origin, allowed) in [
        ("https://link.example", true),
        ("https://link.example.org", false),
        ("null", false),
    ] {
        let preflight = world
            .http
            .request(reqwest::Method::OPTIONS, &world.url)
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let post = world
            .post("{ me { id } }", &json!({}))
            .header("origin", origin);
        let refused = world
            .post("{ me { id } }", &json!({}))
            .header("origin", origin)
            .bearer_auth("x");
        for (request, status) in [(preflight, 204), (post, 200), (refused, 401)] {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status);
            let header = response.headers().get("access-control-allow-origin");
            assert_eq!(
                header.map(|value| value.to_str().unwrap()),
                allowed.then_some(origin)
            );
        }
    }
    assert_eq!(
        world.flash.requests(),
        6,
        "a preflight asks nothing of Flash"
    );
}

#[tokio::test]
async fn the_captchas_script_is_served() {
    let world = World::new().await;
    let url = world.url.replace("/graphql", "/captcha.js");
    let response = world.http.get(url).send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert!(response.text().await.unwrap().contains("initGeetest"));
}
