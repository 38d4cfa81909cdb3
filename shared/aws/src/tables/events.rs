//! What has happened at Flash, as the tables see it: whose it is, whether it was told before, and all that comes of it, in
//! one go. The key of an account, a user or a wallet names the one person it is linked to, so finding them costs the same
//! however many people there are.

use domain::conversation::Change;
use domain::counts;
use domain::flash::TransactionStatus;
use domain::flash_event::{EventId, FlashEvent, What, Whose, overtaken_by};
use domain::ids::{AccountId, EntryKey, FlashUserId, PersonKey};
use domain::notification::{Fate, Outcome, Why};
use domain::policy::MESSAGE_MEMORY;
use domain::time::Moment;

use super::commit::{CommitError, Condition, receipt_entries};
use super::held::Hold;
use super::items::{PointerItem, ReceiptItem};
use super::read::account_key;
use super::requests::wallet_key;
use super::seen::{SeenBefore, seen_key, seen_of};
use super::{
    Item, Known, NewEntry, Part, TableError, Tables, Transaction, has_ended, read, s, write,
};

/// An event among all that the person knows of: what decides about it, beside themselves.
#[derive(Clone, Debug)]
pub struct BeforeEvent {
    pub seen: SeenBefore,
    /// None: it is new.
    pub repeats: Option<Repeats>,
    /// The payment is known to have come further than the event says.
    pub is_overtaken: bool,
}

/// An event that was dealt with under one of its names.
#[derive(Clone, Debug)]
pub struct Repeats {
    /// The sends it gave rise to, which may not have been published.
    pub entries: Vec<EntryKey>,
    /// Its other names, under which it would not be known yet.
    new_names: Vec<EventId>,
}

/// What comes of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventEnd<'a> {
    pub known: &'a Known,
    pub seen: &'a SeenBefore,
    pub event: &'a FlashEvent,
    /// Whose event it is, by the link.
    pub account: &'a AccountId,
    pub outcome: &'a Outcome,
    /// What gives rise to entries, if something is said.
    pub cause: &'a str,
    pub says: &'a [NewEntry],
    /// The request that it pays.
    pub pays: Option<&'a Change>,
}

pub(super) fn user_key(user: &FlashUserId) -> String {
    format!("user#{}", user.0)
}

