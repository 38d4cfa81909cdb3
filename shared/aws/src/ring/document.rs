//! The `keys` secret as its own JSON, so that what this release does not know of stays in it.

use std::fmt;

use domain::policy::{KEY_DROP_AFTER, KEY_MADE_CURRENT_WITHIN, KEY_NEW_GAP};
use domain::time::Moment;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use crate::keys::{Keys, KeysError};

/// Why a ring stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    #[error(transparent)]
    Malformed(#[from] KeysError),
    #[error(
        "the current key {0} is less than {minutes} minutes old: not every function knows it yet, and a second new key would help nobody",
        minutes = KEY_NEW_GAP / 60
    )]
    TooYoung(String),
    #[error("the ring has no key {0}")]
    NoSuchKey(String),
    #[error("{0} is the current key: `keys new` makes another one current")]
    IsCurrent(String),
    #[error("the ring does not say since when {0} is retired: `keys new` writes it down")]
    NotDated(String),
    #[error(
        "{0} was retired less than {minutes} minutes ago: what was sealed or signed with it may still be under way",
        minutes = KEY_DROP_AFTER / 60
    )]
    TooSoon(String),
}

/// A key that was made.
#[derive(Debug)]
pub struct Made {
    pub id: String,
    pub former: String,
}

impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, former } = self;
        writeln!(
            f,
            "{id} is the current key; {former} still opens what it has sealed"
        )
    }
}

/// A ring that functions can use.
#[derive(Clone)]
pub struct Document(Map<String, Value>);

/// What can be said about a key without saying the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    pub id: String,
    pub is_current: bool,
    pub created: Option<Moment>,
    /// Since when another one is current.
    pub retired: Option<Moment>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.ring()).finish()
    }
}

impl Document {
    /// Fails as a function would that reads it.
    pub fn parse(text: &SecretString) -> Result<Self, DocumentError> {
        Keys::from_secret(text.expose_secret())?;
        let parsed = serde_json::from_str(text.expose_secret());
        Ok(Self(parsed.unwrap_or_default()))
    }

    pub fn text(&self) -> SecretString {
        Value::Object(self.0.clone()).to_string().into()
    }

    /// The current key first.
    pub fn ring(&self) -> Vec<KeyFacts> {
        let mut ring: Vec<_> = self.keys().iter().map(KeyFacts::of).collect();
        ring.sort_by_key(|key| !key.is_current);
        ring
    }

    /// `material` is the current key from now on. The one before is an older one, and every older one says since when.
    pub fn with_new_key(
        &self,
        material: &SecretString,
        now: Moment,
    ) -> Result<(Self, Made), DocumentError> {
        let ring = self.ring();
        let former = ring.iter().find(|key| key.is_current);
        let former = former.ok_or_else(|| DocumentError::NoSuchKey("current".to_owned()))?;
        let young = |created: Moment| now.since(created) < KEY_NEW_GAP;
        if former.created.is_some_and(young) {
            return Err(DocumentError::TooYoung(former.id.clone()));
        }
        let id = new_id(&ring, now);
        let mut keys = self.keys().to_vec();
        for key in &mut keys {
            key["state"] = "older".into();
            if key["retired"].is_null() {
                key["retired"] = day_and_time(now).into();
            }
        }
        keys.push(json!({"id": id, "key": material.expose_secret(), "state": "current", "created": day_and_time(now)}));
        let made = Made {
            id,
            former: former.id.clone(),
        };
        Ok((self.with(keys)?, made))
    }

