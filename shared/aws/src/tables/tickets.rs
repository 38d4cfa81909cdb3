//! Tickets: each stands under its customer, by its code, and while it is open its code is listed for support.

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use domain::ids::{EntryId, EntryKey, PersonKey};
use domain::language::Language;
use domain::policy::TICKET_LIFE;
use domain::state::Sealed;
use domain::ticket::{Alert, Change, Code, Open, Shared, Ticket};
use domain::time::Moment;
use futures::future::try_join_all;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use super::commit::{COMPLETE, Condition};
use super::{Item, NewEntry, Part, TableError, Tables, Transaction, has_ended, read, s, write};
use crate::keys::Place;
use crate::telemetry;

const TABLE: &str = "messages";
/// How the sort key of a ticket begins.
pub(super) const TICKET: &str = "ticket#";
/// Under what the open ones are listed.
const LIST: &str = "tickets#open";
const LISTED: &str = "open#";
/// Tickets of one customer that are read at once; there can't be as many: three a day for 30 days.
const PAGE: i32 = 100;

/// `messages`, key `person`, `ticket#code`.
#[derive(Debug, Serialize, Deserialize)]
struct TicketItem {
    person: PersonKey,
    id: String,
    version: u64,
    created_at: Moment,
    reads: Language,
    open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits_since: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<PersonKey>,
    /// Sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shared: Option<Sealed>,
    expires_at: Moment,
}

/// `messages`, key `tickets#open`, `open#code`: whose ticket that is.
#[derive(Debug, Serialize, Deserialize)]
struct ListedItem {
    person: String,
    id: String,
    whose: PersonKey,
    opened_at: Moment,
    expires_at: Moment,
}

pub(super) fn shared_by(person: &PersonKey) -> Place<'_> {
    Place {
        table: TABLE,
        field: "shared",
        person,
    }
}

