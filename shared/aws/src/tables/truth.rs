//! How things stand with a person at the moment of sending, WhatsApp's word on their window, Twilio's on their opt-out.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use domain::conversation::{Audit, Event};
use domain::ids::{EntryKey, PersonKey};
use domain::language::Language;
use domain::preferences::Preferences;
use domain::request::Code;
use domain::sending::Truth;
use domain::time::Moment;

use super::claim::settle;
use super::commit::{COMPLETE, CommitError, Part};
use super::items::{PersonItem, SessionItem, StandingItem};
use super::read::standing_key;
use super::requests::{open_request, told_id};
use super::{Item, TableError, Tables, has_ended, n, read, s};

/// Who told us, in the person's record.
const BY_TWILIO: &str = "twilio";

impl Tables {
    /// Person, standing and session, and of the request that they are to be told of, in one read.
    pub async fn truth(
        &self,
        person: &PersonKey,
        request: Option<&Code>,
        now: Moment,
    ) -> Result<Truth, TableError> {
        let standing_key = standing_key(person);
        let key = |key: &str| Item::from([("person".to_owned(), s(key))]);
        let mut wanted = vec![
            (
                &self.names.people,
                vec![key(person.as_str()), key(&standing_key)],
            ),
            (&self.names.sessions, vec![key(person.as_str())]),
        ];
        if let Some(code) = request {
            let mut key = key(person.as_str());
            key.insert("id".to_owned(), s(told_id(code)));
            wanted.push((&self.names.messages, vec![key]));
        }
        let mut found = self.batch_get(&wanted).await?;
        for items in found.values_mut() {
            items.retain(|item| !has_ended(item, now));
        }
        let mut live = |table: &String, key: &str| {
            let items = found.get_mut(table)?;
            let at = items
                .iter()
                .position(|item| item.get("person") == Some(&s(key)))?;
            Some(items.swap_remove(at))
        };
        let standing = live(&self.names.people, &standing_key)
            .map(|item| read::<StandingItem>("people", item))
            .transpose()?;
        let person_item = live(&self.names.people, person.as_str())
            .map(|item| read::<PersonItem>("people", item))
            .transpose()?;
        let session = live(&self.names.sessions, person.as_str())
            .map(|item| read::<SessionItem>("sessions", item))
            .transpose()?;
        let told = live(&self.names.messages, person.as_str());
        let request = match told {
            Some(told) => {
                let blocked = standing.as_ref().map(|item| &item.value.blocked);
                open_request(told, blocked.map_or(&[], Vec::as_slice), now)?
            }
            None => None,
        };
        let link = person_item
            .as_ref()
            .and_then(|item| item.value.live_link(now));
        let language = match &person_item {
            Some(PersonItem { value, address, .. }) => {
                self.language_of(person, value, address, now).await
            }
            None => Language::default(),
        };
        Ok(Truth {
            link: link.map(|link| link.key_id.clone()),
            language,
            last_inbound: session.as_ref().map(|item| item.session.last_inbound),
            window_closed: session.is_some_and(|item| item.window_closed_at.is_some()),
            alerts_since: standing.as_ref().and_then(|standing| {
                let out = standing.value.opted_out_at?;
                standing.value.consents.alerts_since(out)
            }),
            opted_out_at: standing.as_ref().and_then(|item| item.value.opted_out_at),
            wants_news: standing
                .as_ref()
                .is_some_and(|item| item.value.wants_news()),
            preferences: standing.map_or_else(Preferences::default, |item| item.value.preferences),
            suspended: person_item.is_some_and(|item| item.value.is_suspended(None)),
            request,
        })
    }

    /// Twilio has refused `refused`, sent at `sent_at`, because the person told it STOP: they have opted out here, too, and
    /// their record says so. False if that is known, or if they have said START since.
    pub async fn opted_out_at_twilio(
        &self,
        refused: &EntryKey,
        sent_at: Moment,
        now: Moment,
    ) -> Result<bool, TableError> {
        let update = Update::builder()
            .table_name(&self.names.people)
            .key("person", s(standing_key(&refused.person)))
            .update_expression(
                "SET opted_out_at = :now, version = if_not_exists(version, :none) + :one REMOVE news_shard",
            )
            // Somebody who is out and has agreed to security alerts since is out of these as well: Twilio sends none.
            .condition_expression("(attribute_not_exists(opted_out_at) OR opted_out_at <= consents.alerts_after_stop.#at) AND (attribute_not_exists(opted_in_at) OR opted_in_at <= :sent)")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":none", n(0))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":sent", n(sent_at.unix()));
        // Every required field is set above.
        let update = update.build().expect(COMPLETE);
        let mut transaction = self.transaction(&refused.person, now);
        transaction.line(
            Part::Standing,
            TransactWriteItem::builder().update(update).build(),
        );
        let audit = Audit {
            event: Event::OptedOut,
            account: None,
        };
        transaction.audit_by(&audit, BY_TWILIO, refused.id.as_str());
        match transaction.commit().await {
            Ok(()) => Ok(true),
            Err(CommitError::Table(error)) => Err(error),
            Err(CommitError::Changed(_) | CommitError::Duplicate { .. }) => Ok(false),
        }
    }

    /// WhatsApp has refused free text that was sent at `sent_at`: the window is closed until the person writes again.
    /// False if they have written since.
    pub async fn close_window(
        &self,
        person: &PersonKey,
        sent_at: Moment,
        now: Moment,
    ) -> Result<bool, TableError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.names.sessions)
            .key("person", s(person.as_str()))
            .update_expression("SET window_closed_at = :now")
            .condition_expression("attribute_exists(person) AND #session.last_inbound <= :sent")
            .expression_attribute_names("#session", "session")
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":sent", n(sent_at.unix()))
            .send()
            .await;
        settle(answer.map(|_| ()))
    }
}
