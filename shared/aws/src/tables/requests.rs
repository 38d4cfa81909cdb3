//! Requests for money. Each stands under both of its people, by its code: `request#from-3F2K` with whoever asks,
//! `request#to-3F2K` with whoever is asked, if they were told. What only the two may read is sealed with each.

use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use domain::conversation::{Change, NewRequest, OtherChat, OtherSide};
use domain::flash::Username;
use domain::ids::{EntryId, EntryKey, PersonKey, WalletId};
use domain::notification::{When, Why};
use domain::policy::BLOCKED_NAMES;
use domain::request::{Blocked, Code, Mark, Progress, Request, Side, Terms, forgotten_at};
use domain::state::{Link, Sealed};
use domain::time::Moment;
use futures::future::try_join_all;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::commit::COMPLETE;
use super::items::{PersonItem, PointerItem, StandingItem};
use super::read::standing_key;
use super::{Item, NewEntry, Part, TableError, Tables, Transaction, has_ended, n, read, s, write};
use crate::keys::Place;
use crate::telemetry;

/// How the sort keys begin: of requests, of those that somebody was told of, and of the names of those who are blocked.
pub(super) const REQUEST: &str = "request#";
const TOLD: &str = "request#to-";
pub(super) const BLOCKED: &str = "blocked#";
/// Requests read at once. One's own come first, of which there can't be as many: twenty a day for two weeks.
const PAGE: i32 = 400;
/// Requests ended at once by one look: a second's work.
const AT_ONCE: usize = 25;

/// `messages`, key `person`, `request#from-code` or `request#to-code`.
#[derive(Debug, Serialize, Deserialize)]
struct RequestItem {
    person: PersonKey,
    id: String,
    request: String,
    progress: Progress,
    with: Mark,
    created_at: Moment,
    ends_at: Moment,
    expires_at: Moment,
    /// Sealed.
    terms: Sealed,
}

/// `messages`, key `person`, `blocked#wallet's mark`.
#[derive(Debug, Serialize, Deserialize)]
struct BlockedItem {
    person: PersonKey,
    id: String,
    created_at: Moment,
    expires_at: Moment,
    /// Sealed.
    name: Sealed,
}

pub(super) fn wallet_key(wallet: &WalletId) -> String {
    format!("wallet#{}", wallet.0)
}

fn request_id(side: Side, code: &Code) -> String {
    let way = match side {
        Side::Asker => "from",
        Side::Asked => "to",
    };
    format!("{REQUEST}{way}-{}", code.as_str())
}

/// The sort key of a request as it stands under whoever is asked.
pub(super) fn told_id(code: &Code) -> String {
    request_id(Side::Asked, code)
}

/// The id of a request that may still be brought to whoever is asked, who has blocked those.
pub(super) fn open_request(
    item: Item,
    blocked: &[Blocked],
    now: Moment,
) -> Result<Option<String>, TableError> {
    let item: RequestItem = read("messages", item)?;
    let is_blocked = blocked.iter().any(|blocked| blocked.wallet == item.with);
    let is_open = item.progress == Progress::Open && now < item.ends_at;
    Ok((is_open && !is_blocked).then_some(item.request))
}

/// None: of a later release.
fn side_and_code(id: &str) -> Option<(Side, Code)> {
    let (way, code) = id.strip_prefix(REQUEST)?.split_once('-')?;
    let side = match way {
        "from" => Side::Asker,
        "to" => Side::Asked,
        _ => return None,
    };
    Some((side, Code::parse(code).ok()?))
}

fn place<'a>(field: &'static str, person: &'a PersonKey) -> Place<'a> {
    Place {
        table: "messages",
        field,
        person,
    }
}

impl Tables {
    /// Whose chat is linked to the account of that wallet, by the pointer alone: their own item must say the same.
    pub async fn owner_of(
        &self,
        wallet: &WalletId,
        now: Moment,
    ) -> Result<Option<PersonKey>, TableError> {
        let item = self.get_person_item(&wallet_key(wallet)).await?;
        let Some(item) = item.filter(|item| !has_ended(item, now)) else {
            return Ok(None);
        };
        Ok(Some(read::<PointerItem>("people", item)?.to))
    }