    /// Is the key one that nobody seals or signs with any more?
    pub fn may_lose(&self, id: &str, now: Moment) -> Result<(), DocumentError> {
        let ring = self.ring();
        let key = ring.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| DocumentError::NoSuchKey(id.to_owned()))?;
        if key.is_current {
            return Err(DocumentError::IsCurrent(id.to_owned()));
        }
        match key.retired {
            None => Err(DocumentError::NotDated(id.to_owned())),
            Some(_) if !key.has_run_out(now) => Err(DocumentError::TooSoon(id.to_owned())),
            Some(_) => Ok(()),
        }
    }

    /// Without a key. The caller has seen that nothing stands under it.
    pub fn without(&self, id: &str, now: Moment) -> Result<Self, DocumentError> {
        self.may_lose(id, now)?;
        let mut keys = self.keys().to_vec();
        keys.retain(|key| key["id"] != id);
        self.with(keys)
    }

    /// It has everything that `before` has, and one more key, which is the current one. So it was made from that.
    pub fn grew_from(&self, before: &Self) -> bool {
        let material = |key: &Value| (key["id"].clone(), key["key"].clone());
        let ours: Vec<_> = self.keys().iter().map(material).collect();
        let kept = before
            .keys()
            .iter()
            .all(|key| ours.contains(&material(key)));
        let current = self.ring().into_iter().find(|key| key.is_current);
        let is_new = current.is_some_and(|key| before.ring().iter().all(|old| old.id != key.id));
        kept && is_new
            && ours.len() == before.keys().len().saturating_add(1)
            && self.0.get("pepper") == before.0.get("pepper")
    }

    /// Its current key was made so lately that what its older keys say of when they were retired holds, if it is made current now.
    pub fn is_fresh(&self, now: Moment) -> bool {
        let current = self.ring().into_iter().find(|key| key.is_current);
        let made = current.and_then(|key| key.created);
        made.is_some_and(|made| now.since(made) < KEY_MADE_CURRENT_WITHIN)
    }

    fn keys(&self) -> &[Value] {
        let ring = self.0.get("ring").and_then(Value::as_array);
        ring.map(Vec::as_slice).unwrap_or_default()
    }

    fn with(&self, keys: Vec<Value>) -> Result<Self, DocumentError> {
        let mut document = self.0.clone();
        document.insert("ring".to_owned(), keys.into());
        Self::parse(&Self(document).text())
    }
}

