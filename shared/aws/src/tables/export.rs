//! All that is kept of one person, by their keys and never by a scan, opened where it is sealed.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::assistant::{Asked, Exchange, Memory};
use domain::export::{Fact, Held, Part, is_full, weight};
use domain::ids::PersonKey;
use domain::outbox::Reply;
use domain::request::Terms;
use domain::state::Sealed;
use domain::ticket::Shared;
use domain::time::Moment;
use secrecy::ExposeSecret;

use super::asks::memory_key;
use super::erasure::UserId;
use super::events::user_key;
use super::feedback::FEEDBACK;
use super::items::{ENTRY, LINK, STEP_UP};
use super::read::{account_key, alias_key, guard_key, standing_key};
use super::requests::{BLOCKED, REQUEST, wallet_key};
use super::tickets::TICKET;
use super::{Item, Known, TableError, Tables, has_ended, s};
use crate::keys::Place;

/// What is never handed out: the key itself, and what codes and keys are told by.
const HIDDEN: [&str; 3] = ["credential", "digest", "key_digest"];

/// A question that waits beside another.
const QUESTION: &str = "question";
/// What is sealed, and opened for its person.
const SEALED: [&str; 10] = [
    "address", "to", "reply", "words", "terms", "name", "shared", "asked", "memory", QUESTION,
];

/// What is kept, and whether there is more than fits into one file.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    pub held: Vec<Held>,
    pub cut: bool,
    taken: usize,
}

impl Holdings {
    fn add(&mut self, part: Part, at: Moment, fields: Vec<(String, Fact)>) {
        if is_full(self.taken) {
            self.cut = true;
            return;
        }
        self.taken += weight(&fields);
        self.held.push(Held { part, at, fields });
    }
}

impl Tables {
    /// Everything that stands under the person's own name and under the `user_ids` that are theirs.
    pub async fn holdings(
        &self,
        known: &Known,
        user_ids: &[UserId],
        now: Moment,
    ) -> Result<Holdings, TableError> {
        let mut holdings = Holdings::default();
        let person = &known.state.key;
        let apart = user_ids.iter().filter(|id| id.holds).map(|id| &id.user);
        let names: Vec<_> = std::iter::once(person).chain(apart).collect();
        let account = known.state.person.link.as_ref();
        let link = known.state.person.live_link(now);
        let link = link.map(|link| link.key_id.as_str());
        let wallet = account
            .and_then(|link| link.wallet.as_ref())
            .map(wallet_key);
        let user = account.and_then(|link| link.user.as_ref()).map(user_key);
        let pointers = account
            .map(|link| account_key(&link.account))
            .into_iter()
            .chain(wallet)
            .chain(user)
            .chain(user_ids.iter().map(|id| alias_key(&id.user)));
        let mut people: Vec<_> = pointers.map(|key| (Part::Pointers, key)).collect();
        for name in &names {
            people.push((Part::Person, name.as_str().to_owned()));
            people.push((Part::Limits, guard_key(name)));
            people.push((Part::Agreed, standing_key(name)));
        }
        self.single(&mut holdings, &names, &people, now).await?;
        for name in names {
            self.partition(&mut holdings, name, link, now).await?;
        }
        Ok(holdings)
    }