impl Tables {
    /// Whose chats an event may be about, by pointers alone, the most likely first: their own items must say the same. One
    /// call, of four small items at most.
    pub async fn owners(&self, whose: &Whose, now: Moment) -> Result<Vec<PersonKey>, TableError> {
        let owner = whose.owner.as_ref();
        let by_name = [
            whose.account.as_ref().map(account_key),
            owner.map(|id| account_key(&AccountId(id.clone()))),
            owner.map(|id| user_key(&FlashUserId(id.clone()))),
            whose.wallet.as_ref().map(wallet_key),
        ];
        let mut keys: Vec<String> = Vec::new();
        for key in by_name.into_iter().flatten() {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = keys.iter().map(|key| by_person(key)).collect();
        let found = self.batch_get(&[(&self.names.people, wanted)]).await?;
        let mut pointers = Vec::new();
        for item in found.into_values().flatten() {
            if !has_ended(&item, now) {
                pointers.push(read::<PointerItem>("people", item)?);
            }
        }
        // The most telling name first.
        let mut owners: Vec<PersonKey> = Vec::new();
        for key in &keys {
            let found = pointers.iter().find(|pointer| pointer.person == *key);
            if let Some(pointer) = found.filter(|pointer| !owners.contains(&pointer.to)) {
                owners.push(pointer.to.clone());
            }
        }
        Ok(owners)
    }

    /// What is remembered of the person's news, and whether this is a repeat or overtaken: what has happened to their
    /// `account` in `scope`, and in the scopes beyond it, under one of `names`. One call.
    pub async fn before_event(
        &self,
        person: &PersonKey,
        (account, scope): (&AccountId, &str),
        names: &[EventId],
        now: Moment,
    ) -> Result<BeforeEvent, TableError> {
        let keys = self.keys();
        let mut ids: Vec<(String, &EventId)> = Vec::new();
        for name in names {
            let id = event_id(&keys.event(account, scope, name.as_str()));
            if ids.iter().all(|(known, _)| *known != id) {
                ids.push((id, name));
            }
        }
        let mut further: Vec<String> = Vec::new();
        for scope in overtaken_by(scope) {
            for name in names {
                let id = event_id(&keys.event(account, scope, name.as_str()));
                if !further.contains(&id) {
                    further.push(id);
                }
            }
        }
        let seen_key = seen_key(person);
        let wanted = ids.iter().map(|(id, _)| id).chain(&further);
        let events = wanted.map(|id| {
            let mut key = by_person(person.as_str());
            key.insert("id".to_owned(), s(id));
            key
        });
        let wanted = [
            (&self.names.people, vec![by_person(&seen_key)]),
            (&self.names.messages, events.collect()),
        ];
        let mut found = self.batch_get(&wanted).await?;
        let mut live = |table: &String| {
            let mut items = found.remove(table).unwrap_or_default();
            items.retain(|item| !has_ended(item, now));
            items
        };
        let seen = live(&self.names.people).pop().map(seen_of).transpose()?;
        let is_further = |item: &Item| further.iter().any(|id| item.get("id") == Some(&s(id)));
        let found = live(&self.names.messages).into_iter();
        let (beyond, told): (Vec<_>, Vec<_>) = found.partition(is_further);
        let is_new = |id: &str| told.iter().all(|item| item.get("id") != Some(&s(id)));
        let new_names = ids.iter().filter(|(id, _)| is_new(id));
        let new_names = new_names.map(|(_, name)| (*name).clone()).collect();
        let mut entries = Vec::new();
        for item in &told {
            entries.extend(receipt_entries(Some(item.clone()))?);
        }
        entries.sort_by_key(ToString::to_string);
        entries.dedup();
        Ok(BeforeEvent {
            seen: seen.unwrap_or_default(),
            repeats: (!told.is_empty()).then_some(Repeats { entries, new_names }),
            is_overtaken: !beyond.is_empty(),
        })
    }

    /// A repeat is known by all of its names from now on: the next may come with these alone.
    pub async fn also_called(
        &self,
        person: &PersonKey,
        (account, scope): (&AccountId, &str),
        repeats: &Repeats,
        now: Moment,
    ) -> Result<(), TableError> {
        let entries: Vec<_> = repeats.entries.iter().map(ToString::to_string).collect();
        for name in &repeats.new_names {
            let mut transaction = self.transaction(person, now);
            transaction.event_named(account, scope, name.as_str(), entries.clone(), None);
            match transaction.commit().await {
                // Another repeat has said so.
                Ok(()) | Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => {}
                Err(CommitError::Table(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// The event is done with, under all of its names, if the person and what is remembered of their news are as they were
    /// read; [`CommitError::Changed`] with [`Part::Event`] if it is known under one of them, or is told and yet known to be
    /// overtaken.
    pub async fn end_event(&self, end: EventEnd<'_>, now: Moment) -> Result<(), CommitError> {
        let EventEnd { event, outcome, .. } = end;
        let mut transaction = self.transaction(&end.known.state.key, now);
        transaction.person_as_read(end.known);
        transaction.seen(end.seen, &outcome.seen);
        let because = match &outcome.fate {
            Fate::Mute(why) => Some(*why),
            Fate::Tell(_) | Fate::Hold { .. } => None,
        };
        let mut names: Vec<&str> = Vec::new();
        for name in event.ids.iter().chain(&outcome.also_called) {
            if !names.contains(&name.as_str()) {
                names.push(name.as_str());
            }
        }
        for name in names {
            transaction.event(end.account, event.scope(), name, end.says, because);
            if because.is_none() {
                transaction.not_overtaken(end.account, event.scope(), name);
            }
        }
        if moves_the_balance(event) {
            transaction.balance_changed();
        }
        if let Some(change) = end.pays {
            transaction.requests(std::slice::from_ref(change));
        }
        for entry in end.says {
            transaction.entry(entry);
        }
        match &outcome.fate {
            Fate::Tell(_) => transaction.count(&counts::told(outcome.topic), 1),
            Fate::Mute(why) => transaction.count(&counts::muted(*why), 1),
            Fate::Hold { held, until } => {
                transaction.hold(&Hold {
                    cause: end.cause,
                    at: event.at,
                    nth: outcome.seen.kept(*until),
                    until: *until,
                    held: held.as_deref(),
                });
                transaction.count(&counts::held(outcome.topic), 1);
            }
        }
        transaction.commit().await
    }
}

/// What is on its way moves nothing yet, what has failed never does.
fn moves_the_balance(event: &FlashEvent) -> bool {
    match &event.what {
        What::BalanceChanged { .. } => true,
        What::Payment(payment) => payment.status == TransactionStatus::Settled,
    }
}

fn by_person(key: &str) -> Item {
    Item::from([("person".to_owned(), s(key))])
}

fn event_id(name: &str) -> String {
    format!("event#{name}")
}

impl Transaction<'_> {
    /// Something that happened to an account is dealt with once, whichever way the news of it came: under each of its names.
    /// `because` tells why nobody was told of it.
    pub fn event(
        &mut self,
        account: &AccountId,
        scope: &str,
        name: &str,
        entries: &[NewEntry],
        because: Option<Why>,
    ) {
        let ready = entries.iter().filter(|entry| entry.is_ready_to_send());
        let entries = ready.map(|entry| entry.key().to_string()).collect();
        self.event_named(account, scope, name, entries, because);
    }

    /// It is not known under this name in any scope beyond its own.
    fn not_overtaken(&mut self, account: &AccountId, scope: &str, name: &str) {
        for scope in overtaken_by(scope) {
            let id = event_id(&self.tables().keys().event(account, scope, name));
            self.check_message(Part::Event, &id, Condition::absent_or_ended(self.now()));
        }
    }

    fn event_named(
        &mut self,
        account: &AccountId,
        scope: &str,
        name: &str,
        entries: Vec<String>,
        because: Option<Why>,
    ) {
        let name = self.tables().keys().event(account, scope, name);
        let item = ReceiptItem {
            person: self.name().clone(),
            id: event_id(&name),
            entries,
            because,
            expires_at: self.now().plus(MESSAGE_MEMORY),
        };
        let table = self.tables().names.messages.clone();
        let condition = Condition::absent_or_ended(self.now());
        self.put(Part::Event, &table, write(&item), condition);
    }
}
