//! One transaction for all that a message changes: everything of it, or nothing.

use std::time::Duration;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, ConditionCheck, Delete, Put,
    ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::consent::Evidence;
use domain::conversation::{Audit, Event, Pointer};
use domain::counts::{self, Counts};
use domain::guard::Guard;
use domain::ids::{AccountId, EntryKey, MessageSid, PersonKey};
use domain::parting::Parting;
use domain::policy::{AUDIT_MEMORY, CREDENTIAL_LIFE, MESSAGE_MEMORY, STRANGER_MEMORY};
use domain::state::{AppCode, Link, Person, Sealed, Session, Standing, WaitingCode};
use domain::time::Moment;

use super::announcements::news_shard;
use super::events::user_key;
use super::items::{
    AppCodeItem, AuditItem, CodeItem, GuardItem, LINK, PersonItem, PointerItem, ReceiptItem,
    STEP_UP, SessionItem, StandingItem,
};
use super::read::{account_key, alias_key, guard_key, standing_key};
use super::requests::wallet_key;
use super::{Item, Known, NewEntry, TableError, Tables, n, read, s, write};
use crate::telemetry;

const OPERATION: &str = "TransactWriteItems";
/// A line that was left out would leave its condition out, so building one must never fail quietly.
pub(super) const COMPLETE: &str = "every required field is set";
/// Tries of one and the same request when it was throttled or ran into another transaction.
const TRIES: usize = 5;

/// What a line of the transaction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Receipt,
    Person,
    Standing,
    Guard,
    Session,
    Code,
    Pointer,
    Proof,
    Alias,
    Balance,
    Entry,
    Audit,
    Seekers,
    Feedback,
    Event,
    Counter,
    Announcement,
    Request,
    Seen,
    Memory,
    Switch,
    Ticket,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// This message has been dealt with before; these are the sends it gave rise to.
    #[error("already dealt with")]
    Duplicate { entries: Vec<EntryKey> },
    /// Somebody else wrote first: read again, decide again.
    #[error("{0:?} has changed since it was read")]
    Changed(Part),
    #[error(transparent)]
    Table(#[from] TableError),
}

/// A transaction being put together.
#[derive(Debug)]
pub struct Transaction<'a> {
    tables: &'a Tables,
    person: &'a PersonKey,
    now: Moment,
    lines: Vec<(Part, TransactWriteItem)>,
    audits: usize,
    events: Vec<Event>,
    counts: Counts,
}

impl Tables {
    pub fn transaction<'a>(&'a self, person: &'a PersonKey, now: Moment) -> Transaction<'a> {
        Transaction {
            tables: self,
            person,
            now,
            lines: Vec::new(),
            audits: 0,
            events: Vec::new(),
            counts: Counts::default(),
        }
    }
}

