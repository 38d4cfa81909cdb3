//! The one read of a message: everything it can need, consistent, in one `BatchGetItem`.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use domain::breaker::Breaker;
use domain::cached::CachedBalance;
use domain::conversation::OtherChat;
use domain::guard::Guard;
use domain::ids::{AccountId, EntryKey, PersonKey};
use domain::receiving::PayHosts;
use domain::state::{Asks, Person, Sealed, Session, Standing, State};
use domain::time::Moment;

use super::breaker::{BreakerItem, Upstream};
use super::cache::{balance_key, is_balance};
use super::commit::{receipt_entries, receipt_of};
use super::items::{
    AppCodeItem, CodeItem, GuardItem, LINK, PersonItem, PointerItem, STEP_UP, SessionItem,
    StandingItem,
};
use super::{Item, TableError, Tables, has_ended, read, s};

const OPERATION: &str = "BatchGetItem";
/// A batch that comes back incomplete is asked for the rest so often; then it is a fault, never an absence.
const ROUNDS: usize = 4;

/// What one read found, with what its next write must still find.
#[derive(Clone, Debug)]
pub struct Known {
    pub state: State,
    pub flash_breaker: Breaker,
    pub(super) person_version: Option<u64>,
    pub(super) standing_version: Option<u64>,
    /// As it is stored; the state's own may come from the user id that this person was before.
    pub(super) standing_stored: Standing,
    /// Under which the person is listed for news.
    pub(super) news_shard: Option<u32>,
    pub(super) guard_version: Option<u64>,
    pub(super) session_version: Option<u64>,
    pub(super) address: Option<Sealed>,
    pub(super) stranger_until: Option<Moment>,
    pub(super) window_closed_at: Option<Moment>,
    /// What to do about the pointer from the sender's user id.
    pub alias: Alias,
    alias_seen: bool,
}

/// The pointer from a user id to the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alias {
    /// As it should be, or nobody's business.
    Stands,
    /// To this person from now on, if it still stands as it was read.
    PointHere { instead_of: Option<PersonKey> },
}

impl Tables {
    /// Everything known about the sender. Items past their end count as absent.
    ///
    /// `person` is the keyed hash of the address a message came from, `user` that of the sender's user id. A user id may
    /// have been seen without its number first, or with it later; whichever of the two has the link is the person.
    pub async fn read_person(
        &self,
        person: &PersonKey,
        user: Option<&PersonKey>,
        now: Moment,
    ) -> Result<Known, TableError> {
        self.keys.keep_fresh(now).await;
        let (mut known, points_to) = self.read_once(person, user, now).await?;
        let (Some(user), shows_number) = (user, user != Some(person)) else {
            return Ok(known);
        };
        let Some(other) = points_to.filter(|other| other != person) else {
            let alias = if known.alias_seen {
                Alias::Stands
            } else {
                Alias::PointHere { instead_of: None }
            };
            return Ok(Known { alias, ..known });
        };
        // The id alone was seen before: that may be this person, unless the number is linked itself.
        if !shows_number || other == *user {
            let (theirs, _) = self.read_once(&other, None, now).await?;
            let has_link = |known: &Known| known.state.person.link.is_some();
            if !shows_number || has_link(&theirs) && !has_link(&known) {
                return Ok(theirs);
            }
            // Who said STOP without a number has said it, unless the number has said START since.
            let said = theirs.state.standing.opted_out_at;
            let standing = &mut known.state.standing;
            let taken_back = standing.opted_in_at;
            let holds = said.filter(|said| taken_back.is_none_or(|back| back < *said));
            standing.opted_out_at = standing.opted_out_at.or(holds);
        }
        // An id that belongs to another number is left to it.
        let alias = if other == *user {
            Alias::PointHere {
                instead_of: Some(other),
            }
        } else {
            Alias::Stands
        };
        Ok(Known { alias, ..known })
    }

