//! What has ended since the copy, by the lines of `audit`, and what becomes of an item of the copy by it.

use std::collections::{BTreeMap, BTreeSet};

use aws::tables::{Item, guard_item, guard_of};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::conversation::Event;
use domain::guard::Guard;
use domain::policy::STRANGER_MEMORY;
use domain::time::Moment;

use super::locks::Locks;

/// After these the link of the copy is not brought back: it has ended, is another, or was in doubt.
const LINK_ENDS: [Event; 9] = [
    Event::Linked,
    Event::MovedHere,
    Event::MovedAway,
    Event::UnlinkedByPerson,
    Event::UnlinkedByStaff,
    Event::UnlinkedCredentialGone,
    Event::LinkSuspended,
    Event::ChatLocked,
    Event::LockedByStaff,
];
/// After these the agreements of the copy are not those that hold.
const AGREEMENTS_END: [Event; 2] = [Event::ConsentAnswered, Event::AlertsWithdrawn];

/// What `audit` says has happened since, by person key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Since {
    pub erased: BTreeSet<String>,
    link_ends: BTreeSet<String>,
    agreements_end: BTreeSet<String>,
    /// What they said last: STOP at that moment, or START.
    opted: BTreeMap<String, (String, Event, i64)>,
    locks: BTreeMap<String, Locks>,
}

impl Since {
    pub(super) fn note(&mut self, line: &Item) {
        let named = text(line, "event");
        let is = |event: &Event| event.name() == named;
        // A line of staff's is kept with them, and names to whom they did it.
        let person = match text(line, "on") {
            "" => text(line, "person"),
            on => on,
        };
        let person = person.to_owned();
        let entry = text(line, "at_entry");
        let at = entry.split('#').next().and_then(|at| at.parse().ok());
        let at = at.unwrap_or_default();
        let locks = self.locks.entry(person.clone()).or_default();
        if !locks.note(named, at) && locks.is_empty() {
            self.locks.remove(&person);
        }
        if is(&Event::Erased) {
            self.erased.insert(person);
        } else if LINK_ENDS.iter().any(is) {
            self.link_ends.insert(person);
        } else if AGREEMENTS_END.iter().any(is) {
            self.agreements_end.insert(person);
        } else if let Some(event) = [Event::OptedOut, Event::OptedIn].into_iter().find(is) {
            let said = (entry.to_owned(), event, at);
            let last = self.opted.entry(person).or_insert_with(|| said.clone());
            if said.0 > last.0 {
                *last = said;
            }
        }
    }
}

/// What becomes of one item of the copy.
#[derive(Debug, PartialEq)]
pub(super) enum Fate {
    Back(Item, Lost),
    Erased,
    Pointer,
    Ended,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lost {
    pub link: bool,
    pub agreements: bool,
    pub role: bool,
}

pub(super) fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value.map_or("", String::as_str)
}

/// Of an item that counts its changes.
pub(super) fn version(item: &Item) -> u64 {
    let version = item.get("version").and_then(|version| version.as_n().ok());
    version
        .and_then(|version| version.parse().ok())
        .unwrap_or_default()
}

fn number(at: Moment) -> AttributeValue {
    AttributeValue::N(at.unix().to_string())
}

impl Since {
    /// Decides by the item's key, as docs/privacy.md lists the keys of `people`.
    pub(super) fn fate(&self, mut item: Item, now: Moment) -> Fate {
        let end = item.get("expires_at").and_then(|at| at.as_n().ok());
        let end = end.and_then(|at| at.parse::<i64>().ok());
        if end.is_some_and(|end| end <= now.unix()) {
            return Fate::Ended;
        }
        let mut lost = Lost::default();
        let key = text(&item, "person").to_owned();
        match key.split_once('#') {
            None if self.erased.contains(&key) => return Fate::Erased,
            None => {
                if self.link_ends.contains(&key) && item.remove("link").is_some() {
                    item.remove("suspended_at");
                    item.insert("expires_at".to_owned(), number(now.plus(STRANGER_MEMORY)));
                    lost.link = true;
                }
            }
            Some(("alias", _)) if self.erased.contains(text(&item, "to")) => return Fate::Erased,
            Some(("account" | "wallet" | "user", _)) => {
                let to = text(&item, "to");
                if self.erased.contains(to) {
                    return Fate::Erased;
                }
                if self.link_ends.contains(to) {
                    return Fate::Pointer;
                }
            }
            // How much waited until when: what waited is not restored.
            Some(("seen", _)) => return Fate::Ended,
            Some(("standing", person)) => lost = self.stands(&mut item, person),
            Some(("guard", person)) => {
                if let Some(locks) = self.locks.get(person) {
                    // One that can't be read would lock nobody.
                    let guard = locks.after(guard_of(&item).unwrap_or_default());
                    item = guard_item(&key, version(&item), &guard, now);
                }
            }
            // Chats that tried an account, and keys that were proofs: nobody gets fresh tries.
            Some(_) => {}
        }
        Fate::Back(item, lost)
    }

