//! Row C07: who may do what to other people's chats; and what the audit keeps of it.

use aws::tables::Tables;
use domain::address::WhatsAppAddress;
use domain::role::Role;
use domain::time::Moment;
use e2e::{DEVON, MARCIA, Scene, TANYA};
use operator::roles::{RoleError, grant, list, revoke, show};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const DAY: i64 = 86_400;
const ONLY_STAFF: &str = "Only Flash's support team can do that";

fn tables(scene: &Scene) -> &Tables {
    &scene.world.webhook.talk.tables
}

fn now(scene: &Scene) -> Moment {
    scene.world.webhook.talk.clock.now()
}

fn key(scene: &Scene, address: &str) -> String {
    let address = if address.starts_with("whatsapp:") {
        address.to_owned()
    } else {
        format!("whatsapp:{address}")
    };
    let address = WhatsAppAddress::parse(&address).unwrap();
    let key = tables(scene).keys().person(&address);
    key.as_str().to_owned()
}

/// Marcia is linked, has the role and has proven since that she is herself.
async fn staff(role: Role) -> Scene {
    let scene = Scene::begin().await;
    scene.link(MARCIA).await;
    let shown = grant(tables(&scene), MARCIA, role, now(&scene)).await;
    let shown = shown.unwrap().to_string();
    assert!(shown.contains("in force"), "{shown}");
    scene.advance(61).await;
    links_anew(&scene).await;
    scene
}

/// A link is as good a proof as any.
async fn links_anew(scene: &Scene) {
    scene.ask(MARCIA, "unlink").await;
    scene.ask(MARCIA, "yes").await;
    scene.advance(1).await;
    scene.link(MARCIA).await;
}

/// Eight wrong codes.
async fn is_locked(scene: &Scene, phone: &str) {
    for tries in [5, 3] {
        let code: u32 = scene.code_for(phone).await.parse().unwrap();
        for wrong in 1..=tries {
            scene.advance(10).await;
            let typed = format!("{:06}", (code + wrong) % 1_000_000);
            scene.ask(phone, &typed).await;
        }
        scene.advance(30).await;
    }
    let answer = scene.ask(phone, "link").await;
    assert!(answer.contains("can't link until"), "{answer}");
}

/// The audit of one person, oldest first.
async fn record(scene: &Scene, address: &str) -> Vec<Value> {
    let key = key(scene, address);
    let mut lines = scene.table("audit").await;
    lines.retain(|line| line["person"] == key.as_str());
    lines.sort_by_key(|line| line["at_entry"].as_str().unwrap().to_owned());
    lines
}

async fn events(scene: &Scene, address: &str) -> Vec<String> {
    let lines = record(scene, address).await;
    let event = |line: &Value| line["event"].as_str().unwrap().to_owned();
    lines.iter().map(event).collect()
}

async fn guard(scene: &Scene, address: &str) -> Value {
    let key = format!("guard#{}", key(scene, address));
    let items = scene.table("people").await;
    let item = items
        .into_iter()
        .find(|item| item["person"] == key.as_str());
    item.map_or(Value::Null, |item| item["guard"].clone())
}

#[tokio::test]
async fn c07_an_admin_command_from_a_user_is_refused_and_recorded() {
    let scene = Scene::begin().await;
    is_locked(&scene, DEVON).await;
    let locked = guard(&scene, DEVON).await["locked_until"].clone();
    for phone in [TANYA, DEVON] {
        let answer = scene.ask(phone, &format!("unlock {DEVON}")).await;
        assert!(answer.starts_with(ONLY_STAFF), "{answer}");
        let answer = scene.ask(phone, &format!("user {MARCIA}")).await;
        assert!(answer.starts_with(ONLY_STAFF), "{answer}");
        let lines = record(&scene, phone).await;
        let refused = lines.iter().filter(|line| line["event"] == "refused_role");
        assert_eq!(refused.clone().count(), 2);
        assert!(refused.clone().all(|line| line["verdict"] == "refused"));
    }
    assert_eq!(guard(&scene, DEVON).await["locked_until"], locked);
    let metrics = scene.get("/sandbox/trace").await.body;
    assert!(metrics.contains("refused_role"));
    let help = scene.ask(TANYA, "help").await;
    assert!(!help.contains("unlock"), "{help}");
}