    async fn read_once(
        &self,
        person: &PersonKey,
        alias: Option<&PersonKey>,
        now: Moment,
    ) -> Result<(Known, Option<PersonKey>), TableError> {
        let (guard_key, standing_key) = (guard_key(person), standing_key(person));
        let alias_key = alias.map(alias_key);
        let by_person = |key: &str| Item::from([("person".to_owned(), s(key))]);
        let mut people = [person.as_str(), &guard_key, &standing_key]
            .map(by_person)
            .to_vec();
        people.extend(alias_key.iter().map(|key| by_person(key)));
        let wanted = [
            (&self.names.people, people),
            (&self.names.sessions, vec![by_person(person.as_str())]),
            (
                &self.names.codes,
                [LINK, STEP_UP]
                    .map(|purpose| code_key(person, purpose))
                    .to_vec(),
            ),
            (
                &self.names.cache,
                [Upstream::Flash.key(), &balance_key(person)]
                    .map(|key| Item::from([("key".to_owned(), s(key))]))
                    .to_vec(),
            ),
        ];
        let mut found = self.batch_get(&wanted).await?;
        let timed_out = asked_in_vain(found.get(&self.names.sessions), now);
        let mut live = |table: &String| -> Vec<Item> {
            let items = found.remove(table).unwrap_or_default();
            items
                .into_iter()
                .filter(|item| !has_ended(item, now))
                .collect()
        };

        let (mut person_item, mut standing_item) = (None, None);
        let (mut guard_item, mut pointer) = (None, None);
        for item in live(&self.names.people) {
            let key = item
                .get("person")
                .and_then(|key| key.as_s().ok())
                .cloned()
                .unwrap_or_default();
            if key == person.as_str() {
                person_item = Some(read::<PersonItem>("people", item)?);
            } else if key == guard_key {
                guard_item = Some(read::<GuardItem>("people", item)?);
            } else if key == standing_key {
                standing_item = Some(read::<StandingItem>("people", item)?);
            } else {
                pointer = Some(read::<PointerItem>("people", item)?);
            }
        }
        let session = live(&self.names.sessions)
            .into_iter()
            .next()
            .map(|item| read::<SessionItem>("sessions", item))
            .transpose()?;
        let (code, app_code) = codes(live(&self.names.codes))?;
        let (breaker, cached_balance) = self.cached(person, live(&self.names.cache), now).await?;

        let standing_version = standing_item.as_ref().map(|item| item.version);
        let news_shard = standing_item.as_ref().and_then(|item| item.news_shard);
        let standing = standing_item.map_or_else(Standing::default, |item| item.value);
        let known = Known {
            standing_version,
            news_shard,
            standing_stored: standing.clone(),
            person_version: person_item.as_ref().map(|item| item.version),
            guard_version: guard_item.as_ref().map(|item| item.version),
            session_version: session.as_ref().map(|item| item.version),
            address: person_item.as_ref().map(|item| item.address.clone()),
            stranger_until: person_item.as_ref().and_then(|item| item.expires_at),
            flash_breaker: breaker,
            window_closed_at: session.as_ref().and_then(|item| item.window_closed_at),
            alias: Alias::Stands,
            alias_seen: pointer.is_some(),
            state: State {
                key: person.clone(),
                person: person_item.map_or_else(Person::default, |item| item.value),
                standing,
                guard: guard_item.map_or_else(Guard::default, |item| item.guard),
                session: session.map_or_else(|| Session::begin(now), |item| item.session),
                code: code.map(|item| item.code),
                app_code: app_code.map(|item| item.code),
                cached_balance,
                timed_out,
                flash_is_down: breaker.is_open(now),
                receiving: false,
                assistant: false,
                hosts: PayHosts::default(),
                support: None,
            },
        };
        Ok((known, pointer.map(|item| item.to)))
    }