    /// Who has said STOP last, as an item for whoever has none.
    pub(super) fn stops(&self) -> impl Iterator<Item = Item> {
        let out = |said: &&(String, Event, i64)| said.1 == Event::OptedOut;
        let said = self.opted.iter();
        let out = said.filter(move |(_, said)| out(said));
        out.map(|(person, (_, _, at))| {
            let key = AttributeValue::S(format!("standing#{person}"));
            Item::from([
                ("person".to_owned(), key),
                ("version".to_owned(), AttributeValue::N("1".to_owned())),
                ("opted_out_at".to_owned(), AttributeValue::N(at.to_string())),
            ])
        })
    }

    /// The locks still in force of those who were locked, as an item for whoever has none.
    pub(super) fn locks(&self, now: Moment) -> impl Iterator<Item = Item> {
        let locks = self.locks.iter();
        let locks = locks.map(|(person, locks)| (person, locks.after(Guard::default())));
        let in_force = locks.filter(move |(_, guard)| guard.locked(now).is_some());
        in_force.map(move |(person, guard)| guard_item(&format!("guard#{person}"), 1, &guard, now))
    }

    fn stands(&self, item: &mut Item, person: &str) -> Lost {
        let erased = self.erased.contains(person);
        let agreements =
            (erased || self.agreements_end.contains(person)) && item.remove("consents").is_some();
        if agreements {
            item.remove("news_shard");
        }
        match self.opted.get(person) {
            Some((_, Event::OptedOut, at)) => {
                item.insert("opted_out_at".to_owned(), number(Moment::from_unix(*at)));
                item.remove("opted_in_at");
                item.remove("news_shard");
            }
            Some((_, _, at)) => {
                item.insert("opted_in_at".to_owned(), number(Moment::from_unix(*at)));
                item.remove("opted_out_at");
            }
            None => {}
        }
        if erased {
            item.remove("preferences");
        }
        // Whether it was taken away since is nothing that may be guessed.
        let role = item.remove("role").is_some();
        Lost {
            link: false,
            agreements,
            role,
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::policy::STAFF_LOCK;

    use super::*;

    const NOW: Moment = Moment::from_unix(1_795_000_000);

    fn item(of: &[(&str, &str)]) -> Item {
        let value = |value: &str| match value.parse::<i64>() {
            Ok(_) => AttributeValue::N(value.to_owned()),
            Err(_) => AttributeValue::S(value.to_owned()),
        };
        of.iter()
            .map(|(name, is)| ((*name).to_owned(), value(is)))
            .collect()
    }

    fn since(lines: &[(&str, &str, &str)]) -> Since {
        let mut since = Since::default();
        for (at_entry, person, event) in lines {
            since.note(&item(&[
                ("at_entry", at_entry),
                ("person", person),
                ("event", event),
            ]));
        }
        since
    }

    #[test]
    fn who_was_erased_stays_away_with_all_that_names_them() {
        let since = since(&[("01794999000#a", "one", "erased")]);
        for gone in [
            item(&[("person", "one"), ("link", "l")]),
            item(&[("person", "alias#u"), ("to", "one")]),
            item(&[("person", "account#a"), ("to", "one")]),
        ] {
            assert_eq!(since.fate(gone, NOW), Fate::Erased);
        }
        let lock = item(&[("person", "guard#one"), ("version", "3")]);
        let back = Fate::Back(lock.clone(), Lost::default());
        assert_eq!(since.fate(lock, NOW), back);
        let other = item(&[("person", "alias#v"), ("to", "two")]);
        let back = Fate::Back(other.clone(), Lost::default());
        assert_eq!(since.fate(other, NOW), back);
    }

    #[test]
    fn a_user_id_that_was_erased_stays_away_as_its_own_record_says() {
        // The number came after the copy: only the id's own record knows.
        let since = since(&[("01794999000#a-1", "u", "erased")]);
        for gone in [
            item(&[("person", "u"), ("address", "sealed")]),
            item(&[("person", "alias#u"), ("to", "u")]),
        ] {
            assert_eq!(since.fate(gone, NOW), Fate::Erased);
        }
    }

    #[test]
    fn a_link_that_ended_is_another_or_was_in_doubt_does_not_come_back() {
        for event in LINK_ENDS {
            let since = since(&[("01794999000#a", "one", event.name())]);
            let linked = item(&[("person", "one"), ("link", "l"), ("suspended_at", "5")]);
            let Fate::Back(back, lost) = since.fate(linked, NOW) else {
                panic!("{}", event.name());
            };
            assert!(lost.link && !back.contains_key("link"));
            assert!(!back.contains_key("suspended_at"));
            let end = NOW.plus(STRANGER_MEMORY).unix().to_string();
            assert_eq!(back["expires_at"].as_n().unwrap(), &end);
            let pointer = item(&[("person", "account#a"), ("to", "one")]);
            assert_eq!(since.fate(pointer, NOW), Fate::Pointer);
        }
    }

    #[test]
    fn what_staff_did_counts_for_whom_they_did_it_to() {
        let mut since = Since::default();
        since.note(&item(&[
            ("at_entry", "01794999000#a"),
            ("person", "staff"),
            ("on", "one"),
            ("event", "unlinked_by_staff"),
        ]));
        assert_eq!(since.link_ends, BTreeSet::from(["one".to_owned()]));
    }

    #[test]
    fn the_last_word_on_stop_holds_and_nobody_keeps_a_role() {
        let out = since(&[
            ("01794999002#b", "one", "opted_out"),
            ("01794999001#a", "one", "opted_in"),
        ]);
        let stands = item(&[
            ("person", "standing#one"),
            ("news_shard", "3"),
            ("role", "admin"),
        ]);
        let Fate::Back(back, lost) = out.fate(stands, NOW) else {
            panic!("it stays");
        };
        assert!(lost.role);
        assert_eq!(
            back,
            item(&[("person", "standing#one"), ("opted_out_at", "1794999002")])
        );
        let again = since(&[
            ("01794999002#b", "one", "opted_out"),
            ("01794999003#c", "one", "opted_in"),
        ]);
        let Fate::Back(back, _) = again.fate(back, NOW) else {
            panic!("it stays");
        };
        assert!(!back.contains_key("opted_out_at"));
    }

    #[test]
    fn who_was_locked_since_is_locked_with_a_guard_in_the_copy_or_without() {
        let since = since(&[
            ("01794999990#a", "one", "locked_by_staff"),
            ("01794999991#b", "two", "chat_locked"),
            ("01794999992#c", "free", "chat_locked"),
            ("01794999993#d", "free", "unlocked_by_staff"),
            ("01794000000#e", "past", "chat_locked"),
            ("01794999994#f", "other", "linked"),
        ]);
        let before = guard_item(
            "guard#one",
            3,
            &Guard::default().failed(NOW.plus(-99)).0,
            NOW,
        );
        let Fate::Back(back, _) = since.fate(before, NOW) else {
            panic!("it stays");
        };
        let guard = guard_of(&back).unwrap();
        let until = Moment::from_unix(1_794_999_990).plus(STAFF_LOCK);
        assert_eq!((version(&back), guard.failures.len()), (3, 1));
        assert_eq!(guard.locked_by_staff(NOW), Some(until));

        let without: Vec<_> = since.locks(NOW).collect();
        let keys = without.iter().map(|item| text(item, "person"));
        assert_eq!(keys.collect::<Vec<_>>(), ["guard#one", "guard#two"]);
        let guard = guard_of(&without[0]).unwrap();
        assert_eq!(guard.locked_by_staff(NOW), Some(until));
    }

    #[test]
    fn what_ended_or_waited_is_over() {
        let nothing = Since::default();
        let at = NOW.unix().to_string();
        let ended = item(&[("person", "seekers#a"), ("expires_at", &at)]);
        assert_eq!(nothing.fate(ended, NOW), Fate::Ended);
        let waited = item(&[("person", "seen#one")]);
        assert_eq!(nothing.fate(waited, NOW), Fate::Ended);
    }
}