    /// What has a name of its own.
    async fn single(
        &self,
        holdings: &mut Holdings,
        names: &[&PersonKey],
        people: &[(Part, String)],
        now: Moment,
    ) -> Result<(), TableError> {
        let by_person = |key: &str| Item::from([("person".to_owned(), s(key))]);
        let code = |name: &PersonKey, purpose: &str| {
            let mut key = by_person(name.as_str());
            key.insert("purpose".to_owned(), s(purpose));
            key
        };
        let sessions = names.iter().flat_map(|name| {
            let keys = [name.as_str().to_owned(), memory_key(name)];
            keys.map(|key| by_person(&key))
        });
        let sessions = sessions.collect();
        let codes = names
            .iter()
            .flat_map(|name| [code(name, LINK), code(name, STEP_UP)])
            .collect();
        let wanted = [
            (
                &self.names.people,
                people.iter().map(|(_, key)| by_person(key)).collect(),
            ),
            (&self.names.sessions, sessions),
            (&self.names.codes, codes),
        ];
        let mut found = self.batch_get(&wanted).await?;
        let mut live = |table: &String| {
            let mut items = found.remove(table).unwrap_or_default();
            items.retain(|item| !has_ended(item, now));
            items
        };
        for item in live(&self.names.people) {
            let key = text(&item, "person");
            let part = people.iter().find(|(_, wanted)| *wanted == key);
            let part = part.map_or(Part::Person, |(part, _)| *part);
            let owner = names.iter().find(|name| name.as_str() == key);
            let fields = self
                .opened("people", owner.copied(), None, item, now)
                .await?;
            holdings.add(part, now, fields);
        }
        for item in live(&self.names.sessions) {
            let key = text(&item, "person");
            let whose = |name: &&&PersonKey| key == name.as_str() || key == memory_key(name);
            let owner = names.iter().find(whose).copied();
            let part = if item.contains_key("memory") {
                Part::Assistant
            } else {
                Part::Conversation
            };
            let fields = self.opened("sessions", owner, None, item, now).await?;
            holdings.add(part, now, fields);
        }
        for item in live(&self.names.codes) {
            holdings.add(Part::Codes, now, fields_of(item));
        }
        Ok(())
    }

    /// What there is much of: what was said and received, and the log.
    async fn partition(
        &self,
        holdings: &mut Holdings,
        name: &PersonKey,
        link: Option<&str>,
        now: Moment,
    ) -> Result<(), TableError> {
        for table in [&self.names.messages, &self.names.audit] {
            let mut from = None;
            loop {
                let answer = self
                    .client
                    .query()
                    .table_name(table)
                    .key_condition_expression("person = :person")
                    .expression_attribute_values(":person", s(name.as_str()))
                    .consistent_read(true)
                    .set_exclusive_start_key(from.take())
                    .send()
                    .await;
                let answer = answer.map_err(|error| TableError::of("Query", error))?;
                for item in answer.items.unwrap_or_default() {
                    if has_ended(&item, now) {
                        continue;
                    }
                    let (part, at) = place_of(&item);
                    let fields = self.opened("messages", Some(name), link, item, now).await?;
                    holdings.add(part, at, fields);
                }
                from = answer.last_evaluated_key;
                if from.is_none() || holdings.cut {
                    break;
                }
            }
        }
        Ok(())
    }

    /// The fields of an item that belongs to `owner`, with what is sealed in the clear; a field that is damaged says so.
    async fn opened(
        &self,
        table: &'static str,
        owner: Option<&PersonKey>,
        link: Option<&str>,
        mut item: Item,
        now: Moment,
    ) -> Result<Vec<(String, Fact)>, TableError> {
        for field in SEALED {
            let holder = holder(&mut item, field);
            let sealed = holder.as_ref().and_then(|holder| holder.get(field));
            let Some((person, AttributeValue::S(sealed))) = owner.zip(sealed) else {
                continue;
            };
            let place = Place {
                table,
                field,
                person,
            };
            let plain = match self.open(place, &Sealed(sealed.clone()), now).await {
                Ok(plain) => in_words(field, plain.expose_secret(), link)
                    .unwrap_or_else(|| DAMAGED.to_owned()),
                Err(error) if error.is_damage() => DAMAGED.to_owned(),
                Err(error) => return Err(error),
            };
            holder.map(|holder| holder.insert(field.to_owned(), s(plain)));
        }
        Ok(fields_of(item))
    }
}