    /// All that are remembered, those that the person has made before those to them. What is damaged is left out.
    pub async fn requests(
        &self,
        person: &PersonKey,
        now: Moment,
    ) -> Result<Vec<Request>, TableError> {
        let items = self.begins_with(person, REQUEST, PAGE).await?;
        let mut found = Vec::new();
        for item in items.into_iter().filter(|item| !has_ended(item, now)) {
            let item: RequestItem = read("messages", item)?;
            let Some((side, code)) = side_and_code(&item.id) else {
                continue;
            };
            let Some(terms) = self.terms(&item, now).await? else {
                continue;
            };
            found.push(Request {
                code,
                id: item.request,
                side,
                progress: item.progress,
                asked_at: item.created_at,
                ends_at: item.ends_at,
                with: item.with,
                terms,
            });
        }
        Ok(found)
    }

    /// Whose requests the person was told of from `since` on, over or not, each as often as they were.
    pub async fn told_since(
        &self,
        person: &PersonKey,
        since: Moment,
    ) -> Result<Vec<Mark>, TableError> {
        let items = self.begins_with(person, TOLD, PAGE).await?;
        let mut told = Vec::new();
        for item in items {
            let item: RequestItem = read("messages", item)?;
            if item.created_at > since {
                told.push(item.with);
            }
        }
        Ok(told)
    }

    pub(super) async fn begins_with(
        &self,
        person: &PersonKey,
        start: &str,
        most: i32,
    ) -> Result<Vec<Item>, TableError> {
        let query = self.client.query().table_name(&self.names.messages);
        let query = query
            .key_condition_expression("person = :person AND begins_with(id, :start)")
            .expression_attribute_values(":person", s(person.as_str()))
            .expression_attribute_values(":start", s(start))
            .consistent_read(true)
            .limit(most);
        let answer = query.send().await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        Ok(answer.items.unwrap_or_default())
    }