    /// How Flash is doing, and what is remembered of the balance.
    async fn cached(
        &self,
        person: &PersonKey,
        items: Vec<Item>,
        now: Moment,
    ) -> Result<(Breaker, CachedBalance), TableError> {
        let (mut balances, mut breakers): (Vec<_>, Vec<_>) =
            items.into_iter().partition(is_balance);
        let breaker = breakers
            .pop()
            .map(|item| read::<BreakerItem>("cache", item));
        let breaker = breaker.transpose()?.map(|item| item.breaker);
        let balance = self.cached_balance(person, balances.pop(), now).await?;
        Ok((breaker.unwrap_or_default(), balance))
    }

    pub(super) async fn batch_get(
        &self,
        wanted: &[(&String, Vec<Item>)],
    ) -> Result<HashMap<String, Vec<Item>>, TableError> {
        batch_get(&self.client, wanted).await
    }

    /// The sends that `cause` gave rise to, if it has been dealt with.
    pub async fn dealt_with(
        &self,
        person: &PersonKey,
        cause: &str,
        now: Moment,
    ) -> Result<Option<Vec<EntryKey>>, TableError> {
        let request = self.client.get_item().table_name(&self.names.messages);
        let request = request
            .key("person", s(person.as_str()))
            .key("id", s(receipt_of(cause)));
        let answer = request.consistent_read(true).send().await;
        let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
        let receipt = answer.item.filter(|item| !has_ended(item, now));
        receipt.map(|item| receipt_entries(Some(item))).transpose()
    }

    /// The person an account is linked to, by the pointer alone: their own item decides.
    pub async fn linked_to(
        &self,
        account: &AccountId,
        now: Moment,
    ) -> Result<Option<PersonKey>, TableError> {
        let item = self.get_person_item(&account_key(account)).await?;
        let Some(item) = item.filter(|item| !has_ended(item, now)) else {
            return Ok(None);
        };
        Ok(Some(read::<PointerItem>("people", item)?.to))
    }

    /// The chat an account is linked to, if that is not `person`.
    pub async fn other_chat(
        &self,
        account: &AccountId,
        person: &PersonKey,
        now: Moment,
    ) -> Result<Option<OtherChat>, TableError> {
        let Some(pointer) = self
            .get_person_item(&account_key(account))
            .await?
            .filter(|item| !has_ended(item, now))
        else {
            return Ok(None);
        };
        let pointer: PointerItem = read("people", pointer)?;
        if pointer.to == *person {
            return Ok(None);
        }
        let Some(item) = self.get_person_item(pointer.to.as_str()).await? else {
            return Ok(None);
        };
        let item: PersonItem = read("people", item)?;
        let linked_to_it = item
            .value
            .live_link(now)
            .is_some_and(|link| link.account == *account);
        if !linked_to_it {
            return Ok(None);
        }
        let (person, address) = (pointer.to, item.address);
        Ok(Some(OtherChat {
            language: self.language_of(&person, &item.value, &address, now).await,
            person,
            address,
        }))
    }

    /// Flash's public id of the key by which `chat` is linked.
    pub async fn key_in_use(
        &self,
        chat: &PersonKey,
        now: Moment,
    ) -> Result<Option<String>, TableError> {
        let Some(item) = self.get_person_item(chat.as_str()).await? else {
            return Ok(None);
        };
        let item: PersonItem = read("people", item)?;
        Ok(item.value.live_link(now).map(|link| link.key_id.clone()))
    }

    pub(super) async fn get_person_item(&self, key: &str) -> Result<Option<Item>, TableError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.people)
            .key("person", s(key))
            .consistent_read(true)
            .send()
            .await;
        Ok(answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item)
    }
}

