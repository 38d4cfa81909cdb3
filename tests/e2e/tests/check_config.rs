//! `operator check-config`, against stand-ins that are well, broken, and closed to us.

use aws::secrets::{Secrets, TwilioApiKey};
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_secretsmanager::config::Credentials;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use e2e::Scene;
use operator::check::account::{keys_of_secrets, topics};
use operator::check::outside::{Asking, concurrency, flash, secrets, twilio};
use operator::check::parameters::{Parameters, read};
use operator::check::{Finding, Outcome, Report};
use operator::templates;
use sandbox::fault::{Mode, System};
use sandbox::twilio::TemplateStatus;
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, Options, SENDER};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use twilio::content::write_sids;
use twilio::content_api::{Config, ContentApi};

/// Those that are wrong, by what they are about.
fn wrong(found: &[Finding]) -> Vec<&str> {
    let wrong = found
        .iter()
        .filter(|finding| matches!(finding.outcome, Outcome::Wrong(_)));
    wrong.map(|finding| finding.about.as_str()).collect()
}

#[tokio::test]
async fn flash_answers_lets_the_page_in_and_gives_out_puzzles() {
    let scene = Scene::begin().await;
    let url = scene.url("/sandbox/flash/graphql");
    let ours = scene.url("");
    let found = flash(&url, &ours).await;
    assert_eq!(
        wrong(&found),
        Vec::<&str>::new(),
        "{}",
        Report(found.clone())
    );

    let elsewhere = flash(&url, "https://elsewhere.example.com").await;
    let about = "FlashGraphqlUrl lets pages of https://elsewhere.example.com in";
    assert_eq!(wrong(&elsewhere), [about]);
    let shown = Report(elsewhere).to_string();
    assert!(shown.contains("LinkPageUrl"), "{shown}");

    scene.world.faults.set(System::Flash, Mode::Down, None);
    let found = flash(&url, &ours).await;
    let all = [
        "FlashGraphqlUrl answers",
        "FlashGraphqlUrl gives out puzzles for the log-in",
    ];
    assert_eq!(wrong(&found), all, "{}", Report(found.clone()));
    let nowhere = flash("http://127.0.0.1:9/graphql", &ours).await;
    assert_eq!(wrong(&nowhere).len(), 3);
}

fn key(secret: &str) -> TwilioApiKey {
    TwilioApiKey {
        account_sid: Options::default().twilio_account_sid,
        api_key_sid: API_KEY_SID.to_owned(),
        api_key_secret: secret.to_owned().into(),
    }
}

async fn asked(
    scene: &Scene,
    bot: &str,
    operator: Option<TwilioApiKey>,
    sids: &str,
) -> Vec<Finding> {
    let url = scene.url("/sandbox/twilio");
    let asking = Asking {
        api_url: &url,
        content_url: &url,
        key: key(bot),
        operator,
        sender: SENDER,
        content_sids: sids,
    };
    twilio(asking, scene.world.clock.reader().now()).await
}

fn outcome<'a>(found: &'a [Finding], about: &str) -> &'a Outcome {
    let finding = found.iter().find(|finding| finding.about == about);
    let finding = finding.unwrap_or_else(|| panic!("{about} of {}", Report(found.to_vec())));
    &finding.outcome
}

const TEMPLATES: &str = "templates at Twilio and WhatsApp";
const MAP: &str = "TwilioContentSids";

#[tokio::test]
async fn twilio_takes_the_key_and_has_every_template_of_the_map() {
    let scene = Scene::begin().await;
    let url = scene.url("/sandbox/twilio");
    let config = Config::new(
        url,
        &key("").account_sid,
        API_KEY_SID,
        API_KEY_SECRET.to_owned().into(),
    );
    let api = ContentApi::new(config.unwrap()).unwrap();
    let sids = templates::status(&api).await.unwrap().content_sids();
    let whole = asked(&scene, API_KEY_SECRET, None, &write_sids(&sids)).await;
    assert_eq!(
        wrong(&whole),
        Vec::<&str>::new(),
        "{}",
        Report(whole.clone())
    );
    assert_eq!(*outcome(&whole, MAP), Outcome::Good);
    let fewer = sids.into_iter().skip(2).collect();
    let fewer = asked(&scene, API_KEY_SECRET, None, &write_sids(&fewer)).await;
    assert_eq!(wrong(&fewer), [MAP]);
    let shown = Report(fewer).to_string();
    assert!(shown.contains("2 of its templates are others"), "{shown}");
    let broken = asked(&scene, API_KEY_SECRET, None, "no map").await;
    assert_eq!(wrong(&broken), [MAP]);
    let refused = asked(&scene, "another-secret", None, "").await;
    let all = ["the API key lists messages at Twilio"];
    assert_eq!(wrong(&refused), all, "{}", Report(refused.clone()));
    assert!(!Report(refused).to_string().contains("another-secret"));
}

