// The calls of one of our functions, as it was seen to make them, and nothing else.

import { readFileSync } from "node:fs";
import { BatchGetItemCommand, DynamoDBClient, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

const dynamodb = new DynamoDBClient();
const sqs = new SQSClient();
const seen = JSON.parse(readFileSync(process.env.CALLS, "utf8"));

export async function secret(variable) {
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: process.env[variable] }));
  return JSON.parse(answer.SecretString);
}

const made = {
  "DynamoDB_20120810.BatchGetItem": (body) => dynamodb.send(new BatchGetItemCommand(body)),
  "DynamoDB_20120810.TransactWriteItems": ({ ClientRequestToken, ...body }) => dynamodb.send(new TransactWriteItemsCommand(body)),
  "DynamoDB_20120810.UpdateItem": (body) =>
    dynamodb.send(new UpdateItemCommand(body)).catch((error) => {
      if (error.name !== "ConditionalCheckFailedException") throw error;
    }),
  "AmazonSQS.SendMessageBatch": (body) => sqs.send(new SendMessageBatchCommand({ ...body, QueueUrl: process.env.QUEUE_SEND })),
};

// Every call for somebody else than when it was seen; what is posted to Twilio is the caller's to post.
export async function make(person, post) {
  for (const call of seen.calls) {
    if (call.operation === "POST") {
      await post(Object.fromEntries(new URLSearchParams(call.form)));
    } else {
      await made[call.operation](JSON.parse(JSON.stringify(call.body).replaceAll(seen.person, person)));
    }
  }
}
