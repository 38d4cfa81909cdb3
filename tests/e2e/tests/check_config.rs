//! `operator check-config`, against stand-ins that are well, broken, and closed to us.

use aws::secrets::TwilioApiKey;
use e2e::Scene;
use operator::check::outside::{Asking, concurrency, flash, twilio};
use operator::check::parameters::{Parameters, read};
use operator::check::{Finding, Outcome, Report};
use sandbox::fault::{Mode, System};
use sandbox::world::{API_KEY_SECRET, API_KEY_SID, Options, SENDER};

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

async fn asked(scene: &Scene, secret: &str, sids: &str) -> Vec<Finding> {
    let url = scene.url("/sandbox/twilio");
    let key = TwilioApiKey {
        account_sid: Options::default().twilio_account_sid,
        api_key_sid: API_KEY_SID.to_owned(),
        api_key_secret: secret.to_owned().into(),
    };
    let asking = Asking {
        api_url: &url,
        content_url: &url,
        key,
        sender: SENDER,
        content_sids: sids,
    };
    twilio(asking, scene.world.clock.reader().now()).await
}

#[tokio::test]
async fn twilio_takes_the_key_and_has_every_template_of_the_map() {
    let scene = Scene::begin().await;
    let without = asked(&scene, API_KEY_SECRET, "").await;
    assert_eq!(
        wrong(&without),
        ["TwilioContentSids"],
        "{}",
        Report(without.clone())
    );
    let refused = asked(&scene, "another-secret", "").await;
    let all = ["the API key lists messages at Twilio"];
    assert_eq!(wrong(&refused), all, "{}", Report(refused.clone()));
    let templates = refused.iter().find(|found| found.about == "templates");
    assert!(
        matches!(templates.unwrap().outcome, Outcome::NotChecked(_)),
        "the bot's own key is not to read them"
    );
    assert!(!Report(refused).to_string().contains("another-secret"));
    let broken = asked(&scene, API_KEY_SECRET, "no map").await;
    assert_eq!(wrong(&broken), ["TwilioContentSids"]);
}

#[test]
fn an_account_that_may_run_too_few_functions_is_told_how_many_are_wanted() {
    let (template, samconfig) = (
        include_str!("../../../template.yaml"),
        include_str!("../../../samconfig.toml"),
    );
    let parameters = |given: &[&str]| -> Parameters {
        let given: Vec<String> = given.iter().map(|&pair| pair.to_owned()).collect();
        read(template, samconfig, "prod", &given).unwrap().0
    };
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
    assert_eq!(
        concurrency(&parameters(&["OutboundMaxConcurrency=2"]), Some(30)).outcome,
        Outcome::Good,
        "where nothing is reserved, nothing must be left"
    );
    let untold = concurrency(&plain, None).outcome;
    assert!(matches!(untold, Outcome::NotChecked(_)));
}