/// Several items of several tables at once, consistent; all that exist, or an error.
pub(super) async fn batch_get(
    client: &Client,
    wanted: &[(&String, Vec<Item>)],
) -> Result<HashMap<String, Vec<Item>>, TableError> {
    let mut left = HashMap::new();
    for (table, keys) in wanted {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys.clone()))
            .consistent_read(true)
            .build();
        let request = request.map_err(|error| TableError::Refused {
            operation: OPERATION,
            code: "request".to_owned(),
            source: Some(Box::new(error)),
        })?;
        left.insert((*table).clone(), request);
    }
    let mut found: HashMap<String, Vec<Item>> = HashMap::new();
    for round in 0..ROUNDS {
        super::commit::pause(round).await;
        let answer = client
            .batch_get_item()
            .set_request_items(Some(left))
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of(OPERATION, error))?;
        for (table, items) in answer.responses.unwrap_or_default() {
            found.entry(table).or_default().extend(items);
        }
        left = answer.unprocessed_keys.unwrap_or_default();
        if left.is_empty() {
            return Ok(found);
        }
    }
    Err(TableError::Retryable {
        operation: OPERATION,
        code: "UnprocessedKeys".to_owned(),
        source: None,
    })
}

/// What a conversation was asking when it ended, as long as the table still has it.
fn asked_in_vain(sessions: Option<&Vec<Item>>, now: Moment) -> Option<Asks> {
    let ended = sessions?.iter().find(|item| has_ended(item, now))?;
    let item: SessionItem = read("sessions", ended.clone()).ok()?;
    item.session.question().map(|(asks, ..)| asks)
}

impl Known {
    /// When the person last wrote, if their conversation is still known.
    pub fn heard(&self) -> Option<Moment> {
        self.session_version
            .map(|_| self.state.session.last_inbound)
    }

    /// What the operator's commands need of it.
    pub(super) fn of_holder(
        key: &PersonKey,
        (standing, standing_version): (Standing, Option<u64>),
        session: Option<(Session, u64)>,
        now: Moment,
    ) -> Self {
        Self {
            standing_version,
            news_shard: super::announcements::news_shard(key, &standing),
            standing_stored: standing.clone(),
            session_version: session.as_ref().map(|(_, version)| *version),
            person_version: None,
            guard_version: None,
            address: None,
            stranger_until: None,
            window_closed_at: None,
            flash_breaker: Breaker::default(),
            alias: Alias::Stands,
            alias_seen: false,
            state: State {
                key: key.clone(),
                person: Person::default(),
                standing,
                guard: Guard::default(),
                session: session.map_or_else(|| Session::begin(now), |(session, _)| session),
                code: None,
                app_code: None,
                cached_balance: CachedBalance::default(),
                timed_out: None,
                flash_is_down: false,
                receiving: false,
                assistant: false,
                hosts: PayHosts::default(),
                support: None,
            },
        }
    }

    /// The person's address as the table keeps it; none for somebody new.
    pub fn address(&self) -> Option<&Sealed> {
        self.address.as_ref()
    }
}

/// The code for a link and the one in the Flash app.
fn codes(items: Vec<Item>) -> Result<(Option<CodeItem>, Option<AppCodeItem>), TableError> {
    let (mut code, mut app_code) = (None, None);
    for item in items {
        let purpose = item.get("purpose").and_then(|purpose| purpose.as_s().ok());
        if purpose.is_some_and(|purpose| purpose == STEP_UP) {
            app_code = Some(read("codes", item)?);
        } else {
            code = Some(read("codes", item)?);
        }
    }
    Ok((code, app_code))
}

fn code_key(person: &PersonKey, purpose: &str) -> Item {
    Item::from([
        ("person".to_owned(), s(person.as_str())),
        ("purpose".to_owned(), s(purpose)),
    ])
}

pub(super) fn guard_key(person: &PersonKey) -> String {
    format!("guard#{}", person.as_str())
}

pub(super) fn standing_key(person: &PersonKey) -> String {
    format!("standing#{}", person.as_str())
}

pub(super) fn alias_key(alias: &PersonKey) -> String {
    format!("alias#{}", alias.as_str())
}

pub(super) fn account_key(account: &AccountId) -> String {
    format!("account#{}", account.0)
}
