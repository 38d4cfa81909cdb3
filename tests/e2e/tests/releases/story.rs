//! What an earlier release left, as `.ci/release-fixture` keeps it: a world that goes on from there.

use std::fs;
use std::path::{Path, PathBuf};

use domain::address::WhatsAppAddress;
use domain::ids::{EntryKey, PersonKey};
use domain::state::{Sealed, State};
use domain::time::Moment;
use e2e::Scene;
use sandbox::world::Options;
use secrecy::ExposeSecret;
use serde_json::Value;

pub const TABLES: [&str; 6] = ["people", "sessions", "codes", "messages", "audit", "cache"];

/// A world in which an earlier release stopped at `now`.
pub struct Story {
    pub scene: Scene,
    pub now: Moment,
    told: Value,
    folder: PathBuf,
}

/// The folders of all releases that were kept.
pub fn kept() -> Vec<PathBuf> {
    let folders = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/releases")).unwrap();
    let mut folders: Vec<_> = folders.map(|folder| folder.unwrap().path()).collect();
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    folders
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join(format!("{name}.json"))).unwrap()).unwrap()
}

impl Story {
    /// Its tables, its keys and its time; Flash knows its people and honours the keys that are sealed in the tables.
    pub async fn go_on(folder: &Path) -> Self {
        let told = json(folder, "story");
        let now = told["now"].as_i64().unwrap();
        let scene = Scene::with(Options {
            keys: Some(json(folder, "keys").to_string()),
            starts_at: Some(now * 1_000),
            ..Options::default()
        })
        .await;
        let story = Self {
            scene,
            now: Moment::from_unix(now),
            told,
            folder: folder.to_owned(),
        };
        story.restore().await;
        story
    }

    async fn restore(&self) {
        let world = &self.scene.world;
        for table in TABLES {
            world
                .database
                .load(table, &self.items(table))
                .await
                .unwrap();
        }
        for person in self.told["flash_people"].as_array().unwrap() {
            world.flash.add_person(person).unwrap();
        }
        for item in [self.items("people"), self.items("codes")].concat() {
            if let Some(credential) = item["link"]["credential"].as_str() {
                let person = item["person"].as_str().unwrap().to_owned();
                let person = PersonKey::from_digest(person).unwrap();
                let tables = &world.webhook.talk.tables;
                let credential = Sealed(credential.to_owned());
                let api_key = tables.open_credential(&person, &credential, self.now).await;
                let account = item["link"]["account"].as_str().unwrap();
                world
                    .flash
                    .accept_key(account, api_key.unwrap().expose_secret());
            }
        }
        // Everybody wrote not long before.
        for addresses in ["people", "user_ids"] {
            for address in self.told[addresses].as_object().unwrap().values() {
                let at = self.now.unix() * 1_000;
                world.twilio.note_inbound(address.as_str().unwrap(), at);
            }
        }
    }

    /// A table as the earlier release left it.
    pub fn items(&self, table: &str) -> Vec<Value> {
        json(&self.folder, table).as_array().unwrap().clone()
    }

    fn told(&self, what: &str, of: &str) -> &str {
        let told = self.told[what][of].as_str();
        told.unwrap_or_else(|| panic!("{what} of {of} is not told"))
    }

    pub fn phone(&self, name: &str) -> &str {
        self.told("people", name)
    }

    pub fn user_id(&self, name: &str) -> &str {
        self.told("user_ids", name)
    }

    /// The code that the page has shown and nobody has typed.
    pub fn code(&self, name: &str) -> &str {
        self.told("codes", name)
    }

    /// Of a page that nobody has used.
    pub fn link_token(&self, name: &str) -> &str {
        self.told("link_tokens", name)
    }

    /// A `balance` sent from the user id alone, and answered by the earlier release.
    pub fn answered_by_user_id(&self, name: &str) -> &str {
        self.told("answered_by_user_id", name)
    }

    pub fn key_of(&self, name: &str) -> PersonKey {
        let address = WhatsAppAddress::parse(&format!("whatsapp:{}", self.phone(name))).unwrap();
        self.scene.world.webhook.talk.tables.keys().person(&address)
    }

    /// What this release understands of a person, at the moment of the change.
    pub async fn state_of(&self, name: &str) -> State {
        let tables = &self.scene.world.webhook.talk.tables;
        let known = tables.read_person(&self.key_of(name), None, self.now).await;
        known.unwrap().state
    }

    /// The one message to a person that the earlier release left so.
    pub fn entry_left(&self, name: &str, delivery: &str) -> EntryKey {
        let person = self.key_of(name);
        let mut entries = self.items("messages");
        entries.retain(|item| {
            item["person"] == person.as_str()
                && item["kind"] == "send"
                && item["delivery"] == delivery
        });
        assert_eq!(entries.len(), 1, "{name} {delivery}");
        let id = entries[0]["id"]
            .as_str()
            .unwrap()
            .strip_prefix("entry#")
            .unwrap();
        EntryKey::parse(&format!("{}.{id}", person.as_str())).unwrap()
    }

    /// An entry's item as it now stands.
    pub async fn entry(&self, key: &EntryKey) -> Value {
        let id = format!("entry#{}", key.id.as_str());
        let mut items = self.scene.table("messages").await;
        items.retain(|item| item["person"] == key.person.as_str() && item["id"] == id.as_str());
        items.remove(0)
    }

    /// What has been sent to a person since.
    pub async fn texts(&self, name: &str) -> Vec<String> {
        self.scene.texts(self.phone(name)).await
    }

    pub async fn ask(&self, name: &str, body: &str) -> String {
        self.scene.ask(self.phone(name), body).await
    }
}