impl Transaction<'_> {
    pub(super) fn put(&mut self, part: Part, table: &str, item: Item, condition: Condition) {
        let put = Put::builder()
            .table_name(table)
            .set_item(Some(item))
            .condition_expression(condition.expression);
        let put = put
            .set_expression_attribute_values(condition.values)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        self.lines
            .push((part, TransactWriteItem::builder().put(put).build()));
    }

    /// Makes sure of `condition` for an item of the person's that is not written.
    pub(super) fn check_message(&mut self, part: Part, id: &str, condition: Condition) {
        let check = ConditionCheck::builder()
            .table_name(&self.tables.names.messages)
            .key("person", s(self.person.as_str()))
            .key("id", s(id))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        let check = check.build().expect(COMPLETE);
        self.lines.push((
            part,
            TransactWriteItem::builder().condition_check(check).build(),
        ));
    }

    /// This message is being dealt with, once. Its receipt stands under the key of the address it came from, whoever
    /// that turned out to be: whoever has nothing but Twilio's list finds it there. It stands under that person's own
    /// key as well, where the release before puts it and looks for it.
    pub fn receipt(&mut self, sender: &PersonKey, sid: &MessageSid, entries: &[NewEntry]) {
        self.receipt_of(sender, sid.as_str(), entries);
    }

    /// The same of anything else that gives rise to entries once, by its own name.
    pub fn receipt_of(&mut self, sender: &PersonKey, cause: &str, entries: &[NewEntry]) {
        let entries: Vec<_> = entries
            .iter()
            .filter(|e| e.is_ready_to_send())
            .map(|e| e.key().to_string())
            .collect();
        let person = (self.person != sender).then_some(self.person);
        for holder in [Some(sender), person].into_iter().flatten() {
            let item = ReceiptItem {
                person: holder.clone(),
                id: receipt_of(cause),
                entries: entries.clone(),
                because: None,
                expires_at: self.now.plus(MESSAGE_MEMORY),
            };
            let table = self.tables.names.messages.clone();
            self.put(Part::Receipt, &table, write(&item), Condition::absent());
        }
    }

    /// Writes the person if anything changed or stands under an older key, else makes sure that nobody else changed them.
    /// A person without a link is forgotten after a while, counted from a day on which they wrote.
    pub fn person(&mut self, known: &Known, person: &Person, address: &Sealed) {
        let (person, address) = self.tables.renewed(self.person, person, address);
        let stranger_until = person
            .link
            .is_none()
            .then(|| self.now.plus(STRANGER_MEMORY));
        let fresh = match (stranger_until, known.stranger_until) {
            (Some(wanted), Some(is)) => wanted.since(is) < domain::policy::SESSION_IDLE,
            (wanted, is) => wanted == is,
        };
        let table = self.tables.names.people.clone();
        let condition = Condition::version(known.person_version, self.now);
        let as_it_was = known.state.person == person && known.address.as_ref() == Some(&address);
        if known.person_version.is_some() && fresh && as_it_was {
            let check = ConditionCheck::builder()
                .table_name(table)
                .key("person", s(self.person.as_str()));
            let check = check
                .condition_expression(condition.expression)
                .set_expression_attribute_values(condition.values);
            let check = check.build().expect(COMPLETE);
            self.lines.push((
                Part::Person,
                TransactWriteItem::builder().condition_check(check).build(),
            ));
            return;
        }
        if known.person_version.is_none() {
            self.count(counts::PEOPLE, 1);
        }
        let old = known.state.person.link.as_ref();
        let same = |old: &&Link| {
            let link = person.link.as_ref();
            link.is_some_and(|link| link.account == old.account)
        };
        if let Some(old) = old.filter(|old| !same(old)) {
            self.entry(&NewEntry::let_go(self.person, old, self.now));
        }
        let item = PersonItem {
            person: self.person.clone(),
            version: known.person_version.unwrap_or(0) + 1,
            address,
            expires_at: stranger_until,
            value: person,
        };
        self.put(Part::Person, &table, write(&item), condition);
    }

    /// Makes sure that nobody has changed the person since they were read.
    pub fn person_as_read(&mut self, known: &Known) {
        self.person_at(known.person_version);
    }

    /// Makes sure that the conversation is as it was read.
    pub fn session_as_read(&mut self, known: &Known) {
        let condition = Condition::version(known.session_version, self.now);
        let check = ConditionCheck::builder()
            .table_name(&self.tables.names.sessions)
            .key("person", s(self.person.as_str()))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        let check = check.build().expect(COMPLETE);
        self.lines.push((
            Part::Session,
            TransactWriteItem::builder().condition_check(check).build(),
        ));
    }

    /// The same of a person who was read at that version.
    pub(super) fn person_at(&mut self, version: Option<u64>) {
        let condition = Condition::version(version, self.now);
        let check = ConditionCheck::builder()
            .table_name(&self.tables.names.people)
            .key("person", s(self.person.as_str()))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        let check = check.build().expect(COMPLETE);
        self.lines.push((
            Part::Person,
            TransactWriteItem::builder().condition_check(check).build(),
        ));
    }

    /// From the sender's user id to this person, for messages that show nothing else.
    pub fn alias(&mut self, user: &PersonKey, instead_of: Option<&PersonKey>) {
        let item = PointerItem {
            person: alias_key(user),
            to: self.person.clone(),
            expires_at: self.now.plus(AUDIT_MEMORY),
        };
        let put = Put::builder()
            .table_name(&self.tables.names.people)
            .set_item(Some(write(&item)));
        let put = match instead_of {
            Some(other) => put
                .condition_expression("#to = :other")
                .expression_attribute_names("#to", "to")
                .expression_attribute_values(":other", s(other.as_str())),
            None => put
                .condition_expression("attribute_not_exists(person) OR expires_at <= :now")
                .expression_attribute_values(":now", n(self.now.unix())),
        };
        // Every required field is set above.
        let put = put.build().expect(COMPLETE);
        self.lines
            .push((Part::Alias, TransactWriteItem::builder().put(put).build()));
    }

    /// What the person has said of being written to, if that has changed.
    pub fn standing(&mut self, known: &Known, standing: &Standing) {
        let news_shard = news_shard(self.person, standing);
        if known.standing_stored == *standing && known.news_shard == news_shard {
            return;
        }
        let item = StandingItem {
            person: standing_key(self.person),
            version: known.standing_version.unwrap_or(0) + 1,
            news_shard,
            value: standing.clone(),
        };
        let table = self.tables.names.people.clone();
        let condition = Condition::version(known.standing_version, self.now);
        self.put(Part::Standing, &table, write(&item), condition);
    }

    pub fn guard(&mut self, known: &Known, guard: &Guard) {
        if known.state.guard == *guard {
            return;
        }
        let item = GuardItem {
            person: guard_key(self.person),
            version: known.guard_version.unwrap_or(0) + 1,
            expires_at: guard.ends_at(self.now),
            guard: guard.clone(),
        };
        let table = self.tables.names.people.clone();
        self.put(
            Part::Guard,
            &table,
            write(&item),
            Condition::version(known.guard_version, self.now),
        );
    }

    /// The conversation after a word from the person, which opens WhatsApp's window again.
    pub fn session_heard(&mut self, known: &Known, session: &Session) {
        self.put_session(known, session, None);
    }

    /// The conversation after something else has happened.
    pub fn session(&mut self, known: &Known, session: &Session) {
        self.put_session(known, session, known.window_closed_at);
    }

    fn put_session(&mut self, known: &Known, session: &Session, window_closed_at: Option<Moment>) {
        let item = SessionItem {
            person: self.person.clone(),
            version: known.session_version.unwrap_or(0) + 1,
            expires_at: session.ends_at(),
            session: session.clone(),
            window_closed_at,
        };
        let table = self.tables.names.sessions.clone();
        self.put(
            Part::Session,
            &table,
            write(&item),
            Condition::version(known.session_version, self.now),
        );
    }

    /// A code to wait for, in place of the one that was read (by its challenge), if there was one.
    pub fn await_code(&mut self, code: &WaitingCode, replaces: Option<&str>) {
        let item = CodeItem {
            person: self.person.clone(),
            purpose: LINK.to_owned(),
            code: code.clone(),
        };
        let condition = match replaces {
            Some(challenge) => Condition::challenge(challenge),
            None => Condition::absent_or_ended(self.now),
        };
        let table = self.tables.names.codes.clone();
        self.put(Part::Code, &table, write(&item), condition);
    }

    /// A code that was sent to the Flash app, where none waits.
    pub fn await_app_code(&mut self, code: &AppCode) {
        let item = AppCodeItem {
            person: self.person.clone(),
            purpose: STEP_UP.to_owned(),
            code: code.clone(),
        };
        let table = self.tables.names.codes.clone();
        let condition = Condition::absent_or_ended(self.now);
        self.put(Part::Code, &table, write(&item), condition);
    }

    /// As [`Transaction::destroy_code`], of the code in the Flash app.
    pub fn destroy_app_code(&mut self, challenge: &str) {
        self.destroy(STEP_UP, challenge);
    }

    /// A key proves once who its owner is: its digest is remembered as long as a key of the bot's lives.
    pub fn proof(&mut self, key_digest: &str) {
        let item = PointerItem {
            person: format!("proof#{key_digest}"),
            to: self.person.clone(),
            expires_at: self.now.plus(CREDENTIAL_LIFE),
        };
        let table = self.tables.names.people.clone();
        let condition = Condition::absent_or_ended(self.now);
        self.put(Part::Proof, &table, write(&item), condition);
    }

    /// Destroys the waiting code that has this challenge, with the credential beside it. It must still be there:
    /// whoever took it away first has also decided what it was good for.
    pub fn destroy_code(&mut self, challenge: &str) {
        self.destroy(LINK, challenge);
    }

    fn destroy(&mut self, purpose: &str, challenge: &str) {
        let condition = Condition::challenge(challenge);
        let delete = Delete::builder()
            .table_name(&self.tables.names.codes)
            .key("person", s(self.person.as_str()))
            .key("purpose", s(purpose))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        let delete = delete.build().expect(COMPLETE);
        self.lines.push((
            Part::Code,
            TransactWriteItem::builder().delete(delete).build(),
        ));
    }

    /// One active link per account: the pointer is claimed only if it is free, over, this person's own, or that of whom
    /// the account is moved from.
    pub fn pointer(&mut self, pointer: &Pointer) {
        let mine_or = |other: &str| Condition {
            expression: format!("attribute_not_exists(person) OR #to = :person{other}"),
            values: None,
        };
        let table = self.tables.names.people.clone();
        let mut values =
            std::collections::HashMap::from([(":person".to_owned(), s(self.person.as_str()))]);
        match pointer {
            Pointer::Claim {
                account,
                until,
                moves_from,
            } => {
                let item = PointerItem {
                    person: account_key(account),
                    to: self.person.clone(),
                    expires_at: *until,
                };
                values.insert(":now".to_owned(), n(self.now.unix()));
                let mut or = " OR expires_at <= :now".to_owned();
                if let Some(from) = moves_from {
                    values.insert(":from".to_owned(), s(from.as_str()));
                    or.push_str(" OR #to = :from");
                }
                let put = Put::builder()
                    .table_name(table)
                    .set_item(Some(write(&item)))
                    .condition_expression(mine_or(&or).expression)
                    .expression_attribute_names("#to", "to")
                    .set_expression_attribute_values(Some(values));
                let put = put.build().expect(COMPLETE);
                self.lines
                    .push((Part::Pointer, TransactWriteItem::builder().put(put).build()));
            }
            Pointer::Release(account) => {
                let delete = Delete::builder()
                    .table_name(table)
                    .key("person", s(account_key(account)))
                    .condition_expression(mine_or("").expression)
                    .expression_attribute_names("#to", "to")
                    .set_expression_attribute_values(Some(values));
                let delete = delete.build().expect(COMPLETE);
                self.lines.push((
                    Part::Pointer,
                    TransactWriteItem::builder().delete(delete).build(),
                ));
            }
            Pointer::ClaimWallet { wallet, until } => self.claim_name(wallet_key(wallet), *until),
            Pointer::ReleaseWallet(wallet) => self.release_name(wallet_key(wallet)),
            Pointer::ClaimUser { user, until } => self.claim_name(user_key(user), *until),
            Pointer::ReleaseUser(user) => self.release_name(user_key(user)),
        }
    }

    pub fn entry(&mut self, entry: &NewEntry) {
        let item = self.tables.entry_item(entry, self.now);
        let table = self.tables.names.messages.clone();
        // The name of a key's timer says all there is to it, so one that was made before is the same.
        let condition = match entry {
            NewEntry::Ending { .. } => Condition::absent_or_same_timer(),
            NewEntry::Send { .. }
            | NewEntry::Release { .. }
            | NewEntry::Expire { .. }
            | NewEntry::Erase { .. }
            | NewEntry::LetGo { .. }
            | NewEntry::Watch { .. }
            | NewEntry::Ask { .. }
            | NewEntry::Alert { .. }
            | NewEntry::ExpireAppCode { .. } => Condition::absent(),
        };
        self.put(Part::Entry, &table, write(&item), condition);
    }

    /// What is left of this person, whose link has ended without a word from them. A conversation that is over stays so:
    /// to begin one would open WhatsApp's window.
    pub fn part(&mut self, known: &Known, parting: &Parting, cause: &str) {
        if let Some(address) = &known.address {
            self.person(known, &parting.person, address);
        }
        if known.session_version.is_some() {
            self.session(known, &parting.session);
        }
        if known.state.session.assistant.id.is_some() {
            self.forget();
        }
        if let Some(challenge) = &parting.destroy_code {
            self.destroy_code(challenge);
        }
        if let Some(challenge) = &parting.destroy_app_code {
            self.destroy_app_code(challenge);
        }
        self.forget_balance();
        for pointer in &parting.releases {
            self.pointer(pointer);
        }
        match &parting.by {
            Some(by) => self.audit_by(&parting.audit, by.as_str(), cause),
            None => self.audit(&parting.audit, cause),
        }
    }

    /// All of `other`, of another person, with the same breath.
    pub fn join(&mut self, other: Transaction<'_>) {
        self.lines.extend(other.lines);
        self.counts.add_all(&other.counts);
    }

    /// Which chats seek an account, if nobody has recorded another since that was read.
    pub(super) fn seekers(&mut self, item: Item, version: Option<u64>) {
        let table = self.tables.names.people.clone();
        let condition = Condition::version(version, self.now);
        self.put(Part::Seekers, &table, item, condition);
    }

    pub fn audit(&mut self, audit: &Audit, cause: &str) {
        let line = self.audit_line(audit.event, audit.account.clone(), cause);
        self.put_audit(&line);
    }

    /// An answer to what the person agrees to, with what was asked.
    pub fn audit_consent(&mut self, evidence: &Evidence, cause: &str) {
        let mut line = self.audit_line(Event::ConsentAnswered, None, cause);
        line.consent = Some(evidence.clone());
        self.put_audit(&line);
    }

    /// What this person, of the staff, does to another; the line stands in this person's record.
    pub fn audit_on(&mut self, event: Event, on: &PersonKey, cause: &str) {
        let mut line = self.audit_line(event, None, cause);
        line.on = Some(on.clone());
        self.put_line(&line);
    }

    /// What somebody else does to this person.
    pub fn audit_by(&mut self, audit: &Audit, by: &str, cause: &str) {
        let mut line = self.audit_line(audit.event, audit.account.clone(), cause);
        line.by = Some(by.to_owned());
        self.put_audit(&line);
    }

    /// What stood under a user id goes with its person. Its own record says so, because nothing else would know: whoever
    /// brings back a table of before asks there. It is no second erasure, and not counted.
    pub(super) fn audit_erased(&mut self, user: &PersonKey, cause: &str) {
        let mut line = self.audit_line(Event::Erased, None, cause);
        line.person = user.clone();
        self.put_line(&line);
    }

    fn audit_line(&self, event: Event, account: Option<AccountId>, cause: &str) -> AuditItem {
        AuditItem {
            person: self.person.clone(),
            at_entry: format!("{:011}#{cause}-{}", self.now.unix(), self.audits),
            event,
            account,
            verdict: Some(event.verdict()),
            by: None,
            on: None,
            cause: cause.to_owned(),
            consent: None,
            expires_at: self.now.plus(AUDIT_MEMORY),
        }
    }

    /// Counted as well, exactly: what stands in two records is counted in that of the person to whom it happened. Once it
    /// is written it is a metric, too.
    fn put_audit(&mut self, item: &AuditItem) {
        self.events.push(item.event);
        if let Some(name) = counts::of_event(item.event) {
            self.count(&name, 1);
        }
        self.put_line(item);
    }

    /// Append-only: the condition forbids what IAM can't.
    fn put_line(&mut self, item: &AuditItem) {
        self.audits += 1;
        let table = self.tables.names.audit.clone();
        self.put(Part::Audit, &table, write(item), Condition::absent());
    }

    /// Once committed, it has happened so often today.
    pub fn count(&mut self, name: &str, times: u64) {
        self.counts.add(name, times);
    }

    pub(super) const fn tables(&self) -> &Tables {
        self.tables
    }

    pub(super) const fn name(&self) -> &PersonKey {
        self.person
    }

    pub(super) const fn now(&self) -> Moment {
        self.now
    }

    /// The person's item goes, if it still is as it was read.
    pub(super) fn destroy_person(&mut self, known: &Known) {
        let condition = Condition::version(known.person_version, self.now);
        let delete = Delete::builder()
            .table_name(&self.tables.names.people)
            .key("person", s(self.person.as_str()))
            .condition_expression(condition.expression)
            .set_expression_attribute_values(condition.values);
        let delete = delete.build().expect(COMPLETE);
        self.lines.push((
            Part::Person,
            TransactWriteItem::builder().delete(delete).build(),
        ));
    }

    pub(super) fn line(&mut self, part: Part, item: TransactWriteItem) {
        self.lines.push((part, item));
    }

    /// Writes all of it. A request that has to be repeated is repeated as it is, under one token, so that an answer
    /// that was lost is found again and nothing is written twice.
    pub async fn commit(mut self) -> Result<(), CommitError> {
        if !self.counts.is_empty() {
            let line = self.tables.counting(self.person, &self.counts, self.now);
            self.lines.push((Part::Counter, line));
        }
        let token = crate::keys::random_id();
        let (parts, items): (Vec<_>, Vec<_>) = self.lines.into_iter().unzip();
        let mut tried = 0;
        loop {
            let request = self
                .tables
                .client
                .transact_write_items()
                .set_transact_items(Some(items.clone()))
                .client_request_token(&token);
            let Err(error) = request.send().await else {
                for event in self.events {
                    telemetry::happened(event);
                }
                if self.counts.of(counts::PEOPLE) > 0 {
                    telemetry::count("person_new");
                }
                return Ok(());
            };
            tried += 1;
            let reasons = cancelled(&error);
            if let Some((part, reason)) = failed_condition(&parts, reasons) {
                return Err(match part {
                    Part::Receipt => CommitError::Duplicate {
                        entries: receipt_entries(reason.item.clone())?,
                    },
                    part => CommitError::Changed(part),
                });
            }
            let passing = reasons.iter().all(|reason| {
                !matches!(
                    reason.code.as_deref(),
                    Some("ValidationError" | "ItemCollectionSizeLimitExceeded")
                )
            });
            let error = match TableError::of(OPERATION, error) {
                TableError::Retryable {
                    operation,
                    code,
                    source,
                } if !passing => TableError::Refused {
                    operation,
                    code,
                    source,
                },
                error => error,
            };
            if tried == TRIES || matches!(error, TableError::Refused { .. }) {
                return Err(error.into());
            }
            pause(tried).await;
        }
    }
}

