//! What people think of the bot: under their own name, so that it goes when they are forgotten, and listed by day, so that
//! Flash's team can read it. With a thumb that calls an answer bad goes the answer, if its person agrees.

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::assistant::counts;
use domain::conversation::Feedback;
use domain::ids::PersonKey;
use domain::policy::{FEEDBACK_MEMORY, REVIEW_MEMORY};
use domain::state::Sealed;
use domain::time::Moment;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::commit::COMPLETE;
use super::items::StandingItem;
use super::read::standing_key;
use super::{Item, Part, TableError, Tables, Transaction, has_ended, read, s, write};
use crate::keys::Place;

/// How the sort key begins.
pub(super) const FEEDBACK: &str = "feedback#";
/// Words read at once, at most: somebody reads them on a screen.
const PAGE: i32 = 100;
/// How the names of the lists begin: of words, and of answers that were called bad.
const REVIEWS: &str = "reviews#";
const THUMB: &str = "thumb#";

/// `messages`, key `person`, `feedback#cause` or `feedback#thumb#about`.
#[derive(Debug, Serialize, Deserialize)]
struct FeedbackItem {
    person: PersonKey,
    id: String,
    created_at: Moment,
    expires_at: Moment,
    /// Of words, or the answer that a thumb is about with its question. Sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<Sealed>,
    /// Of a thumb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    good: Option<bool>,
}

/// `messages`, key `feedback#day` or `reviews#day`, `listed#at#cause`: whose words stand where.
#[derive(Debug, Serialize, Deserialize)]
struct ListedItem {
    person: String,
    id: String,
    whose: PersonKey,
    cause: String,
    /// Of a thumb.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    expires_at: Moment,
}

pub(super) fn words_of(person: &PersonKey) -> Place<'_> {
    Place {
        table: "messages",
        field: "words",
        person,
    }
}

impl Transaction<'_> {
    /// Kept if it is not there yet, a changed thumb if the other one is: else [`Part::Feedback`] has changed. `review` is
    /// what a thumb is about, where that may be read.
    pub fn feedback(&mut self, feedback: &Feedback, review: Option<&str>, cause: &str) {
        let (person, now) = (self.name().clone(), self.now());
        self.count(feedback.counted_as(), 1);
        if let Some(name) = counts::of_thumb(feedback) {
            self.count(&name, 1);
        }
        let (words, thumb) = match feedback {
            Feedback::Words(words) => (Some(words.as_str()), None),
            Feedback::Thumb { about, good } | Feedback::Changed { about, good } => {
                (review, Some((about, *good)))
            }
        };
        let is_review = words.is_some() && thumb.is_some();
        let (list, life) = if is_review {
            (REVIEWS, REVIEW_MEMORY)
        } else {
            (FEEDBACK, FEEDBACK_MEMORY)
        };
        if words.is_some() {
            let listed = ListedItem {
                person: format!("{list}{}", now.day()),
                id: format!("listed#{:011}#{cause}", now.unix()),
                whose: person.clone(),
                cause: cause.to_owned(),
                about: thumb.map(|(about, _)| about.clone()),
                expires_at: now.plus(life),
            };
            self.put_feedback(write(&listed), None);
        }
        let named = thumb.map(|(about, _)| format!("{THUMB}{about}"));
        let keys = self.tables().keys();
        let item = FeedbackItem {
            id: format!("{FEEDBACK}{}", named.as_deref().unwrap_or(cause)),
            created_at: now,
            expires_at: now.plus(life),
            words: words.map(|words| keys.seal(words_of(&person), words)),
            good: thumb.map(|(_, good)| good),
            person,
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
        let mut said = Vec::new();
        for listed in self.listed_on(FEEDBACK, day, now).await? {
            said.extend(self.words_listed(&listed, now).await?);
        }
        Ok(said)
    }

    /// The same of answers that were called bad on `day` and still are, each with its question, of whoever still agrees
    /// that they are read.
    pub async fn reviews_of(
        &self,
        day: &str,
        now: Moment,
    ) -> Result<Vec<(Moment, SecretString)>, TableError> {
        let mut said = Vec::new();
        for listed in self.listed_on(REVIEWS, day, now).await? {
            if self.may_review(&listed.whose).await? {
                said.extend(self.words_listed(&listed, now).await?);
            }
        }
        Ok(said)
    }

    async fn listed_on(
        &self,
        list: &str,
        day: &str,
        now: Moment,
    ) -> Result<Vec<ListedItem>, TableError> {
        let answer = self
            .client
            .query()
            .table_name(&self.names.messages)
            .key_condition_expression("person = :day")
            .expression_attribute_values(":day", s(format!("{list}{day}")))
            .limit(PAGE)
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of("Query", error))?;
        let items = answer.items.unwrap_or_default().into_iter();
        let items = items.filter(|item| !has_ended(item, now));
        items.map(|item| read("messages", item)).collect()
    }

    /// None: they are gone.
    async fn words_listed(
        &self,
        listed: &ListedItem,
        now: Moment,
    ) -> Result<Option<(Moment, SecretString)>, TableError> {
        let named = listed.about.as_ref().map(|about| format!("{THUMB}{about}"));
        let named = named.as_ref().unwrap_or(&listed.cause);
        let answer = self
            .client
            .get_item()
            .table_name(&self.names.messages)
            .key("person", s(listed.whose.as_str()))
            .key("id", s(format!("{FEEDBACK}{named}")))
            .send()
            .await;
        let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
        let Some(item) = answer.item.filter(|item| !has_ended(item, now)) else {
            return Ok(None);
        };
        let item: FeedbackItem = read("messages", item)?;
        let Some(words) = item.words else {
            return Ok(None);
        };
        let words = self.open(words_of(&listed.whose), &words, now).await?;
        let words = SecretString::from(words.expose_secret());
        Ok(Some((item.created_at, words)))
    }

    async fn may_review(&self, person: &PersonKey) -> Result<bool, TableError> {
        let request = self.client.get_item().table_name(&self.names.people);
        let request = request.key("person", s(standing_key(person)));
        let answer = request.consistent_read(true).send().await;
        let answer = answer.map_err(|error| TableError::of("GetItem", error))?;
        let Some(item) = answer.item else {
            return Ok(false);
        };
        let item: StandingItem = read("people", item)?;
        let consent = item.value.consents.assistant;
        Ok(consent.is_some_and(|consent| consent.counts()))
    }
}
