//! The release before, a87df0e, as a reader of what this one writes: the shapes it requires, the seals it opens, and
//! what it would do about what it finds. Frozen with it: nothing here follows this release's code.

mod shapes;

use std::collections::BTreeSet;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::de::DeserializeOwned;
use serde_json::Value;

use shapes::{
    AuditItem, BreakerItem, CodeItem, Delivery, Dialogue, EntryItem, Event, GuardItem, Kind, Link,
    PersonItem, PointerItem, ReceiptItem, Reply, SessionItem,
};

/// Shards of its due index.
const DUE_SHARDS: usize = 16;

/// The release before, with its keys, and what it has met.
pub struct Before {
    people: hmac::Key,
    ring: Vec<(String, LessSafeKey)>,
    pub met: BTreeSet<String>,
}

impl Before {
    pub fn with_keys(secret: &str) -> Self {
        let secret: Value = serde_json::from_str(secret).unwrap();
        let bytes = |text: &Value| STANDARD.decode(text.as_str().unwrap()).unwrap();
        let ring = secret["ring"].as_array().unwrap().iter().map(|key| {
            let derived = derive(&bytes(&key["key"]), "seal");
            let key_id = key["id"].as_str().unwrap().to_owned();
            let unbound = UnboundKey::new(&AES_256_GCM, &derived).unwrap();
            (key_id, LessSafeKey::new(unbound))
        });
        let naming = derive(&bytes(&secret["pepper"]), "person");
        Self {
            people: hmac::Key::new(hmac::HMAC_SHA256, &naming),
            ring: ring.collect(),
            met: BTreeSet::new(),
        }
    }

    /// Its name for an address.
    pub fn person(&self, address: &str) -> String {
        let mut context = hmac::Context::with_key(&self.people);
        context.update(&u64::try_from(address.len()).unwrap().to_be_bytes());
        context.update(address.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign().as_ref())
    }

    fn open(&self, (table, field, person): (&str, &str, &str), sealed: &str) -> String {
        let (key_id, text) = sealed.split_once('.').expect("a key's id stands first");
        let (_, key) = self.ring.iter().find(|(id, _)| id == key_id).unwrap();
        let mut nonce = URL_SAFE_NO_PAD.decode(text).unwrap();
        let mut rest = nonce.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let place = [table, field, person].join("\0").into_bytes();
        let plain = key.open_in_place(nonce, Aad::from(place), &mut rest);
        let plain = plain.unwrap_or_else(|_| panic!("{table}.{field} does not open"));
        String::from_utf8(plain.to_vec()).unwrap()
    }

    /// Reads one item as that release would where it comes upon it, and fails the test where it could not, or would do
    /// the wrong thing.
    pub fn reads(&mut self, table: &str, item: &Value) {
        let met = match table {
            "people" => self.someone(item),
            "sessions" => session(item),
            "codes" => self.code(item),
            "messages" => self.message(item),
            "audit" => audited(item),
            "cache" => cached(item),
            _ => panic!("it knows no table {table}"),
        };
        self.met.insert(met);
    }

    fn someone(&self, item: &Value) -> String {
        let key = item["person"].as_str().unwrap();
        match key.split_once('#') {
            Some(("guard", of)) => {
                assert_eq!(of.len(), 43);
                let guard = read::<GuardItem>(item).guard;
                let locked = guard.locked_until.is_some();
                format!("guard{}", if locked { ", locked" } else { "" })
            }
            Some((pointer @ ("account" | "alias"), _)) => {
                assert_eq!(read::<PointerItem>(item).to.len(), 43);
                pointer.to_owned()
            }
            Some((other, _)) => format!("{other}, which it never reads"),
            None => {
                let person = read::<PersonItem>(item);
                let address = self.open(("people", "address", key), &person.address);
                assert_eq!(self.person(&address), key);
                match &person.value.link {
                    Some(link) => {
                        self.credential(key, link);
                        assert_eq!(person.expires_at, None, "a linked person has no end");
                        "linked".to_owned()
                    }
                    None => "stranger".to_owned(),
                }
            }
        }
    }

    fn credential(&self, person: &str, link: &Link) {
        let api_key = self.open(("people", "credential", person), &link.credential);
        assert!(api_key.starts_with(&format!("fk_{}_", link.key_id)));
    }

    fn code(&self, item: &Value) -> String {
        if item["purpose"] != "link" {
            return "a code for another purpose, which it never reads".to_owned();
        }
        let code = read::<CodeItem>(item);
        self.credential(&code.person, &code.code.link);
        assert_eq!(code.code.digest.len(), 43);
        let tried = if code.code.tries > 0 { ", tried" } else { "" };
        format!("code{tried}")
    }