/// Waits a little longer each time, up to 400 ms, half of it by chance, so that two losers do not meet again.
pub async fn pause(tried: usize) {
    if tried > 0 {
        let most = (50_u64 << tried.min(3)).min(400);
        let chance = u64::from(crate::keys::random_below(
            u32::try_from(most / 2).unwrap_or(200),
        ));
        tokio::time::sleep(Duration::from_millis(most / 2 + chance)).await;
    }
}

fn cancelled<R>(error: &SdkError<TransactWriteItemsError, R>) -> &[CancellationReason] {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons()
        }
        _ => &[],
    }
}

/// A receipt that exists outweighs everything else: the message is done with, whatever has changed since.
fn failed_condition<'r>(
    parts: &[Part],
    reasons: &'r [CancellationReason],
) -> Option<(Part, &'r CancellationReason)> {
    let failed = parts
        .iter()
        .copied()
        .zip(reasons)
        .filter(|(_, reason)| reason.code.as_deref() == Some("ConditionalCheckFailed"));
    failed.min_by_key(|(part, _)| u8::from(*part != Part::Receipt))
}

pub(super) fn receipt_id(sid: &MessageSid) -> String {
    receipt_of(sid.as_str())
}

pub(super) fn receipt_of(cause: &str) -> String {
    format!("receipt#{cause}")
}