/// Where a field stands that is sealed: the question that waits beside another stands with that one.
fn holder<'a>(item: &'a mut Item, field: &str) -> Option<&'a mut Item> {
    if field != QUESTION {
        return Some(item);
    }
    let within = |item: &'a mut Item, name: &str| match item.get_mut(name) {
        Some(AttributeValue::M(fields)) => Some(fields),
        _ => None,
    };
    within(within(item, "session")?, "open")
}

/// What was sealed, for its person to read. None: it is damaged.
fn in_words(field: &str, plain: &str, link: Option<&str>) -> Option<String> {
    match field {
        "reply" => Some(shown(serde_json::from_str(plain).ok()?, link)),
        "terms" => Some(serde_json::from_str::<Terms>(plain).ok()?.in_words()),
        "shared" => Some(serde_json::from_str::<Shared>(plain).ok()?.in_words()),
        "asked" => Some(serde_json::from_str::<Asked>(plain).ok()?.question),
        "memory" => {
            let memory: Memory = serde_json::from_str(plain).ok()?;
            let said: Vec<_> = memory.said.iter().map(Exchange::in_words).collect();
            Some(said.join("\n\n"))
        }
        // For a person, it is all that they would get to see.
        QUESTION => Some(
            serde_json::from_str(plain)
                .map_or_else(|_| plain.to_owned(), |it: Shared| it.in_words()),
        ),
        _ => Some(plain.to_owned()),
    }
}

const DAMAGED: &str = "damaged: it can't be opened";
const OF_AN_ENDED_LINK: &str = "not shown: it is about a link to Flash that has ended";

/// What an account holds is shown to whoever has it linked: else `unlink` would be a way around the fresh proof.
fn shown(reply: Reply, link: Option<&str>) -> String {
    match reply.of_link.as_deref() {
        Some(key_id) if link != Some(key_id) => OF_AN_ENDED_LINK.to_owned(),
        _ => reply.text,
    }
}

fn text(item: &Item, name: &str) -> String {
    let value = item.get(name).and_then(|value| value.as_s().ok());
    value.cloned().unwrap_or_default()
}

/// Of an item of `messages` or `audit`.
fn place_of(item: &Item) -> (Part, Moment) {
    let number = |name: &str| item.get(name)?.as_n().ok()?.parse().ok();
    if let Some((at, _)) = text(item, "at_entry").split_once('#') {
        return (Part::Log, Moment::from_unix(at.parse().unwrap_or_default()));
    }
    let id = text(item, "id");
    let part = if id.starts_with(ENTRY) {
        Part::Said
    } else if id.starts_with(FEEDBACK) {
        Part::Feedback
    } else if id.starts_with(TICKET) {
        Part::Tickets
    } else if id.starts_with(REQUEST) || id.starts_with(BLOCKED) {
        Part::Requests
    } else {
        Part::Received
    };
    let at = number("created_at").or_else(|| number("expires_at"));
    (part, Moment::from_unix(at.unwrap_or_default()))
}

/// By name, so that the same item always reads the same.
fn fields_of(item: Item) -> Vec<(String, Fact)> {
    let mut fields: Vec<_> = item
        .into_iter()
        .map(|(name, value)| {
            let fact = if HIDDEN.contains(&name.as_str()) {
                Fact::Text("held, never shown".to_owned())
            } else {
                fact_of(value)
            };
            (name, fact)
        })
        .collect();
    fields.sort_by(|one, other| one.0.cmp(&other.0));
    fields
}

fn fact_of(value: AttributeValue) -> Fact {
    match value {
        AttributeValue::S(text) => Fact::Text(text),
        AttributeValue::N(number) => number.parse().map_or(Fact::Text(number), Fact::Number),
        AttributeValue::Bool(yes) => Fact::Yes(yes),
        AttributeValue::L(values) => Fact::List(values.into_iter().map(fact_of).collect()),
        AttributeValue::M(fields) => Fact::Fields(fields_of(fields)),
        _ => Fact::Text("-".to_owned()),
    }
}
