//! What `CodeDeploy` and Secrets Manager ask for: the check before a new version's traffic, and a new key for the ring.

use aws::clock::Clock;
use aws::ring::document::Document;
use aws::secrets::Secrets;
use serde_json::{Value, json};

use crate::account::{Account, NEW_VERSION};
use crate::bot::event;
use crate::function::Function;

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];
const ONE: &str = "4a000000-0000-4000-8000-000000000021";
const OTHER: &str = "4a000000-0000-4000-8000-000000000031";

/// What `CodeDeploy` is told about a webhook that is as good as `webhook`.
async fn told(preflight: &Function, webhook: &Function) -> Vec<String> {
    preflight.gate.version(NEW_VERSION, webhook.runtime.url());
    preflight
        .invoke(&event("preflight-hook.json"))
        .await
        .unwrap();
    preflight.gate.told_codedeploy()
}

#[tokio::test]
async fn a_version_gets_traffic_only_if_it_refuses_what_is_forged_and_takes_what_is_signed() {
    let account = Account::open().await;
    let preflight = account.start("preflight").await;
    preflight
        .invoke(&event("preflight-hook.json"))
        .await
        .unwrap();
    assert_eq!(
        preflight.gate.told_codedeploy(),
        ["Failed"],
        "there is no such version"
    );

    let good = account.start("webhook").await;
    assert_eq!(told(&preflight, &good).await, ["Succeeded"]);
    preflight.gate.knows_late(2);
    assert_eq!(told(&preflight, &good).await, ["Succeeded"], "in time");
    for table in ["people", "sessions", "codes", "messages", "audit"] {
        let items = account.items(table).await;
        assert_eq!(items, Vec::<Value>::new(), "{table}");
    }
    assert_eq!(account.scene.world.twilio.messages(None, 0).len(), 0);

    // It believes in an address that Twilio does not sign.
    let mut deployed = account.template.function("webhook");
    let url = "https://other.example.com".to_owned();
    deployed.variables.insert("PUBLIC_BASE_URL".to_owned(), url);
    let elsewhere = account.start_as(deployed).await;
    assert_eq!(told(&preflight, &elsewhere).await, ["Failed"]);

    // It may not write where messages stand.
    let mut deployed = account.template.function("webhook");
    let before = deployed.may.len();
    let messages = account
        .template
        .value(&json!({"Fn::GetAtt": ["Messages", "Arn"]}));
    deployed
        .may
        .retain(|(_, resource)| Some(resource.as_str()) != messages.as_str());
    assert!(deployed.may.len() < before);
    let powerless = account.start_as(deployed).await;
    assert_eq!(told(&preflight, &powerless).await, ["Failed"]);

    assert_eq!(told(&preflight, &good).await, ["Succeeded"]);
    fits_its_role(&preflight);
}

#[tokio::test]
async fn a_rotation_makes_a_new_key_current_and_every_step_may_come_twice() {
    let account = Account::open().await;
    let rotation = account.start("rotation").await;
    let secret = rotation.deployed.variables["KEYS_SECRET_ID"].clone();
    let before = ring(&account, &secret).await;
    for name in STEPS {
        for _ in 0..2 {
            rotation.invoke(&step(name, &secret, ONE)).await.unwrap();
        }
        let is_done = name == "finishSecret";
        assert_eq!(ring(&account, &secret).await != before, is_done, "{name}");
    }
    assert_eq!(pending(&account, &secret).await, None, "it is over");
    let after = ring(&account, &secret).await;
    assert_eq!(after.len(), 2, "{after:?}");
    assert!(after[0].is_current && after[0].id != before[0].id);
    assert_eq!(after[1].id, before[0].id);
    // A function that starts now takes it.
    let webhook = account.start("webhook").await;
    let answer = webhook.invoke(&event("webhook-message.json")).await;
    assert_eq!(answer.unwrap()["statusCode"], 200);

    // Begun again within the hour, as by a button that is pressed twice.
    let soon = rotation.invoke(&step("createSecret", &secret, OTHER)).await;
    let error = soon.unwrap_err()["errorMessage"].to_string();
    assert!(error.contains("less than 60 minutes old"), "{error}");
    assert_eq!(ring(&account, &secret).await, after);
    fits_its_role(&rotation);
}