#[tokio::test]
async fn before_the_templates_are_pushed_the_next_step_is_named_and_nothing_is_wrong() {
    let scene = Scene::begin().await;
    let without = asked(&scene, API_KEY_SECRET, None, "").await;
    let report = Report(without.clone());
    assert!(report.is_good(), "{report}");
    assert!(report.to_string().contains("templates push"), "{report}");
    assert!(matches!(outcome(&without, MAP), Outcome::Note(_)));

    let status = TemplateStatus::Rejected;
    let twilio = &scene.world.twilio;
    assert!(twilio.judge_template("security_alert", "en", status));
    let refused = asked(&scene, API_KEY_SECRET, None, "").await;
    assert_eq!(wrong(&refused), [""; 0]);
    assert!(matches!(outcome(&refused, MAP), Outcome::Note(_)));
    let sids = format!("security_alert:{}/", "0".repeat(32));
    let pushed = asked(&scene, API_KEY_SECRET, None, &sids).await;
    assert!(wrong(&pushed).contains(&TEMPLATES), "{}", Report(pushed));
}

#[tokio::test]
async fn templates_are_read_with_the_operator_s_key_where_there_is_one() {
    let scene = Scene::begin().await;
    let bots = "a-key-that-may-not";
    let closed = asked(&scene, bots, None, "").await;
    assert!(
        matches!(outcome(&closed, TEMPLATES), Outcome::NotChecked(why)
        if why.contains("TWILIO_API_KEY"))
    );
    let read = asked(&scene, bots, Some(key(API_KEY_SECRET)), "").await;
    assert_eq!(*outcome(&read, TEMPLATES), Outcome::Good);
    let refused = asked(&scene, API_KEY_SECRET, Some(key(bots)), "no map").await;
    assert!(
        matches!(outcome(&refused, TEMPLATES), Outcome::NotChecked(why)
        if why.contains("TWILIO_API_KEY"))
    );
    assert_eq!(wrong(&refused), [MAP]);
    let other = TwilioApiKey {
        account_sid: "AC00000000000000000000000000000009".to_owned(),
        ..key(API_KEY_SECRET)
    };
    let other = asked(&scene, API_KEY_SECRET, Some(other), "").await;
    assert!(
        matches!(outcome(&other, TEMPLATES), Outcome::NotChecked(why)
        if why.contains("another account"))
    );
}

/// The parameters of prod, over what the files say.
fn parameters(given: &[&str]) -> Parameters {
    let (template, samconfig) = (
        include_str!("../../../template.yaml"),
        include_str!("../../../samconfig.toml"),
    );
    let given: Vec<String> = given.iter().map(|&pair| pair.to_owned()).collect();
    read(template, samconfig, "prod", &given).unwrap().0
}

#[test]
fn an_account_that_may_run_too_few_functions_is_told_how_many_are_wanted() {
    let plain = parameters(&[]);
    assert_eq!(concurrency(&plain, Some(1_000)).outcome, Outcome::Good);
    let wide = parameters(&[
        "OutboundMaxConcurrency=900",
        "WebhookReservedConcurrency=200",
    ]);
    let Outcome::Wrong(why) = concurrency(&wide, Some(1_000)).outcome else {
        panic!("1,100 and more of 1,000")
    };
    assert!(why.contains("may run 1000 at once"), "{why}");
    assert!(
        matches!(concurrency(&plain, Some(10)).outcome, Outcome::Note(_)),
        "where nothing is reserved, nothing must be left"
    );
    let untold = concurrency(&plain, None).outcome;
    assert!(matches!(untold, Outcome::NotChecked(_)));
}