/// `k` and the day; a second one of that day has a number.
fn new_id(ring: &[KeyFacts], now: Moment) -> String {
    let day: String = day_and_time(now).chars().take(10).collect();
    let taken = |id: &String| ring.iter().any(|key| key.id == *id);
    let first = format!("k{day}");
    let numbered = (2_u32..).map(|number| format!("k{day}-{number}"));
    let mut ids = std::iter::once(first.clone()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or(first)
}

/// As the secret has it: `2026-11-22T18:53:00Z`.
pub fn day_and_time(moment: Moment) -> String {
    let timestamp = Timestamp::from_second(moment.unix()).unwrap_or_default();
    timestamp.to_string()
}

impl KeyFacts {
    fn of(key: &Value) -> Self {
        let at = |name: &str| {
            let written: Timestamp = key[name].as_str()?.parse().ok()?;
            Some(Moment::from_unix(written.as_second()))
        };
        Self {
            id: key["id"].as_str().unwrap_or_default().to_owned(),
            is_current: key["state"] == "current",
            created: at("created"),
            retired: at("retired"),
        }
    }

    /// It is not current, and nobody seals or signs with it any more.
    pub fn has_run_out(&self, now: Moment) -> bool {
        let long_ago = |retired: Moment| now.since(retired) >= KEY_DROP_AFTER;
        !self.is_current && self.retired.is_some_and(long_ago)
    }
}

impl fmt::Display for KeyFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_current { "current" } else { "older" };
        write!(f, "{}: {state}", self.id)?;
        if let Some(created) = self.created {
            write!(f, ", made {}", day_and_time(created))?;
        }
        match self.retired {
            Some(retired) => write!(f, ", retired {}", day_and_time(retired)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::{KEY_RING_MEMORY, LINK_PAGE_LIFE};

    use super::*;
    use crate::keys::random_key;

    #[test]
    fn a_version_is_made_current_soon_or_not_at_all() {
        let grown = grown(&first(), NOW);
        assert!(grown.is_fresh(NOW.plus(KEY_MADE_CURRENT_WITHIN - 1)));
        assert!(!grown.is_fresh(NOW.plus(KEY_MADE_CURRENT_WITHIN)));
        // However late: what was sealed or signed with the former key ends before it may be dropped.
        let current_at = NOW.plus(KEY_MADE_CURRENT_WITHIN);
        let droppable_at = NOW.plus(KEY_DROP_AFTER);
        assert!(droppable_at.since(current_at) > KEY_RING_MEMORY + LINK_PAGE_LIFE);
    }

    const NOW: Moment = Moment::from_unix(1_795_000_000);

    fn document(ring: &Value) -> Document {
        let pepper = random_key();
        let text = json!({"pepper": pepper.expose_secret(), "ring": ring, "note": "kept"});
        Document::parse(&text.to_string().into()).unwrap()
    }

    fn first() -> Document {
        let key = random_key();
        document(&json!([{"id": "k1", "key": key.expose_secret(), "state": "current"}]))
    }

    fn grown(document: &Document, now: Moment) -> Document {
        document.with_new_key(&random_key(), now).unwrap().0
    }

    fn facts(document: &Document) -> Vec<String> {
        document.ring().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_new_key_becomes_current_and_the_former_one_stays_with_its_date() {
        let before = first();
        let (after, made) = before.with_new_key(&random_key(), NOW).unwrap();
        assert_eq!(
            (made.id.as_str(), made.former.as_str()),
            ("k2026-11-18", "k1")
        );
        let expected = [
            "k2026-11-18: current, made 2026-11-18T11:06:40Z",
            "k1: older, retired 2026-11-18T11:06:40Z",
        ];
        assert_eq!(facts(&after), expected);
        assert_eq!(after.0["pepper"], before.0["pepper"]);
        assert_eq!(after.0["note"], "kept");
        assert_eq!(after.keys()[0]["key"], before.keys()[0]["key"]);
        let shown = format!("{after:?} {made:?} {made}");
        for key in after.keys() {
            assert!(!shown.contains(key["key"].as_str().unwrap()));
        }
    }

    #[test]
    fn a_second_key_of_the_day_has_a_name_of_its_own_and_dates_stay_as_they_were() {
        let later = NOW.plus(KEY_NEW_GAP);
        let twice = grown(&grown(&first(), NOW), later);
        let expected = [
            "k2026-11-18-2: current, made 2026-11-18T12:06:40Z",
            "k1: older, retired 2026-11-18T11:06:40Z",
            "k2026-11-18: older, made 2026-11-18T11:06:40Z, retired 2026-11-18T12:06:40Z",
        ];
        assert_eq!(facts(&twice), expected);
    }

    #[test]
    fn a_command_that_is_repeated_makes_no_second_key() {
        let once = grown(&first(), NOW);
        let soon = once.with_new_key(&random_key(), NOW.plus(KEY_NEW_GAP - 1));
        assert!(matches!(soon.unwrap_err(), DocumentError::TooYoung(id) if id == "k2026-11-18"));
    }

    #[test]
    fn only_a_key_that_was_retired_long_enough_ago_may_be_lost() {
        let ring = grown(&first(), NOW);
        let may = |id: &str, after: i64| ring.may_lose(id, NOW.plus(after));
        assert!(matches!(
            may("k3", KEY_DROP_AFTER),
            Err(DocumentError::NoSuchKey(_))
        ));
        let current = may("k2026-11-18", KEY_DROP_AFTER);
        assert!(matches!(current, Err(DocumentError::IsCurrent(_))));
        assert!(matches!(
            may("k1", KEY_DROP_AFTER - 1),
            Err(DocumentError::TooSoon(_))
        ));
        assert!(may("k1", KEY_DROP_AFTER).is_ok());
        let (one, two) = (random_key(), random_key());
        let undated = document(&json!([
            {"id": "k1", "key": one.expose_secret(), "state": "older"},
            {"id": "k2", "key": two.expose_secret(), "state": "current"},
        ]));
        assert!(matches!(
            undated.may_lose("k1", NOW),
            Err(DocumentError::NotDated(_))
        ));
        assert!(
            grown(&undated, NOW)
                .may_lose("k1", NOW.plus(KEY_DROP_AFTER))
                .is_ok()
        );
    }

    #[test]
    fn a_key_is_lost_and_the_others_stay() {
        let ring = grown(&first(), NOW);
        let after = ring.without("k1", NOW.plus(KEY_DROP_AFTER)).unwrap();
        assert_eq!(facts(&after).len(), 1);
        assert!(ring.without("k1", NOW).is_err());
    }

    #[test]
    fn only_one_more_key_beside_the_same_ones_is_a_ring_grown_from_another() {
        let (one, other) = (first(), first());
        let grown_once = grown(&one, NOW);
        assert!(grown_once.grew_from(&one));
        assert!(
            !grown_once.grew_from(&other),
            "another pepper and other keys"
        );
        assert!(!one.grew_from(&one) && !one.grew_from(&grown_once));
        let twice = grown(&grown_once, NOW.plus(KEY_NEW_GAP));
        assert!(!twice.grew_from(&one) && twice.grew_from(&grown_once));
    }

    #[test]
    fn a_ring_that_no_function_could_use_is_refused() {
        for text in ["", "{}", r#"{"pepper":"x","ring":[]}"#] {
            assert!(Document::parse(&text.to_owned().into()).is_err(), "{text}");
        }
    }
}