#[tokio::test]
async fn a_ring_that_an_operator_changes_during_a_rotation_is_not_overwritten() {
    let account = Account::open().await;
    let rotation = account.start("rotation").await;
    let secret = rotation.deployed.variables["KEYS_SECRET_ID"].clone();
    rotation
        .invoke(&step("createSecret", &secret, ONE))
        .await
        .unwrap();
    let secrets = Secrets::of(account.secrets.clone());
    let now = Clock::system().now();
    operator::keys::new(&secrets, &secret, now).await.unwrap();
    let theirs = ring(&account, &secret).await;
    assert_eq!(pending(&account, &secret).await, None, "let go by `new`");
    for name in ["testSecret", "finishSecret"] {
        // As if the operator's command had ended before it could let go.
        label(&account, &secret, ONE).await;
        let error = rotation
            .invoke(&step(name, &secret, ONE))
            .await
            .unwrap_err();
        let error = error["errorMessage"].to_string();
        assert!(error.contains("the ring has changed"), "{name}: {error}");
        assert_eq!(ring(&account, &secret).await, theirs, "{name}");
        assert_eq!(pending(&account, &secret).await, None, "{name}");
    }

    let other = rotation.deployed.variables["KEYS_SECRET_ID"].replace("Keys", "Other");
    for (name, secret, said) in [
        ("createSecret", other.as_str(), "another secret"),
        ("finishSecret", secret.as_str(), "does not exist"),
    ] {
        let error = rotation
            .invoke(&step(name, secret, OTHER))
            .await
            .unwrap_err();
        let error = error["errorMessage"].to_string();
        assert!(error.contains(said), "{name}: {error}");
    }
    assert_eq!(ring(&account, &secret).await, theirs);
}

/// As Secrets Manager does when a rotation is set up and not begun; what it puts into the version it makes, AWS does not say.
#[tokio::test]
async fn a_trial_of_the_rotation_passes_and_changes_nothing() {
    let account = Account::open().await;
    let rotation = account.start("rotation").await;
    let secret = rotation.deployed.variables["KEYS_SECRET_ID"].clone();
    let before = ring(&account, &secret).await;
    let try_it = || async { rotation.invoke(&step("testSecret", &secret, ONE)).await };
    try_it().await.expect("without a text");
    let text = account.secrets.get_secret_value().secret_id(&secret);
    let text = text.send().await.unwrap().secret_string.unwrap();
    let same = account.secrets.put_secret_value().secret_id(&secret);
    let same = same.client_request_token(ONE).secret_string(text);
    same.version_stages("AWSPENDING").send().await.unwrap();
    try_it().await.expect("with the current text");
    assert_eq!(pending(&account, &secret).await.as_deref(), Some(ONE));
    assert_eq!(ring(&account, &secret).await, before);

    let made = rotation.invoke(&step("finishSecret", &secret, ONE)).await;
    let error = made.unwrap_err()["errorMessage"].to_string();
    assert!(error.contains("the ring has changed"), "{error}");
    assert_eq!(
        ring(&account, &secret).await,
        before,
        "nothing is made of it"
    );
}

fn step(name: &str, secret: &str, token: &str) -> Value {
    let mut step = event("rotation-create-secret.json");
    step["Step"] = name.into();
    step["SecretId"] = secret.into();
    step["ClientRequestToken"] = token.into();
    step
}

/// The version that Secrets Manager takes for one that a rotation is making.
async fn pending(account: &Account, secret: &str) -> Option<String> {
    let read = account.secrets.get_secret_value().secret_id(secret);
    let read = read.version_stage("AWSPENDING").send().await;
    read.ok().and_then(|found| found.version_id)
}

async fn label(account: &Account, secret: &str, version: &str) {
    let label = account.secrets.update_secret_version_stage();
    let label = label.secret_id(secret).version_stage("AWSPENDING");
    label.move_to_version_id(version).send().await.unwrap();
}

/// What can be said of the ring that everybody reads.
async fn ring(account: &Account, secret: &str) -> Vec<aws::ring::document::KeyFacts> {
    let read = account.secrets.get_secret_value().secret_id(secret);
    let text = read.send().await.unwrap().secret_string.unwrap();
    sandbox::silence::keep_keys_private(&text);
    Document::parse(&text.into()).unwrap().ring()
}

fn fits_its_role(function: &Function) {
    let name = &function.deployed.package;
    assert_eq!(function.runtime.wrongs(), Vec::<String>::new(), "{name}");
    assert_eq!(function.gate.refused(), [].into(), "{name}");
    assert_eq!(function.gate.unused(), [].into(), "{name}");
}