pub(super) fn receipt_entries(item: Option<Item>) -> Result<Vec<EntryKey>, TableError> {
    let Some(item) = item else {
        return Ok(Vec::new());
    };
    let receipt: ReceiptItem = read("messages", item)?;
    Ok(receipt
        .entries
        .iter()
        .filter_map(|key| EntryKey::parse(key).ok())
        .collect())
}

pub(super) struct Condition {
    pub(super) expression: String,
    pub(super) values: Option<std::collections::HashMap<String, AttributeValue>>,
}

impl Condition {
    fn new<const N: usize>(expression: &str, values: [(&str, AttributeValue); N]) -> Self {
        let values = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            expression: expression.to_owned(),
            values: (N > 0).then_some(values),
        }
    }

    pub(super) fn absent() -> Self {
        Self::new("attribute_not_exists(person)", [])
    }

    pub(super) fn absent_or_ended(now: Moment) -> Self {
        Self::new(
            "attribute_not_exists(person) OR expires_at <= :now",
            [(":now", n(now.unix()))],
        )
    }

    fn absent_or_same_timer() -> Self {
        Self::new(
            "attribute_not_exists(person) OR attribute_exists(key_id)",
            [],
        )
    }

    /// A timer that has done its work tells of nothing any more; one that did it ahead of its moment rings once more.
    pub(super) fn absent_or_waiting(now: Moment) -> Self {
        Self::new(
            "attribute_not_exists(person) OR (attribute_exists(held_until) AND (delivery = :pending OR held_until > :now))",
            [(":pending", s("pending")), (":now", n(now.unix()))],
        )
    }

    pub(super) fn version(read: Option<u64>, now: Moment) -> Self {
        match read {
            Some(version) => Self::new("version = :version", [(":version", n(version))]),
            None => Self::absent_or_ended(now),
        }
    }

    fn challenge(challenge: &str) -> Self {
        Self::new("challenge = :challenge", [(":challenge", s(challenge))])
    }
}
