//! Other words without a deployment: published, taken up within minutes, and gone back from.

use aws::tables::Bases;
use domain::knowledge::{Base, OURS};
use domain::language::Language;
use domain::policy::{KNOWLEDGE_FRESH, KNOWLEDGE_KEPT};
use domain::time::Moment;
use e2e::silence::misplaced;
use e2e::{MARCIA, Scene};
use operator::knowledge::{KnowledgeError, check, list, ours, publish, switch};
use sandbox::world::Options;
use serde_json::json;

use crate::{HOW, records};

/// A world without a model: what is told is what the base says.
async fn begin() -> Scene {
    let options = Options {
        assistant: false,
        ..Options::default()
    };
    Scene::with(options).await
}

fn bases(scene: &Scene) -> Bases {
    scene.world.operator.bases()
}

fn now(scene: &Scene) -> Moment {
    scene.world.clock.reader().now()
}

/// Our base under another name, in which the answer to [`HOW`] begins with `says`.
fn base(name: &str, says: &str) -> String {
    let found = Base::ours().find(Language::English, HOW);
    let answer = &found.first().unwrap().entry.answer;
    assert_eq!(OURS.matches(answer.as_str()).count(), 1);
    let version = |name: &str| format!("version = \"{name}\"");
    let ours = version(Base::ours().version());
    assert_eq!(OURS.matches(&ours).count(), 1);
    OURS.replace(answer.as_str(), &format!("{says}\n\n{answer}"))
        .replace(&ours, &version(name))
}

/// Of a format that this release does not know.
fn newer(name: &str) -> String {
    let text = base(name, "In tomorrow's words.");
    assert!(text.contains("format = 1\n"));
    text.replace("format = 1\n", "format = 2\n")
}

/// As the operator does who waits until everybody has it.
async fn waits(scene: &Scene) {
    scene.advance(KNOWLEDGE_FRESH).await;
}

/// What is said to [`HOW`], and from which version.
async fn told(scene: &Scene) -> (String, String) {
    let before: Vec<_> = records(scene).await;
    let text = scene.ask(MARCIA, HOW).await;
    let mut after = records(scene).await;
    after.retain(|record| !before.contains(record));
    let version = match after.first() {
        Some(record) => &record["knowledge"],
        // A record like one that is there already.
        None => &before[0]["knowledge"],
    };
    (text, version.as_str().unwrap().to_owned())
}

async fn is_told(scene: &Scene, words: &str) {
    let (text, _) = told(scene).await;
    assert!(text.contains(words), "{text}");
}