    /// None: they can't be read any more.
    async fn terms(&self, item: &RequestItem, now: Moment) -> Result<Option<Terms>, TableError> {
        let opened = self
            .open(place("terms", &item.person), &item.terms, now)
            .await;
        match opened {
            Ok(terms) => Ok(serde_json::from_str(terms.expose_secret()).ok()),
            Err(error) if error.is_damage() => {
                telemetry::failure("request", &error);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How a request stands with the other of its two people, and where they are.
    pub async fn other_side(
        &self,
        request: &Request,
        now: Moment,
    ) -> Result<OtherSide, TableError> {
        let other = &request.terms.other;
        let side = match request.side {
            Side::Asker => Side::Asked,
            Side::Asked => Side::Asker,
        };
        let item = self.client.get_item().table_name(&self.names.messages);
        let item = item
            .key("person", s(other.as_str()))
            .key("id", s(request_id(side, &request.code)))
            .consistent_read(true)
            .send();
        let standing = standing_key(other);
        let (item, person, standing, seen) = futures::join!(
            item,
            Box::pin(self.get_person_item(other.as_str())),
            Box::pin(self.get_person_item(&standing)),
            Box::pin(self.seen(other, now))
        );
        let item = item.map_err(|error| TableError::of("GetItem", error))?.item;
        let item = item.filter(|item| !has_ended(item, now));
        let item = item.map(|item| read::<RequestItem>("messages", item));
        let item = item.transpose()?;
        let item = item.filter(|item| item.request == request.id);
        let terms = match &item {
            Some(item) => self.terms(item, now).await?,
            None => None,
        };
        let stands = item.is_some_and(|item| item.progress == Progress::Open);
        let person = person?.filter(|item| !has_ended(item, now));
        let chat = match person.map(|item| read::<PersonItem>("people", item)) {
            Some(item) => self.chat_of(other, item?, now).await,
            None => None,
        };
        let standing = standing?.filter(|item| !has_ended(item, now));
        let standing = standing.map(|item| read::<StandingItem>("people", item));
        let standing = standing.transpose()?.map(|item| item.value);
        let standing = standing.unwrap_or_default();
        let when = match &chat {
            Some(chat) => {
                let seen = seen?.seen;
                self.may_be_asked(other, &standing, &chat.address, &seen, now)
                    .await
            }
            None => When::Never(Why::NotLinked),
        };
        Ok(OtherSide {
            stands,
            names: terms.map(|terms| terms.who),
            chat,
            when,
        })
    }

    async fn chat_of(
        &self,
        person: &PersonKey,
        item: PersonItem,
        now: Moment,
    ) -> Option<OtherChat> {
        item.value.live_link(now)?;
        let language = self
            .language_of(person, &item.value, &item.address, now)
            .await;
        Some(OtherChat {
            person: person.clone(),
            address: item.address,
            language,
        })
    }

    /// How those are called whom the person has blocked, as far as it is still kept.
    pub async fn blocked_names(
        &self,
        person: &PersonKey,
        now: Moment,
    ) -> Result<Vec<(Mark, Username)>, TableError> {
        let items = self.begins_with(person, BLOCKED, PAGE).await?;
        let mut named = Vec::new();
        for item in items.into_iter().filter(|item| !has_ended(item, now)) {
            let item: BlockedItem = read("messages", item)?;
            let opened = self.open(place("name", person), &item.name, now).await;
            let name = match opened {
                Err(error) if error.is_damage() => {
                    telemetry::failure("blocked", &error);
                    continue;
                }
                opened => Username::parse(opened?.expose_secret()),
            };
            let mark = item.id.strip_prefix(BLOCKED).map(str::to_owned);
            let mark = mark.and_then(|mark| Mark::from_digest(mark).ok());
            named.extend(mark.zip(name.ok()));
        }
        Ok(named)
    }

    /// The person has let go of their link at `let_go_at`: their requests from before go, and those they have made end with
    /// whoever was asked. With whoever has asked them theirs stay as they are, or it would be told who is linked. False if there
    /// are more of them.
    pub async fn end_requests(
        &self,
        person: &PersonKey,
        let_go_at: Moment,
        now: Moment,
    ) -> Result<bool, TableError> {
        let items = self.begins_with(person, REQUEST, PAGE).await?;
        let all = i32::try_from(items.len()).is_ok_and(|items| items < PAGE);
        let items = items
            .into_iter()
            .map(|item| read::<RequestItem>("messages", item));
        let mut items = items.collect::<Result<Vec<_>, _>>()?;
        items.retain(|item| item.created_at <= let_go_at);
        for some in items.chunks(AT_ONCE) {
            try_join_all(some.iter().map(|item| self.end_request(item, now))).await?;
        }
        Ok(all || items.is_empty())
    }

    /// The other's first: what has gone can't name them any more.
    async fn end_request(&self, item: &RequestItem, now: Moment) -> Result<(), TableError> {
        let made = side_and_code(&item.id).filter(|(side, _)| *side == Side::Asker);
        let terms = match made {
            Some(_) => self.terms(item, now).await?,
            None => None,
        };
        if let (Some((_, code)), Some(terms)) = (made, terms) {
            let update = self.client.update_item().table_name(&self.names.messages);
            let update = update
                .key("person", s(terms.other.as_str()))
                .key("id", s(request_id(Side::Asked, &code)))
                .update_expression(ENDS)
                .condition_expression(IS_OPEN)
                .expression_attribute_names("#progress", "progress")
                .expression_attribute_names("#request", "request")
                .expression_attribute_values(":open", progress(Progress::Open))
                .expression_attribute_values(":ended", progress(Progress::Ended))
                .expression_attribute_values(":request", s(&item.request))
                .send();
            super::claim::settle(update.await.map(|_| ()))?;
        }
        let delete = self.client.delete_item().table_name(&self.names.messages);
        let delete = delete
            .key("person", s(item.person.as_str()))
            .key("id", s(&item.id));
        let deleted = delete.send().await;
        deleted.map_err(|error| TableError::of("DeleteItem", error))?;
        Ok(())
    }
}

const ENDS: &str = "SET #progress = :ended";
const IS_OPEN: &str = "#request = :request AND #progress = :open";

fn progress(progress: Progress) -> aws_sdk_dynamodb::types::AttributeValue {
    s(match progress {
        Progress::Open => "open",
        Progress::Declined => "declined",
        Progress::Withdrawn => "withdrawn",
        Progress::Paid => "paid",
        Progress::Ended => "ended",
    })
}

impl NewEntry {
    /// What becomes of requests with the end of `link`; its key is never used again, so there is one such entry.
    pub(super) fn let_go(person: &PersonKey, link: &Link, now: Moment) -> Self {
        Self::LetGo {
            key: EntryKey {
                person: person.clone(),
                id: EntryId::caused_by(&format!("requests-{}", link.key_id), 0),
            },
            let_go_at: now,
        }
    }
}

impl Transaction<'_> {
    /// Each line is for what must still be so: else [`Part::Request`] has changed.
    pub fn requests(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Make(made) => self.make(made),
                Change::End {
                    request,
                    progress,
                    on_both,
                } => self.end(request, *progress, *on_both),
                Change::NameBlocked { wallet, name } => self.name_blocked(wallet, name),
            }
        }
    }