#[tokio::test]
async fn c07_from_staff_it_is_done_and_audited_on_both_sides_and_the_person_is_told() {
    let scene = staff(Role::Support).await;
    is_locked(&scene, DEVON).await;
    links_anew(&scene).await;
    let help = scene.ask(MARCIA, "help staff").await;
    assert!(help.contains("*unlock "), "{help}");

    let text = scene.ask(MARCIA, &format!("user {DEVON}")).await;
    assert!(
        text.contains("Linked: no") && text.contains("Locked: until"),
        "{text}"
    );
    assert!(
        text.contains("1 × locked, ") || text.contains("1 × locked)"),
        "{text}"
    );
    assert!(!text.contains("5550101"), "{text}");

    scene.advance(1).await;
    let before = scene.texts(DEVON).await.len();
    let text = scene.ask(MARCIA, &format!("unlock {DEVON}")).await;
    assert!(text.starts_with("Done."), "{text}");
    let told = scene.texts(DEVON).await.split_off(before);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("ended the lock"), "{told:?}");

    let (staff, person) = (key(&scene, MARCIA), key(&scene, DEVON));
    let hers = record(&scene, MARCIA).await;
    let acts: Vec<_> = hers
        .iter()
        .filter(|line| line.get("on").is_some())
        .collect();
    assert_eq!(acts.len(), 2, "{hers:?}");
    for (act, event) in acts.iter().zip(["staff_looked", "unlocked_by_staff"]) {
        assert_eq!((&act["event"], &act["on"]), (&json!(event), &json!(person)));
        assert!(act["cause"].as_str().unwrap().starts_with("SM"));
        assert_eq!(act["verdict"], "done");
    }
    let his = record(&scene, DEVON).await.pop().unwrap();
    assert_eq!(his["event"], "unlocked_by_staff");
    assert_eq!(
        (&his["by"], &his["cause"]),
        (&json!(staff), &acts[1]["cause"])
    );

    // The next lock is as long as if nobody had ended this one.
    let freed = guard(&scene, DEVON).await;
    assert_eq!(freed["locks"], 1);
    scene.link(DEVON).await;
    let text = scene.ask(MARCIA, &format!("unlock {DEVON}")).await;
    assert!(text.contains("not locked"), "{text}");
    let text = scene.ask(MARCIA, &format!("user {DEVON}")).await;
    assert!(text.contains("Linked: since"), "{text}");
    for table in ["people", "sessions", "codes", "messages", "audit", "cache"] {
        let raw = serde_json::to_string(&scene.table(table).await).unwrap();
        assert!(
            !raw.contains("5550101") && !raw.contains("5550100"),
            "{table}"
        );
    }
}

#[tokio::test]
async fn c07_an_unlock_beside_a_word_of_the_locked_person_is_done_once() {
    let scene = staff(Role::Admin).await;
    is_locked(&scene, DEVON).await;
    links_anew(&scene).await;
    let say = |phone: &str, body: String| {
        let say = json!({"from": format!("whatsapp:{phone}"), "body": body});
        scene.post_until_taken(say)
    };
    futures::join!(
        say(MARCIA, format!("unlock {DEVON}")),
        say(DEVON, "unlock".to_owned()),
        say(DEVON, "123456".to_owned()),
    );
    scene.drain().await;
    let his = events(&scene, DEVON).await;
    let unlocked = his.iter().filter(|event| *event == "unlocked_by_staff");
    assert_eq!(unlocked.count(), 1, "{his:?}");
    assert!(his.contains(&"refused_role".to_owned()), "{his:?}");
    let guard = guard(&scene, DEVON).await;
    assert!(guard["locked_until"].as_i64().unwrap() <= now(&scene).unix());
    let signs = guard["signs"].to_string();
    assert!(
        signs.contains("staff_refused"),
        "no update is lost: {signs}"
    );
}