/// None: damaged, or of a later release.
fn readable(opened: Result<String, TableError>) -> Result<Option<Shared>, TableError> {
    match opened {
        Ok(text) => Ok(serde_json::from_str(&text).ok()),
        Err(error) if error.is_damage() => {
            telemetry::failure("ticket", &error);
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn listed_id(code: &Code) -> String {
    format!("{LISTED}{}", code.as_str())
}

fn ticket_id(code: &Code) -> String {
    format!("{TICKET}{}", code.as_str())
}

impl Tables {
    /// What a person would get to see, as a session keeps it: where a question for the assistant waits.
    pub fn seal_draft(&self, person: &PersonKey, draft: &Shared) -> Sealed {
        let text = serde_json::to_string(draft).unwrap_or_default();
        self.seal_question(person, &text)
    }

    /// None: it can't be read any more.
    pub async fn open_draft(
        &self,
        person: &PersonKey,
        draft: &Sealed,
        now: Moment,
    ) -> Result<Option<Shared>, TableError> {
        readable(self.open_question(person, draft, now).await)
    }

    async fn open_shared(
        &self,
        place: Place<'_>,
        sealed: &Sealed,
        now: Moment,
    ) -> Result<Option<Shared>, TableError> {
        let text = self.open(place, sealed, now).await;
        readable(text.map(|text| text.expose_secret().to_owned()))
    }

    /// All that are remembered of the person's tickets, open or closed.
    pub async fn tickets(
        &self,
        person: &PersonKey,
        now: Moment,
    ) -> Result<Vec<Ticket>, TableError> {
        let items = self.begins_with(person, TICKET, PAGE).await?;
        let mut tickets = Vec::new();
        for item in items.into_iter().filter(|item| !has_ended(item, now)) {
            tickets.extend(self.opened_ticket(read(TABLE, item)?, now).await?);
        }
        Ok(tickets)
    }

    /// None: its name is of a later release.
    async fn opened_ticket(
        &self,
        item: TicketItem,
        now: Moment,
    ) -> Result<Option<Ticket>, TableError> {
        let Some(code) = item.id.strip_prefix(TICKET).and_then(Code::parse) else {
            return Ok(None);
        };
        let shared = match &item.shared {
            Some(sealed) => {
                let place = shared_by(&item.person);
                self.open_shared(place, sealed, now).await?
            }
            None => None,
        };
        Ok(Some(Ticket {
            code,
            opened_at: item.created_at,
            language: item.reads,
            shared,
            open: item.open,
            waits_since: item.waits_since,
            user: item.user,
            version: item.version,
        }))
    }

    /// The open tickets, the oldest `most` of them opened. The list is read as far as one page goes: thousands.
    pub async fn open_tickets(&self, most: usize, now: Moment) -> Result<Open, TableError> {
        let answer = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :list")
            .expression_attribute_values(":list", s(LIST))
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        let live = answer.items.unwrap_or_default().into_iter();
        let live = live.filter(|item| !has_ended(item, now));
        let mut listed = live
            .map(|item| read::<ListedItem>(TABLE, item))
            .collect::<Result<Vec<_>, _>>()?;
        listed.sort_by_key(|item| item.opened_at);
        let count = listed.len();
        let oldest = listed.iter().take(most).filter_map(|item| {
            let code = item.id.strip_prefix(LISTED).and_then(Code::parse)?;
            Some((&item.whose, code))
        });
        let found = oldest.map(async |(whose, code)| self.ticket_of(whose, &code, now).await);
        let found = try_join_all(found).await?.into_iter().flatten();
        Ok(Open {
            tickets: found.filter(|ticket| ticket.open).collect(),
            count,
        })
    }

    /// The ticket of that code, if it is open, and whose it is.
    pub async fn ticket(
        &self,
        code: &Code,
        now: Moment,
    ) -> Result<Option<(PersonKey, Ticket)>, TableError> {
        let Some(item) = self.message_item(LIST, &listed_id(code), now).await? else {
            return Ok(None);
        };
        let listed: ListedItem = read(TABLE, item)?;
        let ticket = self.ticket_of(&listed.whose, code, now).await?;
        Ok(ticket.map(|ticket| (listed.whose, ticket)))
    }

    async fn ticket_of(
        &self,
        whose: &PersonKey,
        code: &Code,
        now: Moment,
    ) -> Result<Option<Ticket>, TableError> {
        let id = ticket_id(code);
        match self.message_item(whose.as_str(), &id, now).await? {
            Some(item) => self.opened_ticket(read(TABLE, item)?, now).await,
            None => Ok(None),
        }
    }

    async fn message_item(
        &self,
        person: &str,
        id: &str,
        now: Moment,
    ) -> Result<Option<Item>, TableError> {
        let request = self.client.get_item().table_name(&self.names.messages);
        let request = request.key("person", s(person)).key("id", s(id));
        let answer = request.consistent_read(true).send().await;
        let item = answer
            .map_err(|error| TableError::of("GetItem", error))?
            .item;
        Ok(item.filter(|item| !has_ended(item, now)))
    }
}

impl Transaction<'_> {
    /// [`Part::Ticket`] has changed if a ticket is no longer as it was read, or its code is somebody else's.
    pub fn tickets(&mut self, changes: &[Change]) {
        for change in changes {
            if let Some(name) = change.counted_as() {
                self.count(name, 1);
            }
            let sender = self.name().clone();
            match change {
                Change::Open(ticket) => {
                    self.put_ticket(&sender, ticket, None);
                    self.list(&sender, ticket, true);
                }
                Change::Add(ticket) => {
                    self.put_ticket(&sender, ticket, Some(ticket.version));
                    self.list(&sender, ticket, false);
                }
                Change::Answer { whose, ticket } => {
                    self.put_ticket(whose, ticket, Some(ticket.version));
                }
                Change::Close { whose, ticket } => {
                    let closed = Ticket {
                        open: false,
                        shared: None,
                        waits_since: None,
                        ..(**ticket).clone()
                    };
                    self.put_ticket(whose, &closed, Some(ticket.version));
                    self.unlist(whose, &ticket.code);
                }
                Change::End(code) => {
                    self.end_ticket(&sender, code);
                    self.unlist(&sender, code);
                }
            }
        }
    }

    fn put_ticket(&mut self, whose: &PersonKey, ticket: &Ticket, was: Option<u64>) {
        let shared = ticket.shared.as_ref().map(|shared| {
            let text = serde_json::to_string(shared).unwrap_or_default();
            self.tables().keys().seal(shared_by(whose), &text)
        });
        let item = TicketItem {
            person: whose.clone(),
            id: ticket_id(&ticket.code),
            version: was.unwrap_or_default() + 1,
            created_at: ticket.opened_at,
            reads: ticket.language,
            open: ticket.open,
            waits_since: ticket.waits_since,
            user: ticket.user.clone(),
            shared,
            expires_at: self.now().plus(TICKET_LIFE),
        };
        let condition = Condition::version(was, self.now());
        let table = self.tables().names.messages.clone();
        self.put(Part::Ticket, &table, write(&item), condition);
    }

    /// What is left names nothing, counts as gone from now on, and is no longer what anybody has read.
    fn end_ticket(&mut self, whose: &PersonKey, code: &Code) {
        let now = self.now();
        let item = TicketItem {
            person: whose.clone(),
            id: ticket_id(code),
            version: 0,
            created_at: now,
            reads: Language::default(),
            open: false,
            waits_since: None,
            user: None,
            shared: None,
            expires_at: now,
        };
        self.put_whatever_was(write(&item));
    }

    fn list(&mut self, whose: &PersonKey, ticket: &Ticket, first: bool) {
        let item = ListedItem {
            person: LIST.to_owned(),
            id: listed_id(&ticket.code),
            whose: whose.clone(),
            opened_at: ticket.opened_at,
            expires_at: self.now().plus(TICKET_LIFE),
        };
        if first {
            let condition = Condition::absent_or_ended(self.now());
            let table = self.tables().names.messages.clone();
            self.put(Part::Ticket, &table, write(&item), condition);
        } else {
            self.put_whatever_was(write(&item));
        }
    }

    fn unlist(&mut self, whose: &PersonKey, code: &Code) {
        let now = self.now();
        let item = ListedItem {
            person: LIST.to_owned(),
            id: listed_id(code),
            whose: whose.clone(),
            opened_at: now,
            expires_at: now,
        };
        self.put_whatever_was(write(&item));
    }

    fn put_whatever_was(&mut self, item: Item) {
        let put = Put::builder()
            .table_name(&self.tables().names.messages)
            .set_item(Some(item))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::None);
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        self.line(Part::Ticket, TransactWriteItem::builder().put(put).build());
    }
}

impl NewEntry {
    /// The operator is told that a customer waits.
    pub fn alert(person: &PersonKey, cause: &str, alert: Alert) -> Self {
        Self::Alert {
            key: EntryKey {
                person: person.clone(),
                id: EntryId::caused_by(&format!("{cause}-alert"), 0),
            },
            alert,
        }
    }
}