    fn make(&mut self, made: &NewRequest) {
        let me = self.name().clone();
        self.put_request(&me, &made.mine);
        if let Some(theirs) = &made.theirs {
            self.put_request(&made.mine.terms.other, theirs);
        }
    }

    fn put_request(&mut self, person: &PersonKey, request: &Request) {
        let terms = serde_json::to_string(&request.terms).unwrap_or_default();
        let item = RequestItem {
            person: person.clone(),
            id: request_id(request.side, &request.code),
            request: request.id.clone(),
            progress: request.progress,
            with: request.with.clone(),
            created_at: request.asked_at,
            ends_at: request.ends_at,
            expires_at: forgotten_at(request.ends_at),
            terms: self.tables().keys().seal(place("terms", person), &terms),
        };
        let put = Put::builder()
            .table_name(&self.tables().names.messages)
            .set_item(Some(write(&item)))
            .condition_expression("attribute_not_exists(person) OR expires_at <= :now")
            .expression_attribute_values(":now", n(self.now().unix()));
        self.request_line(TransactWriteItem::builder().put(put.build().expect(COMPLETE)));
    }

    fn end(&mut self, request: &Request, how: Progress, on_both: bool) {
        let me = self.name().clone();
        let other = match request.side {
            Side::Asker => Side::Asked,
            Side::Asked => Side::Asker,
        };
        let both = [
            (Some(&me), request.side),
            (Some(&request.terms.other).filter(|_| on_both), other),
        ];
        for (person, side) in both {
            let Some(person) = person else { continue };
            let update = Update::builder()
                .table_name(&self.tables().names.messages)
                .key("person", s(person.as_str()))
                .key("id", s(request_id(side, &request.code)))
                .update_expression(ENDS)
                .condition_expression(IS_OPEN)
                .expression_attribute_names("#progress", "progress")
                .expression_attribute_names("#request", "request")
                .expression_attribute_values(":open", progress(Progress::Open))
                .expression_attribute_values(":ended", progress(how))
                .expression_attribute_values(":request", s(&request.id));
            self.request_line(TransactWriteItem::builder().update(update.build().expect(COMPLETE)));
        }
    }

    fn name_blocked(&mut self, wallet: &Mark, name: &Username) {
        let (me, now) = (self.name().clone(), self.now());
        let sealed = self.tables().keys().seal(place("name", &me), name.as_str());
        let item = BlockedItem {
            id: format!("{BLOCKED}{}", wallet.as_str()),
            person: me,
            created_at: now,
            expires_at: now.plus(BLOCKED_NAMES),
            name: sealed,
        };
        let put = Put::builder()
            .table_name(&self.tables().names.messages)
            .set_item(Some(write(&item)));
        self.request_line(TransactWriteItem::builder().put(put.build().expect(COMPLETE)));
    }

    fn request_line(&mut self, line: aws_sdk_dynamodb::types::builders::TransactWriteItemBuilder) {
        self.line(Part::Request, line.build());
    }

    /// This person is found by that key from now on.
    pub(super) fn claim_name(&mut self, key: String, until: Moment) {
        let item = PointerItem {
            person: key,
            to: self.name().clone(),
            expires_at: until,
        };
        let put = Put::builder()
            .table_name(&self.tables().names.people)
            .set_item(Some(write(&item)));
        let line = TransactWriteItem::builder().put(put.build().expect(COMPLETE));
        self.line(Part::Pointer, line.build());
    }

    pub(super) fn release_name(&mut self, key: String) {
        let delete = Delete::builder()
            .table_name(&self.tables().names.people)
            .key("person", s(key))
            .condition_expression("attribute_not_exists(person) OR #to = :person")
            .expression_attribute_names("#to", "to")
            .expression_attribute_values(":person", s(self.name().as_str()));
        let line = TransactWriteItem::builder().delete(delete.build().expect(COMPLETE));
        self.line(Part::Pointer, line.build());
    }
}