#[tokio::test]
async fn c07_an_admin_without_a_fresh_proof_is_asked_for_the_second_factor() {
    let scene = staff(Role::Admin).await;
    is_locked(&scene, DEVON).await;
    scene.advance(600).await;
    let asked = scene.ask(MARCIA, &format!("unlock {DEVON}")).await;
    let (_, token) = asked
        .split_once("/confirm/")
        .unwrap_or_else(|| panic!("{asked}"));
    let token = token.split_whitespace().next().unwrap().to_owned();
    assert!(
        !events(&scene, DEVON)
            .await
            .contains(&"unlocked_by_staff".to_owned())
    );

    let key = scene.mint_key(MARCIA, &["read_user"]).await;
    let path = format!("/confirm/{token}/proof");
    let answer = scene.post(&path, &json!({ "api_key": key })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    scene.drain().await;
    // The number was not kept, so the command is sent once more.
    let text = scene.ask(MARCIA, &format!("unlock {DEVON}")).await;
    assert!(text.starts_with("Done."), "{text}");

    // What was proven before a role was granted is no proof for it.
    scene.advance(5).await;
    let granted = grant(tables(&scene), MARCIA, Role::Support, now(&scene)).await;
    assert!(granted.is_ok());
    let asked = scene.ask(MARCIA, &format!("user {DEVON}")).await;
    assert!(asked.contains("/confirm/"), "{asked}");
}

#[tokio::test]
async fn c07_nobody_unlocks_themselves_and_a_number_is_whole_or_an_example_is_given() {
    let scene = staff(Role::Support).await;
    let text = scene.ask(MARCIA, &format!("unlock {MARCIA}")).await;
    assert!(text.contains("your own chat"), "{text}");
    for body in ["unlock", "unlock 8765550101", "user +1 876 555 0101"] {
        let text = scene.ask(MARCIA, body).await;
        assert!(text.contains("+18765550100*"), "{body}: {text}");
    }
    let text = scene.ask(MARCIA, "user +18765550199").await;
    assert!(text.contains("I know nobody"), "{text}");
    let text = scene.ask(MARCIA, "unlock my account").await;
    assert!(text.contains("before I answer your question"), "{text}");
}

#[tokio::test]
async fn c07_a_role_is_granted_shown_and_taken_by_the_operator_alone() {
    let scene = Scene::begin().await;
    let tables = tables(&scene);
    let nobody = grant(tables, MARCIA, Role::Support, now(&scene)).await;
    assert!(matches!(nobody, Err(RoleError::NotLinked)), "{nobody:?}");
    let wrong = show(tables, "8765550100", now(&scene)).await;
    assert!(matches!(wrong, Err(RoleError::Address(_))), "{wrong:?}");
    scene.link(MARCIA).await;
    scene.ask(MARCIA, "unlink").await;
    let address = format!(" whatsapp:{MARCIA}\n");
    for (role, expected) in [(Role::Support, "support"), (Role::Admin, "admin")] {
        scene.advance(1).await;
        let granted = grant(tables, &address, role, now(&scene)).await.unwrap();
        let shown = show(tables, MARCIA, now(&scene)).await.unwrap().to_string();
        assert_eq!(granted.to_string(), shown);
        assert!(
            shown.starts_with(expected) && shown.contains("in force"),
            "{shown}"
        );
        assert!(!shown.contains("555"), "{shown}");
    }
    // The question that was open is over.
    let answer = scene.ask(MARCIA, "yes").await;
    assert!(answer.contains("nothing waiting"), "{answer}");

    let listed = list(tables, Duration::ZERO).await.unwrap();
    assert_eq!(listed.0.len(), 1);
    assert_eq!(listed.0[0].0.as_str(), key(&scene, MARCIA));
    scene.advance(1).await;
    let taken = revoke(tables, MARCIA, now(&scene)).await.unwrap();
    assert_eq!(taken.to_string(), "no role\n");
    revoke(tables, MARCIA, now(&scene)).await.unwrap();
    assert!(list(tables, Duration::ZERO).await.unwrap().0.is_empty());
    let answer = scene.ask(MARCIA, &format!("user {DEVON}")).await;
    assert!(answer.starts_with(ONLY_STAFF), "{answer}");

    let lines = record(&scene, MARCIA).await;
    let by_operator: Vec<_> = lines
        .iter()
        .filter(|line| line["by"] == "operator")
        .collect();
    let told: Vec<_> = by_operator
        .iter()
        .map(|line| line["event"].clone())
        .collect();
    assert_eq!(told, ["role_granted", "role_granted", "role_revoked"]);
    assert!(by_operator.iter().all(|line| {
        let cause = line["cause"].as_str().unwrap();
        cause.starts_with("operator-") && line["verdict"] == "done"
    }));
}

#[tokio::test]
async fn c07_a_role_is_suspended_by_unlinking_and_by_another_user_id_and_not_destroyed() {
    let scene = Scene::begin().await;
    let chat = format!("whatsapp:{MARCIA}");
    let with = |id: &str, body: &str| json!({"body": body, "external_user_id": id});
    let (hers, others) = (
        "whatsapp:JM.4566546130240823",
        "whatsapp:JM.9999999999999999",
    );
    scene.say_as(&chat, with(hers, "help")).await;
    scene.link(MARCIA).await;
    let tables = tables(&scene);
    grant(tables, MARCIA, Role::Support, now(&scene))
        .await
        .unwrap();
    let command = format!("user {DEVON}");
    let asked = scene.say_as(&chat, with(hers, &command)).await.remove(0);
    assert!(!asked.starts_with(ONLY_STAFF), "{asked}");
    let asked = scene.say_as(&chat, with(others, &command)).await.remove(0);
    assert!(asked.starts_with(ONLY_STAFF), "another user: {asked}");

    // It stays so until the link is confirmed, which is then unlinked.
    let asked = scene.say_as(&chat, with(hers, &command)).await.remove(0);
    assert!(asked.starts_with(ONLY_STAFF), "suspended: {asked}");
    scene.advance(61).await;
    let token = scene.say_as(&chat, with(hers, "link")).await.remove(0);
    let token = token
        .split_once("/link/")
        .unwrap()
        .1
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let code = scene.bring(&token, &key, false).await.json()["code"].clone();
    scene
        .say_as(&chat, with(hers, code.as_str().unwrap()))
        .await;
    let asked = scene.say_as(&chat, with(hers, &command)).await.remove(0);
    assert!(!asked.starts_with(ONLY_STAFF), "confirmed: {asked}");
    scene.say_as(&chat, with(hers, "unlink")).await;
    scene.say_as(&chat, with(hers, "yes")).await;
    let asked = scene.say_as(&chat, with(hers, &command)).await.remove(0);
    assert!(asked.starts_with(ONLY_STAFF), "unlinked: {asked}");
    let shown = show(tables, MARCIA, now(&scene)).await.unwrap().to_string();
    assert!(shown.contains("suspended: no Flash account"), "{shown}");
    scene.advance(61).await;
    let token = scene.link_token(&chat).await;
    let key = scene.mint_key(MARCIA, &e2e::READ_ONLY).await;
    let code = scene.bring(&token, &key, false).await.json()["code"].clone();
    scene
        .say_as(&chat, with(hers, code.as_str().unwrap()))
        .await;
    let asked = scene.say_as(&chat, with(hers, &command)).await.remove(0);
    assert!(asked.contains("I know nobody"), "in force again: {asked}");
}

#[tokio::test]
async fn every_audited_act_is_one_line_of_who_what_when_why_and_no_words() {
    let scene = staff(Role::Support).await;
    is_locked(&scene, DEVON).await;
    links_anew(&scene).await;
    let unlock = format!("unlock {DEVON}");
    for body in [&unlock, "notifications", "yes", "stop", "start"] {
        scene.advance(1).await;
        scene.ask(MARCIA, body).await;
    }
    scene.advance(1).await;
    scene.ask(TANYA, &format!("user {DEVON}")).await;
    revoke(tables(&scene), MARCIA, now(&scene)).await.unwrap();

    let expected_hers = [
        "linked",
        "role_granted",
        "unlinked_by_person",
        "linked",
        "unlinked_by_person",
        "linked",
        "unlocked_by_staff",
        "consent_answered",
        "opted_out",
        "opted_in",
        "role_revoked",
    ];
    assert_eq!(events(&scene, MARCIA).await, expected_hers);
    let his = events(&scene, DEVON).await;
    let expected_his = [
        "code_destroyed",
        "chat_locked",
        "code_destroyed",
        "risk_alert",
        "unlocked_by_staff",
    ];
    assert_eq!(his, expected_his);
    assert_eq!(events(&scene, TANYA).await, ["refused_role"]);

    let lines = scene.table("audit").await;
    assert_eq!(lines.len(), expected_hers.len() + expected_his.len() + 1);
    for line in &lines {
        let line = line.as_object().unwrap();
        for name in line.keys() {
            let known = [
                "person",
                "at_entry",
                "event",
                "account",
                "verdict",
                "by",
                "on",
                "cause",
                "expires_at",
                "consent",
            ];
            assert!(known.contains(&name.as_str()), "{name} in {line:?}");
        }
        let at = line["at_entry"].as_str().unwrap();
        let cause = line["cause"].as_str().unwrap();
        assert!(at[..11].bytes().all(|b| b.is_ascii_digit()), "{at}");
        assert!(at[12..].starts_with(cause), "{at}");
        let named = cause.starts_with("SM") || cause.starts_with("operator-");
        assert!(named, "{cause}");
        assert!(["done", "refused"].contains(&line["verdict"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn a_session_ends_after_a_day_of_silence_and_after_a_week_in_all() {
    let scene = Scene::begin().await;
    let started = async || {
        let sessions = scene.table("sessions").await;
        let mine = sessions
            .iter()
            .find(|item| item["person"] == key(&scene, TANYA).as_str());
        mine.unwrap()["session"]["started_at"].as_i64().unwrap()
    };
    scene.ask(TANYA, "help").await;
    let first = started().await;
    scene.advance(DAY - 10).await;
    scene.ask(TANYA, "help").await;
    assert_eq!(started().await, first, "a day less a moment");
    scene.advance(DAY).await;
    scene.ask(TANYA, "help").await;
    let second = started().await;
    assert!(second >= first + 2 * DAY - 10, "a day of silence");
    for _ in 0..8 {
        scene.advance(20 * 3_600).await;
        scene.ask(TANYA, "help").await;
        assert_eq!(started().await, second);
    }
    scene.advance(20 * 3_600).await;
    scene.ask(TANYA, "help").await;
    assert!(started().await >= second + 7 * DAY, "a week in all");
}

#[tokio::test]
async fn c07_no_route_grants_a_role() {
    let scene = staff(Role::Admin).await;
    let asks = "before I answer your question";
    for (body, wanted) in [
        ("grant", "didn't get that"),
        (&format!("grant {DEVON}"), "didn't get that"),
        (&format!("grant {DEVON} admin"), asks),
    ] {
        let text = scene.ask(MARCIA, body).await;
        assert!(text.contains(wanted), "{body}: {text}");
    }
    let answer = scene.call(Method::POST, "/roles", &[], None).await;
    assert!(answer.status >= 400);
    let listed = list(tables(&scene), Duration::ZERO).await.unwrap();
    assert_eq!(listed.0.len(), 1, "as the operator has left it");
}
