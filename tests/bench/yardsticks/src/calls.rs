//! The calls of one message, put together once and made again for each.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, ReturnValue, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem,
};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::Value;

use crate::read::{self, Item};
use crate::{Wrong, read_secrets, sdk, setting};

#[derive(Debug)]
enum Call {
    Read(HashMap<String, KeysAndAttributes>),
    Write(Vec<TransactWriteItem>),
    Update(Box<Change>),
    Send(Vec<SendMessageBatchRequestEntry>),
    Post {
        url: String,
        authorization: String,
        form: String,
    },
}

#[derive(Debug)]
struct Change {
    table: Option<String>,
    key: Item,
    expression: Option<String>,
    condition: Option<String>,
    names: Option<HashMap<String, String>>,
    values: Option<Item>,
    returned: Option<ReturnValue>,
    on_failure: Option<ReturnValuesOnConditionCheckFailure>,
}

#[derive(Debug)]
pub struct Calls {
    dynamodb: aws_sdk_dynamodb::Client,
    sqs: aws_sdk_sqs::Client,
    http: Option<reqwest::Client>,
    queue: String,
    /// Whose message it was when the calls were seen.
    person: String,
    each: Vec<Call>,
}

impl Calls {
    /// Reads the secrets as well.
    pub async fn prepare(secrets: &[&str]) -> Result<Self, Wrong> {
        let seen: Value = serde_json::from_slice(&std::fs::read(setting("CALLS")?)?)?;
        let calls = seen["calls"].as_array().into_iter().flatten();
        let calls = calls.map(call).collect::<Result<Vec<_>, _>>()?;
        let posts = calls.iter().any(|call| matches!(call, Call::Post { .. }));
        let sdk: SdkConfig = sdk().await;
        read_secrets(&sdk, secrets).await?;
        Ok(Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&sdk),
            sqs: aws_sdk_sqs::Client::new(&sdk),
            http: posts.then(reqwest::Client::new),
            queue: setting("QUEUE_SEND")?,
            person: read::text(&seen, "person").ok_or("nobody's calls")?,
            each: calls,
        })
    }

    /// All of them, for somebody.
    pub async fn make(&self, person: &str) -> Result<(), Wrong> {
        for call in &self.each {
            match call {
                Call::Read(keys) => self.read(keys, person).await?,
                Call::Write(lines) => self.write(lines, person).await?,
                Call::Update(change) => self.update(change, person).await?,
                Call::Send(tickets) => self.send(tickets).await?,
                Call::Post {
                    url,
                    authorization,
                    form,
                } => {
                    let http = self.http.as_ref().ok_or("no client")?;
                    let request = http.post(url).header("authorization", authorization);
                    let request = request
                        .header("content-type", "application/x-www-form-urlencoded")
                        .body(form.clone());
                    let answer = request.send().await?.error_for_status()?;
                    let answer: Value = serde_json::from_slice(&answer.bytes().await?)?;
                    answer["sid"].as_str().ok_or("a message without a SID")?;
                }
            }
        }
        Ok(())
    }

    async fn read(
        &self,
        keys: &HashMap<String, KeysAndAttributes>,
        person: &str,
    ) -> Result<(), Wrong> {
        let mut keys = keys.clone();
        for wanted in keys.values_mut() {
            for key in &mut wanted.keys {
                self.rename(key, person);
            }
        }
        let request = self.dynamodb.batch_get_item().set_request_items(Some(keys));
        request.send().await?;
        Ok(())
    }

    async fn write(&self, lines: &[TransactWriteItem], person: &str) -> Result<(), Wrong> {
        let mut lines = lines.to_vec();
        for line in &mut lines {
            if let Some(put) = &mut line.put {
                self.rename(&mut put.item, person);
            }
            if let Some(update) = &mut line.update {
                self.rename(&mut update.key, person);
            }
            if let Some(delete) = &mut line.delete {
                self.rename(&mut delete.key, person);
            }
            if let Some(check) = &mut line.condition_check {
                self.rename(&mut check.key, person);
            }
        }
        let request = self.dynamodb.transact_write_items();
        request.set_transact_items(Some(lines)).send().await?;
        Ok(())
    }

    async fn update(&self, change: &Change, person: &str) -> Result<(), Wrong> {
        let mut key = change.key.clone();
        self.rename(&mut key, person);
        let request = self
            .dynamodb
            .update_item()
            .set_table_name(change.table.clone())
            .set_key(Some(key))
            .set_update_expression(change.expression.clone())
            .set_condition_expression(change.condition.clone())
            .set_expression_attribute_names(change.names.clone())
            .set_expression_attribute_values(change.values.clone())
            .set_return_values(change.returned.clone())
            .set_return_values_on_condition_check_failure(change.on_failure.clone());
        match request.send().await {
            // Ours has sent it before: the call is the same, and so is the item that comes back.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            answer => Ok(answer.map(|_| ())?),
        }
    }

    async fn send(&self, tickets: &[SendMessageBatchRequestEntry]) -> Result<(), Wrong> {
        let request = self.sqs.send_message_batch().queue_url(&self.queue);
        let answer = request.set_entries(Some(tickets.to_vec())).send().await?;
        if answer.failed.is_empty() {
            Ok(())
        } else {
            Err("the queue has refused it".into())
        }
    }

    fn rename(&self, item: &mut Item, person: &str) {
        for value in item.values_mut() {
            if let AttributeValue::S(text) = value
                && text.contains(&self.person)
            {
                *text = text.replace(&self.person, person);
            }
        }
    }
}

fn call(seen: &Value) -> Result<Call, Wrong> {
    let operation = seen["operation"].as_str().unwrap_or_default();
    let body = &seen["body"];
    Ok(match operation {
        "DynamoDB_20120810.BatchGetItem" => Call::Read(read::keys(body)?),
        "DynamoDB_20120810.TransactWriteItems" => {
            let lines = body["TransactItems"].as_array().into_iter().flatten();
            Call::Write(lines.map(read::line).collect::<Result<_, _>>()?)
        }
        "DynamoDB_20120810.UpdateItem" => Call::Update(Box::new(Change {
            table: read::text(body, "TableName"),
            key: read::item(&body["Key"]),
            expression: read::text(body, "UpdateExpression"),
            condition: read::text(body, "ConditionExpression"),
            names: read::names(body),
            values: read::values(body),
            returned: read::returned(body),
            on_failure: read::on_failure(body),
        })),
        "AmazonSQS.SendMessageBatch" => Call::Send(read::tickets(body)?),
        "POST" => Call::Post {
            url: format!(
                "{}{}",
                setting("TWILIO_API_URL")?,
                read::text(seen, "path").unwrap_or_default()
            ),
            authorization: read::text(seen, "authorization").unwrap_or_default(),
            form: read::text(seen, "form").unwrap_or_default(),
        },
        other => return Err(format!("no call that is known: {other}").into()),
    })
}
