//! Twilio's own list: what reconciliation and recovery read.

use serde_json::{Value, json};

use crate::world::{ACCOUNT, MARCIA, SENDER, World};

fn bodies(page: &Value) -> Vec<&str> {
    let messages = page["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|m| m["body"].as_str().unwrap())
        .collect()
}

async fn list(world: &World, query: &str) -> Value {
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{query}");
    let (status, page) = world.get(&path).await;
    assert_eq!(status, 200, "{page}");
    page
}

#[tokio::test]
async fn both_directions_are_listed_newest_first_and_filtered() {
    let world = World::start().await;
    let say = json!({"from": MARCIA, "body": "balance"});
    world
        .twilio
        .inbound_form(&serde_json::from_value(say).unwrap());
    world.pass(1000);
    world.text("$5").await.unwrap();
    world.pass(24 * 60 * 60 * 1000);
    world.text("$6").await.unwrap();

    let all = list(&world, "").await;
    assert_eq!(bodies(&all), ["$6", "$5", "balance"]);
    let said = &all["messages"][2];
    assert_eq!(
        (&said["direction"], &said["status"]),
        (&json!("inbound"), &json!("received"))
    );
    assert_eq!(
        (&said["from"], &said["to"]),
        (&json!(MARCIA), &json!(SENDER))
    );

    let marcia = "whatsapp%3A%2B18765550100";
    assert_eq!(
        bodies(&list(&world, &format!("To={marcia}")).await),
        ["$6", "$5"]
    );
    assert_eq!(
        bodies(&list(&world, &format!("From={marcia}")).await),
        ["balance"]
    );
    assert_eq!(
        bodies(&list(&world, "DateSent%3E=2026-11-23").await),
        ["$6"]
    );
    assert_eq!(
        bodies(&list(&world, "DateSent%3E=2026-11-22").await),
        ["$6", "$5", "balance"]
    );
    assert_eq!(
        bodies(&list(&world, "DateSent%3C=2026-11-22").await),
        ["$5", "balance"]
    );
    assert_eq!(bodies(&list(&world, "DateSent=2026-11-23").await), ["$6"]);
    let from_five = "DateSent%3E=2026-11-22T12:00:01Z&DateSent%3C=2026-11-22T12:00:01Z";
    assert_eq!(bodies(&list(&world, from_five).await), ["$5"]);
}

#[tokio::test]
async fn pages_follow_each_other_even_while_messages_arrive() {
    let world = World::start().await;
    for i in 1..=5 {
        world.text(&i.to_string()).await.unwrap();
        world.pass(1000);
    }
    let first = list(&world, "PageSize=2").await;
    assert_eq!(bodies(&first), ["5", "4"]);
    assert_eq!(
        (&first["start"], &first["end"], &first["page"]),
        (&json!(0), &json!(1), &json!(0))
    );
    assert_eq!(first["previous_page_uri"], Value::Null);
    world.text("6").await.unwrap();

    let next = first["next_page_uri"].as_str().unwrap();
    let (_, second) = world.get(next).await;
    assert_eq!(bodies(&second), ["3", "2"]);
    let (_, third) = world.get(second["next_page_uri"].as_str().unwrap()).await;
    assert_eq!(bodies(&third), ["1"]);
    assert_eq!(third["next_page_uri"], Value::Null);
    assert_eq!(third["page_size"], 2);
}

#[tokio::test]
async fn an_empty_list_is_a_list_and_a_wrong_filter_is_not() {
    let world = World::start().await;
    assert!(bodies(&list(&world, "").await).is_empty());
    for query in ["DateSent=yesterday", "PageSize=many", "PageToken=PASM1"] {
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{query}");
        assert_eq!(world.get(&path).await.0, 400, "{query}");
    }
}
