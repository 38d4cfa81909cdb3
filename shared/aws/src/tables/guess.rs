//! Counting a try at a code, before anything is compared.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::conversation::Tried;
use domain::ids::{MessageSid, PersonKey};
use domain::policy::CODE_TRIES;
use domain::time::Moment;
use serde::Deserialize;

use super::items::{LINK, STEP_UP};
use super::{TableError, Tables, n, read, s};

/// What codes of both kinds have.
#[derive(Deserialize)]
struct Counted {
    challenge: String,
    digest: String,
    expires_at: Moment,
    tries: u32,
    tried_by: Vec<MessageSid>,
}

impl Tables {
    /// Counts one try of `message` at the link's code named `challenge`, then compares. Parallel tries are counted one by
    /// one; the redelivery of a message that was counted is compared again without being counted again.
    pub async fn try_code(
        &self,
        person: &PersonKey,
        challenge: &str,
        code: &str,
        message: &MessageSid,
        now: Moment,
    ) -> Result<Tried, TableError> {
        self.try_code_for(LINK, person, (challenge, code), message, now)
            .await
    }

    /// The same of the code that was sent to the Flash app.
    pub async fn try_app_code(
        &self,
        person: &PersonKey,
        challenge: &str,
        code: &str,
        message: &MessageSid,
        now: Moment,
    ) -> Result<Tried, TableError> {
        self.try_code_for(STEP_UP, person, (challenge, code), message, now)
            .await
    }

    async fn try_code_for(
        &self,
        purpose: &str,
        person: &PersonKey,
        (challenge, code): (&str, &str),
        message: &MessageSid,
        now: Moment,
    ) -> Result<Tried, TableError> {
        let answer = self
            .client
            .update_item()
            .table_name(&self.names.codes)
            .key("person", s(person.as_str()))
            .key("purpose", s(purpose))
            .update_expression("SET tries = tries + :one, tried_by = list_append(tried_by, :messages)")
            .condition_expression(
                "challenge = :challenge AND tries < :most AND expires_at > :now AND NOT contains(tried_by, :message)",
            )
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":most", n(CODE_TRIES))
            .expression_attribute_values(":now", n(now.unix()))
            .expression_attribute_values(":message", s(message.as_str()))
            .expression_attribute_values(":messages", AttributeValue::L(vec![s(message.as_str())]))
            .expression_attribute_values(":challenge", s(challenge))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let (item, counted) = match answer {
            Ok(answer) => (answer.attributes, true),
            Err(error) => match error.as_service_error() {
                Some(aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    (failed.item.clone(), false)
                }
                _ => return Err(TableError::of("UpdateItem", error)),
            },
        };
        let Some(item) = item else {
            return Ok(Tried::Gone);
        };
        let waiting = read::<Counted>("codes", item)?;
        let counted_before = waiting.tried_by.contains(message) && now < waiting.expires_at;
        if waiting.challenge != challenge || !(counted || counted_before) {
            return Ok(Tried::Gone);
        }
        if self
            .keys()
            .code_matches(purpose, person, challenge, code, &waiting.digest)
        {
            Ok(Tried::Right)
        } else {
            Ok(Tried::Wrong {
                left: CODE_TRIES.saturating_sub(waiting.tries),
            })
        }
    }
}