#[tokio::test]
async fn what_is_published_is_answered_within_minutes_and_gone_back_from_by_version() {
    let scene = begin().await;
    let bases = bases(&scene);
    let (built_in, version) = told(&scene).await;
    assert_eq!(version, Base::ours().version());

    let monday = base("monday", "In Monday's words.");
    let report = publish(&bases, &monday, now(&scene)).await.unwrap();
    let report = report.to_string();
    assert!(report.contains("in force: monday, since "), "{report}");
    assert_eq!(told(&scene).await.0, built_in, "an instance looks seldom");
    waits(&scene).await;
    let (text, version) = told(&scene).await;
    assert!(text.contains("In Monday's words."), "{text}");
    assert_eq!(version, "monday");

    let tuesday = base("tuesday", "In Tuesday's words.");
    publish(&bases, &tuesday, now(&scene)).await.unwrap();
    waits(&scene).await;
    is_told(&scene, "In Tuesday's words.").await;

    let report = switch(&bases, "monday", now(&scene)).await.unwrap();
    let report = report.to_string();
    assert!(report.contains("before: tuesday\n"), "{report}");
    waits(&scene).await;
    is_told(&scene, "In Monday's words.").await;

    ours(&bases, now(&scene)).await.unwrap();
    waits(&scene).await;
    assert_eq!(told(&scene).await.0, built_in);
    let listed = list(&bases).await.unwrap().to_string();
    for line in ["kept: monday, ", "kept: tuesday, ", "before: monday\n"] {
        assert!(listed.contains(line), "{listed}");
    }
    for item in scene.table("cache").await {
        assert_eq!(misplaced("cache", &item), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_faulty_or_newer_is_refused_by_name_and_the_older_stays() {
    let scene = begin().await;
    let bases = bases(&scene);
    let monday = base("monday", "In Monday's words.");
    publish(&bases, &monday, now(&scene)).await.unwrap();
    waits(&scene).await;
    is_told(&scene, "In Monday's words.").await;

    let found = Base::ours().find(Language::English, HOW);
    let entry = found.first().unwrap().entry.id.as_str();
    let faulty = base("tuesday", "Look at https://fl4sh.example first.");
    for text in [faulty.as_str(), &newer("tuesday"), "no base at all"] {
        let refused = publish(&bases, text, now(&scene)).await.unwrap_err();
        assert!(matches!(refused, KnowledgeError::Unusable(_)), "{refused}");
        let read = check(text, now(&scene)).unwrap_err();
        assert_eq!(read.to_string(), refused.to_string());
    }
    let refused = check(&faulty, now(&scene)).unwrap_err().to_string();
    assert!(refused.contains(&format!("{entry} (en): ")), "{refused}");
    let published = bases.published().await.unwrap();
    assert_eq!(published.in_force.as_deref(), Some("monday"));
    assert_eq!(bases.text("tuesday").await.unwrap(), None);

    // As where a later release has published, and this one is deployed again.
    for (name, text) in [("later", newer("later")), ("broken", faulty.clone())] {
        let before = bases.published().await.unwrap();
        let after = bases.publish(name, &text, &before, now(&scene)).await;
        assert!(after.unwrap().is_some());
        waits(&scene).await;
        is_told(&scene, "In Monday's words.").await;
        let refused = switch(&bases, name, now(&scene)).await.unwrap_err();
        assert!(matches!(refused, KnowledgeError::Unusable(_)), "{refused}");
        let back = switch(&bases, "monday", now(&scene)).await.unwrap();
        assert_eq!(back.listed.0.before.as_deref(), Some(name));
    }

    // As where somebody has deleted it, and puts it back.
    let before = bases.published().await.unwrap();
    let gone = bases.switch(Some("gone"), &before, now(&scene)).await;
    assert!(gone.unwrap().is_some());
    waits(&scene).await;
    is_told(&scene, "In Monday's words.").await;
    let text = base("gone", "In words that came back.");
    let item = json!({"key": "knowledge_text#gone", "text": text});
    scene.world.database.load("cache", &[item]).await.unwrap();
    waits(&scene).await;
    is_told(&scene, "In words that came back.").await;
}

#[tokio::test]
async fn an_instance_that_begins_where_it_can_not_read_what_is_in_force_answers_as_the_others_do() {
    let scene = begin().await;
    let bases = bases(&scene);
    let monday = base("monday", "In Monday's words.");
    publish(&bases, &monday, now(&scene)).await.unwrap();
    let before = bases.published().await.unwrap();
    let text = newer("later");
    let later = bases.publish("later", &text, &before, now(&scene));
    assert!(later.await.unwrap().is_some());
    is_told(&scene, "In Monday's words.").await;
}

#[tokio::test]
async fn one_name_is_one_text_and_of_two_who_publish_at_once_one_is_refused() {
    let scene = begin().await;
    let bases = bases(&scene);
    let monday = base("monday", "In Monday's words.");
    publish(&bases, &monday, now(&scene)).await.unwrap();
    let published = bases.published().await.unwrap();
    let again = publish(&bases, &monday, now(&scene)).await.unwrap();
    assert_eq!(again.listed.0, published, "nothing has changed");
    let other = base("monday", "In other words.");
    let as_ours = base(Base::ours().version(), "In other words.");
    let refused = publish(&bases, &other, now(&scene)).await.unwrap_err();
    assert!(matches!(refused, KnowledgeError::Taken(_)), "{refused}");
    let refused = publish(&bases, &as_ours, now(&scene)).await.unwrap_err();
    assert!(matches!(refused, KnowledgeError::Ours(_)), "{refused}");
    let refused = switch(&bases, "sunday", now(&scene)).await.unwrap_err();
    assert!(
        matches!(refused, KnowledgeError::NoSuchVersion(_)),
        "{refused}"
    );

    let [one, other] = ["one", "other"].map(|name| base(name, "At once."));
    let first = bases.publish("one", &one, &published, now(&scene)).await;
    assert!(first.unwrap().is_some());
    let second = bases.publish("other", &other, &published, now(&scene));
    assert_eq!(second.await.unwrap(), None);
    assert_eq!(bases.text("other").await.unwrap(), None);
    let late = bases.switch(None, &published, now(&scene)).await;
    assert_eq!(late.unwrap(), None);
    let published = bases.published().await.unwrap();
    assert_eq!(published.in_force.as_deref(), Some("one"));
}

#[tokio::test]
async fn the_oldest_versions_go_when_there_are_many() {
    let scene = begin().await;
    let bases = bases(&scene);
    for number in 0..=KNOWLEDGE_KEPT {
        let text = base(&format!("v{number}"), "In many words.");
        publish(&bases, &text, now(&scene)).await.unwrap();
    }
    assert_eq!(bases.text("v0").await.unwrap(), None);
    assert!(bases.text("v1").await.unwrap().is_some());
    let kept = bases.published().await.unwrap().kept.len();
    assert_eq!(kept, KNOWLEDGE_KEPT);
}