/// A topic of this name as SNS tells of it, a secret as Secrets Manager does.
async fn answer(headers: HeaderMap, body: String) -> (StatusCode, String) {
    let Some(target) = headers.get("x-amz-target") else {
        let attribute = |name: &str, value: &str| {
            format!("<entry><key>{name}</key><value>{value}</value></entry>")
        };
        let confirmed = |many: &str| attribute("SubscriptionsConfirmed", many);
        let of_aws = attribute("KmsMasterKeyId", "alias/aws/sns");
        let attributes = match body.rsplit("%3A").next() {
            Some("heard") => confirmed("1"),
            Some("of-aws") => confirmed("1") + &of_aws,
            Some("unconfirmed") => confirmed("0"),
            Some("hidden") => return refused_topic("AuthorizationError"),
            _ => return refused_topic("NotFound"),
        };
        let answer = format!(
            "<GetTopicAttributesResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><GetTopicAttributesResult>\
             <Attributes>{attributes}</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>"
        );
        return (StatusCode::OK, answer);
    };
    let asked: Value = serde_json::from_str(&body).unwrap();
    let name = asked["SecretId"].as_str().unwrap_or_default();
    let answer = match (target.to_str().unwrap(), name) {
        (_, "missing") => {
            let answer = json!({"__type": "ResourceNotFoundException"});
            return (StatusCode::BAD_REQUEST, answer.to_string());
        }
        ("secretsmanager.DescribeSecret", "mine") => {
            json!({"KmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/x"})
        }
        ("secretsmanager.DescribeSecret", "named") => {
            json!({"KmsKeyId": "alias/aws/secretsmanager"})
        }
        ("secretsmanager.DescribeSecret", _) => json!({}),
        (_, "half") => json!({"SecretString": r#"{"username":"flash"}"#}),
        _ => json!({"SecretString": r#"{"username":"flash","password":"hidden"}"#}),
    };
    (StatusCode::OK, answer.to_string())
}

fn refused_topic(code: &str) -> (StatusCode, String) {
    let answer = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>"
    );
    (StatusCode::FORBIDDEN, answer)
}

async fn account() -> SdkConfig {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(
            "ASIAEXAMPLE",
            "example",
            None,
            None,
            "test",
        ))
        .endpoint_url(url)
        .load()
        .await
}

#[tokio::test]
async fn a_topic_that_reaches_nobody_is_wrong() {
    let sns = aws_sdk_sns::Client::new(&account().await);
    let none = topics(&sns, &parameters(&[])).await;
    assert!(matches!(outcome(&none, "AlarmTopicArn"), Outcome::Note(_)));
    for (topic, alarms, support) in [
        ("heard", "good", "good"),
        ("of-aws", "WRONG", "good"),
        ("unconfirmed", "WRONG", "WRONG"),
        ("gone", "WRONG", "WRONG"),
        ("hidden", "not checked", "not checked"),
    ] {
        let arn = format!("arn:aws:sns:us-east-1:111122223333:{topic}");
        let given = ["AlarmTopicArn", "SupportTopicArn"].map(|name| format!("{name}={arn}"));
        let found = topics(&sns, &parameters(&given.each_ref().map(String::as_str))).await;
        let shown = Report(found).to_string();
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with(alarms), "{shown}");
        assert!(lines[1].starts_with(support), "{shown}");
    }
}

#[tokio::test]
async fn a_secret_that_no_function_could_open_and_a_broker_s_without_a_login_are_wrong() {
    let sdk = account().await;
    let client = aws_sdk_secretsmanager::Client::new(&sdk);
    let of = |name: &str| parameters(&[&format!("BrokerSecretArn={name}")]);
    for (name, expected) in [
        (
            "mine",
            "WRONG        BrokerSecretArn: it is under a key that no function may use",
        ),
        ("named", "good         keys under which"),
        ("plain", "good         keys under which"),
        (
            "missing",
            "not checked  keys under which the secrets are, BrokerSecretArn: ResourceNotFound",
        ),
    ] {
        let found = Report(keys_of_secrets(&client, &of(name)).await).to_string();
        assert!(found.starts_with(expected), "{found}");
    }
    for (name, is_wrong) in [("whole", false), ("half", true), ("missing", true)] {
        let (found, _) = secrets(&Secrets::of(client.clone()), &of(name)).await;
        let is_it = matches!(outcome(&found, "BrokerSecretArn"), Outcome::Wrong(_));
        assert_eq!(is_it, is_wrong, "{name}");
        assert!(!Report(found).to_string().contains("hidden"));
    }
}
