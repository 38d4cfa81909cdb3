//! A page of an announcement, to people who get it, with ever more others on the list of those who agreed to news.

use e2e::{DEVON, MARCIA, Scene};
use sandbox::meter::Used;
use serde_json::{Value, json};

use crate::counted::begin;
use crate::yardsticks::Wrong;

/// As many people as are looked at in one go; they are then all of a round.
pub(super) const PAGE: u32 = 50;

/// What Devon has drafted, for Marcia and others: items as they stand in the tables.
#[derive(Debug)]
pub(super) struct Draft {
    announcement: Value,
    /// Their standings.
    readers: Vec<Value>,
    pages: u32,
}

impl Draft {
    /// While the list is short. Counting a long one takes the local world longer than a webhook has.
    pub(super) async fn write(scene: &Scene) -> Result<Self, Wrong> {
        scene.link(DEVON).await;
        let role = json!({"phone": DEVON, "role": "admin"});
        assert_eq!(scene.post("/sandbox/role", &role).await.status, 200);
        // Marcia has agreed already.
        for nth in 1..PAGE {
            for text in ["notifications", "yes"] {
                scene.ask(&format!("+1876555{:04}", 1000 + nth), text).await;
            }
        }
        let mut readers = scene.table("people").await;
        readers.retain(|item| item["news_shard"].is_number());
        scene.ask(DEVON, "announce All is well").await;
        Ok(Self {
            announcement: current(scene).await?,
            readers,
            pages: 0,
        })
    }

    /// What the pass of the relay takes that writes its first page. Then those get it, and nobody else does.
    pub(super) async fn page(&mut self, scene: &Scene) -> Result<Used, Wrong> {
        let database = &scene.world.database;
        self.pages += 1;
        // Whatever else has become due while the tables were filled.
        scene.advance(120).await;
        // Each time another one, as YES would have it go out; YES itself writes the page before it could be counted.
        let mut announcement = self.announcement.clone();
        announcement["id"] = json!(format!("announcement-{}", self.pages));
        announcement["stage"] = json!("running");
        database.load("cache", &[announcement]).await?;
        let in_first_shard = |reader: &Value| {
            let mut reader = reader.clone();
            reader["news_shard"] = json!(0);
            reader
        };
        let first: Vec<_> = self.readers.iter().map(in_first_shard).collect();
        database.load("people", &first).await?;
        begin(scene);
        scene.world.relay().await;
        let used = database.meter.read();
        let mut announcement = current(scene).await?;
        let told = &announcement["told"];
        if *told != json!(PAGE) {
            return Err(format!("it was written for {told} people of {PAGE}").into());
        }
        announcement["stage"] = json!("stopped");
        database.load("cache", &[announcement]).await?;
        database.load("people", &self.readers).await?;
        scene.advance(600).await;
        let texts = scene.texts(MARCIA).await;
        let got = texts.iter().filter(|text| text.contains("All is well"));
        if u32::try_from(got.count())? != self.pages {
            return Err("Marcia has not got each once".into());
        }
        Ok(used)
    }
}

async fn current(scene: &Scene) -> Result<Value, Wrong> {
    let key = [("key", "announcement#current")];
    let item = scene.world.database.item("cache", &key).await?;
    Ok(item.ok_or("nothing was announced")?)
}

/// Somebody else on the list, behind those of its shard who are told.
pub(super) fn listed(nth: u64) -> Value {
    json!({"person": format!("standing#{nth:z>43}"), "version": 1, "news_shard": nth % 16})
}