    fn message(&self, item: &Value) -> String {
        let id = item["id"].as_str().unwrap();
        match id.split_once('#') {
            Some(("receipt", _)) => {
                for key in &read::<ReceiptItem>(item).entries {
                    names_an_entry(key);
                }
                "receipt".to_owned()
            }
            Some(("entry", id)) => {
                let entry = read::<EntryItem>(item);
                names_an_entry(&format!("{}.{id}", entry.person));
                self.entry(id, &entry, item)
            }
            other => {
                // Its relay would take one for an entry, if it stood in the due index.
                assert_eq!(item.get("due_shard"), None, "{other:?}");
                format!("{}, which it never reads", other.unwrap().0)
            }
        }
    }

    fn entry(&self, id: &str, entry: &EntryItem, item: &Value) -> String {
        assert_eq!(
            entry.rank,
            entry.delivery.rank(),
            "its conditions compare ranks: {item}"
        );
        let shard = id.bytes().map(usize::from).sum::<usize>() % DUE_SHARDS;
        if let Some(in_shard) = entry.due_shard {
            assert_eq!(usize::from(in_shard), shard);
        }
        let is_due = entry.due_at.is_some() && entry.due_shard.is_some();
        match entry.delivery {
            // Whoever must do something about it finds it by the index.
            Delivery::Pending => assert!(is_due, "it would be lost: {item}"),
            Delivery::Sending => assert!(is_due && entry.lease_until.is_some(), "{item}"),
            // With a time it is looked for at Twilio, without one it stays. It can't be due and hidden from the index.
            Delivery::Unknown => assert_eq!(is_due, entry.due_at.is_some(), "{item}"),
            // Taken: its relay leaves it alone, due or not.
            Delivery::Queued | Delivery::Sent => {}
            // What is over must not fill the index, of which its relay reads a page.
            Delivery::Failed
            | Delivery::Undelivered
            | Delivery::Delivered
            | Delivery::Read
            | Delivery::Done
            | Delivery::Dropped => assert!(
                entry.due_at.is_none() && entry.due_shard.is_none(),
                "{item}"
            ),
        }
        match entry.kind {
            // Without a code to end, its timer is nothing to that release: it is left pending, and looked at again.
            Kind::Expire if entry.challenge.is_none() => {
                return format!("timer of a key {:?}", entry.delivery).to_lowercase();
            }
            Kind::Expire => {}
            Kind::Send => {
                let place = |field| ("messages", field, entry.person.as_str());
                let to = self.open(place("to"), entry.to.as_ref().unwrap());
                assert!(to.starts_with("whatsapp:"));
                let reply = self.open(place("reply"), entry.reply.as_ref().unwrap());
                let reply: Reply = serde_json::from_str(&reply).unwrap();
                assert!(!reply.text.is_empty());
                assert!(entry.ends_at > entry.created_at);
            }
        }
        format!("{:?} {:?}", entry.kind, entry.delivery).to_lowercase()
    }
}

fn session(item: &Value) -> String {
    if item["person"].as_str().unwrap().contains('#') {
        return "beside a session, which it never reads".to_owned();
    }
    let session = read::<SessionItem>(item).session;
    let unpublished = session.unpublished.iter();
    for key in unpublished.flat_map(|before| &before.entries) {
        names_an_entry(key);
    }
    match session.dialogue {
        Dialogue::ConfirmUnlink { nonce, .. } => {
            assert!(!nonce.is_empty());
            "session, a question waits".to_owned()
        }
        Dialogue::Idle if session.page.is_some() => "session, a page waits".to_owned(),
        Dialogue::Idle => "session".to_owned(),
    }
}

/// It only ever adds to the audit, so an event that it does not know is nothing to it.
fn audited(item: &Value) -> String {
    if serde_json::from_value::<Event>(item["event"].clone()).is_err() {
        return format!(
            "audit {}, which it never reads",
            item["event"].as_str().unwrap()
        );
    }
    format!("audit {:?}", read::<AuditItem>(item).event)
}

fn cached(item: &Value) -> String {
    let key = item["key"].as_str().unwrap();
    if key == "breaker#flash" {
        let open = read::<BreakerItem>(item).breaker.open_until.is_some();
        return format!("breaker#flash{}", if open { ", open" } else { "" });
    }
    format!("{key}, which it never reads")
}

fn read<T: DeserializeOwned>(item: &Value) -> T {
    let raw: aws::tables::Item = serde_dynamo::to_item(item).unwrap();
    serde_dynamo::from_item(raw).unwrap_or_else(|error| panic!("{error}: {item}"))
}

/// `person.id`, as it is in tickets, receipts and the paths of callbacks.
fn names_an_entry(key: &str) {
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let (person, id) = key.split_once('.').unwrap();
    assert!(person.len() == 43 && plain(person), "{key}");
    assert!((1..=96).contains(&id.len()) && plain(id), "{key}");
}

fn derive(secret: &[u8], label: &str) -> [u8; 32] {
    let mut key = [0_u8; 32];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"flash-whatsapp-bot").extract(secret);
    let info = [label.as_bytes()];
    let okm = prk.expand(&info, hkdf::HKDF_SHA256.hmac_algorithm());
    okm.unwrap().fill(&mut key).unwrap();
    key
}
