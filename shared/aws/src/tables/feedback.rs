//! What people think of the bot: under their own name, so that it goes when they are forgotten, and listed by day, so that
//! Flash's team can read it.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::conversation::Feedback;
use domain::ids::PersonKey;
use domain::policy::FEEDBACK_MEMORY;
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::commit::COMPLETE;
use super::{Item, Part, TableError, Tables, Transaction, has_ended, read, s, write};
use crate::keys::Place;

/// How the sort key begins.
pub(super) const FEEDBACK: &str = "feedback#";
/// Words read at once, at most: somebody reads them on a screen.
const PAGE: i32 = 100;

/// `messages`, key `person`, `feedback#cause` or `feedback#thumb#about`.
#[derive(Debug, Serialize, Deserialize)]
struct FeedbackItem {
    person: PersonKey,
    id: String,
    created_at: Moment,
    expires_at: Moment,
    /// Of words. Sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<Sealed>,
    /// Of a thumb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    good: Option<bool>,
}

/// `messages`, key `feedback#day`, `listed#at#cause`: whose words stand where.
#[derive(Debug, Serialize, Deserialize)]
struct ListedItem {
    person: String,
    id: String,
    whose: PersonKey,
    cause: String,
    expires_at: Moment,
}

pub(super) fn words_of(person: &PersonKey) -> Place<'_> {
    Place {
        table: "messages",
        field: "words",
        person,
    }
}

fn day_key(day: &str) -> String {
    format!("{FEEDBACK}{day}")
}

impl Transaction<'_> {
    /// Kept if it is not there yet, a changed thumb if the other one is: else [`Part::Feedback`] has changed.
    pub fn feedback(&mut self, feedback: &Feedback, cause: &str) {
        let (person, now) = (self.name().clone(), self.now());
        let expires_at = now.plus(FEEDBACK_MEMORY);
        self.count(feedback.counted_as(), 1);
        let (id, words, good) = match feedback {
            Feedback::Words(words) => {
                let sealed = self.tables().keys().seal(words_of(&person), words);
                (format!("{FEEDBACK}{cause}"), Some(sealed), None)
            }
            Feedback::Thumb { about, good } | Feedback::Changed { about, good } => {
                (format!("{FEEDBACK}thumb#{about}"), None, Some(*good))
            }
        };
        if words.is_some() {
            let listed = ListedItem {
                person: day_key(&now.day()),
                id: format!("listed#{:011}#{cause}", now.unix()),
                whose: person.clone(),
                cause: cause.to_owned(),
                expires_at,
            };
            self.put_feedback(write(&listed), None);
        }
        let item = FeedbackItem {
            person,
            id,
            created_at: now,
            expires_at,
            words,
            good,
        };
        let instead_of = match feedback {
            Feedback::Changed { good, .. } => Some(!good),
            Feedback::Words(_) | Feedback::Thumb { .. } => None,
        };
        self.put_feedback(write(&item), instead_of);
    }

    fn put_feedback(&mut self, item: Item, instead_of: Option<bool>) {
        let put = Put::builder()
            .table_name(&self.tables().names.messages)
            .set_item(Some(item))
            .expression_attribute_values(":now", super::n(self.now().unix()));
        let put = match instead_of {
            None => put.condition_expression("attribute_not_exists(person) OR expires_at <= :now"),
            Some(other) => put
                .condition_expression("expires_at > :now AND good = :other")
                .expression_attribute_values(":other", AttributeValue::Bool(other)),
        };
        let put = put.build().expect(COMPLETE);
        let line = TransactWriteItem::builder().put(put).build();
        self.line(Part::Feedback, line);
    }
}

impl Tables {
    /// What was said on `day` (as 2026-11-22, UTC), the earliest first, a hundred at most. Whoever was forgotten since has
    /// said nothing.
    pub async fn feedback_of(
        &self,
        day: &str,
        now: Moment,
    ) -> Result<Vec<(Moment, SecretString)>, TableError> {
        let answer = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :day")
            .expression_attribute_values(":day", s(day_key(day)))
            .limit(PAGE)
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        let mut said = Vec::new();
        for item in answer.items.unwrap_or_default() {
            if has_ended(&item, now) {
                continue;
            }
            let listed: ListedItem = read("messages", item)?;
            let answer = self
                .client
                .get_item()
                .table_name(&self.names.messages)
                .key("person", s(listed.whose.as_str()))
                .key("id", s(format!("{FEEDBACK}{}", listed.cause)))
                .send()
                .await;
            let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
            let Some(item) = answer.item else { continue };
            let item: FeedbackItem = read("messages", item)?;
            let Some(words) = item.words else { continue };
            let words = self.open(words_of(&listed.whose), &words, now).await?;
            said.push((item.created_at, SecretString::from(words.expose_secret())));
        }
        Ok(said)
    }
}
